"""The refresh awards of one simulated future as records that can be exported."""

from collections import Counter
from datetime import timedelta

import numpy as np

from compdesign.captable.award_export import AwardRecord
from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.simulation.one_path import outcomes
from compdesign.simulation.tables import EXIT, STAYED, HireTable, Outcome
from compdesign.vesting.acceleration import months_after
from compdesign.vesting.terms import AllocationType


def award_records(scenario: Scenario, structure: str, path: int) -> list[AwardRecord]:
    """Equity awards of the refresh rules of one structure on one path, in order of grant. structure: its name.

    Month m of the simulation is m months after the scenario's as_of date. An upfront award is dated at the hire, a future one in the
    month in which the board has approved it.
    """
    offer, outcome = next(each for each in outcomes(scenario, path) if each[0].name == structure)
    return [_record(scenario, offer, outcome, row, nth) for row, nth in _numbered(outcome)]


def _numbered(outcome: Outcome) -> list[tuple[int, int]]:
    """(row of the grant table, number of the award of that person), refresh rules only, in order of month, seat and rule."""
    grants, counts = outcome.grants, Counter[tuple[int, int]]()
    numbered = []
    for row in np.lexsort((grants.rule, grants.seat, grants.month)):
        if grants.rule[row] >= 0:
            who = (int(grants.seat[row]), int(grants.ordinal[row]))
            counts[who] += 1
            numbered.append((int(row), counts[who]))
    return numbered


def _record(scenario: Scenario, offer: Offer, outcome: Outcome, row: int, nth: int) -> AwardRecord:
    grants, rule = outcome.grants, offer.refresh[int(outcome.grants.rule[row])]
    hire = _hire(outcome.hires, int(grants.seat[row]), int(grants.ordinal[row]))
    month, start = int(grants.month[row]), int(outcome.hires.start[hire])
    awarded = months_after(scenario.as_of, month)
    left = outcome.hires.reason[hire] != STAYED
    holder = f"seat-{int(grants.seat[row]) + 1}-hire-{int(grants.ordinal[row]) + 1}"
    ended_by_exit = int(outcome.end[0]) == EXIT
    return AwardRecord(
        security=f"{holder}-refresh-{nth}",
        stakeholder=holder,
        rule=rule.name,
        mode=rule.mode,
        instrument=rule.instrument,
        shares=int(grants.shares[row]),
        strike=float(grants.strike[row]),
        granted=months_after(scenario.as_of, start) if rule.mode == "upfront" else awarded,
        certified=awarded,
        months=rule.vesting.months,
        cliff=rule.vesting.cliff,
        every=rule.vesting.every,
        anchor_day=scenario.as_of.day,
        allocation=AllocationType(rule.vesting.allocation.upper()),
        liquidity=months_after(scenario.as_of, int(outcome.end_month[0])) if ended_by_exit else None,
        left=months_after(scenario.as_of, int(outcome.hires.end[hire])) - timedelta(days=1) if left else None,
        forfeited=int(grants.forfeited[row]),
    )


def _hire(hires: HireTable, seat: int, ordinal: int) -> int:
    return int(np.flatnonzero((hires.seat == seat) & (hires.ordinal == ordinal))[0])
