"""How much work a request asks for, before any of it is done."""

from dataclasses import dataclass

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.side_runs import VIEW_PATHS, scan_paths
from compdesign.simulation.run import STRETCH

from .problems import ApiProblem, Entry
from .settings import MIB, Settings

SCANS = 72
"""Runs of `scan_paths` that a comparison makes beside its main run: equal terms, the map of links, the grids of the break-evens, the incentive's grid at two values of gaming."""
BYTES_A_HIRE_MONTH = 40
"""Most that an array program holds at a time for one simulated month of one seat, measured on the shipped examples and rounded up."""
BYTES_AT_REST = 300 * MIB


@dataclass(frozen=True)
class Work:
    """hire_months: structures x seats x months x paths, summed over all runs. bytes: address space at the peak."""

    hire_months: float
    bytes: float


def work_of(scenario: Scenario, paths: int, main_runs: int = 1) -> Work:
    """The work of a comparison; main_runs: how often the main run is made (a report shows months, and runs once more)."""
    offers = len(scenario.offers)
    twins = sum(any(rule.instrument != "cash" for rule in offer.refresh) for offer in scenario.offers)
    cells = scenario.hiring.seats * scenario.months
    scans = SCANS if offers > 1 else 0
    side = offers * cells * (scans * scan_paths(paths) + min(paths, VIEW_PATHS))
    together = cells * max(min(scans * scan_paths(paths), 2 * STRETCH), min(paths, STRETCH))  # scans stand side by side, no wider
    return Work(main_runs * (offers + twins) * cells * paths + side, BYTES_AT_REST + BYTES_A_HIRE_MONTH * together)


def check_work(scenario: Scenario, paths: int | None, settings: Settings, main_runs: int = 1) -> None:
    """Refuse with 422 what would take more than a server gives to one request. paths: the scenario's if None."""
    asked = scenario.paths if paths is None else paths
    if _fits(scenario, asked, settings, main_runs):
        return
    fewer, too_many = 0, asked
    while too_many - fewer > 1:
        middle = (fewer + too_many) // 2
        fewer, too_many = (middle, too_many) if _fits(scenario, middle, settings, main_runs) else (fewer, middle)
    least = 2
    remedy = f"ask for at most {fewer:,} paths" if fewer >= least else "compare fewer structures, seats or months, or use the command line"
    work = work_of(scenario, asked, main_runs)
    detail = f"about {work.hire_months:.0e} simulated hire-months and {work.bytes / MIB:,.0f} MiB; this server allows {settings.hire_months:.0e} and {settings.simulation_bytes / MIB:,.0f} MiB"
    pointer = "/scenario/paths" if paths is None else "/paths"
    raise ApiProblem(
        422,
        "work-too-large",
        "More work than this server does",
        detail,
        [Entry(pointer, "number", "paths the server can simulate", remedy)],
    )


def _fits(scenario: Scenario, paths: int, settings: Settings, main_runs: int) -> bool:
    work = work_of(scenario, paths, main_runs)
    return work.hire_months <= settings.hire_months and work.bytes <= settings.simulation_bytes
