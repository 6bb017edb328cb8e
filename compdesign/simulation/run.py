"""Many paths: RNG blocks in order, on one process or several, to the same bits."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import expit

from compdesign.errors import Problem, ScenarioError, WorkTooLarge
from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import MAXIMUM_PATHS, Scenario
from compdesign.quantities import FloatArray, IntArray
from compdesign.simulation.company_path import company_path, joint_course
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import resolved, side_by_side, slice_paths, uncertain_inputs, values_of
from compdesign.simulation.path_values import first_production, path_values, scan_values
from compdesign.simulation.processes import processes
from compdesign.simulation.questions import Answers, apart_from_price, bearing_on
from compdesign.simulation.result import KEPT_PATHS, BlockSummary, SimulationResult, first_production_bins, group_of, joined, summarise
from compdesign.simulation.streams import RNG_BLOCK, Repeated, Streams
from compdesign.simulation.supply import drawn_inputs, first_block, shared_streams
from compdesign.simulation.tables import OF_PEOPLE, Outcome
from compdesign.simulation.valuation_run import VALUATION_PATHS, OfferValue, value_offers
from compdesign.simulation.variant_offers import log_odds

MOST_HIRE_MONTHS = 5e10
"""Structures x seats x months x paths that a run may ask for: some hours of one core."""
STRETCH = RNG_BLOCK
"""Paths simulated in one go: more would amortise the cost of a call, and fall out of the cache."""
BATCH = 4
"""Stretches between two looks at the precision reached; fixed, so that the stop never depends on the workers."""

Progress = Callable[[int, int], None]
"""Called with (paths done, paths in all)."""
ValuesOf = Callable[[Scenario, Offer, Outcome], dict[str, FloatArray]]
"""From a resolved scenario, an offer and its outcome to variables, float64[path]."""
Map = Callable[[Callable[["Task"], BlockSummary], Iterable["Task"]], Iterator[BlockSummary]]


@dataclass(frozen=True)
class Task:
    """A stretch of RNG blocks to simulate. block: the first one. paths: how many of its first paths. group: paths in one group of the jackknife. accepts: per structure,
    the probabilities that either type accepts. chunk: paths held at a time. kept_of: what is kept of each path. whole: whether this is
    all of the run.
    """

    scenario: Scenario
    accepts: tuple[tuple[float, float], ...]
    block: int
    paths: int
    group: int
    chunk: int = STRETCH
    kept_of: ValuesOf = path_values
    whole: bool = False


def simulate(
    scenario: Scenario,
    paths: int | None = None,
    *,
    workers: int = 1,
    chunk: int = STRETCH,
    offers: tuple[OfferValue, ...] | None = None,
    kept_of: ValuesOf = path_values,
    progress: Progress | None = None,
    enough: Callable[[SimulationResult], bool] | None = None,
) -> SimulationResult:
    """Simulate every structure of a scenario on the same futures.

    paths: the scenario's if absent. workers: processes. chunk: paths a worker holds at a time; neither changes a bit. offers:
    what candidates make of the offers, if already known. kept_of: what is kept of each path. enough: asked after every BATCH blocks whether to stop before `paths`.
    Raises WorkTooLarge before anything is allocated.
    """
    total = scenario.paths if paths is None else paths
    check_size(scenario, total)
    offers = tuple(value_offers(scenario)) if offers is None else offers
    accepts = tuple(each.accepts for each in offers)
    all_of_it = Task(scenario, accepts, 0, total, group_of(total), chunk, kept_of, whole=total <= STRETCH)
    tasks = [replace(all_of_it, block=first // RNG_BLOCK, paths=min(STRETCH, total - first)) for first in range(0, total, STRETCH)]
    summaries: list[BlockSummary] = []
    names = list(uncertain_inputs(scenario))
    with mapping(min(workers, len(tasks))) as mapped:
        for first in range(0, len(tasks), len(tasks) if enough is None else BATCH):
            batch = tasks[first:] if enough is None else tasks[first : first + BATCH]
            for summary in mapped(run_block, batch):
                summaries.append(summary)
                if progress:
                    progress(sum(each.paths for each in summaries), total)
            if enough is not None and enough(joined(scenario, summaries, names, offers)):
                break
    return joined(scenario, summaries, names, offers)


def check_size(scenario: Scenario, paths: int) -> None:
    """Refuse a number of paths that is none, and a run that would take hours."""
    if isinstance(paths, bool) or not isinstance(paths, int) or not 2 <= paths <= MAXIMUM_PATHS:
        raise ScenarioError([Problem("paths", f"{paths!r} is no number of paths", f"give a whole number, 2 to {MAXIMUM_PATHS:,}")])
    cells = len(scenario.offers) * scenario.hiring.seats * scenario.months * paths
    if cells > MOST_HIRE_MONTHS:
        most = int(MOST_HIRE_MONTHS / (cells / paths))
        raise WorkTooLarge(
            f"paths: {paths:,} paths of this scenario are {cells:.0e} hire-months, more than {MOST_HIRE_MONTHS:.0e}; ask for at most {most:,}"
        )


@contextmanager
def mapping(workers: int) -> Iterator[Map]:
    """A map over tasks: in this process, or in a pool that is gone afterwards."""
    if workers <= 1:
        yield map
        return
    with processes(workers) as mapped:
        yield mapped


def run_block(task: Task) -> BlockSummary:
    """Simulate every structure on the first paths of a stretch and summarise it."""
    scenario = task.scenario
    streams = first_block(scenario, task.paths) if task.whole else Streams(scenario.seed, task.block)
    whole = resolved(scenario, drawn_inputs(streams))
    windows = [slice(first, min(first + task.chunk, task.paths)) for first in range(0, task.paths, task.chunk)]
    parts = [(window, slice_paths(whole, window)) for window in windows]
    chunks = [(window, part, company_path(part, streams, window)) for window, part in parts]

    def structures() -> Iterator[tuple[dict[str, FloatArray], IntArray]]:
        for index, (offer, accept) in enumerate(zip(whole.offers, task.accepts, strict=True)):
            values, waits = [], []
            for window, part, course in chunks:
                outcome = simulate_structure(whole, offer, streams, accept, window, course, tables=OF_PEOPLE)
                values.append(task.kept_of(part, part.offers[index], outcome))
                waits.append(first_production(outcome))
            yield _chained(values), first_production_bins(np.concatenate(waits))

    kept = max(min(KEPT_PATHS - task.block * RNG_BLOCK, task.paths), 0)
    drawn = values_of(whole, list(uncertain_inputs(scenario)))
    inputs = np.stack(drawn)[:, : task.paths] if drawn else np.zeros((0, task.paths))
    return summarise(task.block, structures(), inputs, kept, task.group)


def _chained(chunks: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    return chunks[0] if len(chunks) == 1 else {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}


VARIANT_BLOCK = 1 << 29
"""RNG block of the runs in which variants of a scenario stand side by side."""
FEWEST_VALUED = 64


def paths_of_change(paths: int) -> int:
    """Paths that tell how a variant changes acceptance, beside a run of so many: 64 for 256, 448 for 1,024. What they leave is about
    what the run's own number leaves that values the variant alone, or less (docs/engine.md).
    """
    return min(max(paths // 2 - FEWEST_VALUED, FEWEST_VALUED), VALUATION_PATHS)


def simulate_variants(
    variants: list[Scenario], paths: int, kept_of: ValuesOf = scan_values, *, typed: Scenario, width: int | None = None
) -> list[SimulationResult]:
    """Simulate scenarios that differ in plain numbers only, on the same futures, side by side: a scan costs little more than a
    run, and a structure that some of them leave as it is is simulated once for those, and not again by a later scan. paths: of each.
    kept_of: what is kept of each path; no path is kept, and no offer. typed: the scenario they are variants of, by which the main run
    goes: acceptance is that one's and what the variant changes, unless every variant has each offer accepted. width: paths of the futures
    drawn, of which the first are simulated; runs of one width share their draws. `paths` if not said.
    """
    width = paths if width is None else width
    structures = len(variants[0].offers)
    accepts = np.ones((len(variants), structures, 2))
    if not all(variant.hiring.acceptance.certain for variant in variants):
        accepts = expit(log_odds(variants, typed, paths_of_change(paths)))
    values: list[list[dict[str, FloatArray]]] = [[] for _ in variants]
    scans = kept_of is scan_values
    answers = _SCANNED if scans else Answers(0)
    for index in range(structures):
        posed = [bearing_on(variant, index) for variant in variants]
        posed = [apart_from_price(each) for each in posed] if scans else posed
        asked: list[Asked] = [(each, (own[0], own[1])) for each, own in zip(posed, accepts[:, index].tolist(), strict=True)]
        keys = [(each, own, paths, width) for each, own in asked]
        simulated = partial(_side_by_side, paths=paths, width=width, kept_of=kept_of)
        for each, found in zip(values, answers.to(asked, keys, simulated), strict=True):
            each.append(found)
    nobody = np.zeros(1, np.int64)
    summaries = [summarise(0, ((each, nobody) for each in variant), np.zeros((0, paths)), 0, group_of(paths)) for variant in values]
    return [joined(variant, [summary], [], ()) for variant, summary in zip(variants, summaries, strict=True)]


_SCANNED: Answers[dict[str, FloatArray]] = Answers(512)
Asked = tuple[Scenario, tuple[float, float]]
"""A scenario with one structure, and the probabilities that either type accepts."""


def _side_by_side(asked: list[Asked], paths: int, width: int, kept_of: ValuesOf) -> list[dict[str, FloatArray]]:
    """The path values of scenarios with one structure each, as many in one go as fit."""
    most = max(STRETCH // paths, 1)
    return [found for first in range(0, len(asked), most) for found in _in_one_go(asked[first : first + most], paths, width, kept_of)]


def _in_one_go(asked: list[Asked], paths: int, width: int, kept_of: ValuesOf) -> list[dict[str, FloatArray]]:
    posed = [scenario for scenario, _ in asked]
    shared = shared_streams(posed[0], VARIANT_BLOCK, paths, width)
    together = side_by_side(posed, drawn_inputs(shared, paths), paths)
    [offer] = together.offers
    production, notebook = (np.repeat([accepts[kind] for _, accepts in asked], paths) for kind in (0, 1))
    streams = Repeated(shared, paths, len(posed))
    course = joint_course(posed, together, Repeated(shared, paths))
    outcome = simulate_structure(
        together, offer, streams, (production, notebook), course=course, tables=("grants",) if kept_of is scan_values else OF_PEOPLE
    )
    found = kept_of(together, offer, outcome)
    return [{name: column[at * paths : (at + 1) * paths].copy() for name, column in found.items()} for at in range(len(posed))]
