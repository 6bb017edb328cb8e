"""Exhibit A's worked example: a made-up career put through the rule code of the simulation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import EveryDeployment, NthDeployment, Offer, Tenure
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import amount, award, count, leaves, percent, plain
from compdesign.simulation.kernel import Career
from compdesign.simulation.rules import RuleBook

MOST_DEPLOYMENTS = 13


@dataclass(frozen=True)
class Event:
    """Something that happens in a month of employment.

    kind: row of the qualifying deployment's kind, None if it is none. rung: margin trigger that fired. tenure: it is only the
    passing of time. refused: the board declines what a future rule recommends now.
    """

    month: int
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
    events = sorted(_events(book, offer, kinds, employer), key=lambda event: event.month)
    person = _Person(offer, book, len(kinds))
    rows = [
        ExampleRow(spelled(months_after(start, event.month)), event.what, person.outcomes(event))
        for event in events
        if event.month <= employer.refresh_months
    ]
    last = min(events[-1].month + 1, employer.refresh_months)
    leaving = "You leave. A release of yours is verified two weeks later"
    return (*rows, ExampleRow(spelled(months_after(start, last)), leaving, ("Nothing: it was not certified while you were employed",)))


class _Person:
    """One made-up employee under the rules of an offer."""

    def __init__(self, offer: Offer, book: RuleBook, kinds: int) -> None:
        self.offer, self.career, self.tenure = offer, Career(book, kinds), 0

    def outcomes(self, event: Event) -> tuple[str, ...]:
        """What the rules make of an event, which changes what they know."""
        if event.kind is not None:
            self.career.deployed(event.kind)
        elif event.rung is not None:
            self.career.sustained(event.rung)
        elif event.tenure:
            self.tenure = event.month
        else:
            return ("Nothing is earned",)
        said = [said for index in range(len(self.offer.refresh)) if (said := self._outcome(index, event))]
        return tuple(said) or ("Nothing yet: it counts toward the next award",)

    def _outcome(self, index: int, event: Event) -> str:
        typed = self.offer.refresh[index]
        future = typed.mode == "future" and typed.instrument != "cash"
        refused = future and event.refused
        rise, due, cooling = self.career.look(index, event.month, self.tenure, refused)
        if rise <= 0:
            return ""
        if due <= 0:
            return f"“{typed.name}”: nothing, {'a cooldown runs' if cooling else 'a cap is reached'}"
        if refused:
            return f"“{typed.name}”: {amount(due, typed.unit)} recommended; the Board declines, so nothing is granted"
        full = typed.award * (1 if typed.cooldown_months > 0 else rise)
        cut = ", cut to the cap" if due < full else ""
        verb = "recommended, and granted by the Board" if future else "earned"
        return f"“{typed.name}”: {award(due, typed)} {verb}{cut}"


def _events(book: RuleBook, offer: Offer, kinds: list[str], employer: Employer) -> Iterator[Event]:
    triggers = [leaf for rule in offer.refresh for leaf in leaves(rule.trigger)]
    counts = [
        leaf.every_deployments if isinstance(leaf, EveryDeployment) else leaf.nth_deployment
        for leaf in triggers
        if isinstance(leaf, EveryDeployment | NthDeployment)
    ]
    shipped = min(max([2, *counts]) + 1, MOST_DEPLOYMENTS)
    yield Event(2, "A release is rolled back before its verification ends: it is no Qualifying Deployment")
    for n in range(shipped):
        kind = f" (kind: {kinds[n % len(kinds)]})" if len(kinds) > 1 else ""
        declines = n == shipped - 1 and any(rule.mode == "future" and rule.instrument != "cash" for rule in offer.refresh)
        yield Event(3 + n, f"Qualifying Deployment {n + 1} is certified{kind}", kind=n % len(kinds), refused=declines)
    traffic = percent(100 * employer.live_traffic)
    yield Event(4 + shipped, f"A release serves less than {traffic} of live traffic: certification is refused")
    for index, margin in enumerate(book.margins):
        yield from _measures(index, margin)
    for months in sorted({leaf.tenure_months for leaf in triggers if isinstance(leaf, Tenure)}):
        yield Event(months, f"{count(months, 'month')} of employment are complete", tenure=True)


def _measures(index: int, trigger: dict[str, Any]) -> Iterator[Event]:
    """Monthly measures after the first certification: a gain that fails in its last month, then one that lasts."""
    x, k = trigger["level"], trigger["months"]
    run = 0
    for month, measure in enumerate([x] * (k - 1) + [x / 2] + [x] * k):
        before, run = run, run + 1 if measure >= x else 0
        if run >= k:
            yield Event(5 + month, f"The Measured Gain has been at least {count(x, 'basis point')} for {count(k, 'month')}", rung=index)
        elif run == 0:
            after = f" after {count(before, 'month')} at or above {plain(x)}" if before else ""
            yield Event(5 + month, f"The Measured Gain is {count(x / 2, 'basis point')}{after}: the count of months restarts")
