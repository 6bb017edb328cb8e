"""Worker processes: limits that kill, cancelling that kills, a queue that ends."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from compdesign.api.exposition import Meters
from compdesign.api.problems import ApiProblem
from compdesign.api.settings import MIB, Settings
from compdesign.api.work import Answer, Job, Workers

from tests.api import slow_jobs

ME = ("127.0.0.1", b"")


def trial(work: Callable[[Workers], Coroutine[Any, Any, None]], **limits: Any) -> None:
    async def run() -> None:
        workers = Workers(Settings(**limits), Meters())
        try:
            await work(workers)
        finally:
            workers.stop()

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
        children: list[Any] = []
        while not children:
            await asyncio.sleep(0.05)
            children = [run for run in _alive(workers) if is_alive(run)]
        started = time.monotonic()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not any(is_alive(pid) for pid in children) and time.monotonic() - started < 2
        assert workers.running == 0

    trial(work, workers=1)


def _alive(workers: Workers) -> list[int]:
    return [child.pid for child in workers.context.active_children() if child.pid]


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
        assert not Path((await workers.run(job(slow_jobs.littering), ME)).body.decode()).parent.exists()
        assert (await workers.run(job(slow_jobs.filling_the_disk), ME)).outcome == "fault"

    trial(work)


def test_a_fault_keeps_its_message_to_itself(capfd: pytest.CaptureFixture[str]) -> None:
    async def work(workers: Workers) -> None:
        answer = await workers.run(job(slow_jobs.shouting, "canary-285731"), ME)
        assert answer.outcome == "fault" and answer.said.startswith("ValueError at slow_jobs.py:")
        assert "canary" not in answer.said

    trial(work)
    assert "canary" not in "".join(capfd.readouterr())
