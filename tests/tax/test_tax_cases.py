"""Tax by worked cases: each file under cases/ names a function, what goes in, and what its source works out."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from compdesign.tax.annual import amt_exemption, annual_tax
from compdesign.tax.dispositions import iso_disposition
from compdesign.tax.elections import election_83b_deadline
from compdesign.tax.iso_limit import IsoSplit, iso_split
from compdesign.tax.option_grants import Acceleration, Cancellation, Exercisable, Exercise, OptionGrant
from compdesign.tax.withholding import employer_payroll_tax, nso_exercise, rsu_vest, supplemental_withholding

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
FUNCTIONS = {
    "annual_tax": annual_tax,
    "amt_exemption": amt_exemption,
    "supplemental_withholding": supplemental_withholding,
    "employer_payroll_tax": employer_payroll_tax,
    "election_83b": election_83b_deadline,
    "iso_disposition": iso_disposition,
    "nso_exercise": nso_exercise,
    "rsu_vest": rsu_vest,
}


def split_of(case: dict[str, Any]) -> IsoSplit:
    grants = [
        OptionGrant(**each | {"exercisable": tuple(Exercisable(e.get("on"), e["shares"]) for e in each["exercisable"])})
        for each in case["grants"]
    ]
    return iso_split(
        grants,
        [Acceleration(**each | ({"grants": tuple(each["grants"])} if "grants" in each else {})) for each in case.get("accelerations", [])],
        [Exercise(**each) for each in case.get("exercises", [])],
        [Cancellation(**each) for each in case.get("cancellations", [])],
    )


def _check_split(case: dict[str, Any]) -> None:
    split, expected = split_of(case), case["expected"]
    by_grant, by_year = split.by_grant(), split.by_year()
    assert {grant: list(by_grant[grant]) for grant in expected.get("by_grant", {})} == expected.get("by_grant", {})
    assert {year: list(by_year[int(year)]) for year in expected.get("by_year", {})} == expected.get("by_year", {})
    if "exercised" in expected:
        assert [[grant, iso, nso] for grant, _, iso, nso in split.exercised] == expected["exercised"]
    assert split.waiting == expected.get("waiting", {})
    assert all(row.explanation for row in split.rows)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_tax_is_what_the_source_works_out(path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert case["title"] and case["source"] and case["derivation"]
    if case["kind"] == "iso_split":
        _check_split(case)
        return
    found = FUNCTIONS[case["kind"]](**case["inputs"])  # type: ignore[operator]
    for name, value in case["expected"].items():
        got = found if name == "value" else getattr(found, name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            assert got == value, name
        else:
            assert float(got) == pytest.approx(value, abs=0.5 if case["kind"] == "annual_tax" else 0.005), name


def test_there_are_cases() -> None:
    assert len(CASES) >= 15
