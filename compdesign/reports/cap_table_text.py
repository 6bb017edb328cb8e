"""A cap table as text and as plain data for JSON."""

from collections.abc import Iterable
from fractions import Fraction
from io import StringIO
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from compdesign.captable.cap_table import CapTable, ClassTotal, Holding
from compdesign.captable.package_files import printable

MOST_HOLDERS = 40


def cap_table_text(table: CapTable, width: int = 120) -> str:
    """Holdings, totals, plans, preference stack, and what is to be known about them."""
    buffer = StringIO()
    console = Console(file=buffer, width=width, no_color=True, highlight=False, markup=False, emoji=False)
    for part in _parts(table):
        console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _parts(table: CapTable) -> Iterable[RenderableType]:
    yield Text(f"{printable(table.issuer) or 'Cap table'} on {table.as_of}")
    yield _totals(table)
    yield _holdings(table)
    if table.plans:
        yield _plans(table)
    if table.preference_stack:
        yield _stack(table)
    for who, amount, currency in table.convertibles:
        yield Text(
            f"Convertible: {printable(who)}, {currency} {number(amount)} invested; its shares depend on a round to come and are not counted"
        )
    for day, kind, price, currency in table.valuations[:3]:
        yield Text(f"Valuation {kind} of {day}: {currency} {price_text(price)} a share")
    for title, lines in (("To know", table.notes), ("Kept aside, of a type this reader does not know", table.aside)):
        if lines:
            yield Text(f"{title}:")
            yield from (Text(f"  {printable(line, 400)}") for line in lines)


def _totals(table: CapTable) -> RenderableType:
    made = _table("fully diluted", "shares", "share")
    whole = table.fully_diluted or Fraction(1)
    for label, shares in totals(table).items():
        made.add_row(label.replace("_", " "), number(shares), f"{float(100 * shares / whole):.2f} %")
    return made


def totals(table: CapTable) -> dict[str, Fraction]:
    """What fully diluted shares are made of, and their sum."""
    return {
        "common": table.common,
        "preferred_as_converted": table.preferred,
        "options_outstanding": table.shares("option"),
        "rsus_and_sars_outstanding": table.shares("rsu", "sar"),
        "warrants_outstanding": table.shares("warrant"),
        "pool_available": table.pool_available,
        "fully_diluted": table.fully_diluted,
    }


def _holdings(table: CapTable) -> RenderableType:
    made = _table("holder", "shares", "vested", name_columns=("holder", "kind", "class or plan"))
    for each in table.holdings[:MOST_HOLDERS]:
        made.add_row(
            printable(each.stakeholder),
            each.kind,
            printable(each.name),
            number(each.shares),
            "" if each.vested is None else number(each.vested),
        )
    if len(rest := table.holdings[MOST_HOLDERS:]) > 0:
        made.add_row(f"{len(rest)} smaller holdings", "", "", number(sum((each.shares for each in rest), start=Fraction(0))), "")
    made.add_section()
    made.add_row("awards vested", "", "", "", number(table.awards_vested))
    made.add_row("exercised or released so far", "", "", number(table.exercised), "")
    return made


def _plans(table: CapTable) -> RenderableType:
    made = _table("plan", "reserved", "outstanding", "issued", "available")
    for each in table.plans:
        made.add_row(printable(each.name), *(number(value) for value in (each.reserved, each.outstanding, each.issued, each.available)))
    return made


def _stack(table: CapTable) -> RenderableType:
    made = _table("paid first", "shares", "converts into", "issue price", "multiple", "preference", "participates up to")
    for each in table.preference_stack:
        made.add_row(
            printable(each.name),
            number(each.outstanding),
            number(each.as_converted),
            f"{each.currency} {price_text(each.issue_price)}",
            f"{price_text(each.multiple)}x" + (" (assumed)" if each.multiple_assumed else ""),
            f"{each.currency} {number(each.preference)}",
            "not stated" if each.participation_cap is None else f"{price_text(each.participation_cap)}x",
        )
    return made


def _table(first: str, *columns: str, name_columns: tuple[str, ...] = ()) -> Table:
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in name_columns or (first,):
        made.add_column(name)
    for name in columns:
        made.add_column(name, justify="right", no_wrap=True)
    return made


def number(value: Fraction) -> str:
    """A number of shares or an amount of money: whole where it is, else two decimals."""
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.2f}"


def price_text(value: Fraction) -> str:
    """A price or multiple with the decimals it needs, at most six."""
    text = f"{float(value):,.6f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}" if decimals else whole


def cap_table_data(table: CapTable) -> dict[str, Any]:
    """Plain data for JSON; numbers are exact where they are whole."""
    return {
        "issuer": table.issuer,
        "as_of": table.as_of.isoformat(),
        "totals": {name: _plain(value) for name, value in totals(table).items()},
        "awards_vested": _plain(table.awards_vested),
        "exercised": _plain(table.exercised),
        "holdings": [_holding(each) for each in table.holdings],
        "classes": [_class(each) for each in table.classes],
        "preference_stack": [each.name for each in table.preference_stack],
        "plans": [
            {
                "name": each.name,
                "reserved": _plain(each.reserved),
                "outstanding": _plain(each.outstanding),
                "issued": _plain(each.issued),
                "available": _plain(each.available),
            }
            for each in table.plans
        ],
        "convertibles": [
            {"stakeholder": who, "invested": _plain(amount), "currency": currency} for who, amount, currency in table.convertibles
        ],
        "valuations": [
            {"date": day.isoformat(), "type": kind, "price": _plain(price), "currency": currency}
            for day, kind, price, currency in table.valuations
        ],
        "notes": list(table.notes),
        "aside": list(table.aside),
    }


def _holding(each: Holding) -> dict[str, Any]:
    return {
        "stakeholder": each.stakeholder,
        "kind": each.kind,
        "name": each.name,
        "shares": _plain(each.shares),
        "vested": None if each.vested is None else _plain(each.vested),
    }


def _class(each: ClassTotal) -> dict[str, Any]:
    return {
        "name": each.name,
        "preferred": each.preferred,
        "outstanding": _plain(each.outstanding),
        "as_converted": _plain(each.as_converted),
        "seniority": _plain(each.seniority),
        "issue_price": _plain(each.issue_price),
        "multiple": _plain(each.multiple),
        "multiple_assumed": each.multiple_assumed,
        "participation_cap": None if each.participation_cap is None else _plain(each.participation_cap),
        "preference": _plain(each.preference),
        "currency": each.currency,
    }


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
