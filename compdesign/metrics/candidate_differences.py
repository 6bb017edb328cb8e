"""What a candidate gets under each structure less the first, paired: every offer is valued on the same futures."""

from math import isfinite, sqrt

import numpy as np

from compdesign.inputs.candidate import Materiality
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.candidate import candidate_catalog, group_values
from compdesign.metrics.estimates import IDENTICAL, Difference, Estimate, label
from compdesign.quantities import FloatArray
from compdesign.simulation.valuation_run import OfferValue
from compdesign.simulation.valuation_sets import jackknife

JUDGED = ("ce", "ce_outside", "ce_after_tax", "ce_outside_after_tax", "accept")
"""Judged in the valuation run itself, in the order of `OfferValue.left_out`."""
QUANTILES = ("wealth_p10", "wealth_p50", "wealth_p90")
GAINS = ("accept", "ce", "ce_after_tax", "wealth_mean", "wealth_mean_after_tax", *QUANTILES, "beats", "beats_after_tax")
"""What a candidate, or who wants to hire one, would have more of."""

Groups = dict[str, tuple[FloatArray, FloatArray]]
"""By metric, float64[group]: the value without each group of paths, and of each group alone."""


def candidate_differences(
    scenario: Scenario, offers: tuple[OfferValue, ...], found: tuple[dict[str, Estimate], ...]
) -> tuple[dict[str, Difference], ...]:
    """Per structure, every candidate metric that has a standard error, less the first structure's.

    The error is the delete-one-group jackknife of the paired difference; of percentiles, on which that jackknife is not
    consistent (Efron 1982), it comes from the differences between the groups' own percentiles.
    """
    groups = [_groups(offer) for offer in offers]
    shown = [(metric.key, candidate_threshold(metric.unit, scenario.materiality)) for metric in candidate_catalog(scenario)]
    return tuple(
        {key: _difference(key, smallest, found[k][key], found[0][key], each[key], groups[0][key]) for key, smallest in shown if key in each}
        for k, each in enumerate(groups)
    )


def candidate_threshold(unit: str, materiality: Materiality) -> float:
    """The smallest difference that matters of what a candidate gets: of a share, or of dollars."""
    return float(materiality.probability if unit == "share" else materiality.pay)


def _groups(offer: OfferValue) -> Groups:
    without, alone = group_values(offer)
    values = {key: (np.array([each[key] for each in without]), np.array([each[key] for each in alone])) for key in without[0]}
    return {key: (column, column) for key, column in zip(JUDGED, offer.left_out.T, strict=True)} | values


def _difference(
    key: str,
    smallest: float,
    one: Estimate,
    first: Estimate,
    groups: tuple[FloatArray, FloatArray],
    of_first: tuple[FloatArray, FloatArray],
) -> Difference:
    if not (isfinite(one.value) or isfinite(first.value)):
        return Difference(0.0, 0.0, IDENTICAL)
    (without, alone), (without_first, alone_first) = groups, of_first
    value = one.value - first.value
    same = value == 0 and bool((without == without_first).all())
    of_groups = key in QUANTILES
    se = float((alone - alone_first).std(ddof=1)) / sqrt(len(alone)) if of_groups else float(jackknife(without - without_first))
    return Difference(value, se, label(value, se, same, smallest))
