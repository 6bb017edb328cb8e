"""Pass 1: what each offer is worth to a candidate, on streams of its own, and who would therefore accept it."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

import numpy as np

from compdesign.inputs.candidate import Links
from compdesign.inputs.hiring import Acceptance, Hiring
from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.competing import competing_income, competing_wealth
from compdesign.model.screening import acceptance_probability, accepted_mix, posterior
from compdesign.model.wealth import certainty_equivalent, sampled
from compdesign.quantities import BoolArray, FloatArray, IntArray, PerPath
from compdesign.simulation.company_path import joint_course
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.first_equity import HORIZON
from compdesign.simulation.first_hires import FirstHires, first_hires
from compdesign.simulation.hire_income import Income, first_tax_year, tax_at_horizon
from compdesign.simulation.parameters import at_medians, side_by_side, slice_paths
from compdesign.simulation.questions import Answers, apart_from_price, bearing_on
from compdesign.simulation.streams import Repeated
from compdesign.simulation.supply import drawn_inputs, shared_streams
from compdesign.simulation.tables import OF_PEOPLE
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
    left_out: FloatArray

    @property
    def weights(self) -> FloatArray:
        """Weight of each simulated hire at the accepted mix; sums to 1."""
        return type_weights(self.hires.production, self.mix)

    @property
    def tie_price(self) -> float:
        """Exit price per share at month 48 at which somebody who stays has the competing offer's mean wealth; inf without equity.

        What is compared: mean cash wealth of this offer plus vested shares x (price - strike) of those who stayed to the end.
        """
        hires = self.hires
        vested, strikes = hires.vested[hires.lasted].sum(), hires.to_exercise[hires.lasted].sum()
        if not vested:
            return float("inf")
        missing = float(self.outside_wealth.mean() - np.dot(self.weights, hires.wealth - hires.equity))
        return float(max((strikes + missing * hires.lasted.sum()) / vested, 0.0))

    @property
    def accepts(self) -> tuple[float, float]:
        """Probabilities that a production-minded and a notebook candidate accept."""
        return self.accept_production, self.accept_notebook

    def without_hires(self) -> "OfferValue":
        """The numbers alone, without the hires and paths that told them."""
        none = np.zeros(0)
        return replace(self, hires=self.hires.on(slice(0, 0)), outside_wealth=none, outside_tax=none, left_out=np.zeros((0, 5)))


def value_offers(scenario: Scenario) -> list[OfferValue]:
    """Value every structure of a scenario (uncertain inputs drawn on the valuation streams)."""
    return value_variants([scenario], VALUATION_PATHS, errors=True)[0]


def value_variants(variants: list[Scenario], paths: int, errors: bool = False) -> list[list[OfferValue]]:
    """Value every structure of scenarios that differ in plain numbers only; those that pose a structure the same question
    share the answer. errors: whether standard errors are wanted; NaN otherwise.
    """
    by_structure = []
    for index in range(len(variants[0].offers)):
        asked = [(_posed(variant, index), variant) for variant in variants]
        keys = [_key(*each, paths, errors) for each in asked]
        by_structure.append(_VALUED.to(asked, keys, partial(_valued, paths=paths, errors=errors)))
    return [list(each) for each in zip(*by_structure, strict=True)]


def remember(scenario: Scenario, offers: dict[int, OfferValue]) -> None:
    """Structures of a scenario, by place, that have been valued by `value_offers`, here or elsewhere: `value_variants` gives those where
    no errors are asked for, and values them no more.
    """
    keys = [_key(_posed(scenario, place), scenario, VALUATION_PATHS, errors=False) for place in offers]
    _VALUED.to(list(offers.values()), keys, list)


def _key(posed: Scenario, variant: Scenario, paths: int, errors: bool) -> tuple[Scenario, PerPath, Hiring, int, bool]:
    """All that bears on what a structure is worth: the question, and what its candidates judge by."""
    return posed, variant.links.selection, variant.hiring, paths, errors


_VALUED: Answers[OfferValue] = Answers(128)


def _valued(asked: list[tuple[Scenario, Scenario]], paths: int, errors: bool) -> list[OfferValue]:
    """The answers to questions, each with the variant that poses it, whose candidates judge them."""
    posed = [question for question, _ in asked]
    lives = _LIVES.to(posed, [(question, paths) for question in posed], partial(_lived, paths=paths))
    return [_judged(life, variant, question.offers[0], errors) for life, (question, variant) in zip(lives, asked, strict=True)]


@dataclass(frozen=True)
class _Chooser:
    """Who chooses, and what else they could have. rate, aversion, wealth: a year's discount, the relative risk aversion and the $ of the
    candidate. outside, outside_tax[path]: the competing offer.
    """

    rate: float
    aversion: float
    wealth: float
    outside: FloatArray
    outside_tax: FloatArray

    def ce(self, values: FloatArray, weights: FloatArray, sample: IntArray | None = None) -> FloatArray:
        """Certainty equivalents, $, by weights[..., set, sample], float64[..., set]. sample: which one each value is in, None where each
        is a sample of its own.
        """
        wealth, utility = (values, None) if sample is None else sampled(values, sample, weights.shape[-1], self.aversion)
        return np.asarray(certainty_equivalent(wealth, weights, self.wealth, self.rate, HORIZON / 12, self.aversion, utility))

    def ce_outside(self, weights: FloatArray, sample: IntArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Of the competing offer before and after tax; as `ce`."""
        before = self.ce(self.outside, weights, sample)
        return before, self.ce(self.outside - self.outside_tax, weights, sample) if self.outside_tax.any() else before

    @cached_property
    def ce_of_all(self) -> tuple[FloatArray, FloatArray]:
        """Of the competing offer over all paths, float64[1]: what offer after offer is held against."""
        return self.ce_outside(np.ones((1, len(self.outside))))


