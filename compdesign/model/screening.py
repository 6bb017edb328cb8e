"""Screening until a pass and offering until an acceptance; every argument is a float or float64[path]."""

import numpy as np

from compdesign.quantities import FloatArray, PerPath

MOST_TRIALS = 1e12
"""Trials reported for a success that never comes; finite, and still whole in float64 after a thousand additions."""


def pass_probability(prior: PerPath, sensitivity: PerPath, specificity: PerPath) -> PerPath:
    """P(pass) of a candidate off the street: prior x sensitivity + (1 - prior)(1 - specificity)."""
    return prior * sensitivity + (1 - prior) * (1 - specificity)


def posterior(prior: PerPath, sensitivity: PerPath, specificity: PerPath) -> PerPath:
    """P(production-minded | pass), Bayes; the prior where nobody can pass."""
    return accepted_mix(prior, sensitivity, 1 - specificity)


def geometric(u: PerPath, p: PerPath) -> PerPath:
    """Trials up to and with the first success, by inversion: 1 + floor(ln(1 - u) / ln(1 - p)), a whole float.

    u: uniform in [0, 1). p: probability of success of each trial. 1 where, and only where, u < p; MOST_TRIALS where p
    is 0 or the count would be larger. NaN gives NaN.
    """
    if isinstance(p, float) and 0 < p < 1:  # the plain number nearly every scenario gives, without the cost of the guards
        trials = np.clip(1 + np.floor(np.log1p(-u) / np.log1p(-p)), 1.0, MOST_TRIALS)
        return np.where(u < p, 1.0, trials)[()]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        trials = np.minimum(1 + np.floor(np.log1p(-u) / np.log1p(-p)), MOST_TRIALS)
    return np.select([np.less_equal(p, 0), np.less(u, p)], [MOST_TRIALS, 1.0], trials)[()]


def acceptance_probability(ce: PerPath, ce_outside: PerPath, intercept: PerPath, slope: PerPath) -> PerPath:
    """P(accept) = 1 / (1 + exp(-b0 - b ln(CE / CE_outside))).

    ce, ce_outside: certainty equivalents, $. intercept: b0, log odds. slope: b >= 0. An offer worth nothing (ce <= 0)
    is never taken; one worth something beside nothing (ce_outside <= 0) always is. NaN gives NaN.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        odds = intercept + slope * (np.log(ce) - np.log(ce_outside))
        chance: FloatArray = np.exp(-np.logaddexp(0.0, -odds))
    worthless = np.less_equal(ce, 0)
    unrivalled = np.greater(ce, 0) & np.less_equal(ce_outside, 0)
    return np.select([worthless, unrivalled], [0.0, 1.0], chance)[()]


def accepted_mix(posterior: PerPath, accept_production: PerPath, accept_notebook: PerPath) -> PerPath:
    """P(production-minded | accepted), Bayes on how likely each type accepts; the posterior itself if nobody does."""
    production = posterior * accept_production
    either = production + (1 - posterior) * accept_notebook
    nobody = either == 0
    return np.where(nobody, posterior, production / np.where(nobody, 1.0, either))[()]
