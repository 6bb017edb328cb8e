"""What the templates of a letter may name: plain values, no arithmetic left to do.

One frozen dataclass for each part: the letter itself, Exhibit A, Exhibit B, the annex, the repayment agreement.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from compdesign.defaults.packs import Pack
from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant, Offer, RefreshRule
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.model.capitalization import common_price
from compdesign.model.vesting import vested_months, vested_shares
from compdesign.reports import letter_words as words
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import OPTIONS, dollars, percent
from compdesign.reports.worked_example import ExampleRow, worked_example
from compdesign.simulation.awards import shares_of

OPTION_YEARS = 10
"""Longest term of an incentive stock option, IRC 422(b)(3)."""
VALUATION_MONTHS = 12
"""A valuation older than this gives no presumption of fair value, Treas. Reg. 1.409A-1(b)(5)(iv)(B)."""


@dataclass(frozen=True)
class GrantTerms:
    """The new-hire grant in words. how: how an amount that is no number of shares becomes one."""

    size: str
    how: str
    name: str
    is_option: bool
    is_iso: bool
    is_restricted_stock: bool
    is_double_trigger: bool
    vesting: str
    exercise_months: str
    early_exercise: bool
    change_of_control: str


@dataclass(frozen=True)
class RuleTerms:
    """A refresh rule in words."""

    name: str
    trigger: str
    mode: str
    award: str
    vesting: str
    caps: str
    cooldown: str
    change_of_control: str


@dataclass(frozen=True)
class ExhibitA:
    """The refresh exhibit."""

    rules: tuple[RuleTerms, ...]
    example: tuple[ExampleRow, ...]
    has_upfront: bool
    has_future: bool
    has_cash: bool
    has_options: bool
    has_units: bool
    has_margin: bool
    has_dollars: bool
    has_percent: bool
    kinds: str
    cap_shares: str
    live_traffic: str
    live_days: str
    certifier: str
    certification_days: int
    approval_days: str
    decider: str
    dispute_days: int
    blocked_days: int
    blocked_tolled: bool
    recoupment_months: int
    ends: str
    controls: tuple[RuleTerms, ...]


@dataclass(frozen=True)
class VestingRow:
    """A vesting date. part: vested by then as a fraction of the grant; shares, total: whole shares, empty if unknown today."""

    day: str
    part: str
    shares: str
    total: str


@dataclass(frozen=True)
class ExhibitB:
    """The vesting table of the new-hire grant. shares: empty where the number is known only at grant."""

    size: str
    shares: str
    illustrated: bool
    starts: str
    schedule: str
    is_double_trigger: bool
    rows: tuple[VestingRow, ...]


@dataclass(frozen=True)
class ValueRow:
    """An exit value and what the grant would be worth then, before tax."""

    exit_value: str
    share: str
    gain: str
    diluted_share: str
    diluted_gain: str


@dataclass(frozen=True)
class Annex:
    """The value illustration, no part of the contract. estimated: the number of shares is known only at grant."""

    shares: str
    size: str
    estimated: bool
    is_option: bool
    fully_diluted: str
    ownership: str
    as_of: str
    preferred: str
    preference: str
    share_value: str
    valued: str
    stale: bool
    exercise_cost: str
    dilution: str
    dilution_assumed: bool
    rows: tuple[ValueRow, ...]


@dataclass(frozen=True)
class Repayment:
    """The separate repayment agreement. example: what would be repaid after some of the months."""

    sign_on: str
    months: int
    retention_ends: str
    law: str
    days: int
    choice: str
    example_months: int
    example: str


@dataclass(frozen=True)
class LetterContext:
    """The letter; the other parts are None where the offer has no use for them."""

    title: str
    company: str
    entity: str
    company_address: tuple[str, ...]
    signatory: str
    signatory_title: str
    candidate: str
    candidate_address: tuple[str, ...]
    dated: str
    created: str
    expires: str
    position: str
    manager: str
    location: str
    exempt: bool
    start: str
    exempt_text: str
    base: str
    base_per_period: str
    pay_range_text: str
    pay_range: str
    bonus: str
    bonus_amount: str
    bonus_formula: str
    sign_on: str
    grant: GrantTerms | None
    approver: str
    plan: str
    benefits: tuple[str, ...]
    leave: tuple[str, ...]
    at_will: str
    inventions: str
    arbitration: str
    law: str
    reviewed: bool
    pack: str
    pack_as_of: str
    exhibit_a: ExhibitA | None = field(default=None)
    exhibit_b: ExhibitB | None = field(default=None)
    annex: Annex | None = field(default=None)
    repayment: Repayment | None = field(default=None)


def letter_context(scenario: Scenario, offer: Offer, employer: Employer, packet: Packet, pack: Pack) -> LetterContext:
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
        inventions=pack.inventions.text,
        arbitration=pack.arbitration.text if employer.arbitration else "",
        law=pack.law,
        reviewed=is_reviewed(employer, pack),
        pack=pack.name,
        pack_as_of=spelled(date.fromisoformat(pack.as_of)),
        exhibit_a=_exhibit_a(scenario, offer, employer, packet) if offer.refresh else None,
        exhibit_b=_exhibit_b(scenario, offer.grant, packet) if offer.grant else None,
        annex=_annex(scenario, offer.grant, employer, packet) if offer.grant else None,
        repayment=_repayment(offer, packet, pack) if offer.sign_on and offer.sign_on_repayment_months else None,
    )


def is_reviewed(employer: Employer, pack: Pack) -> bool:
    """Whether counsel has reviewed the texts since they were last changed."""
    return employer.counsel_reviewed is not None and employer.counsel_reviewed >= date.fromisoformat(pack.as_of)


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
        exercise_months=words.count(exercise, "month"),
        early_exercise=packet.early_exercise,
        change_of_control=percent(100 * grant.change_of_control) if grant.change_of_control else "",
    )


def _rule(rule: RefreshRule) -> RuleTerms:
    return RuleTerms(
        name=rule.name,
        trigger=words.trigger(rule.trigger),
        mode=words.mode(rule),
        award=words.award(rule.award, rule),
        vesting="paid when earned" if rule.instrument == "cash" else words.vesting(rule.vesting),
        caps=words.caps(rule),
        cooldown=words.count(rule.cooldown_months, "month") if rule.cooldown_months else "none",
        change_of_control=percent(100 * rule.change_of_control) if rule.change_of_control and rule.instrument != "cash" else "",
    )


def _exhibit_a(scenario: Scenario, offer: Offer, employer: Employer, packet: Packet) -> ExhibitA:
    rules, kinds = offer.refresh, [kind.name for kind in scenario.deployment.kinds]
    equity = [rule for rule in rules if rule.instrument != "cash"]
    future = [rule for rule in equity if rule.mode == "future"]
    terms = tuple(_rule(rule) for rule in rules)
    days = scenario.deployment.verification_days
    return ExhibitA(
        rules=terms,
        example=worked_example(offer, kinds, employer, packet.start),
        has_upfront=any(rule.mode == "upfront" for rule in equity),
        has_future=bool(future),
        has_cash=len(equity) < len(rules),
        has_options=any(rule.instrument in OPTIONS for rule in equity),
        has_units=any(rule.instrument not in OPTIONS for rule in equity),
        has_margin=any("margin_gain_bps" in type(leaf).model_fields for rule in rules for leaf in words.leaves(rule.trigger)),
        has_dollars=any(rule.unit == "dollars" for rule in equity),
        has_percent=any(rule.unit == "percent" for rule in equity),
        kinds=words.listed(kinds) if len(kinds) > 1 else "",
        cap_shares=words.count(offer.refresh_cap_shares, "share") if offer.refresh_cap_shares else "",
        live_traffic=percent(100 * employer.live_traffic),
        live_days=words.count(float(days), "day"),
        certifier=employer.certifier,
        certification_days=employer.certification_days,
        approval_days=words.listed(sorted({words.plain(rule.approval_lag_days) for rule in future if rule.approval_lag_days}) or [""]),
        decider=employer.dispute_decider,
        dispute_days=employer.dispute_days,
        blocked_days=employer.blocked_release_days,
        blocked_tolled=employer.blocked_release == "tolled",
        recoupment_months=employer.recoupment_months,
        ends=spelled(months_after(packet.start, employer.refresh_months)),
        controls=tuple(rule for rule in terms if rule.change_of_control),
    )


def granted_shares(scenario: Scenario, grant: Grant, share_value: float) -> float:
    """Whole shares of a grant: as typed, or as they would be today at the last valuation and the as-of date's count."""
    return float(shares_of(grant.amount, grant.unit, np.array([share_value]), np.array([fully_diluted(scenario)]))[0])


