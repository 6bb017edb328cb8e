"""Runway, value, rounds, pool and exit against their exact distributions."""

from math import erf, exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import gamma

from compdesign.simulation.company_path import company_path
from compdesign.simulation.streams import Streams
from compdesign.simulation.tables import BEYOND, CASH_OUT, EXIT
from tests.simulation.posed import outcomes, posed, run, variance_within, within


def worth(value: float, **changes: Any) -> dict[str, Any]:
    """A company whose enterprise is worth `value` x the multiple's course, and its cash nothing: the debt takes it."""
    return {
        "company.cash": 2.0**30,
        "company.debt": 2.0**30,
        "company.recurring_revenue": value,
        "company.capitalization": {"common_shares": 900_000, "pool_available": 100_000},
        **{name.replace("__", "."): each for name, each in changes.items()},
    }


FREE = {"base": 2.0**-30}
"""Pay so small that it never moves the cash of `worth`."""


# Runway


@pytest.mark.parametrize(
    ("cash", "minimum", "amount", "month", "probability"), [(160_000, 0, 65_000, 8, 0.4), (100_000, 25_000, 42_500, 7, 0.75)]
)
def test_runway_with_one_random_round(cash: int, minimum: int, amount: int, month: int, probability: float) -> None:
    """$10,000 a month: two points, (cash - minimum) / 10,000 and amount / 10,000 later."""
    round_ = {"month": month, "probability": probability, "amount": amount}
    outcome = run(posed({"company.cash": cash, "company.minimum_cash": minimum, "company.financing": [round_]}), 3)
    without, with_it = (cash - minimum) / 10_000, (cash - minimum + amount) / 10_000
    np.testing.assert_allclose(np.unique(outcome.runway.round(9)), sorted((without, with_it)) if with_it < 24 else [without, np.inf])
    within(outcome.runway > without + 0.1, probability)
    within(outcome.runway, probability * with_it + (1 - probability) * without)
    variance_within(
        outcome.runway, probability * with_it + (1 - probability) * without, probability * (1 - probability) * (with_it - without) ** 2
    )
    assert (outcome.end == CASH_OUT).all()
    # A month that ends exactly at the minimum is not below it: the next one is the last.
    np.testing.assert_array_equal(outcome.end_month, np.floor(outcome.runway.round(9)) + 1)


def test_a_round_after_the_end_of_cash_comes_too_late() -> None:
    within(run(posed({"company.cash": 75_000, "company.financing": [{"month": 9, "amount": 10**9}]})).runway.round(9), 7.5)


@pytest.mark.parametrize(("needed", "mean", "probability"), [(1, 6.0, 1.0), (3, 2.0, 0.5)])
def test_round_that_waits_for_general_availability(needed: int, mean: float, probability: float) -> None:
    """It closes in month 10 if the k-th deployment came before: an Erlang probability."""
    changes = {
        "company.cash": 155_000,
        "company.financing": [{"month": 10, "probability": probability, "amount": 10**9, "condition": "after_ga"}],
        "company.ga.deployments": needed,
        "production.build_months": mean,
    }
    outcome = run(posed(changes), 3)
    within(outcome.end == BEYOND, probability * gamma.cdf(10, needed, scale=mean))
    within(np.minimum(outcome.runway, 24), 15.5 + 8.5 * probability * gamma.cdf(10, needed, scale=mean))


def test_two_random_rounds() -> None:
    rounds = [{"month": 5, "probability": 0.5, "amount": 60_000}, {"month": 9, "probability": 0.25, "amount": 45_000}]
    outcome = run(posed({"company.cash": 105_000, "company.financing": rounds}), 3)
    for runway, chance in ((10.5, 0.375), (16.5, 0.375), (15.0, 0.125), (21.0, 0.125)):
        within(np.isclose(outcome.runway, runway), chance)


