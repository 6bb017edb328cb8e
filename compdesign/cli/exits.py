"""`compdesign waterfall`: who gets what at an exit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from compdesign.cli.captable import Awards, Policy, read_table
from compdesign.cli.options import Debug, faults_told
from compdesign.vesting.schedule import GrantAfterStart

if TYPE_CHECKING:
    from compdesign.inputs.stack import CapitalStack


def waterfall(
    exit_values: Annotated[str, typer.Option("--exit", help='Exit values, separated by commas: "10M,50M,250M".')],
    stack: Annotated[Path | None, typer.Argument(help="Capital stack (TOML); - reads standard input.")] = None,
    package: Annotated[
        Path | None, typer.Option("--captable", help="Instead of a stack: a cap table (Open Cap Format folder or zip, or CSV).")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of the cap table; default: the package's own.")] = None,
    awards: Awards = "all",
    policy: Policy = GrantAfterStart.ON_GRANT_DATE,
    chart: Annotated[Path | None, typer.Option("--chart", help="Also draw proceeds over the exit value into this SVG file.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Also write proceeds.csv, breakpoints.csv and, where holders are known, holders.csv here.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Divide exits among preferred, SAFEs, notes, options and common, and list the breakpoints."""
    with faults_told(debug):
        import numpy as np

        from compdesign.errors import Problem, ScenarioError
        from compdesign.reports.exits import exit_text, stack_of
        from compdesign.reports.files import write_whole

        if (stack is None) == (package is None):
            raise ScenarioError([Problem("waterfall", "needs a stack file or --captable, and one of them", "name one")])
        if package is None and (as_of, awards, policy) != (None, "all", GrantAfterStart.ON_GRANT_DATE):
            what = "--as-of, --awards and --grant-after-start read a cap table, and a stack file is named"
            raise ScenarioError([Problem("waterfall", what, "leave them out, or name the package with --captable")])
        exits = np.array(_values(exit_values))
        loaded, to_know = _stack(stack) if stack is not None else _from_table(package or Path(), as_of, awards, policy)
        divided = stack_of(loaded)
        typer.echo(exit_text(loaded, exits, to_know), nl=False)
        if chart is not None:
            from compdesign.reports.exit_chart import exit_chart

            write_whole(chart, exit_chart(loaded.title, divided, currency=loaded.currency))
        if csv is not None:
            from compdesign.model.breakpoints import breakpoints
            from compdesign.model.waterfall import proceeds
            from compdesign.reports.csv_tables import safe
            from compdesign.reports.exits import breakpoint_frame, holders_frame, proceeds_frame

            result = proceeds(divided, exits)
            write_whole(csv / "proceeds.csv", safe(proceeds_frame(result)).to_csv(index=False))
            write_whole(csv / "breakpoints.csv", safe(breakpoint_frame(breakpoints(divided))).to_csv(index=False))
            if loaded.holdings:
                write_whole(csv / "holders.csv", safe(holders_frame(loaded, result)).to_csv(index=False))


def _values(typed: str) -> list[float]:
    from pydantic_core import PydanticCustomError

    from compdesign.errors import Problem, ScenarioError
    from compdesign.inputs.uncertain import Bounds

    values = []
    for each in typed.split(","):
        try:
            values.append(float(Bounds(0.0, money=True, fixed=True).number(_number(each.strip()))))
        except PydanticCustomError as error:
            context = error.context or {}
            raise ScenarioError([Problem("--exit", str(context["what"]), str(context["remedy"]))]) from None
    return values


def _stack(path: Path) -> "tuple[CapitalStack, tuple[str, ...]]":
    import sys

    from compdesign.inputs.stack import CapitalStack
    from compdesign.inputs.toml_file import parse_toml

    if str(path) == "-":
        return CapitalStack.parse(parse_toml(sys.stdin.buffer.read(), "standard input")), ()
    return CapitalStack.load(path), ()


def _from_table(
    package: Path, as_of: str | None, awards: Literal["all", "vested"], policy: GrantAfterStart
) -> "tuple[CapitalStack, tuple[str, ...]]":
    from compdesign.inputs.stack import CapitalStack
    from compdesign.inputs.table_stack import stack_of_table
    from compdesign.reports.cap_table_text import late_grants_text

    table = read_table(package, as_of, policy)
    made = stack_of_table(table, awards)
    late = () if table.late_grants is None else (late_grants_text(table.late_grants, table.as_of.isoformat()),)
    return CapitalStack.parse(made.data), (*made.unstated, *late, *table.notes)


def _number(typed: str) -> str | float:
    """A plain number as a number, so that it passes without the quotes a TOML file needs."""
    try:
        return float(typed)
    except ValueError:
        return typed
