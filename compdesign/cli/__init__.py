"""The command line: one file a verb. Heavy libraries are imported inside the verbs, so that `--help` is quick."""

import os
import sys


def main() -> None:
    """Entry point of the `compdesign` command: 0 done, 1 failed, 2 usage or invalid input."""
    from compdesign.cli.app import app

    try:
        app(prog_name="compdesign", standalone_mode=True)
    except BrokenPipeError:  # the reader of our output has gone: nothing left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
