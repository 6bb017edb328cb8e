"""The file of awards that `compdesign expense` reads: what ASC 718 needs to know, as the user types it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.base import Count, Model, Name, given, setting
from compdesign.inputs.faults import problems_of
from compdesign.inputs.toml_file import read_toml
from compdesign.inputs.uncertain import refused, shown


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

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.months > 120 or self.cliff > self.months or self.months % self.every:
            raise refused("the schedule does not work out", "let cliff be at most months, every divide months, months be at most 120")
        return self


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

    @model_validator(mode="after")
    def _scheduled(self) -> Self:
        if (self.vesting is None) == (not self.tranches) or (self.vesting is None) != (self.shares is None):
            raise refused(f"award {shown(self.id)} does not say what vests when", "give tranches, or shares and vesting")
        return self


class AwardFile(Model):
    """Awards whose expense is wanted."""

    title: Name = setting("Equity expense", "Title of the table", "text")
    fiscal_start: Annotated[int, Field(ge=1, le=12, strict=True)] = setting(1, "First month of the fiscal year", "month")
    day_count: Literal["months", "days"] = setting("months", "How service is divided over time", "choice")
    awards: Annotated[tuple[AwardEntry, ...], Field(min_length=1, max_length=500)] = Field(description="The awards")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [award.id for award in self.awards]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise refused(f"two awards are called {shown(twice)}", "give each award its own id")
        return self

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Make it from plain data; raise ScenarioError with every fault, each at its key."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(
                [Problem(p.where, p.what, p.remedy.replace("`compdesign schema`", "docs/accounting.md")) for p in problems_of(error)]
            ) from None

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read it from a TOML file; raise ScenarioError saying what, where and what to do."""
        return cls.parse(read_toml(Path(path)))
