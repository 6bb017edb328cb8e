"""The figures of the report about causes: where the ranking turns along one input or two, and which input moves it."""

from math import isfinite, nan

from compdesign.metrics.break_even import EXIT_VALUE, BreakEven, MapCell
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.side_runs import paths_along
from compdesign.reports.charts import SERIES
from compdesign.reports.numbers import amount, with_error, with_label
from compdesign.reports.panels import Curve, Mark, curves, rows
from compdesign.reports.report_parts import LETTERS, UNITS, Cell, Figure, Panel, Table, deploys, in_scenario, lettered, tone

MOST_SAID = 4
"""Ties told in the sentence over the figure."""
MOST_BARS = 8
"""Inputs in one panel of the tornado; the table has them all."""


def break_even_curves(comparison: Comparison, kept: tuple[int, ...]) -> Figure | None:
    """The paired difference of the objective along one input at a time, with roots; None where nothing can be compared. kept:
    structures that are drawn.
    """
    if not comparison.break_evens or not deploys(comparison):
        return None
    letters = {offer.name: letter for offer, letter in zip(comparison.scenario.offers, LETTERS, strict=False)}
    by_axis: dict[str, list[BreakEven]] = {}
    drawn = {comparison.structures[k] for k in kept}
    for each in (each for each in comparison.break_evens if each.structure in drawn):
        by_axis.setdefault(each.axis.name, []).append(each)
    panels = []
    crossings = [
        f"{letters[each.structure]} along the {each.axis.label} at {each.finding}" for each in comparison.break_evens if each.roots
    ]
    body: list[tuple[Cell, ...]] = []
    for place, found in enumerate(by_axis.values()):
        axis, key = found[0].axis, f"break-{place}"
        lines = tuple(_curve(each, letters[each.structure]) for each in found)
        roots = tuple((root.value, root.low, root.high) for each in found for root in each.roots)
        said = "; ".join(f"{letters[each.structure]}: {each.finding}" for each in found)
        panels.append(
            Panel(
                key,
                _headline(axis.label),
                said,
                curves(lines, "$", roots, now=1.0 if axis.name == EXIT_VALUE else in_scenario(comparison, axis.name)),
            )
        )
        body.append((Cell(axis.label),))
        for step, value in enumerate(axis.grid):
            cells = [Cell(with_label(each.differences[step], "$"), tone=tone(each.differences[step], "lower")) for each in found]
            body.append((Cell(f"{value:g}"), *cells))
        body.append((Cell("Ties with the first at"), *(Cell(each.finding) for each in found)))
    first = comparison.structures[0]
    names = lettered(comparison)
    few = " or ".join(f"{paths:,}" for paths in sorted({paths_along(found[0].axis, comparison.paths) for found in by_axis.values()}))
    where = " in the table" if len(kept) == len(names) else ""
    more = f"; {len(crossings) - MOST_SAID} more{where}" if len(crossings) > MOST_SAID else ""
    return Figure(
        key="break-even",
        title=f"Break-evens: where the ranking against '{first}' turns",
        finding=f"Ties in present cost per qualifying deployment: {'; '.join(crossings[:MOST_SAID])}{more}." if crossings else "No structure's cost per qualifying deployment crosses that of the first within the ranges looked at.",
        reading=f"Lines: present cost per qualifying deployment less that of the first structure; below zero is cheaper. Bands: two Monte Carlo standard errors to either side; {few} paths at each value, told beside those of the main run. Rings: ties, with the stretch in which they may lie. Values looked at stand at equal distances. Dashed: the scenario's own value.",
        panels=tuple(panels),
        table=Table(f"Differences to '{first}' along each input ± one standard error", ("", *(names[k] for k in kept if k)), tuple(body)),
    )  # fmt: skip


def _headline(text: str) -> str:
    return text[:1].upper() + text[1:]


def _curve(found: BreakEven, letter: str) -> Curve:
    values = [each.value if isfinite(each.value) else nan for each in found.differences]
    errors = [each.se if isfinite(each.se) else nan for each in found.differences]
    return Curve(
        letter,
        found.axis.grid,
        tuple(values),
        tuple(value - 2 * error for value, error in zip(values, errors, strict=True)),
        tuple(value + 2 * error for value, error in zip(values, errors, strict=True)),
        SERIES[LETTERS.index(letter) % len(SERIES)],
    )


