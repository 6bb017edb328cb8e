"""Expected term of a plain option, years."""

from collections.abc import Sequence
from math import fsum


def simplified_term(vesting_years: Sequence[float], contractual_years: float, shares: Sequence[float] | None = None) -> float:
    """SAB 107's simplified method: the mean of vesting and contractual term, vesting weighted by tranche (SAB Topic 14.D.2,
    question 6, and SAB 110): four annual tranches of a ten-year option give ((1 + 2 + 3 + 4) / 4 + 10) / 2 = 6.25 years.

    vesting_years: time to vesting of each tranche, from 0 to contractual_years. shares: of each tranche; equal where left
    out. For service-vesting at-the-money options only, whose holder forfeits unvested options by leaving. Raises
    ValueError where there is no tranche or the lengths differ.
    """
    weights = [1.0] * len(vesting_years) if shares is None else list(shares)
    if not weights or len(weights) != len(vesting_years) or fsum(weights) <= 0:
        raise ValueError("give at least one tranche, and the shares of every tranche or of none")
    vesting = fsum(years * weight for years, weight in zip(vesting_years, weights, strict=True)) / fsum(weights)
    return (vesting + contractual_years) / 2
