"""Floods of bad bodies beside a valid probe, from this machine to this machine.

Run as ``python -m benchmarks.flood [--seconds N]``: each kind of bad body for N seconds (60) at 10,000 and at 100,000 a minute, one
sender, while a probe with another token asks for the schema twenty times a second. Prints answers by status, the probe's times, the
log lines of the server, and how soon after the flood the sender itself is served again. Exits with 1 if a bad body got a 5xx.
"""

import argparse
import asyncio
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
RATES = (10_000, 100_000)
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
}
"""Body, and the length announced where it is not the body's own: of the oversize body only the head is sent."""


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
    bad = head("POST", "/v1/comparisons", f"bad-{kind}-{rate}", len(body) if announced is None else announced) + body
    good = head("GET", "/v1/schema", "good", None)
    # of a body that is valid but asks for nothing: served means 422, tripped means 429
    mended = head("POST", "/v1/comparisons", f"bad-{kind}-{rate}", 2) + b"{}"
    found, started = Found(), time.monotonic()
    ends = started + seconds

    async def send(offset: float) -> None:
        wire, at = Wire(port), started + offset
        while (now := time.monotonic()) < ends:
            if now < at:
                await asyncio.sleep(at - now)
            found.statuses[await wire.ask(bad)] += 1
            found.sent += 1
            at = max(at + SENDERS * 60 / rate, time.monotonic() - 1)  # what could not be sent in time is not saved up
        wire.close()

    async def probe() -> None:
        wire = Wire(port)
        while time.monotonic() < ends:
            before = time.monotonic()
            status = await wire.ask(good)
            found.probe.append(time.monotonic() - before)
            if status != 200:
                raise SystemExit(f"the probe got {status}")
            await asyncio.sleep(1 / PROBES_A_SECOND)
        wire.close()

    await asyncio.gather(probe(), *(send(each * 60 / rate) for each in range(SENDERS)))
    wire = Wire(port)
    while await wire.ask(mended) == 429:
        await asyncio.sleep(0.25)
    found.back = time.monotonic() - ends
    wire.close()
    return found


def told(kind: str, rate: int, seconds: float, found: Found, lines: int) -> str:
    times = sorted(found.probe)
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
    statuses = ", ".join(f"{status or 'broken'}: {count:,}" for status, count in sorted(found.statuses.items()))
    return (
        f"{kind:14} asked {rate:7,}/min, sent {found.sent / seconds * 60:7,.0f}/min  probe p50 {times[len(times) // 2] * 1e3:5.1f} p99 "
        f"{p99 * 1e3:6.1f} ms  log lines {lines}  served again after {found.back:4.1f} s  {statuses}"
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Floods of bad bodies against a server of our own on this machine.")
    options.add_argument("--seconds", type=float, default=60.0, help="length of each flood, at most 60")
    seconds = min(options.parse_args().seconds, 60.0)
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-c", "from compdesign.cli import main; main()", "serve", "--port", "0"]
        with log.open("wb") as stream:
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream)
        try:
            port = waited(log, server)
            print(f"one sender over {SENDERS} connections, {seconds:g} s each, a probe {PROBES_A_SECOND} times a second with another token")
            for kind in KINDS:
                for rate in RATES:
                    before = len(log.read_text().splitlines())
                    found = asyncio.run(flood(port, kind, rate, seconds))
                    print(told(kind, rate, seconds, found, len(log.read_text().splitlines()) - before), flush=True)
                    worst += sum(count for status, count in found.statuses.items() if status >= 500)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        lines = log.read_text().splitlines()
        print(f"5xx: {worst}; log of the whole run: {len(lines)} lines, {log.stat().st_size:,} bytes; the last: {lines[-1]}")
    return 1 if worst else 0


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
