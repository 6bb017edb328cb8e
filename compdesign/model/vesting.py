"""Vesting by tenure: nothing before the cliff, then instalments of an equal share, in whole shares, exactly.

A schedule is `months` to full vesting, a `cliff` <= months, and `every`, a divisor of months: an instalment's months.
Rounding is the Open Cap Format's CUMULATIVE_ROUNDING: each date's total is rounded half up; no share is lost or made.
"""

import numpy as np

from compdesign.quantities import FloatArray, IntArray, PerPath


def vested_months(tenure: IntArray, months: int, cliff: int, every: int) -> IntArray:
    """k, axes of tenure: months of the schedule vested at `tenure` complete months. 0 before the cliff or the start
    (tenure < 0), else tenure rounded down to the instalment, at most `months`.
    """
    return np.where(tenure >= cliff, np.clip(tenure // every * every, 0, months), 0)


def vested_fraction_table(months: int, cliff: int, every: int, length: int) -> FloatArray:
    """Share vested, float64[length + 1] by tenure month 0 ... length: k / months, not rounded to whole shares.

    months 0 vests all at tenure 0.
    """
    if months == 0:
        return np.ones(length + 1)
    return vested_months(np.arange(length + 1), months, cliff, every) / months


def vested_shares(shares: FloatArray, tenure: IntArray, months: int, cliff: int, every: int) -> FloatArray:
    """Whole shares vested in all at `tenure` complete months: floor(N k / months + 1/2), shares and tenure broadcast.

    shares: N, whole numbers up to 10^12 held in float64. tenure: int, complete months since the vesting start; below 0
    nothing has vested. months: at most 120; 0 vests all at tenure 0.

    Exact: 2 N k + months is a whole number below 2^53, so only the division rounds; its true quotient is whole, and
    then exact, or at least 1/240 short of the next whole number, which is more than an ulp at 10^12.
    """
    if months == 0:
        return np.where(tenure >= 0, shares, 0.0)
    return rounded_share(shares, vested_months(tenure, months, cliff, every), months)


def rounded_share(shares: FloatArray, part: PerPath, whole: PerPath) -> FloatArray:
    """floor(N part / whole + 1/2): that share of whole shares, rounded half up. part, whole: small whole numbers, whole > 0."""
    return np.floor((2 * shares * part + whole) / (2 * whole))
