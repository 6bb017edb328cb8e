"""The structures at equal terms: at equal acceptance, at equal company cost, at equal seats filled."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isfinite, isnan, log, nan

import numpy as np
from scipy.special import expit, logit

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT, RUNWAY_P10
from compdesign.metrics.estimates import Difference, Estimate, difference, estimate
from compdesign.metrics.runner_up import between, cheapest
from compdesign.metrics.variants import equal_seats, with_base
from compdesign.quantities import FloatArray
from compdesign.simulation.parameters import at_medians
from compdesign.simulation.run import FEWEST_VALUED, simulate_variants
from compdesign.simulation.valuation_run import VALUATION_PATHS, screened_share
from compdesign.simulation.variant_offers import log_odds, log_worth

MOST = 5.0
"""Factor of base pay, and its inverse, beyond which equal terms are said not to exist."""
STRIDE = log(MOST) / 4
"""Furthest from one trial to the next, in log factors."""
COARSE, FINE = 0.05, 0.02
"""Steps, in log factors, that are taken without another trial: at few paths, and at all of them. What is left after the last one is
its square, or a few hundredths of it: far less than the paths can tell.
"""
NOTHING = 1e-9
"""A step that would be lost in rounding."""
MOST_TRIALS = 20
"""At one number of paths. A gap that turns within the range takes three to five; what does not settle is left where it is."""

Gaps = Callable[[list[float], int], list[float]]
"""From a factor for each structure and a number of paths to the gap of each structure; it rises with the factor."""


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

    def gaps(factors: list[float], paths: int) -> list[float]:
        [[target, *others]] = (log_worth if certain else _odds)([with_base(scenario, factors)], scenario, paths).tolist()
        return [0.0, *(each - target for each in others)]

    what = (
        "base pay moved until every offer is worth as much to the candidate"
        if certain
        else "base pay moved until every offer is accepted as often as the first"
    )
    stages = [(FEWEST_VALUED, COARSE), (VALUATION_PATHS, FINE)]
    return _view("equal acceptance", what, scenario, solved(gaps, len(scenario.offers), stages), paths)


def _odds(variants: list[Scenario], typed: Scenario, paths: int) -> FloatArray:
    """Log odds that whoever comes through the screen accepts, float64[variant, structure]. As `log_odds`."""
    hiring = at_medians(typed.hiring)
    shares = np.array([screened_share(hiring, offer) for offer in typed.offers])
    chances = expit(log_odds(variants, typed, paths))
    odds: FloatArray = logit(shares * chances[..., 0] + (1 - shares) * chances[..., 1])
    return odds


def at_equal_cost(scenario: Scenario, paths: int) -> EqualTerms:
    """Base pay of each structure scaled until its present cost equals the first structure's."""

    def gaps(factors: list[float], paths: int) -> list[float]:
        [result] = simulate_variants([with_base(scenario, factors)], paths, typed=scenario)
        target, *others = (result.mean("present_cost", k) for k in range(len(factors)))
        return [0.0, *(log(cost / target) if cost > 0 and target > 0 else inf for cost in others)]

    what = "base pay moved until every structure costs as much as the first"
    return _view("equal company cost", what, scenario, solved(gaps, len(scenario.offers), [(paths, FINE)]), paths)


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


def solved(gaps: Gaps, structures: int, stages: list[tuple[int, float]]) -> list[float]:
    """Factor of each structure at which its gap is nil, 1 for the first; NaN where no factor in range does. stages: numbers of paths,
    each with the step that is small enough; the last one's paths tell the factors, those before it whether there are any.
    """
    searches = [_Search() for _ in range(1, structures)]
    for stage, (paths, small) in enumerate(stages):
        for search in searches:
            search.start(within=inf if stage else log(MOST))
        for _ in range(MOST_TRIALS):
            moving = [search for search in searches if abs(search.step) > small and not search.missed]
            if not moving:
                break
            tried = [search.at if search in moving else search.trial for search in searches]
            for search, gap in zip(searches, gaps([1.0, *map(exp, tried)], paths)[1:], strict=True):
                if search in moving:
                    search.told(gap)
    return [1.0, *(nan if search.missed else exp(search.at) for search in searches)]


class _Search:
    """One structure's way to a gap of nil, by secants in log factors between trials known to be too low and too high. at: what to try
    next. step: how far that is from the last trial. slope: of the gap between the last two. missed: there is none in range.
    """

    def __init__(self) -> None:
        self.at, self.slope, self.missed = 0.0, nan, False

    def start(self, within: float) -> None:
        """Begin anew from where it is, at another number of paths. within: the range to either side."""
        self.within, self.step, self.trial, self.gap = within, inf, nan, nan
        self.low, self.high = -inf, inf

    def told(self, gap: float) -> None:
        """Take in the gap at `at` and go where the secant has none; as far as allowed where it tells nothing."""
        if isfinite(slope := (gap - self.gap) / (self.at - self.trial)):
            self.slope = slope
        self.trial, self.gap = self.at, gap
        wanted = -gap / self.slope if self.slope > 0 else -gap * inf if gap else 0.0
        if abs(wanted) < NOTHING or isnan(gap):
            self.step, self.missed = 0.0, isnan(gap)
            return
        self.low, self.high = (self.trial, self.high) if gap < 0 else (self.low, self.trial)
        aim = self.trial + min(max(wanted, -STRIDE), STRIDE)
        if not self.low < aim < self.high:
            aim = (self.low + self.high) / 2
        self.at = min(max(aim, -self.within), self.within)
        self.step = self.at - self.trial if self.at == aim else inf  # what the end of the range brings is to be seen
        self.missed = self.at == self.trial


def _view(view: str, what: str, scenario: Scenario, factors: list[float], paths: int) -> EqualTerms:
    names = [offer.name for offer in scenario.offers]
    missed = tuple(name for name, factor in zip(names, factors, strict=True) if not isfinite(factor))
    [result] = simulate_variants([with_base(scenario, [factor if isfinite(factor) else 1.0 for factor in factors])], paths, typed=scenario)
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
