"""The verbs of the command line."""

from importlib.metadata import version
from typing import Annotated

import typer

from compdesign.cli.board import board
from compdesign.cli.captable import captable
from compdesign.cli.check import check
from compdesign.cli.compare import compare
from compdesign.cli.examples import examples
from compdesign.cli.exits import waterfall
from compdesign.cli.expense import expense
from compdesign.cli.explain import explain
from compdesign.cli.letter import letter
from compdesign.cli.schema import schema
from compdesign.cli.serve import serve

app = typer.Typer(
    name="compdesign",
    help="Compare offer structures (cash, time-vested equity, milestone refresh) on the same simulated futures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"compdesign {version('compdesign')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")] = False,
) -> None:
    """Compare offer structures on the same simulated futures."""


for verb in (compare, check, explain, letter, board, waterfall, expense, schema, examples, serve):
    app.command(verb.__name__)(verb)
app.add_typer(captable)
