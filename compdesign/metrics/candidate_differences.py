"""What a candidate gets under each structure less the first, paired: every offer is valued on the same futures."""

from math import isfinite, sqrt

from compdesign.inputs.candidate import Materiality
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.candidate import candidate_catalog
from compdesign.metrics.candidate_values import LEVELS, CandidateValues
from compdesign.metrics.estimates import IDENTICAL, Difference, Estimate, label
from compdesign.simulation.valuation_run import OfferValue
from compdesign.simulation.valuation_sets import GROUPS, jackknife

JUDGED = ("ce", "ce_outside", "ce_after_tax", "ce_outside_after_tax", "accept")
"""Judged in the valuation run itself, in the order of `OfferValue.left_out`."""
GAINS = ("accept", "ce", "ce_after_tax", "wealth_mean", "wealth_mean_after_tax", *LEVELS, "beats", "beats_after_tax")
"""What a candidate, or who wants to hire one, would have more of."""


def candidate_differences(
    scenario: Scenario, offers: tuple[OfferValue, ...], values: tuple[CandidateValues, ...], found: tuple[dict[str, Estimate], ...]
) -> tuple[dict[str, Difference], ...]:
    """Per structure, every candidate metric that has a standard error, less the first structure's. values, found: what
    `candidate_values` and `candidate_metrics` gave for each.

    The error is the delete-one-group jackknife of the paired difference; of percentiles, on which that jackknife is not
    consistent (Efron 1982), it comes from the differences between the groups' own percentiles.
    """
    without = [dict(zip(JUDGED, offer.left_out.T, strict=True)) | each.without for offer, each in zip(offers, values, strict=True)]
    shown = [(metric.key, candidate_threshold(metric.unit, scenario.materiality)) for metric in candidate_catalog(scenario)]

    def apart(key: str, smallest: float, k: int) -> Difference:
        one, first = found[k][key], found[0][key]
        if not (isfinite(one.value) or isfinite(first.value)):
            return Difference(0.0, 0.0, IDENTICAL)
        value, between_groups = one.value - first.value, without[k][key] - without[0][key]
        same = value == 0 and not between_groups.any()
        if key in LEVELS:
            se = float((values[k].alone[key] - values[0].alone[key]).std(ddof=1)) / sqrt(GROUPS)
        else:
            se = float(jackknife(between_groups))
        return Difference(value, se, label(value, se, same, smallest))

    return tuple({key: apart(key, smallest, k) for key, smallest in shown if key in without[k]} for k in range(len(offers)))


def candidate_threshold(unit: str, materiality: Materiality) -> float:
    """The smallest difference that matters of what a candidate gets: of a share, or of dollars."""
    return float(materiality.probability if unit == "share" else materiality.pay)
