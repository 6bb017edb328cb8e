"""The comparison: one call from a scenario to everything the CEO reads."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import hypot
from typing import Any

import pandas as pd

from compdesign import __version__
from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.provenance import DefaultUsed, defaults_used, statements
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.acceptance_error import AcceptanceError, acceptance_error
from compdesign.metrics.award_modes import award_modes
from compdesign.metrics.break_even import BreakEven, MapCell, axes, break_evens, map_cells
from compdesign.metrics.break_even_output import GAMING, OutputAtTie, output_at_ties
from compdesign.metrics.candidate import candidate_catalog, candidate_metrics
from compdesign.metrics.candidate_differences import candidate_differences
from compdesign.metrics.candidate_values import candidate_values
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT, Metric, metrics
from compdesign.metrics.equal_terms import VIEWS, EqualTerms
from compdesign.metrics.estimates import Difference, Estimate, difference, estimate
from compdesign.metrics.runner_up import between, cheapest, labelled
from compdesign.metrics.side_runs import LEANING, Answered, SideRun, carry_out, side_runs
from compdesign.metrics.tornado import Bar, tornado
from compdesign.metrics.variants import cash_twins, has_refresh
from compdesign.metrics.verdict import verdict
from compdesign.simulation.hire_income import tax_notes
from compdesign.simulation.processes import processes
from compdesign.simulation.result import SimulationResult
from compdesign.simulation.run import Progress, check_size, simulate
from compdesign.simulation.valuation_run import OfferValue

TORNADO_OF = ("present_cost", "qualifying_by_24", "runway_restricted")
MOST_FOR_PRECISION = 1_000_000
"""Paths after which a precision run stops, whatever it has reached."""
Beside = Callable[[Scenario, list[SideRun]], tuple[tuple[OfferValue, ...], Iterator[Answered]]]
"""Takes the scenario of the main run and side runs before it, gives what the offers are worth, begins the side runs elsewhere, and gives
their answers after the main run.
"""


@dataclass(frozen=True)
class Row:
    """One metric over all structures, the cash-bonus twins last; differences are to the first structure."""

    metric: Metric
    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, repr=False)
class Comparison:
    """Everything one comparison found. structures: as typed, then the cash-bonus twins (twins of them). best: who has the lowest
    objective, 0 where nobody ships; behind: every structure's objective less the best one's. rows: every metric.
    twin_differences: per twin and row of decisions, the twin less its original.
    candidate, candidate_differences: per structure, what one candidate gets, and that less what the first structure gives. null: the objective with every link at zero, structures as typed.
    tornado: per headline, bars of the structure with the lowest objective against the first. links: the user's statements.
    tax_notes: what values after tax leave out. awards: what the mode of each refresh rule means for its strike and its expense.
    """

    scenario: Scenario
    scenario_hash: str
    version: str
    seed: int
    paths: int
    verdict: str
    best: int
    behind: tuple[Difference, ...]
    structures: tuple[str, ...]
    twins: int
    twin_differences: tuple[dict[str, Difference], ...]
    rows: tuple[Row, ...]
    candidate: tuple[dict[str, Estimate], ...]
    candidate_differences: tuple[dict[str, Difference], ...]
    censored: tuple[float, ...]
    null: tuple[Estimate, ...]
    null_differences: tuple[Difference, ...]
    equal_terms: tuple[EqualTerms, ...]
    break_evens: tuple[BreakEven, ...]
    output_at_ties: tuple[OutputAtTie, ...]
    links_map: tuple[MapCell, ...]
    tornado: dict[str, tuple[Bar, ...]]
    tornado_of: str
    links: tuple[str, ...]
    tax_notes: tuple[str, ...]
    awards: tuple[str, ...]
    defaults: tuple[DefaultUsed, ...]
    result: SimulationResult

    def row(self, key: str) -> Row:
        """The row of one metric."""
        return next(row for row in self.rows if row.metric.key == key)

    def to_frame(self) -> pd.DataFrame:
        """One row per metric and structure: value, standard error, paired difference to the first, its error and label."""
        records = [
            {
                "metric": row.metric.key,
                "label": row.metric.label,
                "unit": row.metric.unit,
                "structure": name,
                "value": row.estimates[k].value,
                "se": row.estimates[k].se,
                "difference": row.differences[k].value,
                "difference_se": row.differences[k].se,
                "difference_label": row.differences[k].label,
            }
            for row in self.rows
            for k, name in enumerate(self.structures)
        ]
        for k, name in enumerate(self.structures[: len(self.candidate)]):
            for metric in candidate_catalog(self.scenario):
                apart = self.candidate_differences[k].get(metric.key)
                records.append(
                    {
                        "metric": metric.key,
                        "label": metric.label,
                        "unit": metric.unit,
                        "structure": name,
                        "value": self.candidate[k][metric.key].value,
                        "se": self.candidate[k][metric.key].se,
                        "difference": apart.value if apart else None,
                        "difference_se": apart.se if apart else None,
                        "difference_label": apart.label if apart else None,
                    }
                )
        return pd.DataFrame.from_records(records)

    def __repr__(self) -> str:
        return f"<Comparison {self.scenario.title!r}, {self.paths:,} paths, seed {self.seed}: {self.verdict}>"


def compare(
    scenario: Scenario,
    paths: int | None = None,
    *,
    precision: float | None = None,
    seed: int | None = None,
    workers: int = 1,
    beside: Beside | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare the structures of a scenario.

    paths: simulated futures; the scenario's if absent. precision: instead, stop when the standard error of the objective is
    this share of it for every structure (at fixed batches of paths). seed: overrides the scenario's. workers: processes. beside: who
    values offers with this process, and carries out side runs while it is at the main run. Neither changes a bit. progress: called with
    work done and in all. Raises ScenarioError and WorkTooLarge.
    """
    typed = scenario if seed is None else scenario.model_copy(update={"seed": seed})
    twinned = typed.model_copy(update={"offers": (*typed.offers, *cash_twins(typed))})
    most = (typed.paths if paths is None else paths) if precision is None else MOST_FOR_PRECISION
    _check(precision, seed)
    check_size(twinned, most if precision is None else 2)
    tell = _Teller(progress, most * len(twinned.offers))
    tasks = side_runs(typed, most)
    tell.total += sum(task.paths * len(typed.offers) for task in tasks)
    offers, carried = None, _carried_out(tasks, workers)
    if beside is not None:
        offers, others = beside(twinned, tasks[:-1])
        carried = chain(map(carry_out, tasks[-1:]), others)
    result = simulate(
        twinned,
        most,
        workers=workers,
        offers=offers,
        progress=tell.main(len(twinned.offers)),
        enough=None if precision is None else _precise(precision),
    )
    told = tell.each(carried, {task.key: task.paths * len(typed.offers) for task in tasks})
    return _assembled(typed, result, len(twinned.offers) - len(typed.offers), told)


