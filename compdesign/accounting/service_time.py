"""How much of a service period has passed. A month counts 1/12 of a year whatever its days, unless days are asked for.

Periods are half open: service on a day is given at its end, so a year from 1 January ends where 31 December does. A date whose
next day completes whole months of service (31 December for a start on 1 January) therefore stands for the end of that day.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

DayCount = Literal["months", "days"]


def add_months(start: date, months: int) -> date:
    """The same day `months` later, on the last day of a shorter month. months may be negative."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def months_served(start: date, until: date) -> Fraction:
    """Months from start to until, part of a month by its days; 0 before the start."""
    if until <= start:
        return Fraction(0)
    whole = (until.year - start.year) * 12 + until.month - start.month
    if add_months(start, whole) > until:
        whole -= 1
    begun = add_months(start, whole)
    return whole + Fraction((until - begun).days, (add_months(start, whole + 1) - begun).days)


def served(start: date, until: date, day_count: DayCount) -> Fraction:
    """Service from start to until, in months or in days; 0 before the start."""
    return months_served(start, until) if day_count == "months" else Fraction(max(0, (until - start).days))


def boundary(start: date, day: date) -> date:
    """The instant a date stands for: its beginning, or its end where only that completes whole months of service from `start`."""
    return day + timedelta(1) if not _completes(start, day) and _completes(start, day + timedelta(1)) else day


def _completes(start: date, day: date) -> bool:
    return day >= start and months_served(start, day).denominator == 1


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def fiscal_quarter(month: date, fiscal_start: int) -> tuple[int, int]:
    """Fiscal year and quarter (1 to 4) of a month. fiscal_start: first month of the fiscal year; the year is named by where it ends."""
    place = (month.month - fiscal_start) % 12
    year = month.year + (1 if fiscal_start > 1 and month.month >= fiscal_start else 0)
    return year, place // 3 + 1


@dataclass(frozen=True)
class FiscalQuarter:
    """A fiscal quarter within a run of months. months: how many of its three the run holds; end: the month of the run after its last."""

    year: int
    quarter: int
    months: int
    end: int


def fiscal_quarters(as_of: date, months: int, fiscal_start: int) -> tuple[FiscalQuarter, ...]:
    """The fiscal quarters of a run that begins in the calendar month of `as_of`; the first and the last may be in part."""
    found: dict[tuple[int, int], list[int]] = {}
    for month in range(months):
        found.setdefault(fiscal_quarter(add_months(first_of_month(as_of), month), fiscal_start), []).append(month)
    return tuple(FiscalQuarter(*named, len(held), held[-1] + 1) for named, held in found.items())
