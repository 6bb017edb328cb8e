"""What a candidate keeps after tax: certain jobs in closed form, and every first hire by a loop over their grants."""

from math import exp, log
from typing import Any

import numpy as np
import pytest

from compdesign.errors import ScenarioError
from compdesign.inputs.offers import Vesting
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.candidate import candidate_catalog, candidate_metrics
from compdesign.metrics.candidate_values import candidate_values
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.first_hires import first_hires
from compdesign.simulation.hire_income import tax_notes
from compdesign.simulation.parameters import at_medians
from compdesign.simulation.streams import Streams
from compdesign.simulation.tables import BEYOND, CASH_OUT, EXIT, LEFT, STAYED, Outcome
from compdesign.simulation.valuation_run import value_offers
from compdesign.tax.annual import after_tax_years, annual_tax
from compdesign.tax.rates import rates_year
from tests.simulation.posed import posed
from tests.simulation.scenarios import random_scenario

TEXAS = {"candidate.tax": {"state": "TX"}}


def present(annual: float, start: float, end: float, r: float) -> float:
    """Value today of a flow of so many $ a year between two months."""
    return annual * (end - start) / 12 if r == 0 else annual * (exp(-r * start / 12) - exp(-r * end / 12)) / r


def kept(wages: list[float], r: float, **who: Any) -> float:
    """Value today of pay that comes evenly over each of four years from 2026, after tax."""
    flows, _ = after_tax_years(np.array(wages), 2026, **{"state": "TX", **who})
    return sum(present(flow, 12 * k, 12 * k + 12, r) for k, flow in enumerate(flows))


@pytest.mark.parametrize("aversion", [0.0, 1.0, 3.0])
@pytest.mark.parametrize(("r", "growth", "bonus"), [(0.0, 0.0, 0.0), (0.05, 0.1, 0.2)])
def test_a_certain_job_in_texas(aversion: float, r: float, growth: float, bonus: float) -> None:
    scenario = posed({**TEXAS, "discount_rate": r, "candidate.risk_aversion": aversion}, base_growth=growth, bonus=bonus)
    [value] = value_offers(scenario)
    wages = [120_000 * (1 + bonus) * (1 + growth) ** k for k in range(4)]
    assert value.ce_after_tax == pytest.approx(kept(wages, r), rel=1e-9)
    assert value.ce == pytest.approx(sum(present(w, 12 * k, 12 * k + 12, r) for k, w in enumerate(wages)), rel=1e-9)
    net = value.hires.wealth - value.hires.tax
    np.testing.assert_allclose(net, (100_000 + kept(wages, r)) * exp(4 * r), rtol=1e-9)
    assert value.ce_outside_after_tax == pytest.approx(kept([100_000] * 4, r), rel=1e-9)


@pytest.mark.parametrize("state", [None, "CA", "NY", "WA"])
@pytest.mark.parametrize("filing", ["single", "joint"])
def test_sign_on_and_competing_equity_are_wages_when_they_come(state: str | None, filing: str) -> None:
    """No interest: the taxes of the years, whenever within them they are paid. Equity of each anniversary vests a 48th a month."""
    competing = {
        "base": 150_000, "sign_on": 40_000, "equity": 96_000, "refresh": 48_000,
        "annual_attrition": 0.0, "equity_volatility": 0.0, "equity_growth": 0.0,
    }  # fmt: skip
    tax = {"state": state, "filing": filing} if state else {"filing": filing}
    [value] = value_offers(posed({"candidate.tax": tax, "candidate.competing": competing}, sign_on=30_000))
    who = {"state": state or "", "filing": filing}
    assert value.ce_after_tax == pytest.approx(kept([150_000, 120_000, 120_000, 120_000], 0.0, **who), rel=1e-9)
    vests = [24_000 + 12_000 * k for k in range(4)]
    assert value.ce_outside_after_tax == pytest.approx(kept([190_000 + vests[0], *(150_000 + v for v in vests[1:])], 0.0, **who), rel=1e-9)


