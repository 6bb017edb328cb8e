"""What every offer letter of a company says, and the company's policies. The simulation does not read it."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from compdesign.errors import Problem
from compdesign.inputs.base import Line, Model, Name, PlainMoney, Ratio, given, setting, sourced
from compdesign.inputs.company import Company
from compdesign.inputs.unknown import as_far_as_known

Days = Annotated[int, Field(ge=1, le=365, strict=True)]
Months = Annotated[int, Field(ge=1, le=120, strict=True)]
# fmt: off
VestingDay = Literal[
    "vesting_start_day_or_last_day_of_month",
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23",
    "24", "25", "26", "27", "28", "29_or_last_day_of_month", "30_or_last_day_of_month", "31_or_last_day_of_month",
]
# fmt: on


class Employer(Model):
    """The company as the party to a letter, and the policies that its refresh plan needs before it is a promise."""

    legal_name: Name = given("Legal name of the company", "text")
    entity: Name = given("Kind of entity and where it is organised, e.g. Delaware corporation", "text")
    address: Annotated[tuple[Line, ...], Field(min_length=1, max_length=5)] = Field(
        description="Address of the letterhead, one line each", json_schema_extra={"unit": "lines of text"}
    )
    signatory_name: Name = given("Who signs for the company", "text")
    signatory_title: Name = given("Title of the signatory", "text")
    employees: Annotated[int, Field(ge=1, le=10_000_000, strict=True)] | None = setting(
        None, "Employees; some laws bind from a number on. Absent: the laws are taken to bind", "employees"
    )
    counsel_reviewed: date | None = setting(
        None, 'Day on which counsel reviewed the legal texts; absent, every letter says "not reviewed by your counsel"', "date"
    )
    requires_passed_screen: bool = setting(False, "Make no letter unless the candidate's file shows a passed screen", "switch")
    arbitration: bool = setting(False, "Offer a separate mutual arbitration agreement", "switch")
    benefits: Annotated[tuple[Line, ...], Field(max_length=12)] = Field(
        default=(), description="Benefits, one line each", json_schema_extra={"unit": "lines of text"}
    )
    bonus: Literal["discretionary", "formula"] = setting("discretionary", "How the bonus is determined", "choice")
    bonus_formula: Name | None = setting(None, "The formula, if the bonus follows one", "text")
    equity_plan: Name | None = setting(None, "Name of the equity plan; needed where an offer grants equity", "text")
    approver: Name = setting("Board of Directors", "Who approves grants", "text")
    early_exercise: bool = setting(False, "The plan lets holders exercise options before they vest", "switch")
    vesting_day: VestingDay = setting(
        "vesting_start_day_or_last_day_of_month", "Day of the month on which grants vest (Open Cap Format, VestingDayOfMonth)", "choice"
    )
    share_value: PlainMoney | None = setting(None, "Fair market value of a common share in the last valuation (section 409A)", "$ a share")
    share_value_date: date | None = setting(None, "Date of that valuation", "date")
    exit_values: Annotated[tuple[PlainMoney, ...], Field(max_length=3)] = Field(
        default=(),
        description="Three exit values, rising, that the annex illustrates; the lowest at or below the liquidation preference",
        json_schema_extra={"unit": "$ to all holders"},
    )
    later_dilution: Ratio = sourced("later_dilution")
    live_traffic: Ratio = setting(0.1, "Share of live traffic that a qualifying deployment serves", "share")
    certifier: Name = setting("Chief Financial Officer", "Who certifies deployments: somebody who does not benefit from the award", "text")
    certification_days: Days = setting(10, "Days from the evidence to the certification", "days")
    dispute_decider: Name = setting("Compensation Committee of the Board of Directors", "Who decides a dispute over an award", "text")
    dispute_days: Days = setting(30, "Days to raise a dispute, and to decide it", "days")
    blocked_release_days: Days = setting(
        30, "N: days after which a release that is ready, and blocked by the company, is made up for", "days"
    )
    blocked_release: Literal["tolled", "substituted"] = setting(
        "tolled", "How: every deadline is tolled while the block lasts, or another deployment of like effort takes its place", "choice"
    )
    recoupment_months: Months = setting(24, "Months in which a restated measure takes back an award", "months")
    refresh_months: Months = setting(48, "Months from the start after which the refresh plan ends", "months")


@as_far_as_known
def employer_faults(employer: Employer | None, company: Company) -> Iterator[Problem]:
    """What is wrong with the employer only in combination."""
    if employer is not None:
        yield from _formula(employer)
        yield from _share_value(employer)
        yield from _exit_values(employer, company)


@as_far_as_known
def _formula(employer: Employer) -> Iterator[Problem]:
    if employer.bonus == "formula" and employer.bonus_formula is None:
        yield Problem("employer.bonus_formula", "is missing, but the bonus follows a formula", "state the formula")


@as_far_as_known
def _share_value(employer: Employer) -> Iterator[Problem]:
    if (employer.share_value is None) != (employer.share_value_date is None):
        yield Problem(
            "employer.share_value", "value and date of the valuation go together", "give share_value and share_value_date, or neither"
        )
    if employer.share_value == 0:
        yield Problem("employer.share_value", "$0 is no value of a share", "give the value of the last valuation")


@as_far_as_known
def _exit_values(employer: Employer, company: Company) -> Iterator[Problem]:
    values = employer.exit_values
    if values and (len(values) != 3 or not values[0] < values[1] < values[2]):
        yield Problem("employer.exit_values", "are not three rising values", "give three, e.g. [60_000_000, 250_000_000, 800_000_000]")
    elif values and values[0] > company.capitalization.preference:
        yield Problem(
            "employer.exit_values",
            f"the lowest, ${values[0]:,.0f}, is above the liquidation preference of ${company.capitalization.preference:,.0f}",
            "start with one at or below it, so that the annex shows shares worth $0",
        )
