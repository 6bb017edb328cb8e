"""Exhibit A's worked example: a made-up career put through the rule code of the simulation."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import EveryDeployment, MarginGain, NthDeployment, Offer, Tenure, Trigger
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import amount, award, count, leaves, percent, plain
from compdesign.simulation.kernel import Career
from compdesign.simulation.rules import RuleBook

MOST_DEPLOYMENTS = 13
FIRST_CERTIFIED = 3
"""Months of employment at the example's first certification."""
LONGEST_MONTH = 31


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
    book = RuleBook.of(offer, kinds)
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
        self.offer, self.triggers, self.kinds = offer, triggers, kinds
        self.career, self.tenure = Career(book, len(kinds)), 0
        self.certified = [0] * (1 + len(kinds))  # of all kinds, then of each

    def outcomes(self, event: Event) -> tuple[str, ...]:
        """What the rules make of an event, which changes what they know."""
        if event.kind is not None:
            self.career.deployed(event.kind)
            self.certified[0] += 1
            self.certified[1 + event.kind] += 1
        elif event.rung is not None:
            self.career.sustained(event.rung)
        elif event.tenure:
            self.tenure = int(event.time)
        else:
            return ("Nothing is earned",)
        said = [said for index in range(len(self.offer.refresh)) if (said := self._outcome(index, event))]
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
        so_far = self.certified[0 if trigger.kind is None else 1 + kind]
        return isinstance(trigger, EveryDeployment) or so_far <= trigger.nth_deployment

    def _outcome(self, index: int, event: Event) -> str:
        typed = self.offer.refresh[index]
        future = typed.mode == "future" and typed.instrument != "cash"
        refused = future and event.refused
        rise, due, cooling = self.career.look(index, event.time, self.tenure, refused)
        if rise <= 0:
            return ""
        if due <= 0:
            return f"“{typed.name}”: nothing, {'a cooldown runs' if cooling else 'a cap is reached'}"
        if refused:
            return f"“{typed.name}”: {amount(due, typed.unit)} recommended; approval is refused, so nothing is granted"
        full = typed.award * (1 if typed.cooldown_months > 0 else rise)
        cut = ", cut to the cap" if due < full else ""
        verb = "recommended, approved and granted" if future else "earned"
        return f"“{typed.name}”: {award(due, typed)} {verb}{cut}"


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


def _measures(index: int, trigger: dict[str, Any], start: date) -> Iterator[Event]:
    """Measures of the calendar months after the first certification: a gain that fails in its last month, then one that lasts."""
    x, k = trigger["level"], trigger["months"]
    run = 0
    for n, measure in enumerate([x] * (k - 1) + [x / 2] + [x] * k):
        first = months_after(start.replace(day=1), FIRST_CERTIFIED + 1 + n)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        when, time = f"{first:%B %Y}", FIRST_CERTIFIED + 1 + n + max(last.day - start.day, 0) / LONGEST_MONTH
        before, run = run, run + 1 if measure >= x else 0
        if run >= k:
            lasted = f"The Measured Gain has been at least {count(x, 'basis point')} for {count(k, 'month')}"
            yield Event(last, time, when, lasted, rung=index)
        elif run == 0:
            after = f" after {count(before, 'month')} at or above {plain(x)}" if before else ""
            yield Event(last, time, when, f"The Measured Gain is {count(x / 2, 'basis point')}{after}: the count of months restarts")
