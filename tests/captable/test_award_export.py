"""Refresh awards out: valid against the official schema, and read back to the share."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from compdesign.captable import cap_table, read_package
from compdesign.captable.award_export import CERTIFIED, AwardRecord, award_files
from compdesign.errors import ScenarioError
from compdesign.inputs.scenario import Scenario
from compdesign.reports.award_records import award_records
from compdesign.simulation.one_path import outcomes
from compdesign.simulation.tables import Outcome
from compdesign.vesting.acceleration import months_after
from tests.captable.packages import OCF, company, folder

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
UPFRONT = AwardRecord("s1", "ada", "ships", "upfront", "iso", 4_800, 0.5, date(2025, 1, 1), date(2025, 6, 1), 24, 0, 3, 1)
FUTURE = replace(UPFRONT, security="s2", mode="future", granted=date(2025, 7, 15), certified=date(2025, 6, 1), instrument="nso")
RSU = replace(
    UPFRONT, security="s3", instrument="rsu_double_trigger", certified=date(2025, 3, 1), months=12, cliff=4, liquidity=date(2025, 11, 20)
)


@cache
def simulated(structure: str) -> tuple[Scenario, list[AwardRecord], Outcome]:
    """A shipped scenario, the awards of one structure on its path 3, and what the engine says of that path."""
    scenario = Scenario.load(EXAMPLES / "series_c.toml")
    outcome = next(each for offer, each in outcomes(scenario, 3) if offer.name == structure)
    return scenario, award_records(scenario, structure, 3), outcome


def read_back(tmp_path: Path, records: list[AwardRecord], day: date) -> dict[str, tuple[int, int]]:
    """security holder -> (shares outstanding, vested) after adding the files to a company's own package."""
    files = award_files([replace(each, stakeholder=each.security) for each in records], "plan", "common")
    items = [*company(), *(item for data in files.values() for item in data["items"])]
    next(item for item in items if item["id"] == "plan")["initial_shares_reserved"] = "99000000"
    table = cap_table(read_package(folder(tmp_path, items)), day)
    return {each.stakeholder: (int(each.shares), int(each.vested or 0)) for each in table.holdings if each.stakeholder.startswith("s")}


def test_an_upfront_award_vests_on_its_event_and_a_future_one_from_its_approval(tmp_path: Path) -> None:
    """Upfront: 4,800 granted at hire, certified 1 June 2025, an eighth every three months: 600 on 1 September, 1,200 on 1 December.
    Future: the approval on 15 July starts the clock; on the plan's 1st of the month: 600 on 1 October. Double trigger: by quarter from
    1 March with a cliff of four months, so 1,200 accrue by 1 July and 1,200 by 1 September, but nothing vests until the sale of
    20 November 2025 brings both; 1 December brings the third quarter.
    """
    files = award_files([UPFRONT, FUTURE, RSU], "plan")
    issued = {item["security_id"]: item for item in files["Transactions.ocf.json"]["items"] if item["object_type"].endswith("_ISSUANCE")}
    terms = {item["id"]: item for item in files["VestingTerms.ocf.json"]["items"]}
    kinds = {
        name: {each["trigger"]["type"] for each in terms[item["vesting_terms_id"]]["vesting_conditions"]} for name, item in issued.items()
    }
    assert "VESTING_EVENT" in kinds["s1"] and "VESTING_START_DATE" not in kinds["s1"]
    assert "VESTING_EVENT" not in kinds["s2"] and "VESTING_START_DATE" in kinds["s2"]
    assert {name: item["date"] for name, item in issued.items()} == {"s1": "2025-01-01", "s2": "2025-07-15", "s3": "2025-01-01"}
    assert issued["s2"]["board_approval_date"] == "2025-07-15"
    assert ("exercise_price" in issued["s1"], "exercise_price" in issued["s3"]) == (True, False)
    records = [UPFRONT, FUTURE, RSU]
    found = {
        day: read_back(tmp_path / str(day), records, day)
        for day in (date(2025, 8, 31), date(2025, 10, 1), date(2025, 11, 20), date(2025, 12, 1))
    }
    assert {day: [vested for _, vested in each.values()] for day, each in found.items()} == {
        date(2025, 8, 31): [0, 0, 0],
        date(2025, 10, 1): [600, 600, 0],
        date(2025, 11, 20): [600, 600, 2400],
        date(2025, 12, 1): [1200, 600, 3600],
    }


def test_an_award_not_yet_certified_has_not_vested(tmp_path: Path) -> None:
    waiting = replace(UPFRONT, certified=None)
    assert list(read_back(tmp_path, [waiting], date(2029, 1, 1)).values()) == [(4_800, 0)]
    assert not [each for each in award_files([waiting], "plan")["Transactions.ocf.json"]["items"] if CERTIFIED in each.values()]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (replace(UPFRONT, instrument="restricted_stock"), "'restricted_stock' is no equity compensation"),
        (replace(FUTURE, certified=None), "granted before its milestone is certified"),
        (replace(FUTURE, granted=date(2025, 5, 1)), "granted before its milestone is certified"),
        (replace(UPFRONT, shares=0), "has 0 shares"),
    ],
)
def test_what_cannot_be_exported_is_refused(record: AwardRecord, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        award_files([record], "plan")


@pytest.mark.parametrize("structure", ["milestone refresh", "hybrid"])
def test_a_simulated_future_is_read_back_to_the_share(tmp_path: Path, structure: str) -> None:
    """At the end of the path every award has vested what the engine says, with one implementation of dates and one of months."""
    scenario, records, outcome = simulated(structure)
    refresh = outcome.grants.rule >= 0
    assert len(records) == refresh.sum() > 0
    assert outcome.end[0] == 0  # still running: no exit changes what vests at the end
    found = read_back(tmp_path, records, months_after(scenario.as_of, scenario.months))
    engine = Counter[tuple[int, int]]()
    for i in refresh.nonzero()[0]:
        outstanding = int(outcome.grants.shares[i] - outcome.grants.forfeited[i])
        if outstanding:
            engine[outstanding, int(outcome.grants.vested[i])] += 1
    assert Counter(found.values()) == engine


def validator(name: str) -> jsonschema_rs.Draft7Validator:
    schemas: list[dict[str, Any]] = [json.loads(path.read_text()) for path in (OCF / "schema").rglob("*.schema.json")]
    registry = jsonschema_rs.Registry([(each["$id"], each) for each in schemas])
    root = next(each for each in schemas if each["$id"].endswith(f"/files/{name}.schema.json"))
    return jsonschema_rs.Draft7Validator(root, registry=registry)


@pytest.mark.skipif(not OCF.is_dir(), reason=f"the Open Cap Format schema is not at {OCF}")
@pytest.mark.parametrize("name", ["Stakeholders", "VestingTerms", "Transactions"])
def test_files_are_valid_against_the_official_schema(name: str) -> None:
    made = [*simulated("milestone refresh")[1], UPFRONT, FUTURE, RSU]
    check = validator(f"{name}File")
    data = award_files(made, "plan", "common", "a comment")[f"{name}.ocf.json"]
    assert [error.message for error in check.iter_errors(data)] == []
    data["items"][0].pop("object_type")
    assert not check.is_valid(data)
