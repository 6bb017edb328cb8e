"""The structures at equal terms: at equal acceptance, at equal company cost, at equal seats filled."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, isfinite, log

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT, RUNWAY_P10
from compdesign.metrics.estimates import Difference, Estimate, difference, estimate
from compdesign.metrics.variants import equal_seats, only, with_base
from compdesign.simulation.run import simulate
from compdesign.simulation.valuation_run import value_offers

STEPS = 5
NARROWEST, WIDEST = 0.2, 5.0
"""Base pay is moved by no more than these factors; beyond, equal terms are said not to exist."""


@dataclass(frozen=True)
class EqualTerms:
    """One view at equal terms. factors: base pay of each structure times this (1 where nothing is moved); missed: the
    structures for which no factor in range equals. cost, runway: per structure. differences: of the cost to the first.
    """

    view: str
    what: str
    factors: tuple[float, ...]
    missed: tuple[str, ...]
    cost: tuple[Estimate, ...]
    runway: tuple[Estimate, ...]
    filled: tuple[float, ...]
    differences: tuple[Difference, ...]


def at_equal_acceptance(scenario: Scenario, paths: int) -> EqualTerms:
    """Base pay of each structure scaled until its offer is accepted as often as the first structure's (equal certainty
    equivalents where every offer is accepted).
    """
    certain = scenario.hiring.acceptance.certain

    def attraction(index: int, factor: float) -> float:
        alone = with_base(only(scenario, [index]), [factor])
        offer = value_offers(alone)[0]
        worth = offer.ce / offer.ce_outside if certain else offer.accept / (1 - offer.accept) if offer.accept < 1 else float("inf")
        return log(worth) if worth > 0 else float("-inf")

    target = attraction(0, 1.0)
    slope = 1.0 if certain else 4.0
    factors = [1.0, *(_solve(lambda x, k=k: attraction(k, x) - target, slope) for k in range(1, len(scenario.offers)))]  # type: ignore[misc]
    what = (
        "base pay moved until every offer is worth as much to the candidate"
        if certain
        else "base pay moved until every offer is accepted as often as the first"
    )
    return _view("equal acceptance", what, scenario, factors, paths)


def at_equal_cost(scenario: Scenario, paths: int) -> EqualTerms:
    """Base pay of each structure scaled until its present cost equals the first structure's."""
    target = simulate(only(scenario, [0]), paths).mean("present_cost", 0)

    def dearer(index: int, factor: float) -> float:
        cost = simulate(with_base(only(scenario, [index]), [factor]), paths).mean("present_cost", 0)
        return log(cost / target) if cost > 0 and target > 0 else float("inf")

    factors = [1.0, *(_solve(lambda x, k=k: dearer(k, x), 1.0) for k in range(1, len(scenario.offers)))]  # type: ignore[misc]
    return _view("equal company cost", "base pay moved until every structure costs as much as the first", scenario, factors, paths)


def at_equal_seats(scenario: Scenario, paths: int) -> EqualTerms:
    """Every offer accepted at once, no link from pay to departure: a vacancy no longer saves pay."""
    what = "every offer accepted at once and no link from pay to departure, so that a vacancy saves nobody pay"
    return _view("equal seats filled", what, equal_seats(scenario), [1.0] * len(scenario.offers), paths)


def _solve(gap: Callable[[float], float], slope: float) -> float:
    """Factor at which a gap that rises about `slope` per log factor is nil, by secants; NaN if none is found in range."""
    at, value = 0.0, gap(1.0)
    for _ in range(STEPS):
        if not isfinite(value):
            return float("nan")
        if abs(value) < 0.003:
            return exp(at)
        step = max(min(-value / slope, log(WIDEST)), log(NARROWEST))
        following = max(min(at + step, log(WIDEST)), log(NARROWEST))
        if following == at:
            return float("nan")
        new = gap(exp(following))
        if isfinite(new) and (new - value) / (following - at) > 0:
            slope = (new - value) / (following - at)
        at, value = following, new
    return exp(at) if abs(value) < 0.02 else float("nan")


def _view(view: str, what: str, scenario: Scenario, factors: list[float], paths: int) -> EqualTerms:
    names = [offer.name for offer in scenario.offers]
    missed = tuple(name for name, factor in zip(names, factors, strict=True) if not isfinite(factor))
    result = simulate(with_base(scenario, [factor if isfinite(factor) else 1.0 for factor in factors]), paths)
    structures = range(len(names))
    return EqualTerms(
        view=view,
        what=what,
        factors=tuple(factors),
        missed=missed,
        cost=tuple(estimate(result, COST_PER_DEPLOYMENT, k) for k in structures),
        runway=tuple(estimate(result, RUNWAY_P10, k) for k in structures),
        filled=tuple(result.mean("filled_months", k) for k in structures),
        differences=tuple(difference(result, COST_PER_DEPLOYMENT, k) for k in structures),
    )


VIEWS = (at_equal_acceptance, at_equal_cost, at_equal_seats)
