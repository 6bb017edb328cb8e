"""Files that are whole or not there: written under a temporary name beside the target, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from os import strerror
from pathlib import Path

PREFIX, SUFFIX = ".compdesign-", ".part"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file at once, text as UTF-8; an interruption or a full disk leaves the old file, or none. An OSError names the
    file that was asked for, not the temporary.
    """
    with _naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=PREFIX, suffix=SUFFIX)
        _fill(handle, Path(temporary), path, content)


def check_writable(path: Path, folder: bool = False) -> None:
    """Raise the OSError that writing this file, or files into this `folder`, would end in, as far as it can be known before: by
    creating the temporary, and removing it, in the nearest folder that is there. Nothing is left behind.
    """
    with _naming(path):
        if not folder and path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR), str(path))
        place = path if folder else path.parent
        while not place.exists() and place != place.parent:
            place = place.parent
        handle, temporary = tempfile.mkstemp(dir=place, prefix=PREFIX, suffix=SUFFIX)
        os.close(handle)
        Path(temporary).unlink()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _fill(handle: int, temporary: Path, path: Path, content: str | bytes) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
