"""A cap table on a date: who holds what, what the plans have left, and who is paid first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

Kind = Literal["stock", "option", "rsu", "sar", "warrant"]


@dataclass(frozen=True)
class Holding:
    """Shares of one kind and class that one stakeholder holds. vested: of options, RSUs and SARs; None for others."""

    stakeholder: str
    kind: Kind
    name: str
    shares: Fraction
    vested: Fraction | None = None


@dataclass(frozen=True)
class ClassTotal:
    """A stock class. outstanding: shares. ratio: common shares that one converts into. preference: $ (in `currency`) in all.

    participation_cap: multiple of the issue price up to which the class shares with common, preference included; None if the
    package states none. multiple_assumed: a preferred class that states no multiple counts at 1x.
    """

    name: str
    preferred: bool
    outstanding: Fraction
    authorized: Fraction | None
    ratio: Fraction
    seniority: Fraction
    issue_price: Fraction
    multiple: Fraction
    participation_cap: Fraction | None
    currency: str
    multiple_assumed: bool = False

    @property
    def as_converted(self) -> Fraction:
        """Common shares if all of the class converts."""
        return self.outstanding * self.ratio

    @property
    def preference(self) -> Fraction:
        """Liquidation preference of the class: multiple x issue price x shares."""
        return self.multiple * self.issue_price * self.outstanding if self.preferred else Fraction(0)


@dataclass(frozen=True)
class PlanTotal:
    """A stock plan: shares reserved for it, awards outstanding, shares that awards became (exercised, released, restricted stock),
    and what is left to grant.
    """

    name: str
    reserved: Fraction
    outstanding: Fraction
    issued: Fraction

    @property
    def available(self) -> Fraction:
        """Shares that can still be granted; below 0 if more was granted than is reserved."""
        return self.reserved - self.outstanding - self.issued


@dataclass(frozen=True)
class CapTable:
    """Holdings on a date, each part with the total it belongs to. exercised: shares bought by exercise (or released) so far.

    exercise_prices: (price per share, shares) of options, SARs, RSUs and warrants outstanding, lowest price first; one that states
    no price (an RSU) counts at 0.
    """

    issuer: str
    as_of: date
    holdings: tuple[Holding, ...]
    classes: tuple[ClassTotal, ...]
    plans: tuple[PlanTotal, ...]
    exercised: Fraction
    exercise_prices: tuple[tuple[Fraction, Fraction], ...] = ()
    convertibles: tuple[tuple[str, Fraction, str], ...] = ()
    valuations: tuple[tuple[date, str, Fraction, str], ...] = ()
    aside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def shares(self, *kinds: Kind) -> Fraction:
        """Shares held of these kinds, stock as it stands (not converted)."""
        return sum((each.shares for each in self.holdings if each.kind in kinds), start=Fraction(0))

    @property
    def awards_vested(self) -> Fraction:
        """Vested shares under options, RSUs and SARs outstanding."""
        return sum((each.vested or Fraction(0) for each in self.holdings), start=Fraction(0))

    @property
    def common(self) -> Fraction:
        """Common stock outstanding."""
        return sum((each.as_converted for each in self.classes if not each.preferred), start=Fraction(0))

    @property
    def preferred(self) -> Fraction:
        """Preferred stock as converted."""
        return sum((each.as_converted for each in self.classes if each.preferred), start=Fraction(0))

    @property
    def pool_available(self) -> Fraction:
        """Shares left to grant in all plans; a plan that granted too much counts 0."""
        return sum((max(each.available, Fraction(0)) for each in self.plans), start=Fraction(0))

    @property
    def fully_diluted(self) -> Fraction:
        """Common, preferred as converted, options, RSUs, SARs and warrants outstanding, and the pool available. Convertibles, whose
        shares depend on a round to come, are not in it.
        """
        return self.common + self.preferred + self.shares("option", "rsu", "sar", "warrant") + self.pool_available

    @property
    def preference_stack(self) -> tuple[ClassTotal, ...]:
        """Preferred classes, who is paid first first (OCF StockClass.seniority: the higher number)."""
        stack = [each for each in self.classes if each.preferred and each.outstanding]
        return tuple(sorted(stack, key=lambda each: (-each.seniority, each.name)))


def by_price(awards: Iterable[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """(price per share, shares) with one entry a price, lowest first."""
    totals: dict[Fraction, Fraction] = {}
    for price, shares in awards:
        totals[price] = totals.get(price, Fraction(0)) + shares
    return tuple(sorted(totals.items()))
