"""A cap table as text."""

from collections.abc import Iterable
from fractions import Fraction
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from compdesign.captable.cap_table import AWARDS, CapTable, LateGrants
from compdesign.captable.convertible_terms import ConvertibleHolding
from compdesign.captable.package_files import printable
from compdesign.vesting.schedule import GrantAfterStart

MOST_HOLDERS = 40
POLICIES = {
    GrantAfterStart.ON_GRANT_DATE: "on the grant date",
    GrantAfterStart.WITH_NEXT_INSTALMENT: "with the next instalment",
}
"""When instalments vest that were due before their grant was made."""


def cap_table_text(table: CapTable, width: int = 120) -> str:
    """Holdings, totals, classes, plans, preference stack, convertibles, and what is to be known about them."""
    buffer = StringIO()
    console = Console(file=buffer, width=width, no_color=True, highlight=False, markup=False, emoji=False)
    for part in _parts(table):
        console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _parts(table: CapTable) -> Iterable[RenderableType]:
    yield Text(f"{printable(table.issuer) or 'Cap table'} on {table.as_of}")
    yield _totals(table)
    yield _holdings(table)
    if table.late_grants is not None and any(each.vested is not None for each in table.holdings):
        yield Text(late_grants_text(table.late_grants, table.as_of.isoformat()) + "\n")
    if table.classes:
        yield _classes(table)
    if table.plans:
        yield _plans(table)
    if table.preference_stack:
        yield _stack(table)
    if table.convertibles:
        yield _convertibles(table.convertibles)
        yield Text("Shares of SAFEs and notes depend on a round or exit to come: none is counted as fully diluted.\n")
    for day, kind, price, currency in table.valuations[:3]:
        yield Text(f"{printable(kind)} valuation effective {day}: {currency} {price_text(price)} a share")
    for title, lines in (("To know", table.notes), ("Kept aside, of a type this reader does not know", table.aside)):
        if lines:
            yield Text(f"{title}:")
            yield from (Padding(Text(printable(line, 400)), (0, 0, 0, 2)) for line in lines)


def late_grants_text(late: LateGrants, day: str) -> str:
    """The policy for instalments due before their grant, how many grants it matters to, and what it changes on the date."""
    said = f"Instalments due before their grant was made vest {POLICIES[late.policy]} ({late.policy}): "
    if not late.grants:
        return said + "no grant outstanding has any."
    (other,) = (each for each in GrantAfterStart if each is not late.policy)
    which = f"this matters to the schedule of {_grants(late.grants)} outstanding"
    if not late.on_date:
        return f"{said}{which}, and to no vested shares on {day}."
    changed = f"to the vested shares of {_grants(late.on_date)} on {day}: {number(late.vested)}, and {number(late.otherwise)} by {other}"
    return f"{said}{which}, and {changed}."


def _grants(count: int) -> str:
    return f"{count:,} grant{'' if count == 1 else 's'}"


def _totals(table: CapTable) -> RenderableType:
    made = _table("Fully diluted", "Shares", "Of the whole")
    whole = table.fully_diluted or Fraction(1)
    for label, shares in totals(table).items():
        made.add_row(LABELS[label], number(shares), _percent(shares, whole))
    return made


LABELS = {
    "common": "Common outstanding",
    "preferred_as_converted": "Preferred, as converted to common",
    "options_outstanding": "Options outstanding",
    "rsus_and_sars_outstanding": "RSUs and SARs outstanding",
    "warrants_outstanding": "Warrants outstanding",
    "pool_available": "Pool available to grant",
    "fully_diluted": "Fully diluted",
}


def totals(table: CapTable) -> dict[str, Fraction]:
    """What fully diluted shares are made of, and their sum."""
    return {
        "common": table.common,
        "preferred_as_converted": table.preferred,
        "options_outstanding": table.as_common("option"),
        "rsus_and_sars_outstanding": table.as_common("rsu", "sar"),
        "warrants_outstanding": table.as_common("warrant"),
        "pool_available": table.pool_available,
        "fully_diluted": table.fully_diluted,
    }


