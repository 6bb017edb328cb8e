"""Reading a TOML file, with one clear message for each way it can fail."""

import re
import tomllib
from pathlib import Path
from typing import Any

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.uncertain import shown

LARGEST_FILE = 1 << 20
_EXAMPLES = {
    "scenario": "the shipped examples are listed by `compdesign examples`",
    "candidate file": "`compdesign examples candidate` prints one",
}


def read_toml(path: Path, kind: str = "scenario") -> dict[str, Any]:
    """The tables of a TOML file; ScenarioError if it is missing, unreadable, too large, no text or no TOML. kind: what it should be."""
    where = "".join(char if char.isprintable() else "?" for char in str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise _refused(where, "no such file", f"check the path; {_EXAMPLES.get(kind, _EXAMPLES['scenario'])}") from None
    except IsADirectoryError:
        raise _refused(where, "is a folder", f"name a {kind.removesuffix(' file')} file in it") from None
    except PermissionError:
        raise _refused(where, "may not be read", "check its permissions") from None
    except OSError as error:
        raise _refused(where, f"cannot be read ({error.strerror})", "check the path") from None
    except ValueError:  # a null character
        raise _refused(where, "is no path", "check the path") from None
    return parse_toml(raw, where, kind)


def parse_toml(raw: bytes, where: str, kind: str = "scenario") -> dict[str, Any]:
    """The tables of TOML text; ScenarioError if it is too large, no text or no TOML. where: its name in messages. kind: as read_toml."""
    if len(raw) > LARGEST_FILE:
        raise _refused(where, "is larger than 1 MiB", f"a {kind} is a few kilobytes of TOML; check that this is one")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = "is no text" if b"\x00" in raw[:4096] else f"is no UTF-8 text (line {1 + raw[: error.start].count(10)})"
        raise _refused(where, what, f"a {kind} is a TOML text file, saved as UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(where, *_broken(str(error), text)) from None
    except RecursionError:
        raise _refused(where, "is nested too deeply", f"a {kind} nests a few tables at most") from None
    except ValueError:  # Python reads no decimal number of more than 4,300 digits
        raise _refused(where, "holds a number of thousands of digits", "remove it") from None


def _broken(message: str, text: str) -> tuple[str, str]:
    """What the TOML reader says, with the line it speaks of; and the remedy."""
    message = re.sub(r"\('([^()]*)',?\)", lambda keys: keys[1].replace("', '", "."), message)
    place = re.search(r" \(at line (\d+), column \d+\)$", message)
    if place is None:
        return f"is no valid TOML: {message}", "look for a quote or bracket that is not closed"
    line = text.splitlines()[int(place[1]) - 1].strip() if int(place[1]) <= len(text.splitlines()) else ""
    remedy = f"correct line {place[1]}"
    if "twice" in message or "overwrite" in message:
        remedy = f"name each key and table once, line {place[1]}"
    elif re.search(r"=\s*[^\s\"'\[{#]*[A-Za-z]", line):
        remedy = f'correct line {place[1]}; text, and amounts such as "38M", stand in quotes'
    return f"is no valid TOML: {message}: {shown(line)}", remedy


def _refused(where: str, what: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem(where, what, remedy)])
