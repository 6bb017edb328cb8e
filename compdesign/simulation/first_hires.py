"""What the first hire of each seat has after 48 months: pay, liquid or counted equity, and what came after leaving."""

from dataclasses import dataclass, fields

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.wealth import base_flow, flow, lump
from compdesign.quantities import BoolArray, FloatArray, IntArray, at_paths, summed
from compdesign.simulation.first_equity import HORIZON, FirstEquity, first_equity
from compdesign.simulation.hire_income import first_tax_year, hire_income, tax_at_horizon
from compdesign.simulation.tables import BEYOND, CASH_OUT, LEFT, STAYED, Outcome


@dataclass(frozen=True)
class FirstHires:
    """Axis ``hire``; dollars at month 48. path, production: who. wealth: in all, before tax. tax: taxes on it, 0 where the scenario names none. equity: the liquid or counted equity inside it.
    paper: vested equity at common value, liquid or not. all_vests: the same if every grant vested. to_exercise: cost to
    exercise what has vested. vested: shares. lasted: still employed, no exit and no cash-out by month 48.
    """

    path: IntArray
    production: BoolArray
    wealth: FloatArray
    tax: FloatArray
    equity: FloatArray
    paper: FloatArray
    all_vests: FloatArray
    to_exercise: FloatArray
    vested: FloatArray
    lasted: BoolArray

    def on(self, paths: slice) -> "FirstHires":
        """The hires of a range of paths, counted from its start."""
        chosen = (self.path >= paths.start) & (self.path < paths.stop)
        part = {field.name: getattr(self, field.name)[chosen] for field in fields(self)}
        return FirstHires(**{**part, "path": part["path"] - paths.start})


def first_hires(scenario: Scenario, offer: Offer, outcome: Outcome) -> FirstHires:
    """Wealth at month 48 of the first hire of every seat, in the order of the hire table."""
    hires, rate, candidate = outcome.hires, scenario.discount_rate, scenario.candidate
    first = hires.ordinal == 0
    path, seat = hires.path[first], hires.seat[first]
    r = at_paths(rate, path)
    stopped = (hires.reason[first] != STAYED) | (outcome.end[path] == CASH_OUT)
    end = np.where(stopped, hires.end[first], HORIZON).astype(np.float64)
    cash = base_flow(at_paths(offer.base, path), offer.base_growth, 0, end, HORIZON, r) * (1 + offer.bonus)
    cash = cash + flow(at_paths(candidate.outside_pay, path) / 12, end + at_paths(candidate.search_gap_months, path), HORIZON, HORIZON, r)
    cash = cash + lump(offer.sign_on, 0, HORIZON, r) + lump(hires.severance[first], end, HORIZON, r)
    if offer.sign_on_repayment_months:
        unserved = np.maximum(1 - end / offer.sign_on_repayment_months, 0) * (hires.reason[first] == LEFT)
        cash = cash - lump(offer.sign_on * unserved, end, HORIZON, r)
    index = np.full((scenario.hiring.seats, len(outcome.end)), -1)
    index[seat, path] = np.arange(len(path))
    awards = outcome.cash_awards
    mine = awards.ordinal == 0
    paid = lump(awards.dollars[mine], awards.month[mine] + 1, HORIZON, at_paths(rate, awards.path[mine].astype(int)))
    cash = cash + np.bincount(index[awards.seat[mine].astype(int), awards.path[mine].astype(int)], paid, len(path))
    holdings = first_equity(scenario, outcome, index, end, stopped)
    equity, paper, all_vests, to_exercise, vested = _counted(scenario, outcome, holdings, len(end))
    taxes: FloatArray = np.zeros(len(end))
    if tax := candidate.tax:
        income = hire_income(scenario, offer, outcome, index, first, end, holdings)
        taxes = tax_at_horizon(income, tax, first_tax_year(scenario, tax), r)
    return FirstHires(
        path=path,
        production=hires.production[first],
        wealth=lump(at_paths(candidate.wealth, path), 0, HORIZON, r) + cash + equity,
        tax=taxes,
        equity=equity,
        paper=paper,
        all_vests=all_vests,
        to_exercise=to_exercise,
        vested=vested,
        lasted=(hires.reason[first] == STAYED) & (outcome.end[path] == BEYOND),
    )


def _counted(scenario: Scenario, outcome: Outcome, held: FirstEquity, people: int) -> tuple[FloatArray, ...]:
    """Counted value, common value, value if all vested and cost to exercise ($ at month 48), and vested shares, of each first hire."""
    vested, strike, hire, weight = held.vested, held.strike, held.hire, held.weight
    r = at_paths(scenario.discount_rate, held.path)
    intrinsic = lump(np.maximum(held.price - strike, 0), held.at, HORIZON, r)
    exercised = lump(held.price, held.at, HORIZON, r) * weight - lump(strike, np.minimum(held.last, HORIZON), HORIZON, r)
    per_share = np.where(held.must_decide, np.where(held.buys, exercised, 0.0), intrinsic * weight)
    return (
        summed(hire, vested * per_share, people),
        summed(hire, vested * intrinsic, people),
        summed(hire, outcome.grants.shares[held.rows] * intrinsic, people),
        summed(hire, vested * strike, people),
        summed(hire, vested, people),
    )
