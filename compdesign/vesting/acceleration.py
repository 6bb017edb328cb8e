"""Acceleration: shares that vest ahead of schedule, and which instalments they are taken from.

All of it is policy, as data: the trigger (change of control alone, or with a termination near it), how much, and the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.allocation import half_up
from compdesign.vesting.calendar_days import occurrence
from compdesign.vesting.ocf_terms import numeric_text
from compdesign.vesting.schedule import Instalment
from compdesign.vesting.terms import Period

ACCELERATED = "acceleration"


class Order(StrEnum):
    """Which unvested instalments an acceleration uses up: the next ones, the last ones, or a part of each."""

    EARLIEST_FIRST = "earliest_first"
    LATEST_FIRST = "latest_first"
    PRO_RATA = "pro_rata"


@dataclass(frozen=True)
class AccelerationProvision:
    """Terms under which shares vest early, in the words of Reg. 1.422-4; `tax.option_grants.Acceleration` is one being triggered.

    share: part of the unvested shares that vests, rounded half up to whole shares. months: instead, everything that would vest
    within so many months. double_trigger: only if the holder is terminated as well, at most `before_months` before or `after_months`
    after the change of control.
    """

    share: Fraction = Fraction(1)
    months: int | None = None
    order: Order = Order.EARLIEST_FIRST
    double_trigger: bool = False
    before_months: int = 0
    after_months: int = 12

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ScenarioError([Problem("acceleration.share", f"{self.share} is no part", "give a number from 0 to 1")])
        if min(self.months or 0, self.before_months, self.after_months) < 0:
            raise ScenarioError([Problem("acceleration", "a number of months is negative", "give 0 or more")])

    def quantity(self, schedule: Sequence[Instalment], day: date) -> int | Fraction:
        """Shares that vest early on `day`."""
        later = [each for each in schedule if each.date > day]
        if self.months is not None:
            until = months_after(day, self.months)
            return sum((each.shares for each in later if each.date <= until), start=0)
        unvested = sum((each.shares for each in later), start=0)
        exact = self.share * unvested
        return half_up(exact) if isinstance(unvested, int) else exact


def trigger_date(terms: AccelerationProvision, change_of_control: date | None, termination: date | None) -> date | None:
    """The day an acceleration takes effect, or None: the change of control, or with a double trigger the later of the two."""
    if change_of_control is None or not terms.double_trigger:
        return change_of_control
    if termination is None:
        return None
    first, last = months_after(change_of_control, -terms.before_months), months_after(change_of_control, terms.after_months)
    return max(change_of_control, termination) if first <= termination <= last else None


def accelerate(
    schedule: Sequence[Instalment], day: date, quantity: int | Fraction, order: Order = Order.EARLIEST_FIRST
) -> list[Instalment]:
    """The schedule with `quantity` shares vested on `day`, taken from the instalments after it (OCF TX_VESTING_ACCELERATION).

    Raises ScenarioError if fewer shares are unvested than that. The sum stays what it was.
    """
    past, later = [each for each in schedule if each.date <= day], [each for each in schedule if each.date > day]
    unvested = sum((each.shares for each in later), start=0)
    if not 0 <= quantity <= unvested:
        what = f"{numeric_text(quantity)} shares are accelerated on {day} when {numeric_text(unvested)} are unvested"
        raise ScenarioError([Problem("acceleration", what, "correct the number or the date")])
    if not quantity:
        return list(schedule)
    left = [replace(each, shares=each.shares - taken) for each, taken in zip(later, _taken(later, quantity, order), strict=True)]
    return [*past, Instalment(day, quantity, ACCELERATED), *(each for each in left if each.shares)]


def _taken(later: Sequence[Instalment], quantity: int | Fraction, order: Order) -> list[int | Fraction]:
    """Shares taken from each instalment."""
    if order is Order.LATEST_FIRST:
        return _taken(later[::-1], quantity, Order.EARLIEST_FIRST)[::-1]
    unvested = sum((each.shares for each in later), start=0)
    taken: list[int | Fraction] = []
    passed: int | Fraction = 0
    for each in later:
        passed += each.shares
        if order is Order.EARLIEST_FIRST:
            so_far = min(passed, quantity)
        else:
            exact = Fraction(quantity) * passed / unvested
            so_far = half_up(exact) if isinstance(passed, int) and isinstance(quantity, int) else exact
        taken.append(so_far - sum(taken))
    return taken


def months_after(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the last day of a shorter month."""
    return occurrence(Period(months, "MONTHS"), day, 1, day.day)
