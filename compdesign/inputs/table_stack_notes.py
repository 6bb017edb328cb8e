"""What a cap table leaves open about an exit, and how it is read: said on the output, never passed over."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

from compdesign.captable.cap_table import AWARDS, CapTable, ClassTotal, Position

AwardsPaid = Literal["all", "vested"]
"""Which options, RSUs, SARs and warrants have a claim: all outstanding, or what of them has vested."""


_PARTICIPATES = re.compile(r"(?<!non)(?<!non[- ])participating", re.IGNORECASE)


def unstated_terms(table: CapTable, awards: AwardsPaid) -> tuple[str, ...]:
    """One sentence for each reading of something that a package does not state, or states in words alone."""
    return (*_preferred(table.preference_stack), *_awards(table, awards), *_convertibles(table, awards), _never_stated())


def _never_stated() -> str:
    return "Accrued dividends, debt, fees, a carve-out, escrows: a cap table states none and none is counted. Unissued pool shares get nothing."


def _preferred(stack: Iterable[ClassTotal]) -> Iterator[str]:
    classes = list(stack)
    if silent := [each.name for each in classes if not each.participation_cap]:
        yield (
            f"{_listed(silent)}: no participation cap. The format cannot say whether such a class participates; read as non-participating "
            '(if the charter lets it share with common: participation = "full").'
        )
    for each in classes:
        if not each.participation_cap and _PARTICIPATES.search(each.name):
            yield f"{each.name}: its name speaks of participation, which nothing in the package's data gives it."
        if each.participation_cap:
            yield f"{each.name}: participation cap {float(each.participation_cap):g}x, read as the most it gets, its preference included."
        if each.participation_cap == 0:
            yield f"{each.name}: a participation cap of 0 is taken for none."
    if assumed := [each.name for each in classes if each.multiple_assumed]:
        yield f"{_listed(assumed)}: no multiple of the liquidation preference; read as 1x."
    if assumed := [each.name for each in classes if each.ratio_assumed]:
        yield f"{_listed(assumed)}: no conversion ratio; read as one share of common for one."
    if averaged := [each.name for each in classes if each.price_averaged and each.issue_price]:
        yield f"{_listed(averaged)}: no issue price of the class; its preference is counted at the average price its shares were issued at."
    if free := [each.name for each in classes if not each.issue_price]:
        yield f"{_listed(free)}: no issue price; its preference counts as 0."


def _awards(table: CapTable, awards: AwardsPaid) -> Iterator[str]:
    live = [each for each in table.positions if each.kind in AWARDS and each.expired is None]
    if live:
        vested, every = (sum(values, start=Fraction(0)) for values in ((x.vested for x in live), (x.shares for x in live)))
        which = "all are paid, vested or not" if awards == "all" else "the vested ones alone are paid"
        yield f"Awards (options, SARs, RSUs): {_shares(every)} shares outstanding, {_shares(vested)} of them vested; {which} (--awards)."
    if awards == "all" and (free := [each for each in live if each.kind == "rsu"]):
        yield f"RSUs: {_shares(sum((each.shares for each in free), start=Fraction(0)))} are paid as common, also those that wait for an event."
    stock = [each for each in table.positions if each.kind == "stock" and each.vests and each.vested < each.shares]
    if stock:
        unvested = sum((each.shares - each.vested for each in stock), start=Fraction(0))
        yield f"Restricted stock: {_shares(unvested)} unvested shares are paid like vested ones; a repurchase at an exit is not counted."
    warrants = [each for each in table.positions if each.kind == "warrant" and each.expired is None]
    for each in (*live, *warrants):
        yield from _odd_award(each)
    for each in table.positions:
        if each.expired is not None:
            yield f"{each.kind} {each.security} of {each.stakeholder} expired on {each.expired} and is not paid."


def _odd_award(each: Position) -> Iterator[str]:
    what = f"{each.kind} {each.security} of {each.stakeholder}"
    if not each.price_stated:
        yield f"{what}: no {'base' if each.kind == 'sar' else 'exercise'} price; counted at 0."
    if each.becomes:
        yield f"{what} is for {each.becomes}; counted as the common that converts into, without that class's preference."
    if not each.shares:
        yield f"{what}: no number of shares; it gets nothing."


def _convertibles(table: CapTable, awards: AwardsPaid) -> Iterator[str]:
    if table.late_grants is None:
        yield "SAFEs and notes: a CSV of holdings lists none."
    notes = [each for each in table.convertibles if each.is_note]
    others = [each for each in table.convertibles if not each.is_note]
    if notes:
        yield (
            f"Notes are counted with interest to {table.as_of} and paid ahead of stock; a multiple due at an exit is one of "
            "principal and interest."
        )
    if others and len({each.seniority for each in table.preference_stack}) > 1:
        yield "SAFEs rank beside preferred stock; of several seniorities, beside the first."
    if notes and others and min(each.seniority for each in others) < max(each.seniority for each in notes):
        yield "The package ranks a SAFE ahead of a note; a note is debt and is paid first all the same."
    if any(each.cap is not None and each.discount for each in table.convertibles):
        yield "Beside a cap a discount is one to the price of a financing and is not counted at an exit (discount_at_exit = true counts it)."
    if awards == "vested" and any(each.cap is not None for each in table.convertibles):
        yield "The capitalization that a cap divides counts the awards that are paid; YC's SAFE counts unvested ones too while they stand."
    for each in table.convertibles:
        if each.discount and each.cap is None and each.is_note:
            yield f"{each.security} of {each.stakeholder}: its discount is counted at an exit too, as one to the price of common."
        for line in each.unstated:
            yield f"{each.security} of {each.stakeholder}: {line}."


def _shares(value: Fraction) -> str:
    return f"{float(value):,.0f}"


def _listed(names: list[str]) -> str:
    return ", ".join(names)
