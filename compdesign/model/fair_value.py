"""Fair value of a plain stock option. Every rate is continuously compounded."""

import numpy as np
from scipy.special import ndtr

from compdesign.quantities import PerPath


def black_scholes_call(
    price: PerPath,
    strike: PerPath,
    rate: PerPath,
    volatility: PerPath,
    term_years: PerPath,
    dividend_yield: PerPath = 0.0,
) -> PerPath:
    """Value of a European call in the currency of price, axes of the arguments: Black and Scholes (1973) and Merton
    (1973), the closed-form model that ASC 718-10-55-16 names.

    rate, dividend_yield: 1/year, continuously compounded. volatility: 1/sqrt(year). Where volatility, term, price or
    strike is 0: discounted intrinsic value. NaN gives NaN.
    """
    spot = price * np.exp(-dividend_yield * term_years)
    due = strike * np.exp(-rate * term_years)
    deviation = volatility * np.sqrt(term_years)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        moneyness = np.log(spot / due) / deviation
        call = spot * ndtr(moneyness + deviation / 2) - due * ndtr(moneyness - deviation / 2)
    certain = (due <= 0) | (deviation <= 0)
    return np.where(certain, np.maximum(spot - due, 0.0), call)[()]


def at_the_money_ratio(rate: PerPath, volatility: PerPath, term_years: PerPath) -> PerPath:
    """Fair value of an at-the-money option per unit of price, no dividend; units and limits of black_scholes_call."""
    return black_scholes_call(1.0, 1.0, rate, volatility, term_years)
