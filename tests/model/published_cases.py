"""Worked cases from published sources, as data."""

import tomllib
from pathlib import Path
from typing import Any

from compdesign.model.securities import Convertible, OptionTranche, Preferred, Stack

FOLDER = Path(__file__).with_name("cases")


def cases(area: str) -> list[Any]:
    """The cases of an area; each says its source and how the expected numbers follow from it."""
    found = tomllib.loads((FOLDER / f"{area}.toml").read_text(encoding="utf-8"))["case"]
    assert all(case["source"] and case["derivation"] for case in found)
    return found


def stack_of(terms: dict[str, Any]) -> Stack:
    """The stack of a case."""
    return Stack(
        **terms
        | {
            "preferred": tuple(Preferred(**each) for each in terms.get("preferred", ())),
            "options": tuple(OptionTranche(**each) for each in terms.get("options", ())),
            "convertibles": tuple(Convertible(**each) for each in terms.get("convertibles", ())),
        }
    )
