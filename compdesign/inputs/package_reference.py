"""A scenario file that names a cap-table package instead of typing its shares."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from compdesign.captable import cap_table, read_holdings, read_package
from compdesign.captable.cap_table import ClassTotal
from compdesign.errors import Problem, ScenarioError

KEY = "company.capitalization.package"


def with_package_read(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The scenario's data with `company.capitalization.package` replaced by what that package comes to on the scenario's as_of date.

    folder: that of the scenario file, from which the path counts. The package (Open Cap Format folder or zip, or CSV of holdings)
    gives common_shares, classes (the preference stack), options (awards and warrants outstanding, at their prices) and pool_available;
    these keys, or preferred_shares and liquidation_preference, may not be typed as well. Raises ScenarioError.
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
    twice = [name for name in (*found, "preferred_shares", "liquidation_preference") if name in typed]
    if twice:
        raise ScenarioError(
            [Problem(f"company.capitalization.{name}", "is typed and comes from the package as well", "remove one") for name in twice]
        )
    rest = {name: value for name, value in typed.items() if name != "package"}
    return {**data, "company": {**company, "capitalization": {**rest, **found}}} if isinstance(company, dict) else data


def capitalization_of(path: Path, day: date) -> dict[str, Any]:
    """What a scenario states of a cap table, from a package or CSV file on a date. Convertibles are left out: their shares depend
    on a round to come. A class that states a participation cap participates up to it, one that states none does not.
    """
    table = read_holdings(path, day) if path.suffix.lower() == ".csv" else cap_table(read_package(path), day)
    stack = table.preference_stack
    ranks = {seniority: rank for rank, seniority in enumerate(dict.fromkeys(each.seniority for each in stack), start=1)}
    return {
        "common_shares": int(table.common),
        "classes": [_class(each, ranks[each.seniority]) for each in stack],
        "options": [
            {
                "name": f"options at ${float(price):.10g}" if price else "awards without a price",
                "shares": int(shares),
                "strike": float(price),
            }
            for price, shares in table.exercise_prices
        ],
        "pool_available": int(table.pool_available),
    }


def _class(each: ClassTotal, rank: int) -> dict[str, Any]:
    capped = {"participation": "capped", "cap_multiple": float(each.participation_cap)} if each.participation_cap else {}
    return {
        "name": each.name,
        "shares": int(each.outstanding),
        "invested": float(each.issue_price * each.outstanding),
        "multiple": float(each.multiple),
        "rank": rank,
        "conversion_ratio": float(each.ratio),
        **capped,
    }
