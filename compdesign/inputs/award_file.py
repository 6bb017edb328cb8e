"""The file of awards that `compdesign expense` reads: what ASC 718 needs to know, as the user types it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.base import Count, Model, Name, given, setting
from compdesign.inputs.document import Document
from compdesign.inputs.uncertain import refused, shown
from compdesign.inputs.unknown import as_far_as_known, known


def _exact(value: Any) -> Any:
    """A decimal number as written: 14.69 stays 14.69 and becomes no binary fraction."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise refused(f"{shown(value)} is no number", "give dollars a share, or a share, such as 14.69")
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise refused(f"{shown(value)} is no number", "give dollars a share, or a share, such as 14.69") from None
    if not number.is_finite() or not 0 <= number < 10**9:
        raise refused(f"{shown(value)} is outside the range", "give 0 to 1,000,000,000")
    return number


Exact = Annotated[Decimal, BeforeValidator(_exact)]
WholeShares = Annotated[int, Field(ge=1, le=10**12, strict=True)]
SomeShares = Annotated[int, Field(ge=0, le=10**12, strict=True)]
TrancheNumber = Annotated[int, Field(ge=0, le=999, strict=True)]


class TrancheEntry(Model):
    """Shares that vest together."""

    shares: WholeShares = given("Shares that vest together", "shares")
    vests: date | None = setting(None, "Day the service period ends; absent where only the performance condition decides", "date")
    fair_value: Exact | None = setting(None, "Value where tranches are valued apart", "$ a share")


class VestingEntry(Model):
    """Equal instalments after a cliff, in whole shares, instead of a list of tranches."""

    start: date = given("Day from which vesting is counted", "date")
    months: Count = given("Months to full vesting", "months")
    cliff: Annotated[int, Field(ge=0, le=120, strict=True)] = setting(0, "Months before anything vests", "months")
    every: Count = setting(1, "Months between instalments", "months")


class AssessmentEntry(Model):
    """What was judged on a day."""

    on: date = given("Day of the assessment", "date")
    annual_forfeiture_rate: Exact | None = setting(None, "Share of holders who leave in a year", "share a year")
    expected_shares: SomeShares | None = setting(None, "Shares expected to vest in all", "shares")
    probable: bool | None = setting(None, "Whether the performance condition is probable", "switch")
    expected_date: date | None = setting(None, "When the condition will be met; for a market condition the day it was met", "date")
    occurred: bool | None = setting(None, "The liquidity event has happened", "switch")
    modified_probable: bool | None = setting(None, "After a modification of type II: the modified condition is probable", "switch")
    fair_value: Exact | None = setting(None, "Value until the grant date", "$ a share")
    tranche: TrancheNumber | None = setting(None, "Only this tranche; 0 is the first", "number")


class DepartureEntry(Model):
    """Holders leave."""

    on: date = given("Last day", "date")
    shares: WholeShares | None = setting(None, "Unvested shares forfeited; absent: all", "shares")


class ModificationEntry(Model):
    """Changed terms."""

    on: date = given("Day of the modification", "date")
    probable_before: bool = setting(True, "Whether the award was expected to vest under the old conditions", "switch")
    probable_after: bool = setting(True, "Whether it is expected to vest under the new conditions", "switch")
    fair_value_before: Exact | None = setting(None, "Value just before", "$ a share")
    fair_value_after: Exact | None = setting(None, "Value just after", "$ an original share")
    vests: date | None = setting(None, "New vesting day of what is unvested", "date")
    expected_shares: SomeShares | None = setting(None, "Shares expected to vest from then on in all", "shares")


class AwardEntry(Model):
    """One award: its terms, and what happened to it."""

    id: Name = given("Name of the award", "text")
    grant_date: date = given("Grant date for accounting", "date")
    fair_value: Exact = given("Value at the grant date, no discount for forfeiture", "$ a share")
    shares: WholeShares | None = setting(None, "Shares of the award, with a vesting schedule", "shares")
    vesting: VestingEntry | None = Field(default=None, description="Equal instalments instead of a list of tranches")
    tranches: tuple[TrancheEntry, ...] = Field(default=(), max_length=240, description="Shares that vest together")
    service_start: date | None = setting(None, "Where the service period begins; absent: the grant date", "date")
    condition: Literal["service", "performance", "market", "liquidity"] = setting("service", "What it vests on", "choice")
    attribution: Literal["straight-line", "graded"] | None = setting(
        None, "How cost is spread; absent: straight line for service alone, else tranche by tranche", "choice"
    )
    holder: Name | None = setting(None, "Whose award it is; absent: a group's", "text")
    department: Name = setting("unassigned", "Department the expense belongs to", "text")
    line: Literal["cost of revenue", "operating expense"] = setting("operating expense", "Line of the income statement", "choice")
    grant_date_basis: Literal["approval", "promise"] = setting(
        "approval", "For a promised refresh: whether the approval or the promise is the grant date", "choice"
    )
    assessments: tuple[AssessmentEntry, ...] = Field(default=(), max_length=240, description="What was judged, and when")
    departures: tuple[DepartureEntry, ...] = Field(default=(), max_length=240, description="Who left")
    modifications: tuple[ModificationEntry, ...] = Field(default=(), max_length=24, description="Changed terms")


class AwardFile(Document):
    """Awards whose expense is wanted."""

    title: Name = setting("Equity expense", "Title of the table", "text")
    fiscal_start: Annotated[int, Field(ge=1, le=12, strict=True)] = setting(1, "First month of the fiscal year", "month")
    day_count: Literal["months", "days"] = setting("months", "How service is divided over time", "choice")
    awards: Annotated[tuple[AwardEntry, ...], Field(min_length=1, max_length=500)] = Field(description="The awards")

    def faults_between(self) -> Iterator[Problem]:
        """What is wrong only in combination, every fault at its own key."""
        yield from _each_award(self)
        yield from _told_apart(self)

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """As every document; what awards take is described in the docs, there is no schema to print."""
        try:
            return super().parse(data)
        except ScenarioError as error:
            raise ScenarioError(
                [Problem(p.where, p.what, p.remedy.replace("`compdesign schema`", "docs/accounting.md")) for p in error.problems]
            ) from None


@as_far_as_known
def _each_award(file: AwardFile) -> Iterator[Problem]:
    for i, award in enumerate(file.awards):
        yield from _instalments(f"awards[{i}].vesting", award)
        yield from _scheduled(f"awards[{i}]", award)


@as_far_as_known
def _instalments(where: str, award: AwardEntry) -> Iterator[Problem]:
    vesting = award.vesting
    if vesting is not None and (vesting.months > 120 or vesting.cliff > vesting.months or vesting.months % vesting.every):
        yield Problem(where, "the schedule does not work out", "let cliff be at most months, every divide months, months be at most 120")


@as_far_as_known
def _scheduled(where: str, award: AwardEntry) -> Iterator[Problem]:
    if (award.vesting is None) == (not award.tranches) or (award.vesting is None) != (award.shares is None):
        yield Problem(where, f"award {shown(award.id)} does not say what vests when", "give tranches, or shares and vesting")


@as_far_as_known
def _told_apart(file: AwardFile) -> Iterator[Problem]:
    for name, count in Counter(known(award.id for award in file.awards)).items():
        if count > 1:
            yield Problem("awards", f"{count} awards are called {shown(name)}", "give each award its own id")
