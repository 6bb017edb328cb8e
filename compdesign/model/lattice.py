"""Fair value of an employee stock option by the lattice of Hull and White (2004), "How to Value Employee Stock Options",
Financial Analysts Journal 60(1), 114-119. Rates are continuously compounded."""

from dataclasses import dataclass
from math import ceil, exp, log, sqrt

import numpy as np

from compdesign.quantities import BoolArray, FloatArray

MOST_STEPS = 5_000
FEWEST_ROWS = 0.7
"""Of nodes between price and barrier, at the usual spacing: below it a spacing that meets both would make a probability
negative, so the nodes meet the barrier and the value at the price is read between two of them."""


@dataclass(frozen=True)
class EmployeeOption:
    """An option and how its holders behave.

    price, strike: $ per share. rate, dividend_yield, exit_rate: 1/year, continuously compounded. volatility: 1/sqrt(year).
    term_years: contractual. vesting_years: cliff. exit_rate: of leaving after vesting; a leaver exercises what is in the
    money and forfeits the rest. Leaving before vesting stays out of fair value (ASC 718-10-30-11): expense counts those
    who vest. exercise_multiple: vested options are exercised once the price reaches this multiple of the strike, at least
    1; None: held to expiry.
    """

    price: float
    strike: float
    rate: float
    volatility: float
    term_years: float
    dividend_yield: float = 0.0
    vesting_years: float = 0.0
    exit_rate: float = 0.0
    exercise_multiple: float | None = None


def employee_option_value(option: EmployeeOption, steps: int = 1_000) -> float:
    """Fair value of one option, in the currency of price, at grant.

    A trinomial tree in log price. Its spacing is chosen so that a row of nodes lies on the exercise barrier: an ordinary
    binomial tree exercises at the first node above it and overshoots (Boyle and Lau 1994; Hull and White 2004 advise the
    alignment). Vesting ends on a step. steps: over the term. Raises ValueError for inputs out of range.
    """
    _check(option, steps)
    before = ceil(steps * option.vesting_years / option.term_years)
    after = max(steps - before, 1) if option.vesting_years < option.term_years else 0
    unvested, vested = _length(option.vesting_years, before), _length(option.term_years - option.vesting_years, after)
    spacing = option.volatility * sqrt(3 * max(unvested, vested))
    lower, distance = 0.0, _distance(option)  # log distances from the price to the node at or below it, and to the barrier
    if abs(distance) >= FEWEST_ROWS * spacing:
        spacing = abs(distance) / max(round(abs(distance) / spacing), 1)
    elif distance:
        lower = distance - spacing if distance > 0 else distance
    width = before + after
    prices = option.price * np.exp(lower + spacing * np.arange(-width, width + 2))
    intrinsic = np.maximum(prices - option.strike, 0.0)
    barrier = np.inf if option.exercise_multiple is None else option.strike * option.exercise_multiple * (1 - 1e-9)
    values = _back(option, intrinsic, after, vested, spacing, intrinsic, prices >= barrier)
    below, above = _back(option, values, before, unvested, spacing)
    return float(below + (above - below) * -lower / spacing)


def _back(
    option: EmployeeOption,
    values: FloatArray,
    steps: int,
    length: float,
    spacing: float,
    intrinsic: FloatArray | None = None,
    exercised: BoolArray | None = None,
) -> FloatArray:
    """Values `steps` earlier; each step drops the outermost node on both sides. Where intrinsic is given the option is
    vested: holders may leave, and exercise on the barrier, from the first step on."""
    if steps == 0:
        return values
    up, middle, down = _probabilities(option, length, spacing)
    discount = exp(-option.rate * length)
    leave = 1 - exp(-option.exit_rate * length)
    for _ in range(steps):
        values = discount * (up * values[2:] + middle * values[1:-1] + down * values[:-2])
        if intrinsic is not None and exercised is not None:
            intrinsic, exercised = intrinsic[1:-1], exercised[1:-1]
            values = np.where(exercised, intrinsic, (1 - leave) * values + leave * intrinsic)
    return values


def _probabilities(option: EmployeeOption, length: float, spacing: float) -> tuple[float, float, float]:
    """Up, middle, down: the forward price exactly, the variance of the log price to first order in the step."""
    drift = option.rate - option.dividend_yield - option.volatility**2 / 2
    moves = (option.volatility**2 * length + (drift * length) ** 2) / spacing**2
    grown = exp((option.rate - option.dividend_yield) * length) - 1
    up = (grown - moves * (exp(-spacing) - 1)) / (exp(spacing) - exp(-spacing))
    return up, 1 - moves, moves - up


def _distance(option: EmployeeOption) -> float:
    """Log distance from the price to the exercise barrier; 0 where there is none."""
    return 0.0 if option.exercise_multiple is None else log(option.strike * option.exercise_multiple / option.price)


def _length(years: float, steps: int) -> float:
    return years / steps if steps else 0.0


def _check(option: EmployeeOption, steps: int) -> None:
    fine = (
        option.price > 0
        and option.strike > 0
        and option.volatility > 0
        and 0 < option.term_years < np.inf
        and 0 <= option.vesting_years <= option.term_years
        and option.exit_rate >= 0
        and (option.exercise_multiple is None or option.exercise_multiple >= 1)
        and 1 <= steps <= MOST_STEPS
    )
    if not fine:
        raise ValueError(
            f"{option} with {steps} steps is out of range: price, strike, volatility and term above 0, vesting within the "
            f"term, exit rate from 0, exercise multiple from 1, steps from 1 to {MOST_STEPS:,}"
        )
