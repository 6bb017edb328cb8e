"""POST /v1/reports: a scenario in, the report out."""

from fastapi import APIRouter, Request, Response

from .answering import answer, read, service_of
from .documented import BINARY, example, posting
from .estimate import check_work
from .jobs import report
from .shapes import ReportRequest
from .work import Job

router = APIRouter()
MEDIA_TYPES = {"html": "text/html", "pdf": "application/pdf"}
EXAMPLE = {"scenario": example(), "paths": 512, "format": "html"}
ANSWERS = {"text/html": {"type": "string"}, "application/pdf": BINARY}


@router.post("/v1/reports", **posting(ReportRequest, EXAMPLE, ANSWERS))
async def make_report(request: Request) -> Response:
    """The comparison as a report for the chief executive: one self-contained page, or the same as PDF."""
    asked = await read(request, ReportRequest)
    check_work(asked.scenario, asked.paths, service_of(request).settings, main_runs=2)
    job = Job("report", report, (asked.scenario, asked.paths, asked.seed, asked.format), has_side_runs=True)
    return await answer(request, job, MEDIA_TYPES[asked.format], f"report.{asked.format}")
