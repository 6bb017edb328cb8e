"""The work behind each POST route, run in a child: plain inputs in, the answer's bytes and headers out."""

import json
from typing import Any

from compdesign.inputs.scenario import Scenario

from .child import rendering

Made = tuple[bytes, dict[str, str]]


def comparison(scenario: Scenario, paths: int | None, seed: int | None) -> Made:
    """The comparison as the JSON of `compdesign compare --json`."""
    from compdesign.reports.json_form import as_data

    found = _compared(scenario, paths, seed)
    return json.dumps(as_data(found), ensure_ascii=False, allow_nan=False).encode(), _headers(found)


def _compared(scenario: Scenario, paths: int | None, seed: int | None) -> Any:
    from compdesign.metrics.comparison import compare

    return compare(scenario, paths, seed=seed)


def _headers(found: Any) -> dict[str, str]:
    return {
        "Compdesign-Scenario-Hash": found.scenario_hash,
        "Compdesign-Seed": str(found.seed),
        "Compdesign-Engine-Version": found.version,
    }
