"""Vesting terms: a graph of conditions, each with a trigger and the part of the grant that it vests.

The types are those of the Open Cap Format (OCF), object VESTING_TERMS; names in capitals are its enumerations.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.graph import graph_problems

MOST_OCCURRENCES = 20_000
"""Daily vesting for 54 years; more is a slip of the pen or an attack."""
MOST_CONDITIONS = 2_000


class AllocationType(StrEnum):
    """How shares that do not divide are spread (OCF enum AllocationType); 18 shares in 4 tranches as its schema has it."""

    CUMULATIVE_ROUNDING = "CUMULATIVE_ROUNDING"
    """5 4 5 4: each date's total rounded half up."""
    CUMULATIVE_ROUND_DOWN = "CUMULATIVE_ROUND_DOWN"
    """4 5 4 5: each date's total rounded down."""
    FRONT_LOADED = "FRONT_LOADED"
    """5 5 4 4: one share of the remainder to each of the first tranches."""
    BACK_LOADED = "BACK_LOADED"
    """4 4 5 5: one to each of the last."""
    FRONT_LOADED_TO_SINGLE_TRANCHE = "FRONT_LOADED_TO_SINGLE_TRANCHE"
    """6 4 4 4: the whole remainder to the first."""
    BACK_LOADED_TO_SINGLE_TRANCHE = "BACK_LOADED_TO_SINGLE_TRANCHE"
    """4 4 4 6: the whole remainder to the last."""
    FRACTIONAL = "FRACTIONAL"
    """4.5 4.5 4.5 4.5: no rounding, the one type that vests parts of a share."""


BY_POSITION = frozenset(each for each in AllocationType if "LOADED" in each)
"""Types that place the remainder by the position of a tranche, so that they must know how many are to come."""


@dataclass(frozen=True)
class Portion:
    """numerator / denominator of the grant or, with `remainder`, of what has not vested when the condition begins
    (OCF type VestingConditionPortion). A repeating condition vests that amount at each occurrence: "1/39th of the
    remaining shares", 39 times, is all of them (OCF Vesting Guide, "Cliff and Variable Monthly Vesting", example 3).
    """

    numerator: Fraction
    denominator: Fraction
    remainder: bool = False

    @property
    def ratio(self) -> Fraction:
        """The part as a fraction."""
        return Fraction(self.numerator) / Fraction(self.denominator)


@dataclass(frozen=True)
class Period:
    """`length` days or months, `occurrences` times (OCF types VestingPeriodInDays, VestingPeriodInMonths).

    day_of_month: for months, OCF enum VestingDayOfMonth: "01" ... "28", "29_OR_LAST_DAY_OF_MONTH" ... or
    "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH". cliff_installment: the 1-based occurrence before which nothing vests and
    on which what accrued vests; below 2 no cliff.
    """

    length: int
    type: Literal["DAYS", "MONTHS"]
    occurrences: int = 1
    day_of_month: str = "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH"
    cliff_installment: int = 0


@dataclass(frozen=True)
class OnStart:
    """Met on the grant's vesting commencement date (VESTING_START_DATE)."""


@dataclass(frozen=True)
class OnEvent:
    """Met when the event of this condition is recorded (VESTING_EVENT)."""


@dataclass(frozen=True)
class OnDate:
    """Met on a date (VESTING_SCHEDULE_ABSOLUTE)."""

    date: date


@dataclass(frozen=True)
class Relative:
    """Met when the period has passed since the last occurrence of another condition (VESTING_SCHEDULE_RELATIVE)."""

    to: str
    period: Period


@dataclass(frozen=True)
class Condition:
    """One node: when it is met, `amount` vests (a portion, or a fixed number of shares), and one of `next_ids` may follow,
    in order of priority (OCF type VestingCondition).
    """

    id: str
    amount: Portion | Fraction
    trigger: OnStart | OnEvent | OnDate | Relative
    next_ids: tuple[str, ...] = ()
    description: str = ""

    @property
    def occurrences(self) -> int:
        """How often it vests its amount."""
        return self.trigger.period.occurrences if isinstance(self.trigger, Relative) else 1

    @property
    def is_plain(self) -> bool:
        """Whether it vests a fixed part of the grant: not nothing, and not a part of the remainder."""
        if isinstance(self.amount, Portion):
            return self.amount.ratio > 0 and not self.amount.remainder
        return self.amount > 0


