"""Option-pricing allocation: what it must satisfy, and against integrating the waterfall over the lognormal exit."""

import numpy as np
import pytest

from compdesign.model.allocation import (
    Horizon,
    backsolve,
    current_value_common,
    discounted_common,
    option_pricing_allocation,
    option_pricing_common,
)
from compdesign.model.securities import OptionTranche, Preferred, Stack
from compdesign.model.waterfall import proceeds
from tests.model.test_waterfall import random_stack

HORIZON = Horizon(years=3.0, rate=0.04, volatility=0.6)
STACK = Stack(
    8e6, (Preferred("A", 2e6, 1e7), Preferred("B", 1e6, 2e7, participation="capped", cap_multiple=2.0)), (OptionTranche("O", 1e6, 1.5),)
)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_discounted_mean_of_the_waterfall(seed: int) -> None:
    stack = random_stack(seed, convertibles=True)
    stack = Stack(stack.common, stack.preferred, stack.options, stack.convertibles)
    equity = 1.5 * sum(each.preference for each in stack.preferred)
    z = np.linspace(-9, 9, 200_001)
    weights = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    spread = HORIZON.volatility * np.sqrt(HORIZON.years)
    exits = equity * np.exp(HORIZON.rate * HORIZON.years - spread**2 / 2 + spread * z)
    holders = proceeds(stack, exits).by_holder()
    allocated = option_pricing_allocation(stack, equity, HORIZON)
    assert sum(allocated.values()) == pytest.approx(equity, rel=1e-9)
    for name, value in allocated.items():
        assert value == pytest.approx(np.exp(-HORIZON.rate * HORIZON.years) * (holders[name] * weights).sum(), rel=1e-5, abs=1.0), name


def test_backsolve_returns_the_price_of_the_last_round() -> None:
    equity = backsolve(STACK, "B", 20.0, HORIZON)
    assert option_pricing_allocation(STACK, equity, HORIZON)["B"] / 1e6 == pytest.approx(20.0, rel=1e-9)
    common = option_pricing_common(STACK, equity, HORIZON)
    assert 0 < common < 20.0
    assert option_pricing_common(STACK, equity, HORIZON, marketability_discount=0.3) == pytest.approx(0.7 * common)
    with pytest.raises(ValueError, match="name a class"):
        backsolve(STACK, "C", 20.0, HORIZON)


def test_the_option_pricing_method_becomes_the_current_value_without_uncertainty() -> None:
    still = Horizon(years=1e-9, rate=0.04, volatility=0.6)
    assert option_pricing_common(STACK, 5e7, still) == pytest.approx(current_value_common(STACK, 5e7), rel=1e-6)
    assert current_value_common(STACK, 2e7) == 0.0 < option_pricing_common(STACK, 2e7, HORIZON)  # out of the money, not worthless
    assert discounted_common(5.0, 0.7) == pytest.approx(1.5)
