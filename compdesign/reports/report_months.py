"""The figures of the report that run month by month: cash against its minimum, qualifying deployments."""

from math import isfinite

import numpy as np

from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.monthly import Monthly
from compdesign.quantities import FloatArray
from compdesign.reports.charts import spread
from compdesign.reports.numbers import amount, counted, with_error
from compdesign.reports.panels import Curve, Stretch, over_months
from compdesign.reports.report_parts import Cell, Figure, Panel, Table, in_scenario, lettered

EVERY_MONTH = 24
"""Horizon up to which a table has every month; beyond, every third on a screen, every sixth on paper, and the last."""
STEPS = {1: "", 3: ", every third month", 6: ", every sixth month"}


def runway_fan(comparison: Comparison, monthly: tuple[Monthly, ...], paper: bool, kept: tuple[int, ...]) -> Figure:
    """Cash month by month against the minimum, with GA marked and the censored share printed. kept: structures that are drawn."""
    every = _every(comparison, paper)
    names, least = lettered(comparison), in_scenario(comparison, "company.minimum_cash")
    drawn = tuple(monthly[k] for k in kept)
    cash = [each.bands["cash"].value for each in drawn]
    limits = spread([float(value) for each in cash for value in each.ravel()], least)
    panels = []
    for place, each, bands in zip(kept, drawn, cash, strict=True):
        name, key, lasts = names[place], f"fan-{place}", amount(each.censored.value, "share")
        last = _last_known(bands)
        text = f"Cash at the end of month {last + 1}: median {amount(bands[1, last], '$')}, 10th percentile {amount(bands[0, last], '$')}, 90th {amount(bands[2, last], '$')}; minimum {amount(least, '$')}. {_reached(each)}. Cash never runs out on {lasts} of paths."
        drawing = over_months(_curve(bands[1], bands, "s1"), "$", limits, floor=(least, f"minimum {amount(least, '$')}"), event=_ga(each))
        panels.append(Panel(key, name, text, drawing, f"Cash never runs out on {lasts} of paths (censored)"))
    shares = [each.censored.value for each in monthly]
    span = amount(shares[0], "share") if len(set(shares)) == 1 else f"{amount(min(shares), 'share')} to {amount(max(shares), 'share')}"
    return Figure(
        key="fan",
        title="Runway: cash month by month, against its minimum",
        finding=f"Cash never runs out within {counted(comparison.scenario.months, 'month')} on {span} of paths, depending on the structure."
        if len(set(shares)) > 1
        else f"Cash never runs out within {counted(comparison.scenario.months, 'month')} on {span} of paths.",
        reading="Bands are the spread of outcomes: cash at the end of each month, 10th to 90th percentile, line at the median; more paths do not narrow them. Vermilion: the minimum cash. Green: general availability of the first AI feature, 10th to 90th percentile, dotted at the median. A path whose cash ran out keeps its last balance, one that exited drops out.",
        panels=tuple(panels),
        table=Table(
            f"Cash at the end of the month: median (10th to 90th percentile){STEPS[every]}",
            ("Month", *(names[k] for k in kept)),
            (
                *_month_rows(comparison.scenario.months, every, cash, "$"),
                (Cell("Share of paths whose cash never runs out"), *(Cell(with_error(each.censored, "share")) for each in drawn)),
                (Cell("Share of paths that reach GA"), *(Cell(with_error(each.ga_reached, "share")) for each in drawn)),
                (Cell("Month of GA, median"), *(Cell(_month(each.ga[1])) for each in drawn)),
            ),
        ),
    )


