"""What stands against a letter: faults of the input (ScenarioError), policies and laws that say no (Refused)."""

from collections.abc import Mapping
from difflib import get_close_matches

from compdesign.defaults.packs import Pack, packs
from compdesign.errors import Problem, Refused, ScenarioError
from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Offer
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.inputs.uncertain import shown
from compdesign.reports.letter_dates import business_days
from compdesign.reports.letter_words import OPTIONS, dollars, listed

EMPLOYER_TABLE = """\
[employer]
legal_name = "Example, Inc."
entity = "Delaware corporation"
address = ["1 Main Street", "Springfield, CA 90000"]
signatory_name = "Name of who signs"
signatory_title = "Chief Executive Officer"
# for offers with equity:
equity_plan = "Example, Inc. Equity Incentive Plan"
share_value = 1.00           # $ for a common share in the last 409A valuation
share_value_date = 2026-06-30
exit_values = [0, 250_000_000, 800_000_000] # the lowest at or below the liquidation preference
"""
"""What a scenario needs before its first letter."""


def offer_named(scenario: Scenario, structure: str) -> Offer:
    """The structure of that name."""
    for offer in scenario.offers:
        if offer.name == structure:
            return offer
    names = [offer.name for offer in scenario.offers]
    meant = get_close_matches(structure[:80], names, 1)
    known = ", ".join(f'"{name}"' for name in names)
    remedy = f'did you mean "{meant[0]}"? The structures are {known}' if meant else f"use one of {known}"
    raise ScenarioError([Problem("--structure", f"{shown(structure)} is no structure of this scenario", remedy)])


def employer_of(scenario: Scenario, offer: Offer) -> Employer:
    """The employer, with all that a letter for this offer needs; ScenarioError naming each key that is missing."""
    employer = scenario.employer
    if employer is None:
        remedy = (
            f"add this table to the scenario, with your company's own text (`compdesign schema` explains every key):\n\n{EMPLOYER_TABLE}"
        )
        raise ScenarioError([Problem("employer", "is missing, and a letter names its sender", remedy)])
    problems = []
    equity_rules = [rule for rule in offer.refresh if rule.instrument != "cash"]
    if (offer.grant is not None or equity_rules) and employer.equity_plan is None:
        problems.append(Problem("employer.equity_plan", "is missing, and this offer grants equity", "name the plan"))
    if offer.grant is not None:
        if employer.share_value is None:
            problems.append(
                Problem(
                    "employer.share_value", "is missing, and the annex shows the cost to exercise", "give share_value and share_value_date"
                )
            )
        if not employer.exit_values:
            problems.append(
                Problem("employer.exit_values", "is missing, and the annex shows what shares are worth", "give three exit values, rising")
            )
    if offer.refresh and not isinstance(scenario.deployment.verification_days, int | float):
        problems.append(
            Problem("deployment.verification_days", "is a distribution, and a promise needs one number", "give the days in this scenario")
        )
    if problems:
        raise ScenarioError(problems)
    return employer


def pack_of(packet: Packet) -> Pack:
    """The jurisdiction pack of a candidate's place of work."""
    shipped, place = packs(), packet.jurisdiction
    if place not in shipped:
        states = listed([code for code in shipped if code != "US"])
        what = f"'{place}' is not covered; covered are {states}, and US (generic)"
        raise Refused(Problem("jurisdiction", what, _covered_instead(place.upper(), shipped)))
    return shipped[place]


def _covered_instead(place: str, shipped: Mapping[str, Pack]) -> str:
    for code in (place, f"US-{place}"):
        if code in shipped:
            return f"write {code}"
    if place.startswith("US"):
        return "other states go under US, whose text names its limits"
    return "other countries know no employment at will and need written particulars of their own law"


def check_policies(employer: Employer, offer: Offer, packet: Packet, pack: Pack) -> None:
    """Refused where the company's policy or the law of the place forbids this letter."""
    if employer.requires_passed_screen and (packet.screen is None or not packet.screen.passed):
        shown = "shows none" if packet.screen is None else "shows that it was not passed"
        what = f"the company makes no offer without a passed screen, and the candidate's file {shown}"
        raise Refused(Problem("screen", what, "screen first, and add the result; employer.requires_passed_screen states the policy"))
    least = pack.exempt.value or 0.0
    if packet.exempt and offer.base < least:
        what = (
            f"{dollars(offer.base)} a year is below {dollars(least)}, the least for an exempt position in {pack.name} ({pack.exempt.as_of})"
        )
        raise Refused(Problem("exempt", what, "raise the base, or state that the position is not exempt"))
    _check_range(employer, offer, packet, pack)
    if packet.early_exercise and not (employer.early_exercise and offer.grant is not None and offer.grant.instrument in OPTIONS):
        what = "the plan or this offer does not allow exercise before vesting"
        remedy = "set it to false, or state employer.early_exercise if the plan allows it and grant options"
        raise Refused(Problem("early_exercise", what, remedy))
    days = int(pack.repayment.value or 0)
    if offer.sign_on and offer.sign_on_repayment_months and (given := business_days(packet.letter_date, packet.expires)) < days:
        what = f"the repayment agreement needs {days} business days to consider it, and {packet.expires} leaves {given}"
        raise Refused(Problem("expires", what, "give a later day"))


def _check_range(employer: Employer, offer: Offer, packet: Packet, pack: Pack) -> None:
    posted, bound_from = packet.posted_pay_range, pack.pay_range.value
    if posted is None:
        if bound_from is not None and (employer.employees is None or employer.employees >= bound_from):
            what = f"is missing, and in {pack.name} employers of {bound_from:.0f} or more state the range in every posting"
            raise Refused(Problem("posted_pay_range", what, "add it, or state employer.employees if there are fewer"))
    elif not posted.low <= offer.base <= posted.high:
        posting = f"{dollars(posted.low)} to {dollars(posted.high)}"
        what = f"base pay of {dollars(offer.base)} lies outside the range of the posting, {posting}"
        raise Refused(Problem("posted_pay_range", what, "correct the range or the offer"))
