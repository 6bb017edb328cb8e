"""The capital stack of one structure, path by path: who holds what, the price of a common share, who gets what at an exit."""

import numpy as np

from compdesign.inputs.company import Company
from compdesign.model import capitalization
from compdesign.model.securities import OptionTranche, Preferred, Stack
from compdesign.model.waterfall import PriceLines, claims_of
from compdesign.quantities import FloatArray, PerPath

ONE_CLASS = "preferred"
"""Name of the one class of a company that states no stack."""


def class_names(company: Company) -> tuple[str, ...]:
    """Classes of preferred in the order of Outcome.preferred: those outstanding, then one a round; without a stack one for all."""
    if not company.has_stack:
        return (ONE_CLASS,)
    rounds = (each.name or f"round {number}" for number, each in enumerate(company.financing, 1))
    return (*(each.name for each in company.capitalization.classes), *rounds)


def options_outstanding(company: Company) -> float:
    """Shares under the options and warrants that the stack lists."""
    return float(sum(each.shares for each in company.capitalization.options))


def as_converted(company: Company, shares: FloatArray) -> FloatArray:
    """Common shares that preferred shares convert into; both [class, path]."""
    ratios = [each.conversion_ratio for each in company.capitalization.classes]
    return shares * np.array(ratios + [1.0] * (len(shares) - len(ratios)))[:, None]


def stack_of(company: Company, common: PerPath, shares: FloatArray, money: FloatArray) -> Stack:
    """The stack on some paths. common: shares that share as common, options outstanding apart. shares, money: preferred
    shares and what was invested, $, of each class, [class, path]; of one class without a stack its preference.
    """
    table = company.capitalization
    if not company.has_stack:
        return Stack(common, (Preferred(ONE_CLASS, shares[0], money[0]),))
    classes = [
        Preferred(**each.model_dump() | {"shares": held, "invested": paid})
        for each, held, paid in zip(table.classes, shares, money, strict=False)
    ]
    first = len(classes)
    names = class_names(company)[first:]
    rounds = [
        Preferred(name, held, paid, each.multiple, each.rank, each.participation, each.cap_multiple)
        for name, each, held, paid in zip(names, company.financing, shares[first:], money[first:], strict=True)
    ]
    options = tuple(OptionTranche(each.name, float(each.shares), each.strike) for each in table.options)
    return Stack(common, (*classes, *rounds), options)


class ShareClasses:
    """Preferred of each class while a structure runs; axes ``class``, ``path``.

    shares: preferred shares. money: invested in them, $. Without a stack one class, whose money is its preference.
    """

    def __init__(self, company: Company, paths: int) -> None:
        table = company.capitalization
        self.company, self.has_stack = company, company.has_stack
        typed = [(each.shares, each.invested) for each in table.classes] + [(0.0, 0.0)] * len(company.financing)
        if not self.has_stack:
            typed = [(table.preferred_shares, table.liquidation_preference)]
        self.shares, self.money = (np.tile(np.array([float(each[side]) for each in typed])[:, None], paths) for side in (0, 1))
        self._lines: PriceLines | None = None

    def issue(self, index: int, shares: FloatArray, dollars: FloatArray) -> None:
        """Add what the index-th round sells: to a class of its own, or to the one class."""
        row = len(self.company.capitalization.classes) + index if self.has_stack else 0
        self.shares[row] += shares
        self.money[row] += dollars
        self.changed()

    def changed(self) -> None:
        """Shares were issued or the pool was raised: prices follow other lines from here on."""
        self._lines = None

    def price(self, value: FloatArray, diluted: FloatArray) -> FloatArray:
        """$ per common share [path]. value: $ to all holders. diluted: fully diluted shares, all but preferred and options outstanding
        sharing as common, the pool and the modelled hires' grants included.
        """
        if not self.has_stack:
            return capitalization.common_price(value, diluted, self.shares[0], self.money[0])
        if self._lines is None:
            common = diluted - options_outstanding(self.company) - as_converted(self.company, self.shares).sum(axis=0)
            self._lines = PriceLines.of(claims_of(stack_of(self.company, common, self.shares, self.money)))
        return self._lines.common_price(value)


def price_at(company: Company, value: float, diluted: float) -> float:
    """$ per common share as the company's stack stands at the as-of date. value: $ to all holders. diluted: fully diluted shares, which
    may be infinite: the price is then 0.
    """
    if not np.isfinite(diluted):
        return 0.0
    return float(ShareClasses(company, 1).price(np.array([value]), np.array([diluted]))[0])
