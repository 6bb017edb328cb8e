"""Board views of small scenarios for the tests of the three files, with names that try to become formulas and links."""

import tomllib
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
def made(name: str = "", title: str = "A board", months: int = 7, one: bool = False) -> tuple[Comparison, tuple[Monthly, ...]]:
    """A comparison and its months of a scenario small enough to run in a second; the proposed structure has `name`."""
    data: dict[str, Any] = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    data |= {"title": title, "months": months}
    data["company"]["revenue_growth"] = {"p10": 0.1, "p50": 0.3, "p90": 0.5}
    data["company"]["cash"] = "6M"
    data["company"]["minimum_cash"] = "1M"
    data["company"]["financing"] = [{"month": 2, "amount": "2M", "probability": 0.5}]
    data["company"]["exit"] = {"annual_hazard": 0.3}
    data["hiring"]["time_to_fill_days"] = 20
    data["offers"][1]["name"] = name or "milestone refresh"
    data["offers"][1]["refresh"][0]["name"] = name or "deployment"
    if one:
        data["offers"] = data["offers"][:1]
    scenario = Scenario.parse(data)
    comparison = compare(scenario, PATHS)
    places = (0,) if one else (0, 1)
    return comparison, monthly(scenario, PATHS, structures=places, offers=comparison.result.offers)


@cache
def view(name: str = "", title: str = "A board", months: int = 7, one: bool = False) -> BoardView:
    comparison, series = made(name, title, months, one)
    return board_view(comparison, series, series[-1].structure)
