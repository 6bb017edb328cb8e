"""What a package says of a SAFE or convertible note: terms, interest to date, and what it leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from compdesign.captable.ledger import Security, money, ratio
from compdesign.captable.ocf_package import Item
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.allocation import half_up
from compdesign.vesting.ocf_terms import calendar_date, numeric

READ = ("SAFE_CONVERSION", "CONVERTIBLE_NOTE_CONVERSION")
PERIODS = {"DAILY": 365, "MONTHLY": 12, "QUARTERLY": 4, "SEMI_ANNUAL": 2, "ANNUAL": 1}
"""Compounding periods a year (OCF enum AccrualPeriodType)."""


@dataclass(frozen=True)
class ConvertibleHolding:
    """A SAFE or note outstanding.

    security: its number. invested: principal or purchase amount outstanding; interest: accrued and unpaid on the date, in `currency`.
    cap, discount: None and 0 where none is stated. basis: what the cap divides, None where the package leaves it open. exit_multiple:
    cash due at an exit as a multiple; 1 where none is stated. seniority: 1 is the highest (OCF ConvertibleIssuance). terms_read: the
    package states terms of a kind that this reader divides an exit by. unstated: what it leaves open, one sentence each.
    """

    security: str
    stakeholder: str
    kind: str
    issued: date
    invested: Fraction
    currency: str
    interest: Fraction = Fraction(0)
    cap: Fraction | None = None
    discount: Fraction = Fraction(0)
    basis: Literal["post-money", "pre-money"] | None = None
    most_favoured: bool = False
    exit_multiple: Fraction = Fraction(1)
    seniority: int = 1
    terms_read: bool = False
    unstated: tuple[str, ...] = ()

    @property
    def is_note(self) -> bool:
        """Whether it is debt, paid ahead of stock."""
        return self.kind == "NOTE"


def convertible_holding(security: Security, number: str, stakeholder: str, day: date) -> ConvertibleHolding:
    """The terms of a convertible outstanding, with interest accrued to `day`. Raises ScenarioError for a number or date that is none."""
    item = security.issuance
    currency = money(item, "investment_amount")[1]
    stated = item.data.get("seniority")
    found, unstated = _mechanism(item)
    kind = str(item.data.get("convertible_type", ""))
    terms: dict[str, Any] = {}
    if found is not None:
        terms = _terms(item, found, security.outstanding, day, unstated)
        if terms["cap"] is not None and terms["cap_currency"] not in ("", currency):
            raise ScenarioError(
                [Problem(item.where, f"the cap is in {terms['cap_currency']}, the amount in {currency}", "state one currency")]
            )
        del terms["cap_currency"]
    return ConvertibleHolding(
        number,
        stakeholder,
        kind,
        item.day,
        security.outstanding,
        currency,
        seniority=stated if isinstance(stated, int) and not isinstance(stated, bool) else 1,
        terms_read=found is not None,
        unstated=tuple(unstated),
        **terms,
    )


def _mechanism(item: Item) -> tuple[Mapping[str, Any] | None, list[str]]:
    """The first conversion mechanism that is a SAFE's or a note's, and what is to be said of the others."""
    triggers = item.data.get("conversion_triggers")
    rights = [each.get("conversion_right") for each in triggers if isinstance(each, dict)] if isinstance(triggers, list) else []
    found = [
        each["conversion_mechanism"] for each in rights if isinstance(each, dict) and isinstance(each.get("conversion_mechanism"), dict)
    ]
    read = [each for each in found if each.get("type") in READ]
    if not read:
        kinds = ", ".join(dict.fromkeys(str(each.get("type")) for each in found)) or "none"
        return None, [
            f"its conversion mechanism ({kinds}) is not one of a SAFE or note; its amount is counted as cash due, without conversion"
        ]
    others = sum(each != read[0] for each in read)
    return read[0], [f"its triggers state different terms ({others + 1}); the first were read"] if others else []


def _terms(item: Item, found: Mapping[str, Any], outstanding: Fraction, day: date, unstated: list[str]) -> dict[str, Any]:
    note = found["type"] == READ[1]
    cap, cap_currency = None, ""
    if found.get("conversion_valuation_cap") is not None:
        cap, cap_currency = money(Item(item.type, dict(found), item.file), "conversion_valuation_cap")
    discount = _part(item, "conversion_discount", found.get("conversion_discount"))
    if discount >= 1:
        what = f"conversion_discount is {float(discount):g}"
        raise ScenarioError([Problem(item.where, what, "give the discount as a part below 1, e.g. 0.2 for 20 %")])
    basis = _basis(found)
    if cap is not None and basis is None:
        unstated.append(f"whether its cap is pre-money or post-money is not stated; read as {'pre' if note else 'post'}-money")
    if cap is None and not discount and found.get("conversion_mfn") is not True:
        unstated.append("neither cap nor discount is stated; it converts at the price of common, worth its amount")
    return {
        "cap": cap,
        "cap_currency": cap_currency,
        "discount": discount,
        "basis": basis,
        "most_favoured": found.get("conversion_mfn") is True,
        "exit_multiple": Fraction(1) if found.get("exit_multiple") is None else ratio(item, found["exit_multiple"]),
        "interest": _interest(item, found, outstanding, day, unstated) if note else Fraction(0),
    }


def _basis(found: Mapping[str, Any]) -> Literal["post-money", "pre-money"] | None:
    """By conversion_timing, else by whether the capitalization counts the instrument itself and the others that convert."""
    timing = {"POST_MONEY": "post-money", "PRE_MONEY": "pre-money"}.get(str(found.get("conversion_timing")))
    rules = found.get("capitalization_definition_rules")
    if timing is None and isinstance(rules, dict):
        counted = {rules.get(key) for key in ("include_this_security", "include_other_converting_securities")}
        timing = "post-money" if counted == {True} else "pre-money" if counted == {False} else None
    return timing  # type: ignore[return-value]


def _interest(item: Item, found: Mapping[str, Any], principal: Fraction, day: date, unstated: list[str]) -> Fraction:
    """Interest accrued and unpaid on `day`, to the cent: each rate over its own time, simple, or compounded by period (a part of a
    period by the same power). An end date is the last day that bears interest; without one the next rate's start ends it
    (OCF type InterestRate).
    """
    rates = found.get("interest_rates")
    if not isinstance(rates, list) or not all(isinstance(each, dict) for each in rates):
        raise ScenarioError([Problem(item.where, "interest_rates is no list", "list the rates with their dates, or []")])
    if found.get("interest_payout") == "CASH":
        unstated.append("its interest is paid in cash as it falls due; none is counted")
        return Fraction(0)
    compounds = found.get("compounding_type") == "COMPOUNDING"
    periods = PERIODS.get(str(found.get("interest_accrual_period")))
    if compounds and periods is None:
        what = f"interest_accrual_period is {found.get('interest_accrual_period')!r:.40}"
        raise ScenarioError([Problem(item.where, what, f"use one of {', '.join(PERIODS)}")])
    spans = [(calendar_date(item.where, "accrual_start_date", each.get("accrual_start_date")), each) for each in rates]
    spans.sort(key=lambda each: each[0])
    simple, factor = Fraction(0), 1.0
    for place, (start, each) in enumerate(spans):
        rate = _part(item, "interest_rates.rate", each.get("rate"))
        end = spans[place + 1][0] if place + 1 < len(spans) else day
        if each.get("accrual_end_date") is not None:
            end = min(end, calendar_date(item.where, "accrual_end_date", each["accrual_end_date"]) + timedelta(days=1))
        years = _years(start, min(end, day), str(found.get("day_count_convention")))
        simple += rate * years
        if compounds:
            factor *= (1 + float(rate) / (periods or 1)) ** float((periods or 1) * years)
    exact = principal * (Fraction(factor) - 1 if compounds else simple)
    return Fraction(half_up(exact * 100), 100)


def _years(start: date, end: date, convention: str) -> Fraction:
    """Years from start to end by the day count (OCF enum DayCountType); 0 if the end is not after the start."""
    if end <= start:
        return Fraction(0)
    if convention == "30_360":
        first = min(start.day, 30)
        last = 30 if end.day == 31 and first == 30 else end.day
        return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 360)
    return Fraction((end - start).days, 365)


def _part(item: Item, key: str, value: Any) -> Fraction:
    """A percentage of the format: a decimal, 0.08 for 8 %; 0 where absent."""
    if value is None:
        return Fraction(0)
    part = numeric(item.where, key, value)
    if not 0 <= part <= 1:
        raise ScenarioError([Problem(item.where, f"{key} is {value}", "give a decimal from 0 to 1, e.g. 0.08 for 8 %")])
    return part
