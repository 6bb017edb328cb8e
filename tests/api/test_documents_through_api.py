"""The PDF rows through the API: payloads in every text fetch nothing, bombs end at the limit, the largest inputs end too."""

import asyncio
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from zipfile import ZipFile

import pytest
from compdesign.api.documented import example
from compdesign.api.exposition import Meters
from compdesign.api.settings import Settings
from compdesign.api.work import Job, Workers

from tests.api import slow_jobs
from tests.api.serving import Served, small

LONGEST = 80


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that writes down who calls."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, hits
    server.shutdown()
    server.server_close()


def payloads(port: int) -> Iterator[str]:
    """Texts of at most 80 characters, a number in each so that none is like another."""
    number = 0
    while True:
        address = f"http://127.0.0.1:{port}/{number}"
        for text in (
            f"<img src={address}>",
            f"<link rel=attachment href={address}>",
            f"<link rel=stylesheet href={address}>",
            f"<style>@import url({address})</style>",
            f"<p style=background:url({address})>",
            f"<object data={address}>",
            f"<a rel=attachment href=file:///etc/passwd?{number}>",
            f"</style><svg><image href={address}>",
            f"{{{{ {number}.__class__ }}}}{{% include '/etc/passwd' %}}",
            f'=HYPERLINK("{address}","x")',
        ):
            assert len(text) <= LONGEST
            yield f"{text}{number}"[:LONGEST]
            number += 1


def poisoned(value: Any, keys: set[str], text: Iterator[str]) -> Any:
    """The value with a payload in every free text under these keys."""
    if isinstance(value, dict):
        return {
            key: next(text)
            if key in keys and isinstance(each, str)
            else [next(text) for _ in each]
            if key in keys
            else poisoned(each, keys, text)
            for key, each in value.items()
        }
    return [poisoned(each, keys, text) for each in value] if isinstance(value, list) else value


FREE = {"title", "name", "legal_name", "entity", "address", "signatory_name", "signatory_title", "equity_plan", "benefits", "certifier"}
FREE |= {"position", "manager", "location"}


@pytest.mark.parametrize(
    ("path", "extra"),
    [
        ("/v1/reports", {"format": "html"}),
        ("/v1/reports", {"format": "pdf"}),
        ("/v1/board-exports", {"format": "pdf"}),
        ("/v1/board-exports", {"format": "xlsx"}),
        ("/v1/board-exports", {"format": "pptx"}),
    ],
)
def test_payloads_in_every_text_fetch_nothing(server: Served, canary: tuple[int, list[str]], path: str, extra: dict[str, str]) -> None:
    port, hits = canary
    offer = {**example("series_c.toml")["offers"][2], "name": "x"}
    scenario = poisoned(small(offers=[offer]), FREE, payloads(port))
    with server.client() as client:
        answer = client.post(path, json={"scenario": scenario, "paths": 64, **extra})
    assert answer.status_code == 200, answer.text
    if extra["format"] == "html":
        assert f"<img src=http://127.0.0.1:{port}" not in answer.text and "root:x:0" not in answer.text
    if extra["format"] == "xlsx":
        opened = ZipFile(io.BytesIO(answer.content))
        sheets = [name for name in opened.namelist() if name.startswith("xl/worksheets/sheet")]
        formulas = re.findall(rb"<f>(.*?)</f>", b"".join(opened.read(name) for name in sheets))
        assert sheets and not any(b"http" in formula or b"HYPERLINK" in formula for formula in formulas)
        assert not any(b"<hyperlink" in opened.read(name) for name in sheets)
    assert hits == []


def test_payloads_in_every_text_of_a_letter_fetch_nothing(server: Served, canary: tuple[int, list[str]]) -> None:
    port, hits = canary
    text = payloads(port)
    scenario = poisoned(example("series_c.toml"), FREE, text)
    candidate = poisoned(example("candidates/candidate.toml"), FREE, text)
    with server.client() as client:
        for offer in scenario["offers"]:
            answer = client.post("/v1/letters", json={"scenario": scenario, "structure": offer["name"], "candidate": candidate})
            assert answer.status_code == 200 and answer.content.startswith(b"%PDF-"), answer.text
    assert hits == []


@pytest.mark.parametrize("make", [slow_jobs.bomb, slow_jobs.table_bomb])
def test_a_bomb_is_killed_and_the_service_goes_on(make: Callable[..., Any]) -> None:
    async def work() -> None:
        workers = Workers(Settings(workers=1, render_seconds=4), Meters())
        started = time.monotonic()
        bombed = asyncio.create_task(workers.run(Job("test", make, ()), ("", b"")))
        ticks = 0
        while not bombed.done():  # the process that answers is not held up
            await asyncio.sleep(0.05)
            ticks += 1
        took = time.monotonic() - started
        answer = bombed.result()
        print(f"{make.__name__}: {answer.outcome} ({answer.said}) after {took:.1f} s, {ticks} turns of the loop meanwhile")
        assert answer.outcome == "limit" and ticks > 5 * took
        workers.stop()

    asyncio.run(work())


def test_the_largest_letter_ends_within_ten_seconds(server: Served) -> None:
    scenario, candidate = example("series_c.toml"), example("candidates/candidate.toml")
    rule = scenario["offers"][2]["refresh"][0]
    offer = {
        **scenario["offers"][2],
        "refresh": [{**rule, "name": f"rule {i} {'W' * 60}", "vesting": {"months": 119, "cliff": 0, "every": 1}} for i in range(6)],
    }
    scenario["offers"] = [{**offer, "name": f"offer {i} {'W' * 60}"} for i in range(12)]
    started = time.monotonic()
    with server.client() as client:
        answer = client.post("/v1/letters", json={"scenario": scenario, "structure": scenario["offers"][0]["name"], "candidate": candidate})
        took = time.monotonic() - started
        assert client.get("/healthz").status_code == 200
    print(f"largest letter: {answer.status_code}, {len(answer.content):,} bytes in {took:.1f} s")
    assert answer.status_code == 200 and took < 14, answer.text
