"""The work behind each POST route, run in a child: plain inputs in, the answer's bytes and headers out. beside: the
companion of this child, if it has one.
"""

import json
from typing import Any

from compdesign import __version__
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario

from .child import Made, rendering
from .companion import Beside

HASH, SEED, VERSION, NOTES = "Compdesign-Scenario-Hash", "Compdesign-Seed", "Compdesign-Engine-Version", "Compdesign-Notes"


def comparison(scenario: Scenario, paths: int | None, seed: int | None, beside: Beside | None = None) -> Made:
    """The comparison as the JSON of `compdesign compare --json`."""
    from compdesign.reports.json_form import as_data

    found = _compared(scenario, paths, seed, beside)
    return json.dumps(as_data(found), ensure_ascii=False, allow_nan=False).encode(), _headers(found)


def report(scenario: Scenario, paths: int | None, seed: int | None, form: str, beside: Beside | None = None) -> Made:
    """The report as HTML or PDF."""
    from compdesign.metrics.monthly import monthly
    from compdesign.reports.report import report_html, report_pdf

    found = _compared(scenario, paths, seed, beside)
    months = monthly(found.scenario, found.paths)
    rendering()
    return report_html(found, months).encode() if form == "html" else report_pdf(found, months), _headers(found)


def board_export(
    scenario: Scenario, paths: int | None, seed: int | None, structure: str | None, form: str, beside: Beside | None = None
) -> Made:
    """The board's view of one structure as a spreadsheet, slides or pages."""
    from compdesign.metrics.monthly import monthly
    from compdesign.reports import board_pdf, board_pptx, board_xlsx
    from compdesign.reports.board_view import best_structure, board_view, structure_index

    found = _compared(scenario, paths, seed, beside)
    proposed = best_structure(found) if structure is None else structure
    chosen = tuple(dict.fromkeys((0, structure_index(found, proposed))))
    view = board_view(found, monthly(found.scenario, found.paths, structures=chosen), proposed)
    rendering()
    made = {"xlsx": board_xlsx.as_xlsx, "pptx": board_pptx.as_pptx, "pdf": board_pdf.as_pdf}[form](view)
    return made, _headers(found)


def letter(scenario: Scenario, structure: str, candidate: Packet) -> Made:
    """An offer letter as PDF; what its sender must know goes into a header, as JSON in ASCII."""
    from compdesign.metrics.comparison import scenario_hash
    from compdesign.reports.letter import letter as make

    rendering()
    made = make(scenario, structure, candidate)
    headers = {HASH: scenario_hash(scenario), SEED: str(scenario.seed), VERSION: __version__, NOTES: json.dumps(made.notes)}
    return made.content, headers


def _compared(scenario: Scenario, paths: int | None, seed: int | None, beside: Beside | None) -> Any:
    from compdesign.metrics.comparison import compare

    return compare(scenario, paths, seed=seed, beside=beside)


def _headers(found: Any) -> dict[str, str]:
    return {
        HASH: found.scenario_hash,
        SEED: str(found.seed),
        VERSION: found.version,
    }
