"""Scenarios that cannot be: one clear line a fault with its key, its value and the remedy, exit code 2, and nothing written."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compdesign.cli.app import app

GOOD = (Path(__file__).parents[2] / "compdesign" / "examples" / "series_c.toml").read_text()
Edit = tuple[str, str]


def refused(tmp_path: Path, content: str | bytes, *options: str) -> list[str]:
    """The lines said about a scenario file that `compare` refuses."""
    file, out = tmp_path / "bad.toml", tmp_path / "out"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    out.mkdir()
    into = ["--json", str(out / "o.json"), "--csv", str(out / "csv"), "--report", str(out / "r.html"), "-w", "1", "-n", "64"]
    done = CliRunner().invoke(app, ["compare", str(file), *into, *options], catch_exceptions=False)
    assert (done.exit_code, done.stdout, list(out.iterdir())) == (2, "", [])
    return done.stderr.replace(f"{tmp_path}/", "").splitlines()


def edited(*edits: Edit) -> str:
    text = GOOD
    for pattern, replacement in edits:
        text, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
        assert count == 1, pattern
    return text


CASES: dict[str, tuple[list[Edit], list[str]]] = {
    "a switch for money": ([("^cash = .*", "cash = true")], ['company.cash: true is no number; write 38_000_000 or "38M"']),
    "half a seat": ([("^seats = .*", "seats = 2.5")], ["hiring.seats: 2.5 is no whole number; give a whole number, 1 to 50"]),
    "a number for text": ([("^title = .*", "title = 5")], ['title: 5 is no text; write it in quotes, e.g. "name"']),
    "a table of nothing known": (
        [("^cash = .*", "cash = { a = 1 }")],
        ["company.cash: has the keys a; give a number, or one of {p10, p50, p90}, {low, mode, high}, {mean, sd}, {values, weights}"],
    ),
    "not a number": ([("^cash = .*", "cash = nan")], ["company.cash: nan is no finite number; give at least 0"]),
    "infinite": ([("^cash = .*", "cash = inf")], ["company.cash: inf is no finite number; give at least 0"]),
    "below infinite": ([("^cash = .*", "cash = -inf")], ["company.cash: -inf is no finite number; give at least 0"]),
    "negative money": ([("^cash = .*", 'cash = "-38M"')], ['company.cash: "-38M" is below the range; give at least 0']),
    "percentiles out of order": (
        [("^revenue_growth = .*", "revenue_growth = { p10 = 0.4, p50 = 0.3, p90 = 0.5 }")],
        ["company.revenue_growth: p10 0.4, p50 0.3 and p90 0.5 are out of order; give them rising"],
    ),
    "percentiles no metalog has": (
        [("^revenue_growth = .*", "revenue_growth = { p10 = 0.1, p50 = 0.11, p90 = 0.9 }")],
        [
            "company.revenue_growth: no smooth distribution (metalog) has p10 0.1, p50 0.11 and p90 0.9; "
            "give a p50 between 0.2333 and 0.7667, or use low, mode, high"
        ],
    ),
    "no months": ([("^months = .*", "months = 0")], ["months: 0 is below the range; give 1 to 120"]),
    "too many months": ([("^months = .*", "months = 121")], ["months: 121 is above the range; give 1 to 120"]),
    "paths without end": ([("^paths = .*", f"paths = {10**12}")], ["paths: 1,000,000,000,000 is above the range; give 2 to 5,000,000"]),
    "GA before as_of": (
        [("^planned = .*", "planned = 2020-01-01")],
        [
            "company.ga.planned: 2020-01-01 is before the as-of date 2026-11-01; give a date on or after as_of, or drop it if GA has been reached"
        ],
    ),
    "cliff beyond the vesting": (
        [("vesting = { months = 24, cliff = 0", "vesting = { months = 24, cliff = 30")],
        [
            "offers[2].refresh[0].vesting.cliff: 30 months is longer than the vesting of 24 months; shorten the cliff or lengthen the vesting"
        ],
    ),
    "cap below the award": (
        [("^cap = .*", "cap = 1")],
        ["offers[2].refresh[0].cap: 1 is below the award of 20,000 shares; raise the cap or lower the award"],
    ),
    "two of one name": (
        [('name = "hybrid"', 'name = "milestone refresh"')],
        ["offers: 2 entries are named 'milestone refresh'; give each its own name"],
    ),
    "a probability above 1": (
        [("^probability = .*", "probability = 1.2")],
        ["company.financing[0].probability: 1.2 is above the range; give 0 to 1"],
    ),
    "a negative seed": ([("^seed = .*", "seed = -5")], ["seed: -5 is below the range; give 0 to 9,223,372,036,854,775,807"]),
    "a misspelt key": ([("^minimum_cash = .*", "minimum_csh = 1")], ["company.minimum_csh: is no known key; did you mean minimum_cash?"]),
    "a date and time": (
        [("^as_of = .*", "as_of = 2026-11-01T00:00:00")],
        ["as_of: 2026-11-01T00:00:00 is no date; write it as 2026-11-01"],
    ),
    "several at once": (
        [
            ("^months = .*", "months = 0"),
            ("^cash = .*", "cash = nan"),
            ("^planned = .*", "planned = 2020-01-01"),
            ("^cap = .*", "cap = 1"),
            ('name = "hybrid"', 'name = "milestone refresh"'),
        ],
        [
            "months: 0 is below the range; give 1 to 120",
            "company.cash: nan is no finite number; give at least 0",
            "company.ga.planned: 2020-01-01 is before the as-of date 2026-11-01; give a date on or after as_of, or drop it if GA has been reached",
            "offers: 2 entries are named 'milestone refresh'; give each its own name",
            "offers[2].refresh[0].cap: 1 is below the award of 20,000 shares; raise the cap or lower the award",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_one_line_with_key_value_and_remedy(name: str, tmp_path: Path) -> None:
    edits, said = CASES[name]
    assert refused(tmp_path, edited(*edits)) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes(range(256)), "bad.toml: is no text; a scenario is a TOML text file, saved as UTF-8"),
        (
            GOOD.encode() + b"# caf\xe9",
            f"bad.toml: is no UTF-8 text (line {GOOD.count(chr(10)) + 1}); a scenario is a TOML text file, saved as UTF-8",
        ),
        (GOOD + "#" * (1 << 20), "bad.toml: is larger than 1 MiB; a scenario is a few kilobytes of TOML; check that this is one"),
        (GOOD + "\nx = " + "[" * 3_000 + "]" * 3_000, "bad.toml: is nested too deeply; a scenario nests a few tables at most"),
        (GOOD.split("[[offers]]")[0], "offers: is missing; add it: Offer structures; the first is the reference"),
        ("offers = []\n" + GOOD.split("[[offers]]")[0], "offers: the list has no entries; give at least 1"),
    ],
)
def test_what_is_no_scenario_is_one_line_too(content: str | bytes, said: str, tmp_path: Path) -> None:
    assert refused(tmp_path, content) == [said]


def test_paths_without_end_are_refused_before_the_file_is_read(tmp_path: Path) -> None:
    assert refused(tmp_path, "", "-n", str(10**12)) == ["--paths: 1,000,000,000,000 is outside the range; ask for 2 to 5,000,000"]
