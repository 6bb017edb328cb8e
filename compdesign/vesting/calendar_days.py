"""Dates of periods: the day of the month is anchored by its rule and never drifts (31 Jan, 28 Feb, 31 Mar)."""

from calendar import monthrange
from datetime import date, timedelta

from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.terms import Period


def occurrence(period: Period, base: date, count: int, start_day: int) -> date:
    """Date of the count-th occurrence (1-based) of a period that counts from `base`.

    start_day: day of the month of the vesting start, for VESTING_START_DAY_OR_LAST_DAY_OF_MONTH. Months are calendar months counted
    from base, so no occurrence depends on the clamped day of the one before (OCF enum VestingDayOfMonth).
    """
    steps = period.length * count
    try:
        if period.type == "DAYS":
            return base + timedelta(days=steps)
        if steps == 0:
            return base
        year, month = divmod(base.year * 12 + base.month - 1 + steps, 12)
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(_day(period.day_of_month, start_day), last))
    except (OverflowError, ValueError):
        raise ScenarioError(
            [Problem("vesting terms", f"occurrence {count:,} falls after the year 9999", "correct the period's length or occurrences")]
        ) from None


def _day(rule: str, start_day: int) -> int:
    return start_day if rule.startswith("VESTING_START_DAY") else int(rule[:2])
