"""Lists longer than their key takes, told before anything else is looked at: checking a thousand entries would hold up everybody."""

from typing import Any

from .entries import class_of, inside, resolved
from .problems import MOST_LISTED, Entry


def too_long(body: Any, schema: dict[str, Any]) -> list[Entry]:
    """One entry for each list with more entries than `maxItems` of its schema; those within it, at most MOST_LISTED, are gone through."""
    found: list[Entry] = []
    stack = [("", body, [schema], "an array")]
    while stack and len(found) < MOST_LISTED:
        pointer, value, places, rule = stack.pop()
        rule = next((place["description"] for place in places if "description" in place), rule)
        if isinstance(value, list):
            most = max((place["maxItems"] for place in resolved(places, schema) if "maxItems" in place), default=None)
            if most is not None and len(value) > most:
                found.append(Entry(pointer, class_of(value), rule, f"give at most {most}"))
            elif below := inside(places, 0, schema):
                stack += [(f"{pointer}/{at}", each, below, rule) for at, each in reversed(list(enumerate(value)))]
        elif isinstance(value, dict):
            for key, each in reversed(value.items()):
                if isinstance(each, dict | list) and (below := inside(places, key, schema)):
                    stack.append((f"{pointer}/{key}", each, below, rule))
    return found
