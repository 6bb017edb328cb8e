"""How a job goes to a child that runs already: its pickle down a pipe, with the ends of pipes that it holds beside it."""

import io
import os
import pickle
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import Any


class Parcel:
    """Work for a child. said: a pickle of it. ends: duplicates of the ends of pipes in it, open until the child has its own."""

    def __init__(self, work: Any) -> None:
        written = io.BytesIO()
        writing = _Writing(written)
        writing.dump(work)
        self.said = written.getvalue()
        self.ends = [Connection(os.dup(end.fileno()), end.readable, end.writable) for end in writing.ends]

    def hand(self, channel: Connection, pid: int, terms: Any) -> bool:
        """Give it to the child that listens there, with terms of one's own. Whether the child has it: nothing is begun before."""
        try:
            channel.send((terms, len(self.ends)))
            for end in self.ends:
                send_handle(channel, end.fileno(), pid)
            channel.send_bytes(self.said)
            channel.recv_bytes(0)
        except (EOFError, OSError):
            return False
        return True

    def close(self) -> None:
        """Let go of the ends."""
        for end in self.ends:
            end.close()


class Taken:
    """A parcel as the child has it, and its terms. Raises EOFError or OSError when the server has gone."""

    def __init__(self, channel: Connection) -> None:
        self.terms, number = channel.recv()
        self._ends = [recv_handle(channel) for _ in range(number)]
        self._said = channel.recv_bytes()
        channel.send_bytes(b"")

    def work(self) -> Any:
        """The work, its ends of pipes this process's own."""
        return _Reading(self._said, self._ends).load()


class _Writing(pickle.Pickler):
    def __init__(self, written: io.BytesIO) -> None:
        super().__init__(written, pickle.HIGHEST_PROTOCOL)
        self.ends: list[Connection] = []

    def persistent_id(self, obj: Any) -> tuple[int, bool, bool] | None:
        if not isinstance(obj, Connection):
            return None
        self.ends.append(obj)
        return len(self.ends) - 1, obj.readable, obj.writable


class _Reading(pickle.Unpickler):
    def __init__(self, said: bytes, ends: list[int]) -> None:
        super().__init__(io.BytesIO(said))
        self.ends = ends

    def persistent_load(self, pid: tuple[int, bool, bool]) -> Connection:
        place, readable, writable = pid
        return Connection(self.ends[place], readable, writable)
