"""What holds for every schedule: sums, signs, order; and one implementation for dates and for the simulation's months."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.errors import ScenarioError
from compdesign.inputs.offers import Allocation
from compdesign.model.vesting import vested_shares
from compdesign.vesting import (
    AllocationType,
    Condition,
    Grant,
    GrantAfterStart,
    OnDate,
    OnEvent,
    OnStart,
    Order,
    Period,
    Portion,
    Relative,
    VestingTerms,
    accelerate,
    instalments,
    standard_terms,
    terms_from_ocf,
    terms_to_ocf,
    vested_on,
)

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
KINDS = st.sampled_from(AllocationType)
SHARES = st.integers(0, 10**9)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[int, int, int]:
    """(months, cliff, every) as scenarios allow."""
    months = draw(st.integers(0, 120))
    every = draw(st.sampled_from([e for e in range(1, 13) if months % e == 0]))
    return months, draw(st.integers(0, months)), every


@given(schedule=schedules(), shares=SHARES, start=DAYS, allocation=st.sampled_from(get_args(Allocation)))
def test_dates_and_months_agree_to_the_share(schedule: tuple[int, int, int], shares: int, start: date, allocation: str) -> None:
    """The dated instalments at k calendar months are what the simulation's month table holds at tenure k, for every allocation type."""
    made = instalments(Grant(shares, start, start), standard_terms(*schedule, allocation_type=AllocationType(allocation.upper())))
    tenure = np.arange(125)
    table = vested_shares(np.full(125, float(shares)), tenure, *schedule, allocation)
    assert [vested_on(made, clamped(start, k)) for k in range(125)] == table.tolist()
    assert all(each.date in {clamped(start, k) for k in range(121)} for each in made)


