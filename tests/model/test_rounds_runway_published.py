"""Rounds and runway worked in published sources."""

from typing import Any

import pytest

from compdesign.model.convertibles import note_amount
from compdesign.model.rounds import Before, PricedRound, priced_round, whole_shares
from compdesign.model.runway import default_alive, static_runway
from compdesign.model.securities import Convertible
from tests.model.published_cases import cases

CASES = cases("rounds_runway")


def test_there_are_enough_cases_and_no_name_twice() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 12


def answers(case: Any) -> dict[str, Any]:
    if "cash" in case:
        return {"months": static_runway(**case["cash"])}
    if "alive" in case:
        return vars(default_alive(**case["alive"]))
    if "note" in case:
        return {"amount": note_amount(**case["note"])}
    papers = tuple(Convertible(**each) for each in case.get("convertibles", ()))
    result = priced_round(Before(**case["before"]), PricedRound(**case["round"]), papers, case.get("price_decimals"))
    if "price_decimals" in case:
        result = whole_shares(result)
    return vars(result) | {each.name: each.shares for each in result.conversions}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_published_round_or_runway(case: Any) -> None:
    found = answers(case)
    for name, expected in case["expected"].items():
        # Prices are printed to four decimals, rounded.
        within = max(case["within"], 5e-5 / expected) if name == "price" else case["within"]
        assert found[name] == pytest.approx(expected, rel=within, abs=1e-12), name
