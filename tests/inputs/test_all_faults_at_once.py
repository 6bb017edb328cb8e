"""Faults of single keys and faults of several keys together are told at once, once each, and none follows from another."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.award_file import AwardFile
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.inputs.toml_file import read_toml
from compdesign.inputs.unknown import UNKNOWN, NotKnown

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
SERIES_C = tomllib.loads((EXAMPLES / "series_c.toml").read_text())
CANDIDATE = tomllib.loads((EXAMPLES / "candidates" / "candidate.toml").read_text())
Place = tuple[str | int, ...]


def faults(document: Any, data: Any) -> tuple[Problem, ...]:
    try:
        document.parse(data)
    except ScenarioError as error:
        return error.problems
    return ()


def told(document: Any, data: Any) -> list[str]:
    """The keys at fault, in the order told; no message twice."""
    problems = faults(document, data)
    assert len({str(each) for each in problems}) == len(problems) > 0
    return [each.where for each in problems]


def leaves(data: Any, place: Place = ()) -> Iterator[Place]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if entries is None:
        yield place
    else:
        for key, value in entries:
            yield from leaves(value, (*place, key))


def at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def put(data: Any, place: Place, value: Any) -> Any:
    at(data, place[:-1])[place[-1]] = value
    return data


def where(place: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)[1:]


WRONG = {"nonsense": 1}
"""Of no kind that any key takes."""


@pytest.mark.parametrize(("document", "whole"), [(Scenario, SERIES_C), (Packet, CANDIDATE)])
def test_one_wrong_value_is_one_fault_wherever_it_stands(document: Any, whole: Any) -> None:
    """In a valid file whatever is told beside the one wrong value would be a false consequence of it."""
    places = list(leaves(whole))
    assert len(places) > 15
    for place in places:
        found = told(document, put(deepcopy(whole), place, WRONG))
        assert len(found) == 1 and found[0].startswith(where(place)), (place, found)


@pytest.mark.parametrize(("document", "whole"), [(Scenario, SERIES_C), (Packet, CANDIDATE)])
def test_one_misspelt_or_missing_key_is_one_fault(document: Any, whole: Any) -> None:
    for place in leaves(whole):
        if isinstance(place[-1], int) or "trigger" in place[-2:-1]:
            continue
        misspelt, missing = deepcopy(whole), deepcopy(whole)
        table = at(misspelt, place[:-1])
        table[f"{place[-1]}x"] = table.pop(place[-1])
        of_distribution = set(at(whole, place[:-1])) in ({"p10", "p50", "p90"}, {"low", "mode", "high"})
        assert told(document, misspelt) == [where(place[:-1]) if of_distribution else f"{where(place)}x"], place
        del at(missing, place[:-1])[place[-1]]
        assert len(faults(document, missing)) <= 1, place


TOGETHER: dict[str, list[tuple[Place, Any]]] = {
    "company.ga.planned": [(("company", "ga", "planned"), "2020-01-01")],
    "offers[1].grant.vesting.cliff": [(("offers", 1, "grant", "vesting"), {"months": 12, "cliff": 24})],
    "offers[2].refresh[0].cap": [(("offers", 2, "refresh", 0, "cap"), 1.0)],
    "offers[2].refresh_cap_shares": [(("offers", 2, "refresh_cap_shares"), 1)],
    "company.capitalization.liquidation_preference": [
        (("company", "capitalization", "preferred_shares"), 0),
        (("company", "capitalization", "liquidation_preference"), 5e6),
    ],
    "departure.attrition": [(("departure",), {"attrition": [{"from_month": m, "annual_probability": 0.1} for m in (0, 12, 6)]})],
    "deployment.kinds": [(("deployment", "kinds"), [{"name": "model"}, {"name": "model"}])],
    "offers": [(("offers", 0, "name"), "hybrid"), (("offers", 3, "name"), "hybrid")],
}
"""By the key at which it is told: values that are wrong only together."""
SINGLE: list[Place] = [
    ("months",),
    ("company", "cash"),
    ("company", "recurring_revenue"),
    ("hiring", "seats"),
    ("candidate", "competing", "base"),
    ("offers", 0, "base"),
    ("offers", 1, "base"),
    ("links", "gaming"),
]
"""Keys that have a part in none of those."""


@given(st.sets(st.sampled_from(sorted(TOGETHER)), min_size=1), st.sets(st.sampled_from(SINGLE), min_size=1))
@settings(max_examples=60, deadline=None)
def test_all_that_can_be_known_is_told_at_once(together: set[str], single: set[Place]) -> None:
    data = deepcopy(SERIES_C)
    data["company"].setdefault("ga", {})
    data.setdefault("deployment", {})
    for key in together:
        for place, value in TOGETHER[key]:
            put(data, place, value)
    expected = set(told(Scenario, data))
    assert together <= expected
    for place in single:
        put(data, place, WRONG)
    assert set(told(Scenario, data)) == expected | {where(place) for place in single}


@given(st.sets(st.sampled_from(sorted(TOGETHER)), min_size=1), st.sets(st.sampled_from(list(leaves(SERIES_C))), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_fault_of_several_keys_follows_from_a_fault_of_one(together: set[str], wrong: set[Place]) -> None:
    """Whatever single keys are at fault: what is told of several together would be told without these as well."""
    data = deepcopy(SERIES_C)
    data["company"].setdefault("ga", {})
    data.setdefault("deployment", {})
    for key in together:
        for place, value in TOGETHER[key]:
            put(data, place, value)
    without = set(told(Scenario, data))
    places = set()
    for place in wrong:
        try:
            put(data, place, WRONG)
        except (KeyError, TypeError):  # what the faults above have put there
            continue
        places.add(where(place))
    beside = {each for each in told(Scenario, data) if not any(each.startswith(place) for place in places)}
    assert beside <= without


def test_a_fault_that_needs_the_wrong_value_waits_for_it() -> None:
    """A cap of -1 is below any award, and an as-of date that is none makes no planned date early: each is told once."""
    data = deepcopy(SERIES_C)
    data["company"]["ga"] = {"planned": "2020-01-01"}
    put(data, ("as_of",), "soon")
    put(data, ("offers", 2, "refresh", 0, "cap"), -1)
    assert told(Scenario, data) == ["as_of", "offers[2].refresh[0].cap"]


def test_a_key_nobody_knows_may_be_any_that_is_absent_beside_it() -> None:
    """`most` may be the cap that an upfront rule needs: that the cap is missing is told when `most` is mended."""
    data = deepcopy(SERIES_C)
    rule = data["offers"][2]["refresh"][0]
    rule.update(mode="upfront", most=rule.pop("cap"))
    rule.pop("approval_lag_days", None), rule.pop("refusal_probability", None)
    assert told(Scenario, data) == ["offers[2].refresh[0].most"]
    del rule["most"]
    assert told(Scenario, data) == ["offers[2].refresh[0].cap"]


def test_a_package_that_is_not_there_hides_no_other_fault(tmp_path: Path) -> None:
    lines, inside = [], False
    for line in (EXAMPLES / "no_effect.toml").read_text().splitlines():
        if line.startswith("["):
            inside = line == "[company.capitalization]"
            lines += ["[company.capitalization]", 'package = "nowhere"'] if inside else []
        if not inside:
            lines.append("months = 0" if line.startswith("months") else line)
    (tmp_path / "scenario.toml").write_text("\n".join(lines))
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(tmp_path / "scenario.toml")
    package, months = caught.value.problems
    assert "nowhere" in str(package) and months.where == "months"


def test_candidates_and_awards_too() -> None:
    early = CANDIDATE | {"letter_date": "2026-11-24", "start": "2026-01-01", "expires": "2026-01-01", "exempt": "maybe"}
    assert told(Packet, early) == ["exempt", "expires", "start"]
    award = {"id": "a", "grant_date": "2026-01-01", "fair_value": 1, "shares": 10}
    vesting = {"start": "2026-01-01", "months": 12, "cliff": 24}
    awards = [award, award | {"fair_value": "much"}, award | {"id": "b", "vesting": vesting}]
    assert told(AwardFile, {"awards": awards}) == ["awards[1].fair_value", "awards[0]", "awards[1]", "awards[2].vesting", "awards"]


def test_files_with_faults_without_end_are_refused_soon() -> None:
    data = deepcopy(SERIES_C)
    data["offers"] = [{f"key {i} {j}": 1 for j in range(300)} for i in range(12)]
    assert len(told(Scenario, data)) == 21


@pytest.mark.parametrize(
    "ask", [bool, len, iter, str, hash, float, int, lambda x: x == 1, lambda x: x > 2, lambda x: 1 + x, lambda x: x.any]
)
def test_nothing_is_asked_of_what_is_unknown(ask: Any) -> None:
    with pytest.raises(NotKnown):
        ask(UNKNOWN)


def test_the_examples_are_valid() -> None:
    for path in EXAMPLES.glob("*.toml"):
        assert Scenario.parse(read_toml(path)) == Scenario.load(path)
