"""The board view as a spreadsheet: live sums over the months, named ranges and a check cell. Text is text, whatever it says."""

from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from compdesign.reports.board_parts import Chart, Line, Slide, Table
from compdesign.reports.board_view import BoardView

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""Options under which text from a user can become neither a formula nor a link nor a number."""
FORMATS = {"$": "#,##0;[Red]-#,##0", "share": "0.0%", "shares": "#,##0;[Red]-#,##0", "count": "#,##0.00;[Red]-#,##0.00", "months": "0.0"}
COLOURS = {
    "mean": "#1F4E79", "low": "#B85C38", "high": "#5B8DB8", "limit": "#A61C28", "mark": "#2E7D32", "plain": "#7A869A",
    "total": "#1F4E79", "increase": "#B85C38", "decrease": "#2E7D32", "base": "#FFFFFF",
}  # fmt: skip
PALETTE = ("#1F4E79", "#5B8DB8", "#9DBAD5", "#B85C38", "#E0A458", "#7A869A", "#2E7D32", "#8E6C8A", "#C9CED6")
HEAD = 4
"""Row of the headings in the month and quarter sheets, counted from 0; the first period is on the next."""
MONTHS, QUARTERS, CASH = "By month", "By quarter", "Whole company"
HALF_CENT = 0.005


def as_xlsx(view: BoardView) -> bytes:
    """The workbook; the same bytes for the same view."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    book.set_properties(
        {"title": view.title, "subject": "Compensation burn", "created": datetime.fromisoformat(view.as_of), "author": "compdesign"}
    )
    styles = _Styles(book)
    summary = book.add_worksheet("Summary")
    months = _Months(book, styles, view)
    quarters(book, styles, view, months)
    checks = whole_company(book, styles, view, months)
    for slide in view.slides:
        if slide.name not in ("Compensation burn", "Burn by quarter", "Burn by month", "Reconciliation"):
            _subject(book, styles, slide)
    _sources(book, styles, view)
    _summary(book, summary, styles, view, checks)
    book.close()
    return buffer.getvalue()


class _Styles:
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


def _titled(sheet: Any, styles: _Styles, title: str, *lines: str) -> None:
    sheet.write_string(0, 0, title, styles.title)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, styles.grey)


class _Months:
    """The sheet of months, from which every sum is taken: components, then their total as a live sum, then what is apart."""

    def __init__(self, book: Any, styles: _Styles, view: BoardView) -> None:
        sheet = self.sheet = book.add_worksheet(MONTHS)
        self.first, self.last = HEAD + 1, HEAD + len(view.months)
        _titled(sheet, styles, "Cash compensation by month and component, $", *_basis(view))
        parts = len(view.components)
        self.total, self.awards = 2 + parts, 3 + parts
        heads = [
            "Month",
            "Starts",
            *(each.label for each in view.components),
            view.compensation.label,
            view.awards.label,
            "Futures running",
            "Cash compensation, futures still running",
        ]
        self.errors = len(heads) + 1
        for column, head in enumerate(heads):
            sheet.write_string(HEAD, column, head, styles.left_head if column < 2 else styles.head)
        flows = (*view.components, view.compensation, view.awards)
        for place, each in enumerate(flows):
            sheet.write_string(HEAD, self.errors + place, f"± {each.label}", styles.head)
        for month, label in enumerate(view.months):
            row = self.first + month
            sheet.write_number(row, 0, month + 1)
            sheet.write_string(row, 1, label)
            for column, each in enumerate(view.components, start=2):
                sheet.write_number(row, column, each.months[month], styles.number("$"))
            span = f"{xl_rowcol_to_cell(row, 2)}:{xl_rowcol_to_cell(row, 1 + parts)}"
            sheet.write_formula(row, self.total, f"=SUM({span})", styles.number("$", True), view.compensation.months[month])
            sheet.write_number(row, self.awards, view.awards.months[month], styles.number("$"))
            sheet.write_number(row, self.awards + 1, view.running[month], styles.number("share"))
            if (running := view.compensation_running[month]) is not None:
                sheet.write_number(row, self.awards + 2, running, styles.number("$"))
            for place, each in enumerate(flows):
                sheet.write_number(row, self.errors + place, each.months_se[month], styles.number("$"))
        self._totals(book, sheet, styles, view)
        sheet.freeze_panes(HEAD + 1, 2)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, self.errors + len(flows), 13)

    def _totals(self, book: Any, sheet: Any, styles: _Styles, view: BoardView) -> None:
        row = self.last + 1
        sheet.write_string(row, 0, "Total", styles.bold)
        for column, each in enumerate((*view.components, view.compensation, view.awards), start=2):
            sheet.write_formula(row, column, f"=SUM({self.span(column)})", styles.number("$", True), each.total)
            sheet.write_number(row, self.errors + column - 2, each.total_se, styles.number("$"))
        for name, column in (("Compensation_by_month", self.total), ("Awards_by_month", self.awards)):
            book.define_name(name, f"='{MONTHS}'!{self.span(column, '$')}")
        book.define_name("Compensation_total", f"='{MONTHS}'!${xl_col_to_name(self.total)}${row + 1}")

    def span(self, column: int, fixed: str = "") -> str:
        """The months of a column as a range."""
        letter = f"{fixed}{xl_col_to_name(column)}{fixed}"
        return f"{letter}{self.first + 1}:{letter}{self.last + 1}"


