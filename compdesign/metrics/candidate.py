"""What the candidate gets, from the valuation run: before tax and, where taxes are named, after it, beside the competing offer."""

from dataclasses import dataclass, replace
from math import sqrt

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.candidate_values import LEVELS, CandidateValues, weighted_quantiles
from compdesign.metrics.estimates import Estimate
from compdesign.simulation.hire_income import first_tax_year
from compdesign.simulation.valuation_run import OfferValue, type_weights
from compdesign.simulation.valuation_sets import jackknife


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


def candidate_metrics(scenario: Scenario, offer: OfferValue, values: CandidateValues) -> dict[str, Estimate]:
    """Every candidate metric of one structure; standard errors by leaving out groups of paths. values: those of `candidate_values`."""
    table = {key: Estimate(value, float(jackknife(values.without[key]))) for key, value in values.point.items()}
    weights = type_weights(offer.hires.production, offer.mix)
    for key, level in LEVELS.items():
        # order statistics one binomial deviation to either side, paths independent
        spread = sqrt(level * (1 - level) / len(offer.outside_wealth))
        low, high = weighted_quantiles(offer.hires.wealth, weights, (level - spread, level + spread))
        table[key] = Estimate(values.point[key], (high - low) / 2)
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
