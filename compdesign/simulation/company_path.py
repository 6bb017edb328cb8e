"""The company's course that no structure changes: revenue, expense, multiple, exit; made once for a block of paths."""

from dataclasses import dataclass, fields

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.model.valuation import multiple, noise_path
from compdesign.quantities import DAYS_PER_MONTH, FloatArray, IntArray, PerPath
from compdesign.simulation.parameters import slice_paths
from compdesign.simulation.questions import Answers
from compdesign.simulation.streams import Repeated, Streams

NEVER = 1 << 30


@dataclass(frozen=True)
class CompanyPath:
    """revenue[month, path]: annual recurring revenue at the start of each month, one row beyond the horizon. expense[month, path]:
    operating expense of the month. value[month, path]: enterprise value before the margin sensitivity, same rows as revenue. multiple[path]: at the horizon.
    exit_month[path]: NEVER if none within the horizon. exit_factor[path]: value_factor x (1 - cost) of its kind,
    exit_fees[path]: value_factor x cost.
    closes[round, path]: whether the round closes, its condition apart.
    """

    revenue: FloatArray
    expense: FloatArray
    value: FloatArray
    multiple: FloatArray
    exit_month: IntArray
    exit_factor: FloatArray
    exit_fees: FloatArray
    closes: FloatArray


def company_path(scenario: Scenario, streams: Streams | Repeated, paths: slice) -> CompanyPath:
    """Draw the company's course for the chosen paths of a block."""
    company, months = scenario.company, scenario.months
    count = len(range(*paths.indices(streams.width)))
    time = np.arange(months + 1)[:, None] / 12
    revenue, expense = np.empty((months + 1, count)), np.empty((months, count))
    revenue[:] = recurring_revenue(scenario)
    expense[:] = company.operating_expense * yearly_factor(company.operating_expense_growth) ** time[:-1]
    exit_month, exit_factor, exit_fees = _exit(scenario, streams, paths)
    closes = np.array([streams.uniform("financing", i)[paths] < each.probability for i, each in enumerate(company.financing)])
    multiples = _multiples(scenario, streams, paths, count)
    return CompanyPath(revenue, expense, revenue * multiples, multiples[-1], exit_month, exit_factor, exit_fees, closes)


_COURSES: Answers[CompanyPath] = Answers(16)


def joint_course(posed: list[Scenario], together: Scenario, streams: Repeated) -> CompanyPath:
    """The company's course in scenarios simulated side by side, one after the other; made once for each company. together: all of
    them, resolved. streams: of one.
    """

    def made(windows: list[slice]) -> list[CompanyPath]:
        companies = [slice_paths(together.company, window) for window in windows]
        return [company_path(together.model_copy(update={"company": each}), streams, slice(None)) for each in companies]

    windows = [slice(at * streams.width, (at + 1) * streams.width) for at in range(len(posed))]
    drawn = streams.streams
    keys = [(each.company, each.months, drawn.seed, drawn.block, drawn.width, streams.width) for each in posed]
    courses = _COURSES.to(windows, keys, made)
    if len(courses) == 1:
        return courses[0]
    return CompanyPath(
        **{each.name: np.concatenate([getattr(course, each.name) for course in courses], axis=-1) for each in fields(CompanyPath)}
    )


def recurring_revenue(scenario: Scenario) -> FloatArray:
    """Annual recurring revenue at the start of each month, one row beyond the horizon, $[month, path] (one column where no input of
    it is uncertain).
    """
    time = np.arange(scenario.months + 1)[:, None] / 12
    return scenario.company.recurring_revenue * yearly_factor(scenario.company.revenue_growth) ** time


def yearly_factor(growth: PerPath) -> PerPath:
    """What a year multiplies by. Nothing shrinks by more than all of it, whatever the tail of a distribution says."""
    return np.maximum(1 + growth, 0)


def _multiples(scenario: Scenario, streams: Streams | Repeated, paths: slice, count: int) -> FloatArray:
    valuation, months = scenario.company.valuation, scenario.months
    long_run = valuation.multiple if valuation.long_run_multiple is None else valuation.long_run_multiple
    noise: FloatArray = np.zeros((months + 1, count))
    if np.any(valuation.volatility):
        normals = np.stack([streams.normal("multiple", month)[paths] for month in range(months)])
        noise = noise_path(normals, valuation.reversion, valuation.volatility)
    month = np.arange(months + 1)[:, None]
    return multiple(noise, month, valuation.multiple, long_run, valuation.reversion, valuation.volatility)


def _exit(scenario: Scenario, streams: Streams | Repeated, paths: slice) -> tuple[IntArray, FloatArray, FloatArray]:
    exit_ = scenario.company.exit
    threshold = streams.exponential("exit")[paths]
    if not np.any(exit_.annual_hazard):
        return np.full(len(threshold), NEVER), np.ones(len(threshold)), np.zeros(len(threshold))
    with np.errstate(divide="ignore"):
        month = np.ceil(12 * threshold / exit_.annual_hazard) - 1
    month = np.where(month < scenario.months, np.maximum(month, 0), NEVER).astype(np.int64)
    which = weighted_choice(streams.uniform("exit-type")[paths], [kind.weight for kind in exit_.types])
    parts = [(kind.value_factor * (1 - kind.cost), kind.value_factor * kind.cost) for kind in exit_.types]
    kept, fees = (np.stack([np.broadcast_to(part[side], len(threshold)) for part in parts]) for side in (0, 1))
    each = np.arange(len(threshold))
    return month, kept[which, each], fees[which, each]


def weighted_choice(u: FloatArray, weights: list[float | FloatArray]) -> IntArray:
    """Index of the first entry whose cumulative share of the weights exceeds u; int[path]."""
    cumulative = np.cumsum(np.stack([np.broadcast_to(weight, u.shape) for weight in weights]), axis=0)
    return (u * cumulative[-1] >= cumulative[:-1]).sum(axis=0)


def months_until(scenario: Scenario) -> float:
    """Months from the as-of date to the planned GA, inf if none is planned."""
    planned = scenario.company.ga.planned
    return np.inf if planned is None else (planned - scenario.as_of).days / DAYS_PER_MONTH