def _check(precision: float | None, seed: int | None) -> None:
    """Refuse what the command line refuses before it comes here."""
    if precision is not None and not 0.0001 <= precision <= 0.5:
        raise ScenarioError([Problem("precision", f"{precision!r} is no usable share", "give 0.0001 to 0.5")])
    if seed is not None and not (isinstance(seed, int) and 0 <= seed < 2**63):
        raise ScenarioError([Problem("seed", f"{seed!r} is outside the range", "give a whole number from 0 to 2^63 - 1")])


def _precise(precision: float) -> Callable[[SimulationResult], bool]:
    def enough(result: SimulationResult) -> bool:
        found = [estimate(result, COST_PER_DEPLOYMENT, k) for k in range(len(result.structures))]
        return all(each.se <= precision * abs(each.value) for each in found if each.value == each.value)

    return enough


def _carried_out(tasks: list[SideRun], workers: int) -> Iterator[Answered]:
    if workers <= 1:
        yield from map(carry_out, tasks)
        return
    with processes(workers) as mapped:
        yield from mapped(carry_out, tasks)


class _Teller:
    """Progress over the main run and the side runs, in simulated paths."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def main(self, structures: int) -> Progress | None:
        if self.progress is None:
            return None

        def told(done: int, _: int) -> None:
            self.done = done * structures
            self.progress(self.done, self.total)  # type: ignore[misc]

        return told

    def each(self, answers: Iterator[Answered], sizes: dict[Any, int]) -> Iterator[Answered]:
        for key, answer in answers:
            self.done += sizes[key]
            if self.progress:
                self.progress(self.done, self.total)
            yield key, answer


def _assembled(scenario: Scenario, result: SimulationResult, twins: int, carried: Iterator[Answered]) -> Comparison:
    typed = range(len(scenario.offers))
    values = tuple(map(candidate_values, result.offers))
    candidate = tuple(candidate_metrics(scenario, *each) for each in zip(result.offers, values, strict=True))
    candidate_apart = candidate_differences(scenario, result.offers, values, candidate)
    answers = {} if scenario.hiring.acceptance.certain else _up_to(LEANING, carried)
    acceptance = acceptance_error(result.offers, answers.get(LEANING, {}))
    rows = tuple(_row(result, metric, acceptance) for metric in metrics(scenario))
    objective = rows[0]
    cost = objective.estimates[: len(typed)]
    best = cheapest(cost) or 0
    behind = tuple(between(result, COST_PER_DEPLOYMENT, k, best, acceptance.of(COST_PER_DEPLOYMENT, k, best)) for k in typed)
    twin_differences = _twin_differences(scenario, result, rows, acceptance)
    against = best or min(1, len(scenario.offers) - 1)
    bars = {variable: tuple(tornado(result, variable, against, against_first=against > 0)) for variable in TORNADO_OF}
    answers |= carried  # not before: what is beside this process is still at work
    null: SimulationResult = answers["null",]
    found = axes(scenario) if len(scenario.offers) > 1 else ()
    along = [(gaming, answers["output", gaming]) for gaming in GAMING if ("output", gaming) in answers]
    return Comparison(
        scenario=scenario,
        scenario_hash=scenario_hash(scenario),
        version=__version__,
        seed=scenario.seed,
        paths=result.paths,
        verdict=verdict(result.structures[: len(typed)], cost, behind, result.paths),
        best=best,
        behind=behind,
        structures=result.structures,
        twins=twins,
        twin_differences=twin_differences,
        rows=rows,
        candidate=candidate,
        candidate_differences=candidate_apart,
        censored=tuple(float((runway == float("inf")).mean()) for runway in result.runway),
        null=tuple(estimate(null, COST_PER_DEPLOYMENT, k) for k in typed),
        null_differences=tuple(difference(null, COST_PER_DEPLOYMENT, k) for k in typed),
        equal_terms=tuple(answers["equal", place] for place in range(len(VIEWS)) if ("equal", place) in answers),
        break_evens=tuple(each for axis in found for each in break_evens(axis, answers["axis", axis.name], result)),
        output_at_ties=tuple(each for gaming, scan in along for each in output_at_ties(scenario, gaming, scan, result, null)),
        links_map=map_cells(answers["map",], result) if found else (),
        tornado=bars,
        tornado_of=result.structures[against],
        links=tuple(statements(scenario)),
        tax_notes=tax_notes(scenario),
        awards=award_modes(scenario),
        defaults=tuple(defaults_used(scenario)),
        result=result,
    )


def _up_to(last: tuple[Any, ...], carried: Iterator[Answered]) -> dict[Any, Any]:
    """Answers by their places, up to one of them."""
    answers = {}
    for key, answer in carried:
        answers[key] = answer
        if key == last:
            break
    return answers


def _row(result: SimulationResult, metric: Metric, acceptance: AcceptanceError) -> Row:
    own, apart = acceptance.of_all(metric)
    found = [estimate(result, metric, k) for k in range(len(own))]
    estimates = tuple(replace(each, se=hypot(each.se, more)) for each, more in zip(found, own, strict=True))
    return Row(metric, estimates, tuple(labelled(result, metric, k, more) for k, more in enumerate(apart)))


def _twin_differences(
    scenario: Scenario, result: SimulationResult, rows: tuple[Row, ...], acceptance: AcceptanceError
) -> tuple[dict[str, Difference], ...]:
    """Per cash-bonus twin, on each row of decisions: the twin less its original, paired."""
    originals = [k for k, offer in enumerate(scenario.offers) if has_refresh(offer)]
    pairs = [(len(scenario.offers) + place, original) for place, original in enumerate(originals)]
    decided = [row.metric for row in rows if row.metric.group == "decision"]
    return tuple(
        {metric.key: between(result, metric, twin, original, acceptance.of(metric, twin, original)) for metric in decided}
        for twin, original in pairs
    )


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 of the scenario as canonical JSON: what a document names to say what it was made from."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()
