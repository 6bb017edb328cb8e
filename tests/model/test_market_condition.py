"""Hurdle awards: closed form against Monte Carlo, against QuantLib and at its limits."""

import numpy as np
import pytest

from compdesign.model.fair_value import black_scholes_call
from compdesign.model.market_condition import HurdleAward, hurdle_value, paid_at_hurdle, simulated_hurdle_value

AWARDS = [
    HurdleAward(100, 130, 0.03, 0.4, 3, 0.01),
    HurdleAward(100, 130, 0.03, 0.4, 3, 0.01, strike=100),
    HurdleAward(100, 130, 0.03, 0.4, 3, 0.01, strike=150),
    HurdleAward(100, 250, 0.05, 0.6, 4, strike=100),
    HurdleAward(100, 90, 0.03, 0.4, 3, strike=100),
    HurdleAward(100, 130, 0.03, 0.4, 3, 0.01, measured="the last day"),
    HurdleAward(100, 130, 0.03, 0.4, 3, 0.01, strike=100, measured="the last day"),
]


@pytest.mark.parametrize("award", AWARDS)
@pytest.mark.parametrize("steps", [1, 6])
def test_monte_carlo_meets_the_closed_form_at_any_number_of_steps(award: HurdleAward, steps: int) -> None:
    draws = np.random.default_rng(11)
    simulated = simulated_hurdle_value(award, draws.standard_normal((steps, 60_000)), draws.random((steps, 60_000)))
    assert abs(simulated.value - hurdle_value(award)) < 3.5 * simulated.standard_error
    assert simulated.standard_error < 0.02 * award.price


def test_it_is_not_probability_times_price() -> None:
    award = HurdleAward(100, 200, 0.04, 0.5, 3)
    probability = paid_at_hurdle(HurdleAward(100, 200, 0.0, 0.5, 3), 1.0)
    # Where the hurdle is reached the share is worth more than today.
    assert hurdle_value(award) > 1.2 * 100 * probability


def test_limits() -> None:
    plain = black_scholes_call(100, 100, 0.03, 0.4, 3, 0.01)
    assert hurdle_value(HurdleAward(100, 100, 0.03, 0.4, 3, 0.01, strike=100)) == pytest.approx(plain, rel=1e-12)
    assert hurdle_value(HurdleAward(100, 120, 0.03, 0.4, 3, 0.01, strike=120)) == pytest.approx(
        black_scholes_call(100, 120, 0.03, 0.4, 3, 0.01)
    )
    assert hurdle_value(HurdleAward(100, 1e6, 0.03, 0.4, 3)) == pytest.approx(0, abs=1e-9)
    assert paid_at_hurdle(HurdleAward(100, 90, 0.03, 0.4, 3), 7.0) == 7.0
    # A martingale reaches a level for certain in the end: a share delivered then costs a share.
    assert paid_at_hurdle(HurdleAward(100, 200, 0.04, 0.5, 3000.0), 200.0) == pytest.approx(100, rel=1e-6)
    assert np.isfinite(hurdle_value(HurdleAward(1, 1e4, 0.5, 0.05, 1)))


@pytest.mark.parametrize("strike", [80.0, 100.0, 125.0, 150.0])
def test_quantlibs_up_and_in_call_agrees(strike: float) -> None:
    ql = pytest.importorskip("QuantLib", reason="QuantLib is not installed; it serves as a check only")
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    dividend, rate = (ql.YieldTermStructureHandle(ql.FlatForward(today, each, count)) for each in (0.01, 0.03))
    volatility = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.4, count))
    process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(100.0)), dividend, rate, volatility)
    option = ql.BarrierOption(ql.Barrier.UpIn, 130.0, 0.0, ql.PlainVanillaPayoff(ql.Option.Call, strike), ql.EuropeanExercise(today + 1095))
    option.setPricingEngine(ql.AnalyticBarrierEngine(process))
    assert hurdle_value(HurdleAward(100, 130, 0.03, 0.4, 3, 0.01, strike=strike)) == pytest.approx(option.NPV(), rel=1e-9)
