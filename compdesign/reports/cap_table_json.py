"""A cap table as plain data for JSON."""

from fractions import Fraction
from typing import Any

from compdesign.captable.cap_table import CapTable, ClassTotal, Holding
from compdesign.captable.convertible_terms import ConvertibleHolding
from compdesign.reports.cap_table_text import totals


def cap_table_data(table: CapTable) -> dict[str, Any]:
    """Plain data for JSON; numbers are exact where they are whole."""
    late = table.late_grants
    return {
        "issuer": table.issuer,
        "as_of": table.as_of.isoformat(),
        "totals": {name: _plain(value) for name, value in totals(table).items()},
        "awards_vested": _plain(table.awards_vested),
        "grants_after_start": None
        if late is None
        else {
            "policy": str(late.policy),
            "grants": late.grants,
            "grants_changed_on_date": late.on_date,
            "their_vested": _plain(late.vested),
            "their_vested_by_the_other_policy": _plain(late.otherwise),
        },
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
        "convertibles": [_convertible(each) for each in table.convertibles],
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
        "as_common": _plain(each.as_common),
        "vested": None if each.vested is None else _plain(each.vested),
    }


def _class(each: ClassTotal) -> dict[str, Any]:
    return {
        "name": each.name,
        "preferred": each.preferred,
        "authorized": None if each.authorized is None else _plain(each.authorized),
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


def _convertible(each: ConvertibleHolding) -> dict[str, Any]:
    return {
        "security": each.security,
        "type": each.kind,
        "stakeholder": each.stakeholder,
        "invested": _plain(each.invested),
        "interest": _plain(each.interest),
        "currency": each.currency,
        "cap": None if each.cap is None else _plain(each.cap),
        "basis": each.basis,
        "discount": _plain(each.discount),
        "most_favoured": each.most_favoured,
        "unstated": list(each.unstated),
    }


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
