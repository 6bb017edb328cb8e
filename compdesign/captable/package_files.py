"""The files of a package, from a folder or a zip, within limits; nothing is unpacked onto the disk."""

import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from compdesign.errors import Problem, ScenarioError

MOST_FILES = 5_000
LARGEST_FILE = 64 << 20
LARGEST_PACKAGE = 256 << 20
HIGHEST_RATIO = 200
"""A zip member that unpacks to more than this many times its size is no JSON text: JSON compresses 5 to 30 times."""
SMALL = 1 << 20
"""Below this size the ratio says nothing."""


@dataclass(frozen=True)
class PackageFiles:
    """name -> content of a package's JSON files; names are relative and use forward slashes."""

    where: str
    contents: dict[str, bytes]


def read_files(path: Path) -> PackageFiles:
    """Read every .json file of a folder or zip. Raises ScenarioError with one message for each fault."""
    where = printable(str(path))
    if path.is_dir():
        return PackageFiles(where, _from_folder(path, where))
    if not path.is_file():
        raise ScenarioError([Problem(where, "no such folder or zip", "check the path")])
    if not zipfile.is_zipfile(path):
        raise ScenarioError([Problem(where, "is neither a folder nor a zip", "name the folder that holds the manifest, or a zip of it")])
    try:
        return PackageFiles(where, _from_zip(path, where))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise ScenarioError([Problem(where, f"is a damaged zip ({error})", "make the zip again")]) from None


def _from_folder(path: Path, where: str) -> dict[str, bytes]:
    root = path.resolve()
    found = [each for each in sorted(path.rglob("*.json"))[: MOST_FILES + 1] if each.is_file()]
    if len(found) > MOST_FILES:
        raise ScenarioError([Problem(where, f"holds more than {MOST_FILES:,} files", "name the folder of one package")])
    outside = [each for each in found if not each.resolve().is_relative_to(root)]
    if outside:
        remedy = "copy the file into the package"
        raise ScenarioError([Problem(_inside(where, each.name), "is a link out of the package", remedy) for each in outside])
    sizes = {each: each.stat().st_size for each in found}
    problems = [_too_large(where, each.name, size) for each, size in sizes.items() if size > LARGEST_FILE]
    if sum(sizes.values()) > LARGEST_PACKAGE:
        problems.append(Problem(where, f"holds {sum(sizes.values()) >> 20:,} MiB", f"a package holds at most {LARGEST_PACKAGE >> 20} MiB"))
    if problems:
        raise ScenarioError(problems)
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}


def _from_zip(path: Path, where: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise ScenarioError([Problem(where, f"holds {len(members):,} files", f"a package holds at most {MOST_FILES:,}")])
        problems = [problem for member in members if (problem := _member_problem(where, member)) is not None]
        total = sum(member.file_size for member in members)
        if total > LARGEST_PACKAGE:
            remedy = f"a package holds at most {LARGEST_PACKAGE >> 20} MiB; check that this is one"
            problems.append(Problem(where, f"would unpack to {total >> 20:,} MiB", remedy))
        names = [member.filename for member in members]
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        problems += [Problem(_inside(where, name), "is in the zip twice", "make the zip again") for name in twice]
        if problems:
            raise ScenarioError(problems)
        wanted = [member for member in members if member.filename.lower().endswith(".json") and not _is_litter(member.filename)]
        return {member.filename: _unpacked(archive, member, where) for member in wanted}


def _member_problem(where: str, member: zipfile.ZipInfo) -> Problem | None:
    name = member.filename
    here = _inside(where, name)
    if leaves(name):
        return Problem(here, "leaves the package (an absolute path or ..)", "make the zip again from inside the package's folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        return Problem(here, "is a link", "put the file itself into the zip")
    if member.flag_bits & 1:
        return Problem(here, "is encrypted", "make the zip without a password")
    if member.file_size > LARGEST_FILE:
        return _too_large(where, name, member.file_size)
    if member.file_size > SMALL and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
        ratio = member.file_size // max(member.compress_size, 1)
        return Problem(here, f"unpacks to {ratio:,} times its size, as a zip bomb does", "check where the zip comes from")
    return None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> bytes:
    """The content, never more of it than the zip's directory says."""
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    if len(content) != member.file_size:
        remedy = "check where the zip comes from"
        raise ScenarioError([Problem(_inside(where, member.filename), "is not of the size the zip says", remedy)])
    return content


def leaves(name: str) -> bool:
    """Whether a path inside a package points out of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or "\x00" in name or (len(name) > 1 and name[1] == ":")


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _inside(where: str, name: str) -> str:
    return f"{where}, {printable(name)}"


def _too_large(where: str, name: str, size: int) -> Problem:
    return Problem(_inside(where, name), f"is {size >> 20:,} MiB", f"a file of a package has at most {LARGEST_FILE >> 20} MiB")


def printable(text: str, length: int = 200) -> str:
    """Text for people: without characters that do not print, and not endless."""
    return "".join(char if char.isprintable() else "?" for char in text[:length])
