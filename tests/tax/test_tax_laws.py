"""What must hold for every split and every estimate; what is not covered is refused by name."""

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compdesign.defaults import tax_us
from compdesign.errors import ScenarioError
from compdesign.tax.annual import TaxEstimate, after_tax_years, annual_tax
from compdesign.tax.elections import dc_holidays, election_83b_deadline
from compdesign.tax.iso_limit import iso_split
from compdesign.tax.option_grants import Acceleration, Cancellation, Exercisable, Exercise, OptionGrant
from compdesign.tax.rates import STATES, YEARS
from compdesign.tax.withholding import employer_payroll_tax, supplemental_withholding

DAYS = st.integers(0, 1800).map(lambda days: date(2024, 1, 1) + timedelta(days))


@st.composite
def grants(draw: st.DrawFn) -> list[OptionGrant]:
    made = []
    for k in range(draw(st.integers(1, 4))):
        granted = draw(DAYS)
        instalments = tuple(
            Exercisable(draw(st.none() | DAYS.map(lambda day, granted=granted: max(day, granted))), draw(st.integers(1, 9000)))
            for _ in range(draw(st.integers(1, 4)))
        )
        value = Decimal(draw(st.integers(1, 5000))) / 100
        made.append(OptionGrant(f"G{k}", granted, value, instalments, early_exercise=draw(st.booleans())))
    return made


@settings(max_examples=200, deadline=None)
@given(grants(), st.lists(DAYS, max_size=2), st.lists(st.tuples(DAYS, st.integers(0, 3)), max_size=2))
def test_iso_value_never_exceeds_the_limit_and_no_share_is_lost(
    held: list[OptionGrant], triggers: list[date], cancelled: list[tuple[date, int]]
) -> None:
    accelerations = [Acceleration(on) for on in triggers]
    cancellations = [Cancellation(on, held[k].id) for on, k in cancelled if k < len(held)]
    split = iso_split(held, accelerations, cancellations=cancellations)
    for year in split.by_year():
        assert sum(row.value for row in split.rows if row.year == year) <= 100_000
    if not cancellations:
        granted = sum(each.shares for grant in held for each in grant.exercisable)
        assert sum(row.iso + row.nso for row in split.rows) + sum(split.waiting.values()) == granted
    if not accelerations and not cancellations:
        assert split.by_year() == _twin(held)


def _twin(held: list[OptionGrant]) -> dict[int, tuple[int, int]]:
    """Share by share: a share is ISO if the value counted up to and with it is within the limit."""
    counted: dict[int, Decimal] = {}
    found: dict[int, tuple[int, int]] = {}
    for grant in sorted(held, key=lambda each: each.granted):
        for each in grant.exercisable:
            on = grant.granted if grant.early_exercise else each.on
            if on is None:
                continue
            for _ in range(each.shares):
                counted[on.year] = counted.get(on.year, Decimal(0)) + Decimal(grant.fair_market_value)
                iso, nso = found.get(on.year, (0, 0))
                found[on.year] = (iso + 1, nso) if counted[on.year] <= 100_000 else (iso, nso + 1)
    return dict(sorted(found.items()))


@settings(max_examples=100, deadline=None)
@given(grants(), DAYS, st.integers(1, 9000), st.booleans(), DAYS)
def test_exercised_shares_add_up_and_keep_their_status(
    held: list[OptionGrant], bought: date, shares: int, designated: bool, trigger: date
) -> None:
    ready = sum(e.shares for e in held[0].exercisable if (held[0].granted if held[0].early_exercise else e.on or date.max) <= bought)
    if ready == 0:
        return
    exercise = Exercise(bought, "G0", min(shares, ready), designated)
    before = iso_split(held, exercises=[exercise])
    after = iso_split(held, [Acceleration(trigger)], [exercise])
    for split in (before, after):
        ((_, _, iso, nso),) = split.exercised
        assert iso + nso == exercise.shares
        assert iso <= split.by_grant()["G0"][0]
    if trigger > bought:  # Reg. 1.422-4(b)(4): a later trigger takes nothing from what was exercised
        assert after.exercised == before.exercised


def test_events_no_grant_can_take_are_refused() -> None:
    grant = OptionGrant("G", date(2024, 1, 1), 10, (Exercisable(date(2025, 1, 1), 100),))
    with pytest.raises(ScenarioError, match="not exercisable"):
        iso_split([grant], exercises=[Exercise(date(2024, 6, 1), "G", 1)])
    with pytest.raises(ScenarioError, match="no grant given"):
        iso_split([grant], [Acceleration(date(2024, 6, 1), ("H",))])
    with pytest.raises(ScenarioError, match="cannot be cancelled"):
        iso_split([grant], cancellations=[Cancellation(date(2024, 6, 1), "G", 101)])
    gone = [Cancellation(date(2025, 2, 1), "G", 60)]  # within the year of exercisability: counts for the limit, and is gone all the same
    with pytest.raises(ScenarioError, match="60 shares cannot be cancelled"):
        iso_split([grant], cancellations=[*gone, Cancellation(date(2025, 3, 1), "G", 60)])
    with pytest.raises(ScenarioError, match="50 shares are not exercisable"):
        iso_split([grant], exercises=[Exercise(date(2025, 3, 1), "G", 50)], cancellations=gone)
    assert iso_split([grant], exercises=[Exercise(date(2025, 3, 1), "G", 40)], cancellations=gone).by_year() == {2025: (100, 0)}
    with pytest.raises(ScenarioError, match="before the grant date"):
        OptionGrant("H", date(2024, 1, 1), 10, (Exercisable(date(2023, 1, 1), 100),))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("state", ["", *STATES])