def tornado(comparison: Comparison) -> Figure | None:
    """Which uncertain input moves the headlines; None where no input is uncertain."""
    if not any(comparison.tornado.values()):
        return None
    k = comparison.structures.index(comparison.tornado_of)
    panels, said = [], []
    body: list[tuple[Cell, ...]] = []
    for variable, bars in comparison.tornado.items():
        row = next(row for row in comparison.rows if row.metric.variable == variable and row.metric.kind == "mean")
        metric, middle = row.metric, row.differences[k].value if k else row.estimates[k].value
        marks = tuple(
            Mark(bar.input, f"rank correlation {bar.correlation:+.2f}", middle, min(bar.low, bar.high), max(bar.low, bar.high), "s6", "bar",
                 (2 * bar.low_se, 2 * bar.high_se) if bar.low <= bar.high else (2 * bar.high_se, 2 * bar.low_se))
            for bar in bars[:MOST_BARS]
        )  # fmt: skip
        key = f"tornado-{variable}"
        text = "; ".join(f"{bar.input}: {amount(bar.low, metric.unit, k > 0)} in its lowest fifth, {amount(bar.high, metric.unit, k > 0)} in its highest" for bar in bars[:MOST_BARS])  # fmt: skip
        panels.append(
            Panel(
                key,
                f"{metric.label} ({UNITS.get(metric.unit, metric.unit)})",
                text,
                rows(marks, metric.unit, signed=k > 0, zero=k > 0, line=middle),
            )
        )
        said.append(f"{metric.label.lower()} by {bars[0].input}")
        body.append((Cell(metric.label),))
        for bar in bars:
            low, high = (with_error(Estimate(value, se), metric.unit) for value, se in ((bar.low, bar.low_se), (bar.high, bar.high_se)))
            body.append((Cell(bar.input), Cell(low, f"at {bar.input_low:.3g}"), Cell(high, f"at {bar.input_high:.3g}"), Cell(f"{bar.correlation:+.2f} ± {bar.correlation_se:.2f}")))  # fmt: skip
    of = f"'{comparison.tornado_of}'" + (f" less '{comparison.structures[0]}'" if k else "")
    return Figure(
        key="tornado",
        title=f"Tornado: what the ranges of the inputs do to {of}",
        finding=f"Most moved: {'; '.join(said)}.",
        reading="Bars are input uncertainty: from the mean where an input is in its lowest fifth to the mean where it is in its highest, on the same run; tick and dashed line: the mean over everything. Thin ends: two Monte Carlo standard errors. Neither more paths nor luck narrows the bars: knowing the input better does.",
        panels=tuple(panels),
        table=Table(f"{of} by fifths of each uncertain input", ("", "Lowest fifth", "Highest fifth", "Rank correlation"), tuple(body)),
    )


def links_map(comparison: Comparison) -> Table | None:
    """Who is cheapest per deployment over two links; None where nothing can be compared."""
    if not comparison.links_map or not deploys(comparison):
        return None
    letters = {offer.name: letter for offer, letter in zip(comparison.scenario.offers, LETTERS, strict=False)}
    selections = sorted({cell.selection for cell in comparison.links_map})
    body = []
    for incentive in sorted({cell.incentive for cell in comparison.links_map}):
        line = [cell for cell in comparison.links_map if cell.incentive == incentive]
        cells = [_leader(cell, letters) for cell in line]
        body.append((Cell(f"Incentive link ε = {incentive:g}"), *cells))
    return Table(
        "Cheapest per qualifying deployment, by two links", ("", *(f"Selection link κ = {value:g}" for value in selections)), tuple(body)
    )


def _leader(cell: MapCell, letters: dict[str, str]) -> Cell:
    if cell.cheapest is None:
        return Cell("nobody ships")
    letter = letters[cell.cheapest]
    note = "" if cell.clear else "within noise of another"
    return Cell(f"{letter} · {cell.cheapest}", note, SERIES[LETTERS.index(letter) % len(SERIES)])
