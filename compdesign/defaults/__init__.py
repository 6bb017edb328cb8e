"""Assumptions about the world as data: value, unit, source, date and standing of each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TAX_YEARS = (2024, 2025, 2026)
TAX_STATES = ("CA", "NY", "TX", "WA")
"""Years and states whose rates are shipped."""


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
    """Every shipped assumption about the world by key."""
    return _read("world.toml")


@cache
def tax_us() -> dict[str, Assumption]:
    """Every tax rate of the United States and of the states that are covered, by key; keys end in the year where it matters."""
    return _read("tax_us.toml")


def _read(name: str) -> dict[str, Assumption]:
    table = tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return {key: Assumption(key=key, **entry) for key, entry in table.items()}
