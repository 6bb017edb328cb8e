"""`compdesign waterfall` and its page as a user meets them."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from compdesign.cli.app import app
from compdesign.inputs.scenario import Scenario
from compdesign.inputs.toml_file import read_toml
from compdesign.simulation.share_classes import class_names

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "waterfall.md").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).with_name("compdesign")
STACK, HOLDINGS, IN_A_SCENARIO = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


def run(folder: Path, *arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), "waterfall", *map(str, arguments)], cwd=folder, input=stdin, capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stack.toml").write_text(STACK, encoding="utf-8")
    return tmp_path


def test_the_commands_of_the_page_run_and_write_their_files(folder: Path) -> None:
    (shell,) = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
    for line in shell.splitlines():
        done = run(folder, *line.split()[2:])
        assert done.returncode == 0, done.stderr
        assert "conversion of Series A" in done.stdout and "Price of a common share" in done.stdout
    assert (folder / "exits.svg").read_text().lstrip().startswith("<?xml")
    proceeds = pd.read_csv(folder / "exits" / "proceeds.csv")
    paid = proceeds.drop(columns=["exit_value", "common_price"]).sum(axis=1)
    assert paid.tolist() == pytest.approx([10e6, 50e6])
    # At $50M: fees 1, debt 2, carve-out 5 % of 47; SAFE 2, Series B 30, Series A 8; the rest by 8M and 4M shares, p < 0.50.
    rest = 50e6 - 1e6 - 2e6 - 0.05 * 47e6 - 40e6
    assert proceeds["Series A"][1] == pytest.approx(8e6 + rest / 3) and proceeds["common"][1] == pytest.approx(rest * 2 / 3)
    sharing = pd.read_csv(folder / "exits" / "breakpoints.csv").drop(columns=["exit_value", "distributable", "common_price", "event"])
    assert sharing.sum(axis=1).tolist() == pytest.approx([1.0] * len(sharing))


def test_the_chart_is_the_same_file_every_time(folder: Path) -> None:
    for name in ("a.svg", "b.svg"):
        assert run(folder, "stack.toml", "--exit", "5M", "--chart", name).returncode == 0
    assert (folder / "a.svg").read_bytes() == (folder / "b.svg").read_bytes()


def test_standard_input_is_read(folder: Path) -> None:
    assert run(folder, "-", "--exit", "10M", stdin=STACK).stdout == run(folder, "stack.toml", "--exit", "10_000_000").stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('invested = "30M"', 'invested = "30 million"', 'preferred[1].invested: "30 million" is no amount of money'),
        ("cap_multiple = 3", "", "Series A.cap_multiple: goes with capped participation"),
        ("cap_multiple = 3", "cap_multiple = 0.5", "the cap includes the preference; raise it"),
        ("strike = 0.50", "strick = 0.50", "options[0].strick: is no known key; did you mean strike?"),
        ('name = "Series B"', 'name = "Series A"', "stack: 'Series A' names two holders"),
        ('cap = "60M"', 'cap = "2M"', "convertibles: post-money SAFEs own 100 %; raise a cap"),
    ],
)
def test_a_fault_is_told_at_its_key(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "stack.toml").write_text(STACK.replace(old, new), encoding="utf-8")
    done = CliRunner().invoke(app, ["waterfall", str(folder / "stack.toml"), "--exit", "10M"])
    assert done.exit_code == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("exits", ["", "ten", "-5", "nan", "1e400"])
def test_an_exit_value_that_is_none_is_refused(folder: Path, exits: str) -> None:
    done = CliRunner().invoke(app, ["waterfall", str(folder / "stack.toml"), f"--exit={exits}"])
    assert done.exit_code == 2 and done.stderr.startswith("--exit: ") and not done.stdout


def test_the_python_of_the_page_runs(tmp_path: Path) -> None:
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.S):
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and done.stdout, done.stderr


def test_the_stack_in_a_scenario_on_the_page_is_one() -> None:
    """In place of an example's one class: $8M preferred to A, and 8M + 4M + 0.9M + 1M shares."""
    data, typed = read_toml(ROOT / "compdesign" / "examples" / "no_effect.toml"), tomllib.loads(IN_A_SCENARIO)["company"]
    data["company"] |= typed
    company = Scenario.parse(data).company
    assert company.has_stack and class_names(company) == ("Series A", "Series B")
    assert (company.capitalization.preference, company.capitalization.fully_diluted) == (8_000_000, 13_900_000)


def test_the_holdings_of_the_page_add_a_table_by_holder(folder: Path) -> None:
    """Of 4M Series A shares 1M are Fund A's: a quarter of $9.55M at $50M."""
    currency, holdings = HOLDINGS.split("\n\n", 1)
    (folder / "stack.toml").write_text(f"{currency}\n{STACK}\n{holdings}", encoding="utf-8")
    out = run(folder, "stack.toml", "--exit", "50M", "--csv", "exits").stdout
    assert re.search(r"Fund A +\$2,387,500\n", out) and re.search(r"Series A: holders not listed +\$7,162,500\n", out)
    held = pd.read_csv(folder / "exits" / "holders.csv")
    assert held.drop(columns=["exit_value"]).sum(axis=1).tolist() == pytest.approx([50e6])
