"""The rates of one year and state, read from the shipped data; what is not covered is refused by name."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from compdesign.defaults import TAX_STATES, TAX_YEARS, Assumption, tax_us
from compdesign.errors import Problem, ScenarioError
from compdesign.quantities import PerPath

Filing = Literal["single", "joint", "head", "separate"]
YEARS, STATES = TAX_YEARS, TAX_STATES
"""Covered; '' is federal tax alone."""


@dataclass(frozen=True)
class Brackets:
    """A progressive schedule: `rates[k]` on what lies above `starts[k]`, dollars."""

    starts: tuple[float, ...]
    rates: tuple[float, ...]

    def tax(self, income: PerPath) -> PerPath:
        """Tax of an income, a float or any array; 0 below 0."""
        steps = np.diff(self.rates, prepend=0.0)
        return sum(step * np.maximum(income - start, 0.0) for start, step in zip(self.starts, steps, strict=True))


def check_covered(year: int, state: str = "", filing: str = "single") -> None:
    """ScenarioError for a year, state or filing status whose rates are not shipped."""
    problems = []
    if year not in YEARS:
        problems.append(Problem("year", f"tax year {year} is not covered", f"use {YEARS[0]} to {YEARS[-1]}"))
    if state and state not in STATES:
        problems.append(Problem("state", f"'{state}' is not covered", f"use {', '.join(STATES)}, or '' for federal tax alone"))
    if filing not in get_args(Filing):
        problems.append(Problem("filing", f"'{filing}' is no filing status", f"use {', '.join(get_args(Filing))}"))
    if problems:
        raise ScenarioError(problems)


def rates_year(year: int) -> tuple[int, str]:
    """The year whose rates stand in for a year to come, and the sentence that says so ('' where the year's own are used)."""
    if year <= YEARS[-1]:
        check_covered(year)
        return year, ""
    return YEARS[-1], f"Rates of {YEARS[-1]} are assumed for {year}: no later ones are shipped, and none are indexed."


def rate(key: str, filing: Filing | None = None) -> Any:
    """The value of one entry; for a filing status if it has one."""
    value = tax_us()[key].value
    return value[filing] if filing is not None and isinstance(value, dict) else value


def brackets(key: str, filing: Filing | None = None) -> Brackets:
    """A schedule of one entry."""
    pairs = rate(key, filing)
    return Brackets(tuple(float(start) for start, _ in pairs), tuple(float(share) for _, share in pairs))


def not_published(year: int, state: str) -> tuple[Assumption, ...]:
    """Entries of this year and state that rest on another year's figure: to be said wherever a number rests on them."""
    entries = (each for key, each in tax_us().items() if key.endswith(f"_{year}") and (key[:2] == state or not key[:2].isupper()))
    return tuple(each for each in entries if each.standing == "assumption")
