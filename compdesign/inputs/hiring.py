"""Opening a seat, screening, offering, accepting; and the checkpoints that follow."""

from typing import Annotated, Literal

from pydantic import Field

from compdesign.inputs.base import Model, Money, NonNegative, Number, Positive, Probability, given, setting, sourced


class Screen(Model):
    """The production simulation: candidates are screened until one passes."""

    sensitivity: Probability = given("P(pass | production-minded)", "probability")
    specificity: Probability = given("P(fail | notebook)", "probability")
    days: NonNegative = setting(0.0, "Days each screening adds to the time to fill", "days")
    fee: Money = setting(0.0, "Cost of each screening", "$")


class Acceptance(Model):
    """P(accept) = 1 / (1 + exp(-intercept - slope ln(CE / CE of the competing offer)))."""

    certain: bool = Field(
        default=False,
        strict=True,
        description="Every offer is accepted at once; switches the model of acceptance off",
        json_schema_extra={"unit": "switch"},
    )
    intercept: Number = setting(0.0, "b0: log odds of acceptance when the offer is worth exactly the competing one", "log odds")
    slope: NonNegative = sourced("acceptance_slope")


class Hiring(Model):
    """How a seat is filled."""

    seats: Annotated[int, Field(ge=1, le=50, strict=True)] = given("Open seats for ML engineers", "seats")
    time_to_fill_days: NonNegative = sourced("time_to_fill_days")
    time_to_fill_spread: NonNegative = sourced("time_to_fill_spread")
    production_share: Probability = sourced("production_share")
    screen: Screen | None = Field(default=None, description="The screen; absent: nobody is screened and the prior holds")
    recruiting_fee: NonNegative = sourced("recruiting_fee")
    redraw_days: NonNegative = sourced("redraw_days")
    redraw_fee: Money = setting(0.0, "Cost of a declined offer", "$")
    acceptance: Acceptance = Field(default=Acceptance(), description="Whether candidates accept")
    payroll_load: NonNegative = sourced("payroll_load")
    compute_cost: Money = sourced("compute_cost")
    vacancy_cost: Money = setting(0.0, "Cost to the business of one month of a seat vacant after a failed hire", "$ a month")


class Checkpoint(Model):
    """A dated look at a new hire. Leave tolls the clock; dates compare day by day, the decision falls at month end."""

    day: Positive = given("Days after the start", "days")
    evidence: Literal["staging", "release"] = setting(
        "staging", "What must be there: a staging win (an update, a pipeline or a latency win) or a release not rolled back", "choice"
    )
    action: Literal["diagnose", "dismiss"] = setting(
        "diagnose", "Without evidence: diagnose (lift blockers) or dismiss with severance", "choice"
    )
    governance_factor: Probability = setting(0.5, "Diagnosis multiplies this hire's committee delay by this from then on", "ratio")
    severance_months: NonNegative = setting(2.0, "Base pay paid on dismissal", "months of base")


DAY_60 = Checkpoint(day=60)
MONTH_NINE = Checkpoint(day=274, evidence="release", action="dismiss")
"""The dismissal option at its default date; a scenario that wants it lists it."""

__all__ = ["DAY_60", "MONTH_NINE", "Acceptance", "Checkpoint", "Hiring", "Screen"]
