"""Exits, prices and dilution of a company with several classes: against hand-worked waterfalls and laws that always hold."""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compdesign.errors import ScenarioError
from compdesign.inputs.scenario import Scenario
from compdesign.model.capitalization import common_price
from compdesign.simulation.class_values import class_dilution, exit_proceeds
from compdesign.simulation.company_path import company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import on_path, resolve
from compdesign.simulation.path_values import path_values
from compdesign.simulation.share_classes import price_at
from compdesign.simulation.streams import Streams, input_stream
from compdesign.simulation.tables import CASH_OUT, EXIT, Outcome
from tests.simulation.exit_twin import Preferred, poured
from tests.simulation.posed import outcomes, posed
from tests.simulation.scenarios import random_scenario
from tests.simulation.twin import stack_classes

SIZE = 64
ACCEPT = (0.7, 0.4)
few = settings(max_examples=15, deadline=None, derandomize=True)
ALL_CASH = {"company.cash": 2.0**30, "company.debt": 2.0**30}
"""Cash that the debt takes, so that the enterprise value is what there is to divide."""
TWO_CLASSES = {
    "common_shares": 1_000_000,
    "pool_available": 0,
    "classes": [
        {"name": "A", "shares": 400_000, "invested": 2_000_000, "rank": 2},
        {"name": "B", "shares": 300_000, "invested": 6_000_000, "participation": "capped", "cap_multiple": 2, "conversion_ratio": 2},
    ],
    "options": [{"name": "options at 4", "shares": 100_000, "strike": 4}],
}


def run(data: dict[str, Any], offer: int = 0) -> tuple[Scenario, Outcome]:
    """The resolved scenario and the outcome of one structure."""
    scenario = Scenario.parse(data)
    streams = Streams(scenario.seed, 0, SIZE)
    resolved = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    return resolved, simulate_structure(resolved, scenario.offers[offer], streams, ACCEPT)


def at_once(changes: dict[str, Any], **offer: Any) -> tuple[Scenario, Outcome]:
    """A posed company that exits at the end of its first month."""
    exits = {"company.exit": {"annual_hazard": 100_000.0}, "months": 2} | ALL_CASH
    resolved, outcome = next(outcomes(posed(exits | changes, **({"base": 2.0**-30} | offer)), 1))
    assert (outcome.end == EXIT).all()
    return resolved, outcome


def first(resolved: Scenario, outcome: Outcome) -> dict[str, float]:
    """Exit proceeds of the first path by class."""
    return {name.removeprefix("exit_proceeds:"): row[0] for name, row in exit_proceeds(resolved, outcome).items()}


# Hand-worked exits


@pytest.mark.parametrize(
    ("value", "common", "a", "b", "options"),
    [
        (4e6, 0, 0, 4e6, 0),  # B is paid first
        (7e6, 0, 1e6, 6e6, 0),
        (11e6, 1.875e6, 2e6, 7.125e6, 0),  # $3M on 1.0M common and 0.6M of B as converted: $1.875
        (16e6, 84e6 / 17, 2e6, 6e6 + 0.6 * 84e6 / 17, 1.6e6 / 17),  # from $4 on 1.7M shares: $4 + 1.6/1.7
        (30e6, 184e6 / 15, 0.4 * 184e6 / 15, 12e6, 12.4e6 / 15),  # A converts at $5, B stops at $10: (30 - 12 + 0.4) / 1.5
        (50e6, 24e6, 9.6e6, 14.4e6, 2e6),  # B converts at $20: (50 + 0.4) / 2.1
    ],
)
def test_two_classes_at_hand_worked_exits(value: float, common: float, a: float, b: float, options: float) -> None:
    resolved, outcome = at_once({"company.recurring_revenue": value, "company.capitalization": TWO_CLASSES})
    paid = first(resolved, outcome)
    expected = {
        "common": common,
        "A": a,
        "B": b,
        "options": options,
        "grants": 0,
        "debt": 2.0**30,
        "fees": 0,
        "exit_value": value + 2.0**30,
    }
    assert paid == pytest.approx(expected, abs=0.01)
    assert outcome.price[0] == pytest.approx(common / 1e6, abs=1e-7)
    assert sum(paid.values()) - paid["exit_value"] == pytest.approx(value + 2.0**30, abs=0.01)


