"""Which percentiles a 3-term metalog can pass through."""

from math import log

STEEPEST = 0.5998393201288669
"""max over y of (y - 1/2) + y (1 - y) ln(y / (1 - y)), reached where (2y - 1) ln(y / (1 - y)) = 2."""
LOG_NINE = log(9.0)
_TOP = 53 * log(2.0)
"""Log odds of the largest uniform drawn, 1 - 2^-53."""


def is_feasible(p10: float, p50: float, p90: float) -> bool:
    """Whether the quantile function through the percentiles increases everywhere (Keelin 2016, The Metalog Distributions).

    M'(y) y (1 - y) = a2 + a3 ((y - 1/2) + y (1 - y) ln(y / (1 - y))) must stay positive: |a3| STEEPEST < a2.
    """
    return p10 == p50 == p90 or (p10 < p90 and abs(p10 + p90 - 2 * p50) * STEEPEST < 0.4 * (p90 - p10))


def feasible_medians(p10: float, p90: float) -> tuple[float, float]:
    """Open interval of medians that a metalog can have between these percentiles."""
    reach = 0.2 * (p90 - p10) / STEEPEST
    return (p10 + p90) / 2 - reach, (p10 + p90) / 2 + reach


def highest(p10: float, p50: float, p90: float) -> float:
    """The metalog's quantile at the largest uniform that is drawn."""
    a2, a3 = (p90 - p10) / (2 * LOG_NINE), (p90 + p10 - 2 * p50) / (0.8 * LOG_NINE)
    return p50 + (a2 + a3 / 2) * _TOP


def logit_of(x: float, lower: float, upper: float) -> float:
    """ln((x - lower) / (upper - x)): the scale of a quantity bounded on both sides."""
    return log((x - lower) / (upper - x))
