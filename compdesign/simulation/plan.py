"""From a resolved scenario and one of its offers to what the kernel reads."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from compdesign.inputs.company import Financing
from compdesign.inputs.hiring import Checkpoint
from compdesign.inputs.offers import Offer, Vesting
from compdesign.inputs.scenario import Scenario
from compdesign.inputs.stack import PreferredClass
from compdesign.model.attrition import monthly_hazard
from compdesign.model.fair_value import at_the_money_ratio
from compdesign.model.incentive import annual_deployments
from compdesign.model.margin import decay
from compdesign.model.screening import accepted_mix, pass_probability, posterior
from compdesign.model.vesting import vested_fraction_table
from compdesign.quantities import DAYS_PER_MONTH, FloatArray, IntArray, PerPath
from compdesign.simulation.company_path import months_until
from compdesign.simulation.kernel import INPUTS
from compdesign.simulation.rules import OPTIONS, UNITS, RuleBook
from compdesign.simulation.share_classes import options_outstanding

ALLOCATIONS = (
    "cumulative_rounding",
    "cumulative_round_down",
    "front_loaded",
    "back_loaded",
    "front_loaded_to_single_tranche",
    "back_loaded_to_single_tranche",
)
"""As kernel_equity numbers them."""
Struct = dict[str, Any]
"""A struct of kernel_state, by field."""


@dataclass(frozen=True)
class Plan:
    """What is simulated. inputs[path, input]: numbers that may differ from path to path (one row if none does), those of
    kernel.INPUTS and behind them the lists that `terms` says the places of. vested[schedule, tenure]: months of the schedule vested;
    schedule 0 is the new-hire grant's, then the rules'. bands[tenure]: which hazard holds. The rest are structs of kernel_state.
    """

    inputs: FloatArray
    terms: Struct
    kinds: int
    rules: list[Struct]
    program: list[Struct]
    triggers: list[Struct]
    rounds: list[Struct]
    top_ups: list[Struct]
    checkpoints: list[Struct]
    schedules: list[Struct]
    classes: list[Struct]
    options: list[Struct]
    vested: FloatArray
    bands: IntArray


def plan_of(scenario: Scenario, offer: Offer, accept: tuple[PerPath, PerPath], paths: int) -> Plan:
    """Everything the kernel reads of a scenario and an offer. scenario, offer: resolved, on `paths` paths. accept: probability that a
    production-minded and a notebook candidate accept.
    """
    company, book = scenario.company, RuleBook.of(offer, [kind.name for kind in scenario.deployment.kinds])
    vestings = [offer.grant.vesting if offer.grant else Vesting(), *(rule.vesting for rule in offer.refresh)]
    control = [offer.grant.change_of_control if offer.grant else 0.0, *(rule.change_of_control for rule in offer.refresh)]
    inputs, starts = _inputs(scenario, offer, accept, paths)
    first_months = np.array([band.from_month for band in scenario.departure.attrition])
    return Plan(
        inputs=inputs,
        terms=_terms(scenario, offer, book) | starts,
        kinds=len(scenario.deployment.kinds),
        rules=book.rules,
        program=book.program,
        triggers=book.margins,
        rounds=_rounds(scenario),
        top_ups=[{"month": each.month, "target": each.target} for each in company.capitalization.top_ups],
        checkpoints=[
            {"staging": each.evidence == "staging", "dismisses": each.action == "dismiss"} for each in checkpoints_of(scenario, offer)
        ],
        schedules=[schedule_of(vesting, share) for vesting, share in zip(vestings, control, strict=True)],
        classes=_classes(scenario),
        options=[{"shares": float(each.shares), "strike": each.strike} for each in company.capitalization.options],
        vested=np.stack([_vested(vesting, 2 * scenario.months + 13) for vesting in vestings]),
        bands=(np.searchsorted(first_months, np.arange(scenario.months), side="right") - 1).astype(np.int32),
    )


def checkpoints_of(scenario: Scenario, offer: Offer) -> tuple[Checkpoint, ...]:
    """The checkpoints that hold for this structure, in their order."""
    return scenario.checkpoints if offer.checkpoints is None else offer.checkpoints


def schedule_of(vesting: Vesting, control: float) -> Struct:
    """How a grant vests. control: share of what is unvested that a change of control vests."""
    allocation = ALLOCATIONS.index(vesting.allocation) if vesting.months else 0
    return {"months": max(vesting.months, 1), "every": vesting.every, "allocation": allocation, "control": control}


@lru_cache(maxsize=64)
def _vested(vesting: Vesting, length: int) -> FloatArray:
    """Whole months of the schedule vested, float64[tenure]: 1/49 x 49 is not 1."""
    return np.rint(vested_fraction_table(vesting.months, vesting.cliff, vesting.every, length) * max(vesting.months, 1))


def _rounds(scenario: Scenario) -> list[Struct]:
    """Rounds; sold: the class of Plan.classes that a round's money buys."""
    company, listed = scenario.company, len(scenario.company.capitalization.classes)
    return [
        {
            "month": each.month,
            "after_ga": each.condition == "after_ga",
            "sold": listed + index if company.has_stack else 0,
            "pool_target": np.nan if each.pool_target is None else each.pool_target,
        }
        for index, each in enumerate(company.financing)
    ]


