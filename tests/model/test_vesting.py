"""Vested shares against exact fractions."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.vesting import vested_fraction_table, vested_shares


@st.composite
def schedules(draw: st.DrawFn) -> tuple[int, int, int]:
    """(months, cliff, every) as the inputs allow: cliff within months, every a divisor of months up to 12."""
    months = draw(st.integers(0, 120))
    every = draw(st.sampled_from([e for e in range(1, 13) if months % e == 0]))
    return months, draw(st.integers(0, months)), every


def exact_share(tenure: int, months: int, cliff: int, every: int) -> Fraction:
    """Share vested, one case at a time."""
    if tenure < 0 or tenure < cliff:
        return Fraction(0)
    if months == 0 or tenure >= months:
        return Fraction(1)
    return Fraction(tenure - tenure % every, months)


def test_a_standard_grant() -> None:
    """4,800 shares over 48 months with a one-year cliff: 1,200 at month 12, then 100 a month."""
    tenure = np.array([-3, 0, 11, 12, 13, 47, 48, 120])
    assert vested_shares(np.full(8, 4_800.0), tenure, 48, 12, 1).tolist() == [0, 0, 0, 1200, 1300, 4700, 4800, 4800]


def test_a_hundred_shares_over_48_months_lose_none() -> None:
    """100/48 a month: cumulative rounding gives twos and threes, and 100 in all."""
    vested = vested_shares(np.full(49, 100.0), np.arange(49), 48, 0, 1)
    assert set(np.diff(vested)) == {2.0, 3.0}
    assert vested[-1] == 100


def test_half_a_share_rounds_up() -> None:
    """Of 1 share over 2 months, and of 5 over 10: 0.5, 1.5 and 2.5 round to 1, 2 and 3 (Python's round: 0, 2, 2)."""
    assert vested_shares(np.array([1.0]), np.array([1]), 2, 0, 1).tolist() == [1]
    assert vested_shares(np.full(3, 5.0), np.array([1, 3, 5]), 10, 0, 1).tolist() == [1, 2, 3]


def test_instalments_wait_for_their_date() -> None:
    """12 months by quarter with a cliff of 4: what accrued in the first quarter comes at month 4."""
    vested = vested_shares(np.full(14, 1_200.0), np.arange(14), 12, 4, 3)
    assert vested.tolist() == [0, 0, 0, 0, 300, 300, 600, 600, 600, 900, 900, 900, 1200, 1200]


def test_months_zero_vests_at_the_start() -> None:
    assert vested_shares(np.full(3, 7.0), np.array([-1, 0, 5]), 0, 0, 1).tolist() == [0, 7, 7]
    assert vested_fraction_table(0, 0, 1, 3).tolist() == [1, 1, 1, 1]


@given(
    schedule=schedules(),
    shares=st.lists(st.integers(0, 10**12), min_size=1, max_size=8),
    tenure=st.integers(-5, 140),
)
def test_exact_to_the_share(schedule: tuple[int, int, int], shares: list[int], tenure: int) -> None:
    vested = vested_shares(np.array(shares, np.float64), np.full(len(shares), tenure), *schedule)
    share = exact_share(tenure, *schedule)
    assert vested.tolist() == [floor(n * share + Fraction(1, 2)) for n in shares]


@pytest.mark.parametrize("months", [7, 48, 96, 119, 120])
def test_exact_near_every_half_at_the_largest_grants(months: int) -> None:
    tenure = np.arange(months + 1)
    for below in range(2 * months):
        vested = vested_shares(np.full(months + 1, 1e12 - below), tenure, months, 0, 1)
        assert [int(v) for v in vested] == [(2 * (10**12 - below) * k + months) // (2 * months) for k in range(months + 1)]


@given(schedule=schedules(), shares=st.integers(0, 10**12))
def test_monotone_and_complete(schedule: tuple[int, int, int], shares: int) -> None:
    months, cliff, _ = schedule
    tenure = np.arange(-2, 130)
    vested = vested_shares(np.float64(shares) * np.ones(len(tenure)), tenure, *schedule)
    assert (np.diff(vested) >= 0).all()
    assert (vested[tenure >= months] == shares).all()
    assert (vested[tenure < cliff] == 0).all()


@pytest.mark.parametrize(
    ("allocation", "sizes"),
    [
        ("cumulative_rounding", [5, 4, 5, 4]),
        ("cumulative_round_down", [4, 5, 4, 5]),
        ("front_loaded", [5, 5, 4, 4]),
        ("back_loaded", [4, 4, 5, 5]),
        ("front_loaded_to_single_tranche", [6, 4, 4, 4]),
        ("back_loaded_to_single_tranche", [4, 4, 4, 6]),
    ],
)
def test_eighteen_shares_in_four_instalments(allocation: str, sizes: list[int]) -> None:
    """The example of the Open Cap Format's enum AllocationType."""
    vested = vested_shares(np.full(13, 18.0), np.arange(13), 12, 0, 3, allocation)
    assert np.diff(vested[::3]).tolist() == sizes


@given(schedule=schedules(), length=st.integers(0, 140))
def test_table_is_the_unrounded_share(schedule: tuple[int, int, int], length: int) -> None:
    table = vested_fraction_table(*schedule, length)
    assert table.dtype == np.float64 and table.shape == (length + 1,)
    assert table.tolist() == [float(exact_share(t, *schedule)) for t in range(length + 1)]
