"""The competing offer against a plain month-by-month twin and closed forms."""

from math import exp, inf, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.competing import HORIZON, competing_wealth, job_end
from compdesign.quantities import FloatArray

NOTHING: dict[str, Any] = {
    "initial_wealth": 0.0,
    "base": 0.0,
    "bonus": 0.0,
    "sign_on": 0.0,
    "equity": 0.0,
    "refresh": 0.0,
    "equity_growth": 0.0,
    "equity_volatility": 0.0,
    "annual_attrition": 0.0,
    "outside_pay": 0.0,
    "search_gap_months": 0.0,
    "r": 0.0,
}
FULL: dict[str, Any] = {
    "initial_wealth": 200_000.0,
    "base": 250_000.0,
    "bonus": 0.15,
    "sign_on": 40_000.0,
    "equity": 480_000.0,
    "refresh": 96_000.0,
    "equity_growth": 0.06,
    "equity_volatility": 0.35,
    "annual_attrition": 0.3,
    "outside_pay": 240_000.0,
    "search_gap_months": 2.5,
    "r": 0.04,
}


def draws(paths: int, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    return rng.standard_exponential(paths), rng.standard_normal((HORIZON, paths))


def twin(offer: dict[str, Any], threshold: float, normals: list[float]) -> float:
    """One path, one month at a time; continuous pay in a thousand slices a month."""
    r, drift = offer["r"], (offer["equity_growth"] - offer["equity_volatility"] ** 2 / 2) / 12
    prices = [1.0]
    for z in normals:
        prices.append(prices[-1] * exp(drift + offer["equity_volatility"] / sqrt(12) * z))
    hazard, end, cumulated = -log(1 - offer["annual_attrition"]) / 12, inf, 0.0
    for month in range(HORIZON + 1):
        cumulated += hazard
        if cumulated >= threshold:
            end = month + 1
            break
    wealth = (offer["initial_wealth"] + offer["sign_on"]) * exp(4 * r)
    slices = 1_000
    for month in range(HORIZON):
        for i in range(slices):
            time = month + (i + 0.5) / slices
            working = time < end
            searching = not working and time < end + offer["search_gap_months"]
            annual = offer["base"] * (1 + offer["bonus"]) if working else 0.0 if searching else offer["outside_pay"]
            wealth += annual / 12 / slices * exp(r * (48 - time) / 12)
    units = [(0, offer["equity"])] + [(m, offer["refresh"] / prices[m]) for m in (12, 24, 36)]
    for month in range(1, HORIZON + 1):
        for granted, number in units:
            if granted < month <= granted + 48 and month < end:
                wealth += number / 48 * prices[month] * exp(r * (48 - month) / 12)
    return float(wealth)


def test_against_the_twin() -> None:
    threshold, normals = draws(12)
    fast = competing_wealth(**FULL, leave_threshold=threshold, price_normals=normals)
    slow = [twin(FULL, float(threshold[p]), normals[:, p].tolist()) for p in range(12)]
    np.testing.assert_allclose(fast, slow, rtol=1e-9)


def test_four_years_of_pay() -> None:
    """Nobody leaves, no interest: 4 x 100,000 x 1.2 + 30,000 + 50,000; outside pay never comes."""
    offer = NOTHING | {"initial_wealth": 5e4, "base": 1e5, "bonus": 0.2, "sign_on": 3e4, "outside_pay": 1e9}
    threshold, normals = draws(5)
    np.testing.assert_allclose(competing_wealth(**offer, leave_threshold=threshold, price_normals=normals), 560_000)


def test_leaving_ends_pay_and_vesting() -> None:
    """Leaving at the end of month 17: 18 months of pay, a gap of 6, 24 months outside, 17 instalments and 5 of the
    refresh of month 12."""
    offer = NOTHING | {"base": 12e3, "outside_pay": 24e3, "search_gap_months": 6.0, "equity": 48e3, "refresh": 4_800.0}
    offer["annual_attrition"] = 1 - np.exp(-12 * 0.01)
    threshold, normals = np.array([0.1795]), np.zeros((HORIZON, 1))
    wealth = competing_wealth(**offer, leave_threshold=threshold, price_normals=normals)
    assert wealth[0] == pytest.approx(18 * 1_000 + 24 * 2_000 + 17 * 1_000 + 5 * 100, rel=1e-12)


def test_equity_is_worth_its_grants_when_it_grows_at_the_rate_of_interest() -> None:
    """Discounted prices are martingales: E of the proceeds is e^(r (4 - t)) a dollar granted and vested."""
    r, paths = 0.05, 40_000
    offer = NOTHING | {"equity": 1e5, "refresh": 1e4, "r": r, "equity_growth": r}
    expected = 1e5 * np.exp(4 * r) + 1e4 * sum((48 - m) / 48 * np.exp(r * (48 - m) / 12) for m in (12, 24, 36))
    threshold, normals = draws(paths, 5)
    sure = competing_wealth(**offer, leave_threshold=threshold[:2], price_normals=normals[:, :2])
    np.testing.assert_allclose(sure, expected, rtol=1e-12)
    risky = competing_wealth(**offer | {"equity_volatility": 0.4}, leave_threshold=threshold, price_normals=normals)
    assert abs(risky.mean() - expected) < 4 * risky.std() / np.sqrt(paths)


@pytest.mark.parametrize("probability", [0.05, 0.15, 0.6])
def test_leaving_within_a_year_has_the_stated_probability(probability: float) -> None:
    year = -np.log1p(-probability)
    end = job_end(probability, year * np.array([1e-9, 1 - 1e-9, 1 + 1e-9, 3 - 1e-9]))
    assert end.tolist() == [1, 12, 13, 36]


def test_leaving_at_the_ends() -> None:
    threshold = np.array([0.0, 1.0, 50.0])
    assert job_end(0.0, threshold).tolist() == [inf, inf, inf]
    assert job_end(np.array([0.0, 1.0, 0.5]), threshold).tolist() == [inf, 1, np.ceil(50 / (np.log(2) / 12))]
    assert job_end(0.5, threshold)[0] == 1


def test_a_value_per_path_is_each_path_alone() -> None:
    threshold, normals = draws(6, 3)
    factors = {name: np.linspace(0.5, 1.5, 6) for name in FULL}
    offer = {name: FULL[name] * factors[name] for name in FULL}
    together = competing_wealth(**offer, leave_threshold=threshold, price_normals=normals)
    for p in range(6):
        alone = {name: float(value[p]) for name, value in offer.items()}
        single = competing_wealth(**alone, leave_threshold=threshold[p : p + 1], price_normals=normals[:, p : p + 1])
        assert single[0] == pytest.approx(together[p], rel=1e-13)


@given(st.floats(0.01, 100))
def test_scales_with_money(k: float) -> None:
    money = ("initial_wealth", "base", "sign_on", "equity", "refresh", "outside_pay")
    threshold, normals = draws(20, 9)
    scaled = FULL | {name: k * FULL[name] for name in money}
    np.testing.assert_allclose(
        competing_wealth(**scaled, leave_threshold=threshold, price_normals=normals),
        k * competing_wealth(**FULL, leave_threshold=threshold, price_normals=normals),
        rtol=1e-12,
    )
