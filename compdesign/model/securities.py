"""The securities of a company at an exit. Amounts in $, shares in shares; each a float or float64[path]."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from compdesign.errors import Problem, ScenarioError
from compdesign.quantities import PerPath

RESERVED = ("common", "debt", "fees", "carve-out")


@dataclass(frozen=True)
class Preferred:
    """A class of preferred stock.

    shares: preferred shares. invested: original issue price x shares, $. multiple: liquidation preference as a multiple
    of invested. dividends: accrued and unpaid, $, part of the preference and lost by converting. rank: 1 is paid first;
    classes of one rank are pari passu, by preference amount. participation: "none" takes the preference or converts;
    "full" takes it and shares with common as converted; "capped" stops sharing when preference and participation
    together reach cap_multiple x invested, and converts when common is worth more (NVCA model charter, alternatives of
    section 2). conversion_ratio: common shares per preferred share.
    """

    name: str
    shares: PerPath
    invested: PerPath
    multiple: PerPath = 1.0
    rank: int = 1
    participation: Literal["none", "full", "capped"] = "none"
    cap_multiple: PerPath | None = None
    conversion_ratio: PerPath = 1.0
    dividends: PerPath = 0.0

    @property
    def as_converted(self) -> PerPath:
        """Common shares after conversion."""
        return self.shares * self.conversion_ratio

    @property
    def preference(self) -> PerPath:
        """Liquidation preference, $."""
        return self.invested * self.multiple + self.dividends


@dataclass(frozen=True)
class OptionTranche:
    """Options or warrants on common of one strike, $ per share; they join when a common share is worth more."""

    name: str
    shares: PerPath
    strike: PerPath


@dataclass(frozen=True)
class Convertible:
    """A SAFE or a convertible note.

    amount: purchase amount of a SAFE; principal and interest of a note (see `convertibles.note_amount`), $.
    cap: valuation cap, $, or None. basis: what the cap divides. "post-money": the capitalization with every converting
    security and without a pool increase; "pre-money": without SAFEs and notes and with the pool increase. discount: off
    the round price, or without a cap off the common price at an exit, as a share; discount_at_exit: off the common price
    at an exit beside a cap too (YC's SAFE with cap and discount: no). most_favoured: takes the best terms of those listed
    after it (MFN). At an exit: repaid is the multiple of amount due in cash; choice says whether the holder takes the
    greater of cash and conversion (YC SAFE, section 1(b)), is always repaid, or always converts. rank: as of Preferred;
    a SAFE stands beside the preferred, a note ahead of it (0).
    """

    name: str
    amount: PerPath
    cap: PerPath | None = None
    basis: Literal["post-money", "pre-money"] = "post-money"
    discount: PerPath = 0.0
    most_favoured: bool = False
    rank: int = 1
    repaid: PerPath = 1.0
    choice: Literal["greater", "repaid", "converts"] = "greater"
    discount_at_exit: bool = False


@dataclass(frozen=True)
class Stack:
    """Everybody with a claim on an exit. Unissued pool shares have none and are left out.

    common: outstanding common shares. Ahead of all equity, in this order: fees ($ plus fee_share of the exit value), debt
    ($), and a management carve-out (share of what then remains, at most carve_out_maximum $).
    """

    common: PerPath
    preferred: tuple[Preferred, ...] = ()
    options: tuple[OptionTranche, ...] = ()
    convertibles: tuple[Convertible, ...] = ()
    debt: PerPath = 0.0
    fees: PerPath = 0.0
    fee_share: PerPath = 0.0
    carve_out_share: PerPath = 0.0
    carve_out_maximum: PerPath = np.inf

    def __post_init__(self) -> None:
        problems = [*_names(self), *_amounts(self)]
        if problems:
            raise ScenarioError(problems)

    @property
    def holders(self) -> tuple[str, ...]:
        """Names in the order of claims: preferred, options, convertibles, common."""
        names = [each.name for each in self.preferred] + [each.name for each in self.options] + [each.name for each in self.convertibles]
        return (*names, "common")

    @property
    def as_converted(self) -> PerPath:
        """Shares with every preferred share converted and every option exercised, without SAFEs and notes."""
        return self.common + sum(each.as_converted for each in self.preferred) + sum(each.shares for each in self.options)


def _names(stack: Stack) -> list[Problem]:
    names = stack.holders[:-1]
    return [
        Problem("stack", f"'{name}' names two holders", "give every holder its own name")
        for name in sorted({name for name in names if names.count(name) > 1 or name in RESERVED})
    ]


def _amounts(stack: Stack) -> list[Problem]:
    problems: list[Problem] = []

    def least(where: str, value: PerPath, lowest: float = 0.0, highest: float = np.inf) -> None:
        # Written so that NaN fails too.
        if not np.all((np.asarray(value) >= lowest) & (np.asarray(value) <= highest)):
            limits = f"at least {lowest:g}" if np.isinf(highest) else f"from {lowest:g} to {highest:g}"
            problems.append(Problem(where, f"{np.asarray(value)!s:.40} is out of range", f"give a number {limits}"))

    for field in ("common", "debt", "fees", "carve_out_maximum"):
        least(field, getattr(stack, field))
    for field in ("fee_share", "carve_out_share"):
        least(field, getattr(stack, field), highest=0.999)
    for each in stack.preferred:
        for field in ("shares", "invested", "multiple", "conversion_ratio", "dividends"):
            least(f"{each.name}.{field}", getattr(each, field))
        if (each.participation == "capped") != (each.cap_multiple is not None):
            problems.append(
                Problem(f"{each.name}.cap_multiple", "goes with capped participation, and only with it", "give both or neither")
            )
        elif each.cap_multiple is not None and not np.all(each.cap_multiple * each.invested >= each.preference):
            problems.append(
                Problem(
                    f"{each.name}.cap_multiple", f"{each.cap_multiple} is below the preference", "the cap includes the preference; raise it"
                )
            )
    for tranche in stack.options:
        least(f"{tranche.name}.shares", tranche.shares)
        least(f"{tranche.name}.strike", tranche.strike)
    for paper in stack.convertibles:
        least(f"{paper.name}.amount", paper.amount)
        least(f"{paper.name}.repaid", paper.repaid)
        least(f"{paper.name}.discount", paper.discount, highest=0.95)
        if paper.cap is not None:
            least(f"{paper.name}.cap", paper.cap, lowest=1.0)
    if not problems and not np.all(np.asarray(stack.as_converted) > 0):
        problems.append(Problem("stack", "nobody holds a share", "give the common shares outstanding"))
    return problems
