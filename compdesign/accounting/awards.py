"""What ASC 718 needs to know of an award: its terms, what was assessed and when, who left, how it was modified."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from compdesign.errors import Problem, ScenarioError

Condition = Literal["service", "performance", "market", "liquidity"]
Attribution = Literal["straight-line", "graded"]
Line = Literal["cost of revenue", "operating expense"]
GrantDateBasis = Literal["approval", "promise"]
Amount: TypeAlias = Decimal | int | str
"""Dollars a share, exactly. A float is refused: 0.1 is none."""


@dataclass(frozen=True)
class Tranche:
    """Shares that vest together: the "separately vesting portion" of ASC 718-10-35-8, a term of the award, to be measured and attributed.

    vests: the day the service period ends; for a market condition, the end of the derived (or longer explicit) service period;
    None where only the performance condition decides. fair_value: dollars a share, where tranches are valued apart.
    """

    shares: int
    vests: date | None
    fair_value: Amount | None = None


@dataclass(frozen=True)
class Award:
    """One equity-classified award, to one holder or to a group of holders alike.

    fair_value: dollars a share at the grant date, no discount for forfeiture (ASC 718-10-30-11); a market condition is inside it
    (718-10-30-14). service_start: where the requisite service period begins; the grant date if absent. holder: whose award it is;
    empty for a group, whose expected counts are whole and stand until other counts replace them, while one holder's forfeiture
    rate ends for a tranche that vests. attribution: an accounting policy for service-only awards, straight line if absent; others are
    graded (718-10-35-8).
    grant_date_basis: for a promised refresh, whether the grant date is the board's approval or the promise (718-10-25-5).
    """

    id: str
    grant_date: date
    fair_value: Amount
    tranches: tuple[Tranche, ...]
    service_start: date | None = None
    condition: Condition = "service"
    attribution: Attribution | None = None
    holder: str = ""
    department: str = "unassigned"
    line: Line = "operating expense"
    grant_date_basis: GrantDateBasis = "approval"

    @property
    def start(self) -> date:
        """Where the requisite service period begins."""
        return self.service_start or self.grant_date

    @property
    def spread(self) -> Attribution:
        """How cost is spread: as chosen, else straight line for service alone and tranche by tranche for other conditions."""
        return self.attribution or ("straight-line" if self.condition == "service" else "graded")

    @property
    def shares(self) -> int:
        return sum(tranche.shares for tranche in self.tranches)

    def __post_init__(self) -> None:
        problems = [Problem(f"{self.id}.{where}", what, remedy) for where, what, remedy in self._faults()]
        if problems:
            raise ScenarioError(problems)

    def _faults(self) -> list[tuple[str, str, str]]:
        faults = []
        if not self.tranches:
            faults.append(("tranches", "none given", "give the shares that vest together and when"))
        faults += _amount_faults("fair_value", self.fair_value)
        for i, tranche in enumerate(self.tranches):
            if tranche.shares <= 0:
                faults.append((f"tranches[{i}].shares", f"{tranche.shares} is no number of shares", "give a whole number above 0"))
            if tranche.fair_value is not None:
                faults += _amount_faults(f"tranches[{i}].fair_value", tranche.fair_value)
            if tranche.vests is None and self.condition in ("service", "market"):
                faults.append((f"tranches[{i}].vests", f"absent for a {self.condition} condition", "give the end of the service period"))
        # ASC 718-10-35-8: the straight-line policy is open to awards with service conditions only.
        if self.attribution == "straight-line" and self.condition != "service" and len(self.tranches) > 1:
            faults.append(
                (
                    "attribution",
                    f"straight-line over tranches with a {self.condition} condition",
                    'set attribution = "graded" (ASC 718-10-35-8)',
                )
            )
        return faults


@dataclass(frozen=True)
class Assessment:
    """What was judged on a date; None leaves a judgement as it was. The effect falls in the month of `on`.

    tranche: only this tranche (0 is the first); None for the whole award. annual_forfeiture_rate: share of holders who leave in a
    year before vesting, applied to the whole service period. expected_shares: shares expected to vest in all, vested ones
    included. probable: whether the performance condition is probable. expected_date: when it will be met; for a market condition
    the day it was met. occurred: the liquidity event has happened. modified_probable: after a modification of type II, whether the
    modified condition has become probable. fair_value: dollars a share at `on`, used until the grant date (718-10-55-108).
    """

    on: date
    annual_forfeiture_rate: Amount | None = None
    expected_shares: Decimal | int | None = None
    probable: bool | None = None
    expected_date: date | None = None
    occurred: bool | None = None
    modified_probable: bool | None = None
    fair_value: Amount | None = None
    tranche: int | None = None


@dataclass(frozen=True)
class Departure:
    """Holders leave: `shares` unvested shares are forfeited, all of them if None, but of an award that waits for a liquidity event only
    those whose service is not complete (those first, where shares are given). Vested shares keep their cost, exercised or expired
    (718-10-35-3).
    """

    on: date
    shares: int | None = None


@dataclass(frozen=True)
class Modification:
    """Changed terms (ASC 718-20-35-3 to 35-4), typed by what was probable under the old and the new vesting conditions.

    fair_value_before, fair_value_after: dollars an original share at the modification date (where the number of shares changes,
    after x new shares / old shares). Of types I and II both or neither; of types III and IV `before` only if vested shares are
    modified too, since what is unvested was worth nothing to its holder. vests: new vesting day of everything unvested; None leaves the days. expected_shares: shares
    expected to vest from then on in all; None keeps the count (types I, II) or takes all that is not forfeited (III, IV).
    A cancellation without replacement is a modification that vests everything on its day (718-20-35-9).
    """

    on: date
    probable_before: bool = True
    probable_after: bool = True
    fair_value_before: Amount | None = None
    fair_value_after: Amount | None = None
    vests: date | None = None
    expected_shares: Decimal | int | None = None

    @property
    def type(self) -> str:
        """I, II, III or IV as ASC 718-20-55-108 counts them."""
        return {(True, True): "I", (True, False): "II", (False, True): "III", (False, False): "IV"}[
            self.probable_before, self.probable_after
        ]


def _amount_faults(where: str, value: Amount) -> list[tuple[str, str, str]]:
    if isinstance(value, float):
        return [(where, f"{value} is a binary fraction", f'write it exactly: Decimal("{value}")')]
    try:
        amount = Decimal(value)
    except ArithmeticError:
        return [(where, f"{value!r} is no amount", "give dollars a share")]
    return [] if amount.is_finite() and amount >= 0 else [(where, f"{value} is no fair value", "give dollars a share, 0 or more")]
