"""`compdesign letter`: the offer letter of one candidate as PDF."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told, load
from compdesign.errors import Problem, ScenarioError


def letter(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML) with an [employer] table; - reads standard input.")],
    structure: Annotated[str, typer.Option("--structure", help="Name of the offer structure.")],
    candidate: Annotated[
        Path,
        typer.Option(
            "--candidate", help="The candidate's file (TOML), `compdesign examples candidate` prints one; - reads standard input."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="PDF to write; - prints it.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say what the sender must know.")] = False,
    debug: Debug = False,
) -> None:
    """Make the offer letter of one candidate: letter, exhibits, vesting table, value annex."""
    with faults_told(debug):
        if str(scenario) == str(candidate) == "-":
            raise ScenarioError([Problem("--candidate", "scenario and candidate cannot both be standard input", "name a file for one")])
        if out.suffix.lower() not in ("", ".pdf"):
            raise ScenarioError([Problem("--out", f"'{out.name}' is no name of a PDF", "end the file's name in .pdf")])
        loaded = load(scenario)
        from compdesign.inputs.packet import Packet
        from compdesign.inputs.toml_file import parse_toml
        from compdesign.reports.child import printed_apart
        from compdesign.reports.files import write_whole
        from compdesign.reports.letter import letter as make

        if str(candidate) == "-":
            packet = Packet.parse(parse_toml(sys.stdin.buffer.read(), "standard input", "candidate file"))
        else:
            packet = Packet.load(candidate)
        made = make(loaded, structure, packet, printed_apart)
        if str(out) == "-":
            sys.stdout.buffer.write(made.content)
            sys.stdout.buffer.flush()
        else:
            write_whole(out, made.content)
        for note in made.notes if not quiet else ():
            typer.echo(f"note: {note}", err=True)
