"""What the candidate gets, from the valuation run: before tax and, where taxes are named, after it, beside the competing offer."""

from dataclasses import dataclass, replace

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.estimates import Estimate
from compdesign.quantities import BoolArray, FloatArray
from compdesign.simulation.hire_income import first_tax_year
from compdesign.simulation.valuation_run import OfferValue, type_weights
from compdesign.simulation.valuation_sets import GROUPS


@dataclass(frozen=True)
class CandidateMetric:
    """key, label, unit and definition as in the catalog of company metrics."""

    key: str
    label: str
    unit: str
    definition: str


_ALWAYS = (
    CandidateMetric("accept", "P(accept), by value {basis}", "share", "Probability that a screened candidate accepts this offer over the competing one, by their certainty equivalents {basis}."),
    CandidateMetric("ce", "Certainty equivalent, before tax", "$", "Sure amount today worth as much as four years under this offer (Hall and Murphy 2002), before tax."),
    CandidateMetric("ce_outside", "Certainty equivalent of the competing offer, before tax", "$", "The same for the competing offer."),
    CandidateMetric("wealth_mean", "Mean wealth after 48 months, before tax", "$", "Wealth brought along, pay and liquid or counted equity, compounded to month 48, at the accepted mix, before tax."),
    CandidateMetric("wealth_p10", "10th percentile of wealth, before tax", "$", "Wealth after 48 months, 10th percentile, before tax."),
    CandidateMetric("wealth_p50", "Median of wealth, before tax", "$", "Wealth after 48 months, median, before tax."),
    CandidateMetric("wealth_p90", "90th percentile of wealth, before tax", "$", "Wealth after 48 months, 90th percentile, before tax."),
    CandidateMetric("beats", "P(beats the competing offer), before tax", "share", "Share of futures in which wealth is above that of the competing offer in an independent future, before tax."),
    CandidateMetric("equity", "Vested equity as counted, before tax", "$", "Mean of vested equity inside wealth: liquid, or counted with the candidate's weight, before tax."),
    CandidateMetric("paper", "Vested equity at common value, before tax", "$", "Mean value of vested equity after strike, liquid or not, before tax."),
    CandidateMetric("all_vests", "The same if all vests, before tax", "$", "Mean value after strike if every grant vested in full, before tax."),
    CandidateMetric("liquid_share", "Share of it that is counted", "share", "Vested equity as counted over vested equity at common value: a ratio of means."),
    CandidateMetric("to_exercise", "Cost to exercise", "$", "Mean strike of all vested options, without the tax on exercise."),
    CandidateMetric("tie_price", "Share value at which they tie, before tax", "$", "Common value per share at month 48 at which who stays has the competing offer's mean wealth, before tax; infinite without equity."),
)  # fmt: skip
_AFTER_TAX = (
    CandidateMetric("ce_after_tax", "Certainty equivalent, after tax", "$", "The same after tax ({whose}): an estimate; what it leaves out is listed with it."),
    CandidateMetric("ce_outside_after_tax", "Certainty equivalent of the competing offer, after tax", "$", "The same for the competing offer, its equity taxed as it vests ({whose}): an estimate."),
    CandidateMetric("wealth_mean_after_tax", "Mean wealth after 48 months, after tax", "$", "Mean wealth after 48 months less the value then of all taxes ({whose}): an estimate."),
    CandidateMetric("beats_after_tax", "P(beats the competing offer), after tax", "share", "Share of futures in which wealth after tax ({whose}) is above that of the competing offer in an independent future: an estimate."),
)  # fmt: skip
FILING = {"single": "single", "joint": "joint return", "head": "head of household", "separate": "married, separate return"}


def taxpayer(scenario: Scenario) -> str:
    """Whose taxes values after tax bear; '' where the scenario names none."""
    tax = scenario.candidate.tax
    return f"{tax.state or 'federal alone'}, {FILING[tax.filing]}, from {first_tax_year(scenario, tax)}" if tax else ""


def candidate_catalog(scenario: Scenario) -> tuple[CandidateMetric, ...]:
    """The metrics of one candidate, each saying whether it is before or after tax; those after tax where the scenario names taxes."""
    whose = taxpayer(scenario)
    words = {"basis": "after tax" if whose else "before tax", "whose": whose}
    order = {metric.key: place for place, metric in enumerate(_ALWAYS)}
    chosen = (*_ALWAYS, *_AFTER_TAX) if whose else _ALWAYS
    return tuple(_worded(each, words) for each in sorted(chosen, key=lambda each: order[_AFTER.get(each.key, each.key)]))


