"""Clients that keep sending what cannot be used are refused unread for a while, and logged once a minute.

A client is its address and its token together, so that nobody behind a shared address pays for a neighbour with another token. With a
proxy in front, name it (`--trust-proxy`), so that the address is the client's own. Tokens cost nothing to make up, so clients for whom no
work was ever done have, beside their own allowance, one of their address in common.
"""

import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from .settings import Settings

LOG = logging.getLogger("compdesign.api")
MOST_CLIENTS = 10_000
MOST_LINES = 50
"""Log lines of one minute; more clients than that share the last."""
LOG_SECONDS = 60
ALERT_FAULTS = 1_000
"""Bad requests within a minute, of all clients together, that raise the alert."""

STRANGERS_TIMES = 2
"""Allowance of all strangers at one address, times that of one client."""
STRANGERS = b"strangers"

Client = tuple[str, bytes]


def client_of(address: str, authorization: bytes) -> Client:
    """Who sends: the address, and the token hashed, so that none is kept."""
    return address, blake2b(authorization, digest_size=16).digest() if authorization else b""


@dataclass
class _Record:
    in_hand: float
    at: float
    tripped: bool = False


class Trips:
    """The faults each client has in hand: a token bucket a client, the least recently bad forgotten first."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings, self.clock = settings, clock
        self._records: OrderedDict[Client, _Record] = OrderedDict()
        self._known: OrderedDict[Client, None] = OrderedDict()
        self._refused: dict[str, Counter[int]] = {}
        self._logged = clock()
        self._latest: deque[float] = deque(maxlen=ALERT_FAULTS)

    def seconds_left(self, client: Client) -> int:
        """0 for a client that is served; else after how many seconds it will be."""
        return max(self._seconds_left(each, times) for each, times in self._shared(client))

    def fault(self, client: Client) -> None:
        """A client sent what cannot be used. Once it is tripped itself, it takes nothing from the others."""
        self._latest.append(self.clock())
        for each, times in self._shared(client):
            if self._take(each, times):
                break

    def worked(self, client: Client) -> None:
        """Work was done for a client: it is no stranger any more."""
        self._known[client] = None
        self._known.move_to_end(client)
        if len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)

    def _shared(self, client: Client) -> Iterator[tuple[Client, int]]:
        """Whose allowances a client draws on, and how many times the usual each is."""
        yield client, 1
        if client not in self._known:
            yield (client[0], STRANGERS), STRANGERS_TIMES

    def _seconds_left(self, client: Client, times: int) -> int:
        record = self._records.get(client)
        if record is None or not record.tripped:
            return 0
        self._regain(record, times)
        if record.in_hand >= self.settings.calm:
            record.tripped = False
            return 0
        return int((self.settings.calm - record.in_hand) * self.settings.fault_seconds / times) + 1

    def _take(self, client: Client, times: int) -> bool:
        """Whether this is one too many."""
        record = self._records.setdefault(client, _Record(self.settings.faults * times, self.clock()))
        self._records.move_to_end(client)
        if len(self._records) > MOST_CLIENTS:
            self._records.popitem(last=False)
        self._regain(record, times)
        record.in_hand -= 1
        if record.in_hand < 1:
            record.in_hand, record.tripped = 0.0, True
        return record.in_hand < 1

    def tripped(self) -> int:
        """How many clients are refused now."""
        times = {STRANGERS: STRANGERS_TIMES}
        return sum(1 for client in list(self._records) if self._seconds_left(client, times.get(client[1], 1)))

    def is_alarming(self) -> bool:
        """Whether a client is tripped, or bad requests came too often."""
        return self.tripped() > 0 or (len(self._latest) == ALERT_FAULTS and self.clock() - self._latest[0] < 60)

    def count(self, client: Client, status: int) -> None:
        """Remember a refusal for the log, by address: tokens can be made up without end."""
        address = client[0] if client[0] in self._refused or len(self._refused) < MOST_LINES - 1 else "other clients"
        self._refused.setdefault(address, Counter())[status] += 1

    def log_minute(self, at_once: bool = False) -> None:
        """Once a minute, one line for each client that was refused anything."""
        seconds = self.clock() - self._logged
        if seconds < LOG_SECONDS and not at_once:
            return
        for line in self._lines(seconds):
            LOG.warning(line)
        self._refused.clear()
        self._logged = self.clock()

    def _lines(self, seconds: float) -> Iterator[str]:
        for address, statuses in self._refused.items():
            parts = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
            yield f"{address}: {statuses.total():,} requests refused in {seconds:.0f} s ({parts})"

    def _regain(self, record: _Record, times: int) -> None:
        now = self.clock()
        gained = (now - record.at) * times / self.settings.fault_seconds
        record.in_hand = min(self.settings.faults * times, record.in_hand + gained)
        record.at = now
