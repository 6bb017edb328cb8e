"""Reading a TOML file, with one clear message for each way it can fail."""

import tomllib
from pathlib import Path
from typing import Any

from compdesign.errors import Problem, ScenarioError

LARGEST_FILE = 1 << 20


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; ScenarioError if it is missing, unreadable, too large, no text or no TOML."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _refused(str(path), "no such file", "check the path; the shipped examples are listed by `compdesign examples`") from None
    except IsADirectoryError:
        raise _refused(str(path), "is a folder", "name a scenario file in it") from None
    except OSError as error:
        raise _refused(str(path), f"cannot be read ({error.strerror})", "check its permissions") from None
    return parse_toml(raw, str(path))


def parse_toml(raw: bytes, where: str) -> dict[str, Any]:
    """The tables of TOML text; ScenarioError if it is too large, no text or no TOML. where: its name in messages."""
    if len(raw) > LARGEST_FILE:
        raise _refused(where, "is larger than 1 MiB", "a scenario is a few kilobytes of TOML; check that this is one")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _refused(where, f"is no UTF-8 text (byte {error.start})", "save it as UTF-8; a scenario is a TOML text file") from None
    except tomllib.TOMLDecodeError as error:
        raise _refused(where, f"is no valid TOML: {error}", "correct it there") from None
    except RecursionError:
        raise _refused(where, "is nested too deeply", "a scenario nests a few tables at most") from None


def _refused(where: str, what: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem(where, what, remedy)])
