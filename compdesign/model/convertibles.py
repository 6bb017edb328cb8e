"""SAFEs and convertible notes: what a note is owed, what an MFN clause takes, what an exit gives at a cap."""

from dataclasses import replace

import numpy as np

from compdesign.errors import Problem, ScenarioError
from compdesign.model.securities import Convertible
from compdesign.quantities import PerPath


def note_amount(principal: PerPath, annual_rate: PerPath, years: PerPath, compounding: int = 0) -> PerPath:
    """Principal and interest of a note after `years`, $, axes of the arguments.

    annual_rate: 1/year. compounding: times a year interest is added to principal; 0 is simple interest, the usual term.
    """
    if compounding == 0:
        return principal * (1 + annual_rate * years)
    return principal * (1 + annual_rate / compounding) ** (compounding * years)


def most_favoured(convertibles: tuple[Convertible, ...]) -> tuple[Convertible, ...]:
    """The convertibles, in the order they were issued, with every MFN clause exercised.

    The holder takes the terms of one later instrument, whole and not picked from several (YC Post-Money Safe User Guide,
    Appendix I): of the one with the lowest cap; where none of those has a cap, of the one with the greatest discount. Its
    own terms stay where nothing later is better.
    """
    amended: list[Convertible] = []
    for paper in reversed(convertibles):  # the last first, since an MFN holder may take what a later MFN holder took
        if paper.most_favoured:
            offered = [paper, *amended]
            best = min(offered, key=lambda each: (np.inf if each.cap is None else float(np.max(each.cap)), -float(np.max(each.discount))))
            paper = replace(paper, cap=best.cap, basis=best.basis, discount=best.discount, discount_at_exit=best.discount_at_exit)
        amended.insert(0, paper)
    return tuple(amended)


def cash_due(paper: Convertible) -> PerPath:
    """$ that the holder can take at an exit instead of converting; 0 where it always converts."""
    return 0.0 if paper.choice == "converts" else paper.amount * paper.repaid


def discounted_worth(paper: Convertible) -> PerPath:
    """What the shares bought at the discount to the common price are worth at an exit, $: amount / (1 - discount) at any price; 0 where
    the terms give no such shares, or more cash. Beside a cap the discount is one to the price of a financing: a SAFE's "Liquidity Price"
    is cap / liquidity capitalization and knows no "Discount Price" (YC SAFE with cap and discount, section 2), unless stated otherwise.
    """
    if paper.choice == "repaid" or (paper.cap is not None and not paper.discount_at_exit):
        return 0.0
    worth = paper.amount / (1 - np.asarray(paper.discount))
    worth = np.where(np.greater(paper.discount, 0) | (paper.cap is None), worth, 0.0)
    return np.where(worth > cash_due(paper), worth, 0.0)


def owned_at_cap(convertibles: tuple[Convertible, ...]) -> list[PerPath]:
    """What each convertible owns of the capitalization if it converts at a post-money cap: amount / cap; 0 without such a cap, or where
    it is always repaid. Raises ScenarioError where they own everything together.
    """
    owned = [
        paper.amount / paper.cap if paper.cap is not None and paper.basis == "post-money" and paper.choice != "repaid" else 0.0
        for paper in convertibles
    ]
    everything = sum(owned)
    if not np.all(np.asarray(everything) < 1):
        raise ScenarioError([Problem("convertibles", f"post-money SAFEs own {100 * float(np.max(everything)):.4g} %", "raise a cap")])
    return owned


def pre_money_shares(convertibles: tuple[Convertible, ...], as_converted: PerPath) -> list[PerPath]:
    """Common shares that each convertible gets by converting at a pre-money cap in an exit, 0 without one: amount F / cap.

    as_converted: F, common, preferred as converted, options and warrants, whoever converts of them; the unissued pool, SAFEs and notes
    do not count (YC SAFE of 2013, "Liquidity Capitalization").
    """
    return [
        paper.amount * as_converted / paper.cap
        if paper.cap is not None and paper.basis == "pre-money" and paper.choice != "repaid"
        else 0.0
        for paper in convertibles
    ]
