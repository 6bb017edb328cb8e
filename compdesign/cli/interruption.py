"""Ctrl-C, at any moment: the command says nothing, leaves nothing half done and ends with the code that shells give an interruption."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import FrameType
from typing import Any, NoReturn

INTERRUPTED = 128 + signal.SIGINT
PATIENCE = 5.0
"""Seconds in which what is under way must have ended in order: a pool that waits for a worker just killed may never do so."""


class _State:
    """at_work: a verb runs, and may have files, processes or a progress bar to put away. seen: an interruption has come."""

    at_work = seen = False


def watch() -> None:
    """Take interruptions from here on, unless whoever started the command lets it ignore them (nohup, `&` in a script)."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


@contextmanager
def work() -> Iterator[None]:
    """Within, an interruption is the exception KeyboardInterrupt, which ends whatever is under way in order."""
    _State.at_work = True
    try:
        yield
    finally:
        _State.at_work = False


def is_interrupted() -> bool:
    """Whether an exception that has arrived may be what somebody on the way made of an interruption."""
    return _State.seen


def _interrupted(_: int, frame: FrameType | None) -> None:
    """In an import an exception may be lost, or changed into another (callbacks of the import system, libraries in C), and outside
    of a verb nothing waits to be put away: there the process ends as it stands, as it does at a second interruption.
    """
    if not _State.at_work or _State.seen or _imports(frame):
        _leave()
    _State.seen = True
    sys.unraisablehook = _not_raised
    last_resort = Timer(PATIENCE, _leave)
    last_resort.daemon = True
    last_resort.start()
    raise KeyboardInterrupt


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _not_raised(lost: Any) -> None:
    """The interruption came where Python lets no exception out (a finalizer, a callback of a weak reference)."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _leave()
    sys.__unraisablehook__(lost)


def _leave() -> NoReturn:
    if "multiprocessing.process" in sys.modules:  # else there are no workers
        from multiprocessing.process import active_children

        for worker in active_children():
            worker.kill()
    os._exit(INTERRUPTED)
