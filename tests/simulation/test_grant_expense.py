"""Share-based expense of simulated grants: against the exact schedule of single awards, and a loop over months of its own."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import erf, exp, sqrt
from typing import Any

import numpy as np
import pytest

from compdesign.accounting.attribution import graded_shares, straight_line_shares, unvested_accrual
from compdesign.accounting.awards import Assessment, Award, Departure, Tranche
from compdesign.accounting.schedule import expense
from compdesign.accounting.service_time import add_months
from compdesign.inputs.offers import Offer, Vesting
from compdesign.inputs.scenario import Scenario
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.grant_expense import KINDS, expense_by_period, expense_by_quarter, quarters_of
from compdesign.simulation.month_values import MonthBooks
from compdesign.simulation.parameters import on_path, resolve
from compdesign.simulation.path_values import path_values
from compdesign.simulation.streams import Streams
from compdesign.simulation.tables import COMPONENTS, EXIT, STAYED, Outcome
from tests.simulation.posed import posed, run
from tests.simulation.scenarios import random_scenario

START = date(2026, 1, 1)
SIZE = 48


def simulated(data: dict[str, Any]) -> tuple[Scenario, list[tuple[Offer, Outcome]]]:
    scenario = Scenario.parse(data)
    streams = Streams(scenario.seed, 0, SIZE)
    resolved = resolve(scenario, lambda name: streams.uniform(f"input:{name}"))
    return resolved, [(offer, simulate_structure(resolved, offer, streams, (0.7, 0.4))) for offer in scenario.offers]


def schedule_of(vesting: Vesting, shares: int) -> list[tuple[int, int]]:
    """Months from the vesting start and whole shares of each tranche, in fractions of our own; cumulative rounding only."""
    if vesting.months == 0:
        return [(0, shares)]
    dated: dict[int, int] = {}
    done = 0
    for months in range(vesting.every, vesting.months + 1, vesting.every):
        total = int(Fraction(shares * months, vesting.months) + Fraction(1, 2))
        due = max(months, vesting.cliff)
        dated[due] = dated.get(due, 0) + total - done
        done = total
    return [(due, part) for due, part in dated.items() if part]


def call_ratio(scenario: Scenario) -> float:
    """An option at the money per dollar of price: 2 N(d/2) - 1 without interest, else Black and Scholes (1973) written out."""
    r, s, t = scenario.discount_rate, scenario.candidate.option_volatility, scenario.candidate.option_term_years
    d1 = (r + s * s / 2) * t / (s * sqrt(t))
    normal = lambda x: (1 + erf(x / sqrt(2))) / 2  # noqa: E731
    return normal(d1) - exp(-r * t) * normal(d1 - s * sqrt(t))


def exact_quarters(award: Award, assessments: list[Assessment], departures: list[Departure], quarters: int) -> list[int]:
    rows = expense(award, assessments, departures, until=add_months(START, 3 * quarters - 1)).rows
    cents = [0] * quarters
    for row in rows:
        cents[((row.month.year - START.year) * 12 + row.month.month - START.month) // 3] += row.cents
    return cents


def cents(value: float) -> str:
    return str(Decimal(value))


PLAN = {
    "months": 48,
    "discount_rate": 0.04,
    "company.recurring_revenue": 10_000_000,
    "company.valuation": {"multiple": 6.0, "reversion": 0.0, "volatility": 0.5},
    "departure.attrition": [{"from_month": 0, "annual_probability": 0.25}],
    "production.build_months": 4.0,
}
OFFER = {
    "grant": {"instrument": "iso", "amount": 4_801, "vesting": {"months": 48, "cliff": 12}},
    "refresh": [
        {"name": "shipped", "trigger": {"every_deployments": 1}, "mode": "upfront", "instrument": "nso", "award": 2_400, "cap": 7_200,
         "vesting": {"months": 24, "cliff": 0, "every": 3}},
        {"name": "tenure", "trigger": {"tenure_months": 10}, "mode": "future", "instrument": "rsu", "award": 1_201,
         "approval_lag_days": 45, "vesting": {"months": 24, "cliff": 6, "every": 3}},
    ],
}  # fmt: skip


def test_each_grant_equals_its_exact_schedule_to_the_cent() -> None:
    """Whatever became of it: a dozen paths, each grant as an award of its own, departures in the middle of their month."""
    scenario = posed(PLAN, **OFFER)
    streams = Streams(scenario.seed, 0, 64)
    outcome = simulate_structure(scenario, scenario.offers[0], streams, paths=slice(0, 12))
    offer, grants, hires = scenario.offers[0], outcome.grants, outcome.hires
    found = expense_by_quarter(scenario, offer, outcome)
    quarters = quarters_of(scenario.months)
    exact = np.zeros((quarters, 12))
    seen = set()
    for row in range(len(grants.path)):
        [who] = np.flatnonzero((hires.path == grants.path[row]) & (hires.seat == grants.seat[row]) & (hires.ordinal == grants.ordinal[row]))
        rule, month, path = int(grants.rule[row]), int(grants.month[row]), int(grants.path[row])
        terms = offer.grant if rule < 0 else offer.refresh[rule]
        assert terms is not None
        hired = int(hires.start[who])
        upfront = rule == 0
        price = float(outcome.price_by[hired if upfront else month, path])
        value = price * call_ratio(scenario) if rule <= 0 else price
        vests = schedule_of(terms.vesting, int(grants.shares[row]))
        begins = add_months(START, month)
        award = Award(
            id=f"grant {row}",
            grant_date=add_months(START, hired) if upfront else begins,
            fair_value=cents(value),
            tranches=tuple(Tranche(part, add_months(begins, due)) for due, part in vests),
            condition="performance" if upfront else "service",
        )
        assessments = [Assessment(begins + timedelta(days=9), probable=True)] if upfront else []
        left = hires.reason[who] != STAYED
        gone = [Departure(add_months(START, int(hires.end[who]) - 1) + timedelta(days=14))] if left else []
        exact[:, path] += exact_quarters(award, assessments, gone, quarters)
        seen.add((rule, bool(left)))
        if hires.end[who] - month >= terms.vesting.months or left:
            assert grants.vested[row] == grants.shares[row] - grants.forfeited[row]
    assert seen == {(rule, left) for rule in (-1, 0, 1) for left in (True, False)}
    # Each award's months are rounded to whole cents; quarters of a path sum a dozen awards and their differences.
    np.testing.assert_allclose(found * 100, exact, atol=0.5 * (1 + np.bincount(grants.path.astype(int), minlength=12).max()))


def test_complete_vesting_costs_fair_value_times_shares_vested() -> None:
    changes = {**PLAN, "months": 60, "departure.attrition": [{"from_month": 0, "annual_probability": 0.0}]}
    vested_by_end = {"months": 36, "cliff": 12, "allocation": "back_loaded_to_single_tranche"}
    scenario = posed(changes, grant={"instrument": "iso", "amount": 4_807, "vesting": vested_by_end})
    outcome = run(scenario, 1)
    found = expense_by_quarter(scenario, scenario.offers[0], outcome)
    value = outcome.price_by[0] * call_ratio(scenario) * 4_807
    np.testing.assert_allclose(found.sum(axis=0), value, rtol=1e-12)
    assert (found[12:] == 0).all()
    np.testing.assert_allclose(found[:11], np.broadcast_to(value / 12, found[:11].shape), rtol=1e-12)


def test_a_double_trigger_costs_nothing_before_an_exit() -> None:
    """Service given counts at the exit, tranche by tranche; no exit, no cost (ASC 718-10-25-20)."""
    changes = {**PLAN, "months": 24, "company.exit": {"annual_hazard": 0.5}}
    grant = {"instrument": "rsu_double_trigger", "amount": 4_800, "vesting": {"months": 48, "cliff": 12}}
    scenario = posed(changes, grant=grant)
    outcome = run(scenario, 1)
    found = expense_by_quarter(scenario, scenario.offers[0], outcome)
    exited = outcome.end == EXIT
    assert exited.any()
    assert not found[:, ~exited].any()
    quarter = np.arange(8)[:, None]
    before = quarter < (outcome.end_month - 1) // 3
    assert not found[before & exited].any()
    first = (outcome.hires.ordinal == 0) & (outcome.hires.reason == STAYED)
    alone = np.flatnonzero(exited & (np.bincount(outcome.hires.path, minlength=len(exited)) == 1))
    alone = np.intersect1d(alone, outcome.hires.path[first])
    for path in alone[:20]:
        t = int(outcome.end_month[path])
        tranches = [max(12, k) for k in range(1, 49)]
        shares = sum(100 * min(Fraction(1), Fraction(t, due)) for due in tranches)
        assert found[:, path].sum() == pytest.approx(float(shares) * outcome.price_by[0, path], rel=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_quarters_equal_a_loop_over_months(seed: int) -> None:
    """Every random scenario, every path, month by month in plain Python, forfeitures and acceleration included."""
    data = random_scenario(seed)
    for offer in data["offers"]:
        for each in (offer.get("grant"), *offer["refresh"]):
            if each and each.get("instrument") != "cash":
                each.setdefault("vesting", {})["allocation"] = "cumulative_rounding"
    scenario, pairs = simulated(data)
    for offer, outcome in pairs:
        found = expense_by_quarter(scenario, offer, outcome)
        slack = slack_of(outcome)
        for path in range(0, SIZE, 5):
            expected = looped(on_path(scenario, path), offer, outcome, path)
            np.testing.assert_allclose(found[:, path], expected, rtol=1e-9, atol=slack[path])


ON_COST_LINES = ("base", "bonus", "sign_on", "cash_awards", "severance", "payroll_load")


@pytest.mark.parametrize("seed", range(6))
def test_gross_margin_after_sbc_is_profit_less_pay_and_expense_over_revenue(seed: int) -> None:
    """From the books of the months, path by path and year by year: gross profit, less the stated share of pay with its load and of
    the expense of the grants, over what the year brought in; and what it takes off adds up to the expense in cost of revenue.
    """
    data = random_scenario(seed)
    data["company"] |= {"pay_in_cost_of_revenue": 0.35, "recurring_revenue": 9_000_000, "revenue_growth": 0.3}
    scenario = Scenario.parse(data)
    streams = Streams(scenario.seed, 0, SIZE)
    resolved = resolve(scenario, lambda name: streams.uniform(f"input:{name}"))
    compared = 0
    for offer in resolved.offers:
        books = MonthBooks.empty(scenario.months, SIZE)
        outcome = simulate_structure(resolved, offer, streams, (0.7, 0.4), books=books)
        found = path_values(resolved, offer, outcome)
        sbc = expense_by_quarter(resolved, offer, outcome)
        pay = sum(books.pay[COMPONENTS.index(name)] for name in ON_COST_LINES)
        for path in range(0, SIZE, 5):
            taken = 0.0
            for year in range(-(-scenario.months // 12)):
                months = range(12 * year, min(12 * year + 12, int(outcome.end_month[path])))
                if not months:
                    assert found[f"gross_margin_after_sbc:{year + 1}"][path] == 0
                    continue
                revenue = sum(9_000_000 / 12 * 1.3 ** (month / 12) for month in months)
                profit = sum(float(books.gross_profit[month, path]) for month in months)
                paid = sum(float(pay[month, path]) for month in months)
                expensed = float(sbc[4 * year : 4 * year + 4, path].sum())
                after = found[f"gross_margin_after_sbc:{year + 1}"][path]
                assert after == pytest.approx((profit - 0.35 * (paid + expensed)) / revenue, rel=1e-9, abs=1e-12)
                taken += (found[f"gross_margin:{year + 1}"][path] - after) * revenue
                compared += expensed != 0
            assert taken == pytest.approx(found["sbc_cost_of_revenue"][path], rel=1e-6, abs=0.01)
    assert compared


def slack_of(outcome: Outcome) -> np.ndarray:
    """Half a share's value a grant: what the even spread of odd shares over tranches may move between quarters."""
    dollars = 0.5 * outcome.price_by.max(axis=0)
    return 1e-6 + dollars * np.bincount(outcome.grants.path.astype(int), minlength=len(outcome.end))


