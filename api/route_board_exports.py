"""POST /v1/board-exports: a scenario in, the board's view of compensation burn out."""

from fastapi import APIRouter, Request, Response

from .answering import answer, read, service_of
from .documented import BINARY, example, posting
from .estimate import check_work
from .jobs import board_export
from .shapes import BoardExportRequest, check_structure
from .work import Job

router = APIRouter()
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
}
EXAMPLE = {"scenario": example(), "paths": 512, "structure": "milestone refresh", "format": "xlsx"}


@router.post("/v1/board-exports", **posting(BoardExportRequest, EXAMPLE, dict.fromkeys(MEDIA_TYPES.values(), BINARY)))
async def export_for_board(request: Request) -> Response:
    """One structure for the board: spreadsheet, slides or pages."""
    asked = await read(request, BoardExportRequest)
    check_structure(asked.scenario, asked.structure)
    check_work(asked.scenario, asked.paths, service_of(request).settings, main_runs=2)
    job = Job("board-export", board_export, (asked.scenario, asked.paths, asked.seed, asked.structure, asked.format), has_side_runs=True)
    return await answer(request, job, MEDIA_TYPES[asked.format], f"board.{asked.format}")
