"""The base of every input model and the types its fields take."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from compdesign.defaults import world
from compdesign.inputs.uncertain import PlainMoney, Shares, bounds_of, uncertain

if TYPE_CHECKING:
    # A number as typed; inside the simulation float64[path] where the scenario gave a distribution.
    Money = Number = NonNegative = Positive = Probability = Any
else:
    Money = uncertain(lower=0, money=True)
    Number = uncertain()
    NonNegative = uncertain(lower=0)
    Positive = uncertain(lower=0, lower_open=True)
    Probability = uncertain(lower=0, upper=1)

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
Month = Annotated[int, Field(ge=0, le=119, strict=True)]
Count = Annotated[int, Field(ge=1, le=10_000, strict=True)]
Ratio = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

__all__ = [
    "Count",
    "Model",
    "Money",
    "Month",
    "Name",
    "NonNegative",
    "Number",
    "PlainMoney",
    "Positive",
    "Probability",
    "Ratio",
    "Shares",
    "given",
    "setting",
    "sourced",
]


class Model(BaseModel):
    """Frozen; unknown keys refused; values stay out of error texts that others may log."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Append unit, range, default and source to each field's description, so that the schema says all of it."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and "unit" in extra and "Unit: " not in (field.description or ""):
                field.description = " ".join([f"{field.description}.", f"Unit: {extra['unit']}.", *_facts(field, extra)])
        cls.model_rebuild(force=True, raise_errors=False)  # a forward reference is rebuilt when it is defined


def _facts(field: Any, extra: dict[str, Any]) -> list[str]:
    facts = []
    bounds = bounds_of(field)
    lower = bounds.lower if bounds else next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    upper = bounds.upper if bounds else next((m.le for m in field.metadata if hasattr(m, "le")), None)
    if lower is not None or upper is not None:
        low, high = ("unbounded" if end is None else f"{end:,g}" for end in (lower, upper))
        facts.append(f"Range: {low} to {high}.")
    facts.append("Required." if field.is_required() else f"Default: {extra.get('default_text', field.default)}.")
    facts.append(f"Source of the default: {extra['source']}." if "source" in extra else "")
    return [fact for fact in facts if fact]


def given(description: str, unit: str) -> Any:
    """A field the user must state: a fact or a decision of this company."""
    return Field(description=description, json_schema_extra={"unit": unit})


def setting(default: Any, description: str, unit: str) -> Any:
    """A field with a neutral default (zero, off, or a choice of this tool) that describes no outside world."""
    source = "neutral setting, not a claim about the world"
    return Field(default=default, description=description, validate_default=True, json_schema_extra={"unit": unit, "source": source})


def sourced(key: str) -> Any:
    """A field whose default is a shipped assumption about the world, with its source and date."""
    assumption = world()[key]
    return Field(
        default=assumption.value,
        validate_default=True,
        description=assumption.title,
        json_schema_extra={
            "unit": assumption.unit,
            "source": f"{assumption.source} ({assumption.standing}, as of {date.fromisoformat(assumption.as_of)})",
            "default_key": key,
        },
    )
