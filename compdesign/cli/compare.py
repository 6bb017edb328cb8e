"""`compdesign compare`: the structures of a scenario on the same simulated futures."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compdesign.cli.options import Debug, faults_told, load

if TYPE_CHECKING:
    from compdesign.metrics.comparison import Comparison

REPORTS = (".html", ".pdf")
NARROWEST = 64
"""Characters of a terminal below which its own wrapping is left to it."""


def compare(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML); - reads standard input.")],
    paths: Annotated[int | None, typer.Option("--paths", "-n", help="Simulated futures; the scenario's if absent.")] = None,
    precision: Annotated[
        str | None,
        typer.Option("--precision", help="Instead of --paths: stop when the objective's standard error is this share of it, e.g. 0.5%."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Override the scenario's seed.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", "-w", help="Processes; all cores if absent. They change no digit.")] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON; - prints it instead of the tables.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write tables as CSV into this folder.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write a report people read: FILE.html or FILE.pdf, one file, complete offline.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colour (also: the variable NO_COLOR).")] = False,
    debug: Debug = False,
) -> None:
    """Compare offer structures: verdict, table, null ranking, equal terms, break-evens, tornado."""
    with faults_told(debug):
        share = _checked(paths, precision, seed, workers, report)
        _writable(json, csv, report)
        loaded = load(scenario)
        from compdesign.metrics.comparison import compare as run

        with _progress(quiet) as told:
            comparison = run(loaded, paths, precision=share, seed=seed, workers=workers or os.cpu_count() or 1, progress=told)
        failed: OSError | None = None
        if json is None or str(json) != "-":
            try:
                _show(comparison, no_color)
            except OSError as error:  # the reader has gone or its disk is full: the files were asked for all the same
                failed = error
        _write(comparison, json, csv)
        if report is not None:
            _report(comparison, report, workers or os.cpu_count() or 1)
        if failed:
            raise failed
        if share is not None:
            typer.echo(_reached(comparison, share), err=True)


def _reached(comparison: "Comparison", share: float) -> str:
    """What precision the paths have come to, and what the valuation run, which they do not change, adds to it."""
    from compdesign.metrics.catalog import COST_PER_DEPLOYMENT
    from compdesign.metrics.estimates import estimate

    shown = comparison.rows[0].estimates
    of_paths = [estimate(comparison.result, COST_PER_DEPLOYMENT, k) for k in range(len(shown))]
    paths, whole = (max((each.se / abs(each.value) for each in found if each.value), default=0.0) for found in (of_paths, shown))
    said = f"precision: {100 * paths:.2g} % of the objective after {comparison.paths:,} paths (asked for {100 * share:.2g} %)"
    return said if whole <= max(share, paths) else f"{said}; {100 * whole:.2g} % with the error of acceptance, which paths do not lower"


def _checked(paths: int | None, precision: str | None, seed: int | None, workers: int | None, report: Path | None) -> float | None:
    """The precision as a share; ScenarioError for options that make no sense."""
    from compdesign.errors import Problem, ScenarioError

    problems = []
    if paths is not None and precision is not None:
        problems.append(Problem("--precision", "given together with --paths", "give one of them"))
    if paths is not None and not 2 <= paths <= 5_000_000:
        problems.append(Problem("--paths", f"{paths:,} is outside the range", "ask for 2 to 5,000,000"))
    if seed is not None and not 0 <= seed < 2**63:
        problems.append(Problem("--seed", f"{seed} is outside the range", "give a whole number from 0 to 2^63 - 1"))
    if workers is not None and not 1 <= workers <= 256:
        problems.append(Problem("--workers", f"{workers} is outside the range", "give 1 to 256"))
    share = _share(precision) if precision is not None else None
    if precision is not None and (share is None or not 0.0001 <= share <= 0.5):
        problems.append(Problem("--precision", f"'{precision}' is no usable share", "give 0.01% to 50%, e.g. 0.5%"))
    if report is not None and report.suffix.lower() not in REPORTS:
        problems.append(Problem("--report", f"'{report}' names no kind of report", "end the file's name in .html or .pdf"))
    if problems:
        raise ScenarioError(problems)
    return share


def _share(text: str) -> float | None:
    try:
        return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, on a terminal only, once a second has passed."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("simulating"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None, start=False)

        def told(done: int, total: int) -> None:
            bar.start_task(task)
            bar.update(task, completed=done, total=total)

        yield told


def _writable(json: Path | None, csv: Path | None, report: Path | None) -> None:
    """Find what cannot be written before an hour is spent on it."""
    from compdesign.reports.files import check_writable

    for file in (json, report):
        if file is not None and str(file) != "-":
            check_writable(file)
    if csv is not None:
        check_writable(csv, folder=True)


def _write(comparison: "Comparison", json: Path | None, csv: Path | None) -> None:
    """Whole files or none."""
    from compdesign.reports.files import write_whole

    if json is not None:
        from json import dumps

        from compdesign.reports.json_form import as_data

        text = dumps(as_data(comparison), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        if str(json) == "-":
            typer.echo(text, nl=False)
        else:
            write_whole(json, text)
    if csv is not None:
        from compdesign.reports.csv_tables import tables

        for name, text in tables(comparison).items():
            write_whole(csv / name, text)


def _report(comparison: "Comparison", path: Path, workers: int) -> None:
    """The report as one whole file, with the monthly series of the same futures."""
    from compdesign.metrics.monthly import monthly
    from compdesign.reports.files import write_whole
    from compdesign.reports.report import report_html, report_pdf

    typed = len(comparison.scenario.offers)
    series = monthly(comparison.scenario, comparison.paths, workers=workers, offers=comparison.result.offers[:typed])
    make = report_pdf if path.suffix.lower() == ".pdf" else report_html
    write_whole(path, make(comparison, series))


def _show(comparison: "Comparison", no_color: bool) -> None:
    import shutil

    from compdesign.reports.text import PIPED_WIDTH, as_text

    terminal = sys.stdout.isatty()
    width = max(shutil.get_terminal_size().columns, NARROWEST) if terminal else PIPED_WIDTH
    colour = terminal and not no_color and "NO_COLOR" not in os.environ
    typer.echo(as_text(comparison, width, colour), nl=False, color=colour)
