"""The reference workload against its floor: NumPy drawing the random numbers that the workload uses, and nothing else.

Run as ``python -m benchmarks.reference [--million]``; prints a table, asserts nothing about time. One thread.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator, Philox, SeedSequence

from compdesign.inputs.scenario import Scenario
from compdesign.simulation.company_path import company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.run import STRETCH, simulate
from compdesign.simulation.streams import RNG_BLOCK, Streams
from compdesign.simulation.valuation_run import value_offers

PATHS = 10_000
ACCEPT = (0.6, 0.6)
DRAWS = {
    "multiple": 144, "financing": 3, "exit": 3, "exit-type": 3, "type": 78, "fill": 83, "attempts": 83, "screening": 510, "departure": 78,
    "staging": 78, "build": 769, "build-notebook": 239, "review": 695, "release": 695, "effect": 663, "measurement": 705,
}  # fmt: skip
"""The frozen list: rows of 4,096 numbers by stream over the three blocks. A change here is a change of the workload."""
KINDS = {
    "multiple": "normal", "financing": "uniform", "exit": "exponential", "exit-type": "uniform", "type": "uniform", "fill": "normal",
    "attempts": "uniform", "screening": "uniform", "departure": "exponential", "staging": "exponential", "build": "gamma2",
    "build-notebook": "gamma2", "review": "gamma1", "release": "uniform", "effect": "normal", "measurement": "normal32",
}  # fmt: skip


def scenario() -> Scenario:
    return Scenario.load(Path(__file__).with_name("reference.toml"))


def workload(posed: Scenario) -> list[Streams]:
    """Every structure on every path, as a run does it, without the valuation of offers and the metrics."""
    used = []
    for first in range(0, PATHS, STRETCH):
        paths = min(STRETCH, PATHS - first)
        streams = Streams(posed.seed, first // RNG_BLOCK)
        window = slice(0, paths)
        course = company_path(posed, streams, window)
        for offer in posed.offers:
            simulate_structure(posed, offer, streams, ACCEPT, window, course)
        used.append(streams)
    return used


def rows_drawn(used: list[Streams]) -> list[tuple[int, str, int]]:
    """(block, stream, rows) for every stream of every block that the workload used."""
    return [(streams.block, name, rows) for streams in used for (name, _, _), rows in streams.drawn().items()]


def floor(rows: list[tuple[int, str, int]]) -> None:
    """Draw the same numbers, into one row that stays in the cache."""
    out = np.empty(RNG_BLOCK)
    for number, (block, name, count) in enumerate(rows):
        generator = Generator(Philox(SeedSequence(1, spawn_key=(block, number))))
        draw: dict[str, Callable[[], object]] = {
            "uniform": lambda: generator.random(out=out),
            "normal": lambda: generator.standard_normal(out=out),
            "normal32": lambda: generator.standard_normal(RNG_BLOCK, dtype=np.float32),
            "exponential": lambda: generator.standard_exponential(out=out),
            "gamma1": lambda: generator.standard_gamma(1.0, out=out),
            "gamma2": lambda: generator.standard_gamma(2.0, out=out),
        }
        for _ in range(count):
            draw[KINDS[name]]()


def timed(work: Callable[[], object], times: int = 3) -> float:
    """Shortest of a few runs, seconds."""
    return min(_once(work) for _ in range(times))


def _once(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    posed = scenario()
    rows = rows_drawn(workload(posed))
    memory = peak_megabytes()
    drawn = Counter[str]()
    for _, name, count in rows:
        drawn[name] += count
    engine, least = timed(lambda: workload(posed)), timed(lambda: floor(rows))
    cells = len(posed.offers) * posed.hiring.seats * posed.months * PATHS
    print(
        f"reference workload: {len(posed.offers)} structures x {posed.hiring.seats} hires x {posed.months} months x {PATHS:,} paths, one thread"
    )
    print(
        f"  floor (drawing alone)      {least:7.3f} s  {least / cells * 1e9:6.1f} ns per hire-month, {sum(drawn.values()):,} rows of {RNG_BLOCK:,}"
    )
    print(f"  engine                     {engine:7.3f} s  {engine / cells * 1e9:6.1f} ns per hire-month")
    print(f"  ratio                      {engine / least:7.2f}    (to reach: 6; going to: 2.5)")
    print(f"  peak memory                {memory:7.0f} MB (to stay under: 600)")
    offers = tuple(value_offers(posed))
    paths = 64 * STRETCH  # enough that starting the processes does not count
    one, two = (_once(lambda w=workers: simulate(posed, paths, workers=w, offers=offers)) for workers in (1, 2))  # type: ignore[misc]
    print(f"  two processes              {one / two:7.2f} x one, {paths:,} paths (to reach: 1.7)")
    command = [sys.executable, "-c", "from compdesign.cli import main; main()", "--help"]
    print(
        f"  compdesign --help          {timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)):7.2f} s  (to stay under: 0.4)"
    )
    if "--million" in sys.argv:
        took = _once(lambda: simulate(posed, 1_000_000, offers=offers))
        print(f"  one million paths          {took:7.0f} s, peak {peak_megabytes():.0f} MB (to stay under: 1500)")
    if drawn != DRAWS:
        print(f"the workload no longer draws the frozen list; now: {dict(drawn)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
