"""Exhibit A of a letter: the refresh rules that were simulated, in words."""

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import MarginGain, Offer, RefreshRule, Tenure
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports import letter_words as words
from compdesign.reports.letter_context import ExhibitA, RuleTerms
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import OPTIONS, dollars, percent
from compdesign.reports.worked_example import worked_example


def exhibit_a(scenario: Scenario, offer: Offer, employer: Employer, packet: Packet) -> ExhibitA:
    """The refresh exhibit of an offer with rules."""
    rules, kinds = offer.refresh, [kind.name for kind in scenario.deployment.kinds]
    equity = [rule for rule in rules if rule.instrument != "cash"]
    future = [rule for rule in equity if rule.mode == "future"]
    upfront = [rule for rule in equity if rule.mode == "upfront"]
    triggers = [leaf for rule in rules for leaf in words.leaves(rule.trigger)]
    terms = tuple(_rule(rule) for rule in rules)
    days = scenario.deployment.verification_days
    caps = any(rule.cap is not None or rule.cap_per_year is not None for rule in rules)
    caps = caps or offer.refresh_cap_shares is not None or offer.refresh_cap_dollars is not None
    cools = any(rule.cooldown_months for rule in rules)
    in_dollars, in_percent = (any(rule.unit == unit for rule in equity) for unit in ("dollars", "percent"))
    return ExhibitA(
        rules=terms,
        several=len(rules) > 1,
        example=worked_example(offer, kinds, employer, packet.start),
        has_deployments=not all(isinstance(leaf, Tenure) for leaf in triggers),
        has_tenure=any(isinstance(leaf, Tenure) for leaf in triggers),
        has_equity=bool(equity),
        has_upfront=bool(upfront),
        has_upfront_options=any(rule.instrument in OPTIONS for rule in upfront),
        has_future=bool(future),
        has_cash=len(equity) < len(rules),
        has_options=any(rule.instrument in OPTIONS for rule in equity),
        has_future_options=any(rule.instrument in OPTIONS for rule in future),
        has_margin=any(isinstance(leaf, MarginGain) for leaf in triggers),
        has_years=any(rule.cap_per_year is not None for rule in rules),
        has_caps=caps,
        has_cooldown=cools,
        notes_follow=caps or cools or in_dollars or in_percent,
        paid_in=_paid_in({rule.instrument for rule in rules}),
        has_dollars=in_dollars,
        has_percent=in_percent,
        kinds=words.listed(kinds) if len(kinds) > 1 else "",
        cap_shares=words.count(offer.refresh_cap_shares, "share") if offer.refresh_cap_shares else "",
        cap_dollars=dollars(offer.refresh_cap_dollars) if offer.refresh_cap_dollars else "",
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


def _paid_in(instruments: set[str]) -> str:
    """The awards that are money or a promise of shares later; options and stock are neither (Treas. Reg. 1.409A-1(b)(5), (6))."""
    cash, units = "cash" in instruments, bool(instruments & {"rsu", "rsu_double_trigger"})
    return "Cash and units are" if cash and units else "Cash is" if cash else "Units are" if units else ""


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
