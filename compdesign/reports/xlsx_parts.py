"""Pieces of the board's spreadsheet: formats, titles, tables with their errors, charts. Text is written as text."""

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from compdesign.reports.board_parts import COLOURS, PALETTE, Chart, Line, Table

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""Options under which text from a user can become neither a formula nor a link nor a number."""
FORMATS = {"$": "#,##0;[Red]-#,##0", "share": "0.0%", "shares": "#,##0;[Red]-#,##0", "count": "#,##0.00;[Red]-#,##0.00", "months": "0.0"}


class Styles:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"})
        self.left_head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.grey = book.add_format({"font_color": "#666666", "italic": True})
        self.bold = book.add_format({"bold": True})
        self.ok = book.add_format({"bold": True, "font_color": "#1B5E20", "bg_color": "#E3F1E4"})
        self.bad = book.add_format({"bold": True, "font_color": "#8B0000", "bg_color": "#F9DDDD"})
        self._numbers: dict[tuple[str, bool], Any] = {}

    def number(self, unit: str, total: bool = False) -> Any:
        """Format of a number in its unit; totals are bold."""
        unit = "$" if unit.startswith("$") else unit if unit in FORMATS else "count"
        if (unit, total) not in self._numbers:
            self._numbers[unit, total] = self.book.add_format({"num_format": FORMATS[unit], "bold": total})
        return self._numbers[unit, total]


def titled(sheet: Any, styles: Styles, title: str, *lines: str) -> None:
    sheet.write_string(0, 0, title, styles.title)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, styles.grey)


def write_table(sheet: Any, styles: Styles, table: Table, row: int) -> int:
    """A table with a column of standard errors after each column of numbers; gives the row after it."""
    sheet.write_string(row, 0, table.caption, styles.bold)
    sheet.set_row(row + 1, 48)
    numeric = [any(cells[k].value is not None for cells in table.rows) for k in range(len(table.header))]
    column = 0
    places = []
    for k, head in enumerate(table.header):
        sheet.write_string(row + 1, column, head, styles.head if numeric[k] else styles.left_head)
        with_errors = numeric[k] and any(cells[k].se is not None for cells in table.rows)
        worded = numeric[k] and any(cells[k].label for cells in table.rows)
        places.append((column, with_errors, worded))
        if with_errors:
            sheet.write_string(row + 1, column + 1, f"± {head}"[:60], styles.head)
        if worded:
            sheet.write_string(row + 1, column + 2, "Label", styles.left_head)
        column += 1 + with_errors + worded
    for line, cells in enumerate(table.rows, start=row + 2):
        for cell, (at, with_errors, worded) in zip(cells, places, strict=True):
            if cell.value is None:
                sheet.write_string(line, at, cell.text, styles.wrap if not any(numeric) else None)
                continue
            sheet.write_number(line, at, cell.value, styles.number(cell.unit))
            if with_errors and cell.se is not None:
                sheet.write_number(line, at + 1, cell.se, styles.number(cell.unit))
            if worded:
                sheet.write_string(line, at + 2, cell.label)
    return row + 3 + len(table.rows)


def draw_chart(book: Any, sheet: Any, styles: Styles, name: str, chart: Chart, row: int) -> int:
    sheet.write_string(row, 0, chart.title, styles.bold)
    head = row + 1
    columns: list[tuple[str, tuple[float | None, ...], Line | None]] = []
    for line in chart.lines:
        columns.append((line.name, line.values, line))
        if line.errors is not None:
            columns.append((f"{line.name}, two standard errors", line.errors, None))
    sheet.write_string(head, 0, chart.axis, styles.left_head)
    for column, (title, values, _) in enumerate(columns, start=1):
        sheet.write_string(head, column, title, styles.head)
        for place, value in enumerate(values, start=head + 1):
            if value is not None:
                sheet.write_number(place, column, value, styles.number(chart.unit))
    for place, category in enumerate(chart.categories, start=head + 1):
        sheet.write_string(place, 0, category)
    last = head + len(chart.categories)
    kinds = {"stacked": {"type": "column", "subtype": "stacked"}, "bars": {"type": "bar"}, "lines": {"type": "line"}}
    made = book.add_chart(kinds[chart.kind])
    for column, (_, _, source) in enumerate(columns, start=1):
        if source is None:
            continue
        series: dict[str, Any] = {
            "name": [name, head, column],
            "categories": [name, head + 1, 0, last, 0],
            "values": [name, head + 1, column, last, column],
        }
        series |= _drawn(chart, source, column - 1)
        if source.errors is not None:
            cells = f"='{name}'!{xl_rowcol_to_cell(head + 1, column + 1, True, True)}:{xl_rowcol_to_cell(last, column + 1, True, True)}"
            series["x_error_bars" if chart.kind == "bars" else "y_error_bars"] = {
                "type": "custom",
                "plus_values": cells,
                "minus_values": cells,
            }
        made.add_series(series)
    if chart.kind == "bars":
        made.set_y_axis({"reverse": True, "label_position": "low"})
    finish(made, [name, row, 0], chart.axis, chart.unit, value_axis="x" if chart.kind == "bars" else "y")
    if len(chart.lines) == 1:
        made.set_legend({"none": True})
    sheet.insert_chart(head, len(columns) + 2, made, {"x_scale": 1.5, "y_scale": 1.2, "description": chart.alt[:1000]})
    return max(last, head + 18) + 1


def _drawn(chart: Chart, line: Line, place: int) -> dict[str, Any]:
    """How a series looks: by its role, or by its place where roles say nothing."""
    colour = COLOURS[line.role] if line.role != "plain" or chart.kind == "lines" else PALETTE[place % len(PALETTE)]
    if chart.kind != "lines":
        return {
            "fill": {"none": True} if line.role == "base" else {"color": colour},
            "gap": 60,
            **({"overlap": 100} if chart.kind == "bars" else {}),
        }
    if line.role == "mark":
        return {"line": {"none": True}, "marker": {"type": "diamond", "size": 9, "fill": {"color": colour}, "border": {"color": colour}}}
    return {
        "line": {
            "color": colour,
            "width": 2.5 if line.role == "mean" else 1.5,
            **({"dash_type": "dash"} if line.role in ("limit", "plain") else {}),
        }
    }


def finish(chart: Any, title: str | list[Any], axis: str, unit: str, value_axis: str = "y") -> None:
    """Title, value axis and legend. title: our own words, or the cell that holds it: XlsxWriter reads a formula into text such as a!A1."""
    chart.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
    setter = chart.set_y_axis if value_axis == "y" else chart.set_x_axis
    setter(
        {
            "name": axis,
            "num_format": "#,##0" if unit != "count" else "0.0",
            "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
        }
    )
    chart.set_legend({"position": "bottom"})
