"""What is wrong with a scenario only in combination: one check a fault, each naming its key and the remedy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from compdesign.defaults import TAX_STATES, TAX_YEARS
from compdesign.errors import Problem
from compdesign.inputs.candidate import CandidateTax
from compdesign.inputs.company import Company
from compdesign.inputs.employer import employer_faults
from compdesign.inputs.offer_faults import offer_faults, unique
from compdesign.inputs.stack_faults import stack_faults
from compdesign.inputs.uncertain import shown
from compdesign.inputs.unknown import as_far_as_known

if TYPE_CHECKING:
    from compdesign.inputs.scenario import Scenario


def inconsistencies(scenario: Scenario) -> Iterator[Problem]:
    """Every fault that no single field shows. Parts that have a fault of their own may be unknown."""
    for check in (_company, _hiring, _departure, _tax, _employer, offer_faults):
        yield from check(scenario)


@as_far_as_known
def _company(scenario: Scenario) -> Iterator[Problem]:
    company = scenario.company
    yield from _planned(scenario)
    for name in ("revenue_growth", "operating_expense_growth"):
        yield from _shrinks(company, name)
    yield from _outstanding(company)
    yield from _preferred(company)
    yield from stack_faults(company)
    yield from _exit_types(company)
    yield from _round_pools(company)
    yield from _top_ups(company)


@as_far_as_known
def _planned(scenario: Scenario) -> Iterator[Problem]:
    planned = scenario.company.ga.planned
    if planned and planned < scenario.as_of:
        yield Problem(
            "company.ga.planned",
            f"{planned} is before the as-of date {scenario.as_of}",
            "give a date on or after as_of, or drop it if GA has been reached",
        )


@as_far_as_known
def _shrinks(company: Company, name: str) -> Iterator[Problem]:
    if _typed_below(growth := getattr(company, name), -1):
        yield Problem(f"company.{name}", f"{shown(growth)} shrinks by more than all of it", "give growth of at least -1 (-100 %)")


@as_far_as_known
def _outstanding(company: Company) -> Iterator[Problem]:
    table = company.capitalization
    if table.common_shares + table.preferred_as_converted == 0:
        yield Problem("company.capitalization.common_shares", "0 shares are outstanding", "give the common shares outstanding")


@as_far_as_known
def _preferred(company: Company) -> Iterator[Problem]:
    table = company.capitalization
    if table.liquidation_preference and not table.preferred_shares and not company.has_stack:
        yield Problem(
            "company.capitalization.liquidation_preference",
            f"${table.liquidation_preference:,.0f} is preferred to no share",
            "give preferred_shares, or drop the preference",
        )


@as_far_as_known
def _exit_types(company: Company) -> Iterator[Problem]:
    yield from unique("company.exit.types", company.exit.types)
    if sum(_largest(kind.weight) for kind in company.exit.types) <= 0:
        yield Problem("company.exit.types", "all weights are 0", "give at least one type a weight above 0")


@as_far_as_known
def _round_pools(company: Company) -> Iterator[Problem]:
    for i, planned in enumerate(company.financing):
        yield from _pool(f"company.financing[{i}].pool_target", planned, "pool_target", "leaves nothing to investors")


@as_far_as_known
def _top_ups(company: Company) -> Iterator[Problem]:
    for i, top_up in enumerate(company.capitalization.top_ups):
        yield from _pool(f"company.capitalization.top_ups[{i}].target", top_up, "target", "is no pool")


@as_far_as_known
def _pool(where: str, increase: Any, key: str, why: str) -> Iterator[Problem]:
    share = getattr(increase, key)
    if share is not None and share >= 0.9:
        yield Problem(where, f"{share} {why}", "give a share below 0.9")


@as_far_as_known
def _hiring(scenario: Scenario) -> Iterator[Problem]:
    hiring, screen = scenario.hiring, scenario.hiring.screen
    if screen is None:
        return
    nobody = _largest(screen.sensitivity) * _largest(hiring.production_share) == 0 and _smallest(screen.specificity) == 1
    if nobody:
        yield Problem(
            "hiring.screen", "nobody can ever pass", "raise sensitivity or production_share above 0, or lower specificity below 1"
        )


@as_far_as_known
def _departure(scenario: Scenario) -> Iterator[Problem]:
    yield from _attrition(scenario)
    yield from _kinds(scenario)


@as_far_as_known
def _attrition(scenario: Scenario) -> Iterator[Problem]:
    months = [band.from_month for band in scenario.departure.attrition]
    if months[0] != 0:
        yield Problem(
            "departure.attrition[0].from_month", f"{months[0]} leaves the first months without a rate", "start the first band at 0"
        )
    if any(later <= earlier for earlier, later in itertools.pairwise(months)):
        yield Problem("departure.attrition", f"the bands start at {months}", "list them by rising from_month")


@as_far_as_known
def _kinds(scenario: Scenario) -> Iterator[Problem]:
    yield from unique("deployment.kinds", scenario.deployment.kinds)
    if sum(_largest(kind.weight) for kind in scenario.deployment.kinds) <= 0:
        yield Problem("deployment.kinds", "all weights are 0", "give at least one kind a weight above 0")


@as_far_as_known
def _tax(scenario: Scenario) -> Iterator[Problem]:
    if scenario.candidate.tax is not None:
        yield from _tax_state(scenario.candidate.tax)
        yield from _tax_year(scenario)


_UNTAXED = "drop [candidate.tax] to value offers before tax"


@as_far_as_known
def _tax_state(tax: CandidateTax) -> Iterator[Problem]:
    if tax.state is not None and tax.state not in TAX_STATES:
        remedy = f"use {', '.join(TAX_STATES)}, leave it out for federal tax alone, or {_UNTAXED}"
        yield Problem("candidate.tax.state", f"{shown(tax.state)} is not covered", remedy)


@as_far_as_known
def _tax_year(scenario: Scenario) -> Iterator[Problem]:
    typed = scenario.candidate.tax.first_year if scenario.candidate.tax else None
    first = scenario.as_of.year if typed is None else typed
    if first < TAX_YEARS[0]:
        yield Problem(
            "as_of" if typed is None else "candidate.tax.first_year",
            f"tax year {first} is not covered",
            f"the first year with rates is {TAX_YEARS[0]}; give a later one, or {_UNTAXED}",
        )


@as_far_as_known
def _employer(scenario: Scenario) -> Iterator[Problem]:
    yield from employer_faults(scenario.employer, scenario.company)


def _typed_below(value: Any, bound: float) -> bool:
    """Whether a number, or one that a distribution is typed with, is below a bound."""
    numbers = [value] if isinstance(value, int | float) else list(value.model_dump(exclude={"sd", "weights"}).values())
    return any(n < bound for each in numbers for n in (each if isinstance(each, tuple | list) else [each]))


def _largest(value: Any) -> float:
    """The largest a weight or probability can be, whether typed or drawn: enough to tell whether it is always 0."""
    return float(value) if isinstance(value, int | float) else 1.0


def _smallest(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
