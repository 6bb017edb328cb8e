"""How much work a request asks for, before any of it is done. `python -m benchmarks.work` measures every constant again."""

from collections.abc import Iterator
from dataclasses import dataclass

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import INCENTIVE, MAPPED, SELECTION, SENSITIVITY, VALUE
from compdesign.metrics.break_even_output import GAMING
from compdesign.metrics.side_runs import NULL_PATHS, scan_paths, view_paths
from compdesign.simulation.first_equity import HORIZON
from compdesign.simulation.run import STRETCH, paths_of_change
from compdesign.simulation.valuation_run import VALUATION_PATHS

from .problems import ApiProblem, Entry
from .settings import MIB, Settings

TRIALS, TRIALS_IN_FULL = 5, 2
"""Trials of base pay that equal terms take of a structure, at equal acceptance and at equal cost each, and of the former with
VALUATION_PATHS: three and one as a rule. The first structure is never moved. A structure that nobody or everybody accepts as typed
takes all its trials in full, and is not estimated apart.
"""
VIEWS, ENDS = 3, 2
"""Runs of `view_paths` at equal terms; of `scan_paths`, the structure as typed and with links off."""
LEANING = 2
"""Runs of `view_paths`, of a twin too, that tell what the error of acceptance brings in, unless acceptance is certain."""
SIDE_BY_SIDE, VALUED_SIDE_BY_SIDE = 13, 2
"""Most variants of a structure that stand beside one another in a scan, and in a valuation in full."""

BYTES_AT_REST = 680 * MIB
"""Address space of a worker before its job."""
BYTES_OF_A_RUN = 90 * MIB
BYTES_A_PATH, BYTES_A_MONTH, BYTES_A_HIRE_MONTH = 4_300, 85, 120
"""Held for each path that is simulated at a time: of each structure, of each of its months, and once of each month of a seat."""
BYTES_A_SUMMED_PATH = 120
"""Kept of each path and structure in the sums."""


@dataclass(frozen=True)
class Work:
    """hire_months: structures x seats x months x paths, summed over all runs, valuations too. bytes: address space at the peak."""

    hire_months: float
    bytes: float


def work_of(scenario: Scenario, paths: int, main_runs: int = 1) -> Work:
    """The work of a comparison; main_runs: how often the main run is made (a report shows months, and runs once more)."""
    twins = sum(any(rule.instrument != "cash" for rule in offer.refresh) for offer in scenario.offers)
    offers = len(scenario.offers)
    structures = offers + twins
    seats, cells = scenario.hiring.seats, scenario.hiring.seats * scenario.months
    scan, view = scan_paths(paths), view_paths(paths)
    simulated = main_runs * structures * paths + offers * min(paths, NULL_PATHS)
    valued = (main_runs * structures + offers * any(scenario.links_on())) * VALUATION_PATHS
    if not scenario.hiring.acceptance.certain:
        simulated += LEANING * structures * view
        valued += structures * paths_of_change(view)
    for place, offer in enumerate(scenario.offers if offers > 1 else ()):
        trials = TRIALS if place else 0
        scans, valuations = _scans(scenario, offer)
        simulated += scans * scan + (VIEWS + trials) * view
        valued += valuations * paths_of_change(scan) + (TRIALS_IN_FULL if trials else 0) * VALUATION_PATHS
        valued += (1 + trials if scenario.hiring.acceptance.certain else VIEWS + 2 * trials) * paths_of_change(view)
    at_a_time = max(
        min(paths, STRETCH) * _bytes_a_path(structures, seats, scenario.months),
        min(SIDE_BY_SIDE * scan, STRETCH) * _bytes_a_path(1, seats, scenario.months),
        VALUED_SIDE_BY_SIDE * VALUATION_PATHS * _bytes_a_path(1, seats, HORIZON),
    )
    held = BYTES_AT_REST + BYTES_OF_A_RUN + at_a_time + BYTES_A_SUMMED_PATH * structures * paths
    return Work(cells * simulated + seats * HORIZON * valued, held)


def _scans(scenario: Scenario, offer: Offer) -> tuple[int, int]:
    """Runs of a structure on `scan_paths`, and valuations on the paths that tell a change: the map of links, the grids of the
    break-evens. What does not touch it is not asked again; who is accepted anyhow is not valued.
    """
    certain, gridded = scenario.hiring.acceptance.certain, 0
    if offer.grant or any(rule.instrument != "cash" for rule in offer.refresh):
        gridded += len(VALUE.grid) - 1
    if offer.refresh:
        gridded += len(INCENTIVE.grid) + len(GAMING) * (len(INCENTIVE.grid) - 1)
    runs = ENDS + gridded + (SENSITIVITY.share * (1 + len(SENSITIVITY.grid)) if scenario.hiring.screen else 0)
    if certain:
        return runs, 0
    return runs + len(SELECTION.grid) + (len(MAPPED) if offer.refresh else 0), ENDS + gridded


def _bytes_a_path(structures: int, seats: int, months: int) -> int:
    return structures * (BYTES_A_PATH + BYTES_A_MONTH * months) + BYTES_A_HIRE_MONTH * seats * months


def check_work(scenario: Scenario, paths: int | None, settings: Settings, main_runs: int = 1) -> None:
    """Refuse with 422 what would take more than a server gives to one request. paths: the scenario's if None."""
    asked = scenario.paths if paths is None else paths
    if not (beyond := list(_beyond(scenario, asked, settings, main_runs))):
        return
    fewer, too_many = 1, asked
    while too_many - fewer > 1:
        middle = (fewer + too_many) // 2
        fewer, too_many = (fewer, middle) if any(_beyond(scenario, middle, settings, main_runs)) else (middle, too_many)
    least = 2
    remedy = f"ask for at most {fewer:,} paths" if fewer >= least else "compare fewer structures, seats or months, or use the command line"
    entry = Entry("/scenario/paths" if paths is None else "/paths", "number", "paths the server can simulate", remedy)
    raise ApiProblem(422, "work-too-large", "More work than this server does", "; ".join(beyond), [entry])


def _beyond(scenario: Scenario, paths: int, settings: Settings, main_runs: int) -> Iterator[str]:
    """What is more than the server allows, in words."""
    work = work_of(scenario, paths, main_runs)
    if work.hire_months > settings.hire_months:
        yield f"about {work.hire_months:.1e} simulated hire-months, and this server allows {settings.hire_months:.1e}"
    if work.bytes > settings.simulation_bytes:
        yield f"about {work.bytes / MIB:,.0f} MiB, and this server allows {settings.simulation_bytes / MIB:,.0f}"
