"""Worker processes: limits that kill, cancelling that kills, a queue that ends, and children forked ahead that nobody notices."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from compdesign.api.exposition import Meters
from compdesign.api.handing import Parcel
from compdesign.api.problems import ApiProblem
from compdesign.api.settings import MIB, Settings
from compdesign.api.spares import Spares
from compdesign.api.work import Answer, Job, Workers

from tests.api import slow_jobs
from tests.api.serving import alive, is_at_work

ME = ("127.0.0.1", b"")


OTHERS: set[int] = set()
"""Children of other servers that earlier tests still hold in this process."""


def trial(work: Callable[[Workers], Coroutine[Any, Any, None]], **limits: Any) -> None:
    async def run() -> None:
        workers = Workers(Settings(**limits), Meters())
        OTHERS.clear()
        OTHERS.update(children(workers))
        try:
            await work(workers)
        finally:
            workers.stop()
            await until(lambda: not children(workers), 2)  # nobody is left, with a job or without

    asyncio.run(run())


def job(make: Callable[..., Any], *arguments: Any) -> Job:
    return Job("test", make, arguments)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("make", "limits", "said"),
    [
        (slow_jobs.looping, {"job_seconds": 1}, "time"),
        (slow_jobs.sleeping, {"job_seconds": 1}, "time"),
        (slow_jobs.rendering_for_ever, {"render_seconds": 1}, "time"),
        (slow_jobs.hoarding, {"memory_bytes": 1024 * MIB}, "memory"),
    ],
)
def test_a_job_over_its_limit_is_killed(make: Callable[..., Any], limits: dict[str, Any], said: str) -> None:
    async def work(workers: Workers) -> None:
        started = time.monotonic()
        answer = await workers.run(job(make), ME)
        assert (answer.outcome, answer.said) == ("limit", said)
        took = time.monotonic() - started
        print(f"{make.__name__}: stopped after {took:.1f} s")
        assert took < 6  # by the kernel, not by the server's patience
        assert (await workers.run(job(slow_jobs.answering, 3), ME)).body == b"xxx"  # and the service goes on

    trial(work, workers=1, **limits)


def test_cancelling_kills_the_child_within_two_seconds() -> None:
    async def work(workers: Workers) -> None:
        running = asyncio.create_task(workers.run(job(slow_jobs.looping), ME))
        await until(lambda: at_work(workers))
        pids = at_work(workers)
        started = time.monotonic()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not any(is_alive(pid) for pid in pids) and time.monotonic() - started < 2
        assert workers.running == 0

    trial(work, workers=1)


def children(workers: Workers) -> list[int]:
    return [child.pid for child in workers.context.active_children() if child.pid in alive() and child.pid not in OTHERS]


def at_work(workers: Workers) -> list[int]:
    return [pid for pid in children(workers) if is_at_work(pid)]


async def until(is_so: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def test_every_job_has_a_process_of_its_own() -> None:
    async def work(workers: Workers) -> None:
        assert [(await workers.run(job(slow_jobs.state), ME)).body for _ in range(2)] == [b"1", b"1"]

    trial(work)


def test_a_queue_is_bounded_for_all_and_for_each() -> None:
    async def work(workers: Workers) -> None:
        busy = [asyncio.create_task(workers.run(job(slow_jobs.sleeping), ("a", b""))) for _ in range(3)]
        await asyncio.sleep(0.2)
        with pytest.raises(ApiProblem) as theirs:
            await workers.run(job(slow_jobs.sleeping), ("a", b""))
        assert theirs.value.status == 429 and theirs.value.headers["Retry-After"]
        busy += [asyncio.create_task(workers.run(job(slow_jobs.sleeping), ("b", b""))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ApiProblem) as everyones:
            await workers.run(job(slow_jobs.sleeping), ("c", b""))
        assert everyones.value.status == 503 and everyones.value.headers["Retry-After"]
        for task in busy:
            task.cancel()
        await asyncio.wait(busy)
        assert (workers.waiting, workers.running) == (0, 0)

    trial(work, workers=1, queue=4, client_jobs=3)


def test_waiting_for_a_worker_ends() -> None:
    async def work(workers: Workers) -> None:
        busy = asyncio.create_task(workers.run(job(slow_jobs.sleeping), ME))
        await asyncio.sleep(0.1)
        with pytest.raises(ApiProblem) as late:
            await workers.run(job(slow_jobs.answering, 1), ME)
        assert late.value.status == 503
        busy.cancel()
        await asyncio.wait([busy])

    trial(work, workers=1, queue_seconds=0.3)


@pytest.mark.parametrize(
    ("posed", "expected"),
    [
        (job(slow_jobs.refusing, "no"), Answer("refused", ["screen", "'no' is refused", "use another than no"])),
        (job(slow_jobs.invalid, "structure", "'x' is none", "name one"), Answer("invalid", [["structure", "'x' is none", "name one"]])),
        (job(slow_jobs.answering, 3 << 20), Answer("done", {}, b"x" * (3 << 20))),
    ],
)
def test_answers_come_back(posed: Job, expected: Answer) -> None:
    async def work(workers: Workers) -> None:
        assert await workers.run(posed, ME) == expected

    trial(work)


def test_an_answer_beyond_all_measure_is_not_taken() -> None:
    async def work(workers: Workers) -> None:
        assert (await workers.run(job(slow_jobs.answering, 3 << 20), ME)).outcome == "limit"

    trial(work, answer_bytes=MIB)


def test_a_crash_is_no_answer() -> None:
    async def work(workers: Workers) -> None:
        assert (await workers.run(job(slow_jobs.dying), ME)).outcome == "crash"

    trial(work)


def test_files_a_job_leaves_are_removed_and_small() -> None:
    async def work(workers: Workers) -> None:
        folder = Path((await workers.run(job(slow_jobs.littering), ME)).body.decode()).parent
        await until(lambda: not folder.exists(), 2)  # once its child is gone
        assert (await workers.run(job(slow_jobs.filling_the_disk), ME)).outcome == "fault"

    trial(work)


def test_a_fault_keeps_its_message_to_itself(capfd: pytest.CaptureFixture[str]) -> None:
    async def work(workers: Workers) -> None:
        answer = await workers.run(job(slow_jobs.shouting, "canary-285731"), ME)
        assert answer.outcome == "fault" and answer.said.startswith("ValueError at slow_jobs.py:")
        assert "canary" not in answer.said

    trial(work)
    assert "canary" not in "".join(capfd.readouterr())


def test_a_job_on_a_spare_gives_the_same_answer() -> None:
    async def work(workers: Workers) -> None:
        new = await workers.run(job(slow_jobs.answering, 3 << 20), ME)
        assert new == await on_a_spare(workers, job(slow_jobs.answering, 3 << 20))
        assert (await on_a_spare(workers, job(slow_jobs.state))).body == b"1"

    trial(work)


async def on_a_spare(workers: Workers, posed: Job) -> Answer:
    spares = await waiting(workers)
    answer = await workers.run(posed, ME)
    assert len(set(spares) & set(await waiting(workers))) == len(spares) - 1
    return answer


async def waiting(workers: Workers) -> list[int]:
    """The spares, once there are as many as workers and nobody else."""
    await until(lambda: not workers._spares.is_short() and len(children(workers)) == workers.settings.workers)
    return children(workers)


def test_spares_killed_while_they_wait_are_missed_by_nobody_and_replaced() -> None:
    async def work(workers: Workers) -> None:
        await workers.run(job(slow_jobs.identity), ME)
        for killed in (1, 2):
            spares = await waiting(workers)
            for pid in spares[:killed]:
                os.kill(pid, signal.SIGKILL)
            await until(lambda killed=killed: len(children(workers)) == 2 - killed)  # noticed by the next job, and not before
            assert int((await workers.run(job(slow_jobs.identity), ME)).body) not in spares[:killed]
            assert not set(await waiting(workers)) & set(spares[:killed])

    trial(work)


def test_a_spare_that_dies_when_it_is_given_a_job_is_missed_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits still when it is taken, and is gone before it has the job."""
    hand, killed = Parcel.hand, list[int]()

    def handed(parcel: Parcel, channel: Connection, pid: int, terms: Any) -> bool:
        if len(killed) < 2:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)
        return hand(parcel, channel, pid, terms)

    async def work(workers: Workers) -> None:
        await workers.run(job(slow_jobs.identity), ME)
        spares = await waiting(workers)
        monkeypatch.setattr(Parcel, "hand", handed)
        answer = await workers.run(job(slow_jobs.identity), ME)
        assert set(killed) == set(spares) and answer.outcome == "done" and int(answer.body) not in spares

    trial(work)


