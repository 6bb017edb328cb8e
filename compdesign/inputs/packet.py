"""A candidate's file: what one offer letter says beyond the scenario."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.base import Line, Model, Name, PlainMoney, given, setting
from compdesign.inputs.faults import problems_of
from compdesign.inputs.toml_file import read_toml


class PayRange(Model):
    """The pay range of the posting."""

    low: PlainMoney = given("Lower end of base pay in the posting", "$ a year")
    high: PlainMoney = given("Upper end of base pay in the posting", "$ a year")


class ScreenResult(Model):
    """Whether the candidate passed the screen. There is no score: none can be printed."""

    passed: bool = given("The candidate passed the screen", "switch")
    taken: date = given("Day of the screen", "date")


class Packet(Model):
    """One candidate. There is no key for what the candidate earned before: many states forbid asking."""

    name: Name = given("Name of the candidate", "text")
    address: Annotated[tuple[Line, ...], Field(max_length=5)] = Field(
        default=(), description="Address of the candidate, one line each", json_schema_extra={"unit": "lines of text"}
    )
    position: Name = given("Title of the position", "text")
    manager: Name = given("Name and title of the manager", "text")
    location: Name = given("Place of work", "text")
    jurisdiction: Name = given("Law of the place of work: US-CA, US-NY, US-WA, US-TX, or US for the generic text", "text")
    exempt: bool = given("The position is exempt from overtime", "switch")
    letter_date: date = given("Date of the letter", "date")
    expires: date = given("Last day on which the offer can be accepted", "date")
    start: date = given("First day of work, from which vesting counts", "date")
    posted_pay_range: PayRange | None = Field(default=None, description="Pay range of the posting, if there was one")
    screen: ScreenResult | None = Field(default=None, description="Result of the screen, if one was taken")
    early_exercise: bool = setting(False, "The new-hire options may be exercised before they vest, if the plan allows it", "switch")
    sign_on_choice: Literal["open", "receive", "defer"] = setting(
        "open", "Sign-on: the candidate still chooses, receives it at the start, or defers it to the end of the retention period", "choice"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse what is wrong only in combination, every fault at its own key."""
        problems = []
        if self.expires < self.letter_date:
            problems.append(Problem("expires", f"{self.expires} is before the letter's date {self.letter_date}", "give a later day"))
        if self.start < self.letter_date:
            problems.append(Problem("start", f"{self.start} is before the letter's date {self.letter_date}", "give a later day"))
        if self.posted_pay_range is not None and self.posted_pay_range.high < self.posted_pay_range.low:
            problems.append(Problem("posted_pay_range.high", "is below the lower end", "give the ends in order"))
        if self.screen is not None and self.screen.taken > self.letter_date:
            problems.append(
                Problem("screen.taken", f"{self.screen.taken} is after the letter's date", "the screen comes before the letter: correct it")
            )
        if problems:
            raise ScenarioError(problems)
        return self

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Make a packet from plain data; raise ScenarioError with every fault, each at its key."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(problems_of(error)) from None

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a candidate's file; raise ScenarioError saying what, where and what to do."""
        return cls.parse(read_toml(Path(path), "candidate file"))