def _basis(view: BoardView) -> tuple[str, ...]:
    return (
        view.provenance,
        "Means over all futures; a future that has ended pays nothing from then on. Columns headed ± are standard errors. Awards are not cash and are not in the sum.",
    )


def quarters(book: Any, styles: _Styles, view: BoardView, months: _Months) -> None:
    """Sums of the sheet of months, live, with a chart over them."""
    sheet = book.add_worksheet(QUARTERS)
    _titled(
        sheet,
        styles,
        "Cash compensation by quarter and component, $",
        *_basis(view),
        "Quarters are three months from the as-of date. Every figure is a sum of the sheet of months.",
    )
    flows = (*view.components, view.compensation, view.awards)
    sheet.write_string(HEAD, 0, "Quarter", styles.left_head)
    for column, each in enumerate(flows, start=1):
        sheet.write_string(HEAD, column, each.label, styles.head)
        sheet.write_string(HEAD, column + len(flows) + 1, f"± {each.label}", styles.head)
    for place, label in enumerate(view.quarters):
        row, first = HEAD + 1 + place, months.first + 3 * place
        last = min(first + 2, months.last)
        sheet.write_string(row, 0, label)
        for column, each in enumerate(flows, start=1):
            letter = xl_col_to_name(column + 1)
            bold = each is view.compensation
            sheet.write_formula(
                row, column, f"=SUM('{MONTHS}'!{letter}{first + 1}:{letter}{last + 1})", styles.number("$", bold), each.quarters[place]
            )
            sheet.write_number(row, column + len(flows) + 1, each.quarters_se[place], styles.number("$"))
    row = HEAD + 1 + len(view.quarters)
    sheet.write_string(row, 0, "Total", styles.bold)
    for column, each in enumerate(flows, start=1):
        letter = xl_col_to_name(column)
        sheet.write_formula(row, column, f"=SUM({letter}{HEAD + 2}:{letter}{row})", styles.number("$", True), each.total)
    total = xl_col_to_name(1 + len(view.components))
    book.define_name("Compensation_by_quarter", f"='{QUARTERS}'!${total}${HEAD + 2}:${total}${row}")
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.set_column(0, 2 * len(flows) + 2, 13)
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for place, each in enumerate(view.components):
        if any(each.months):
            ends = (HEAD + 1, place + 1, HEAD + len(view.quarters), place + 1)
            chart.add_series(
                {
                    "name": [QUARTERS, HEAD, place + 1],
                    "categories": [QUARTERS, HEAD + 1, 0, HEAD + len(view.quarters), 0],
                    "values": [QUARTERS, *ends],
                    "fill": {"color": PALETTE[place]},
                    "gap": 60,
                }
            )
    _finish(chart, "Cash compensation by quarter, forecast", "$", "$")
    sheet.insert_chart(
        row + 2, 0, chart, {"x_scale": 1.9, "y_scale": 1.3, "description": "Stacked columns of cash compensation by quarter and component."}
    )


