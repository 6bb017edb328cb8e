"""Option grants of one holder and what happens to them, as the $100,000 limit needs to know it (Reg. 1.422-4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from compdesign.errors import Problem, ScenarioError


@dataclass(frozen=True)
class Exercisable:
    """Shares that become exercisable on a day if the holder stays; None: only when an acceleration provision or a performance goal
    is met, which counts as an acceleration (Reg. 1.422-4(b)(4)).
    """

    on: date | None
    shares: int


@dataclass(frozen=True)
class OptionGrant:
    """One option. fair_market_value: dollars a share on the grant date, not the strike (Reg. 1.422-4(b)(2)). early_exercise: all of
    it may be exercised from the grant date, vested or not. intended: an option granted as NSO is disregarded (b)(1). plan: shown only;
    plans and related corporations share one limit.
    """

    id: str
    granted: date
    fair_market_value: Decimal | int | str
    exercisable: tuple[Exercisable, ...]
    early_exercise: bool = False
    intended: Literal["ISO", "NSO"] = "ISO"
    plan: str = ""

    def __post_init__(self) -> None:
        problems = []
        if isinstance(self.fair_market_value, float):
            problems.append(Problem(f"{self.id}.fair_market_value", "is a binary fraction", f'write Decimal("{self.fair_market_value}")'))
        elif Decimal(self.fair_market_value) <= 0:
            problems.append(
                Problem(f"{self.id}.fair_market_value", f"{self.fair_market_value} is no value", "give dollars a share above 0")
            )
        if any(each.shares <= 0 for each in self.exercisable) or not self.exercisable:
            problems.append(Problem(f"{self.id}.exercisable", "has no shares", "give whole numbers above 0"))
        if any(each.on is not None and each.on < self.granted for each in self.exercisable):
            problems.append(
                Problem(f"{self.id}.exercisable", "begins before the grant date", "use the grant date for shares vested at grant")
            )
        if problems:
            raise ScenarioError(problems)


@dataclass(frozen=True)
class Acceleration:
    """An acceleration provision is triggered: `grants` (all if None) become exercisable, `shares` of each (all if None)."""

    on: date
    grants: tuple[str, ...] | None = None
    shares: int | None = None


@dataclass(frozen=True)
class Exercise:
    """Shares bought. designated: the issuer identifies the ISO shares in its records; else each share is ISO in proportion
    (Reg. 1.422-4(c)), whole ISO shares rounded down.
    """

    on: date
    grant: str
    shares: int
    designated: bool = True


@dataclass(frozen=True)
class Cancellation:
    """Shares cancelled or forfeited, the last to become exercisable first; all that is not exercised if `shares` is None."""

    on: date
    grant: str
    shares: int | None = None
