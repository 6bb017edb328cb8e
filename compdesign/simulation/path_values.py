"""What the metrics need of each path: one number per path and variable, from one structure's outcome."""

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.quantities import DAYS_PER_MONTH, MONTHS_PER_YEAR, BoolArray, FloatArray, IntArray, at_paths, summed
from compdesign.simulation.class_values import class_dilution, exit_proceeds
from compdesign.simulation.company_path import months_until, recurring_revenue
from compdesign.simulation.grant_expense import QUARTER, expense_by_quarter
from compdesign.simulation.tables import CASH_OUT, COMPONENTS, DISMISSED, EXIT, LEFT, STAYED, Outcome

DAY_60 = 60 / DAYS_PER_MONTH
MONTH_NINE = 9.0
RETENTION = (12, 24, 36)
FAILED_ITEMS = ("pay", "load", "recruiting", "compute", "severance", "vacancy", "delay")


def path_values(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """Every variable of the catalog, float64[path]. scenario: resolved, on the same paths as the outcome."""
    equity = equity_value(scenario, outcome)
    return {
        **company_values(scenario, outcome),
        **pay_values(outcome),
        "present_pay": outcome.present_pay,
        "equity_value": equity,
        "present_cost": outcome.present_pay + equity,
        **deployment_values(scenario, outcome),
        **people_values(outcome),
        **failed_hires(scenario, offer, outcome),
        **equity_plan(scenario, offer, outcome),
        **exit_proceeds(scenario, outcome),
        **false_awards(outcome),
        **expense_values(scenario, offer, outcome),
    }


def scan_values(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """The few variables that a scan over variants of a scenario is read by, float64[path]: those of the objective and of the views at
    equal terms. scenario: resolved, on the same paths as the outcome.
    """
    return {
        "runway": outcome.runway,
        "closing_cash": outcome.cash[-1],
        "filled_months": outcome.filled_months,
        "qualifying": outcome.qualifying,
        "present_cost": outcome.present_pay + equity_value(scenario, outcome),
    }


def company_values(scenario: Scenario, outcome: Outcome) -> dict[str, FloatArray]:
    """Runway, cash-out, GA, burn and margin."""
    months, cash_out = scenario.months, outcome.end == CASH_OUT
    ga_month = np.where(np.isfinite(outcome.ga), outcome.ga, np.inf)
    before_ga = cash_out & ~(ga_month < outcome.end_month)
    closing = outcome.cash[-1]
    delay_without = scenario.company.ga.delay_cost * np.maximum(outcome.end_month - months_until(scenario), 0)  # no hires, no GA
    change = outcome.pay.sum(axis=(0, 1)) + outcome.ga_delay - delay_without - outcome.margin_cash
    values = {
        "runway": outcome.runway,
        "runway_restricted": np.minimum(outcome.runway, months),
        "cash_out": cash_out * 1.0,
        "exited": (outcome.end == EXIT) * 1.0,
        "cash_out_before_ga": before_ga * 1.0,
        "ga_first": np.isfinite(outcome.ga) * 1.0,
        "neither": (~np.isfinite(outcome.ga) & ~cash_out) * 1.0,
        "closing_cash": closing,
        "ga_delay": outcome.ga_delay,
        "net_burn_change": change / np.maximum(outcome.end_month, 1),
        "margin_cash": outcome.margin_cash,
        "margin_gain": outcome.gain,
        "multiple": outcome.multiple,
        "log_multiple": np.log(outcome.multiple),
    }
    for limit in (12, 24, 36):
        values[f"cash_out_by_{limit}"] = (cash_out & (outcome.end_month <= limit)) * 1.0
    for year, margin in enumerate(outcome.gross_margin):
        reached = np.isfinite(margin)
        values[f"margin_reached:{year + 1}"] = reached * 1.0
        values[f"gross_margin:{year + 1}"] = np.where(reached, margin, 0.0)
        values[f"gross_margin_before:{year + 1}"] = np.where(reached, scenario.company.gross_margin, 0.0)
    return values


def pay_values(outcome: Outcome) -> dict[str, FloatArray]:
    """Cash compensation by component, by year, and by both."""
    by_year = {f"pay:{year + 1}": outcome.pay[:, year].sum(axis=0) for year in range(outcome.pay.shape[1])}
    by_component = {f"pay_{name}": outcome.pay[row].sum(axis=0) for row, name in enumerate(COMPONENTS)}
    both = {f"{name}:{year + 1}": outcome.pay[row, year] for row, name in enumerate(COMPONENTS) for year in range(outcome.pay.shape[1])}
    return {"pay": outcome.pay.sum(axis=(0, 1)), **by_year, **by_component, **both}


def equity_value(scenario: Scenario, outcome: Outcome) -> FloatArray:
    """Vested shares at common value after strike when the path ends, discounted to the as-of date; $[path]."""
    path = outcome.grants.path.astype(np.int64)
    worth = outcome.grants.vested * np.maximum(outcome.price[path] - outcome.grants.strike, 0)
    discount = np.exp(-scenario.discount_rate * outcome.end_month / MONTHS_PER_YEAR)
    return total(outcome, path, worth) * discount


def deployment_values(scenario: Scenario, outcome: Outcome) -> dict[str, FloatArray]:
    """Releases and qualifying deployments, and how soon hires ship."""
    hires, limit = outcome.hires, outcome.end_month[outcome.hires.path]
    waited = hires.first_release - hires.start
    values = {"verified": outcome.verified, "qualifying": outcome.qualifying}
    for month in (12, 24):
        values[f"qualifying_by_{month}"] = outcome.qualifying_by[min(month, scenario.months) - 1]
    for name, days in (("60", DAY_60), ("270", MONTH_NINE)):
        observed = hires.start + days <= limit
        values[f"observed_{name}"] = counted(outcome, observed)
        values[f"no_release_{name}"] = counted(outcome, observed & (waited > days))
    return values


def people_values(outcome: Outcome) -> dict[str, FloatArray]:
    """Hiring, retention and dismissal."""
    hires = outcome.hires
    path, ended = hires.path, outcome.end_month[hires.path]
    values = {
        "filled_months": outcome.filled_months,
        "hires": counted(outcome, hires.start >= 0),
        "production_hires": counted(outcome, hires.production),
        "attempts": total(outcome, path, hires.attempts),
        "screenings": total(outcome, path, hires.screenings),
        "fill_days": total(outcome, path, hires.fill_days),
        "left": counted(outcome, hires.reason == LEFT),
        "dismissed": counted(outcome, hires.reason == DISMISSED),
        "wrongly_dismissed": counted(outcome, (hires.reason == DISMISSED) & hires.production),
        "hazard_months": outcome.hazard_months,
        "clipped_months": outcome.clipped_months,
    }
    for months in RETENTION:
        observed = hires.start + months <= ended
        values[f"observed_{months}"] = counted(outcome, observed)
        stayed = (hires.reason == STAYED) | (hires.end - hires.start > months)  # who leaves at the end of the last month is not retained
        values[f"retained_{months}"] = counted(outcome, observed & stayed)
    return values


def failed_hires(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """Cost of hires who left or were dismissed without a release that stayed up, item by item; $[path]."""
    hires, hiring = outcome.hires, scenario.hiring
    failed = np.flatnonzero((hires.reason != STAYED) & ~np.isfinite(hires.first_release))
    path, start, end = hires.path[failed], hires.start[failed], hires.end[failed]
    base, raised = at_paths(offer.base, path), base_paid(offer, scenario.months)
    paid = base * (raised[end] - raised[start]) * (1 + offer.bonus) + offer.sign_on
    loaded = paid + hires.severance[failed]  # the load falls on the sign-on as paid
    if offer.sign_on_repayment_months:
        unserved = np.maximum(1 - (end - start) / offer.sign_on_repayment_months, 0) * (hires.reason[failed] == LEFT)
        paid = paid - offer.sign_on * unserved
    fees = at_paths(hiring.recruiting_fee, path) * base * growth(offer, start) + (hires.attempts[failed] - 1) * at_paths(
        hiring.redraw_fee, path
    )
    if hiring.screen:
        fees = fees + hires.screenings[failed] * at_paths(hiring.screen.fee, path)
    planned, ga = months_until(scenario), outcome.ga[path]
    late = np.maximum(np.minimum(end, ga) - np.maximum(start, planned), 0) if np.isfinite(planned) else np.zeros(len(path))
    items = {
        "pay": paid,
        "load": at_paths(hiring.payroll_load, path) * loaded,
        "recruiting": fees,
        "compute": at_paths(hiring.compute_cost, path) * (end - start),
        "severance": hires.severance[failed],
        "vacancy": at_paths(hiring.vacancy_cost, path) * vacant_after(outcome, failed),
        "delay": at_paths(scenario.company.ga.delay_cost, path) * late / hiring.seats,
    }
    values = {f"failed_{name}": total(outcome, path, dollars) for name, dollars in items.items()}
    return {"failed_hires": total(outcome, path, np.ones(len(path))), "failed_cost": np.sum(list(values.values()), axis=0), **values}


def growth(offer: Offer, month: IntArray) -> FloatArray:
    """Base pay in each month over that at the as-of date."""
    return (1 + offer.base_growth) ** (month // MONTHS_PER_YEAR)


def base_paid(offer: Offer, months: int) -> FloatArray:
    """Base paid to one seat filled from month 0 until the start of each month, over annual base; float64[months + 1]."""
    return np.concatenate([[0.0], np.cumsum(growth(offer, np.arange(months)) / MONTHS_PER_YEAR)])


def vacant_after(outcome: Outcome, failed: IntArray) -> FloatArray:
    """Months until the seat was filled again, or the path ended, after each of these hires."""
    hires = outcome.hires
    seats, ordinals = int(hires.seat.max(initial=0)) + 1, int(hires.ordinal.max(initial=0)) + 2
    code = (hires.path * seats + hires.seat) * ordinals + hires.ordinal
    place = np.full(len(outcome.end) * seats * ordinals, -1)
    place[code] = np.arange(len(code))
    following = place[code[failed] + 1]
    next_start = np.where(following >= 0, hires.start[following], outcome.end_month[hires.path[failed]])
    return np.maximum(next_start - hires.end[failed], 0)


def equity_plan(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """Shares granted by rule, shortfall and dilution, in all and by class."""
    grants = outcome.grants
    path, refresh = grants.path.astype(np.int64), grants.rule >= 0
    net = total(outcome, path, grants.shares - grants.forfeited) + outcome.reserved
    values = {
        "granted": total(outcome, path, grants.shares),
        "refresh_granted": total(outcome, path, grants.shares * refresh),
        "forfeited": total(outcome, path, grants.forfeited),
        "awards": total(outcome, path, refresh * 1.0) + total(outcome, outcome.cash_awards.path, np.ones(len(outcome.cash_awards.path))),
        "reserved": outcome.reserved,
        "shortfall": outcome.shortfall,
        "dilution": net / (outcome.fully_diluted - outcome.pool),
        "top_up_dilution": outcome.topped_up / outcome.fully_diluted,
        "price": outcome.price,
        **class_dilution(scenario, outcome, net),
    }
    for index in range(len(offer.refresh)):
        values[f"refresh_shares:{index + 1}"] = total(outcome, path, grants.shares * (grants.rule == index))
    return values


def expense_values(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """Share-based expense recognised by quarter, by year and over the path. The people whose pay is cost of revenue have their equity
    expense there as well (SEC Staff Accounting Bulletin Topic 14.F: the line of the same employees' cash pay).
    """
    quarters = expense_by_quarter(scenario, offer, outcome)
    a_year = MONTHS_PER_YEAR // QUARTER
    years = [quarters[first : first + a_year].sum(axis=0) for first in range(0, len(quarters), a_year)]
    share = scenario.company.pay_in_cost_of_revenue
    after = {
        f"gross_margin_after_sbc:{number}": np.where(np.isfinite(margin), margin - share * dollars / revenue, 0.0)
        for number, (margin, dollars, revenue) in enumerate(
            zip(outcome.gross_margin, years, revenue_by_year(scenario, outcome), strict=True), start=1
        )
    }
    return {
        **after,
        "sbc_total": quarters.sum(axis=0),
        "sbc_cost_of_revenue": share * quarters.sum(axis=0),
        **{f"sbc_year:{number}": dollars for number, dollars in enumerate(years, start=1)},
        **{f"sbc:{number}": dollars for number, dollars in enumerate(quarters, start=1)},
    }


def revenue_by_year(scenario: Scenario, outcome: Outcome) -> FloatArray:
    """Recurring revenue of each year in the months that the path runs, $[year, path]; NaN in a year without any."""
    month = np.arange(scenario.months)[:, None]
    earned = np.where(month < outcome.end_month, recurring_revenue(scenario)[:-1] / MONTHS_PER_YEAR, 0.0)
    years = np.add.reduceat(earned, np.arange(0, scenario.months, MONTHS_PER_YEAR), axis=0)
    return np.where(years > 0, years, np.nan)


def false_awards(outcome: Outcome) -> dict[str, FloatArray]:
    """How often the measure of margin rewards nothing and misses something."""
    hires = outcome.hires
    unmoved = hires.margin_eligible & ~hires.margin_moved
    reached = hires.margin_eligible & hires.margin_reached
    effects = np.concatenate([outcome.grants.true_effect, outcome.cash_awards.true_effect])
    paths = np.concatenate([outcome.grants.path, outcome.cash_awards.path]).astype(np.int64)
    known = np.isfinite(effects)
    return {
        "margin_unmoved": counted(outcome, unmoved),
        "margin_false": counted(outcome, unmoved & hires.margin_paid),
        "margin_true": counted(outcome, reached),
        "margin_missed": counted(outcome, reached & ~hires.margin_paid),
        "margin_awards": total(outcome, paths[known], np.ones(int(known.sum()))),
        "margin_true_paid": total(outcome, paths[known], effects[known]),
    }


def total(outcome: Outcome, path: IntArray | FloatArray, amounts: FloatArray | IntArray) -> FloatArray:
    """Sum of a column of a table over each path, float64[path]."""
    return summed(path.astype(np.int64, copy=False), amounts, len(outcome.end))


def counted(outcome: Outcome, chosen: BoolArray) -> FloatArray:
    """Hires of each path that satisfy a condition."""
    return total(outcome, outcome.hires.path, chosen * 1.0)


def first_production(outcome: Outcome) -> FloatArray:
    """Months from start to the first release that stayed up, of the first hire of each seat; inf for never; float64[hire]."""
    first = outcome.hires.ordinal == 0
    return outcome.hires.first_release[first] - outcome.hires.start[first]