def fully_diluted(scenario: Scenario) -> float:
    """Common and options outstanding, preferred as converted, and the unallocated pool, at the as-of date."""
    table = scenario.company.capitalization
    return float(table.common_shares + table.preferred_shares + table.pool_available)


def _exhibit_b(scenario: Scenario, grant: Grant, packet: Packet) -> ExhibitB:
    schedule, counted = grant.vesting, grant.unit != "dollars"
    shares = granted_shares(scenario, grant, 1.0) if counted else 0.0
    tenure = np.arange(schedule.months + 1)
    vested = vested_shares(np.full(len(tenure), shares), tenure, schedule.months, schedule.cliff, schedule.every)
    parts = vested_months(tenure, schedule.months, schedule.cliff, schedule.every) if schedule.months else np.ones(1, np.int64)
    whole = max(schedule.months, 1)
    rows = []
    for month in tenure:
        before = (parts[month - 1], vested[month - 1]) if month else (0, 0.0)
        # a date on which nothing vests has no row; a part may vest no whole share of a very small grant
        if parts[month] > before[0] and (not counted or vested[month] > before[1]):
            rows.append(
                VestingRow(
                    spelled(months_after(packet.start, int(month))),
                    f"{parts[month]}/{whole}",
                    f"{vested[month] - before[1]:,.0f}" if counted else "",
                    f"{vested[month]:,.0f}" if counted else "",
                )
            )
    return ExhibitB(
        size=words.amount(grant.amount, grant.unit),
        shares=f"{shares:,.0f}" if counted else "",
        illustrated=grant.unit == "percent",
        starts=spelled(packet.start),
        schedule=words.vesting(schedule),
        is_double_trigger=grant.instrument == "rsu_double_trigger",
        rows=tuple(rows),
    )


