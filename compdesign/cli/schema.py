"""`compdesign schema`: the JSON Schema of a scenario, for editors."""

import typer

from compdesign.cli.options import Debug, faults_told


def schema(debug: Debug = False) -> None:
    """Print the JSON Schema of a scenario, with unit, range, default and source of every field."""
    with faults_told(debug):
        import json

        from compdesign.inputs.scenario import Scenario

        typer.echo(json.dumps(Scenario.model_json_schema(), indent=2, ensure_ascii=False))
