"""`compdesign expense` as a user meets it, with the file its documentation shows; and the documentation's own Python."""

import json
import re
import shlex
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
    amounts = pd.read_csv(tmp_path / "out" / "journal.csv", dtype=str)[["debit", "credit"]]
    assert amounts.map(lambda text: bool(re.fullmatch(r"\d+\.\d\d", text))).all(axis=None)
    quarters = pd.read_csv(tmp_path / "out" / "quarters.csv")
    assert quarters.loc[quarters["line"] == "cost of revenue", "dollars"].sum() == pytest.approx(9_300)
    shorter = CliRunner().invoke(app, ["expense", str(awards), "--until", "2025-12", "--every-month"])
    assert "2025-12  support lead" in shorter.output
    assert "2026-01" not in shorter.output


EXAMPLE = Path(__file__).parents[2] / "compdesign" / "examples" / "series_c.toml"


def test_a_scenario_shows_ranges_of_its_future_grants(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("[company]\n", "[company]\npay_in_cost_of_revenue = 0.3\n", 1)
    scenario, out = tmp_path / "scenario.toml", tmp_path / "ranges.json"
    scenario.write_text(text, encoding="utf-8")
    chosen = ["expense", str(scenario), "--structure", "milestone refresh", "--paths", "64", "--seed", "5", "--fiscal-start", "2"]
    done = CliRunner().invoke(app, [*chosen, "--json", str(out), "--csv", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for shown in (
        "'milestone refresh'",
        "refresh awards, mean",
        "p10 to p90",
        "cost of revenue",
        "operating expense",
        "FY2027 Q4",
        "64 futures, seed 5",
    ):
        assert shown in done.output
    assert "'hybrid'" not in done.output
    assert "standard error of the mean: Monte Carlo error" in done.output and "spread of outcomes" in done.output
    data = json.loads(out.read_text(encoding="utf-8"))
    rows = data["structures"]["milestone refresh"]
    assert (data["paths"], data["seed"], data["fiscal_start"], list(data["structures"])) == (64, 5, 2, ["milestone refresh"])
    [whole] = [row for row in rows if (row["quarter"], row["grants"], row["line"]) == (None, "refresh awards", "all lines")]
    assert whole["p10"] <= whole["mean"] <= whole["p90"] and 0 < whole["standard_error"] < whole["p90"] - whole["p10"]
    frame = pd.read_csv(tmp_path / "expense_ranges.csv")
    assert len(frame) == len(rows) == 17 * 3 * 3
    assert frame.loc[frame["grants"] == "all grants", "mean"].sum() == pytest.approx(4 * whole_mean(rows), rel=1e-9)
    printed = CliRunner().invoke(app, [*chosen, "--json", "-"])
    assert json.loads(printed.output) == data


def whole_mean(rows: list[dict[str, object]]) -> float:
    """Of all grants on all lines: quarters and run, all lines and both of them, count it four times."""
    [mean] = [row["mean"] for row in rows if (row["quarter"], row["grants"], row["line"]) == (None, "all grants", "all lines")]
    return float(mean)  # type: ignore[arg-type]


def test_the_documented_commands_run(awards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "compdesign").symlink_to(EXAMPLE.parents[1])
    monkeypatch.chdir(tmp_path)
    lines = [line.split("  #")[0] for number in (0, 1) for line in block("accounting.md", "sh", number).splitlines()]
    assert len(lines) == 4
    for line in lines:
        done = CliRunner().invoke(app, shlex.split(line)[1:])
        assert done.exit_code == 0, f"{line}\n{done.output}"
    assert {each.name for each in (tmp_path / "build").iterdir()} == {"expense", "ranges.json", "expense_ranges.csv"}
    space: dict[str, object] = {}
    exec(block("accounting.md", "python", 1), space)
    assert space["forecast"].structure == "milestone refresh"  # type: ignore[attr-defined]


def test_options_of_the_other_form_are_refused(awards: Path) -> None:
    done = CliRunner().invoke(app, ["expense", str(awards), "--paths", "64", "--structure", "hybrid"])
    assert done.exit_code == 2
    assert "--paths: means nothing for a file of awards" in done.output and "--structure" in done.output
    done = CliRunner().invoke(app, ["expense", str(EXAMPLE), "--every-month"])
    assert done.exit_code == 2 and "--every-month: means nothing for a scenario" in done.output
    done = CliRunner().invoke(app, ["expense", str(EXAMPLE), "--structure", "nobody", "--paths", "64"])
    assert done.exit_code == 2 and "'nobody' is no structure of this scenario" in done.output


def test_a_file_of_awards_as_json_ties_out_to_the_cent(awards: Path) -> None:
    data = json.loads(CliRunner().invoke(app, ["expense", str(awards), "--json", "-"]).output)
    assert data["total_cents"] == sum(row["cents"] for row in data["months"]) == 21_090_000
    assert sum(line["debit_cents"] for line in data["journal"]) == sum(line["credit_cents"] for line in data["journal"])
    assert sum(row["cents"] for row in data["quarters"] if row["line"] == "cost of revenue") == 930_000
    assert data["months"][0]["month"] == "2025-03-01" and data["fiscal_start"] == 2


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
