"""The expense of one award by month, in cents, with the reason for every number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from compdesign.accounting.award_events import Event, apply
from compdesign.accounting.awards import Assessment, Award, Departure, Line, Modification
from compdesign.accounting.explanations import accrual, reason, spread
from compdesign.accounting.recognition import State, opened
from compdesign.accounting.service_time import DayCount, add_months, first_of_month, fiscal_quarter, months_served
from compdesign.errors import Problem, ScenarioError

LONGEST_MONTHS = 600


@dataclass(frozen=True)
class ExpenseRow:
    """One award in one month. month: its first day. cents: expense of the month, negative where cost is reversed.
    cumulative_cents: cost recognised to the end of the month. explanation: why it is this much, in sentences.
    """

    award: str
    month: date
    cents: int
    cumulative_cents: int
    department: str
    line: Line
    explanation: str


@dataclass(frozen=True)
class PeriodExpense:
    """Expense of a fiscal quarter (quarter 0: of the whole year) by what it was grouped by; groups not asked for are ''."""

    fiscal_year: int
    quarter: int
    award: str
    department: str
    line: str
    cents: int


By = Literal["award", "department", "line"]


@dataclass(frozen=True)
class Schedule:
    """Expense by award and month. notes: policies that decided it, to be shown beside it. Schedules add up with `+`."""

    rows: tuple[ExpenseRow, ...]
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Schedule") -> "Schedule":
        return Schedule(self.rows + other.rows, tuple(dict.fromkeys(self.notes + other.notes)))

    @property
    def total_cents(self) -> int:
        return sum(row.cents for row in self.rows)

    def between(self, first: date, last: date) -> int:
        """Cents of the months from that of `first` to that of `last`."""
        return sum(row.cents for row in self.rows if first_of_month(first) <= row.month <= last)

    def by_year(self, fiscal_start: int = 1) -> dict[int, int]:
        """Fiscal year -> cents. fiscal_start: its first month; the year is named by where it ends."""
        return {each.fiscal_year: each.cents for each in self._grouped(fiscal_start, (), whole_years=True)}

    def by_quarter(self, fiscal_start: int = 1, by: Iterable[By] = ()) -> tuple[PeriodExpense, ...]:
        """Cents by fiscal quarter and the groups asked for, in order of time."""
        return self._grouped(fiscal_start, tuple(by), whole_years=False)

    def _grouped(self, fiscal_start: int, by: tuple[By, ...], *, whole_years: bool) -> tuple[PeriodExpense, ...]:
        if not 1 <= fiscal_start <= 12:
            raise ScenarioError([Problem("fiscal_start", f"{fiscal_start} is no month", "give 1 to 12")])
        sums: dict[tuple[int, int, str, str, str], int] = defaultdict(int)
        for row in self.rows:
            year, quarter = fiscal_quarter(row.month, fiscal_start)
            groups = [getattr(row, name) if name in by else "" for name in ("award", "department", "line")]
            sums[year, 0 if whole_years else quarter, groups[0], groups[1], groups[2]] += row.cents
        return tuple(PeriodExpense(*key, cents) for key, cents in sorted(sums.items()))


def expense(
    award: Award,
    assessments: Iterable[Assessment] = (),
    departures: Iterable[Departure] = (),
    modifications: Iterable[Modification] = (),
    *,
    until: date | None = None,
    day_count: DayCount = "months",
) -> Schedule:
    """Expense of an award under ASC 718, month by month, in cents that add up to value x shares vested.

    Without assessments of forfeiture, forfeitures count when they occur (718-10-35-3 allows either). Events of one day apply in the
    order assessments, departures, modifications; assessments of one day are merged, so their order changes nothing. until: the last
    month shown; all of the service period and every event if absent. day_count: how service is divided over time. Raises
    ScenarioError for contradictory assessments and impossible numbers. Rules: ASC 718-10-25-20, 30-11, 35-2 to 35-8; 718-20-35-3.
    """
    events: list[Event] = [
        *_merged(award, assessments),
        *sorted(departures, key=lambda e: e.on),
        *sorted(modifications, key=lambda e: e.on),
    ]
    events.sort(key=lambda event: event.on)  # stable: within a day, in the order above
    state = opened(award, day_count)
    month = first_of_month(min([award.start, award.grant_date, *(event.on for event in events)]))
    rows: list[ExpenseRow] = []
    recognised = 0
    while month <= _last_month(state, events, until):
        following = add_months(month, 1)
        begun = [None if h.end is None else h.vested(month) for h in state.holdings]
        reasons, catch_ups, basis = [], Fraction(0), spread(state, month, following)
        while events and events[0].on < following:
            event = events.pop(0)
            at = state.instant(event.on)
            before, counts = state.cost(at), [state.count(h, at) for h in state.holdings]
            accruing = any(h.probable for h in state.holdings)
            apply(state, event)
            change = state.cost(at) - before
            catch_ups += change
            reasons.append(reason(state, event, counts, accruing, change))
        cumulative = round_half_up(state.cost(following))
        cents = cumulative - recognised
        reasons.append(accrual(state, month, following, cents - round_half_up(catch_ups) if reasons else cents, begun, basis))
        rows.append(ExpenseRow(award.id, month, cents, cumulative, award.department, award.line, " ".join(filter(None, reasons))))
        recognised, month = cumulative, following
        if len(rows) > LONGEST_MONTHS:
            raise ScenarioError([Problem(award.id, f"runs over more than {LONGEST_MONTHS} months", "check its dates")])
    return Schedule(tuple(rows), _notes(award, day_count))


def round_half_up(value: Fraction) -> int:
    """Whole cents, half away from zero upwards. Cumulative cost is rounded, not each month, so that months add up exactly."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _last_month(state: State, events: list[Event], until: date | None) -> date:
    if until is not None:
        return first_of_month(until)
    ends = [h.end for h in state.holdings if h.end is not None and h.probable and h.forfeited < h.shares]
    instants = [state.award.grant_date, *(event.on for event in events)]
    # A service that ends at the first instant of a month was given in the month before.
    lasts = [end if months_served(first_of_month(end), end) else add_months(end, -1) for end in ends if end > state.award.start]
    return first_of_month(max(instants + lasts))