_AFTER = {"ce_after_tax": "ce", "ce_outside_after_tax": "ce_outside", "wealth_mean_after_tax": "wealth_p90", "beats_after_tax": "beats"}
"""Behind which metric before tax one after tax stands."""


def _worded(metric: CandidateMetric, words: dict[str, str]) -> CandidateMetric:
    return replace(metric, label=metric.label.format(**words), definition=metric.definition.format(**words))


def candidate_metrics(scenario: Scenario, offer: OfferValue) -> dict[str, Estimate]:
    """Every candidate metric of one structure; standard errors by leaving out groups of paths."""
    point = _values(offer, np.ones(len(offer.hires.path), bool), np.ones(len(offer.outside_wealth), bool))
    paths = len(offer.outside_wealth)
    group = np.arange(paths) * GROUPS // paths
    left_out = [_values(offer, group[offer.hires.path] != each, group != each) for each in range(GROUPS)]
    table = {key: Estimate(value, _error(np.array([each[key] for each in left_out]))) for key, value in point.items()}
    weights = type_weights(offer.hires.production, offer.mix)
    for key, level in (("wealth_p10", 0.1), ("wealth_p50", 0.5), ("wealth_p90", 0.9)):
        spread = float(np.sqrt(level * (1 - level) / paths))  # order statistics one binomial deviation to either side, paths independent
        low, high = weighted_quantiles(offer.hires.wealth, weights, (level - spread, level + spread))
        table[key] = Estimate(point[key], (high - low) / 2)
    known = {
        "accept": (offer.accept, offer.accept_se),
        "ce": (offer.ce, offer.ce_se),
        "ce_outside": (offer.ce_outside, offer.ce_outside_se),
        "ce_after_tax": (offer.ce_after_tax, offer.ce_after_tax_se),
        "ce_outside_after_tax": (offer.ce_outside_after_tax, offer.ce_outside_after_tax_se),
    }
    table |= {key: Estimate(*pair) for key, pair in known.items()}
    table["tie_price"] = Estimate(offer.tie_price, float("nan"))
    return {metric.key: table[metric.key] for metric in candidate_catalog(scenario)}


def _values(offer: OfferValue, chosen: BoolArray, outside: BoolArray) -> dict[str, float]:
    weights = type_weights(offer.hires.production[chosen], offer.mix)
    wealth, other = offer.hires.wealth[chosen], offer.outside_wealth[outside]
    p10, p50, p90 = weighted_quantiles(wealth, weights, (0.1, 0.5, 0.9))
    equity, paper = float(weights @ offer.hires.equity[chosen]), float(weights @ offer.hires.paper[chosen])
    net, other_net = wealth - offer.hires.tax[chosen], other - offer.outside_tax[outside]
    return {
        "wealth_mean": float(weights @ wealth),
        "wealth_p10": p10,
        "wealth_p50": p50,
        "wealth_p90": p90,
        "beats": _beats(wealth, weights, other),
        "wealth_mean_after_tax": float(weights @ net),
        "beats_after_tax": _beats(net, weights, other_net),
        "equity": equity,
        "paper": paper,
        "all_vests": float(weights @ offer.hires.all_vests[chosen]),
        "liquid_share": equity / paper if paper else float("nan"),
        "to_exercise": float(weights @ offer.hires.to_exercise[chosen]),
    }


def _beats(wealth: FloatArray, weights: FloatArray, other: FloatArray) -> float:
    return float(weights @ (np.searchsorted(np.sort(other), wealth, side="left") / len(other)))


def weighted_quantiles(values: FloatArray, weights: FloatArray, levels: tuple[float, ...]) -> list[float]:
    """Inverse of the weighted empirical distribution function."""
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    at = np.minimum(np.searchsorted(cumulative, np.array(levels) * cumulative[-1]), len(values) - 1)
    return [float(value) for value in values[order][at]]


def _error(left_out: FloatArray) -> float:
    return float(np.sqrt((GROUPS - 1) / GROUPS * ((left_out - left_out.mean()) ** 2).sum()))


def group_values(offer: OfferValue) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Candidate metrics with each group of paths left out, and of each group alone: other structures' groups are the same paths."""
    paths = len(offer.outside_wealth)
    group = np.arange(paths) * GROUPS // paths
    kept = [(group != each, group == each) for each in range(GROUPS)]
    without = [_values(offer, others[offer.hires.path], others) for others, _ in kept]
    return without, [_values(offer, alone[offer.hires.path], alone) for _, alone in kept]
