"""A second process for one comparison: it values some of the offers, then takes side runs while the job's own process is at the main run.

Everything goes over once. Whose turn a piece of work is, is told by a pipe that both processes read and that holds one byte a turn: the
places of the offers, the places of the tasks after them. A byte is read once, by whoever is free, and no lock is left held by a process
that is killed. The last task is the companion's alone. What a companion that is gone has not answered, the job's own process does.

When no offer is left to value, the companion sends those it has, if any, and only then does the job's own process send what it makes of
its own. So never do both write, and nobody waits longer than for the offer that the other has in hand: a companion that has none yet is
not waited for, and finds what it needs when it comes.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from multiprocessing.connection import Connection
from typing import Any

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.side_runs import Answered, SideRun, carry_out
from compdesign.simulation.valuation_run import OfferValue, remember, value_offers

from .child import Made

RESERVED = 1
"""Last tasks left to the companion: who comes late would draw what they need anew, and be done later."""
VALUED = 255
"""The turn between offers and tasks, one for either process: no offer is left."""


@dataclass(frozen=True)
class Beside:
    """What the job's own process holds. channel: work out, answers in. turns: read by both. giving: the other end of turns."""

    channel: Connection
    turns: Connection
    giving: Connection

    def __call__(self, scenario: Scenario, tasks: list[SideRun]) -> tuple[tuple[OfferValue, ...], Iterator[Answered]]:
        """Hand everything over at once. What each offer is worth, and the answers of the tasks, which are given when asked for."""
        self._tell((scenario, tasks))
        offers, numbered = range(len(scenario.offers)), _numbered(scenario, tasks)
        with self.giving:
            os.write(self.giving.fileno(), bytes([*offers, VALUED, VALUED, *list(numbered)[:-RESERVED]]))
        return self._worth(scenario, offers), self._answers(numbered)

    def _worth(self, scenario: Scenario, offers: range) -> tuple[OfferValue, ...]:
        own, _ = _valued(scenario, self.turns)
        heard = self._heard() if len(own) < len(offers) else None
        self._tell({place: value.without_hires() for place, value in own.items()})
        found = {**(heard or {}), **own}
        found |= {place: _value(scenario, place) for place in offers if place not in found}
        remember(scenario, found)
        return tuple(found[place] for place in offers)

    def _answers(self, tasks: dict[int, SideRun]) -> Iterator[Answered]:
        turns = (turn for turn in _drawn(self.turns) if turn != VALUED)
        while tasks:
            if not self.channel.poll() and (turn := next(turns, None)) is not None:
                yield carry_out(tasks.pop(turn))
                continue
            if (heard := self._heard()) is None:
                break
            place, answered = heard
            del tasks[place]
            yield answered
        yield from map(carry_out, tasks.values())

    def _tell(self, told: Any) -> None:
        with suppress(OSError):  # nobody is there any more
            self.channel.send(told)

    def _heard(self) -> Any:
        try:
            return self.channel.recv()
        except (EOFError, OSError):
            return None


def pair(context: Any) -> tuple[Beside, tuple[Connection, Connection]]:
    """What the job's own process holds, and what its companion does."""
    near, far = context.Pipe()
    turns, giving = context.Pipe(duplex=False)
    return Beside(near, turns, giving), (far, turns)


def assist(channel: Connection, turns: Connection) -> Made:
    """What the companion does. Its answers to tasks, small ones that a pipe holds until they are read, go to the job's own process."""
    scenario, tasks = channel.recv()
    own, drawn = _valued(scenario, turns)
    if own:
        channel.send(own)
    remember(scenario, {**own, **channel.recv()})
    numbered = _numbered(scenario, tasks)
    for turn in chain(drawn, _drawn(turns), list(numbered)[-RESERVED:]):
        if turn != VALUED:
            channel.send((turn, carry_out(numbered[turn])))
    return b"", {}


def _numbered(scenario: Scenario, tasks: list[SideRun]) -> dict[int, SideRun]:
    """Tasks by their turns, which come after those of the offers."""
    return dict(enumerate(tasks, len(scenario.offers)))


def _valued(scenario: Scenario, turns: Connection) -> tuple[dict[int, OfferValue], list[int]]:
    """The offers drawn, by place, and the turn drawn after them: who comes very late finds that of a task."""
    found: dict[int, OfferValue] = {}
    for turn in _drawn(turns):
        if turn >= len(scenario.offers):
            return found, [turn]
        found[turn] = _value(scenario, turn)
    return found, []


def _value(scenario: Scenario, place: int) -> OfferValue:
    [value] = value_offers(scenario.model_copy(update={"offers": (scenario.offers[place],)}))
    return value


def _drawn(turns: Connection) -> Iterator[int]:
    """Turns that nobody has had, drawn one by one until none is left."""
    while drawn := os.read(turns.fileno(), 1):
        yield drawn[0]
