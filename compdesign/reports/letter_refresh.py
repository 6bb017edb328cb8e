"""Exhibit A of a letter: the refresh rules that were simulated, in words."""

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Offer, RefreshRule
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports import letter_words as words
from compdesign.reports.letter_context import ExhibitA, RuleTerms
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import OPTIONS, percent
from compdesign.reports.worked_example import worked_example


def exhibit_a(scenario: Scenario, offer: Offer, employer: Employer, packet: Packet) -> ExhibitA:
    """The refresh exhibit of an offer with rules."""
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
        has_future_options=any(rule.instrument in OPTIONS for rule in future),
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