def looped(scenario: Scenario, offer: Offer, outcome: Outcome, path: int) -> list[float]:
    quarters = [0.0] * (-(-scenario.months // 3))
    grants, hires = outcome.grants, outcome.hires
    for row in np.flatnonzero(grants.path == path):
        [who] = np.flatnonzero((hires.path == path) & (hires.seat == grants.seat[row]) & (hires.ordinal == grants.ordinal[row]))
        rule, month, begins = int(grants.rule[row]), int(grants.month[row]), int(grants.vesting_start[row])
        terms: Any = offer.grant if rule < 0 else offer.refresh[rule]
        upfront = rule >= 0 and terms.mode == "upfront"
        hired, end, left = int(hires.start[who]), int(hires.end[who]), hires.reason[who] != STAYED
        value = outcome.price_by[hired if upfront else month, path]
        value *= call_ratio(scenario) if terms.instrument in ("iso", "nso") else 1.0
        shares = int(grants.shares[row])
        tranches = schedule_of(terms.vesting, shares)
        recognised = 0.0
        for at in range(month + 1, end + 1):
            t = at - begins
            if left and at == end:
                total = float(grants.vested[row])
            else:
                vested = sum(part for due, part in tranches if due <= t)
                gained = 0.0
                if at == end and outcome.end[path] == EXIT:
                    gained = float(int(terms.change_of_control * (shares - vested)))
                keep = 1 - (gained / (shares - vested) if shares > vested else 0)
                if upfront:
                    served = t + begins - hired
                    open_ = sum(part * served / (due + begins - hired) for due, part in tranches if due > t)
                    total = vested + gained + keep * open_
                else:
                    line = (shares - gained) * min(1.0, t / terms.vesting.months) if terms.vesting.months else shares
                    total = gained + max(line, vested)
            quarters[(at - 1) // 3] += (total - recognised) * value
            recognised = total
    return quarters


@pytest.mark.parametrize("attribution", ["straight-line", "graded"])
def test_the_kernels_are_the_schedule_of_one_award(attribution: str) -> None:
    """600 shares at $6 that vest in six months, month by month, as an award of its own."""
    tranches = tuple(Tranche(100, add_months(START, month)) for month in range(1, 7))
    award = Award("A", START, "6", tranches, attribution=attribution)  # type: ignore[arg-type]
    exact = [row.cumulative_cents / 100 for row in expense(award).rows]
    served = np.arange(1, 7)
    shares, vested = np.full(6, 600.0), 100.0 * served
    if attribution == "graded":
        recognised = graded_shares(shares, vested, unvested_accrual(np.arange(1, 7), 0, 6)[0, served])
    else:
        recognised = straight_line_shares(shares, vested, served, 6)
    np.testing.assert_allclose(6 * recognised, exact, atol=0.005)


@pytest.mark.parametrize("seed", range(4))
def test_kinds_and_periods_only_cut_the_expense_apart(seed: int) -> None:
    """Months add up to any longer periods, and new-hire grants and refresh awards to all grants, path by path."""
    scenario, pairs = simulated(random_scenario(seed))
    for offer, outcome in pairs:
        monthly = expense_by_period(scenario, offer, outcome, np.arange(1, scenario.months + 1))
        ends = np.unique([2, 5, 8, 11, 14, scenario.months])
        found = expense_by_period(scenario, offer, outcome, ends[ends <= scenario.months])
        cuts = np.split(monthly, ends[ends < scenario.months], axis=1)
        np.testing.assert_allclose(found, np.stack([cut.sum(axis=1) for cut in cuts], axis=1), atol=1e-6)
        np.testing.assert_allclose(found.sum(axis=(0, 1)), expense_by_quarter(scenario, offer, outcome).sum(axis=0), atol=1e-6)
        without = offer.model_copy(update={"grant": None})
        assert not expense_by_period(scenario, without, outcome, ends)[KINDS.index("new-hire grants")].any()
