"""The comparison as text: verdict first, then one table, then what stands behind it."""

from collections.abc import Iterable
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from compdesign.metrics.candidate import candidate_catalog
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import MATERIAL, Difference, Estimate
from compdesign.reports.findings import SECTIONS, class_rows, flips, losses, milestones, tax_basis, worth_showing
from compdesign.reports.numbers import amount, with_error, with_label

PIPED_WIDTH = 150
STYLES = {MATERIAL: "bold", "within noise": "dim", "identical": "dim", "real but immaterial": "dim"}


def as_text(comparison: Comparison, width: int | None = None, colour: bool = False) -> str:
    """The whole comparison as one string; width in characters, colour with terminal codes."""
    buffer = StringIO()
    console = Console(file=buffer, width=width or PIPED_WIDTH, force_terminal=colour, no_color=not colour, highlight=False, soft_wrap=False)
    for part in parts(comparison):
        console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def parts(comparison: Comparison) -> Iterable[RenderableType]:
    """The report in reading order."""
    yield from first_minute(comparison)
    yield main_table(comparison)
    yield from by_class(comparison)
    yield from null_ranking(comparison)
    yield from equal_terms(comparison)
    yield from twins(comparison)
    yield from break_evens(comparison)
    yield from tornado(comparison)
    yield from foundations(comparison)


def first_minute(comparison: Comparison) -> Iterable[RenderableType]:
    """Verdict, where the first structure is better, what would flip it."""
    yield Text(comparison.scenario.title, style="bold")
    yield Text(comparison.verdict, style="bold")
    if len(comparison.scenario.offers) > 1:
        yield Text(losses(comparison).sentence)
        yield Text(flips(comparison).sentence)
    yield Text(
        f"{comparison.paths:,} paths, seed {comparison.seed}, scenario {comparison.scenario_hash[:12]}, compdesign {comparison.version}. ± is one standard error."
    )
    yield Text("\n".join(comparison.links))
    yield Text("")


def main_table(comparison: Comparison) -> RenderableType:
    """Structures as columns, decisions first; under each value its paired difference to the first structure."""
    typed = len(comparison.scenario.offers)
    table = _table(["", *comparison.structures[:typed]])
    for group, title in SECTIONS:
        table.add_row(Text(title, style="bold underline"))
        for row in comparison.rows:
            if row.metric.group == group and worth_showing(row, typed):
                _add(table, row.metric.label, row.metric.unit, row.estimates[:typed], row.differences[:typed])
        if group == "decision":
            table.add_row("Runway: share that never runs out", *(amount(each, "share") for each in comparison.censored[:typed]))
            table.add_row(Text(f"What one candidate gets ({tax_basis(comparison)})", style="bold underline"))
            for metric in candidate_catalog(comparison.scenario):
                estimates = [each[metric.key] for each in comparison.candidate[:typed]]
                table.add_row(Text(metric.label), *(with_error(each, metric.unit) for each in estimates))
    return table


def _add(table: Table, label: str, unit: str, estimates: Iterable[Estimate], differences: Iterable[Difference]) -> None:
    cells = []
    for place, (estimate, difference) in enumerate(zip(estimates, differences, strict=True)):
        cell = Text(with_error(estimate, unit))
        if place:
            cell.append(f"\n{with_label(difference, unit)}", style=STYLES.get(difference.label, "italic"))
        cells.append(cell)
    table.add_row(Text(label), *cells)


