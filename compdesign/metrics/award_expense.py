"""The expense of a file of awards."""

from datetime import date

import numpy as np

from compdesign.accounting.awards import Assessment, Award, Departure, Modification, Tranche
from compdesign.accounting.schedule import Schedule, expense
from compdesign.accounting.service_time import add_months
from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.award_file import AwardEntry, AwardFile, VestingEntry
from compdesign.model.vesting import vested_shares


def schedule_of(file: AwardFile, until: date | None = None) -> Schedule:
    """Expense of every award by month. until: the last month shown. Raises ScenarioError with the faults of all awards."""
    schedules: list[Schedule] = []
    problems: list[Problem] = []
    for entry in file.awards:
        try:
            schedules.append(_scheduled(entry, file, until))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return sum(schedules[1:], schedules[0])


def _scheduled(entry: AwardEntry, file: AwardFile, until: date | None) -> Schedule:
    told = {name: value for name, value in dict(entry).items() if name not in _NOT_TERMS}
    if entry.vesting is not None and entry.shares is not None:
        tranches = tranches_of(entry.shares, entry.vesting)
    else:
        tranches = tuple(Tranche(**dict(each)) for each in entry.tranches)
    return expense(
        Award(**told | {"tranches": tranches, "holder": entry.holder or ""}),
        [Assessment(**dict(each)) for each in entry.assessments],
        [Departure(**dict(each)) for each in entry.departures],
        [Modification(**dict(each)) for each in entry.modifications],
        until=until,
        day_count=file.day_count,
    )


_NOT_TERMS = ("shares", "vesting", "tranches", "assessments", "departures", "modifications")


def tranches_of(shares: int, vesting: VestingEntry) -> tuple[Tranche, ...]:
    """The tranches of a schedule, each date's total rounded half up to whole shares; none has no share."""
    tenure = np.arange(vesting.months + 1)
    totals = vested_shares(np.float64(shares), tenure, vesting.months, vesting.cliff, vesting.every)  # type: ignore[arg-type]
    parts = np.diff(totals, prepend=0.0).astype(int)
    return tuple(Tranche(int(part), add_months(vesting.start, int(month))) for month, part in zip(tenure, parts, strict=True) if part)
