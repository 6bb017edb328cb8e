"""The report people read: complete, accessible, safe, and the same numbers as the comparison."""

import os
import pickle
import re
import subprocess
import sys
import tomllib
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pypdf
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import Comparison, compare
from compdesign.metrics.monthly import Monthly, monthly
from compdesign.reports.canvas import Canvas, round_values
from compdesign.reports.charts import PALETTE, for_paper
from compdesign.reports.numbers import with_error
from compdesign.reports.pages import quoted, unbroken
from compdesign.reports.panels import Mark, rows
from compdesign.reports.report import report_html, report_pdf
from compdesign.reports.report_context import report_context
from compdesign.reports.report_paper import printed
from compdesign.reports.report_parts import lettered

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
COMMAND = Path(sys.executable).with_name("compdesign")
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% include 'report/report.html' %}",
    "</style></svg></title><script>",
    "']]> --> & <!-- url(file:///etc/passwd)",
    "$x^2$ \\frac{1}{2} 模型",
    "عرض السوق مع حقوق الملكية",
)
VOID = {"meta", "img", "br", "link", "path", "circle"}


class Page(HTMLParser):
    """The tree of a page as a flat list of (tag, attributes, text inside), and whether every element was closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        last = self.open.pop()
        assert self.elements[last][0] == tag, f"<{self.elements[last][0]}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for place in self.open:
            self.elements[place][2].append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str], str]]:
        return [(attributes, "".join(text)) for name, attributes, text in self.elements if name == tag]

    def text_of(self, identifier: str) -> str:
        return next("".join(text) for _, attributes, text in self.elements if attributes.get("id") == identifier)


def scenario(name: str, **changes: Any) -> Scenario:
    data = tomllib.loads((EXAMPLES / f"{name}.toml").read_text())
    return Scenario.parse(data | changes)


def made(given: Scenario, paths: int) -> tuple[Comparison, tuple[Monthly, ...]]:
    found = compare(given, paths)
    return found, monthly(given, paths)


@pytest.fixture(scope="module")
def series_c() -> tuple[Comparison, tuple[Monthly, ...]]:
    data = tomllib.loads((EXAMPLES / "series_c.toml").read_text())
    small = Scenario.parse(data | {"months": 36, "offers": [data["offers"][k] for k in (0, 2, 3)]})
    return made(small, 128)


@pytest.fixture(scope="module")
def page(series_c: tuple[Comparison, tuple[Monthly, ...]]) -> tuple[str, Page]:
    text = report_html(*series_c)
    return text, Page(text)


@pytest.fixture(scope="module")
def plain() -> tuple[Comparison, tuple[Monthly, ...]]:
    return made(scenario("no_effect"), 64)


@pytest.fixture(scope="module")
def hostile() -> tuple[Comparison, tuple[Monthly, ...]]:
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    names = (PAYLOADS[0] + PAYLOADS[1], PAYLOADS[2], PAYLOADS[3] + PAYLOADS[4], PAYLOADS[5] + PAYLOADS[6])
    offers = [data["offers"][0] | {"name": name, "base": 250_000 + 5_000 * place} for place, name in enumerate(names)]
    return made(Scenario.parse(data | {"title": PAYLOADS[0] + PAYLOADS[-1], "offers": offers}), 64)


def test_every_element_is_closed_every_id_is_its_own_and_every_reference_lands(page: tuple[str, Page]) -> None:
    found = page[1]
    assert found.open == []
    ids = [attributes["id"] for _, attributes, _ in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes, _ in found.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)
        if (target := attributes.get("href", "") or attributes.get("xlink:href", "")).startswith("#"):
            assert target[1:] in ids


def test_nothing_is_fetched_and_nothing_runs(page: tuple[str, Page]) -> None:
    text, found = page
    assert not found.all("script") and not found.all("link") and not found.all("iframe") and not found.all("object")
    for _, attributes, _ in found.elements:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "xlink:href", "action", "srcset", "data", "poster"):
            assert attributes.get(name, "#").startswith("#")
    assert all(target.startswith(("data:font/woff2", "#")) for target in re.findall(r"url\(([^)]*)", text))
    assert "@import" not in text
    policy = next(attributes["content"] for attributes, _ in found.all("meta") if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_every_figure_says_what_it_shows_and_carries_its_numbers(page: tuple[str, Page]) -> None:
    text = page[0]
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    keys = [re.search(r'<figure id="figure-([^"]+)', figure)[1] for figure in figures]  # type: ignore[index]
    assert keys == ["forest", "null", "fan", "deployments", "candidate", "equal", "twins", "break-even", "tornado"]
    for figure in figures:
        inside = Page(figure)
        assert all(text.strip() for _, text in inside.all("figcaption"))
        assert len(inside.all("details")) == 1 and len(inside.all("table")) == 1
        assert len(Page(inside_table(figure)).all("td")) > 3
        for attributes, _ in inside.all("svg"):
            assert attributes["role"] == "img"
            title, description = attributes["aria-labelledby"].split()
            assert len(inside.text_of(title)) > 1 and len(inside.text_of(description)) > 10


def inside_table(figure: str) -> str:
    return re.search(r"<table.*?</table>", figure, re.DOTALL)[0]  # type: ignore[index]


def number(text: str) -> float:
    """The first amount in a text, in its own unit; shares as shares."""
    found = re.search(r"([-+−]?)\$?([0-9][0-9,]*(?:\.[0-9]+)?)([kMB]?)( %| points)?", text)
    assert found is not None, text
    sign = -1 if found[1] in ("-", "−") else 1
    scale = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9}[found[3]] * (0.01 if found[4] else 1.0)
    return sign * float(found[2].replace(",", "")) * scale


def table_rows(page: Page, key: str) -> list[list[str]]:
    """Cells of the table of a figure, row by row."""
    start = next(
        place for place, (tag, attributes, _) in enumerate(page.elements) if tag == "table" and attributes.get("id") == f"data-{key}"
    )
    rows: list[list[str]] = []
    for tag, _, text in page.elements[start + 1 :]:
        if tag in ("table", "section"):
            break
        if tag == "tr":
            rows.append([])
        elif tag in ("td", "th"):
            rows[-1].append("".join(text))
    return rows


def close(shown: str, value: float) -> bool:
    return abs(number(shown) - value) <= 0.006 * abs(value) + 0.006


def test_tables_hold_the_comparisons_numbers(page: tuple[str, Page], series_c: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    comparison, months = series_c
    decided = [row for row in comparison.rows if row.metric.group == "decision"]
    shown = table_rows(page[1], "forest")[1:]
    assert len(shown) == len(decided)
    for cells, row in zip(shown, decided, strict=True):
        for cell, difference in zip(cells[1:], row.differences[1:], strict=False):
            assert difference.label in cell
            assert difference.label == "identical" or close(cell, difference.value)
    for cells in table_rows(page[1], "null")[1:]:
        k = "ABCD".index(cells[0][0])
        assert close(cells[1], comparison.null[k].value) and close(cells[3], comparison.rows[0].estimates[k].value)
    fan = {cells[0]: cells[1:] for cells in table_rows(page[1], "fan")}
    for month in (3, 24, 36):
        for cell, each in zip(fan[str(month)], months, strict=True):
            assert close(cell, float(each.bands["cash"].value[1, month - 1]))
    for cell, censored in zip(fan["Share of paths whose cash never runs out"], comparison.censored, strict=False):
        assert close(cell, censored)
    grown = {cells[0]: cells[1:] for cells in table_rows(page[1], "deployments")}
    for cell, estimate in zip(grown["24"], comparison.row("qualifying_by_24").estimates, strict=False):
        assert close(cell, estimate.value)
    for cells, each in zip(table_rows(page[1], "candidate")[2:], comparison.candidate, strict=False):
        assert close(cells[1], each["accept"].value) and close(cells[2], each["ce"].value) and close(cells[5], each["wealth_p90"].value)
    bars = [cells for cells in table_rows(page[1], "tornado")[1:] if len(cells) > 1]
    found = [bar for each in comparison.tornado.values() for bar in each]
    assert [cells[0] for cells in bars] == [bar.input for bar in found]
    assert all(close(cells[1], bar.low) and close(cells[2], bar.high) for cells, bar in zip(bars, found, strict=True))


def drawn(text: str, key: str) -> tuple[list[tuple[float, float]], list[float]]:
    """Ticks of a panel as (x, value), and the x of its points."""
    panel = re.search(rf'<svg[^>]*aria-labelledby="{key}-title.*?</svg>', text, re.DOTALL)[0]  # type: ignore[index]
    ticks = [
        (float(found[1]), number(found[3])) for found in re.finditer(r'text-anchor: middle[^"]*" x="([^"]+)" y="([^"]+)">([^<]+)<', panel)
    ]
    points = [float(found[1]) for found in re.finditer(r'<circle cx="([^"]+)"', panel)]
    return ticks, points


def test_points_stand_where_their_numbers_say(page: tuple[str, Page], series_c: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    comparison = series_c[0]
    ticks, points = drawn(page[0], "null-cost")
    (x0, v0), (x1, v1) = ticks[0], ticks[-1]
    values = sorted(estimate.value for estimate in comparison.null)
    for x, value in zip(points, values, strict=True):
        assert v0 + (x - x0) / (x1 - x0) * (v1 - v0) == pytest.approx(value, rel=1e-4)
    ticks, points = drawn(page[0], "forest-filled_months")
    (x0, v0), (x1, v1) = ticks[0], ticks[-1]
    for x, difference in zip(points, comparison.row("filled_months").differences[1:3], strict=True):
        assert v0 + (x - x0) / (x1 - x0) * (v1 - v0) == pytest.approx(difference.value, rel=1e-4)


def test_the_first_minute_has_its_figures_and_both_sides(page: tuple[str, Page], series_c: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    comparison, _ = series_c
    opening = page[0][page[0].index('<header id="verdict"') : page[0].index("</header>")]
    words = "".join(Page(opening).elements[0][2]).replace("\u00a0", " ").replace("\u2060", "")  # what keeps a figure on one line
    assert comparison.verdict in words
    for label in (
        "Runway, 10th percentile",
        "P(cash out before GA)",
        "Filled seat-months",
        "Qualifying deployments by month 24",
        "Dilution",
    ):
        assert label in words
    assert "Where 'match hyperscaler cash' is better than 'milestone refresh'" in words
    assert "Where 'milestone refresh' is better than 'match hyperscaler cash'" in words
    assert "What would flip it" in words
    order = [attributes["href"] for attributes, _ in page[1].all("a") if attributes["href"] not in ("#verdict",)]
    assert order[0] == "#null"  # the ranking without links stands before every other view
    for line in comparison.links:
        assert line.strip() in page[0]


def test_three_kinds_of_spread_are_named_as_three(page: tuple[str, Page]) -> None:
    captions = {attributes["id"]: text for attributes, text in page[1].all("figure")}
    assert "Error bars: two Monte Carlo standard errors" in captions["figure-forest"]
    assert "spread of outcomes" in captions["figure-fan"] and "spread of outcomes" in captions["figure-deployments"]
    assert "input uncertainty" in captions["figure-tornado"]


def test_assumptions_carry_sources_and_the_unsourced_are_marked(
    page: tuple[str, Page], series_c: tuple[Comparison, tuple[Monthly, ...]]
) -> None:
    assert page[0].count('<td class="s2">assumption: no source</td>') == sum(each.standing == "assumption" for each in series_c[0].defaults)
    words = page[1].text_of("assumptions")
    for each in series_c[0].defaults:
        assert each.where in words and each.source in words and each.as_of in words
    origin = page[1].text_of("provenance")
    for part in (series_c[0].scenario_hash, str(series_c[0].seed), series_c[0].version, "128"):
        assert part in origin


def test_a_users_text_stays_text(hostile: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    text = report_html(*hostile)
    found = Page(text)
    assert found.open == []
    assert not found.all("script")
    assert not found.all("img")
    assert text.count("<style>") == 1 and text.count("<title>") == 1
    words = "".join(found.elements[0][2])
    for payload in PAYLOADS:
        assert payload in words
    assert found.all("title")[0][1] == PAYLOADS[0] + PAYLOADS[-1]
    drawn_names = "".join(text for _, text in found.all("text"))
    assert "<script>alert(1)</script>" in drawn_names and "$x^2$" in drawn_names


def test_the_pdf_is_tagged_paged_and_holds_a_users_text(hostile: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    data = report_pdf(*hostile)
    read = pypdf.PdfReader(BytesIO(data))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in read.trailer["/Root"]
    assert read.metadata is not None and read.metadata.title == PAYLOADS[0] + PAYLOADS[-1]
    pages = [page.extract_text() for page in read.pages]
    assert f"page 2 of {len(pages)}" in pages[1] and hostile[0].scenario_hash[:12] in pages[1]
    assert "<script>alert(1)</script>" in pages[0]
    assert not any("/JavaScript" in str(page.get("/AA", "")) for page in read.pages)
    assert b"/URI" not in data and b"/EmbeddedFile" not in data


@pytest.fixture(scope="module")
def seven() -> tuple[Comparison, tuple[Monthly, ...]]:
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    offers = [data["offers"][k % 2] | {"name": f"offer number {k}", "base": 250_000 + 9_000 * ((3 * k) % 7)} for k in range(7)]
    return made(Scenario.parse(data | {"offers": offers, "months": 30}), 64)


def test_paper_prints_every_structure_by_its_decisions_and_four_in_full(seven: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    comparison, months = seven
    kept = printed(comparison)
    costs = [each.value for each in comparison.rows[0].estimates[:7]]
    assert len(kept) == 4 and kept[0] == 0 and set(kept) >= {costs.index(min(costs)), costs.index(sorted(costs)[1])}
    on_paper, on_screen = (report_context(comparison, months, medium) for medium in ("paper", "screen"))
    tables = {section.key: section.tables for section in on_paper.sections}["table"]
    by_decision, in_full = tables
    assert [row[0].text for row in by_decision.rows] == list(lettered(comparison))
    assert by_decision.rows[0][1].text == with_error(comparison.rows[0].estimates[0], "$")
    assert in_full.head == ("", *(lettered(comparison)[k] for k in kept))
    for table in on_paper.appendix:
        assert not {name for k, name in enumerate(lettered(comparison)) if k not in kept} & set(table.head), table.caption
        assert len({len(row) for row in table.rows if len(row) > 1} | {len(table.head)}) == 1
    told = " ".join(word for section in on_paper.sections for word in section.words)
    assert "All 7 structures stand in the first table" in told and "The HTML report has every row of every structure." in told
    whole = {section.key: section.tables for section in on_screen.sections}["table"][0]
    assert whole.head == ("", *lettered(comparison))


def test_no_page_of_paper_holds_a_finding_alone(series_c: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    """What would flip it stands with the verdict and its six numbers, and so do both sides; nothing of them falls onto a page alone."""
    first = pypdf.PdfReader(BytesIO(report_pdf(*series_c))).pages[0].extract_text().replace("\u00a0", " ")
    for said in ("has the lowest present cost", "Dilution", "What would flip it", "is better than"):
        assert said in " ".join(first.split())


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("B · प्रदर्शन", "B"),
        ("B · خطة", "B"),
        ("B · תוכנית", "B"),
        ("B · แผน ที่", "B"),
        ("B · 計画", "B · 計画"),
        ("B · Zoe\u0308", "B · Zoe\u0308"),
    ],
)
def test_drawings_on_paper_hold_no_letters_that_must_be_joined(name: str, drawn: str) -> None:
    image = for_paper(f'<text x="1" style="font-size: 10px; fill: #000000">{name}</text>', 10, 10)
    assert f'<text x="1" font-size="10px" fill="#000000">{drawn}</text>' in b64decode(image.split(",")[1]).decode()


def test_a_name_that_looks_like_an_attribute_stays_a_name() -> None:
    name = 'A style="fill: red" <b> & more'
    mark = Mark(name, "$1", 1.0, 0.0, 2.0)
    drawing = rows((mark,), "$")
    assert fromstring(f"<svg>{drawing.content}</svg>").findall("text")[-2].text == name
    image = b64decode(for_paper(drawing.content, drawing.width, drawing.height).split(",")[1])
    assert [each.text for each in fromstring(image).iter("{http://www.w3.org/2000/svg}text")][-2] == name


def test_numbers_at_an_axis_are_round_and_few() -> None:
    assert round_values(-0.3, 11.2, 4) == [0, 5, 10]
    assert round_values(-159_000, 10_000, 4) == [-150_000, -100_000, -50_000, 0]
    assert round_values(1, 48, 6) == [10, 20, 30, 40]
    for low, high in ((1e9, 1e9 + 1), (-1e-9, 1e-9), (0, 1e12), (3, 3.1)):
        found = round_values(low, high, 4)
        assert 1 < len(found) <= 5 and all(low - 1e-6 * abs(low) <= each <= high * (1 + 1e-6) for each in found)


def test_a_line_is_lifted_where_a_value_is_unknown_and_a_band_has_a_hole_there() -> None:
    nan = float("nan")
    canvas = Canvas(100.0, (0.0, 4.0), (0.0, 1.0))
    canvas.line([(0, 0.5), (1, nan), (2, 0.5), (3, 0.5)], "s1", 1.0)
    assert canvas.parts[-1].count("M ") == 2 and "nan" not in canvas.parts[-1]
    before = len(canvas.parts)
    canvas.area((0, 1, 2, 3), (0, nan, 0, 0), (1, 1, 1, 1), "s1", 0.2)
    assert len(canvas.parts) == before + 2 and not any("nan" in part for part in canvas.parts)


def test_figures_after_a_name_from_right_to_left_keep_their_order() -> None:
    """Without the mark a reader of UAX 9 shows "'خطة' $440k" as "440$k": figures join the run of the name before them."""
    assert quoted("1. 'خطة الأسهم' $440k, 2. 'plan' $3") == "1. 'خطة الأسهم\u200e' $440k, 2. 'plan' $3"
    assert quoted("'תוכנית 2' 1, 'it' and 'that'") == "'תוכנית 2\u200e' 1, 'it' and 'that'"


def test_figures_stay_on_one_line() -> None:
    assert unbroken("-$148k ± 4.30k, +2 ± <0.01, a - b, -3") == "-\u2060$148k\u00a0±\u00a04.30k, +2\u00a0±\u00a0<0.01, a - b, -3"


RENDER = """
import pickle, sys
from pathlib import Path
from compdesign.reports.panels import Mark, rows
from compdesign.reports.report import report_html, report_pdf
given = pickle.loads(Path(sys.argv[1]).read_bytes())
Path(sys.argv[2]).write_text(report_html(*given))
Path(sys.argv[3]).write_bytes(report_pdf(*given))
"""


def test_the_same_comparison_gives_the_same_bytes_in_any_process(tmp_path: Path, plain: tuple[Comparison, tuple[Monthly, ...]]) -> None:
    (tmp_path / "given").write_bytes(pickle.dumps(plain))
    for place, zone in enumerate(("UTC", "Asia/Tokyo")):
        files = [tmp_path / f"{place}.html", tmp_path / f"{place}.pdf"]
        environment = {**os.environ, "PYTHONHASHSEED": str(place), "TZ": zone}
        subprocess.run([sys.executable, "-c", RENDER, tmp_path / "given", *files], env=environment, check=True, timeout=300)
    for suffix in ("html", "pdf"):
        assert (tmp_path / f"0.{suffix}").read_bytes() == (tmp_path / f"1.{suffix}").read_bytes()


def test_compare_writes_the_report_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "report.html"
    done = subprocess.run(
        [COMMAND, "compare", EXAMPLES / "no_effect.toml", "--paths", "32", "-w", "1", "--report", file],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stderr == "" and done.stdout.startswith("No effect")
    assert Page(file.read_text()).open == []
    assert list(file.parent.iterdir()) == [file]  # no temporary file is left


def test_another_suffix_is_refused_before_anything_is_simulated(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "compare", EXAMPLES / "series_c.toml", "--paths", "5000000", "--report", tmp_path / "report.docx"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert ".html or .pdf" in done.stderr


def test_one_structure_alone_and_no_uncertain_input_say_so() -> None:
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    text = report_html(*made(Scenario.parse(data | {"offers": data["offers"][:1]}), 64))
    found = Page(text)
    assert "One structure was simulated" in text and "there is no input uncertainty to draw" in text
    assert not re.search(r'id="figure-(forest|equal|twins|break-even|tornado)"', text)
    assert found.open == []


def test_a_month_without_deployments_ranks_nothing() -> None:
    text = report_html(*made(scenario("series_c", months=1), 64))
    assert "nothing to rank" in text and "beyond 1 month<" in text
    words = "".join(Page(text).elements[0][2])
    assert not re.search(r"\b(nan|inf)\b", words[words.index("Contents") :], re.IGNORECASE)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_colours_reach_aa_on_both_pages() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    style = (Path(__file__).parents[2] / "templates" / "report" / "report.css").read_text()
    pages = {"light": re.findall(r"--page: (#[0-9a-f]{6})", style)[0], "dark": re.findall(r"--page: (#[0-9a-f]{6})", style)[1]}
    paper = next(colour for colour in PALETTE if colour.name == "paper")
    for colour in PALETTE:
        if colour.name in ("paper", "rule"):
            continue
        for side, page in pages.items():
            ratios = [contrast(getattr(colour, side), ground) for ground in (page, getattr(paper, side))]
            print(f"{colour.name} {side}: {min(ratios):.2f}")
            assert min(ratios) >= 4.5


def test_every_colour_of_a_drawing_follows_the_page(page: tuple[str, Page]) -> None:
    drawings = "".join(re.findall(r"<svg.*?</svg>", page[0], re.DOTALL))
    assert not re.findall(r"(?:fill|stroke): (?!none|var)[^;\"]+", drawings)
    assert "<path" in drawings and "<circle" in drawings
