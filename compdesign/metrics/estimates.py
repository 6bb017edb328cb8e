"""Estimates with standard errors, paired differences, and the one label each difference carries."""

from dataclasses import dataclass
from math import ceil, fsum, hypot, inf, isfinite, isinf, isnan, nan, sqrt

import numpy as np

from compdesign.metrics.catalog import Metric
from compdesign.quantities import FloatArray, IntArray
from compdesign.simulation.result import BINS_A_MONTH, SimulationResult

NOISE = 2.0
"""Standard errors under which a difference is noise."""
IDENTICAL, NOISY, IMMATERIAL, MATERIAL, NONE = "identical", "within noise", "real but immaterial", "material", "no comparison"
BEYOND = "both beyond the horizon"
"""Of two quantiles that the run is too short to see: equal as far as it goes, without being the same."""
ROUNDING = 1e-13
"""Share of a mean square below which a variance cannot be told from rounding."""
OTHER_THRESHOLDS = {"bps": 2.0, "price": 0.05, "days": 7.0, "multiple": 0.1}
"""Thresholds of quantities the scenario's materiality does not name: basis points, $ a share, days, times revenue."""


@dataclass(frozen=True)
class Estimate:
    """A value with its Monte Carlo standard error; NaN where nothing was observed, inf for a quantile beyond the horizon."""

    value: float
    se: float


@dataclass(frozen=True)
class Difference:
    """A structure's value less the first structure's, paired path by path, with its standard error and label."""

    value: float
    se: float
    label: str


def estimate(result: SimulationResult, metric: Metric, structure: int) -> Estimate:
    """One metric of one structure."""
    if metric.kind == "mean":
        return _mean(result, metric.variable, structure)
    if metric.kind == "ratio":
        value, deleted = _ratio(result, metric, structure)
        return Estimate(value, jackknife_error(deleted))
    if metric.kind == "production":
        return _from_histogram(result, metric.level, structure)
    return quantile(result.runway[structure], metric.level)


def point(result: SimulationResult, metric: Metric, structure: int) -> float:
    """One metric of one structure, without its error."""
    if metric.kind == "mean":
        return result.mean(metric.variable, structure)
    if metric.kind == "ratio":
        under = result.total(metric.per, structure)
        return result.total(metric.variable, structure) / under if under else nan
    return estimate(result, metric, structure).value


def difference(result: SimulationResult, metric: Metric, structure: int, more: float = 0.0) -> Difference:
    """One metric of one structure less that of the first, paired; labelled without regard to uncertain inputs. more: a standard
    error beside that of the paths.
    """
    value, se, same = _paired(result, metric, structure)
    se = hypot(se, more)
    if not same and _unseen(result, metric, structure) and _unseen(result, metric, 0):
        return Difference(value, se, BEYOND)
    return Difference(value, se, label(value, se, same, threshold(result, metric)))


def _unseen(result: SimulationResult, metric: Metric, structure: int) -> bool:
    """Whether a quantile of a time lies beyond what was simulated."""
    return metric.kind in ("quantile", "production") and isinf(estimate(result, metric, structure).value)


def threshold(result: SimulationResult, metric: Metric) -> float:
    """The smallest difference of this metric that matters to the company."""
    stated = getattr(result.scenario.materiality, metric.threshold, None)
    if stated is None:
        return OTHER_THRESHOLDS[metric.threshold]
    if metric.unit == "$ a month":
        return float(stated) / 12
    return float(stated)


def known(estimate: Estimate) -> float:
    """The value to rank by: what was never observed comes last."""
    return inf if isnan(estimate.value) else estimate.value


def label(value: float, se: float, same: bool, smallest: float) -> str:
    """identical, within noise, real but immaterial, or material; no comparison where one of the two was never observed. More
    paths shrink the error, never the threshold. A difference whose error nobody knows is noise.
    """
    if same:
        return IDENTICAL
    if isnan(value):
        return NONE
    if not isfinite(se) or abs(value) < NOISE * se or value == 0:
        return NOISY
    return IMMATERIAL if abs(value) < smallest else MATERIAL


def _mean(result: SimulationResult, variable: str, structure: int) -> Estimate:
    mean = result.mean(variable, structure)
    square = result.squares[structure, result.variables[variable]] / result.paths
    return Estimate(mean, _error(square, mean, result.paths))


def _error(square: float, mean: float, paths: int) -> float:
    """Standard error of a mean, from the mean square. What rounding leaves where every path has the same value is none."""
    variance = square - mean**2
    return sqrt(variance / max(paths - 1, 1)) if variance > ROUNDING * square else 0.0


def _ratio(result: SimulationResult, metric: Metric, structure: int) -> tuple[float, FloatArray]:
    """Ratio of means, and the same with each group of paths left out; NaN if the denominator is 0."""
    over = result.sums[structure, result.variables[metric.variable]]
    under = result.sums[structure, result.variables[metric.per]]
    total_over, total_under = result.total(metric.variable, structure), result.total(metric.per, structure)
    if total_under == 0:
        return nan, np.full(len(over), nan)
    left = total_under - under
    return total_over / total_under, (total_over - over) / np.where(left == 0, nan, left)


