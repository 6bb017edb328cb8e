"""Whole shares that grants vest in the engine, at every month of every schedule length: exact where a float would slip."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from compdesign.inputs.offers import Vesting
from compdesign.simulation.grants import Grants


@pytest.mark.parametrize("months", [22, 26, 52, 60, 104])
def test_a_grant_ended_at_any_month_has_vested_the_exact_share(months: int) -> None:
    """Halves of a share are where a slip shows: (15/22) x 22 is below 15 in floats, and 11 x 15/22 + 1/2 would round down."""
    shares = [float(each) for each in (months, months // 2, 1, 3 * months // 2)]
    for month in range(months + 1):
        grants = Grants(1, len(shares), [Vesting(months=months, cliff=0)], [0.0], months)
        everyone = np.arange(len(shares))
        grants.add_new_hire(everyone, np.array(shares), np.zeros(len(shares)), 0)
        forfeited = grants.close(everyone, everyone * 0, month, left=True)
        exact = [each - floor(Fraction(int(each)) * Fraction(month, months) + Fraction(1, 2)) for each in shares]
        assert forfeited.tolist() == exact
