"""The board view as slides: native charts that stay editable, titles that say what was found, notes with definitions."""

import zipfile
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from compdesign.reports.board_decision import links_said
from compdesign.reports.board_parts import COLOURS, PALETTE, Chart, Line, Slide, Table
from compdesign.reports.board_view import BoardView
from compdesign.reports.xlsx_parts import SAFE


def _colour(digits: str) -> Any:
    return RGBColor.from_string(digits)  # type: ignore[no-untyped-call]


WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.55)
KINDS = {"stacked": XL_CHART_TYPE.COLUMN_STACKED, "bars": XL_CHART_TYPE.BAR_CLUSTERED, "lines": XL_CHART_TYPE.LINE}
TITLE_ONLY = 5
ROWS, SMALL_ROWS, SOURCE_ROWS = 14, 17, 11
"""Rows of a table that fit on a slide."""
INK, GREY, RULE, HEAD_FILL = _colour("1B2533"), _colour("5B6673"), _colour("D5DAE0"), _colour("EEF2F6")
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def as_pptx(view: BoardView) -> bytes:
    """The presentation; the same bytes for the same view."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    date = datetime.fromisoformat(view.as_of)
    core = deck.core_properties
    core.title, core.author, core.subject, core.last_modified_by = view.title, "compdesign", "Compensation burn", "compdesign"
    core.created = core.modified = date
    core.revision = 1
    for slide in view.slides:
        _draw(deck, view, slide, date)
    facts = (
        f"Scenario hash (SHA-256): {view.scenario_hash}",
        f"Seed {view.seed}, engine {view.version}, {view.paths:,} simulated futures, as of {view.as_of}",
    )
    unsourced = sum(row[3].text == "assumption" for row in view.sources.rows)
    title = f"{len(view.sources.rows)} inputs rest on shipped defaults, {unsourced} of them assumptions without a public source"
    _draw(deck, view, Slide("Tie-out", "The months add up to the comparison", (*facts, links_said(view.links)), tables=(view.ties,)), date)
    if view.sources.rows:
        _draw(deck, view, Slide("Assumptions", title, (), tables=(view.sources,)), date)
    buffer = BytesIO()
    deck.save(buffer)
    return _dated(buffer.getvalue())


def _dated(blob: bytes) -> bytes:
    """The same package with one fixed date on every part."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(blob)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


def _draw(deck: Any, view: BoardView, slide: Slide, date: datetime) -> None:
    """One subject: charts with the points beside or above them, then its tables on slides of their own where they do not fit."""
    if slide.charts:
        page = _page(deck, view, slide, slide.title)
        top = _points(page, slide.points, Inches(1.45))
        width = Emu(int((WIDTH - 2 * MARGIN) / len(slide.charts)))
        for place, chart in enumerate(slide.charts):
            _chart(page, chart, Emu(MARGIN + place * width), top, width, Emu(HEIGHT - top - Inches(0.5)), date)
    room = Emu(HEIGHT - Inches(0.5))
    page, top = None, room
    for table in slide.tables:
        per = SOURCE_ROWS if table.text_columns > 4 else SMALL_ROWS if table.small else ROWS
        for first in range(0, len(table.rows), per):
            rows = table.rows[first : first + per]
            if page is None or top + Inches(0.6 + 0.27 * (len(rows) + 1)) > room:
                page = _page(deck, view, slide, slide.title if first == 0 else f"{slide.title} (continued)")
                top = Inches(1.45) if slide.charts or first else _points(page, slide.points, Inches(1.45))
            _box(page, (table.caption,), MARGIN, top, Emu(WIDTH - 2 * MARGIN), Inches(0.3), 11, GREY)
            top = Emu(_table(page, table, rows, Emu(top + Inches(0.28))) + Inches(0.25))


def _page(deck: Any, view: BoardView, slide: Slide, title: str) -> Any:
    page = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = page.shapes.title
    shape.left, shape.top, shape.width, shape.height = MARGIN, Inches(0.55), Emu(WIDTH - 2 * MARGIN), Inches(0.85)
    shape.text_frame.word_wrap = True
    shape.text_frame.margin_left = shape.text_frame.margin_right = 0
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    _write(shape.text_frame, (title,), 24 if _width(title) <= 90 else 19 if _width(title) <= 160 else 15, bold=True)
    _box(page, (slide.name.upper(),), MARGIN, Inches(0.28), Emu(WIDTH - 2 * MARGIN), Inches(0.3), 10, GREY)
    _box(
        page,
        (f"{view.provenance} Proposed: {view.structure}.",),
        MARGIN,
        Emu(HEIGHT - Inches(0.42)),
        Emu(WIDTH - 2 * MARGIN),
        Inches(0.3),
        9,
        GREY,
    )
    page.notes_slide.notes_text_frame.text = "\n".join((*slide.points, *slide.notes, view.provenance))
    return page


