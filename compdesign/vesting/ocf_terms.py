"""Vesting terms to and from the Open Cap Format's JSON (object VESTING_TERMS)."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.terms import AllocationType, Condition, OnDate, OnEvent, OnStart, Period, Portion, Relative, VestingTerms

_NUMERIC = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,10})?")


def terms_from_ocf(item: Mapping[str, Any]) -> VestingTerms:
    """Vesting terms from one VESTING_TERMS object. Raises ScenarioError with what is missing or no value of the format."""
    terms_id = str(item.get("id", ""))
    where = f"vesting terms {terms_id}"
    try:
        kind = AllocationType(item["allocation_type"])
    except (KeyError, ValueError):
        what = f"allocation_type is {item.get('allocation_type')!r:.60}"
        raise _refused(where, what, f"use one of {', '.join(AllocationType)}") from None
    conditions = item.get("vesting_conditions")
    if not isinstance(conditions, list):
        raise _refused(where, "vesting_conditions is no list", "list the conditions")
    made = tuple(_condition(where, each) for each in conditions)
    return VestingTerms(terms_id, kind, made, str(item.get("name", "")), str(item.get("description", "")))


def _condition(where: str, item: Any) -> Condition:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str) or not item["id"]:
        raise _refused(where, "a condition has no id", "give each condition an id")
    where = f"{where}, condition {item['id']}"
    follow = item.get("next_condition_ids")
    if not isinstance(follow, list) or not all(isinstance(each, str) for each in follow):
        raise _refused(where, "next_condition_ids is no list of ids", "list the conditions that may follow, or []")
    if ("portion" in item) == ("quantity" in item):
        raise _refused(where, "has both a portion and a quantity, or neither", "give exactly one")
    amount = _portion(where, item["portion"]) if "portion" in item else numeric(where, "quantity", item["quantity"])
    return Condition(item["id"], amount, _trigger(where, item.get("trigger")), tuple(follow), str(item.get("description", "")))


def _portion(where: str, item: Any) -> Portion:
    if not isinstance(item, dict):
        raise _refused(where, "portion is no object", "give numerator and denominator")
    remainder = item.get("remainder", False)
    if not isinstance(remainder, bool):
        raise _refused(where, f"portion.remainder is {remainder!r:.40}", "write true or false")
    parts = [numeric(where, f"portion.{key}", item.get(key)) for key in ("numerator", "denominator")]
    return Portion(parts[0], parts[1], remainder)


def _trigger(where: str, item: Any) -> OnStart | OnEvent | OnDate | Relative:
    kind = item.get("type") if isinstance(item, dict) else None
    match kind:
        case "VESTING_START_DATE":
            return OnStart()
        case "VESTING_EVENT":
            return OnEvent()
        case "VESTING_SCHEDULE_ABSOLUTE":
            return OnDate(calendar_date(where, "trigger.date", item.get("date")))
        case "VESTING_SCHEDULE_RELATIVE":
            base = item.get("relative_to_condition_id")
            if not isinstance(base, str):
                raise _refused(where, "relative_to_condition_id is missing", "name the condition the period counts from")
            return Relative(base, _period(where, item.get("period")))
    what = f"the trigger's type is {kind!r:.60}"
    raise _refused(where, what, "use VESTING_START_DATE, VESTING_EVENT, VESTING_SCHEDULE_ABSOLUTE or VESTING_SCHEDULE_RELATIVE")


def _period(where: str, item: Any) -> Period:
    if not isinstance(item, dict) or item.get("type") not in ("DAYS", "MONTHS"):
        raise _refused(where, "the period's type is not DAYS or MONTHS", "use one of these; a calendar year is 12 MONTHS")
    values: dict[str, Any] = {"length": item.get("length"), "occurrences": item.get("occurrences")}
    values["cliff_installment"] = item.get("cliff_installment", 0)
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise _refused(where, f"period.{key} is {value!r:.40}", "give a whole number")
    if item["type"] == "MONTHS" and not isinstance(item.get("day_of_month"), str):
        raise _refused(where, "period.day_of_month is missing", "state the day on which months are counted")
    day = item["day_of_month"] if item["type"] == "MONTHS" else Period.day_of_month
    return Period(values["length"], item["type"], values["occurrences"], day, values["cliff_installment"])


def terms_to_ocf(terms: VestingTerms) -> dict[str, Any]:
    """The VESTING_TERMS object of terms; terms_from_ocf reads it back."""
    return {
        "object_type": "VESTING_TERMS",
        "id": terms.id,
        "name": terms.name,
        "description": terms.description,
        "allocation_type": str(terms.allocation_type),
        "vesting_conditions": [_condition_to_ocf(each) for each in terms.conditions],
    }


def _condition_to_ocf(condition: Condition) -> dict[str, Any]:
    made: dict[str, Any] = {"id": condition.id}
    if condition.description:
        made["description"] = condition.description
    if isinstance(condition.amount, Portion):
        ratio = condition.amount.ratio  # numerator and denominator are whole in lowest terms, whatever decimals they were typed in
        made["portion"] = {"numerator": str(ratio.numerator), "denominator": str(ratio.denominator)}
        if condition.amount.remainder:
            made["portion"]["remainder"] = True
    else:
        made["quantity"] = numeric_text(condition.amount)
    return {**made, "trigger": _trigger_to_ocf(condition.trigger), "next_condition_ids": list(condition.next_ids)}


def _trigger_to_ocf(trigger: OnStart | OnEvent | OnDate | Relative) -> dict[str, Any]:
    match trigger:
        case OnStart():
            return {"type": "VESTING_START_DATE"}
        case OnEvent():
            return {"type": "VESTING_EVENT"}
        case OnDate(day):
            return {"type": "VESTING_SCHEDULE_ABSOLUTE", "date": day.isoformat()}
        case Relative(base, period):
            made: dict[str, Any] = {"length": period.length, "type": period.type, "occurrences": period.occurrences}
            if period.type == "MONTHS":
                made["day_of_month"] = period.day_of_month
            if period.cliff_installment > 1:
                made["cliff_installment"] = period.cliff_installment
            return {"type": "VESTING_SCHEDULE_RELATIVE", "period": made, "relative_to_condition_id": base}


def numeric(where: str, key: str, value: Any) -> Fraction:
    """A number of the format (type Numeric: text, at most 10 decimals), exactly."""
    if not isinstance(value, str) or not _NUMERIC.fullmatch(value):
        raise _refused(where, f"{key} is {value!r:.40}", 'give a number in quotes, e.g. "1000" or "0.25"')
    return Fraction(value)


def numeric_text(number: Fraction | int) -> str:
    """A number as the format writes it; exact for whole numbers and up to 10 decimals."""
    if Fraction(number).denominator == 1:
        return str(int(number))
    return f"{float(number):.10f}".rstrip("0")


def calendar_date(where: str, key: str, value: Any) -> date:
    """A date of the format (type Date: ISO 8601)."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _refused(where, f"{key} is {value!r:.40}", "give a date such as 2026-11-01")


def _refused(where: str, what: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem(where, what, remedy)])
