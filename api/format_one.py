"""The shape of a comparison as JSON, format 1, for the OpenAPI document: `compdesign.reports.json_form` writes it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Value = Annotated[float | Literal["infinite", "-infinite"] | None, Field(description="A number; the text infinite; null if never observed")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EstimateForm(_Part):
    """A Monte Carlo estimate and its standard error."""

    value: Value
    se: Value


class DifferenceForm(EstimateForm):
    """A paired difference to the first structure, and its label (docs/reading.md)."""

    label: str


class ComparedForm(EstimateForm):
    """An estimate with its difference to the first structure."""

    difference: DifferenceForm


class CandidateValueForm(EstimateForm):
    """An estimate, with its difference to the first structure where it has a standard error."""

    difference: DifferenceForm | None = None


class CandidateMetricForm(_Part):
    """What one candidate gets, by structure."""

    label: str
    unit: str
    definition: str
    values: dict[str, CandidateValueForm]


class MetricForm(_Part):
    """One metric, by structure."""

    label: str
    unit: str
    definition: str
    better: Literal["higher", "lower", "neither"]
    group: str
    values: dict[str, ComparedForm]


class AcceptanceForm(_Part):
    """Probabilities that either type accepts an offer, and the share of production-minded among who does."""

    production: Value
    notebook: Value
    production_mix: Value


class ComparisonForm(BaseModel):
    """Everything a comparison found; money in dollars. What the command line writes with `--json`."""

    format: Literal[1]
    engine_version: str
    scenario_hash: str = Field(pattern="^[0-9a-f]{64}$")
    seed: int = Field(ge=0)
    paths: int = Field(ge=2)
    title: str
    verdict: str
    best: str
    behind_the_best: dict[str, DifferenceForm]
    structures: list[str]
    cash_bonus_twins: list[str]
    cash_bonus_twin_differences: dict[str, dict[str, DifferenceForm]]
    links: list[str]
    metrics: dict[str, MetricForm]
    candidate_paths: int = Field(ge=2, description="Futures of the valuation run that `candidate` comes from; `paths` does not change them")
    candidate: dict[str, CandidateMetricForm]
    acceptance: dict[str, AcceptanceForm]
    runway_censored_share: dict[str, float]
    runway_censored_share_se: dict[str, float]
    null_ranking: dict[str, ComparedForm]
    equal_terms: list[dict[str, Any]]
    break_evens: list[dict[str, Any]]
    output_at_break_even_incentive: list[dict[str, Any]]
    links_map: list[dict[str, Any]]
    tornado: dict[str, Any]
    defaults_used: list[dict[str, Any]]


class ErrorEntryForm(_Part):
    """One fault in the body."""

    pointer: str = Field(description="JSON Pointer (RFC 6901) of the value, or of the object that lacks or misnames a key")
    value_class: str = Field(description="What kind of value stands there; never the value")
    rule: str = Field(description="What the key takes")
    remedy: str = Field(description="What to do")


class ProblemForm(_Part):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str
    errors: list[ErrorEntryForm] = Field(max_length=20)


class StateForm(_Part):
    """Whether the server is well."""

    status: str


FORMS: tuple[type[BaseModel], ...] = (ComparisonForm, ProblemForm, StateForm)
