"""Paired differences between any two structures, and the verdict that names who cannot be told apart."""

import tomllib
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT, RUNWAY_P10, metrics
from compdesign.metrics.comparison import compare
from compdesign.metrics.estimates import Difference, Estimate, difference
from compdesign.metrics.runner_up import between
from compdesign.metrics.verdict import verdict
from compdesign.simulation.result import KEPT
from compdesign.simulation.run import simulate

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"


def three(**changes: Any) -> Scenario:
    """Cash, and two structures alike in all but the name."""
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    cash, milestone = data["offers"]
    return Scenario.parse(data | {"months": 24, "offers": [cash, milestone | {"name": "x"}, milestone | {"name": "y"}]} | changes)


def test_to_the_first_structure_it_is_the_difference_of_the_table() -> None:
    result = simulate(three(), 512)
    for metric in metrics(three()):
        if metric.key in ("cost_per_deployment", "present_cost", "filled_months"):
            assert between(result, metric, 1, 0) == difference(result, metric, 1)


def test_the_pairs_error_is_that_of_the_paths_themselves() -> None:
    """Present cost of hybrid less milestone, from the paths one by one: mean and standard error of the paired difference. The
    error from 32 groups varies by about 1 / sqrt(62), an eighth of itself.
    """
    result = simulate(Scenario.load(EXAMPLES / "series_c.toml"), 2_048)
    metric = next(each for each in metrics(result.scenario) if each.key == "present_cost")
    apart = result.kept[3, KEPT.index("present_cost")] - result.kept[2, KEPT.index("present_cost")]
    found = between(result, metric, 3, 2)
    assert found.value == pytest.approx(apart.mean(), rel=1e-9)
    assert found.se == pytest.approx(apart.std(ddof=1) / np.sqrt(len(apart)), rel=0.4)
    assert found.label == "material"


def test_structures_alike_are_identical_whoever_is_first() -> None:
    result = simulate(three(), 256)
    for metric in (COST_PER_DEPLOYMENT, RUNWAY_P10, *metrics(three())[:40]):
        assert between(result, metric, 2, 1).label == "identical", metric.key
    assert between(result, COST_PER_DEPLOYMENT, 0, 1).label == "material"


def test_a_tie_with_the_next_is_in_the_verdict() -> None:
    found = compare(three(), 256)
    assert "'x' has the lowest present cost per qualifying deployment" in found.verdict
    assert "no lead to decide on over 'y' (identical)" in found.verdict
    assert "less than 'cash': material" in found.verdict


def _said(costs: list[float], behind: list[tuple[float, float, str]]) -> str:
    names = ("a", "b", "c")[: len(costs)]
    return verdict(names, tuple(Estimate(each, 1.0) for each in costs), tuple(Difference(*each) for each in behind), 100)


def test_the_verdict_in_each_case() -> None:
    nil = (0.0, 0.0, "identical")
    assert _said([300, 100, 200], [(200, 5, "material"), nil, (100, 5, "material")]) == (
        "Over 100 futures 'b' has the lowest present cost per qualifying deployment, $100 ± 1; the next, 'c', costs $100 ± 5 more: material."
        " 'b' costs $200 ± 5 less than 'a': material."
    )
    assert "no lead to decide on over 'c' ($2 ± 5 more: within noise)." in _said(
        [300, 100, 102], [(200, 5, "material"), nil, (2, 5, "within noise")]
    )
    assert _said([100, 200, 300], [nil, (100, 5, "material"), (200, 5, "material")]).endswith(
        "Every other structure costs materially more per deployment."
    )
    assert "(depends on" not in _said([100, 200, 300], [nil, (100, 5, "material"), (200, 5, "material")])
    assert "'b' (depends on links.incentive)" in _said([100, 200, 300], [nil, (100, 5, "depends on links.incentive"), (200, 5, "material")])


@pytest.mark.parametrize("nothing", [nan, inf])
def test_who_ships_nothing_never_wins_and_is_named(nothing: float) -> None:
    nil, none = (0.0, 0.0, "identical"), (nan, nan, "no comparison")
    said = _said([nothing, 100, 200], [none, nil, (100, 5, "material")])
    assert said.startswith("Over 100 futures 'b' has the lowest")
    assert said.endswith("'a' ships no qualifying deployment on any path: no comparison.")
    assert "No structure ships" in _said([nothing, nothing, nothing], [none, none, none])


def test_a_structure_that_ships_nothing_is_last_everywhere() -> None:
    """The committee keeps everything of the first structure for longer than the run."""
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    offers = [data["offers"][0] | {"name": "silent", "committee_delay_days": 5_000}, *data["offers"]]
    found = compare(Scenario.parse(data | {"months": 12, "offers": offers}), 128)
    assert "'silent' ships no qualifying deployment on any path: no comparison." in found.verdict
    assert found.structures[found.best] == "milestone refresh"
    assert found.verdict.startswith("Over 128 futures 'milestone refresh'")


def test_a_twin_is_held_against_its_original() -> None:
    """Awards of 10,000 shares at today's value, in cash or as options: the same events, so only what is paid differs."""
    found = compare(Scenario.load(EXAMPLES / "no_effect.toml"), 256)
    (apart,) = found.twin_differences
    for row in found.rows:
        if row.metric.group == "decision" and row.metric.kind != "quantile":
            assert apart[row.metric.key].value == pytest.approx(row.estimates[2].value - row.estimates[1].value, abs=1e-9)
    assert apart["qualifying_by_24"].label == apart["filled_months"].label == "identical"
    assert apart["cost_per_deployment"].label == "material"
    assert apart["cost_per_deployment"].se < found.rows[0].estimates[2].se / 10  # paired: the common luck is gone
