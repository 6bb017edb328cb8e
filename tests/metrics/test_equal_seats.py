"""The view at equal seats filled: nothing but the end of cash empties a seat in one structure and not in another."""

import tomllib
from pathlib import Path
from typing import Any

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.equal_terms import at_equal_seats

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"


def series_c(cash: str, **links: float) -> Scenario:
    data: dict[str, Any] = tomllib.loads((EXAMPLES / "series_c.toml").read_text())
    return Scenario.parse(data | {"company": data["company"] | {"cash": cash}, "links": data["links"] | links})


def test_with_cash_for_everything_the_same_seats_are_filled_whatever_the_links() -> None:
    """The incentive link would let who earns most pass the checkpoint of month nine."""
    filled = at_equal_seats(series_c("900B", incentive=1.5, handcuff=1.0), 256).filled
    assert len(set(filled)) == 1


def test_with_less_cash_they_differ_by_its_end_as_the_view_says() -> None:
    view = at_equal_seats(series_c("12M"), 256)
    assert len(set(view.filled)) > 1
    assert view.what.endswith("seats differ only by when cash runs out")


def test_a_process_of_its_own_is_named() -> None:
    view = at_equal_seats(Scenario.load(EXAMPLES / "notebook_engineer.toml"), 64)
    assert view.what.endswith("and by the screen, checkpoints or committee delay that a structure states for itself")
