"""The board view as a spreadsheet: live sums over the months, named ranges and a check cell. Text is text, whatever it says."""

from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from compdesign.reports.board_parts import PALETTE, Slide
from compdesign.reports.board_view import BoardView
from compdesign.reports.xlsx_parts import SAFE, Styles, draw_chart, finish, titled, write_table

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
    styles = Styles(book)
    summary = book.add_worksheet("Summary")
    months = _Months(book, styles, view)
    quarters(book, styles, view, months)
    checks = whole_company(book, styles, view, months)
    for slide in view.slides:
        if slide.name not in ("Compensation burn", "Burn by quarter", "Burn by month", "Reconciliation"):
            _subject(book, styles, slide)
    _sources(book, styles, view)
    _summary(book, summary, styles, view, checks)
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()


class _Months:
    """The sheet of months, from which every sum is taken: components, then their total as a live sum, then what is apart."""

    def __init__(self, book: Any, styles: Styles, view: BoardView) -> None:
        sheet = self.sheet = book.add_worksheet(MONTHS)
        self.first, self.last = HEAD + 1, HEAD + len(view.months)
        titled(sheet, styles, "Cash compensation by month and component, $", *_basis(view))
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
        sheet.set_row(HEAD, 48)
        sheet.freeze_panes(HEAD + 1, 2)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, self.errors + len(flows), 13)

    def _totals(self, book: Any, sheet: Any, styles: Styles, view: BoardView) -> None:
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


def quarters(book: Any, styles: Styles, view: BoardView, months: _Months) -> None:
    """Sums of the sheet of months, live, with a chart over them."""
    sheet = book.add_worksheet(QUARTERS)
    titled(
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
    sheet.set_row(HEAD, 48)
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.set_column(0, 2 * len(flows) + 2, 13)
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for place, each in enumerate(view.components):
        if any(each.months) or not (place or any(view.compensation.months)):
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
    finish(chart, "Cash compensation by quarter, forecast", "$", "$")
    sheet.insert_chart(
        row + 2, 0, chart, {"x_scale": 1.9, "y_scale": 1.3, "description": "Stacked columns of cash compensation by quarter and component."}
    )


def whole_company(book: Any, styles: Styles, view: BoardView, months: _Months) -> list[tuple[str, str, str]]:
    """Cash of the whole company by month with live formulas; gives the check cells: what, formula that refers to it, cached text."""
    sheet = book.add_worksheet(CASH)
    titled(
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
    for name, letter in (("Opening_cash", "C"), ("Closing_cash", "K"), ("Net_burn_by_month", "N"), ("Cash_differences", "L")):
        book.define_name(name, f"='{CASH}'!${letter}${HEAD + 2}:${letter}${last + 1}")
    sheet.set_row(HEAD, 62)
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, errors + len(apart), 13)
    rolling = f"SUMPRODUCT(--(ABS('{CASH}'!C{HEAD + 3}:C{last + 1}-'{CASH}'!K{HEAD + 2}:K{last})>0.011))" if len(view.months) > 1 else "0"
    tolerance = 8 * HALF_CENT + HALF_CENT * len(view.components)
    summed = HALF_CENT * len(view.months) * len(view.components) + HALF_CENT
    return [
        (
            f"Cash reconciles in every month (tolerance {tolerance:.2f} $: half a cent for each rounded figure)",
            f"MAX(MAX(Cash_differences),-MIN(Cash_differences))>{tolerance:.3f}",
            "0",
        ),
        ("Each month opens with the last one's closing cash", f"{rolling}>0", "0"),
        (
            f"Months add up to the comparison's cash compensation of {view.compared_pay:,.2f} $ (tolerance {summed:.2f} $)",
            f"ABS(Compensation_total-{view.compared_pay:.2f})>{summed:.3f}",
            "0",
        ),
        ("Quarters add up to the months", "ABS(SUM(Compensation_by_quarter)-SUM(Compensation_by_month))>0.01", "0"),
    ]


def _summary(book: Any, sheet: Any, styles: Styles, view: BoardView, checks: list[tuple[str, str, str]]) -> None:
    """The first sheet: what was decided on, the checks, and how to read the rest."""
    sheet.set_column(0, 0, 96)
    sheet.set_column(1, 1, 12)
    titled(
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
            sheet.set_row(row, 15.0 * -(-len(point) // 95))
            sheet.write_string(row, 0, point, styles.wrap)
        row += 2


def _subject(book: Any, styles: Styles, slide: Slide) -> None:
    """One slide's tables and the figures of its charts, each chart drawn beside its figures."""
    sheet = book.add_worksheet(slide.name)
    titled(sheet, styles, slide.title)
    row = 1
    for point in slide.points:
        sheet.write_string(row, 0, point, styles.grey)
        row += 1
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 14, 16)
    for table in slide.tables:
        row = write_table(sheet, styles, table, row + 1)
    for chart in slide.charts:
        row = draw_chart(book, sheet, styles, slide.name, chart, row + 1)
    for note in slide.notes:
        row += 1
        sheet.write_string(row, 0, note, styles.grey)


def _sources(book: Any, styles: Styles, view: BoardView) -> None:
    """Hash, seed, version, the user's links, every default with its source, and the tie-out."""
    sheet = book.add_worksheet("Assumptions")
    titled(sheet, styles, "Assumptions, sources and tie-out", view.provenance)
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
    row = write_table(sheet, styles, view.ties, row + 1)
    write_table(sheet, styles, view.sources, row + 1)
