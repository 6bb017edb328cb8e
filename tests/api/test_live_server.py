"""The server as it runs: slow clients let go, leavers' work stopped, health answered under load."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2 as httpx
import pytest

from tests.api.serving import COMMAND, Served, alive, long, served, small

JSON = {"content-type": "application/json"}


def connected(server: Served, sent: bytes) -> socket.socket:
    opened = socket.create_connection((server.host, server.port), timeout=30)
    opened.sendall(sent)
    return opened


def head(length: int, who: str, path: str = "/v1/comparisons") -> bytes:
    """who: the client's address as the trusted proxy tells it, so that tests do not trip each other."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"X-Forwarded-For: {who}", "Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


def left_open(sockets: list[socket.socket]) -> list[socket.socket]:
    still = []
    for each in sockets:
        each.setblocking(False)
        try:
            while each.recv(65_536):
                pass
        except BlockingIOError:
            still.append(each)
        except ConnectionResetError:
            pass
    return still


def test_half_open_requests_are_closed_within_ten_seconds_and_the_probe_goes_on(server: Served) -> None:
    who = "203.0.113.50"
    kinds = [
        b"",
        b"POST /v1/comp",
        b"POST /v1/comparisons HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        head(1_000, who),
        head(1_000, who) + b'{"scenario": ',
        head(9, who, "/healthz"),
    ]
    sockets = [connected(server, kinds[i % len(kinds)]) for i in range(600)]
    started, probes = time.monotonic(), []
    with server.client() as client:
        while (waiting := left_open(sockets)) and time.monotonic() - started < 15:
            for each in waiting[::50]:
                with contextlib.suppress(OSError):
                    each.send(b" ")  # a byte now and then wins no time
            before = time.monotonic()
            assert client.get("/healthz").status_code == 200
            probes.append(time.monotonic() - before)
            time.sleep(0.1)
    took = time.monotonic() - started
    print(f"600 half-open connections: all closed after {took:.1f} s; probe at most {max(probes) * 1e3:.0f} ms")
    assert not waiting and took < 11
    for each in sockets:
        each.close()


def test_a_slow_body_hears_why(server: Served) -> None:
    with connected(server, head(1_000, "203.0.113.51") + b"{") as slow:
        answer = slow.recv(65_536)
    assert b" 408 " in answer.splitlines()[0] and b"application/problem+json" in answer


def test_an_announced_body_is_refused_before_it_is_sent(server: Served) -> None:
    with connected(server, head(2_000_000_000, "203.0.113.52")) as large:
        answer = large.recv(65_536)
    assert b" 413 " in answer.splitlines()[0] and b"application/problem+json" in answer


@pytest.mark.parametrize("length", [2_000_000, 8_000_000])
def test_who_sends_too_much_hears_why(server: Served, length: int) -> None:
    """Such as clients that send their whole body before they read: closing on unread bytes would take the answer with it."""
    with connected(server, head(length, "203.0.113.55")) as large:
        large.sendall(b" " * length)
        answer = large.recv(65_536)
    assert b" 413 " in answer.splitlines()[0]


