"""Offer structures: cash, equity, and the refresh rules that award more when work ships."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from compdesign.inputs.base import Count, Model, Month, Name, NonNegative, PlainMoney, Probability, Ratio, given, setting
from compdesign.inputs.hiring import Checkpoint

Instrument = Literal["iso", "nso", "rsu", "rsu_double_trigger", "restricted_stock"]
Unit = Literal["shares", "dollars", "percent"]
Allocation = Literal[
    "cumulative_rounding",
    "cumulative_round_down",
    "front_loaded",
    "back_loaded",
    "front_loaded_to_single_tranche",
    "back_loaded_to_single_tranche",
]
Amount = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
Cap = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
TriggerMonths = Annotated[int, Field(ge=1, le=120, strict=True)]


class Vesting(Model):
    """Vested at tenure t: nothing before the cliff, then t/months of the grant, in whole shares."""

    months: Month = setting(48, "Months until all is vested; 0 vests at once", "months")
    cliff: Month = setting(12, "Months before anything vests; what accrued until then vests on that day", "months")
    every: Annotated[int, Field(ge=1, le=12, strict=True)] = setting(1, "Months between instalments", "months")
    allocation: Allocation = setting(
        "cumulative_rounding", "How shares that do not divide are spread over instalments (Open Cap Format allocation type)", "choice"
    )


class Grant(Model):
    """An equity grant. Options have strike = common value per share at grant; other instruments have none."""

    instrument: Instrument = setting("iso", "Kind of equity", "choice")
    amount: Amount = given("Size of the grant in `unit`", "shares, $ at the award date's value per share, or % of fully diluted")
    unit: Unit = setting("shares", "What `amount` counts", "choice")
    vesting: Vesting = Field(default=Vesting(), description="Vesting of the grant")
    change_of_control: Ratio = setting(0.0, "Share of the unvested part that vests at an exit (single trigger)", "share")


class EveryDeployment(Model):
    """Fires at every k-th qualifying deployment of a person (of a kind, if named)."""

    every_deployments: Count = given("k: one award for every k qualifying deployments", "deployments")
    kind: Name | None = setting(None, "Only deployments of this kind count", "text")


class NthDeployment(Model):
    """Fires once, at the n-th qualifying deployment of a person (of a kind, if named)."""

    nth_deployment: Count = given("n: the deployment that earns the award", "deployments")
    kind: Name | None = setting(None, "Only deployments of this kind count", "text")


class MarginGain(Model):
    """Fires when the measured margin effect stays at x or above for k complete months; re-arms one step above."""

    margin_gain_bps: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = given("x: measured gross-margin gain", "basis points")
    sustained_months: TriggerMonths = setting(3, "k: consecutive complete calendar months after verification", "months")
    step_bps: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] | None = setting(
        None, "After an award the level rises by this; x if absent", "basis points"
    )


class Tenure(Model):
    """Fires on reaching months of tenure."""

    tenure_months: TriggerMonths = given("Months of tenure", "months")
    repeat: Annotated[bool, Field(strict=True)] = setting(False, "Fire again every so many months", "switch")


def _kind_of_trigger(value: Any) -> str:
    keys = value if isinstance(value, dict) else type(value).model_fields if isinstance(value, Model) else ()
    return next((key for key in _TRIGGER_KEYS if key in keys), "unknown")


class AllOf(Model):
    """Has fired as often as the least of its parts."""

    all: Annotated[tuple["Trigger", ...], Field(min_length=2, max_length=4)] = Field(description="Triggers that must all have fired")


class AnyOf(Model):
    """Has fired as often as the most of its parts."""

    any: Annotated[tuple["Trigger", ...], Field(min_length=2, max_length=4)] = Field(description="Triggers of which one must have fired")


_TRIGGER_KEYS = ("every_deployments", "nth_deployment", "margin_gain_bps", "tenure_months", "all", "any")
Trigger = Annotated[
    Annotated[EveryDeployment, Tag("every_deployments")]
    | Annotated[NthDeployment, Tag("nth_deployment")]
    | Annotated[MarginGain, Tag("margin_gain_bps")]
    | Annotated[Tenure, Tag("tenure_months")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")],
    Discriminator(
        _kind_of_trigger,
        custom_error_type="unknown_trigger",
        custom_error_message="is no trigger; give one of every_deployments, nth_deployment, margin_gain_bps, tenure_months, all, any",
    ),
]

AllOf.model_rebuild(force=True)
AnyOf.model_rebuild(force=True)


class RefreshRule(Model):
    """One rule: when its trigger fires, an award is earned, within its caps."""

    name: Name = given("Name of the rule", "text")
    trigger: Trigger = Field(description="What earns the award")
    award: Amount = given("Size of one award in `unit`", "shares, $ at the award date's value per share, or % of fully diluted")
    unit: Unit = setting("shares", "What `award` and the caps count", "choice")
    instrument: Instrument | Literal["cash"] = setting("iso", "Kind of equity, or cash", "choice")
    vesting: Vesting = Field(default=Vesting(cliff=0), description="Vesting of an award from its award date")
    mode: Literal["upfront", "future"] = setting(
        "future",
        "upfront: a performance-vesting grant at hire, strike fixed and pool reserved then; future: recommended to the board after certification, strike = value then",
        "choice",
    )
    cap: Cap | None = setting(None, "Most that this rule may award one person in all; required for upfront", "as `unit`")
    cap_per_year: Cap | None = setting(None, "Most that this rule may award one person in one year of tenure", "as `unit`")
    cooldown_months: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] = setting(
        0.0, "Months after an award in which further triggers of this rule earn nothing", "months"
    )
    approval_lag_days: Annotated[float, Field(ge=0, le=365, allow_inf_nan=False)] = setting(
        0.0, "Days from certification to grant (future mode)", "days"
    )
    refusal_probability: Probability = setting(0.0, "Probability that the board refuses the award (future mode)", "probability")
    change_of_control: Ratio = setting(0.0, "Share of the unvested part that vests at an exit (single trigger)", "share")


class Offer(Model):
    """One offer structure, made alike to every candidate for every seat."""

    name: Name = given("Name of the structure", "text")
    base: PlainMoney = given("Annual base pay", "$ a year")
    base_growth: Annotated[float, Field(ge=-0.5, le=1, allow_inf_nan=False)] = setting(
        0.0, "Annual rise of base pay, on the as-of anniversary", "1/year"
    )
    bonus: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = setting(
        0.0, "Bonus as a share of base, accrued and paid monthly", "share of base"
    )
    sign_on: PlainMoney = setting(0.0, "Sign-on bonus, paid at the start", "$")
    sign_on_repayment_months: Annotated[int, Field(ge=0, le=24, strict=True)] = setting(
        0,
        "Months over which the sign-on is earned; who leaves sooner by choice repays the rest pro rata; never after a dismissal",
        "months",
    )
    grant: Grant | None = Field(default=None, description="New-hire equity grant")
    refresh: tuple[RefreshRule, ...] = Field(default=(), max_length=12, description="Refresh rules, in order of precedence")
    refresh_cap_shares: Annotated[int, Field(ge=1, strict=True)] | None = setting(
        None, "Most shares that all refresh rules together may award one person", "shares"
    )
    refresh_cap_dollars: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = setting(
        None, "Most cash that all refresh rules paid in cash may together award one person", "$"
    )
    screened: Annotated[bool, Field(strict=True)] = setting(
        True, "Candidates for this offer pass the screen, if the scenario has one", "switch"
    )
    committee_delay_days: NonNegative | None = setting(None, "Overrides deployment.committee_delay_days for this structure", "days")
    checkpoints: Annotated[tuple[Checkpoint, ...], Field(max_length=6)] | None = Field(
        default=None, description="Overrides the scenario's checkpoints for this structure"
    )
