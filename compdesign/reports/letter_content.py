"""Every value of a letter, from the scenario, the candidate's file and the jurisdiction pack."""

from datetime import date

from compdesign.defaults.packs import Pack
from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant, Offer
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports import letter_words as words
from compdesign.reports.letter_annex import annex
from compdesign.reports.letter_context import GrantTerms, LetterContext, Repayment
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_grant import exhibit_b
from compdesign.reports.letter_refresh import exhibit_a
from compdesign.reports.letter_words import OPTIONS, dollars, percent


def letter_content(scenario: Scenario, offer: Offer, employer: Employer, packet: Packet, pack: Pack) -> LetterContext:
    """Every value that the templates of this letter name."""
    posted = packet.posted_pay_range
    bonus = offer.base * offer.bonus
    return LetterContext(
        title=f"Offer of employment: {packet.name}",
        company=employer.legal_name,
        entity=employer.entity,
        company_address=employer.address,
        signatory=employer.signatory_name,
        signatory_title=employer.signatory_title,
        candidate=packet.name,
        candidate_address=packet.address,
        dated=spelled(packet.letter_date),
        created=packet.letter_date.isoformat(),
        expires=spelled(packet.expires),
        position=packet.position,
        manager=packet.manager,
        location=packet.location,
        exempt=packet.exempt,
        start=spelled(packet.start),
        exempt_text=pack.exempt.text,
        base=dollars(offer.base),
        base_per_period=f"${offer.base / 24:,.2f}",
        pay_range_text=pack.pay_range.text,
        pay_range=f"{dollars(posted.low)} to {dollars(posted.high)} a year" if posted else "",
        bonus=percent(100 * offer.bonus) if offer.bonus else "",
        bonus_amount=dollars(round(bonus, 2)),
        bonus_formula=employer.bonus_formula or "" if employer.bonus == "formula" else "",
        sign_on=dollars(offer.sign_on) if offer.sign_on else "",
        grant=_grant(scenario, offer.grant, packet) if offer.grant else None,
        approver=employer.approver,
        plan=employer.equity_plan or "",
        benefits=employer.benefits,
        leave=tuple(each.text for each in pack.leave),
        at_will=pack.at_will.text,
        background=_background(employer, pack),
        inventions=pack.inventions.text,
        arbitration=pack.arbitration.text if employer.arbitration else "",
        law=pack.law,
        reviewed=is_reviewed(employer, pack),
        pack=pack.name,
        pack_as_of=spelled(date.fromisoformat(pack.as_of)),
        exhibit_a=exhibit_a(scenario, offer, employer, packet) if offer.refresh else None,
        exhibit_b=exhibit_b(scenario, offer.grant, employer, packet) if offer.grant else None,
        annex=annex(scenario, offer, offer.grant, employer, packet) if offer.grant else None,
        repayment=_repayment(offer, packet, pack) if offer.sign_on and offer.sign_on_repayment_months else None,
    )


def is_reviewed(employer: Employer, pack: Pack) -> bool:
    """Whether counsel has reviewed the texts since they were last changed."""
    return employer.counsel_reviewed is not None and employer.counsel_reviewed >= date.fromisoformat(pack.as_of)


def _background(employer: Employer, pack: Pack) -> str:
    """What the law of the place asks of a background check; nothing where it does not bind an employer of this size."""
    bound = pack.background.value is None or employer.employees is None or employer.employees >= pack.background.value
    return pack.background.text if bound else ""


def _grant(scenario: Scenario, grant: Grant, packet: Packet) -> GrantTerms:
    how = {
        "shares": "",
        "dollars": "The number of shares is that amount divided by the fair market value of one share of common stock on the date of "
        "grant, rounded down to a whole share; it is not known today.",
        "percent": "The number of shares is that percentage of the Company’s fully diluted shares on the date of grant (common stock "
        "and options outstanding, preferred stock as converted, and the unallocated pool), rounded down to a whole share.",
    }[grant.unit]
    exercise = scenario.departure.post_termination_exercise_months
    return GrantTerms(
        size=words.amount(grant.amount, grant.unit),
        how=how,
        name=words.INSTRUMENTS[grant.instrument],
        is_option=grant.instrument in OPTIONS,
        is_iso=grant.instrument == "iso",
        is_restricted_stock=grant.instrument == "restricted_stock",
        is_double_trigger=grant.instrument == "rsu_double_trigger",
        vesting=words.vesting(grant.vesting),
        at_once=grant.vesting.months == 0,
        exercise_months=words.count(exercise, "month"),
        early_exercise=packet.early_exercise,
        change_of_control=percent(100 * grant.change_of_control) if grant.change_of_control else "",
    )


def _repayment(offer: Offer, packet: Packet, pack: Pack) -> Repayment:
    months = offer.sign_on_repayment_months
    served = months // 2
    return Repayment(
        sign_on=dollars(offer.sign_on),
        months=months,
        period=words.count(months, "month"),
        retention_ends=spelled(months_after(packet.start, months)),
        law=pack.repayment.text,
        days=int(pack.repayment.value or 0),
        choice=packet.sign_on_choice,
        example_when=f"after {words.count(served, 'complete month')}" if served else "before the first month is complete",
        example=dollars(round(offer.sign_on * (1 - served / months), 2)),
    )
