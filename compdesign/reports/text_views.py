"""What stands behind the main table, as text: null ranking, equal terms, twins, break-evens, tornado."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from compdesign.metrics.break_even import MapCell
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.equal_terms import EqualTerms
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.runner_up import order
from compdesign.reports.columns import Cells, blocks
from compdesign.reports.findings import class_rows, equity_or_milestone, milestones
from compdesign.reports.numbers import with_error, with_label
from compdesign.reports.text_cells import compared, title

NARROW = 12
"""Characters that a column of short words or of inputs' names needs."""
BARS = 4
"""Inputs shown of each headline in the tornado."""


def by_class(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """What each class of holders gets per exit, the difference to the first structure, and how far the structure dilutes it."""
    typed = len(comparison.scenario.offers)
    if not (shown := class_rows(comparison)):
        return
    yield title("Equity by class of holders: proceeds per exit; below them the points of ownership that the structure's shares take")
    rows: list[Cells] = []
    for row in shown:
        if row.metric.unit == "$":
            rows.append((row.metric.label, *compared(row.estimates[:typed], row.differences[:typed], "$")))
        else:
            points = (with_error(each, "share").replace(" %", " points", 1) for each in row.estimates[:typed])
            rows.append((f"  {row.metric.label}", *points))
    yield from blocks(["", *comparison.structures[:typed]], rows, width, repeated=1)


def null_ranking(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """The objective with every link at zero."""
    yield title("Null ranking: every link from pay or process to behaviour at zero")
    typed = comparison.structures[: len(comparison.scenario.offers)]
    rows: Iterable[Cells] = (
        (
            f"{place}. {typed[k]}",
            with_error(comparison.null[k], "$"),
            "" if k == 0 else with_label(comparison.null_differences[k], "$"),
        )
        for place, k in enumerate(order(comparison.null), start=1)
    )
    yield from blocks(["", "Present cost per qualifying deployment", "to the first structure"], rows, width)


def equal_terms(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """The views at equal terms."""
    if not comparison.equal_terms:
        return
    yield title("Equal terms")
    typed = comparison.structures[: len(comparison.scenario.offers)]
    for view in comparison.equal_terms:
        yield Text(f"{view.view}: {view.what}", style="italic")
        yield from blocks(["", *typed], _view_rows(view, typed), width, repeated=1)


def _view_rows(view: EqualTerms, typed: tuple[str, ...]) -> Iterable[Cells]:
    if any(factor != 1 for factor in view.factors):
        yield ("base pay, times", *(f"{factor:.2f}" if factor == factor else "none equals" for factor in view.factors))
    costs = compared(view.cost, view.differences, "$")
    yield (
        "present cost per deployment",
        *(Text("-") if name in view.missed else cell for name, cell in zip(typed, costs, strict=True)),
    )
    yield ("runway, 10th percentile", *(with_error(each, "months") for each in view.runway))
    yield ("filled seat-months", *(f"{each:.1f}" for each in view.filled))


def twins(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """Milestone structures beside the same triggers paid in cash."""
    if not comparison.twins:
        return
    yield title("Is it the equity or the milestone? The same triggers paid in cash at grant-date value")
    for said in equity_or_milestone(comparison):
        yield Text(said)
    typed = len(comparison.scenario.offers)
    pairs = list(zip(milestones(comparison), range(typed, typed + comparison.twins), strict=True))
    head = [comparison.structures[k] for pair in pairs for k in pair]
    rows: Iterable[Cells] = (
        (
            row.metric.label,
            *(
                cell
                for (k, twin), apart in zip(pairs, comparison.twin_differences, strict=True)
                for cell in compared((row.estimates[k], row.estimates[twin]), (row.differences[k], apart[row.metric.key]), row.metric.unit)
            ),
        )
        for row in comparison.rows
        if row.metric.group == "decision"
    )
    yield Text("Under each twin: the twin less the structure it is made from, paired.", style="dim")
    yield from blocks(["", *head], rows, width, together=2)


def break_evens(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """Where the objective ties with the first structure's, and the map over two links."""
    if not comparison.break_evens:
        return
    yield title(f"Break-evens with '{comparison.structures[0]}' (present cost per qualifying deployment)")
    rows: Iterable[Cells] = (
        (each.axis.label, each.structure, f"{each.finding}  (looked at: {each.axis.grid[0]:g} to {each.axis.grid[-1]:g})")
        for each in comparison.break_evens
    )
    yield from blocks(["", "structure", "ties at (interval)"], rows, width)
    yield from _outputs(comparison, width)
    selections = sorted({cell.selection for cell in comparison.links_map})
    cells: Iterable[Cells] = (
        (
            f"epsilon {incentive:g}",
            *(_leader(cell) for cell in sorted(comparison.links_map, key=lambda each: each.selection) if cell.incentive == incentive),
        )
        for incentive in sorted({cell.incentive for cell in comparison.links_map})
    )
    yield from blocks(["cheapest per deployment, by links", *(f"kappa {value:g}" for value in selections)], cells, width, least=NARROW)


def _leader(cell: MapCell) -> str:
    return "nobody ships" if cell.cheapest is None else cell.cheapest + ("" if cell.clear else " (within noise)")


def _outputs(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    if not comparison.output_at_ties:
        return
    yield Text("The break-even incentive as output: rise of qualifying deployments over every link at zero", style="italic")
    rows: Iterable[Cells] = (
        (
            f"gaming {each.gaming:g}",
            each.structure,
            "; ".join(f"{with_error(rise, 'share')} at epsilon {incentive:.3g}" for incentive, rise in each.ties) or "none in range",
        )
        for each in comparison.output_at_ties
    )
    yield from blocks(["", "structure", "output at the tie"], rows, width)


def tornado(comparison: Comparison, width: int) -> Iterable[RenderableType]:
    """What moves the headlines."""
    if not any(comparison.tornado.values()):
        return
    against = f" less '{comparison.structures[0]}'" if comparison.tornado_of != comparison.structures[0] else ""
    yield title(f"Tornado: '{comparison.tornado_of}'{against}, mean where an input is in its lowest and highest fifth")
    head = ["headline", "input", "lowest fifth", "highest fifth", "rank correlation"]
    yield from blocks(head, _bars(comparison), width, least=NARROW)


def _bars(comparison: Comparison) -> Iterable[Cells]:
    labels = {row.metric.variable: row.metric for row in comparison.rows if row.metric.kind == "mean"}
    for variable, bars in comparison.tornado.items():
        metric = labels[variable]
        for place, bar in enumerate(bars[:BARS]):
            low, high = Estimate(bar.low, bar.low_se), Estimate(bar.high, bar.high_se)
            yield (
                metric.label if place == 0 else "",
                bar.input,
                f"{with_error(low, metric.unit)} (at {bar.input_low:.3g})",
                f"{with_error(high, metric.unit)} (at {bar.input_high:.3g})",
                f"{bar.correlation:+.2f} ± {bar.correlation_se:.2f}",
            )
