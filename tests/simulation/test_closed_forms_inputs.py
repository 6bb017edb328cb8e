"""Uncertain inputs, drawn through a scenario: percentiles and moments of every family."""

from collections.abc import Callable
from math import exp, log, pi, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, norm

from compdesign.simulation.parameters import resolve
from compdesign.simulation.streams import Streams, input_stream
from tests.simulation.posed import outcomes, posed, variance_within, within

BLOCKS = 5


def drawn(name: str, distribution: Any) -> np.ndarray:
    """Values of an input that is a distribution, on every path of some blocks."""
    *tables, key = name.split(".")
    chunks = []
    for block in range(BLOCKS):
        streams = Streams(11, block)
        model: Any = resolve(posed({name: distribution}), lambda each, streams=streams: streams.uniform(input_stream(each)))
        for table in tables:
            model = getattr(model, table)
        chunks.append(getattr(model, key))
    return np.concatenate(chunks)


def moments(quantile: Callable[[float], float]) -> tuple[float, float]:
    """Mean and variance of a quantile function by quadrature over the log odds of its argument."""

    def expected(of: Callable[[float], float]) -> float:
        def at(logit: float) -> float:
            y = 1 / (1 + exp(-logit))
            return of(quantile(y)) * y * (1 - y)

        return quad(at, -35, 35, limit=400)[0]

    mean = expected(lambda x: x)
    return mean, expected(lambda x: (x - mean) ** 2)


def metalog(low: float, median: float, high: float) -> Callable[[float], float]:
    a2, a3 = (high - low) / (2 * log(9)), (high + low - 2 * median) / (0.8 * log(9))
    return lambda y: median + (a2 + a3 * (y - 0.5)) * log(y / (1 - y))


def percentiles(values: np.ndarray, p10: float, p50: float, p90: float) -> None:
    for level, value in ((0.1, p10), (0.5, p50), (0.9, p90)):
        within(values <= value, level)


@pytest.mark.parametrize(("low", "mode", "high"), [(1e6, 2e6, 5e6), (0.0, 0.0, 9e5), (3e5, 4e5, 4e5)])
def test_pert(low: float, mode: float, high: float) -> None:
    """Mean (low + 4 mode + high) / 6, variance (mean - low)(high - mean) / 7; skewness of its beta."""
    values = drawn("company.cash", {"low": low, "mode": mode, "high": high})
    mean = (low + 4 * mode + high) / 6
    variance = (mean - low) * (high - mean) / 7
    within(values, mean)
    variance_within(values, mean, variance)
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    within(((values - mean) / sqrt(variance)) ** 3, 2 * (b - a) * sqrt(a + b + 1) / ((a + b + 2) * sqrt(a * b)))
    assert values.min() >= low
    assert values.max() <= high


@pytest.mark.parametrize(("p10", "p50", "p90"), [(0.1, 0.3, 0.6), (-0.2, 0.25, 0.45), (-1.0, 0.0, 1.0)])
def test_metalog_without_bounds(p10: float, p50: float, p90: float) -> None:
    """Mean p50 + a3 / 2; variance pi^2 a2^2 / 3 + a3^2 (1 / 12 + pi^2 / 36) (Keelin 2016, table 4)."""
    values = drawn("company.revenue_growth", {"p10": p10, "p50": p50, "p90": p90})
    a2, a3 = (p90 - p10) / (2 * log(9)), (p90 + p10 - 2 * p50) / (0.8 * log(9))
    mean, variance = moments(metalog(p10, p50, p90))
    assert mean == pytest.approx(p50 + a3 / 2, abs=1e-9)
    assert variance == pytest.approx(pi**2 * a2**2 / 3 + a3**2 * (1 / 12 + pi**2 / 36), rel=1e-7)
    percentiles(values, p10, p50, p90)
    within(values, mean)
    variance_within(values, mean, variance)


@pytest.mark.parametrize(("p10", "p50", "p90"), [(1e6, 2e6, 4e6), (2e6, 2.5e6, 4e6)])
def test_metalog_of_the_logarithm(p10: float, p50: float, p90: float) -> None:
    """Money: bounded at zero."""
    values = drawn("company.cash", {"p10": p10, "p50": p50, "p90": p90})
    inner = metalog(log(p10), log(p50), log(p90))
    mean, variance = moments(lambda y: exp(inner(y)))
    percentiles(values, p10, p50, p90)
    within(values, mean)
    within(np.log(values), moments(inner)[0])
    assert values.min() > 0
    assert np.isfinite(variance)


