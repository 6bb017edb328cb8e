"""Differences between any two structures: the best and the next, a milestone plan and its twin paid in cash.

The result keeps squared differences to the first structure only. Between two others the groups of the jackknife pair as well:
both structures' sums over the same 64 futures stand side by side.
"""

from dataclasses import replace
from math import isfinite, sqrt

import numpy as np

from compdesign.metrics.catalog import Metric
from compdesign.metrics.estimates import IDENTICAL, NONE, Difference, Estimate, difference, known, threshold
from compdesign.metrics.tornado import depends_on
from compdesign.quantities import FloatArray
from compdesign.simulation.result import SimulationResult


def between(result: SimulationResult, metric: Metric, structure: int, base: int, more: float = 0.0) -> Difference:
    """One metric of one structure less that of another, paired, with its label. more: a standard error beside that of the paths."""
    if base == 0:
        return labelled(result, metric, structure, more)
    return labelled(pair(result, structure, base), metric, 1, more)


def labelled(result: SimulationResult, metric: Metric, structure: int, more: float = 0.0) -> Difference:
    """One metric of one structure less that of the first; `depends on X` where its sign turns with input X, materially. more: as
    in `between`.
    """
    found = difference(result, metric, structure, more)
    if found.label in (IDENTICAL, NONE) or not result.inputs:
        return found
    name = depends_on(result, metric, structure, threshold(result, metric))
    return replace(found, label=f"depends on {name}") if name else found


def pair(result: SimulationResult, structure: int, base: int) -> SimulationResult:
    """The result with two structures alone, `base` first, and their squared differences as the groups of paths tell them."""
    both = [base, structure]
    sums = result.sums[both]
    apart, furthest = _apart(result, sums)
    return replace(
        result,
        structures=tuple(result.structures[k] for k in both),
        sums=sums,
        squares=result.squares[both],
        apart=np.stack([np.zeros_like(apart), apart]),
        furthest=np.stack([np.zeros_like(furthest), furthest]),
        runway=result.runway[both],
        kept=result.kept[both],
        first_production=result.first_production[both],
        offers=tuple(result.offers[k] for k in both) if result.offers else (),
    )


def _apart(result: SimulationResult, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Per variable the sum of squared differences on a path, and the largest difference of a group's sums: nil where two
    structures are alike on every path. The error of the mean difference is that between groups.
    """
    between_groups = sums[1] - sums[0]
    mean = between_groups.sum(axis=1) / result.paths
    furthest = np.abs(between_groups).max(axis=1)
    groups, typical = len(result.sizes), result.paths / len(result.sizes)
    residual = between_groups - mean[:, None] * result.sizes
    variance_of_path = (residual**2).sum(axis=1) / (groups - 1) / typical  # a group's sum varies as its paths do, size times over
    return result.paths * (variance_of_path + mean**2), furthest


def cheapest(cost: tuple[Estimate, ...]) -> int | None:
    """The structure with the lowest objective; None where none was observed."""
    known = [k for k, each in enumerate(cost) if isfinite(each.value)]
    return min(known, key=lambda k: cost[k].value, default=None)


def order(cost: tuple[Estimate, ...]) -> list[int]:
    """Structures by objective, the lowest first; one never observed comes last."""
    return sorted(range(len(cost)), key=lambda k: known(cost[k]))


def error_of_share(share: float, paths: int) -> float:
    """Standard error of a share of independent paths, binomial."""
    return sqrt(share * (1 - share) / max(paths - 1, 1))
