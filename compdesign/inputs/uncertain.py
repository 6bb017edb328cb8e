"""A numeric input: a number, or a distribution drawn once per path."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from math import ceil, exp, isfinite, log, log10
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from compdesign.inputs.metalog import feasible_medians, highest, is_feasible, logit_of

_AMOUNT = r"\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(\.[0-9]+)? ?([kKmMbB]?)"
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_MONEY_TEXT = '38_000_000 or "38M"'
LARGEST = 1e15
"""Size of the largest number a scenario may hold."""
_WIDEST = 1e6
"""Most that sd may exceed the distance of the mean from its bound, where there is one."""
_NEAREST = 1e-14
"""Least distance of the mean of a beta from its bounds, as a share of their distance: within 4e-16 of 1, its quantiles are NaN."""
_LARGEST_LOG = 690.0
"""Largest logarithm, of either sign, a drawn value may have: within it, exp neither overflows nor falls to 0."""


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
_FORMS: dict[frozenset[str], type[Any]] = {frozenset(form.model_fields): form for form in (Percentiles, Pert, MeanSd, Choices)}
_EXPECTED = "give a number, or one of {p10, p50, p90}, {low, mode, high}, {mean, sd}, {values, weights}"


@dataclass(frozen=True)
class Bounds:
    """The support of a quantity: None is unbounded; lower_open excludes the lower end; money accepts text like "38M";
    fixed takes no distribution.
    """

    lower: float | None = None
    upper: float | None = None
    lower_open: bool = False
    money: bool = False
    fixed: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        forms = [] if self.fixed else [_form_schema(form, self) for form in _FORMS.values()]
        return {"anyOf": [*self._number_schema(), *forms]}

    def _number_schema(self) -> list[dict[str, Any]]:
        number: dict[str, Any] = {"type": "number"}
        if self.lower is not None:
            number["exclusiveMinimum" if self.lower_open else "minimum"] = self.lower
        if self.upper is not None:
            number["maximum"] = self.upper
        return [number, {"type": "string", "pattern": f"^{_AMOUNT}$"}] if self.money else [number]

    def validate(self, value: Any) -> Any:
        """The number, or the distribution whose members obey the bounds; one error a fault, at its key."""
        if isinstance(value, Distribution):
            value = value.model_dump()
        if self.fixed or not isinstance(value, dict):
            return self.number(value)
        form = _FORMS.get(frozenset(value))
        if form is None:
            raise refused(f"has the keys {listed(value)}" if value else "is an empty table", _EXPECTED)
        members, faults = {}, []
        for key, member in value.items():
            try:
                members[key] = self._member(key, member)
            except PydanticCustomError as error:
                faults.append(InitErrorDetails(type=error, loc=(key,), input=member))
            except ValidationError as error:
                faults += [
                    InitErrorDetails(type=refused(**fault["ctx"]), loc=(key, *fault["loc"]), input=fault["input"])
                    for fault in error.errors()
                ]
        if faults:
            raise ValidationError.from_exception_data("distribution", faults)
        distribution = form(**members)
        for what, remedy in self._faults(distribution):
            raise refused(what, remedy)
        return distribution

    def _member(self, key: str, member: Any) -> float | tuple[float, ...]:
        if key == "sd":
            return Bounds(0.0, money=self.money).number(member)
        if key not in ("values", "weights"):
            return self.number(member)
        if not isinstance(member, list | tuple) or not 1 <= len(member) <= 100:
            raise refused(f"{shown(member)} is no list of 1 to 100 numbers", "give one, e.g. [1, 2]")
        bounds, numbers, faults = self if key == "values" else Bounds(0.0), [], []
        for index, each in enumerate(member):
            try:
                numbers.append(bounds.number(each))
            except PydanticCustomError as error:
                faults.append(InitErrorDetails(type=error, loc=(index,), input=each))
        if faults:
            raise ValidationError.from_exception_data("list", faults)
        return tuple(numbers)

    def number(self, value: Any) -> float:
        """A finite number within the bounds."""
        number = money(value) if self.money and isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            aside = " without quotes" if isinstance(value, str) else " (this key takes no distribution)" if isinstance(value, dict) else ""
            raise refused(f"{shown(value)} is no number", f"write {_MONEY_TEXT if self.money else 'a plain number'}{aside}")
        if isinstance(number, float) and not isfinite(number):
            raise refused(f"{shown(value)} is no finite number", f"give {self.range_text()}")
        self.check_range(number, value)
        return float(number)

    def check_range(self, number: float, typed: Any) -> None:
        """Refuse a number outside the bounds. typed: as the user wrote it."""
        low = -LARGEST if self.lower is None else self.lower
        if number < low or (self.lower_open and number == low):
            raise refused(f"{shown(typed)} is below the range", f"give {self.range_text()}")
        if number > (LARGEST if self.upper is None else self.upper):
            raise refused(
                f"{shown(typed)} is above the range", f"give {self.range_text()}" if self.upper is not None else f"give at most {LARGEST:g}"
            )

    def range_text(self) -> str:
        """The range in words: 0 to 1; at least 0; more than 0."""
        if self.lower is None:
            return f"{-LARGEST:g} to {LARGEST:g}" if self.upper is None else f"at most {shown(self.upper)}"
        if self.lower_open:
            return f"more than {shown(self.lower)}" + ("" if self.upper is None else f" and at most {shown(self.upper)}")
        return f"at least {shown(self.lower)}" if self.upper is None else f"{shown(self.lower)} to {shown(self.upper)}"

    def _faults(self, distribution: Distribution) -> Iterator[tuple[str, str]]:
        """What is wrong with a distribution whose members are right, and the remedy."""
        match distribution:
            case Percentiles(p10=p10, p50=p50, p90=p90):
                if not p10 <= p50 <= p90:
                    yield f"p10 {shown(p10)}, p50 {shown(p50)} and p90 {shown(p90)} are out of order", "give them rising"
                elif p10 != p90:
                    yield from self._metalog_faults(p10, p50, p90)
            case Pert(low=low, mode=mode, high=high):
                if not low <= mode <= high:
                    yield f"low {shown(low)}, mode {shown(mode)} and high {shown(high)} are out of order", "give them rising"
            case MeanSd(mean=mean, sd=sd):
                if sd > 0:
                    yield from self._moment_faults(mean, sd)
            case Choices(values=values, weights=weights):
                if len(values) != len(weights):
                    yield f"{len(values)} values have {len(weights)} weights", "give each value one weight"
                elif sum(weights) <= 0:
                    yield "all weights are 0", "give at least one a weight above 0"

    def _moment_faults(self, mean: float, sd: float) -> Iterator[tuple[str, str]]:
        if self.lower is None:
            return
        if mean <= self.lower or mean == self.upper:
            bound = self.lower if mean <= self.lower else self.upper
            yield f"mean {shown(mean)} on the bound leaves no room for sd {shown(sd)}", f"move the mean off {shown(bound)}, or set sd = 0"
        elif self.upper is not None:
            if min(mean - self.lower, self.upper - mean) < _NEAREST * (self.upper - self.lower):
                yield f"mean {shown(mean)} is too close to a bound for sd {shown(sd)}", "move the mean off it, or set sd = 0"
            elif sd**2 >= (mean - self.lower) * (self.upper - mean):
                ends = f"between {shown(self.lower)} and {shown(self.upper)}"
                yield f"sd {shown(sd)} is too large for a mean of {shown(mean)} {ends}", "lower sd"
        elif sd > _WIDEST * (mean - self.lower):
            yield f"sd {shown(sd)} is too large for a mean of {shown(mean)}", "lower sd"

    def _metalog_faults(self, p10: float, p50: float, p90: float) -> Iterator[tuple[str, str]]:
        triple = f"p10 {shown(p10)}, p50 {shown(p50)} and p90 {shown(p90)}"
        if self.lower is not None and p10 <= self.lower:
            yield f"p10 {shown(p10)} lies on the lower bound", f"give a p10 above {shown(self.lower)}, or use low, mode, high"
        elif self.upper is not None and p90 >= self.upper:
            yield f"p90 {shown(p90)} lies on the upper bound", f"give a p90 below {shown(self.upper)}, or use low, mode, high"
        else:
            there, back = self._transforms()
            if not is_feasible(there(p10), there(p50), there(p90)):
                low, high = _inward(*(back(end) for end in feasible_medians(there(p10), there(p90))))
                yield (
                    f"no smooth distribution (metalog) has {triple}",
                    f"give a p50 between {shown(low)} and {shown(high)}, or use low, mode, high",
                )
            elif self.upper is None and self.lower is not None and self._leaves_range(there(p10), there(p50), there(p90)):
                yield f"{triple} are too far apart", "give percentiles closer together, or use low, mode, high"

    def _leaves_range(self, p10: float, p50: float, p90: float) -> bool:
        """Whether the exponential of a drawn logarithm overflows, or falls to 0 where 0 is excluded (by the mirrored metalog)."""
        return highest(p10, p50, p90) > _LARGEST_LOG or (self.lower_open and highest(-p90, -p50, -p10) > _LARGEST_LOG)

    def _transforms(self) -> tuple[Callable[[float], float], Callable[[float], float]]:
        """The scale on which the metalog lives, and the way back."""
        lower, upper = self.lower, self.upper
        if lower is None:
            return float, float
        if upper is None:
            return (lambda x: log(x - lower)), (lambda y: lower + exp(min(y, _LARGEST_LOG)))
        return (lambda x: logit_of(x, lower, upper)), (lambda y: lower + (upper - lower) / (1 + exp(min(-y, _LARGEST_LOG))))


def uncertain(lower: float | None = None, upper: float | None = None, *, lower_open: bool = False, money: bool = False) -> Any:
    """The type of a numeric field that takes a number or a distribution within these bounds."""
    if lower is None and upper is not None:
        raise ValueError("no family of distributions is bounded above only: state a lower bound too")
    return Annotated[Any, Bounds(lower, upper, lower_open, money)]


def bounds_of(field: FieldInfo) -> Bounds | None:
    """The bounds of an uncertain field; None if it takes no distribution."""
    return next((each for each in metadata_of(field) if isinstance(each, Bounds) and not each.fixed), None)


def metadata_of(field: FieldInfo) -> list[Any]:
    """What annotates a field's type, also inside `| None`."""
    found = list(field.metadata)
    for part in getattr(field.annotation, "__args__", ()):
        for each in getattr(part, "__metadata__", ()):
            found += each.metadata if isinstance(each, FieldInfo) else [each]
    return found


