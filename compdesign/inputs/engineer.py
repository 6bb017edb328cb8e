"""How an engineer of either type builds, ships and moves gross margin, and when they leave."""

from typing import Annotated

from pydantic import Field

from compdesign.defaults import world
from compdesign.inputs.base import Model, Month, Name, NonNegative, Number, Positive, Probability, setting, sourced


class ProductionType(Model):
    """The production-minded engineer."""

    build_shape: Positive = sourced("build_shape")
    build_months: Positive = sourced("production_build_months")
    staging_months: NonNegative = sourced("production_staging_months")


class NotebookType(Model):
    """The notebook engineer: models that rarely reach production."""

    build_shape: Positive = sourced("build_shape")
    build_months: Positive = sourced("notebook_build_months")
    staging_months: NonNegative = sourced("notebook_staging_months")


class DeploymentKind(Model):
    """A kind of deployment that a refresh rule may name."""

    name: Name = setting("model", "Name of the kind", "text")
    weight: Probability = setting(1.0, "Relative frequency", "weight")


class Deployment(Model):
    """From build to verified, qualifying deployment, and what it does to gross margin."""

    review_shape: Positive = setting(1.0, "Gamma shape of the review time", "shape")
    review_months: NonNegative = sourced("review_months")
    committee_delay_days: NonNegative = sourced("committee_delay_days")
    rollback_probability: Probability = sourced("rollback_probability")
    verification_days: NonNegative = sourced("verification_days")
    qualifying_probability: Probability = sourced("qualifying_probability")
    kinds: Annotated[tuple[DeploymentKind, ...], Field(min_length=1, max_length=6)] = Field(
        default=(DeploymentKind(),), description="Kinds of deployment and their weights"
    )
    margin_effect_bps: Number = sourced("margin_effect_bps")
    margin_effect_sd_bps: NonNegative = sourced("margin_effect_sd_bps")
    margin_half_life_months: Positive = sourced("margin_half_life_months")
    margin_saturation_bps: Positive = sourced("margin_saturation_bps")
    measurement_sd_bps: NonNegative = sourced("measurement_sd_bps")
    measurement_persistence: Probability = sourced("measurement_persistence")


class AttritionBand(Model):
    """Leaving, from one month of tenure until the next band."""

    from_month: Month = Field(description="First month of tenure of the band", json_schema_extra={"unit": "month"})
    annual_probability: Probability = Field(
        description="Probability of leaving within a year at this band's hazard; the monthly hazard is -ln(1 - p)/12 (at most p = 0.999999)",
        json_schema_extra={"unit": "probability a year"},
    )


class Departure(Model):
    """Leaving the company, before the links from pay and process."""

    attrition: Annotated[tuple[AttritionBand, ...], Field(min_length=1, max_length=20)] = Field(
        default=tuple(AttritionBand(**band) for band in world()["attrition_by_tenure"].value),
        description=world()["attrition_by_tenure"].title,
        json_schema_extra={
            "unit": "bands",
            "default_key": "attrition_by_tenure",
            "default_text": "22, 25, 20 and 15 % a year from months 0, 12, 24 and 36",
            "source": f"{world()['attrition_by_tenure'].source} ({world()['attrition_by_tenure'].standing})",
        },
    )
    drought_grace_months: NonNegative = setting(6.0, "Months without a verified release before the drought link acts", "months")
    leave_probability: Probability = setting(
        0.0, "Probability that a hire takes one leave, starting in a uniform month of the first 24", "probability"
    )
    leave_months: Month = setting(3, "Length of that leave; work stops, pay goes on, checkpoints wait", "months")
    post_termination_exercise_months: Month = setting(3, "Months after leaving in which vested options can be exercised", "months")
