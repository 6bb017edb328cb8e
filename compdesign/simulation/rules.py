"""From the refresh rules as typed to the arrays and functions the engine evaluates each month."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from compdesign.inputs.offers import AllOf, AnyOf, EveryDeployment, MarginGain, NthDeployment, Offer, RefreshRule, Tenure, Trigger
from compdesign.model.refresh import Facts, all_of, any_of, award_due, every, once
from compdesign.quantities import FloatArray, IntArray, PerPath

OPTIONS = ("iso", "nso")

Count = Callable[[Facts], IntArray]


@dataclass
class Ledger:
    """What one rule has done for each person so far; axis ``hire``, cleared when the seat changes hands."""

    looked: IntArray
    cooldown_until: FloatArray
    awarded: FloatArray
    year: IntArray
    awarded_in_year: FloatArray
    reserve: FloatArray

    @classmethod
    def empty(cls, hires: int) -> "Ledger":
        return cls(
            looked=np.zeros(hires, np.int64),
            cooldown_until=np.full(hires, -np.inf),
            awarded=np.zeros(hires),
            year=np.zeros(hires, np.int64),
            awarded_in_year=np.zeros(hires),
            reserve=np.zeros(hires),
        )

    def clear(self, who: IntArray) -> None:
        self.looked[who] = 0
        self.cooldown_until[who] = -np.inf
        self.awarded[who] = 0
        self.year[who] = 0
        self.awarded_in_year[who] = 0
        self.reserve[who] = 0

    def left(self, rule: RefreshRule, who: IntArray | slice, year: IntArray) -> PerPath:
        """What the caps of the rule still allow each of `who` in this year of tenure, in the unit of the award."""
        total = np.inf if rule.cap is None else rule.cap - self.awarded[who]
        if rule.cap_per_year is None:
            return total
        return np.minimum(total, rule.cap_per_year - np.where(self.year[who] == year, self.awarded_in_year[who], 0.0))

    def book(self, who: IntArray, year: IntArray, amount: FloatArray) -> None:
        self.awarded[who] += amount
        self.awarded_in_year[who] = np.where(self.year[who] == year, self.awarded_in_year[who], 0.0) + amount
        self.year[who] = year


@dataclass(frozen=True)
class Rule:
    """A refresh rule ready to run. index: its place in the offer. margins: its margin triggers' places in Facts.rungs."""

    index: int
    typed: RefreshRule
    count: Count
    margins: tuple[int, ...]
    ledger: Ledger

    @property
    def is_option(self) -> bool:
        return self.typed.instrument in OPTIONS

    @property
    def is_cash(self) -> bool:
        return self.typed.instrument == "cash"

    @property
    def is_upfront(self) -> bool:
        return self.typed.mode == "upfront" and not self.is_cash

    def rise(self, facts: Facts, who: IntArray) -> IntArray:
        """Times the trigger has fired, int[who], since the rule last looked at each of `who`; it has looked now."""
        count = self.count(facts)
        risen = count - self.ledger.looked[who]
        if (risen > 0).any():
            self.ledger.looked[who] = np.maximum(count, self.ledger.looked[who])
        return risen

    def person_cap(self, offer: Offer) -> float | None:
        """What all rules together may award one person in the kind this rule awards: shares, or cash; None without a cap."""
        if self.is_cash:
            return offer.refresh_cap_dollars
        return offer.refresh_cap_shares if self.typed.unit == "shares" else None

    def left(self, who: IntArray | slice, year: IntArray, offer: Offer, awarded: FloatArray) -> PerPath:
        """What every cap still allows each of `who`, in the unit of the award. awarded: float[who], by all rules of the offer
        together so far, in the kind (shares or cash) this rule awards.
        """
        left, cap = self.ledger.left(self.typed, who, year), self.person_cap(offer)
        return left if cap is None else np.minimum(left, cap - awarded)

    def due(self, who: IntArray, rise: IntArray, time: FloatArray, left: PerPath) -> FloatArray:
        """Amount that a trigger which fired `rise` more times at `time` earns each of `who`: none during a cooldown."""
        rise = np.where(time < self.ledger.cooldown_until[who], 0, rise)
        return award_due(rise, self.typed.award, self.typed.cooldown_months > 0, left)


@dataclass
class RuleBook:
    """The rules of one structure, with the margin and tenure triggers found inside them."""

    rules: list[Rule] = field(default_factory=list)
    margins: list[MarginGain] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)

    @classmethod
    def of(cls, offer: Offer, kinds: list[str], hires: int) -> "RuleBook":
        book = cls()
        for index, typed in enumerate(offer.refresh):
            first = len(book.margins)
            count = book._count(typed.trigger, kinds)
            book.rules.append(Rule(index, typed, count, tuple(range(first, len(book.margins))), Ledger.empty(hires)))
        return book

    def _count(self, trigger: Trigger, kinds: list[str]) -> Count:
        match trigger:
            case EveryDeployment():
                row, k = _row(trigger.kind, kinds), trigger.every_deployments
                return lambda facts: every(facts.deployments[row], k)
            case NthDeployment():
                row, n = _row(trigger.kind, kinds), trigger.nth_deployment
                return lambda facts: once(facts.deployments[row], n)
            case MarginGain():
                self.margins.append(trigger)
                index = len(self.margins) - 1
                return lambda facts: facts.rungs[index]
            case Tenure():
                self.tenures.append(trigger)
                months = trigger.tenure_months
                return (lambda facts: every(facts.tenure, months)) if trigger.repeat else (lambda facts: once(facts.tenure, months))
            case AllOf():
                return partial(_combined, all_of, [self._count(part, kinds) for part in trigger.all])
            case AnyOf():
                return partial(_combined, any_of, [self._count(part, kinds) for part in trigger.any])
            case _:
                raise TypeError(f"no such trigger: {trigger!r}")


def _row(kind: str | None, kinds: list[str]) -> int:
    """Row of Facts.deployments: 0 over all kinds, then one a kind."""
    return 0 if kind is None else 1 + kinds.index(kind)


def _combined(combine: Callable[[list[IntArray]], IntArray], parts: list[Count], facts: Facts) -> IntArray:
    return combine([part(facts) for part in parts])
