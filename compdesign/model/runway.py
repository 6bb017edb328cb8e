"""When cash runs out, and whether it does at all if nothing changes."""

from dataclasses import dataclass

import numpy as np

from compdesign.quantities import PerPath

LEAST = 1e-12
"""Share of payments, and growth a month, that count as none."""
MOST_MONTHS = 1e9
"""Months after which nobody looks for the end of the cash."""


def runway(month: PerPath, opening: PerPath, closing: PerPath, minimum: PerPath) -> PerPath:
    """Months from the as-of date until cash falls to the minimum, in a month that ends below it, axes of the arguments:
    R = m + (C0 - min) / (C0 - C), a straight line through the month.

    month: m. opening: C0, $ after that month's financing. closing: C, $. minimum: $. inf where the month does not end
    below the minimum; m where it opens at or below it. NaN gives NaN.
    """
    burn = np.subtract(opening, closing)
    within = np.clip((opening - minimum) / np.where(burn <= 0, 1.0, burn), 0.0, 1.0)
    return np.where(np.greater_equal(closing, minimum), np.inf, month + within)[()]


def static_runway(cash: PerPath, collected: PerPath, paid: PerPath) -> PerPath:
    """Months that cash lasts if collections and payments stay as they are, axes of the arguments: cash / (paid - collected).

    cash: $. collected: cash received from customers, $ a month; not bookings and not recognised revenue. paid: $ a month.
    inf at break-even and above it; such values are counted, not averaged. NaN gives NaN.
    """
    burn = np.subtract(paid, collected)
    months = np.maximum(cash, 0.0) / np.where(burn > 0, burn, 1.0)
    return np.where(burn <= 0, np.where(np.isnan(cash), np.nan, np.inf), np.where(np.isnan(burn), np.nan, months))[()]


@dataclass(frozen=True)
class DefaultAlive:
    """Axes of the arguments of `default_alive`. alive: profitability comes before the cash is gone. months_to_profit: whole
    months until a month's collections cover its payments; inf: never. lowest_cash: $ when they do; -inf: never. months_left:
    until the cash is gone; inf where alive."""

    alive: PerPath
    months_to_profit: PerPath
    lowest_cash: PerPath
    months_left: PerPath


def default_alive(cash: PerPath, collected: PerPath, paid: PerPath, monthly_growth: PerPath) -> DefaultAlive:
    """Graham's question: "Assuming their expenses remain constant and their revenue growth is what it has been over the last
    several months, do they make it to profitability on the money they have left?" (Paul Graham, "Default Alive or Default
    Dead?", October 2015). Static runway answers another: it stops growth too.

    cash: $ at the start of month 0. collected: $ in month 0, c (1 + g)^k in month k. paid: $ a month, constant.
    monthly_growth: g > -1, 1/month. A company whose lowest cash is exactly 0 is alive. Broadcasts; NaN gives not alive.
    """
    cash, collected, paid, growth = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (cash, collected, paid, monthly_growth))
    )
    profitable = collected >= paid
    # Collections of next to nothing stay nothing, and growth of next to nothing is none.
    growth = np.where((collected > LEAST * paid) & (np.abs(growth) > LEAST), growth, 0.0)
    grows = (growth > 0) & ~profitable
    ratio = np.log(np.where(grows, paid, 1.0) / np.where(grows, collected, 1.0))
    # Less a little, where the logarithm of a whole number of months rounds up.
    needed = np.ceil(ratio / np.log1p(np.where(grows, growth, 1.0)) - 1e-9)
    to_profit = np.where(profitable, 0.0, np.where(grows, needed, np.inf))
    lowest = np.where(
        np.isinf(to_profit), -np.inf, _cash_after(np.where(np.isinf(to_profit), 0.0, to_profit), cash, collected, paid, growth)
    )
    lowest = np.where(profitable, cash, lowest)
    alive = lowest >= 0
    return DefaultAlive(
        alive[()], to_profit[()], lowest[()], np.where(alive, np.inf, _months_left(to_profit, cash, collected, paid, growth))[()]
    )


def _cash_after(months: PerPath, cash: PerPath, collected: PerPath, paid: PerPath, growth: PerPath) -> PerPath:
    """$ after whole months: the collections are a geometric series."""
    flat = growth == 0
    total = np.where(flat, months, np.expm1(months * np.log1p(growth)) / np.where(flat, 1.0, growth))
    return cash + collected * total - paid * months


def _months_left(to_profit: PerPath, cash: PerPath, collected: PerPath, paid: PerPath, growth: PerPath) -> PerPath:
    """Months until the cash is gone, a straight line within the month. It falls until the profitable month; where that never
    comes, each month burns at least what the first does."""
    burn = np.where(paid > collected, paid - collected, 1.0)
    last = np.where(np.isinf(to_profit), np.ceil(np.maximum(cash, 0.0) / burn) + 1, to_profit)
    first, last = np.zeros_like(last), np.minimum(last, MOST_MONTHS)
    while np.any(last - first > 1):
        middle = np.floor((first + last) / 2)
        gone = _cash_after(middle, cash, collected, paid, growth) < 0
        first, last = np.where(gone, first, middle), np.where(gone, middle, last)
    opening, closing = _cash_after(first, cash, collected, paid, growth), _cash_after(last, cash, collected, paid, growth)
    return np.where(cash <= 0, 0.0, runway(first, opening, closing, 0.0))
