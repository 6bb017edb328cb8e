"""What comparisons take, beside what `api/estimate.py` estimates: its constants, measured again.

Run as ``python -m benchmarks.work``: prints, for the examples and for scenarios at the corners, hire-months simulated, the growth of the
address space, processor time, and the estimate's share of each. Each case runs in a process of its own.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from compdesign.api.documented import example
from compdesign.api.estimate import BYTES_AT_REST, work_of
from compdesign.api.settings import MIB, Settings

from compdesign.inputs.scenario import Scenario
from compdesign.metrics import comparison, monthly, side_runs
from compdesign.simulation import run, valuation_run

EXAMPLES = ("no_effect.toml", "notebook_engineer.toml", "series_c.toml")


@dataclass(frozen=True)
class Taken:
    """What one comparison took. scans: by structure, runs of `scan_paths`; valued: by structure, paths of its valuations.
    bytes: growth of the address space.
    """

    hire_months: int
    scans: dict[str, float]
    valued: dict[str, float]
    bytes: int
    seconds: float


def taken(scenario: Scenario, paths: int, with_months: bool = False) -> Taken:
    """Compare in a fresh process and measure it. with_months: simulate the months of the report too."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_taken, (scenario, paths, with_months))


def _taken(scenario: Scenario, paths: int, with_months: bool) -> Taken:
    smallest = Scenario.parse(example("no_effect.toml"))
    comparison.compare(smallest.model_copy(update={"offers": smallest.offers[:1], "seed": 2}), 2)  # loads and warms
    before, started = _kibibytes("VmSize"), time.process_time()
    with _counted() as counts:
        comparison.compare(scenario, paths)
        if with_months:
            monthly.monthly(scenario, paths)
    cells, scanned, valued = counts
    scan = side_runs.scan_paths(paths)
    return Taken(
        hire_months=sum(cells.values()),
        scans={name: count / scan for name, count in scanned.items()},
        valued=dict(valued),
        bytes=max(_kibibytes("VmPeak") - before, 0) << 10,
        seconds=time.process_time() - started,
    )


def posed(name: str, structures: int = 0, **changes: Any) -> Scenario:
    """An example, with other months (months=) or seats (seats=), and its structures repeated until there are so many."""
    data = example(name)
    data["months"] = changes.get("months", data["months"])
    data["hiring"]["seats"] = changes.get("seats", data["hiring"]["seats"])
    offers = data["offers"]
    if structures:
        data["offers"] = [{**offers[place % len(offers)], "name": f"{place}", "base": 200_000 + place} for place in range(structures)]
    return Scenario.parse(data)


def cases() -> Iterator[tuple[str, Scenario, int]]:
    """The examples at three sizes, and corners: many structures, seats, months, paths."""
    for name in EXAMPLES:
        for paths in (64, 512, 2_000):
            yield f"{name.removesuffix('.toml')}, {paths:,} paths", posed(name), paths
    demo = EXAMPLES[-1]
    yield "twelve structures", posed(demo, structures=12, seats=2, months=12), 512
    yield "forty seats", posed(demo, structures=2, seats=40, months=24), 512
    yield "ten years", posed(demo, seats=1, months=120), 2_000
    yield "one structure, 20,000 paths", posed(demo, structures=1), 20_000
    yield "a year, 10,000 paths", posed(demo, months=12), 10_000
    yield "ten seats, 10,000 paths", posed(demo, seats=10, months=60), 10_000


def main() -> int:
    argparse.ArgumentParser(description="What comparisons take, beside what the API estimates.").parse_args()
    most_bytes = 0.0
    print(f"{'':28} hire-months   estimated     growth   estimated  processor time")
    for label, scenario, paths in cases():
        found, work = taken(scenario, paths), work_of(scenario, paths)
        growth = work.bytes - BYTES_AT_REST
        print(
            f"{label:28} {found.hire_months:11.2e} x {work.hire_months / found.hire_months:6.2f} {found.bytes / MIB:10,.0f} MiB "
            f"x {growth / found.bytes:6.2f} {found.seconds:9.1f} s",
            flush=True,
        )
        for offer in scenario.offers:
            runs, valuations = found.scans.get(offer.name, 0.0), found.valued.get(offer.name, 0.0) / valuation_run.VALUATION_PATHS
            print(f"{'':28} {runs:.0f} scans and {valuations:.1f} valuations' worth of {offer.name!r}")
        most_bytes = max(most_bytes, found.bytes / growth)
        if found.hire_months > 1e7:
            print(f"{'':28} {work.hire_months / found.seconds:11.2e} estimated hire-months a second")
    print(f"BYTES_...: the most that was taken is {most_bytes:.2f} of what is estimated for it")
    print(f"Settings.hire_months {Settings().hire_months:.0e} against {Settings().job_seconds} s for a job")
    return 0


@contextmanager
def _counted() -> Iterator[tuple[Counter[str], Counter[str], Counter[str]]]:
    """Count every simulation of a structure: its hire-months, and by structure the paths of scans and of valuations."""
    cells: Counter[str] = Counter()
    scanned: Counter[str] = Counter()
    valued: Counter[str] = Counter()

    def counting(simulate: Callable[..., Any], paths_of: Counter[str]) -> Callable[..., Any]:
        def counted(scenario: Any, offer: Any, *rest: Any, **options: Any) -> Any:
            outcome = simulate(scenario, offer, *rest, **options)
            cells[offer.name] += len(outcome.end) * scenario.hiring.seats * scenario.months
            paths_of[offer.name] += len(outcome.end)
            return outcome

        return counted

    whole: Counter[str] = Counter()
    simulate, together = run.simulate_structure, run._side_by_side
    with (
        patch.object(run, "simulate_structure", counting(simulate, whole)),
        patch.object(monthly, "simulate_structure", counting(simulate, whole)),
        patch.object(valuation_run, "simulate_structure", counting(simulate, valued)),
        patch.object(run, "_side_by_side", _with(counting(simulate, scanned), together)),
    ):
        yield cells, scanned, valued


def _with(simulate: Callable[..., Any], work: Callable[..., Any]) -> Callable[..., Any]:
    """The work, in which a structure is simulated in this way."""

    def done(*arguments: Any, **options: Any) -> Any:
        with patch.object(run, "simulate_structure", simulate):
            return work(*arguments, **options)

    return done


def _kibibytes(line: str) -> int:
    """A size of this process, as the kernel tells it."""
    [size] = re.findall(rf"^{line}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    return int(size)


if __name__ == "__main__":
    sys.exit(main())
