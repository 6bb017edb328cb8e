"""Who passes the screen and who accepts; every argument is a float or float64[path]."""

import numpy as np

from compdesign.quantities import FloatArray, PerPath


def pass_probability(prior: PerPath, sensitivity: PerPath, specificity: PerPath) -> PerPath:
    """P(pass) of a candidate off the street: prior x sensitivity + (1 - prior)(1 - specificity)."""
    return prior * sensitivity + (1 - prior) * (1 - specificity)


def posterior(prior: PerPath, sensitivity: PerPath, specificity: PerPath) -> PerPath:
    """P(production-minded | pass), Bayes; the prior where nobody can pass."""
    return accepted_mix(prior, sensitivity, 1 - specificity)


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
    return np.where(worthless, 0.0, np.where(unrivalled, 1.0, chance))[()]


def accepted_mix(posterior: PerPath, accept_production: PerPath, accept_notebook: PerPath) -> PerPath:
    """P(production-minded | accepted), Bayes on how likely each type accepts; the posterior itself if nobody does."""
    production = posterior * accept_production
    either = production + (1 - posterior) * accept_notebook
    nobody = either == 0
    return np.where(nobody, posterior, production / np.where(nobody, 1.0, either))[()]
