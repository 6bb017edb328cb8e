"""Vesting by worked cases: data with the source of every number, none from our own code."""

import json
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from compdesign.vesting import (
    AccelerationProvision,
    AllocationType,
    Grant,
    GrantAfterStart,
    Instalment,
    Order,
    VestingTerms,
    accelerate,
    instalments,
    standard_terms,
    terms_from_ocf,
    trigger_date,
    vested_on,
)

HERE = Path(__file__).parent
OCF = Path(__file__).parents[2].parent / "shared" / "data" / "ocf"


def cases() -> list[Any]:
    made = []
    for path in sorted((HERE / "cases").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        made += [pytest.param(case, data.get("terms", {}), id=f"{path.stem}: {case['name']}") for case in data["case"]]
    return made


def terms_of(case: dict[str, Any], defined: dict[str, Any]) -> VestingTerms:
    if "schedule" in case:
        schedule = dict(case["schedule"])
        kind = AllocationType(schedule.pop("allocation_type", "CUMULATIVE_ROUNDING"))
        return standard_terms(**schedule, allocation_type=kind)
    if "terms" in case:
        return terms_from_ocf(defined[case["terms"]])
    name, _, terms_id = case["sample"].partition("#")
    if not (OCF / name).exists():
        pytest.skip(f"the Open Cap Format samples are not at {OCF}")
    return terms_from_ocf(next(each for each in json.loads((OCF / name).read_text())["items"] if each["id"] == terms_id))


def schedule_of(case: dict[str, Any], defined: dict[str, Any]) -> list[Instalment]:
    grant = Grant(case["grant"]["shares"], case["grant"]["date"], case["grant"].get("start"))
    policy = GrantAfterStart(case.get("policy", "on_grant_date"))
    made = instalments(grant, terms_of(case, defined), case.get("events"), policy)
    if "acceleration" in case:
        data = dict(case["acceleration"])
        change, termination = data.pop("change_of_control"), data.pop("termination", None)
        if "share" in data:
            data["share"] = Fraction(data["share"])
        if "order" in data:
            data["order"] = Order(data["order"])
        terms = AccelerationProvision(**data)
        day = trigger_date(terms, change, termination)
        if day is not None:
            made = accelerate(made, day, terms.quantity(made, day), terms.order)
    return made


@pytest.mark.parametrize(("case", "defined"), cases())
def test_worked_case(case: dict[str, Any], defined: dict[str, Any]) -> None:
    made = schedule_of(case, defined)
    assert case["source"]
    if "instalments" in case:
        assert [[each.date, each.shares] for each in made] == case["instalments"]
    if "count" in case:
        assert len(made) == case["count"]
    for day, shares in case.get("vested", []):
        assert vested_on(made, day) == shares, day


def test_there_are_enough_cases_and_each_says_something() -> None:
    every = [param.values[0] for param in cases()]
    assert len(every) >= 25
    assert all("instalments" in case or "vested" in case for case in every)
    assert len({case["name"] for case in every}) == len(every)
    assert all(isinstance(day, date) for case in every for day, _ in case.get("vested", case.get("instalments", [])))
