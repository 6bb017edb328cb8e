"""Packages replayed to a date: numbers worked out by hand from the transactions."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from compdesign.captable import CapTable, cap_table, read_package
from tests.captable.packages import company, folder, option, stock, transaction, usd, zipped

JUNE = date(2025, 6, 30)


def table(path: Path, *more: dict[str, Any], day: date = JUNE) -> CapTable:
    return cap_table(read_package(folder(path, [*company(), *more])), day)


def test_the_company_on_a_date(tmp_path: Path) -> None:
    """Worked out from `company`: by 30 June 2025 seventeen months have vested (31 January 2024 + 17 months is 30 June 2025)."""
    made = table(tmp_path)
    assert made.issuer == "Exact Ltd"
    assert made.common == 6_000_000
    assert made.preferred == 2_000_000 + 1_200_000
    assert made.shares("option") == 400_000
    assert made.awards_vested == Fraction(round(400_000 * 17 / 48))  # 141,666.67
    assert made.pool_available == 1_100_000
    assert made.fully_diluted == 6_000_000 + 3_200_000 + 400_000 + 1_100_000
    assert [(each.name, each.preference, each.participation_cap) for each in made.preference_stack] == [
        ("Series B", 7_500_000, 3),
        ("Series A", 4_000_000, None),
    ]
    assert [(each.stakeholder, each.kind, each.name, each.shares) for each in made.holdings][:2] == [
        ("Ada", "stock", "Common", 4_000_000),
        ("Ben", "stock", "Common", 2_000_000),
    ]
    assert made.valuations == ((date(2024, 1, 1), "409A", Fraction(1, 2), "USD"),)
    assert made.notes == ()


def test_before_the_second_round_and_the_cliff(tmp_path: Path) -> None:
    made = table(tmp_path, day=date(2024, 5, 31))
    assert made.preferred == 2_000_000
    assert [each.name for each in made.preference_stack] == ["Series A"]
    assert made.awards_vested == 0
    assert made.notes == ("1 transaction after 2024-05-31 is not in these numbers",)


def test_exercise_moves_shares_from_option_to_common(tmp_path: Path) -> None:
    """100,000 of the 141,667 vested are exercised: 300,000 outstanding, 41,667 of them vested; the pool stays."""
    exercise = transaction(
        "EQUITY_COMPENSATION_EXERCISE", "x", "2025-06-30", security_id="op-1", quantity="100000", resulting_security_ids=["cs-3"]
    )
    made = table(tmp_path, stock("cs-3", "2025-06-30", "eve", "common", "100000", "0.50", stock_plan_id="plan"), exercise)
    assert (made.common, made.shares("option"), made.exercised, made.awards_vested) == (6_100_000, 300_000, 100_000, 41_667)
    assert made.pool_available == 1_100_000
    assert made.fully_diluted == 10_700_000


def test_what_is_exercised_before_it_vests_is_told(tmp_path: Path) -> None:
    """Before the cliff nothing has vested; where the grant allows early exercise nothing is odd."""
    exercise = transaction(
        "EQUITY_COMPENSATION_EXERCISE", "x", "2024-03-01", security_id="op-1", quantity="100000", resulting_security_ids=["cs-3"]
    )
    items = [*company(), stock("cs-3", "2024-03-01", "eve", "common", "100000", "0.50", stock_plan_id="plan"), exercise]
    package = read_package(folder(tmp_path, items))
    said = "option op-1 of Eve: 100,000 shares more were exercised than had vested by 2024-06-30, without early exercise"
    assert said in cap_table(package, date(2024, 6, 30)).notes
    assert not any("exercised" in note for note in cap_table(package, JUNE).notes)  # 141,667 have vested
    next(each for each in items if each["id"] == "issue-op-1")["early_exercisable"] = True
    assert not any("exercised" in note for note in cap_table(read_package(folder(tmp_path, items)), date(2024, 6, 30)).notes)


def test_cancellation_returns_to_the_pool_by_default(tmp_path: Path) -> None:
    """258,333 unvested are cancelled with a balance of 141,667 under a new security."""
    balance = option("op-2", "2025-07-01", "eve", "141667")
    cancel = transaction(
        "EQUITY_COMPENSATION_CANCELLATION",
        "c",
        "2025-07-01",
        security_id="op-1",
        quantity="258333",
        balance_security_id="op-2",
        reason_text="left",
    )
    made = table(tmp_path, balance, cancel, day=date(2025, 7, 1))
    assert (made.shares("option"), made.awards_vested, made.pool_available) == (141_667, 141_667, 1_358_333)
    assert made.fully_diluted == 10_700_000


def test_the_event_chain_rules_over_the_plans_default(tmp_path: Path) -> None:
    """Of 100,000 cancelled only 40,000 are returned, so the pool has 1,140,000 and fully diluted falls by 60,000."""
    cancel = transaction("EQUITY_COMPENSATION_CANCELLATION", "c", "2025-02-01", security_id="op-1", quantity="100000", reason_text="agreed")
    back = transaction(
        "STOCK_PLAN_RETURN_TO_POOL", "r", "2025-02-01", security_id="op-1", quantity="40000", stock_plan_id="plan", reason_text="agreed"
    )
    made = table(tmp_path, back, cancel)
    assert (made.shares("option"), made.pool_available, made.fully_diluted) == (300_000, 1_140_000, 10_640_000)


def test_a_retraction_was_never_issued(tmp_path: Path) -> None:
    made = table(tmp_path, transaction("EQUITY_COMPENSATION_RETRACTION", "r", "2024-02-01", security_id="op-1", reason_text="error"))
    assert (made.shares("option"), made.pool_available) == (0, 1_500_000)


def test_transfer_with_a_balance(tmp_path: Path) -> None:
    moved = transaction(
        "STOCK_TRANSFER",
        "t",
        "2024-08-01",
        security_id="cs-1",
        quantity="500000",
        resulting_security_ids=["cs-8"],
        balance_security_id="cs-9",
    )
    made = table(
        tmp_path,
        moved,
        stock("cs-8", "2024-08-01", "eve", "common", "500000", "0.0001"),
        stock("cs-9", "2024-08-01", "ada", "common", "3500000", "0.0001"),
    )
    held = {each.stakeholder: each.shares for each in made.holdings if each.kind == "stock" and each.name == "Common"}
    assert held == {"Ada": 3_500_000, "Ben": 2_000_000, "Eve": 500_000}


def test_conversion_repurchase_and_pool_increase(tmp_path: Path) -> None:
    """Half of Series A converts 1:1, 200,000 of Ben's shares are bought back, and the plan grows to 2,000,000."""
    made = table(
        tmp_path,
        transaction(
            "STOCK_CONVERSION",
            "k",
            "2025-01-01",
            security_id="pa-1",
            quantity_converted="1000000",
            resulting_security_ids=["cs-5"],
            balance_security_id="pa-2",
        ),
        stock("cs-5", "2025-01-01", "fund a", "common", "1000000", "2.00"),
        stock("pa-2", "2025-01-01", "fund a", "a", "1000000", "2.00"),
        transaction("STOCK_REPURCHASE", "p", "2025-02-01", security_id="cs-2", quantity="200000", price=usd("0.0001")),
        transaction("STOCK_PLAN_POOL_ADJUSTMENT", "q", "2025-03-01", stock_plan_id="plan", shares_reserved="2000000"),
    )
    assert (made.common, made.preferred, made.pool_available) == (6_800_000, 2_200_000, 1_600_000)
    assert {each.name: each.preference for each in made.preference_stack} == {"Series B": 7_500_000, "Series A": 2_000_000}


