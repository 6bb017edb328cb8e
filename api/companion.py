"""A second process for one comparison: while the job's own process is at the main run, its companion takes side runs.

The tasks go over once. Whose turn a task is, is told by a pipe that both processes read and that holds one byte a task, its place: a
byte is read once, by whoever is free, and no lock is left held by a process that is killed. The last task is the companion's alone.
What a companion that is gone has not answered, the job's own process does.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from multiprocessing.connection import Connection
from typing import Any

from compdesign.metrics.side_runs import Answered, SideRun, carry_out

from .child import Made

RESERVED = 1
"""Last tasks left to the companion: who comes late would draw and value anew what they need, and be done later."""


@dataclass(frozen=True)
class Beside:
    """What the job's own process holds. channel: tasks out, answers in. turns: read by both. giving: the other end of turns."""

    channel: Connection
    turns: Connection
    giving: Connection

    def __call__(self, tasks: list[SideRun]) -> Iterator[Answered]:
        """Hand the tasks over at once; give their answers when asked for them."""
        with suppress(OSError):  # gone before it began
            self.channel.send(tasks)
        with self.giving:
            os.write(self.giving.fileno(), bytes(_shared(tasks)))
        return self._answers(dict(enumerate(tasks)))

    def _answers(self, tasks: dict[int, SideRun]) -> Iterator[Answered]:
        for place in _drawn(self.turns):
            yield carry_out(tasks.pop(place))
        while tasks and (heard := self._heard()):
            place, answered = heard
            del tasks[place]
            yield answered
        yield from map(carry_out, tasks.values())

    def _heard(self) -> tuple[int, Answered] | None:
        try:
            heard: tuple[int, Answered] = self.channel.recv()
        except (EOFError, OSError):
            return None
        return heard


def pair(context: Any) -> tuple[Beside, tuple[Connection, Connection]]:
    """What the job's own process holds, and what its companion does."""
    near, far = context.Pipe()
    turns, giving = context.Pipe(duplex=False)
    return Beside(near, turns, giving), (far, turns)


def assist(channel: Connection, turns: Connection) -> Made:
    """What the companion does. Its answers, small ones that a pipe holds until they are read, go to the job's own process."""
    tasks = channel.recv()
    for place in chain(_drawn(turns), range(len(_shared(tasks)), len(tasks))):
        channel.send((place, carry_out(tasks[place])))
    return b"", {}


def _shared(tasks: list[SideRun]) -> range:
    """Places of the tasks that either process may take."""
    return range(max(len(tasks) - RESERVED, 0))


def _drawn(turns: Connection) -> Iterator[int]:
    """Places of tasks that nobody has begun, drawn one by one until none is left."""
    while drawn := os.read(turns.fileno(), 1):
        yield drawn[0]
