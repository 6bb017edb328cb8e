"""The annex of a letter, no part of the contract: what the equity could be worth, and how an option splits for tax."""

from decimal import Decimal

import numpy as np

from compdesign.defaults import tax_us
from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant, Offer, RefreshRule
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports import letter_words as words
from compdesign.reports.letter_context import Annex, AwardRow, IsoEstimate, IsoYear, ValueRow
from compdesign.reports.letter_dates import months_after, spelled
from compdesign.reports.letter_grant import dated, fully_diluted, granted_shares
from compdesign.reports.letter_words import OPTIONS, dollars, percent
from compdesign.simulation.share_classes import price_at
from compdesign.tax.iso_limit import iso_split
from compdesign.tax.option_grants import Exercisable, OptionGrant

VALUATION_MONTHS = 12
"""A valuation older than this gives no presumption of fair value, Treas. Reg. 1.409A-1(b)(5)(iv)(B)."""


def annex(scenario: Scenario, offer: Offer, grant: Grant, employer: Employer, packet: Packet) -> Annex:
    """The value of a new-hire grant at the employer's three exit values; the strike is taken to be the last valuation."""
    table, today = scenario.company.capitalization, fully_diluted(scenario)
    value, valued = employer.share_value or 0.0, employer.share_value_date or scenario.as_of
    shares, is_option = granted_shares(scenario, grant, value), grant.instrument in OPTIONS
    strike = value if is_option else 0.0
    later = today / (1 - employer.later_dilution) if employer.later_dilution < 1 else np.inf
    prices, diluted_prices = ([price_at(scenario.company, each, count) for each in employer.exit_values] for count in (today, later))
    equity = [rule for rule in offer.refresh if rule.instrument != "cash"]
    return Annex(
        shares=f"{shares:,}",
        size=words.amount(grant.amount, grant.unit),
        estimated=grant.unit != "shares",
        is_option=is_option,
        fully_diluted=f"{today:,.0f}",
        ownership="" if grant.unit == "percent" else percent(float(f"{100 * shares / today:.3g}")),
        as_of=spelled(scenario.as_of),
        preferred=f"{table.preferred_as_converted:,.0f}",
        preference=dollars(table.preference),
        has_preferred=table.preference > 0,
        has_stack=scenario.company.has_stack,
        share_value=f"${value:,.2f}",
        valued=spelled(valued),
        stale=packet.letter_date > months_after(valued, VALUATION_MONTHS),
        exercise_cost=f"${strike * shares:,.0f}",
        dilution=percent(100 * employer.later_dilution),
        dilution_assumed="later_dilution" not in employer.model_fields_set,
        rows=tuple(
            ValueRow(dollars(exit_value), f"${now:,.2f}", _gain(shares, now, strike), f"${diluted:,.2f}", _gain(shares, diluted, strike))
            for exit_value, now, diluted in zip(employer.exit_values, prices, diluted_prices, strict=True)
        ),
        exits=tuple(dollars(exit_value) for exit_value in employer.exit_values),
        awards=tuple(_award(rule, today, value, diluted_prices) for rule in equity),
        has_upfront=any(rule.mode == "upfront" for rule in equity),
        has_upfront_options=any(rule.mode == "upfront" and rule.instrument in OPTIONS for rule in equity),
        has_future=any(rule.mode == "future" for rule in equity),
        iso=iso_estimate(shares, grant, offer, employer, packet) if grant.instrument == "iso" and shares else None,
    )


def iso_estimate(shares: int, grant: Grant, offer: Offer, employer: Employer, packet: Packet) -> IsoEstimate:
    """ISO and NSO shares by calendar year (IRC 422(d)), as if granted on the first day of work at the last valuation."""
    value = Decimal(str(employer.share_value))
    made = dated(shares, grant.vesting, employer, packet.start)
    exercisable = tuple(Exercisable(each.date, int(each.shares)) for each in made)
    split = iso_split([OptionGrant("new-hire grant", packet.start, value, exercisable, packet.early_exercise)])
    years = [(str(row.year), row.iso, row.nso) for row in split.rows]
    totals = [("All years", sum(row.iso for row in split.rows), sum(row.nso for row in split.rows))] if len(years) > 1 else []
    return IsoEstimate(
        limit=dollars(tax_us()["iso_annual_limit"].value),
        granted=str(packet.start.year),
        early_exercise=packet.early_exercise,
        accelerates=grant.change_of_control > 0,
        has_refresh=any(rule.instrument == "iso" for rule in offer.refresh),
        years=tuple(
            IsoYear(name, f"{iso + nso:,}", f"${(iso + nso) * value:,.0f}", f"{iso:,}", f"{nso:,}") for name, iso, nso in [*years, *totals]
        ),
    )


def _gain(shares: float, price: float, strike: float) -> str:
    return f"${max(price - strike, 0.0) * shares:,.0f}"


def _award(rule: RefreshRule, today: float, value: float, prices: list[float]) -> AwardRow:
    """One award of a rule at the exits, where its shares and its price can be taken from today's."""
    is_option = rule.instrument in OPTIONS
    unknown = ""
    if is_option and rule.mode == "future":
        unknown = "Not shown: its exercise price will be the value on the day of its own approval"
    elif rule.unit == "dollars":
        unknown = "Not shown: its number of shares is fixed at grant"
    shares = rule.award if rule.unit == "shares" else rule.award / 100 * today // 1
    gains = tuple(_gain(shares, price, value if is_option else 0.0) for price in prices)
    return AwardRow(rule.name, words.award(rule.award, rule), () if unknown else gains, unknown)
