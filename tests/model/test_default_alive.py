"""Default alive against adding up the months one by one."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from compdesign.model.runway import default_alive, static_runway


def month_by_month(cash: float, collected: float, paid: float, growth: float) -> tuple[bool, float, float]:
    """(alive, month of profit, months left), 5,000 months at most."""
    for month in range(5000):
        if collected >= paid:
            return cash >= 0, month, np.inf
        closing = cash + collected - paid
        if closing < 0:
            return False, np.nan, month + cash / (cash - closing)
        cash, collected = closing, collected * (1 + growth)
    return False, np.inf, np.nan


@settings(max_examples=400, deadline=None)
@given(
    cash=st.floats(1e3, 5e6),
    collected=st.one_of(st.just(0.0), st.floats(1.0, 2e5)),
    paid=st.floats(1e3, 2e5),
    growth=st.one_of(st.just(0.0), st.floats(-0.2, -1e-4), st.floats(1e-4, 0.3)),
)
@example(cash=1e3, collected=5e-324, paid=1e3, growth=0.0)
def test_it_is_the_months_added_up(cash: float, collected: float, paid: float, growth: float) -> None:
    assume(abs(paid - collected) > 1e-6 * paid)  # nearer, rounding decides in which month they meet
    alive, profit, left = month_by_month(cash, collected, paid, growth)
    found = default_alive(cash, collected, paid, growth)
    if abs(found.lowest_cash) < 1e-4 * paid:
        return  # the last cent decides
    assert bool(found.alive) == alive
    if alive:
        assert found.months_to_profit == profit
    elif not np.isnan(left):
        assert found.months_left == pytest.approx(left, rel=1e-6)


def test_growth_is_what_tells_it_from_static_runway() -> None:
    cash = np.array([200e3, 120e3])
    assert static_runway(cash, 11e3, 30e3).tolist() == pytest.approx([10.526, 6.316], abs=1e-3)
    found = default_alive(cash, 11e3, 30e3, 0.1)
    assert found.alive.tolist() == [True, False] and found.months_left[1] > 8
    assert default_alive(1e9, 11e3, 30e3, 0.0).months_to_profit == np.inf
    assert not default_alive(1e9, 11e3, 30e3, -0.01).alive
    assert default_alive(0.0, 30e3, 30e3, 0.0).alive
    for collected, growth in ((5e-324, 0.1), (10.0, 5e-324), (0.0, 0.3), (np.nan, 0.1)):
        assert not default_alive(1e6, collected, 1e3, growth).alive


def test_static_runway_at_break_even_and_without_cash() -> None:
    assert static_runway([1e6, 0.0, -5.0, 1e6], [5.0, 1.0, 1.0, 9.0], [5.0, 2.0, 2.0, 5.0]).tolist() == [np.inf, 0.0, 0.0, np.inf]
    assert np.isnan(static_runway(np.nan, 1.0, 2.0))
