"""Floods of bad bodies beside a valid probe, from this machine to this machine.

Run as ``python -m benchmarks.flood [--seconds N]``: each kind of bad body for N seconds (60) at 10,000 and at 100,000 a minute, one
sender, while a probe with another token, in a process of its own, asks for the schema twenty times a second. Prints the load of the
machine, answers by status, the probe's times, the log lines of the server, and how soon after the flood the sender itself is served
again, and marks what is not as promised. Exits with 1 if a bad body got a 5xx, more than a line a minute was logged, or the sender
waited for more than a minute.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

HOST = "127.0.0.1"
RATES = {10_000: 50, 100_000: 150}
"""Bad bodies a minute, and the promised 99th percentile of a valid request beside them, milliseconds."""
SENDERS = 20
"""Connections over which the flood is spread."""
PROBES_A_SECOND = 20
OVERSIZE = 2_000_000_000
DEEP = b'{"scenario":' * 2_000 + b"1" + b"}" * 2_000
KINDS: dict[str, tuple[bytes, int | None]] = {
    "broken syntax": (b'{"scenario": {"title": "x", ', None),
    "NaN": (b'{"scenario": {"title": "x", "months": NaN}, "paths": 64}', None),
    "oversize": (b"", OVERSIZE),
    "nested": (DEEP, None),
    "many items": (json.dumps({"scenario": {"offers": [{"base": "x"}] * 25_000}}).encode(), None),
    "wrong types": (json.dumps({"scenario": {"title": 7, "company": [], "offers": [{"base": True}] * 12}, "paths": "64"}).encode(), None),
    "made-up tokens": (json.dumps({"scenario": {"offers": [{}] * 999}}).encode(), None),
}
"""Body, and the length announced where it is not the body's own: of the oversize body only the head is sent.
Under made-up tokens every request is another client's, so that nobody is tripped and every body is read.
"""


@dataclass
class Found:
    """What one flood got. statuses: of the flood; probe: seconds of each probe; back: seconds until the sender was served again."""

    statuses: Counter[int] = field(default_factory=Counter)
    probe: list[float] = field(default_factory=list)
    sent: int = 0
    back: float = 0.0


def head(method: str, path: str, token: str, length: int | None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: flood", f"Authorization: Bearer {token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*lines, "", ""]).encode()


class Wire:
    """One connection that sends ready-made requests and reads answers, reopened when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> int:
        """The status of the answer; 0 if the connection broke before one came."""
        try:
            if self.streams is None:
                self.streams = await asyncio.open_connection(HOST, self.port)
            reader, writer = self.streams
            writer.write(request)
            top = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", top, re.I)
            await reader.readexactly(int(length[1]) if length else 0)
            if b"connection: close" in top.lower():
                self.close()
            return int(top.split(b" ", 2)[1])
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def flood(port: int, kind: str, rate: int, seconds: float) -> Found:
    """One kind of bad body at one rate, with the probe beside it, then the sender's return."""
    body, announced = KINDS[kind]
    found, started = Found(), time.monotonic()
    ends = started + seconds

    def tokens() -> Iterator[str]:
        while True:
            yield f"bad-{kind}-{rate}" + (f"-{found.sent}" if kind == "made-up tokens" else "")

    def bad(token: str) -> bytes:
        return head("POST", "/v1/comparisons", token, len(body) if announced is None else announced) + body

    async def send(offset: float) -> None:
        wire, at = Wire(port), started + offset
        for token in tokens():
            now = time.monotonic()
            if now >= ends:
                break
            if now < at:
                await asyncio.sleep(at - now)
            found.sent += 1
            found.statuses[await wire.ask(bad(token))] += 1
            at = max(at + SENDERS * 60 / rate, time.monotonic() - 1)  # what could not be sent in time is not saved up
        wire.close()

    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        probing = beside.submit(probed, port, seconds)
        await asyncio.gather(*(send(each * 60 / rate) for each in range(SENDERS)))
        wire, token = Wire(port), next(tokens())
        # of a body that is valid but asks for nothing: served means 422, tripped means 429
        while await wire.ask(head("POST", "/v1/comparisons", token, 2) + b"{}") == 429:
            await asyncio.sleep(0.25)
        found.back = time.monotonic() - ends
        wire.close()
        found.probe = probing.result()
    return found


def probed(port: int, seconds: float) -> list[float]:
    """Seconds of each valid request of a client that has done nothing wrong."""

    async def probe() -> list[float]:
        wire, times, ends = Wire(port), [], time.monotonic() + seconds
        while time.monotonic() < ends:
            before = time.monotonic()
            status = await wire.ask(head("GET", "/v1/schema", "good", None))
            times.append(time.monotonic() - before)
            if status != 200:
                raise SystemExit(f"the probe got {status}")
            await asyncio.sleep(1 / PROBES_A_SECOND)
        wire.close()
        return times

    return asyncio.run(probe())


def told(kind: str, rate: int, seconds: float, found: Found, lines: int) -> str:
    times = sorted(found.probe)
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))] * 1e3
    statuses = ", ".join(f"{status or 'broken'}: {count:,}" for status, count in sorted(found.statuses.items()))
    late = f" MORE THAN {RATES[rate]}" if p99 > RATES[rate] else ""
    return (
        f"{kind:14} load {os.getloadavg()[0]:4.1f}  asked {rate:7,}/min, sent {found.sent / seconds * 60:7,.0f}/min  "
        f"probe p50 {times[len(times) // 2] * 1e3:5.1f} p99 {p99:6.1f}{late} worst {times[-1] * 1e3:6.1f} ms  log lines {lines}  "
        f"served again after {found.back:4.1f} s  {statuses}"
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Floods of bad bodies against a server of our own on this machine.")
    options.add_argument("--seconds", type=float, default=60.0, help="length of each flood, at most 60")
    options.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS), help="kinds of bad bodies, all if absent")
    asked = options.parse_args()
    seconds = min(asked.seconds, 60.0)
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-c", "from compdesign.cli import main; main()", "serve", "--port", "0"]
        with log.open("wb") as stream:
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream)
        try:
            port = waited(log, server)
            print(f"one sender over {SENDERS} connections, {seconds:g} s each, a probe {PROBES_A_SECOND} times a second with another token")
            for kind in asked.kinds:
                for rate in RATES:
                    before, started = len(log.read_text().splitlines()), time.monotonic()
                    found = asyncio.run(flood(port, kind, rate, seconds))
                    lines = len(log.read_text().splitlines()) - before
                    print(told(kind, rate, seconds, found, lines), flush=True)
                    minutes = (time.monotonic() - started) / 60
                    broken += sum(count for status, count in found.statuses.items() if status >= 500)
                    broken += (lines > minutes + 1) + (found.back > 60)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        lines = len(log.read_text().splitlines())
        print(f"broken promises: {broken}; log of the whole run: {lines} lines, {log.stat().st_size:,} bytes")
    return 1 if broken else 0


def waited(log: Path, server: "subprocess.Popen[bytes]") -> int:
    """The port, once the server is ready."""
    while not (place := re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())):
        if server.poll() is not None:
            raise SystemExit(log.read_text())
        time.sleep(0.1)
    port = int(place[1])
    while asyncio.run(Wire(port).ask(head("GET", "/readyz", "good", None))) != 200:
        time.sleep(0.2)
    return port


if __name__ == "__main__":
    sys.exit(main())
