"""From distributions to arrays: names, families by bounds, medians, and what is shared instead of copied."""

from math import exp, log
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict
from scipy import stats

from compdesign.inputs.base import Money, Number, Probability
from compdesign.inputs.uncertain import Bounds, MeanSd, Percentiles, Pert
from compdesign.simulation.parameters import at_medians, percentile, quantile, resolve, uncertain_inputs

U = np.array([0.1, 0.25, 0.5, 0.75, 0.9])


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Round(Part):
    name: str
    amount: Money
    probability: Probability | None = None


class Outside(Part):
    pay: Money


class Firm(Part):
    cash: Money
    growth: Number = 0.0
    rounds: tuple[Round, ...] = ()
    drafts: list[Round] = []
    outside: Outside | None = None


class World(Part):
    company: Firm
    plain: Firm


def world() -> World:
    return World.model_validate(
        {
            "company": {
                "cash": {"p10": "1M", "p50": "2M", "p90": "4M"},
                "growth": {"mean": 0.3, "sd": 0.1},
                "rounds": [
                    {"name": "A", "amount": 5},
                    {"name": "B", "amount": {"low": 2, "mode": 3, "high": 9}, "probability": {"mean": 0.4, "sd": 0.2}},
                ],
                "drafts": [{"name": "C", "amount": {"values": [3, 8], "weights": [1, 3]}}],
                "outside": {"pay": {"mean": 3, "sd": 2}},
            },
            "plain": {"cash": "7M", "rounds": [{"name": "A", "amount": 5}], "outside": {"pay": 1}},
        }
    )


NAMES = [
    "company.cash",
    "company.growth",
    "company.rounds[1].amount",
    "company.rounds[1].probability",
    "company.drafts[0].amount",
    "company.outside.pay",
]


def test_inputs_by_dotted_name() -> None:
    found = uncertain_inputs(world())
    assert list(found) == NAMES
    assert found["company.cash"] == Percentiles(p10=1e6, p50=2e6, p90=4e6)
    assert found["company.rounds[1].amount"] == Pert(low=2, mode=3, high=9)
    assert found["company.outside.pay"] == MeanSd(mean=3, sd=2)


def test_each_is_drawn_by_its_name_through_the_family_of_its_bounds() -> None:
    uniforms = {name: np.roll(U, shift) for shift, name in enumerate(NAMES)}
    company = resolve(world(), uniforms.__getitem__).company
    drawn: dict[str, Any] = {
        "company.cash": company.cash,
        "company.growth": company.growth,
        "company.rounds[1].amount": company.rounds[1].amount,
        "company.rounds[1].probability": company.rounds[1].probability,
        "company.drafts[0].amount": company.drafts[0].amount,
        "company.outside.pay": company.outside.pay if company.outside else None,
    }
    variance = log(1 + 4 / 9)
    oracle: dict[str, Any] = {
        "company.cash": stats.fisk(log(9) / log(2), scale=2e6),  # percentiles 1, 2, 4: symmetric in the logarithm
        "company.growth": stats.norm(0.3, 0.1),
        "company.rounds[1].amount": stats.beta(1 + 4 / 7, 1 + 24 / 7, 2, 7),
        "company.rounds[1].probability": stats.beta(0.4 * 5, 0.6 * 5),  # 0.4 * 0.6 / 0.04 - 1 = 5
        "company.outside.pay": stats.lognorm(variance**0.5, scale=3 / exp(variance / 2)),
    }
    for name, same in oracle.items():
        np.testing.assert_allclose(drawn[name], same.ppf(uniforms[name]), rtol=1e-9, err_msg=name)
        assert drawn[name].dtype == np.float64
    np.testing.assert_array_equal(drawn["company.drafts[0].amount"], np.where(uniforms["company.drafts[0].amount"] < 0.25, 3, 8))


def test_plain_parts_are_shared_and_nothing_is_changed_in_place() -> None:
    before = world()
    after = resolve(before, lambda name: U)
    assert type(after) is World and after.plain is before.plain
    assert after.company.rounds[0] is before.company.rounds[0]
    assert type(after.company.rounds) is tuple and type(after.company.drafts) is list
    assert type(after.company.rounds[0].amount) is float
    assert before == world()


def test_a_scenario_of_numbers_is_returned_itself() -> None:
    plain = World(company=world().plain, plain=world().plain)

    def never(name: str) -> Any:
        pytest.fail(f"{name} was drawn")

    assert uncertain_inputs(plain) == {}
    assert resolve(plain, never) is plain and at_medians(plain) is plain


def test_at_medians() -> None:
    company = at_medians(world()).company
    assert company.cash == pytest.approx(2e6, rel=1e-12) and type(company.cash) is float
    assert company.growth == pytest.approx(0.3, rel=1e-12)
    assert company.rounds[1].amount == pytest.approx(stats.beta(1 + 4 / 7, 1 + 24 / 7, 2, 7).median(), rel=1e-9)
    assert company.drafts[0].amount == 8
    assert company.outside is not None
    assert company.outside.pay == pytest.approx(3 / (13 / 9) ** 0.5, rel=1e-12)  # median of a lognormal: mean / sqrt(1 + (sd / mean)^2)


def test_percentile() -> None:
    triple = Percentiles(p10=0.2, p50=0.4, p90=0.7)
    for bounds in (Bounds(), Bounds(0), Bounds(0, 1), None):
        for u, value in ((0.1, 0.2), (0.5, 0.4), (0.9, 0.7)):
            assert percentile(triple, bounds, u) == pytest.approx(value, rel=1e-12)


def test_the_bounds_choose_the_family() -> None:
    """Far out in the left tail, the unbounded metalog is below 0, and the bounded ones are not."""
    triple, deep = Percentiles(p10=0.2, p50=0.4, p90=0.7), np.array([1e-9])
    assert quantile(triple, Bounds(), deep) < 0 < quantile(triple, Bounds(0), deep)
    assert quantile(triple, Bounds(0), 1 - deep) > 1 > quantile(triple, Bounds(0, 1), 1 - deep)