def _table(columns: Iterable[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for place, name in enumerate(columns):
        table.add_column(Text(name), overflow="fold", min_width=34 if place == 0 else 14)
    return table


def by_class(comparison: Comparison) -> Iterable[RenderableType]:
    """What each class of holders gets per exit, the difference to the first structure, and how far the structure dilutes it."""
    typed = len(comparison.scenario.offers)
    rows = class_rows(comparison)
    if not rows:
        return
    yield _title("Equity by class of holders: proceeds per exit; below them the points of ownership that the structure's shares take")
    table = _table(["", *comparison.structures[:typed]])
    for row in rows:
        if row.metric.unit == "$":
            _add(table, row.metric.label, row.metric.unit, row.estimates[:typed], row.differences[:typed])
        else:
            points = (with_error(each, "share").replace(" %", " points", 1) for each in row.estimates[:typed])
            table.add_row(Text(f"  {row.metric.label}", style="dim"), *(Text(each, style="dim") for each in points))
    yield table


def null_ranking(comparison: Comparison) -> Iterable[RenderableType]:
    """The objective with every link at zero."""
    yield _title("Null ranking: every link from pay or process to behaviour at zero")
    typed = comparison.structures[: len(comparison.scenario.offers)]
    order = sorted(range(len(typed)), key=lambda k: comparison.null[k].value)
    table = _table(["", "Present cost per qualifying deployment", "to the first structure"])
    for place, k in enumerate(order, start=1):
        table.add_row(
            Text(f"{place}. {typed[k]}"),
            with_error(comparison.null[k], "$"),
            "" if k == 0 else with_label(comparison.null_differences[k], "$"),
        )
    yield table


def equal_terms(comparison: Comparison) -> Iterable[RenderableType]:
    """The views at equal terms."""
    if not comparison.equal_terms:
        return
    yield _title("Equal terms")
    typed = comparison.structures[: len(comparison.scenario.offers)]
    table = _table(["", *typed])
    for view in comparison.equal_terms:
        table.add_row(Text(f"{view.view}: {view.what}", style="italic"))
        if any(factor != 1 for factor in view.factors):
            table.add_row("  base pay, times", *(f"{factor:.2f}" if factor == factor else "none equals" for factor in view.factors))
        cells = []
        for k, cost in enumerate(view.cost):
            cell = Text(with_error(cost, "$"))
            if k:
                cell.append(f"\n{with_label(view.differences[k], '$')}", style=STYLES.get(view.differences[k].label, ""))
            cells.append(cell if typed[k] not in view.missed else Text("-"))
        table.add_row("  present cost per deployment", *cells)
        table.add_row("  runway, 10th percentile", *(with_error(each, "months") for each in view.runway))
        table.add_row("  filled seat-months", *(f"{each:.1f}" for each in view.filled))
    yield table


def twins(comparison: Comparison) -> Iterable[RenderableType]:
    """Milestone structures beside the same triggers paid in cash."""
    if not comparison.twins:
        return
    yield _title("Is it the equity or the milestone? The same triggers paid in cash at grant-date value")
    typed = len(comparison.scenario.offers)
    typed_in = milestones(comparison)
    table = _table(
        [
            "",
            *(
                name
                for pair in zip((comparison.structures[k] for k in typed_in), comparison.structures[typed:], strict=True)
                for name in pair
            ),
        ]
    )
    for row in comparison.rows:
        if row.metric.group == "decision":
            table.add_row(
                Text(row.metric.label),
                *(
                    with_error(row.estimates[k], row.metric.unit)
                    for pair in zip(typed_in, range(typed, typed + len(typed_in)), strict=True)
                    for k in pair
                ),
            )
    yield table


def break_evens(comparison: Comparison) -> Iterable[RenderableType]:
    """Where the objective ties with the first structure's, and the map over two links."""
    if not comparison.break_evens:
        return
    yield _title(f"Break-evens with '{comparison.structures[0]}' (present cost per qualifying deployment)")
    table = _table(["", "structure", "ties at (interval)"])
    for each in comparison.break_evens:
        table.add_row(
            each.axis.label, Text(each.structure), f"{each.finding}  (looked at: {each.axis.grid[0]:g} to {each.axis.grid[-1]:g})"
        )
    yield table
    selections = sorted({cell.selection for cell in comparison.links_map})
    cells = _table(["cheapest per deployment, by links", *(f"kappa {value:g}" for value in selections)])
    for incentive in sorted({cell.incentive for cell in comparison.links_map}):
        line = [cell for cell in comparison.links_map if cell.incentive == incentive]
        cells.add_row(f"epsilon {incentive:g}", *(Text(cell.cheapest + ("" if cell.clear else " (within noise)")) for cell in line))
    yield cells


def tornado(comparison: Comparison) -> Iterable[RenderableType]:
    """What moves the headlines."""
    if not any(comparison.tornado.values()):
        return
    against = f" less '{comparison.structures[0]}'" if comparison.tornado_of != comparison.structures[0] else ""
    yield _title(f"Tornado: '{comparison.tornado_of}'{against}, mean where an input is in its lowest and highest fifth")
    table = _table(["headline", "input", "lowest fifth", "highest fifth", "rank correlation"])
    labels = {row.metric.variable: row.metric for row in comparison.rows if row.metric.kind == "mean"}
    for variable, bars in comparison.tornado.items():
        metric = labels[variable]
        for place, bar in enumerate(bars[:4]):
            low, high = Estimate(bar.low, bar.low_se), Estimate(bar.high, bar.high_se)
            table.add_row(
                metric.label if place == 0 else "",
                bar.input,
                f"{with_error(low, metric.unit)} (at {bar.input_low:.3g})",
                f"{with_error(high, metric.unit)} (at {bar.input_high:.3g})",
                f"{bar.correlation:+.2f} ± {bar.correlation_se:.2f}",
            )
    yield table


def foundations(comparison: Comparison) -> Iterable[RenderableType]:
    """What the numbers rest on."""
    unsourced = [each for each in comparison.defaults if each.standing == "assumption"]
    lines = [
        f"{len(comparison.defaults)} inputs rest on shipped defaults, {len(unsourced)} of them assumptions without a public source: see `compdesign check`."
    ]
    yield Text("\n".join(lines))
    if comparison.awards:
        yield _title("Refresh awards: strike and expense (ASC 718)")
        yield Text("\n".join(comparison.awards))
    if comparison.tax_notes:
        yield _title("Values after tax are estimates, not tax advice")
        yield Text("\n".join(comparison.tax_notes))


def _title(text: str) -> RenderableType:
    return Group(Text(""), Text(text, style="bold"))
