"""What the first hire of each seat has after 48 months: pay, liquid or counted equity, and what came after leaving."""

from dataclasses import dataclass, fields

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.wealth import base_flow, flow, lump
from compdesign.quantities import BoolArray, FloatArray, IntArray, at_paths, summed
from compdesign.simulation.tables import BEYOND, CASH_OUT, EXIT, LEFT, STAYED, Outcome

HORIZON = 48
"""Months over which a candidate values an offer."""


@dataclass(frozen=True)
class FirstHires:
    """Axis ``hire``; dollars at month 48. path, production: who. wealth: in all. equity: the liquid or counted equity inside it.
    paper: vested equity at common value, liquid or not. all_vests: the same if every grant vested. to_exercise: cost to
    exercise what has vested. vested: shares. lasted: still employed, no exit and no cash-out by month 48.
    """

    path: IntArray
    production: BoolArray
    wealth: FloatArray
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
    equity, paper, all_vests, to_exercise, vested = _equity(scenario, outcome, index, end, stopped)
    return FirstHires(
        path=path,
        production=hires.production[first],
        wealth=lump(at_paths(candidate.wealth, path), 0, HORIZON, r) + cash + equity,
        equity=equity,
        paper=paper,
        all_vests=all_vests,
        to_exercise=to_exercise,
        vested=vested,
        lasted=(hires.reason[first] == STAYED) & (outcome.end[path] == BEYOND),
    )


def _equity(scenario: Scenario, outcome: Outcome, index: IntArray, end: FloatArray, stopped: BoolArray) -> tuple[FloatArray, ...]:
    """Counted value, common value, value if all vested and cost to exercise ($ at month 48), and vested shares, of each first hire.

    A leaver whose window closes before an exit exercises if the price as they count it (x unexited_weight) is above the strike.
    """
    grants, candidate = outcome.grants, scenario.candidate
    mine = np.flatnonzero(grants.ordinal == 0)
    path, rate = grants.path[mine].astype(int), scenario.discount_rate
    hire = index[grants.seat[mine].astype(int), path]
    vested, strike, r = grants.vested[mine], grants.strike[mine], at_paths(rate, path)
    how, at, price = outcome.end[path], outcome.end_month[path], outcome.price[path]
    weight = np.where(how == BEYOND, candidate.unexited_weight, 1.0)
    intrinsic = lump(np.maximum(price - strike, 0), at, HORIZON, r)
    last = end[hire] + scenario.departure.post_termination_exercise_months
    must_decide = stopped[hire] & (how != CASH_OUT) & (strike > 0) & ~((how == EXIT) & (at <= last)) & (last < HORIZON)
    deciding = outcome.price_by[np.minimum(last, HORIZON).astype(int), path]
    exercised = lump(price, at, HORIZON, r) * weight - lump(strike, np.minimum(last, HORIZON), HORIZON, r)
    per_share = np.where(must_decide, np.where(candidate.unexited_weight * deciding > strike, exercised, 0.0), intrinsic * weight)
    total = len(end)
    return (
        summed(hire, vested * per_share, total),
        summed(hire, vested * intrinsic, total),
        summed(hire, grants.shares[mine] * intrinsic, total),
        summed(hire, vested * strike, total),
        summed(hire, vested, total),
    )
