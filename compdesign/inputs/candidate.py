"""The person who decides: wealth, risk aversion, and the competing offer."""

from typing import Annotated, Literal

from pydantic import Field

from compdesign.inputs.base import Model, Money, NonNegative, Number, Positive, Probability, Ratio, given, setting, sourced


class CompetingOffer(Model):
    """A liquid offer from elsewhere, valued with the same horizon and risk aversion."""

    base: Money = given("Annual base pay of the competing offer", "$ a year")
    bonus: NonNegative = setting(0.0, "Bonus as a share of base", "share of base")
    sign_on: Money = setting(0.0, "Sign-on bonus", "$")
    equity: Money = setting(0.0, "Liquid equity granted at the start, vesting monthly over 48 months", "$ at grant")
    refresh: Money = setting(0.0, "Liquid equity granted on each anniversary, vesting monthly over 48 months", "$ a year at grant")
    equity_growth: Number = setting(0.0, "Continuously compounded annual growth of the mean share price", "1/year")
    equity_volatility: NonNegative = setting(0.3, "Annual volatility of the share price", "1/sqrt(year)")
    annual_attrition: Probability = setting(0.15, "Annual probability of leaving the competing job", "probability a year")


class CandidateTax(Model):
    """Whose taxes the candidate pays: with it offers are valued, and accepted, after tax. United States; an estimate."""

    state: Annotated[str, Field(max_length=40)] | None = setting(
        None, "State of residence: CA, NY, TX or WA; absent: federal tax alone", "state"
    )
    filing: Literal["single", "joint", "head", "separate"] = setting("single", "Filing status", "choice")
    first_year: Annotated[int, Field(ge=1900, le=2200, strict=True)] | None = setting(
        None, "Tax year whose rates apply to the first twelve months; that of as_of if absent", "year"
    )


class Candidate(Model):
    """How a candidate values an offer: certainty equivalent over 48 months under constant relative risk aversion."""

    wealth: Positive = sourced("outside_wealth")
    risk_aversion: NonNegative = sourced("risk_aversion")
    outside_pay: Money = sourced("outside_pay")
    search_gap_months: NonNegative = sourced("search_gap_months")
    unexited_weight: Ratio = setting(
        0.0,
        "Share of the common value of vested equity that counts when no exit has come by the horizon; 0 counts liquid equity alone",
        "share",
    )
    competing: CompetingOffer = Field(description="The offer the candidate holds from elsewhere")
    tax: CandidateTax | None = Field(default=None, description="Taxes of the candidate; absent: everything is valued before tax")
    option_volatility: NonNegative = sourced("option_volatility")
    option_term_years: Positive = sourced("option_term_years")


class Links(Model):
    """Causal links from pay or process to behaviour. Every default is zero: a non-zero link is the user's statement."""

    incentive: NonNegative = setting(
        0.0, "epsilon: build speed is multiplied by (1 + A)^epsilon, A the share of pay that one more deployment earns", "elasticity"
    )
    gaming: NonNegative = setting(
        0.0, "gamma_g: true margin per deployment is multiplied by (1 + A)^(-gamma_g epsilon)", "ratio to epsilon"
    )
    selection: Probability = setting(0.0, "kappa: weight with which candidates know their own type when they value an offer", "weight")
    drought: NonNegative = setting(
        0.0, "Rise of the log departure hazard per month without a verified release, beyond grace, at most 12 months", "1/month"
    )
    handcuff: NonNegative = setting(
        0.0, "Fall of the log departure hazard per log(1 + unvested value beyond 12 months / annual cash)", "elasticity"
    )
    pay_gap: NonNegative = setting(0.0, "Rise of the log departure hazard per log(outside pay / current pay)", "elasticity")
    governance_drag: NonNegative = setting(0.0, "Rise of the log departure hazard per month of committee delay", "1/month")
    margin_sensitivity: NonNegative = setting(
        0.0,
        "Rise of the log multiple per unit of trailing-twelve-month gross margin above the no-hire baseline (1 percentage point is 0.01)",
        "1/share",
    )


class Materiality(Model):
    """Differences smaller than these are real but immaterial, however many paths are run."""

    money: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(250_000.0, "Smallest material difference of a company amount", "$")
    cost_per_deployment: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(
        10_000.0, "Smallest material difference of the present cost per qualifying deployment, or of the cost of one failed hire", "$"
    )
    pay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(
        10_000.0, "Smallest material difference of what one candidate gets", "$"
    )
    months: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(0.5, "Smallest material difference of a time", "months")
    deployments: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(0.5, "Smallest material difference of a count", "count")
    probability: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(
        0.02, "Smallest material difference of a probability or share", "share"
    )
    shares: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(
        5_000.0, "Smallest material difference of a number of shares", "shares"
    )
    dilution: Annotated[float, Field(ge=0, allow_inf_nan=False)] = setting(0.0005, "Smallest material dilution", "share of fully diluted")
