"""Reading a request's body: bounded in bytes and in time, JSON and nothing else."""

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request

from .problems import ApiProblem
from .settings import Settings
from .strict_json import parse

RETRY_SECONDS = 5
_CLOSE = {"Connection": "close"}


class BodyReader:
    """Reads bodies for all requests of one server, and knows how many bytes are held by those not yet whole."""

    def __init__(self, settings: Settings, names: frozenset[str]) -> None:
        """names: keys that may stand in an error's pointer."""
        self.settings, self.names = settings, names
        self.held = 0

    async def json(self, request: Request) -> Any:
        """The JSON value of the body. Raises ApiProblem 400, 408, 413, 415, 422, 503."""
        _check_type(request)
        announced = request.headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self.settings.body_bytes:
            raise self._too_large()
        return parse(await self._bytes(request), self.names)

    async def _bytes(self, request: Request) -> bytes:
        raw = bytearray()
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                async for chunk in request.stream():
                    self.held += len(chunk)
                    raw += chunk
                    if len(raw) > self.settings.body_bytes:
                        raise self._too_large()
                    if self.held > self.settings.bodies_bytes:
                        raise ApiProblem(
                            503, "busy", "Too many bodies at once", "try again shortly", (), {"Retry-After": str(RETRY_SECONDS), **_CLOSE}
                        )
        except TimeoutError:
            seconds = f"{self.settings.body_seconds:g} seconds"
            raise ApiProblem(408, "slow-body", "The body came too slowly", f"send the whole body within {seconds}", (), _CLOSE) from None
        except ClientDisconnect:
            raise ApiProblem(499, "client-left", "The client left", "the body never came whole", (), _CLOSE) from None
        finally:
            self.held -= len(raw)
        return bytes(raw)

    def _too_large(self) -> ApiProblem:
        most = f"{self.settings.body_bytes:,} bytes"
        return ApiProblem(413, "body-too-large", "The body is too large", f"at most {most}; a scenario is a few thousand", (), _CLOSE)


def _check_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise ApiProblem(415, "unsupported-media-type", "Not JSON", "send Content-Type: application/json, in UTF-8", (), _CLOSE)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        headers = {"Accept-Encoding": "identity", **_CLOSE}  # RFC 9110, 15.5.16
        raise ApiProblem(415, "unsupported-encoding", "Encoded body", "send the body without Content-Encoding", (), headers)
