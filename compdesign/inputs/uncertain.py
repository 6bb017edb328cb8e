"""A numeric input: a number, or a distribution drawn once per path."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import exp, isfinite, log
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from compdesign.inputs.metalog import feasible_medians, is_feasible, logit_of

_MONEY = re.compile(r"^\$?(?P<number>\d[\d_,]*(\.\d+)?)\s*(?P<scale>[kKmMbB]?)$")
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
LARGEST = 1e15


class Percentiles(BaseModel):
    """10th, 50th and 90th percentile: a metalog, of the logarithm or log odds where the quantity is bounded."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    p10: float
    p50: float
    p90: float


class Pert(BaseModel):
    """Lowest, most likely and highest value (PERT, lambda 4)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    low: float
    mode: float
    high: float


class MeanSd(BaseModel):
    """Mean and standard deviation: normal, lognormal or beta by the bounds of the quantity."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    mean: float
    sd: float


class Choices(BaseModel):
    """Values and their weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    values: tuple[float, ...]
    weights: tuple[float, ...]


Distribution = Percentiles | Pert | MeanSd | Choices
_FORMS: dict[frozenset[str], type[BaseModel]] = {frozenset(form.model_fields): form for form in (Percentiles, Pert, MeanSd, Choices)}
_EXPECTED = "give a number, or one of {p10, p50, p90}, {low, mode, high}, {mean, sd}, {values, weights}"


@dataclass(frozen=True)
class Bounds:
    """The support of a quantity: None is unbounded; lower_open excludes the lower end; money accepts text like "38M"."""

    lower: float | None = None
    upper: float | None = None
    lower_open: bool = False
    money: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "number"}
        if self.lower is not None:
            number["exclusiveMinimum" if self.lower_open else "minimum"] = self.lower
        if self.upper is not None:
            number["maximum"] = self.upper
        text = [{"type": "string", "pattern": _MONEY.pattern.replace("?P<number>", "").replace("?P<scale>", "")}] if self.money else []
        member = {"anyOf": [number, *text]} if text else number
        forms = [_form_schema(form, member) for form in _FORMS.values()]
        return {"anyOf": [number, *text, *forms]}

    def validate(self, value: Any) -> Any:
        """The number, or the distribution whose members obey the bounds; one error a fault, at its key."""
        if isinstance(value, Distribution):
            value = value.model_dump()
        if not isinstance(value, dict):
            return self.number(value)
        form = _FORMS.get(frozenset(value))
        if form is None:
            raise refused(f"has the keys {', '.join(map(str, value)) or 'of nothing'}", _EXPECTED)
        members, faults = {}, []
        for key, member in value.items():
            try:
                members[key] = self._member(key, member)
            except PydanticCustomError as error:
                faults.append(InitErrorDetails(type=error, loc=(key,), input=member))
        if faults:
            raise ValidationError.from_exception_data("distribution", faults)
        distribution = form(**members)
        self._check(distribution)
        return distribution

    def _member(self, key: str, member: Any) -> Any:
        if key not in ("values", "weights"):
            return Bounds(0.0).number(member) if key == "sd" and not self.money else Bounds(0.0, money=True).number(member) if key == "sd" else self.number(member)
        if not isinstance(member, list | tuple) or not 1 <= len(member) <= 100:
            raise refused("is no list of 1 to 100 numbers", "give one, e.g. [1, 2]")
        return tuple((self if key == "values" else Bounds(0.0)).number(each) for each in member)

    def number(self, value: Any) -> float:
        """A finite number within the bounds."""
        number = money(value) if self.money and isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise refused(f"{shown(value)} is no number", "write a plain number" + (', e.g. 38_000_000 or "38M"' if self.money else ""))
        if not isfinite(number) or abs(number) > LARGEST:
            raise refused(f"{shown(value)} is not a usable number", f"give a finite number of at most {LARGEST:.0e}")
        if self.lower is not None and (number < self.lower or (self.lower_open and number == self.lower)):
            least = "a number above" if self.lower_open else "a number of at least"
            raise refused(f"{shown(value)} is below the range", f"give {least} {self.lower:g}")
        if self.upper is not None and number > self.upper:
            raise refused(f"{shown(value)} is above the range", f"give a number of at most {self.upper:g}")
        return float(number)

    def _check(self, distribution: BaseModel) -> None:
        match distribution:
            case Percentiles(p10=p10, p50=p50, p90=p90):
                if not p10 <= p50 <= p90:
                    raise refused(f"p10 {p10:g}, p50 {p50:g} and p90 {p90:g} are out of order", "give them rising")
                self._check_metalog(p10, p50, p90)
            case Pert(low=low, mode=mode, high=high):
                if not low <= mode <= high:
                    raise refused(f"low {low:g}, mode {mode:g} and high {high:g} are out of order", "give them rising")
            case MeanSd(mean=mean, sd=sd):
                if self.upper is not None and self.lower is not None and sd > 0 and sd**2 >= (mean - self.lower) * (self.upper - mean):
                    raise refused(f"sd {sd:g} is too large for a mean of {mean:g} between {self.lower:g} and {self.upper:g}", "lower sd")
                if self.lower is not None and sd > 0 and mean <= self.lower:
                    raise refused(f"mean {mean:g} with sd {sd:g} leaves the range", f"give a mean above {self.lower:g}")
            case Choices(values=values, weights=weights):
                if len(values) != len(weights):
                    raise refused(f"{len(values)} values have {len(weights)} weights", "give each value one weight")
                if sum(weights) <= 0:
                    raise refused("all weights are 0", "give at least one a weight above 0")

    def _check_metalog(self, p10: float, p50: float, p90: float) -> None:
        if p10 == p90:
            return
        if self.lower is not None and p10 <= self.lower:
            raise refused(f"p10 {p10:g} lies on the lower bound", f"give a p10 above {self.lower:g}, or use low, mode, high")
        if self.upper is not None and p90 >= self.upper:
            raise refused(f"p90 {p90:g} lies on the upper bound", f"give a p90 below {self.upper:g}, or use low, mode, high")
        there, back = self._transforms()
        if not is_feasible(there(p10), there(p50), there(p90)):
            low, high = (back(end) for end in feasible_medians(there(p10), there(p90)))
            raise refused(
                f"no metalog passes through p10 {p10:g}, p50 {p50:g} and p90 {p90:g}",
                f"give a p50 between {low:.4g} and {high:.4g}, or use low, mode, high",
            )

    def _transforms(self) -> tuple[Any, Any]:
        """The scale on which the metalog lives, and the way back."""
        lower, upper = self.lower, self.upper
        if lower is None:
            return float, float
        if upper is None:
            return (lambda x: log(x - lower)), (lambda y: lower + exp(y))
        return (lambda x: logit_of(x, lower, upper)), (lambda y: lower + (upper - lower) / (1 + exp(-y)))


def uncertain(lower: float | None = None, upper: float | None = None, *, lower_open: bool = False, money: bool = False) -> Any:
    """The type of a numeric field that takes a number or a distribution within these bounds."""
    return Annotated[Any, Bounds(lower, upper, lower_open, money)]


def bounds_of(field: FieldInfo) -> Bounds | None:
    """The bounds of an uncertain field; None if it takes no distribution."""
    found = next((each for each in field.metadata if isinstance(each, Bounds)), None)
    return found or next((each for each in _nested_metadata(field.annotation) if isinstance(each, Bounds)), None)


def _nested_metadata(annotation: Any) -> list[Any]:
    """Metadata inside an optional field's annotation."""
    parts = getattr(annotation, "__args__", ())
    return [each for part in parts for each in getattr(part, "__metadata__", ())]


