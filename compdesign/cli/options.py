"""Options every verb shares, how a scenario is loaded, and how a fault is told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compdesign.cli.interruption import INTERRUPTED, is_interrupted, work
from compdesign.errors import CompdesignError, Refused, ScenarioError, WorkerLost

if TYPE_CHECKING:
    from compdesign.inputs.scenario import Scenario

FAILED, INVALID = 1, 2
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected fault.")]


@contextmanager
def faults_told(debug: bool = False) -> Iterator[None]:
    """Turn what a verb raises into one clear message on standard error and the right exit code."""
    try:
        with work():
            yield
    except ScenarioError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(INVALID) from None
    except (Refused, WorkerLost) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    except CompdesignError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(INVALID) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        typer.echo(f"{error.filename or 'input or output'}: {error.strerror}; check the path, its permissions and the space left", err=True)
        raise typer.Exit(FAILED) from None
    except typer.Exit:
        raise
    except Exception as error:
        if is_interrupted():
            raise typer.Exit(INTERRUPTED) from None
        if debug:
            raise
        typer.echo(f"internal fault ({type(error).__name__}); run again with --debug and report what it prints", err=True)
        raise typer.Exit(FAILED) from None


def load(path: Path) -> "Scenario":
    """The scenario in a file, or on standard input for `-`."""
    from compdesign.inputs.scenario import Scenario
    from compdesign.inputs.toml_file import parse_toml

    if str(path) == "-":
        return Scenario.parse(parse_toml(sys.stdin.buffer.read(), "standard input"))
    return Scenario.load(path)
