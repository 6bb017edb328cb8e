"""Quantile functions of uncertain inputs: a uniform in, a value out.

Every function takes u, float64[path] in [0, 1), and plain parameters, and returns float64[path]; degenerate parameters
(equal percentiles, sd 0, low = high) give a constant. u is kept off 0 and 1, where unbounded quantiles are infinite.
"""

import numpy as np
from scipy.special import betaincinv, ndtri

from compdesign.quantities import FloatArray

LOG_NINE = float(np.log(9.0))
_TINY = 2.0**-54
_TIGHT = 1e12
"""Sum of a beta's shapes from which it is taken as normal: sd is below 1e-6 of the width, and betaincinv turns to NaN soon after."""


def _open(u: FloatArray) -> FloatArray:
    return np.clip(u, _TINY, 1 - 2.0**-53)


def metalog(u: FloatArray, p10: float, p50: float, p90: float) -> FloatArray:
    """3-term metalog through three percentiles: a1 + a2 L + a3 (u - 1/2) L, L = ln(u / (1 - u)) (Keelin 2016, The Metalog Distributions)."""
    y = _open(u)
    logit = np.log(y) - np.log1p(-y)
    a2 = (p90 - p10) / (2 * LOG_NINE)
    a3 = (p90 + p10 - 2 * p50) / (0.8 * LOG_NINE)
    return p50 + a2 * logit + a3 * (y - 0.5) * logit


def log_metalog(u: FloatArray, p10: float, p50: float, p90: float, lower: float = 0.0) -> FloatArray:
    """Metalog of ln(x - lower), for a quantity bounded below."""
    if p10 == p90:
        return np.full_like(u, p50)
    return lower + np.exp(metalog(u, *(float(np.log(p - lower)) for p in (p10, p50, p90))))


def logit_metalog(u: FloatArray, p10: float, p50: float, p90: float, lower: float, upper: float) -> FloatArray:
    """Metalog of ln((x - lower) / (upper - x)), for a quantity bounded on both sides."""
    if p10 == p90:
        return np.full_like(u, p50)
    odds = metalog(u, *(float(np.log((p - lower) / (upper - p))) for p in (p10, p50, p90)))
    return lower + (upper - lower) / (1 + np.exp(-odds))


def pert(u: FloatArray, low: float, mode: float, high: float) -> FloatArray:
    """PERT: a beta on [low, high] with mean (low + 4 mode + high) / 6 (Malcolm et al. 1959; lambda = 4)."""
    if low == high:
        return np.full_like(u, mode)
    alpha = 1 + 4 * (mode - low) / (high - low)
    beta = 1 + 4 * (high - mode) / (high - low)
    return np.minimum(low + (high - low) * betaincinv(alpha, beta, u), high)  # the sum can round to just above high


def normal(u: FloatArray, mean: float, sd: float) -> FloatArray:
    """Normal with this mean and standard deviation."""
    return mean + sd * ndtri(_open(u))


def lognormal(u: FloatArray, mean: float, sd: float, lower: float = 0.0) -> FloatArray:
    """lower + a lognormal, with this mean and standard deviation of the sum itself."""
    if sd == 0:
        return np.full_like(u, mean)
    variance = np.log1p((sd / (mean - lower)) ** 2)
    return lower + (mean - lower) * np.exp(np.sqrt(variance) * ndtri(_open(u)) - variance / 2)


def scaled_beta(u: FloatArray, mean: float, sd: float, lower: float, upper: float) -> FloatArray:
    """Beta on [lower, upper] with this mean and standard deviation; sd^2 < (mean - lower)(upper - mean)."""
    if sd == 0:
        return np.full_like(u, mean)
    width = upper - lower
    m, v = (mean - lower) / width, (sd / width) ** 2
    if _TIGHT * v <= m * (1 - m):
        return np.clip(normal(u, mean, sd), lower, upper)
    strength = m * (1 - m) / v - 1
    return lower + width * betaincinv(m * strength, (1 - m) * strength, u)


def choice(u: FloatArray, values: tuple[float, ...], weights: tuple[float, ...]) -> FloatArray:
    """The first value whose cumulative share of the weights exceeds u."""
    cumulative = np.cumsum(weights)
    return np.asarray(values, float)[np.searchsorted(cumulative[:-1], u * cumulative[-1], side="right")]
