"""Vesting by tenure: nothing before the cliff, then instalments of an equal share, in whole shares, exactly.

A schedule is `months` to full vesting, a `cliff` <= months, and `every`, a divisor of months: an instalment's months. How shares
that do not divide are spread over the instalments is an allocation type of the Open Cap Format (enum AllocationType); no share is lost
or made. compdesign.vesting holds the same schedules by date; a test holds the two against each other.
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


def vested_shares(
    shares: FloatArray, tenure: IntArray, months: int, cliff: int, every: int, allocation: str = "cumulative_rounding"
) -> FloatArray:
    """Whole shares vested in all at `tenure` complete months, shares and tenure broadcast.

    shares: whole numbers up to 10^12 held in float64. tenure: int, complete months since the vesting start; below 0
    nothing has vested. months: at most 120; 0 vests all at tenure 0. allocation: see allocated_shares.
    """
    if months == 0:
        return np.where(tenure >= 0, shares, 0.0)
    return allocated_shares(shares, vested_months(tenure, months, cliff, every) // every, months // every, allocation)


def allocated_shares(shares: FloatArray, done: PerPath, instalments: PerPath, allocation: str) -> FloatArray:
    """Whole shares vested in all after `done` of `instalments` equal instalments; the arguments broadcast.

    allocation: the Open Cap Format's AllocationType in lower case, but for FRACTIONAL, whose shares are not whole. The types differ by
    where the remainder N mod n goes: rounded as it accrues (half up, or down), to the first or the last instalments, or to one.
    """
    if allocation == "cumulative_rounding":
        return rounded_share(shares, done, instalments)
    if allocation == "cumulative_round_down":
        return np.floor(shares * done / instalments)
    each = np.floor(shares / instalments)
    remainder = shares - each * instalments
    match allocation:
        case "front_loaded":
            extra = np.minimum(done, remainder)
        case "back_loaded":
            extra = np.maximum(0, done - (instalments - remainder))
        case "front_loaded_to_single_tranche":
            extra = remainder * (done > 0)
        case "back_loaded_to_single_tranche":
            extra = remainder * (done == instalments)
        case _:
            raise ValueError(f"unknown allocation type {allocation}")
    return each * done + extra


def rounded_share(shares: FloatArray, part: PerPath, whole: PerPath) -> FloatArray:
    """floor(N part / whole + 1/2): that share of whole shares, rounded half up. part, whole: whole numbers up to 120, whole > 0.

    Exact for N up to 10^12: 2 N part + whole is a whole number below 2^53, so only the division rounds; its true quotient is whole,
    and then exact, or at least 1/240 short of the next whole number, which is more than an ulp at 10^12.
    """
    return np.floor((2 * shares * part + whole) / (2 * whole))
