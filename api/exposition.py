"""What the server counts, in the text format that Prometheus reads."""

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate

Labels = tuple[tuple[str, str], ...]

HELP = {
    "compdesign_requests_total": ("counter", "Requests answered, by route, method and status."),
    "compdesign_request_seconds": ("histogram", "Time from request to answer, by route."),
    "compdesign_jobs_total": ("counter", "Jobs, by kind and outcome."),
    "compdesign_jobs_running": ("gauge", "Jobs that have a worker process."),
    "compdesign_jobs_waiting": ("gauge", "Jobs that wait for one."),
    "compdesign_clients_tripped": ("gauge", "Clients refused unread because they kept sending what cannot be used."),
    "compdesign_alert": ("gauge", "1 while a client is tripped or more than 1,000 bad requests came within a minute."),
}
BUCKETS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)
ENDS = (*(f"{bucket:g}" for bucket in BUCKETS), "+Inf")


class Meters:
    """Counters, gauges and one histogram, by name and labels; names and labels come from this program, never from a request."""

    def __init__(self) -> None:
        self.values: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self.buckets: dict[tuple[str, Labels], list[int]] = defaultdict(lambda: [0] * len(ENDS))

    def add(self, name: str, amount: float, **labels: str) -> None:
        """Count."""
        self.values[name][tuple(labels.items())] += amount

    def put(self, name: str, value: float) -> None:
        """Set a gauge."""
        self.values[name][()] = value

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Add to a histogram."""
        self.buckets[name, tuple(labels.items())][bisect_left(BUCKETS, seconds)] += 1
        self.add(f"{name}_sum", seconds, **labels)
        self.add(f"{name}_count", 1, **labels)

    def text(self) -> str:
        """The exposition, version 0.0.4."""
        lines = []
        for name, (kind, meaning) in HELP.items():
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
            lines += self._bucket_lines(name)
            for part in [name] if kind != "histogram" else [f"{name}_sum", f"{name}_count"]:
                lines += [f"{part}{_braced(labels)} {value:.15g}" for labels, value in self.values[part].items()]
        return "\n".join(lines) + "\n"

    def _bucket_lines(self, name: str) -> list[str]:
        """A histogram's buckets, each holding those below it too."""
        return [
            f"{name}_bucket{_braced((*labels, ('le', end)))} {total}"
            for (each, labels), counts in self.buckets.items()
            if each == name
            for end, total in zip(ENDS, accumulate(counts), strict=True)
        ]


def _braced(labels: Labels) -> str:
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels) + "}" if labels else ""
