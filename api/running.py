"""The server process: uvicorn with this project's connections, logs without requests in them, and a graceful end."""

import asyncio
import gc
import logging
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from compdesign.errors import CompdesignError

from .app import warm_app
from .connections import LONGEST_HEAD, connection_class
from .settings import Settings
from .work import Workers

GRACE_SECONDS = 7
"""What running requests get when the server is told to stop: with what follows, less than the ten seconds containers are given."""
LAST_SECONDS = 2
"""What those get that were ended then, to hear that they were."""
BACKLOG = 2_048


def serve(host: str, port: int, settings: Settings, listening: Callable[[str], None]) -> bool:
    """Serve until told to stop. listening: called with host:port once the port is open. Whether it ever served; CompdesignError if the
    address cannot be had.
    """
    _allow_files()
    _log()
    opened = _opened(host, port)
    application = warm_app(settings)
    gc.collect()
    gc.freeze()  # what is there now stays: a collection of it all would hold every request up for a tenth of a second
    listening(_shown(opened))
    signal.signal(signal.SIGTERM, _told_to_end)
    server = _Server(config(application, settings), application.state.service.workers)
    with suppress(KeyboardInterrupt):  # uvicorn ends in order, then raises the signal again, SIGTERM too
        server.run(sockets=[opened])
    return server.started


def _told_to_end(number: int, _: FrameType | None) -> NoReturn:
    """End as a signal ends a process in the eyes of a shell, but in order: by default nothing would be put away."""
    raise SystemExit(128 + number)


class _Server(uvicorn.Server):
    """uvicorn, whose end gives work its time and then an answer."""

    def __init__(self, config: uvicorn.Config, workers: Workers) -> None:
        super().__init__(config)
        self.workers = workers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        end = asyncio.get_running_loop().call_later(GRACE_SECONDS, self.workers.stop)
        await super().shutdown(sockets)
        end.cancel()


def config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How uvicorn runs here: one process, for work has processes of its own."""
    return uvicorn.Config(
        app,
        http=connection_class(settings),
        ws="none",
        lifespan="on",
        log_config=None,  # its lines would quote requests
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS + LAST_SECONDS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        backlog=BACKLOG,
    )


def _opened(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise CompdesignError(f"{host}: {error.strerror}; name an address of this machine") from None
    opened = socket.socket(family, kind, protocol)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(address)
    except OSError as error:
        opened.close()
        remedy = "name an address of this machine, or a port that is free"
        raise CompdesignError(f"{host}:{port}: {error.strerror}; {remedy}") from None
    opened.listen(BACKLOG)
    return opened


def _shown(opened: socket.socket) -> str:
    host, port = opened.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _allow_files() -> None:
    """As many open connections as this account may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _log() -> None:
    """Our own lines on standard error; of uvicorn, nothing: its texts hold parts of requests."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    ours = logging.getLogger("compdesign.api")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
