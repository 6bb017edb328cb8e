"""The new-hire grant by date: its tranches, and Exhibit B of a letter."""

from datetime import date
from itertools import accumulate

import numpy as np

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant, Vesting
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports import letter_words as words
from compdesign.reports.letter_context import ExhibitB, VestingRow
from compdesign.reports.letter_dates import spelled
from compdesign.simulation.awards import shares_of
from compdesign.vesting import AllocationType, Tranche, standard_terms, tranches, vested_on
from compdesign.vesting import Grant as DatedGrant

ONE_COLUMN, LINES = 12, 36
"""Rows that stand below one another; more stand in two columns, so many lines of them to a page."""


def exhibit_b(scenario: Scenario, grant: Grant, employer: Employer, packet: Packet) -> ExhibitB:
    """The dated vesting table of a new-hire grant; whole shares where their number is known or can be illustrated."""
    schedule, start, whole = grant.vesting, packet.start, max(grant.vesting.months, 1)
    shares = 0 if grant.unit == "dollars" else granted_shares(scenario, grant, 1.0)
    made = dated(shares, schedule, employer, start)
    # a grant of as many shares as the schedule has months vests one a month: what has vested of it counts the months
    parts = dated(whole, schedule, employer, start)
    if grant.unit == "shares":
        heads = ("Shares vesting", "Vested in all")
        totals = accumulate(each.shares for each in made)
        rows = [(each.date, (f"{each.shares:,}", f"{total:,}")) for each, total in zip(made, totals, strict=True)]
    else:
        heads = ("Vested in all", "Shares, at today’s count")[: 1 if grant.unit == "dollars" else 2]
        totals = accumulate(each.shares for each in parts)
        rows = [
            (each.date, (f"{total}/{whole}", f"{vested_on(made, each.date):,}")[: len(heads)])
            for each, total in zip(parts, totals, strict=True)
        ]
    return ExhibitB(
        size=words.amount(grant.amount, grant.unit),
        shares=f"{shares:,}" if shares else "",
        illustrated=grant.unit == "percent",
        starts=spelled(start),
        schedule=words.vesting(schedule),
        rounding=words.ROUNDING[schedule.allocation],
        day_rule=words.day_rule(employer.vesting_day),
        is_double_trigger=grant.instrument == "rsu_double_trigger",
        heads=heads,
        is_paired=len(rows) > ONE_COLUMN,
        blocks=_blocks([VestingRow(spelled(day), cells) for day, cells in rows]),
    )


def dated(shares: int, schedule: Vesting, employer: Employer, start: date) -> list[Tranche]:
    """The tranches of a grant made by its vesting start."""
    kind, day = AllocationType(schedule.allocation.upper()), employer.vesting_day.upper()
    terms = standard_terms(schedule.months, schedule.cliff, schedule.every, kind, day_of_month=day)
    return tranches(DatedGrant(shares, start, start), terms)


def granted_shares(scenario: Scenario, grant: Grant, share_value: float) -> int:
    """Whole shares of a grant: as typed, or as they would be today at the last valuation and the as-of date's count."""
    return int(shares_of(grant.amount, grant.unit, np.array([share_value]), np.array([fully_diluted(scenario)]))[0])


def fully_diluted(scenario: Scenario) -> float:
    """Common and options outstanding, preferred as converted, and the unallocated pool, at the as-of date."""
    table = scenario.company.capitalization
    return float(table.common_shares + table.preferred_shares + table.pool_available)


def _blocks(rows: list[VestingRow]) -> tuple[tuple[tuple[VestingRow, ...], ...], ...]:
    """Lines of one row, or of two: the first half of a page's rows beside the second."""
    if len(rows) <= ONE_COLUMN:
        return (tuple((row,) for row in rows),)
    blocks = []
    for first in range(0, len(rows), 2 * LINES):
        page = rows[first : first + 2 * LINES]
        half = (len(page) + 1) // 2
        blocks.append(tuple((page[k], *page[half + k : half + k + 1]) for k in range(half)))
    return tuple(blocks)
