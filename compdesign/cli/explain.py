"""`compdesign explain`: one simulated future, month by month."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compdesign.cli.options import Debug, faults_told, load

if TYPE_CHECKING:
    from compdesign.simulation.one_path import PathStory


def explain(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML); - reads standard input.")],
    path: Annotated[int, typer.Option("--path", min=0, max=10_000_000, help="Number of the simulated future; 0 is the first.")] = 0,
    structure: Annotated[str | None, typer.Option("--structure", help="Tell only this structure.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Override the scenario's seed.")] = None,
    debug: Debug = False,
) -> None:
    """Tell one simulated future month by month: who was hired, shipped, earned, left; cash and share value."""
    with faults_told(debug):
        from compdesign.errors import Problem, ScenarioError
        from compdesign.simulation.one_path import tell

        loaded = load(scenario)
        if seed is not None:
            loaded = loaded.model_copy(update={"seed": seed})
        names = [offer.name for offer in loaded.offers]
        if structure is not None and structure not in names:
            raise ScenarioError(
                [Problem("--structure", f"'{structure}' is no structure of this scenario", f"use one of {', '.join(names)}")]
            )
        for story in tell(loaded, path):
            if structure in (None, story.structure):
                _print(story)


def _print(story: "PathStory") -> None:
    typer.echo(f"\n{story.structure}: path {story.path}")
    for name, value in story.inputs.items():
        typer.echo(f"  drew {name} = {value:,.4g}")
    typer.echo("  month        cash   share  filled  what happened")
    for month in story.months:
        first, *rest = month.events or ("",)
        typer.echo(f"  {month.month:5d}  ${month.cash / 1e6:8.2f}M  ${month.price:5.2f}  {month.employed:6d}  {first}".rstrip())
        for line in rest:
            typer.echo(f"{'':40}{line}")
    typer.echo(f"  ending: {story.ending}")
    typer.echo("  paid: " + ", ".join(f"{name.replace('_', ' ')} ${dollars:,.0f}" for name, dollars in story.pay.items() if dollars))