def _holdings(table: CapTable) -> RenderableType:
    made = _table("Holder", "Shares", "Of these vested", "Of fully diluted", names=("Holder", "Kind", "Class or plan"))
    whole = table.fully_diluted or Fraction(1)
    for each in table.holdings[:MOST_HOLDERS]:
        kind = each.kind.upper() if each.kind in ("rsu", "sar") else each.kind
        vested = "" if each.vested is None else number(each.vested)
        made.add_row(printable(each.stakeholder), kind, printable(each.name), number(each.shares), vested, _percent(each.as_common, whole))
    if rest := table.holdings[MOST_HOLDERS:]:
        shares, common = (sum(values, start=Fraction(0)) for values in ((x.shares for x in rest), (x.as_common for x in rest)))
        made.add_row(f"{len(rest)} smaller holdings", "", "", number(shares), "", _percent(common, whole))
    made.add_section()
    awards = [each for each in table.holdings if each.kind in AWARDS]
    made.add_row(
        "Awards outstanding", "", "", number(sum((each.shares for each in awards), start=Fraction(0))), number(table.awards_vested), ""
    )
    made.add_row("Exercised or released so far", "", "", number(table.exercised), "", "")
    return made


def _classes(table: CapTable) -> RenderableType:
    made = _table("Stock class", "Authorized", "Outstanding", "As common", names=("Stock class", "Type"))
    for each in table.classes:
        authorized = "not stated" if each.authorized is None else number(each.authorized)
        kind = "preferred" if each.preferred else "common"
        made.add_row(printable(each.name), kind, authorized, number(each.outstanding), number(each.as_converted))
    return made


def _plans(table: CapTable) -> RenderableType:
    made = _table("Plan (shares)", "Reserved", "Awards outstanding", "Became stock", "Available to grant")
    for each in table.plans:
        made.add_row(printable(each.name), *(number(value) for value in (each.reserved, each.outstanding, each.issued, each.available)))
    return made


def _stack(table: CapTable) -> RenderableType:
    made = _table("Paid first to last", "Seniority", "Shares", "Issue price", "Multiple", "Preference", "Participation cap")
    for each in table.preference_stack:
        made.add_row(
            printable(each.name),
            price_text(each.seniority, 0),
            number(each.outstanding),
            f"{each.currency} {price_text(each.issue_price)}" + (" (average)" if each.price_averaged else ""),
            f"{price_text(each.multiple, 0)}x" + (" (assumed)" if each.multiple_assumed else ""),
            f"{each.currency} {number(each.preference)}",
            "not stated" if each.participation_cap is None else f"{price_text(each.participation_cap, 0)}x",
        )
    return made


def _convertibles(papers: Iterable[ConvertibleHolding]) -> RenderableType:
    made = _table("Holder", "Invested", "Interest to date", "Cap", "Discount", "MFN", names=("SAFE or note", "Type", "Holder"))
    for each in papers:
        cap = "none" if each.cap is None else f"{each.currency} {number(each.cap)} {each.basis or ''}".rstrip()
        made.add_row(
            printable(each.security),
            printable(each.kind.replace("_", " ").lower() if each.kind == "CONVERTIBLE_SECURITY" else each.kind),
            printable(each.stakeholder),
            f"{each.currency} {number(each.invested)}",
            f"{each.currency} {number(each.interest)}" if each.is_note or each.interest else "",
            cap if each.terms_read else "not read",
            f"{float(100 * each.discount):g} %" if each.terms_read else "not read",
            "yes" if each.most_favoured else "",
        )
    return made


def _table(first: str, *columns: str, names: tuple[str, ...] = ()) -> Table:
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names or (first,):
        made.add_column(name, overflow="fold")
    for name in columns:
        made.add_column(name, justify="right", no_wrap=True)
    return made


def _percent(shares: Fraction, whole: Fraction) -> str:
    return f"{float(100 * shares / whole):.2f} %"


def number(value: Fraction) -> str:
    """A number of shares or an amount of money: whole where it is, else two decimals."""
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.2f}"


def price_text(value: Fraction, least: int = 2) -> str:
    """A price or multiple with the decimals it needs, at least `least` (two of a price), at most six."""
    text = f"{float(value):,.6f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<{max(least, 2 if decimals else 0)}}" if decimals or least else whole
