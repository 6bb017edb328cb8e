"""Ranges of the expense of future grants: they tie to the comparison, add up, and hold spread and Monte Carlo error apart."""

import numpy as np
import pytest

from compdesign.errors import ScenarioError, WorkTooLarge
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import Metric
from compdesign.metrics.estimates import estimate
from compdesign.metrics.expense_ranges import ALL_GRANTS, ALL_LINES, LINES, ExpenseForecast, expense_ranges
from compdesign.simulation.grant_expense import KINDS, expense_by_period
from compdesign.simulation.run import simulate
from tests.simulation.posed import posed, run

PATHS = 512
PLAN = {
    "months": 31,
    "departure.attrition": [{"from_month": 0, "annual_probability": 0.3}],
    "company.recurring_revenue": 8e6,
    "company.valuation": {"multiple": 5.0, "reversion": 0.0, "volatility": 0.4},
    "company.pay_in_cost_of_revenue": 0.25,
}
OFFER = {
    "grant": {"instrument": "iso", "amount": 6_000},
    "refresh": [
        {"name": "ships", "trigger": {"every_deployments": 1}, "mode": "upfront", "award": 1_000, "cap": 4_000},
        {"name": "stays", "trigger": {"tenure_months": 12}, "mode": "future", "instrument": "rsu", "award": 1_000},
    ],
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return posed(PLAN, **OFFER)


@pytest.fixture(scope="module")
def forecast(scenario: Scenario) -> ExpenseForecast:
    [made] = expense_ranges(scenario, PATHS)
    return made


def test_quarters_tie_to_the_comparison_of_the_same_futures(scenario: Scenario, forecast: ExpenseForecast) -> None:
    """The run begins in January, so calendar quarters are those from the as-of date; 31 months touch eleven."""
    result = simulate(scenario, PATHS)
    *quarters, whole = forecast.of(ALL_GRANTS)
    assert [(each.fiscal_year, each.quarter) for each in quarters] == [(2026 + k // 4, k % 4 + 1) for k in range(11)]
    assert [each.months for each in quarters] == [3] * 10 + [1]
    assert (whole.fiscal_year, whole.quarter, whole.months) == (None, None, 31)
    for number, each in enumerate(quarters, start=1):
        compared = estimate(result, Metric("", "", "$", "", f"sbc:{number}"), 0)
        assert each.mean.value == pytest.approx(compared.value, rel=1e-9)
        assert each.mean.se == pytest.approx(compared.se, rel=1e-6)
    assert whole.mean.value == pytest.approx(result.mean("sbc_total", 0), rel=1e-9)
    in_cost = forecast.of(ALL_GRANTS, "cost of revenue")[-1]
    assert in_cost.mean.value == pytest.approx(result.mean("sbc_cost_of_revenue", 0), rel=1e-9)


def test_kinds_and_lines_add_up_in_the_mean(forecast: ExpenseForecast) -> None:
    for place in range(12):
        for line in (ALL_LINES, *LINES):
            of_kinds = [forecast.of(grants, line)[place].mean.value for grants in KINDS]
            assert sum(of_kinds) == pytest.approx(forecast.of(ALL_GRANTS, line)[place].mean.value, rel=1e-9, abs=1e-6)
        for grants in (*KINDS, ALL_GRANTS):
            of_lines = [forecast.of(grants, line)[place].mean.value for line in LINES]
            assert sum(of_lines) == pytest.approx(forecast.of(grants)[place].mean.value, rel=1e-9, abs=1e-6)
            assert of_lines[0] == pytest.approx(0.25 * forecast.of(grants)[place].mean.value, rel=1e-9, abs=1e-6)
    assert all(forecast.of(grants)[-1].mean.value > 0 for grants in KINDS)


def test_percentiles_are_those_of_single_futures() -> None:
    """Acceptance certain and one block: the futures one by one, ranked by hand; in a fiscal year that begins in February."""
    scenario = posed(PLAN, **OFFER)
    [forecast] = expense_ranges(scenario, PATHS, fiscal_start=2)
    outcome = run(scenario, 1)
    ends = np.array([1, *range(4, 32, 3)])
    by_kind = expense_by_period(scenario, scenario.offers[0], outcome, ends)[:, :, :PATHS]
    quarters = forecast.of("refresh awards")[:-1]
    assert [(each.fiscal_year, each.quarter, each.months) for each in quarters[:3]] == [(2026, 4, 1), (2027, 1, 3), (2027, 2, 3)]
    for place, each in enumerate(quarters):
        ordered = sorted(by_kind[KINDS.index("refresh awards"), place])
        assert each.p10.value == pytest.approx(ordered[51], abs=1e-9)  # the 52nd of 512 is the first with a tenth at or below it
        assert each.p90.value == pytest.approx(ordered[460], abs=1e-9)
        assert each.mean.value == pytest.approx(np.mean(ordered), rel=1e-9)


def test_more_futures_shrink_the_error_and_not_the_spread(scenario: Scenario) -> None:
    """Sixteen times the futures: a quarter of the standard error, the same range but for its own sampling error."""
    [few], [many] = expense_ranges(scenario, 512), expense_ranges(scenario, 8_192)
    few_run, many_run = few.of(ALL_GRANTS)[-1], many.of(ALL_GRANTS)[-1]
    assert many_run.mean.se == pytest.approx(few_run.mean.se / 4, rel=0.1)
    for level in ("p10", "p90"):
        one, other = getattr(few_run, level), getattr(many_run, level)
        assert abs(one.value - other.value) < 4 * (one.se + other.se)
    spread = [each.p90.value - each.p10.value for each in (few_run, many_run)]
    assert spread[1] == pytest.approx(spread[0], rel=0.15)
    assert spread[1] > 20 * many_run.mean.se


def test_what_cannot_be_asked_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match="fiscal_start"):
        expense_ranges(scenario, 64, fiscal_start=13)
    with pytest.raises(WorkTooLarge, match="200,000"):
        expense_ranges(scenario, 200_001)
    [nothing] = expense_ranges(posed(), 64)
    assert not nothing.equity and not any(each.mean.value for each in nothing.ranges)
