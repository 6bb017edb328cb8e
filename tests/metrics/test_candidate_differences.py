"""Differences of what a candidate gets: paired over the same futures, labelled by the scenario's thresholds."""

import json
import tomllib
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.candidate import candidate_metrics
from compdesign.metrics.candidate_differences import GAINS, candidate_differences
from compdesign.metrics.candidate_values import candidate_values
from compdesign.metrics.comparison import compare
from compdesign.metrics.estimates import Difference
from compdesign.reports.findings import losses
from compdesign.reports.json_form import as_data
from compdesign.simulation.valuation_run import value_offers
from compdesign.simulation.valuation_sets import GROUPS

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"


def differences(scenario: Scenario) -> tuple[dict[str, Difference], ...]:
    offers = tuple(value_offers(scenario))
    values = tuple(map(candidate_values, offers))
    found = tuple(candidate_metrics(scenario, *each) for each in zip(offers, values, strict=True))
    return candidate_differences(scenario, offers, values, found)


def posed(**changes: object) -> Scenario:
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    cash = data["offers"][0]
    offers = [cash, cash | {"name": "alike"}, cash | {"name": "sign-on", "sign_on": 30_000}]
    return Scenario.parse(data | {"offers": offers} | changes)


def test_alike_is_identical_and_a_sign_on_is_worth_itself_compounded() -> None:
    """$30,000 on the first day of every future: wealth after 48 months is higher by 30,000 e^(4r) in each, without any error."""
    scenario = posed(materiality={"pay": 10_000})
    _, alike, more = differences(scenario)
    assert {each.label for each in alike.values()} == {"identical"}
    assert isinstance(scenario.discount_rate, float)
    worth = 30_000 * np.exp(4 * scenario.discount_rate)
    for key in ("wealth_mean", "wealth_p10", "wealth_p50", "wealth_p90"):
        assert more[key].value == pytest.approx(worth, rel=1e-9), key
        assert more[key].se == pytest.approx(0, abs=1e-6), key
        assert more[key].label == "material", key
    assert more["accept"].label == "identical"  # every offer of this scenario is accepted
    assert more["ce_outside"].label == "identical"


def test_the_threshold_is_the_scenarios() -> None:
    _, _, more = differences(posed(materiality={"pay": 100_000, "probability": 0.5}))
    assert more["wealth_mean"].label == "real but immaterial"
    assert more["beats"].label in ("real but immaterial", "within noise")


def test_the_error_is_that_of_the_paired_futures() -> None:
    """Mean wealth less mean wealth: from the wealth of every future, weighted alike in both structures."""
    scenario = Scenario.load(EXAMPLES / "series_c.toml")
    first, _, third, _ = offers = value_offers(scenario)
    found = differences(scenario)[2]
    paths = len(first.outside_wealth)

    def by_path(offer: object) -> np.ndarray:
        return np.bincount(offer.hires.path, offer.weights * offer.hires.wealth, paths) * paths  # type: ignore[attr-defined]

    apart = by_path(third) - by_path(first)
    assert found["wealth_mean"].value == pytest.approx(apart.mean(), rel=1e-9)
    assert found["wealth_mean"].se == pytest.approx(apart.std(ddof=1) / sqrt(paths), rel=0.4)  # from 32 groups: an eighth of itself
    for key, column in (("ce", 0), ("accept", 4)):
        deleted = third.left_out[:, column] - first.left_out[:, column]
        assert found[key].se == pytest.approx(sqrt((GROUPS - 1) / GROUPS * ((deleted - deleted.mean()) ** 2).sum()), rel=1e-9)
        assert found[key].se < sqrt(getattr(first, f"{key}_se") ** 2 + getattr(third, f"{key}_se") ** 2) * 1.5
    assert found["accept"].value == pytest.approx(third.accept - first.accept)
    assert found["ce"].label == found["accept"].label == "material"
    assert len(offers) == 4


def test_it_is_in_the_json_the_frame_and_the_findings() -> None:
    found = compare(Scenario.load(EXAMPLES / "series_c.toml"), 128)
    data = json.loads(json.dumps(as_data(found), allow_nan=False))
    assert set(GAINS) - set(found.candidate_differences[2]) == {each for each in GAINS if each.endswith("after_tax")}  # no taxes named
    for key in set(GAINS) & set(found.candidate_differences[2]):
        assert data["candidate"][key]["values"]["milestone refresh"]["difference"]["label"] == found.candidate_differences[2][key].label
    frame = found.to_frame()
    rows = frame[(frame.metric == "ce") & (frame.structure == "milestone refresh")]
    assert list(rows.difference) == [found.candidate_differences[2]["ce"].value]
    said = losses(found)
    assert len(said.items) <= 12
    assert any("For the candidate" in each for each in said.items)
    assert any(each.startswith("Filled seat-months") for each in said.items)
    assert said.lines[0].endswith(":") and len(said.lines) == len(said.items) + 1
