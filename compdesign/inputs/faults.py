"""From pydantic's errors to problems a user can act on: the key's path, what is wrong, the remedy."""

from typing import Any

from pydantic import ValidationError

from compdesign.errors import Problem

MOST_REPORTED = 20
_TAGS = {"every_deployments", "nth_deployment", "margin_gain_bps", "tenure_months", "all", "any"}

_REMEDIES = {
    "missing": ("is missing", "add it"),
    "extra_forbidden": ("is no known key", "correct its spelling or remove it; `compdesign schema` lists the keys"),
    "date_from_datetime_parsing": ("is no date", "write it as 2026-11-01"),
    "date_type": ("is no date", "write it as 2026-11-01"),
    "bool_type": ("is no switch", "write true or false"),
    "string_type": ("is no text", 'write it in quotes, e.g. "name"'),
    "model_type": ("is no table", "give its keys in a table, e.g. [company]"),
    "tuple_type": ("is no list", "give a list, e.g. [[offers]] tables"),
}


def problems_of(error: ValidationError) -> list[Problem]:
    """Every fault of a failed validation, at most MOST_REPORTED, none of pydantic's wording for programmers."""
    errors = error.errors(include_url=False, include_context=True, include_input=True)
    problems = [_problem(fault) for fault in errors[:MOST_REPORTED]]
    if len(errors) > MOST_REPORTED:
        problems.append(Problem("scenario", f"{len(errors) - MOST_REPORTED} further faults are not listed", "mend these first"))
    return problems


def _problem(fault: Any) -> Problem:
    where = key_path(fault["loc"]) or "scenario"
    kind, message = fault["type"], fault["msg"]
    if kind in _REMEDIES:
        what, remedy = _REMEDIES[kind]
        shown = "" if kind in ("missing", "extra_forbidden", "model_type", "tuple_type") else f"{shown_value(fault.get('input'))} "
        return Problem(where, f"{shown}{what}", remedy)
    if ";" in message:  # our own validators write "what; remedy"
        what, _, remedy = message.partition(";")
        return Problem(where, what.strip(), remedy.strip())
    if kind == "unknown_trigger":
        return Problem(where, "is no trigger", "give one of every_deployments, nth_deployment, margin_gain_bps, tenure_months, all, any")
    if kind == "too_short":
        return Problem(where, "the list is empty" if fault["ctx"]["actual_length"] == 0 else "the list is too short", f"give at least {fault['ctx']['min_length']}")
    if kind == "too_long":
        return Problem(where, "the list is too long", f"give at most {fault['ctx']['max_length']}")
    remedy = message[0].lower() + message[1:]
    return Problem(where, f"{shown_value(fault.get('input'))} is refused", remedy.replace("input should", "it should"))


def key_path(location: tuple[int | str, ...]) -> str:
    """``offers[1].refresh[0].cap`` from pydantic's location, without the tags of unions."""
    path = ""
    previous: int | str = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (part in _TAGS and (previous == "trigger" or isinstance(previous, int))):
            path += f".{part}" if path else part
        previous = part
    return path


def shown_value(value: Any) -> str:
    """A value short enough for a one-line message."""
    text = repr(value) if not isinstance(value, float) else f"{value:g}"
    return text if len(text) <= 60 else f"{text[:57]}..."
