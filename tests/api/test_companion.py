"""Two processes for one job: the same answer however the work is divided, whoever dies, and no worker taken from anybody."""

import asyncio
import json
import os
import pickle
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest
from compdesign.api import companion, jobs
from compdesign.api.companion import assist, pair
from compdesign.api.documented import example
from compdesign.api.settings import MIB
from compdesign.api.work import Job, Workers

from compdesign.inputs.hiring import Acceptance
from compdesign.inputs.scenario import Scenario
from compdesign.metrics import side_runs
from compdesign.metrics.comparison import compare
from compdesign.reports.json_form import as_data
from compdesign.simulation import run, valuation_run
from compdesign.simulation.valuation_run import remember, value_offers
from compdesign.simulation.variant_offers import log_odds, log_worth
from tests.api import slow_jobs
from tests.api.test_work import ME, at_work, is_alive, trial, until

PATHS, SEED = 16, 3


def divided(make: Callable[..., Any], *arguments: Any) -> Job:
    return Job("test", make, arguments, has_side_runs=True)


TYPED = Scenario.parse(example("series_c.toml"))
OFFERS = [*range(6)]
"""Places of its offers and their cash-bonus twins."""
SINGLE = TYPED.model_copy(update={"offers": TYPED.offers[:1]})
CERTAIN = TYPED.model_copy(update={"hiring": TYPED.hiring.model_copy(update={"acceptance": Acceptance(certain=True)})})

Companion = Callable[[Connection, Connection], None]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return TYPED


@pytest.fixture(scope="module")
def alone(scenario: Scenario) -> bytes:
    return jobs.comparison(scenario, PATHS, SEED)[0]


def at_once(far: Connection, turns: Connection) -> None:
    """Everything is done before the other process looks."""
    with far:
        assist(far, turns)


def absent(far: Connection, _: Connection) -> None:
    far.close()


def with_an_offer(far: Connection, turns: Connection) -> None:
    """Gone with an offer in hand."""
    far.recv()
    os.read(turns.fileno(), 1)
    far.close()


