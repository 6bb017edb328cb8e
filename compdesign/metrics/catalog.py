"""Every metric a comparison shows: what it is called, its unit, what it means, and from which variables it comes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.simulation.class_values import diluted_classes, paid_classes
from compdesign.simulation.grant_expense import quarters_of
from compdesign.simulation.path_values import FAILED_ITEMS, RETENTION
from compdesign.simulation.tables import COMPONENTS

Unit = Literal["$", "$ a month", "months", "days", "share", "count", "shares", "bps", "margin"]
"""``share`` and ``margin`` (a share of revenue) are fractions, shown in per cent; a difference of shares is told in points, one of
margins, which is small, in basis points.
"""
Kind = Literal["mean", "ratio", "quantile", "production"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Metric:
    """kind: ``mean`` of `variable`; ``ratio`` of the mean of `variable` to the mean of `per`; ``quantile`` of the runway at
    `level`; ``production``: quantile of the time to first production. threshold: field of scenario.materiality.
    """

    key: str
    label: str
    unit: Unit
    definition: str
    variable: str
    per: str = ""
    level: float = 0.0
    kind: Kind = "mean"
    better: Better = "neither"
    threshold: str = "money"
    group: Literal["decision", "company", "people", "equity"] = "company"


def _ratio(key: str, label: str, unit: Unit, definition: str, variable: str, per: str, **more: object) -> Metric:
    return Metric(key, label, unit, definition, variable, per, kind="ratio", **more)  # type: ignore[arg-type]


COST_PER_DEPLOYMENT = _ratio(
    "cost_per_deployment",
    "Present cost per qualifying deployment",
    "$",
    "Discounted pay, load, recruiting and compute plus vested equity at common value, over the qualifying (verified) deployments: a ratio of means.",
    "present_cost",
    "qualifying",
    better="lower",
    threshold="cost_per_deployment",
    group="decision",
)
RUNWAY_P10 = Metric(
    "runway_p10", "Runway, 10th percentile", "months", "Months until cash falls below the minimum; paths whose cash lasts count as infinite.", "runway",
    level=0.1, kind="quantile", better="higher", threshold="months", group="decision",
)  # fmt: skip

DECISIONS = (
    COST_PER_DEPLOYMENT,
    RUNWAY_P10,
    Metric("cash_out_before_ga", "P(cash out before GA)", "share", "Share of paths on which cash runs out before general availability of the first AI feature.", "cash_out_before_ga", better="lower", threshold="probability", group="decision"),
    Metric("filled_months", "Filled seat-months", "months", "Months worked over all seats until the path ends.", "filled_months", better="higher", threshold="months", group="decision"),
    Metric("qualifying_by_24", "Qualifying deployments by month 24", "count", "Qualifying deployments verified in the first 24 months.", "qualifying_by_24", better="higher", threshold="deployments", group="decision"),
    Metric("dilution", "Dilution", "share", "The structure's shares net of forfeiture over fully diluted shares without the unallocated pool, when the path ends.", "dilution", better="lower", threshold="dilution", group="decision"),
)  # fmt: skip

COMPANY = (
    Metric("present_cost", "Present cost", "$", "Discounted pay, load, recruiting and compute plus vested equity at common value after strike.", "present_cost", better="lower"),
    Metric("present_pay", "of which cash", "$", "Discounted pay, load, recruiting and compute.", "present_pay", better="lower"),
    Metric("equity_value", "of which equity", "$", "Vested shares at common value after strike when the path ends, discounted.", "equity_value", better="lower"),
    Metric("pay", "Cash compensation, whole run", "$", "Base, bonus, sign-on net of repayments, cash awards, severance, load, recruiting and compute, undiscounted.", "pay", better="lower"),
    Metric("net_burn_change", "Net burn change against no hires", "$ a month", "Cash compensation, less what margin gains bring, and the cost of GA delay less that of never reaching GA, which hiring nobody would cost; per month the path runs.", "net_burn_change", better="lower"),
    Metric("margin_cash", "Cash brought by margin gains", "$", "Recurring revenue times the team's gross-margin gain, over the path.", "margin_cash", better="higher"),
    Metric("closing_cash", "Cash at the end", "$", "Cash balance when the path ends.", "closing_cash", better="higher"),
    Metric("ga_first", "GA first", "share", "Share of paths that reach general availability while cash lasts.", "ga_first", better="higher", threshold="probability"),
    Metric("neither", "Neither GA nor cash-out", "share", "Share of paths that end by exit or at the horizon without GA and with cash.", "neither", threshold="probability"),
    Metric("cash_out", "P(cash out)", "share", "Share of paths on which cash runs out before the horizon, exits competing.", "cash_out", better="lower", threshold="probability"),
    *(Metric(f"cash_out_by_{m}", f"P(cash out by month {m})", "share", f"Share of paths on which cash runs out within {m} months, exits competing.", f"cash_out_by_{m}", better="lower", threshold="probability") for m in (12, 24, 36)),
    Metric("exited", "P(exit)", "share", "Share of paths that end in an exit before the horizon.", "exited", threshold="probability"),
    Metric("runway_p50", "Runway, median", "months", "Median months until cash falls below the minimum; paths whose cash lasts count as infinite.", "runway", level=0.5, kind="quantile", better="higher", threshold="months"),
    Metric("runway_p90", "Runway, 90th percentile", "months", "90th percentile of months until cash falls below the minimum; paths whose cash lasts count as infinite.", "runway", level=0.9, kind="quantile", better="higher", threshold="months"),
    Metric("runway_restricted", "Restricted mean runway", "months", "Mean of the runway or the horizon, whichever is shorter; paths whose cash lasts count with the horizon.", "runway_restricted", better="higher", threshold="months"),
    Metric("ga_delay", "Cost of GA delay", "$", "Stated cost of the months between the planned GA date and GA.", "ga_delay", better="lower"),
    Metric("margin_gain", "Gross-margin gain at the end", "bps", "The team's total effect on gross margin when the path ends.", "margin_gain", better="higher", threshold="bps"),
    Metric("price", "Common value per share at the end", "$", "Common value of one share when the path ends.", "price", better="higher", threshold="price"),
    Metric("multiple", "Revenue multiple at the horizon", "count", "Enterprise value over recurring revenue at the horizon, before any margin sensitivity.", "multiple", threshold="multiple"),
    Metric("log_multiple", "Log of it", "count", "Natural logarithm of that multiple.", "log_multiple", threshold="multiple"),
    Metric("verified", "Releases verified", "count", "Releases that stayed up through their verification window.", "verified", better="higher", threshold="deployments"),
    Metric("qualifying", "Qualifying deployments, whole run", "count", "Qualifying deployments verified until the path ends.", "qualifying", better="higher", threshold="deployments"),
    Metric("qualifying_by_12", "Qualifying deployments by month 12", "count", "Qualifying deployments verified in the first 12 months.", "qualifying_by_12", better="higher", threshold="deployments"),
    Metric("production_p50", "Median months to first production", "months", "From start to the first release that stays up, first hire of each seat; never shipping counts as infinite.", "first_production", level=0.5, kind="production", better="lower", threshold="months"),
    _ratio("no_release_60", "P(no release by day 60)", "share", "Share of hires, among those observed that long, without a release that stays up by day 60.", "no_release_60", "observed_60", better="lower", threshold="probability"),
    _ratio("no_release_270", "P(no release by month 9)", "share", "Share of hires, among those observed that long, without a release that stays up by month nine.", "no_release_270", "observed_270", better="lower", threshold="probability"),
    Metric("failed_hires", "Failed hires", "count", "Hires who left or were dismissed without a release that stayed up.", "failed_hires", better="lower", threshold="deployments"),
    Metric("failed_cost", "Cost of failed hires", "$", "Pay and load to date, recruiting, idle compute, severance, vacancy and delay of failed hires.", "failed_cost", better="lower"),
    *(Metric(f"failed_{item}", f"of which {item}", "$", f"The part of the cost of failed hires that is {item}.", f"failed_{item}", better="lower") for item in FAILED_ITEMS),
    _ratio("cost_of_one_failure", "Cost of one failed hire", "$", "Cost of failed hires over their number: a ratio of means.", "failed_cost", "failed_hires", better="lower", threshold="cost_per_deployment"),
    *(_ratio(f"one_failure_{item}", f"of one failed hire: {item}", "$", f"The part of the cost of one failed hire that is {item}: a ratio of means.", f"failed_{item}", "failed_hires", better="lower", threshold="cost_per_deployment") for item in FAILED_ITEMS),
)  # fmt: skip

PEOPLE = (
    _ratio("production_mix", "Production-minded among hires", "share", "Accepted mix: production-minded hires over all hires.", "production_hires", "hires", better="higher", threshold="probability", group="people"),
    Metric("hires", "Hires", "count", "People who started.", "hires", threshold="deployments", group="people"),
    _ratio("attempts", "Offers made per hire", "count", "Offers until one is accepted, over the people who started.", "attempts", "hires", better="lower", threshold="deployments", group="people"),
    _ratio("screenings", "Screenings per hire", "count", "Candidates screened per person who started.", "screenings", "hires", better="lower", threshold="deployments", group="people"),
    _ratio("fill_days", "Days to fill", "days", "From opening the seat to the end of the search, over the people who started.", "fill_days", "hires", better="lower", threshold="days", group="people"),
    *(_ratio(f"retained_{m}", f"Retained after {m} months", "share", f"Share of hires still there after {m} months, among those observed that long.", f"retained_{m}", f"observed_{m}", better="higher", threshold="probability", group="people") for m in RETENTION),
    Metric("left", "Voluntary departures", "count", "Hires who left by their own choice.", "left", better="lower", threshold="deployments", group="people"),
    Metric("dismissed", "Dismissed at a checkpoint", "count", "Hires dismissed at a checkpoint.", "dismissed", threshold="deployments", group="people"),
    Metric("wrongly_dismissed", "Good hires wrongly dismissed", "count", "Production-minded hires dismissed at a checkpoint.", "wrongly_dismissed", better="lower", threshold="deployments", group="people"),
    _ratio("clipped", "Hazard months clipped", "share", "Hire-months in which the links' shift of the departure hazard was cut to a factor of five.", "clipped_months", "hazard_months", threshold="probability", group="people"),
)  # fmt: skip

EQUITY = (
    Metric("granted", "Shares granted", "shares", "Shares granted in all, before forfeiture.", "granted", threshold="shares", group="equity"),
    Metric("refresh_granted", "of which refresh", "shares", "Shares granted by refresh rules.", "refresh_granted", threshold="shares", group="equity"),
    Metric("forfeited", "Shares forfeited", "shares", "Unvested shares of leavers.", "forfeited", threshold="shares", group="equity"),
    Metric("reserved", "Reserved and not yet earned", "shares", "Upfront reserves of refresh rules still held when the path ends; they count in the dilution.", "reserved", threshold="shares", group="equity"),
    Metric("awards", "Refresh awards", "count", "Awards made by refresh rules, in shares or cash.", "awards", threshold="deployments", group="equity"),
    Metric("shortfall", "Pool shortfall", "shares", "Shares that were due and that the pool could not grant.", "shortfall", better="lower", threshold="shares", group="equity"),
    Metric("top_up_dilution", "Dilution by pool top-ups", "share", "Shares added to the pool over fully diluted shares.", "top_up_dilution", better="lower", threshold="dilution", group="equity"),
    _ratio("false_award", "P(award | no true effect)", "share", "Share of hires whose true effect was never positive, though measured long enough, who were paid by the first margin rule.", "margin_false", "margin_unmoved", better="lower", threshold="probability", group="equity"),
    _ratio("missed_award", "P(no award | true gain sustained)", "share", "Share of hires whose true effect stayed at the first margin rule's level for its months who were not paid.", "margin_missed", "margin_true", better="lower", threshold="probability", group="equity"),
    _ratio("true_given_paid", "E[true effect | paid]", "bps", "Mean true effect, when a margin rule paid.", "margin_true_paid", "margin_awards", better="higher", threshold="bps", group="equity"),
)  # fmt: skip

COMPONENT_LABELS = {
    "base": "Base", "bonus": "Bonus", "sign_on": "Sign-on, net of repayments", "cash_awards": "Cash awards", "severance": "Severance",
    "payroll_load": "Payroll load", "recruiting": "Recruiting", "compute": "Compute",
}  # fmt: skip

CLASS_LABELS = {"options": "options outstanding", "grants": "the structure's grants"}
"""What the classes that every scenario has are called where their name does not say it."""


def class_metrics(scenario: Scenario) -> list[Metric]:
    """Proceeds at an exit and dilution, by class of holders."""
    made = [Metric("exit_value", "Exit value", "$", "What a buyer pays, cash included, debt and fees not deducted; 0 without an exit.", "exit_value", group="equity")]  # fmt: skip
    for name in paid_classes(scenario.company):
        label = CLASS_LABELS.get(name, name)
        what = f"What goes to {label} of the exit value by the waterfall: preferences and conversions, options net of strike, nothing to unissued or unvested shares."
        made += [
            Metric(f"exit_proceeds:{name}", f"Exit proceeds: {label}", "$", f"{what} Mean over all paths, 0 without an exit.", f"exit_proceeds:{name}", group="equity"),
            _ratio(f"proceeds_per_exit:{name}", f"Proceeds per exit: {label}", "$", f"{what} Mean over the paths that exit.", f"exit_proceeds:{name}", "exited", group="equity"),
        ]  # fmt: skip
    for name in diluted_classes(scenario.company):
        label = CLASS_LABELS.get(name, name)
        made.append(Metric(f"dilution:{name}", f"Dilution of {label}", "share", f"By how much the structure's shares lower the share of {label} in the fully diluted shares, unallocated pool apart, when the path ends. Over all classes they add up to the dilution.", f"dilution:{name}", better="lower", threshold="dilution", group="equity"))  # fmt: skip
    return made


def margin_metrics(scenario: Scenario, year: int) -> list[Metric]:
    """Gross margin of one year: with the modelled pay and gains, after the equity expense of the same people as well (SEC Staff
    Accounting Bulletin Topic 14.F: on the line of their cash pay) where any of it is cost of revenue, and of a company without them.
    """
    told = [
        (
            "gross_margin",
            "with the pay decision",
            "Gross margin with the modelled pay that is cost of revenue and the gains the hires bring, before stock-based compensation",
        )
    ]
    if np.any(scenario.company.pay_in_cost_of_revenue != 0):
        told.append(
            (
                "gross_margin_after_sbc",
                "after stock-based compensation",
                "The same less the SBC expense that is cost of revenue, over the recurring revenue of the year",
            )
        )
    told.append(("gross_margin_before", "without it", "Gross margin as stated for the company, with none of the modelled hires"))
    return [
        _ratio(f"{key}:{year}", f"Gross margin {text}, year {year}", "margin", f"{what}; mean of year {year} over paths that reach it.", f"{key}:{year}", f"margin_reached:{year}", better="higher", threshold="probability")
        for key, text, what in told
    ]  # fmt: skip


def metrics(scenario: Scenario) -> tuple[Metric, ...]:
    """Every metric of a scenario: the fixed ones, then pay by year and component, margin by year, shares by rule, expense by quarter."""
    years = range(1, -(-scenario.months // 12) + 1)
    pay = [
        Metric(f"pay:{year}", f"Cash compensation, year {year}", "$", f"All cash components in year {year}.", f"pay:{year}", better="lower")
        for year in years
    ]
    parts = [
        Metric(
            f"{name}:{year}", f"{COMPONENT_LABELS[name]}, year {year}", "$", f"{COMPONENT_LABELS[name]} in year {year}.", f"{name}:{year}"
        )
        for name in COMPONENTS
        for year in years
    ]
    margins = [metric for year in years for metric in margin_metrics(scenario, year)]
    most_rules = max(len(offer.refresh) for offer in scenario.offers)
    rules = [
        Metric(f"refresh_shares:{n}", f"Shares by refresh rule {n}", "shares", f"Shares granted by the {n}. refresh rule of the structure, 0 where it has none.", f"refresh_shares:{n}", threshold="shares", group="equity")
        for n in range(1, most_rules + 1)
    ]  # fmt: skip
    expense = [
        Metric("sbc_total", "SBC expense, whole run", "$", "Expense of new-hire grants and refresh awards recognised until the path ends (ASC 718, forfeitures as they happen).", "sbc_total", better="lower", group="equity"),
        *(Metric(f"sbc_year:{n}", f"SBC expense, year {n}", "$", f"Share-based expense recognised in year {n} from the as-of date.", f"sbc_year:{n}", better="lower", group="equity") for n in years),
        *(Metric(f"sbc:{n}", f"SBC expense, quarter {n}", "$", f"Share-based expense recognised in months {3 * n - 2} to {3 * n} from the as-of date; negative where forfeitures reverse more than accrues.", f"sbc:{n}", better="lower", group="equity") for n in range(1, quarters_of(scenario.months) + 1)),
    ]  # fmt: skip
    if np.any(scenario.company.pay_in_cost_of_revenue != 0):
        expense.insert(1, Metric("sbc_cost_of_revenue", "SBC expense in cost of revenue, whole run", "$", "The part of that expense on the line of the pay that is cost of revenue: what 'after stock-based compensation' takes off gross margin.", "sbc_cost_of_revenue", better="lower", group="equity"))  # fmt: skip
    return (*DECISIONS, *COMPANY, *pay, *margins, *PEOPLE, *EQUITY, *rules, *class_metrics(scenario), *expense, *parts)
