"""The offer a candidate holds from elsewhere: liquid pay and liquid equity until that job ends, then outside pay."""

from collections.abc import Iterator

import numpy as np

from compdesign.model.attrition import monthly_hazard
from compdesign.model.wealth import flow, lump, months_by_year, year_of
from compdesign.quantities import MONTHS_PER_YEAR, FloatArray, PerPath

HORIZON = 48
"""Months from the offer (model section 11); also the months over which each of its equity grants vests."""


def competing_wealth(
    initial_wealth: PerPath,
    base: PerPath,
    bonus: PerPath,
    sign_on: PerPath,
    equity: PerPath,
    refresh: PerPath,
    equity_growth: PerPath,
    equity_volatility: PerPath,
    annual_attrition: PerPath,
    outside_pay: PerPath,
    search_gap_months: PerPath,
    r: PerPath,
    leave_threshold: FloatArray,
    price_normals: FloatArray,
) -> FloatArray:
    """Wealth at month HORIZON with the competing job, $, float64[path]. NaN gives NaN.

    initial_wealth, sign_on: $ at month 0. base, outside_pay: $ a year, flat. bonus: share of base. search_gap_months:
    months without pay after the job. equity: $ granted at month 0; refresh: $ granted at each of months 12, 24 and 36.
    equity_growth and r: 1/year, continuously compounded. equity_volatility: 1/sqrt(year). annual_attrition: probability
    of leaving in a year. leave_threshold: unit exponentials, float64[path]. price_normals: standard normals, row m from
    month m to m + 1, float64[HORIZON, path].
    """
    end = job_end(annual_attrition, leave_threshold)
    wealth: FloatArray = (
        lump(initial_wealth + sign_on, 0, HORIZON, r)
        + flow(base * (1 + bonus) / MONTHS_PER_YEAR, 0, end, HORIZON, r)
        + flow(outside_pay / MONTHS_PER_YEAR, end + search_gap_months, HORIZON, HORIZON, r)
        + liquid_equity(equity, refresh, log_price(equity_growth, equity_volatility, price_normals), end, r)
    )
    return wealth


def competing_income(
    base: PerPath,
    bonus: PerPath,
    sign_on: PerPath,
    equity: PerPath,
    refresh: PerPath,
    equity_growth: PerPath,
    equity_volatility: PerPath,
    annual_attrition: PerPath,
    outside_pay: PerPath,
    search_gap_months: PerPath,
    leave_threshold: FloatArray,
    price_normals: FloatArray,
) -> FloatArray:
    """What the competing job and outside pay after it bring in each year, $, float64[year, path]: all of it wages, the equity when it
    vests. Arguments of `competing_wealth`.
    """
    years = HORIZON // MONTHS_PER_YEAR
    end = job_end(annual_attrition, leave_threshold)
    income = months_by_year(0.0, end, years) * (base * (1 + bonus) / MONTHS_PER_YEAR)
    income = income + months_by_year(end + search_gap_months, HORIZON, years) * (outside_pay / MONTHS_PER_YEAR)
    income[0] += sign_on
    for month, sold in sales(equity, refresh, log_price(equity_growth, equity_volatility, price_normals), end):
        income[year_of(month, years)] += sold
    return income


def job_end(annual_attrition: PerPath, leave_threshold: FloatArray) -> FloatArray:
    """Month at whose start the job is over, float64[path], 1, 2, ...: the end of the first month whose cumulated hazard
    reaches the threshold; inf where nobody ever leaves.
    """
    hazard = monthly_hazard(annual_attrition)
    with np.errstate(divide="ignore", invalid="ignore"):
        months = np.maximum(np.ceil(leave_threshold / hazard), 1.0)
    return np.where(hazard == 0, np.inf, months)


def log_price(growth: PerPath, volatility: PerPath, normals: FloatArray) -> FloatArray:
    """Log of the share price over its first value, float64[HORIZON + 1, path]: lognormal, E price = e^(growth t)."""
    month = 1 / MONTHS_PER_YEAR
    steps = (growth - volatility**2 / 2) * month + volatility * np.sqrt(month) * normals
    return np.concatenate([np.zeros_like(steps[:1]), np.cumsum(steps, axis=0)])


def liquid_equity(equity: PerPath, refresh: PerPath, logs: FloatArray, end: FloatArray, r: PerPath) -> FloatArray:
    """Proceeds at HORIZON of all grants, $, float64[path]: 1/48 of a grant vests, and is sold, on the first day of each
    month after it while the job lasts (month < end), the day of the horizon included.
    """
    proceeds = np.zeros_like(end)
    for month, sold in sales(equity, refresh, logs, end):
        proceeds += lump(sold, month, HORIZON, r)
    return proceeds


def sales(equity: PerPath, refresh: PerPath, logs: FloatArray, end: FloatArray) -> Iterator[tuple[int, FloatArray]]:
    """Month and proceeds, $, float64[path], of each instalment of each grant."""
    for granted in range(0, HORIZON, MONTHS_PER_YEAR):
        instalment = (equity if granted == 0 else refresh) / HORIZON
        for month in range(granted + 1, HORIZON + 1):
            yield month, np.where(month < end, instalment * np.exp(logs[month] - logs[granted]), 0.0)
