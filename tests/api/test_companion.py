"""Two processes for one job: the same answer however the work is divided, whoever dies, and no worker taken from anybody."""

import asyncio
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from compdesign.api import jobs
from compdesign.api.companion import assist, pair
from compdesign.api.documented import example
from compdesign.api.settings import MIB
from compdesign.api.work import Job, Workers

from compdesign.inputs.scenario import Scenario
from compdesign.metrics import side_runs
from tests.api import slow_jobs
from tests.api.test_work import ME, at_work, is_alive, trial, until

PATHS, SEED = 16, 3


def divided(make: Callable[..., Any], *arguments: Any) -> Job:
    return Job("test", make, arguments, has_side_runs=True)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.parse(example())


@pytest.fixture(scope="module")
def alone(scenario: Scenario) -> bytes:
    return jobs.comparison(scenario, PATHS, SEED)[0]


def done_at_once(far: Connection, turns: Connection) -> None:
    """Everything is done before the other process looks."""
    assist(far, turns)
    far.close()


def absent(far: Connection, _: Connection) -> None:
    far.close()


def leaving(far: Connection, turns: Connection) -> None:
    """One task answered, the next one begun and left."""
    tasks = far.recv()
    place = os.read(turns.fileno(), 1)[0]
    far.send((place, side_runs.carry_out(tasks[place])))
    os.read(turns.fileno(), 1)
    far.close()


@pytest.mark.parametrize("companion", [done_at_once, absent, leaving])
def test_the_same_bytes_however_the_work_is_divided(
    scenario: Scenario, alone: bytes, companion: Callable[[Connection, Connection], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, ends = pair(get_context("forkserver"))
    other = threading.Thread(target=companion, args=ends)
    other.start()
    if companion is absent:
        other.join()  # gone before the tasks are sent

    def handed_over(tasks: list[side_runs.SideRun]) -> Any:
        answers = beside(tasks)
        other.join()
        return answers

    assert jobs.comparison(scenario, PATHS, SEED, handed_over)[0] == alone  # type: ignore[arg-type]
    for end in (beside.channel, beside.turns):
        end.close()


def test_a_companion_of_a_server_gives_the_same_bytes(scenario: Scenario, alone: bytes) -> None:
    async def work(workers: Workers) -> None:
        for _ in range(3):
            assert (await workers.run(divided(jobs.comparison, scenario, PATHS, SEED), ME)).body == alone
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
