"""How much of an award has vested on a date, from its terms or its list of dates and the vesting transactions recorded."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from compdesign.captable.ledger import Security, positive
from compdesign.captable.ocf_package import Item
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.acceleration import accelerate
from compdesign.vesting.ocf_terms import calendar_date, numeric
from compdesign.vesting.schedule import Grant, GrantAfterStart, Instalment, instalments, vested_on
from compdesign.vesting.terms import VestingTerms


def vesting_schedule(security: Security, terms: VestingTerms | None, acts: Sequence[Item], policy: GrantAfterStart) -> list[Instalment]:
    """Dated instalments of an issuance, in shares before splits.

    acts: the vesting transactions of the security so far. policy: what becomes of instalments dated before the grant. A list of dates
    (`vestings`) overrides terms; with neither, all is vested at issuance (OCF EquityCompensationIssuance).
    """
    issuance = security.issuance
    listed = issuance.data.get("vestings")
    if isinstance(listed, list) and listed:
        schedule = _listed(issuance, listed)
    elif terms is not None:
        events = {str(act.data["vesting_condition_id"]): act.day for act in acts if act.type != "TX_VESTING_ACCELERATION"}
        schedule = instalments(Grant(_whole(issuance), issuance.day), terms, events, policy)
    else:
        schedule = [Instalment(issuance.day, positive(issuance, "quantity"), "issuance")]
    for act in acts:
        if act.type == "TX_VESTING_ACCELERATION":
            schedule = _accelerated(schedule, act)
    return schedule


def vested_shares(security: Security, schedule: Sequence[Instalment], day: date) -> Fraction:
    """Shares of a security outstanding that have vested on `day`: those vested and not exercised yet, after splits."""
    vested = Fraction(vested_on(schedule, day)) * security.scale - security.exercised
    return min(security.outstanding, max(Fraction(0), vested))


def _whole(issuance: Item) -> int:
    quantity = positive(issuance, "quantity")
    if quantity.denominator > 1:
        raise ScenarioError([Problem(issuance.where, f"quantity is {issuance.data.get('quantity')}", "grant whole shares")])
    return int(quantity)


def _listed(issuance: Item, listed: Sequence[object]) -> list[Instalment]:
    made = []
    for each in listed:
        entry = each if isinstance(each, dict) else {}
        when = calendar_date(issuance.where, "vestings.date", entry.get("date"))
        made.append(Instalment(when, numeric(issuance.where, "vestings.amount", entry.get("amount")), "vestings"))
    total, quantity = sum((each.shares for each in made), start=Fraction(0)), positive(issuance, "quantity")
    if total > quantity or any(each.shares < 0 for each in made):
        what = f"vestings come to {float(total):,.0f} of {float(quantity):,.0f} shares, or one is below 0"
        raise ScenarioError([Problem(issuance.where, what, "correct the amounts")])
    return sorted(made, key=lambda each: each.date)


def _accelerated(schedule: list[Instalment], act: Item) -> list[Instalment]:
    try:
        return accelerate(schedule, act.day, positive(act, "quantity"))
    except ScenarioError as error:
        raise ScenarioError([Problem(act.where, problem.what, problem.remedy) for problem in error.problems]) from None
