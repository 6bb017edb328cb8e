"""The board view as landscape pages."""

import base64
from dataclasses import dataclass

from markupsafe import Markup

from compdesign.reports.board_charts import as_svg
from compdesign.reports.board_decision import links_said
from compdesign.reports.board_parts import Cell, Scale, Table, scale_for
from compdesign.reports.board_view import BoardView
from compdesign.reports.pages import page, stylesheet
from compdesign.reports.pdf import pdf

CHART_WIDTH, ALONE, BESIDE_TABLES = 1016.0, 400.0, 265.0
"""Pixels at 96 an inch: the width between the margins of the page; heights with nothing and with tables on the page."""


@dataclass(frozen=True)
class BoardPage:
    """What the template may name. drawings: the text that stands for a chart -> its SVG as a data address. months: the table by month."""

    view: BoardView
    style: Markup
    drawings: dict[str, str]
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
        + base64.b64encode(as_svg(chart, CHART_WIDTH / len(slide.charts), BESIDE_TABLES if slide.tables else ALONE).encode()).decode()
        for slide in view.slides
        for chart in slide.charts
    }
    scale = scale_for(max(map(abs, (*view.compensation.months, *view.awards.months, 0.0))))
    return BoardPage(view, Markup(stylesheet("board/board.css")), drawings, links_said(view.links), scale, _months(view, scale))


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
