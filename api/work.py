"""Work in processes of its own: one job, one child, which is gone when the job is done, over its limits, or no longer wanted. A job
with side runs gets a companion (`companion.py`), a second child of the same kind, while a worker would stand idle.

Children are forked from a server process that has imported the engine (`warm.py`), so a fresh one costs some milliseconds and carries
nothing over from the job before. As many as there are workers are forked ahead, while a worker stands idle (`spares.py`). An answer is
given when it is there; the next job begins when the child that gave it is gone.
"""

import asyncio
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from typing import Any

from .child import Limits, Made
from .companion import assist, pair
from .exposition import Meters
from .handing import Parcel
from .problems import ApiProblem
from .settings import Settings
from .spares import Child, Spares
from .tripping import Client

RETRY_SECONDS = 5
SPARE_SECONDS = 2
"""How much longer the server waits than the limit that a child sets itself."""
WARM = ["__main__", f"{__package__}.warm"]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
KEPT_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(32 << 20)}
"""What a child has freed stays with it: to get memory back from the kernel takes longer than many a use of it."""


@dataclass(frozen=True)
class Job:
    """One piece of work. kind: its name in metrics. make(*arguments): gives (bytes, headers of the answer), in the child.
    has_side_runs: whether make also takes `beside`, who carries some of it out. ends: of pipes, which the child alone is to hold.
    """

    kind: str
    make: Callable[..., Made]
    arguments: tuple[Any, ...] = field(repr=False)
    has_side_runs: bool = False
    ends: tuple[Connection, ...] = field(repr=False, default=())


@dataclass(frozen=True)
class Answer:
    """What a child sent: its outcome ("done", "refused", "invalid", "too-large", "fault"), what it says of it, and a body."""

    outcome: str
    said: Any = field(repr=False, default=None)
    body: bytes = field(repr=False, default=b"")


class Workers:
    """The children of one server: some running, a bounded number of jobs waiting, no more."""

    def __init__(self, settings: Settings, meters: Meters) -> None:
        self.settings, self.meters = settings, meters
        self.context = get_context("forkserver")
        self._slots = asyncio.Semaphore(settings.workers)
        self._threads = ThreadPoolExecutor(settings.workers, "worker")  # each has a child until that is gone: never more than promised
        self._spares = Spares(self.context, settings.workers)
        self._filling: asyncio.Task[None] | None = None
        self._jobs: Counter[Client] = Counter()
        self._children: set[_Run] = set()
        self._companions: set[asyncio.Task[Answer]] = set()
        self.waiting = self.running = 0
        self.is_ready = self.is_stopped = False

    async def start(self) -> None:
        """Start the process that children are forked from, and see one child work."""
        for name, value in {**ONE_THREAD, **KEPT_MEMORY}.items():
            os.environ.setdefault(name, value)
        self.context.set_forkserver_preload(WARM)
        answer = await self.run(Job("warm", _nothing, ()), ("", b""))
        self.is_ready = answer.outcome == "done"

    def stop(self) -> None:
        """Take no more work, and end what runs and what waits: each is answered with 503."""
        self.is_ready, self.is_stopped = False, True
        self._spares.stop()
        for run in tuple(self._children):
            run.stop()
        self._threads.shutdown(wait=False)

    async def run(self, job: Job, client: Client) -> Answer:
        """The answer of one job. Cancelling the call kills the child. Raises ApiProblem 429 and 503 when there is too much to do."""
        with self._place(client):
            try:
                if self._slots.locked():
                    self._give_way()
                async with asyncio.timeout(self.settings.queue_seconds):
                    await self._slots.acquire()
            except TimeoutError:
                raise _busy() from None
            finally:
                self._waits(-1)
            self._runs(1)
            try:
                answer = Answer("cancelled") if self.is_stopped else await self._counted(job)
            finally:
                self._runs(-1)
                self._slots.release()
            if self.is_stopped and answer.outcome in ("cancelled", "limit"):
                raise _stopping()
            return answer

    @contextmanager
    def _place(self, client: Client) -> Iterator[None]:
        if self.is_stopped:
            raise _stopping()
        if self.waiting >= self.settings.queue:
            raise _busy()
        if self._jobs[client] >= self.settings.client_jobs:
            detail = f"at most {self.settings.client_jobs} jobs of one client at a time"
            raise ApiProblem(429, "too-many-jobs", "Too many jobs at once", detail, (), {"Retry-After": str(RETRY_SECONDS)})
        self._jobs[client] += 1
        self._waits(1)
        try:
            yield
        finally:
            self._jobs[client] -= 1
            if not self._jobs[client]:
                del self._jobs[client]

    async def _counted(self, job: Job) -> Answer:
        outcome = "cancelled"
        try:
            async with self._accompanied(job) as accompanied:
                answer = await self._in_child(accompanied)
            outcome = answer.outcome
            return answer
        finally:
            self.meters.add("compdesign_jobs_total", 1, kind=job.kind, outcome=outcome)

    @asynccontextmanager
    async def _accompanied(self, job: Job) -> AsyncIterator[Job]:
        """The job, with a companion if it has use for one and a worker stands idle. The companion is a worker until it is done, makes way
        for a job that has to wait, and is killed when the job is done or has ended.
        """
        if not job.has_side_runs or self._slots.locked():
            yield job
            return
        await self._slots.acquire()  # at once, since it is not locked
        beside, (far, turns) = pair(self.context)
        companion = asyncio.create_task(self._in_child(Job("companion", assist, (far, turns), ends=(far,))))
        self._companions.add(companion)
        companion.add_done_callback(partial(self._left, far))
        with beside.channel, beside.giving, turns:
            try:
                yield replace(job, make=partial(job.make, beside=beside), ends=(beside.channel, beside.giving))
            finally:
                companion.cancel()  # killed at once; its worker is free when it is gone

    def _left(self, far: Connection, companion: "asyncio.Task[Answer]") -> None:
        far.close()  # of one that never began, too: its job would listen for ever
        self._companions.discard(companion)
        self._slots.release()

    def _give_way(self) -> None:
        """End one companion that has not been told yet, for a job that would have to wait: whom it helped does its work alone."""
        for companion in self._companions:
            if not companion.cancelling():
                companion.cancel()
                return

    async def _in_child(self, job: Job) -> Answer:
        """What the child says, as soon as it has. One that has not said it is gone when this ends."""
        if self.is_stopped:
            return Answer("cancelled")
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[Answer] = loop.create_future()
        limits = Limits(self.settings.job_seconds, self.settings.render_seconds, self.settings.memory_bytes)
        run = _Run(
            job, limits, self.settings.answer_bytes, self._spares, lambda answer: loop.call_soon_threadsafe(heard.set_result, answer)
        )
        self._children.add(run)
        gone = loop.run_in_executor(self._threads, run.carry_out)
        gone.add_done_callback(lambda _: self._done(run))
        try:
            async with asyncio.timeout(limits.seconds + limits.render_seconds + SPARE_SECONDS):
                await asyncio.wait((heard, gone), return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            return Answer("limit", "time")
        finally:
            if heard.done():
                gone.cancel()  # nobody waits for it here; the thread does, before it begins another job
            else:
                run.stop()
                await asyncio.wait((gone,))
        return heard.result() if heard.done() else gone.result()

    def _done(self, run: "_Run") -> None:
        self._children.discard(run)
        if not self.is_stopped and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._fill())

    async def _fill(self) -> None:
        """Fork children ahead while a worker stands idle: jobs that follow upon each other would be held up by it."""
        with suppress(OSError, EOFError):  # no process to be had: the next job tries itself, and says so
            while len(self._children) < self.settings.workers and self._spares.is_short():
                await asyncio.to_thread(self._spares.add)

    def _waits(self, change: int) -> None:
        self.waiting += change
        self.meters.put("compdesign_jobs_waiting", self.waiting)

    def _runs(self, change: int) -> None:
        self.running += change
        self.meters.put("compdesign_jobs_running", self.running)


