"""The command line: one file a verb. Heavy libraries are imported inside the verbs, so that `--help` is quick."""

import os
import sys

from compdesign.cli.interruption import watch


def main() -> None:
    """Entry point of the `compdesign` command: 0 done, 1 failed, 2 usage or invalid input, 130 interrupted."""
    watch()
    from compdesign.cli.app import app

    _open_closed_streams()
    try:
        app(prog_name="compdesign", standalone_mode=True)
    except BrokenPipeError:  # the reader of our output has gone: nothing left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _open_closed_streams() -> None:
    """A standard stream that the caller closed (`>&-`) discards: the next file opened would else take its place and its output."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))
