"""`compdesign waterfall`: who gets what at an exit."""

from pathlib import Path
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told


def waterfall(
    stack: Annotated[Path, typer.Argument(help="Capital stack (TOML); - reads standard input.")],
    exit_values: Annotated[str, typer.Option("--exit", help='Exit values, separated by commas: "10M,50M,250M".')],
    chart: Annotated[Path | None, typer.Option("--chart", help="Also draw proceeds over the exit value into this SVG file.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Also write proceeds.csv and breakpoints.csv into this folder.")] = None,
    debug: Debug = False,
) -> None:
    """Divide exits among preferred, SAFEs, notes, options and common, and list the breakpoints."""
    with faults_told(debug):
        import sys

        import numpy as np
        from pydantic_core import PydanticCustomError

        from compdesign.errors import Problem, ScenarioError
        from compdesign.inputs.stack import CapitalStack
        from compdesign.inputs.toml_file import parse_toml
        from compdesign.inputs.uncertain import Bounds
        from compdesign.reports.exits import exit_text, stack_of
        from compdesign.reports.files import write_whole

        values = []
        for typed in exit_values.split(","):
            try:
                values.append(Bounds(0.0, money=True, fixed=True).number(_number(typed.strip())))
            except PydanticCustomError as error:
                context = error.context or {}
                raise ScenarioError([Problem("--exit", str(context["what"]), str(context["remedy"]))]) from None
        loaded = (
            CapitalStack.parse(parse_toml(sys.stdin.buffer.read(), "standard input")) if str(stack) == "-" else CapitalStack.load(stack)
        )
        divided = stack_of(loaded)
        exits = np.array(values)
        typer.echo(exit_text(loaded.title, divided, exits), nl=False)
        if chart is not None:
            from compdesign.reports.exit_chart import exit_chart

            write_whole(chart, exit_chart(loaded.title, divided))
        if csv is not None:
            from compdesign.model.breakpoints import breakpoints
            from compdesign.model.waterfall import proceeds
            from compdesign.reports.csv_tables import safe
            from compdesign.reports.exits import breakpoint_frame, proceeds_frame

            write_whole(csv / "proceeds.csv", safe(proceeds_frame(proceeds(divided, exits))).to_csv(index=False))
            write_whole(csv / "breakpoints.csv", safe(breakpoint_frame(breakpoints(divided))).to_csv(index=False))


def _number(typed: str) -> str | float:
    """A plain number as a number, so that it passes without the quotes a TOML file needs."""
    try:
        return float(typed)
    except ValueError:
        return typed
