"""Jobs that go wrong in every way, for worker processes to import."""

import os
import signal
import tempfile
import time
from typing import Any

from compdesign.api.child import Made, rendering

from compdesign.errors import Problem, Refused, ScenarioError


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


def hoarding(*_: Any) -> Made:
    return b"x" * (64 << 30), {}


def shouting(canary: Any, *_: Any) -> Made:
    print(canary)
    os.write(2, str(canary).encode())
    raise ValueError(f"cannot use {canary}")


def refusing(text: Any, *_: Any) -> Made:
    raise Refused(Problem("screen", f"'{text}' is refused", f"use another than {text}"))


def doubting(scenario: Any, *_: Any) -> Made:
    """A fault that only the work finds, told with the values that are at fault."""
    name = scenario.offers[0].name
    raise ScenarioError(
        [Problem("offers[0].name", f"'{name}' is refused", f"use another than {name}"), Problem("structure", name, "name one")]
    )


def invalid(where: str, what: str, remedy: str) -> Made:
    raise ScenarioError([Problem(where, what, remedy)])


def dying(*_: Any) -> Made:
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


def littering() -> Made:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name.encode(), {}


def filling_the_disk() -> Made:
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            file.write(b"x" * (1 << 20))
    return b"", {}


def bomb() -> Made:
    """321 bytes of nested flex boxes, which an unbounded renderer works on for most of a minute."""
    from compdesign.reports.pdf import pdf

    rendering()
    return pdf('<html lang="en"><title>b</title>' + '<div style="display:flex">' * 24 + "x"), {}


def table_bomb() -> Made:
    from compdesign.reports.pdf import pdf

    rendering()
    return pdf('<html lang="en"><title>b</title><table>' + "<tr><td>x<td>y<td>z" * 200_000), {}
