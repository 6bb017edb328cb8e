"""Whole shares that grants vest in the engine, at every month of every schedule length: exact where a float would slip."""

from fractions import Fraction
from math import floor

import pytest

from compdesign.inputs.offers import Vesting
from compdesign.simulation.kernel import vested
from compdesign.simulation.plan import schedule_of


@pytest.mark.parametrize("months", [22, 26, 52, 60, 104])
def test_a_grant_ended_at_any_month_has_vested_the_exact_share(months: int) -> None:
    """Halves of a share are where a slip shows: (15/22) x 22 is below 15 in floats, and 11 x 15/22 + 1/2 would round down."""
    schedule = schedule_of(Vesting(months=months, cliff=0), 0.0)
    for shares in (months, months // 2, 1, 3 * months // 2, 10**12 - 1):
        for month in range(months + 1):
            exact = floor(Fraction(shares) * Fraction(month, months) + Fraction(1, 2))
            assert vested(float(shares), float(month), schedule) == exact
