"""Assumptions about the world as data: value, unit, source, date and standing of each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Assumption:
    """One default that describes the world.

    standing: ``published`` (the figure stands in the named source), ``secondary`` (quoted second-hand), ``derived``
    (worked out from the source as the text says) or ``assumption`` (nobody's figure but ours).
    """

    key: str
    title: str
    value: Any
    unit: str
    source: str
    as_of: str
    standing: str


@cache
def world() -> dict[str, Assumption]:
    """Every shipped assumption by key."""
    table = tomllib.loads(files(__package__).joinpath("world.toml").read_text(encoding="utf-8"))
    return {key: Assumption(key=key, **entry) for key, entry in table.items()}