def in_mid_sentence(far: Connection, turns: Connection) -> None:
    """Gone while it told what its offers are worth."""
    scenario, _ = far.recv()
    told = ForkingPickler.dumps(companion._valued(scenario, turns)[0])
    os.write(far.fileno(), struct.pack("!i", len(told)) + told[: len(told) // 3])
    far.close()


def before_it_hears(far: Connection, turns: Connection) -> None:
    """Its offers told, and gone before it knows the others."""
    scenario, _ = far.recv()
    if own := companion._valued(scenario, turns)[0]:
        far.send(own)
    far.close()


def with_a_task(far: Connection, turns: Connection) -> None:
    """The offers shared, one task answered, the next one begun and left."""
    scenario, tasks = far.recv()
    if own := companion._valued(scenario, turns)[0]:
        far.send(own)
    far.recv()
    place = os.read(turns.fileno(), 1)[0]
    far.send((place, side_runs.carry_out(tasks[place - len(scenario.offers)])))
    os.read(turns.fileno(), 1)
    far.close()


def forget() -> None:
    for answers in (valuation_run._VALUED, valuation_run._LIVES, valuation_run._CHOOSERS, run._SCANNED):
        answers.held.clear()


@pytest.fixture
def valued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Places of the offers that anybody valued; nothing is known from earlier tests."""
    places: list[int] = []
    value = companion._value

    def noted(scenario: Scenario, place: int) -> valuation_run.OfferValue:
        places.append(place)
        if threading.current_thread() is threading.main_thread():
            time.sleep(0.05)  # the companion comes to its turns
        return value(scenario, place)

    monkeypatch.setattr(companion, "_value", noted)
    forget()
    return places


class Accompanied:
    """Beside a job in this process, a companion in a thread, which begins at the start, after the offers, or after so many answers."""

    def __init__(self, companion: Companion, starts: str = "at once") -> None:
        self.beside, ends = pair(get_context("forkserver"))
        self.starts, self.thread = starts, threading.Thread(target=companion, args=ends)
        if starts == "at once":
            self.thread.start()
        if companion is absent:
            self.thread.join()  # gone before anything is sent

    def __call__(self, scenario: Scenario, tasks: list[side_runs.SideRun]) -> Any:
        offers, answers = self.beside(scenario, tasks)
        if self.starts == "after the offers":
            self.thread.start()
        return offers, self._late(answers) if self.starts == "after a task" else self._awaited(answers)

    def _awaited(self, answers: Iterator[side_runs.Answered]) -> Iterator[side_runs.Answered]:
        self.thread.join()
        yield from answers

    def _late(self, answers: Iterator[side_runs.Answered]) -> Iterator[side_runs.Answered]:
        yield next(answers)
        self.thread.start()
        yield from self._awaited(answers)

    def close(self) -> None:
        for end in (self.beside.channel, self.beside.turns):
            end.close()


@pytest.mark.parametrize("companion", [at_once, absent, with_an_offer, in_mid_sentence, before_it_hears, with_a_task])
def test_the_same_bytes_however_the_work_is_divided(scenario: Scenario, alone: bytes, companion: Companion, valued: list[int]) -> None:
    with closing(Accompanied(companion)) as beside:
        assert jobs.comparison(scenario, PATHS, SEED, beside)[0] == alone  # type: ignore[arg-type]
    assert set(valued) == set(OFFERS)
    if companion in (at_once, before_it_hears, with_a_task):
        assert sorted(valued) == OFFERS  # each by one of the two


@pytest.mark.parametrize("starts", ["after the offers", "after a task"])
def test_a_late_companion_values_no_offer(scenario: Scenario, alone: bytes, starts: str, valued: list[int]) -> None:
    with closing(Accompanied(at_once, starts)) as beside:
        assert jobs.comparison(scenario, PATHS, SEED, beside)[0] == alone  # type: ignore[arg-type]
    assert valued == OFFERS


@pytest.mark.parametrize(
    ("companion", "posed", "options"),
    [(at_once, SINGLE, {}), (absent, SINGLE, {}), (at_once, CERTAIN, {}), (absent, CERTAIN, {}), (at_once, SINGLE, {"precision": 0.5})],
)
def test_the_same_comparison_of_any_kind(companion: Companion, posed: Scenario, options: dict[str, Any], valued: list[int]) -> None:
    paths = None if options else PATHS
    with closing(Accompanied(companion)) as beside:
        shared = compare(posed, paths, beside=beside, **options)
    forget()
    assert as_data(shared) == as_data(compare(posed, paths, **options))


def test_what_the_other_process_values_is_told_in_few_bytes_and_valued_no_more(
    scenario: Scenario, valued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = value_offers(scenario)
    paths = valuation_run.VALUATION_PATHS
    known = log_odds([scenario], scenario, paths), log_worth([scenario], scenario, paths)
    told = ForkingPickler.dumps({place: value.without_hires() for place, value in enumerate(offers)})
    assert len(told) < 8_000  # what a pipe holds anywhere
    forget()
    remember(scenario, pickle.loads(told))
    monkeypatch.setattr(valuation_run, "_lived", None)
    assert (log_odds([scenario], scenario, paths) == known[0]).all() and (log_worth([scenario], scenario, paths) == known[1]).all()


def test_both_know_what_either_has_valued(scenario: Scenario) -> None:
    async def work(workers: Workers) -> None:
        job, *knowing = json.loads((await workers.run(divided(slow_jobs.sharing, scenario), ME)).body)
        assert len(set(knowing)) == 2 and job in knowing

    trial(work)


def test_a_companion_of_a_server_gives_the_same_bytes(scenario: Scenario, alone: bytes) -> None:
    async def work(workers: Workers) -> None:
        for _ in range(3):
            assert (await workers.run(divided(jobs.comparison, scenario, PATHS, SEED), ME)).body == alone
        report = await workers.run(divided(jobs.report, scenario, PATHS, SEED, "html"), ME)
        assert report.body == jobs.report(scenario, PATHS, SEED, "html")[0]
        export = await workers.run(divided(jobs.board_export, scenario, PATHS, SEED, None, "xlsx"), ME)
        assert export.body == jobs.board_export(scenario, PATHS, SEED, None, "xlsx")[0]
        await until(lambda: not at_work(workers), 2)

    trial(work)


def test_a_companion_does_what_its_job_is_late_for() -> None:
    async def work(workers: Workers) -> None:
        job, *doers = json.loads((await workers.run(divided(slow_jobs.dividing, int), ME)).body)
        assert len(set(doers)) == 1 and job not in doers

    trial(work)


@pytest.mark.parametrize("fate", [slow_jobs.killed, slow_jobs.dying, slow_jobs.hoarding])
def test_what_a_companion_leaves_undone_is_done_without_it(
    fate: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def work(workers: Workers) -> None:
        job, first, second, third = json.loads((await workers.run(divided(slow_jobs.dividing, fate), ME)).body)
        assert first != job and (second, third) == (job, job)
        assert not is_alive(first)
        assert await workers.run(divided(slow_jobs.accompanied), ME)

    trial(work, memory_bytes=1024 * MIB)
    asyncio.run(until(lambda: not list(tmp_path.glob("compdesign-*")), 2))


def test_a_job_whose_side_run_has_no_end_is_stopped_at_the_limit() -> None:
    async def work(workers: Workers) -> None:
        started = time.monotonic()
        answer = await workers.run(divided(slow_jobs.looping_twice), ME)
        assert (answer.outcome, answer.said) == ("limit", "time") and time.monotonic() - started < 6
        await until(lambda: not at_work(workers), 2)

    trial(work, job_seconds=1)


@pytest.mark.parametrize("end", [asyncio.Task.cancel, lambda _, workers: workers.stop()])
def test_both_are_gone_within_two_seconds(end: Callable[..., Any]) -> None:
    async def work(workers: Workers) -> None:
        running = asyncio.create_task(workers.run(divided(slow_jobs.looping_twice), ME))
        pids = await both(workers)
        started = time.monotonic()
        end(running, *([] if end is asyncio.Task.cancel else [workers]))
        await asyncio.wait([running])
        await until(lambda: not any(map(is_alive, pids)), 2 - (time.monotonic() - started))
        assert workers.running == 0

    trial(work)


async def both(workers: Workers) -> list[int]:
    deadline = time.monotonic() + 20
    while len(pids := at_work(workers)) < 2:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    return pids


def test_no_companion_while_no_worker_stands_idle() -> None:
    async def work(workers: Workers) -> None:
        assert (await workers.run(divided(slow_jobs.accompanied), ME)).body == b"True"
        assert (await workers.run(Job("test", slow_jobs.accompanied, ()), ME)).body == b"False"
        busy = asyncio.create_task(workers.run(Job("test", slow_jobs.sleeping, ()), ME))
        await asyncio.sleep(0)
        assert (await workers.run(divided(slow_jobs.accompanied), ME)).body == b"False"
        both_wait = [asyncio.create_task(workers.run(divided(slow_jobs.accompanied), ME)) for _ in range(3)]
        assert [each.body for each in await asyncio.gather(*both_wait)][:2] == [b"False", b"False"]  # one runs, others wait
        busy.cancel()
        await asyncio.wait([busy])
        assert (await workers.run(divided(slow_jobs.accompanied), ME)).body == b"True"  # and the worker is free again

    trial(work)


def test_a_companion_makes_way_for_a_job_that_would_wait(tmp_path: Path) -> None:
    async def work(workers: Workers) -> None:
        there = tmp_path / "there"
        running = asyncio.create_task(workers.run(divided(slow_jobs.looping_until, str(there)), ME))
        pids = await both(workers)
        assert (await workers.run(divided(slow_jobs.accompanied), ME)).body == b"False"
        assert not running.done() and sum(map(is_alive, pids)) == 1
        there.touch()
        job, first, second = json.loads((await running).body)
        assert job in pids and second == job
        await until(lambda: not is_alive(first), 2)

    trial(work)


def test_a_companion_that_made_way_before_it_began_is_not_waited_for() -> None:
    async def work(workers: Workers) -> None:
        started = time.monotonic()
        answers = await asyncio.gather(*(workers.run(divided(slow_jobs.dividing, int), ME) for _ in range(2)))
        assert time.monotonic() - started < 30
        for job, *doers in (json.loads(each.body) for each in answers):
            assert set(doers) <= {job}

    trial(work)
