"""`compdesign captable`: cap tables in and out."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from compdesign.cli.options import Debug, faults_told
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.schedule import GrantAfterStart

if TYPE_CHECKING:
    from compdesign.captable import CapTable

captable = typer.Typer(
    name="captable", help="Cap tables: read an Open Cap Format package or a CSV file; export refresh awards.", no_args_is_help=True
)


Policy = Annotated[
    GrantAfterStart, typer.Option("--grant-after-start", help="When instalments vest that were due before their grant was made.")
]
Awards = Annotated[
    Literal["all", "vested"],
    typer.Option("--awards", help="Which options, RSUs, SARs and warrants an exit pays: all outstanding, or vested."),
]


@captable.command("import")
def import_(
    package: Annotated[Path, typer.Argument(help="Open Cap Format package (folder or zip), or a CSV file of holdings.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date, e.g. 2026-11-01; default: the package's own.")] = None,
    policy: Policy = GrantAfterStart.ON_GRANT_DATE,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the cap table to this file as JSON.")] = None,
    stack: Annotated[
        Path | None, typer.Option("--stack", help="Write the capital stack that `compdesign waterfall` reads to this file.")
    ] = None,
    awards: Awards = "all",
    debug: Debug = False,
) -> None:
    """Replay a package to a date: holdings, fully diluted shares, pool available and preference stack."""
    with faults_told(debug):
        import json

        from compdesign.inputs.table_stack import stack_of_table, stack_toml
        from compdesign.reports.cap_table_json import cap_table_data
        from compdesign.reports.cap_table_text import cap_table_text
        from compdesign.reports.files import write_whole

        table = read_table(package, as_of, policy)
        typer.echo(cap_table_text(table), nl=False)
        if json_file is not None:
            write_whole(json_file, json.dumps(cap_table_data(table), indent=2, ensure_ascii=False) + "\n")
        if stack is not None:
            made = stack_of_table(table, awards)
            write_whole(stack, stack_toml(made))
            typer.echo(f"Wrote {stack}; not stated by the package, and how it was read:")
            for line in made.unstated:
                typer.echo(f"  {line}")


def read_table(package: Path, as_of: str | None, policy: GrantAfterStart) -> "CapTable":
    """The cap table of a package or CSV file on the date typed. Raises ScenarioError."""
    from compdesign.captable import cap_table, read_holdings, read_package

    day = None if as_of is None else _day(as_of)
    if package.suffix.lower() != ".csv":
        return cap_table(read_package(package), day, policy)
    if day is None:
        raise ScenarioError([Problem("--as-of", "is missing", "a CSV file states no date: give the date of its holdings")])
    return read_holdings(package, day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScenarioError([Problem("--as-of", f"{text!r:.40} is no date", "write it as 2026-11-01")]) from None


@captable.command("export")
def export(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML); - reads standard input.")],
    structure: Annotated[str, typer.Option("--structure", help="Name of the offer structure.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the files into.")],
    path: Annotated[int, typer.Option("--path", min=0, max=10_000_000, help="Number of the simulated future; 0 is the first.")] = 0,
    plan_id: Annotated[str, typer.Option("--plan-id", help="Id of the stock plan in your own package.")] = "plan",
    stock_class_id: Annotated[str | None, typer.Option("--stock-class-id", help="Id of the stock class awards are over.")] = None,
    debug: Debug = False,
) -> None:
    """Write the refresh awards of one simulated future as Open Cap Format issuances, vesting terms and stakeholders."""
    with faults_told(debug):
        import json

        from compdesign.captable.award_export import award_files
        from compdesign.cli.options import load
        from compdesign.reports.award_records import award_records
        from compdesign.reports.files import write_whole

        loaded = load(scenario)
        names = [offer.name for offer in loaded.offers]
        if structure not in names:
            what = f"'{structure}' is no structure of this scenario"
            raise ScenarioError([Problem("--structure", what, f"use one of {', '.join(names)}")])
        records = award_records(loaded, structure, path)
        comment = f"Simulated: path {path} of '{loaded.title}', seed {loaded.seed}. Not a grant; nothing was approved by a board."
        files = award_files(records, plan_id, stock_class_id, comment)
        for name, data in files.items():
            write_whole(out / name, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        typer.echo(f"{len(records)} refresh awards of '{structure}' on path {path}: {', '.join(str(out / name) for name in files)}")
