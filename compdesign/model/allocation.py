"""Common value from the value of all equity: option-pricing method, current value method, discount to preferred.

The methods of the AICPA guide "Valuation of Privately-Held-Company Equity Securities Issued as Compensation" (2013),
chapter 6. Rates are continuously compounded and the measure is risk-neutral: these values are for ASC 718 and section 409A,
not for what anybody expects.
"""

from dataclasses import dataclass

from scipy.optimize import brentq

from compdesign.model.breakpoints import Breakpoint, breakpoints
from compdesign.model.fair_value import black_scholes_call
from compdesign.model.securities import Stack
from compdesign.model.waterfall import proceeds


@dataclass(frozen=True)
class Horizon:
    """Time to the exit and how uncertain it is. years to liquidity. rate: 1/year. volatility of equity: 1/sqrt(year)."""

    years: float
    rate: float
    volatility: float


def option_pricing_allocation(stack: Stack, equity_value: float, horizon: Horizon) -> dict[str, float]:
    """Holder -> $ today, adding up to equity_value: each segment between two breakpoints is worth a call at the first less a
    call at the next, and is shared as its holders share it (AICPA guide, paragraphs 6.33 on).

    equity_value: $, after debt; fees and carve-out are not taken out. Raises ScenarioError for a stack that varies by path.
    """
    return _allocated(breakpoints(stack), equity_value, horizon)


def option_pricing_common(stack: Stack, equity_value: float, horizon: Horizon, marketability_discount: float = 0.0) -> float:
    """$ per common share by the option-pricing method, less a discount for lack of marketability (a share)."""
    per_share = option_pricing_allocation(stack, equity_value, horizon).get("common", 0.0) / stack.common
    return per_share * (1 - marketability_discount)


def backsolve(stack: Stack, security: str, price: float, horizon: Horizon) -> float:
    """Equity value, $, at which the option-pricing method gives a class of preferred its last round's price, $ per share
    (AICPA guide, "backsolve"). Raises ValueError where the stack has no such class or the price is not positive."""
    shares = {each.name: float(each.shares) for each in stack.preferred}.get(security, 0.0)
    if shares <= 0 or not 0 < price < float("inf"):
        raise ValueError(f"'{security}' at ${price:g} a share gives no equity value: name a class of preferred and a price above 0")
    points = breakpoints(stack)
    worth = shares * price

    def excess(equity_value: float) -> float:
        return _allocated(points, equity_value, horizon).get(security, 0.0) - worth

    highest = worth
    while excess(highest) < 0:  # a class's value rises without bound in equity value
        highest *= 2
    return float(brentq(excess, 0.0, highest, xtol=1e-6, rtol=1e-14))


def current_value_common(stack: Stack, equity_value: float) -> float:
    """$ per common share if the company were sold today: the current value method."""
    return float(proceeds(Stack(stack.common, stack.preferred, stack.options, stack.convertibles), equity_value).common_price[0])


def discounted_common(preferred_price: float, discount: float) -> float:
    """$ per common share as a discount to the last price of preferred; discount: a share from 0 to 1. A rule of thumb with
    no standing under section 409A, for a first look."""
    return preferred_price * (1 - discount)


def _allocated(points: tuple[Breakpoint, ...], equity_value: float, horizon: Horizon) -> dict[str, float]:
    calls = [
        float(black_scholes_call(equity_value, point.distributable, horizon.rate, horizon.volatility, horizon.years)) for point in points
    ]
    values: dict[str, float] = {}
    for point, start, end in zip(points, calls, [*calls[1:], 0.0], strict=True):
        for name, share in point.sharing.items():
            values[name] = values.get(name, 0.0) + share * (start - end)
    return values
