"""The part of a faulty input that is known: the same data with UNKNOWN for every value that has a fault of its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from compdesign.inputs.base import Model
from compdesign.inputs.faults import is_echo, key_parts, models_at
from compdesign.inputs.unknown import UNKNOWN

MOST_FAULTS = 200
"""With more faults than that nobody asks what else there is."""
MOST_ROUNDS = 12
"""A fault may be told of a part of a value (a percentile of a distribution) of which only the whole can be unknown: looked at again
so many times, each time one level up.
"""

Made = TypeVar("Made", bound=Model)


def known_part(model: type[Model], data: Any, error: ValidationError, validated: Callable[[Any], Made]) -> Made | None:
    """The model made of what has no fault; None where that cannot be told. error: of `validated(data)`."""
    draft = _Draft(data)
    for _ in range(MOST_ROUNDS):
        faults = [fault for fault in error.errors(include_url=False, include_input=True) if not is_echo(fault)]
        if not isinstance(data, dict) or len(faults) > MOST_FAULTS or not all(draft.without(fault, model) for fault in faults):
            return None
        try:
            return validated(draft.data)
        except ValidationError as again:
            error = again
    return None


class _Draft:
    """Data to be changed, each table and list copied before its first change."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self._copied: dict[int, Any] = {}  # by identity, and kept alive so that no identity is given twice

    def without(self, fault: Any, model: type[Model]) -> bool:
        """Put UNKNOWN where the fault is, or around it if it is there already; False if nothing would be left."""
        path = key_parts(fault["loc"])
        if fault["type"] in ("extra_forbidden", "invalid_key"):
            return self._without_key(path, [name for each in models_at(fault["loc"][:-1], model) for name in each.model_fields])
        while path:
            inner = self._container(path[:-1])
            if _holds(inner, path[-1], fault["type"] == "missing") and _at(inner, path[-1]) is not UNKNOWN:
                inner[path[-1]] = UNKNOWN
                return True
            path = path[:-1]
        return False

    def _without_key(self, path: list[int | str], known: list[str]) -> bool:
        """Drop a key nobody knows. Any key that is absent beside it may be the one that was meant."""
        table = self._container(path[:-1])
        if not isinstance(table, dict) or path[-1] not in table:
            return False
        del table[path[-1]]
        for name in known:
            table.setdefault(name, UNKNOWN)
        return True

    def _container(self, path: list[int | str]) -> Any:
        """What stands at a path, as a copy in the draft; None if the path leads nowhere."""
        self.data = here = self._own(self.data)
        for part in path:
            if not _holds(here, part):
                return None
            here[part] = self._own(here[part])
            here = here[part]
        return here

    def _own(self, value: Any) -> Any:
        if id(value) in self._copied or not isinstance(value, dict | list | tuple):
            return value
        copy: Any = dict(value) if isinstance(value, dict) else list(value)
        self._copied[id(copy)] = copy
        return copy


def _holds(container: Any, part: int | str, addable: bool = False) -> bool:
    if isinstance(container, dict):
        return addable or part in container
    return isinstance(container, list) and isinstance(part, int) and part < len(container)


def _at(container: Any, part: int | str) -> Any:
    return container.get(part) if isinstance(container, dict) else container[part]
