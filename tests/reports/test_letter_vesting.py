"""Exhibit B: dates and shares as worked out by hand and as the Open Cap Format's schema has them."""

import re
from datetime import date
from typing import Any

import pytest

from compdesign.errors import ScenarioError
from compdesign.reports.letter import letter_pdf
from tests.reports.letters import packet, scenario, words

ROW = re.compile(r"([A-Z][a-z]+ \d+, \d{4}) ([\d,]+) ([\d,]+)")


def exhibit_b(grant: dict[str, Any], employer: dict[str, Any] | None = None, **candidate: Any) -> str:
    text = words(letter_pdf(scenario({"grant": {"instrument": "nso", **grant}}, employer), "offer", packet(**candidate)))
    return text[text.index("Exhibit B: Vesting") : text.index("Annex: What")]


def rows(text: str) -> list[tuple[date, int, int]]:
    """Day, shares vesting and shares vested in all, in order of day: columns stand side by side."""
    from datetime import datetime

    found = [
        (datetime.strptime(day, "%B %d, %Y").date(), int(a.replace(",", "")), int(b.replace(",", ""))) for day, a, b in ROW.findall(text)
    ]
    return sorted(found)


@pytest.mark.parametrize(
    ("allocation", "shares", "said"),
    [  # 18 shares in 4 tranches, as the Open Cap Format's schema describes its AllocationType
        ("cumulative_rounding", [5, 4, 5, 4], "rounded to the nearest whole share, halves up"),
        ("cumulative_round_down", [4, 5, 4, 5], "rounded down to a whole share"),
        ("front_loaded", [5, 5, 4, 4], "one each to the first instalments"),
        ("back_loaded", [4, 4, 5, 5], "one each to the last instalments"),
        ("front_loaded_to_single_tranche", [6, 4, 4, 4], "left over go to the first instalment"),
        ("back_loaded_to_single_tranche", [4, 4, 4, 6], "left over go to the last instalment"),
    ],
)
def test_every_allocation_type(allocation: str, shares: list[int], said: str) -> None:
    text = exhibit_b({"amount": 18, "vesting": {"months": 12, "cliff": 0, "every": 3, "allocation": allocation}})
    assert [row[1] for row in rows(text)] == shares
    assert said in text and "and the last date completes the grant" in text


@pytest.mark.parametrize(
    ("allocation", "shares"),
    [  # 10 shares by quarter for a year, 2.5 each, nothing before six months: by hand
        ("cumulative_rounding", [5, 3, 2]),  # totals 5, 7.5, 10
        ("cumulative_round_down", [5, 2, 3]),
        ("front_loaded", [6, 2, 2]),  # 3 3 2 2
        ("back_loaded", [4, 3, 3]),  # 2 2 3 3
        ("front_loaded_to_single_tranche", [6, 2, 2]),  # 4 2 2 2
        ("back_loaded_to_single_tranche", [4, 2, 4]),  # 2 2 2 4
    ],
)
def test_every_allocation_type_with_a_cliff(allocation: str, shares: list[int]) -> None:
    text = exhibit_b({"amount": 10, "vesting": {"months": 12, "cliff": 6, "every": 3, "allocation": allocation}}, start=date(2027, 1, 11))
    found = rows(text)
    assert [row[1] for row in found] == shares
    assert [row[0] for row in found] == [date(2027, 7, 11), date(2027, 10, 11), date(2028, 1, 11)]


def test_shares_vest_on_the_days_and_add_up_to_the_grant() -> None:
    """31 January starts: 28 February, 31 March; the total of 100,001 shares over 48 months, by exact fractions."""
    found = rows(exhibit_b({"amount": 100_001}, start=date(2027, 1, 31)))
    assert len(found) == 37
    assert sum(row[1] for row in found) == 100_001
    assert [row[2] for row in found] == [(2 * 100_001 * months + 48) // 96 for months in range(12, 49)]  # half up, in integers
    days = [row[0] for row in found]
    assert days[:3] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]
    assert days[13] == date(2029, 2, 28) and days[-1] == date(2031, 1, 31)


@pytest.mark.parametrize(
    ("rule", "days", "said"),
    [
        ("vesting_start_day_or_last_day_of_month", [date(2027, 7, 30), date(2028, 1, 30), date(2028, 7, 30)], "of the commencement date"),
        ("01", [date(2027, 7, 1), date(2028, 1, 1), date(2028, 7, 1)], "Dates fall on day 1 of the month"),
        (
            "31_or_last_day_of_month",
            [date(2027, 7, 31), date(2028, 1, 31), date(2028, 7, 31)],
            "day 31 of the month, counted in calendar months; a",
        ),
    ],
)
def test_the_employer_states_the_day_of_the_month(rule: str, days: list[date], said: str) -> None:
    grant = {"amount": 300, "vesting": {"months": 18, "cliff": 0, "every": 6}}
    text = exhibit_b(grant, {"vesting_day": rule}, start=date(2027, 1, 30))
    assert [row[0] for row in rows(text)] == days and said in text


def test_an_unknown_day_rule_is_told_at_its_key() -> None:
    with pytest.raises(ScenarioError, match=r"employer\.vesting_day"):
        scenario({}, {"vesting_day": "29"})


def test_one_share_is_one_row_and_no_row_is_of_no_share() -> None:
    assert [row[1:] for row in rows(exhibit_b({"amount": 1}, start=date(2027, 1, 11)))] == [(1, 1)]  # 1 x 24/48 rounds half up


def test_fractions_where_the_number_of_shares_is_fixed_at_grant() -> None:
    for grant in ({"unit": "percent", "amount": 0.15}, {"unit": "dollars", "amount": 500_000}):
        text = exhibit_b(grant)
        parts = [int(part) for part in re.findall(r"(\d+)/48", text)]
        assert sorted(parts) == list(range(12, 49)) and "Shares vesting" not in text


def test_the_longest_schedule_fits_its_pages() -> None:
    found = rows(exhibit_b({"amount": 119_000_000, "vesting": {"months": 119, "cliff": 0}}))
    assert [row[1] for row in found] == [1_000_000] * 119


def test_vesting_at_once_and_a_cliff_between_two_instalments() -> None:
    start = date(2027, 1, 11)
    assert rows(exhibit_b({"amount": 5, "vesting": {"months": 0, "cliff": 0}}, start=start)) == [(start, 5, 5)]
    odd = rows(exhibit_b({"amount": 40, "vesting": {"months": 12, "cliff": 4, "every": 3}}, start=start))
    assert odd == [(date(2027, 5, 11), 10, 10), (date(2027, 7, 11), 10, 20), (date(2027, 10, 11), 10, 30), (date(2028, 1, 11), 10, 40)]
