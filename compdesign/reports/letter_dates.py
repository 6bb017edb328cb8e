"""Dates of a letter: months counted with the end of the month kept, business days, dates in words."""

from datetime import date, timedelta

from compdesign.vesting import Period
from compdesign.vesting.calendar_days import occurrence


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month that is too short (31 Jan, 28 Feb, 31 Mar)."""
    return occurrence(Period(months, "MONTHS"), day, 1, day.day)


def spelled(day: date) -> str:
    """November 24, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def business_days(after: date, until: date) -> int:
    """Days from the day after `after` up to `until`, without Saturdays, Sundays and federal holidays."""
    days = [after + timedelta(days=count + 1) for count in range((until - after).days)]
    holidays = {holiday for year in range(after.year, until.year + 2) for holiday in federal_holidays(year)}
    return sum(day.weekday() < 5 and day not in holidays for day in days)


def federal_holidays(year: int) -> set[date]:
    """The legal public holidays of 5 U.S.C. 6103(a), on the weekday on which they are observed (6103(b))."""
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    mondays = [_nth(year, 1, 0, 3), _nth(year, 2, 0, 3), _nth(year, 9, 0, 1), _nth(year, 10, 0, 2)]
    memorial = max(day for day in (date(year, 5, 25 + offset) for offset in range(7)) if day.weekday() == 0)
    return {*mondays, memorial, _nth(year, 11, 3, 4), *(_observed(day) for day in fixed)}


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th such weekday (0 is Monday) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _observed(day: date) -> date:
    """Friday for a Saturday, Monday for a Sunday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))
