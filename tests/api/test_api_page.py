"""docs/api.md: its commands make requests that the server takes, its limits are the server's."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from compdesign.api.running import GRACE_SECONDS
from compdesign.api.settings import MIB, Settings

from tests.api.serving import ROOT, Served

PAGE = (ROOT / "docs/api.md").read_text()
CURLS = {name: line for line in re.findall(r"^curl .*$", PAGE, re.M) for name in re.findall(r"/v1/([a-z-]+)", line)}


def test_every_route_has_its_line(server: Served) -> None:
    with server.client() as client:
        paths = set(client.get("/openapi.json").json()["paths"])
    assert {f"/v1/{name}" for name in CURLS} == {path for path in paths if path.startswith("/v1/")}
    assert all(path in PAGE for path in paths)


@pytest.mark.parametrize("name", ["letters", "schema"])  # the others simulate the demo, which takes longer than a test should
def test_the_commands_run(server: Served, tmp_path: Path, name: str) -> None:
    (tmp_path / "compdesign").symlink_to(ROOT / "compdesign")
    (code,) = re.findall(r"^python -c '\n(.*?)'$", PAGE, re.M | re.S)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert len(list(tmp_path.glob("*.json"))) == 4
    done = subprocess.run(
        CURLS[name].replace("http://127.0.0.1:8000", server.url), shell=True, cwd=tmp_path, capture_output=True, check=True
    )
    made = (tmp_path / "letter.pdf").read_bytes() if name == "letters" else done.stdout
    assert made.startswith(b"%PDF-" if name == "letters" else b"{")


def test_its_limits_are_the_servers() -> None:
    settings = Settings()
    for said in (
        f"{settings.body_bytes // MIB} MiB",
        f"longer than {settings.body_seconds:g} seconds",
        f"within {settings.message_seconds:g} s of its first",
        f"{settings.job_seconds} s of wall",
        f"{settings.render_seconds} s for laying",
        f"{settings.memory_bytes // (1024 * MIB)} GiB of address space",
        f"{settings.queue} jobs in all, {settings.client_jobs} of one client, {settings.queue_seconds:g} s",
        f"{settings.faults} in hand",
        f"until it has {settings.calm} again",
        f"about {settings.hire_months / 1e8:g}e8 simulated hire-months",
        f"{settings.simulation_bytes // MIB:,} MiB",
        f"gives what runs {GRACE_SECONDS} seconds",
    ):
        assert said in PAGE, said
