"""Breakpoints against a published table, and against the waterfall itself."""

from itertools import pairwise

import numpy as np
import pytest

from compdesign.errors import ScenarioError
from compdesign.model.breakpoints import breakpoints, gross_value
from compdesign.model.securities import Convertible, OptionTranche, Preferred, Stack
from compdesign.model.waterfall import proceeds
from tests.model.test_waterfall import random_stack


def test_mercer_capitals_tranches() -> None:
    """Harms, A Layperson's Guide to the Option Pricing Model (Mercer Capital 2016), exhibit 9."""
    stack = Stack(1500.0, (Preferred("A", 500.0, 1000.0), Preferred("B", 300.0, 1500.0)), (OptionTranche("warrants", 250.0, 10.0),))
    points = breakpoints(stack)
    assert [point.distributable for point in points] == [0, 2500, 5500, 11500, 23000]
    marginal = [[round(100 * point.sharing.get(name, 0), 1) for name in ("A", "B", "common", "warrants")] for point in points]
    assert marginal == [[40, 60, 0, 0], [0, 0, 100, 0], [25, 0, 75, 0], [21.7, 13, 65.2, 0], [19.6, 11.8, 58.8, 9.8]]
    assert [point.event for point in points] == [
        "preference of A, B",
        "common",
        "conversion of A",
        "conversion of B",
        "exercise of warrants",
    ]


@pytest.mark.parametrize("seed", range(40))
def test_summing_the_segments_gives_the_proceeds(seed: int) -> None:
    stack = random_stack(seed, convertibles=True)
    points = breakpoints(stack)
    starts = np.array([point.exit_value for point in points])
    assert (np.diff(starts) > 0).all()
    assert all(sum(point.sharing.values()) == pytest.approx(1, abs=1e-12) for point in points)
    exits = np.concatenate([starts, starts * 1.01, [starts[-1] * 10]])
    result = proceeds(stack, exits)
    holders = result.by_holder()
    edges = np.array([*(point.distributable for point in points), np.inf])
    for name in ("common", *(each.name for each in (*stack.preferred, *stack.options, *stack.convertibles))):
        within = [np.clip(result.distributable - start, 0, end - start) for start, end in pairwise(edges)]
        summed = sum(point.sharing.get(name, 0.0) * part for point, part in zip(points, within, strict=True))
        np.testing.assert_allclose(holders[name], summed, rtol=1e-9, atol=0.01, err_msg=name)


def test_gross_value_undoes_fees_debt_and_carve_out() -> None:
    stack = Stack(1e6, debt=2e6, fees=1e5, fee_share=0.03, carve_out_share=0.1, carve_out_maximum=1e6)
    for distributable in (1.0, 5e6, 9e6, 9.1e6, 1e9):
        assert proceeds(stack, gross_value(stack, distributable)).distributable[0] == pytest.approx(distributable, rel=1e-12, abs=1e-6)


def test_where_nobody_holds_common_the_price_jumps_to_the_first_conversion() -> None:
    points = breakpoints(Stack(0.0, (Preferred("A", 1e6, 5e6), Preferred("B", 1e6, 2e6))))
    assert [(point.distributable, point.common_price) for point in points] == [(0, 0), (7e6, 2), (10e6, 5)]


def test_what_happens_at_one_value_is_one_breakpoint() -> None:
    thirds = [Preferred(f"P{n}", n * 0.3, n * 0.1) for n in (1, 2, 3)]  # prices of a third, which rounding tells apart
    points = breakpoints(Stack(1.0, tuple(thirds)))
    assert [point.event for point in points] == [
        "preference of P1, P2, P3",
        "common",
        "conversion of P1; conversion of P2; conversion of P3",
    ]


def test_a_stack_by_path_is_refused() -> None:
    with pytest.raises(ScenarioError, match="one path"):
        breakpoints(Stack(np.array([1e6, 2e6]), convertibles=(Convertible("S", 1e5),)))
