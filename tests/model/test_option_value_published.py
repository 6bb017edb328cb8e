"""Option values printed in published sources."""

from typing import Any

import pytest

from compdesign.model.allocation import Horizon, option_pricing_allocation
from compdesign.model.expected_term import simplified_term
from compdesign.model.fair_value import black_scholes_call
from compdesign.model.lattice import EmployeeOption, employee_option_value
from compdesign.model.market_condition import HurdleAward, hurdle_value, paid_at_hurdle
from tests.model.published_cases import cases, stack_of

CASES = cases("option_value")


def test_there_are_enough_cases_and_no_name_twice() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 12


def value(case: Any) -> float:
    if "call" in case:
        return float(black_scholes_call(**case["call"]))
    if "lattice" in case:
        return employee_option_value(EmployeeOption(**case["lattice"]), steps=2_000)
    if "at_hurdle" in case:
        return paid_at_hurdle(HurdleAward(**case["at_hurdle"]), case["amount"])
    if "hurdle" in case:
        return hurdle_value(HurdleAward(**case["hurdle"]))
    if "term" in case:
        return simplified_term(**case["term"])
    return option_pricing_allocation(stack_of(case["stack"]), case["equity_value"], Horizon(**case["horizon"]))["VC"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_published_value(case: Any) -> None:
    assert value(case) == pytest.approx(case["expected"], abs=case["within"], rel=0)
