"""The only generator of random numbers: named, counter-based streams that no other draw can move.

A stream is keyed by (seed, RNG block, name, seat, hire ordinal); inside a stream, row i is the i-th array over the paths
of the block. Rows are drawn when first asked for and kept, so that structures share them and unused ones cost nothing.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.random import Generator, Philox, SeedSequence

from compdesign.quantities import FloatArray, IntArray, PerPath, places

RNG_BLOCK = 4_096
"""Paths in one RNG block: part of the key, so never to be changed for speed."""
MOST_SEATS = 50
"""Seats a scenario may have: see inputs.hiring."""


class Streams:
    """The draws of one RNG block, or of several consecutive ones side by side.

    block: the first one's number. size: paths in a block. blocks: how many stand side by side in a row: more amortise the
    cost of a call and change no draw. repeats: how often the same draws follow each other in a row, one time for each of
    several scenarios simulated side by side. width: paths in a row.
    """

    def __init__(self, seed: int, block: int, size: int = RNG_BLOCK, blocks: int = 1, repeats: int = 1) -> None:
        self.seed, self.block, self.size, self.width = seed, block, size, size * blocks * repeats
        self.repeats = repeats
        self.windows = [slice(each * size, (each + 1) * size) for each in range(blocks)]
        self._generators: dict[tuple[str, int, int], list[Generator]] = {}
        self._tables: dict[str, _Table] = {}

    def uniform(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path] in [0, 1)."""
        return self._row(name, "uniform", None, row, seat, ordinal)

    def normal(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], standard normal."""
        return self._row(name, "normal", None, row, seat, ordinal)

    def normal32(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """Standard normal drawn in single precision: for measurement error, which carries no money."""
        return self._row(name, "normal32", None, row, seat, ordinal)

    def exponential(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], unit exponential."""
        return self._row(name, "exponential", None, row, seat, ordinal)

    def gamma(self, name: str, shape: PerPath, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], gamma of the given shape (a float or float64[path of the whole row]), unit scale."""
        return self._row(name, "gamma", shape, row, seat, ordinal)

    def gather(
        self, name: str, kind: str, seat: IntArray, ordinal: IntArray, row: IntArray, path: IntArray, shape: PerPath = None
    ) -> FloatArray:
        """The draws of stream `name` at many (seat, ordinal, row, path) at once; kind is the name of a method above."""
        table = self._table(name)
        slots = table.slots(seat, ordinal, row)
        missing = places(slots < 0)
        if missing.size:
            for s, o, r in table.places(seat[missing], ordinal[missing], row[missing]):
                self._row(name, kind, shape, r, s, o)
            slots = table.slots(seat, ordinal, row)
        slots *= self.width
        slots += path
        return table.values.take(slots)

    def drawn(self) -> dict[tuple[str, int, int], int]:
        """Rows drawn so far of each (name, seat, ordinal)."""
        return {key: self._tables[key[0]].count(key[1], key[2]) for key in self._generators}

    def _table(self, name: str) -> "_Table":
        if name not in self._tables:
            self._tables[name] = _Table(self.width)
        return self._tables[name]

    def _row(self, name: str, kind: str, shape: PerPath, row: int, seat: int, ordinal: int) -> FloatArray:
        table, key = self._table(name), (name, seat, ordinal)
        if key not in self._generators:
            words = [(self.block + each, _word(name), seat, ordinal) for each in range(len(self.windows))]
            self._generators[key] = [Generator(Philox(SeedSequence(self.seed, spawn_key=each))) for each in words]
        for following in range(table.count(seat, ordinal), row + 1):  # in order: a row's place in its stream is its meaning
            out = table.add(seat, ordinal, following)
            for generator, window in zip(self._generators[key], self.windows, strict=True):
                _DRAWS[kind](generator, out[window], shape[window] if isinstance(shape, np.ndarray) else shape)
            if self.repeats > 1:
                out.reshape(self.repeats, -1)[1:] = out[: self.width // self.repeats]
        return table.row(seat, ordinal, row)


def _normal32(generator: Generator, out: FloatArray, _: PerPath) -> None:
    out[:] = generator.standard_normal(len(out), dtype=np.float32)


_DRAWS: dict[str, Callable[[Generator, FloatArray, PerPath], object]] = {
    "uniform": lambda generator, out, _: generator.random(out=out),
    "normal": lambda generator, out, _: generator.standard_normal(out=out),
    "normal32": _normal32,
    "exponential": lambda generator, out, _: generator.standard_exponential(out=out),
    "gamma": lambda generator, out, shape: generator.standard_gamma(shape, out=out),
}


class _Table:
    """Rows of one stream over all its seats, ordinals and rows, packed so that one indexing reads many of them."""

    def __init__(self, width: int) -> None:
        self.values: FloatArray = np.empty((1_024, width))  # pages never written take no memory
        self._index = np.full((MOST_SEATS, 4, 8), -1)
        self._used = 0

    def slots(self, seat: IntArray, ordinal: IntArray, row: IntArray) -> IntArray:
        """Position of each row in `values`, -1 where it has not been drawn."""
        if seat.size:
            self._reach(int(ordinal.max()), int(row.max()))
        return self._index.take(self._code(seat, ordinal, row))

    def _code(self, seat: IntArray, ordinal: IntArray, row: IntArray) -> IntArray:
        _, ordinals, rows = self._index.shape
        return (seat * ordinals + ordinal) * rows + row

    def _reach(self, ordinal: int, row: int) -> None:
        """Make room in the index."""
        _, ordinals, rows = self._index.shape
        if ordinal >= ordinals or row >= rows:
            grown = np.full((MOST_SEATS, max(ordinals, 2 * ordinal), max(rows, 2 * row)), -1)
            grown[:, :ordinals, :rows] = self._index
            self._index = grown

    def places(self, seat: IntArray, ordinal: IntArray, row: IntArray) -> list[tuple[int, int, int]]:
        """The distinct (seat, ordinal, row), in order."""
        codes = np.unique(self._code(seat, ordinal, row))
        return list(zip(*(axis.tolist() for axis in np.unravel_index(codes, self._index.shape)), strict=True))

    def count(self, seat: int, ordinal: int) -> int:
        """Rows drawn of one seat and ordinal."""
        return int(np.count_nonzero(self._index[seat, ordinal] >= 0)) if ordinal < self._index.shape[1] else 0

    def add(self, seat: int, ordinal: int, row: int) -> FloatArray:
        """An empty row to fill."""
        self._reach(ordinal, row)
        if self._used == len(self.values):
            self.values = np.concatenate([self.values, np.empty((3 * self._used, self.values.shape[1]))])
        self._index[seat, ordinal, row] = self._used
        self._used += 1
        return self.values[self._used - 1]

    def row(self, seat: int, ordinal: int, row: int) -> FloatArray:
        return self.values[self._index[seat, ordinal, row]]


_OFFER = re.compile(r"^offers\[[0-9]+\]")


def input_stream(name: str) -> str:
    """The stream of an uncertain input by its dotted name. An input of an offer is the same luck in every offer, whatever its
    place: equal structures stay equal, and their order changes nothing.
    """
    return f"input:{_OFFER.sub('offers', name)}"


@lru_cache
def _word(name: str) -> int:
    return crc32(name.encode())
