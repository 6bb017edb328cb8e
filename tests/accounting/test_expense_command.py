"""`compdesign expense` as a user meets it, with the file its documentation shows; and the documentation's own Python."""

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from compdesign.cli.app import app
from compdesign.errors import ScenarioError
from compdesign.inputs.award_file import AwardFile, VestingEntry
from compdesign.metrics.award_expense import tranches_of

DOCS = Path(__file__).parents[2] / "docs"


def block(page: str, language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)[number]


@pytest.fixture
def awards(tmp_path: Path) -> Path:
    path = tmp_path / "awards.toml"
    path.write_text(block("accounting.md", "toml"), encoding="utf-8")
    return path


def test_the_documented_file_shows_quarters_reasons_and_a_journal_that_balances(awards: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["expense", str(awards), "--csv", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    # 48,000 x 4.20 + 3,000 x 3.10: the deployment was missed, the support lead left with 3,000 vested
    assert "net expense $210,900.00" in done.output
    assert re.search(r"2026-05  third deployment  -\$22,002\.58: .*not probable", done.output)
    months = pd.read_csv(tmp_path / "out" / "expense.csv")
    assert months["dollars"].sum() == pytest.approx(210_900)
    lines = pd.read_csv(tmp_path / "out" / "journal.csv")
    assert lines["debit"].sum() == pytest.approx(lines["credit"].sum())
    quarters = pd.read_csv(tmp_path / "out" / "quarters.csv")
    assert quarters.loc[quarters["line"] == "cost of revenue", "dollars"].sum() == pytest.approx(9_300)
    shorter = CliRunner().invoke(app, ["expense", str(awards), "--until", "2025-12", "--every-month"])
    assert "2025-12  support lead" in shorter.output
    assert "2026-01" not in shorter.output


def test_faults_are_told_at_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('[[awards]]\nid = "x"\ngrant_dat = 2025-01-01\nfair_value = "abc"\nshares = 10\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["expense", str(path)])
    assert done.exit_code == 2
    assert "awards[0].fair_value" in done.output and "did you mean grant_date" in done.output
    with pytest.raises(ScenarioError, match="does not say what vests when"):
        AwardFile.parse({"awards": [{"id": "x", "grant_date": "2025-01-01", "fair_value": 1, "shares": 10}]})


def test_tranches_add_up_in_whole_shares() -> None:
    schedule = VestingEntry.model_validate({"start": "2025-01-31", "months": 48, "cliff": 12})
    made = tranches_of(100, schedule)
    assert sum(each.shares for each in made) == 100
    assert made[0].shares == 25 and made[0].vests is not None and made[0].vests.isoformat() == "2026-01-31"
    assert made[1].vests is not None and made[1].vests.isoformat() == "2026-02-28"


@pytest.mark.parametrize(("page", "number"), [("accounting.md", 0), ("tax.md", 0), ("tax.md", 1)])
def test_the_documented_python_gives_what_its_comments_say(page: str, number: int) -> None:
    code, space = block(page, "python", number), {}
    exec(code, space)
    told = [line.split("  # ") for line in code.splitlines() if re.search(r"  # (\{|[0-9])", line)]
    assert told
    for expression, comment in told:
        assert eval(expression, space) == eval(comment.removesuffix(" in cents")), expression
