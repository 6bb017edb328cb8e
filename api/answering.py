"""The one way from a job to an answer, for every POST route."""

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from compdesign.errors import Problem
from compdesign.inputs.base import Model

from .entries import entries_of, without_input
from .problems import ApiProblem, Entry, internal_fault
from .service import Service
from .shapes import Shape, invalid, schema_of, shaped
from .work import Answer, Job

LOG = logging.getLogger("compdesign.api")


@dataclass(frozen=True)
class Read:
    """A body as it was read, and its shape: faults found later are told by it."""

    body: Any
    shape: type[Model]


async def read(request: Request, shape: type[Shape]) -> Shape:
    """The request's body in its shape, after every check. Raises ApiProblem."""
    body = await service_of(request).bodies.json(request)
    request.state.read = Read(body, shape)
    return shaped(shape, body)


def service_of(request: Request) -> Service:
    """What the requests of this server share."""
    service: Service = request.app.state.service
    return service


async def answer(request: Request, job: Job, media_type: str, name: str | None = None) -> Response:
    """Run a job and answer with what it makes, as a file of that name if it has one; stop it when the client leaves."""
    service = service_of(request)
    found = await _unless_gone(request, asyncio.ensure_future(service.workers.run(job, request.scope["client_key"])))
    if found.outcome == "done":
        headers = {**found.said, "Content-Disposition": f'inline; filename="{name}"'} if name else found.said
        return Response(found.body, 200, headers, media_type)
    raise _refusal(found, request, job)


async def _unless_gone(request: Request, running: "asyncio.Future[Answer]") -> Answer:
    gone = asyncio.ensure_future(_departure(request))
    both: set[asyncio.Future[Any]] = {running, gone}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        raise ApiProblem(499, "client-left", "The client left", "the work was stopped")
    finally:
        gone.cancel()
        running.cancel()
        await asyncio.wait(both)


async def _departure(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refusal(found: Answer, request: Request, job: Job) -> ApiProblem:
    asked: Read = request.state.read
    match found.outcome:
        case "invalid":
            schema = schema_of(asked.shape)
            return invalid([_later(Problem(*parts), asked.body, schema) for parts in found.said])
        case "refused":
            return _refused(Problem(*found.said), asked)
        case "limit" | "too-large":
            what = "memory" if found.said == "memory" else "time"
            return ApiProblem(422, "stopped-at-limit", "More work than this server does", f"stopped at its limit of {what}; ask for less")
    LOG.error("request %s: %s: %s", request.scope["request_id"], job.kind, found.said)
    return internal_fault()


def _later(problem: Problem, body: dict[str, Any], schema: dict[str, Any]) -> Entry:
    """A fault found by the work itself, which names an option of the request or a key of the scenario."""
    is_of_request = re.split(r"[.\[]", problem.where.removeprefix("--"))[0] in {"structure", "paths"}
    return entries_of([problem], body, schema, "" if is_of_request else "scenario.")[0]


def _refused(problem: Problem, asked: Read) -> ApiProblem:
    """409: the refusal is told by a key of the candidate's file."""
    detail = without_input(problem.what, asked.body, "the company's policy or the law of the place forbids it; errors say where")
    return ApiProblem(409, "refused", "Not made", detail, entries_of([problem], asked.body, schema_of(asked.shape), "candidate."))
