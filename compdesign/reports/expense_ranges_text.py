"""Ranges of the expense of future grants as text for a terminal, as CSV and as plain data."""

from typing import Any

import pandas as pd

from compdesign import __version__
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.award_modes import award_modes
from compdesign.metrics.comparison import scenario_hash
from compdesign.metrics.expense_ranges import ALL_GRANTS, ALL_LINES, LINES, ExpenseForecast, ExpenseRange
from compdesign.reports.csv_tables import safe
from compdesign.reports.expense_text import aligned
from compdesign.reports.numbers import amount, with_error
from compdesign.simulation.grant_expense import KINDS

ERROR = "± is one standard error of the mean: Monte Carlo error, which more futures shrink."
SPREAD = "p10 to p90 is the spread of outcomes: one future in ten lies below, one in ten above. It is no error, and more futures do not shrink it."
ENDED = "A future that has ended (cash-out, exit) recognises nothing from then on and counts as 0. Percentiles of quarters do not add up."
FAIR_VALUES = (
    "Fair values are the simulation's (options: Black-Scholes-Merton at the money), not an appraiser's; forfeitures count as they happen."
)


def ranges_text(forecasts: tuple[ExpenseForecast, ...], scenario: Scenario, fiscal_start: int) -> str:
    """Per structure a table of fiscal quarters: mean ± standard error and p10 to p90 of new-hire grants, refresh awards and both; where
    pay is cost of revenue, one for each line. scenario: with the seed that was simulated.
    """
    said = [scenario.title, "Stock-based compensation expense of future grants (ASC 718), by fiscal quarter, simulated", ""]
    for each in forecasts:
        said.append(f"'{each.structure}'")
        if not each.equity:
            said += ["  grants no equity: no expense", ""]
            continue
        for line in (ALL_LINES, *LINES) if scenario.company.pay_in_cost_of_revenue != 0 else (ALL_LINES,):
            said += [*(f"  {row}" for row in aligned(_table(each, line))), ""]
    futures = f"{forecasts[0].paths:,} futures, seed {scenario.seed}, scenario {scenario_hash(scenario)[:12]}, compdesign {__version__}."
    return "\n".join([*said, futures, *notes(forecasts, scenario, fiscal_start), ""])


def _table(forecast: ExpenseForecast, line: str) -> list[tuple[str, ...]]:
    kinds = [forecast.of(grants, line) for grants in (*KINDS, ALL_GRANTS)]
    head = (line, *(text for grants in (*KINDS, ALL_GRANTS) for text in (f"{grants}, mean", "p10 to p90")))
    return [head, *((period(row[0]), *(cell for each in row for cell in _cells(each))) for row in zip(*kinds, strict=True))]


def _cells(each: ExpenseRange) -> tuple[str, str]:
    return with_error(each.mean, "$"), f"{amount(each.p10.value, '$')} to {amount(each.p90.value, '$')}"


def period(each: ExpenseRange) -> str:
    """FY2027 Q1, with the months of it that the run holds where these are not three."""
    if each.quarter is None:
        return f"whole run, {each.months} months"
    part = "" if each.months == 3 else f" ({each.months} of 3 months)"
    return f"FY{each.fiscal_year} Q{each.quarter}{part}"


def notes(forecasts: tuple[ExpenseForecast, ...], scenario: Scenario, fiscal_start: int) -> tuple[str, ...]:
    """What the numbers are, and the policies that decided them."""
    told = {each.structure for each in forecasts}
    shown = scenario.model_copy(update={"offers": tuple(offer for offer in scenario.offers if offer.name in told)})
    share = scenario.company.pay_in_cost_of_revenue
    stated = f"{100 * share:g} %" if isinstance(share, int | float) else "the uncertain share"
    lines = (
        f"Lines: {stated} of the modelled pay is cost of revenue (pay_in_cost_of_revenue), and so is that part of the same people's equity (SAB Topic 14.F)."
        if share != 0
        else "Lines: all of it is operating expense; the scenario states no modelled pay as cost of revenue (pay_in_cost_of_revenue)."
    )
    began = f"The fiscal year begins in month {fiscal_start} and is named by where it ends; the run begins on {scenario.as_of}, and its months count in the calendar month in which they start."
    return (ERROR, SPREAD, ENDED, began, lines, FAIR_VALUES, *award_modes(shown))


def ranges_data(forecasts: tuple[ExpenseForecast, ...], scenario: Scenario, fiscal_start: int) -> dict[str, Any]:
    """Everything as plain data; scenario as in `ranges_text`."""
    return {
        "format": 1,
        "engine_version": __version__,
        "scenario_hash": scenario_hash(scenario),
        "seed": scenario.seed,
        "paths": forecasts[0].paths,
        "title": scenario.title,
        "fiscal_start": fiscal_start,
        "unit": "$",
        "structures": {each.structure: [_record(row) for row in each.ranges] for each in forecasts},
        "notes": list(notes(forecasts, scenario, fiscal_start)),
    }


def ranges_tables(forecasts: tuple[ExpenseForecast, ...]) -> dict[str, str]:
    """File name -> CSV text: one row a structure, quarter, kind of grant and line."""
    frame = pd.DataFrame.from_records([{"structure": each.structure, **_record(row)} for each in forecasts for row in each.ranges])
    frame[["fiscal_year", "quarter"]] = frame[["fiscal_year", "quarter"]].astype("Int64")
    return {"expense_ranges.csv": safe(frame).to_csv(index=False)}


def _record(row: ExpenseRange) -> dict[str, Any]:
    numbers = {"mean": row.mean, "p10": row.p10, "p90": row.p90}
    told = {"fiscal_year": row.fiscal_year, "quarter": row.quarter, "months": row.months, "grants": row.grants, "line": row.line}
    named = {"mean": ("mean", "standard_error"), "p10": ("p10", "p10_se"), "p90": ("p90", "p90_se")}
    return told | {key: value for name, each in numbers.items() for key, value in zip(named[name], (each.value, each.se), strict=True)}
