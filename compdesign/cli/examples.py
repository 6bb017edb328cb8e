"""`compdesign examples`: the shipped scenarios, and one of them to start from."""

from importlib.resources import files
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told
from compdesign.errors import Problem, ScenarioError


def examples(
    name: Annotated[str | None, typer.Argument(help="Print this example's TOML; without a name, list them.")] = None,
    debug: Debug = False,
) -> None:
    """List the shipped scenarios, or print one to start your own from."""
    with faults_told(debug):
        shipped = {file.name.removesuffix(".toml"): file for file in files("compdesign.examples").iterdir() if file.name.endswith(".toml")}
        if name is None:
            for each in sorted(shipped):
                typer.echo(each)
        elif name.removesuffix(".toml") in shipped:
            typer.echo(shipped[name.removesuffix(".toml")].read_text(encoding="utf-8"), nl=False)
        else:
            raise ScenarioError([Problem(name, "is no shipped example", f"use one of {', '.join(sorted(shipped))}")])
