"""Markup, links, files and templates in every text a user types: text they stay, and nothing is fetched."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from compdesign.reports.letter import letter_pdf
from compdesign.reports.pdf import pdf
from tests.reports.letters import packet, read, scenario, words

PAYLOADS = (
    '<img src="{url}/i.png">',
    '<link rel=stylesheet href="{url}/s.css">',
    '<link rel=attachment href="{file}">',
    '<a rel=attachment href="{file}">x</a>',
    "<style>@import '{url}/t.css';</style>",
    '<svg><image href="{url}/v.svg"/></svg>',
    '<object data="{file}"></object>',
    '<p style="background:url({url}/b)">',
    "</style><script>x()</script>",
    'javascript:alert("{url}")',
    "{{{{ 7 * 7 }}}}{{% include 'x' %}}",
    "&lt;b&gt;&#x41;",
    '"><meta http-equiv=refresh>',
    "</title></head><h1>Owned</h1>",
    "]]><!-- --><base href={url}>",
)


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths that were asked of it."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_every_text_stays_text(payload: str, canary: tuple[str, list[str]], tmp_path: Path) -> None:
    url, hits = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this machine")
    text = payload.format(url=url, file=f"file://{secret}"[:40])[:80]
    employer = dict.fromkeys(
        ("legal_name", "entity", "signatory_name", "signatory_title", "equity_plan", "approver", "certifier", "dispute_decider"), text
    )
    employer |= {"bonus": "formula", "bonus_formula": text, "address": [text] * 3, "benefits": [text] * 3}
    rule = {"name": text, "trigger": {"every_deployments": 1, "kind": text}, "award": 10}
    offer = {"bonus": 0.1, "sign_on": 1_000, "sign_on_repayment_months": 12, "grant": {"amount": 100}, "refresh": [rule]}
    data = scenario(offer, employer, deployment={"kinds": [{"name": text}, {"name": "other"}]})
    person = packet(name=text, address=[text] * 2, position=text, manager=text, location=text)
    content = letter_pdf(data, "offer", person)
    assert hits == []
    shown = words(content).replace(" ", "")
    assert shown.count(text.replace(" ", "")) >= 15
    assert "Owned" not in [line.strip() for page in read(content).pages for line in page.extract_text().splitlines()]
    assert b"/EmbeddedFile" not in content and b"/URI" not in content and b"/JavaScript" not in content
    assert "the secret of this machine" not in words(content)


def test_the_printer_itself_fetches_nothing(canary: tuple[str, list[str]], tmp_path: Path) -> None:
    """Even where escaping had failed: the fetcher denies what a page asks for."""
    url, hits = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this machine")
    page = (
        f'<html lang=en><head><title>t</title><link rel=stylesheet href="{url}/s.css"><link rel=attachment href="{secret.as_uri()}">'
        f'<style>@import "{url}/t.css"; p {{ background: url({url}/b.png) }}</style></head>'
        f'<body><p>x<img src="{url}/i.png" alt=i><img src="{secret.as_uri()}" alt=j><object data="{secret.as_uri()}"></object></body></html>'
    )
    content = pdf(page)
    assert hits == []
    assert b"/EmbeddedFile" not in content and "secret of this" not in words(content)


def test_the_canary_sings(canary: tuple[str, list[str]]) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    url, hits = canary
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{url}/song")
    caught.value.close()
    assert hits.pop() == "/song"
