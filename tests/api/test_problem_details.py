"""Errors as RFC 9457 problem details, and the row of salaries in logs: what a client sent appears in no answer and in no log."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from compdesign.api import route_comparisons
from compdesign.api.app import create_app
from compdesign.api.documented import example
from compdesign.api.settings import MIB, Settings
from starlette.testclient import TestClient

from tests.api import slow_jobs
from tests.api.serving import small

JSON = {"content-type": "application/json"}
SALARY, NAME, TOKEN = 285_731, "Jane Canary", "canary-token-9f8e"
CANARIES = ("285731", "285,731", "285_731", "Canary", "canary")


@pytest.fixture(scope="module")
def working() -> Iterator[TestClient]:
    settings = Settings(faults=1_000_000, job_seconds=20, memory_bytes=1024 * MIB)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def offer(**changes: Any) -> dict[str, Any]:
    return {"name": NAME, "base": SALARY, **changes}


def posed(**changes: Any) -> dict[str, Any]:
    return {"scenario": small(**{"offers": [offer()], **changes}), "paths": 64}


def entries(client: TestClient, body: Any) -> list[dict[str, str]]:
    answer = client.post("/v1/comparisons", json=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    found: list[dict[str, str]] = answer.json()["errors"]
    return found


def test_a_fault_is_told_by_pointer_class_rule_and_remedy(idle: TestClient) -> None:
    refresh = {"name": "d", "trigger": {"every_deployments": 1}, "award": 10, "cap": -5}
    body = posed(offers=[offer(), offer(name="b", refresh=[refresh])])
    (entry,) = entries(idle, body)
    assert entry["pointer"] == "/scenario/offers/1/refresh/0/cap" and entry["value_class"] == "number"
    assert "Range: 0 to" in entry["rule"] and entry["remedy"].startswith("give ")


def test_a_fault_in_combination_is_told_at_its_key(idle: TestClient) -> None:
    refresh = {"name": "d", "trigger": {"every_deployments": 1}, "award": 10_000, "cap": 5_000}
    (entry,) = entries(idle, posed(offers=[offer(refresh=[refresh])]))
    assert entry["pointer"] == "/scenario/offers/0/refresh/0/cap" and entry["remedy"] == "raise the cap or lower the award"


def test_a_missing_key_points_at_itself_and_an_unknown_one_at_its_object(idle: TestClient) -> None:
    body = posed()
    del body["scenario"]["offers"][0]["base"]
    body["scenario"]["offers"][0]["bonsu"] = 0.1
    missing, unknown = entries(idle, body)
    assert (missing["pointer"], missing["value_class"]) == ("/scenario/offers/0/base", "missing")
    assert (unknown["pointer"], unknown["value_class"]) == ("/scenario/offers/0", "object of 2 keys")
    assert unknown["remedy"] == "did you mean bonus?" and "bonus" in unknown["rule"]


def test_pointers_lead_to_the_value(idle: TestClient) -> None:
    body = posed(months="x", company=[], candidate={"competing": {"base": []}}, hiring={"seats": 1.5, "screen": 3})
    for entry in entries(idle, body):
        value: Any = body
        *parents, last = entry["pointer"].split("/")[1:]
        for part in parents:
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert (last in value) is (entry["value_class"] != "missing")


def test_faults_of_the_candidate_hide_none_of_the_scenario(idle: TestClient) -> None:
    """Both parts at fault, each in one key and in several together: all is told at once."""
    candidate = {**example("candidates/candidate.toml"), "expires": "2020-01-01", "exempt": 5}
    scenario = small(months="x", offers=[offer(name="cash"), offer(name="cash")])
    answer = idle.post("/v1/letters", json={"scenario": scenario, "structure": "cash", "candidate": candidate})
    assert answer.status_code == 422
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert pointers == ["/scenario/months", "/scenario/offers", "/candidate/exempt", "/candidate/expires"]


def test_work_is_refused_before_it_is_done(idle: TestClient) -> None:
    wide = posed(months=120, offers=[offer(name=f"o{i}") for i in range(12)])
    wide["scenario"]["hiring"]["seats"] = 50
    answer = idle.post("/v1/comparisons", json={**wide, "paths": 100_000})
    assert answer.status_code == 422 and answer.json()["type"].endswith("work-too-large")
    assert answer.json()["errors"][0]["pointer"] == "/paths"
    del wide["paths"]
    wide["scenario"]["paths"] = 5_000_000
    assert idle.post("/v1/comparisons", json=wide).json()["errors"][0]["pointer"] == "/scenario/paths"


def test_at_most_twenty_faults_are_told(idle: TestClient) -> None:
    body = posed(offers=[offer(base="x", bonus="y", name=i) for i in range(12)])
    assert len(entries(idle, body)) == 20


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/v1/comparisons", 405), ("DELETE", "/healthz", 405)]
)
def test_the_router_refuses_in_the_same_form(idle: TestClient, method: str, path: str, status: int) -> None:
    answer = idle.request(method, path)
    data = answer.json()
    assert answer.status_code == data["status"] == status and answer.headers["content-type"] == "application/problem+json"
    assert set(data) == {"type", "title", "status", "detail", "instance", "errors"}
    assert data["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    assert (status == 405) is ("allow" in answer.headers)


@pytest.mark.parametrize("path", ["/healthz", "/v1/schema", "/openapi.json", "/metrics", "/nowhere"])
def test_head_is_answered_like_get_without_the_body(idle: TestClient, path: str) -> None:
    """RFC 9110, 9.1 and 9.3.2."""
    head, get = idle.head(path), idle.get(path)
    assert (head.status_code, head.content, head.headers["content-type"]) == (get.status_code, b"", get.headers["content-type"])
    assert path == "/metrics" or head.headers["content-length"] == get.headers["content-length"]
    assert idle.head("/v1/letters").status_code == 405 and idle.head("/v1/letters").headers["allow"] == "POST"
    assert idle.post("/healthz").headers["allow"] == "GET, HEAD"


def test_no_answer_leads_to_another_host(idle: TestClient) -> None:
    answer = idle.get("/v1/schema/", headers={"host": "elsewhere.example"}, follow_redirects=False)
    assert answer.status_code == 404 and "location" not in answer.headers


def test_every_answer_forbids_keeping_it(idle: TestClient) -> None:
    for answer in (idle.get("/healthz"), idle.get("/nowhere"), idle.post("/v1/comparisons", content=b"{", headers=JSON)):
        assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"


WITH_CANARIES: dict[str, Any] = {
    "broken syntax": f'{{"scenario": {{"base": {SALARY} "{NAME}"'.encode(),
    "NaN": f'{{"{NAME}": {SALARY}, "x": NaN}}'.encode(),
    "a key twice": f'{{"{NAME}": {SALARY}, "{NAME}": {SALARY}}}'.encode(),
    "not UTF-8": f'{{"{NAME}": "{SALARY}'.encode() + b'\xff"}',
    "many digits": f'{{"{NAME}": {SALARY}{SALARY}{SALARY}{SALARY}}}'.encode(),
    "a nested fault under an unknown key": f'{{"scenario": {{"{NAME}": {{"offers": [{SALARY}, NaN]}}}}}}'.encode(),
    "too large": b" " * (1 << 20) + f'{{"{NAME}": {SALARY}}}'.encode(),
    "an unknown key": {**posed(), NAME: SALARY},
    "an unknown nested key": posed(**{NAME: SALARY}),
    "a text for a number": posed(offers=[offer(base=f"{SALARY} {NAME}")]),
    "an amount that is none": posed(offers=[offer(base=f"${SALARY}!")]),
    "out of range": posed(offers=[offer(base=-SALARY, bonus=SALARY)]),
    "a name for a kind": posed(
        offers=[offer(refresh=[{"name": NAME, "trigger": {"every_deployments": 1, "kind": NAME}, "award": SALARY}])]
    ),
    "the same name twice": posed(offers=[offer(), offer()]),
    "a wrong trigger": posed(offers=[offer(refresh=[{"name": NAME, "trigger": {NAME: SALARY}, "award": SALARY}])]),
    "a cap below the award": posed(
        offers=[offer(refresh=[{"name": NAME, "trigger": {"every_deployments": 1}, "award": SALARY, "cap": SALARY - 1}])]
    ),
    "percentiles out of order": posed(discount_rate={"p10": SALARY, "p50": 1, "p90": 2}),
    "percentiles too skewed": posed(candidate={"competing": {"base": {"p10": SALARY, "p50": SALARY + 1, "p90": 9 * SALARY}}}),
    "a list for a table": posed(company=[NAME, SALARY]),
    "a wrong choice": posed(offers=[offer(grant={"amount": 1, "unit": NAME})]),
    "a fraction of shares": posed(offers=[offer(grant={"amount": SALARY + 0.5})]),
    "too much work": {**posed(months=120, hiring={"seats": 50}, offers=[offer(name=f"{NAME} {i}") for i in range(12)]), "paths": 100_000},
}


@pytest.mark.parametrize("name", WITH_CANARIES)
def test_no_answer_holds_what_was_sent(idle: TestClient, caplog: pytest.LogCaptureFixture, name: str) -> None:
    body = WITH_CANARIES[name]
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = idle.post(f"/v1/comparisons?salary={SALARY}", content=raw, headers={**JSON, "authorization": f"Bearer {TOKEN}"})
    assert 400 <= answer.status_code < 500
    idle.app.state.service.trips.log_minute(at_once=True)  # type: ignore[attr-defined]
    for canary in CANARIES:
        assert canary not in answer.text and canary not in caplog.text and canary not in repr(answer.headers)


def test_paths_and_headers_are_not_echoed(idle: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    for method in ("GET", "POST", "CANARY"):
        answer = idle.request(method, f"/v1/{NAME}/{SALARY}?{TOKEN}", headers={"x-request-id": TOKEN, "cookie": TOKEN})
        counters = idle.get("/metrics").text
        assert not any(
            canary in each for canary in (*CANARIES, "CANARY") for each in (answer.text, repr(answer.headers), caplog.text, counters)
        )


@pytest.mark.parametrize(
    ("make", "status"),
    [(slow_jobs.shouting, 500), (slow_jobs.refusing, 409), (slow_jobs.doubting, 422), (slow_jobs.dying, 500), (slow_jobs.hoarding, 422)],
)
def test_faults_of_the_work_do_not_tell_either(
    working: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    make: Callable[..., Any],
    status: int,
) -> None:
    monkeypatch.setattr(route_comparisons, "comparison", make)
    with caplog.at_level(logging.DEBUG, "compdesign"):
        answer = working.post("/v1/comparisons", json=posed(offers=[offer(), offer(name=f"{NAME} {SALARY}")]))
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
    said = caplog.text + "".join(capfd.readouterr())
    assert not any(canary in each for canary in CANARIES for each in (answer.text, said))
    if status == 500:
        assert answer.headers["x-request-id"] in said


def letter(**changes: Any) -> dict[str, Any]:
    scenario, candidate = example("series_c.toml"), {**example("candidates/candidate.toml"), **changes}
    return {"scenario": scenario, "structure": scenario["offers"][0]["name"], "candidate": candidate}


@pytest.mark.parametrize(
    ("place", "remedy"), [("CA", "write US-CA"), ("us-tx", "write US-TX"), ("FL", "other countries"), ("US-CO", "other states go under US")]
)
def test_a_place_that_is_not_covered_is_refused_without_its_name(working: TestClient, place: str, remedy: str) -> None:
    answer = working.post("/v1/letters", json=letter(jurisdiction=place))
    data = answer.json()
    (entry,) = data["errors"]
    assert answer.status_code == 409 and data["detail"].startswith("the value is not covered; covered are US-CA")
    assert entry["pointer"] == "/candidate/jurisdiction" and entry["remedy"].startswith(remedy) and "US-CA" in entry["rule"]


def test_the_policy_of_a_passed_screen_is_told_by_its_key(working: TestClient) -> None:
    answer = working.post("/v1/letters", json={**letter(), "candidate": {**letter()["candidate"], "screen": None}})
    (entry,) = answer.json()["errors"]
    assert answer.status_code == 409 and "without a passed screen" in answer.json()["detail"]
    assert (entry["pointer"], entry["value_class"]) == ("/candidate/screen", "null") and "screen first" in entry["remedy"]


def test_a_table_to_copy_is_told_in_json(working: TestClient) -> None:
    body = letter()
    del body["scenario"]["employer"]
    (entry,) = working.post("/v1/letters", json=body).json()["errors"]
    assert entry["pointer"] == "/scenario/employer" and entry["value_class"] == "missing"
    words, _, shown = entry["remedy"].partition(" {")
    assert "this object" in words and json.loads("{" + shown)["legal_name"] == "Example, Inc."


def test_a_fault_of_the_server_itself_is_a_problem_too(
    idle: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(f"cannot use {SALARY} {NAME}")

    monkeypatch.setattr(route_comparisons, "check_work", broken)
    answer = idle.post("/v1/comparisons", json=posed())
    assert answer.status_code == 500 and answer.headers["content-type"] == "application/problem+json"
    assert "RuntimeError at test_problem_details.py" in caplog.text
    assert not any(canary in each for canary in CANARIES for each in (answer.text, caplog.text))
