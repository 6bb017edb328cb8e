"""`compdesign check`: validate a scenario and list what it leaves to defaults, with their sources."""

from pathlib import Path
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told


def check(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML); - reads standard input.")],
    debug: Debug = False,
) -> None:
    """Validate a scenario and list the assumptions that rest on defaults, with their sources."""
    with faults_told(debug):
        from compdesign.cli.options import load
        from compdesign.inputs.provenance import defaults_used, statements

        loaded = load(scenario)
        typer.echo(f"{loaded.title}: valid; {len(loaded.offers)} structures, {loaded.hiring.seats} seats, {loaded.months} months")
        for line in statements(loaded):
            typer.echo(line)
        resting = defaults_used(loaded)
        typer.echo(f"\n{len(resting)} assumptions rest on defaults:" if resting else "\nNothing about the world rests on a default.")
        for each in resting:
            typer.echo(f"  {each.where} = {each.value} {each.unit} [{each.standing}, {each.as_of}]")
            typer.echo(f"      {each.title}. Source: {each.source}")
