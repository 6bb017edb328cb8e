"""An Open Cap Format package: its manifest and objects, checked as far as one object alone can be."""

import json
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from compdesign.captable.object_types import OTHER_TYPES, TRANSACTION_TYPES
from compdesign.captable.package_files import PackageFiles, leaves, printable, read_files
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import calendar_date

PUBLISHED = ("1.0.0", "1.1.0", "1.2.0", "1.2.1-alpha+main")
"""Versions of the format that this reader was written for; 1.2.1-alpha+main is the schema's own `const`."""

FORMER_NAME, NAME = "TX_PLAN_SECURITY_", "TX_EQUITY_COMPENSATION_"
"""Version 1.0 called equity compensation plan securities; the objects are the same (OCF schema, EquityCompensationIssuance)."""


@dataclass(frozen=True)
class Item:
    """One object of the package: its type (by its present name), its JSON, and its file."""

    type: str
    data: dict[str, Any]
    file: str

    @property
    def id(self) -> str:
        """The object's id."""
        return str(self.data.get("id", ""))

    @property
    def where(self) -> str:
        """The object, as messages name it."""
        return f"{self.file}, {self.type} {printable(self.id)}"

    @property
    def day(self) -> date:
        """The date of a transaction."""
        return calendar_date(self.where, "date", self.data.get("date"))


@dataclass(frozen=True)
class Package:
    """A package as read.

    items: every object of a known type, in the manifest's order. aside: objects of unknown types, kept and listed.
    notes: what is worth saying and no fault.
    """

    where: str
    version: str
    as_of: date
    issuer: dict[str, Any]
    items: tuple[Item, ...]
    aside: tuple[Item, ...]
    notes: tuple[str, ...] = field(default=())

    def of(self, kind: str) -> dict[str, Item]:
        """id -> object of one type."""
        return {item.id: item for item in self.items if item.type == kind}

    def transactions(self) -> list[Item]:
        """Transactions in the manifest's order."""
        return [item for item in self.items if item.type in TRANSACTION_TYPES]


def read_package(path: str | Path) -> Package:
    """Read a package from a folder or a zip. Raises ScenarioError with one message for each fault.

    Only objects alone are checked here; references between them and the arithmetic of the transactions are checked by
    `compdesign.captable.replay.cap_table`.
    """
    files = read_files(Path(path))
    name, manifest = _manifest(files)
    notes = [] if manifest.get("ocf_version") in PUBLISHED else [_version_note(manifest.get("ocf_version"))]
    as_of = calendar_date(f"{files.where}, {name}", "as_of", manifest.get("as_of"))
    issuer = manifest.get("issuer") if isinstance(manifest.get("issuer"), dict) else {}
    folder = PurePosixPath(name).parent
    items: list[Item] = []
    problems: list[Problem] = []
    read = {name}
    for key in sorted(each for each in manifest if each.endswith("_files")):
        if not isinstance(manifest[key], list):
            problems.append(Problem(f"{files.where}, {name}", f"{key} is no list", 'list the files, each {"filepath": ...}, or []'))
            continue
        for entry in manifest[key]:
            try:
                file, made = _objects(files, folder, entry, f"{name}, {key}")
            except ScenarioError as error:
                problems += error.problems
                continue
            read.add(file)
            items += made
    problems += _twice(items)
    if problems:
        raise ScenarioError(problems)
    notes += [f"{file} is not named by the manifest and was not read" for file in files.contents if file not in read]
    known = OTHER_TYPES | TRANSACTION_TYPES
    return Package(
        files.where,
        str(manifest.get("ocf_version", "")),
        as_of,
        dict(issuer or {}),
        tuple(item for item in items if item.type in known),
        tuple(item for item in items if item.type not in known),
        tuple(notes),
    )


def _version_note(version: Any) -> str:
    return f"version {version!r:.40} of the format is none of {', '.join(PUBLISHED)}; it was read as {PUBLISHED[-1]}"


def _manifest(files: PackageFiles) -> tuple[str, dict[str, Any]]:
    """The file whose file_type says it is the manifest; the one nearest to the top."""
    found = []
    for name in sorted(files.contents, key=lambda each: (each.count("/"), each)):
        if b"OCF_MANIFEST_FILE" in files.contents[name]:
            data = _json(files, name)
            if isinstance(data, dict) and data.get("file_type") == "OCF_MANIFEST_FILE":
                found.append((name, data))
    if not found:
        remedy = "name the folder or zip that holds Manifest.ocf.json"
        raise ScenarioError([Problem(files.where, "holds no manifest (a JSON file of file_type OCF_MANIFEST_FILE)", remedy)])
    top = found[0][0].count("/")
    if len(same := [name for name, _ in found if name.count("/") == top]) > 1:
        raise ScenarioError([Problem(files.where, f"holds {len(same)} manifests ({', '.join(same)})", "name the folder of one package")])
    return found[0]


def _json(files: PackageFiles, name: str) -> Any:
    where = f"{files.where}, {printable(name)}"
    try:
        return json.loads(files.contents[name].decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ScenarioError([Problem(where, "is no UTF-8 text", "save it as UTF-8")]) from None
    except json.JSONDecodeError as error:
        raise ScenarioError([Problem(where, f"is no JSON: {error.msg} (line {error.lineno})", f"correct line {error.lineno}")]) from None
    except RecursionError:
        raise ScenarioError([Problem(where, "is nested too deeply", "an OCF file nests a few objects at most")]) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise ScenarioError([Problem(where, "holds a number of thousands of digits", "correct it")]) from None


def _objects(files: PackageFiles, folder: PurePosixPath, entry: Any, where: str) -> tuple[str, list[Item]]:
    path = entry.get("filepath") if isinstance(entry, dict) else None
    if not isinstance(path, str) or not path:
        raise ScenarioError([Problem(where, "an entry has no filepath", "name the file")])
    if leaves(path):
        raise ScenarioError([Problem(where, f"{path!r:.80} leaves the package", "name a file inside it")])
    name = (folder / path).as_posix()
    if name not in files.contents:
        close = get_close_matches(name, files.contents, 1)
        remedy = f"did you mean {close[0]}?" if close else "add the file, or correct the manifest"
        raise ScenarioError([Problem(where, f"{path!r:.80} is missing from the package", remedy)])
    data = _json(files, name)
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise ScenarioError([Problem(name, "has no list of objects", 'an OCF file is {"file_type": ..., "items": [...]}')])
    return name, [Item(str(each.get("object_type")).replace(FORMER_NAME, NAME), each, name) for each in items]


def _twice(items: list[Item]) -> list[Problem]:
    """No two objects of one type have the same id (OCF docs, Transaction Tracing)."""
    first: dict[tuple[str, str], Item] = {}
    problems = []
    for item in items:
        key = (item.type, item.id)
        if not item.id:
            problems.append(Problem(f"{item.file}, {item.type}", "an object has no id", "give each object an id"))
        elif key in first:
            problems.append(Problem(item.where, "is there twice", "give each object of a type its own id"))
        first.setdefault(key, item)
    return problems
