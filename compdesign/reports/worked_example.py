"""Exhibit A's worked example: a made-up career put through the rule code of the simulation."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import EveryDeployment, MarginGain, NthDeployment, Offer, Tenure, Trigger
from compdesign.model.refresh import Facts, streak
from compdesign.quantities import MONTHS_PER_YEAR
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import amount, award, count, leaves, percent, plain
from compdesign.simulation.rules import Rule, RuleBook

MOST_DEPLOYMENTS = 13
FIRST_CERTIFIED = 3
"""Months of employment at the example's first certification."""
LONGEST_MONTH = 31
ONE = np.array([0])
"""The one person of the example, as an index into the rules' ledgers."""


@dataclass(frozen=True)
class Event:
    """Something that happens on a day of employment. time: months of employment complete by then, and the part of the next one.

    when: how the example dates it. kind: row of the qualifying deployment's kind, None if it is none. rung: margin trigger that
    fired. tenure: it is only the passing of time. refused: what a future rule recommends now is not approved.
    """

    day: date
    time: float
    when: str
    what: str
    kind: int | None = None
    rung: int | None = None
    tenure: bool = False
    refused: bool = False


@dataclass(frozen=True)
class ExampleRow:
    """A line of the example: when, what happened, and what each rule that it touches makes of it."""

    when: str
    what: str
    outcomes: tuple[str, ...]


def worked_example(offer: Offer, kinds: list[str], employer: Employer, start: date) -> tuple[ExampleRow, ...]:
    """The example of an offer's refresh rules, in order of time, failures included; none after the plan's end."""
    book = RuleBook.of(offer, kinds, 1)
    triggers = [leaf for rule in offer.refresh for leaf in leaves(rule.trigger)]
    ships, ends = not all(isinstance(leaf, Tenure) for leaf in triggers), months_after(start, employer.refresh_months)
    events = [*_tenures(start, triggers), *(_deployments(book, offer, kinds, employer, start) if ships else ())]
    events.sort(key=lambda event: event.day)
    person = _Person(offer, book, triggers, kinds)
    rows = [ExampleRow(event.when, event.what, person.outcomes(event)) for event in events if event.day <= ends]
    last = spelled(min(months_after(start, int(events[-1].time) + 1), ends))
    if not ships:
        return (*rows, ExampleRow(last, "You leave", ("Nothing is earned from then on",)))
    leaving = "You leave. A release of yours is verified two weeks later"
    return (*rows, ExampleRow(last, leaving, ("Nothing: it was not certified while you were employed",)))