def _box(page: Any, lines: tuple[str, ...], left: int, top: int, width: int, height: int, size: float, colour: Any = INK) -> None:
    frame = page.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _write(frame, lines, size, colour=colour)


def _write(frame: Any, lines: tuple[str, ...], size: float, bold: bool = False, colour: Any = INK) -> None:
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(2)
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = colour


def _points(page: Any, points: tuple[str, ...], top: int) -> int:
    """The points of a slide; gives where the next thing may start."""
    if not points:
        return top
    size = 13 if sum(map(_width, points)) < 700 else 11
    lines = sum(ceil(_width(point) / (122 if size == 13 else 146)) for point in points)
    height = Inches(lines * size * 1.28 / 72 + 0.03 * len(points))
    _box(page, points, MARGIN, top, Emu(WIDTH - 2 * MARGIN), height, size)
    return Emu(top + height + Inches(0.1))


def _width(text: str) -> float:
    """Of a text in characters of middling width; a word that cannot be broken may leave most of a line empty."""
    longest = max(map(len, text.split(" ")))
    return sum(1.0 if each.islower() or not each.isalpha() else 1.5 for each in text) + (longest if longest > 30 else 0)


def _table(page: Any, table: Table, rows: Any, top: int) -> int:
    """Draw rows of a table; gives where it ends."""
    size = 8 if table.small else 11
    made = page.shapes.add_table(len(rows) + 1, len(table.header), MARGIN, top, Emu(WIDTH - 2 * MARGIN), Inches(0.25 * (len(rows) + 1)))
    made.name = table.caption[:80]
    made._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
    grid = made.table
    made._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = "{5940675A-B579-460E-94D1-54222C63F5DA}"  # no style, grid
    weights = [_weight(table, k) for k in range(len(table.header))]
    for k, weight in enumerate(weights):
        grid.columns[k].width = Emu(int((WIDTH - 2 * MARGIN) * weight / sum(weights)))
    held = [column.width / Inches(1) * (17.5 if table.small else 12.5) for column in grid.columns]  # characters on a line
    height = 0.0
    for line, cells in enumerate((table.header, *(tuple(cell.text for cell in row) for row in rows))):
        lines = max(ceil(_width(text) / width) for text, width in zip(cells, held, strict=True))
        tall = max(0.25, 0.06 + lines * size * 1.22 / 72)
        grid.rows[line].height = Inches(tall)
        height += tall
        for k, text in enumerate(cells):
            cell = grid.cell(line, k)
            cell.margin_left = cell.margin_right = Inches(0.05)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = HEAD_FILL if line == 0 else _colour("FFFFFF")
            _write(cell.text_frame, (text,), size, bold=line == 0 or text == "Whole run")
            if k >= table.text_columns:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    return int(top + Inches(height + 0.02 * (len(rows) + 1)))


def _weight(table: Table, k: int) -> float:
    """Of a column, from all rows of the table, so that it is as wide on each of its slides; room for the longest word of most."""
    texts = [row[k].text for row in table.rows]
    longest = max([len(table.header[k]) / 2, *map(len, texts)])
    word = max((len(each) for text in texts for each in text.split()), default=0)
    return min(max(longest + 2, 9, min(word, 36) + 4), 45)


def _chart(page: Any, chart: Chart, left: int, top: int, width: int, height: int, date: datetime) -> None:
    data: Any = CategoryChartData(  # type: ignore[no-untyped-call]
        number_format="#,##0" if chart.unit != "count" else "0.00"
    )
    data.categories = list(chart.categories)
    for line in chart.lines:
        data.add_series(line.name, line.values)
    frame = page.shapes.add_chart(KINDS[chart.kind], left, top, width, height, data)
    frame.name = chart.title[:80]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)
    made = frame.chart
    made.part.chart_workbook.update_from_xlsx_blob(_workbook(chart, date))
    made.font.size = Pt(10)
    made.has_title = True
    _write(made.chart_title.text_frame, (chart.title,), 11, bold=True)
    made.has_legend = len(chart.lines) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        made.legend.font.size = Pt(10)
        _hide_base(made, chart)
    _axes(made, chart)
    for place, (series, line) in enumerate(zip(made.plots[0].series, chart.lines, strict=True)):
        _style(series, chart, line, place)
        if line.errors is not None:
            _errors(series, chart, line, place)
    if chart.kind != "lines":
        made.plots[0].gap_width = 60
    if chart.kind == "bars":
        made.plots[0].overlap = 100


