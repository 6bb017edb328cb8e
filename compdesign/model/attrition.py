"""The hazard of leaving."""

import numpy as np

from compdesign.quantities import BehaviourArray, PerPath

LARGEST_SHIFT = float(np.log(5.0))
"""Pay and process never move a hazard by more than a factor of five (model section 7)."""
LARGEST_PROBABILITY = 0.999_999


def monthly_hazard(annual_probability: PerPath) -> PerPath:
    """Hazard of a month whose year is survived with 1 - annual_probability: -ln(1 - p) / 12."""
    return -np.log1p(-np.minimum(annual_probability, LARGEST_PROBABILITY)) / 12


def drought_months(month: int, last: BehaviourArray, grace: PerPath) -> BehaviourArray:
    """Months since the start or the last verified release, beyond grace, at most 12; axes of `last`."""
    return np.clip(np.float32(month) - last - grace, 0, 12)


def handcuff(beyond: BehaviourArray, annual_cash: PerPath) -> BehaviourArray:
    """log(1 + value vesting beyond 12 months / annual cash)."""
    return np.log(1 + beyond / np.asarray(annual_cash, np.float32))


def pay_gap_shift(link: PerPath, outside: PerPath, annual_cash: PerPath, within: BehaviourArray) -> BehaviourArray:
    """link x log(outside pay / (annual cash + value vesting within 12 months)); outside pay of 0 pulls nobody, without
    limit, and a link of 0 moves nothing whatever the pay.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 x -inf, replaced below
        return np.where(link == 0, np.float32(0), link * np.log(outside / (np.asarray(annual_cash, np.float32) + within)))
