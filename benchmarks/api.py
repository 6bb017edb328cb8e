"""The demo's comparison at 2,000 paths through the API, warm, and what of its time is the engine's.

Run as ``python -m benchmarks.api [--rounds N]``; prints a table, asserts nothing about time. Every round has a seed of its own, so
that nothing is remembered from the one before. The engine's time is measured in this process, one thread, as the only worker of a
server runs it; a second worker that stands idle takes side runs.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from compdesign.api.documented import example
from compdesign.api.shapes import ComparisonRequest, shaped

from benchmarks.flood import waited
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import compare
from compdesign.reports.json_form import as_data

PATHS = 2_000
TO_REACH = 500
"""Milliseconds."""
SERVER = [sys.executable, "-c", "from compdesign.cli import main; main()", "serve", "--port", "0"]
JSON = {"Content-Type": "application/json"}


def main() -> int:
    options = argparse.ArgumentParser(description="The demo's comparison through the API.")
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    body = {"scenario": example("series_c.toml"), "paths": PATHS}
    shared, alone = (_through(workers, body, rounds) for workers in (2, 1))
    scenario = Scenario.parse(body["scenario"])
    found = compare(scenario, PATHS)  # warm
    engine = median(_timed(lambda: compare(scenario, PATHS, seed=seed)) for seed in range(rounds))
    figures = median(_timed(lambda: json.dumps(as_data(found), ensure_ascii=False, allow_nan=False)) for _ in range(20))
    reading = median(_timed(lambda: shaped(ComparisonRequest, body)) for _ in range(20))
    print(f"the demo, {len(scenario.offers)} structures, {scenario.hiring.seats} seats, {PATHS:,} paths, median of {rounds}")
    print(f"  through the API, two workers   {shared:7.0f} ms   (to reach: {TO_REACH})")
    print(f"  through the API, one worker    {alone:7.0f} ms")
    print(f"    the engine                   {engine:7.0f} ms")
    print(f"    figures to JSON              {figures:7.1f} ms")
    print(f"    reading the body             {reading:7.1f} ms")
    print(f"    process and wire             {alone - engine - figures - reading:7.0f} ms")
    return 0


def _through(workers: int, body: dict[str, Any], rounds: int) -> float:
    """Milliseconds of a request to a server of its own, the median after a first one."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stream:
            server = subprocess.Popen([*SERVER, "--workers", str(workers)], stdout=subprocess.DEVNULL, stderr=stream)
        try:
            address = f"http://127.0.0.1:{waited(log, server)}/v1/comparisons"
            asked = [Request(address, json.dumps({**body, "seed": seed}).encode(), JSON) for seed in range(rounds + 1)]
            times = [_timed(lambda: urlopen(each, timeout=120).read()) for each in asked]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    return median(times[1:])


def _timed(work: object) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    sys.exit(main())
