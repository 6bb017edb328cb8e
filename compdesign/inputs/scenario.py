"""The scenario: everything one comparison needs, in one frozen object."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.base import Name, Number, given, setting, sourced
from compdesign.inputs.candidate import Candidate, Links, Materiality
from compdesign.inputs.company import Company
from compdesign.inputs.consistency import inconsistencies
from compdesign.inputs.document import Document
from compdesign.inputs.employer import Employer
from compdesign.inputs.engineer import Departure, Deployment, NotebookType, ProductionType
from compdesign.inputs.hiring import DAY_60, Checkpoint, Hiring
from compdesign.inputs.offers import Offer
from compdesign.inputs.package_reference import with_package_read
from compdesign.inputs.toml_file import read_toml
from compdesign.inputs.unknown import UNKNOWN

MAXIMUM_PATHS = 5_000_000


class Scenario(Document):
    """A company, a labour market, and the offer structures to compare."""

    title: Name = given("Title of the scenario", "text")
    as_of: date = given("Date from which months are counted", "date")
    months: Annotated[int, Field(ge=1, le=120, strict=True)] = setting(48, "T: months simulated", "months")
    paths: Annotated[int, Field(ge=2, le=MAXIMUM_PATHS, strict=True)] = setting(10_000, "Simulated futures", "paths")
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = setting(1, "Seed of every random stream", "integer")
    discount_rate: Number = sourced("discount_rate")
    company: Company = Field(description="The company that pays")
    hiring: Hiring = Field(description="How seats are filled")
    production: ProductionType = Field(default=ProductionType(), description="The production-minded engineer")
    notebook: NotebookType = Field(default=NotebookType(), description="The notebook engineer")
    deployment: Deployment = Field(default=Deployment(), description="From build to qualifying deployment")
    departure: Departure = Field(default=Departure(), description="Leaving")
    checkpoints: tuple[Checkpoint, ...] = Field(
        default=(DAY_60,), max_length=6, description="Looks at a new hire; default: diagnose at day 60"
    )
    candidate: Candidate = Field(description="The person who decides")
    links: Links = Field(default=Links(), description="Causal links from pay or process to behaviour, all zero by default")
    materiality: Materiality = Field(default=Materiality(), description="What difference matters to this company")
    employer: Employer | None = Field(default=None, description="What offer letters say; the simulation does not read it")
    offers: Annotated[tuple[Offer, ...], Field(min_length=1, max_length=12)] = Field(
        description="Offer structures; the first is the reference"
    )

    def faults_between(self) -> Iterator[Problem]:
        """What is wrong only in combination, every fault at its own key."""
        yield from inconsistencies(self)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a scenario from a TOML file, and the cap-table package it names; raise ScenarioError saying what, where and what to do."""
        data = read_toml(Path(path))
        try:
            complete = with_package_read(data, Path(path).parent)
        except ScenarioError as error:
            raise ScenarioError([*error.problems, *_beside(cls, data, error)]) from None
        return cls.parse(complete)

    def links_on(self) -> Iterator[str]:
        """Names of the links that are not zero: the user's own statements."""
        return (name for name in Links.model_fields if getattr(self.links, name) != 0)


def _beside(cls: type[Scenario], data: dict[str, Any], error: ScenarioError) -> Iterator[Problem]:
    """What is wrong with a scenario besides the cap-table package it names."""
    try:
        cls.parse({**data, "company": {**data["company"], "capitalization": UNKNOWN}})
    except ScenarioError as others:
        told = {each.where for each in error.problems}
        yield from (each for each in others.problems if each.where not in told)
