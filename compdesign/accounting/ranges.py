"""Expense of awards that a simulation makes: ranges by fiscal quarter over paths."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from compdesign.accounting.service_time import add_months, fiscal_quarter
from compdesign.quantities import FloatArray, IntArray


@dataclass(frozen=True)
class QuarterRange:
    """Dollars of one fiscal quarter over paths: mean with its Monte Carlo standard error, 10th and 90th percentile."""

    fiscal_year: int
    quarter: int
    mean: float
    se: float
    p10: float
    p90: float


def simulated_expense(
    shares: FloatArray,
    fair_value: FloatArray,
    service_months: int,
    attribution: Literal["straight-line", "graded"] = "straight-line",
    leaves: FloatArray | None = None,
) -> FloatArray:
    """Dollars [path, month] of awards granted at the start of each month and vesting monthly over `service_months`.

    shares: granted, [path, month]. fair_value: dollars a share at grant, same shape. leaves: month [path] at whose start the holder
    has left (inf: stays); what has not vested by then is reversed in that month, what has vested stays. All money before the
    horizon only. Straight line: an equal part each month. Graded: tranche k of K over its own k months, so month j of service costs
    sum over k >= j of 1 / (K k) (ASC 718-10-35-8).
    """
    value = shares * fair_value
    profile = np.full(service_months, 1 / service_months)
    if attribution == "graded":
        profile = np.cumsum((profile / np.arange(1, service_months + 1))[::-1])[::-1]
    paths, months = value.shape
    gone = np.full(paths, np.inf) if leaves is None else leaves
    out = np.zeros((paths, months))
    for granted in range(months):
        accrued = np.zeros(paths)
        for month in range(granted, min(months, granted + service_months)):
            here = month < gone
            cost = np.where(here, value[:, granted] * profile[month - granted], 0.0)
            vested = value[:, granted] * (month - granted) / service_months
            cost = np.where(month == np.ceil(gone), vested - accrued, cost)  # ASC 718-10-35-3: unvested cost is reversed
            out[:, month] += cost
            accrued += cost
    return out


def straight_line_shares(shares: FloatArray, vested: FloatArray, served: IntArray, months: int) -> FloatArray:
    """Shares of a service award whose cost is recognised after `served` of `months` months, arrays of one shape: an equal part each
    month, and never less than what has vested (ASC 718-10-35-8). months 0: all at once.
    """
    return np.maximum(shares * np.minimum(served / months, 1.0), vested) if months else shares


def graded_shares(shares: FloatArray, vested: FloatArray, accrual: FloatArray) -> FloatArray:
    """Shares recognised tranche by tranche: what has vested, and of the rest the mean part of its service (see unvested_accrual).

    The unvested shares count as spread evenly over their tranches: exact where tranches are equal, else off by parts of a share.
    """
    return vested + (shares - vested) * accrual


def unvested_accrual(tranches: IntArray, before: int, months: int) -> FloatArray:
    """Mean part of its service period that an unvested tranche has behind it, float64[months before, month of vesting].

    tranches: months from the vesting start at which equal tranches vest. Service began 0 ... `before` months before that. Tranche by
    tranche: (before + t) / (before + T), the mean over tranches with T > t (ASC 718-10-35-8); 0 where none is left.
    """
    earlier, t = np.arange(before + 1)[:, None], np.arange(months + 1)
    total = np.zeros((before + 1, months + 1))
    for due in tranches:
        total += np.where(t < due, (earlier + t) / np.maximum(earlier + due, 1), 0.0)
    left = (tranches[:, None] > t).sum(axis=0)
    return total / np.maximum(left, 1)


def quarter_ranges(expense: FloatArray, as_of: date, fiscal_start: int = 1) -> tuple[QuarterRange, ...]:
    """Ranges by fiscal quarter of dollars [path, month]; month 0 is the calendar month of `as_of`, months outside are absent."""
    quarters = [fiscal_quarter(add_months(as_of.replace(day=1), m), fiscal_start) for m in range(expense.shape[1])]
    found = []
    for quarter in dict.fromkeys(quarters):
        sums = expense[:, [m for m, each in enumerate(quarters) if each == quarter]].sum(axis=1)
        p10, p90 = np.quantile(sums, [0.1, 0.9])
        se = float(sums.std(ddof=1) / np.sqrt(sums.size)) if sums.size > 1 else float("nan")
        found.append(QuarterRange(*quarter, float(sums.mean()), se, float(p10), float(p90)))
    return tuple(found)