def test_runway_of_uncertain_cash() -> None:
    """Cash uniform over two values and a growing revenue: R solves the balance month by month."""
    changes = {
        "company.cash": {"values": [50_000, 81_000], "weights": [1, 3]},
        "company.recurring_revenue": 12_000,
        "company.revenue_growth": 1.0,
        "company.gross_margin": 0.5,
    }

    def runway(cash: float) -> float:
        for month in range(24):
            burn = 10_000 - 500 * 2 ** (month / 12)
            if cash < burn:
                return month + cash / burn
            cash -= burn
        return float("inf")

    outcome = run(posed(changes), 3)
    within(outcome.runway, 0.25 * runway(50_000) + 0.75 * runway(81_000))


# The multiple


@pytest.mark.parametrize(
    ("start", "long_run", "reversion", "volatility", "months"),
    [(8.0, 5.0, 0.0, 0.4, 48), (12.0, 6.0, 0.7, 0.5, 24), (4.0, 7.0, 3.0, 0.9, 30)],
)
def test_moments_of_the_multiple(start: float, long_run: float, reversion: float, volatility: float, months: int) -> None:
    """Mean L (start/L)^exp(-a t), log variance s^2 (1 - exp(-2 a t)) / 2a, and covariance of the logs exp(-a (t2 - t1)) Var(t1)."""
    valuation = {"multiple": start, "long_run_multiple": long_run, "reversion": reversion, "volatility": volatility}
    outcome = run(posed(worth(2.0**20, company__valuation=valuation, months=months), **FREE), 4)

    def mean(years: float) -> float:
        return long_run * (start / long_run) ** exp(-reversion * years)

    def log_variance(years: float) -> float:
        return volatility**2 * (years if reversion == 0 else (1 - exp(-2 * reversion * years)) / (2 * reversion))

    years = months / 12
    log_mean = log(mean(years)) - log_variance(years) / 2
    within(outcome.multiple, mean(years))
    within(np.log(outcome.multiple), log_mean)
    variance_within(np.log(outcome.multiple), log_mean, log_variance(years))
    halfway = outcome.price_by[months // 2] / (2.0**20 / 1_000_000)
    within(halfway, mean(years / 2))
    early = np.log(halfway) - log(mean(years / 2)) + log_variance(years / 2) / 2
    within(early * (np.log(outcome.multiple) - log_mean), exp(-reversion * years / 2) * log_variance(years / 2))


def test_value_grows_with_revenue_and_answers_to_debt() -> None:
    changes = worth(
        10**6,
        company__debt=2.0**30 - 500_000,
        company__revenue_growth=0.5,
        company__valuation={"multiple": 3.0, "reversion": 0, "volatility": 0},
    )
    outcome = run(posed(changes, **FREE), 1)
    np.testing.assert_allclose(outcome.price_by[:, 0], (3e6 * 1.5 ** (np.arange(25) / 12) + 5e5) / 1e6, rtol=1e-12)


# Exit


@pytest.mark.parametrize(("hazard", "months"), [(0.15, 48), (1.2, 24)])
def test_time_of_exit(hazard: float, months: int) -> None:
    """Exponential, seen at the end of its month."""
    outcome = run(posed({"company.exit.annual_hazard": hazard, "months": months}), 3)
    gone = outcome.end == EXIT
    for month in (1, 6, 12, months):
        within(gone & (outcome.end_month <= month), 1 - exp(-hazard * month / 12))
    within(outcome.end_month, sum(exp(-hazard * month / 12) for month in range(months)))
    np.testing.assert_array_equal(outcome.filled_months, outcome.end_month)


@pytest.mark.parametrize("weights", [(0.7, 0.2, 0.1), (1.0, 1.0, 0.5)])
def test_kinds_of_exit(weights: tuple[float, float, float]) -> None:
    """Told apart by what they pay: value factor x (1 - cost)."""
    factors = [(1.0, 0.04), (0.25, 0.0), (1.5, 0.08)]
    types = [
        {"name": str(i), "weight": w, "value_factor": f, "cost": c} for i, (w, (f, c)) in enumerate(zip(weights, factors, strict=True))
    ]
    outcome = run(posed(worth(2.0**20, company__exit={"annual_hazard": 2.0, "types": types}), **FREE), 3)
    paid = outcome.price[outcome.end == EXIT] / (2.0**20 / 10**6)
    for weight, (factor, cost) in zip(weights, factors, strict=True):
        within(np.isclose(paid, factor * (1 - cost)), weight / sum(weights))


@pytest.mark.parametrize("recovery", [0.0, 0.25])
def test_cash_out_and_exit_compete(recovery: float) -> None:
    """Cash ends in month 15 of those who have not exited by then; common then keeps a share of its last price."""
    changes = {
        "company.cash": 155_000,
        "company.recurring_revenue": 2.0**20,
        "company.exit": {"annual_hazard": 0.5, "cash_out_recovery": recovery},
        "company.capitalization": {"common_shares": 900_000, "pool_available": 100_000},
    }
    outcome = run(posed(changes), 3)
    out = outcome.end == CASH_OUT
    within(out, exp(-0.5 * 15 / 12))
    np.testing.assert_allclose(outcome.price[out], recovery * (2.0**20 + 5_000) / 1e6)
    assert (outcome.end_month[out] == 16).all()


CLASSES = {"common_shares": 500_000, "preferred_shares": 400_000, "liquidation_preference": 2_000_000.0, "pool_available": 100_000}


@pytest.mark.parametrize(
    ("value", "price"),
    [
        (1_000_000, 0.0),
        (2_000_000, 0.0),
        (3_500_000, 2.5),
        (5_000_000, 5.0),
        (5_000_001, 5.000001),
        (20_000_000, 20.0),
    ],
)
def test_one_class_of_preferred(value: int, price: float) -> None:
    """Of a million shares 400,000 are preferred to $2m: common gets nothing up to $2m, then all of the rest over 600,000 shares up
    to the conversion at $5m, then its share.
    """
    changes = worth(value, company__capitalization=CLASSES, company__exit={"annual_hazard": 1000.0}, months=2)
    outcome = run(posed(changes, **FREE), 1)
    assert (outcome.end == EXIT).all()
    np.testing.assert_allclose(outcome.price, price, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("value", "volatility"), [(4_000_000, 0.5), (1_500_000, 0.9), (9_000_000, 0.3)])
def test_common_beside_preferred_is_a_spread_of_calls(value: int, volatility: float) -> None:
    """Of a lognormal V: (C(L) - C(K)) / (F - N_p) + C(K) / F, C(k) = E max(V - k, 0), K = L F / N_p."""
    valuation = {"multiple": 1.0, "reversion": 0.0, "volatility": volatility}
    changes = worth(value, company__capitalization=CLASSES, company__valuation=valuation)
    price = run(posed(changes, **FREE), 4).price

    def call(strike: float) -> float:
        deviation = volatility * sqrt(2)
        d = log(value / strike) / deviation + deviation / 2
        return value * (1 + erf(d / sqrt(2))) / 2 - strike * (1 + erf((d - deviation) / sqrt(2))) / 2

    within(price, (call(2e6) - call(5e6)) / 600_000 + call(5e6) / 1_000_000)


# Rounds and pool


@pytest.mark.parametrize(("target", "amount", "pool"), [(0.1, 3_000_000, 100_000), (0.25, 500_000, 0), (0.06, 1_000_000, 60_000)])
def test_round_and_pool_target(target: float, amount: int, pool: int) -> None:
    """After the money the pool is the target up to a share, and investors hold amount / post-money of the company; the price is
    paid by those before: post-money is the value before plus the amount.
    """
    shares = {"common_shares": 900_000, "pool_available": pool}
    valuation = {"multiple": 1.0, "reversion": 0.0, "volatility": 0.6}
    round_ = {"month": 6, "amount": amount, "pool_target": target}
    outcome = run(
        posed(
            worth(8 * 10**6, company__valuation=valuation, company__capitalization=shares, company__financing=[round_], months=7), **FREE
        ),
        1,
    )
    before = outcome.price_by[6] * (900_000 + pool)
    bought = outcome.fully_diluted - 900_000 - outcome.pool
    reached = pool / (900_000 + pool) >= target * (1 + amount / before)
    assert np.abs(outcome.pool - target * outcome.fully_diluted)[~reached].max() <= 1 + target
    assert (outcome.topped_up[reached] == 0).all()
    assert not reached.all()
    assert np.abs(bought - amount / (before + amount) * outcome.fully_diluted).max() <= 1
    np.testing.assert_array_equal(outcome.pool, pool + outcome.topped_up)
    np.testing.assert_array_equal(outcome.cash[5] + amount, outcome.cash[6])


@pytest.mark.parametrize(("targets", "pool"), [([(3, 0.05), (9, 0.2)], 1_000), ([(0, 0.5)], 123_456), ([(2, 0.1), (5, 0.05)], 0)])
def test_top_ups(targets: list[tuple[int, float]], pool: int) -> None:
    """Each makes the pool its target, rounded down to a share, or leaves a larger one alone."""
    tops = [{"month": month, "target": target} for month, target in targets]
    for months in (month + 1 for month, _ in targets):
        outcome = run(
            posed({"company.capitalization": {"common_shares": 777_777, "pool_available": pool, "top_ups": tops}, "months": months}), 1
        )
        highest = max(target for month, target in targets if month < months)
        expected = max(int(highest / (1 - highest) * 777_777 + 1e-9), pool)
        assert (outcome.pool == expected).all()
        assert (outcome.fully_diluted == 777_777 + expected).all()


def test_top_up_restores_what_awards_took() -> None:
    """Poisson awards of 100 shares until the top-up of month 12, at the start of its month, restores a tenth."""
    capital = {"common_shares": 900_000, "pool_available": 100_000, "top_ups": [{"month": 12, "target": 0.1}]}
    rule = {"name": "ship", "trigger": {"every_deployments": 1}, "award": 100, "instrument": "rsu"}
    outcome = run(posed({"company.capitalization": capital, "months": 13}, refresh=[rule]), 2)
    given = 100 * outcome.qualifying_by[11]
    np.testing.assert_array_equal(outcome.topped_up, np.floor(given / 0.9 + 1e-9))
    within(outcome.topped_up, 400 / 0.9, 4.5)


def test_step_up_sells_dearer() -> None:
    round_ = {"month": 0, "amount": 10**6, "step_up": 1.25}
    outcome = run(posed(worth(8 * 10**6, company__financing=[round_], months=1), **FREE), 1)
    assert (outcome.fully_diluted == 1_000_000 + 100_000).all()


def test_the_waterfall_of_every_exit_adds_up() -> None:
    """Common at its price and the preferred at the better of preference and conversion share all that there is."""
    types = [{"name": "sale"}, {"name": "fire sale", "value_factor": 0.3, "cost": 0.1}]
    valuation = {"multiple": 5.0, "reversion": 0.2, "volatility": 0.8}
    changes = worth(
        10**6, company__capitalization=CLASSES, company__valuation=valuation, company__exit={"annual_hazard": 1.0, "types": types}
    )
    scenario = posed(changes | {"company.financing": [{"month": 4, "probability": 0.5, "amount": 700_000}]}, **FREE)
    [(resolved, outcome)] = outcomes(scenario, 1)
    course = company_path(resolved, Streams(scenario.seed, 0), slice(None))
    path = np.flatnonzero(outcome.end == EXIT)
    end = outcome.end_month[path]
    value = course.value[end, path] * course.exit_factor[path] + outcome.cash[end - 1, path] - 2.0**30
    closed = course.closes[0, path].astype(bool) & (end > 4)
    preference, preferred = 2e6 + 7e5 * closed, outcome.fully_diluted[path] - 600_000
    held = outcome.price[path] * 600_000
    np.testing.assert_allclose(held + np.maximum(np.minimum(value, preference), outcome.price[path] * preferred), value, rtol=1e-9)
    assert closed.any()
