"""ASC 718 expense of one structure's simulated grants, by quarter from the as-of date or by periods of another cut.

Policies, the same on every path: forfeitures count when they happen (718-10-35-3). New-hire grants and awards the board makes after
certification are service awards, on a straight line from the month in which vesting starts; before the grant nothing is recognised. An
upfront award is a performance award granted at hire: probable from its certification, at the fair value of the hire date, tranche by
tranche over service since the hire, so that past service is caught up in the month of certification (718-10-25-20, 35-8). A
double-trigger RSU costs nothing before an exit (718-10-25-20). A change of control recognises what it vests at once.
"""

import numpy as np

from compdesign.accounting.attribution import graded_shares, straight_line_shares, unvested_accrual
from compdesign.inputs.offers import Grant, Offer, RefreshRule, Vesting
from compdesign.inputs.scenario import Scenario
from compdesign.model.fair_value import at_the_money_ratio
from compdesign.model.vesting import allocated_shares, vested_months
from compdesign.quantities import FloatArray, IntArray, at_paths, summed
from compdesign.simulation.rules import OPTIONS
from compdesign.simulation.tables import EXIT, STAYED, Outcome

QUARTER = 3
"""Months. Quarter 1 is the first three months from the as-of date."""
KINDS = ("new-hire grants", "refresh awards")


def quarters_of(months: int) -> int:
    """Quarters that a run of so many months touches."""
    return -(-months // QUARTER)


def expense_by_quarter(scenario: Scenario, offer: Offer, outcome: Outcome) -> FloatArray:
    """Dollars recognised in each quarter, float64[quarter, path]; the end of a path ends its expense. scenario: resolved, on the
    same paths as the outcome. What is recognised of a grant in the end is its fair value times shares vested once its vesting is over.
    """
    return expense_by_period(scenario, offer, outcome, QUARTER * np.arange(1, quarters_of(scenario.months) + 1)).sum(axis=0)


def expense_by_period(scenario: Scenario, offer: Offer, outcome: Outcome, ends: IntArray) -> FloatArray:
    """Dollars recognised in each period, new-hire grants and refresh awards apart, float64[kind, period, path], kinds as in KINDS.

    ends: the month after the last of each period, rising; the last is the end of the run, or later.
    """
    cumulative = np.zeros((len(KINDS), len(ends), len(outcome.end)))
    if len(outcome.grants.path):
        start, end, left = _holders(outcome)
        for index, terms in enumerate((offer.grant, *offer.refresh), start=-1):
            rows = np.flatnonzero(outcome.grants.rule == index)
            if terms is not None and rows.size:
                kind = KINDS.index("new-hire grants" if index < 0 else "refresh awards")
                _add(cumulative[kind], scenario, terms, outcome, ends, rows, start[rows], end[rows], left[rows] != STAYED)
    return np.diff(cumulative, axis=1, prepend=0.0)


def _holders(outcome: Outcome) -> tuple[IntArray, IntArray, IntArray]:
    """First month, end and reason of the employment in which each grant was made; int[grant]."""
    hires, grants = outcome.hires, outcome.grants
    seats, ordinals = int(hires.seat.max()) + 1, int(hires.ordinal.max()) + 1
    place = np.zeros(len(outcome.end) * seats * ordinals, np.int64)
    place[(hires.path * seats + hires.seat) * ordinals + hires.ordinal] = np.arange(len(hires.path))
    holder = place[(grants.path * seats + grants.seat) * ordinals + grants.ordinal]
    return hires.start[holder], hires.end[holder], hires.reason[holder]


def _add(
    cumulative: FloatArray,
    scenario: Scenario,
    terms: Grant | RefreshRule,
    outcome: Outcome,
    ends: IntArray,
    rows: IntArray,
    hired: IntArray,
    closed: IntArray,
    left: IntArray,
) -> None:
    """Add the cost recognised by the end of each period of the grants of one rule. hired, closed, left: of their holders."""
    grants, paths = outcome.grants, len(outcome.end)
    path, month, start = grants.path[rows], grants.month[rows], grants.vesting_start[rows]
    upfront = isinstance(terms, RefreshRule) and terms.mode == "upfront"
    liquid = terms.instrument == "rsu_double_trigger"
    value = outcome.price_by[hired if upfront else month, path]
    if terms.instrument in OPTIONS:
        candidate = scenario.candidate
        ratio = at_the_money_ratio(scenario.discount_rate, candidate.option_volatility, candidate.option_term_years)
        value = value * at_paths(ratio, path)
    before = start - hired if upfront else np.zeros(len(rows), np.int64)
    service = _Service(terms.vesting, scenario.months, int(before.max()), graded=upfront or liquid)
    exited = outcome.end[path] == EXIT
    at_exit = exited & ~left
    tenure, shares = closed - start, grants.shares[rows]
    accelerated = np.where(at_exit, grants.vested[rows] - service.vested(shares, tenure), 0.0)
    final = np.where(left, grants.vested[rows], accelerated + service.recognised(shares - accelerated, shares, tenure, before))
    known = np.where(liquid & left, outcome.end_month[path], closed)
    if liquid:
        final = np.where(exited, final, 0.0)
    ended = np.searchsorted(ends, known)
    periods = len(ends)
    closing = summed(ended * paths + path, final * value, periods * paths).reshape(periods, paths)
    cumulative += np.cumsum(closing, axis=0)
    if liquid:
        return
    for period, at in enumerate(ends):
        held = np.flatnonzero((month < at) & (ended > period))
        if held.size:
            recognised = service.recognised(shares[held], shares[held], at - start[held], before[held])
            cumulative[period] += summed(path[held], recognised * value[held], paths)


class _Service:
    """How shares of one vesting schedule are recognised over service."""

    def __init__(self, vesting: Vesting, months: int, before: int, *, graded: bool) -> None:
        """months: the longest tenure asked about. before: the most months of service before the vesting starts."""
        self.vesting, self.graded = vesting, graded
        self._instalments = vested_months(np.arange(months + 1), vesting.months, vesting.cliff, vesting.every) // vesting.every
        if graded:
            instalments = np.arange(vesting.every, vesting.months + 1, vesting.every) if vesting.months else np.zeros(1, np.int64)
            self._accrual = unvested_accrual(np.maximum(instalments, vesting.cliff), before, months)

    def vested(self, shares: FloatArray, tenure: IntArray) -> FloatArray:
        """Whole shares vested by service alone."""
        vesting = self.vesting
        if not vesting.months:
            return shares
        return allocated_shares(shares, self._instalments[tenure], vesting.months // vesting.every, vesting.allocation)

    def recognised(self, shares: FloatArray, granted: FloatArray, tenure: IntArray, before: IntArray) -> FloatArray:
        """Shares whose cost is recognised after so many months. granted: including those that a change of control has vested."""
        vested = self.vested(granted, tenure)
        if self.graded:
            return graded_shares(shares, vested, self._accrual[before, tenure])
        return straight_line_shares(shares, vested, tenure, self.vesting.months)