def money(text: str) -> float:
    """Dollars from text such as "38M", "$285,000", "285k" or "1.2B", exactly."""
    match = _MONEY.match(text.strip()) if len(text) <= 40 else None
    if match is None:
        raise refused(f"{shown(text)} is no amount of money", 'write 38_000_000 or "38M"')
    try:
        return float(Decimal(match["number"].replace(",", "").replace("_", "")) * _SCALES[match["scale"].lower()])
    except InvalidOperation:
        raise refused(f"{shown(text)} is no amount of money", 'write 38_000_000 or "38M"') from None


def _shares(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused(f"{shown(value)} is no whole number of shares", "write whole shares, e.g. 40_000_000")
    if not 0 <= value <= 10**12:
        raise refused(f"{shown(value)} shares are outside the range", "give 0 to 1,000,000,000,000 whole shares")
    return value


PlainMoney = Annotated[float, BeforeValidator(Bounds(0.0, money=True).number)]
"""A decision or a fact in dollars, which takes no distribution."""
Shares = Annotated[int, BeforeValidator(_shares)]


def refused(what: str, remedy: str) -> PydanticCustomError:
    """The error of a refused value: what is wrong; what to do."""
    return PydanticCustomError("refused", "{what}; {remedy}", {"what": what, "remedy": remedy})


def shown(value: Any) -> str:
    """A value short enough for a one-line message."""
    text = f"{value:g}" if isinstance(value, float) else repr(value) if not isinstance(value, int) or abs(value) < 10**20 else f"a number of {len(str(abs(value)))} digits" if abs(value) < 10**4000 else "an enormous number"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _form_schema(form: type[BaseModel], member: dict[str, Any]) -> dict[str, Any]:
    lists = form is Choices
    properties = {name: {"type": "array", "items": member, "minItems": 1, "maxItems": 100} if lists else member for name in form.model_fields}
    return {"type": "object", "description": form.__doc__, "properties": properties, "required": list(properties), "additionalProperties": False}
