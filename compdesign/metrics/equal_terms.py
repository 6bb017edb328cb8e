"""The structures at equal terms: at equal acceptance, at equal company cost, at equal seats filled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, log, nan

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT, RUNWAY_P10
from compdesign.metrics.estimates import Difference, Estimate, difference, estimate
from compdesign.metrics.runner_up import between, cheapest
from compdesign.metrics.variants import equal_seats, with_base
from compdesign.simulation.run import simulate_variants
from compdesign.simulation.valuation_run import VALUATION_PATHS, OfferValue, value_variants

GRID = (0.2, 0.5, 0.8, 1.0, 1.3, 2.0, 5.0)
"""Factors at which base pay is tried first; beyond them, equal terms are said not to exist."""
GRID_PATHS = 256
NEARBY = (0.95, 1.0, 1.05)
"""Factors around the first answer at which it is refined."""

Gaps = Callable[[list[list[float]], int], list[list[float]]]
"""From trials, each a factor per structure, and a number of paths to the gap of each structure at each trial; it rises with the factor."""


@dataclass(frozen=True)
class EqualTerms:
    """One view at equal terms. factors: base pay of each structure times this (1 where nothing is moved); missed: the
    structures for which no factor in range equals. cost, runway: per structure. differences: of the cost to the first.
    cheapest: of those made equal, None where none ships; behind: cost of each structure less the cheapest one's, paired.
    """

    view: str
    what: str
    factors: tuple[float, ...]
    missed: tuple[str, ...]
    cost: tuple[Estimate, ...]
    runway: tuple[Estimate, ...]
    filled: tuple[float, ...]
    differences: tuple[Difference, ...]
    cheapest: int | None
    behind: tuple[Difference, ...]


def at_equal_acceptance(scenario: Scenario, paths: int) -> EqualTerms:
    """Base pay of each structure scaled until its offer is accepted as often as the first structure's (equal certainty
    equivalents where every offer is accepted).
    """
    certain = scenario.hiring.acceptance.certain

    def gaps(trials: list[list[float]], paths: int) -> list[list[float]]:
        valued = value_variants([with_base(scenario, factors) for factors in ([1.0] * len(trials[0]), *trials)], paths)
        target, *others = [[_attraction(offer, certain) for offer in each] for each in valued]
        return [[each - target[0] for each in row] for row in others]

    what = (
        "base pay moved until every offer is worth as much to the candidate"
        if certain
        else "base pay moved until every offer is accepted as often as the first"
    )
    return _view("equal acceptance", what, scenario, _solved(gaps, len(scenario.offers), VALUATION_PATHS), paths)


def _attraction(offer: OfferValue, certain: bool) -> float:
    """Log of the certainty equivalent relative to the competing offer's (both after tax where taxes are named), or of the odds of acceptance."""
    worth = offer.ce_after_tax / offer.ce_outside_after_tax if certain else offer.accept / (1 - offer.accept) if offer.accept < 1 else inf
    return log(worth) if worth > 0 else -inf


def at_equal_cost(scenario: Scenario, paths: int) -> EqualTerms:
    """Base pay of each structure scaled until its present cost equals the first structure's."""

    def gaps(trials: list[list[float]], paths: int) -> list[list[float]]:
        variants = [with_base(scenario, factors) for factors in ([1.0] * len(trials[0]), *trials)]
        costs = [[result.mean("present_cost", k) for k in range(len(trials[0]))] for result in simulate_variants(variants, paths)]
        target, *others = costs
        return [[log(cost / target[0]) if cost > 0 and target[0] > 0 else inf for cost in row] for row in others]

    what = "base pay moved until every structure costs as much as the first"
    return _view("equal company cost", what, scenario, _solved(gaps, len(scenario.offers), paths), paths)


def at_equal_seats(scenario: Scenario, paths: int) -> EqualTerms:
    """Every offer accepted at once, no link from pay to departure or speed: a vacancy no longer saves pay. Seats still empty when
    cash runs out, which is what the view is about, and as each structure's own process has it.
    """
    what = "every offer accepted at once, no link from pay to departure or speed, so that a vacancy saves nobody pay; seats differ only by when cash runs out"
    if any(_own_process(offer) for offer in scenario.offers):
        what += " and by the screen, checkpoints or committee delay that a structure states for itself"
    return _view("equal seats filled", what, equal_seats(scenario), [1.0] * len(scenario.offers), paths)


def _own_process(offer: Offer) -> bool:
    return not offer.screened or offer.checkpoints is not None or offer.committee_delay_days is not None


def _solved(gaps: Gaps, structures: int, paths: int) -> list[float]:
    """Factor of each structure at which its gap is nil, 1 for the first: found on the grid with few paths, then refined with
    `paths`; NaN where no factor in range does.
    """
    coarse = gaps([[1.0, *[factor] * (structures - 1)] for factor in GRID], min(paths, GRID_PATHS))
    near = [_crossing(GRID, [row[k] for row in coarse]) for k in range(1, structures)]
    nearby = [[(factor if isfinite(factor) else 1.0) * step for factor in near] for step in NEARBY]
    fine = gaps([[1.0, *trial] for trial in nearby], paths)
    solved = [_crossing([trial[k] for trial in nearby], [row[k + 1] for row in fine], beyond=True) for k in range(len(near))]
    return [1.0, *(better if isfinite(first) else nan for first, better in zip(near, solved, strict=True))]


def _crossing(factors: Sequence[float], gaps: list[float], beyond: bool = False) -> float:
    """Where the gap turns from below to above nil on straight lines in log factors; NaN if it does not, unless the last or
    first line may be followed `beyond` the trials.
    """
    logs, finite = np.log(factors), [max(min(gap, 1e3), -1e3) for gap in gaps]
    at = next((i for i, (before, after) in enumerate(pairwise(finite)) if before < 0 <= after), None)
    if at is None:
        if not beyond:
            return nan
        at = len(finite) - 2 if finite[-1] < 0 else 0
    slope = (finite[at + 1] - finite[at]) / (logs[at + 1] - logs[at])
    return float(np.exp(logs[at] - finite[at] / slope)) if slope > 0 else nan


def _view(view: str, what: str, scenario: Scenario, factors: list[float], paths: int) -> EqualTerms:
    names = [offer.name for offer in scenario.offers]
    missed = tuple(name for name, factor in zip(names, factors, strict=True) if not isfinite(factor))
    [result] = simulate_variants([with_base(scenario, [factor if isfinite(factor) else 1.0 for factor in factors])], paths)
    structures = range(len(names))
    cost = tuple(estimate(result, COST_PER_DEPLOYMENT, k) for k in structures)
    made_equal = tuple(Estimate(nan, nan) if name in missed else each for name, each in zip(names, cost, strict=True))
    ahead = cheapest(made_equal)
    return EqualTerms(
        view=view,
        what=what,
        factors=tuple(factors),
        missed=missed,
        cost=cost,
        runway=tuple(estimate(result, RUNWAY_P10, k) for k in structures),
        filled=tuple(result.mean("filled_months", k) for k in structures),
        differences=tuple(difference(result, COST_PER_DEPLOYMENT, k) for k in structures),
        cheapest=ahead,
        behind=tuple(between(result, COST_PER_DEPLOYMENT, k, ahead or 0) for k in structures),
    )


VIEWS = (at_equal_acceptance, at_equal_cost, at_equal_seats)
