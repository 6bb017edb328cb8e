"""Broken packages: one clear message for each fault, and nothing is read that should not be."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compdesign.captable import cap_table, read_package
from compdesign.errors import Problem, ScenarioError
from tests.captable.packages import company, contents, convertible, folder, option, safe_terms, stock, transaction, warrant, zipped

Items = list[dict[str, Any]]


def faults(path: Path) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        cap_table(read_package(path))
    return list(caught.value.problems)


def only(path: Path, said: str) -> None:
    found = faults(path)
    assert len(found) == 1, [str(each) for each in found]
    assert said in str(found[0])


def named(items: Items, identity: str) -> dict[str, Any]:
    return next(each for each in items if each["id"] == identity)


def cancel(identity: str, quantity: str, day: str = "2024-03-01", **values: Any) -> dict[str, Any]:
    return transaction("EQUITY_COMPENSATION_CANCELLATION", identity, day, security_id="op-1", quantity=quantity, reason_text="x", **values)


def change(identity: str, **values: Any) -> Callable[[Items], None]:
    return lambda items: named(items, identity).update(values)


def add(*more: dict[str, Any]) -> Callable[[Items], None]:
    return lambda items: items.extend(more)


def condition(**values: Any) -> Callable[[Items], None]:
    return lambda items: named(items, "four")["vesting_conditions"][1].update(values)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (change("issue-cs-1", stakeholder_id="nobody"), "stakeholder_id names 'nobody', which is missing"),
        (change("issue-cs-1", stock_class_id="z"), "stock_class_id names 'z', which is missing"),
        (change("issue-op-1", vesting_terms_id="z"), "vesting_terms_id names 'z', which is missing"),
        (change("issue-op-1", stock_plan_id="z"), "stock_plan_id names 'z', which is missing"),
        (change("start-1", vesting_condition_id="z"), "vesting_condition_id names 'z', which is missing"),
        (change("start-1", vesting_condition_id="monthly"), "has another trigger"),
        (add(cancel("c", "1", balance_security_id="z")), "balance_security_id names 'z', which is missing"),
        (change("issue-cs-1", quantity="-5"), "quantity is -5"),
        (change("issue-cs-1", quantity=5), "quantity is 5; give a number in quotes"),
        (change("issue-cs-1", quantity="1e9"), "quantity is '1e9'"),
        (change("issue-cs-1", date="2023-02-30"), "date is '2023-02-30'"),
        (change("b", seniority="-1"), "seniority is -1"),
        (
            add(cancel("c1", "400000"), cancel("c2", "400000")),
            "of which TX_EQUITY_COMPENSATION_CANCELLATION 'c1' of 2024-03-01 left nothing",
        ),
        (add(cancel("c1", "300000"), cancel("c2", "300000")), "takes 300000 of security 'op-1', which has 100000 outstanding"),
        (add(cancel("c1", "1", day="2023-12-31")), "acts on security 'op-1' on 2023-12-31, before its issuance on 2024-01-31"),
        (add({**cancel("c1", "1"), "security_id": "cs-1"}), "acts on security 'cs-1', which is a stock security"),
        (
            add(cancel("c1", "1", balance_security_id="op-2"), option("op-2", "2024-03-01", "eve", "5")),
            "hold 5 in all, but 399999 are left",
        ),
        (
            add(transaction("STOCK_PLAN_RETURN_TO_POOL", "r", "2024-03-01", security_id="op-1", quantity="9", stock_plan_id="plan")),
            "returns 9 shares of which 0 were cancelled",
        ),
        (
            add(stock("cs-1", "2024-01-01", "ada", "common", "1", "1") | {"id": "again"}),
            "issues security 'cs-1', which 'issue-cs-1' issued already",
        ),
        (condition(next_condition_ids=["monthly"]), "the conditions form a cycle monthly -> monthly"),
        (condition(next_condition_ids=["start"]), "form a cycle monthly -> start -> monthly"),
        (condition(next_condition_ids=["z"]), "next_condition_ids names 'z', which is missing"),
        (condition(portion={"numerator": "1", "denominator": "0"}), "denominator 0"),
        (change("four", allocation_type="RANDOM"), "allocation_type is 'RANDOM'"),
        (change("issue-op-1", vestings=[{"date": "2025-01-01", "amount": "500000"}]), "vestings come to 500,000 of 400,000 shares"),
        (lambda items: items.append(dict(named(items, "four"))), "is there twice"),
        (
            add(transaction("VESTING_START", "start-2", "2024-03-31", security_id="op-1", vesting_condition_id="start")),
            "start-2: records condition 'start' of security 'op-1', which 'start-1' recorded already; remove one of the two",
        ),
        (change("a", class_type="ORDINARY"), "class_type is 'ORDINARY'; use one of COMMON, PREFERRED"),
        (change("issue-op-1", compensation_type="PHANTOM"), "compensation_type is 'PHANTOM'; use one of OPTION, OPTION_NSO"),
        (add(convertible("s", "2024-01-01", "ada", "5", safe_terms(), "LOAN")), "convertible_type is 'LOAN'; use one of NOTE, SAFE"),
        (
            add(transaction("STOCK_TRANSFER", "t", "2024-08-01", security_id="cs-1", quantity="4000000", resulting_security_ids=["cs-1"])),
            "resulting_security_ids names the security it acts on; name the security that takes its place",
        ),
        (change("a", conversion_rights=[{"converts_to_stock_class_id": "z"}]), "converts_to_stock_class_id names 'z', which is missing"),
        (
            add(warrant("w", "2024-01-01", "ada", "5", into="z")),
            "converts_to_stock_class_id names 'z', which is missing; add that stock class",
        ),
        (change("issue-op-1", expiration_date="never"), "expiration_date is 'never'; give a date such as 2026-11-01"),
        (
            add(transaction("EQUITY_COMPENSATION_REPRICING", "r", "2025-02-01", security_id="op-1")),
            "new_exercise_price is no amount of money; give amount and currency",
        ),
    ],
)
def test_one_message_a_fault(tmp_path: Path, broken: Callable[[Items], None], said: str) -> None:
    items = company()
    broken(items)
    only(folder(tmp_path, items), said)


def test_two_faults_two_messages(tmp_path: Path) -> None:
    items = company()
    named(items, "issue-cs-1")["stakeholder_id"] = "nobody"
    named(items, "issue-cs-2")["quantity"] = "-1"
    assert len(faults(folder(tmp_path, items))) == 2


def test_files_that_are_no_package(tmp_path: Path) -> None:
    only(tmp_path / "none", "no such folder or zip")
    only(tmp_path, "holds no manifest")
    (tmp_path / "x.zip").write_bytes(b"PK\x05\x06 not a zip")
    only(tmp_path / "x.zip", "is neither a folder nor a zip")
    made = folder(tmp_path / "m", company())
    (made / "stakeholders.ocf.json").rename(made / "stakeholder.ocf.json")
    only(made, "'stakeholders.ocf.json' is missing from the package; did you mean stakeholder.ocf.json?")
    (made / "stakeholder.ocf.json").rename(made / "stakeholders.ocf.json")
    (made / "stock_plans.ocf.json").write_text('{"items": [')
    only(made, "is no JSON")
    (made / "stock_plans.ocf.json").write_text("[" * 100_000)
    only(made, "is nested too deeply")
    (made / "stock_plans.ocf.json").write_bytes(b"\xff\xfe{}")
    only(made, "is no UTF-8 text")
    manifest = json.loads((made / "Manifest.ocf.json").read_text()) | {"stock_plans_files": {"filepath": "stock_plans.ocf.json"}}
    (made / "Manifest.ocf.json").write_text(json.dumps(manifest))
    only(made, "stock_plans_files is no list; list the files")


def test_a_manifest_cannot_name_a_file_outside(tmp_path: Path) -> None:
    made = folder(tmp_path / "in" / "package", company())
    manifest = json.loads((made / "Manifest.ocf.json").read_text())
    (made / "stock_plans.ocf.json").rename(tmp_path / "in" / "plans.json")
    manifest["stock_plans_files"] = [{"filepath": "../plans.json", "md5": ""}]
    (made / "Manifest.ocf.json").write_text(json.dumps(manifest))
    only(made, "'../plans.json' leaves the package")


def test_a_folder_cannot_link_outside(tmp_path: Path) -> None:
    made = folder(tmp_path / "package", company())
    (made / "stock_plans.ocf.json").rename(tmp_path / "plans.json")
    (made / "stock_plans.ocf.json").symlink_to(tmp_path / "plans.json")
    only(made, "is a link out of the package")


@pytest.mark.parametrize("name", ["../evil.json", "/etc/evil.json", "a/../../evil.json", "..\\evil.json", "C:\\evil.json"])
def test_a_zip_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "p.zip", company())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "{}")
    only(path, "leaves the package")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.zip", company())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", b" " * (8 << 20))
    only(path, "as a zip bomb does")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5_001):
            archive.writestr(f"{number}.json", "{}")
    only(path, "holds 5,001 files")


def test_a_zip_that_lies_about_its_sizes(tmp_path: Path) -> None:
    """The directory says 10 bytes, the member unpacks to megabytes: no more than 10 are read, and it is refused."""
    path = zipped(tmp_path / "p.zip", [])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b" " * (2 << 20))
    raw = bytearray(path.read_bytes())
    size = (2 << 20).to_bytes(4, "little")
    assert raw.count(size) == 2
    path.write_bytes(bytes(raw).replace(size, (10).to_bytes(4, "little")))
    found = faults(path)
    assert len(found) == 1
    assert "damaged zip" in str(found[0]) or "not of the size" in str(found[0])


def test_links_and_passwords_and_double_names_in_a_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.zip", company())
    link = zipfile.ZipInfo("link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    only(path, "is a link")
    path = zipped(tmp_path / "q.zip", company())
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("stock_plans.ocf.json", "{}")
    only(path, "is in the zip twice")


def test_what_changes_no_number_is_a_note(tmp_path: Path) -> None:
    items = company()
    named(items, "issue-cs-1")["stock_legend_ids"] = ["legend"]
    made = folder(tmp_path, items)
    (made / "spare.json").write_text("{}")
    manifest = json.loads((made / "Manifest.ocf.json").read_text()) | {"ocf_version": "9.9"}
    (made / "Manifest.ocf.json").write_text(json.dumps(manifest))
    notes = cap_table(read_package(made)).notes
    assert [note.split(" ")[0] for note in notes] == ["version", "spare.json", "transactions.ocf.json,"]
    assert "stock_legend_ids names 'legend', which is missing" in notes[2]


def test_the_packages_of_these_tests_are_whole() -> None:
    assert set(contents(company())) >= {"Manifest.ocf.json", "transactions.ocf.json"}
