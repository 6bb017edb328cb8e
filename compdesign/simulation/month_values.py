"""What monthly series need of each path: pay and the company's cash month by month, from one structure's outcome."""

from dataclasses import dataclass

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.fair_value import at_the_money_ratio
from compdesign.quantities import BoolArray, FloatArray, IntArray, at_paths, summed
from compdesign.simulation.company_path import CompanyPath, months_until
from compdesign.simulation.grant_expense import expense_by_period
from compdesign.simulation.rules import OPTIONS
from compdesign.simulation.tables import BEYOND, CASH_OUT, COMPONENTS, EXIT, STAYED, Outcome

PAID_TO_PEOPLE = ("base", "bonus", "sign_on", "cash_awards", "severance")
"""Components that the people receive; the others come on top."""


@dataclass(frozen=True)
class MonthBooks:
    """The treasury's books month by month, filled while a structure runs, if asked for. Money in dollars.

    pay[component, month, path]. gross_profit[month, path]: on recurring revenue, gains of the team included, before any of the
    modelled pay. margin_cash[month, path]: the part of it that the gains brought. ga_delay[month, path]. financing[month,
    path]: raised. pool[month, path]: unallocated at the month's end, held once a path has ended.
    """

    pay: FloatArray
    gross_profit: FloatArray
    margin_cash: FloatArray
    ga_delay: FloatArray
    financing: FloatArray
    pool: FloatArray

    @classmethod
    def empty(cls, months: int, paths: int) -> "MonthBooks":
        """Books with nothing in them."""
        return cls(np.zeros((len(COMPONENTS), months, paths)), *(np.zeros((months, paths)) for _ in range(5)))


@dataclass(frozen=True)
class NoHires:
    """The same company with no seat filled. end[path]: BEYOND, CASH_OUT or EXIT. end_month[path]: months it runs. net_burn, financing, cash[month, path]: $, cash at the month's end and held once a path has ended."""

    end: IntArray
    end_month: IntArray
    net_burn: FloatArray
    financing: FloatArray
    cash: FloatArray


def running(end_month: IntArray, months: int) -> BoolArray:
    """Whether a path still runs at the start of each month, bool[month, path]. end_month[path]: months simulated."""
    return np.arange(months)[:, None] < end_month


def no_hires(scenario: Scenario, course: CompanyPath) -> NoHires:
    """Cash in closed form: revenue x margin - expense - GA delay + rounds, until cash-out or exit as in the engine.

    Nothing ships, so rounds that need GA do not close and the stated cost of GA delay runs from the planned date to the end.
    scenario: resolved, on the paths of the course.
    """
    company, months, paths = scenario.company, scenario.months, course.revenue.shape[1]
    raised = np.zeros((months, paths))
    for index, planned in enumerate(company.financing):
        if planned.condition == "none" and planned.month < months:
            raised[planned.month] += np.where(course.closes[index], planned.amount, 0.0)
    burn = no_hire_burn(scenario, course)
    cash = company.cash + np.cumsum(raised - burn, axis=0)
    below = cash < company.minimum_cash
    out = np.where(below.any(axis=0), below.argmax(axis=0), months)
    last = np.minimum(np.minimum(out, course.exit_month), months - 1)
    end = np.where(out == months, np.where(course.exit_month < months, EXIT, BEYOND), np.where(out <= course.exit_month, CASH_OUT, EXIT))
    runs = running(last + 1, months)
    held = cash[np.minimum(np.arange(months)[:, None], last), np.arange(paths)]
    return NoHires(end, last + 1, np.where(runs, burn, 0.0), np.where(runs, raised, 0.0), held)


def no_hire_burn(scenario: Scenario, course: CompanyPath) -> FloatArray:
    """Operating expense and cost of GA delay less gross profit of each month before anything the hires do, float64[month, path], $."""
    return course.expense - course.revenue[:-1] / 12 * scenario.company.gross_margin + delay_without_ga(scenario)[:, None]


def delay_without_ga(scenario: Scenario) -> FloatArray:
    """Cost of GA delay in each month of a company that never reaches GA, float64[month], $."""
    ends = np.arange(1, scenario.months + 1)
    return scenario.company.ga.delay_cost * np.clip(ends - months_until(scenario), 0, 1)


