"""SAFEs and notes of a package: their terms, interest by day count, and what is left open."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from compdesign.captable import cap_table, read_package
from compdesign.captable.convertible_terms import ConvertibleHolding
from compdesign.errors import ScenarioError
from tests.captable.packages import company, convertible, folder, note_terms, safe_terms, transaction, usd


def read(path: Path, day: str, *more: dict[str, Any]) -> list[ConvertibleHolding]:
    return list(cap_table(read_package(folder(path, [*company(), *more])), date.fromisoformat(day)).convertibles)


@pytest.mark.parametrize(
    ("terms", "day", "interest"),
    [
        # 2024 is a leap year: 366 days at 8 % of 100,000 over 365.
        (note_terms(), "2025-01-01", Fraction("8021.92")),
        (note_terms(day_count_convention="30_360"), "2025-01-01", Fraction("8000")),
        (note_terms(day_count_convention="30_360", start="2024-01-31"), "2024-03-31", Fraction("1333.33")),  # 60 of 360 days
        (note_terms(), "2023-12-31", Fraction(0)),
        # Compounded each year: 100,000 x (1.08^2 - 1) after two years of 30/360; each month: (1 + 0.08 / 12)^24 - 1 = 0.1728879...
        (note_terms(day_count_convention="30_360", compounding_type="COMPOUNDING"), "2026-01-01", Fraction("16640")),
        (
            note_terms(day_count_convention="30_360", compounding_type="COMPOUNDING", interest_accrual_period="MONTHLY"),
            "2026-01-01",
            Fraction("17288.79"),
        ),
        # An end date bears interest itself: 1 January to 30 June 2025 are 181 days.
        (
            note_terms(interest_rates=[{"rate": "0.08", "accrual_start_date": "2025-01-01", "accrual_end_date": "2025-06-30"}]),
            "2026-01-01",
            Fraction("3967.12"),
        ),
        # 5 % for 365 days of 2025, then 10 % for 365 of 2026; the second rate's start ends the first.
        (
            note_terms(
                interest_rates=[{"rate": "0.10", "accrual_start_date": "2026-01-01"}, {"rate": "0.05", "accrual_start_date": "2025-01-01"}]
            ),
            "2027-01-01",
            Fraction("15000"),
        ),
        (note_terms(interest_payout="CASH"), "2026-01-01", Fraction(0)),
        (note_terms(interest_rates=[]), "2026-01-01", Fraction(0)),
    ],
)
def test_interest_to_the_cent(tmp_path: Path, terms: dict[str, Any], day: str, interest: Fraction) -> None:
    (made,) = read(tmp_path, day, convertible("cn-1", "2023-12-01", "fund a", "100000", terms, "NOTE"))
    assert (made.is_note, made.invested, made.interest) == (True, 100_000, interest)


def test_terms_as_stated(tmp_path: Path) -> None:
    terms = safe_terms(
        conversion_valuation_cap=usd("8000000"),
        conversion_discount="0.2",
        conversion_timing="PRE_MONEY",
        exit_multiple={"numerator": "3", "denominator": "2"},
        conversion_mfn=True,
    )
    (made,) = read(tmp_path, "2025-06-30", convertible("s-1", "2024-01-02", "fund a", "500000", terms, seniority=2))
    assert (made.cap, made.discount, made.basis, made.exit_multiple) == (8_000_000, Fraction(1, 5), "pre-money", Fraction(3, 2))
    assert (made.most_favoured, made.seniority, made.unstated, made.terms_read) == (True, 2, (), True)


def test_a_converted_part_bears_no_interest(tmp_path: Path) -> None:
    """60,000 of 100,000 are cancelled: 8 % of 40,000 for the 365 days of 2025."""
    part = transaction("CONVERTIBLE_CANCELLATION", "c", "2025-03-01", security_id="cn-1", amount=usd("60000"), reason_text="repaid")
    terms = note_terms(start="2025-01-01")
    (made,) = read(tmp_path, "2026-01-01", convertible("cn-1", "2025-01-01", "fund a", "100000", terms, "NOTE"), part)
    assert (made.invested, made.interest) == (40_000, 3_200)


@pytest.mark.parametrize(("counted", "basis"), [(True, "post-money"), (False, "pre-money"), (None, None)])
def test_what_the_cap_divides_by_the_capitalization_rules(tmp_path: Path, counted: bool | None, basis: str | None) -> None:
    rules = {"include_this_security": counted, "include_other_converting_securities": counted}
    terms = safe_terms(conversion_valuation_cap=usd("8000000"), capitalization_definition_rules=rules)
    (made,) = read(tmp_path, "2025-06-30", convertible("s-1", "2024-01-02", "fund a", "500000", terms))
    assert made.basis == basis
    assert bool(made.unstated) == (basis is None)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            safe_terms(conversion_valuation_cap=usd("8000000")),
            "whether its cap is pre-money or post-money is not stated; read as post-money",
        ),
        (
            note_terms(conversion_valuation_cap=usd("8000000")),
            "whether its cap is pre-money or post-money is not stated; read as pre-money",
        ),
        (safe_terms(), "neither cap nor discount is stated"),
        ({"type": "CUSTOM_CONVERSION", "custom_conversion_description": "x"}, "its conversion mechanism (CUSTOM_CONVERSION) is not one of"),
    ],
)
def test_what_is_left_open_is_said(tmp_path: Path, terms: dict[str, Any], said: str) -> None:
    (made,) = read(tmp_path, "2025-06-30", convertible("s-1", "2024-01-02", "fund a", "500000", terms))
    assert len(made.unstated) == 1 and said in made.unstated[0]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (safe_terms(conversion_discount="20"), "conversion_discount is 20; give a decimal from 0 to 1, e.g. 0.08 for 8 %"),
        (safe_terms(conversion_discount="1"), "conversion_discount is 1; give the discount as a part below 1, e.g. 0.2 for 20 %"),
        (
            safe_terms(conversion_valuation_cap={"amount": "5", "currency": "GBP"}),
            "the cap is in GBP, the amount in USD; state one currency",
        ),
        (note_terms(rate="8"), "interest_rates.rate is 8; give a decimal from 0 to 1, e.g. 0.08 for 8 %"),
        (note_terms(start="soon"), "accrual_start_date is 'soon'; give a date such as 2026-11-01"),
        (note_terms(interest_rates="8 %"), "interest_rates is no list; list the rates with their dates, or []"),
        (
            note_terms(compounding_type="COMPOUNDING", interest_accrual_period="WEEKLY"),
            "interest_accrual_period is 'WEEKLY'; use one of DAILY, MONTHLY, QUARTERLY, SEMI_ANNUAL, ANNUAL",
        ),
    ],
)
def test_one_message_for_a_fault(tmp_path: Path, terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, "2025-06-30", convertible("s-1", "2024-01-02", "fund a", "500000", terms, "NOTE"))
    assert [str(each) for each in caught.value.problems] == [f"transactions.ocf.json, TX_CONVERTIBLE_ISSUANCE issue-s-1: {said}"]
