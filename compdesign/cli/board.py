"""`compdesign board`: the board's view of compensation burn as a spreadsheet, slides or pages."""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compdesign.cli.options import Debug, faults_told, load

if TYPE_CHECKING:
    from compdesign.reports.board_view import BoardView

KINDS = ("xlsx", "pptx", "pdf")


def board(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML); - reads standard input.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write; .xlsx, .pptx or .pdf decides what it is.")],
    structure: Annotated[str | None, typer.Option("--structure", help="Proposed structure; the one the verdict names if absent.")] = None,
    paths: Annotated[
        int | None, typer.Option("--paths", "-n", min=2, max=5_000_000, help="Simulated futures; the scenario's if absent.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Override the scenario's seed.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, max=256, help="Processes; all cores if absent. They change no digit.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    debug: Debug = False,
) -> None:
    """Write the board's view of compensation burn: spreadsheet, slides or pages with the same figures."""
    with faults_told(debug):
        from compdesign.cli.compare import _progress

        write = _writer(out)
        loaded = load(scenario)
        _known(structure, [offer.name for offer in loaded.offers])
        from compdesign.metrics.comparison import compare
        from compdesign.metrics.monthly import monthly
        from compdesign.reports.board_view import best_structure, board_view, structure_index
        from compdesign.reports.files import write_whole

        processes = workers or os.cpu_count() or 1
        with _progress(quiet) as told:
            comparison = compare(loaded, paths, seed=seed, workers=processes, progress=told)
        proposed = best_structure(comparison) if structure is None else structure
        places = tuple(dict.fromkeys((0, structure_index(comparison, proposed))))
        series = monthly(comparison.scenario, comparison.paths, structures=places, workers=processes, offers=comparison.result.offers)
        write_whole(out, write(board_view(comparison, series, proposed)))
        typer.echo(f"{out}: board view of '{proposed}', {comparison.paths:,} futures, scenario {comparison.scenario_hash[:12]}", err=True)


def _writer(out: Path) -> "Callable[[BoardView], bytes]":
    """What makes the bytes for a file's suffix; ScenarioError for any other suffix, before anything is simulated."""
    from compdesign.errors import Problem, ScenarioError

    kind = out.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise ScenarioError([Problem("--out", f"'{out.name}' ends in none of .xlsx, .pptx, .pdf", "name a file such as burn.xlsx")])
    write: Callable[[BoardView], bytes] = getattr(import_module(f"compdesign.reports.board_{kind}"), f"as_{kind}")
    return write


def _known(structure: str | None, names: list[str]) -> None:
    """Refuse a structure the scenario does not have before anything is simulated."""
    from compdesign.errors import Problem, ScenarioError

    if structure is not None and structure not in names:
        raise ScenarioError([Problem("--structure", f"'{structure}' is no structure of this scenario", f"use one of {', '.join(names)}")])
