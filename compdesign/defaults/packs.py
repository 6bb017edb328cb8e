"""Jurisdiction packs: the legal texts of a letter as data, each with its source, date and standing."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Clause:
    """One text and the figure that goes with it. standing: as in `Assumption`."""

    text: str
    source: str
    as_of: str
    standing: str
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Pack:
    """The law of one place as far as a letter needs it.

    exempt.value: least salary of an exempt position, $ a year. pay_range.value: employees from which a posting must state a
    range, None if none must. background.value: employees from which the law on background checks binds, None if it always does.
    repayment.value: business days a candidate has to consider a repayment agreement. limits: what the pack leaves out.
    """

    code: str
    name: str
    law: str
    as_of: str
    limits: tuple[str, ...]
    at_will: Clause
    exempt: Clause
    pay_range: Clause
    repayment: Clause
    arbitration: Clause
    background: Clause
    inventions: Clause
    leave: tuple[Clause, ...]


@cache
def packs() -> dict[str, Pack]:
    """Every shipped pack by its code (US-CA; US for the generic text)."""
    shipped = sorted(files(__package__).joinpath("jurisdictions").iterdir(), key=lambda file: file.name)
    return {code: _pack(code, tomllib.loads(file.read_text("utf-8"))) for file in shipped if (code := file.name.removesuffix(".toml"))}


def _pack(code: str, table: dict[str, Any]) -> Pack:
    clauses = {key: Clause(**value) for key, value in table.items() if isinstance(value, dict)}
    return Pack(
        code=code,
        name=table["name"],
        law=table["law"],
        as_of=table["as_of"],
        limits=tuple(table["limits"]),
        leave=tuple(Clause(**each) for each in table["leave"]),
        **clauses,
    )
