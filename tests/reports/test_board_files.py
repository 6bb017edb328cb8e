"""The three files of the board view, read back: the same figures, sums that add up, and text that stays text."""

import os
import re
import subprocess
import sys
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from compdesign.reports.board_parts import Cell, Table
from compdesign.reports.board_pdf import as_pdf, context
from compdesign.reports.board_pptx import as_pptx
from compdesign.reports.board_xlsx import HEAD, MONTHS, QUARTERS, as_xlsx
from compdesign.reports.numbers import amount

sys.path.insert(0, str(Path(__file__).parent))
from board_cases import PATHS, PAYLOADS, made, renamed, view


@cache
def files() -> tuple[bytes, bytes, bytes]:
    shown = view()
    return as_xlsx(shown), as_pptx(shown), as_pdf(shown)


def charts_of(deck: bytes) -> dict[str, dict[str, tuple[float | None, ...]]]:
    """Title of each native chart -> series -> values."""
    found = {}
    for slide in Presentation(BytesIO(deck)).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                found[shape.name] = {series.name: tuple(series.values) for series in shape.chart.plots[0].series}
    return found


def pages_text(content: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def test_months_and_quarters_are_the_same_in_all_three() -> None:
    shown = view()
    book = load_workbook(BytesIO(files()[0]), data_only=True)
    deck = charts_of(files()[1])
    text = pages_text(files()[2])
    for title, sheet, by, labels in (
        ("Cash compensation by month, forecast", MONTHS, "months", shown.months),
        ("Cash compensation by quarter, forecast", QUARTERS, "quarters", shown.quarters),
    ):
        shift = 2 if by == "months" else 1
        for column, each in enumerate(shown.components, start=shift):
            cells = tuple(book[sheet].cell(HEAD + 2 + k, column + 1).value for k in range(len(labels)))
            assert cells == getattr(each, by), each.label
            if any(cells):
                assert deck[title][each.label] == cells, each.label
        assert sum(map(any, (each.months for each in shown.components))) == len(deck[title])
        rows = {slide.name: slide for slide in shown.slides}
        for row, value in zip(rows["Burn by quarter"].tables[0].rows, shown.compensation.quarters, strict=False):
            assert row[-3].value == value and row[-3].text in text


def test_every_chart_and_table_reaches_all_three() -> None:
    shown = view()
    deck, text = charts_of(files()[1]), pages_text(files()[2])
    book = load_workbook(BytesIO(files()[0]), data_only=True)
    numbers = {cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)}
    slides_text = " ".join(
        cell.text
        for slide in Presentation(BytesIO(files()[1])).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    )
    for slide in shown.slides:
        assert slide.title in text
        for chart in slide.charts:
            assert {line.name: line.values for line in chart.lines} == deck[chart.title[:80]]
            assert {value for line in chart.lines for value in line.values if value is not None} <= numbers
        for table in slide.tables:
            for cell in (cell for row in table.rows for cell in row if cell.value is not None):
                assert cell.text in slides_text
                assert cell.text in text, cell
                assert any(cell.value == pytest.approx(number, abs=0.006) for number in numbers) or slide.name == "Reconciliation"


def test_live_sums_name_their_cells_and_carry_their_values() -> None:
    shown = view()
    formulas, values = (load_workbook(BytesIO(files()[0]), data_only=known) for known in (False, True))
    first = HEAD + 2
    for k, quarter in enumerate(shown.quarters):
        cell = formulas[QUARTERS].cell(first + k, 2)
        last = min(first + 3 * k + 2, first + len(shown.months) - 1)
        assert cell.value == f"=SUM('By month'!C{first + 3 * k}:C{last})", quarter
        span = formulas[MONTHS][f"C{first + 3 * k}:C{last}"]
        assert values[QUARTERS].cell(first + k, 2).value == pytest.approx(sum(row[0].value for row in span), abs=1e-9)
    total = formulas[MONTHS].cell(first + len(shown.months), len(shown.components) + 3)
    assert total.value.startswith("=SUM(")
    assert values[MONTHS].cell(total.row, total.column).value == pytest.approx(made()[0].row("pay").estimates[1].value, abs=1)
    assert {"Check", "Compensation_total", "Compensation_by_month", "Compensation_by_quarter", "Closing_cash"} <= set(
        formulas.defined_names
    )
    assert values["Summary"].cell(10, 2).value == "OK"


