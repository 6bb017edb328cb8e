"""The demo's comparison at 2,000 paths through the API, warm, and what of its time is the engine's.

Run as ``python -m benchmarks.api [--rounds N]``; prints a table, asserts nothing about time. The engine's time is measured in this
process, one thread, as a worker of the server runs it.
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
from urllib.request import Request, urlopen

from compdesign.api.documented import example
from compdesign.api.jobs import comparison
from compdesign.api.shapes import ComparisonRequest, shaped

from benchmarks.flood import waited
from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import compare

PATHS = 2_000
TO_REACH = 500
"""Milliseconds."""


def main() -> int:
    options = argparse.ArgumentParser(description="The demo's comparison through the API.")
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    body = {"scenario": example("series_c.toml"), "paths": PATHS}
    raw = json.dumps(body).encode()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stream:
            server = subprocess.Popen(
                [sys.executable, "-c", "from compdesign.cli import main; main()", "serve", "--port", "0"],
                stdout=subprocess.DEVNULL,
                stderr=stream,
            )
        try:
            address = f"http://127.0.0.1:{waited(log, server)}/v1/comparisons"
            asked = Request(address, raw, {"Content-Type": "application/json"})
            through = [_timed(lambda: urlopen(asked, timeout=120).read()) for _ in range(rounds)]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    scenario = Scenario.parse(body["scenario"])
    compare(scenario, 64)  # warm
    engine = [_timed(lambda: compare(scenario, PATHS)) for _ in range(rounds)]
    whole = [_timed(lambda: comparison(scenario, PATHS, None)) for _ in range(rounds)]
    reading = [_timed(lambda: shaped(ComparisonRequest, body)) for _ in range(20)]
    print(f"the demo, {len(scenario.offers)} structures, {scenario.hiring.seats} seats, {PATHS:,} paths, median of {rounds}")
    print(f"  through the API     {median(through):7.0f} ms   (to reach: {TO_REACH})")
    print(f"    the engine        {median(engine):7.0f} ms")
    print(f"    figures to JSON   {max(median(whole) - median(engine), 0):7.0f} ms")
    print(f"    reading the body  {median(reading):7.1f} ms")
    print(f"    process and wire  {median(through) - median(whole) - median(reading):7.0f} ms")
    return 0


def _timed(work: object) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    sys.exit(main())
