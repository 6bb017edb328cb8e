"""A page printed in a process of its own, which its limits end: a small page can ask for hours, and a layout cannot be stopped from within.

`python -m compdesign.reports.child SECONDS BYTES` reads a page and writes its outcome: a line of JSON, then the PDF.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from compdesign.errors import WorkTooLarge
from compdesign.reports.pages import Printed

SPARE_SECONDS = 2
"""How much longer the parent waits than the limit that the child sets itself."""
OUT_OF_MEMORY = 3


@dataclass(frozen=True)
class Limits:
    """seconds: of wall time and of processor time, each. memory_bytes: of address space."""

    seconds: int = 60
    memory_bytes: int = 3 << 30


def printed_apart(html: str, limits: Limits = Limits()) -> Printed:
    """What `pdf.printed` makes of a page; WorkTooLarge if the page needs more than its limits.

    The process writes its fonts into a folder that is removed here: one that is killed removes nothing.
    """
    command = [sys.executable, "-P", "-m", "compdesign.reports.child", str(limits.seconds), str(limits.memory_bytes)]
    try:
        with TemporaryDirectory(prefix="compdesign-", ignore_cleanup_errors=True) as scratch:
            surroundings, patience = {**os.environ, "TMPDIR": scratch}, limits.seconds + SPARE_SECONDS
            done = subprocess.run(command, input=html.encode(), capture_output=True, timeout=patience, env=surroundings)
    except subprocess.TimeoutExpired:
        raise _too_slow(limits) from None
    if done.returncode in (-signal.SIGALRM, -signal.SIGXCPU):
        raise _too_slow(limits)
    if done.returncode in (OUT_OF_MEMORY, -signal.SIGKILL, -signal.SIGABRT):
        raise WorkTooLarge(f"the pages need more than {limits.memory_bytes >> 20:,} MiB of memory; shorten the texts in them")
    if done.returncode != 0:
        raise RuntimeError(f"the printing process ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    said, _, content = done.stdout.partition(b"\n")
    return Printed(content, json.loads(said)["uncovered"])


def _too_slow(limits: Limits) -> WorkTooLarge:
    return WorkTooLarge(f"the pages take more than {limits.seconds} seconds to lay out; shorten the texts in them")


def main(seconds: int, memory_bytes: int) -> int:
    """Print the page on standard input within the limits. The kernel ends this process at those of time (SIGALRM, SIGXCPU)."""
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold salaries
    try:
        from compdesign.reports.pdf import printed

        made = printed(sys.stdin.buffer.read().decode())
    except (MemoryError, SystemError):  # a library in C may report a failed allocation without naming it
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(json.dumps({"uncovered": made.uncovered}).encode() + b"\n" + made.content)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
