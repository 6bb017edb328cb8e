"""Expense of grants still to be made, by fiscal quarter, as ranges over simulated futures: what new-hire grants and refresh awards may cost.

Two things that are easily taken for each other stand apart. Monte Carlo error is what we do not know of the mean because the futures
are finitely many; it shrinks with more of them. The 10th and the 90th percentile are the spread of outcomes over futures (who is hired,
ships and leaves, what a share is worth, what uncertain inputs turn out to be); it is no error and does not shrink.
"""

from dataclasses import dataclass

import numpy as np

from compdesign.accounting.service_time import fiscal_quarters
from compdesign.errors import Problem, ScenarioError, WorkTooLarge
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.estimates import Estimate, quantile
from compdesign.quantities import FloatArray, IntArray
from compdesign.simulation.company_path import company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.grant_expense import KINDS, expense_by_period
from compdesign.simulation.parameters import resolve, slice_paths
from compdesign.simulation.run import Progress, check_size
from compdesign.simulation.streams import RNG_BLOCK, Streams, input_stream
from compdesign.simulation.valuation_run import value_offers

ALL_GRANTS, ALL_LINES = "all grants", "all lines"
LINES = ("cost of revenue", "operating expense")
MOST_PATHS = 200_000
"""Futures that fit, every one of which is kept for the percentiles: half a gigabyte for four structures over ten years."""


@dataclass(frozen=True)
class ExpenseRange:
    """Dollars of one fiscal quarter, or of the whole run (fiscal_year and quarter None), over futures; a future that has ended counts as 0.

    months: of the quarter that the run holds. grants: one of KINDS or ALL_GRANTS. line: one of LINES or ALL_LINES. mean: with its Monte
    Carlo standard error. p10, p90: percentiles over futures, each with the standard error of the percentile.
    """

    fiscal_year: int | None
    quarter: int | None
    months: int
    grants: str
    line: str
    mean: Estimate
    p10: Estimate
    p90: Estimate


@dataclass(frozen=True)
class ExpenseForecast:
    """The ranges of one structure, quarter by quarter and then the whole run, by kind of grant and line. equity: whether it grants any."""

    structure: str
    paths: int
    equity: bool
    ranges: tuple[ExpenseRange, ...]

    def of(self, grants: str, line: str = ALL_LINES) -> tuple[ExpenseRange, ...]:
        """The ranges of one kind of grant on one line, in order of time."""
        return tuple(each for each in self.ranges if (each.grants, each.line) == (grants, line))


def expense_ranges(
    scenario: Scenario,
    paths: int | None = None,
    *,
    structures: tuple[int, ...] | None = None,
    seed: int | None = None,
    fiscal_start: int = 1,
    progress: Progress | None = None,
) -> tuple[ExpenseForecast, ...]:
    """ASC 718 expense of the grants that structures of a scenario would make, on the futures `compare` simulates with the same seed.

    paths: simulated futures; the scenario's if absent, at most MOST_PATHS. structures: indices in scenario.offers, all if absent. seed: overrides the scenario's.
    fiscal_start: first month of the fiscal year, 1 to 12; months of the run are booked in the calendar month in which they start. On the
    line of cost of revenue stands the share of it that the modelled pay has there (SEC Staff Accounting Bulletin Topic 14.F). Raises
    ScenarioError and WorkTooLarge.
    """
    if not 1 <= fiscal_start <= 12:
        raise ScenarioError([Problem("fiscal_start", f"{fiscal_start} is no month", "give 1 to 12")])
    posed = scenario if seed is None else scenario.model_copy(update={"seed": seed})
    chosen = tuple(range(len(posed.offers))) if structures is None else structures
    total = posed.paths if paths is None else paths
    check_size(posed.model_copy(update={"offers": tuple(posed.offers[k] for k in chosen)}), total)
    if total > MOST_PATHS:
        raise WorkTooLarge(f"paths: {total:,} futures cannot all be kept for the percentiles; ask for at most {MOST_PATHS:,}")
    quarters = fiscal_quarters(posed.as_of, posed.months, fiscal_start)
    ends = np.array([each.end for each in quarters])
    blocks, share = _simulated(posed, chosen, ends, total, progress)
    spans = [*((each.year, each.quarter, each.months) for each in quarters), (None, None, posed.months)]
    return tuple(
        ExpenseForecast(
            posed.offers[k].name,
            total,
            posed.offers[k].grant is not None or any(rule.instrument != "cash" for rule in posed.offers[k].refresh),
            _ranges(dollars, share, spans),
        )
        for k, dollars in zip(chosen, blocks, strict=True)
    )


def _simulated(
    scenario: Scenario, chosen: tuple[int, ...], ends: IntArray, paths: int, progress: Progress | None
) -> tuple[list[FloatArray], FloatArray]:
    """Per structure dollars[kind, period, path], and the share of pay that is cost of revenue, float64[path]."""
    offers = value_offers(scenario)
    accepts = [(offers[k].accept_production, offers[k].accept_notebook) for k in chosen]
    found: list[list[FloatArray]] = []
    shares: list[FloatArray] = []
    for first in range(0, paths, RNG_BLOCK):
        count = min(RNG_BLOCK, paths - first)
        dollars, share = _block(scenario, chosen, accepts, ends, first // RNG_BLOCK, count)
        found.append(dollars)
        shares.append(share)
        if progress:
            progress(first + count, paths)
    return [np.concatenate(each, axis=2) for each in zip(*found, strict=True)], np.concatenate(shares)


def _block(
    scenario: Scenario, chosen: tuple[int, ...], accepts: list[tuple[float, float]], ends: IntArray, block: int, count: int
) -> tuple[list[FloatArray], FloatArray]:
    """The same on the first `count` paths of one RNG block."""
    streams, window = Streams(scenario.seed, block), slice(0, count)
    whole = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    part = slice_paths(whole, window)
    course = company_path(part, streams, window)
    dollars = [
        expense_by_period(part, part.offers[k], simulate_structure(whole, whole.offers[k], streams, accept, window, course), ends)
        for k, accept in zip(chosen, accepts, strict=True)
    ]
    return dollars, np.broadcast_to(part.company.pay_in_cost_of_revenue, count)


def _ranges(dollars: FloatArray, share: FloatArray, spans: list[tuple[int | None, int | None, int]]) -> tuple[ExpenseRange, ...]:
    """dollars[kind, period, path]; spans: of the periods, and last of the run."""
    kinds = {**dict(zip(KINDS, dollars, strict=True)), ALL_GRANTS: dollars.sum(axis=0)}
    made = []
    for grants, by_period in kinds.items():
        of_kind = np.concatenate([by_period, by_period.sum(axis=0, keepdims=True)])
        for line, part in ((ALL_LINES, 1.0), (LINES[0], share), (LINES[1], 1 - share)):
            made += [_range(span, grants, line, values) for span, values in zip(spans, of_kind * part, strict=True)]
    return tuple(made)


def _range(span: tuple[int | None, int | None, int], grants: str, line: str, values: FloatArray) -> ExpenseRange:
    se = float(values.std(ddof=1) / np.sqrt(values.size))
    return ExpenseRange(*span, grants, line, Estimate(float(values.mean()), se), quantile(values, 0.1), quantile(values, 0.9))
