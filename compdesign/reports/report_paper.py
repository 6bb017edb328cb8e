"""A report on paper: which structures are printed in full, tables no wider than a page, drawings as images, colours by value."""

import re
from dataclasses import replace

from compdesign.metrics.comparison import Comparison
from compdesign.metrics.runner_up import order
from compdesign.reports.charts import PALETTE, for_paper
from compdesign.reports.findings import rival
from compdesign.reports.pages import stylesheet
from compdesign.reports.report_parts import LETTERS, Cell, Figure, Table, lettered, listed, value_cell

WHOLE = 6
"""Structures that a report prints in full; of more it prints so many as CHOSEN, and every one by the rows to decide by."""
CHOSEN = 4
WIDEST = 6
"""Columns side by side after the first; more go into a table below."""
CARDS = {"card": "paper", "page": "paper"}
"""Surfaces of a screen that are the paper itself."""


def printed(comparison: Comparison) -> tuple[int, ...]:
    """Structures printed in full, in the scenario's order: all, or the first, the one held against it and the cheapest."""
    typed = len(comparison.scenario.offers)
    if typed <= WHOLE:
        return tuple(range(typed))
    cheapest = order(comparison.rows[0].estimates[:typed])
    return tuple(sorted(tuple(dict.fromkeys((0, rival(comparison), *cheapest)))[:CHOSEN]))


def said(comparison: Comparison, kept: tuple[int, ...]) -> tuple[str, ...]:
    """What a reader is told of structures that are not printed in full; nothing where all are."""
    typed = len(comparison.scenario.offers)
    if len(kept) == typed:
        return ()
    names = listed(tuple(LETTERS[k] for k in kept))
    return (
        f"All {typed} structures stand in the first table and in the figures that rank them. Further rows, months and the appendix print {names}: the first and those with the lowest present cost per qualifying deployment. Years and parts of a row are left out. The HTML report has every row of every structure.",
    )


def decisions(comparison: Comparison) -> Table:
    """Every structure, one a row, by what people decide by."""
    decided = [row for row in comparison.rows if row.metric.group == "decision"]
    return Table(
        "Rows to decide by, every structure",
        ("", *(f"{row.metric.label} ({row.metric.better} is better)" for row in decided)),
        tuple(
            (
                Cell(name),
                *(value_cell(row.estimates[k], row.metric.unit, row.differences[k] if k else None, row.metric.better) for row in decided),
            )
            for k, name in enumerate(lettered(comparison))
        ),
    )


def only(table: Table, kept: tuple[int, ...]) -> Table:
    """A table without the columns of structures that are not printed in full. A structure's column begins with its letter."""
    letters = {LETTERS[k] for k in kept}
    places = [place for place, name in enumerate(table.head) if " · " not in name or name.split(" · ")[0].removesuffix("′") in letters]
    if len(places) == len(table.head):
        return table
    rows = tuple(row if len(row) == 1 else tuple(row[place] for place in places) for row in table.rows)
    return Table(f"{table.caption}: {listed(tuple(sorted(letters)))}", tuple(table.head[place] for place in places), rows)


def cut(table: Table) -> tuple[Table, ...]:
    """A table no wider than paper: columns in groups, the first column before each."""
    width = len(table.head) - 1
    if width <= WIDEST:
        return (table,)
    parts = -(-width // WIDEST)
    each = -(-width // parts)
    return tuple(
        Table(
            f"{table.caption} ({place} of {parts})",
            (table.head[0], *table.head[start : start + each]),
            tuple(row if len(row) == 1 else (row[0], *row[start : start + each]) for row in table.rows),
        )
        for place, start in enumerate(range(1, width + 1, each), start=1)
    )


def on_paper(figure: Figure, kept: tuple[int, ...]) -> Figure:
    """A figure with its drawings as images, and the table of its numbers as the appendix has it."""
    panels = tuple(
        replace(panel, drawing=replace(panel.drawing, content=for_paper(panel.drawing.content, panel.drawing.width, panel.drawing.height)))
        for panel in figure.panels
    )
    return replace(figure, panels=panels, table=only(figure.table, kept))


def paper_style() -> str:
    """The report's stylesheet with the light palette written in: WeasyPrint works a variable out anew wherever it is used."""
    colours = {colour.name: colour.light for colour in PALETTE}
    return re.sub(r"var\(--(\w+)\)", lambda name: colours[CARDS.get(name[1], name[1])], stylesheet("report/report.css"))
