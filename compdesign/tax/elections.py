"""The 83(b) election: until when, with the days on which the last day moves."""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 30


@dataclass(frozen=True)
class Deadline:
    """on: the last day to mail the election. thirtieth: the 30th day after the transfer. explanation: why they are or are not the same."""

    on: date
    thirtieth: date
    explanation: str


def election_83b_deadline(transfer: date) -> Deadline:
    """Last day for an 83(b) election: 30 days after the transfer, the day after it being day 1 (IRC 83(b)(2), Reg. 1.83-2(b)).

    A last day on a Saturday, Sunday or legal holiday in the District of Columbia moves to the next day that is none (IRC 7503). A day
    postmarked in time is in time (IRC 7502). There is no extension and no cure; an early exercise is such a transfer.
    """
    thirtieth = transfer + timedelta(DAYS)
    on = thirtieth
    while on.weekday() >= 5 or on in dc_holidays(on.year):
        on += timedelta(1)
    why = f"the 30th day after {transfer} is {thirtieth:%A}, {thirtieth}"
    moved = "; it is no business day, so the next one counts (IRC 7503)" if on != thirtieth else ""
    return Deadline(on, thirtieth, f"{why}{moved}.")


def dc_holidays(year: int) -> frozenset[date]:
    """Legal holidays of the District of Columbia as observed (IRC 7503; D.C. Code 28-2701; 5 USC 6103)."""
    fixed = [date(year, 1, 1), date(year, 4, 16), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    fixed.append(date(year + 1, 1, 1))  # observed on 31 December where it falls on a Saturday
    moving = [
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _last_monday_of_may(year),
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
    ]
    if year % 4 == 1:
        moving.append(date(year, 1, 20) if date(year, 1, 20).weekday() != 6 else date(year, 1, 21))  # Inauguration Day
    return frozenset([*map(_observed, fixed), *moving])


def _observed(day: date) -> date:
    return day - timedelta(1) if day.weekday() == 5 else day + timedelta(1) if day.weekday() == 6 else day


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(last.weekday())
