"""Monthly series of each structure: pay by component, the company's cash, seats, deployments and equity."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.moments import Moments, ratio
from compdesign.quantities import BoolArray, FloatArray, IntArray
from compdesign.simulation.company_path import company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.month_values import MonthBooks, NoHires, month_values, no_hires, running
from compdesign.simulation.parameters import resolve, slice_paths
from compdesign.simulation.processes import processes
from compdesign.simulation.run import check_size
from compdesign.simulation.streams import RNG_BLOCK, Streams, input_stream
from compdesign.simulation.tables import CASH_OUT, COMPONENTS, EXIT, Outcome
from compdesign.simulation.valuation_run import OfferValue, value_offers

BAND_PATHS = 16_384
"""First paths of the run from which the quantiles of a month are taken."""
LEVELS = (0.1, 0.5, 0.9)
WINDOW = 24
"""Months over which structures are set against each other: the horizon of `qualifying_by_24`, about one round of financing."""
OPENINGS, CLOSINGS = ("opening_cash",), ("closing_cash", "pool", "deployments_by", "no_hires_cash")
"""Variables that are balances, at the start and at the end of a period; all others are flows and add up."""
SPREAD_BY_QUARTER = ("sbc_new_hire", "sbc_refresh", "sbc")
"""Variables of which the quantiles over paths are taken by quarter: the expense of grants still to be made."""
RATIOS = {"share_of_gross_burn": ("compensation", "gross_burn"), "burn_multiple": ("net_burn", "new_revenue")}


@dataclass(frozen=True)
class Series:
    """One variable by period, float64[period]. mean, se: over all paths, where a path that has ended has no flows and holds its
    balances, so that periods add up and roll forward. running, running_se: over the paths still running at the period's
    start, NaN where none is. se: Monte Carlo standard errors.
    """

    mean: FloatArray
    se: FloatArray
    running: FloatArray
    running_se: FloatArray


@dataclass(frozen=True)
class Bands:
    """Quantiles at LEVELS by month, float64[level, month], with standard errors from order statistics."""

    value: FloatArray
    se: FloatArray


@dataclass(frozen=True, repr=False)
class Monthly:
    """One structure month by month. Money in dollars, months from the as-of date; quarters are three months from it.

    by_month, by_quarter: variable -> Series; variables are the components of pay and those of `month_values`, deployments_by
    (cumulative qualifying deployments) and, of the company with no seat filled, no_hires_net_burn, no_hires_financing, no_hires_cash.
    window, whole: the same variables over the first WINDOW months and over the whole run (balances: at their end).
    apart: of window, the paired difference to the first of the structures simulated together. quarter_ratios, window_ratios,
    whole_ratios: RATIOS. runs[month]: share of paths running at the start of each month. cashed_out, exited[month]: shares
    ended by its end. bands: cash and no_hires_cash at the month's end, where a path whose cash ran out keeps its last
    balance and one that exited drops out (NaN once all have); seats filled, deployments (cumulative, qualifying) and pool over all paths,
    where an ended path has no seat filled and keeps the other two; seats_running, over the paths still running. Bands come from the first BAND_PATHS paths.
    quarter_bands: SPREAD_BY_QUARTER by quarter, where a path that has ended counts as 0. censored: share of paths whose cash never ran out. ga: quantiles of the month of GA, inf if not reached.
    """

    structure: str
    paths: int
    months: int
    runs: FloatArray
    cashed_out: FloatArray
    exited: FloatArray
    by_month: dict[str, Series]
    by_quarter: dict[str, Series]
    window: dict[str, Estimate]
    whole: dict[str, Estimate]
    apart: dict[str, Estimate]
    quarter_ratios: dict[str, tuple[Estimate, ...]]
    window_ratios: dict[str, Estimate]
    whole_ratios: dict[str, Estimate]
    bands: dict[str, Bands]
    quarter_bands: dict[str, Bands]
    censored: Estimate
    ga: tuple[Estimate, ...]
    ga_reached: Estimate

    @property
    def pay(self) -> FloatArray:
        """Mean pay over all paths, float64[component, month], components in the order of COMPONENTS."""
        return np.stack([self.by_month[name].mean for name in COMPONENTS])

    @property
    def pay_se(self) -> FloatArray:
        """Standard errors of `pay`."""
        return np.stack([self.by_month[name].se for name in COMPONENTS])

    def to_frame(self) -> pd.DataFrame:
        """Tidy: structure, month, variable, mean, se, running, running_se; shares and quantiles such as ``cash_p10`` as means."""
        month = range(self.months)
        shares = {"runs": self.runs, "cashed_out": self.cashed_out, "exited": self.exited}
        frames = [pd.DataFrame({"month": month, "variable": name, **vars(each)}) for name, each in self.by_month.items()]
        frames += [pd.DataFrame({"month": month, "variable": name, "mean": each}) for name, each in shares.items()]
        frames += [
            pd.DataFrame({"month": month, "variable": f"{name}_p{100 * level:.0f}", "mean": each.value[k], "se": each.se[k]})
            for name, each in self.bands.items()
            for k, level in enumerate(LEVELS)
        ]
        frame = pd.concat(frames, ignore_index=True)
        frame.insert(0, "structure", self.structure)
        return frame

    def __repr__(self) -> str:
        return f"<Monthly {self.structure!r}: {self.months} months, {self.paths:,} paths>"


@dataclass(frozen=True)
class _Task:
    scenario: Scenario
    structures: tuple[int, ...]
    accepts: tuple[tuple[float, float], ...]
    block: int
    paths: int


@dataclass(frozen=True)
class _Part:
    """One structure on one RNG block. names: variables. values, products: Moments[variable or ratio, period]; held: balances
    with ended paths at 0; apart: Moments[variable] of differences over the window. runs, ended: shares by period and [kind, month].
    kept: of the first BAND_PATHS paths, [month or quarter, path] by name. ga[path]. censored: paths whose cash never ran out.
    """

    names: tuple[str, ...]
    values: Moments
    held: Moments
    products: Moments
    apart: Moments
    runs: FloatArray
    ended: FloatArray
    kept: dict[str, FloatArray]
    ga: FloatArray
    censored: int


def monthly(
    scenario: Scenario,
    paths: int,
    *,
    structures: tuple[int, ...] | None = None,
    workers: int = 1,
    offers: tuple[OfferValue, ...] | None = None,
) -> tuple[Monthly, ...]:
    """Monthly series of the structures of a scenario, on the futures `simulate` gives the same paths, so totals tie to it.

    structures: indices in scenario.offers, all if absent; differences (`apart`) are to the first of them. workers: processes;
    they change no bit. offers: what candidates make of the scenario's offers, if already known. Raises WorkTooLarge.
    """
    chosen = tuple(range(len(scenario.offers))) if structures is None else structures
    check_size(scenario.model_copy(update={"offers": tuple(scenario.offers[k] for k in chosen)}), paths)
    valued = tuple(value_offers(scenario)) if offers is None else offers
    accepts = tuple((valued[k].accept_production, valued[k].accept_notebook) for k in chosen)
    firsts = range(0, paths, RNG_BLOCK)
    tasks = [_Task(scenario, chosen, accepts, first // RNG_BLOCK, min(RNG_BLOCK, paths - first)) for first in firsts]
    with _mapping(min(workers, len(tasks))) as mapped:
        blocks = list(mapped(_run_block, tasks))
    return tuple(_assembled(scenario.offers[k].name, scenario.months, [block[place] for block in blocks]) for place, k in enumerate(chosen))


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Any]]:
    if workers <= 1:
        yield map
        return
    with processes(workers) as mapped:
        yield mapped


def _run_block(task: _Task) -> list[_Part]:
    scenario, streams, window = task.scenario, Streams(task.scenario.seed, task.block), slice(0, task.paths)
    whole = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    part = slice_paths(whole, window)
    course = company_path(part, streams, window)
    empty = no_hires(part, course)
    kept = max(min(BAND_PATHS - task.block * RNG_BLOCK, task.paths), 0)
    parts: list[_Part] = []
    reference: dict[str, FloatArray] = {}
    for k, accept in zip(task.structures, task.accepts, strict=True):
        books = MonthBooks.empty(scenario.months, task.paths)
        outcome = simulate_structure(whole, whole.offers[k], streams, accept, window, course, books)
        values = month_values(part, part.offers[k], outcome, books, course, empty)
        periods = {name: _periods(name, each) for name, each in values.items()}
        totals = {name: each[-2] for name, each in periods.items()}
        reference = reference or totals
        apart = np.stack([totals[name] - reference[name] for name in totals])
        parts.append(_part(values, periods, apart, outcome, empty, kept))
    return parts


def _periods(name: str, values: FloatArray) -> FloatArray:
    """Months, quarters, the window and the whole run one below the other, float64[period, path]."""
    starts, end = np.arange(0, len(values), 3), min(WINDOW, len(values))
    if name in OPENINGS:
        return np.concatenate([values, values[starts], values[[0, 0]]])
    if name in CLOSINGS:
        return np.concatenate([values, values[np.minimum(starts + 2, len(values) - 1)], values[[end - 1, -1]]])
    return np.concatenate([values, np.add.reduceat(values, starts, axis=0), [values[:end].sum(axis=0), values.sum(axis=0)]])


def _part(
    values: dict[str, FloatArray], periods: dict[str, FloatArray], apart: FloatArray, outcome: Outcome, empty: NoHires, kept: int
) -> _Part:
    months = len(outcome.cash)
    runs = running(outcome.end_month, months)
    in_periods = np.concatenate([runs, runs[::3], np.ones((2, runs.shape[1]), bool)])
    bands = {
        "cash": np.where(_gone(outcome.end, outcome.end_month, EXIT, months), np.nan, values["closing_cash"]),
        "no_hires_cash": np.where(_gone(empty.end, empty.end_month, EXIT, months), np.nan, empty.cash),
        "seats": values["filled"],
        "seats_running": np.where(runs, values["filled"], np.nan),
        "deployments": values["deployments_by"],
        "pool": values["pool"],
        **{name: periods[name][months:-2] for name in SPREAD_BY_QUARTER},
    }
    return _Part(
        names=tuple(values),
        values=_stacked(periods.values()),
        held=_stacked(np.where(in_periods, periods[name], 0.0) for name in (*OPENINGS, *CLOSINGS)),
        products=_stacked(periods[over] * periods[under] for over, under in RATIOS.values()),
        apart=Moments.of(apart),
        runs=in_periods.mean(axis=1),
        ended=np.stack([_gone(outcome.end, outcome.end_month, how, months).mean(axis=1) for how in (CASH_OUT, EXIT)]),
        kept={name: each[:, :kept].copy() for name, each in bands.items()},
        ga=outcome.ga.astype(np.float32),
        censored=int(np.isinf(outcome.runway).sum()),
    )


def _gone(end: IntArray, end_month: IntArray, how: int, months: int) -> BoolArray:
    """Paths that have ended in this way by the end of each month, bool[month, path]."""
    return (end == how) & (end_month <= np.arange(1, months + 1)[:, None])


def _stacked(arrays: Iterable[FloatArray]) -> Moments:
    """Moments[array, period] of arrays[period, path], one array at a time."""
    found = [Moments.of(each) for each in arrays]
    return Moments(found[0].count, np.stack([each.mean for each in found]), np.stack([each.deviations for each in found]))


def _assembled(structure: str, months: int, parts: list[_Part]) -> Monthly:
    names, sizes = parts[0].names, [part.values.count for part in parts]
    values, held, products, apart = (
        Moments.joined([getattr(part, field) for part in parts]) for field in ("values", "held", "products", "apart")
    )
    runs, ended = (np.average([getattr(part, field) for part in parts], axis=0, weights=sizes) for field in ("runs", "ended"))
    quarters = slice(months, -2)
    running_mean, running_se = values.among(runs)
    held_mean, held_se = held.among(runs)
    for place, name in enumerate((*OPENINGS, *CLOSINGS)):
        running_mean[names.index(name)], running_se[names.index(name)] = held_mean[place], held_se[place]

    def series(place: int, periods: slice) -> Series:
        return Series(*(array[place, periods] for array in (values.mean, values.se, running_mean, running_se)))

    def ratios(period: int) -> dict[str, Estimate]:
        return {
            name: ratio(values, products, (names.index(over), period), (names.index(under), period), (place, period))
            for place, (name, (over, under)) in enumerate(RATIOS.items())
        }

    bands = {name: _bands(np.concatenate([part.kept[name] for part in parts], axis=1)) for name in parts[0].kept}
    by_quarter = [ratios(period) for period in range(months, values.mean.shape[1] - 2)]
    ga = np.sort(np.concatenate([part.ga for part in parts]))
    total = sum(sizes)
    return Monthly(
        structure=structure,
        paths=total,
        months=months,
        runs=runs[:months],
        cashed_out=ended[0],
        exited=ended[1],
        by_month={name: series(place, slice(months)) for place, name in enumerate(names)},
        by_quarter={name: series(place, quarters) for place, name in enumerate(names)},
        window={name: values.estimate((place, -2)) for place, name in enumerate(names)},
        whole={name: values.estimate((place, -1)) for place, name in enumerate(names)},
        apart={name: apart.estimate(place) for place, name in enumerate(names)},
        quarter_ratios={name: tuple(each[name] for each in by_quarter) for name in RATIOS},
        window_ratios=ratios(-2),
        whole_ratios=ratios(-1),
        bands={name: each for name, each in bands.items() if name not in SPREAD_BY_QUARTER},
        quarter_bands={name: bands[name] for name in SPREAD_BY_QUARTER},
        censored=_share(sum(part.censored for part in parts), total),
        ga=tuple(Estimate(float(value[0]), float(se[0])) for value, se in (_quantile(ga[None], level) for level in LEVELS)),
        ga_reached=_share(int(np.isfinite(ga).sum()), total),
    )


def _share(count: int, total: int) -> Estimate:
    share = count / total
    return Estimate(share, float(np.sqrt(share * (1 - share) / max(total - 1, 1))))


def _bands(values: FloatArray) -> Bands:
    """Quantiles of values[month, path]; NaN counts as not there."""
    found = [_quantile(np.sort(values, axis=1), level) for level in LEVELS]
    return Bands(np.stack([value for value, _ in found]), np.stack([se for _, se in found]))


def _quantile(ordered: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Inverse of the empirical distribution function of each row, NaN last and not counted; error from order statistics one
    binomial standard deviation to either side, inf where the upper one is.
    """
    count = (~np.isnan(ordered)).sum(axis=1)
    spread = np.sqrt(count * level * (1 - level))
    at, low, high = (
        ordered[np.arange(len(ordered)), np.clip(np.ceil(rank) - 1, 0, np.maximum(count - 1, 0)).astype(np.int64)].astype(np.float64)
        for rank in (count * level, count * level - spread, count * level + spread)
    )
    finite = np.where(np.isinf(low), low, 0.0) == 0
    return at, np.where(finite, (high - np.where(finite, low, 0.0)) / 2, 0.0)
