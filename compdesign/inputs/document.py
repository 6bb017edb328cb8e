"""An input that comes as a whole, a file or a request's part: every fault is told at once, of single keys and of several together."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self, get_args

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.base import Model
from compdesign.inputs.faults import problems_of
from compdesign.inputs.known_part import known_part
from compdesign.inputs.toml_file import read_toml
from compdesign.inputs.uncertain import refused

_BUILT_IN = frozenset(get_args(ErrorType))
_PART = re.compile(r"([A-Za-z0-9_-]+)|\[(\d+)\]")


class Document(Model):
    """document: what the user calls the file."""

    document: ClassVar[str] = "scenario"

    def faults_between(self) -> Iterator[Problem]:
        """What is wrong only in combination, each at its own key. Parts of self may be unknown: see `as_far_as_known`."""
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_told(cls, data: Any, validated: ModelWrapValidatorHandler[Self]) -> Self:
        """Beside the faults of single keys those between the keys that have none; pydantic by itself stops at the former."""
        told: list[InitErrorDetails] = []
        try:
            made = validated(data)
        except ValidationError as error:
            part = known_part(cls, data, error, validated)
            if part is None:
                raise
            told, made = [_again(fault) for fault in error.errors(include_url=False)], part
        told += [
            InitErrorDetails(type=refused(each.what, each.remedy), loc=_location(each.where), input=None) for each in made.faults_between()
        ]
        if told:
            raise ValidationError.from_exception_data(cls.__name__, told)
        return made

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Make it from plain data; raise ScenarioError with every fault, each at its key."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(problems_of(error)) from None

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read it from a TOML file; raise ScenarioError saying what, where and what to do."""
        return cls.parse(read_toml(Path(path), cls.document))


def _again(fault: ErrorDetails) -> InitErrorDetails:
    """A fault as pydantic takes it back."""
    context = fault.get("ctx", {})
    kind: str | PydanticCustomError = fault["type"]
    if kind == "refused":
        kind = refused(**context)
    elif kind not in _BUILT_IN:
        kind = PydanticCustomError(fault["type"], "{message}", {"message": fault["msg"]})
    return InitErrorDetails(type=kind, loc=fault["loc"], input=fault["input"], ctx=context)


def _location(where: str) -> tuple[int | str, ...]:
    """``offers[1].cap`` as pydantic's location."""
    return tuple(key or int(index) for key, index in _PART.findall(where))