def deployments(comparison: Comparison, monthly: tuple[Monthly, ...], paper: bool, kept: tuple[int, ...]) -> Figure:
    """Cumulative qualifying deployments month by month. kept: structures that are drawn."""
    every = _every(comparison, paper)
    names = lettered(comparison)
    means = [each.by_month["deployments_by"].mean for each in monthly]
    bands = [each.bands["deployments"].value for each in monthly]
    limits = (0.0, spread([float(value) for each in (*bands, *means) for value in each.ravel()], 1.0)[1])
    first = _curve(means[0], bands[0], "quiet")
    panels = []
    for place in kept:
        name, mean, band, key = names[place], means[place], bands[place], f"deployments-{place}"
        text = f"Mean after {counted(len(mean), 'month')}: {amount(float(mean[-1]), 'count')}; 10th percentile {amount(float(band[0, -1]), 'count')}, 90th {amount(float(band[2, -1]), 'count')}."
        panels.append(Panel(key, name, text, over_months(_curve(mean, band, "s1"), "count", limits, reference=first if place else None)))
    ends = [float(mean[-1]) for mean in means]
    most, least = int(np.argmax(ends)), int(np.argmin(ends))
    horizon = f"After {counted(comparison.scenario.months, 'month')}"
    if ends[most] == ends[least]:
        finding = f"{horizon} every structure has shipped {amount(ends[most], 'count')} qualifying deployments on average."
    else:
        finding = f"{horizon} '{comparison.structures[most]}' has shipped most on average, {amount(ends[most], 'count')} qualifying deployments; '{comparison.structures[least]}' least, {amount(ends[least], 'count')}."
    if len(ends) == 1:
        finding = f"{horizon} it has shipped {amount(ends[0], 'count')} qualifying deployments on average."
    return Figure(
        key="deployments",
        title="Qualifying deployments so far, month by month",
        finding=finding,
        reading="Lines: mean of qualifying deployments so far. Bands are the spread of outcomes, 10th to 90th percentile; more paths do not narrow them."
        + (" Dashed: the mean of the first structure." if len(names) > 1 else ""),
        panels=tuple(panels),
        table=Table(
            f"Qualifying deployments so far: mean ± one standard error (10th to 90th percentile){STEPS[every]}",
            ("Month", *(names[k] for k in kept)),
            tuple(
                (
                    Cell(str(month + 1)),
                    *(
                        Cell(
                            with_error(Estimate(float(series.mean[month]), float(series.se[month])), "count"),
                            f"{amount(float(band[0, month]), 'count')} to {amount(float(band[2, month]), 'count')}",
                        )
                        for series, band in ((monthly[k].by_month["deployments_by"], bands[k]) for k in kept)
                    ),
                )
                for month in _shown(comparison.scenario.months, every)
            ),
        ),
    )


def _curve(line: FloatArray, bands: FloatArray, tone: str) -> Curve:
    months = tuple(float(month + 1) for month in range(len(line)))
    return Curve("", months, tuple(map(float, line)), tuple(map(float, bands[0])), tuple(map(float, bands[2])), tone)


def _last_known(bands: FloatArray) -> int:
    """The last month in which any path still runs."""
    known = np.flatnonzero(np.isfinite(bands[1]))
    return int(known[-1]) if len(known) else 0


def _ga(each: Monthly) -> Stretch:
    low, middle, high = (quantile.value for quantile in each.ga)
    return Stretch(_reached(each), low, middle, high)


def _reached(each: Monthly) -> str:
    median = f", median month {each.ga[1].value:.0f}" if isfinite(each.ga[1].value) else ""
    return f"GA on {amount(each.ga_reached.value, 'share')} of paths{median}"


def _month(quantile: Estimate) -> str:
    return f"{quantile.value:.1f}" if isfinite(quantile.value) else "not reached on half of the paths"


def _every(comparison: Comparison, paper: bool) -> int:
    """Months from one row of a table to the next."""
    return 1 if comparison.scenario.months <= EVERY_MONTH else 6 if paper else 3


def _shown(months: int, every: int) -> list[int]:
    """Months of the table, counted from 0."""
    return sorted({*range(every - 1, months, every), months - 1})


def _month_rows(months: int, every: int, bands: list[FloatArray], unit: str) -> list[tuple[Cell, ...]]:
    return [
        (
            Cell(str(month + 1)),
            *(Cell(amount(band[1, month], unit), f"{amount(band[0, month], unit)} to {amount(band[2, month], unit)}") for band in bands),
        )
        for month in _shown(months, every)
    ]
