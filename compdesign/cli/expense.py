"""`compdesign expense`: ASC 718 expense of a file of awards."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told


def expense(
    awards: Annotated[Path, typer.Argument(help="File of awards (TOML); see docs/accounting.md.")],
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m"], help="Last month shown, e.g. 2027-12.")] = None,
    every_month: Annotated[
        bool, typer.Option("--every-month", help="Explain every month, not only those in which something happened.")
    ] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write months, quarters and journal as CSV into this folder.")] = None,
    debug: Debug = False,
) -> None:
    """Show equity expense under ASC 718 by fiscal quarter, with the reason for each number and a journal that ties out."""
    with faults_told(debug):
        from compdesign.inputs.award_file import AwardFile
        from compdesign.metrics.award_expense import schedule_of
        from compdesign.reports.expense_text import expense_tables, expense_text
        from compdesign.reports.files import write_whole

        file = AwardFile.load(awards)
        last = None if until is None else date(until.year, until.month, 1)
        schedule = schedule_of(file, last)
        if csv is not None:
            for name, text in expense_tables(schedule, file.fiscal_start).items():
                write_whole(csv / name, text)
        typer.echo(expense_text(schedule, file.title, file.fiscal_start, every_month), nl=False)
