"""POST /v1/letters: an offer and a candidate in, the letter out."""

from fastapi import APIRouter, Request, Response

from .answering import answer, read
from .documented import BINARY, example, posting
from .jobs import letter
from .shapes import LetterRequest, check_structure
from .work import Job

router = APIRouter()
SCENARIO = example("series_c.toml")
EXAMPLE = {"scenario": SCENARIO, "structure": SCENARIO["offers"][0]["name"], "candidate": example("candidates/candidate.toml")}


@router.post("/v1/letters", **posting(LetterRequest, EXAMPLE, {"application/pdf": BINARY}, 409, notes=True))
async def make_letter(request: Request) -> Response:
    """The offer letter of one candidate. 409 if the company's policy or the law of the place forbids it."""
    asked = await read(request, LetterRequest)
    check_structure(asked.scenario, asked.structure)
    return await answer(request, Job("letter", letter, (asked.scenario, asked.structure, asked.candidate)), "application/pdf", "letter.pdf")
