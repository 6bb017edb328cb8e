"""The multiple of recurring revenue at which the enterprise is valued.

Its log mean-reverts: an Ornstein-Uhlenbeck process sampled by month, exactly. Volatility alone never lifts its mean.
"""

import numpy as np

from compdesign.quantities import FloatArray, PerPath


def noise_path(z: FloatArray, reversion: PerPath, volatility: PerPath) -> FloatArray:
    """e_(m+1) = e_m exp(-a/12) + s_1 z_m: the log noise by month from e_0 = 0 on, float64[month + 1, path].

    z: standard normals, float64[month, path]. reversion: a >= 0, 1/year. volatility: s, 1/sqrt(year). s_1^2 is the variance of e_1.
    NaN gives NaN.
    """
    kept, step = np.exp(-reversion / 12), np.sqrt(noise_variance(1, reversion, volatility))
    noise = np.zeros((len(z) + 1, *z.shape[1:]))
    for month, drawn in enumerate(z):
        noise[month + 1] = noise[month] * kept + step * drawn
    return noise


def multiple(noise: FloatArray, month: PerPath, start: PerPath, long_run: PerPath, reversion: PerPath, volatility: PerPath) -> FloatArray:
    """Enterprise value / annual recurring revenue at the start of `month`, float64[path]:
    L exp(x0 exp(-a m/12) + e_m - Var(e_m)/2).

    noise: e_m of noise_path. start, long_run: L, multiples above 0, x0 = ln(start / L). Its mean over e_m is
    L (start / L)^exp(-a m/12): `start` at month 0 or without reversion, L in the long run. NaN gives NaN.
    """
    gap = np.log(start / long_run) * np.exp(-reversion * month / 12)
    level: FloatArray = long_run * np.exp(gap + noise - noise_variance(month, reversion, volatility) / 2)
    return level


def noise_variance(month: PerPath, reversion: PerPath, volatility: PerPath) -> PerPath:
    """Var(e_m), log points squared: s^2 (1 - exp(-2a m/12)) / (2a), or s^2 m/12 where a is 0; axes of the arguments."""
    decay = reversion * month / 6
    certain = decay == 0
    return volatility**2 * month / 12 * np.where(certain, 1.0, -np.expm1(-decay) / np.where(certain, 1.0, decay))
