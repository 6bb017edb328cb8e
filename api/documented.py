"""The OpenAPI document: requests, answers and errors of every route, with an example of each."""

import tomllib
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from compdesign import __version__
from compdesign.inputs.base import Model

from .format_one import FORMS
from .jobs import HASH, NOTES, SEED, VERSION
from .problems import MEDIA_TYPE
from .shapes import SHAPES

REFERENCE = "#/components/schemas/{model}"
DESCRIPTION = (
    "Scenarios in; comparisons, reports, letters and board exports out. No store and no accounts: nothing is kept, and whoever reaches the "
    "port may ask. Every answer names the scenario's hash, the seed and the engine's version."
)
ERRORS = {
    400: ("malformed-body", "The body cannot be read", "reading stops at line 1, column 2"),
    408: ("slow-body", "The body came too slowly", "send the whole body within 6 seconds"),
    409: ("refused", "Not made", "a policy or a law says no"),
    413: ("body-too-large", "The body is too large", "at most 1,048,576 bytes; a scenario is a few thousand"),
    415: ("unsupported-media-type", "Not JSON", "send Content-Type: application/json, in UTF-8"),
    422: ("invalid-input", "The input cannot be used", "each entry of errors names one fault"),
    429: ("tripped", "Refused unread", "too many of your requests could not be used; mend them, and send again after Retry-After"),
    500: ("internal", "Internal fault", "the fault is ours and is logged under this request id; the same request may fail again"),
    503: ("busy", "Too much to do", "all workers are busy; try again shortly"),
}
ENTRY = {
    "pointer": "/scenario/offers/0/base",
    "value_class": "text of 5 characters",
    "rule": "Annual base pay. Unit: $. Range: at least 0. Required.",
    "remedy": 'write 38000000 or "38M"',
}
PRODUCED_HEADERS = {
    HASH: "SHA-256 of the scenario as the engine read it",
    SEED: "Seed of every random stream",
    VERSION: "Version that made this",
}
NOTES_HEADER = {NOTES: "What the sender must know before sending it: a JSON array of texts"}
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
"""A file, in a schema."""


def example(name: str = "no_effect.toml") -> dict[str, Any]:
    """A shipped scenario or candidate's file as JSON has it: dates are texts."""
    return _plain(tomllib.loads(files("compdesign.examples").joinpath(name).read_text(encoding="utf-8")))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float | str) else value.isoformat()


def posting(shape: type[Model], shown: dict[str, Any], answers: dict[str, Any], *refusals: int, notes: bool = False) -> dict[str, Any]:
    """The documentation of a POST route, for the router. answers: by media type, the schema of what is sent. refusals: statuses beside
    those every route has. notes: whether the answer carries notes to its sender.
    """
    body = {"schema": {"$ref": REFERENCE.format(model=shape.__name__)}, "examples": {"shipped": {"value": shown}}}
    headers = {
        name: {"description": meaning, "schema": {"type": "string"}}
        for name, meaning in (PRODUCED_HEADERS | (NOTES_HEADER if notes else {})).items()
    }
    content = {media: {"schema": schema} for media, schema in answers.items()}
    errors = {status: problem(status) for status in sorted({400, 408, 413, 415, 422, 429, 500, 503, *refusals})}
    return {
        "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": body}}},
        "responses": {200: {"description": "Made", "headers": headers, "content": content}, **errors},
    }


def problem(status: int) -> dict[str, Any]:
    """The documentation of one error."""
    kind, title, detail = ERRORS[status]
    shown = {
        "type": f"urn:compdesign:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "errors": [ENTRY] if status == 422 else [],
    }
    answer: dict[str, Any] = {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="ProblemForm")}, "example": shown}},
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return answer


def reference(form: type[BaseModel]) -> dict[str, str]:
    """A reference to a schema among the components."""
    return {"$ref": REFERENCE.format(model=form.__name__)}


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title="compdesign", version=__version__, description=DESCRIPTION, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for model in (*SHAPES, *FORMS):
            schema = model.model_json_schema(ref_template=REFERENCE)
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        app.openapi_schema = made
    return app.openapi_schema
