"""POST /v1/comparisons: a scenario in, what was found out."""

from fastapi import APIRouter, Request, Response

from .answering import answer, read, service_of
from .documented import example, posting, reference
from .estimate import check_work
from .format_one import ComparisonForm
from .jobs import comparison
from .shapes import ComparisonRequest
from .work import Job

router = APIRouter()
EXAMPLE = {"scenario": example(), "paths": 512}


@router.post("/v1/comparisons", **posting(ComparisonRequest, EXAMPLE, {"application/json": reference(ComparisonForm)}))
async def compare_structures(request: Request) -> Response:
    """Compare the structures of a scenario: the same JSON as `compdesign compare --json`."""
    asked = await read(request, ComparisonRequest)
    check_work(asked.scenario, asked.paths, service_of(request).settings)
    return await answer(
        request, Job("comparison", comparison, (asked.scenario, asked.paths, asked.seed), has_side_runs=True), "application/json"
    )
