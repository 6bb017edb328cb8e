"""Pass 1: what each offer is worth to a candidate, on streams of its own, and who would therefore accept it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from compdesign.inputs.hiring import Acceptance, Hiring
from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.competing import competing_income, competing_wealth
from compdesign.model.screening import acceptance_probability, accepted_mix, posterior
from compdesign.model.wealth import certainty_equivalent, sampled
from compdesign.quantities import BoolArray, FloatArray, IntArray, PerPath
from compdesign.simulation.company_path import CompanyPath, company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.first_equity import HORIZON
from compdesign.simulation.first_hires import FirstHires, first_hires
from compdesign.simulation.hire_income import Income, first_tax_year, tax_at_horizon
from compdesign.simulation.parameters import at_medians, side_by_side, slice_paths
from compdesign.simulation.streams import Repeated, Streams, input_stream
from compdesign.simulation.supply import shared_streams
from compdesign.simulation.valuation_sets import GROUPS, Sets, group_of_path, jackknife, sample_of_hire

VALUATION_BLOCK = 1 << 30
VALUATION_PATHS = 1_024


@dataclass(frozen=True)
class OfferValue:
    """What one offer is worth to the candidate. Money at the as-of date's value except wealth and tax, at month 48.

    hires: the simulated first hires, half of each type. ce: certainty equivalent at the accepted mix, with standard
    error. accept: probabilities of acceptance of a production-minded and a notebook candidate and of the screened mix.
    mix: share of production-minded among those who accept. outside_wealth[path], outside_tax[path], ce_outside: the competing offer. taxed: whether the scenario names the
    candidate's taxes; then acceptance goes by the certainty equivalents after tax, else those are the ones before tax. left_out[group, (ce, ce_outside, ce_after_tax, ce_outside_after_tax, accept)]: the same with each group
    of paths left out, empty if no errors were asked for; the structures of a scenario are valued on the same paths, so these pair.
    """

    structure: str
    hires: FirstHires
    outside_wealth: FloatArray
    outside_tax: FloatArray
    taxed: bool
    ce: float
    ce_se: float
    ce_outside: float
    ce_outside_se: float
    ce_after_tax: float
    ce_after_tax_se: float
    ce_outside_after_tax: float
    ce_outside_after_tax_se: float
    accept_production: float
    accept_notebook: float
    accept: float
    accept_se: float
    mix: float
    tie_price: float
    left_out: FloatArray

    @property
    def weights(self) -> FloatArray:
        """Weight of each simulated hire at the accepted mix; sums to 1."""
        return type_weights(self.hires.production, self.mix)


def value_offers(scenario: Scenario) -> list[OfferValue]:
    """Value every structure of a scenario (uncertain inputs drawn on the valuation streams)."""
    return value_variants([scenario], VALUATION_PATHS, errors=True)[0]


def value_variants(variants: list[Scenario], paths: int, errors: bool = False) -> list[list[OfferValue]]:
    """Value every structure of scenarios that differ in plain numbers only; those that pose a structure the same question
    share the answer. errors: whether standard errors are wanted; NaN otherwise.
    """
    by_structure = []
    for index in range(len(variants[0].offers)):
        posed, place = distinct([_posed(variant, index) for variant in variants])
        lives = _lives(posed, paths)
        by_structure.append(
            [_judged(lives[at], variant, variant.offers[index], errors) for variant, at in zip(variants, place, strict=True)]
        )
    return [list(each) for each in zip(*by_structure, strict=True)]


@dataclass(frozen=True)
class _Life:
    """What a question was answered with. resolved: the scenario on its paths. outside, outside_tax[path]: the competing offer."""

    resolved: Scenario
    hires: FirstHires
    outside: FloatArray
    outside_tax: FloatArray


_REMEMBERED: OrderedDict[tuple[str, int], _Life] = OrderedDict()
MOST_REMEMBERED = 128
"""Answers kept: a comparison poses many of its questions more than once. Draws are counter-based, so an answer never changes."""


def _lives(posed: list[Scenario], paths: int) -> list[_Life]:
    """Simulate scenarios with one structure each, side by side, unless remembered."""
    keys = [(scenario.model_dump_json(), paths) for scenario in posed]
    known = {key: _REMEMBERED[key] for key in keys if key in _REMEMBERED}
    if new := [scenario for scenario, key in zip(posed, keys, strict=True) if key not in known]:
        shared = shared_streams(new[0], VALUATION_BLOCK, paths)
        resolved, streams = side_by_side(new, draw_inputs(shared), paths), Repeated(shared, len(new))
        outside, outside_tax = _competing(resolved, streams)
        [offer] = resolved.offers
        course = shared_course(new, resolved, shared)
        hires = first_hires(resolved, offer, simulate_structure(resolved, offer, streams, course=course))
        for at, key in enumerate(key for key in keys if key not in known):
            window = slice(at * paths, (at + 1) * paths)
            _REMEMBERED[key] = _Life(slice_paths(resolved, window), hires.on(window), outside[window], outside_tax[window])
        known |= {key: _REMEMBERED[key] for key in keys if key not in known}
    while len(_REMEMBERED) > MOST_REMEMBERED:
        _REMEMBERED.popitem(last=False)
    return [known[key] for key in keys]


def distinct(posed: list[Scenario]) -> tuple[list[Scenario], list[int]]:
    """The different scenarios among these, and the place of each of these among them."""
    found: dict[str, tuple[int, Scenario]] = {}
    place = [found.setdefault(scenario.model_dump_json(), (len(found), scenario))[0] for scenario in posed]
    return [scenario for _, scenario in found.values()], place


def bearing_on(scenario: Scenario, index: int) -> Scenario:
    """The scenario with one structure, and without the links that cannot touch it: nothing spurs who has no refresh to earn."""
    offer, links = scenario.offers[index], scenario.links
    if not offer.refresh:
        links = links.model_copy(update={"incentive": 0.0, "gaming": 0.0})
    return scenario.model_copy(update={"offers": (offer,), "links": links})


def shared_course(posed: list[Scenario], together: Scenario, streams: Streams) -> CompanyPath:
    """The company's course in scenarios simulated side by side, made once where they pose the same company. together: all of them,
    resolved. streams: of one.
    """
    alone = all(each.company is posed[0].company for each in posed)
    if len(posed) == 1 or not alone:
        return company_path(together, Repeated(streams, len(posed)), slice(None))
    return company_path(slice_paths(together, slice(0, streams.width)), streams, slice(None)).repeated(len(posed))


def draw_inputs(streams: Streams) -> Callable[[str], FloatArray]:
    """Uniforms of uncertain inputs by their dotted names."""
    return lambda name: streams.uniform(input_stream(name))


def _posed(scenario: Scenario, index: int) -> Scenario:
    """One structure alone, every seat filled at once, half of each type: what does not bear on its value is taken out."""
    alone = bearing_on(scenario, index)
    hiring = alone.hiring
    acceptance = Acceptance(certain=True)
    at_once = {"time_to_fill_days": 0.0, "time_to_fill_spread": 0.0, "production_share": 0.5, "screen": None, "acceptance": acceptance}
    links = alone.links.model_copy(update={"selection": 0.0})
    return alone.model_copy(update={"months": HORIZON, "links": links, "hiring": hiring.model_copy(update=at_once)})


def _competing(resolved: Scenario, streams: Repeated) -> tuple[FloatArray, FloatArray]:
    """Wealth with the competing offer and the taxes on it, $ at month 48, float64[path]."""
    candidate, competing, r = resolved.candidate, resolved.candidate.competing, resolved.discount_rate
    terms = (
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
    )
    departure = streams.exponential("competing-departure")
    normals = np.stack([streams.normal("competing-price", month) for month in range(HORIZON)])
    wealth = competing_wealth(candidate.wealth, *terms, r, departure, normals)
    if candidate.tax is None:
        return wealth, np.zeros_like(wealth)
    nothing = Income.none(len(wealth))
    income = replace(nothing, wages=competing_income(*terms, departure, normals))
    return wealth, tax_at_horizon(income, candidate.tax, first_tax_year(resolved, candidate.tax), r)


def _judged(life: _Life, scenario: Scenario, offer: Offer, errors: bool) -> OfferValue:
    resolved, hires, outside, outside_tax = life.resolved, life.hires, life.outside, life.outside_tax
    production, taxed = hires.production, scenario.candidate.tax is not None
    links, hiring = at_medians(scenario.links), at_medians(scenario.hiring)
    share, selection = _screened_share(hiring, offer), links.selection
    believed = np.array([[selection * own + (1 - selection) * share] for own in (1.0, 0.0)])
    net, outside_net = (hires.wealth - hires.tax, outside - outside_tax) if taxed else (hires.wealth, outside)
    rate, aversion, start = _mean(resolved.discount_rate), _mean(resolved.candidate.risk_aversion), _mean(resolved.candidate.wealth)

    def judged(sets: Sets) -> FloatArray:
        """Of sets of hires and competing offers: CE and CE outside before tax, the same after tax (before, if no tax is named), the two
        probabilities of acceptance of either type, and that of the screened mix; CE at the accepted mix. float64[set, number].
        """

        def ce(values: FloatArray, sample: IntArray | None, weights: FloatArray) -> PerPath:
            """Certainty equivalents by weights[..., set, sample], float64[..., set]."""
            wealth, utility = (values, None) if sample is None else sampled(values, sample, weights.shape[-1], aversion)
            return certainty_equivalent(wealth, weights, start, rate, HORIZON / 12, aversion, utility)

        ce_outside = ce(outside_net, sets.of_path, sets.outside)
        accepts = np.ones((2, len(ce_outside)))
        if not hiring.acceptance.certain:
            alike = ce(net, sets.of_hire, sets.weights(believed))
            accepts = acceptance_probability(alike, ce_outside, hiring.acceptance.intercept, hiring.acceptance.slope)
        weights = sets.weights(accepted_mix(share, *accepts))
        after = ce(net, sets.of_hire, weights), ce_outside
        before = (ce(hires.wealth, sets.of_hire, weights), ce(outside, sets.of_path, sets.outside)) if taxed else after
        return np.stack([*before, *after, *accepts, share * accepts[0] + (1 - share) * accepts[1]], axis=-1)

    point = judged(Sets.everybody(production, len(outside))).ravel().tolist()
    left_out: FloatArray = np.zeros((0, len(point)))
    error: FloatArray = np.full(len(point), np.nan)
    if errors:
        groups = sample_of_hire(hires.path, production, len(outside)), group_of_path(len(outside))
        left_out = judged(Sets.of_groups(1 - np.eye(GROUPS), *groups))
        error = jackknife(left_out)
    mix = float(accepted_mix(share, point[4], point[5]))
    return OfferValue(
        structure=offer.name,
        hires=hires,
        outside_wealth=outside,
        outside_tax=outside_tax,
        taxed=taxed,
        ce=point[0],
        ce_se=float(error[0]),
        ce_outside=point[1],
        ce_outside_se=float(error[1]),
        ce_after_tax=point[2],
        ce_after_tax_se=float(error[2]),
        ce_outside_after_tax=point[3],
        ce_outside_after_tax_se=float(error[3]),
        accept_production=point[4],
        accept_notebook=point[5],
        accept=point[6],
        accept_se=float(error[6]),
        mix=mix,
        tie_price=_tie_price(hires, type_weights(production, mix), outside),
        left_out=left_out[:, [0, 1, 2, 3, 6]],
    )


def _mean(value: FloatArray | float) -> float:
    """One value for a preference that a person knows of themselves: the mean where the scenario gives a distribution."""
    return float(value.mean()) if isinstance(value, np.ndarray) else float(value)


def _screened_share(hiring: Hiring, offer: Offer) -> float:
    screen, prior = hiring.screen, hiring.production_share
    return float(posterior(prior, screen.sensitivity, screen.specificity)) if screen and offer.screened else float(prior)


def type_weights(production: BoolArray, share: float) -> FloatArray:
    """Weights that give production-minded hires `share` of the total; sums to 1. A type nobody has drawn weighs nothing."""
    weights = np.where(production, share / max(production.sum(), 1), (1 - share) / max((~production).sum(), 1))
    return weights / weights.sum()


def _tie_price(hires: FirstHires, weights: FloatArray, outside: FloatArray) -> float:
    """Exit price per share at month 48 at which somebody who stays has the competing offer's mean wealth; inf without equity.

    What is compared: mean cash wealth of this offer plus vested shares x (price - strike) of those who stayed to the end.
    """
    vested, strikes = hires.vested[hires.lasted].sum(), hires.to_exercise[hires.lasted].sum()
    if not vested:
        return float("inf")
    missing = float(outside.mean() - np.dot(weights, hires.wealth - hires.equity))
    return float(max((strikes + missing * hires.lasted.sum()) / vested, 0.0))
