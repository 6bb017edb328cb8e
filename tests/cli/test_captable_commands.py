"""`compdesign captable` as a user meets it: tables, files, exit codes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from compdesign.cli.app import app
from tests.captable.packages import company, folder, named_after, transaction, zipped
from tests.captable.test_scenario_package import CSV

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
DOCS = Path(__file__).parents[2] / "docs" / "captable.md"


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["captable", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_import_prints_holdings_totals_and_stack(tmp_path: Path) -> None:
    package = zipped(tmp_path / "p.zip", [*company(), transaction("TOKEN_ISSUANCE", "odd", "2025-01-01")])
    code, out, err = run("import", package, "--as-of", "2025-06-30", "--json", tmp_path / "table.json")
    assert (code, err) == (0, "")
    for line in (
        r"Fully diluted +10,700,000 +100.00 %",
        r"Eve +option +2024 Plan +400,000 +141,667 +3.74 %",
        r"Fund B +stock +Series B +1,000,000 +11.21 %",
        r"Series B +preferred +10,000,000 +1,000,000 +1,200,000",
        r"Series B +3 +1,000,000 +USD 5.00 +1.50x +USD 7,500,000 +3x",
        r"Instalments due before their grant was made vest on the grant date \(on_grant_date\): no grant outstanding has any.",
        r"2024 Plan +1,500,000 +400,000 +0 +1,100,000",
        r"transactions.ocf.json, TX_TOKEN_ISSUANCE odd",
    ):
        assert re.search(line, out), line
    data = json.loads((tmp_path / "table.json").read_text())
    assert data["totals"]["fully_diluted"] == 10_700_000
    assert data["preference_stack"] == ["Series B", "Series A"]


def test_import_of_csv_needs_a_date(tmp_path: Path) -> None:
    (tmp_path / "caps.csv").write_text(CSV)
    assert run("import", tmp_path / "caps.csv")[::2] == (
        2,
        "--as-of: is missing; a CSV file states no date: give the date of its holdings\n",
    )
    code, out, _ = run("import", tmp_path / "caps.csv", "--as-of", "2025-06-30")
    assert code == 0 and "10,700,000" in out


def test_every_fault_is_a_line_on_standard_error(tmp_path: Path) -> None:
    items = company()
    named_after(items, "issue-cs-1")["quantity"] = "-1"
    named_after(items, "issue-cs-2")["stakeholder_id"] = "x"
    code, out, err = run("import", folder(tmp_path / "p", items))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2
    assert run("import", tmp_path / "p", "--as-of", "june")[::2] == (2, "--as-of: 'june' is no date; write it as 2026-11-01\n")


def test_text_of_a_package_cannot_draw_on_the_terminal(tmp_path: Path) -> None:
    items = company()
    named_after(items, "ada")["name"]["legal_name"] = "[red]Ada[/red]\x1b[2J"
    code, out, _ = run("import", folder(tmp_path, items))
    assert code == 0
    assert "\x1b" not in out and "[red]Ada[/red]?[2J" in out


def test_export_writes_three_files(tmp_path: Path) -> None:
    code, out, err = run("export", EXAMPLES / "no_effect.toml", "--structure", "milestone refresh", "--path", 1, "--out", tmp_path / "o")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        "Stakeholders.ocf.json",
        "Transactions.ocf.json",
        "VestingTerms.ocf.json",
    ]
    issued = [each for each in json.loads((tmp_path / "o" / "Transactions.ocf.json").read_text())["items"] if "quantity" in each]
    assert issued and "Not a grant" in issued[0]["comments"][1]
    assert out.startswith(
        f"{sum(each['object_type'].endswith('_ISSUANCE') for each in issued)} refresh awards of 'milestone refresh' on path 1"
    )
    code, _, err = run("export", EXAMPLES / "no_effect.toml", "--structure", "none", "--out", tmp_path / "o")
    assert (code, "'none' is no structure of this scenario" in err) == (2, True)


@pytest.mark.parametrize("line", re.findall(r"^compdesign ((?:captable|waterfall) .+)$", DOCS.read_text(), re.MULTILINE))
def test_commands_of_the_page_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "package", company())
    zipped(tmp_path / "package.zip", company())
    (tmp_path / "holdings.csv").write_text(re.search(r"```csv\n(.+?)```", DOCS.read_text(), re.DOTALL)[1])  # type: ignore[index]
    (tmp_path / "ours.toml").write_text((EXAMPLES / "no_effect.toml").read_text())
    words = [word.strip('"') for word in re.findall(r'"[^"]+"|\S+', line)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.stderr


def test_the_exit_of_the_page_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    zipped(tmp_path / "package.zip", company())
    (code,) = (each for each in re.findall(r"```python\n(.+?)```", DOCS.read_text(), re.DOTALL) if "by_stakeholder" in each)
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert sum(scope["result"].by_holder().values()).tolist() == pytest.approx([10e6, 50e6])
    assert "no participation cap" in capsys.readouterr().out


def test_the_python_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """4,800 shares from 31 January 2026: a quarter on 31 January 2027, the 28th in February."""
    exec(next(each for each in re.findall(r"```python\n(.+?)```", DOCS.read_text(), re.DOTALL) if "in instalments(" in each), {})  # type: ignore[index]
    assert capsys.readouterr().out.splitlines()[:2] == ["2027-01-31 1200 instalments", "2027-02-28 100 instalments"]
