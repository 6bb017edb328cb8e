"""What every call must satisfy; published numbers are in cases/option_value.toml."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.fair_value import at_the_money_ratio, black_scholes_call


def test_call_is_the_discounted_mean_payoff_under_the_risk_neutral_lognormal() -> None:
    price, strike, rate, volatility, term, dividend = 20.0, 26.0, 0.04, 0.55, 6.25, 0.01  # 6.25: SAB 107's graded term
    z = np.linspace(-12, 12, 400_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    final = price * np.exp((rate - dividend - volatility**2 / 2) * term + volatility * np.sqrt(term) * z)
    expected = np.exp(-rate * term) * np.trapezoid(np.maximum(final - strike, 0) * density, z)
    assert black_scholes_call(price, strike, rate, volatility, term, dividend) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((42, 40, 0.1, 0.0, 0.5, 0.0), 42 - 40 * np.exp(-0.05)),
        ((42, 40, 0.1, 0.2, 0.0, 0.0), 2.0),
        ((38, 40, 0.1, 0.2, 0.0, 0.0), 0.0),
        ((0.0, 40, 0.1, 0.2, 0.5, 0.0), 0.0),
        ((42, 0.0, 0.1, 0.2, 0.5, 0.02), 42 * np.exp(-0.01)),
        ((0.0, 0.0, 0.1, 0.0, 0.0, 0.0), 0.0),
    ],
)
def test_limits(arguments: tuple[float, ...], expected: float) -> None:
    assert black_scholes_call(*arguments) == pytest.approx(expected, rel=1e-14)


def test_limits_are_reached_continuously_and_arrays_mix() -> None:
    volatility = np.array([0.0, 1e-300, 1e-9, 1e9])
    value = black_scholes_call(42.0, 40.0, 0.1, volatility, 0.5)
    np.testing.assert_allclose(value, [42 - 40 * np.exp(-0.05)] * 3 + [42.0], rtol=1e-12)
    assert np.isnan(black_scholes_call(np.nan, 40, 0.1, 0.2, 0.5))


def test_at_the_money_ratio_scales_with_price() -> None:
    np.testing.assert_allclose(50 * at_the_money_ratio(0.075, 0.3, 6.0), black_scholes_call(50, 50, 0.075, 0.3, 6.0))


@given(
    price=st.floats(0, 1e4),
    strike=st.floats(0, 1e4),
    rate=st.floats(-0.05, 0.2),
    volatility=st.floats(0, 3),
    term=st.floats(0, 10),
    more=st.floats(0, 100),
)
def test_bounds_and_monotone_in_price(price: float, strike: float, rate: float, volatility: float, term: float, more: float) -> None:
    value = black_scholes_call(price, strike, rate, volatility, term)
    tolerance = 1e-9 * (1 + price + strike)
    assert max(price - strike * np.exp(-rate * term), 0) - tolerance <= value <= price + tolerance
    assert black_scholes_call(price + more, strike, rate, volatility, term) >= value - tolerance
