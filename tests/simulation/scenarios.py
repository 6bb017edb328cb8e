"""Random scenarios that are valid and touch every part of the engine."""

import random
from typing import Any, get_args

from compdesign.inputs.offers import Allocation

ALLOCATIONS = get_args(Allocation)


def random_scenario(seed: int) -> dict[str, Any]:
    """Plain data of a scenario; the same for the same seed."""
    r = random.Random(seed)
    months = r.choice([9, 18, 30, 48, 60])

    def maybe(chance: float, value: Any, otherwise: Any = 0.0) -> Any:
        return value if r.random() < chance else otherwise

    def uncertain(value: float) -> Any:
        return maybe(0.85, value, {"low": 0.5 * value, "mode": value, "high": 1.5 * value})

    kinds = maybe(0.5, [{"name": "model", "weight": 0.6}, {"name": "latency", "weight": 0.4}], [{"name": "model"}])
    low_cash = r.random() < 0.4
    return {
        "title": f"random {seed}",
        "as_of": "2026-01-31",
        "months": months,
        "seed": seed,
        "discount_rate": r.choice([0.0, 0.05]),
        "company": {
            "cash": r.uniform(4e6, 9e6) if low_cash else 4e7,
            "debt": maybe(0.3, 2e6),
            "minimum_cash": maybe(0.5, 1e6),
            "recurring_revenue": uncertain(1.2e7),
            "revenue_growth": r.uniform(-0.1, 0.5),
            "gross_margin": 0.7,
            "operating_expense": r.uniform(8e5, 1.2e6),
            "operating_expense_growth": maybe(0.5, 0.1),
            "pay_in_cost_of_revenue": maybe(0.5, 0.4),
            "financing": [
                {
                    "month": r.randrange(0, 25),
                    "probability": r.choice([0.5, 1.0]),
                    "amount": r.uniform(3e6, 2e7),
                    "condition": r.choice(["none", "after_ga"]),
                    **maybe(0.6, {"pool_target": r.uniform(0.02, 0.2)}, {}),
                    **maybe(0.3, {"step_up": 1.3}, {}),
                }
                for _ in range(r.randrange(0, 3))
            ],
            "ga": {"deployments": r.randrange(1, 5), **maybe(0.6, {"planned": "2026-09-15", "delay_cost": 50_000}, {})},
            "valuation": {
                "multiple": r.uniform(2, 8),
                "reversion": r.choice([0.0, 0.5]),
                "volatility": r.choice([0.0, 0.4]),
                **maybe(0.5, {"long_run_multiple": 5.0}, {}),
            },
            "capitalization": {
                "common_shares": 10_000_000,
                "preferred_shares": 6_000_000,
                "liquidation_preference": r.choice([0, 1.5e7, 6e7]),
                "pool_available": r.choice([30_000, 150_000, 2_000_000]),
                "top_ups": maybe(0.4, [{"month": r.randrange(0, 20), "target": 0.03}], []),
            },
            "exit": {
                "annual_hazard": r.choice([0.0, 0.15, 0.4]),
                "types": maybe(
                    0.5,
                    [{"name": "sale", "weight": 0.7, "cost": 0.05}, {"name": "fire sale", "weight": 0.3, "value_factor": 0.3}],
                    [{"name": "sale"}],
                ),
                "cash_out_recovery": maybe(0.3, 0.1),
            },
        },
        "hiring": {
            "seats": r.randrange(1, 5),
            "time_to_fill_days": r.choice([0, 45, uncertain(80.0)]),
            "time_to_fill_spread": r.choice([0.0, 0.5]),
            "production_share": r.choice([0.3, 0.6, 1.0]),
            **maybe(0.6, {"screen": {"sensitivity": 0.8, "specificity": 0.7, "days": 4, "fee": 700}}, {}),
            "redraw_fee": maybe(0.5, 1_000.0),
            "acceptance": {"certain": r.random() < 0.3},
            "vacancy_cost": 10_000,
        },
        "production": {"build_shape": r.choice([1.0, 2.5]), "build_months": r.uniform(0.3, 4)},
        "notebook": {"build_shape": r.choice([1.0, 0.7]), "build_months": r.uniform(3, 15)},
        "deployment": {
            "review_shape": r.choice([1.0, 3.0]),
            "review_months": r.choice([0.0, 0.5]),
            "committee_delay_days": r.choice([0, 20]),
            "rollback_probability": r.choice([0.0, 0.2]),
            "verification_days": r.choice([0, 30, 75]),
            "qualifying_probability": r.choice([0.5, 1.0]),
            "kinds": kinds,
            "margin_effect_bps": r.uniform(5, 30),
            "margin_effect_sd_bps": r.choice([0.0, 20.0]),
            "margin_half_life_months": r.uniform(4, 30),
            "measurement_sd_bps": r.choice([0.0, 12.0]),
            "measurement_persistence": r.choice([0.0, 0.6]),
        },
        "departure": {
            "attrition": [
                {"from_month": 0, "annual_probability": r.choice([0.0, 0.3])},
                {"from_month": 6, "annual_probability": r.choice([0.2, 0.7])},
            ],
            "drought_grace_months": 3,
            "leave_probability": maybe(0.4, 0.5),
            "leave_months": 3,
        },
        "checkpoints": r.choice(
            [
                [],
                [{"day": 60}],
                [{"day": 60}, {"day": 200, "evidence": "release", "action": "dismiss", "severance_months": 1.5}],
                [{"day": 45, "action": "dismiss"}],
            ]
        ),
        "candidate": {"outside_pay": r.choice([0, 200_000]), "competing": {"base": 200_000}},
        "links": maybe(
            0.7,
            {
                "incentive": uncertain(0.5),
                "gaming": 0.5,
                "drought": 0.05,
                "handcuff": 0.3,
                "pay_gap": 0.4,
                "governance_drag": 0.3,
                "margin_sensitivity": 2.0,
            },
            {},
        ),
        "offers": [_offer(r, index, [kind["name"] for kind in kinds]) for index in range(r.randrange(1, 4))],
    }