def test_cash_reconciles_with_the_sheets_own_arithmetic() -> None:
    sheet = load_workbook(BytesIO(files()[0]), data_only=True)["Whole company"]
    pay = load_workbook(BytesIO(files()[0]), data_only=True)[MONTHS]
    columns = len(view().components)
    for k in range(len(view().months)):
        row = HEAD + 2 + k
        opening, revenue, cost, expense, hires, delay, raised, computed, closing = (
            sheet.cell(row, column).value for column in range(3, 12)
        )
        assert hires == pytest.approx(sum(pay.cell(row, column).value for column in range(3, 3 + columns)), abs=1e-6)
        assert computed == pytest.approx(opening + revenue - cost - expense - hires - delay + raised, abs=1e-6)
        assert computed == pytest.approx(closing, abs=0.08)
        if k:
            assert opening == sheet.cell(row - 1, 11).value


@pytest.mark.parametrize("payload", PAYLOADS)
def test_user_text_is_never_a_formula_or_a_link(payload: str) -> None:
    shown = renamed(payload)
    book, deck, pages = as_xlsx(shown), as_pptx(shown), as_pdf(shown)
    assert own_formulas(book) == own_formulas(files()[0])
    assert_no_links(book)
    assert_no_links(deck)
    with zipfile.ZipFile(BytesIO(deck)) as package:
        embedded = [name for name in package.namelist() if name.endswith(".xlsx")]
        assert len(embedded) == len(charts_of(deck))
        for name in embedded:
            assert list(formulas_of(package.read(name))) == [], name
            assert_no_links(package.read(name))
        for name in (each for each in package.namelist() if each.startswith("ppt/charts/") and each.endswith(".xml")):
            formulas = re.findall(r"<c:f>(.*?)</c:f>", package.read(name).decode())
            assert all(re.fullmatch(r"Sheet1!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", each) for each in formulas)
    reader = PdfReader(BytesIO(pages))
    assert not any("/Annots" in page for page in reader.pages)
    assert shown.structure in str(load_workbook(BytesIO(book))["Summary"]["A2"].value)


def own_formulas(book: bytes) -> list[str]:
    """Formulas and references of sheets, charts and names: none of them may depend on what a user wrote."""
    with zipfile.ZipFile(BytesIO(book)) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
        names = re.findall(r"<definedName[^>]*>(.*?)</definedName>", package.read("xl/workbook.xml").decode())
    return [*formulas_of(book), *(each for chart in charts for each in re.findall(r"<c:f>(.*?)</c:f>", chart)), *names]


