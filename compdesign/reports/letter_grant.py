"""The new-hire grant by date: its instalments, and Exhibit B of a letter."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import accumulate

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant, Vesting
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports import letter_words as words
from compdesign.reports.letter_context import ExhibitB, VestingRow
from compdesign.reports.letter_dates import spelled
from compdesign.simulation.kernel import whole_shares
from compdesign.simulation.rules import UNITS
from compdesign.vesting import AllocationType, Instalment, instalments, standard_terms
from compdesign.vesting import Grant as DatedGrant

ONE_COLUMN, LINES = 12, 36
"""Rows that stand below one another; more stand side by side, so many lines of them to a page."""
WIDEST = 999_999_999
"""The largest count of shares that fits beside another column of dates without a break inside the number."""


def exhibit_b(scenario: Scenario, grant: Grant, employer: Employer, packet: Packet) -> ExhibitB:
    """The dated vesting table of a new-hire grant, in whole shares where their number is known."""
    schedule, start, counted = grant.vesting, packet.start, grant.unit == "shares"
    heads: tuple[str, ...]
    cells: list[tuple[str, ...]]
    if counted:
        heads = ("Shares vesting", "Vested in all")
        made = dated(granted_shares(scenario, grant, 1.0), schedule, employer, start)
        cells = [(f"{each.shares:,}", f"{total:,}") for each, total in _with_totals(made)]
    else:  # a grant of as many shares as the schedule has months vests one a month: what has vested of it counts the months
        whole = max(schedule.months, 1)
        heads = ("Vested in all",)
        made = dated(whole, schedule, employer, start)
        cells = [(f"{total}/{whole}",) for _, total in _with_totals(made)]
    beside = 3 if not counted else 2 if grant.amount <= WIDEST else 1
    across = 1 if len(made) <= ONE_COLUMN else beside
    rows = [VestingRow(spelled(each.date), texts) for each, texts in zip(made, cells, strict=True)]
    return ExhibitB(
        size=words.amount(grant.amount, grant.unit),
        counted=counted,
        starts=spelled(start),
        schedule=words.vesting(schedule),
        rounding=words.ROUNDING[schedule.allocation],
        day_rule=words.day_rule(employer.vesting_day),
        is_double_trigger=grant.instrument == "rsu_double_trigger",
        heads=(heads,) * across,
        blocks=tuple(_lines(rows[first : first + across * LINES], across) for first in range(0, len(rows), across * LINES)),
    )


def dated(shares: int, schedule: Vesting, employer: Employer, start: date) -> list[Instalment]:
    """The instalments of a grant made by its vesting start."""
    kind, day = AllocationType(schedule.allocation.upper()), employer.vesting_day.upper()
    terms = standard_terms(schedule.months, schedule.cliff, schedule.every, kind, day_of_month=day)
    return instalments(DatedGrant(shares, start, start), terms)


def granted_shares(scenario: Scenario, grant: Grant, share_value: float) -> int:
    """Whole shares of a grant: as typed, or as they would be today at the last valuation and the as-of date's count."""
    return int(whole_shares(grant.amount, UNITS[grant.unit], share_value, fully_diluted(scenario)))


def fully_diluted(scenario: Scenario) -> float:
    """Common and options outstanding, preferred as converted, and the unallocated pool, at the as-of date."""
    return float(scenario.company.capitalization.fully_diluted)


def _with_totals(made: list[Instalment]) -> Iterator[tuple[Instalment, int | Fraction]]:
    """Each instalment, and what has vested by its date."""
    return zip(made, accumulate(each.shares for each in made), strict=True)


def _lines(rows: list[VestingRow], across: int) -> tuple[tuple[VestingRow, ...], ...]:
    """Rows in columns, read downwards, as lines of at most `across` rows."""
    deep = -(-len(rows) // across)
    return tuple(tuple(rows[line::deep]) for line in range(deep))