def _offer(r: random.Random, index: int, kinds: list[str]) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "name": f"offer {index}",
        "base": r.uniform(120_000, 300_000),
        "base_growth": r.choice([0.0, 0.04]),
        "bonus": r.choice([0.0, 0.15]),
        "sign_on": r.choice([0, 30_000]),
        "sign_on_repayment_months": r.choice([0, 12]),
        "refresh": [_rule(r, place, kinds) for place in range(r.randrange(0, 4))],
        "screened": r.random() < 0.8,
    }
    if r.random() < 0.8:
        unit = r.choice(["shares", "dollars", "percent"])
        offer["grant"] = {
            "instrument": r.choice(["iso", "nso", "rsu"]),
            "unit": unit,
            "amount": {"shares": 20_000, "dollars": 60_000, "percent": 0.2}[unit],
            "vesting": r.choice([{}, {"months": 36, "cliff": 6, "every": 3}, {"months": 0, "cliff": 0}])
            | {"allocation": r.choice(ALLOCATIONS)},
            "change_of_control": r.choice([0.0, 0.5, 1.0]),
        }
    if r.random() < 0.3:
        offer["refresh_cap_shares"] = 12_000
        offer["refresh_cap_dollars"] = 150_000
    if r.random() < 0.3:
        offer["committee_delay_days"] = 5
    if r.random() < 0.2:
        offer["checkpoints"] = [{"day": 90, "evidence": "release"}]
    return offer


def _trigger(r: random.Random, kinds: list[str], depth: int = 0) -> dict[str, Any]:
    which = r.randrange(6 if depth < 2 else 4)
    kind = {"kind": r.choice(kinds)} if r.random() < 0.4 else {}
    if which == 0:
        return {"every_deployments": r.randrange(1, 4), **kind}
    if which == 1:
        return {"nth_deployment": r.randrange(1, 4), **kind}
    if which == 2:
        return {
            "margin_gain_bps": r.uniform(5, 20),
            "sustained_months": r.randrange(1, 4),
            **({"step_bps": 4.0} if r.random() < 0.5 else {}),
        }
    if which == 3:
        return {"tenure_months": r.randrange(1, 15), "repeat": r.random() < 0.5}
    return {r.choice(["all", "any"]): [_trigger(r, kinds, depth + 1) for _ in range(2)]}


def _rule(r: random.Random, place: int, kinds: list[str]) -> dict[str, Any]:
    cash = r.random() < 0.25
    unit = "dollars" if cash else r.choice(["shares", "dollars", "percent"])
    award = {"shares": 4_000, "dollars": 15_000, "percent": 0.03}[unit]
    rule: dict[str, Any] = {
        "name": f"rule {place}",
        "trigger": _trigger(r, kinds),
        "award": award,
        "unit": unit,
        "instrument": "cash" if cash else r.choice(["iso", "nso", "rsu", "restricted_stock"]),
        "mode": r.choice(["upfront", "future"]),
        "cooldown_months": r.choice([0, 0, 4.5]),
        "change_of_control": r.choice([0.0, 0.5]),
    }
    if not cash:
        rule["vesting"] = r.choice([{"months": 24, "cliff": 0}, {"months": 12, "cliff": 3, "every": 3}, {"months": 0, "cliff": 0}])
        rule["vesting"]["allocation"] = r.choice(ALLOCATIONS)
    if rule["mode"] == "upfront" or r.random() < 0.5:
        rule["cap"] = award * r.choice([1, 2.5 if unit != "shares" else 2.25, 4])
    if r.random() < 0.3:
        rule["cap_per_year"] = award * 1.5
    if rule["mode"] == "future":
        rule["approval_lag_days"] = r.choice([0, 40])
        rule["refusal_probability"] = r.choice([0.0, 0.3])
    return rule