def test_a_two_for_one_split_of_every_class_doubles_everything_but_the_preference(tmp_path: Path) -> None:
    two = {"numerator": "2", "denominator": "1"}
    splits = [
        transaction("STOCK_CLASS_SPLIT", f"s-{name}", "2025-05-01", stock_class_id=name, split_ratio=two) for name in ("common", "a", "b")
    ]
    made, before = table(tmp_path / "split", *splits), table(tmp_path / "plain")
    assert made.fully_diluted == 2 * before.fully_diluted
    assert (made.common, made.preferred, made.pool_available, made.awards_vested) == (12_000_000, 6_400_000, 2_200_000, 2 * 141_667)
    assert [each.preference for each in made.preference_stack] == [7_500_000, 4_000_000]
    assert (before.exercise_prices, made.exercise_prices) == (((Fraction(1, 2), 400_000),), ((Fraction(1, 4), 800_000),))


def test_exercise_prices_of_options_sars_rsus_and_warrants(tmp_path: Path) -> None:
    """By price, lowest first: RSUs and a warrant that states none at 0, an option and a SAR at 0.50, a warrant at 2."""
    warrant = {"stakeholder_id": "fund b", "purchase_price": usd("1"), "exercise_triggers": []}
    made = table(
        tmp_path,
        option("rs-1", "2024-03-01", "eve", "12000", compensation_type="RSU", exercise_price=usd("9")),
        option("sa-1", "2024-03-01", "eve", "5000", compensation_type="SSAR", exercise_price=usd("9"), base_price=usd("0.50")),
        *(
            transaction("WARRANT_ISSUANCE", name, "2024-03-01", security_id=name, custom_id=name, quantity=shares, **warrant, **price)
            for name, shares, price in (("w-1", "30000", {}), ("w-2", "20000", {"exercise_price": usd("2")}))
        ),
    )
    assert made.exercise_prices == ((0, 42_000), (Fraction(1, 2), 405_000), (2, 20_000))


