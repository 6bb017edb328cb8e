"""Connections with deadlines: who sends half a request, or reads half an answer, is let go.

uvicorn times idle connections between requests only, and its limit of concurrency refuses newcomers, so that a few hundred sleepers lock
everyone out. Here each request owes its last byte within `message_seconds`, and when there are too many the oldest sleeper goes.
"""

import asyncio
from collections import OrderedDict
from uuid import uuid4

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from .problems import MEDIA_TYPE, ApiProblem, problem_body
from .settings import Settings

LONGEST_HEAD = 16 * 1024
"""Bytes of a request line and headers."""
MALFORMED = ApiProblem(400, "malformed-http", "Not HTTP", f"the request is not HTTP/1.1, or its head is longer than {LONGEST_HEAD:,} bytes")


def connection_class(settings: Settings) -> type[H11Protocol]:
    """The protocol of one server's connections."""
    sleepers: OrderedDict[Connection, None] = OrderedDict()
    return type("Connection", (Connection,), {"settings": settings, "sleepers": sleepers})


class Connection(H11Protocol):
    """One connection. sleepers: those of this server that owe us bytes, the oldest first."""

    settings: Settings
    sleepers: "OrderedDict[Connection, None]"
    owed: asyncio.TimerHandle | None = None
    unread: asyncio.TimerHandle | None = None
    has_begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        if not self.has_begun:  # a request's time runs from its first byte, not from the end of the one before
            self._awake()
        super().data_received(data)
        self.has_begun = True
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._awake()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread = self.unread or self.loop.call_later(self.settings.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.unread is not None:
            self.unread.cancel()
            self.unread = None

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered with a problem document too."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = problem_body(MALFORMED, str(uuid4()))
            headers = [("content-type", MEDIA_TYPE), ("content-length", str(len(body))), ("connection", "close")]
            for event in (h11.Response(status_code=400, headers=headers, reason=b"Bad Request"), h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """A deadline while the client owes bytes; more bytes do not move it, a whole request ends it."""
        if self.transport.is_closing() or self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self.has_begun = False
            self._awake()
        elif self.owed is None:
            self.owed = self.loop.call_later(self.settings.message_seconds, self.transport.abort)
            self.sleepers[self] = None
            if len(self.sleepers) > self.settings.idle_connections:
                next(iter(self.sleepers)).transport.abort()

    def _awake(self) -> None:
        self.sleepers.pop(self, None)
        if self.owed is not None:
            self.owed.cancel()
            self.owed = None
