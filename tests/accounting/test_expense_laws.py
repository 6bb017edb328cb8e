"""What must hold for every award: the total is value x shares vested, the journal balances, order within a day changes nothing."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compdesign.accounting.awards import Assessment, Award, Departure, Modification, Tranche
from compdesign.accounting.journal import PAID_IN_CAPITAL, journal
from compdesign.accounting.schedule import expense
from compdesign.accounting.service_time import FiscalQuarter, fiscal_quarters
from compdesign.errors import ScenarioError

START = date(2024, 1, 31)
DAYS = st.integers(0, 1500).map(lambda days: START + timedelta(days))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Award, list[Assessment], date | None]:
    tranches = tuple(Tranche(draw(st.integers(1, 5000)), draw(DAYS)) for _ in range(draw(st.integers(1, 5))))
    award = Award(
        "A",
        START,
        Decimal(draw(st.integers(0, 5000))) / 100,
        tranches,
        attribution=draw(st.sampled_from(["straight-line", "graded"])),
        holder="E",
    )
    rates = draw(st.dictionaries(DAYS, st.integers(0, 100).map(lambda n: Decimal(n) / 100), max_size=4))
    return award, [Assessment(on, annual_forfeiture_rate=rate) for on, rate in rates.items()], draw(st.none() | DAYS)


@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from(["months", "days"]))
def test_total_is_value_times_shares_vested(history: tuple[Award, list[Assessment], date | None], day_count: str) -> None:
    award, assessments, leaves = history
    schedule = expense(award, assessments, [Departure(leaves)] if leaves else [], day_count=day_count)  # type: ignore[arg-type]
    vested = sum(t.shares for t in award.tranches if leaves is None or (t.vests or START) <= leaves)
    assert schedule.total_cents == vested * Decimal(award.fair_value) * 100
    assert schedule.rows[-1].cumulative_cents == schedule.total_cents
    assert all(row.explanation for row in schedule.rows if row.cents)


@settings(max_examples=60, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_order_of_assessments_changes_nothing(history: tuple[Award, list[Assessment], date | None], random: Random) -> None:
    award, assessments, _ = history
    told = [*assessments, *(Assessment(each.on, probable=True) for each in assessments)]
    shuffled = list(told)
    random.shuffle(shuffled)
    assert expense(award, told).rows == expense(award, shuffled).rows


@settings(max_examples=60, deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=5, unique=True), st.lists(st.booleans(), min_size=5, max_size=5), st.integers(1, 9999))
def test_a_performance_award_costs_all_or_nothing(days: list[date], judged: list[bool], shares: int) -> None:
    award = Award("P", START, "7.31", (Tranche(shares, None),), condition="performance")
    assessments = [Assessment(on, probable=yes, expected_date=on + timedelta(400)) for on, yes in zip(sorted(days), judged, strict=False)]
    expected = shares * 731 if assessments[-1].probable else 0
    assert expense(award, assessments).total_cents == expected


@settings(max_examples=50, deadline=None)
@given(histories(), st.sampled_from(["month", "quarter"]), st.integers(1, 12))
def test_journal_balances_and_adds_up(history: tuple[Award, list[Assessment], date | None], per: str, fiscal_start: int) -> None:
    award, assessments, leaves = history
    served = expense(award, assessments, [Departure(leaves)] if leaves else [])
    other = expense(Award("B", START, "3.33", (Tranche(100, date(2025, 1, 31)),), department="support", line="cost of revenue"))
    schedule = served + other
    lines = journal(schedule, per, fiscal_start)  # type: ignore[arg-type]
    for period in {line.period for line in lines}:
        of_period = [line for line in lines if line.period == period]
        assert sum(line.debit_cents - line.credit_cents for line in of_period) == 0
    paid_in = sum(line.credit_cents - line.debit_cents for line in lines if line.account == PAID_IN_CAPITAL)
    assert paid_in == schedule.total_cents == served.total_cents + 33_300
    support = sum(line.debit_cents - line.credit_cents for line in lines if line.department == "support")
    assert support == 33_300
    by = schedule.by_quarter(fiscal_start, by=("department", "line"))
    assert sum(each.cents for each in by) == sum(schedule.by_year(fiscal_start).values()) == schedule.total_cents


def test_fiscal_quarters_are_named_by_the_year_they_end_in() -> None:
    schedule = expense(Award("A", date(2025, 1, 1), "12", (Tranche(1000, date(2025, 12, 31)),)))
    assert [(q.fiscal_year, q.quarter, q.cents) for q in schedule.by_quarter(2)] == [
        (2025, 4, 100_000),
        (2026, 1, 300_000),
        (2026, 2, 300_000),
        (2026, 3, 300_000),
        (2026, 4, 200_000),
    ]


def test_what_cannot_be_is_refused() -> None:
    two = (Tranche(10, date(2025, 1, 31)), Tranche(10, date(2026, 1, 31)))
    one = Award("A", START, "1", two)
    with pytest.raises(ScenarioError, match="ASC 718-10-35-8"):
        Award("P", START, "1", two, condition="performance", attribution="straight-line")
    with pytest.raises(ScenarioError, match="one day"):
        expense(one, [Assessment(START, expected_shares=3), Assessment(START, expected_shares=4)])
    with pytest.raises(ScenarioError, match="cannot vest"):
        expense(one, [Assessment(START, expected_shares=21)])
    with pytest.raises(ScenarioError, match="binary fraction"):
        Award("F", START, 0.1, two)  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="forfeited"):
        expense(one, departures=[Departure(date(2025, 6, 1), 11)])
    with pytest.raises(ScenarioError, match="absent for a probable condition"):
        expense(Award("P", START, "1", (Tranche(10, None),), condition="performance"), [Assessment(START, probable=True)])
    with pytest.raises(ScenarioError, match="fair_value_before"):
        expense(one, modifications=[Modification(date(2025, 6, 1), fair_value_after="2")])


def test_a_run_cuts_into_fiscal_quarters_the_first_and_last_in_part() -> None:
    assert fiscal_quarters(date(2026, 11, 15), 8, 2) == (  # the year begins in February: November to January is its fourth quarter
        FiscalQuarter(2027, 4, 3, 3),
        FiscalQuarter(2028, 1, 3, 6),
        FiscalQuarter(2028, 2, 2, 8),
    )
    assert fiscal_quarters(date(2026, 11, 1), 3, 1) == (FiscalQuarter(2026, 4, 2, 2), FiscalQuarter(2027, 1, 1, 3))


@pytest.mark.parametrize(("taken", "dollars"), [(None, 48_000), (2_400, 48_000), (3_000, 36_000), (4_800, 0)])
def test_leaving_before_a_liquidity_event_takes_first_what_is_still_served_for(taken: int | None, dollars: int) -> None:
    """Four tranches of 1,200 units at $20; two are served for when the holder leaves, and the event comes half a year later."""
    tranches = tuple(Tranche(1_200, date(year, 12, 31)) for year in (2021, 2022, 2023, 2024))
    award = Award("rsu", date(2021, 1, 1), "20", tranches, condition="liquidity", holder="E")
    made = expense(award, [Assessment(date(2023, 12, 31), occurred=True)], [Departure(date(2023, 6, 30), taken)])
    assert made.total_cents == 100 * dollars
    with pytest.raises(ScenarioError, match="4,800 are unvested"):
        expense(award, departures=[Departure(date(2023, 6, 30), 4_801)])