def whole_company(book: Any, styles: _Styles, view: BoardView, months: _Months) -> list[tuple[str, str, str]]:
    """Cash of the whole company by month with live formulas; gives the check cells: what, formula that refers to it, cached text."""
    sheet = book.add_worksheet(CASH)
    _titled(
        sheet,
        styles,
        "Modelled hires reconciled to the whole company's cash, by month, $",
        *_basis(view),
        "Closing cash is computed from the flows and checked against the simulated balance.",
    )
    revenue, cost, expense, delay, financing = view.company
    heads = [
        "Month", "Starts", "Opening cash", revenue.label, cost.label, expense.label, "Cash compensation of the modelled hires", delay.label, financing.label,
        "Closing cash, computed", "Closing cash, simulated", "Difference", "Gross burn", "Net burn", "Hires / gross burn", "Net new recurring revenue", "Burn multiple",
    ]  # fmt: skip
    for column, head in enumerate(heads):
        sheet.write_string(HEAD, column, head, styles.left_head if column < 2 else styles.head)
    errors = len(heads) + 1
    apart = (
        ("Opening cash", view.opening_se),
        *((each.label, each.months_se) for each in (revenue, cost, expense, view.compensation, delay, financing)),
        ("Closing cash", view.closing_se),
    )
    for place, (label, _) in enumerate(apart):
        sheet.write_string(HEAD, errors + place, f"± {label}", styles.head)
    money, total = styles.number("$"), months.total
    for month, label in enumerate(view.months):
        row = HEAD + 1 + month
        at = row + 1
        sheet.write_number(row, 0, month + 1)
        sheet.write_string(row, 1, label)
        sheet.write_number(row, 2, view.opening[month], money)
        for column, each in ((3, revenue), (4, cost), (5, expense), (7, delay), (8, financing)):
            sheet.write_number(row, column, each.months[month], money)
        pay = view.compensation.months[month]
        burn = round(cost.months[month] + expense.months[month] + pay + delay.months[month], 2)
        net, new = round(burn - revenue.months[month], 2), view.new_revenue.months[month]
        computed = round(view.opening[month] - net + financing.months[month], 2)
        sheet.write_formula(row, 6, f"='{MONTHS}'!{xl_rowcol_to_cell(months.first + month, total)}", money, pay)
        sheet.write_formula(row, 9, f"=C{at}+D{at}-E{at}-F{at}-G{at}-H{at}+I{at}", money, computed)
        sheet.write_number(row, 10, view.closing[month], money)
        sheet.write_formula(row, 11, f"=ROUND(J{at}-K{at},2)", styles.number("count"), round(computed - view.closing[month], 2))
        sheet.write_formula(row, 12, f"=E{at}+F{at}+G{at}+H{at}", money, burn)
        sheet.write_formula(row, 13, f"=M{at}-D{at}", money, net)
        sheet.write_formula(row, 14, f'=IF(M{at}=0,"",G{at}/M{at})', styles.number("share"), pay / burn if burn else "")
        sheet.write_number(row, 15, new, money)
        sheet.write_formula(row, 16, f'=IF(P{at}=0,"",N{at}/P{at})', styles.number("count"), net / new if new else "")
        for place, (_, values) in enumerate(apart):
            sheet.write_number(row, errors + place, values[month], money)
    last = HEAD + len(view.months)
    for name, column in (("Opening_cash", "C"), ("Closing_cash", "K"), ("Net_burn_by_month", "N"), ("Cash_differences", "L")):
        book.define_name(name, f"='{CASH}'!${column}${HEAD + 2}:${column}${last + 1}")
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, errors + len(apart), 13)
    rolling = f"SUMPRODUCT(--(ABS('{CASH}'!C{HEAD + 3}:C{last + 1}-'{CASH}'!K{HEAD + 2}:K{last})>0.011))" if len(view.months) > 1 else "0"
    tolerance = 8 * HALF_CENT + HALF_CENT * len(view.components)
    summed = HALF_CENT * len(view.months) * len(view.components) + HALF_CENT
    return [
        (
            f"Cash reconciles in every month (tolerance {tolerance:.2f} $: half a cent for each rounded figure)",
            f"MAX(MAX(Cash_differences),-MIN(Cash_differences))>{tolerance}",
            "0",
        ),
        ("Each month opens with the last one's closing cash", f"{rolling}>0", "0"),
        (
            f"Months add up to the comparison's cash compensation of {view.compared_pay:,.2f} $ (tolerance {summed:.2f} $)",
            f"ABS(Compensation_total-{view.compared_pay:.2f})>{summed}",
            "0",
        ),
        ("Quarters add up to the months", "ABS(SUM(Compensation_by_quarter)-SUM(Compensation_by_month))>0.01", "0"),
    ]


