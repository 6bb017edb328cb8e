"""What each class of holders gets at an exit, and how far the structure's shares dilute it; axis ``path``."""

from dataclasses import replace

import numpy as np

from compdesign.inputs.company import Company
from compdesign.inputs.scenario import Scenario
from compdesign.model.waterfall import proceeds
from compdesign.quantities import FloatArray, at_paths, summed
from compdesign.simulation.share_classes import as_converted, class_names, options_outstanding, stack_of
from compdesign.simulation.tables import EXIT, Outcome


def diluted_classes(company: Company) -> tuple[str, ...]:
    """Everybody who holds shares without the structure: common, each class of preferred, the options outstanding if listed."""
    return ("common", *class_names(company), *(("options",) if company.capitalization.options else ()))


def paid_classes(company: Company) -> tuple[str, ...]:
    """Everybody among whom an exit is divided: those and the modelled hires' grants; what the price sets aside; debt and fees."""
    return (*diluted_classes(company), "grants", "unissued", "debt", "fees")


def exit_proceeds(scenario: Scenario, outcome: Outcome) -> dict[str, FloatArray]:
    """``exit_proceeds:<class>``, $[path], 0 without an exit, and their sum ``exit_value``, what the buyer pays.

    Each class of preferred takes the better of preference and conversion, options outstanding join at their strike, and the price
    of a common share is that of the engine: fully diluted, so that the unallocated pool and the modelled hires' grants count.
    "grants" is what those hires get, vested shares less strike; "unissued" what that price sets aside beyond it: unallocated
    and reserved shares, unvested shares and strikes of their grants. scenario: resolved, on the same paths as the outcome.
    """
    company, path = scenario.company, np.flatnonzero(outcome.end == EXIT)
    names = paid_classes(company)
    rows = np.zeros((len(names), len(outcome.end)))
    if path.size:
        shares, money = outcome.preferred[:, path], outcome.invested[:, path]
        common = outcome.fully_diluted[path] - options_outstanding(company) - as_converted(company, shares).sum(axis=0)
        stack = replace(stack_of(company, common, shares, money), fees=outcome.exit_fees[path], debt=at_paths(company.debt, path))
        paid = proceeds(stack, outcome.exit_value[path])
        ours = granted_proceeds(outcome)[path]
        typed = paid.common_price * company.capitalization.common_shares
        options = (paid.options.sum(axis=0),) if company.capitalization.options else ()
        rows[:, path] = [typed, *paid.preferred, *options, ours, paid.common - typed - ours, paid.debt, paid.fees]
    return {f"exit_proceeds:{name}": row for name, row in zip(names, rows, strict=True)} | {"exit_value": outcome.exit_value}


def granted_proceeds(outcome: Outcome) -> FloatArray:
    """$[path] that the modelled hires get at the end: vested shares at common value less strike."""
    grants = outcome.grants
    path = grants.path.astype(np.int64)
    return summed(path, grants.vested * np.maximum(outcome.price[path] - grants.strike, 0), len(outcome.end))


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
