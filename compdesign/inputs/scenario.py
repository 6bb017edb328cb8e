"""The scenario: everything one comparison needs, in one frozen object."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from compdesign.errors import ScenarioError
from compdesign.inputs.base import Model, Name, Number, given, setting, sourced
from compdesign.inputs.candidate import Candidate, Links, Materiality
from compdesign.inputs.company import Company
from compdesign.inputs.consistency import inconsistencies
from compdesign.inputs.employer import Employer
from compdesign.inputs.engineer import Departure, Deployment, NotebookType, ProductionType
from compdesign.inputs.faults import problems_of
from compdesign.inputs.hiring import DAY_60, Checkpoint, Hiring
from compdesign.inputs.offers import Offer
from compdesign.inputs.package_reference import with_package_read
from compdesign.inputs.toml_file import read_toml

MAXIMUM_PATHS = 5_000_000


class Scenario(Model):
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse what is wrong only in combination, every fault at its own key."""
        problems = inconsistencies(self)
        if problems:
            raise ScenarioError(problems)
        return self

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Make a scenario from plain data; raise ScenarioError with every fault, each at its key."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(problems_of(error)) from None

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a scenario from a TOML file, and the cap-table package it names; raise ScenarioError saying what, where and what to do."""
        return cls.parse(with_package_read(read_toml(Path(path)), Path(path).parent))

    def links_on(self) -> Iterator[str]:
        """Names of the links that are not zero: the user's own statements."""
        return (name for name in Links.model_fields if getattr(self.links, name) != 0)
