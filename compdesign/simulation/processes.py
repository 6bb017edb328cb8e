"""Worker processes that leave an interruption to the process that asked for them."""

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, forkserver, get_context, resource_tracker
from threading import current_thread, main_thread
from typing import Any

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""Like the built-in `map` of one iterable."""


@contextmanager
def processes(workers: int) -> Iterator[Map]:
    """A map over worker processes, gone afterwards. On Ctrl-C, which a terminal sends to every process, workers say nothing: they
    are ended without waiting for the blocks they are at, and the interruption goes to the caller.
    """
    _serve_without_interrupt()
    others = set(active_children())
    context = get_context("forkserver")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:

        def mapped(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
            # Not pool.map: it cancels its futures when it is left, and an ended pool then prints that it cannot fail them.
            with _uninterrupted():  # in the middle of a start nobody knows the worker, who would look for its pool in vain, and say so
                waiting = [pool.submit(work, task) for task in tasks][::-1]
            while waiting:
                yield waiting.pop().result()

        try:
            yield mapped
        except KeyboardInterrupt:
            for worker in set(active_children()) - others:
                worker.terminate()
            raise
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _serve_without_interrupt() -> None:
    """Start the fork server with SIGINT blocked, which the workers inherit: until the initializer runs they import libraries
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