class _Person:
    """One made-up employee under the rules of an offer."""

    def __init__(self, offer: Offer, book: RuleBook, triggers: list[Trigger], kinds: list[str]) -> None:
        self.offer, self.book, self.triggers, self.kinds = offer, book, triggers, kinds
        self.deployments = np.zeros((1 + len(kinds), 1), np.int64)
        self.rungs = np.zeros((len(book.margins), 1), np.int64)
        self.awarded = np.zeros((2, 1))  # shares, and cash
        self.tenure = np.zeros(1, np.int64)

    def outcomes(self, event: Event) -> tuple[str, ...]:
        """What the rules make of an event, which changes what they know."""
        if event.kind is not None:
            self.deployments[[0, 1 + event.kind]] += 1
        elif event.rung is not None:
            self.rungs[event.rung] += 1
        elif event.tenure:
            self.tenure[:] = int(event.time)
        else:
            return ("Nothing is earned",)
        facts = Facts(self.deployments, self.rungs, self.tenure)
        said = [said for rule in self.book.rules if (said := self._outcome(rule, facts, event))]
        return tuple(said) or (self._nothing(event),)

    def _nothing(self, event: Event) -> str:
        if event.kind is not None and not any(self._counts(trigger, event.kind) for trigger in self.triggers):
            measured = any(isinstance(trigger, MarginGain) for trigger in self.triggers)
            return "Nothing yet: its gain is measured from now on" if measured else "Nothing: no rule counts it"
        return "Nothing yet: it counts toward the next award"

    def _counts(self, trigger: Trigger, kind: int) -> bool:
        """Whether a trigger has use for the deployment of this kind that was just certified."""
        if not isinstance(trigger, EveryDeployment | NthDeployment) or (trigger.kind is not None and trigger.kind != self.kinds[kind]):
            return False
        so_far = self.deployments[0 if trigger.kind is None else 1 + kind, 0]
        return isinstance(trigger, EveryDeployment) or so_far <= trigger.nth_deployment

    def _outcome(self, rule: Rule, facts: Facts, event: Event) -> str:
        time, year, typed = np.array([event.time]), np.array([int(event.time) // MONTHS_PER_YEAR]), rule.typed
        rise = rule.rise(facts, ONE)
        if rise[0] <= 0:
            return ""
        left = rule.left(ONE, year, self.offer, self.awarded[int(rule.is_cash)])
        due = rule.due(ONE, rise, time, left)
        if due[0] <= 0:
            reason = "a cooldown runs" if time[0] < rule.ledger.cooldown_until[0] else "a cap is reached"
            return f"“{typed.name}”: nothing, {reason}"
        rule.ledger.cooldown_until[ONE] = time + typed.cooldown_months
        future = typed.mode == "future" and not rule.is_cash
        if future and event.refused:
            return f"“{typed.name}”: {amount(due[0], typed.unit)} recommended; approval is refused, so nothing is granted"
        rule.ledger.book(ONE, year, due)
        if typed.unit == "shares" or rule.is_cash:
            self.awarded[int(rule.is_cash)] += due
        full = typed.award * (1 if typed.cooldown_months > 0 else rise[0])
        cut = ", cut to the cap" if due[0] < full else ""
        verb = "recommended, approved and granted" if future else "earned"
        return f"“{typed.name}”: {award(due[0], typed)} {verb}{cut}"


def _tenures(start: date, triggers: list[Trigger]) -> Iterator[Event]:
    for months in sorted({leaf.tenure_months for leaf in triggers if isinstance(leaf, Tenure)}):
        yield _event(start, months, f"{count(months, 'month')} of employment are complete", tenure=True)


def _deployments(book: RuleBook, offer: Offer, kinds: list[str], employer: Employer, start: date) -> Iterator[Event]:
    triggers = [leaf for rule in offer.refresh for leaf in leaves(rule.trigger)]
    counts = [
        leaf.every_deployments if isinstance(leaf, EveryDeployment) else leaf.nth_deployment
        for leaf in triggers
        if isinstance(leaf, EveryDeployment | NthDeployment)
    ]
    shipped = min(max([2, *counts]) + 1, MOST_DEPLOYMENTS)
    yield _event(start, 2, "A release is rolled back before its verification ends: it is no Qualifying Deployment")
    for n in range(shipped):
        kind = f" (kind: {kinds[n % len(kinds)]})" if len(kinds) > 1 else ""
        declines = n == shipped - 1 and any(rule.mode == "future" and rule.instrument != "cash" for rule in offer.refresh)
        what = f"Qualifying Deployment {n + 1} is certified{kind}"
        yield _event(start, FIRST_CERTIFIED + n, what, kind=n % len(kinds), refused=declines)
    traffic = percent(100 * employer.live_traffic)
    yield _event(start, FIRST_CERTIFIED + 1 + shipped, f"A release serves less than {traffic} of live traffic: certification is refused")
    for index, margin in enumerate(book.margins):
        yield from _measures(index, margin, start)


def _event(start: date, months: int, what: str, **more: Any) -> Event:
    """What happens when so many months of employment are complete."""
    day = months_after(start, months)
    return Event(day, float(months), spelled(day), what, **more)


def _measures(index: int, trigger: MarginGain, start: date) -> Iterator[Event]:
    """Measures of the calendar months after the first certification: a gain that fails in its last month, then one that lasts."""
    x, k = trigger.margin_gain_bps, trigger.sustained_months
    measures = [x] * (k - 1) + [x / 2] + [x] * k
    run = np.zeros(1, np.int64)
    for n, measure in enumerate(measures):
        first = months_after(start.replace(day=1), FIRST_CERTIFIED + 1 + n)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        when, time = f"{first:%B %Y}", FIRST_CERTIFIED + 1 + n + max(last.day - start.day, 0) / LONGEST_MONTH
        before, run = run, streak(run, np.array([measure >= x]))
        if run[0] >= k:
            lasted = f"The Measured Gain has been at least {count(x, 'basis point')} for {count(k, 'month')}"
            yield Event(last, time, when, lasted, rung=index)
        elif run[0] == 0:
            after = f" after {count(int(before[0]), 'month')} at or above {plain(x)}" if before[0] else ""
            yield Event(last, time, when, f"The Measured Gain is {count(x / 2, 'basis point')}{after}: the count of months restarts")
