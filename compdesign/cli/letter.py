"""`compdesign letter`: the offer letter of one candidate as PDF."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told, load


def letter(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML) with an [employer] table; - reads standard input.")],
    structure: Annotated[str, typer.Option("--structure", help="Name of the offer structure.")],
    candidate: Annotated[
        Path, typer.Option("--candidate", help="The candidate's file (TOML); `compdesign examples candidate` prints one.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="PDF to write; - prints it.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say what the sender must know.")] = False,
    debug: Debug = False,
) -> None:
    """Make the offer letter of one candidate: letter, exhibits, vesting table, value annex."""
    with faults_told(debug):
        loaded = load(scenario)
        from compdesign.inputs.packet import Packet
        from compdesign.reports.files import write_whole
        from compdesign.reports.letter import letter as make

        made = make(loaded, structure, Packet.load(candidate))
        if str(out) == "-":
            sys.stdout.buffer.write(made.content)
            sys.stdout.buffer.flush()
        else:
            write_whole(out, made.content)
        for note in made.notes if not quiet else ():
            typer.echo(f"note: {note}", err=True)
