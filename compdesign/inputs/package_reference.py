"""A scenario file that names a cap-table package instead of typing its shares."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from compdesign.captable import cap_table, read_holdings, read_package
from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.table_stack import classes_of, tranches_of
from compdesign.vesting.schedule import GrantAfterStart

KEY = "company.capitalization.package"
_CHOICES = {"awards": ("all", "vested"), "grant_after_start": tuple(GrantAfterStart)}


@dataclass(frozen=True)
class PackageReference:
    """What a scenario says of its package. awards: which options, RSUs, SARs and warrants it counts: all outstanding, or vested alone.
    grant_after_start: when instalments vest that were due before their grant was made; it decides what has vested.
    """

    path: str
    awards: Literal["all", "vested"] = "all"
    grant_after_start: GrantAfterStart = GrantAfterStart.ON_GRANT_DATE


def with_package_read(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The scenario's data with `company.capitalization.package` replaced by what that package comes to on the scenario's as_of date.

    folder: that of the scenario file, from which the path counts. `package` is the path, or a table of path, awards and
    grant_after_start (see PackageReference). The package (Open Cap Format folder or zip, or CSV of holdings)
    gives common_shares, classes (the preference stack), options (awards and warrants outstanding, at their prices) and pool_available;
    these keys, or preferred_shares and liquidation_preference, may not be typed as well. Raises ScenarioError.
    """
    company = data.get("company")
    typed = company.get("capitalization") if isinstance(company, dict) else None
    day = data.get("as_of")
    if not isinstance(typed, dict) or "package" not in typed:
        return data
    named = _reference(typed["package"])
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ScenarioError(
            [Problem("as_of", "is no date", "a cap-table package is read on the scenario's date: write as_of = 2026-11-01")]
        )
    found = capitalization_of(folder / named.path, day, named.awards, named.grant_after_start)
    twice = [name for name in (*found, "preferred_shares", "liquidation_preference") if name in typed]
    if twice:
        raise ScenarioError(
            [Problem(f"company.capitalization.{name}", "is typed and comes from the package as well", "remove one") for name in twice]
        )
    rest = {name: value for name, value in typed.items() if name != "package"}
    return {**data, "company": {**company, "capitalization": {**rest, **found}}} if isinstance(company, dict) else data


def _reference(typed: Any) -> PackageReference:
    stated = {"path": typed} if isinstance(typed, str) else typed
    path = stated.get("path") if isinstance(stated, dict) else None
    if not isinstance(stated, dict) or not isinstance(path, str) or not path:
        shown = typed if path is None else path
        raise ScenarioError([Problem(KEY, f"{shown!r:.60} is no path", "name the folder, zip or CSV file in quotes")])
    keys = ("path", *_CHOICES)
    problems = [Problem(f"{KEY}.{key}", "is no known key", f"the keys are {', '.join(keys)}") for key in stated if key not in keys]
    problems += [
        Problem(f"{KEY}.{key}", f"{stated[key]!r:.60} is no choice here", f"use {' or '.join(choices)}")
        for key, choices in _CHOICES.items()
        if key in stated and stated[key] not in choices
    ]
    if problems:
        raise ScenarioError(problems)
    return PackageReference(path, stated.get("awards", "all"), GrantAfterStart(stated.get("grant_after_start", "on_grant_date")))


def capitalization_of(
    path: Path,
    day: date,
    awards: Literal["all", "vested"] = "all",
    policy: GrantAfterStart = GrantAfterStart.ON_GRANT_DATE,
) -> dict[str, Any]:
    """What a scenario states of a cap table, from a package or CSV file on a date. Convertibles are left out: their shares depend
    on a round to come. A class that states a participation cap participates up to it, one that states none does not.
    """
    table = read_holdings(path, day) if path.suffix.lower() == ".csv" else cap_table(read_package(path), day, policy)
    return {
        "common_shares": int(table.common),
        "classes": classes_of(table),
        "options": [tranche for tranche, _ in tranches_of(table, awards)],
        "pool_available": int(table.pool_available),
    }
