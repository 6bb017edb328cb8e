"""Every metric is named, has a unit and comes from variables that a run has; expense adds up over quarters and years."""

from math import isfinite
from typing import get_args

import pytest

from compdesign.inputs.candidate import Materiality
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.award_modes import award_modes
from compdesign.metrics.catalog import Unit, metrics
from compdesign.metrics.comparison import Comparison, compare
from compdesign.metrics.estimates import OTHER_THRESHOLDS
from compdesign.reports.json_form import as_data
from compdesign.reports.text import as_text
from tests.simulation.posed import posed

PLAN = {
    "months": 31,
    "departure.attrition": [{"from_month": 0, "annual_probability": 0.3}],
    "company.recurring_revenue": 8e6,
    "company.valuation": {"multiple": 5.0},
    "candidate.tax": {"state": "NY", "filing": "joint"},
    "company.financing": [],
    "company.pay_in_cost_of_revenue": 0.25,
}
OFFER = {
    "grant": {"instrument": "iso", "amount": 6_000},
    "refresh": [
        {"name": "ships", "trigger": {"every_deployments": 1}, "mode": "upfront", "award": 1_000, "cap": 4_000},
        {"name": "stays", "trigger": {"tenure_months": 12}, "instrument": "rsu_double_trigger", "award": 1_000},
        {"name": "paid", "trigger": {"tenure_months": 6}, "instrument": "cash", "unit": "dollars", "award": 1_000},
    ],
}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(posed(PLAN, **OFFER), 256)


def test_every_metric_has_a_label_a_unit_and_its_variables(comparison: Comparison) -> None:
    catalog = metrics(comparison.scenario)
    assert len({metric.key for metric in catalog}) == len(catalog)
    for metric in catalog:
        assert metric.label, metric.key
        assert metric.definition.endswith("."), metric.key
        assert metric.unit in get_args(Unit), metric.key
        assert metric.threshold in Materiality.model_fields or metric.threshold in OTHER_THRESHOLDS, metric.key
        if metric.kind != "production":
            assert comparison.result.has(metric.variable), metric.key
            assert not metric.per or comparison.result.has(metric.per), metric.key


def test_expense_adds_up_over_quarters_and_years(comparison: Comparison) -> None:
    """31 months touch eleven quarters and three years, the last of each in part."""
    values = {row.metric.key: row.estimates[0].value for row in comparison.rows if row.metric.key.startswith("sbc")}
    assert [key for key in values if key.startswith("sbc:")] == [f"sbc:{n}" for n in range(1, 12)]
    assert values["sbc_total"] > 0
    for year in (1, 2, 3):
        of_year = sum(values[f"sbc:{n}"] for n in range(4 * year - 3, min(4 * year, 11) + 1))
        assert values[f"sbc_year:{year}"] == pytest.approx(of_year, rel=1e-12)
    assert values["sbc_cost_of_revenue"] == pytest.approx(0.25 * values["sbc_total"], rel=1e-12)
    assert values["sbc_total"] == pytest.approx(sum(values[f"sbc_year:{year}"] for year in (1, 2, 3)), rel=1e-12)


def test_gross_margin_is_told_before_and_after_stock_based_compensation(comparison: Comparison) -> None:
    """Where pay is cost of revenue the equity of the same people is as well; where none is, the two margins are one and one is told."""
    keys = [row.metric.key for row in comparison.rows]
    for year in (1, 2, 3):
        row = comparison.row(f"gross_margin_after_sbc:{year}")
        assert keys.index(row.metric.key) == keys.index(f"gross_margin:{year}") + 1
        assert (row.metric.unit, row.metric.better) == ("margin", "higher")
        assert row.metric.label == f"Gross margin after stock-based compensation, year {year}"
        before = comparison.row(f"gross_margin:{year}").estimates[0]
        assert row.estimates[0].value < before.value and isfinite(row.estimates[0].se)
    assert "Gross margin after" in as_text(comparison, 200)
    assert not any(
        metric.key.startswith("gross_margin_after_sbc")
        for metric in metrics(posed({**PLAN, "company.pay_in_cost_of_revenue": 0.0}, **OFFER))
    )


def test_files_and_text_carry_expense_and_values_after_tax(comparison: Comparison) -> None:
    data, frame, text = as_data(comparison), comparison.to_frame(), as_text(comparison, 200)
    name = comparison.structures[0]
    assert data["metrics"]["sbc:1"]["group"] == "equity"
    assert isfinite(data["metrics"]["sbc:1"]["values"][name]["se"])
    assert {"sbc:11", "sbc_year:3", "ce_after_tax", "ce_outside_after_tax"} <= set(frame["metric"])
    assert data["candidate"]["ce_after_tax"]["values"][name]["value"] < data["candidate"]["ce"]["values"][name]["value"]
    assert "(NY, joint return, from 2026)" in data["candidate"]["ce_after_tax"]["definition"]
    assert any("New York City" in note for note in data["tax_notes"])
    for shown in ("SBC expense, year 1", "Certainty equivalent, after tax", "P(accept), by value after tax", "estimates, not tax advice"):
        assert shown in text
    assert "SBC expense, quarter" not in text


def test_each_mode_states_its_strike_and_its_expense(comparison: Comparison) -> None:
    policy, upfront, future = award_modes(comparison.scenario)
    assert data_of(comparison) == [policy, upfront, future]
    assert "straight line" in policy
    for words in ("rule 'ships', upfront", "granted at hire", "strike and fair value of the hire date", "tranche by tranche from hire"):
        assert words in upfront
    for words in ("rule 'stays', future", "when the board approves it", "no strike", "nothing before an exit"):
        assert words in future
    assert award_modes(posed()) == ()


def data_of(comparison: Comparison) -> list[str]:
    return list(as_data(comparison)["refresh_modes"])


def test_before_tax_is_the_default_and_is_said() -> None:
    plain = compare(Scenario.model_validate(posed().model_dump()), 128)
    text = as_text(plain, 200)
    assert "What one candidate gets (before tax)" in text
    assert "after tax" not in text
    assert as_data(plain)["tax_notes"] == []
