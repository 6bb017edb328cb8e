"""A live server for tests: the command itself, in a process of its own, on a free port of this machine."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
from compdesign.api.documented import example

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from compdesign.cli import main; main()", "serve", "--port", "0"]


class Served:
    """Where a server answers, and what it has said on standard error."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        self.process, self.errors = process, errors
        deadline = time.monotonic() + 60
        while not (found := re.search(r"http://([0-9.]+):(\d+)", self.said())):
            assert process.poll() is None and time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        self.host, self.port = found[1], int(found[2])
        self.url = f"http://{self.host}:{self.port}"

    def said(self) -> str:
        return self.errors.read_text()

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=120, **options)

    def wait_ready(self) -> None:
        with self.client() as client:
            deadline = time.monotonic() + 60
            while client.get("/readyz").status_code != 200:
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.1)

    def children(self) -> list[int]:
        """Process ids of those that the fork server has forked, which the server started."""
        parents = {self.process.pid}
        for _ in range(2):
            parents = {pid for pid, parent in alive().items() if parent in parents}
        return sorted(parents)

    def jobs(self) -> list[int]:
        """Process ids of the children at work."""
        return [pid for pid in self.children() if is_at_work(pid)]

    def spares(self, number: int) -> list[int]:
        """Process ids of the children that wait for a job, once there are so many and nobody is at work."""
        deadline = time.monotonic() + 20
        while len(found := self.children()) != number or any(map(is_at_work, found)) or found != self.children():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return found

    def counted(self, line: str) -> float:
        """The value of one line of /metrics; 0 if it is not there."""
        with self.client() as client:
            match = re.search(rf"^{re.escape(line)} (.*)$", client.get("/metrics").text, re.M)
        return float(match[1]) if match else 0.0


def is_at_work(pid: int) -> bool:
    """Whether this child has begun a job: from then on its processor time is limited."""
    try:
        return not re.search(r"^Max cpu time +unlimited", Path(f"/proc/{pid}/limits").read_text(), re.M) and pid in alive()
    except (FileNotFoundError, ProcessLookupError):
        return False


def alive() -> dict[int, int]:
    """The parent of every process that runs; who has ended and is not yet collected does not count."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            state, parent = stat.rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    return parents


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    """A server that is ready, until the block ends."""
    errors = folder / "stderr.txt"
    with errors.open("wb") as stream:
        process = subprocess.Popen([*COMMAND, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stream, env={**os.environ})
    try:
        server = Served(process, errors)
        server.wait_ready()
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def small(**changes: Any) -> dict[str, Any]:
    """A scenario whose comparison takes well under a second: one structure, one seat."""
    scenario = example()
    scenario["offers"] = scenario["offers"][:1]
    scenario["hiring"]["seats"] = 1
    return {**scenario, **changes}


def long() -> dict[str, Any]:
    """A request that keeps a worker busy for many seconds and is within the limits of the server."""
    scenario = example("series_c.toml")
    return {"scenario": {**scenario, "hiring": {**scenario["hiring"], "seats": 10}}, "paths": 50_000}
