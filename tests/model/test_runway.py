"""Runway inside the month of cash-out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.runway import runway


@pytest.mark.parametrize(
    ("opening", "closing", "minimum", "expected"),
    [
        (100.0, 0.0, 10.0, 5.9),  # 90 of the 100 burnt are above the minimum
        (100.0, -100.0, 0.0, 5.5),
        (10.0, 0.0, 10.0, 5.0),
        (5.0, 0.0, 10.0, 5.0),  # below the minimum already
        (5.0, 8.0, 10.0, 5.0),  # rising, but not enough
        (5.0, 5.0, 10.0, 5.0),
        (100.0, 10.0, 10.0, np.inf),  # ends at the minimum, not below
        (5.0, 20.0, 10.0, np.inf),
    ],
)
def test_cases(opening: float, closing: float, minimum: float, expected: float) -> None:
    assert runway(5, opening, closing, minimum) == pytest.approx(expected)
    assert runway(np.array([5]), np.array([opening]), np.array([closing]), minimum)[0] == pytest.approx(expected)


def test_constant_burn_over_months_is_cash_over_burn() -> None:
    """16.4 of cash at 3 a month to a floor of 2: (16.4 - 2) / 3 months, found in the month that crosses."""
    cash = 16.4 - 3 * np.arange(8)
    months = runway(np.arange(7), cash[:-1], cash[1:], 2.0)
    assert np.isinf(months[:4]).all()
    assert months[4] == pytest.approx(14.4 / 3)


def test_nan_is_not_hidden() -> None:
    assert np.isnan(runway(3, np.array([np.nan, 100.0]), np.array([0.0, np.nan]), 10.0)).all()


dollars = st.integers(-(10**9), 10**9).map(float)  # whole, so that every sum and difference is exact
positive = st.integers(0, 10**8).map(float)


@given(st.integers(0, 119), dollars, dollars, positive, positive)
def test_within_the_month_and_more_cash_never_shortens(month: int, opening: float, closing: float, minimum: float, more: float) -> None:
    months = runway(month, opening, closing, minimum)
    assert month <= months <= month + 1 or (np.isinf(months) and closing >= minimum)
    assert runway(month, opening + more, closing + more, minimum) >= months