def _workbook(chart: Chart, date: datetime) -> bytes:
    """The figures behind a chart, as python-pptx lays them out, written so that no text is a formula or a link."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    book.set_properties({"created": date, "author": "compdesign"})
    sheet = book.add_worksheet("Sheet1")
    for place, category in enumerate(chart.categories, start=1):
        sheet.write_string(place, 0, category)
    for column, line in enumerate(chart.lines, start=1):
        sheet.write_string(0, column, line.name)
        for place, value in enumerate(line.values, start=1):
            if value is not None:
                sheet.write_number(place, column, value)
    extra = len(chart.lines) + 1
    for line in chart.lines:
        if line.errors is not None:
            sheet.write_string(0, extra, f"{line.name}, two standard errors")
            for place, error in enumerate(line.errors, start=1):
                if error is not None:
                    sheet.write_number(place, extra, error)
            extra += 1
    book.close()
    return buffer.getvalue()


def _axes(made: Any, chart: Chart) -> None:
    value, category = made.value_axis, made.category_axis
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = RULE
    value.format.line.fill.background()
    value.tick_labels.font.size = category.tick_labels.font.size = Pt(10)
    value.tick_labels.number_format_is_linked = False
    value.tick_labels.number_format = _short_money(chart) if chart.unit.startswith("$") else "#,##0" if chart.unit == "shares" else "0.0"
    value.has_title = True
    _write(value.axis_title.text_frame, (chart.axis,), 10, colour=GREY)
    category.format.line.color.rgb = GREY
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind == "bars":
        category.reverse_order = True
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # else they follow the first category to the top
    if len(chart.categories) > 24:
        step = ceil(len(chart.categories) / 16)
        category._element.append(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{step}"/>'))
        category._element.append(parse_xml(f'<c:tickMarkSkip {nsdecls("c")} val="{step}"/>'))
        _in_order(category._element)


def _in_order(axis: Any) -> None:
    """Put noMultiLvlLbl last, as the schema wants it."""
    last = axis.find(qn("c:noMultiLvlLbl"))
    if last is not None:
        axis.append(last)


def _short_money(chart: Chart) -> str:
    largest = max((abs(value) for line in chart.lines for value in line.values if value is not None), default=0.0)
    if largest >= 2e9:
        return '$#,##0.0,,,"B"'
    if largest >= 2e6:
        return '$#,##0.0,,"M"' if largest < 2e7 else '$#,##0,,"M"'
    return '$#,##0,"k"' if largest >= 2e3 else "$#,##0"


def _style(series: Any, chart: Chart, line: Line, place: int) -> None:
    known = line.role != "plain" or chart.kind == "lines"
    colour = _colour((COLOURS[line.role] if known else PALETTE[place % len(PALETTE)]).lstrip("#"))
    if chart.kind != "lines":
        series.invert_if_negative = False
        if line.role == "base":
            series.format.fill.background()
            return
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour
        return
    series.smooth = False
    if line.role == "mark":
        series.format.line.fill.background()
        series.marker.style, series.marker.size = XL_MARKER_STYLE.DIAMOND, 11
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        return
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.width = Pt(2.5 if line.role == "mean" else 1.5)
    series.format.line.color.rgb = colour
    if line.role in ("limit", "plain"):
        series.format.line.dash_style = MSO_LINE.DASH


def _errors(series: Any, chart: Chart, line: Line, place: int) -> None:
    """Error bars that read their length from a column of the embedded workbook (python-pptx has no call for them)."""
    column = chr(ord("A") + 1 + len(chart.lines) + sum(each.errors is not None for each in chart.lines[:place]))
    values = deepcopy(series._element.find(qn("c:val")).find(qn("c:numRef")))
    values.find(qn("c:f")).text = f"Sheet1!${column}$2:${column}${len(chart.categories) + 1}"
    cache = values.find(qn("c:numCache"))
    for point in cache.findall(qn("c:pt")):
        cache.remove(point)
    for index, error in enumerate(line.errors or ()):
        if error is not None:
            cache.append(parse_xml(f'<c:pt {nsdecls("c")} idx="{index}"><c:v>{error!r}</c:v></c:pt>'))
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/><c:plus/><c:minus/>'
        '<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="1B2533"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    bars.find(qn("c:plus")).append(values)
    bars.find(qn("c:minus")).append(deepcopy(values))
    series._element.find(qn("c:cat")).addprevious(bars)


def _hide_base(made: Any, chart: Chart) -> None:
    """No legend entry for the invisible base of a waterfall."""
    for place, line in enumerate(chart.lines):
        if line.role == "base":
            entry = parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>')
            made.legend._element.find(qn("c:legendPos")).addnext(entry)
