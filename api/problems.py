"""Errors as RFC 9457 problem details, which never hold what the client sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
MOST_LISTED = 20


@dataclass(frozen=True)
class Entry:
    """One fault in a body. pointer: JSON Pointer (RFC 6901) of the value, or of the object that lacks or misnames a key.
    value_class: what kind of value stands there. rule: what the key takes. remedy: what to do.
    """

    pointer: str
    value_class: str
    rule: str
    remedy: str


@dataclass
class ApiProblem(Exception):
    """A request that is refused. kind: the last part of the problem's type. detail: without any value of the request."""

    status: int
    kind: str
    title: str
    detail: str
    errors: Sequence[Entry] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def problem_body(problem: ApiProblem, request_id: str) -> bytes:
    """The problem details object of RFC 9457, section 3.1, with `errors` as an extension member."""
    data: dict[str, Any] = {
        "type": f"urn:compdesign:problem:{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:uuid:{request_id}",
        "errors": [asdict(entry) for entry in problem.errors[:MOST_LISTED]],
    }
    return json.dumps(data, ensure_ascii=False).encode()


def problem_response(problem: ApiProblem, request_id: str) -> Response:
    """The answer that tells a problem."""
    return Response(problem_body(problem, request_id), problem.status, dict(problem.headers), MEDIA_TYPE)


async def on_problem(request: Request, problem: Any) -> Response:
    """Handler of ApiProblem."""
    return problem_response(problem, request.scope["request_id"])


async def on_http_exception(request: Request, error: Any) -> Response:
    """Handler of what the router refuses (HTTPException): no such path, no such method."""
    title, detail, kind = {
        404: ("No such resource", "nothing is served at this path; /openapi.json lists what is", "not-found"),
        405: ("Method not allowed", "this path takes another method; the Allow header names it", "method-not-allowed"),
    }.get(error.status_code, (HTTPStatus(error.status_code).phrase, "the request is refused", "refused"))
    headers = {key: "GET, HEAD" if (key, value) == ("Allow", "GET") else value for key, value in (error.headers or {}).items()}
    return problem_response(ApiProblem(error.status_code, kind, title, detail, (), headers), request.scope["request_id"])


def internal_fault() -> ApiProblem:
    """What a client hears of a fault of ours; the log names its type and place under the same request id."""
    return ApiProblem(
        500, "internal", "Internal fault", "the fault is ours and is logged under this request id; the same request may fail again"
    )