def jackknife_error(deleted: FloatArray) -> float:
    """Standard error from delete-one-group values, float64[group]."""
    return float(jackknife_errors(deleted))


def jackknife_errors(deleted: FloatArray) -> FloatArray:
    """Standard errors from delete-one-group values, float64[..., group] (Efron and Stein 1981); NaN of a single group."""
    count = deleted.shape[-1]
    if count < 2:
        return np.full(deleted.shape[:-1], nan)
    return np.sqrt((count - 1) / count * ((deleted - deleted.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1))


def quantile(values: FloatArray, level: float) -> Estimate:
    """Inverse of the empirical distribution function, infinite values counted; error from order statistics one
    binomial standard deviation to either side.
    """
    ordered = np.sort(values)
    count = len(ordered)
    spread = sqrt(count * level * (1 - level))
    at, low, high = (_of_rank(ordered, rank) for rank in (count * level, count * level - spread, count * level + spread))
    return Estimate(at, (high - low) / 2 if isfinite(high) else (0.0 if not isfinite(low) else inf))


def _of_rank(ordered: FloatArray, rank: float) -> float:
    return float(ordered[min(max(ceil(rank) - 1, 0), len(ordered) - 1)])


def _from_histogram(result: SimulationResult, level: float, structure: int) -> Estimate:
    """Quantile of the time to first production, straight lines within the bins; its error counts paths, not hires, as independent."""
    counts = result.first_production[structure]
    total = counts.sum()
    if total == 0:
        return Estimate(nan, nan)
    cumulative = np.cumsum(counts) / total
    spread = sqrt(level * (1 - level) / result.paths)

    def at(p: float) -> float:
        bin_ = int(np.searchsorted(cumulative, p))
        if bin_ >= len(counts) - 1:
            return inf
        before = cumulative[bin_ - 1] if bin_ else 0.0
        return max(bin_ - 1 + (p - before) / (cumulative[bin_] - before), 0.0) / BINS_A_MONTH

    low, high = at(level - spread), at(level + spread)
    return Estimate(at(level), (high - low) / 2 if isfinite(high) else (0.0 if not isfinite(low) else inf))


def _paired(result: SimulationResult, metric: Metric, structure: int) -> tuple[float, float, bool]:
    """Difference to the first structure, its standard error, and whether it is nil path by path."""
    if metric.kind == "mean":
        row = result.variables[metric.variable]
        value = fsum((result.sums[structure, row] - result.sums[0, row]).tolist()) / result.paths
        square = result.apart[structure, row] / result.paths
        return value, _error(square, value, result.paths), bool(result.furthest[structure, row] == 0)
    if metric.kind == "ratio":
        (one, deleted), (zero, deleted_zero) = _ratio(result, metric, structure), _ratio(result, metric, 0)
        same = all(result.furthest[structure, result.variables[name]] == 0 for name in (metric.variable, metric.per))
        return one - zero, jackknife_error(deleted - deleted_zero), same
    if metric.kind == "production":
        one_, zero_ = _from_histogram(result, metric.level, structure), _from_histogram(result, metric.level, 0)
        same = bool((result.first_production[structure] == result.first_production[0]).all())
        return _less(one_.value, zero_.value), sqrt(one_.se**2 + zero_.se**2), same
    return _paired_quantile(result.runway[structure], result.runway[0], metric.level, result.scenario.months)


def _less(one: float, zero: float) -> float:
    return 0.0 if one == zero else one - zero


def _paired_quantile(one: FloatArray, zero: FloatArray, level: float, horizon: float) -> tuple[float, float, bool]:
    """Difference of two quantiles on the same paths, beyond the horizon counted as the horizon: there the two cannot be told
    apart. Error from the quantiles of 32 disjoint batches.
    """
    same = bool((one == zero).all())
    one, zero = np.minimum(one, horizon), np.minimum(zero, horizon)
    sizes = np.diff(np.linspace(0, len(one), min(32, max(len(one) // 8, 2)) + 1).astype(int))
    apart = _of_batches(one, sizes, level) - _of_batches(zero, sizes, level)
    whole = sizes.sum(keepdims=True)
    value = float((_of_batches(one, whole, level) - _of_batches(zero, whole, level))[0])
    return value, float(apart.std(ddof=1) / sqrt(len(apart))), same


def _of_batches(values: FloatArray, sizes: IntArray, level: float) -> FloatArray:
    """Quantile of each batch of values that follow one another, float64[batch]. values: finite. sizes[batch]: how many."""
    batches = np.full((len(sizes), sizes.max()), inf)
    batches[np.arange(sizes.max()) < sizes[:, None]] = values
    at = np.clip(np.ceil(level * sizes).astype(int) - 1, 0, sizes - 1)
    return np.take_along_axis(np.sort(batches, axis=1), at[:, None], axis=1)[:, 0]
