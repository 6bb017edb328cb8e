"""What the server says of itself: the schema of a scenario, its health, its counters."""

import json
from functools import cache

from fastapi import APIRouter, Request, Response

from compdesign.inputs.scenario import Scenario

from .answering import service_of
from .documented import problem, reference
from .format_one import StateForm
from .problems import ApiProblem

router = APIRouter()
STATE = {"description": "Yes", "content": {"application/json": {"schema": reference(StateForm), "example": {"status": "ok"}}}}


@cache
def schema() -> bytes:
    """The JSON Schema of a scenario, as it is sent."""
    return json.dumps(Scenario.model_json_schema(), ensure_ascii=False).encode()


@router.get(
    "/v1/schema", responses={200: {"description": "JSON Schema", "content": {"application/schema+json": {"schema": {"type": "object"}}}}}
)
async def scenario_schema() -> Response:
    """The JSON Schema of a scenario, with unit, range, default and source of every key."""
    return Response(schema(), media_type="application/schema+json")


@router.get("/healthz", responses={200: STATE})
async def health() -> Response:
    """Whether the process answers."""
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/readyz", responses={200: STATE, 503: problem(503)})
async def readiness(request: Request) -> Response:
    """Whether work would be taken: the workers have started and the queue has room."""
    service = service_of(request)
    if not service.workers.is_ready or service.workers.waiting >= service.settings.queue:
        raise ApiProblem(503, "busy", "Not ready", "workers are starting, or all are busy", (), {"Retry-After": "1"})
    return Response(b'{"status":"ready"}', media_type="application/json")


@router.get("/metrics", responses={200: {"description": "Counters", "content": {"text/plain": {"schema": {"type": "string"}}}}})
async def counters(request: Request) -> Response:
    """Counters in the text format of Prometheus, an alert for floods of bad requests among them."""
    service = service_of(request)
    service.meters.put("compdesign_clients_tripped", service.trips.tripped())
    service.meters.put("compdesign_alert", float(service.trips.is_alarming()))
    return Response(service.meters.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
