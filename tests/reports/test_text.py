"""The printed comparison: nothing is cut at any width or number of structures."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import Comparison, compare
from compdesign.reports.numbers import with_error, with_label
from compdesign.reports.text import as_text

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
WIDTHS = (80, 100, 120, 150, 180)


def example(name: str, **changes: Any) -> Scenario:
    return Scenario.parse(tomllib.loads((EXAMPLES / f"{name}.toml").read_text()) | changes)


def many(structures: int) -> Scenario:
    """Short one-word names, so that a test can find the columns by their titles."""
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    offers = [data["offers"][0] | {"name": f"s{k:02}", "base": 180_000 + 9_000 * k} for k in range(structures)]
    return Scenario.parse(data | {"months": 12, "offers": offers})


@pytest.fixture(scope="module", params=(1, 4, 12))
def crowd(request: pytest.FixtureRequest) -> Comparison:
    return compare(many(request.param), 64)


def tables(text: str) -> list[tuple[list[str], list[dict[str, str]]]]:
    """Every printed table: its titles, and its lines cut at the titles' columns, title -> text of the line there."""
    lines, found = text.splitlines(), []
    for place, line in enumerate(lines):
        if not re.fullmatch(r" ?─+", line):
            continue
        head = lines[place - 1]
        starts = [match.start() for match in re.finditer(r"s\d\d", head)]
        edges = [0, *starts, None]
        titles = ["", *(head[a:b].strip() for a, b in zip(starts, edges[2:], strict=True))]
        body = []
        for row in lines[place + 1 :]:
            if not row.strip():
                break
            body.append({name: row[a:b].strip() for name, a, b in zip(titles, edges[:-1], edges[1:], strict=True)})
        found.append((titles, body))
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_every_label_of_every_structure_survives_at_every_width(crowd: Comparison, width: int) -> None:
    text = as_text(crowd, width)
    assert max(map(len, text.splitlines())) <= width
    typed = len(crowd.scenario.offers)
    printed: dict[str, str] = {}
    for titles, body in tables(text):
        for name in titles:
            printed[name] = printed.get(name, "") + " " + " ".join(line[name] for line in body)
    printed = {name: re.sub(r"\s+", "", words) for name, words in printed.items()}
    for row in (row for row in crowd.rows if row.metric.group == "decision"):
        assert re.sub(r"\s+", "", row.metric.label) in printed[""]
        for k, name in enumerate(crowd.structures[:typed]):
            shown = with_error(row.estimates[k], row.metric.unit) + (with_label(row.differences[k], row.metric.unit) if k else "")
            assert re.sub(r"\s+", "", shown) in printed[name], (name, shown)


def test_the_first_structure_stands_in_every_block_of_structures(crowd: Comparison) -> None:
    heads = [titles for titles, _ in tables(as_text(crowd, 80)) if len(titles) > 1]
    assert all(titles[1] == "s00" for titles in heads)


@pytest.mark.parametrize("width", WIDTHS)
def test_long_names_and_long_words_are_wrapped_not_cut(width: int) -> None:
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    names = ["cash " + "word " * 11, "x" * 64]
    scenario = Scenario.parse(data | {"months": 12, "offers": [data["offers"][0] | {"name": name.strip()} for name in names]})
    text = as_text(compare(scenario, 64), width)
    assert max(map(len, text.splitlines())) <= width
    assert text.count("x") >= 64 * 5
