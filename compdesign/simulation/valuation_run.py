"""Pass 1: what each offer is worth to a candidate, on streams of its own, and who would therefore accept it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.competing import competing_wealth
from compdesign.model.screening import acceptance_probability, accepted_mix, posterior
from compdesign.model.wealth import base_flow, certainty_equivalent, flow, lump
from compdesign.quantities import BoolArray, FloatArray, IntArray, at_paths, summed
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import at_medians, resolve
from compdesign.simulation.streams import Streams
from compdesign.simulation.tables import BEYOND, CASH_OUT, EXIT, LEFT, STAYED, Outcome

HORIZON = 48
VALUATION_BLOCK = 1 << 30
VALUATION_PATHS = 1_024
GROUPS = 32
"""Groups of paths for the delete-one jackknife; every hire of a path is in the same group, so shared luck is counted once."""


@dataclass(frozen=True)
class OfferValue:
    """What one offer is worth to the candidate, before tax. Money at the as-of date's value except wealth, at month 48.

    wealth[hire], production[hire], path[hire]: simulated first hires, half of each type. equity[hire]: the liquid or counted
    equity inside wealth; paper[hire]: vested equity at common value, liquid or not; all_vests[hire]: the same if every grant
    vested; to_exercise[hire]: cost to exercise what has vested. ce: certainty equivalent at the accepted mix, with standard
    error. accept: probabilities of acceptance of a production-minded and a notebook candidate and of the screened mix.
    mix: share of production-minded among those who accept. outside_wealth[path], ce_outside: the competing offer.
    """

    structure: str
    wealth: FloatArray
    production: BoolArray
    path: IntArray
    equity: FloatArray
    paper: FloatArray
    all_vests: FloatArray
    to_exercise: FloatArray
    outside_wealth: FloatArray
    ce: float
    ce_se: float
    ce_outside: float
    ce_outside_se: float
    accept_production: float
    accept_notebook: float
    accept: float
    accept_se: float
    mix: float
    tie_price: float

    @property
    def weights(self) -> FloatArray:
        """Weight of each simulated hire at the accepted mix; sums to 1."""
        return type_weights(self.production, self.mix)


def value_offers(scenario: Scenario) -> list[OfferValue]:
    """Value every structure of a scenario (uncertain inputs drawn on the valuation streams)."""
    prepared = _prepared(scenario)
    return [_value(scenario, offer, *prepared) for offer in scenario.offers]


def _prepared(scenario: Scenario) -> tuple[Scenario, Streams, FloatArray]:
    """The scenario in which every seat fills at once, half of each type, its streams, and the competing offer's wealth."""
    hiring = scenario.hiring
    acceptance = hiring.acceptance.model_copy(update={"certain": True})
    at_once = {"time_to_fill_days": 0.0, "time_to_fill_spread": 0.0, "production_share": 0.5, "screen": None, "acceptance": acceptance}
    posed = scenario.model_copy(update={"months": HORIZON, "hiring": hiring.model_copy(update=at_once)})
    streams = Streams(scenario.seed, VALUATION_BLOCK, VALUATION_PATHS)
    resolved = resolve(posed, lambda name: streams.uniform(f"input:{name}"))
    return resolved, streams, _competing(resolved, streams)


def _competing(resolved: Scenario, streams: Streams) -> FloatArray:
    candidate, competing = resolved.candidate, resolved.candidate.competing
    return competing_wealth(
        candidate.wealth,
        competing.base,
        competing.bonus,
        competing.sign_on,
        competing.equity,
        competing.refresh,
        competing.equity_growth,
        competing.equity_volatility,
        competing.annual_attrition,
        candidate.outside_pay,
        candidate.search_gap_months,
        resolved.discount_rate,
        streams.exponential("competing-departure"),
        np.stack([streams.normal("competing-price", month) for month in range(HORIZON)]),
    )


