"""What the tests of the letter share: the shipped example with changes, a letter's text."""

from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.inputs.toml_file import read_toml

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
SCENARIO = read_toml(EXAMPLES / "series_c.toml")
CANDIDATE = read_toml(EXAMPLES / "candidates" / "candidate.toml")
BASE = {"name": "offer", "base": 220_000}


def scenario(offer: dict[str, Any] | None = None, employer: dict[str, Any] | None = None, **top: Any) -> Scenario:
    """The Series C example; with an offer, that one alone."""
    data = {**deepcopy(SCENARIO), **top}
    if offer is not None:
        data["offers"] = [{**BASE, **offer}]
    data["employer"] = {**data["employer"], **(employer or {})}
    return Scenario.parse(data)


def packet(**changes: Any) -> Packet:
    """The example candidate with changes."""
    return Packet.parse({**deepcopy(CANDIDATE), **changes})


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def words(content: bytes) -> str:
    """The text of a PDF, without line breaks."""
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())
