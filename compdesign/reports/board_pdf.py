"""The board view as landscape pages."""

import base64
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from compdesign.reports.board_charts import as_svg
from compdesign.reports.board_decision import links_said
from compdesign.reports.board_parts import Cell, Chart, Scale, Slide, Table, scale_for
from compdesign.reports.board_view import BoardView
from compdesign.reports.pages import page, stylesheet
from compdesign.reports.pdf import pdf

PAGE_WIDTH, PAGE_HEIGHT = 1016.0, 672.0
"""Pixels at 96 an inch between the margins of a page."""
HIGHEST, PLOT, AROUND, BAR = 420.0, 110.0, 120.0, 24.0
"""Most height of a chart; least of its plotting area, and of what stands around that; least of a bar with its name."""


@dataclass(frozen=True)
class BoardPage:
    """What the template may name. drawings: the text that stands for a chart -> its SVG as a data address. apart:
    slides whose tables stand on a page of their own. months: the table by month."""

    view: BoardView
    style: Markup
    drawings: dict[str, str]
    apart: tuple[str, ...]
    links: str
    scale: Scale
    months: Table


def as_pdf(view: BoardView) -> bytes:
    """The pages; the same bytes for the same view."""
    return pdf(page("board/board.html", context(view)))


def context(view: BoardView) -> BoardPage:
    """The template's context."""
    drawings = {
        chart.alt: "data:image/svg+xml;base64,"
        + base64.b64encode(as_svg(chart, PAGE_WIDTH / len(slide.charts), _height(slide)).encode()).decode()
        for slide in view.slides
        for chart in slide.charts
    }
    scale = scale_for(max(map(abs, (*view.compensation.months, *view.awards.months, 0.0))))
    apart = tuple(slide.name for slide in view.slides if _is_apart(slide))
    return BoardPage(view, Markup(stylesheet("board/board.css")), drawings, apart, links_said(view.links), scale, _months(view, scale))


def _height(slide: Slide) -> float:
    """Of a slide's charts."""
    return min(_room(slide, () if _is_apart(slide) else slide.tables), HIGHEST)


def _is_apart(slide: Slide) -> bool:
    """Whether charts and tables need a page each: beside the tables the charts would be too low to read."""
    return bool(slide.charts and slide.tables) and _room(slide, slide.tables) < max(map(_least, slide.charts))


def _least(chart: Chart) -> float:
    return 60.0 + BAR * len(chart.categories) if chart.kind == "bars" else PLOT + AROUND


def _room(slide: Slide, tables: tuple[Table, ...]) -> float:
    """Height that a slide's texts and tables leave of its page, so that no note is alone on the next one."""
    lines = 17.5 * sum(ceil(len(point) / 165) for point in slide.points) + 6.0 * len(slide.points)
    lines += 27.0 * (ceil(len(slide.title) / 92) - 1) + 13.5 * ceil(len(" ".join(slide.notes)) / 205)
    return PAGE_HEIGHT - 75.0 - lines - sum(map(_table_height, tables))


def _table_height(table: Table) -> float:
    head = max(ceil(len(name) * len(table.header) / 150) for name in table.header)
    return 55.0 + 15.0 * head + (17.5 if table.small else 22.0) * len(table.rows)


def _months(view: BoardView, scale: Scale) -> Table:
    flows = (*(each for each in view.components if any(each.months)), view.compensation, view.awards)
    rows = tuple(
        (
            Cell(label),
            *(
                Cell(scale.text(each.months[month], each.months_se[month]), each.months[month], each.months_se[month], "$")
                for each in flows
            ),
        )
        for month, label in enumerate(view.months)
    )
    return Table(f"Means over all futures ± standard error, {scale.name}", ("Month", *(each.label for each in flows)), rows, small=True)
