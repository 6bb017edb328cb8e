"""The comparison as text: the first minute, then one table, then what stands behind it."""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text

from compdesign.metrics.candidate import candidate_catalog
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.runner_up import error_of_share
from compdesign.reports.columns import Cells, blocks
from compdesign.reports.findings import SECTIONS, failed_hires, flips, losses, null_line, of_errors, pay_parts, tax_basis, worth_showing
from compdesign.reports.numbers import with_error
from compdesign.reports.text_cells import compared, heading, title
from compdesign.reports.text_views import break_evens, by_class, equal_terms, null_ranking, tornado, twins

PIPED_WIDTH = 150


def as_text(comparison: Comparison, width: int | None = None, colour: bool = False) -> str:
    """The whole comparison as one string; width in characters, colour with terminal codes."""
    buffer = StringIO()
    width = width or PIPED_WIDTH
    console = Console(file=buffer, width=width, force_terminal=colour, no_color=not colour, highlight=False, soft_wrap=False)
    for part in parts(comparison, width):
        console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def parts(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """The report in reading order."""
    yield from first_minute(comparison)
    yield from main_table(comparison, width)
    for view in (by_class, null_ranking, equal_terms, twins, break_evens, tornado):
        yield from view(comparison, width)
    yield from foundations(comparison)


def first_minute(comparison: Comparison) -> Iterable[RenderableType]:
    """The null ranking, the verdict, where the first structure is better, what would flip it."""
    yield Text(comparison.scenario.title, style="bold")
    yield Text(null_line(comparison))
    yield Text(comparison.verdict, style="bold")
    if len(comparison.scenario.offers) > 1:
        yield from (Text(line) for line in losses(comparison).lines)
        yield from (Text(line) for line in flips(comparison).lines)
    if said := failed_hires(comparison):
        yield Text(said)
    yield Text(
        f"{comparison.paths:,} paths, seed {comparison.seed}, scenario {comparison.scenario_hash[:12]}, compdesign {comparison.version}. {of_errors(comparison)}"
    )
    yield Text("\n".join(comparison.links))
    yield Text("")


def main_table(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """Structures as columns, decisions first; under each value its paired difference to the first structure."""
    typed = len(comparison.scenario.offers)
    yield from blocks(["", *comparison.structures[:typed]], _main_rows(comparison, typed), width, repeated=1)


def _main_rows(comparison: Comparison, typed: int) -> Iterable[Cells]:
    for group, name in SECTIONS:
        yield heading(name)
        for row in comparison.rows:
            if row.metric.group == group and worth_showing(comparison, row):
                yield (row.metric.label, *compared(row.estimates[:typed], row.differences[:typed], row.metric.unit))
        if group == "company":
            yield heading("Cash compensation by component and year")
            for row in pay_parts(comparison):
                yield (row.metric.label, *compared(row.estimates[:typed], row.differences[:typed], row.metric.unit))
        if group == "decision":
            yield (
                "Runway: share that never runs out",
                *(with_error(Estimate(each, error_of_share(each, comparison.paths)), "share") for each in comparison.censored[:typed]),
            )
            yield heading(f"What one candidate gets ({tax_basis(comparison)})")
            for metric in candidate_catalog(comparison.scenario):
                estimates = [each[metric.key] for each in comparison.candidate[:typed]]
                if metric.key in comparison.candidate_differences[0]:
                    differences = [each[metric.key] for each in comparison.candidate_differences[:typed]]
                    yield (metric.label, *compared(estimates, differences, metric.unit))
                else:
                    yield (metric.label, *(with_error(each, metric.unit) for each in estimates))


def foundations(comparison: Comparison) -> Iterable[RenderableType]:
    """What the numbers rest on."""
    unsourced = sum(each.standing == "assumption" for each in comparison.defaults)
    yield Text(
        f"{len(comparison.defaults)} inputs rest on shipped defaults, {unsourced} of them assumptions without a public source: see `compdesign check`."
    )
    if comparison.awards:
        yield title("Refresh awards: strike and expense (ASC 718)")
        yield Text("\n".join(comparison.awards))
    if comparison.tax_notes:
        yield title("Values after tax are estimates, not tax advice")
        yield Text("\n".join(comparison.tax_notes))
