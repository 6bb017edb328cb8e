"""PDF: the same bytes, all fonts inside, what no font covers is said."""

import os
import re
import resource
import subprocess
import sys
from base64 import b64encode
from importlib.resources import files
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from weasyprint import HTML

from compdesign.reports.letter import letter
from compdesign.reports.pages import FACES, PRINTED_WEIGHTS, Printed, faces_needed
from compdesign.reports.pdf import pdf, printed
from tests.reports.letters import packet, read, scenario

PAGE = '<html lang="en"><head><title>t</title><style>body {{ font-family: Inter }}</style></head><body><p>Text <b>{}</b></p></body></html>'
MIXED = PAGE.format("Zoë Їжак Ánh 山田 محمد अनीता שרה")
IN_A_PROCESS = """
import hashlib, sys, time
from compdesign.reports.pdf import pdf
html = sys.stdin.read()
first = pdf(html)
time.sleep(1.1)  # the clock of a font has seconds
print(hashlib.sha256(first).hexdigest(), hashlib.sha256(pdf(html)).hexdigest())
"""


def test_every_process_and_every_call_gives_the_same_bytes() -> None:
    seen = set()
    for environment in ({}, {"SOURCE_DATE_EPOCH": "1700000000", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}):
        done = subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS],
            input=MIXED,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **environment},
        )
        seen |= set(done.stdout.split())
    assert len(seen) == 1


def test_the_sheet_without_footnotes_gives_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.format("<ol><li>one<li><q>two</q><br>three</ol><table><tr><th>a<td>b</table>")
    slim = pdf(page)
    monkeypatch.setattr("compdesign.reports.pdf._Page", HTML)
    assert pdf(page) == slim


def test_no_depth_of_calls_asks_the_system_for_memory_again_and_again() -> None:
    """A call across the end of a chunk of frames costs a mapping and a page fault each time: thousands a letter, where it is a busy one."""
    pages: list[str] = []

    def keep(page: str) -> Printed:
        pages.append(page)
        return printed(page)

    letter(scenario(), "milestone refresh", packet(), keep)

    def faults(depth: int) -> int:
        if depth:
            return faults(depth - 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        printed(pages[0])
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    faults(0)
    assert max(faults(depth) for depth in range(0, 24, 4)) < 1_000


def test_the_clock_of_the_process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    pdf(PAGE.format("x"))
    assert os.environ["SOURCE_DATE_EPOCH"] == "1700000000"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    pdf(PAGE.format("x"))
    assert "SOURCE_DATE_EPOCH" not in os.environ


def test_scripts_of_the_packaged_fonts_need_no_other() -> None:
    made = printed(PAGE.format("Zoë Őrség Їжак Ѣ Ωμέγα Nguyễn Ánh"))
    assert made.uncovered == ""
    names = {str(font["/BaseFont"]) for page in read(made.content).pages for font in _fonts(page)}
    assert all("Inter" in name for name in names), names


@pytest.mark.parametrize("weight", PRINTED_WEIGHTS)
def test_faces_for_paper_are_the_variable_face_at_their_weight(weight: int) -> None:
    fonts = files("compdesign.templates").joinpath("fonts")
    cut = TTFont(BytesIO(fonts.joinpath(f"inter-latin-{weight}-normal.woff2").read_bytes()))
    variable = TTFont(BytesIO(fonts.joinpath("inter-latin-wght-normal.woff2").read_bytes()))
    whole = BytesIO()
    instantiateVariableFont(variable, {"wght": weight}, static=True).save(whole)  # saved, its points are whole numbers
    made = TTFont(whole)
    assert cut.getBestCmap() == made.getBestCmap()
    assert cut["hmtx"].metrics == made["hmtx"].metrics
    for name in made.getGlyphOrder():
        points, again = (list(font["glyf"][name].getCoordinates(font["glyf"])[0]) for font in (cut, made))
        assert points == again, name


def test_pages_of_two_weights_print_from_two_faces() -> None:
    names = {str(font["/BaseFont"]) for page in read(pdf(PAGE.format("bold"))).pages for font in _fonts(page)}
    assert len(names) == 2


def test_characters_that_no_font_has_are_named() -> None:
    assert printed(PAGE.format("a\U000f1235b\U000f1234")).uncovered == "\U000f1234\U000f1235"
    assert printed(PAGE.format("plain")).uncovered == ""


@pytest.mark.parametrize(("family", "name", "style", "asked"), FACES[2:])
def test_a_face_is_there_for_every_character_that_it_adds(family: str, name: str, style: str, asked: str) -> None:
    def characters(file: str) -> set[str]:
        return set(map(chr, TTFont(BytesIO(files("compdesign.templates").joinpath("fonts", file).read_bytes())).getBestCmap()))

    added = characters(name) - characters(FACES[0][1])
    assert added and all(re.search(asked, each) for each in added), (family, style)


def test_faces_follow_the_page_and_its_drawings() -> None:
    latin, greek = FACES[0][1], "inter-greek-wght-normal.woff2"
    assert faces_needed("<p>Zoë – “plain” − 5 €</p>") == (latin,)
    drawing = b64encode("<svg><text>ε</text></svg>".encode()).decode()
    assert faces_needed(f'<img src="data:image/svg+xml;base64,{drawing}">') == (latin, greek)
    assert FACES[1][1] in faces_needed("<em>x</em>")


def _fonts(page: object) -> list[dict[str, object]]:
    resources = page["/Resources"].get_object()  # type: ignore[index]
    return [font.get_object() for font in resources["/Font"].get_object().values()]
