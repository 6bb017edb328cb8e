"""What candidates make of the offers in variants of a scenario: as valued in full for the scenario typed, and what a variant changes,
which few paths tell.

A control variate: both sides of the change share their luck, so that it has a far smaller error than either (Glasserman 2003,
Monte Carlo Methods in Financial Engineering, section 4.1, with coefficient 1). At the scenario typed nothing is left but what the main
run goes by.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import logit

from compdesign.inputs.scenario import Scenario
from compdesign.quantities import FloatArray
from compdesign.simulation.valuation_run import VALUATION_PATHS, OfferValue, value_variants


def log_odds(variants: list[Scenario], typed: Scenario, paths: int) -> FloatArray:
    """Log odds that a production-minded and a notebook candidate accept, float64[variant, structure, type]; infinite where an offer is
    never or always accepted. variants: differ from `typed` in plain numbers only. paths: that tell the change.
    """
    return _changed(lambda offer: logit(offer.accepts), variants, typed, paths)


def log_worth(variants: list[Scenario], typed: Scenario, paths: int) -> FloatArray:
    """Log of the certainty equivalent over the competing offer's, after tax where taxes are named, float64[variant, structure]; infinite
    where either is worth nothing. As `log_odds`.
    """
    return _changed(_worth, variants, typed, paths)


def _worth(offer: OfferValue) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.maximum(offer.ce_after_tax, 0.0)) - np.log(np.maximum(offer.ce_outside_after_tax, 0.0))


def _changed(told: Callable[[OfferValue], FloatArray], variants: list[Scenario], typed: Scenario, paths: int) -> FloatArray:
    """What is told of each offer of each variant. Where that is not finite, there is no change to tell: the variant is valued in full."""

    def all_told(scenarios: list[Scenario], paths: int) -> FloatArray:
        return np.array([[told(offer) for offer in offers] for offers in value_variants(scenarios, paths)])

    before, *after = all_told([typed, *variants], paths)
    with np.errstate(invalid="ignore"):
        found: FloatArray = all_told([typed], VALUATION_PATHS) + (np.array(after) - before)
    for at, index in zip(*np.nonzero(~np.isfinite(found).reshape(*found.shape[:2], -1).all(axis=-1)), strict=True):
        alone = variants[at].model_copy(update={"offers": (variants[at].offers[index],)})
        found[at, index] = all_told([alone], VALUATION_PATHS)[0, 0]
    return found
