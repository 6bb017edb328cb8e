"""The OpenAPI document: complete, its examples true, and a client generated from it does the work."""

import types
from typing import Any

import jsonschema_rs
import pytest
from compdesign.api.documented import example
from compdesign.api.shapes import SHAPES, shaped
from starlette.testclient import TestClient

from tests.api.client_generator import client_source
from tests.api.serving import Served, small

POSTS = {"/v1/comparisons", "/v1/reports", "/v1/letters", "/v1/board-exports"}


@pytest.fixture
def document(idle: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = idle.get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def generated(server: Served) -> Any:
    """A client made from what a live server says of itself."""
    module = types.ModuleType("generated")
    with server.client() as client:
        exec(compile(client_source(client.get("/openapi.json").json()), "generated", "exec"), module.__dict__)
    return module


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


def test_every_route_is_there_with_its_errors(document: dict[str, Any]) -> None:
    assert {path for path, verbs in document["paths"].items() if "post" in verbs} == POSTS
    for path in POSTS:
        statuses = set(document["paths"][path]["post"]["responses"])
        assert statuses >= {"200", "400", "408", "413", "415", "422", "429", "500", "503"}
        assert ("409" in statuses) is (path == "/v1/letters")


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> Any:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    found = set(references(document))
    assert found and all(each.removeprefix("#/components/schemas/") in document["components"]["schemas"] for each in found)


def test_examples_of_requests_obey_schema_and_server(document: dict[str, Any]) -> None:
    shapes = {shape.__name__: shape for shape in SHAPES}
    for path in POSTS:
        content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        for shown in content["examples"].values():
            validator(document, content["schema"]).validate(shown["value"])
            shaped(shapes[content["schema"]["$ref"].rpartition("/")[2]], shown["value"])


def test_examples_of_errors_obey_their_schema(document: dict[str, Any]) -> None:
    for path in POSTS:
        for status, response in document["paths"][path]["post"]["responses"].items():
            if status != "200":
                content = response["content"]["application/problem+json"]
                validator(document, content["schema"]).validate(content["example"])
                assert content["example"]["status"] == int(status)


def test_the_schema_is_the_one_of_the_command_line(idle: TestClient) -> None:
    from compdesign.inputs.scenario import Scenario

    assert idle.get("/v1/schema").json() == Scenario.model_json_schema()


def test_a_generated_client_compares(generated: Any, server: Served, document: dict[str, Any]) -> None:
    found = generated.Client(server.url).compare_structures(scenario=small(), paths=64, seed=7)
    assert (found["format"], found["paths"], found["seed"]) == (1, 64, 7)
    content = document["paths"]["/v1/comparisons"]["post"]["responses"]["200"]["content"]["application/json"]
    validator(document, content["schema"]).validate(found)


def test_a_generated_client_gets_a_letter(generated: Any, server: Served) -> None:
    scenario, candidate = example("series_c.toml"), example("candidates/candidate.toml")
    letter = generated.Client(server.url).make_letter(scenario=scenario, structure=scenario["offers"][0]["name"], candidate=candidate)
    assert letter.startswith(b"%PDF-") and len(letter) > 10_000


def test_a_generated_client_gets_a_report(generated: Any, server: Served) -> None:
    report = generated.Client(server.url).make_report(scenario=small(), paths=64, format="html")
    assert report.startswith("<!") and "<script" not in report


def test_a_generated_client_hears_of_faults(generated: Any, server: Served) -> None:
    scenario, candidate = example("series_c.toml"), example("candidates/candidate.toml")
    client = generated.Client(server.url)
    with pytest.raises(generated.Problem) as refused:
        client.make_letter(
            scenario=scenario,
            structure=scenario["offers"][0]["name"],
            candidate={**candidate, "posted_pay_range": {"low": 1_000, "high": 2_000}},
        )
    assert refused.value.status == 409 and refused.value.errors[0]["pointer"] == "/candidate/posted_pay_range"
    with pytest.raises(generated.Problem) as unknown:
        client.make_letter(scenario=scenario, structure="Jane Canary", candidate=candidate)
    assert unknown.value.status == 422 and unknown.value.errors[0]["pointer"] == "/structure"
    with pytest.raises(generated.Problem) as late:
        client.make_letter(scenario=scenario, structure="x", candidate={**candidate, "expires": "2020-01-01"})
    assert late.value.status == 422 and late.value.errors[0]["pointer"] == "/candidate/expires"
