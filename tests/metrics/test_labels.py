"""Labels, errors and rankings where a comparison is at its edge."""

from math import exp, inf, isfinite, nan, sqrt
from typing import Any

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import compare
from compdesign.metrics.estimates import BEYOND, IDENTICAL, IMMATERIAL, MATERIAL, NOISY, _error, label
from compdesign.reports.numbers import with_label
from compdesign.simulation.path_values import path_values
from compdesign.simulation.result import group_of
from compdesign.simulation.run import simulate
from tests.simulation.posed import posed, run

NONE = "no comparison"


@pytest.mark.parametrize(
    ("value", "se", "same", "expected"),
    [
        (0.0, 0.0, True, IDENTICAL),
        (nan, nan, False, NONE),
        (5.0, nan, False, NOISY),
        (5.0, inf, False, NOISY),
        (5.0, 3.0, False, NOISY),
        (0.0, 0.0, False, NOISY),
        (5.0, 1.0, False, IMMATERIAL),
        (-50.0, 1.0, False, MATERIAL),
    ],
)
def test_one_label(value: float, se: float, same: bool, expected: str) -> None:
    assert label(value, se, same, smallest=10.0) == expected


def test_what_is_the_same_on_every_path_has_no_error_and_what_hardly_varies_has_one() -> None:
    for value in (0.1, 1 / 3, 1e9 / 7, 123_456.789):
        alike, apart = np.full(4_096, value), value * (1 + 1e-5 * np.tile([-1.0, 1.0], 2_048))
        assert _error(float((alike**2).sum()) / 4_096, float(alike.sum()) / 4_096, 4_096) == 0
        found = _error(float((apart**2).sum()) / 4_096, float(apart.sum()) / 4_096, 4_096)
        assert found == pytest.approx(value * 1e-5 / sqrt(4_095), rel=1e-3)


@pytest.mark.parametrize(("paths", "group"), [(2, 1), (31, 1), (64, 2), (128, 4), (2_000, 32), (2_048, 64), (10**6, 64)])
def test_groups_are_many_and_divide_the_rng_block(paths: int, group: int) -> None:
    assert group_of(paths) == group and 4_096 % group == 0


def test_who_leaves_at_the_end_of_the_last_month_is_not_retained() -> None:
    """Survival of 12 and 24 months under 30, 60 and 10 % a year from months 0, 6 and 18."""
    bands = [(0, 0.3), (6, 0.6), (18, 0.1)]
    attrition = [{"from_month": month, "annual_probability": p} for month, p in bands]
    scenario = posed({"departure.attrition": attrition, "months": 30})
    outcome = run(scenario, 1)
    values = path_values(scenario, scenario.offers[0], outcome)
    hazard = [-np.log(1 - p) / 12 for _, p in bands]
    for months, total in ((12, 6 * hazard[0] + 6 * hazard[1]), (24, 6 * hazard[0] + 12 * hazard[1] + 6 * hazard[2])):
        observed, survival = values[f"observed_{months}"].sum(), exp(-total)
        error = sqrt(survival * (1 - survival) / observed)
        assert observed > 3_000 and abs(values[f"retained_{months}"].sum() / observed - survival) < 4 * error


def small(**changes: Any) -> dict[str, Any]:
    company = {
        "cash": "60M",
        "recurring_revenue": "24M",
        "revenue_growth": 0.3,
        "operating_expense": "1.8M",
        "valuation": {"multiple": 7.0},
        "capitalization": {"common_shares": 42_000_000, "pool_available": 3_600_000},
    }
    data: dict[str, Any] = {
        "title": "small",
        "as_of": "2026-11-01",
        "months": 24,
        "company": company,
        "hiring": {"seats": 1, "acceptance": {"certain": True}},
        "candidate": {"competing": {"base": 200_000}},
        "offers": [{"name": "a", "base": 200_000}, {"name": "b", "base": 210_000}],
    }
    return data | changes


def test_an_uncertain_input_of_an_offer_is_the_same_luck_in_every_offer() -> None:
    delay = {"low": 0, "mode": 20, "high": 60}
    offers = [{"name": name, "base": 200_000, "committee_delay_days": delay} for name in ("a", "b")]
    result = simulate(Scenario.parse(small(offers=offers)), 256)
    assert (result.furthest == 0).all()
    assert sorted(result.inputs) == ["offers[0].committee_delay_days", "offers[1].committee_delay_days"]
    spread = {name: np.ptp(values) for name, values in result.inputs.items()}
    assert all(each > 30 for each in spread.values())


