"""A cap table from a CSV file, for those without an Open Cap Format package."""

import csv
import io
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from compdesign.captable.cap_table import CapTable, ClassTotal, Kind, PlanTotal, Position
from compdesign.captable.package_files import printable
from compdesign.captable.positions import holdings_of
from compdesign.errors import Problem, ScenarioError

COLUMNS = ("stakeholder", "kind", "name", "shares", "vested", "price", "multiple", "participation_cap", "ratio", "seniority")
KINDS = ("common", "preferred", "option", "rsu", "sar", "warrant", "pool")
_LARGEST = 32 << 20


def read_holdings(path: Path, as_of: date) -> CapTable:
    """The cap table in a CSV file with the columns COLUMNS; the first four are required, one row a holding.

    kind: one of KINDS. name: the class or plan. price, multiple, participation_cap, ratio and seniority describe a preferred class and
    may stand in any one of its rows; price of an option, SAR or warrant is its exercise price. A row of kind pool has no stakeholder: its shares are what is left to grant in that plan.
    Raises ScenarioError with one message for each fault.
    """
    where = printable(str(path))
    try:
        raw = path.read_bytes()[: _LARGEST + 1]
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ScenarioError([Problem(where, f"cannot be read ({error.strerror})", "check the path")]) from None
    except UnicodeDecodeError:
        raise ScenarioError([Problem(where, "is no UTF-8 text", "save it as CSV in UTF-8")]) from None
    if len(raw) > _LARGEST:
        raise ScenarioError([Problem(where, "is larger than 32 MiB", "check that this is a cap table")])
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ScenarioError([Problem(f"{where}, line {reader.line_num}", f"is no CSV ({error})", "correct the quotes")]) from None
    header = tuple(reader.fieldnames or ())
    problems = [
        Problem(where, f"has no column {name}", f"the columns are {', '.join(COLUMNS)}") for name in COLUMNS[:4] if name not in header
    ]
    problems += [
        Problem(where, f"has an unknown column {name!r:.40}", f"the columns are {', '.join(COLUMNS)}")
        for name in header
        if name not in COLUMNS
    ]
    if not problems:
        parsed = [_row(f"{where}, row {number}", row, problems) for number, row in enumerate(rows, 2)]
        problems += _twice(where, [row for row in parsed if row])
    if problems:
        raise ScenarioError(problems)
    return _table([row for row in parsed if row], as_of)


def _row(where: str, row: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The values of a row; empty if it has a fault, which is added to problems."""
    before = len(problems)
    kind = (row["kind"] or "").strip().lower()
    if None in row or None in row.values():
        problems.append(Problem(where, "has another number of values than the header", "correct the row"))
        return {}
    if kind not in KINDS:
        problems.append(Problem(where, f"kind is {kind!r:.40}", f"use one of {', '.join(KINDS)}"))
    if not row["stakeholder"].strip() and kind != "pool":
        problems.append(Problem(where, "names no stakeholder", "name the holder"))
    made = {"kind": kind, "stakeholder": row["stakeholder"].strip(), "name": row["name"].strip(), "where": where}
    for key in COLUMNS[3:]:
        made[key] = _number(where, key, (row.get(key) or "").strip(), problems)
    if made["shares"] is None and len(problems) == before:
        problems.append(Problem(where, "states no shares", "give a number of shares"))
    if made["vested"] is not None and made["shares"] is not None and made["vested"] > made["shares"]:
        problems.append(Problem(where, f"vested is {made['vested']} of {made['shares']} shares", "give at most the shares held"))
    return made if len(problems) == before else {}


def _number(where: str, key: str, text: str, problems: list[Problem]) -> Fraction | None:
    plain = text.replace(",", "").replace("$", "")
    if not plain:
        return None
    if len(plain) > 30 or not plain.replace(".", "", 1).isdecimal() or not plain.isascii():
        problems.append(Problem(where, f"{key} is {text!r:.40}", "give a number, 0 or more"))
        return None
    return Fraction(plain)


def _twice(where: str, rows: list[dict[str, Any]]) -> list[Problem]:
    """A term of a class that its rows state differently."""
    problems = []
    for name in dict.fromkeys(row["name"] for row in rows if row["kind"] == "preferred"):
        for key in COLUMNS[5:]:
            stated = {row[key] for row in rows if row["kind"] == "preferred" and row["name"] == name and row[key] is not None}
            if len(stated) > 1:
                problems.append(
                    Problem(where, f"class {name!r:.40} has {len(stated)} values of {key}", "state it once, or alike in each row")
                )
    return problems


def _table(rows: list[dict[str, Any]], as_of: date) -> CapTable:
    stock = [row for row in rows if row["kind"] in ("common", "preferred")]
    classes = [
        _class([row for row in stock if (row["kind"], row["name"]) == key]) for key in dict.fromkeys((r["kind"], r["name"]) for r in stock)
    ]
    awards = [row for row in rows if row["kind"] in get_args(Kind)]
    ratios = {(each.preferred, each.name): each.ratio for each in classes}
    positions = tuple(_position(row, ratios) for row in rows if row["shares"] and row["kind"] != "pool")
    pools = [row for row in rows if row["kind"] == "pool"]
    return CapTable(
        issuer="",
        as_of=as_of,
        holdings=holdings_of(positions),
        classes=tuple(classes),
        plans=tuple(_plan(name, pools, awards) for name in dict.fromkeys(row["name"] for row in pools)),
        exercised=Fraction(0),
        positions=positions,
    )


def _position(row: dict[str, Any], ratios: dict[tuple[bool, str], Fraction]) -> Position:
    stock, priced = row["kind"] in ("common", "preferred"), row["kind"] not in ("common", "preferred", "rsu")
    price = row["price"] if priced and row["price"] is not None else Fraction(0)
    return Position(
        security=row["where"].rpartition(", ")[2],
        stakeholder=row["stakeholder"],
        kind="stock" if stock else row["kind"],
        name=row["name"],
        shares=row["shares"],
        vested=row["shares"] if row["vested"] is None else row["vested"],
        price=price,
        price_stated=not priced or row["price"] is not None,
        currency="USD",
        vests=row["vested"] is not None,
        preferred=row["kind"] == "preferred",
        ratio=ratios[row["kind"] == "preferred", row["name"]] if stock else Fraction(1),
    )


def _plan(name: str, pools: list[dict[str, Any]], awards: list[dict[str, Any]]) -> PlanTotal:
    left = sum((row["shares"] for row in pools if row["name"] == name), start=Fraction(0))
    outstanding = sum((row["shares"] for row in awards if row["name"] == name and row["kind"] != "warrant"), start=Fraction(0))
    return PlanTotal(name, left + outstanding, outstanding, Fraction(0))


def _class(rows: list[dict[str, Any]]) -> ClassTotal:
    stated = {key: next((row[key] for row in rows if row[key] is not None), None) for key in COLUMNS[5:]}
    preferred = rows[0]["kind"] == "preferred"
    return ClassTotal(
        name=rows[0]["name"],
        preferred=preferred,
        outstanding=sum((row["shares"] for row in rows), start=Fraction(0)),
        authorized=None,
        ratio=stated["ratio"] or Fraction(1),
        seniority=stated["seniority"] or Fraction(0),
        issue_price=stated["price"] or Fraction(0),
        multiple=Fraction(1) if stated["multiple"] is None else stated["multiple"],
        participation_cap=stated["participation_cap"],
        currency="USD",
        multiple_assumed=preferred and stated["multiple"] is None,
        ratio_assumed=preferred and stated["ratio"] is None,
    )