def _value(scenario: Scenario, offer: Offer, resolved: Scenario, streams: Streams, outside: FloatArray) -> OfferValue:
    outcome = simulate_structure(resolved, offer, streams)
    first = outcome.hires.ordinal == 0
    path, production = outcome.hires.path[first], outcome.hires.production[first]
    wealth, equity, paper, all_vests, to_exercise = _wealth(resolved, offer, outcome)
    median = at_medians(scenario)
    share = _screened_share(median, offer)
    links, hiring = median.links, median.hiring

    def judged(chosen: BoolArray) -> tuple[float, float, float, float, float]:
        """CE at the accepted mix, CE outside and the three probabilities of acceptance, from the hires of some paths."""
        w, prod = wealth[chosen[path]], production[chosen[path]]
        rate, aversion, start = _mean(resolved.discount_rate), _mean(resolved.candidate.risk_aversion), _mean(resolved.candidate.wealth)

        def ce(values: FloatArray, weights: FloatArray | None) -> float:
            return float(certainty_equivalent(values, weights, start, rate, HORIZON / 12, aversion)[0])

        ce_outside = ce(outside[chosen], None)
        accepts = []
        for own in (1.0, 0.0):
            believed = links.selection * own + (1 - links.selection) * share
            accepts.append(
                float(
                    acceptance_probability(
                        ce(w, type_weights(prod, believed)), ce_outside, hiring.acceptance.intercept, hiring.acceptance.slope
                    )
                )
            )
        if hiring.acceptance.certain:
            accepts = [1.0, 1.0]
        overall = share * accepts[0] + (1 - share) * accepts[1]
        mix = float(accepted_mix(share, *accepts)) if overall > 0 else share
        return ce(w, type_weights(prod, mix)), ce_outside, accepts[0], accepts[1], overall

    everyone = np.ones(streams.width, bool)
    point = judged(everyone)
    error = _jackknife(judged, streams.width, len(point))
    mix = float(accepted_mix(share, point[2], point[3])) if point[4] > 0 else share
    weights = type_weights(production, mix)
    return OfferValue(
        structure=offer.name,
        wealth=wealth,
        production=production,
        path=path,
        equity=equity,
        paper=paper,
        all_vests=all_vests,
        to_exercise=to_exercise,
        outside_wealth=outside,
        ce=point[0],
        ce_se=error[0],
        ce_outside=point[1],
        ce_outside_se=error[1],
        accept_production=point[2],
        accept_notebook=point[3],
        accept=point[4],
        accept_se=error[4],
        mix=mix,
        tie_price=_tie_price(outcome, wealth - equity, weights, outside),
    )


def _mean(value: FloatArray | float) -> float:
    """One value for a preference that a person knows of themselves: the mean where the scenario gives a distribution."""
    return float(np.mean(value))


def _screened_share(scenario: Scenario, offer: Offer) -> float:
    screen, prior = scenario.hiring.screen, scenario.hiring.production_share
    return float(posterior(prior, screen.sensitivity, screen.specificity)) if screen and offer.screened else float(prior)


def type_weights(production: BoolArray, share: float) -> FloatArray:
    """Weights that give production-minded hires `share` of the total; sums to 1. A type nobody has drawn weighs nothing."""
    weights = np.where(production, share / max(production.sum(), 1), (1 - share) / max((~production).sum(), 1))
    return weights / weights.sum()


def _jackknife(judged: Callable[[BoolArray], tuple[float, ...]], paths: int, count: int) -> FloatArray:
    group = np.arange(paths) * GROUPS // paths
    left_out = np.array([judged(group != each) for each in range(GROUPS)])
    return np.sqrt((GROUPS - 1) / GROUPS * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))[:count]


def _wealth(scenario: Scenario, offer: Offer, outcome: Outcome) -> tuple[FloatArray, ...]:
    """Wealth at month 48 of every first hire, and the equity in it; $[hire], in the order of the hire table."""
    hires, rate, candidate = outcome.hires, scenario.discount_rate, scenario.candidate
    first = hires.ordinal == 0
    path, seat = hires.path[first], hires.seat[first]
    r = at_paths(rate, path)
    stopped = (hires.reason[first] != STAYED) | (outcome.end[path] == CASH_OUT)
    end = np.where(stopped, hires.end[first], HORIZON).astype(np.float64)
    cash = base_flow(offer.base, offer.base_growth, 0, end, HORIZON, r) * (1 + offer.bonus)
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
    equity, paper, all_vests, to_exercise = _equity(scenario, outcome, index, end, stopped)
    return lump(at_paths(candidate.wealth, path), 0, HORIZON, r) + cash + equity, equity, paper, all_vests, to_exercise


def _equity(scenario: Scenario, outcome: Outcome, index: IntArray, end: FloatArray, stopped: BoolArray) -> tuple[FloatArray, ...]:
    """Counted value, common value, value if all vested and cost to exercise of each first hire's grants, $[hire] at month 48.

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
    )


def _tie_price(outcome: Outcome, cash: FloatArray, weights: FloatArray, outside: FloatArray) -> float:
    """Exit price per share at month 48 at which somebody who stays has the competing offer's mean wealth; inf without equity.

    What is compared: mean cash wealth of this offer plus vested shares x (price - strike) of those who stayed to the end.
    """
    grants, hires = outcome.grants, outcome.hires
    seats = int(hires.seat.max(initial=0)) + 1
    stayed = np.zeros(len(outcome.end) * seats, bool)
    lasted = (hires.reason == STAYED) & (hires.ordinal == 0) & (outcome.end[hires.path] == BEYOND)
    stayed[hires.path[lasted] * seats + hires.seat[lasted]] = True
    mine = (grants.ordinal == 0) & stayed[grants.path.astype(int) * seats + grants.seat.astype(int)]
    vested, strike = grants.vested[mine], grants.strike[mine]
    if not vested.sum():
        return float("inf")
    missing = float(outside.mean() - np.dot(weights, cash))
    return float(max((vested * strike).sum() / vested.sum() + missing * stayed.sum() / vested.sum(), 0.0))
