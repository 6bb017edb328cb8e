"""What runs in a worker process: a wait for one job, the job under its limits, its answer down a pipe, nothing anywhere else."""

import gc
import json
import logging
import os
import resource
import signal
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable
from dataclasses import astuple, dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from compdesign.errors import Refused, ScenarioError, WorkTooLarge

from .handing import Taken

Made = tuple[bytes, dict[str, str]]
"""What a job makes: the answer's bytes and headers."""
LARGEST_FILE = 16 << 20
"""Bytes of a temporary file: fonts are unpacked into some."""
TOUCHED_BLOCK, TOUCHED_BLOCKS = 4 << 20, 16
"""Bytes and number of the blocks of memory that a child has before there is a job."""
NICENESS = 10
"""Work yields to the process that answers: health checks stay quick on a full machine."""


@dataclass(frozen=True)
class Limits:
    """seconds: of wall time and of processor time, each; render_seconds: of wall time from `rendering()` on; memory_bytes: of address
    space.
    """

    seconds: int
    render_seconds: int
    memory_bytes: int


_RENDER_SECONDS = [0]


def rendering() -> None:
    """From here on a document is laid out, which gets a limit of its own: a small page can ask for hours."""
    if _RENDER_SECONDS[0]:
        signal.alarm(_RENDER_SECONDS[0])


def serve(channel: Connection) -> None:
    """Wait for a job, take it, and leave once its outcome is sent. What can be made ready is ready before there is a job."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    _be_quiet()
    _have_memory(channel)
    try:
        parcel = Taken(channel)
    except (EOFError, OSError):  # the server has no use for it, or is gone
        return
    limits, scratch = parcel.terms
    _confine(limits)
    threading.Thread(target=_end_with_server, daemon=True).start()
    make, arguments = parcel.work()
    _carry_out(channel, make, arguments, scratch)
    os._exit(0)  # what else would be put in order here is gone with the process


def _carry_out(channel: Connection, make: Callable[..., Made], arguments: tuple[Any, ...], scratch: str) -> None:
    """Run one job and send its outcome. The kernel ends this process at its limits (SIGALRM, SIGXCPU); the server sees the pipe close.

    scratch: folder for temporary files, which the server removes.
    """
    tempfile.tempdir = scratch
    said: dict[str, Any]
    body = b""
    try:
        body, headers = make(*arguments)
        said = {"outcome": "done", "said": headers}
    except ScenarioError as error:
        said = {"outcome": "invalid", "said": [astuple(each) for each in error.problems]}
    except Refused as error:
        said = {"outcome": "refused", "said": astuple(error.problem)}
    except WorkTooLarge:
        said = {"outcome": "too-large", "said": None}
    except MemoryError:
        said = {"outcome": "limit", "said": "memory"}
    except Exception as error:
        said = {"outcome": "fault", "said": described(error)}
    channel.send_bytes(json.dumps(said).encode())
    channel.send_bytes(body)


def _end_with_server() -> None:
    """A server that was killed outright leaves no work behind."""
    server = parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def described(error: BaseException) -> str:
    """Type and places of an unexpected fault, without its message: that may hold values."""
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-8:]))}"


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # libraries print what they choke on
        os.dup2(nowhere, stream)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(1_000)
    gc.freeze()
    os.nice(NICENESS)


def _have_memory(channel: Connection) -> None:
    """While there is no job, have the kernel give and clear memory, which it does page by page at the first touch. It stays with this
    process (`work.KEPT_MEMORY`).
    """
    touched: list[bytes] = []
    while len(touched) < TOUCHED_BLOCKS and not channel.poll():
        touched.append(b"x" * TOUCHED_BLOCK)


def _confine(limits: Limits) -> None:
    """From here on limits count: what the wait has taken is less than the second by which processor time is told."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.seconds)
    _RENDER_SECONDS[0] = limits.render_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold salaries
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
