"""The grants of the first hires when their story ends: what was held, sold, exercised or let lapse."""

from dataclasses import dataclass

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.quantities import BoolArray, FloatArray, IntArray
from compdesign.simulation.tables import BEYOND, CASH_OUT, EXIT, Outcome

HORIZON = 48
"""Months over which a candidate values an offer."""


@dataclass(frozen=True)
class FirstEquity:
    """Axis ``grant``. rows: in the grant table. path, hire: whose. vested: shares; strike: $. at, price, weight: month and $ a share at
    the path's end, and how far it counts (1 but where no exit came). last: month in which a leaver's exercise window closes. must_decide:
    it closes before the path's end. deciding: price then. buys: they exercise then.
    """

    rows: IntArray
    path: IntArray
    hire: IntArray
    vested: FloatArray
    strike: FloatArray
    at: IntArray
    price: FloatArray
    weight: FloatArray
    last: FloatArray
    must_decide: BoolArray
    deciding: FloatArray
    buys: BoolArray


def first_equity(scenario: Scenario, outcome: Outcome, index: IntArray, end: FloatArray, stopped: BoolArray) -> FirstEquity:
    """index[seat, path]: place of the first hire. end: month their pay ends; stopped: whether it did before the horizon, both [hire].

    A leaver whose window closes before an exit exercises if the price as they count it (x unexited_weight) is above the strike.
    """
    grants, candidate = outcome.grants, scenario.candidate
    rows = np.flatnonzero(grants.ordinal == 0)
    path = grants.path[rows].astype(int)
    hire = index[grants.seat[rows].astype(int), path]
    strike, how, at = grants.strike[rows], outcome.end[path], outcome.end_month[path]
    last = end[hire] + scenario.departure.post_termination_exercise_months
    must_decide = stopped[hire] & (how != CASH_OUT) & (strike > 0) & ~((how == EXIT) & (at <= last)) & (last < HORIZON)
    deciding = outcome.price_by[np.minimum(last, HORIZON).astype(int), path]
    return FirstEquity(
        rows=rows,
        path=path,
        hire=hire,
        vested=grants.vested[rows],
        strike=strike,
        at=at,
        price=outcome.price[path],
        weight=np.where(how == BEYOND, candidate.unexited_weight, 1.0),
        last=last,
        must_decide=must_decide,
        deciding=deciding,
        buys=must_decide & (candidate.unexited_weight * deciding > strike),
    )
