"""A scenario file that names a cap-table package instead of typing its shares."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from compdesign.captable import cap_table, read_holdings, read_package
from compdesign.errors import Problem, ScenarioError

KEY = "company.capitalization.package"


def with_package_read(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The scenario's data with `company.capitalization.package` replaced by what that package comes to on the scenario's as_of date.

    folder: that of the scenario file, from which the path counts. The package (Open Cap Format folder or zip, or CSV of holdings)
    gives common_shares (common, awards and warrants outstanding), preferred_shares (as converted), liquidation_preference (of all
    classes) and pool_available; these keys may not be typed as well. Raises ScenarioError.
    """
    company = data.get("company")
    typed = company.get("capitalization") if isinstance(company, dict) else None
    day = data.get("as_of")
    if not isinstance(typed, dict) or "package" not in typed:
        return data
    if not isinstance(typed["package"], str) or not typed["package"]:
        raise ScenarioError([Problem(KEY, f"{typed['package']!r:.60} is no path", "name the folder, zip or CSV file in quotes")])
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ScenarioError(
            [Problem("as_of", "is no date", "a cap-table package is read on the scenario's date: write as_of = 2026-11-01")]
        )
    found = capitalization_of(folder / typed["package"], day)
    twice = [name for name in found if name in typed]
    if twice:
        raise ScenarioError(
            [Problem(f"company.capitalization.{name}", "is typed and comes from the package as well", "remove one") for name in twice]
        )
    rest = {name: value for name, value in typed.items() if name != "package"}
    return {**data, "company": {**company, "capitalization": {**rest, **found}}} if isinstance(company, dict) else data


def capitalization_of(path: Path, day: date) -> dict[str, int | float]:
    """What a scenario states of a cap table, from a package or CSV file on a date."""
    table = read_holdings(path, day) if path.suffix.lower() == ".csv" else cap_table(read_package(path), day)
    awards = table.shares("option", "rsu", "sar", "warrant")
    return {
        "common_shares": int(table.common + awards),
        "preferred_shares": int(table.preferred),
        "liquidation_preference": float(sum(each.preference for each in table.preference_stack)),
        "pool_available": int(table.pool_available),
    }
