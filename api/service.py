"""What all requests of one server share."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .body import BodyReader
from .exposition import Meters
from .settings import Settings
from .shapes import names
from .tripping import Trips
from .work import Workers

LOG = logging.getLogger("compdesign.api")


class Service:
    """Settings, counters, the record of bad clients, the reader of bodies, and the worker processes while the server runs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.meters = Meters()
        self.trips = Trips(settings)
        self.bodies = BodyReader(settings, names())
        self.workers = Workers(settings, self.meters)

    @asynccontextmanager
    async def running(self, _: FastAPI) -> AsyncIterator[None]:
        """The server's lifespan: workers warm up while health is already answered; the log is written once a minute."""
        tasks = [asyncio.create_task(self._start()), asyncio.create_task(self._tick())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            self.workers.stop()
            self.trips.log_minute(at_once=True)

    async def _start(self) -> None:
        why = "the first one did not do its work"
        try:
            await self.workers.start()
        except OSError as error:
            why = str(error)
        if not (self.workers.is_ready or self.workers.is_stopped):
            LOG.error("No worker can be started, so no work will be done: %s; look at TMPDIR, memory and the limits on processes", why)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.trips.log_minute()
