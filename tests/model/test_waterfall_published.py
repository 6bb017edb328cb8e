"""Exits worked in published sources."""

from typing import Any

import numpy as np
import pytest

from compdesign.model.waterfall import proceeds
from tests.model.published_cases import cases, stack_of

CASES = cases("waterfall")


def test_there_are_enough_cases_and_no_name_twice() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_published_exit(case: Any) -> None:
    stack = stack_of(case["stack"])
    result = proceeds(stack, [exit_["value"] for exit_ in case["exits"]])
    holders = result.by_holder()
    papers = [*stack.preferred, *stack.convertibles]
    decisions = np.concatenate([result.converted, result.convertibles_converted])
    for path, exit_ in enumerate(case["exits"]):
        for name, expected in exit_["expected"].items():
            assert holders[name][path] == pytest.approx(expected, rel=1e-9, abs=case.get("within", 0.01)), (
                case["name"],
                exit_["value"],
                name,
            )
        if "converted" in exit_:
            converted = {paper.name for paper, row in zip(papers, decisions, strict=True) if row[path]}
            assert converted == set(exit_["converted"]), (case["name"], exit_["value"])
