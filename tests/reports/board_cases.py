"""Board views of small scenarios for the tests of the three files, with names that try to become formulas and links."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import Comparison, compare
from compdesign.metrics.monthly import Monthly, monthly
from compdesign.reports.board_view import BoardView, board_view

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
PATHS = 128
PAYLOADS = (
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://a.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "http://a.example/x",
    "ftp://a.example",
    "mailto:a@a.example",
    "internal:Sheet1!A1",
    "external:c:\\x.xlsx",
    "{=1+1}",
    "$a^2$ <b>&amp;</b>",
    "</script>\ufffe\uffff \U0001f600 漢字",
)


@cache
def made(months: int = 7, one: bool = False) -> tuple[Comparison, tuple[Monthly, ...]]:
    """A comparison and its months of a scenario small enough to run in seconds."""
    data: dict[str, Any] = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    data |= {"title": "A board", "months": months}
    data["company"]["revenue_growth"] = {"p10": 0.1, "p50": 0.3, "p90": 0.5}
    data["company"]["cash"] = "6M"
    data["company"]["minimum_cash"] = "1M"
    data["company"]["financing"] = [{"month": 2, "amount": "2M", "probability": 0.5}]
    data["company"]["exit"] = {"annual_hazard": 0.3}
    data["hiring"]["time_to_fill_days"] = 20
    if one:
        data["offers"] = data["offers"][:1]
    scenario = Scenario.parse(data)
    comparison = compare(scenario, PATHS)
    places = (0,) if one else (0, 1)
    return comparison, monthly(scenario, PATHS, structures=places, offers=comparison.result.offers)


@cache
def view(months: int = 7, one: bool = False) -> BoardView:
    comparison, series = made(months, one)
    return board_view(comparison, series, series[-1].structure)


def renamed(name: str) -> BoardView:
    """The same board with this name wherever a user names something: title, both structures, verdict, break-evens, links."""
    comparison, series = made()
    offers = tuple(
        offer.model_copy(update={"name": text}) for offer, text in zip(comparison.scenario.offers, (f"{name} ", name), strict=True)
    )
    changed = replace(
        comparison,
        scenario=comparison.scenario.model_copy(update={"title": name, "offers": offers}),
        verdict=name,
        structures=(f"{name} ", name, *comparison.structures[2:]),
        break_evens=tuple(replace(each, structure=name) for each in comparison.break_evens),
        links=(name,),
    )
    return board_view(changed, (replace(series[0], structure=f"{name} "), replace(series[1], structure=name)), name)