def clamped(start: date, months: int) -> date:
    """start plus calendar months by trial: the start's day, or the last day before it that exists."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    for day in range(start.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError


@st.composite
def chains(draw: st.DrawFn) -> VestingTerms:
    """A start, then conditions one after another: relative, on a date or on an event, portions adding to at most 1."""
    sizes = draw(st.lists(st.integers(0, 12), min_size=1, max_size=6))
    whole = max(sum(sizes), 1) + draw(st.integers(0, 3)) * draw(st.integers(0, 5))
    conditions = [Condition("c0", Portion(Fraction(0), Fraction(1)), OnStart(), ("c1",))]
    for index, size in enumerate(sizes, 1):
        occurrences = 1
        kind = draw(st.sampled_from(["months", "days", "date", "event"]))
        trigger: OnDate | OnEvent | Relative
        if kind in ("months", "days"):
            occurrences = max(size, 1)
            base = f"c{draw(st.integers(0, index - 1))}"
            cliff = draw(st.integers(0, occurrences))
            unit = "MONTHS" if kind == "months" else "DAYS"
            trigger = Relative(base, Period(draw(st.integers(0, 14)), unit, occurrences, cliff_installment=cliff))  # type: ignore[arg-type]
        elif kind == "date":
            trigger = OnDate(draw(DAYS))
        else:
            trigger = OnEvent()
        following = (f"c{index + 1}",) if index < len(sizes) else ()
        conditions.append(Condition(f"c{index}", Portion(Fraction(size, occurrences), Fraction(whole)), trigger, following))
    return VestingTerms("chain", draw(KINDS), tuple(conditions))


@given(terms=chains(), shares=SHARES, start=DAYS, granted=DAYS, policy=st.sampled_from(GrantAfterStart), lags=st.lists(st.integers(0, 900)))
def test_sums_signs_and_order(
    terms: VestingTerms, shares: int, start: date, granted: date, policy: GrantAfterStart, lags: list[int]
) -> None:
    waiting = [each.id for each in terms.conditions if isinstance(each.trigger, OnEvent)]
    events = {name: start + timedelta(days=lag) for name, lag in zip(waiting, lags, strict=False)}
    made = instalments(Grant(shares, granted, start), terms, events, policy)
    assert all(each.shares > 0 for each in made)
    assert all(before.date <= after.date for before, after in pairwise(made))
    assert all(each.date >= granted for each in made)
    assert sum(each.shares for each in made) <= shares
    if terms.allocation_type is not AllocationType.FRACTIONAL:
        assert all(isinstance(each.shares, int) for each in made)
    complete = sum(each.amount.ratio * each.occurrences for each in terms.conditions if isinstance(each.amount, Portion)) == 1
    if complete and not waiting:
        assert sum(each.shares for each in made) == shares


@given(terms=chains(), shares=SHARES, start=DAYS, first=st.integers(0, 900))
def test_a_later_event_changes_no_earlier_tranche(terms: VestingTerms, shares: int, start: date, first: int) -> None:
    waiting = [each.id for each in terms.conditions if isinstance(each.trigger, OnEvent)]
    day = start + timedelta(days=first)
    few = dict.fromkeys(waiting[:1], day)
    more = {name: day + timedelta(days=400 * rank) for rank, name in enumerate(waiting)}
    shorter, longer = (instalments(Grant(shares, start, start), terms, events) for events in (few, more))
    assert longer[: len(shorter)] == shorter


@given(schedule=schedules(), shares=SHARES, kind=KINDS)
def test_every_type_stays_within_its_remainder_of_even(schedule: tuple[int, int, int], shares: int, kind: AllocationType) -> None:
    """Between instalments of one size the types differ by less than the number of instalments, and all end at the grant."""
    months, _, every = schedule
    made = instalments(Grant(shares, date(2025, 1, 1), date(2025, 1, 1)), standard_terms(months, 0, every, kind))
    assert sum(each.shares for each in made) == shares
    count = max(months // every, 1)
    base = shares // count
    assert all(base - 1 <= each.shares <= base + count for each in made if base)
    if kind in (AllocationType.FRONT_LOADED, AllocationType.BACK_LOADED) and base:
        sizes = [each.shares for each in made]
        assert sizes == sorted(sizes, reverse=kind is AllocationType.FRONT_LOADED)
        assert Counter(sizes) == Counter([base + 1] * (shares % count) + [base] * (count - shares % count))


@given(
    schedule=schedules(),
    shares=st.integers(1, 10**9),
    part=st.fractions(0, 1, max_denominator=50),
    days=st.integers(0, 4000),
    order=st.sampled_from(Order),
)
def test_acceleration_keeps_the_sum_and_only_brings_forward(
    schedule: tuple[int, int, int], shares: int, part: Fraction, days: int, order: Order
) -> None:
    start = date(2025, 1, 1)
    before = instalments(Grant(shares, start, start), standard_terms(*schedule))
    day = start + timedelta(days=days)
    quantity = int(part * (shares - vested_on(before, day)))
    after = accelerate(before, day, quantity, order)
    assert sum(each.shares for each in after) == shares
    assert all(each.shares > 0 for each in after)
    assert all(vested_on(after, each.date) >= vested_on(before, each.date) for each in before)
    assert vested_on(after, day) == vested_on(before, day) + quantity


@given(terms=chains())
def test_written_and_read_back(terms: VestingTerms) -> None:
    again = terms_from_ocf(terms_to_ocf(terms))
    assert terms_to_ocf(again) == terms_to_ocf(terms)


def condition(name: str, *following: str, to: str | None = None) -> Condition:
    return Condition(name, Portion(Fraction(1), Fraction(9)), OnEvent() if to is None else Relative(to, Period(1, "MONTHS")), following)


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([condition("a", "b")], "next_condition_ids names 'b', which is missing"),
        ([condition("a", "b"), condition("b", to="cliff")], "relative_to_condition_id names 'cliff', which is missing"),
        ([condition("a", "b"), condition("b", "c"), condition("c", "b")], "the conditions form a cycle b -> c -> b"),
        ([condition("a", "a")], "the conditions form a cycle a -> a"),
        ([condition("a", "b", "c"), condition("b"), condition("c", to="b")], "counts from b, which no path meets before it"),
        ([condition("a"), condition("a")], "is defined 2 times"),
        ([], "have no condition"),
    ],
)
def test_a_broken_graph_gets_one_message(conditions: list[Condition], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        VestingTerms("t", AllocationType.CUMULATIVE_ROUNDING, tuple(conditions))
    assert len(caught.value.problems) == 1
    assert said in str(caught.value)


def test_what_cannot_be_vested_is_refused() -> None:
    start = date(2025, 1, 1)
    once = standard_terms(1, 0)
    doubled = Condition("more", Portion(Fraction(1), Fraction(1)), OnEvent())
    month = Condition("instalments", once["instalments"].amount, once["instalments"].trigger, ("more",))
    twice = VestingTerms("t", once.allocation_type, (once["vesting-start"], month, doubled))
    with pytest.raises(ScenarioError, match="come to 200 of 100 shares"):
        instalments(Grant(100, start, start), twice, {"more": date(2026, 1, 1)})
    with pytest.raises(ScenarioError, match="no number of shares"):
        Grant(-1, start)
    with pytest.raises(ScenarioError, match="no event or start here"):
        instalments(Grant(1, start, start), standard_terms(1, 0), {"ipo": start})
    with pytest.raises(ScenarioError, match="after the year 9999"):
        instalments(
            Grant(1, start, start),
            VestingTerms(
                "t",
                AllocationType.FRACTIONAL,
                (condition("a", "b"), Condition("b", Fraction(1), Relative("a", Period(40_000, "MONTHS", 9)))),
            ),
            {"a": start},
        )
    with pytest.raises(ScenarioError, match="when 100 are unvested"):
        accelerate(instalments(Grant(100, start, start), standard_terms(12, 0)), start, 101)


def test_cliff_outside_the_occurrences_and_a_wrong_day_rule_are_refused() -> None:
    period = Period(1, "MONTHS", 3, "32", cliff_installment=4)
    with pytest.raises(ScenarioError) as caught:
        VestingTerms("t", AllocationType.FRACTIONAL, (condition("a", "b"), Condition("b", Fraction(1), Relative("a", period))))
    assert [problem.what.split(" is ")[0] for problem in caught.value.problems] == ["the cliff", "the day of month"]
