"""What all requests of one server share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .body import BodyReader
from .exposition import Meters
from .settings import Settings
from .shapes import names
from .tripping import Trips
from .work import Workers


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
        tasks = [asyncio.create_task(self.workers.start()), asyncio.create_task(self._tick())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            self.workers.stop()
            self.trips.log_minute(at_once=True)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.trips.log_minute()
