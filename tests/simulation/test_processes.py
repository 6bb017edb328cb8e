"""Worker processes: answers in order, faults told, nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import active_children

import pytest

from compdesign.errors import WorkerLost
from compdesign.simulation.processes import processes


def squared_in_time(number: int) -> tuple[int, int]:
    time.sleep(0.05 if number == 0 else 0.001)
    return os.getpid(), number * number


def halved(number: int) -> float:
    return 1 / number


def ended(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def large(size: int) -> bytes:
    return bytes(size)


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    """Of these workers: other tests may hold children in this process."""
    before = set(active_children())
    yield
    assert not set(active_children()) - before


def test_answers_come_in_the_order_of_the_tasks_and_every_worker_works() -> None:
    with processes(2) as mapped:
        answers = list(mapped(squared_in_time, range(20)))
        again = list(mapped(squared_in_time, iter([7])))
    assert [square for _, square in answers] == [n * n for n in range(20)]
    assert len({pid for pid, _ in answers}) == 2
    assert [square for _, square in again] == [49]


def test_more_workers_than_tasks_and_no_task() -> None:
    with processes(3) as mapped:
        assert list(mapped(large, [1])) == [b"\0"]
        assert list(mapped(large, [])) == []


def test_answers_and_tasks_larger_than_a_pipe() -> None:
    with processes(2) as mapped:
        assert list(mapped(len, [bytes(3_000_000)] * 4)) == [3_000_000] * 4
        assert [len(each) for each in mapped(large, [3_000_000] * 4)] == [3_000_000] * 4


def test_a_fault_is_raised_with_its_place() -> None:
    with pytest.raises(ZeroDivisionError) as raised, processes(2) as mapped:
        list(mapped(halved, [2, 1, 0, 3]))
    assert "in halved" in raised.value.__notes__[0]


def test_a_worker_killed_from_outside_is_told() -> None:
    with pytest.raises(WorkerLost, match=r"exit code -9.*fewer workers"), processes(2) as mapped:
        list(mapped(ended, range(5)))


SCRIPT = """
import os, sys, time
from collections.abc import Iterator
from multiprocessing import active_children
from compdesign.simulation.processes import processes
with processes(2) as mapped:
    mapped(len, ["a", "b", "c"]).__next__()
    print(*(worker.pid for worker in active_children()), flush=True)
    {end}
"""


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "sys.exit(0)"])
def test_however_their_caller_ends_workers_end_without_a_word(end: str) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(end=end)], capture_output=True, text=True, timeout=60, check=False)
    workers = [int(each) for each in done.stdout.split()]
    assert len(workers) == 2 and done.stderr == ""
    deadline = time.monotonic() + 10
    while any(map(runs, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
