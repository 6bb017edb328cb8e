"""Children forked ahead: each waits for a job at the end of a pipe, does that one, and is gone. None costs anything but memory meanwhile."""

import threading
from multiprocessing.connection import Connection, wait
from typing import Any

from .child import serve

LEAVING_SECONDS = 2
"""What a child that has answered gets to be gone."""
_ENDINGS = threading.Lock()
"""Starting a process looks which others have ended. An exit code can be read once only: by one thread at a time."""


class Child:
    """One process that has no job yet. channel: the job goes out, the answer comes in."""

    def __init__(self, context: Any) -> None:
        near, far = context.Pipe()
        self.channel: Connection = near
        with far, _ENDINGS:
            self.process = context.Process(target=serve, args=(far,), daemon=True)
            self.process.start()

    def is_waiting(self) -> bool:
        """Whether it still waits for a job: a pipe that can be read then is one that has lost its other end."""
        return not self.channel.poll()

    def leave(self) -> None:
        """Send it home without a job: its pipe ends."""
        self.channel.close()

    def ended(self) -> int:
        """Its exit code, once it is gone; killed if it does not go."""
        self.channel.close()
        if not wait([self.process.sentinel], LEAVING_SECONDS):
            self.process.kill()
            wait([self.process.sentinel])
        with _ENDINGS:
            self.process.join()
        code: int = self.process.exitcode
        return code


class Spares:
    """The children of one server that wait for a job, at most a number. For several threads."""

    def __init__(self, context: Any, number: int) -> None:
        self.context, self.number = context, number
        self._waiting: list[Child] = []
        self._lock = threading.Lock()
        self._is_stopped = False

    def take(self) -> Child | None:
        """One that waits; None if none does."""
        with self._lock:
            self._drop_dead()
            return self._waiting.pop() if self._waiting else None

    def is_short(self) -> bool:
        """Whether there should be more."""
        with self._lock:
            self._drop_dead()
            return len(self._waiting) < self.number and not self._is_stopped

    def add(self) -> None:
        """Fork one more."""
        child = Child(self.context)
        with self._lock:
            if not self._is_stopped:
                self._waiting.append(child)
                return
        child.leave()

    def stop(self) -> None:
        """Send all home, and those that are being forked."""
        with self._lock:
            self._is_stopped = True
            for child in self._waiting:
                child.leave()
            self._waiting.clear()

    def _drop_dead(self) -> None:
        for child in [each for each in self._waiting if not each.is_waiting()]:
            child.leave()
            self._waiting.remove(child)
