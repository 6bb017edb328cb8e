"""`compdesign expense`: ASC 718 expense of a file of awards, or of the grants that a scenario's structures would make."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from compdesign.cli.options import Debug, faults_told


def expense(
    file: Annotated[Path, typer.Argument(help="File of awards, or a scenario (both TOML); see docs/accounting.md.")],
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m"], help="File of awards: last month shown, e.g. 2027-12.")
    ] = None,
    every_month: Annotated[
        bool, typer.Option("--every-month", help="File of awards: explain every month, not only those in which something happened.")
    ] = False,
    structure: Annotated[str | None, typer.Option("--structure", help="Scenario: only this structure.")] = None,
    paths: Annotated[
        int | None, typer.Option("--paths", "-n", min=2, help="Scenario: simulated futures; the scenario's if absent.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Scenario: override its seed.")] = None,
    fiscal_start: Annotated[
        int | None, typer.Option("--fiscal-start", min=1, max=12, help="Scenario: first month of the fiscal year; 1 if absent.")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON; - prints it instead of the text.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write tables as CSV into this folder.")] = None,
    debug: Debug = False,
) -> None:
    """Show equity expense under ASC 718 by fiscal quarter.

    Of a file of awards: with the reason for each number and a journal that ties out. Of a scenario: of the new-hire grants and refresh
    awards it would make, as means with their standard errors and the range from the 10th to the 90th percentile over simulated futures.
    """
    with faults_told(debug):
        from compdesign.inputs.toml_file import read_toml

        for_awards = {"--until": until, "--every-month": every_month or None}
        for_scenario = {"--structure": structure, "--paths": paths, "--seed": seed, "--fiscal-start": fiscal_start}
        if read_toml(file).keys() & {"company", "offers"}:
            _refuse(for_awards, "a scenario", "leave it out; it belongs to a file of awards")
            text, data, tables = _of_scenario(file, structure, paths, seed, fiscal_start or 1)
        else:
            _refuse(for_scenario, "a file of awards", "leave it out; it belongs to a scenario")
            text, data, tables = _of_awards(file, until, every_month)
        _write(text, data, tables, json, csv)


def _refuse(given: dict[str, Any], kind: str, remedy: str) -> None:
    """Refuse options of the other form."""
    from compdesign.errors import Problem, ScenarioError

    if problems := [Problem(name, f"means nothing for {kind}", remedy) for name, value in given.items() if value is not None]:
        raise ScenarioError(problems)


def _of_awards(path: Path, until: datetime | None, every_month: bool) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Text, JSON data and CSV tables of a file of awards."""
    from compdesign.inputs.award_file import AwardFile
    from compdesign.metrics.award_expense import schedule_of
    from compdesign.reports.expense_text import expense_data, expense_tables, expense_text

    file = AwardFile.load(path)
    schedule = schedule_of(file, None if until is None else date(until.year, until.month, 1))
    return (
        expense_text(schedule, file.title, file.fiscal_start, every_month),
        expense_data(schedule, file.title, file.fiscal_start),
        expense_tables(schedule, file.fiscal_start),
    )


def _of_scenario(
    path: Path, structure: str | None, paths: int | None, seed: int | None, fiscal_start: int
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Text, JSON data and CSV tables of what a scenario's structures would grant."""
    from compdesign.cli.board import _known
    from compdesign.cli.compare import _progress
    from compdesign.cli.options import load
    from compdesign.metrics.expense_ranges import expense_ranges
    from compdesign.reports.expense_ranges_text import ranges_data, ranges_tables, ranges_text

    scenario = load(path)
    if seed is not None:
        scenario = scenario.model_copy(update={"seed": seed})
    names = [offer.name for offer in scenario.offers]
    _known(structure, names)
    chosen = None if structure is None else (names.index(structure),)
    with _progress(quiet=False) as told:
        forecasts = expense_ranges(scenario, paths, structures=chosen, fiscal_start=fiscal_start, progress=told)
    return ranges_text(forecasts, scenario, fiscal_start), ranges_data(forecasts, scenario, fiscal_start), ranges_tables(forecasts)


def _write(text: str, data: dict[str, Any], tables: dict[str, str], json: Path | None, csv: Path | None) -> None:
    """Whole files or none."""
    from json import dumps

    from compdesign.reports.files import write_whole

    if csv is not None:
        for name, table in tables.items():
            write_whole(csv / name, table)
    if json is None:
        typer.echo(text, nl=False)
        return
    written = dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if str(json) == "-":
        typer.echo(written, nl=False)
    else:
        write_whole(json, written)
        typer.echo(text, nl=False)