@dataclass(frozen=True)
class VestingTerms:
    """Conditions and how shares are spread. Raises ScenarioError with every fault of the graph: a name used twice, a reference to
    a missing condition, a cycle, a condition relative to one that no path meets before it.
    """

    id: str
    allocation_type: AllocationType
    conditions: tuple[Condition, ...]
    name: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        where = f"vesting terms {self.id}"
        problems = [Problem(where, "have no condition", "give at least one")] if not self.conditions else []
        if len(self.conditions) > MOST_CONDITIONS:
            raise ScenarioError([Problem(where, f"have {len(self.conditions):,} conditions", f"give at most {MOST_CONDITIONS:,}")])
        if (total := sum(each.occurrences for each in self.conditions)) > MOST_OCCURRENCES:
            problems.append(Problem(where, f"have {total:,} occurrences in all", f"give at most {MOST_OCCURRENCES:,}"))
        for condition in self.conditions:
            problems += _condition_problems(f"{where}, condition {condition.id}", condition)
        relative = {each.id: each.trigger.to for each in self.conditions if isinstance(each.trigger, Relative)}
        problems += graph_problems(where, [(each.id, each.next_ids) for each in self.conditions], relative)
        if problems:
            raise ScenarioError(problems)

    def __getitem__(self, condition_id: str) -> Condition:
        return next(each for each in self.conditions if each.id == condition_id)

    def roots(self) -> tuple[str, ...]:
        """Conditions that follow no other, in their order: where a grant may begin."""
        followers = {name for each in self.conditions for name in each.next_ids}
        return tuple(each.id for each in self.conditions if each.id not in followers)

    def leading(self) -> set[str]:
        """Conditions that vest a fixed part of the grant, or lead to one that does."""
        before: dict[str, list[str]] = {}
        for each in self.conditions:
            for follower in each.next_ids:
                before.setdefault(follower, []).append(each.id)
        found: set[str] = set()
        waiting = [each.id for each in self.conditions if each.is_plain]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += before.get(name, [])
        return found


def _condition_problems(where: str, condition: Condition) -> list[Problem]:
    problems = []
    if isinstance(condition.amount, Portion):
        if condition.amount.denominator <= 0:
            return [Problem(where, f"the portion has denominator {condition.amount.denominator}", "give a positive number")]
        if not 0 <= condition.amount.ratio <= 1:
            problems.append(Problem(where, f"the portion is {condition.amount.ratio}", "give a part between 0 and 1"))
    elif condition.amount < 0:
        problems.append(Problem(where, f"the quantity is {condition.amount}", "give 0 shares or more"))
    if isinstance(condition.trigger, Relative):
        period = condition.trigger.period
        if period.length < 0 or period.length > 40_000:
            problems.append(Problem(where, f"the period is {period.length} long", "give a length from 0 to 40,000"))
        if period.occurrences < 1:
            problems.append(Problem(where, f"there are {period.occurrences} occurrences", "give 1 or more"))
        if not 0 <= period.cliff_installment <= max(period.occurrences, 1):
            what = f"the cliff is at instalment {period.cliff_installment} of {period.occurrences}"
            problems.append(Problem(where, what, "place it within the occurrences"))
        if period.type == "MONTHS" and period.day_of_month not in DAYS_OF_MONTH:
            what = f"the day of month is {period.day_of_month!r:.60}"
            problems.append(
                Problem(where, what, "use 01 to 28, 29_, 30_ or 31_OR_LAST_DAY_OF_MONTH or VESTING_START_DAY_OR_LAST_DAY_OF_MONTH")
            )
    return problems


DAYS_OF_MONTH = (
    *(f"{day:02d}" for day in range(1, 29)),
    *(f"{day}_OR_LAST_DAY_OF_MONTH" for day in (29, 30, 31)),
    "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH",
)