def _classes(scenario: Scenario) -> list[Struct]:
    """Classes as share_classes.class_names lists them."""
    company, table = scenario.company, scenario.company.capitalization
    if not company.has_stack:
        one = {"shares": float(table.preferred_shares), "invested": table.liquidation_preference}
        return [one | {"ratio": 1.0, "multiple": 1.0, "dividends": 0.0, "most": 0.0, "participates": 0}]
    kinds: tuple[PreferredClass | Financing, ...] = (*table.classes, *company.financing)
    held = [(each.shares, each.invested, each.conversion_ratio, each.dividends) for each in table.classes]
    sold = [(0, 0.0, 1.0, 0.0)] * len(company.financing)
    return [
        {
            "shares": float(shares),
            "invested": invested,
            "ratio": ratio,
            "multiple": each.multiple,
            "dividends": dividends,
            "most": each.cap_multiple if each.participation == "capped" else np.inf,
            "participates": each.participation != "none",
        }
        for each, (shares, invested, ratio, dividends) in zip(kinds, (*held, *sold), strict=True)
    ]


def _inputs(scenario: Scenario, offer: Offer, accept: tuple[PerPath, PerPath], paths: int) -> tuple[FloatArray, dict[str, int]]:
    """Plan.inputs, and where each of its lists starts."""
    fixed, checkpoints, financing = path_inputs(scenario, offer, accept), checkpoints_of(scenario, offer), scenario.company.financing
    lists: dict[str, list[PerPath]] = {
        "amounts": [each.amount for each in financing],
        "step_ups": [1.0 if each.step_up is None else each.step_up for each in financing],
        "kind_weights": [kind.weight for kind in scenario.deployment.kinds],
        "checkpoint_dates": [each.day / DAYS_PER_MONTH for each in checkpoints],
        "checkpoint_factors": [each.governance_factor for each in checkpoints],
        "checkpoint_severance": [each.severance_months for each in checkpoints],
        "refusals": [rule.refusal_probability for rule in offer.refresh],
        "hazards": [monthly_hazard(band.annual_probability) for band in scenario.departure.attrition],
    }
    columns = [fixed[name] for name in INPUTS] + [value for each in lists.values() for value in each]
    drawn = {column: value for column, value in enumerate(columns) if isinstance(value, np.ndarray)}
    inputs = np.empty((paths if drawn else 1, len(columns)))
    inputs[:] = [0.0 if column in drawn else value for column, value in enumerate(columns)]
    for column, value in drawn.items():
        inputs[:, column] = value
    ends = np.cumsum([0, *(len(each) for each in lists.values())])
    return inputs, dict(zip(lists, ends.tolist(), strict=False))