def test_two_lengths_of_one_body_are_refused(server: Served) -> None:
    """RFC 9112, 6.1: what a proxy takes for a body, the server behind it would take for a request."""
    lengths = b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    smuggled = head(6, "203.0.113.56").replace(b"\r\n\r\n", lengths) + b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(server, smuggled) as double:
        answer = b"".join(iter(lambda: double.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1") == 1


def test_what_is_no_http_gets_a_problem_too(server: Served) -> None:
    with connected(server, b"HELLO\r\n\r\n") as strange:
        answer = strange.recv(65_536)
    assert b" 400 " in answer.splitlines()[0] and b"application/problem+json" in answer


def test_work_stops_within_two_seconds_when_the_client_leaves(server: Served) -> None:
    body = json.dumps(long()).encode()
    before = server.jobs()
    with connected(server, head(len(body), "203.0.113.53") + body):
        deadline = time.monotonic() + 10
        while len(children := set(server.jobs()) - set(before)) < 2:  # the job and its companion
            assert time.monotonic() < deadline
            time.sleep(0.05)
    started = time.monotonic()
    while children & set(server.jobs()):
        assert time.monotonic() - started < 2
        time.sleep(0.02)
    print(f"both gone {time.monotonic() - started:.2f} s after the client")
    while server.counted('compdesign_jobs_total{kind="comparison",outcome="cancelled"}') < 1:  # counted once its process is seen gone
        assert time.monotonic() - started < 2
        time.sleep(0.02)


def test_health_is_answered_while_forty_requests_want_work(server: Served) -> None:
    async def run() -> list[float]:
        async with httpx.AsyncClient(base_url=server.url, timeout=120) as client:
            asked = [asyncio.create_task(client.post("/v1/comparisons", json=long())) for _ in range(40)]
            await asyncio.sleep(1)
            times = []
            for _ in range(40):
                started = time.monotonic()
                assert (await client.get("/healthz")).status_code == 200
                times.append(time.monotonic() - started)
                await asyncio.sleep(0.05)
            assert server_running() == 2
            for task in asked:
                task.cancel()
            await asyncio.wait(asked)
        return sorted(times)

    def server_running() -> float:
        return server.counted("compdesign_jobs_running")

    times = asyncio.run(run())
    print(f"health with 40 simulations asked for: median {times[20] * 1e3:.0f} ms, worst of 40 {times[-1] * 1e3:.0f} ms")
    deadline = time.monotonic() + 5
    while server.jobs() and server.counted("compdesign_jobs_waiting"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_clients_behind_one_proxy_do_not_trip_each_other(server: Served) -> None:
    with server.client() as client:
        bad = [
            client.post("/v1/comparisons", content=b"{", headers={**JSON, "x-forwarded-for": "203.0.113.9"}).status_code for _ in range(80)
        ]
        good = client.post("/v1/comparisons", json={"scenario": small(), "paths": 64}, headers={"x-forwarded-for": "198.51.100.7"})
    assert bad[-1] == 429 and good.status_code == 200
    assert good.json()["scenario_hash"] == good.headers["compdesign-scenario-hash"]


def test_stopping_ends_running_work_with_an_answer_and_flushes_the_log(tmp_path: Path) -> None:
    answers: list[httpx.Response] = []

    def ask() -> None:
        with server.client() as client:
            answers.append(client.post("/v1/comparisons", json=long()))

    with served(tmp_path, "--workers", "1") as server:
        with server.client() as client:
            client.post("/v1/comparisons", content=b"{canary-285731", headers=JSON)
        threads = [threading.Thread(target=ask) for _ in range(2)]  # one runs, one waits
        for thread in threads:
            thread.start()
        children = at_work(server)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        for thread in threads:
            thread.join()
        all_gone(children, 2)
    assert [answer.status_code for answer in answers] == [503, 503]
    for answer in answers:
        assert answer.json()["type"].endswith("stopping") and answer.headers["retry-after"] and answer.headers["connection"] == "close"
    said = server.said()
    assert "127.0.0.1: 1 requests refused" in said and "canary" not in said and "Traceback" not in said


def test_work_that_ends_soon_is_answered_while_stopping(tmp_path: Path) -> None:
    answers: list[httpx.Response] = []

    def ask() -> None:
        with server.client() as client:
            answers.append(client.post("/v1/comparisons", json={"scenario": small(), "paths": 64}))

    with served(tmp_path) as server:
        thread = threading.Thread(target=ask)
        thread.start()
        at_work(server)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        thread.join()
    assert [answer.status_code for answer in answers] == [200]


def test_a_server_that_is_killed_leaves_no_work_behind(tmp_path: Path) -> None:
    body = json.dumps(long()).encode()
    with served(tmp_path) as server, connected(server, head(len(body), "203.0.113.54") + body):
        children = at_work(server, 2)
        server.process.kill()
        all_gone(children, 2)


@pytest.mark.parametrize(("end", "code"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGINT, 0)])
def test_told_to_stop_it_leaves_no_folder(end: signal.Signals, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as folder:  # of a short name: the path of a socket in it is bounded
        monkeypatch.setenv("TMPDIR", folder)
        with served(tmp_path, "--workers", "1") as server:
            with server.client() as client:
                assert client.post("/v1/comparisons", json={"scenario": small(), "paths": 16}).status_code == 200
            assert os.listdir(folder)
            server.process.send_signal(end)
            assert server.process.wait(30) == code
        deadline = time.monotonic() + 10
        while left := os.listdir(folder):  # the process that forked the workers puts its own away, a moment later
            assert time.monotonic() < deadline, left
            time.sleep(0.02)


def test_where_no_worker_can_be_started_the_log_says_why(tmp_path: Path) -> None:
    folder = tmp_path / ("far" * 40)
    folder.mkdir()
    with subprocess.Popen(
        [*COMMAND, "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    ) as server:
        assert server.stderr
        said = ""
        while "No worker can be started" not in said:
            said += (line := server.stderr.readline())
            assert line, said
        assert "AF_UNIX path too long; look at TMPDIR" in said
        server.terminate()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_spare_outlives_its_server(end: signal.Signals, tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "3") as server:
        spares = server.spares(3)
        assert server.counted("compdesign_jobs_running") == 0
        server.process.send_signal(end)
        all_gone(spares, 2)


def at_work(server: Served, processes: int = 1) -> list[int]:
    deadline = time.monotonic() + 20
    while len(children := server.jobs()) < processes:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return children


def all_gone(children: list[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while set(children) & set(alive()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_says_where_it_listens_and_warns_of_other_machines(server: Served, tmp_path: Path) -> None:
    assert f"http://127.0.0.1:{server.port}" in server.said() and "no accounts" in server.said() and "WARNING: " not in server.said()
    with served(tmp_path, "--host", "0.0.0.0") as open_server:
        assert "WARNING: 0.0.0.0 is reachable from other machines" in open_server.said()