def test_fees_come_first() -> None:
    """$22M less half leaves the $11M of the third case."""
    types = [{"name": "sale", "cost": 0.5}]
    changes = {"company.recurring_revenue": 22e6, "company.capitalization": TWO_CLASSES}
    paid = first(*at_once(changes | {"company.exit": {"annual_hazard": 100_000.0, "types": types}}))
    assert (paid["fees"], paid["common"], paid["A"], paid["B"]) == pytest.approx((11e6, 1.875e6, 2e6, 7.125e6), abs=0.01)


@pytest.mark.parametrize(
    ("terms", "ours", "theirs"),
    [
        ({}, 6e6 * 5 / 11, 6e6 * 6 / 11),  # pari passu by preference
        ({"rank": 0}, 5e6, 1e6),
        ({"rank": 2}, 0, 6e6),
        ({"rank": 0, "multiple": 1.2}, 6e6, 0),
    ],
)
def test_a_round_is_a_class_with_its_own_terms(terms: dict[str, Any], ours: float, theirs: float) -> None:
    """$1M of enterprise and the $5M raised, against $6M preferred to A and $5M to the round."""
    table = {"common_shares": 10**6, "pool_available": 0, "classes": [{"name": "A", "shares": 10**6, "invested": 6_000_000}]}
    round_ = {"month": 0, "amount": 5_000_000, "name": "B", **terms}
    paid = first(*at_once({"company.recurring_revenue": 1e6, "company.capitalization": table, "company.financing": [round_]}))
    assert (paid["B"], paid["A"], paid["common"]) == pytest.approx((ours, theirs, 0), abs=0.01)


GROWS = {"company.recurring_revenue": 1e6, "company.revenue_growth": 2.0**12 - 1}
"""A company worth $1M at the as-of date and $2M a month later."""
GRANT = {"instrument": "nso", "unit": "shares", "amount": 10_000, "vesting": {"months": 0, "cliff": 0}}


def test_grants_are_paid_net_of_strike_and_the_pool_nothing() -> None:
    """Strike $1M / 1,000,000 = $1; at $2M a share is (2,000,000 + 10,000) / (900,000 + 50,000 + 10,000)."""
    table = {"common_shares": 900_000, "pool_available": 50_000, "options": [{"name": "old", "shares": 50_000, "strike": 0}]}
    resolved, outcome = at_once(GROWS | {"company.capitalization": table}, grant=GRANT)
    paid, price = first(resolved, outcome), 2_010_000 / 960_000
    assert (outcome.price_by[0] == 1).all()
    np.testing.assert_allclose(outcome.price, price, rtol=1e-12)
    np.testing.assert_allclose(outcome.price_by[1:], price, rtol=1e-12)
    assert paid["grants"] == pytest.approx(10_000 * (price - 1), abs=0.01)
    assert paid["options"] == pytest.approx(50_000 * price, abs=0.01)
    values = path_values(resolved, resolved.offers[0], outcome)
    np.testing.assert_allclose(values["equity_value"], values["exit_proceeds:grants"], rtol=1e-9)


def test_one_class_keeps_its_fully_diluted_price() -> None:
    """With preferred_shares the price of a share counts the unissued pool; who gets what does not."""
    table = {"common_shares": 950_000, "pool_available": 50_000}
    resolved, outcome = at_once(GROWS | {"company.capitalization": table}, grant=GRANT)
    assert (outcome.price == 2).all()
    assert first(resolved, outcome)["common"] == pytest.approx(950_000 * 2_010_000 / 960_000, abs=0.01)


# One class, typed in either way


