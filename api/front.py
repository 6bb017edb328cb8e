"""Around every request: an id, its refusal unread if the client is tripped, what is counted and logged, and a last answer for our own faults."""

import asyncio
import logging
import time
from contextlib import suppress
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
DRAIN_SECONDS, DRAIN_BYTES = 1.0, 16 << 20
"""How long, and how much of, a body that is too large is let come and dropped, so that its sender hears why it is refused."""
TWO_LENGTHS = ApiProblem(
    400,
    "malformed-http",
    "Two lengths of one body",
    "Content-Length and Transfer-Encoding exclude each other (RFC 9112, 6.1): a proxy could take the rest for another request",
    (),
    {"Connection": "close"},
)
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
        headers = dict(scope["headers"])
        client = client_of((scope.get("client") or ("local", 0))[0], headers.get(b"authorization", b""))
        scope["client_key"] = client
        is_head = scope["method"] == "HEAD"
        if is_head:  # whatever answers GET answers HEAD (RFC 9110, 9.3.2)
            scope = {**scope, "method": "GET"}
        status = 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS, (b"x-request-id", request_id.encode())]
            elif is_head:
                message["body"] = b""
            elif status == 413:
                await _send_and_drain(message, receive, send)
                return
            await send(message)

        left = self.trips.seconds_left(client) if scope["method"] not in ("GET", "OPTIONS") else 0
        try:
            if left:
                await problem_response(_tripped(left, headers), request_id)(scope, receive, tell)
            elif b"transfer-encoding" in headers and b"content-length" in headers:
                await problem_response(TWO_LENGTHS, request_id)(scope, receive, tell)
            else:
                await self.app(scope, receive, tell)
        except Exception as error:
            LOG.error("request %s: %s", request_id, described(error))
            if status == 0:
                await problem_response(internal_fault(), request_id)(scope, receive, tell)
        self._count(scope, "HEAD" if is_head else scope["method"], status, time.monotonic() - started)
        if status == 200 and scope["method"] == "POST":
            self.trips.worked(client)
        if 400 <= status < 500:
            self.trips.count(client, status)
            if status not in NOT_A_FAULT:
                self.trips.fault(client)

    def _count(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "other")
        method = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self.meters.add("compdesign_requests_total", 1, route=path, method=method, status=str(status))
        self.meters.observe("compdesign_request_seconds", seconds, route=path)


async def _send_and_drain(message: Message, receive: Receive, send: Send) -> None:
    """Tell who sends too much, and let go only when they have read it: a connection closed on unread bytes takes the answer with it."""
    await send({**message, "more_body": True})
    dropped = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while dropped < DRAIN_BYTES and (more := await receive()).get("more_body"):
                dropped += len(more["body"])
    await send({"type": "http.response.body"})


def _tripped(seconds: int, headers: dict[bytes, bytes]) -> ApiProblem:
    detail = "too many of your requests could not be used; mend them, and send again after Retry-After"
    length = headers.get(b"content-length", b"")
    is_short = length.isdigit() and int(length) <= SHORT  # let the rest come and drop it: cheaper than a new connection
    return ApiProblem(
        429, "tripped", "Refused unread", detail, (), {"Retry-After": str(seconds)} | ({} if is_short else {"Connection": "close"})
    )
