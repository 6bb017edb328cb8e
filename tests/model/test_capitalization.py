"""Price of a share around the conversion of the preferred, and pools as a share of post-money."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.capitalization import common_price, pool_increase

SHARES = st.integers(1_000, 10**9).map(float)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-1e6, 0.0),
        (0.0, 0.0),
        (5e6, 0.0),  # all of it goes to the preference
        (13e6, 1.0),  # 8 million to 8 million common
        (24e6, 2.375),  # holding: the preference of 2.50 a share beats 2.40
        (25e6, 2.5),  # the kink: 5 million of preference are worth 2.50 a share either way
        (40e6, 4.0),  # converted: 40 million over 10 million shares
    ],
)
def test_preferred_holds_or_converts(value: float, expected: float) -> None:
    """8 million common, 2 million preferred that cost 5 million."""
    assert common_price(value, 10e6, 2e6, 5e6) == pytest.approx(expected, rel=1e-15)


def test_without_preferred_everybody_shares_alike() -> None:
    assert common_price(30e6, 10e6, 0.0, 0.0) == 3.0


def test_without_common_the_preferred_takes_the_preference_first() -> None:
    assert common_price(np.array([4e6, 5e6, 8e6]), 2e6, 2e6, 5e6).tolist() == [0.0, 0.0, 4.0]


def test_nan_is_not_hidden() -> None:
    assert np.isnan(common_price(np.nan, 10e6, 2e6, 5e6))
    assert np.isnan(pool_increase(0.0, np.nan, 0.1))


@given(
    value=st.floats(-1e9, 1e11),
    more=st.floats(0, 1e9),
    common=SHARES,
    preferred=SHARES,
    preference=st.floats(0, 1e9),
)
def test_price_is_monotone_continuous_and_adds_up(value: float, more: float, common: float, preferred: float, preference: float) -> None:
    diluted = common + preferred
    price, higher = common_price(np.array([value, value + more]), diluted, preferred, preference)
    assert price <= higher
    assert higher - price <= more / common * (1 + 1e-9) + 1e-9 * (1 + higher)  # no jump: slope at most 1 / common
    to_preferred = max(value, 0) - price * common
    assert to_preferred >= min(max(value, 0), preference) - 1e-6 * (1 + abs(value))  # never below its preference
    assert to_preferred >= price * preferred - 1e-6 * (1 + abs(value))  # nor below conversion


def test_ten_percent_post_money_pool() -> None:
    """2 million on 8 million pre-money (a = 1/4), 1 million shares, no pool: 142,857 of 1,142,857 x 1.25 are 10 %."""
    assert pool_increase(0.0, 1e6, 0.10, 0.25) == 142_857


@given(
    diluted=SHARES,
    held=st.floats(0, 0.5),
    target=st.floats(0, 0.89),
    money_ratio=st.floats(0, 4),
    price=st.floats(0.01, 1_000),
)
def test_pool_after_the_round_is_the_target(diluted: float, held: float, target: float, money_ratio: float, price: float) -> None:
    pool = np.floor(held * diluted)
    increase = pool_increase(pool, diluted, target, money_ratio)
    assert increase >= 0 and increase == np.floor(increase)
    amount = money_ratio * price * diluted
    round_price = price * diluted / (diluted + increase)
    post = diluted + increase + amount / round_price
    if increase > 0:
        assert (pool + increase) / post <= target * (1 + 1e-9)
        one_more = (pool + increase + 1) / ((diluted + increase + 1) * (1 + money_ratio))
        assert one_more >= target * (1 - 1e-9)
    elif target * (1 + money_ratio) < 0.95:
        assert (pool + 1) / ((diluted + 1) * (1 + money_ratio)) >= target * (1 - 1e-9)


@pytest.mark.parametrize(
    ("pool", "target", "money_ratio", "expected"),
    [
        (2e6, 0.1, 0.0, 0.0),  # never shrinks
        (1e6, 0.1, 0.0, 0.0),
        (0.0, 0.0, 0.5, 0.0),
        (0.0, 0.95, 0.0, 0.0),  # the limit itself is not served
        (0.0, 0.8, 0.25, 0.0),  # would leave nothing: no division by zero either
        (0.0, 0.9, 9.0, 0.0),
    ],
)
def test_no_increase(pool: float, target: float, money_ratio: float, expected: float) -> None:
    assert pool_increase(pool, 10e6, target, money_ratio) == expected


def test_no_increase_is_decided_path_by_path() -> None:
    increase = pool_increase(np.array([0.0, 3e6, 0.0]), 9e6, np.array([0.1, 0.1, 0.9]), np.array([0.0, 0.0, 9.0]))
    assert increase.tolist() == [1_000_000, 0, 0]