@few
@given(st.integers(0, 10**6))
def test_one_class_is_the_simple_keys(seed: int) -> None:
    """Path by path: without rounds, which join the one class but stand beside a class; up to the exit, at which the pool is out."""
    data = random_scenario(5 * seed)
    table = data["company"]["capitalization"]
    data["company"]["financing"] = []
    other = deepcopy(data)
    typed = {key: table.pop(key) for key in ("preferred_shares", "liquidation_preference")}
    one = {"name": "all", "shares": typed["preferred_shares"], "invested": typed["liquidation_preference"]}
    table["classes"] = [one]
    (resolved, stacked), (plain, simple) = run(data), run(other)
    for name in ("end", "end_month", "qualifying", "filled_months", "verified"):
        np.testing.assert_array_equal(getattr(stacked, name), getattr(simple, name), err_msg=name)
    for name in ("cash", "pay", "ga", "runway", "pool", "fully_diluted", "present_pay", "shortfall", "exit_value"):
        np.testing.assert_allclose(getattr(stacked, name), getattr(simple, name), rtol=1e-6, atol=2, err_msg=name)
    month = np.arange(len(simple.price_by))[:, None]
    going = month < np.where(simple.end == EXIT, simple.end_month, len(month))
    np.testing.assert_allclose(stacked.price_by[going], simple.price_by[going], rtol=1e-9, atol=1e-9)
    for column in ("shares", "strike", "vested"):
        np.testing.assert_allclose(getattr(stacked.grants, column), getattr(simple.grants, column), rtol=1e-6, atol=1)
    ours, theirs = exit_proceeds(resolved, stacked), exit_proceeds(plain, simple)
    for one_, name in (("all", "preferred"), ("common", "common"), ("grants", "grants"), ("fees", "fees"), ("debt", "debt")):
        np.testing.assert_allclose(ours[f"exit_proceeds:{one_}"], theirs[f"exit_proceeds:{name}"], rtol=1e-6, atol=10)


@pytest.mark.parametrize("value", [1e6, 2e6, 3e6, 4.9e6, 5e6, 5.1e6, 40e6])
def test_one_class_exits_at_the_same_price_where_no_pool_is_left(value: float) -> None:
    simple = {"common_shares": 600_000, "preferred_shares": 400_000, "liquidation_preference": 2_000_000, "pool_available": 0}
    stack = {"common_shares": 600_000, "pool_available": 0, "classes": [{"name": "A", "shares": 400_000, "invested": 2_000_000}]}
    prices = [
        at_once({"company.recurring_revenue": value, "company.capitalization": table})[1].price_by.max(axis=1) for table in (simple, stack)
    ]
    np.testing.assert_allclose(prices[0], prices[1], rtol=1e-12, atol=1e-12)


@few
@given(st.integers(0, 10**6))
def test_without_a_stack_the_price_is_the_formula_of_one_class(seed: int) -> None:
    """Bit for bit: nothing of the stack touches a scenario that states none."""
    data = random_scenario(5 * seed)
    data["company"]["financing"], data["company"]["exit"]["annual_hazard"], data["links"] = [], 0.0, {}
    resolved, outcome = run(data)
    company, months = resolved.company, len(outcome.cash)
    course = company_path(resolved, Streams(resolved.seed, 0, SIZE), slice(None))
    opening = np.concatenate([np.ones((1, SIZE)) * company.cash, outcome.cash])
    value = np.maximum(course.value + opening - company.debt, 0)
    table = company.capitalization
    assume(not table.top_ups)
    expected = common_price(value, table.fully_diluted, float(table.preferred_shares), table.liquidation_preference)
    going = np.arange(months + 1)[:, None] < np.where(outcome.end == CASH_OUT, outcome.end_month, months + 1)
    np.testing.assert_array_equal(outcome.price_by[going], expected[going])


# What must always hold (section 13 of the model)


@few
@given(st.integers(0, 10**6))
def test_proceeds_add_up_to_the_cent_and_nobody_gains_by_another_conversion(seed: int) -> None:
    data = random_scenario(seed)
    data["company"]["exit"]["annual_hazard"] = 0.5
    resolved, outcome = run(data)
    values = exit_proceeds(resolved, outcome)
    paid = {name.removeprefix("exit_proceeds:"): row for name, row in values.items() if name != "exit_value"}
    assert all((row >= 0).all() for row in paid.values())
    np.testing.assert_allclose(sum(paid.values()), values["exit_value"], rtol=0, atol=0.01)
    for path in np.flatnonzero(outcome.end == EXIT)[:12]:
        company = on_path(resolved, int(path)).company
        classes, ratios = stack_classes(company), [each.conversion_ratio for each in company.capitalization.classes]
        if not company.has_stack:
            classes, ratios = [Preferred("preferred")], []
        for each, ratio, shares, money in zip(
            classes, ratios + [1.0] * len(classes), outcome.preferred[:, path], outcome.invested[:, path], strict=False
        ):
            each.shares, each.invested = ratio * shares, money
        grants = outcome.grants
        mine = grants.path == path
        vested = list(zip(grants.vested[mine], grants.strike[mine], strict=True))
        options = vested + [(each.shares, each.strike) for each in company.capitalization.options]
        value = float(values["exit_value"][path] - paid["fees"][path] - paid["debt"][path])
        choosing = [each for each in classes if each.participation != "full" and each.shares]
        price = paid["common"][path] / company.capitalization.common_shares
        converts = {each.name for each in choosing if each.shares * price > _most(each)}
        _, held = poured(classes, options, company.capitalization.common_shares, value, converts)
        assert held == pytest.approx({each.name: paid[each.name][path] for each in classes}, rel=1e-9, abs=0.01)
        for each in choosing:
            _, switched = poured(classes, options, company.capitalization.common_shares, value, converts ^ {each.name})
            assert switched[each.name] <= held[each.name] + 0.01 + 1e-9 * value