def _summary(book: Any, sheet: Any, styles: _Styles, view: BoardView, checks: list[tuple[str, str, str]]) -> None:
    """The first sheet: what was decided on, the checks, and how to read the rest."""
    sheet.set_column(0, 0, 96)
    sheet.set_column(1, 1, 12)
    _titled(
        sheet,
        styles,
        f"Board view of compensation burn: {view.title}",
        f"Proposed: {view.structure}. Approved plan: {view.reference}.",
        view.provenance,
    )
    row = 4
    sheet.write_string(row, 0, "Check: 0 is right", styles.left_head)
    sheet.write_string(row, 1, "Result", styles.head)
    for what, formula, cached in checks:
        row += 1
        sheet.write_string(row, 0, what, styles.wrap)
        sheet.write_formula(row, 1, f"=IF({formula},1,0)", None, int(cached))
    row += 1
    sheet.write_string(row, 0, "All checks", styles.bold)
    sheet.write_formula(row, 1, f'=IF(SUM(B6:B{row})=0,"OK","CHECK")', styles.ok, "OK")
    sheet.conditional_format(row, 1, row, 1, {"type": "cell", "criteria": "!=", "value": '"OK"', "format": styles.bad})
    book.define_name("Check", f"='Summary'!$B${row + 1}")
    row += 2
    for slide in view.slides:
        sheet.write_string(row, 0, f"{slide.name}: {slide.title}", styles.bold)
        for point in slide.points:
            row += 1
            sheet.write_string(row, 0, point, styles.wrap)
        row += 2


def _subject(book: Any, styles: _Styles, slide: Slide) -> None:
    """One slide's tables and the figures of its charts, each chart drawn beside its figures."""
    sheet = book.add_worksheet(slide.name)
    _titled(sheet, styles, slide.title)
    row = 1
    for point in slide.points:
        sheet.write_string(row, 0, point, styles.grey)
        row += 1
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 14, 16)
    for table in slide.tables:
        row = _table(sheet, styles, table, row + 1)
    for chart in slide.charts:
        row = _chart(book, sheet, styles, slide.name, chart, row + 1)
    for note in slide.notes:
        row += 1
        sheet.write_string(row, 0, note, styles.grey)


def _table(sheet: Any, styles: _Styles, table: Table, row: int) -> int:
    """A table with a column of standard errors after each column of numbers; gives the row after it."""
    sheet.write_string(row, 0, table.caption, styles.bold)
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


def _chart(book: Any, sheet: Any, styles: _Styles, name: str, chart: Chart, row: int) -> int:
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
    for column, (_, _, line) in enumerate(columns, start=1):
        if line is None:
            continue
        series: dict[str, Any] = {
            "name": [name, head, column],
            "categories": [name, head + 1, 0, last, 0],
            "values": [name, head + 1, column, last, column],
        }
        series |= drawn(chart, line, column - 1)
        if line.errors is not None:
            cells = f"='{name}'!{xl_rowcol_to_cell(head + 1, column + 1, True, True)}:{xl_rowcol_to_cell(last, column + 1, True, True)}"
            series["x_error_bars" if chart.kind == "bars" else "y_error_bars"] = {
                "type": "custom",
                "plus_values": cells,
                "minus_values": cells,
            }
        made.add_series(series)
    if chart.kind == "bars":
        made.set_y_axis({"reverse": True, "label_position": "low"})
    _finish(made, chart.title, chart.axis, chart.unit, value_axis="x" if chart.kind == "bars" else "y")
    if len(chart.lines) == 1:
        made.set_legend({"none": True})
    sheet.insert_chart(head, len(columns) + 2, made, {"x_scale": 1.5, "y_scale": 1.2, "description": chart.alt[:1000]})
    return max(last, head + 18) + 1


def drawn(chart: Chart, line: Line, place: int) -> dict[str, Any]:
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


def _finish(chart: Any, title: str, axis: str, unit: str, value_axis: str = "y") -> None:
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


def _sources(book: Any, styles: _Styles, view: BoardView) -> None:
    """Hash, seed, version, the user's links, every default with its source, and the tie-out."""
    sheet = book.add_worksheet("Assumptions")
    _titled(sheet, styles, "Assumptions, sources and tie-out", view.provenance)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 4, 40)
    row = 3
    for label, value in (
        ("Scenario hash (SHA-256)", view.scenario_hash),
        ("Seed", str(view.seed)),
        ("Engine version", view.version),
        ("Simulated futures", f"{view.paths:,}"),
        ("As-of date", view.as_of),
    ):
        sheet.write_string(row, 0, label, styles.bold)
        sheet.write_string(row, 1, value)
        row += 1
    book.define_name("Scenario_hash", "='Assumptions'!$B$4")
    row += 1
    for line in view.links:
        sheet.write_string(row, 0, line)
        row += 1
    row = _table(sheet, styles, view.ties, row + 1)
    _table(sheet, styles, view.sources, row + 1)
