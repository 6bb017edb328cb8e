"""ASC 718 by worked cases: each file under cases/ holds an award, what happened to it, and the expense its source works out."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compdesign.accounting.awards import Assessment, Award, Departure, Modification, Tranche
from compdesign.accounting.schedule import Schedule, expense

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


def scheduled(case: dict[str, Any]) -> Schedule:
    tranches = tuple(Tranche(**{"vests": None} | each) for each in case["award"].pop("tranches"))
    return expense(
        Award(tranches=tranches, **case["award"]),
        [Assessment(**each) for each in case.get("assessments", [])],
        [Departure(**each) for each in case.get("departures", [])],
        [Modification(**each) for each in case.get("modifications", [])],
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_expense_is_what_the_source_works_out(path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    schedule, expected = scheduled(case), case["expected"]
    tolerance = 1.01  # sources round to dollars, each year by itself
    years = {str(year): cents / 100 for year, cents in schedule.by_year().items()}
    assert years.keys() == expected["years"].keys()
    assert years == pytest.approx(expected["years"], abs=tolerance)
    for month, dollars in expected.get("months", {}).items():
        first = date.fromisoformat(f"{month}-01")
        assert schedule.between(first, first) / 100 == pytest.approx(dollars, abs=tolerance)
    quarters = {f"{each.fiscal_year}-{each.quarter}": each.cents / 100 for each in schedule.by_quarter()}
    for quarter, dollars in expected.get("quarters", {}).items():
        assert quarters[quarter] == pytest.approx(dollars, abs=tolerance)
    assert case["source"] and case["derivation"]
    assert all(row.explanation for row in schedule.rows if row.cents)


def test_there_are_cases() -> None:
    assert len(CASES) >= 15
