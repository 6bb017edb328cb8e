"""Fair value of an award that is earned when the share price (or enterprise value) reaches a hurdle.

A hurdle on price or value is a market condition: it sits in fair value and does not reverse (ASC 718-10-30-14). Black and
Scholes' lognormal price, risk-neutral, every rate continuously compounded.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import log_ndtr, ndtr

from compdesign.quantities import FloatArray


@dataclass(frozen=True)
class HurdleAward:
    """One share, or an option on one, delivered after `years` if the hurdle was reached.

    price, hurdle, strike: $ per share, strike 0 for a share. rate, dividend_yield: 1/year. volatility: 1/sqrt(year).
    measured: "any day" up to then, or only on "the last day".
    """

    price: float
    hurdle: float
    rate: float
    volatility: float
    years: float
    dividend_yield: float = 0.0
    strike: float = 0.0
    measured: Literal["any day", "the last day"] = "any day"


@dataclass(frozen=True)
class Simulated:
    """A Monte Carlo mean, $, and its standard error."""

    value: float
    standard_error: float


def hurdle_value(award: HurdleAward) -> float:
    """Closed form, $: S e^(-qT) P_S - K e^(-rT) P, P the probability that the hurdle is reached and the price ends above
    the strike, P_S the same with the share as numeraire (up-and-in call, Reiner and Rubinstein 1991; on the last day a
    call paid only above the hurdle, Haug 2007, section 4.19)."""
    drift = award.rate - award.dividend_yield - award.volatility**2 / 2
    shares = _reached(award, drift + award.volatility**2)
    cash = _reached(award, drift) if award.strike > 0 else 0.0
    paid = award.strike * np.exp(-award.rate * award.years) * cash
    return float(award.price * np.exp(-award.dividend_yield * award.years) * shares - paid)


def paid_at_hurdle(award: HurdleAward, amount: float) -> float:
    """Closed form, $, of an amount paid on the day the hurdle is first reached within the award's years (one-touch, Reiner
    and Rubinstein 1991b). An award of one share delivered on that day is worth amount = hurdle."""
    if award.price >= award.hurdle:
        return amount
    drift = award.rate - award.dividend_yield - award.volatility**2 / 2
    level, spread = np.log(award.hurdle / award.price), award.volatility * np.sqrt(award.years)
    root = np.sqrt(drift**2 + 2 * award.rate * award.volatility**2)
    near = np.exp(level * (drift - root) / award.volatility**2) * ndtr((root * award.years - level) / spread)
    # The power can overflow where the probability underflows; their logarithms add up.
    far = np.exp(level * (drift + root) / award.volatility**2 + log_ndtr((-root * award.years - level) / spread))
    return float(amount * (near + far))


def simulated_hurdle_value(award: HurdleAward, normals: FloatArray, uniforms: FloatArray) -> Simulated:
    """Monte Carlo, $, from the caller's draws: float64[step, path], standard normal and uniform on [0, 1).

    Steps are of equal length. Between two steps the price can cross the hurdle and come back; a Brownian bridge crosses a
    level with probability exp(-2 (b - x0)(b - x1) / (s^2 dt)), and the uniforms decide, so that the hurdle counts every
    moment at any number of steps (Glasserman 2003, section 6.4). Measured on the last day, the uniforms are not used.
    """
    steps = len(normals)
    length = award.years / steps
    drift = award.rate - award.dividend_yield - award.volatility**2 / 2
    moves = drift * length + award.volatility * np.sqrt(length) * normals
    level = np.log(award.hurdle / award.price)
    ends = np.cumsum(moves, axis=0)
    if award.measured == "the last day":
        reached = ends[-1] >= level
    else:
        starts = ends - moves
        room = np.maximum(level - starts, 0.0) * np.maximum(level - ends, 0.0)
        reached = (uniforms < np.exp(-2 * room / (award.volatility**2 * length))).any(axis=0)
    payoffs = np.exp(-award.rate * award.years) * np.where(reached, np.maximum(award.price * np.exp(ends[-1]) - award.strike, 0.0), 0.0)
    return Simulated(float(payoffs.mean()), float(payoffs.std(ddof=1) / np.sqrt(payoffs.size)))


def _reached(award: HurdleAward, drift: float) -> float:
    """Probability that the hurdle is reached as measured and the price ends above the strike; drift of the log price."""
    spread = award.volatility * np.sqrt(award.years)
    level = np.log(award.hurdle / award.price)
    floor = np.log(award.strike / award.price) if award.strike > 0 else -np.inf
    ends_above = ndtr((drift * award.years - max(level, floor)) / spread)
    if award.measured == "the last day":
        return float(ends_above)
    if level <= 0:
        return float(ndtr((drift * award.years - floor) / spread))
    if floor >= level:
        return float(ends_above)
    power = 2 * drift * level / award.volatility**2
    mirrored = np.exp(power + log_ndtr((-level - drift * award.years) / spread))
    below_floor = np.exp(power + log_ndtr((floor - 2 * level - drift * award.years) / spread))
    return float(ends_above + mirrored - below_floor)