def test_growth_never_takes_more_than_all() -> None:
    scenario = Scenario.parse(small(company=small()["company"] | {"revenue_growth": {"mean": -0.9, "sd": 0.5}}))
    result = simulate(scenario, 256)
    assert np.isfinite(result.sums).all()


def test_a_sign_that_turns_within_an_input_is_said_at_any_size_of_the_mean() -> None:
    """Equity is worth little or much with even odds, so that the dearer structure changes while the means are close."""
    company = small()["company"] | {"valuation": {"multiple": {"values": [1.0, 9.0], "weights": [1, 1]}, "volatility": 0.0}}
    grant = {"instrument": "rsu", "amount": 30_000, "vesting": {"months": 0, "cliff": 0}}
    offers = [{"name": "cash", "base": 300_000}, {"name": "equity", "base": 200_000, "grant": grant}]
    hiring = {"seats": 5, "acceptance": {"certain": True}}
    comparison = compare(Scenario.parse(small(company=company, hiring=hiring, offers=offers)), 256)
    row = comparison.row("present_cost")
    assert row.differences[1].label == "depends on company.valuation.multiple"


def test_runways_beyond_the_horizon_are_not_told_apart() -> None:
    company = small()["company"] | {"cash": "16M", "operating_expense": "2.2M"}
    comparison = compare(Scenario.parse(small(company=company)), 256)
    for key in ("runway_p10", "runway_p50", "runway_p90"):
        for difference in comparison.row(key).differences:
            assert np.isfinite(difference.value) and abs(difference.value) <= 24


def test_what_neither_reaches_within_the_run_is_said_to_lie_beyond_it() -> None:
    """Cash lasts on more than nine paths of ten, and pay differs: the run sees no difference of these percentiles, which is not noise."""
    offers = [{"name": "a", "base": 200_000}, {"name": "b", "base": 210_000}, {"name": "a again", "base": 200_000}]
    growth = {"low": -0.3, "mode": 0.2, "high": 0.9}
    company = small()["company"] | {"cash": "16M", "operating_expense": "2.08M", "revenue_growth": growth}
    comparison = compare(Scenario.parse(small(company=company, offers=offers)), 256)
    row, censored = comparison.row("runway_p90"), comparison.censored
    assert all(0.1 < each < 1 for each in censored) and all(each.value == inf for each in row.estimates)
    assert [each.label for each in row.differences] == [IDENTICAL, BEYOND, IDENTICAL]
    assert with_label(row.differences[1], "months") == BEYOND
    tenth = comparison.row("runway_p10")
    assert all(isfinite(each.value) for each in tenth.estimates) and BEYOND not in {each.label for each in tenth.differences}


def test_a_time_to_production_that_nobody_reaches_is_beyond_too() -> None:
    offers = [{"name": f"{days} days", "base": 200_000, "committee_delay_days": days} for days in (0, 30, 3_000)]
    comparison = compare(Scenario.parse(small(offers=offers, months=7)), 256)
    row = comparison.row("production_p50")
    assert all(each.value == inf for each in row.estimates)
    assert [each.label for each in row.differences] == [IDENTICAL, BEYOND, BEYOND]


def test_the_twin_paid_in_cash_keeps_the_cap_of_a_person() -> None:
    rule = {"name": "ships", "trigger": {"every_deployments": 1}, "instrument": "rsu", "award": 100, "vesting": {"months": 0, "cliff": 0}}
    offers = [{"name": "a", "base": 200_000}, {"name": "b", "base": 200_000, "refresh": [rule], "refresh_cap_shares": 250}]
    comparison = compare(Scenario.parse(small(offers=offers, production={"build_months": 0.5})), 256)
    paid, price = comparison.row("pay").estimates, 24e6 * 7 + 60e6
    per_share = price / 45.6e6
    hires = comparison.row("hires").estimates[2].value
    load = 1 + comparison.scenario.hiring.payroll_load
    assert 0 < paid[2].value - paid[1].value <= 250 * per_share * hires * load * (1 + 1e-9)


@pytest.mark.parametrize("options", [{"paths": 0}, {"paths": True}, {"paths": 10.5}, {"seed": -1}, {"precision": -1.0}])
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    from compdesign.errors import ScenarioError

    with pytest.raises(ScenarioError, match="give"):
        compare(Scenario.parse(small()), **options)
