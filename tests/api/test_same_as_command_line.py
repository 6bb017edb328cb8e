"""POST /v1/comparisons gives what `compdesign compare --json` writes: the same keys in the same order, the same digits."""

import json
import subprocess
import sys

import pytest
from compdesign.api.documented import example

from tests.api.serving import ROOT, Served


@pytest.mark.parametrize("name", ["no_effect", "notebook_engineer", "series_c"])
def test_the_json_of_the_command_line(server: Served, name: str) -> None:
    options = [f"compdesign/examples/{name}.toml", "--paths", "16", "--seed", "5", "--json", "-", "--quiet"]
    command = [sys.executable, "-c", "from compdesign.cli import main; main()", "compare", *options]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with server.client() as client:
        answer = client.post("/v1/comparisons", json={"scenario": example(f"{name}.toml"), "paths": 16, "seed": 5})
    on_one_line = json.dumps(json.loads(written), ensure_ascii=False).encode()
    assert answer.status_code == 200 and answer.content == on_one_line
    assert len(answer.content) > 10_000
