"""Who leads on the map over two links, judged on the same futures."""

import tomllib
from pathlib import Path
from typing import Any

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import MAPPED, map_cells
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT
from compdesign.metrics.comparison import compare
from compdesign.metrics.estimates import NOISE, estimate
from compdesign.metrics.scan import scanned
from compdesign.reports.text import as_text
from compdesign.simulation.run import simulate

EXAMPLE = tomllib.loads((Path(__file__).parents[2] / "compdesign" / "examples" / "no_effect.toml").read_text())
CASH = EXAMPLE["offers"][0]


def cell(offers: list[dict[str, Any]], **changes: Any) -> tuple[str | None, bool]:
    scenario = Scenario.parse(EXAMPLE | {"months": 24, "offers": offers} | changes)
    found = map_cells(scanned([scenario] * len(MAPPED), 128, scenario), simulate(scenario, 256))
    assert [(each.incentive, each.selection) for each in found] == list(MAPPED)
    [(cheapest, clear)] = {(each.cheapest, each.clear) for each in found}
    return cheapest, clear


def test_a_lead_within_common_luck_is_clear_on_the_same_futures() -> None:
    """Pay alone differs, by 0.5 %: the same people ship the same on every path, so that the lead is beyond doubt, though each
    cost by itself is not known to 0.5 %.
    """
    offers = [CASH, CASH | {"name": "a little less", "base": CASH["base"] * 0.995}]
    scenario = Scenario.parse(EXAMPLE | {"months": 24, "offers": offers})
    result = simulate(scenario, 256)
    one, other = (estimate(result, COST_PER_DEPLOYMENT, k) for k in (1, 0))
    assert 0 < other.value - one.value < NOISE * (one.se**2 + other.se**2) ** 0.5
    assert cell(offers) == ("a little less", True)
    assert cell(offers[::-1]) == ("a little less", True)


def test_a_lead_over_the_next_alone_is_none_over_its_double() -> None:
    doubles = [CASH | {"name": name, "base": CASH["base"] * 0.9} for name in ("x", "y")]
    assert cell([CASH, *doubles]) == ("x", False)
    assert cell([CASH]) == ("cash", True)


def test_who_ships_nothing_leads_nowhere() -> None:
    silent = CASH | {"name": "silent", "base": 1_000, "committee_delay_days": 5_000}
    assert cell([silent, CASH]) == ("cash", True)
    assert cell([silent, silent | {"name": "mute"}]) == (None, False)
    offers = [silent, silent | {"name": "mute"}]
    comparison = compare(Scenario.parse(EXAMPLE | {"months": 12, "offers": offers}), 64)
    assert {each.cheapest for each in comparison.links_map} == {None}
    assert "nobody ships" in as_text(comparison)