def _most(each: Preferred) -> float:
    """The most a class gets while it keeps its preference."""
    return each.cap_multiple * each.invested if each.cap_multiple else each.preference


@few
@given(st.integers(0, 10**6))
def test_dilution_of_the_classes_adds_up_to_the_dilution(seed: int) -> None:
    data = random_scenario(seed)
    for offer in range(len(data["offers"])):
        resolved, outcome = run(data, offer)
        values = path_values(resolved, resolved.offers[offer], outcome)
        parts = [row for name, row in values.items() if name.startswith("dilution:")]
        assert all((part >= 0).all() for part in parts)
        np.testing.assert_allclose(sum(parts), values["dilution"], rtol=1e-9, atol=1e-15)


def test_dilution_of_each_class() -> None:
    """100,000 shares granted to a company of 600,000 common, 200,000 of A converting two for one: from 60 % and 40 % of 1.0M to 1.1M."""
    table = {
        "common_shares": 600_000,
        "pool_available": 300_000,
        "classes": [{"name": "A", "shares": 200_000, "invested": 1e6, "conversion_ratio": 2}],
    }
    resolved, outcome = at_once({"company.capitalization": table}, grant=GRANT | {"amount": 100_000})
    found = class_dilution(resolved, outcome, np.full(len(outcome.end), 100_000.0))
    assert found["dilution:common"][0] == pytest.approx(0.6 - 6 / 11)
    assert found["dilution:A"][0] == pytest.approx(0.4 - 4 / 11)


def test_price_today_is_that_of_the_stack() -> None:
    """The hand-worked $16M with a fully diluted count of 2.1M."""
    company = posed({"company.capitalization": TWO_CLASSES}).company
    assert company.capitalization.fully_diluted == 2_100_000
    assert price_at(company, 16e6, 2_100_000) == pytest.approx(84 / 17)
    assert price_at(company, 16e6, float("inf")) == 0


# Faults


@pytest.mark.parametrize(
    ("table", "round_", "said"),
    [
        ({"preferred_shares": 5}, {}, r"capitalization\.preferred_shares: is one class of preferred beside classes, options or a round"),
        ({"liquidation_preference": 5.0}, {}, r"drop preferred_shares and liquidation_preference"),
        ({}, {"name": "A"}, r"2 classes, tranches or rounds are named 'A'"),
        ({}, {"name": "grants"}, r"'grants' is a name every exit uses"),
        ({}, {"name": "grants 2"}, r"'grants 2' is a name every exit uses"),
        ({}, {"participation": "capped"}, r"financing\[0\]\.cap_multiple: goes with capped participation, and only with it"),
        ({}, {"cap_multiple": 2.0}, r"financing\[0\]\.cap_multiple: goes with capped participation, and only with it"),
        ({}, {"participation": "capped", "cap_multiple": 1.0, "multiple": 1.5}, r"cap_multiple: 1 is below the preference"),
    ],
)
def test_faults_of_a_stack_are_told_once(table: dict[str, Any], round_: dict[str, Any], said: str) -> None:
    data = {"company.capitalization": TWO_CLASSES | table, "company.financing": [{"month": 3, "amount": 1e6, **round_}]}
    with pytest.raises(ScenarioError, match=said) as caught:
        posed(data)
    assert len(caught.value.problems) == 1


def test_a_round_with_terms_needs_the_stack() -> None:
    table = {"common_shares": 10, "preferred_shares": 5, "pool_available": 0}
    with pytest.raises(ScenarioError, match=r"preferred_shares: is one class of preferred beside classes, options or a round"):
        posed({"company.capitalization": table, "company.financing": [{"month": 3, "amount": 1e6, "rank": 0}]})
