"""The only generator of random numbers: named, counter-based streams that no other draw can move.

A stream is keyed by (seed, RNG block, name, seat, hire ordinal); inside a stream, row i is the i-th array over the paths
of the block. Rows are drawn when first asked for and kept, so that structures share them and unused ones cost nothing.
"""

from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.random import Generator, Philox, SeedSequence

from compdesign.quantities import FloatArray, IntArray, PerPath

RNG_BLOCK = 4_096
"""Paths in one RNG block: part of the key, so never to be changed for speed."""

Row = Callable[[Generator, int], FloatArray]


class Streams:
    """The draws of one RNG block. `size` is the number of paths in the block."""

    def __init__(self, seed: int, block: int, size: int = RNG_BLOCK) -> None:
        self.seed, self.block, self.size = seed, block, size
        self._streams: dict[tuple[str, int, int], tuple[Generator, list[FloatArray]]] = {}
        self._tables: dict[str, _Table] = {}

    def uniform(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path] in [0, 1)."""
        return self._row(name, row, seat, ordinal, _uniform)

    def normal(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], standard normal."""
        return self._row(name, row, seat, ordinal, _normal)

    def normal32(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float32[path], standard normal: for measurement error, which carries no money."""
        return self._row(name, row, seat, ordinal, _normal32)

    def exponential(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], unit exponential."""
        return self._row(name, row, seat, ordinal, _exponential)

    def gamma(self, name: str, shape: PerPath, row: int = 0, seat: int = 0, ordinal: int = 0) -> FloatArray:
        """float64[path], gamma of the given shape (a float or float64[path of the whole block]), unit scale."""
        return self._row(name, row, seat, ordinal, lambda generator, size: generator.standard_gamma(shape, size))

    def gather(self, name: str, kind: str, seat: IntArray, ordinal: IntArray, row: IntArray, path: IntArray, shape: PerPath = None) -> FloatArray:
        """The draws of stream `name` at many (seat, ordinal, row, path) at once; kind is the name of a method above."""
        table = self._tables.setdefault(name, _Table(self.size))
        slots = table.slots(seat, ordinal, row)
        missing = np.flatnonzero(slots < 0)
        if missing.size:
            draw = getattr(self, kind)
            for s, o, r in table.places(seat[missing], ordinal[missing], row[missing]):
                table.put(s, o, r, draw(name, shape, r, s, o) if kind == "gamma" else draw(name, r, s, o))
            slots = table.slots(seat, ordinal, row)
        return table.values.ravel().take(slots * self.size + path)

    def _row(self, name: str, row: int, seat: int, ordinal: int, draw: Row) -> FloatArray:
        key = (name, seat, ordinal)
        if key not in self._streams:
            words = (self.block, _word(name), seat, ordinal)
            self._streams[key] = (Generator(Philox(SeedSequence(self.seed, spawn_key=words))), [])
        generator, rows = self._streams[key]
        while len(rows) <= row:
            rows.append(draw(generator, self.size))
        return rows[row]


class _Table:
    """Rows of one stream over all its seats, ordinals and rows, packed so that one indexing reads many of them."""

    def __init__(self, size: int) -> None:
        self.values: FloatArray = np.empty((64, size))
        self._index = np.full((1, 1, 1), -1)
        self._used = 0

    def slots(self, seat: IntArray, ordinal: IntArray, row: IntArray) -> IntArray:
        """Position of each row in `values`, -1 where it has not been drawn."""
        needed = [int(axis.max(initial=0)) + 1 for axis in (seat, ordinal, row)]
        if any(n > have for n, have in zip(needed, self._index.shape, strict=True)):
            shape = [max(2 * n, have) if n > have else have for n, have in zip(needed, self._index.shape, strict=True)]
            grown = np.full(shape, -1)
            grown[tuple(slice(n) for n in self._index.shape)] = self._index
            self._index = grown
        return self._index.ravel().take(self._code(seat, ordinal, row))

    def _code(self, seat: IntArray, ordinal: IntArray, row: IntArray) -> IntArray:
        _, ordinals, rows = self._index.shape
        return (seat * ordinals + ordinal) * rows + row

    def places(self, seat: IntArray, ordinal: IntArray, row: IntArray) -> list[tuple[int, int, int]]:
        """The distinct (seat, ordinal, row), in order."""
        codes = np.unique(self._code(seat, ordinal, row))
        return list(zip(*(axis.tolist() for axis in np.unravel_index(codes, self._index.shape)), strict=True))

    def put(self, seat: int, ordinal: int, row: int, values: FloatArray) -> None:
        if self._used == len(self.values):
            self.values = np.concatenate([self.values, np.empty_like(self.values)])
        self.values[self._used] = values
        self._index[seat, ordinal, row] = self._used
        self._used += 1


@lru_cache
def _word(name: str) -> int:
    return crc32(name.encode())


def _uniform(generator: Generator, size: int) -> FloatArray:
    return generator.random(size)


def _normal(generator: Generator, size: int) -> FloatArray:
    return generator.standard_normal(size)


def _normal32(generator: Generator, size: int) -> FloatArray:
    return generator.standard_normal(size, dtype=np.float32)  # type: ignore[return-value]


def _exponential(generator: Generator, size: int) -> FloatArray:
    return generator.standard_exponential(size)