@pytest.mark.parametrize(("p10", "p50", "p90"), [(0.2, 0.4, 0.55), (0.7, 0.9, 0.95)])
def test_metalog_of_the_log_odds(p10: float, p50: float, p90: float) -> None:
    """A probability: bounded at 0 and 1."""
    values = drawn("hiring.production_share", {"p10": p10, "p50": p50, "p90": p90})
    inner = metalog(*(log(p / (1 - p)) for p in (p10, p50, p90)))
    mean, variance = moments(lambda y: 1 / (1 + exp(-inner(y))))
    percentiles(values, p10, p50, p90)
    within(values, mean)
    variance_within(values, mean, variance)


@pytest.mark.parametrize(
    ("name", "mean", "sd"), [("company.revenue_growth", 0.3, 0.15), ("company.cash", 4e6, 3e6), ("hiring.production_share", 0.4, 0.2)]
)
def test_mean_and_deviation(name: str, mean: float, sd: float) -> None:
    """Normal, lognormal or beta by the bounds of the quantity; each checked at a quantile of its own."""
    values = drawn(name, {"mean": mean, "sd": sd})
    within(values, mean)
    variance_within(values, mean, sd**2)
    strength = mean * (1 - mean) / sd**2 - 1
    deviation = sqrt(log(1 + (sd / mean) ** 2))
    third = {
        "company.revenue_growth": mean + sd * norm.ppf(1 / 3),
        "company.cash": mean * exp(-(deviation**2) / 2 + deviation * norm.ppf(1 / 3)),
        "hiring.production_share": beta.ppf(1 / 3, mean * strength, (1 - mean) * strength),
    }
    within(values < third[name], 1 / 3)


@pytest.mark.parametrize("weights", [[1, 1, 2], [0.5, 0.0, 4.5]])
def test_weighted_choices(weights: list[float]) -> None:
    values = drawn("company.cash", {"values": [5.0, 7.0, 11.0], "weights": weights})
    for value, weight in zip((5.0, 7.0, 11.0), weights, strict=True):
        within(values == value, weight / sum(weights))


def test_degenerate_distributions_are_numbers() -> None:
    for distribution in (
        {"p10": 4, "p50": 4, "p90": 4},
        {"low": 4, "mode": 4, "high": 4},
        {"mean": 4, "sd": 0},
        {"values": [4], "weights": [9]},
    ):
        within(drawn("company.cash", distribution), 4)


def test_two_inputs_are_independent_and_a_draw_belongs_to_its_name() -> None:
    alone = drawn("company.cash", {"mean": 4e6, "sd": 1e6})
    both = []
    for block in range(BLOCKS):
        streams = Streams(11, block)
        scenario = posed({"company.cash": {"mean": 4e6, "sd": 1e6}, "company.revenue_growth": {"mean": 0.3, "sd": 0.1}})
        resolved = resolve(scenario, lambda each, streams=streams: streams.uniform(input_stream(each)))
        both.append((resolved.company.cash, resolved.company.revenue_growth))
    cash, growth = np.concatenate(both, axis=1)
    assert np.array_equal(cash, alone)
    within((cash - 4e6) / 1e6 * (growth - 0.3) / 0.1, 0.0)


@pytest.mark.parametrize("distribution", [{"low": 3e5, "mode": 4e5, "high": 9e5}])
def test_the_draw_reaches_the_engine(distribution: dict[str, float]) -> None:
    """Opening cash less a month of pay is the first closing balance; growth shows in the price a year on."""
    changes = {
        "company.cash": distribution,
        "company.recurring_revenue": 10**9,
        "company.revenue_growth": {"p10": 0.1, "p50": 0.3, "p90": 0.6},
        "company.debt": 0,
    }
    cash, growth = [], []
    for _, outcome in outcomes(posed(changes), BLOCKS):
        cash.append(outcome.cash[0] + 10_000)
        growth.append((outcome.price_by[12] * 101e6 - outcome.cash[11]) / 1e9 - 1)
    within(np.concatenate(cash), (3e5 + 4 * 4e5 + 9e5) / 6)
    percentiles(np.concatenate(growth), 0.1, 0.3, 0.6)
    within(np.concatenate(growth), metalog_mean(0.1, 0.3, 0.6))


def metalog_mean(p10: float, p50: float, p90: float) -> float:
    return p50 + (p90 + p10 - 2 * p50) / (1.6 * log(9))
