"""JSON read strictly: what RFC 8259 leaves open is refused, and everything is bounded before it is built."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from math import isfinite
from typing import Any

from .problems import MOST_LISTED, ApiProblem, Entry

MOST_VALUES = 10_000
"""Commas and brackets in a body, text included: the largest scenario that is accepted has about half as many values."""
MOST_KEYS = 100
MOST_ENTRIES = 1_000
DEEPEST = 16
LONGEST_TEXT = 5_000
LONGEST_KEY = 100
MOST_DIGITS = 19
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class _Fault:
    """Stands in the place of a value that is refused while reading, until its place is known."""

    def __init__(self, value_class: str, rule: str, remedy: str) -> None:
        self.entry = (value_class, rule, remedy)


def parse(raw: bytes, names: frozenset[str]) -> Any:
    """The value in a body. names: keys that may stand in an error's pointer; a pointer stops before any other, for a key is input too.

    Raises ApiProblem 400 for what is no strict JSON, 422 for what is out of bounds.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(
            "the body is not UTF-8", Entry("", "bytes that are not UTF-8", "JSON is UTF-8 (RFC 8259, 8.1)", "encode it as UTF-8")
        ) from None
    if raw.startswith(BOM_UTF8):
        entry = Entry("", "text behind a byte order mark", "JSON begins with its value (RFC 8259, 8.1)", "send it without the mark")
        raise _malformed("the body begins with a byte order mark", entry)
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MOST_VALUES:
        raise _out_of_bounds([Entry("", "too many values", f"at most {MOST_VALUES:,} commas and brackets", "send less in one request")])
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed(
            f"reading stops at {place}", Entry("", "text that is no JSON", "RFC 8259", f"correct the syntax at {place}")
        ) from None
    except RecursionError:
        raise _out_of_bounds([Entry("", "nesting too deep", f"at most {DEEPEST} levels", "nest less")]) from None
    refused: list[Entry] = []
    outside: list[Entry] = []
    for pointer, fault, is_malformed in _faults(value, names):
        (refused if is_malformed else outside).append(Entry(pointer, *fault))
        if len(refused) + len(outside) >= MOST_LISTED:
            break
    if refused:
        raise _malformed("the body is JSON that is not accepted", *refused)
    if outside:
        raise _out_of_bounds(outside)
    return value


def _malformed(detail: str, *entries: Entry) -> ApiProblem:
    return ApiProblem(400, "malformed-body", "The body cannot be read", detail, entries)


def _out_of_bounds(entries: list[Entry]) -> ApiProblem:
    return ApiProblem(422, "out-of-bounds", "The body is out of bounds", "the body holds more than is read", entries)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Fault("object with a repeated key", "each key once", "remove the repeated key")


def _integer(text: str) -> Any:
    digits = len(text.lstrip("-"))
    return (
        int(text)
        if digits <= MOST_DIGITS
        else _Fault(f"integer of {digits:,} digits", f"at most {MOST_DIGITS} digits", "give a smaller number")
    )


def _number(text: str) -> Any:
    number = float(text) if len(text) <= 100 else float("inf")
    return number if isfinite(number) else _Fault("number too large or too long", "finite, at most 100 characters", "give a plain number")


def _constant(_: str) -> Any:
    return _Fault("NaN or infinity", "JSON knows no such number (RFC 8259, 6)", "give a finite number, or leave the key out")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)


def _faults(root: Any, names: frozenset[str]) -> Iterator[tuple[str, tuple[str, str, str], bool]]:
    """(pointer, fault, whether it is malformed) in the order of the body; a faulty container is not entered."""
    stack = [("", root, 1, True)]
    while stack:
        pointer, value, depth, is_named = stack.pop()
        if isinstance(value, _Fault):
            yield pointer, value.entry, True
        elif isinstance(value, str):
            yield from _text_faults(pointer, value)
        elif not isinstance(value, dict | list):
            continue
        elif (fault := _bound(value, depth)) is not None:
            yield pointer, fault, False
        elif isinstance(value, list):
            stack += [
                (f"{pointer}/{i}" if is_named else pointer, each, depth + 1, is_named) for i, each in reversed(list(enumerate(value)))
            ]
        elif any(len(key) > LONGEST_KEY or _UNPRINTABLE.search(key) for key in value):
            yield pointer, ("object with a key that is no name", f"keys of at most {LONGEST_KEY} printing characters", "rename it"), True
        else:
            for key, each in reversed(value.items()):
                known = is_named and key in names
                stack.append((f"{pointer}/{key}" if known else pointer, each, depth + 1, known))


def _bound(value: dict[str, Any] | list[Any], depth: int) -> tuple[str, str, str] | None:
    if depth > DEEPEST:
        return "nesting too deep", f"at most {DEEPEST} levels", "nest less"
    if isinstance(value, list):
        return (
            (f"array of {len(value):,} entries", f"at most {MOST_ENTRIES:,} entries", "send fewer") if len(value) > MOST_ENTRIES else None
        )
    return (f"object of {len(value):,} keys", f"at most {MOST_KEYS} keys", "send fewer") if len(value) > MOST_KEYS else None


def _text_faults(pointer: str, value: str) -> Iterator[tuple[str, tuple[str, str, str], bool]]:
    if len(value) > LONGEST_TEXT:
        yield pointer, (f"text of {len(value):,} characters", f"at most {LONGEST_TEXT:,} characters", "shorten it"), False
    elif _UNPRINTABLE.search(value):
        rule = "no control characters and no lone surrogates"
        yield pointer, ("text with a character that does not print", rule, "remove the character"), True
