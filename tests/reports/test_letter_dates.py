"""Dates: months keep the end of the month, business days leave out weekends and the holidays of 5 U.S.C. 6103."""

from datetime import date

from compdesign.reports.letter_dates import business_days, federal_holidays, months_after, spelled


def test_months_clamp_to_the_end_and_do_not_drift() -> None:
    """Open Cap Format, vesting day of month: 31 January, 28 February, 31 March."""
    start = date(2027, 1, 31)
    assert [months_after(start, n) for n in range(4)] == [start, date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert months_after(date(2027, 12, 15), 1) == date(2028, 1, 15)
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28) and months_after(date(2024, 2, 29), 48) == date(2028, 2, 29)


def test_holidays_of_2026_as_the_office_of_personnel_management_lists_them() -> None:
    listed = ("01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25")
    assert federal_holidays(2026) == {date.fromisoformat(f"2026-{day}") for day in listed}


def test_business_days() -> None:
    assert business_days(date(2026, 11, 24), date(2026, 12, 2)) == 5  # 25, 27, 30, 1, 2
    assert business_days(date(2027, 12, 30), date(2028, 1, 3)) == 1  # Saturday's New Year is observed on Friday 31 December
    assert business_days(date(2026, 11, 24), date(2026, 11, 24)) == 0


def test_dates_in_words() -> None:
    assert spelled(date(2026, 3, 5)) == "March 5, 2026"
