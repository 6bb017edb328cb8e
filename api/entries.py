"""From the faults that the inputs tell (with values, for the person who typed them) to entries of a problem document (without)."""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from compdesign.errors import Problem

from .problems import MOST_LISTED, Entry

MISSING = object()
IN_RULE = "the rule says what it takes; GET /v1/schema says all of it"
_PLAIN = re.compile(r"[a-z_ ]{3,60}")
"""A text that may well stand in our own words: what was typed cannot be told from them."""
_PART = re.compile(r"([A-Za-z0-9_-]+)|\[(\d+)\]|(.)")
_IN_JSON = (
    (re.compile(r"^write a list of tables.*"), "give an array of objects"),
    (re.compile(r"^write its keys under.*"), "give an object"),
    (re.compile(r"^give the keys of a scenario$"), "give an object with the keys of the request"),
    (re.compile(r"`compdesign schema`"), "GET /v1/schema"),
    (re.compile(r"^add this table to"), "add this object to"),
    (re.compile(r"38_000_000 or"), "38000000 or"),
    (re.compile(r"\{ every_deployments = 1 \}"), '{"every_deployments": 1}'),
)
"""Remedies that speak TOML, in JSON's words."""


def entries_of(problems: Sequence[Problem], body: Any, schema: dict[str, Any], prefix: str = "") -> list[Entry]:
    """One entry a problem, at most MOST_LISTED. prefix: put before each problem's path. schema: JSON Schema of the body."""
    names, typed = keys_of(schema), _Typed(body)
    return [_entry(problem, body, schema, prefix, names, typed) for problem in problems[:MOST_LISTED]]


def _entry(problem: Problem, body: Any, schema: dict[str, Any], prefix: str, names: frozenset[str], typed: "_Typed") -> Entry:
    pointer, value, places = "", body, [schema]
    rule = "an object"
    for part in _parts(prefix + problem.where):
        if isinstance(value, dict) and part in names and (inner := inside(places, part, schema)):
            value, places = value.get(part, MISSING), inner
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value, places = value[part], inside(places, part, schema)
        else:  # a key that nobody knows: input, so that not even its name is told
            known = sorted({key for place in resolved(places, schema) for key in place.get("properties", {})})
            rule = f"its keys are {', '.join(known)}" if known else rule
            return Entry(pointer, class_of(value), rule, _told(problem.remedy, typed))
        pointer += f"/{part}"
        rule = next((place["description"] for place in places if "description" in place), rule)
    return Entry(pointer, class_of(value), rule, _told(problem.remedy, typed))


def _parts(where: str) -> Iterator[str | int]:
    """The keys and indices of a dotted path such as ``offers[1].refresh[0].cap``, or of an option such as ``--structure``."""
    for key, index, other in _PART.findall(where.removeprefix("--")):
        if key or index:
            yield key or int(index)
        elif other != ".":
            yield other


def inside(places: list[dict[str, Any]], part: str | int, schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas of what stands under a key, or in a list."""
    found = []
    for place in resolved(places, schema):
        inner = place.get("items") if isinstance(part, int) else place.get("properties", {}).get(part)
        found += [inner] if isinstance(inner, dict) else []
    return found


def resolved(places: list[dict[str, Any]], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Schemas, and all that they refer to or are joined from."""
    for place in places:
        if "$ref" in place:
            yield from resolved([schema["$defs"][place["$ref"].rpartition("/")[2]]], schema)
        yield place
        for joint in ("anyOf", "oneOf", "allOf"):
            yield from resolved(place.get(joint, []), schema)


def class_of(value: Any) -> str:
    """What kind of value stands somewhere, without the value."""
    if value is MISSING:
        return "missing"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return f"text of {len(value):,} character{'' if len(value) == 1 else 's'}"
    return f"array of {len(value):,}" if isinstance(value, list) else f"object of {len(value):,} keys"


def _told(remedy: str, typed: "_Typed") -> str:
    """A remedy in JSON's words, without what was typed. A table to copy stands after an empty line and is ours."""
    words, _, table = remedy.partition("\n\n")
    for pattern, instead in _IN_JSON:
        words = pattern.sub(instead, words)
    words = typed.without(words, IN_RULE)
    return f"{words} {_as_json(table)}" if table else words


def _as_json(table: str) -> str:
    (made,) = tomllib.loads(table).values()
    return json.dumps(made, ensure_ascii=False, default=str)


class _Typed:
    """What the client typed, to be kept out of an answer's words: texts of three characters or more, or between quotes, and numbers of
    four digits or more.
    """

    def __init__(self, body: Any) -> None:
        self.texts: set[str] = set()
        self.numbers: set[float] = set()
        stack = [body]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                stack += [*value, *value.values()]
            elif isinstance(value, list):
                stack += value
            elif isinstance(value, str):
                self.texts.add(value)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                self.numbers.add(float(value))

    def without(self, words: str, otherwise: str) -> str:
        """The words, a quoted text that was typed told as "the value"; other words if they hold anything else that was typed."""
        words = re.sub(r"(?<!\w)'([^']*)'", lambda quoted: "the value" if quoted[1] in self.texts else quoted[0], words)
        numbers = {float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", words) if len(re.sub(r"\D", "", each)) > 3}
        if numbers & self.numbers or any(len(text) > 2 and text in words and not _PLAIN.fullmatch(text) for text in self.texts):
            return otherwise
        return words


def without_input(words: str, body: Any, otherwise: str) -> str:
    """Words that hold nothing of the body, or else others."""
    return _Typed(body).without(words, otherwise)


def keys_of(schema: Any) -> frozenset[str]:
    """Every key that a JSON Schema gives a property."""
    found: set[str] = set()
    stack = [schema]
    while stack:
        place = stack.pop()
        if isinstance(place, dict):
            found |= set(place["properties"]) if isinstance(place.get("properties"), dict) else set()
            stack += place.values()
        elif isinstance(place, list):
            stack += place
    return frozenset(found)
