"""What the candidate gets, over all futures, without each group of them, and in each group alone: from these come the errors."""

from dataclasses import dataclass

import numpy as np

from compdesign.quantities import FloatArray, summed
from compdesign.simulation.valuation_run import OfferValue
from compdesign.simulation.valuation_sets import GROUPS, Sets, group_of_path, sample_of_hire

LEVELS = {"wealth_p10": 0.1, "wealth_p50": 0.5, "wealth_p90": 0.9}
"""Percentiles of wealth that are shown."""


@dataclass(frozen=True)
class CandidateValues:
    """By metric: over all futures; float64[group] without each group of them; float64[group] in each group alone. The groups of
    other structures are the same futures, so these pair.
    """

    point: dict[str, float]
    without: dict[str, FloatArray]
    alone: dict[str, FloatArray]


def candidate_values(offer: OfferValue) -> CandidateValues:
    """The metrics of one structure that are not judged in the valuation run itself."""
    alone = np.eye(GROUPS)
    found = _values(offer, np.concatenate([np.ones((1, GROUPS)), 1 - alone, alone]))
    return CandidateValues(
        {key: float(values[0]) for key, values in found.items()},
        {key: values[1 : GROUPS + 1] for key, values in found.items()},
        {key: values[GROUPS + 1 :] for key, values in found.items()},
    )


def _values(offer: OfferValue, kept: FloatArray) -> dict[str, FloatArray]:
    """Every metric on sets of groups of paths, float64[set]. kept[set, group]: 1 where the set has the group, else 0."""
    hires, paths = offer.hires, len(offer.outside_wealth)
    group, sample = group_of_path(paths), sample_of_hire(hires.path, hires.production, paths)
    sets = Sets.of_groups(kept, sample, group)
    weights = sets.weights(offer.mix) / np.maximum(sets.production + sets.notebook, 1)  # of each hire of a sample
    first_of_group = np.searchsorted(group, np.arange(GROUPS))

    def mean(amounts: FloatArray) -> FloatArray:
        return np.asarray(weights @ summed(sample, amounts, 2 * GROUPS))

    def spread(wealth: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Percentiles of wealth, float64[level, set], and how often it is above the competing offer's in an independent future."""
        order = np.argsort(wealth)
        ordered, turn = wealth[order], sample[order]
        levels = np.array(list(LEVELS.values()))
        at = np.array([np.searchsorted(row, levels * row[-1]) for row in np.cumsum(weights[:, turn], axis=1)]).T
        poorer = np.zeros((2 * GROUPS, len(order) + 1), np.int32)  # hires of each sample among the poorest
        poorer[turn, np.arange(1, len(order) + 1)] = 1
        np.cumsum(poorer, axis=1, out=poorer)
        beaten = poorer[:, -1:] - poorer[:, np.searchsorted(ordered, other, side="right")]
        pairs = np.add.reduceat(beaten, first_of_group, axis=1)  # counted, so that nothing is rounded before it is weighed
        beats = (weights @ pairs * kept).sum(axis=1) / sets.outside.sum(axis=1)
        return ordered[np.minimum(at, len(order) - 1)], beats

    percentiles, beats = spread(hires.wealth, offer.outside_wealth)
    net = hires.wealth - hires.tax
    beats_after_tax = spread(net, offer.outside_wealth - offer.outside_tax)[1] if offer.taxed else beats
    equity, paper = mean(hires.equity), mean(hires.paper)
    return {
        "wealth_mean": mean(hires.wealth),
        **dict(zip(LEVELS, percentiles, strict=True)),
        "beats": beats,
        "wealth_mean_after_tax": mean(net),
        "beats_after_tax": beats_after_tax,
        "equity": equity,
        "paper": paper,
        "all_vests": mean(hires.all_vests),
        "liquid_share": np.where(paper > 0, equity, np.nan) / np.where(paper > 0, paper, 1.0),
        "to_exercise": mean(hires.to_exercise),
    }


def weighted_quantiles(values: FloatArray, weights: FloatArray, levels: tuple[float, ...]) -> list[float]:
    """Inverse of the weighted empirical distribution function."""
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    at = np.minimum(np.searchsorted(cumulative, np.array(levels) * cumulative[-1]), len(values) - 1)
    return [float(value) for value in values[order][at]]
