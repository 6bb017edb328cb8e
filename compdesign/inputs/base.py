"""The base of every input model and the types its fields take."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, get_args, get_origin
from unicodedata import category

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic.fields import FieldInfo

from compdesign.defaults import world
from compdesign.inputs.uncertain import Bounds, PlainMoney, Shares, listed, metadata_of, refused, shown, uncertain
from compdesign.inputs.unknown import UNKNOWN

if TYPE_CHECKING:
    # A number as typed; inside the simulation float64[path] where the scenario gave a distribution.
    Money: TypeAlias = Any
    Number: TypeAlias = Any
    NonNegative: TypeAlias = Any
    Positive: TypeAlias = Any
    Probability: TypeAlias = Any
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

_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of the text after them."""

NEUTRAL = "neutral setting, not a claim about the world"

__all__ = [
    "Count",
    "Line",
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

    __slots__ = ("_hash",)
    if TYPE_CHECKING:
        _hash: ClassVar[int]

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    def __hash__(self) -> int:
        """As pydantic has it, but made once: a scenario is a tree of hundreds of values, most of which its variants share. A copy does
        not take it over.
        """
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", hash(tuple(self.__dict__[name] for name in type(self).model_fields)))
            return self._hash

    @field_validator("*", mode="wrap")
    @classmethod
    def _as_written(cls, value: Any, validated: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """Refuse a value of another kind (true or "12" for a number, a date and time for a date), in the user's words. UNKNOWN
        stays, in what is made of a faulty input to find further faults.
        """
        if value is UNKNOWN:
            return value
        check = _check_of(cls.model_fields[info.field_name or ""])
        return validated(value if check is None else check(value))

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Append unit, range, default and source to each field's description, so that the schema says all of it."""
        super().__pydantic_init_subclass__(**kwargs)
        cls.model_rebuild(force=True, raise_errors=False)

    @classmethod
    def model_rebuild(cls, **kwargs: Any) -> bool | None:
        """Resolve forward references, then describe the fields anew: resolving makes them from scratch."""
        super().model_rebuild(**kwargs)
        for field in cls.model_fields.values():
            field.description = " ".join([f"{title_of(field)}.", *_facts(field)])
        return super().model_rebuild(force=True, raise_errors=False)


def title_of(field: FieldInfo) -> str:
    """The description of a field without the facts appended to it."""
    return (field.description or "").split(". Unit: ")[0]


def limits_of(field: FieldInfo) -> Bounds | None:
    """The bounds of a numeric field, uncertain or plain; None if it has none."""
    if (bounds := next((each for each in metadata_of(field) if isinstance(each, Bounds)), None)) is not None:
        return bounds
    ends: dict[str, Any] = {}
    for each in metadata_of(field):
        for end in ("ge", "gt", "le", "lt"):
            if hasattr(each, end):
                ends[end] = getattr(each, end)
    if not ends:
        return None
    upper = ends["lt"] - 1 if "lt" in ends else ends.get("le")
    return Bounds(ends.get("ge", ends.get("gt")), upper, lower_open="gt" in ends)


def kinds_of(annotation: Any) -> list[Any]:
    """The plain types inside an annotation: of `Annotated[float, ...] | None`, float and NoneType; a Literal and a tuple stay whole."""
    if get_origin(annotation) is Annotated:
        return kinds_of(get_args(annotation)[0])
    if get_origin(annotation) in (Literal, tuple) or not get_args(annotation):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in kinds_of(part)]


def _check_of(field: FieldInfo) -> Callable[[Any], Any] | None:
    """What a value as written must pass before pydantic sees it; None where the type has a check of its own."""
    if any(isinstance(each, Bounds) for each in metadata_of(field)):
        return None
    kinds = kinds_of(field.annotation)
    choices = _choices(kinds)
    limits = limits_of(field) or Bounds()
    checks: dict[Any, Callable[[Any], Any]] = {bool: _switch, str: _text, date: _day, float: limits.number, int: partial(_whole, limits)}
    check = partial(_choice, choices) if choices else next((checks[kind] for kind in kinds if kind in checks), None)
    if check is not None and type(None) in kinds:
        return lambda value: None if value is None else check(value)
    return check


def _choices(kinds: list[Any]) -> tuple[str, ...]:
    return tuple(choice for kind in kinds if get_origin(kind) is Literal for choice in get_args(kind))


def _whole(limits: Bounds, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused(f"{shown(value)} is no whole number", f"give a whole number, {limits.range_text()}")
    limits.check_range(value, value)
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise refused(f"{shown(value)} is no switch", "write true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise refused(f"{shown(value)} is no text", 'write it in quotes, e.g. "name"')
    if not value.strip():
        raise refused(f"{shown(value)} is empty", "give a name of 1 to 80 characters")
    if len(value) > 80:
        raise refused(f"{shown(value)} has {len(value):,} characters", "give at most 80")
    if any(category(char) in _UNPRINTABLE or char in _TURNS for char in value):
        raise refused(f"{shown(value)} holds a character that does not print", "write it on one line, without control characters")
    return value


Line = Annotated[Name, BeforeValidator(_text)]
"""A text inside a list, which is checked entry by entry."""


def _day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refused(f"{shown(value)} is not in the calendar", "write a date such as 2026-11-01") from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise refused(f"{shown(value)} is no date", "write it as 2026-11-01")
    return value


def _choice(choices: tuple[str, ...], value: Any) -> Any:
    if not isinstance(value, str) or value not in choices:
        raise refused(f"{shown(value)} is no choice here", f"use {_quoted(choices)}")
    return value


def _quoted(choices: tuple[str, ...]) -> str:
    *most, last = (shown(choice) for choice in choices)
    return f"{', '.join(most)} or {last}" if most else last


def _facts(field: FieldInfo) -> list[str]:
    extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    kinds = kinds_of(field.annotation)
    facts = [f"Unit: {extra.get('unit') or ('list of tables' if get_origin(kinds[0]) is tuple else 'table')}."]
    limits = limits_of(field)
    choices = _choices(kinds)
    outermost_last = reversed(metadata_of(field))  # a list's own limits come before those of its entries
    lengths = {key: getattr(each, key) for each in outermost_last for key in ("min_length", "max_length") if getattr(each, key, None)}
    if choices:
        facts.append(f"One of: {listed(choices)}.")
    elif str in kinds:
        facts.append("Range: 1 to 80 printable characters.")
    elif "max_length" in lengths:
        facts.append(f"Range: {lengths.get('min_length', 0)} to {lengths['max_length']} entries.")
    elif limits is not None and (limits.lower is not None or limits.upper is not None):
        facts.append(f"Range: {limits.range_text()}.")
    if field.is_required():
        return [*facts, "Required."]
    tables = isinstance(field.default, Model) or (isinstance(field.default, tuple) and field.default)
    source = extra.get("source", "stated at each key" if tables else NEUTRAL)
    return [*facts, f"Default: {extra.get('default_text') or _default_text(field.default)}.", f"Source of the default: {source}."]


def _default_text(default: Any) -> str:
    if isinstance(default, Model):
        return "each key at its own default"
    if isinstance(default, tuple):
        return "; ".join(_entry(each) for each in default) or "none"
    return "absent" if default is None else default if isinstance(default, str) else shown(default)


def _entry(model: Model) -> str:
    stated = [f"{name} = {shown(getattr(model, name))}" for name in type(model).model_fields if name in model.model_fields_set]
    return ", ".join(stated) or "one entry, each key at its own default"


def given(description: str, unit: str) -> Any:
    """A field the user must state: a fact or a decision of this company."""
    return Field(description=description, json_schema_extra={"unit": unit})


def setting(default: Any, description: str, unit: str) -> Any:
    """A field with a neutral default (zero, off, or a choice of this tool) that describes no outside world."""
    return Field(default=default, description=description, validate_default=True, json_schema_extra={"unit": unit, "source": NEUTRAL})


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