def test_a_split_of_common_alone_doubles_what_preferred_converts_into(tmp_path: Path) -> None:
    split = transaction("STOCK_CLASS_SPLIT", "s", "2025-05-01", stock_class_id="common", split_ratio={"numerator": "2", "denominator": "1"})
    made = table(tmp_path, split)
    assert (made.common, made.preferred) == (12_000_000, 6_400_000)


def test_rsus_warrants_restricted_stock_and_convertibles(tmp_path: Path) -> None:
    note = {
        "security_id": "cn-1",
        "stakeholder_id": "fund a",
        "custom_id": "CN-1",
        "convertible_type": "SAFE",
        "conversion_triggers": [],
        "seniority": 1,
    }
    made = table(
        tmp_path,
        option(
            "rs-1",
            "2024-03-01",
            "eve",
            "12000",
            compensation_type="RSU",
            vestings=[{"date": "2025-03-01", "amount": "4000"}, {"date": "2026-03-01", "amount": "8000"}],
        ),
        stock("rsa-1", "2024-03-01", "ben", "common", "50000", "0.0001", stock_plan_id="plan", issuance_type="RSA"),
        transaction(
            "WARRANT_ISSUANCE",
            "w",
            "2024-03-01",
            security_id="w-1",
            stakeholder_id="fund b",
            custom_id="W-1",
            quantity="30000",
            purchase_price=usd("1"),
            exercise_triggers=[],
        ),
        transaction("CONVERTIBLE_ISSUANCE", "n", "2024-03-01", investment_amount=usd("250000"), **note),
        transaction(
            "EQUITY_COMPENSATION_RELEASE",
            "rel",
            "2025-03-01",
            security_id="rs-1",
            quantity="4000",
            settlement_date="2025-03-01",
            release_price=usd("1"),
            resulting_security_ids=["cs-6"],
        ),
        stock("cs-6", "2025-03-01", "eve", "common", "4000", "1"),
    )
    assert (made.shares("rsu"), made.shares("warrant"), made.common) == (8_000, 30_000, 6_054_000)
    assert made.pool_available == 1_500_000 - 400_000 - 12_000 - 50_000
    assert [(each.stakeholder, each.invested, each.currency, each.kind) for each in made.convertibles] == [
        ("Fund A", 250_000, "USD", "SAFE")
    ]
    assert made.awards_vested == 141_667


def test_acceleration_and_a_grant_vested_at_once(tmp_path: Path) -> None:
    """Without terms or dates all is vested at issuance (OCF EquityCompensationIssuance); 50,000 of op-1 are accelerated."""
    made = table(
        tmp_path,
        option("op-3", "2025-01-01", "ben", "1000"),
        transaction("VESTING_ACCELERATION", "acc", "2025-06-15", security_id="op-1", quantity="50000", reason_text="sale"),
    )
    by = {each.stakeholder: each.vested for each in made.holdings if each.kind == "option"}
    assert by["Ben"] == 1_000
    assert by["Eve"] == round(400_000 * 16 / 48) + 50_000  # 133,333 by 31 May; June's instalment is used up by the acceleration


def test_unknown_types_are_kept_aside_and_former_names_are_read(tmp_path: Path) -> None:
    items = [{**each, "object_type": each["object_type"].replace("EQUITY_COMPENSATION", "PLAN_SECURITY")} for each in company()]
    strange = transaction("TOKEN_ISSUANCE", "strange", "2025-01-01")
    made = cap_table(read_package(zipped(tmp_path / "p.zip", [*items, strange], inside="export/")), JUNE)
    assert made.shares("option") == 400_000
    assert made.aside == ("export/transactions.ocf.json, TX_TOKEN_ISSUANCE strange",)


def test_milestones_that_are_encoded_as_dates_are_pointed_out(tmp_path: Path) -> None:
    items = company()
    terms = next(each for each in items if each["object_type"] == "VESTING_TERMS")
    terms["description"] = "Half vests when the model is deployed, half on the gross margin milestone"
    made = cap_table(read_package(folder(tmp_path, items)))
    assert made.notes == ("vesting terms four speak of 'deployed', but every condition is a date: the milestone is not in the data",)


@pytest.mark.parametrize("zip_it", [False, True])
def test_a_folder_and_a_zip_say_the_same(tmp_path: Path, zip_it: bool) -> None:
    path = zipped(tmp_path / "p.zip", company()) if zip_it else folder(tmp_path / "p", company())
    assert cap_table(read_package(path), JUNE).fully_diluted == 10_700_000
