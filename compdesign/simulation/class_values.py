"""What each class of holders gets at an exit, and how far the structure's shares dilute it; axis ``path``."""

from dataclasses import replace

import numpy as np

from compdesign.inputs.company import Company
from compdesign.inputs.scenario import Scenario
from compdesign.model.securities import OptionTranche
from compdesign.model.waterfall import Proceeds, proceeds
from compdesign.quantities import FloatArray, IntArray, at_paths
from compdesign.simulation.share_classes import as_converted, class_names, options_outstanding, stack_of
from compdesign.simulation.tables import EXIT, GrantTable, Outcome


def diluted_classes(company: Company) -> tuple[str, ...]:
    """Everybody who holds shares without the structure: common, each class of preferred, the options outstanding if listed."""
    return ("common", *class_names(company), *(("options",) if company.capitalization.options else ()))


def paid_classes(company: Company) -> tuple[str, ...]:
    """Everybody among whom an exit is divided: those, the modelled hires' grants, debt and fees."""
    return (*diluted_classes(company), "grants", "debt", "fees")


def divided(scenario: Scenario, outcome: Outcome, path: IntArray) -> Proceeds:
    """The exits of the chosen paths, each divided by the waterfall of its own stack.

    The hires' vested shares are outstanding, at their strikes; unissued pool shares, unearned reserves and what does not vest have
    no claim. scenario: resolved, on the same paths as the outcome.
    """
    company = scenario.company
    stack = stack_of(company, float(company.capitalization.common_shares), outcome.preferred[:, path], outcome.invested[:, path])
    options = (*stack.options, *vested_tranches(outcome.grants, path, len(outcome.end)))
    stack = replace(stack, options=options, fees=outcome.exit_fees[path], debt=at_paths(company.debt, path))
    return proceeds(stack, outcome.exit_value[path])


def vested_tranches(grants: GrantTable, path: IntArray, paths: int) -> tuple[OptionTranche, ...]:
    """Vested shares of the chosen paths by strike: the j-th tranche is the j-th lowest strike of each path, float64[path]."""
    column = np.full(paths, -1)
    column[path] = np.arange(len(path))
    held = np.flatnonzero((grants.vested > 0) & (column[grants.path.astype(np.int64)] >= 0))
    if not held.size:
        return ()
    of, strike, shares = column[grants.path[held].astype(np.int64)], grants.strike[held], grants.vested[held]
    turn = np.lexsort((strike, of))
    of, strike, shares = of[turn], strike[turn], shares[turn]
    first = np.flatnonzero(np.r_[True, (of[1:] != of[:-1]) | (strike[1:] != strike[:-1])])
    of, strike, shares = of[first], strike[first], np.add.reduceat(shares, first)
    position = np.arange(len(of))
    nth = position - np.maximum.accumulate(np.where(np.r_[True, of[1:] != of[:-1]], position, 0))
    held_at, struck_at = np.zeros((2, nth.max() + 1, len(path)))
    held_at[nth, of], struck_at[nth, of] = shares, strike
    return tuple(OptionTranche(f"grants {j + 1}", *each) for j, each in enumerate(zip(held_at, struck_at, strict=True)))


def at_exit_price(scenario: Scenario, outcome: Outcome) -> Outcome:
    """The outcome with a common share of a capital stack worth, on the paths that exit, what the waterfall pays for it."""
    path = np.flatnonzero(outcome.end == EXIT)
    if not path.size or not scenario.company.has_stack:
        return outcome
    price, price_by = outcome.price.copy(), outcome.price_by.copy()
    price[path] = divided(scenario, outcome, path).common_price
    ended = np.arange(len(price_by))[:, None] >= outcome.end_month[path]
    price_by[:, path] = np.where(ended, price[path], price_by[:, path])
    return replace(outcome, price=price, price_by=price_by)


def exit_proceeds(scenario: Scenario, outcome: Outcome) -> dict[str, FloatArray]:
    """``exit_proceeds:<class>``, $[path], 0 without an exit, and their sum ``exit_value``, what the buyer pays. The rule is that of
    `divided`. scenario: resolved, on the same paths as the outcome.
    """
    company, path = scenario.company, np.flatnonzero(outcome.end == EXIT)
    names = paid_classes(company)
    rows = np.zeros((len(names), len(outcome.end)))
    if path.size:
        paid, listed = divided(scenario, outcome, path), len(company.capitalization.options)
        options = (paid.options[:listed].sum(axis=0),) if listed else ()
        rows[:, path] = [paid.common, *paid.preferred, *options, paid.options[listed:].sum(axis=0), paid.debt, paid.fees]
    return {f"exit_proceeds:{name}": row for name, row in zip(names, rows, strict=True)} | {"exit_value": outcome.exit_value}


def class_dilution(scenario: Scenario, outcome: Outcome, net: FloatArray) -> dict[str, FloatArray]:
    """``dilution:<class>``: by how much the structure's shares lower each class's share of the fully diluted, unallocated pool
    apart, when the path ends. With F those shares and N = net the structure's, a class of n shares falls from n / (F - N) to
    n / F. The falls add up to N / F, the dilution.
    """
    company, after = scenario.company, outcome.fully_diluted - outcome.pool
    preferred = as_converted(company, outcome.preferred)
    typed = np.full(len(after), float(company.capitalization.common_shares))
    options = (np.full(len(after), options_outstanding(company)),) if company.capitalization.options else ()
    held = zip(diluted_classes(company), (typed, *preferred, *options), strict=True)
    return {f"dilution:{name}": shares / (after - net) - shares / after for name, shares in held}