def test_arrays_give_what_numbers_give(year: int, state: str) -> None:
    wages = np.array([[0.0, 60_000.0, 250_000.0], [620_000.0, 1_300_000.0, 30_000_000.0]])
    extra = {"bonus": 20_000.0, "iso_spread": np.array([0.0, 90_000.0, 700_000.0]), "long_term_gain": 400_000.0}
    made = annual_tax(wages, year=year, state=state, filing="joint", **extra)  # type: ignore[arg-type]
    for (i, j), wage in np.ndenumerate(wages):
        one = annual_tax(
            float(wage),
            year=year,
            state=state,
            filing="joint",
            bonus=20_000.0,
            iso_spread=float(extra["iso_spread"][j]),
            long_term_gain=400_000.0,  # type: ignore[index]
        )
        for each in fields(TaxEstimate):
            if each.name != "notes":
                got = np.broadcast_to(getattr(made, each.name), wages.shape)[i, j]
                assert got == pytest.approx(float(getattr(one, each.name)), abs=1e-6), each.name
        assert made.after_tax[i, j] == pytest.approx(one.after_tax)


@pytest.mark.parametrize("state", ["", "CA", "TX", "WA"])  # New York's recapture at $1,077,550 takes more than all of it, by law
def test_more_pay_leaves_more_after_tax(state: str) -> None:
    wages = np.arange(0.0, 2_000_000.0, 2_000.0)
    for filing in ("single", "joint", "head", "separate"):
        for spread in (0.0, 400_000.0):
            made = annual_tax(wages, year=2026, state=state, filing=filing, iso_spread=spread)  # type: ignore[arg-type]
            assert (np.diff(made.after_tax) > 0).all()
            assert (made.total >= 0).all()


def test_years_to_come_take_the_last_rates_and_say_so() -> None:
    wages = np.array([[200_000.0, 210_000.0, 220_000.0], [0.0, 500_000.0, 90_000.0]])
    after, notes = after_tax_years(wages, 2025, state="NY", iso_spread=0.0, bonus=np.full((2, 3), 5_000.0))
    for (i, k), wage in np.ndenumerate(wages):
        assert after[i, k] == pytest.approx(annual_tax(float(wage), year=(2025, 2026, 2026)[k], bonus=5_000.0, state="NY").after_tax)
    assert any("assumed for 2027" in note for note in notes)
    assert not any("assumed for 2026" in note for note in notes)
    with pytest.raises(ScenarioError, match="2023 is not covered"):
        after_tax_years(wages, 2023)


def test_what_is_not_covered_is_said() -> None:
    with pytest.raises(ScenarioError, match="'OR' is not covered"):
        annual_tax(100_000.0, year=2026, state="OR")
    with pytest.raises(ScenarioError, match="tax year 2023 is not covered"):
        supplemental_withholding(1.0, 2023)
    with pytest.raises(ScenarioError, match="no amount"):
        employer_payroll_tax(float("nan"), 2025)
    with pytest.raises(ScenarioError, match="negative amount"):
        annual_tax(np.array([1.0, -1.0]), year=2026)
    assert any("not covered" in note for note in annual_tax(1.0, year=2026).notes)
    assumed = annual_tax(1.0, year=2026, state="CA").notes
    assert any("California brackets, 2026" in note and "assumed" in note for note in assumed)
    assert not any("assumed" in note for note in annual_tax(1.0, year=2025, state="CA").notes)


@given(DAYS)
def test_the_last_day_is_a_business_day_on_or_after_the_thirtieth(transfer: date) -> None:
    deadline = election_83b_deadline(transfer)
    assert deadline.thirtieth == transfer + timedelta(30) <= deadline.on <= deadline.thirtieth + timedelta(4)
    assert deadline.on.weekday() < 5 and deadline.on not in dc_holidays(deadline.on.year)


def test_holidays_of_2026_and_inauguration() -> None:
    expected = "01-01 01-19 02-16 04-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"
    assert {f"{day:%m-%d}" for day in dc_holidays(2026) if day.year == 2026} == set(expected.split())
    assert date(2025, 1, 20) in dc_holidays(2025)
    assert date(2021, 12, 31) in dc_holidays(2021)  # New Year's Day 2022 fell on a Saturday


def test_rates_are_data_with_a_source() -> None:
    for key, entry in tax_us().items():
        assert entry.source and entry.unit and entry.title, key
        assert date.fromisoformat(entry.as_of)
        assert entry.standing in ("published", "secondary", "derived", "assumption"), key
        schedules = entry.value.values() if isinstance(entry.value, dict) else [entry.value]
        for schedule in schedules:
            if isinstance(schedule, list):
                starts = [start for start, _ in schedule]
                assert starts[0] == 0 and starts == sorted(set(starts)), key
                assert all(0 <= share < 1 for _, share in schedule), key
