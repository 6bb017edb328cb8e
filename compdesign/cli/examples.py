"""`compdesign examples`: the shipped scenarios, and one of them, or a candidate's file, to start from."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told
from compdesign.errors import Problem, ScenarioError


def examples(
    name: Annotated[str | None, typer.Argument(help="Print this example's TOML; without a name, list them.")] = None,
    debug: Debug = False,
) -> None:
    """List the shipped scenarios, or print one to start your own from; `candidate` prints a candidate's file for `letter`."""
    with faults_told(debug):
        folder = files("compdesign.examples")
        scenarios, candidates = _shipped(folder), _shipped(folder.joinpath("candidates"))
        wanted = name.removesuffix(".toml") if name is not None else None
        if wanted is None:
            for each in sorted(scenarios):
                typer.echo(each)
        elif (file := scenarios.get(wanted) or candidates.get(wanted)) is not None:
            typer.echo(file.read_text(encoding="utf-8"), nl=False)
        else:
            known = ", ".join([*sorted(scenarios), *sorted(candidates)])
            raise ScenarioError([Problem(str(name), "is no shipped example", f"use one of {known}")])


def _shipped(folder: Traversable) -> dict[str, Traversable]:
    return {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}