class _Run:
    """One job, from a thread's view: given to a child, its answer told, its child ended, and the files that are left removed."""

    def __init__(self, job: Job, limits: Limits, answer_bytes: int, spares: Spares, tell: Callable[[Answer], object]) -> None:
        self.limits, self.answer_bytes, self.spares, self.tell = limits, answer_bytes, spares, tell
        self.parcel = Parcel((job.make, job.arguments))
        for end in job.ends:
            end.close()
        self.lock = threading.Lock()
        self.child: Child | None = None
        self.is_stopped = False

    def carry_out(self) -> Answer:
        """Give the job to a child; tell what it says, and wait for its end. Gives the answer."""
        with TemporaryDirectory(prefix="compdesign-", ignore_cleanup_errors=True) as scratch:
            try:
                child, is_taken = self._given(scratch)
            finally:
                self.parcel.close()
            if child is None:
                return Answer("cancelled")
            try:
                answer = self._heard(child) if is_taken else None
                if answer:
                    self.tell(answer)
            finally:
                code = child.ended()
            return answer or _ended(code)

    def _given(self, scratch: str) -> tuple[Child | None, bool]:
        """Who got the job, and whether it was taken: a spare may have been killed, a new child must be there."""
        while True:
            spare = self.spares.take()
            child = spare or Child(self.spares.context)
            with self.lock:
                self.child = child
                if self.is_stopped:
                    child.leave()
                    return None, False
            is_taken = self.parcel.hand(child.channel, child.process.pid, (self.limits, scratch))
            if is_taken or not spare:
                return child, is_taken
            child.ended()

    def _heard(self, child: Child) -> Answer | None:
        try:
            said = json.loads(child.channel.recv_bytes(self.answer_bytes))
            return Answer(said["outcome"], said["said"], child.channel.recv_bytes(self.answer_bytes))
        except (EOFError, OSError):  # it ended without an answer, or with one beyond all measure
            self.stop()
            return None

    def stop(self) -> None:
        """Kill the child, or keep it from starting."""
        with self.lock:
            self.is_stopped = True
            if self.child is not None:
                self.child.process.kill()


def _ended(exit_code: int) -> Answer:
    """What the end of a child without an answer means: its clock, our kill of one that says too much, the kernel's for memory, a crash."""
    if exit_code in (-signal.SIGALRM, -signal.SIGXCPU):
        return Answer("limit", "time")
    return Answer("limit", "memory") if exit_code in (-signal.SIGKILL, -signal.SIGABRT) else Answer("crash", f"exit code {exit_code}")


def _nothing() -> Made:
    return b"", {}


def _stopping() -> ApiProblem:
    headers = {"Retry-After": str(RETRY_SECONDS), "Connection": "close"}
    return ApiProblem(503, "stopping", "The server is stopping", "the work was not done; ask again when a server is back", (), headers)


def _busy() -> ApiProblem:
    return ApiProblem(503, "busy", "Too much to do", "all workers are busy; try again shortly", (), {"Retry-After": str(RETRY_SECONDS)})
