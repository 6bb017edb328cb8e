"""`compdesign schema`: the JSON Schema of a scenario or of a candidate's file, for editors."""

from enum import StrEnum
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told


class Document(StrEnum):
    """What has a schema."""

    scenario = "scenario"
    candidate = "candidate"


def schema(
    document: Annotated[Document, typer.Argument(help="The scenario, or the candidate's file of `letter`.")] = Document.scenario,
    debug: Debug = False,
) -> None:
    """Print a JSON Schema, with unit, range, default and source of every field."""
    with faults_told(debug):
        import json

        from compdesign.inputs.packet import Packet
        from compdesign.inputs.scenario import Scenario

        model = Packet if document is Document.candidate else Scenario
        typer.echo(json.dumps(model.model_json_schema(), indent=2, ensure_ascii=False))
