"""Jobs that go wrong in every way, for worker processes to import."""

import os
import signal
import time
from typing import Any

from compdesign.errors import Problem, Refused, ScenarioError

from compdesign.api.child import rendering

Made = tuple[bytes, dict[str, str]]


def looping() -> Made:
    while True:
        pass


def sleeping() -> Made:
    time.sleep(3_600)
    return b"", {}


def rendering_for_ever() -> Made:
    rendering()
    time.sleep(3_600)
    return b"", {}


def hoarding() -> Made:
    return b"x" * (64 << 30), {}


def shouting(canary: str) -> Made:
    print(canary)
    os.write(2, canary.encode())
    raise ValueError(f"cannot use {canary}")


def refusing(text: str) -> Made:
    raise Refused(text)


def invalid(where: str, what: str, remedy: str) -> Made:
    raise ScenarioError([Problem(where, what, remedy)])


def dying() -> Made:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b"", {}


def answering(size: int) -> Made:
    return b"x" * size, {}


def identity() -> Made:
    return str(os.getpid()).encode(), {}


def state() -> Made:
    """Whether anything of an earlier job is left in this process."""
    left: Any = globals().setdefault("_LEFT", [])
    left.append(1)
    return str(len(left)).encode(), {}