def _merged(award: Award, assessments: Iterable[Assessment]) -> list[Assessment]:
    """One assessment a day and tranche; those of the whole award first. ScenarioError where two of a day disagree."""
    merged: dict[tuple[date, int], dict[str, object]] = {}
    for each in assessments:
        stated = {name: value for name, value in vars(each).items() if value is not None}
        known = merged.setdefault((each.on, -1 if each.tranche is None else each.tranche), stated)
        for name, value in stated.items():
            if known.setdefault(name, value) != value:
                raise ScenarioError(
                    [
                        Problem(
                            f"{award.id}.{each.on}.{name}",
                            f"is both {known[name]} and {value} on one day",
                            "give one assessment of it a day",
                        )
                    ]
                )
    return [Assessment(**merged[key]) for key in sorted(merged)]  # type: ignore[arg-type]


def _notes(award: Award, day_count: DayCount) -> tuple[str, ...]:
    basis = {
        "approval": "Grant date: the board's approval; a promised refresh has none before it, since its key terms are not yet settled (ASC 718-10-25-5).",
        "promise": "Grant date: the promise, its key terms being understood and its approval given or a formality (ASC 718-10-25-5).",
    }[award.grant_date_basis]
    spread = {
        "straight-line": "Attribution: straight line over the whole award, at least the value of what has vested (ASC 718-10-35-8).",
        "graded": "Attribution: each tranche over its own service period (ASC 718-10-35-8).",
    }[award.spread]
    counted = {"months": "Service is counted in months of equal weight.", "days": "Service is counted in days."}[day_count]
    return basis, spread, counted
