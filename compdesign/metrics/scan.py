"""Variants of a scenario on few paths, and what they tell of the objective beside a main run of many.

A variant and the scenario typed share their luck path by path. What the few paths make of the scenario typed, less what the main run's
many make of it, says how lucky those few are, and that much is taken off again: a control variate with the coefficient of a regression over
groups of paths (Glasserman 2003, Monte Carlo Methods in Financial Engineering, section 4.1). At the scenario typed the coefficient is 1, and
what is told is the main run's own number. Of a structure the luck is told by itself and by the first structure, with which it is compared.
Where nothing is deployed in the scenario typed there is none to tell, and the few paths stand for themselves.
"""

from dataclasses import dataclass

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT
from compdesign.metrics.estimates import Difference, jackknife_errors, label, threshold
from compdesign.quantities import BoolArray, FloatArray
from compdesign.simulation.result import SimulationResult
from compdesign.simulation.run import simulate_variants

ONE_LUCK = 1e-9
"""Share by which two structures' luck has to differ to tell more than one of them."""
FEWEST_GROUPS = 16
"""Groups of paths that tell the coefficients of a regression; with fewer the few paths stand for themselves."""


@dataclass(frozen=True)
class Sums:
    """Of the objective's two variables over groups of paths, float64[..., structure, group]."""

    cost: FloatArray
    deployments: FloatArray

    @classmethod
    def of(cls, result: SimulationResult, structures: int) -> "Sums":
        """Of the first structures of a run."""
        cost, deployments = (
            result.sums[:structures, result.variables[name]] for name in (COST_PER_DEPLOYMENT.variable, COST_PER_DEPLOYMENT.per)
        )
        return cls(cost, deployments)

    def alike(self, structure: int, base: int) -> BoolArray:
        """Whether two structures are the same in every group, bool[...]."""
        pairs = ((each[..., structure, :], each[..., base, :]) for each in (self.cost, self.deployments))
        cost, deployments = ((one == other).all(axis=-1) for one, other in pairs)
        return np.asarray(cost & deployments)


@dataclass(frozen=True)
class Scan:
    """variants: [variant, structure, group]. typed: the scenario they are variants of on the same paths, [structure, group]."""

    variants: Sums
    typed: Sums


@dataclass(frozen=True)
class Told:
    """value[...]; few[..., group]: the same with each group of a scan's paths left out, many[..., group]: of the main run's."""

    value: FloatArray
    few: FloatArray
    many: FloatArray

    def apart(self, structure: int, base: int) -> "Told":
        """A structure, the last axis of the value, less another one."""
        value = self.value[..., structure] - self.value[..., base]
        return Told(value, *(each[..., structure, :] - each[..., base, :] for each in (self.few, self.many)))

    @property
    def error(self) -> FloatArray:
        """Standard error, that of the few paths beside that of the many, which are others."""
        return np.hypot(jackknife_errors(self.few), jackknife_errors(self.many))


def scanned(variants: list[Scenario], paths: int, typed: Scenario, width: int | None = None) -> Scan:
    """Simulate variants of a scenario, and the scenario typed, on the same paths. width: as of `simulate_variants`."""
    runs = simulate_variants([typed, *variants], paths, typed=typed, width=width)
    own, *others = (Sums.of(result, len(typed.offers)) for result in runs)
    return Scan(Sums(np.stack([each.cost for each in others]), np.stack([each.deployments for each in others])), own)


def left_out(over: FloatArray, under: FloatArray) -> FloatArray:
    """Ratio of two sums over groups of paths, then with each group left out, float64[..., 1 + group]; NaN where the denominator is nil."""
    whole_over, whole_under = over.sum(axis=-1, keepdims=True), under.sum(axis=-1, keepdims=True)
    overs, unders = (np.concatenate([whole, whole - each], axis=-1) for whole, each in ((whole_over, over), (whole_under, under)))
    return np.asarray(overs / np.where(unders == 0, np.nan, unders))


def told(variants: FloatArray, typed: FloatArray, main: FloatArray) -> Told:
    """What few paths tell of variants, float64[..., structure, 1 + group] as of `left_out`, beside the same paths and those of the main
    run in the scenario typed, float64[structure, 1 + group]. What is not known of every group, or does not vary, tells no luck. What
    the groups vary by once the regression has fitted them is told by as many fewer groups as it has coefficients.
    """
    groups = typed.shape[-1] - 1
    if groups < FEWEST_GROUPS:
        return Told(variants[..., 0], variants[..., 1:], np.repeat(variants[..., :1], main.shape[-1] - 1, axis=-1))
    few, many = (each[[[k, 0] for k in range(len(each))]] for each in (typed, main))  # [structure, (itself, the first), 1 + group]
    known = np.isfinite(few).all(axis=-1, keepdims=True) & np.isfinite(many).all(axis=-1, keepdims=True)
    few, many = np.where(known, few, 0.0), np.where(known, many, 0.0)
    moved, alike = (
        each[..., 1:] - each[..., 1:].mean(axis=-1, keepdims=True) for each in (np.where(np.isfinite(variants), variants, 0.0), few)
    )
    slopes = (moved[..., None, :] @ np.linalg.pinv(alike, rcond=ONE_LUCK))[..., 0, :, None]
    lucky, main_lucky = ((slopes * (each - many[..., :1])).sum(axis=-2) for each in (few, many))
    value, left = variants[..., :1] - lucky[..., :1], (variants - lucky)[..., 1:]
    fitted = left.mean(axis=-1, keepdims=True)
    left = fitted + (left - fitted) * np.sqrt((groups - 1) / (groups - 1 - known.sum(axis=-2)))
    return Told(value[..., 0], left, value + main_lucky[..., 1:])


@dataclass(frozen=True)
class Objective:
    """The objective of every structure at every point of a scan. told: [variant, structure]. sums: of these runs. smallest: difference
    that matters.
    """

    told: Told
    sums: Sums
    smallest: float

    @classmethod
    def of(cls, scan: Scan, main: SimulationResult) -> "Objective":
        """main: a run of the scenario typed on paths of its own, whose first structures are those of the scan."""
        many = Sums.of(main, len(scan.typed.cost))
        found = told(*(left_out(each.cost, each.deployments) for each in (scan.variants, scan.typed, many)))
        return cls(found, scan.variants, threshold(main, COST_PER_DEPLOYMENT))

    @property
    def structures(self) -> int:
        return self.told.value.shape[-1]

    def differences(self, structure: int, base: int) -> tuple[Difference, ...]:
        """A structure less another one at each point, paired."""
        apart, same = self.told.apart(structure, base), self.sums.alike(structure, base)
        each = zip(apart.value.tolist(), apart.error.tolist(), same.tolist(), strict=True)
        return tuple(Difference(value, se, label(value, se, is_same, self.smallest)) for value, se, is_same in each)