def _annex(scenario: Scenario, grant: Grant, employer: Employer, packet: Packet) -> Annex:
    table, today = scenario.company.capitalization, fully_diluted(scenario)
    value, valued = employer.share_value or 0.0, employer.share_value_date or scenario.as_of
    shares, is_option = granted_shares(scenario, grant, value), grant.instrument in OPTIONS
    strike = value if is_option else 0.0
    later = today / (1 - employer.later_dilution) if employer.later_dilution < 1 else np.inf

    def row(exit_value: float) -> ValueRow:
        now, diluted = (
            float(common_price(exit_value, count, table.preferred_shares, table.liquidation_preference)) for count in (today, later)
        )
        gain, diluted_gain = (max(price - strike, 0.0) * shares for price in (now, diluted))
        return ValueRow(dollars(exit_value), f"${now:,.2f}", f"${gain:,.0f}", f"${diluted:,.2f}", f"${diluted_gain:,.0f}")

    return Annex(
        shares=f"{shares:,.0f}",
        size=words.amount(grant.amount, grant.unit),
        estimated=grant.unit != "shares",
        is_option=is_option,
        fully_diluted=f"{today:,.0f}",
        ownership="" if grant.unit == "percent" else percent(float(f"{100 * shares / today:.3g}")),
        as_of=spelled(scenario.as_of),
        preferred=f"{table.preferred_shares:,}",
        preference=dollars(table.liquidation_preference),
        share_value=f"${value:,.2f}",
        valued=spelled(valued),
        stale=packet.letter_date > months_after(valued, VALUATION_MONTHS),
        exercise_cost=f"${strike * shares:,.0f}",
        dilution=percent(100 * employer.later_dilution),
        dilution_assumed="later_dilution" not in employer.model_fields_set,
        rows=tuple(row(exit_value) for exit_value in employer.exit_values),
    )


def _repayment(offer: Offer, packet: Packet, pack: Pack) -> Repayment:
    months = offer.sign_on_repayment_months
    served = months // 2
    return Repayment(
        sign_on=dollars(offer.sign_on),
        months=months,
        retention_ends=spelled(months_after(packet.start, months)),
        law=pack.repayment.text,
        days=int(pack.repayment.value or 0),
        choice=packet.sign_on_choice,
        example_months=served,
        example=dollars(round(offer.sign_on * (1 - served / months), 2)),
    )
