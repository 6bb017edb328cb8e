"""Jobs that go wrong in every way, for worker processes to import."""

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest.mock import patch

from compdesign.api.child import Made, rendering
from compdesign.api.companion import Beside

from compdesign.errors import Problem, Refused, ScenarioError
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.side_runs import SideRun, carry_out
from compdesign.simulation import valuation_run
from compdesign.simulation.valuation_run import VALUATION_PATHS
from compdesign.simulation.variant_offers import log_odds

_NO_OFFERS: Any = SimpleNamespace(offers=())
"""In place of a scenario, where nothing is to be valued."""


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


def hoarding(*_: Any, **__: Any) -> Made:
    return b"x" * (64 << 30), {}


def shouting(canary: Any, *_: Any, **__: Any) -> Made:
    print(canary)
    os.write(2, str(canary).encode())
    raise ValueError(f"cannot use {canary}")


def refusing(text: Any, *_: Any, **__: Any) -> Made:
    raise Refused(Problem("screen", f"'{text}' is refused", f"use another than {text}"))


def doubting(scenario: Any, *_: Any, **__: Any) -> Made:
    """A fault that only the work finds, told with the values that are at fault."""
    name = scenario.offers[0].name
    raise ScenarioError(
        [Problem("offers[0].name", f"'{name}' is refused", f"use another than {name}"), Problem("structure", name, "name one")]
    )


def invalid(where: str, what: str, remedy: str) -> Made:
    raise ScenarioError([Problem(where, what, remedy)])


def dying(*_: Any, **__: Any) -> Made:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b"", {}


def answering(size: int) -> Made:
    return b"x" * size, {}


def identity() -> Made:
    return str(os.getpid()).encode(), {}


def measured(text: bytes) -> Made:
    return str(len(text)).encode(), {}


def noting(path: str, _: bytes) -> Made:
    open(path, "w").close()
    return b"", {}


def lingering(seconds: float) -> Made:
    """The process id of one that is slow to be gone once it has answered."""
    leave = os._exit

    def later(code: int) -> NoReturn:
        time.sleep(seconds)
        leave(code)

    os._exit = later
    return identity()


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


def accompanied(beside: Beside | None = None) -> Made:
    """Whether somebody is beside this job."""
    return str(beside is not None).encode(), {}


def looping_twice(beside: Beside) -> Made:
    beside(_NO_OFFERS, [_side_run(0, looping)])
    return looping()


def looping_until(there: str, beside: Beside) -> Made:
    """Two tasks for the companion, the second without an end, and this process at work until a file is there."""
    _, answers = beside(_NO_OFFERS, [_side_run(0, _pid), _side_run(1, partial(_elsewhere, os.getpid(), looping))])
    while not os.path.exists(there):
        time.sleep(0.01)
    return _told(dict(answers)), {}


def dividing(fate: Callable[[], Any], beside: Beside | None = None) -> Made:
    """Three tasks: one that tells who did it, one that the companion meets its fate at, one more. This process is late."""
    tasks = [_side_run(0, _pid), _side_run(1, partial(_elsewhere, os.getpid(), fate)), _side_run(2, _pid)]
    answers = beside(_NO_OFFERS, tasks)[1] if beside else map(carry_out, tasks)
    time.sleep(0.5)
    return _told(dict(answers)), {}


def sharing(scenario: Scenario, beside: Beside) -> Made:
    """Offers valued by two processes, each of which tells that it knows all: the companion first, since its only task is its own."""
    task = SideRun((0,), _known, scenario, VALUATION_PATHS)
    _, answers = beside(scenario, [task])
    return json.dumps([os.getpid(), *(doer for _, doer in answers), _known(scenario, VALUATION_PATHS)]).encode(), {}


def _known(scenario: Scenario, paths: int) -> int:
    """The process that knows what offers are worth, and values none."""
    with patch.object(valuation_run, "_lived", None):
        log_odds([scenario], scenario, paths)
    return os.getpid()


def killed() -> None:
    """As by the kernel, for memory."""
    with tempfile.NamedTemporaryFile(delete=False):
        os.kill(os.getpid(), signal.SIGKILL)


def _side_run(place: int, work: Callable[[], Any]) -> SideRun:
    return SideRun((place,), partial(_worked, work), None, 0)  # type: ignore[arg-type]


def _worked(work: Callable[[], Any], *_: Any) -> Any:
    return work()


def _elsewhere(job: int, fate: Callable[[], Any]) -> int:
    if os.getpid() != job:
        fate()
    return os.getpid()


def _pid() -> int:
    return os.getpid()


def _told(answers: dict[Any, int]) -> bytes:
    return json.dumps([os.getpid(), *(answers[key] for key in sorted(answers))]).encode()
