"""A cap table on a date: who holds what, what the plans have left, and who is paid first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from compdesign.captable.convertible_terms import ConvertibleHolding
from compdesign.vesting.schedule import GrantAfterStart

Kind = Literal["stock", "option", "rsu", "sar", "warrant"]
AWARDS: tuple[Kind, ...] = ("option", "rsu", "sar")


@dataclass(frozen=True)
class Holding:
    """Shares of one kind and class that one stakeholder holds. as_common: what they are in common. vested: of awards, and of stock and
    warrants that vest; None for others.
    """

    stakeholder: str
    kind: Kind
    name: str
    shares: Fraction
    as_common: Fraction
    vested: Fraction | None = None


@dataclass(frozen=True)
class Position:
    """One security outstanding.

    security: its certificate or grant number. name: its class or plan. shares: of a warrant or award, those it is for. price: to exercise
    one, in `currency`; 0 where none is stated (price_stated) and of an RSU. vested: shares; all where nothing says otherwise (vests).
    preferred: whether it is preferred stock. ratio: common shares for one. becomes: the preferred class that a warrant or award is for, if it is for one. expired: the day that an
    option or warrant expired, if it did.
    """

    security: str
    stakeholder: str
    kind: Kind
    name: str
    shares: Fraction
    vested: Fraction
    price: Fraction = Fraction(0)
    price_stated: bool = True
    currency: str = ""
    vests: bool = False
    preferred: bool = False
    ratio: Fraction = Fraction(1)
    becomes: str = ""
    expired: date | None = None


@dataclass(frozen=True)
class LateGrants:
    """Grants made after instalments of theirs were due, and what the policy for those instalments changes.

    grants: outstanding, whose instalments it moves. on_date: of these, whose vested shares on the cap table's date differ by it.
    vested, otherwise: vested shares of those on the date, by this policy and by the other.
    """

    policy: GrantAfterStart
    grants: int
    on_date: int
    vested: Fraction
    otherwise: Fraction


@dataclass(frozen=True)
class ClassTotal:
    """A stock class. outstanding: shares. ratio: common shares that one converts into. preference: $ (in `currency`) in all.

    participation_cap: multiple of the issue price up to which the class shares with common, preference included; None if the
    package states none. multiple_assumed, ratio_assumed: a preferred class that states no multiple counts at 1x, one that states no
    conversion at 1 to 1. price_averaged: the class states no price; issue_price is the average that its shares were issued at.
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
    ratio_assumed: bool = False
    price_averaged: bool = False

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
    """Holdings on a date, each part with the total it belongs to. positions: the same security by security. exercised: shares bought by
    exercise (or released) so far. late_grants: None where the source states what has vested (CSV).
    """

    issuer: str
    as_of: date
    holdings: tuple[Holding, ...]
    classes: tuple[ClassTotal, ...]
    plans: tuple[PlanTotal, ...]
    exercised: Fraction
    positions: tuple[Position, ...] = ()
    convertibles: tuple[ConvertibleHolding, ...] = ()
    valuations: tuple[tuple[date, str, Fraction, str], ...] = ()
    aside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    late_grants: LateGrants | None = None

    @property
    def exercise_prices(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """(price, shares), both per common share, of options, SARs, RSUs and warrants outstanding, lowest price first."""
        return by_price((each.price / each.ratio, each.shares * each.ratio) for each in self.positions if each.kind != "stock")

    def shares(self, *kinds: Kind) -> Fraction:
        """Shares held of these kinds, stock as it stands (not converted)."""
        return sum((each.shares for each in self.holdings if each.kind in kinds), start=Fraction(0))

    def as_common(self, *kinds: Kind) -> Fraction:
        """Common shares that securities of these kinds are for."""
        return sum((each.shares * each.ratio for each in self.positions if each.kind in kinds), start=Fraction(0))

    @property
    def awards_vested(self) -> Fraction:
        """Vested shares under options, RSUs and SARs outstanding."""
        return sum((each.vested or Fraction(0) for each in self.holdings if each.kind in AWARDS), start=Fraction(0))

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
        """Common, preferred as converted, options, RSUs, SARs and warrants outstanding (as converted), and the pool available.
        Convertibles, whose shares depend on a round to come, are not in it.
        """
        return self.common + self.preferred + self.as_common("option", "rsu", "sar", "warrant") + self.pool_available

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


def limit_notes(classes: Iterable[ClassTotal], plans: Iterable[PlanTotal]) -> list[str]:
    """Classes with more shares than are authorized, and plans that granted more than is reserved."""
    over = [each for each in classes if each.authorized is not None and each.outstanding > each.authorized]
    notes = [
        f"{each.name} has {float(each.outstanding):,.0f} shares outstanding and {float(each.authorized or 0):,.0f} authorized"
        for each in over
    ]
    return notes + [
        f"{each.name} granted {float(-each.available):,.0f} more shares than are reserved; its pool counts 0"
        for each in plans
        if each.available < 0
    ]
