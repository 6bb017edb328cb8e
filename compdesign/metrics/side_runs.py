"""The runs beside the main one, each a task that any process can take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.acceptance_error import Slopes, leaning, slopes
from compdesign.metrics.break_even import INCENTIVE, MAPPED, SELECTION, Axis, axes
from compdesign.metrics.break_even_output import GAMING, along_incentive
from compdesign.metrics.catalog import metrics
from compdesign.metrics.equal_terms import VIEWS
from compdesign.metrics.scan import Scan, scanned
from compdesign.metrics.variants import cash_twins, without_links
from compdesign.simulation.path_values import path_values, scan_values
from compdesign.simulation.result import SimulationResult
from compdesign.simulation.run import simulate, simulate_variants
from compdesign.simulation.streams import kept_block
from compdesign.simulation.valuation_run import VALUATION_PATHS, value_variants

SCAN_PATHS, VIEW_PATHS = (128, 512), (256, 1_024)
"""Least and most paths at each point of a scan, which the main run helps, and of a view at equal terms, which stands for itself."""
NULL_PATHS = 4_096
"""Most paths of the null ranking."""


def scan_paths(paths: int) -> int:
    """Paths at each point of a scan beside a main run of `paths`: a sixteenth of them, within bounds."""
    return _within(SCAN_PATHS, paths, 16)


def paths_along(axis: Axis, paths: int) -> int:
    """Paths at each value of an axis beside a main run of `paths`."""
    return min(axis.share * scan_paths(paths), paths)


def view_paths(paths: int) -> int:
    """Paths of a view at equal terms beside a main run of `paths`: an eighth of them, within bounds. No other side run on the futures of
    variants takes more, so that all read the first of these.
    """
    return _within(VIEW_PATHS, paths, 8)


def _within(bounds: tuple[int, int], paths: int, part: int) -> int:
    least, most = bounds
    return min(paths, max(least, min(paths // part, most)))


LEANING = ("leaning",)
"""Where the slopes of the metrics by acceptance belong."""
Answered = tuple[tuple[Any, ...], Any]
"""Where an answer belongs, and the answer."""


@dataclass(frozen=True)
class SideRun:
    """key: where the answer belongs. run(scenario, paths) gives it: what is read of the runs and no more, since it may have to travel."""

    key: tuple[Any, ...]
    run: Callable[[Scenario, int], Any] = field(repr=False)
    scenario: Scenario = field(repr=False)
    paths: int = 0


def side_runs(scenario: Scenario, paths: int) -> list[SideRun]:
    """Everything a comparison needs beside its main run: at first what its rows wait for, if anything, then the longest; the last has
    most in common with the main run.
    """
    scan, view, null = scan_paths(paths), view_paths(paths), min(paths, NULL_PATHS)
    twinned = scenario.model_copy(update={"offers": (*scenario.offers, *cash_twins(scenario))})
    uncertain = [] if scenario.hiring.acceptance.certain else [SideRun(LEANING, _leaning, twinned, view)]
    if len(scenario.offers) == 1:
        return [*uncertain, SideRun(("null",), _alone, without_links(scenario), null)]
    return [
        *uncertain,
        *(SideRun(("equal", place), terms, scenario, view) for place, terms in enumerate(VIEWS)),
        SideRun(("map",), partial(_map, width=view), scenario, scan),
        *(SideRun(("axis", axis.name), partial(_along, axis, width=view), scenario, paths_along(axis, paths)) for axis in axes(scenario)),
        *(
            SideRun(("output", gaming), partial(along_incentive, gaming, width=view), scenario, scan)
            for gaming in GAMING
            if _earns(scenario)
        ),
        SideRun(("null",), _alone, without_links(scenario), null),
    ]


def _alone(scenario: Scenario, paths: int) -> SimulationResult:
    """A run of its own; nobody asks how sure the value of its offers is, nor for the random numbers of the main run after it."""
    [offers] = value_variants([scenario], VALUATION_PATHS)
    result = simulate(scenario, paths, offers=tuple(offers), kept_of=scan_values)
    kept_block.cache_clear()
    return result


def _map(scenario: Scenario, paths: int, width: int) -> Scan:
    return scanned([SELECTION.place(INCENTIVE.place(scenario, e), k) for e, k in MAPPED], paths, scenario, width)


def _along(axis: Axis, scenario: Scenario, paths: int, width: int) -> Scan:
    return scanned([axis.place(scenario, value) for value in axis.grid], paths, scenario, width)


def _leaning(scenario: Scenario, paths: int) -> Slopes:
    return slopes(simulate_variants(leaning(scenario), paths, path_values, typed=scenario), metrics(scenario))


def _earns(scenario: Scenario) -> bool:
    """Whether any structure has an award to earn, so that the incentive link moves something."""
    return any(offer.refresh for offer in scenario.offers)


def carry_out(task: SideRun) -> Answered:
    """The answer of one side run, with its key."""
    return task.key, task.run(task.scenario, task.paths)
