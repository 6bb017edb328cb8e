"""What is wrong with a scenario only in combination: one check a fault, each naming its key and the remedy."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from compdesign.defaults import TAX_STATES, TAX_YEARS
from compdesign.errors import Problem
from compdesign.inputs.employer import employer_faults
from compdesign.inputs.offers import AllOf, AnyOf, EveryDeployment, NthDeployment, Offer, RefreshRule, Vesting
from compdesign.inputs.uncertain import shown

if TYPE_CHECKING:
    from compdesign.inputs.scenario import Scenario


def inconsistencies(scenario: Scenario) -> list[Problem]:
    """Every fault that no single field shows."""
    employer = employer_faults(scenario.employer, scenario.company.capitalization.liquidation_preference)
    return [*_company(scenario), *_hiring(scenario), *_departure(scenario), *_tax(scenario), *employer, *_offers(scenario)]


def _company(scenario: Scenario) -> Iterator[Problem]:
    company = scenario.company
    if company.ga.planned and company.ga.planned < scenario.as_of:
        yield Problem(
            "company.ga.planned",
            f"{company.ga.planned} is before the as-of date {scenario.as_of}",
            "give a date on or after as_of, or drop it if GA has been reached",
        )
    for name in ("revenue_growth", "operating_expense_growth"):
        if _typed_below(growth := getattr(company, name), -1):
            yield Problem(f"company.{name}", f"{shown(growth)} shrinks by more than all of it", "give growth of at least -1 (-100 %)")
    capitalization = company.capitalization
    if capitalization.common_shares + capitalization.preferred_shares == 0:
        yield Problem("company.capitalization.common_shares", "0 shares are outstanding", "give the common shares outstanding")
    if capitalization.liquidation_preference and not capitalization.preferred_shares:
        yield Problem(
            "company.capitalization.liquidation_preference",
            f"${capitalization.liquidation_preference:,.0f} is preferred to no share",
            "give preferred_shares, or drop the preference",
        )
    if sum(_largest(kind.weight) for kind in company.exit.types) <= 0:
        yield Problem("company.exit.types", "all weights are 0", "give at least one type a weight above 0")
    for i, financing in enumerate(company.financing):
        if financing.pool_target is not None and financing.pool_target >= 0.9:
            yield Problem(
                f"company.financing[{i}].pool_target", f"{financing.pool_target} leaves nothing to investors", "give a share below 0.9"
            )
    for i, top_up in enumerate(capitalization.top_ups):
        if top_up.target >= 0.9:
            yield Problem(f"company.capitalization.top_ups[{i}].target", f"{top_up.target} is no pool", "give a share below 0.9")


def _hiring(scenario: Scenario) -> Iterator[Problem]:
    screen = scenario.hiring.screen
    if screen is None:
        return
    nobody = _largest(screen.sensitivity) * _largest(scenario.hiring.production_share) == 0 and _smallest(screen.specificity) == 1
    if nobody:
        yield Problem(
            "hiring.screen", "nobody can ever pass", "raise sensitivity or production_share above 0, or lower specificity below 1"
        )


def _departure(scenario: Scenario) -> Iterator[Problem]:
    months = [band.from_month for band in scenario.departure.attrition]
    if months[0] != 0:
        yield Problem(
            "departure.attrition[0].from_month", f"{months[0]} leaves the first months without a rate", "start the first band at 0"
        )
    if any(later <= earlier for earlier, later in itertools.pairwise(months)):
        yield Problem("departure.attrition", f"the bands start at {months}", "list them by rising from_month")
    for name, kinds in (("deployment.kinds", scenario.deployment.kinds), ("company.exit.types", scenario.company.exit.types)):
        yield from _unique(name, [kind.name for kind in kinds])
    if sum(_largest(kind.weight) for kind in scenario.deployment.kinds) <= 0:
        yield Problem("deployment.kinds", "all weights are 0", "give at least one kind a weight above 0")


def _tax(scenario: Scenario) -> Iterator[Problem]:
    tax = scenario.candidate.tax
    if tax is None:
        return
    drop = "drop [candidate.tax] to value offers before tax"
    if tax.state is not None and tax.state not in TAX_STATES:
        remedy = f"use {', '.join(TAX_STATES)}, leave it out for federal tax alone, or {drop}"
        yield Problem("candidate.tax.state", f"{shown(tax.state)} is not covered", remedy)
    first = scenario.as_of.year if tax.first_year is None else tax.first_year
    if first < TAX_YEARS[0]:
        where = "as_of" if tax.first_year is None else "candidate.tax.first_year"
        yield Problem(
            where, f"tax year {first} is not covered", f"the first year with rates is {TAX_YEARS[0]}; give a later one, or {drop}"
        )


def _offers(scenario: Scenario) -> Iterator[Problem]:
    yield from _unique("offers", [offer.name for offer in scenario.offers])
    kinds = {kind.name for kind in scenario.deployment.kinds}
    for i, offer in enumerate(scenario.offers):
        where = f"offers[{i}]"
        if offer.base * (1 + offer.bonus) == 0:
            yield Problem(f"{where}.base", "0 pays nobody", "give annual base pay above 0")
        if offer.grant:
            yield from _vesting(f"{where}.grant.vesting", offer.grant.vesting)
            yield from _amount(f"{where}.grant.amount", offer.grant.amount, offer.grant.unit)
        yield from _unique(f"{where}.refresh", [rule.name for rule in offer.refresh])
        for j, rule in enumerate(offer.refresh):
            yield from _rule(f"{where}.refresh[{j}]", rule, kinds, offer)


def _rule(where: str, rule: RefreshRule, kinds: set[str], offer: Offer) -> Iterator[Problem]:
    yield from _vesting(f"{where}.vesting", rule.vesting)
    yield from _amount(f"{where}.award", rule.award, rule.unit)
    for key, cap in (("cap", rule.cap), ("cap_per_year", rule.cap_per_year)):
        if cap is not None and cap < rule.award:
            yield Problem(
                f"{where}.{key}", f"{cap:,g} is below the award of {rule.award:,g} {rule.unit}", "raise the cap or lower the award"
            )
    if rule.instrument == "cash" and rule.unit != "dollars":
        yield Problem(f"{where}.unit", f"{rule.unit} cannot be paid in cash", 'set unit = "dollars", or choose an equity instrument')
    if rule.mode == "upfront" and rule.instrument != "cash":
        if rule.cap is None:
            yield Problem(
                f"{where}.cap", "missing, but an upfront rule reserves its cap at hire", "give the most this rule may award one person"
            )
        if rule.approval_lag_days or rule.refusal_probability != 0:
            yield Problem(
                f"{where}.mode",
                "an upfront grant needs no later approval",
                'drop approval_lag_days and refusal_probability, or set mode = "future"',
            )
    if (
        offer.refresh_cap_shares is not None
        and rule.unit == "shares"
        and rule.instrument != "cash"
        and offer.refresh_cap_shares < rule.award
    ):
        yield Problem(
            f"{where.rsplit('.', 1)[0]}.refresh_cap_shares",
            f"{offer.refresh_cap_shares:,} is below the award of {rule.award:,g} shares of rule '{rule.name}'",
            "raise the cap or lower the award",
        )
    if offer.refresh_cap_dollars is not None and rule.instrument == "cash" and offer.refresh_cap_dollars < rule.award:
        yield Problem(
            f"{where.rsplit('.', 1)[0]}.refresh_cap_dollars",
            f"{offer.refresh_cap_dollars:,g} is below the award of ${rule.award:,g} of rule '{rule.name}'",
            "raise the cap or lower the award",
        )
    for trigger in _leaves(rule.trigger):
        if isinstance(trigger, EveryDeployment | NthDeployment) and trigger.kind is not None and trigger.kind not in kinds:
            yield Problem(
                f"{where}.trigger.kind",
                f"'{trigger.kind}' is no kind of deployment",
                f"use one of {', '.join(sorted(kinds))}, or add it to deployment.kinds",
            )


def _leaves(trigger: Any) -> Iterator[Any]:
    """The triggers inside boolean combinations, in order."""
    parts = trigger.all if isinstance(trigger, AllOf) else trigger.any if isinstance(trigger, AnyOf) else None
    if parts is None:
        yield trigger
    else:
        for part in parts:
            yield from _leaves(part)


def _vesting(where: str, vesting: Vesting) -> Iterator[Problem]:
    if vesting.cliff > vesting.months:
        yield Problem(
            f"{where}.cliff",
            f"{vesting.cliff} months is longer than the vesting of {vesting.months} months",
            "shorten the cliff or lengthen the vesting",
        )
    elif vesting.months % vesting.every:
        yield Problem(
            f"{where}.every", f"{vesting.every} months does not divide the vesting of {vesting.months} months", "choose a divisor"
        )


def _amount(where: str, amount: float, unit: str) -> Iterator[Problem]:
    if unit == "shares" and amount != int(amount):
        yield Problem(where, f"{amount:,g} is no whole number of shares", "give whole shares")
    if unit == "percent" and amount > 100:
        yield Problem(where, f"{amount:,g} % is more than the company", "give a percentage of fully diluted shares, e.g. 0.1")


def _unique(where: str, names: list[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(where, f"{count} entries are named '{name}'", "give each its own name")


def _typed_below(value: Any, bound: float) -> bool:
    """Whether a number, or one that a distribution is typed with, is below a bound."""
    numbers = [value] if isinstance(value, int | float) else list(value.model_dump(exclude={"sd", "weights"}).values())
    return any(n < bound for each in numbers for n in (each if isinstance(each, tuple | list) else [each]))


def _largest(value: Any) -> float:
    """The largest a weight or probability can be, whether typed or drawn: enough to tell whether it is always 0."""
    return float(value) if isinstance(value, int | float) else 1.0


def _smallest(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
