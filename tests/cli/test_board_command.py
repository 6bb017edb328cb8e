"""`compdesign board` as a user meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("compdesign")
NO_EFFECT = Path(__file__).parents[2] / "compdesign" / "examples" / "no_effect.toml"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), "board", *map(str, arguments)], capture_output=True, text=True, env=os.environ, timeout=300, check=False
    )


def test_writes_the_structure_the_verdict_names(tmp_path: Path) -> None:
    done = run(NO_EFFECT, "--out", tmp_path / "burn.xlsx", "-n", 64, "-w", 1)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "board view of 'milestone refresh', 64 futures" in done.stderr
    assert (tmp_path / "burn.xlsx").read_bytes()[:2] == b"PK"
    assert [each.name for each in tmp_path.iterdir()] == ["burn.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "burn.docx"], "--out: 'burn.docx' ends in none of .xlsx, .pptx, .pdf; name a file such as burn.xlsx"),
        (["--out", "burn"], "--out: 'burn' ends in none of .xlsx, .pptx, .pdf; name a file such as burn.xlsx"),
        (
            ["--out", "b.pdf", "--structure", "nobody"],
            "--structure: 'nobody' is no structure of this scenario; use one of cash, milestone refresh",
        ),
    ],
)
def test_one_clear_message_and_no_file(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(COMMAND), "board", str(NO_EFFECT), *arguments], capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == message
    assert list(tmp_path.iterdir()) == []
