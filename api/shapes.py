"""What each POST route takes, and how a body becomes one of these or a list of faults."""

from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from compdesign.inputs.base import Model, Name, given, setting
from compdesign.inputs.faults import problems_of
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario

from .entries import entries_of, keys_of
from .lengths import too_long
from .problems import ApiProblem, Entry

MOST_PATHS = 100_000

Paths = Annotated[int, Field(ge=2, le=MOST_PATHS, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
Posed = Annotated[Scenario, Field(description="The scenario, as GET /v1/schema describes it")]


class ComparisonRequest(Model):
    """A scenario to compare."""

    scenario: Posed
    paths: Paths | None = setting(None, "Simulated futures; the scenario's if absent", "paths")
    seed: Seed | None = setting(None, "Seed instead of the scenario's", "integer")


class ReportRequest(ComparisonRequest):
    """A scenario to report on."""

    format: Literal["html", "pdf"] = setting("pdf", "Form of the report", "choice")


class LetterRequest(Model):
    """An offer of a scenario, and the candidate it is made to."""

    scenario: Posed
    structure: Name = given("Name of the structure that is offered", "text")
    candidate: Annotated[Packet, Field(description="The candidate's file")]


class BoardExportRequest(ComparisonRequest):
    """A scenario to show to a board."""

    structure: Name | None = setting(None, "The proposed structure; the one the comparison finds best if absent", "text")
    format: Literal["xlsx", "pptx", "pdf"] = setting("pdf", "Form of the export", "choice")


SHAPES: tuple[type[Model], ...] = (ComparisonRequest, ReportRequest, LetterRequest, BoardExportRequest)
Shape = TypeVar("Shape", bound=Model)


@cache
def schema_of(shape: type[Model]) -> dict[str, Any]:
    """The JSON Schema of a shape."""
    return shape.model_json_schema()


def names() -> frozenset[str]:
    """Every key of every shape."""
    return frozenset(key for shape in SHAPES for key in keys_of(schema_of(shape)))


def shaped(shape: type[Shape], body: Any) -> Shape:
    """The body as one of these shapes; ApiProblem 422 with every fault at its pointer."""
    if entries := too_long(body, schema_of(shape)):
        raise invalid(entries)
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        raise invalid(entries_of(problems_of(error), body, schema_of(shape))) from None


def check_structure(scenario: Scenario, structure: str | None) -> None:
    """ApiProblem 422 for a structure that the scenario does not have."""
    if structure is not None and structure not in [offer.name for offer in scenario.offers]:
        rule = "the name of one of /scenario/offers"
        raise invalid([Entry("/structure", f"text of {len(structure)} characters", rule, "write it as the offer does")])


def invalid(entries: Any) -> ApiProblem:
    """A body that was read and cannot be used."""
    return ApiProblem(422, "invalid-input", "The input cannot be used", "each entry of errors names one fault", entries)