def money(text: str) -> float:
    """Dollars from text such as "38M", "$285,000", "285k" or "1.2B", exactly."""
    match = re.fullmatch(f"(-?){_AMOUNT}", text.strip()) if len(text) <= 40 else None
    if match is None:
        raise refused(f"{shown(text)} is no amount of money", f"write {_MONEY_TEXT}")
    sign, whole, fraction, scale = match.groups("")
    return float(Decimal(sign + whole.replace(",", "").replace("_", "") + fraction) * _SCALES[scale.lower()])


PlainMoney = Annotated[float, Bounds(0.0, money=True, fixed=True)]
"""A decision or a fact in dollars, which takes no distribution."""
Shares = Annotated[int, Field(ge=0, le=10**12, strict=True)]


def refused(what: str, remedy: str) -> PydanticCustomError:
    """The error of a refused value: what is wrong; what to do."""
    return PydanticCustomError("refused", "{what}; {remedy}", {"what": what, "remedy": remedy})


def shown(value: Any) -> str:
    """A value as the user would write it, short enough for a one-line message."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return f"{value:,}" if abs(value) < 10**20 else _digits(value)
        case float():
            return f"{value:,.0f}" if value.is_integer() and abs(value) < LARGEST else f"{float(value):,}"
        case str():
            safe = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in value[:61])
            return f'"{safe}"' if len(safe) <= 60 else f'"{safe[:57]}..."'
        case date() | datetime() | time():
            return value.isoformat()
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
    return "this value"


def _digits(value: int) -> str:
    return f"a number of {len(str(abs(value))):,} digits" if abs(value) < 10**4000 else "a number of thousands of digits"


def listed(keys: Any) -> str:
    """Keys as typed, comma-separated, short enough for a one-line message."""
    shorts = [key if isinstance(key, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", key) else shown(key) for key in keys]
    return ", ".join(shorts[:6]) + (f" and {len(shorts) - 6} more" if len(shorts) > 6 else "")


def _inward(low: float, high: float) -> tuple[float, float]:
    """An interval's ends to about four digits of its width, rounded into it, so that an end offered as a remedy is not refused."""
    digits = 4 - ceil(log10(high - low)) if high > low else 17
    ends, step = (round(low, digits), round(high, digits)), 10.0**-digits
    return (
        ends[0] if ends[0] > low else round(ends[0] + step, digits),
        ends[1] if ends[1] < high else round(ends[1] - step, digits),
    )


def _form_schema(form: type[BaseModel], bounds: Bounds) -> dict[str, Any]:
    properties = {}
    for name in form.model_fields:
        plain = (Bounds(0.0, money=bounds.money) if name == "sd" else Bounds(0.0) if name == "weights" else bounds)._number_schema()
        member = plain[0] if len(plain) == 1 else {"anyOf": plain}
        properties[name] = {"type": "array", "items": member, "minItems": 1, "maxItems": 100} if form is Choices else member
    required = list(properties)
    return {"type": "object", "description": form.__doc__, "properties": properties, "required": required, "additionalProperties": False}