@dataclass(frozen=True)
class _Life:
    """What a question was answered with."""

    hires: FirstHires
    chooser: _Chooser


_LIVES: Answers[_Life] = Answers(128)
_CHOOSERS: Answers[_Chooser] = Answers(8)


def _lived(posed: list[Scenario], paths: int) -> list[_Life]:
    """Simulate scenarios with one structure each, side by side."""
    shared = shared_streams(posed[0], VALUATION_BLOCK, paths, max(paths, VALUATION_PATHS))
    resolved, streams = side_by_side(posed, drawn_inputs(shared, paths), paths), Repeated(shared, paths, len(posed))
    [offer] = resolved.offers
    once = Repeated(shared, paths)
    course = joint_course(posed, resolved, once)
    hires = first_hires(resolved, offer, simulate_structure(resolved, offer, streams, course=course, tables=OF_PEOPLE))
    windows = [slice(at * paths, (at + 1) * paths) for at in range(len(posed))]
    held = [(each.candidate, each.discount_rate, each.as_of, each.seed, paths, shared.width) for each in posed]
    choosers = _CHOOSERS.to(windows, held, lambda new: [_chooser(slice_paths(resolved, window), once) for window in new])
    return [_Life(hires.on(window), chooser) for window, chooser in zip(windows, choosers, strict=True)]


@lru_cache(maxsize=512)
def _posed(scenario: Scenario, index: int) -> Scenario:
    """One structure alone, every seat filled at once, half of each type: what does not bear on its value is taken out."""
    alone = apart_from_price(bearing_on(scenario, index))
    return alone.model_copy(update={"months": HORIZON, "hiring": alone.hiring.model_copy(update=_AT_ONCE)})


_AT_ONCE = {
    "time_to_fill_days": 0.0,
    "time_to_fill_spread": 0.0,
    "production_share": 0.5,
    "screen": None,
    "acceptance": Acceptance(certain=True),
}


def _chooser(resolved: Scenario, streams: Repeated) -> _Chooser:
    rate, aversion, wealth = map(_mean, (resolved.discount_rate, resolved.candidate.risk_aversion, resolved.candidate.wealth))
    return _Chooser(rate, aversion, wealth, *_competing(resolved, streams))


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
    hires, chooser, paths = life.hires, life.chooser, len(life.chooser.outside)
    production, taxed = hires.production, scenario.candidate.tax is not None
    links, hiring = _at_medians(scenario.links, scenario.hiring)
    share, selection = screened_share(hiring, offer), links.selection
    believed = np.array([[selection * own + (1 - selection) * share] for own in (1.0, 0.0)])
    net = hires.wealth - hires.tax if taxed else hires.wealth

    def judged(sets: Sets) -> FloatArray:
        """Of sets of hires and competing offers: CE and CE outside before tax, the same after tax (before, if no tax is named), the two
        probabilities of acceptance of either type, and that of the screened mix; CE at the accepted mix. float64[set, number].
        """
        outside_before, outside = chooser.ce_of_all if sets.of_path is None else chooser.ce_outside(sets.outside, sets.of_path)
        accepts = np.ones((2, len(outside)))
        if not hiring.acceptance.certain:
            alike = chooser.ce(net, sets.weights(believed), sets.of_hire)
            accepts = acceptance_probability(alike, outside, hiring.acceptance.intercept, hiring.acceptance.slope)
        weights = sets.weights(accepted_mix(share, *accepts))
        after = chooser.ce(net, weights, sets.of_hire), outside
        before = (chooser.ce(hires.wealth, weights, sets.of_hire), outside_before) if taxed else after
        return np.stack([*before, *after, *accepts, share * accepts[0] + (1 - share) * accepts[1]], axis=-1)

    point = judged(Sets.everybody(production, paths)).ravel().tolist()
    left_out: FloatArray = np.zeros((0, len(point)))
    error: FloatArray = np.full(len(point), np.nan)
    if errors:
        groups = sample_of_hire(hires.path, production, paths), group_of_path(paths)
        left_out = judged(Sets.of_groups(1 - np.eye(GROUPS), *groups))
        error = jackknife(left_out)
    mix = float(accepted_mix(share, point[4], point[5]))
    return OfferValue(
        structure=offer.name,
        hires=hires,
        outside_wealth=chooser.outside,
        outside_tax=chooser.outside_tax,
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
        left_out=left_out[:, [0, 1, 2, 3, 6]],
    )


@lru_cache(maxsize=64)
def _at_medians(links: Links, hiring: Hiring) -> tuple[Links, Hiring]:
    """What the acceptance of many offers goes by, with each distribution replaced by its median."""
    return at_medians(links), at_medians(hiring)


def _mean(value: FloatArray | float) -> float:
    """One value for a preference that a person knows of themselves: the mean where the scenario gives a distribution."""
    return float(value.mean()) if isinstance(value, np.ndarray) else float(value)


def screened_share(hiring: Hiring, offer: Offer) -> float:
    """Share of production-minded among those who get an offer. hiring: plain numbers."""
    screen, prior = hiring.screen, hiring.production_share
    return float(posterior(prior, screen.sensitivity, screen.specificity)) if screen and offer.screened else float(prior)


def type_weights(production: BoolArray, share: float) -> FloatArray:
    """Weights that give production-minded hires `share` of the total; sums to 1. A type nobody has drawn weighs nothing."""
    weights = np.where(production, share / max(production.sum(), 1), (1 - share) / max((~production).sum(), 1))
    return weights / weights.sum()
