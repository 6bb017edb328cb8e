"""Every command and every line of Python in the README runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line.split("  #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("compdesign")
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "compdesign").symlink_to(ROOT / "compdesign")
    (tmp_path / "build").mkdir()
    return tmp_path


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) >= 6


def test_commands_run(checkout: Path) -> None:
    for command in COMMANDS:  # in order: later ones use what earlier ones wrote
        done = subprocess.run(
            command.replace("compdesign ", f"{Path(sys.executable).with_name('compdesign')} ", 1),
            shell=True,
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_python_runs(checkout: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_two_commands_exist() -> None:
    dev = (ROOT / "dev").read_text()
    for verb in re.findall(r"^\./dev (\w+)", README, re.M):
        assert re.search(rf"^    {verb}\)", dev, re.M), verb