def test_acceptance_goes_by_what_is_kept() -> None:
    acceptance = {"certain": False, "intercept": 0.0, "slope": 3.0}
    scenario = posed({**TEXAS, "hiring.acceptance": acceptance}, base=300_000)
    [value] = value_offers(scenario)
    odds = exp(3 * log(kept([300_000] * 4, 0.0) / kept([100_000] * 4, 0.0)))
    assert value.accept == pytest.approx(odds / (1 + odds), rel=1e-9)
    assert odds < 0.95 * 27  # progressive: less than before tax
    labels = [each.label for each in candidate_catalog(scenario)]
    assert "P(accept), by value after tax" in labels


def test_without_the_table_nothing_is_taxed_and_with_it_wealth_before_tax_stays() -> None:
    data = random_scenario(3)
    data["hiring"]["acceptance"] = {"certain": True}
    free = value_offers(Scenario.parse(data))
    data["candidate"]["tax"] = {"state": "CA"}
    for before, after in zip(free, value_offers(Scenario.parse(data)), strict=True):
        assert not before.taxed
        assert not before.hires.tax.any()
        assert not before.outside_tax.any()
        assert before.ce == before.ce_after_tax == after.ce
        assert before.ce_outside == before.ce_outside_after_tax == after.ce_outside
        np.testing.assert_array_equal(before.hires.wealth, after.hires.wealth)
        np.testing.assert_array_equal(before.outside_wealth, after.outside_wealth)
        assert after.ce_after_tax < after.ce
        assert after.ce_outside_after_tax < after.ce_outside


