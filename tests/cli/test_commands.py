"""The command line as a user meets it: output, exit codes, files."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from compdesign.reports.files import write_whole

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
COMMAND = Path(sys.executable).with_name("compdesign")


def run(*arguments: object, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *map(str, arguments)],
        input=stdin.decode("utf-8", "surrogateescape") if stdin else None,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("out")
    done = run("compare", EXAMPLES / "no_effect.toml", "--paths", 256, "-w", 1, "--json", folder / "c.json", "--csv", folder / "csv")
    return done, folder


def test_compare_opens_with_the_verdict_and_writes_whole_files(compared: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = compared
    assert done.returncode == 0
    assert done.stderr == ""  # no progress bar where standard error is no terminal
    lines = done.stdout.splitlines()
    assert lines[1].startswith("Null ranking, every link from pay or process to behaviour at zero")  # before any verdict
    opening = "Over 256 futures 'milestone refresh' has the lowest present cost"
    assert next(line for line in lines if line.startswith("Over ")).startswith(opening)
    for heading in ("Decide by", "Null ranking", "Equal terms", "Break-evens", "paid in cash"):
        assert heading in done.stdout
    data = json.loads((folder / "c.json").read_text(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert data["paths"] == 256
    assert data["structures"] == ["cash", "milestone refresh"]
    assert not list(folder.glob(".*"))  # no temporary file is left
    frame = pd.read_csv(folder / "csv" / "metrics.csv")
    assert {"metric", "structure", "value", "se", "difference_label"} <= set(frame.columns)


def test_without_links_structures_differ_only_by_what_they_pay(compared: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    data = json.loads((compared[1] / "c.json").read_text())
    label = {key: row["values"]["milestone refresh"]["difference"]["label"] for key, row in data["metrics"].items()}
    for key in (
        "filled_months",
        "qualifying",
        "verified",
        "hires",
        "left",
        "retained_12",
        "ga_first",
        "margin_cash",
        "production_p50",
        "no_release_60",
    ):
        assert label[key] == "identical", key
    for key in ("pay", "present_cost", "dilution"):
        assert label[key] == "material", key


def test_workers_and_printing_change_no_digit(tmp_path: Path) -> None:
    outputs = []
    for workers in (1, 2):
        run("compare", EXAMPLES / "no_effect.toml", "--paths", 4200, "-w", workers, "--json", tmp_path / f"{workers}.json", "-q")
        outputs.append((tmp_path / f"{workers}.json").read_bytes())
    assert outputs[0] == outputs[1]


def test_standard_input_and_output() -> None:
    done = run("compare", "-", "--paths", 64, "-w", 1, "--json", "-", stdin=(EXAMPLES / "no_effect.toml").read_bytes())
    assert done.returncode == 0
    assert json.loads(done.stdout)["paths"] == 64


def test_precision_says_how_many_paths_it_took() -> None:
    done = run("compare", EXAMPLES / "no_effect.toml", "--precision", "3%", "-w", 1)
    assert done.returncode == 0
    assert "after 16,384 paths (asked for 3 %)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--paths", 1], "--paths: 1 is outside the range; ask for 2 to 5,000,000"),
        (["--paths", 10**12], "--paths: 1,000,000,000,000 is outside the range; ask for 2 to 5,000,000"),
        (["--precision", "x"], "--precision: 'x' is no usable share; give 0.01% to 50%, e.g. 0.5%"),
        (["--precision", "1%", "--paths", 100], "--precision: given together with --paths; give one of them"),
        (["--workers", 0], "--workers: 0 is outside the range; give 1 to 256"),
        (["--seed", -1], "--seed: -1 is outside the range; give a whole number from 0 to 2^63 - 1"),
    ],
)
def test_wrong_options_get_one_message_and_exit_2(arguments: list[object], message: str, tmp_path: Path) -> None:
    done = run("compare", EXAMPLES / "no_effect.toml", *arguments, "--json", tmp_path / "out.json")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", message)
    assert not list(tmp_path.iterdir())


def test_faults_of_a_scenario_come_one_a_line_without_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text((EXAMPLES / "no_effect.toml").read_text().replace('cash = "60M"', "cash = -1").replace("months = 36", "months = 0"))
    done = run("compare", broken, "--json", tmp_path / "out.json")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "months: 0 is below the range; give 1 to 120",
        "company.cash: -1 is below the range; give at least 0",
    ]
    assert not (tmp_path / "out.json").exists()


def test_files_that_are_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    for path, said in (
        (tmp_path / "none.toml", "no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "binary.toml", "is no text; a scenario is a TOML text file"),
    ):
        done = run("check", path)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--json", "--csv", "--report"])
def test_what_cannot_be_written_is_found_before_the_run_and_named(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / ("out.html" if option == "--report" else "out")
    done = run("compare", EXAMPLES / "series_c.toml", "--paths", 5_000_000, "-w", 1, option, target)  # hours, if it ran
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{target}: Not a directory; check the path, its permissions and the space left\n"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_no_target_for_a_file(tmp_path: Path) -> None:
    done = run("compare", EXAMPLES / "no_effect.toml", "--paths", 64, "-w", 1, "--json", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path}: Is a directory")


def test_a_target_that_fails_after_all_is_named_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.json"
    monkeypatch.setattr("os.fsync", _full)
    with pytest.raises(OSError, match="No space left") as raised:
        write_whole(target, "text")
    assert raised.value.filename == str(target)
    assert not list(tmp_path.iterdir())


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_files_are_written_whole_when_the_reader_of_the_table_has_gone(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [str(COMMAND), "compare", str(EXAMPLES / "no_effect.toml"), "-n", "64", "-w", "1", "--json", str(tmp_path / "o.json")]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert json.loads((tmp_path / "o.json").read_text())["paths"] == 64


def test_a_closed_standard_output_is_no_fault(tmp_path: Path) -> None:
    arguments = f"compare {EXAMPLES / 'no_effect.toml'} -n 64 -w 2 --json {tmp_path / 'o.json'}"
    done = subprocess.run(f"{COMMAND} {arguments} >&-", shell=True, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "o.json").read_text())["paths"] == 64


def test_check_lists_assumptions_with_sources() -> None:
    done = run("check", EXAMPLES / "series_c.toml")
    assert done.returncode == 0
    assert "hiring.time_to_fill_days = 105 days [secondary, 2024-12-31]" in done.stdout
    assert "links.handcuff = 0.25" in done.stdout


def test_explain_tells_one_future_of_each_structure() -> None:
    done = run("explain", EXAMPLES / "series_c.toml", "--path", 3)
    assert done.returncode == 0
    for name in ("match hyperscaler cash", "market cash + time-vested equity", "milestone refresh", "hybrid"):
        assert f"{name}: path 3" in done.stdout
    assert run("explain", EXAMPLES / "series_c.toml", "--structure", "nobody").returncode == 2


def test_schema_is_json_and_examples_print() -> None:
    assert json.loads(run("schema").stdout)["title"] == "Scenario"
    assert run("examples").stdout.split() == ["no_effect", "notebook_engineer", "series_c"]
    assert run("examples", "no_effect").stdout == (EXAMPLES / "no_effect.toml").read_text()
    assert run("examples", "nothing").returncode == 2


def test_the_notebook_engineer_costs_what_the_essay_says(tmp_path: Path) -> None:
    done = run("compare", EXAMPLES / "notebook_engineer.toml", "--paths", 512, "-w", 1, "--json", tmp_path / "n.json")
    metrics = json.loads((tmp_path / "n.json").read_text())["metrics"]
    first = "as before: look at month nine"
    assert metrics["cost_of_one_failure"]["values"][first]["value"] == pytest.approx(285_000, abs=0.01)
    itemised = {"pay": 150_000, "load": 30_000 + 20_000 / 6, "recruiting": 40_000, "compute": 45_000, "severance": 200_000 / 12}
    for item, dollars in itemised.items():
        assert metrics[f"one_failure_{item}"]["values"][first]["value"] == pytest.approx(dollars, rel=1e-9), item
        assert f"of one failed hire: {item}" in done.stdout
    for name in metrics["cost_of_one_failure"]["values"]:
        parts = [row["values"][name]["value"] for key, row in metrics.items() if key.startswith("one_failure_")]
        assert sum(parts) == pytest.approx(metrics["cost_of_one_failure"]["values"][name]["value"], rel=1e-12)
    comment = (EXAMPLES / "notebook_engineer.toml").read_text().partition("\n\ntitle")[0]
    stated = [int(found.replace(",", "")) for found in re.findall(r"\$ ?([\d,]+)\n", comment)]
    assert sum(stated[:-1]) == stated[-1] == 285_000
    assert stated[:-1] == [round(dollars) for dollars in itemised.values()]
