"""The frozen result of a simulation: sums over small groups of paths, from which every number and its error follow."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import fsum
from typing import TypeAlias

import numpy as np
import pandas as pd

from compdesign.errors import SimulationFault
from compdesign.inputs.scenario import Scenario
from compdesign.quantities import FloatArray, IntArray
from compdesign.simulation.valuation_run import OfferValue

LARGEST_GROUP = 64
"""Paths in one group of the jackknife, at most; a divisor of the RNG block, so that groups never depend on how the work was cut."""
FEWEST_GROUPS = 32
"""Groups that a run is cut into at least, down to one path a group: fewer would say little about the error."""
KEPT_PATHS = 65_536
"""Paths whose headline values are kept one by one, for the tornado and for `to_frame`."""
KEPT = (
    "present_cost",
    "present_pay",
    "pay",
    "runway_restricted",
    "qualifying_by_24",
    "qualifying",
    "verified",
    "filled_months",
    "dilution",
    "cash_out",
    "equity_value",
    "closing_cash",
)
FIFTH = 0.2
Fifths: TypeAlias = tuple[IntArray, IntArray]
"""Paths on which an input is lowest, and on which it is highest."""
BINS_A_MONTH = 100
NEVER_BIN = 120 * BINS_A_MONTH
"""Last bin of the time to first production: longer than 120 months, or never."""


@dataclass(frozen=True)
class BlockSummary:
    """A stretch of RNG blocks, summarised where it was simulated. Axes: structure, variable, group, path as named.

    sums[structure, variable, group], sizes[group]; squares[structure, variable]; apart[structure, variable]: sum of squared differences to
    structure 0; furthest[structure, variable]: largest absolute difference to it; runway[structure, path]; kept[structure,
    headline, path], inputs[input, path]: the first paths of the run, one by one; first_production[structure, bin].
    """

    block: int
    paths: int
    variables: tuple[str, ...]
    sums: FloatArray
    sizes: FloatArray
    squares: FloatArray
    apart: FloatArray
    furthest: FloatArray
    runway: FloatArray
    kept: FloatArray
    inputs: FloatArray
    first_production: IntArray


@dataclass(frozen=True, repr=False)
class SimulationResult:
    """Every structure on the same simulated futures.

    structures: names. variables: common to all structures, in order. sums[structure, variable, group], sizes[group]: sums
    and numbers of paths of each group. squares, apart, furthest[structure, variable]: see BlockSummary. runway[structure, path]: float32, inf where cash lasted. kept[structure,
    headline, path], inputs[input, path]: the first paths one by one, inputs as values; fifths: per input those on which it is lowest,
    and highest. offers: what candidates make of it.
    """

    scenario: Scenario
    structures: tuple[str, ...]
    paths: int
    variables: dict[str, int]
    sums: FloatArray
    sizes: FloatArray
    squares: FloatArray
    apart: FloatArray
    furthest: FloatArray
    runway: FloatArray
    kept: FloatArray
    inputs: dict[str, FloatArray]
    fifths: dict[str, Fifths]
    first_production: IntArray
    offers: tuple[OfferValue, ...]

    def mean(self, variable: str, structure: int) -> float:
        """Mean over paths, from exact sums."""
        return self.total(variable, structure) / self.paths

    def total(self, variable: str, structure: int) -> float:
        """Exact sum over paths."""
        return fsum(self.sums[structure, self.variables[variable]].tolist())

    def has(self, variable: str) -> bool:
        return variable in self.variables

    def to_frame(self) -> pd.DataFrame:
        """One row per structure and path of the first KEPT_PATHS: headline values, and the inputs the path drew."""
        frames = []
        for index, name in enumerate(self.structures):
            frame = pd.DataFrame(dict(zip(KEPT, self.kept[index], strict=True)) | self.inputs)
            frame.insert(0, "runway", self.runway[index, : len(frame)])
            frame.insert(0, "path", np.arange(len(frame)))
            frame.insert(0, "structure", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def __repr__(self) -> str:
        return f"<SimulationResult {self.scenario.title!r}: {len(self.structures)} structures, {self.paths:,} paths, seed {self.scenario.seed}>"


def group_of(paths: int) -> int:
    """Paths in one group of a run of this many: the largest power of two that leaves FEWEST_GROUPS, at most LARGEST_GROUP."""
    return min(1 << max(paths // FEWEST_GROUPS, 1).bit_length() - 1, LARGEST_GROUP)


def summarise(
    block: int, structures: Iterable[tuple[dict[str, FloatArray], IntArray]], inputs: FloatArray, kept: int, group: int
) -> BlockSummary:
    """Reduce one block. structures: of each, variable -> float64[path] and first_production[bin], asked for one after the other, so that
    not all of them need be held; kept: paths of this block to keep one by one; group: paths in one group. Raises SimulationFault where
    a path has no finite cash.
    """
    names: dict[str, None] = {}
    first: FloatArray | None = None
    reduced: list[tuple[FloatArray, ...]] = []
    runway, headlines, production = [], [], []
    for each, bins in structures:  # one at a time stays in the processor's cache
        if np.isnan(each["closing_cash"]).any():
            raise SimulationFault(
                "some futures have no finite cash; look for inputs out of all proportion, such as growth above 1e6 a year"
            )
        names |= dict.fromkeys(each)  # what a structure does not have is nothing of it
        paths = len(each["runway"])
        starts, nothing = np.arange(0, paths, group), np.zeros(paths)
        finite = np.concatenate([each.get(name, nothing) for name in names]).reshape(len(names), paths)
        finite[~np.isfinite(finite)] = 0.0
        first = finite if first is None else _lengthened(first, len(names))
        sums, spare = np.add.reduceat(finite, starts, axis=1), np.square(finite)
        squares = spare.sum(axis=1)
        np.abs(np.subtract(finite, first, out=spare), out=spare)
        furthest = spare.max(axis=1)
        reduced.append((sums, squares, np.square(spare, out=spare).sum(axis=1), furthest))
        production.append(bins)
        runway.append(each["runway"].astype(np.float32))
        headlines.append(np.stack([each.get(name, nothing)[:kept] for name in KEPT]))
    sums, squares, apart, furthest = (np.stack([_lengthened(part, len(names)) for part in parts]) for parts in zip(*reduced, strict=True))
    return BlockSummary(
        block=block,
        paths=paths,
        variables=tuple(names),
        sums=sums,
        sizes=np.minimum(group, paths - starts).astype(float),
        squares=squares,
        apart=apart,
        furthest=furthest,
        runway=np.stack(runway),
        kept=np.stack(headlines),
        inputs=inputs[:, :kept],
        first_production=np.stack(production),
    )


def _lengthened(rows: FloatArray, count: int) -> FloatArray:
    """As many rows, those that it lacks nil."""
    return rows if len(rows) == count else np.concatenate([rows, np.zeros((count - len(rows), *rows.shape[1:]))])


def joined(scenario: Scenario, summaries: list[BlockSummary], inputs: list[str], offers: tuple[OfferValue, ...]) -> SimulationResult:
    """Put the blocks together in block order, whatever order they came in: the same bits for any number of workers."""
    ordered = sorted(summaries, key=lambda each: each.block)
    names = ordered[0].variables
    sizes = np.concatenate([each.sizes for each in ordered])
    drawn = dict(zip(inputs, np.concatenate([each.inputs for each in ordered], axis=1), strict=True))
    result = SimulationResult(
        scenario=scenario,
        structures=tuple(offer.name for offer in scenario.offers),
        paths=sum(each.paths for each in ordered),
        variables={name: index for index, name in enumerate(names)},
        sums=np.concatenate([each.sums for each in ordered], axis=2),
        sizes=sizes,
        squares=_exact([each.squares for each in ordered]),
        apart=_exact([each.apart for each in ordered]),
        furthest=np.max([each.furthest for each in ordered], axis=0),
        runway=np.concatenate([each.runway for each in ordered], axis=1),
        kept=np.concatenate([each.kept for each in ordered], axis=2),
        inputs=drawn,
        fifths={name: _fifths(values) for name, values in drawn.items()},
        first_production=np.sum([each.first_production for each in ordered], axis=0),
        offers=offers,
    )
    for field in fields(result):
        if isinstance(array := getattr(result, field.name), np.ndarray):
            array.flags.writeable = False
    return result


def _fifths(drawn: FloatArray) -> Fifths:
    order = np.argsort(drawn, kind="stable")
    fifth = max(int(len(order) * FIFTH), 1)
    return order[:fifth], order[-fifth:]


def _exact(blocks: list[FloatArray]) -> FloatArray:
    """Exactly rounded sum over blocks, element by element."""
    if len(blocks) == 1:
        return blocks[0]
    stacked = np.stack(blocks)
    return np.array([fsum(column) for column in stacked.reshape(len(blocks), -1).T]).reshape(stacked.shape[1:])


def first_production_bins(waited: FloatArray) -> IntArray:
    """Histogram of months to first production in hundredths of a month; the last bin is later than 120 months, or never."""
    bins = np.minimum(np.where(np.isfinite(waited), np.ceil(waited * BINS_A_MONTH), NEVER_BIN), NEVER_BIN).astype(np.int64)
    return np.bincount(bins, minlength=NEVER_BIN + 1)


def is_identical(result: SimulationResult, variable: str, structure: int) -> bool:
    """Whether a variable is the same on every path as in the first structure."""
    return bool(result.furthest[structure, result.variables[variable]] == 0)
