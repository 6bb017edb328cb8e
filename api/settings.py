"""What the server allows: one frozen object, made from the options of `compdesign serve`."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Settings:
    """Sizes in bytes, times in seconds. Every limit is smaller than the command line's: a server is shared.

    workers: jobs at a time. queue: jobs that may wait for a worker; client_jobs: of those and the running ones, how many one client
    may have. bodies_bytes: bodies being read, all together. message_seconds: from the first byte a client owes to its last.
    idle_connections: connections that owe a request; beyond, the oldest is closed. hire_months: structures x seats x months x
    paths of one job, side runs included. simulation_bytes: what its arrays may take. faults: bad requests a client has in hand;
    it regains one every fault_seconds, and once it has none is refused unread until it has calm again. proxies: addresses whose
    X-Forwarded-For is believed.
    """

    workers: int = 2
    queue: int = 100
    client_jobs: int = 50
    queue_seconds: float = 60.0
    job_seconds: int = 60
    render_seconds: int = 10
    memory_bytes: int = 3072 * MIB
    answer_bytes: int = 64 * MIB
    body_bytes: int = 1 * MIB
    bodies_bytes: int = 64 * MIB
    body_seconds: float = 6.0
    message_seconds: float = 9.0
    write_seconds: float = 30.0
    idle_connections: int = 4_000
    hire_months: float = 3e8
    simulation_bytes: int = 2500 * MIB
    faults: int = 60
    fault_seconds: float = 1.0
    calm: int = 10
    proxies: tuple[str, ...] = ()