def test_a_new_child_that_dies_when_it_is_given_a_job_is_a_limit_not_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: Parcel, channel: Connection, pid: int, terms: Any) -> bool:
        os.kill(pid, signal.SIGKILL)
        return False

    monkeypatch.setattr(Parcel, "hand", killed)

    async def work(workers: Workers) -> None:
        assert (await workers.run(job(slow_jobs.identity), ME)).said == "memory"

    trial(work)


@pytest.mark.parametrize("end", [asyncio.Task.cancel, lambda _, workers: workers.stop()])
def test_a_job_that_is_ended_while_it_is_given_is_not_begun(end: Callable[..., Any], tmp_path: Path) -> None:
    """The child that it is given to is stopped, so that the handing lasts."""

    async def work(workers: Workers) -> None:
        await workers.run(job(slow_jobs.identity), ME)
        spares = await waiting(workers)
        for pid in spares:
            os.kill(pid, signal.SIGSTOP)
        large = b"x" * (8 << 20)  # far more than a pipe holds
        running = asyncio.create_task(workers.run(job(slow_jobs.noting, str(tmp_path / "begun"), large), ME))
        await asyncio.sleep(0.3)
        assert not running.done() and workers.running == 1
        end(running, *([] if end is asyncio.Task.cancel else [workers]))
        await asyncio.wait([running], timeout=2)
        assert running.done() and workers.running == 0
        for pid in spares:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        await until(lambda: sum(map(is_alive, spares)) < 2, 2)
        assert not (tmp_path / "begun").exists()

    trial(work)