@pytest.mark.parametrize(
    ("tax", "where"),
    [
        ({"state": "OR"}, "candidate.tax.state"),
        ({"state": "ca"}, "candidate.tax.state"),
        ({"first_year": 2023}, "candidate.tax.first_year"),
    ],
)
def test_what_is_not_covered_is_said_at_its_key(tax: dict[str, Any], where: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        posed({"candidate.tax": tax})
    [problem] = caught.value.problems
    assert problem.where == where
    assert "is not covered" in problem.what
    assert "drop [candidate.tax]" in problem.remedy


def test_notes_name_what_is_left_out() -> None:
    assert tax_notes(posed()) == ()
    notes = " ".join(tax_notes(posed({"candidate.tax": {}})))
    assert "State and local tax: not covered" in notes
    assert "Rates of 2026 are assumed for 2029" in notes
    assert "$100,000 limit" in notes


def test_every_metric_says_before_or_after_tax() -> None:
    for changes in ({}, TEXAS):
        scenario = posed(changes)
        catalog = candidate_catalog(scenario)
        assert len({each.key for each in catalog}) == len(catalog)
        for each in catalog:
            assert each.unit in ("$", "share")
            assert each.label
            assert "{" not in each.label + each.definition
            assert each.key in ("liquid_share", "to_exercise") or ("before tax" in each.label) != ("after tax" in each.label)
        [value] = value_offers(scenario)
        found = candidate_metrics(scenario, value, candidate_values(value))
        assert list(found) == [each.key for each in catalog]
        assert ("ce_after_tax" in found) == bool(changes)


# Every first hire by hand


@pytest.mark.parametrize("seed", range(14))
@pytest.mark.parametrize("state", ["CA", "WA"])
def test_taxes_of_first_hires_equal_a_loop(seed: int, state: str) -> None:
    """Options, shares at vesting, windows that close, exits and cash-outs: plain Python, one person and one grant at a time."""
    data = random_scenario(seed)
    instruments = ["iso", "nso", "rsu", "restricted_stock", "rsu_double_trigger"]
    for k, offer in enumerate(data["offers"]):
        for j, each in enumerate((offer.get("grant"), *offer["refresh"])):
            if each and each.get("instrument") != "cash":
                each["instrument"] = instruments[(seed + k + j) % 5]
                each.setdefault("vesting", {})["allocation"] = "cumulative_rounding"
    data |= {"months": 48}
    data["candidate"] |= {"tax": {"state": state, "first_year": 2025}, "unexited_weight": 0.5, "search_gap_months": 2.5}
    data["departure"]["post_termination_exercise_months"] = [1, 3, 9][seed % 3]
    data["company"]["exit"]["annual_hazard"] = 0.3
    data["hiring"] |= {"time_to_fill_days": 0, "screen": None, "acceptance": {"certain": True}}  # every seat filled at once
    scenario = at_medians(Scenario.parse(data))
    for offer in scenario.offers:
        outcome = simulate_structure(scenario, offer, Streams(scenario.seed, 0, 64), (0.7, 0.4))
        first = np.flatnonzero(outcome.hires.ordinal == 0)
        hires = first_hires(scenario, offer, outcome)
        assert not outcome.hires.start[first].any()
        for place in range(0, len(first), 5):
            expected = taxes(scenario, offer, outcome, int(first[place]))
            assert hires.tax[place] == pytest.approx(expected, rel=1e-9, abs=1e-6), (offer.name, place)


def vested_at(vesting: Vesting, shares: int, tenure: int) -> int:
    if vesting.months == 0:
        return shares if tenure >= 0 else 0
    if tenure < max(vesting.cliff, 0):
        return 0
    k = min(tenure // vesting.every * vesting.every, vesting.months)
    return (2 * shares * k + vesting.months) // (2 * vesting.months)


def taxes(scenario: Scenario, offer: Any, outcome: Outcome, row: int) -> float:
    hires, grants, awards, candidate = outcome.hires, outcome.grants, outcome.cash_awards, scenario.candidate
    path, seat, r = int(hires.path[row]), int(hires.seat[row]), scenario.discount_rate
    how, at, price = int(outcome.end[path]), int(outcome.end_month[path]), float(outcome.price[path])
    stopped = hires.reason[row] != STAYED or how == CASH_OUT
    end = int(hires.end[row]) if stopped else 48
    years = [{"wages": 0.0, "iso_spread": 0.0, "disqualifying_income": 0.0, "long_term_gain": 0.0} for _ in range(4)]

    def of(time: float) -> dict[str, float]:
        return years[min(max(-int(-time // 12) - 1, 0), 3)]

    for k in range(4):
        worked = max(min(end, 12 * k + 12) - 12 * k, 0)
        years[k]["wages"] += worked / 12 * offer.base * (1 + offer.base_growth) ** k * (1 + offer.bonus)
        away = max(12 * k + 12 - max(end + candidate.search_gap_months, 12 * k), 0)
        years[k]["wages"] += min(away, 12) / 12 * candidate.outside_pay
    years[0]["wages"] += offer.sign_on
    of(end)["wages"] += float(hires.severance[row])
    for each in range(len(awards.path)):
        if (awards.path[each], awards.seat[each], awards.ordinal[each]) == (path, seat, 0):
            of(awards.month[each] + 1)["wages"] += float(awards.dollars[each])
    if hires.reason[row] == LEFT and offer.sign_on_repayment_months:
        of(end)["wages"] -= offer.sign_on * max(1 - end / offer.sign_on_repayment_months, 0)
    weight = candidate.unexited_weight if how == BEYOND else 1.0
    closes = end + scenario.departure.post_termination_exercise_months
    for g in range(len(grants.path)):
        if (grants.path[g], grants.seat[g], grants.ordinal[g]) != (path, seat, 0):
            continue
        terms = offer.grant if grants.rule[g] < 0 else offer.refresh[int(grants.rule[g])]
        vested, strike, month = float(grants.vested[g]), float(grants.strike[g]), int(grants.month[g])
        if terms.instrument == "rsu_double_trigger":
            of(at)["wages"] += vested * price * weight
        elif terms.instrument in ("rsu", "restricted_stock"):
            shares_vest(terms, grants, g, outcome, of, weight)
        else:
            granted = 0 if getattr(terms, "mode", "") == "upfront" else month
            window_shut = stopped and how != CASH_OUT and strike > 0 and closes < 48 and not (how == EXIT and at <= closes)
            if not window_shut:
                kind = "wages" if terms.instrument == "nso" or at - end > 3 else "disqualifying_income"
                of(at)[kind] += vested * max(price - strike, 0) * weight
                continue
            then = float(outcome.price_by[int(closes), path])
            if candidate.unexited_weight * then <= strike:
                continue
            held, sale = at - closes, max(price - strike, 0) * vested * weight
            later = "long_term_gain" if held > 12 else "disqualifying_income"
            if terms.instrument == "nso" or closes - end > 3:
                of(closes)["wages"] += vested * (then - strike)
                of(at)[later] += max(price - then, 0) * vested * weight
                continue
            if of(closes) is not of(at):
                of(closes)["iso_spread"] += vested * (then - strike)
            if held > 12 and at - granted > 24:
                of(at)["long_term_gain"] += sale
            else:
                ordinary = min(vested * (then - strike) * weight, sale)
                of(at)["disqualifying_income"] += ordinary
                of(at)[later] += sale - ordinary
    total = 0.0
    for k, income in enumerate(years):
        income["wages"] = max(income["wages"], 0.0)
        due = float(
            annual_tax(**income, year=rates_year(2025 + k)[0], state="" if candidate.tax is None else candidate.tax.state or "").total
        )
        total += present(due, 12 * k, 12 * k + 12, r) * exp(4 * r)
    return total


def shares_vest(terms: Any, grants: Any, g: int, outcome: Outcome, of: Any, weight: float) -> None:
    path, month, start = int(grants.path[g]), int(grants.month[g]), int(grants.vesting_start[g])
    at, price, vested = int(outcome.end_month[path]), float(outcome.price[path]), float(grants.vested[g])
    got, lots = 0.0, []
    for day in range(month, at):
        now = min(vested_at(terms.vesting, int(grants.shares[g]), day - start), vested)
        if now > got:
            lots.append((day, now - got, float(outcome.price_by[day, path])))
            got = now
    if vested > got:
        lots.append((at, vested - got, price))
    for day, shares, worth in lots:
        of(day)["wages"] += shares * worth
    for long, kind in ((True, "long_term_gain"), (False, "disqualifying_income")):
        mine = [(n, p) for day, n, p in lots if (at - day > 12) == long]
        of(at)[kind] += max(sum(n for n, _ in mine) * price - sum(n * p for n, p in mine), 0) * weight


@pytest.mark.parametrize(("window", "qualifies"), [(3, True), (9, False)])
def test_holding_periods_of_shares_bought_after_leaving(window: int, qualifies: bool) -> None:
    """Dismissed after two months and bought when the window closes, in month 5 or 11. An exit by month 24 disqualifies, one after it and
    more than a year after the purchase does not (IRC 422(a)(1)); after nine months an ISO is one no longer (IRC 422(a)(2)).
    """
    changes = {
        **TEXAS,
        "discount_rate": 0.0,
        "months": 48,
        "company.recurring_revenue": 1e7,
        "company.revenue_growth": 1.0,
        "company.valuation": {"multiple": 5e5, "reversion": 0, "volatility": 0},
        "company.exit.annual_hazard": 0.4,
        "production.staging_months": 1e15,
        "checkpoints": [{"day": 60, "evidence": "staging", "action": "dismiss", "severance_months": 0}],
        "departure.post_termination_exercise_months": window,
        "candidate.unexited_weight": 1.0,
    }
    grant = {"instrument": "iso", "amount": 2_000, "vesting": {"months": 0, "cliff": 0}}
    scenario = posed(changes, grant=grant)
    outcome = simulate_structure(scenario, scenario.offers[0], Streams(7, 0, 512))
    hires = first_hires(scenario, scenario.offers[0], outcome)
    first = np.flatnonzero(outcome.hires.ordinal == 0)
    seen = set()
    bought, pay = 2 + window, 120_000 / 12 * 2
    for place in range(0, 512, 3):
        path = int(outcome.hires.path[first[place]])
        at, price = int(outcome.end_month[path]), float(outcome.price[path])
        if outcome.end[path] == EXIT and at <= bought:
            continue
        strike, then = (float(outcome.price_by[m, path]) for m in (0, bought))
        years: list[dict[str, float]] = [{"wages": pay}, {"wages": 0.0}, {"wages": 0.0}, {"wages": 0.0}]
        sold, spread, rest = years[(at - 1) // 12], 2_000 * (then - strike), 2_000 * (price - then)
        late = at - bought > 12
        if not qualifies:
            years[0]["wages"] += spread
            sold["long_term_gain" if late else "disqualifying_income"] = rest
        else:
            if at > 12:
                years[0]["iso_spread"] = spread
            if late and at > 24:
                sold["long_term_gain"] = spread + rest
            else:
                sold["disqualifying_income"] = spread + (0.0 if late else rest)
                sold["long_term_gain"] = rest if late else 0.0
        expected = sum(float(annual_tax(**income, year=2026, state="TX").total) for income in years)  # type: ignore[arg-type]
        assert hires.tax[place] == pytest.approx(expected, rel=1e-9)
        seen.add((late, at > 24, at > 12))
    assert seen >= {(False, False, True), (True, False, True), (True, True, True)} if qualifies else len(seen) > 2
