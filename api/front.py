"""Around every request: an id, its refusal unread if the client is tripped, what is counted and logged, and a last answer for our own faults."""

import logging
import time
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .child import described
from .exposition import Meters
from .problems import ApiProblem, internal_fault, problem_response
from .tripping import Trips, client_of

LOG = logging.getLogger("compdesign.api")
NOT_A_FAULT = (409, 429, 499)
"""Refusals that say nothing against the client: a policy, a limit, a hasty goodbye."""
SHORT = 65_536
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; frame-ancestors 'none'; sandbox",
    ),
    (b"referrer-policy", b"no-referrer"),
)


class Front:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, trips: Trips, meters: Meters) -> None:
        self.app, self.trips, self.meters = app, trips, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.monotonic()
        scope["request_id"] = request_id = str(uuid4())
        client = client_of((scope.get("client") or ("local", 0))[0], dict(scope["headers"]).get(b"authorization", b""))
        scope["client_key"] = client
        status = 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS, (b"x-request-id", request_id.encode())]
            await send(message)

        left = self.trips.seconds_left(client) if scope["method"] not in ("GET", "HEAD", "OPTIONS") else 0
        try:
            if left:
                await problem_response(_tripped(left, scope), request_id)(scope, receive, tell)
            else:
                await self.app(scope, receive, tell)
        except Exception as error:
            LOG.error("request %s: %s", request_id, described(error))
            if status == 0:
                await problem_response(internal_fault(), request_id)(scope, receive, tell)
        self._count(scope, status, time.monotonic() - started)
        if 400 <= status < 500:
            self.trips.count(client, status)
            if status not in NOT_A_FAULT:
                self.trips.fault(client)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "other")
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self.meters.add("compdesign_requests_total", 1, route=path, method=method, status=str(status))
        self.meters.observe("compdesign_request_seconds", seconds, route=path)


def _tripped(seconds: int, scope: Scope) -> ApiProblem:
    detail = "too many of your requests could not be used; mend them, and send again after Retry-After"
    length = dict(scope["headers"]).get(b"content-length", b"")
    is_short = length.isdigit() and int(length) <= SHORT  # let the rest come and drop it: cheaper than a new connection
    return ApiProblem(
        429, "tripped", "Refused unread", detail, (), {"Retry-After": str(seconds)} | ({} if is_short else {"Connection": "close"})
    )
