"""The Hull-White lattice against Black-Scholes, a barrier formula integrated over the exit time, and QuantLib."""

import numpy as np
import pytest
from scipy.stats import norm

from compdesign.model.fair_value import black_scholes_call
from compdesign.model.lattice import EmployeeOption, employee_option_value

OPTION = EmployeeOption(price=50, strike=50, rate=0.05, volatility=0.35, term_years=10, dividend_yield=0.025)


def vested_from_the_start(o: EmployeeOption) -> float:
    """Closed form without a vesting period: the price until barrier or exit, whichever is first (Cvitanic, Wiener and
    Zapatero 2008). The up-and-out call is integrated from the density of a price that never reached the barrier."""
    barrier = np.log(o.strike * o.exercise_multiple / o.price)
    drift = o.rate - o.dividend_yield - o.volatility**2 / 2

    nodes, weights = np.polynomial.legendre.leggauss(200)
    low = np.log(o.strike / o.price)
    x, dx = low + (barrier - low) * (nodes + 1) / 2, (barrier - low) / 2 * weights

    def alive_call(t: float) -> float:
        spread = o.volatility * np.sqrt(t)
        mirror = np.exp(2 * drift * barrier / o.volatility**2) * norm.pdf(x, 2 * barrier + drift * t, spread)
        density = norm.pdf(x, drift * t, spread) - mirror
        return float(np.exp(-o.rate * t) * ((o.price * np.exp(x) - o.strike) * density * dx).sum())

    def at_barrier() -> float:
        kill = o.rate + o.exit_rate
        root = np.sqrt(drift**2 + 2 * kill * o.volatility**2)
        spread = o.volatility * np.sqrt(o.term_years)
        first = np.exp(barrier * (drift - root) / o.volatility**2) * norm.cdf((root * o.term_years - barrier) / spread)
        second = np.exp(barrier * (drift + root) / o.volatility**2) * norm.cdf((-root * o.term_years - barrier) / spread)
        return (o.exercise_multiple - 1) * o.strike * (first + second)

    root_t, dt = np.sqrt(o.term_years) * (nodes + 1) / 2, np.sqrt(o.term_years) / 2 * weights  # t = s^2: smooth at 0
    leaving = sum(o.exit_rate * np.exp(-o.exit_rate * s * s) * alive_call(s * s) * 2 * s * ds for s, ds in zip(root_t, dt, strict=True))
    return at_barrier() + leaving + np.exp(-o.exit_rate * o.term_years) * alive_call(o.term_years)


def changed(**terms: float | None) -> EmployeeOption:
    return EmployeeOption(**vars(OPTION) | terms)


@pytest.mark.parametrize(
    "terms", [{}, {"vesting_years": 4.0}, {"vesting_years": 10.0, "exit_rate": 0.2, "exercise_multiple": 1.5}, {"exercise_multiple": 1e6}]
)
def test_without_early_exercise_it_is_black_scholes(terms: dict[str, float]) -> None:
    expected = black_scholes_call(50, 50, 0.05, 0.35, 10, 0.025)
    assert employee_option_value(changed(**terms)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("multiple", [1.2, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("exit_rate", [0.0, 0.05, 0.2])
def test_vested_from_the_start_it_is_the_closed_form(multiple: float, exit_rate: float) -> None:
    option = changed(exercise_multiple=multiple, exit_rate=exit_rate)
    assert employee_option_value(option, steps=2_000) == pytest.approx(vested_from_the_start(option), rel=2e-3)


def test_nodes_on_the_barrier_make_few_steps_enough() -> None:
    option = changed(exercise_multiple=1.7)
    exact = vested_from_the_start(option)
    for steps in (200, 230, 260, 300):  # an unaligned tree is off by up to 5 % here, up and down as the steps change
        assert employee_option_value(option, steps) == pytest.approx(exact, rel=4e-3), steps


def test_a_barrier_next_to_the_price_takes_shorter_steps() -> None:
    option = changed(exercise_multiple=1.02)
    assert employee_option_value(option, 500) == pytest.approx(vested_from_the_start(option), rel=5e-3)
    assert employee_option_value(changed(price=120.0, exercise_multiple=2.0)) == pytest.approx(70.0)  # over the barrier: exercised at once


def test_leaving_and_exercising_early_cost_value_and_vesting_protects_it() -> None:
    early = [employee_option_value(changed(vesting_years=3.0, exercise_multiple=m)) for m in (1.0, 1.5, 2.0, 4.0)]
    leaving = [employee_option_value(changed(vesting_years=3.0, exit_rate=e)) for e in (0.0, 0.05, 0.3)]
    assert early == sorted(early) and leaving == sorted(leaving, reverse=True)
    assert employee_option_value(changed(exit_rate=0.3)) < leaving[-1]


@pytest.mark.parametrize(
    "terms", [{"price": 0.0}, {"volatility": 0.0}, {"vesting_years": 11.0}, {"exercise_multiple": 0.9}, {"exit_rate": -0.1}]
)
def test_out_of_range_is_refused(terms: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        employee_option_value(changed(**terms))


def test_without_dividend_quantlibs_american_tree_agrees() -> None:
    """QuantLib has no exit rate; an American call without dividend is a European one, which the lattice must give too."""
    ql = pytest.importorskip("QuantLib", reason="QuantLib is not installed; it serves as a check only")
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    handles = [ql.YieldTermStructureHandle(ql.FlatForward(today, rate, count)) for rate in (0.025, 0.05)]
    volatility = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.35, count))
    process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(50.0)), *handles, volatility)
    option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Call, 50.0), ql.EuropeanExercise(today + 3650))
    option.setPricingEngine(ql.BinomialVanillaEngine(process, "tian", 1000))
    assert employee_option_value(OPTION) == pytest.approx(option.NPV(), rel=1e-3)
