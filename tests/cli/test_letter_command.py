"""`compdesign letter` as a recruiter meets it."""

from pathlib import Path

import pytest

from tests.cli.test_commands import EXAMPLES, run

CANDIDATE = EXAMPLES / "candidates" / "candidate.toml"


def make(out: Path | str, scenario: Path = EXAMPLES / "series_c.toml", structure: str = "milestone refresh", candidate: Path = CANDIDATE):  # type: ignore[no-untyped-def]
    return run("letter", scenario, "--structure", structure, "--candidate", candidate, "--out", out)


def test_it_writes_the_same_file_each_time_and_says_what_counsel_must_do(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        done = make(tmp_path / name)
        assert (done.returncode, done.stdout) == (0, "")
        assert "not reviewed by your counsel" in done.stderr
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("passed = true", "passed = false"), 1, "screen: the company makes no offer without a passed screen"),
        (('"US-CA"', '"UK"'), 1, "jurisdiction: 'UK' is not covered"),
        (("exempt = true", "exempt = true\nsalary_history = 1"), 2, "salary_history: is no known key"),
        (("exempt = true", ""), 2, "exempt: is missing"),
    ],
)
def test_refusals_leave_no_file(change: tuple[str, str], code: int, said: str, tmp_path: Path) -> None:
    file = tmp_path / "candidate.toml"
    file.write_text(CANDIDATE.read_text().replace(*change))
    done = make(tmp_path / "out.pdf", candidate=file)
    assert done.returncode == code
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["candidate.toml"]


def test_unknown_structure_missing_employer_and_missing_file(tmp_path: Path) -> None:
    assert make(tmp_path / "o.pdf", structure="nobody").returncode == 2
    done = make(tmp_path / "o.pdf", scenario=EXAMPLES / "no_effect.toml")
    assert (done.returncode, "[employer]" in done.stderr) == (2, False) or "add the table [employer]" in done.stderr
    assert make(tmp_path / "o.pdf", candidate=tmp_path / "none.toml").returncode == 2
    assert not list(tmp_path.iterdir())


def test_examples_print_a_candidate() -> None:
    assert run("examples", "candidate").stdout == CANDIDATE.read_text()
    assert run("examples").stdout.split() == ["no_effect", "notebook_engineer", "series_c"]
    assert '"title": "Packet"' in run("schema", "candidate").stdout
