"""The equity parts of a letter: Exhibit A, Exhibit B and the annex, from the objects that were simulated."""

import numpy as np

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant, Offer, RefreshRule
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.model.capitalization import common_price
from compdesign.model.vesting import vested_months, vested_shares
from compdesign.reports import letter_words as words
from compdesign.reports.letter_context import Annex, ExhibitA, ExhibitB, RuleTerms, ValueRow, VestingRow
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_words import OPTIONS, dollars, percent
from compdesign.reports.worked_example import worked_example
from compdesign.simulation.awards import shares_of

VALUATION_MONTHS = 12
"""A valuation older than this gives no presumption of fair value, Treas. Reg. 1.409A-1(b)(5)(iv)(B)."""


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


def exhibit_b(scenario: Scenario, grant: Grant, packet: Packet) -> ExhibitB:
    """The dated vesting table of a new-hire grant; whole shares where their number is known or can be illustrated."""
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


def annex(scenario: Scenario, grant: Grant, employer: Employer, packet: Packet) -> Annex:
    """The value of a new-hire grant at the employer's three exit values; the strike is taken to be the last valuation."""
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


def granted_shares(scenario: Scenario, grant: Grant, share_value: float) -> float:
    """Whole shares of a grant: as typed, or as they would be today at the last valuation and the as-of date's count."""
    return float(shares_of(grant.amount, grant.unit, np.array([share_value]), np.array([fully_diluted(scenario)]))[0])


def fully_diluted(scenario: Scenario) -> float:
    """Common and options outstanding, preferred as converted, and the unallocated pool, at the as-of date."""
    table = scenario.company.capitalization
    return float(table.common_shares + table.preferred_shares + table.pool_available)
