"""The only generator of random numbers: named, counter-based streams that no other draw can move.

A stream is keyed by (seed, RNG block, name, seat, hire ordinal); inside a stream, row i is the i-th array over the paths
of the block. Rows are drawn when first asked for and kept, so that structures share them and unused ones cost nothing.
"""

import re
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import cast
from zlib import crc32

import numpy as np
from numpy.random import Generator, Philox, SeedSequence

from compdesign.quantities import FloatArray, PerPath
from compdesign.simulation.kernel import Draws

RNG_BLOCK = 4_096
"""Paths in one RNG block: part of the key, so never to be changed for speed."""
ROWS_AT_A_TIME = 1_024
"""Pages never written take no memory."""
PHILOX = 4
"""Numbers that the generator makes at a time."""
CACHE_LINE = 8
"""Numbers in a line of the processor's cache."""


class Streams:
    """The draws of one RNG block.

    size: paths in the block. paths: how many of its first are read, all if not said: it changes no draw, but the others are then not
    kept, and not drawn where no row follows. width: paths in a row, which is also the period after which they repeat. inputs: values
    of uncertain inputs that were made of these draws.
    """

    def __init__(self, seed: int, block: int, size: int = RNG_BLOCK, paths: int | None = None) -> None:
        self.seed, self.block, self.width = seed, block, size if paths is None else paths
        self.period = self.width
        self._unread = np.empty(size - self.width)
        self._generators: dict[tuple[str, int, int], Generator] = {}
        self._rows: dict[tuple[str, int, int], list[FloatArray]] = {}
        self._spare: list[FloatArray] = []
        self._read: dict[int, Draws] = {}
        self.inputs: dict[Hashable, FloatArray] = {}

    def uniform(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path] in [0, 1)."""
        return self.row(name, "uniform", None, row, seat, ordinal)

    def normal(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], standard normal."""
        return self.row(name, "normal", None, row, seat, ordinal)

    def normal32(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """Standard normal drawn in single precision: for measurement error, which carries no money."""
        return self.row(name, "normal32", None, row, seat, ordinal)

    def exponential(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], unit exponential."""
        return self.row(name, "exponential", None, row, seat, ordinal)

    def gamma(self, name: str, shape: PerPath, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], gamma of the given shape (a float, or float64[path] where every path of the block is read), unit scale."""
        return self.row(name, "gamma", shape, row, seat, ordinal)

    def drawn(self) -> dict[tuple[str, int, int], int]:
        """Rows drawn so far of each (name, seat, ordinal)."""
        return {key: len(rows) for key, rows in self._rows.items()}

    def row(self, name: str, kind: str, shape: PerPath, row: int, seat: int, ordinal: int) -> FloatArray:
        """float64[path], read-only by agreement; kind is the name of a method above."""
        key = (name, seat, ordinal)
        if key not in self._rows:
            self._generators[key] = Generator(Philox(SeedSequence(self.seed, spawn_key=(self.block, _word(name), seat, ordinal))))
            self._rows[key] = []
        rows, generator, draw = self._rows[key], self._generators[key], _DRAWS[kind]
        while len(rows) <= row:  # in order: a row's place in its stream is its meaning
            if rows and len(self._unread):
                self._pass_over(generator, kind, shape)  # what is left of the row before
            out = self._empty_row()
            draw(generator, out, shape)
            rows.append(out)
        return rows[row]

    def _pass_over(self, generator: Generator, kind: str, shape: PerPath) -> None:
        """Leave the unread paths of a row behind. A uniform takes one number of the generator, which makes them in fours: whole fours are
        counted, not made, and what is left of the four at hand goes with them.
        """
        if kind == "uniform":
            cast(Philox, generator.bit_generator).advance(len(self._unread) // PHILOX)
        else:
            _DRAWS[kind](generator, self._unread, shape)

    def read(self, seats: int) -> Draws:
        """What the kernel has read of these streams so far, for scenarios of so many seats."""
        if seats not in self._read:
            self._read[seats] = Draws(seats)
        return self._read[seats]

    def _empty_row(self) -> FloatArray:
        """A row to fill, from a chunk that holds nothing else, so that the gaps between rows are not memory lost to others."""
        if not self._spare:
            chunk = np.empty((ROWS_AT_A_TIME, self.width + CACHE_LINE))  # rows a power of two apart would crowd the same cache lines
            self._spare = [row[: self.width] for row in chunk]
        return self._spare.pop()


class Repeated:
    """The draws of the first paths of some streams, time after time in a row, once for each of several scenarios simulated side by side.

    width: paths in a row. period: paths after which the draws repeat. Rows are those of the streams, of which the others are not read.
    """

    def __init__(self, streams: Streams, paths: int, times: int = 1) -> None:
        self.streams, self.times, self.width, self.period = streams, times, paths * times, paths
        self.row, self.read = streams.row, streams.read

    def uniform(self, name: str, row: int = 0) -> FloatArray:
        """float64[path] in [0, 1)."""
        return np.tile(self.streams.uniform(name, row)[: self.period], self.times)

    def normal(self, name: str, row: int = 0) -> FloatArray:
        """float64[path], standard normal."""
        return np.tile(self.streams.normal(name, row)[: self.period], self.times)

    def exponential(self, name: str, row: int = 0) -> FloatArray:
        """float64[path], unit exponential."""
        return np.tile(self.streams.exponential(name, row)[: self.period], self.times)


@lru_cache(maxsize=4)
def kept_streams(seed: int, block: int, size: int, shapes: str, thread: int) -> Streams:
    """Streams that many runs of one comparison read. shapes: what the shapes of their gamma draws depend on. thread: whose they are,
    since rows are drawn in order and two threads at one generator would mix them up.
    """
    return Streams(seed, block, size)


@lru_cache(maxsize=1)
def kept_block(seed: int, paths: int, shapes: str, thread: int) -> Streams:
    """The streams of the first RNG block, for runs of its first paths that need no other, one after the other: the main run and the
    null ranking. As `kept_streams`.
    """
    return Streams(seed, 0, paths=paths)


def _normal32(generator: Generator, out: FloatArray, _: PerPath) -> None:
    out[:] = generator.standard_normal(len(out), dtype=np.float32)


_DRAWS: dict[str, Callable[[Generator, FloatArray, PerPath], object]] = {
    "uniform": lambda generator, out, _: generator.random(out=out),
    "normal": lambda generator, out, _: generator.standard_normal(out=out),
    "normal32": _normal32,
    "exponential": lambda generator, out, _: generator.standard_exponential(out=out),
    "gamma": lambda generator, out, shape: generator.standard_gamma(shape, out=out),
}


_OFFER = re.compile(r"^offers\[[0-9]+\]")


def input_stream(name: str) -> str:
    """The stream of an uncertain input by its dotted name. An input of an offer is the same luck in every offer, whatever its
    place: equal structures stay equal, and their order changes nothing.
    """
    return f"input:{_OFFER.sub('offers', name)}"


@lru_cache
def _word(name: str) -> int:
    return crc32(name.encode())
