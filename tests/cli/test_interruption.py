"""Ctrl-C at any moment: exit code 130, not a word, no file, no process left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compdesign.simulation import processes

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
BEGUN = "from compdesign.cli import main; print('begun', flush=True); main()"
"""What the installed command does, and word of when Python itself has started: before that nobody can answer for an interruption."""


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Tests that run in the background of a script are told to ignore interruptions, and what they start would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(seconds: float, *arguments: object) -> tuple[int, str, str]:
    """As a terminal does it: SIGINT to the whole process group, so many seconds after the start of the command."""
    command = [sys.executable, "-c", BEGUN, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as started:
        assert started.stdout and started.stdout.readline() == "begun\n"
        time.sleep(seconds)
        os.killpg(started.pid, signal.SIGINT)
        try:
            out, err = started.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise
    return started.returncode, out, err


@pytest.mark.parametrize("seconds", [0.01, 0.03, 0.07, 0.12, 0.2, 0.3, 0.4, 0.55, 0.7, 1.0, 1.5, 2.5, 4.0])
def test_an_interruption_ends_the_command_without_a_word(seconds: float, tmp_path: Path) -> None:
    """Up to a second it imports; then workers import, then they simulate."""
    command = ("compare", EXAMPLES / "series_c.toml", "-n", 2_000_000, "-w", 2, "--json", tmp_path / "o.json")
    assert interrupted(seconds, *command) == (130, "", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("verb", "seconds"),
    [("explain", 0.05), ("explain", 0.25), *((verb, seconds) for verb in ("letter", "board") for seconds in (0.05, 0.25, 0.6))],
)  # explain has told its story in about 0.6 s
def test_every_verb_ends_alike(verb: str, seconds: float, tmp_path: Path) -> None:
    more = {
        "explain": ["--path", 9_999_999],
        "letter": ["--structure", "hybrid", "--candidate", EXAMPLES / "candidates" / "candidate.toml", "--out", tmp_path / "letter.pdf"],
        "board": ["--paths", 1_000_000, "--out", tmp_path / "board.pdf"],
    }[verb]
    assert interrupted(seconds, verb, EXAMPLES / "series_c.toml", *more) == (130, "", "")
    assert not list(tmp_path.iterdir())


def told(script: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


OPENING = """
import os, signal
from compdesign.cli.interruption import watch
from compdesign.cli.options import faults_told
watch()
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.parametrize(
    "lines",
    [
        "interrupt()",
        "class Gone:\n        def __del__(self):\n            interrupt(); sum(range(1000))\n    Gone()",  # where Python lets no exception out
        "try:\n        interrupt(); sum(range(1000))\n    except BaseException:\n        raise ValueError('made of it') from None",
    ],
)
def test_an_interruption_is_not_lost_on_the_way(lines: str) -> None:
    script = (
        f"{OPENING}\nimport sys\ntry:\n  with faults_told():\n    {lines}\n    print('lost')\nexcept Exception as e: sys.exit(e.exit_code)"
    )
    assert told(script) == (130, "", "")


def test_a_library_that_swallows_it_while_imported_cannot_keep_it(tmp_path: Path) -> None:
    swallowing = "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT); sum(range(1000))\nexcept BaseException: pass"
    (tmp_path / "swallowing.py").write_text(swallowing)
    script = f"{OPENING}\nimport sys; sys.path.insert(0, {str(tmp_path)!r})\nwith faults_told():\n    import swallowing\n    print('lost')"
    assert told(script) == (130, "", "")


def test_outside_of_a_verb_it_ends_at_once() -> None:
    assert told(f"{OPENING}\ntry:\n    interrupt(); sum(range(1000))\nexcept BaseException: pass\nprint('lost')") == (130, "", "")


def test_what_is_at_work_is_put_away_first() -> None:
    script = f"{OPENING}\nwith faults_told():\n    try:\n        interrupt(); sum(range(1000))\n    finally:\n        print('put away')"
    code, out, _ = told(script)
    assert (code != 0, out) == (True, "put away\n")


def test_what_does_not_end_in_time_is_ended() -> None:
    script = f"{OPENING}\nimport time\nwith faults_told():\n    try:\n        interrupt(); sum(range(1000))\n    finally:\n        time.sleep(50)"
    assert told(script) == (130, "", "")


def test_who_was_told_to_ignore_interruptions_does() -> None:
    """As under nohup, and for a command that a script puts into the background."""
    command = f"trap '' INT; exec {sys.executable} -c \"{BEGUN}\" check {EXAMPLES / 'series_c.toml'}"
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout and started.stdout.readline() == "begun\n"
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=60)
    assert started.returncode == 0 and "valid; 4 structures" in out and err == ""


def test_while_workers_start_an_interruption_waits() -> None:
    """Whichever thread of the process takes the signal."""
    reached = []

    def start() -> None:
        with processes._uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert reached == ["the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_worker_that_the_system_ended_is_a_failure_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BEGUN, "compare", str(EXAMPLES / "series_c.toml"), "-n", "2000000", "-w", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as started:
        deadline = time.monotonic() + 30
        while len(workers := worker_processes(started.pid)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(workers[0], signal.SIGKILL)
        _, err = started.communicate(timeout=60)
    assert (started.returncode, err.count("\n")) == (1, 1) and "a worker process was ended from outside" in err


def worker_processes(pid: int) -> list[int]:
    """Children of the children of a process: its fork server's."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    children = {each for each, parent in parents.items() if parent == pid}
    return sorted(each for each, parent in parents.items() if parent in children)
