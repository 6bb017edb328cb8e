"""The company that pays: cash, revenue, financing, valuation, capitalization, exit."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from compdesign.inputs.base import (
    Count,
    Model,
    Money,
    Month,
    Name,
    NonNegative,
    Number,
    PlainMoney,
    Positive,
    Probability,
    Ratio,
    Shares,
    given,
    setting,
    sourced,
)
from compdesign.inputs.stack import Multiple, PreferredClass, Rank, StrikeTranche
from compdesign.inputs.uncertain import refused


class Financing(Model):
    """One planned round: new preferred at the common value per share, 1x non-participating unless said otherwise.

    Beside classes of preferred it is a class of its own; with `preferred_shares` it joins that one class.
    """

    month: Month = given("Month in which the round closes, if it closes; 0 is the first", "month")
    probability: Probability = setting(1.0, "Probability that the round closes", "probability")
    amount: Money = given("Money raised", "$")
    condition: Literal["none", "after_ga"] = setting("none", "Close only when the first AI feature is generally available", "choice")
    step_up: Positive | None = setting(
        None,
        "Override of the round price as a multiple of the modelled value per share; breaks 'one valuation', so it is warned about",
        "ratio",
    )
    pool_target: Ratio | None = setting(
        None,
        "Unallocated pool after the round as a share of post-money fully diluted shares, created before the money; never shrinks the pool",
        "share",
    )
    name: Name | None = setting(None, 'Name of the class it issues; absent, "round 1" for the first listed and so on', "text")
    rank: Rank = setting(1, "Order of payment of that class: 1 first (0 is ahead of it); one rank is pari passu", "rank")
    multiple: Multiple = setting(1.0, "Its liquidation preference as a multiple of the money raised", "ratio")
    participation: Literal["none", "full", "capped"] = setting("none", "Whether it also shares with common", "choice")
    cap_multiple: Multiple | None = setting(
        None, "Most that its preference and participation together pay, as a multiple of the money; for capped participation", "ratio"
    )

    @property
    def states_terms(self) -> bool:
        """Whether its terms are others than those of one more 1x non-participating class of rank 1."""
        return self.rank != 1 or self.multiple != 1 or self.participation != "none" or self.cap_multiple is not None


class GeneralAvailability(Model):
    """What counts as general availability (GA) of the first AI feature."""

    deployments: Count = setting(3, "Qualifying deployments by the team that make GA", "deployments")
    planned: date | None = setting(None, "Planned date of GA, from which delay is counted; not before the as-of date", "date")
    delay_cost: Money = setting(0.0, "Cost of one month of GA delay after the planned date", "$ a month")


class Valuation(Model):
    """Enterprise value = annual recurring revenue x a multiple whose log mean-reverts.

    With x the log of (multiple / long-run multiple), a the reversion and s the volatility, the multiple in month m is
    L exp(x0 exp(-a m/12) + e_m - Var(e_m)/2), where e is a Gaussian AR(1) from 0 with monthly factor exp(-a/12) and
    innovation variance s^2 (1 - exp(-2a/12)) / (2a), or s^2/12 when a is 0. Volatility alone never lifts the mean.
    """

    multiple: Positive = given("Enterprise value / annual recurring revenue at the as-of date", "ratio")
    long_run_multiple: Positive | None = setting(None, "Level to which the multiple reverts; the starting multiple if absent", "ratio")
    reversion: NonNegative = sourced("multiple_reversion")
    volatility: NonNegative = sourced("multiple_volatility")


class PoolTopUp(Model):
    """An increase of the option pool outside a financing."""

    month: Month = given("Month of the increase", "month")
    target: Ratio = given("Unallocated pool afterwards as a share of fully diluted shares; never shrinks the pool", "share")


class Capitalization(Model):
    """Fully diluted = common + options outstanding at the as-of date + preferred as converted + pool.

    The preferred is one class (`preferred_shares`, `liquidation_preference`) or the real stack (`classes`, `options`).
    """

    common_shares: Shares = given("Common shares outstanding at the as-of date, with the options that `options` does not list", "shares")
    preferred_shares: Shares = setting(0, "Preferred shares as converted, one class, 1x non-participating", "shares")
    liquidation_preference: PlainMoney = setting(0.0, "Liquidation preference of that class", "$")
    classes: tuple[PreferredClass, ...] = Field(
        default=(), max_length=40, description="Classes of preferred, in place of preferred_shares and liquidation_preference"
    )
    options: tuple[StrikeTranche, ...] = Field(
        default=(), max_length=200, description="Options and warrants outstanding at the as-of date, by strike; not in common_shares"
    )
    pool_available: Shares = given("Unallocated option pool at the as-of date", "shares")
    top_ups: tuple[PoolTopUp, ...] = Field(default=(), max_length=20, description="Pool increases outside financings")

    @property
    def preferred_as_converted(self) -> float:
        """Common shares that all preferred converts into."""
        return self.preferred_shares + sum(each.shares * each.conversion_ratio for each in self.classes)

    @property
    def preference(self) -> float:
        """Liquidation preference of all preferred, $."""
        return self.liquidation_preference + sum(each.invested * each.multiple + each.dividends for each in self.classes)

    @property
    def fully_diluted(self) -> float:
        """Shares at the as-of date: common, options outstanding, preferred as converted, unallocated pool."""
        return self.common_shares + self.preferred_as_converted + sum(each.shares for each in self.options) + self.pool_available

    @model_validator(mode="before")
    @classmethod
    def _package_from_a_file_only(cls, value: Any) -> Any:
        """`package` names a file beside the scenario file; data that comes without a file (standard input, the API) has none."""
        if isinstance(value, dict) and "package" in value:
            raise refused(
                "names a cap-table package, which only a scenario file can", "type the shares, or load the scenario from its file"
            )
        return value


class ExitType(Model):
    """One way to exit."""

    name: Name = given("Name of this kind of exit", "text")
    weight: Probability = setting(1.0, "Relative frequency among exits", "weight")
    value_factor: NonNegative = setting(1.0, "Exit enterprise value / modelled enterprise value of that month", "ratio")
    cost: Ratio = setting(0.0, "Transaction costs as a share of enterprise value", "share")


class Exit(Model):
    """Sale or listing, the same on each path for every structure."""

    annual_hazard: NonNegative = sourced("exit_annual_hazard")
    types: Annotated[tuple[ExitType, ...], Field(min_length=1, max_length=10)] = Field(
        default=(ExitType(name="sale"),), description="Kinds of exit and their weights"
    )
    cash_out_recovery: Ratio = setting(0.0, "Share of the last common value that holders recover when cash runs out", "share")


class Company(Model):
    """The company as it stands at the as-of date."""

    cash: Money = given("Cash at the as-of date", "$")
    debt: Money = setting(0.0, "Debt, constant", "$")
    minimum_cash: Money = setting(0.0, "Cash balance below which a month may not end", "$")
    recurring_revenue: Money = given("Annual recurring revenue at the as-of date", "$ a year")
    revenue_growth: Number = given("Annual growth of recurring revenue, compounded monthly: revenue x (1 + g)^(m/12)", "1/year")
    gross_margin: Number = sourced("gross_margin")
    operating_expense: Money = given("Operating expense outside the modelled hires", "$ a month")
    operating_expense_growth: Number = setting(0.0, "Annual growth of that expense", "1/year")
    pay_in_cost_of_revenue: Probability = setting(
        0.0, "Share of the modelled pay that is cost of revenue (building models is R&D)", "share"
    )
    financing: tuple[Financing, ...] = Field(default=(), max_length=20, description="Planned financing rounds, by month")
    ga: GeneralAvailability = Field(default=GeneralAvailability(), description="General availability of the first AI feature")
    valuation: Valuation = Field(description="How the enterprise is valued")
    capitalization: Capitalization = Field(description="Shares and preference at the as-of date")
    exit: Exit = Field(default=Exit(), description="How and how often the company exits")

    @property
    def has_stack(self) -> bool:
        """Whether an exit is divided among several classes: where it is not, all preferred is one class that rounds join."""
        table = self.capitalization
        return bool(table.classes or table.options) or any(each.states_terms for each in self.financing)
