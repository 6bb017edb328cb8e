"""A candidate's file: what one offer letter says beyond the scenario."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compdesign.errors import Problem
from compdesign.inputs.base import Line, Model, Name, PlainMoney, given, setting
from compdesign.inputs.document import Document
from compdesign.inputs.unknown import as_far_as_known


class PayRange(Model):
    """The pay range of the posting."""

    low: PlainMoney = given("Lower end of base pay in the posting", "$ a year")
    high: PlainMoney = given("Upper end of base pay in the posting", "$ a year")


class ScreenResult(Model):
    """Whether the candidate passed the screen. There is no score: none can be printed."""

    passed: bool = given("The candidate passed the screen", "switch")
    taken: date = given("Day of the screen", "date")


class Packet(Document):
    """One candidate. There is no key for what the candidate earned before: many states forbid asking."""

    document: ClassVar[str] = "candidate file"

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

    def faults_between(self) -> Iterator[Problem]:
        """What is wrong only in combination, every fault at its own key."""
        yield from _early(self, "expires", self.expires)
        yield from _early(self, "start", self.start)
        yield from _range(self)
        yield from _screened(self)


@as_far_as_known
def _early(packet: Packet, where: str, day: date) -> Iterator[Problem]:
    if day < packet.letter_date:
        yield Problem(where, f"{day} is before the letter's date {packet.letter_date}", "give a later day")


@as_far_as_known
def _range(packet: Packet) -> Iterator[Problem]:
    if packet.posted_pay_range is not None and packet.posted_pay_range.high < packet.posted_pay_range.low:
        yield Problem("posted_pay_range.high", "is below the lower end", "give the ends in order")


@as_far_as_known
def _screened(packet: Packet) -> Iterator[Problem]:
    if packet.screen is not None and packet.screen.taken > packet.letter_date:
        yield Problem("screen.taken", f"{packet.screen.taken} is after the letter's date", "the screen comes before the letter: correct it")
