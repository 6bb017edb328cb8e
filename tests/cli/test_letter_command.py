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
    assert (done.returncode, '[employer]\nlegal_name = "Example, Inc."' in done.stderr) == (2, True)
    assert make(tmp_path / "o.pdf", candidate=tmp_path / "none.toml").returncode == 2
    assert not list(tmp_path.iterdir())


def test_a_pdf_is_not_written_under_another_kinds_name(tmp_path: Path) -> None:
    done = make(tmp_path / "letter.html")
    assert (done.returncode, done.stderr) == (2, "--out: 'letter.html' is no name of a PDF; end the file's name in .pdf\n")
    assert not list(tmp_path.iterdir())


def test_examples_print_a_candidate() -> None:
    assert run("examples", "candidate").stdout == CANDIDATE.read_text()
    assert run("examples").stdout.split() == ["no_effect", "notebook_engineer", "series_c"]
    assert '"title": "Packet"' in run("schema", "candidate").stdout


def test_a_candidate_on_standard_input(tmp_path: Path) -> None:
    arguments = ("letter", EXAMPLES / "series_c.toml", "--structure", "hybrid", "--candidate", "-", "--out", tmp_path / "o.pdf")
    assert run(*arguments, stdin=CANDIDATE.read_bytes()).returncode == 0
    assert (tmp_path / "o.pdf").read_bytes().startswith(b"%PDF")
    done = run("letter", "-", "--structure", "hybrid", "--candidate", "-", "--out", tmp_path / "p.pdf", stdin=b"")
    assert (done.returncode, "scenario and candidate cannot both be standard input" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe", "a candidate file is a TOML text file"),
        (b"x" * (1 << 20) + b"xx", "a candidate file is a few kilobytes of TOML"),
        (b"nobody = 1", "name: is missing; add it: Name of the candidate"),
    ],
)
def test_faults_speak_of_a_candidate_file(text: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "candidate.toml"
    file.write_bytes(text)
    done = make(tmp_path / "o.pdf", candidate=file)
    assert done.returncode == 2
    assert said in done.stderr and "scenario" not in done.stderr


def test_missing_candidate_files_point_to_the_example(tmp_path: Path) -> None:
    assert "`compdesign examples candidate` prints one" in make(tmp_path / "o.pdf", candidate=tmp_path / "none.toml").stderr
    assert "is a folder; name a candidate file in it" in make(tmp_path / "o.pdf", candidate=tmp_path).stderr
