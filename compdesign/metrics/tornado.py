"""Which uncertain input moves a headline, from the run itself."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from compdesign.metrics.catalog import Metric
from compdesign.metrics.estimates import NOISE
from compdesign.quantities import FloatArray
from compdesign.simulation.result import KEPT, Fifths, SimulationResult


@dataclass(frozen=True)
class Bar:
    """One input's pull on one headline. low, high: mean of the headline on the fifth of paths where the input is lowest and
    highest, with standard errors; correlation: Spearman's, with its standard error 1/sqrt(n - 1) under no relation.
    input_low, input_high: means of the input on those paths.
    """

    input: str
    low: float
    low_se: float
    high: float
    high_se: float
    correlation: float
    correlation_se: float
    input_low: float
    input_high: float

    @property
    def span(self) -> float:
        return abs(self.high - self.low)


def tornado(result: SimulationResult, variable: str, structure: int, against_first: bool = False) -> list[Bar]:
    """Bars of one headline variable (of KEPT) for one structure, or for its paired difference to the first; widest first."""
    values = result.kept[structure, KEPT.index(variable)]
    if against_first:
        values = values - result.kept[0, KEPT.index(variable)]
    ranks = rankdata(values)
    bars = [_bar(name, drawn, result.fifths[name], values, ranks) for name, drawn in result.inputs.items()]
    return sorted(bars, key=lambda bar: -bar.span)


def _bar(name: str, drawn: FloatArray, fifths: Fifths, values: FloatArray, ranks: FloatArray) -> Bar:
    lowest, highest = fifths
    constant = np.ptp(drawn) == 0 or np.ptp(values) == 0
    correlation = 0.0 if constant else float(np.corrcoef(rankdata(drawn), ranks)[0, 1])
    return Bar(
        name,
        float(values[lowest].mean()),
        _error(values[lowest]),
        float(values[highest].mean()),
        _error(values[highest]),
        correlation,
        1 / np.sqrt(max(len(values) - 1, 1)),
        float(drawn[lowest].mean()),
        float(drawn[highest].mean()),
    )


def _error(values: FloatArray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def depends_on(result: SimulationResult, metric: Metric, structure: int, smallest: float) -> str | None:
    """The input on which the sign of a paired difference depends: opposite signs, each beyond noise and at least `smallest`, on
    the fifths of paths where it is lowest and highest; the widest such bar. None if there is none, or the metric has no value
    path by path.
    """
    if metric.kind == "ratio" and metric.variable in KEPT and metric.per in KEPT:
        return _depends(result, _ratio_difference(result, metric, structure), smallest)
    if metric.kind == "mean" and metric.variable in KEPT:
        values = result.kept[structure, KEPT.index(metric.variable)] - result.kept[0, KEPT.index(metric.variable)]
        return _depends(result, values, smallest)
    return None


def _ratio_difference(result: SimulationResult, metric: Metric, structure: int) -> FloatArray:
    """Linearised difference of two ratios of means: its conditional means have the sign of the conditional differences."""
    over, under = KEPT.index(metric.variable), KEPT.index(metric.per)
    parts = []
    for index in (structure, 0):
        x, y = result.kept[index, over], result.kept[index, under]
        ratio, mean = x.mean() / y.mean() if y.mean() else 0.0, y.mean() or 1.0
        parts.append(ratio + (x - ratio * y) / mean)
    return parts[0] - parts[1]


def _depends(result: SimulationResult, values: FloatArray, smallest: float) -> str | None:
    """Means and errors of the values on the two fifths of each input: the widest that turn the sign."""
    found: dict[str, float] = {}
    for name, (lowest, highest) in result.fifths.items():
        low, high = values[lowest], values[highest]
        one, other = float(low.mean()), float(high.mean())
        if one * other < 0 and abs(one) > max(NOISE * _error(low), smallest) and abs(other) > max(NOISE * _error(high), smallest):
            found[name] = abs(one - other)
    return max(found, key=lambda name: found[name], default=None)
