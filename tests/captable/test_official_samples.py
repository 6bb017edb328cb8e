"""The Open Cap Table Coalition's own packages: their faults are told, and mended copies give the numbers of an independent reading."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compdesign.captable import cap_table, read_package
from compdesign.errors import ScenarioError
from tests.captable.packages import OCF

pytestmark = pytest.mark.skipif(not OCF.is_dir(), reason=f"the Open Cap Format samples are not at {OCF}")
TUTORIALS = OCF / "docs" / "tutorials"


def copied(path: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(path, tmp_path / "package", copy_function=shutil.copyfile))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def problems(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        cap_table(read_package(path))
    return [str(each) for each in caught.value.problems]


def test_quickstart_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = problems(TUTORIALS / "quickstart" / "samples")
    assert found == [
        "Manifest.ocf.json, stakeholders_files: './Stakeholders.json' is missing from the package; did you mean Stakeholders.ocf.json?"
    ]


def test_quickstart_mended(tmp_path: Path) -> None:
    """One issuance: 5,000 preferred at $1.00; the class states no multiple, so 1x is assumed: $5,000."""
    made = copied(TUTORIALS / "quickstart" / "samples", tmp_path)
    rewrite(made / "Manifest.ocf.json", "Stakeholders.json", "Stakeholders.ocf.json")
    table = cap_table(read_package(made))
    assert (table.issuer, table.as_of) == ("Aperture Science, Inc.", date(2022, 12, 1))
    assert (table.common, table.preferred, table.fully_diluted, table.pool_available) == (0, 5_000, 5_000, 0)
    (top,) = table.preference_stack
    assert (top.name, top.preference, top.multiple_assumed) == ("Preferred Shares", 5_000, True)
    assert [(each.stakeholder, each.shares) for each in table.holdings] == [("Jim Jangles", 5_000)]


def test_options_tutorial_refers_to_what_is_missing() -> None:
    """'relative_to_condition_id: cliff' names no condition, and the exercise results in a security that is never issued."""
    found = problems(TUTORIALS / "options" / "samples")
    assert len(found) == 2
    assert "relative_to_condition_id names 'cliff', which is missing" in found[0]
    assert "resulting_security_ids names 'resultant-security-id-1', which is missing" in found[1]


def test_options_tutorial_mended(tmp_path: Path) -> None:
    """From the raw JSON: 100,000 options of 31 December 2022, 25,000 exercised on 31 January 2024, a pool of 10,000,000 decreased to
    8,000,000 on 1 January 2023. By 31 January 2024 13 months have vested: 100,000 x 13/48 = 27,083.33 -> 27,083; 2,083 after exercise.
    """
    made = copied(TUTORIALS / "options" / "samples", tmp_path)
    rewrite(
        made / "VestingTerms.ocf.json",
        '"relative_to_condition_id": "cliff"',
        '"relative_to_condition_id": "057d08c6-d7a8-4e0c-917c-bdf610651c25"',
    )
    rewrite(made / "Transactions.ocf.json", "resultant-security-id-1", "6cf44121-67b7-4868-807b-b2581efe6b21")
    table = cap_table(read_package(made), date(2024, 1, 31))
    assert (table.common, table.preferred, table.shares("option"), table.exercised) == (25_000, 5_000, 75_000, 25_000)
    assert table.awards_vested == 2_083
    assert table.pool_available == 8_000_000 - 100_000
    assert table.fully_diluted == 25_000 + 5_000 + 75_000 + 7_900_000
    assert any("common_legend_id" in note for note in table.notes)
    assert any("'~~~ SAMPLE ~~~'" in note for note in table.notes)


def test_main_samples_have_the_missing_references_an_independent_count_finds() -> None:
    """The samples illustrate one object at a time, so most references lead nowhere: as many messages as a plain search counts."""
    found = problems(OCF / "samples")
    data: dict[str, Any] = {path.stem: json.loads(path.read_text()) for path in (OCF / "samples").glob("*.ocf.json")}
    items = data["Transactions.ocf"]["items"]
    people = {each["id"] for each in data["Stakeholders.ocf"]["items"]}
    issued = {each["security_id"] for each in items if each["object_type"].endswith("_ISSUANCE")}
    lost = sum(each["stakeholder_id"] not in people for each in items if "stakeholder_id" in each)
    lost_securities = sum(
        name not in issued
        for each in items
        for name in [
            *(each.get(f"{key}security_id") for key in ("", "balance_", "resulting_")),
            *each.get("security_ids", []),
            *each.get("resulting_security_ids", []),
        ]
        if name is not None
    )
    assert sum("stakeholder_id names" in each for each in found) == lost
    assert sum("add that security" in each for each in found) == lost_securities
    assert sum("issued already" in each for each in found) == len(
        [each for each in items if each["object_type"].endswith("_ISSUANCE")]
    ) - len(issued)
    assert len(found) == len(set(found))
