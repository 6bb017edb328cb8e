"""Worker processes at the other ends of pipes: nothing they share outlives them, so they can be ended at any moment."""

import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import current_thread, main_thread
from typing import Any, cast

from compdesign.errors import WorkerLost

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""Like the built-in `map` of one iterable."""
Workers = dict[Connection, BaseProcess]


@contextmanager
def processes(workers: int) -> Iterator[Map]:
    """A map over worker processes, gone afterwards; one map at a time, read to its end. On Ctrl-C, which a terminal sends to every
    process, workers say nothing: they are ended without waiting for the blocks they are at, and the interruption goes to the caller.

    Not a pool of the standard library: its queues hold semaphores of the system and a thread, and ending a worker at a bad moment
    leaves that thread waiting and those semaphores behind.
    """
    _serve_without_interrupt()
    ends: Workers = {}
    try:
        for _ in range(workers):
            with _uninterrupted():  # in the middle of a start nobody knows the worker, who would look for its work in vain, and say so
                ends.update([_started()])
        yield lambda work, tasks: _mapped(ends, work, tasks)
    finally:
        for end, worker in ends.items():
            worker.kill()
            end.close()
        for worker in ends.values():
            worker.join()


def _started() -> tuple[Connection, BaseProcess]:
    context = get_context("forkserver")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(theirs,), daemon=True)
    worker.start()
    theirs.close()  # so that each side sees the end of the other
    return ours, worker


def _mapped(ends: Workers, work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
    """Answers in the order of the tasks. A worker has one task at a time: neither side ever writes to one that writes."""
    coming = enumerate(tasks)
    at_work: dict[Connection, int] = {}
    answers: dict[int, Any] = {}

    def hand_on(end: Connection) -> None:
        if following := next(coming, None):
            at_work[end], task = following
            with suppress(OSError):  # it has ended: what is read next says so
                end.send((work, task))

    for end in ends:
        hand_on(end)
    due = 0
    while at_work:
        for end in cast(list[Connection], wait(list(at_work))):
            try:
                fault, answer = end.recv()
            except (EOFError, OSError):
                raise _lost(ends[end]) from None
            if fault is not None:
                raise fault
            answers[at_work.pop(end)] = answer
            hand_on(end)
        while due in answers:
            yield answers.pop(due)
            due += 1


def _lost(worker: BaseProcess) -> WorkerLost:
    worker.join()
    return WorkerLost(
        f"a worker process was ended from outside (exit code {worker.exitcode}), as a system does that is short of memory; "
        "run again with fewer workers"
    )


def _work(end: Connection) -> None:
    """A worker's life: what it is told to do, until nobody tells it anything."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            work, task = end.recv()
            fault, answer = None, None
            try:
                answer = work(task)
            except Exception as raised:
                raised.add_note(f"in a worker process:\n{traceback.format_exc()}")
                fault = raised
            end.send((fault, answer))


def _serve_without_interrupt() -> None:
    """Start the fork server with SIGINT blocked, which the workers inherit: until they see to it themselves they import libraries
    for a second, and would print that they were interrupted there.
    """
    resource_tracker.ensure_running()  # first: starting it unblocks the signal again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Within, an interruption has to wait. Its handler does: were the signal blocked here, a thread of a library would take it."""
    if current_thread() is not main_thread() or not callable(handler := signal.getsignal(signal.SIGINT)):
        yield
        return
    seen: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if seen:
            signal.raise_signal(signal.SIGINT)