def month_values(
    scenario: Scenario, offer: Offer, outcome: Outcome, books: MonthBooks, course: CompanyPath, empty: NoHires
) -> dict[str, FloatArray]:
    """Every monthly variable, float64[month, path]: flows are 0 and balances are held once a path has ended.

    scenario: resolved, on the same paths as the outcome, its books, the company's course and the company with no hires.
    """
    runs = running(outcome.end_month, scenario.months)
    revenue = np.where(runs, course.revenue[:-1] / 12, 0.0)
    expense = np.where(runs, course.expense, 0.0)
    compensation = books.pay.sum(axis=0)
    gross_burn = revenue - books.gross_profit + expense + compensation + books.ga_delay
    opening = np.concatenate([np.ones((1, runs.shape[1])) * scenario.company.cash, outcome.cash[:-1]])
    return {
        **dict(zip(COMPONENTS, books.pay, strict=True)),
        "paid": sum(books.pay[COMPONENTS.index(name)] for name in PAID_TO_PEOPLE),
        "on_top": sum(books.pay[COMPONENTS.index(name)] for name in COMPONENTS if name not in PAID_TO_PEOPLE),
        "compensation": compensation,
        "revenue": revenue,
        "cost_of_revenue": revenue - books.gross_profit,
        "gross_profit": books.gross_profit,
        "margin_cash": books.margin_cash,
        "operating_expense": expense,
        "ga_delay": books.ga_delay,
        "ga_delay_change": books.ga_delay - runs * delay_without_ga(scenario)[:, None],
        "gross_burn": gross_burn,
        "net_burn": gross_burn - revenue,
        "new_revenue": np.where(runs, np.diff(course.revenue, axis=0), 0.0),
        "ended_apart": no_hire_burn(scenario, course) * (runs.astype(float) - running(empty.end_month, scenario.months)),
        "financing": books.financing,
        "opening_cash": opening,
        "closing_cash": outcome.cash,
        "filled": filled(outcome, scenario.months),
        "qualifying": np.diff(outcome.qualifying_by, axis=0, prepend=0.0),
        "deployments_by": outcome.qualifying_by,
        "pool": books.pool,
        **equity_values(scenario, offer, outcome),
        **expense_values(scenario, offer, outcome),
        "no_hires_net_burn": empty.net_burn,
        "no_hires_financing": empty.financing,
        "no_hires_cash": empty.cash,
    }


def filled(outcome: Outcome, months: int) -> FloatArray:
    """Seats filled in each month, leavers to the end of their last one; float64[month, path]."""
    hires = outcome.hires
    started = by_month(hires.start, hires.path, np.ones(len(hires.path)), months + 1, outcome)
    gone = by_month(hires.end, hires.path, np.ones(len(hires.path)), months + 1, outcome)
    return np.cumsum(started - gone, axis=0)[:-1]


def equity_values(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """Shares granted, of which refresh, forfeited, and net of forfeiture, and the value of the grants at grant.

    Forfeitures are dated by the month their holder left. Value is shares x grant-date fair value per share as engine.md
    states it: options the price at grant x the Black-Scholes-Merton value of an at-the-money option per dollar of price;
    others the price; upfront awards at the price of the hire's start.
    """
    grants, months = outcome.grants, scenario.months
    path, month = grants.path.astype(np.int64), grants.month.astype(np.int64)
    hire = _hire_of(outcome)
    gone = np.where(outcome.hires.reason[hire] == STAYED, months, outcome.hires.end[hire] - 1).astype(np.int64)
    granted = by_month(month, path, grants.shares, months, outcome)
    refresh = by_month(month, path, grants.shares * (grants.rule >= 0), months, outcome)
    forfeited = by_month(gone, path, grants.forfeited, months + 1, outcome)[:-1]
    worth = grants.shares * _fair_value(scenario, offer, outcome, outcome.hires.start[hire])
    return {
        "granted": granted,
        "new_hire_granted": granted - refresh,
        "refresh_granted": refresh,
        "forfeited": forfeited,
        "net_granted": granted - forfeited,
        "award_value": by_month(month, path, worth, months, outcome),
    }


def expense_values(scenario: Scenario, offer: Offer, outcome: Outcome) -> dict[str, FloatArray]:
    """Share-based expense recognised in each month: of new-hire grants, of refresh awards, and of both."""
    new_hire, refresh = expense_by_period(scenario, offer, outcome, np.arange(1, scenario.months + 1))
    return {"sbc_new_hire": new_hire, "sbc_refresh": refresh, "sbc": new_hire + refresh}


def _fair_value(scenario: Scenario, offer: Offer, outcome: Outcome, start: IntArray) -> FloatArray:
    """Grant-date fair value per share of each grant, $[grant]. start[grant]: the holder's first month."""
    grants, candidate = outcome.grants, scenario.candidate
    path, rule = grants.path.astype(np.int64), grants.rule.astype(np.int64)
    first = offer.grant.instrument if offer.grant else None
    option = np.array([first in OPTIONS, *(each.instrument in OPTIONS for each in offer.refresh)])[rule + 1]
    upfront = np.array([False, *(each.mode == "upfront" for each in offer.refresh)])[rule + 1]
    dated = np.where(upfront, start, grants.month).astype(np.int64)
    ratio = at_the_money_ratio(scenario.discount_rate, candidate.option_volatility, candidate.option_term_years)
    return np.where(option, grants.strike * at_paths(ratio, path), outcome.price_by[dated, path])


def _hire_of(outcome: Outcome) -> IntArray:
    """The row of each grant's holder in the table of hires."""
    hires, grants = outcome.hires, outcome.grants
    seats, ordinals = int(hires.seat.max(initial=0)) + 1, int(hires.ordinal.max(initial=0)) + 1
    code = (hires.path * seats + hires.seat) * ordinals + hires.ordinal
    turn = np.argsort(code)
    wanted = ((grants.path * seats + grants.seat) * ordinals + grants.ordinal).astype(np.int64)
    return turn[np.searchsorted(code[turn], wanted)] if len(wanted) else np.zeros(0, np.int64)


def by_month(month: IntArray, path: IntArray, amounts: FloatArray, months: int, outcome: Outcome) -> FloatArray:
    """Sums of the amounts of each month and path, float64[month, path]."""
    paths = len(outcome.end)
    place = month.astype(np.int64) * paths + path.astype(np.int64)
    return summed(place, amounts, months * paths).reshape(months, paths)
