"""The break-even incentive as a percentage of output."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import INCENTIVE
from compdesign.metrics.break_even_output import GAMING, OutputAtTie, along_incentive, output_at_ties
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT
from compdesign.metrics.comparison import compare
from compdesign.metrics.estimates import estimate
from compdesign.metrics.variants import without_links
from compdesign.reports.json_form import as_data
from compdesign.reports.text import as_text
from compdesign.simulation.run import simulate, simulate_variants

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"


def dear_bonus(award: float = 90_000) -> Scenario:
    """Pay alike, and a cash bonus for every deployment on top: it pays for itself only if people ship faster for it."""
    data: dict[str, Any] = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    cash = data["offers"][0]
    rule = {
        "name": "bonus",
        "trigger": {"every_deployments": 1},
        "award": award,
        "instrument": "cash",
        "unit": "dollars",
        "vesting": {"months": 0, "cliff": 0},
    }
    return Scenario.parse(data | {"months": 24, "offers": [cash, cash | {"name": "bonus", "refresh": [rule]}]})


def ties(scenario: Scenario, gaming: float, paths: int) -> list[OutputAtTie]:
    """Beside a main run of twice the paths."""
    main, off = simulate(scenario, 2 * paths), simulate(without_links(scenario), 2 * paths)
    return output_at_ties(scenario, gaming, along_incentive(gaming, scenario, paths), main, off)


def test_the_rise_is_what_the_tie_needs() -> None:
    """At the tie both cost the same per deployment. Run the scenario at that incentive by itself, and count."""
    scenario = dear_bonus()
    (found,) = ties(scenario, 0.0, 1_024)
    assert (found.structure, found.earner) == ("bonus", "bonus")
    ((incentive, rise),) = found.ties
    assert INCENTIVE.grid[0] < incentive < INCENTIVE.grid[-1]
    [at_tie] = simulate_variants([INCENTIVE.place(scenario, incentive)], 1_024, typed=scenario)
    [off] = simulate_variants([without_links(scenario)], 1_024, typed=scenario)
    counted = at_tie.mean("qualifying", 1) / off.mean("qualifying", 1) - 1
    assert rise.value == pytest.approx(counted, abs=4 * rise.se + 0.01)
    assert 0 < rise.se < rise.value
    cash, bonus = (estimate(at_tie, COST_PER_DEPLOYMENT, k).value for k in (0, 1))
    assert bonus == pytest.approx(cash, rel=0.02)
    # Output must rise by as much as the bonus adds to the cost of a deployment, had nobody shipped faster.
    without, with_bonus = (estimate(off, COST_PER_DEPLOYMENT, k).value for k in (0, 1))
    assert with_bonus - without > 0
    assert rise.value > 0.5 * (with_bonus / without - 1)


def test_none_in_range_is_said() -> None:
    (found,) = ties(dear_bonus(award=5_000_000), 1.0, 256)
    assert found.ties == ()
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    plain = Scenario.parse(data | {"offers": [data["offers"][0], data["offers"][0] | {"name": "more", "base": 310_000}]})
    assert ties(plain, 0.0, 64) == []


def test_it_is_printed_at_both_values_of_gaming() -> None:
    found = compare(dear_bonus(), 256)
    assert [each.gaming for each in found.output_at_ties] == list(GAMING)
    text = as_text(found, 150)
    assert "The break-even incentive as output" in text and "gaming 0" in text and "gaming 1" in text and "at epsilon" in text
    data = json.loads(json.dumps(as_data(found), allow_nan=False))
    assert data["output_at_break_even_incentive"][0]["ties"][0]["output_rise"]["value"] > 0
