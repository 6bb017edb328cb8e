"""The dated instalments of a grant: one path through its vesting terms."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.allocation import Plan, next_tranche
from compdesign.vesting.calendar_days import occurrence
from compdesign.vesting.terms import BY_POSITION, Condition, OnDate, OnEvent, OnStart, Portion, Relative, VestingTerms


@dataclass(frozen=True)
class Grant:
    """shares: whole shares granted. date: the grant date. vesting_start: vesting commencement; None until it is recorded."""

    shares: int
    date: datetime.date
    vesting_start: datetime.date | None = None

    def __post_init__(self) -> None:
        if isinstance(self.shares, bool) or not isinstance(self.shares, int) or self.shares < 0:
            raise ScenarioError([Problem("grant.shares", f"{self.shares!r:.40} is no number of shares", "give whole shares, 0 or more")])


@dataclass(frozen=True)
class Instalment:
    """Shares that vest on a date, and the condition that vests them: what terms come to once dates are known. What ASC 718 measures
    and attributes apart, dated or not, is `accounting.awards.Tranche`. shares: an int, except for FRACTIONAL terms.
    """

    date: datetime.date
    shares: int | Fraction
    condition_id: str


class GrantAfterStart(StrEnum):
    """What happens to instalments dated before the grant date. Sources differ, so a plan states it.

    ON_GRANT_DATE: they vest on the grant date (OCF-Tools, vesting_compiler). WITH_NEXT_INSTALMENT: they vest with the first
    instalment on or after it (OCF-Tools, vesting_schedule_generator); with the grant date if none is left.
    """

    ON_GRANT_DATE = "on_grant_date"
    WITH_NEXT_INSTALMENT = "with_next_instalment"


def instalments(
    grant: Grant,
    terms: VestingTerms,
    events: Mapping[str, datetime.date] | None = None,
    policy: GrantAfterStart = GrantAfterStart.ON_GRANT_DATE,
) -> list[Instalment]:
    """Instalments in order of date; none has zero shares, together they are at most the grant.

    events: condition id -> date, for VESTING_EVENT conditions (and VESTING_START_DATE ones, where grant.vesting_start is not it).
    An event that is not listed has not happened. Raises ScenarioError if an event names no such condition, or if the conditions met
    come to more than the grant.
    """
    events = events or {}
    problems = [_no_event(terms, name) for name in events if not _takes_event(terms, name)]
    if problems:
        raise ScenarioError(problems)
    made = list(_Walk(grant, terms, events).instalments())
    made = [each for each in made if each.shares]
    early = [each for each in made if each.date < grant.date]
    if not early:
        return made
    later = made[len(early) :]
    held = sum(each.shares for each in early)
    if later and (policy is GrantAfterStart.WITH_NEXT_INSTALMENT or later[0].date == grant.date):
        return [replace(later[0], shares=later[0].shares + held), *later[1:]]
    return [Instalment(grant.date, held, early[-1].condition_id), *later]


def vested_on(schedule: Sequence[Instalment], day: datetime.date) -> int | Fraction:
    """Shares vested on or before a date."""
    return sum((each.shares for each in schedule if each.date <= day), start=0)


@dataclass
class _Walk:
    """The path of one grant: where it stands, and what it has vested."""

    grant: Grant
    terms: VestingTerms
    events: Mapping[str, datetime.date]

    def instalments(self) -> Iterator[Instalment]:
        """Vest condition after condition along the one path that is taken."""
        self.met: dict[str, datetime.date] = {}  # condition -> its last occurrence
        self.vested: int | Fraction = 0
        self.due = Fraction(0)  # what the instalments so far came to, unrounded
        self.start_day = 1
        self.by_id = {each.id: each for each in self.terms.conditions}
        candidates, arrived = self.terms.roots(), datetime.date.min
        while (met := self._next(candidates, arrived)) is not None:
            condition, first = met
            yield from self._vest(condition, first)
            candidates, arrived = condition.next_ids, self.met[condition.id]

    def _next(self, candidates: Sequence[str], arrived: datetime.date) -> tuple[Condition, datetime.date] | None:
        """The condition met first, and when; among those met on the same day the first listed (OCF VestingCondition)."""
        dated = [(day, rank) for rank, name in enumerate(candidates) if (day := self._date(self.by_id[name], arrived)) is not None]
        if not dated:
            return None
        day, rank = min(dated)
        return self.by_id[candidates[rank]], day

    def _date(self, condition: Condition, arrived: datetime.date) -> datetime.date | None:
        """When a condition is met, or None if it is not. An event before its turn does not count; a date that has passed by then
        is met at once.
        """
        match condition.trigger:
            case OnStart():
                day = self.events.get(condition.id, self.grant.vesting_start)
                return None if day is None or day < arrived else day
            case OnEvent():
                day = self.events.get(condition.id)
                return None if day is None or day < arrived else day
            case OnDate(day):
                return max(day, arrived)
            case Relative(to, period):
                return max(occurrence(period, self.met[to], 1, self.start_day), arrived) if to in self.met else None

    def _days(self, condition: Condition, first: datetime.date) -> list[datetime.date]:
        """Dates of the occurrences of a condition that is first met on `first`."""
        if isinstance(condition.trigger, Relative):
            base, period = self.met[condition.trigger.to], condition.trigger.period
            return [max(occurrence(period, base, count, self.start_day), first) for count in range(1, period.occurrences + 1)]
        if not self.met or isinstance(condition.trigger, OnStart):
            self.start_day = first.day  # a path without a vesting start is anchored to the day that began it
        return [first]

    def _vest(self, condition: Condition, first: datetime.date) -> Iterator[Instalment]:
        days = self._days(condition, first)
        amount = self._amount(condition)
        if isinstance(condition.amount, Portion) and condition.amount.remainder:
            self.due = Fraction(self.vested)  # what was rounded before is settled: the remainder is what is left in whole shares
        if self.due + amount * len(days) > self.grant.shares:
            what = f"the conditions up to {condition.id} come to {self.due + amount * len(days)} of {self.grant.shares:,} shares"
            raise ScenarioError([Problem(f"vesting terms {self.terms.id}", what, "correct the portions: no grant vests more than it is")])
        by_position = self.terms.allocation_type in BY_POSITION
        ahead = self._ahead(condition) if by_position else Plan()
        held: int | Fraction = 0
        cliff = condition.trigger.period.cliff_installment if isinstance(condition.trigger, Relative) else 0
        for index, day in enumerate(days):
            if amount:
                plan = ahead.before(amount, len(days) - index) if by_position else ahead
                held += (shares := next_tranche(self.terms.allocation_type, self.grant.shares, self.vested, self.due, amount, plan))
                self.vested += shares
                self.due += amount
            if index + 1 >= cliff:
                yield Instalment(day, held, condition.id)
                held = 0
        self.met[condition.id] = days[-1]

    def _amount(self, condition: Condition) -> Fraction:
        if not isinstance(condition.amount, Portion):
            return condition.amount
        whole = self.grant.shares - self.vested if condition.amount.remainder else self.grant.shares
        return condition.amount.ratio * whole

    def _ahead(self, condition: Condition) -> Plan:
        """The instalments after a condition if everything still to come happens: along the first follower that leads to one."""
        leads = self.terms.leading()
        plan = Plan()
        names = condition.next_ids
        while (name := next((each for each in names if each in leads), None)) is not None:
            following = self.by_id[name]
            if following.is_plain:
                plan = plan.before(self._amount(following), following.occurrences)
            names = following.next_ids
        return plan


def _takes_event(terms: VestingTerms, name: str) -> bool:
    return any(each.id == name and isinstance(each.trigger, OnEvent | OnStart) for each in terms.conditions)


def _no_event(terms: VestingTerms, name: str) -> Problem:
    known = ", ".join(each.id for each in terms.conditions if isinstance(each.trigger, OnEvent | OnStart)) or "none"
    return Problem(f"vesting terms {terms.id}", f"an event names {name!r:.60}, which is no event or start here", f"known: {known}")