def path_inputs(scenario: Scenario, offer: Offer, accept: tuple[PerPath, PerPath]) -> dict[str, PerPath]:
    """The numbers of kernel.INPUTS by name, each a number or float64[path]."""
    company, hiring, deployment = scenario.company, scenario.hiring, scenario.deployment
    candidate, links, production, notebook = scenario.candidate, scenario.links, scenario.production, scenario.notebook
    screen = hiring.screen if offer.screened else None
    prior = hiring.production_share
    share = prior if screen is None else posterior(prior, screen.sensitivity, screen.specificity)
    committee_days = deployment.committee_delay_days if offer.committee_delay_days is None else offer.committee_delay_days
    committee = committee_days / DAYS_PER_MONTH
    accepted = share * accept[0] + (1 - share) * accept[1]
    passing = 1.0 if screen is None else pass_probability(prior, screen.sensitivity, screen.specificity)
    rest = (deployment.review_months, committee, deployment.rollback_probability, deployment.qualifying_probability)
    return {
        "cash": company.cash,
        "debt": company.debt,
        "minimum": company.minimum_cash,
        "gross_margin": company.gross_margin,
        "pay_in_cost": company.pay_in_cost_of_revenue,
        "delay_cost": company.ga.delay_cost,
        "discount": scenario.discount_rate,
        "base": offer.base,
        "recruiting_fee": hiring.recruiting_fee,
        "redraw_fee": hiring.redraw_fee,
        "screen_fee": hiring.screen.fee if hiring.screen else 0.0,
        "load": hiring.payroll_load,
        "compute": hiring.compute_cost,
        "fill_days": hiring.time_to_fill_days,
        "fill_variance": np.log1p(np.square(hiring.time_to_fill_spread)),
        "redraw_days": hiring.redraw_days,
        "screen_days": screen.days if screen else 0.0,
        "passing": passing,
        "fails": _log_of_rest(passing),
        "accepted": accepted,
        "declines": _log_of_rest(accepted),
        "mix": accepted_mix(share, *accept),
        "build_scale": production.build_months / production.build_shape,
        "notebook_scale": notebook.build_months / notebook.build_shape,
        "staging": production.staging_months,
        "notebook_staging": notebook.staging_months,
        "rate": annual_deployments(production.build_months, *rest),
        "notebook_rate": annual_deployments(notebook.build_months, *rest),
        "committee": committee,
        "leave": scenario.departure.leave_probability,
        "rollback": deployment.rollback_probability,
        "qualifying": deployment.qualifying_probability,
        "review_scale": deployment.review_months / deployment.review_shape,
        "window": deployment.verification_days / DAYS_PER_MONTH,
        "effect": deployment.margin_effect_bps,
        "effect_sd": deployment.margin_effect_sd_bps,
        "decay": decay(deployment.margin_half_life_months),
        "saturation": deployment.margin_saturation_bps,
        "error_sd": deployment.measurement_sd_bps,
        "persistence": deployment.measurement_persistence,
        "incentive": links.incentive,
        "gaming": links.gaming,
        "drought": links.drought,
        "handcuff": links.handcuff,
        "pay_gap": links.pay_gap,
        "drag": links.governance_drag,
        "sensitivity": links.margin_sensitivity,
        "grace": scenario.departure.drought_grace_months,
        "outside": candidate.outside_pay,
        "option_ratio": at_the_money_ratio(scenario.discount_rate, candidate.option_volatility, candidate.option_term_years),
        "recovery": company.exit.cash_out_recovery,
    }


def _log_of_rest(probability: PerPath) -> PerPath:
    """ln(1 - p), -inf where p is 1."""
    with np.errstate(divide="ignore"):
        return np.log1p(-np.asarray(probability))


def _terms(scenario: Scenario, offer: Offer, book: RuleBook) -> Struct:
    """What no path changes."""
    company, links, grant, hiring, deployment = scenario.company, scenario.links, offer.grant, scenario.hiring, scenario.deployment
    return {
        "months": scenario.months,
        "seats": hiring.seats,
        "ga_needed": company.ga.deployments,
        "leave_months": scenario.departure.leave_months,
        "repayment_months": offer.sign_on_repayment_months,
        "screened": offer.screened and hiring.screen is not None,
        "spurs": bool(np.any(links.incentive) and offer.refresh),
        "shifts": any(np.any(link) for link in (links.drought, links.handcuff, links.pay_gap, links.governance_drag)),
        "tenures": book.tenures,
        "needs_staging": any(checkpoint.evidence == "staging" for checkpoint in checkpoints_of(scenario, offer)),
        "takes_leave": bool(np.any(scenario.departure.leave_probability)),
        "reviews": bool(np.any(deployment.review_months)),
        "has_grant": grant is not None,
        "grant_unit": 0 if grant is None else UNITS[grant.unit],
        "grant_is_option": grant is not None and grant.instrument in OPTIONS,
        "stacked": company.has_stack,
        "sign_on": offer.sign_on,
        "bonus": offer.bonus,
        "base_growth": offer.base_growth,
        "common": float(company.capitalization.common_shares),
        "pool": float(company.capitalization.pool_available),
        "planned": months_until(scenario),
        "grant_amount": 0.0 if grant is None else grant.amount,
        "options_outstanding": options_outstanding(company),
    }