def test_large_arguments_go_to_a_spare() -> None:
    async def work(workers: Workers) -> None:
        await workers.run(job(slow_jobs.identity), ME)
        assert (await on_a_spare(workers, job(slow_jobs.measured, b"x" * (8 << 20)))).body == b"8388608"

    trial(work)


def test_limits_count_from_the_beginning_of_the_job() -> None:
    async def work(workers: Workers) -> None:
        await workers.run(job(slow_jobs.identity), ME)
        spares = await waiting(workers)
        await asyncio.sleep(1.5)
        assert await waiting(workers) == spares
        started = time.monotonic()
        assert (await workers.run(job(slow_jobs.sleeping), ME)).said == "time"
        assert 0.9 < time.monotonic() - started < 2

    trial(work, job_seconds=1)


def test_an_answer_is_given_before_its_child_is_gone_and_no_other_begins_meanwhile() -> None:
    async def work(workers: Workers) -> None:
        pid = int((await workers.run(job(slow_jobs.lingering, 1.0), ME)).body)
        assert is_alive(pid) and workers.running == 0
        assert (await workers.run(job(slow_jobs.accompanied), ME)).outcome == "done"
        assert not is_alive(pid)

    trial(work, workers=1)


def test_a_child_that_has_answered_and_stays_is_killed() -> None:
    async def work(workers: Workers) -> None:
        pid = int((await workers.run(job(slow_jobs.lingering, 3_600.0), ME)).body)
        assert is_alive(pid)
        await until(lambda: not is_alive(pid), 5)

    trial(work)


def test_no_more_are_at_work_than_promised_nor_wait() -> None:
    async def work(workers: Workers) -> None:
        most = 0
        asked = [asyncio.create_task(workers.run(job(slow_jobs.lingering, 0.05), ME)) for _ in range(12)]
        while not all(each.done() for each in asked):
            most = max(most, len(at_work(workers)))
            await asyncio.sleep(0.003)
        assert most == 2
        await waiting(workers)

    trial(work)


def test_a_spare_holds_no_end_of_another_job() -> None:
    async def work(workers: Workers) -> None:
        busy = asyncio.create_task(workers.run(Job("test", slow_jobs.looping_twice, (), has_side_runs=True), ME))
        await until(lambda: len(at_work(workers)) == 2)
        await workers.run(job(slow_jobs.identity), ME)
        await until(lambda: len(children(workers)) == 5)  # three spares, forked while the other two were at work
        ends = {pid: set(map(os.readlink, Path(f"/proc/{pid}/fd").iterdir())) for pid in children(workers)}
        for spare in set(ends) - set(at_work(workers)):
            others = [each for pid, each in ends.items() if pid != spare]
            own = ends[spare] - set.intersection(*others)
            assert own and not own & set.union(*others)
        busy.cancel()
        await asyncio.wait([busy])

    trial(work, workers=3)


def test_no_spare_is_left_that_was_forked_while_the_server_stopped() -> None:
    spares = Spares(get_context("forkserver"), 2)
    others = set(spares.context.active_children())
    spares.stop()
    assert not spares.is_short()
    spares.add()
    assert spares.take() is None
    asyncio.run(until(lambda: not set(spares.context.active_children()) - others, 2))
