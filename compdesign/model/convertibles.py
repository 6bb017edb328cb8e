"""SAFEs and convertible notes: what a note is owed, what an MFN clause takes, how many shares an exit gives."""

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
            paper = replace(paper, cap=best.cap, basis=best.basis, discount=best.discount)
        amended.insert(0, paper)
    return tuple(amended)


def exit_shares(convertibles: tuple[Convertible, ...], as_converted: PerPath) -> list[PerPath]:
    """Common shares that each convertible gets by converting at its cap in an exit, 0 without a cap.

    as_converted: F, shares of everybody else: common, preferred as converted, options and warrants; the unissued pool does
    not count (YC SAFE, "Liquidity Capitalization"). A pre-money cap divides F: amount F / cap. A post-money cap divides
    the capitalization with everything that converts, so that amount / cap is the share owned of it. Which of the others do
    convert is not looked at: every cap counts all of them, so that a conversion price is one number at every exit value.
    Raises ScenarioError where post-money SAFEs together own everything.
    """
    owned = [
        paper.amount / paper.cap if paper.cap is not None and paper.basis == "post-money" and paper.choice != "repaid" else 0.0
        for paper in convertibles
    ]
    before = [
        paper.amount * as_converted / paper.cap
        if paper.cap is not None and paper.basis == "pre-money" and paper.choice != "repaid"
        else 0.0
        for paper in convertibles
    ]
    everything = sum(owned)
    if not np.all(np.asarray(everything) < 1):
        raise ScenarioError([Problem("convertibles", f"post-money SAFEs own {100 * float(np.max(everything)):.4g} %", "raise a cap")])
    capitalization = (as_converted + sum(before)) / (1 - everything)
    return [share * capitalization + shares for share, shares in zip(owned, before, strict=True)]