def formulas_of(book: bytes) -> Iterator[str]:
    """Every formula of a workbook's sheets."""
    with zipfile.ZipFile(BytesIO(book)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                root = ElementTree.fromstring(package.read(name))
                yield from (node.text or "" for node in root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"))


def assert_no_links(blob: bytes) -> None:
    with zipfile.ZipFile(BytesIO(blob)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                text = package.read(name).decode()
                assert "relationships/hyperlink" not in text and "<hyperlink" not in text and "hlinkClick" not in text, name
                assert 'TargetMode="External"' not in text and "oleLink" not in text, name


def texts_of(deck: bytes) -> Iterator[object]:
    for slide in Presentation(BytesIO(deck)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield from shape.text_frame.paragraphs


def test_embedded_workbooks_hold_what_the_charts_show() -> None:
    for slide in Presentation(BytesIO(files()[1])).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            sheet = load_workbook(BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
            for column, series in enumerate(shape.chart.plots[0].series, start=2):
                assert sheet.cell(1, column).value == series.name
                assert tuple(sheet.cell(row, column).value for row in range(2, 2 + len(series.values))) == tuple(series.values)
            assert [sheet.cell(row, 1).value for row in range(2, 2 + len(shape.chart.plots[0].categories))] == list(
                shape.chart.plots[0].categories
            )


def test_charts_have_alt_text_slides_have_titles_and_notes() -> None:
    for slide in Presentation(BytesIO(files()[1])).slides:
        assert slide.shapes.title.text_frame.text
        assert slide.has_notes_slide and slide.notes_slide.notes_text_frame.text
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_same_view_same_bytes() -> None:
    shown = view()
    assert as_xlsx(shown) == files()[0]
    assert as_pptx(shown) == files()[1]


def test_same_pages_same_bytes_in_another_process() -> None:
    run = "from hashlib import sha256; from board_cases import view; from compdesign.reports.board_pdf import as_pdf; print(sha256(as_pdf(view())).hexdigest())"
    other = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True, env=other)
    assert done.stdout.strip() == sha256(files()[2]).hexdigest()


def test_rows_of_a_slides_table_are_as_tall_as_their_texts() -> None:
    """A program that shows a deck may leave a row as low as the file says, and cut its text."""
    wide = Table("t", ("Input", "Source"), ((Cell("x"), Cell("word " * 150)), (Cell("y"), Cell("short"))), text_columns=2, small=True)
    slide = replace(view().slides[1], charts=(), tables=(wide,), points=(), notes=())
    deck = Presentation(BytesIO(as_pptx(replace(view(), slides=(slide,)))))
    grid = next(shape.table for page in deck.slides for shape in page.shapes if shape.has_table and shape.name == "t")
    assert grid.rows[1].height > 2 * grid.rows[2].height


def test_no_chart_of_the_pages_is_flat_and_no_note_alone() -> None:
    shown = view()
    long = replace(shown.slides[0].tables[0], header=("Decided by", "Approved plan: " + "W" * 80, "Proposed: " + "y" * 80, "Difference"))
    crowded = replace(shown, slides=(replace(shown.slides[0], tables=(long,)), *shown.slides[1:]))
    for each in (shown, crowded):
        made = context(each)
        for slide in each.slides:
            for chart in slide.charts:
                drawn = b64decode(made.drawings[chart.alt].split(",")[1]).decode()
                height = float(re.search(r' height="([\d.]+)"', drawn)[1])  # type: ignore[index]
                assert height >= (60 + 24 * len(chart.categories) if chart.kind == "bars" else 230), slide.name
        for page in PdfReader(BytesIO(as_pdf(each))).pages:
            text = " ".join(page.extract_text().split())
            noted = any(slide.notes and slide.notes[0][:60] in text for slide in each.slides)
            assert not noted or text.startswith(tuple(slide.name.upper() for slide in each.slides)), text[:300]


@pytest.mark.parametrize(("months", "one"), [(1, False), (1, True), (120, False)])
def test_any_horizon_and_a_single_structure(months: int, one: bool) -> None:
    shown = view(months=months, one=one)
    book = load_workbook(BytesIO(as_xlsx(shown)), data_only=True)
    assert book["Summary"].cell(10, 2).value == "OK"
    assert len(charts_of(as_pptx(shown))) == sum(len(slide.charts) for slide in shown.slides)
    text = pages_text(as_pdf(shown))
    assert shown.provenance in text
    assert amount(shown.compensation.total, "$") in text or months == 1


def test_provenance_links_and_sources_are_on_every_file() -> None:
    shown = view()
    book = load_workbook(BytesIO(files()[0]))["Assumptions"]
    cells = [str(cell.value) for row in book.iter_rows() for cell in row if cell.value is not None]
    slides = " ".join(str(each.text) for each in texts_of(files()[1]))  # type: ignore[attr-defined]
    for wanted in (shown.scenario_hash, str(shown.seed), shown.version):
        assert wanted in cells and wanted in slides and wanted in pages_text(files()[2])
    assert f"{PATHS:,} simulated futures" in slides
    assert "Links from pay or process to behaviour: all zero." in cells
    for row in shown.sources.rows:
        assert row[0].text in cells and row[4].text in cells
