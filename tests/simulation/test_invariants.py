"""What must hold in every scenario, on every path: section 13 of the model, on random scenarios."""

import dataclasses
from copy import deepcopy
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compdesign.inputs.scenario import Scenario
from compdesign.simulation.company_path import company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import resolve
from compdesign.simulation.run import simulate, simulate_variants
from compdesign.simulation.streams import Streams, input_stream
from compdesign.simulation.tables import EXIT, STAYED, GrantTable, HireTable, Outcome
from compdesign.simulation.valuation_run import value_offers
from tests.simulation.posed import by_path, joined
from tests.simulation.scenarios import random_scenario

SIZE = 64
ACCEPT = (0.7, 0.4)
SEEDS = st.integers(0, 10**6)
few = settings(max_examples=15, deadline=None, derandomize=True)
fewer = settings(max_examples=10, deadline=None, derandomize=True)


def outcome_of(data: dict[str, Any], offer: int = 0, streams: Streams | None = None, paths: slice = slice(None)) -> Outcome:
    scenario = Scenario.parse(data)
    streams = streams or Streams(scenario.seed, 0, SIZE)
    resolved = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    return simulate_structure(resolved, scenario.offers[offer], streams, ACCEPT, paths)


def same(one: Outcome, other: Outcome, *, order: bool = True, but: tuple[str, ...] = ()) -> None:
    """Every array equal bit for bit; order False: rows of tables may come in another order."""
    for field in dataclasses.fields(Outcome):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in but:
            continue
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=field.name, strict=True)
        else:
            for left, right in zip(rows(a, order), rows(b, order), strict=True):
                np.testing.assert_array_equal(left, right, err_msg=field.name)


def rows(table: Any, order: bool = True) -> list[np.ndarray]:
    """The columns of a table, its rows as they come or sorted by all columns."""
    columns = [np.asarray(getattr(table, field.name), float) for field in dataclasses.fields(table)]
    if not order and columns[0].size:
        turn = np.lexsort(columns[::-1])
        columns = [column[turn] for column in columns]
    return columns


def key(table: Any, *more: np.ndarray) -> np.ndarray:
    """One number for (path, seat, ordinal, more ...), which must be small."""
    code = np.zeros(len(table.path), np.int64)
    for column in (table.path, table.seat, table.ordinal, *more):
        code = code * 4_096 + np.asarray(column, np.int64)
    return code


# Equity adds up


@few
@given(SEEDS)
def test_shares_are_conserved(seed: int) -> None:
    """Granted = vested + unvested + forfeited; only leavers forfeit, and they forfeit all that is unvested; the pool holds the rest."""
    data = random_scenario(seed)
    for index in range(len(data["offers"])):
        outcome = outcome_of(data, index)
        grants = outcome.grants
        for shares in (grants.shares, grants.vested, grants.forfeited):
            assert (shares >= 0).all()
            assert (shares == np.floor(shares)).all()
        left = left_by(outcome.hires, grants)
        assert (grants.vested + grants.forfeited <= grants.shares).all()
        np.testing.assert_array_equal(np.where(left, grants.shares - grants.vested, 0.0), grants.forfeited)
        held = (
            outcome.pool + outcome.reserved + by_path(outcome, grants.path, grants.shares) - by_path(outcome, grants.path, grants.forfeited)
        )
        np.testing.assert_array_equal(held, data["company"]["capitalization"]["pool_available"] + outcome.topped_up)
        for left_over in (outcome.pool, outcome.reserved, outcome.shortfall, outcome.topped_up):
            assert (left_over >= 0).all()


def left_by(hires: HireTable, grants: GrantTable) -> np.ndarray:
    """bool[grant]: whether its holder left, by choice or not."""
    leavers = key(hires)[hires.reason != STAYED]
    return np.isin(key(grants), leavers)


@fewer
@given(SEEDS, st.integers(1, 59))
def test_a_longer_horizon_goes_on_where_the_shorter_stopped(seed: int, sooner: int) -> None:
    """What has happened by a month does not depend on what comes later, and what has vested stays vested."""
    data = random_scenario(seed)
    assume(sooner < data["months"])
    short, long = outcome_of(data | {"months": sooner}), outcome_of(data)
    np.testing.assert_array_equal(short.cash, long.cash[:sooner])
    np.testing.assert_array_equal(short.qualifying_by, long.qualifying_by[:sooner])
    alive = short.end_month == sooner
    np.testing.assert_array_equal(short.price_by[:sooner], long.price_by[:sooner])
    assert (long.end_month[alive] >= sooner).all()
    before, after = _vested(short.grants), _vested(long.grants)
    for grant, vested in before.items():
        assert len(vested) <= len(after[grant])
        assert all(a <= b for a, b in zip(vested, after[grant], strict=False))


def _vested(grants: GrantTable) -> dict[tuple[float, ...], list[float]]:
    """Vested shares by grant; grants of one rule to one person in one month are told apart by their size."""
    found: dict[tuple[float, ...], list[float]] = {}
    columns = (grants.path, grants.seat, grants.ordinal, grants.rule, grants.month, grants.vesting_start, grants.shares)
    for *name, vested in zip(*columns, grants.vested, strict=True):
        found.setdefault(tuple(name), []).append(vested)
    return {name: sorted(each) for name, each in found.items()}


@few
@given(SEEDS, st.sampled_from(["future", "upfront"]), st.integers(1, 5), st.sampled_from([0, 3_000, 10**7]))
def test_awards_stay_within_their_caps_and_the_pool(seed: int, mode: str, times: int, pool: int) -> None:
    data = random_scenario(seed)
    data["company"]["capitalization"]["pool_available"] = pool
    data["company"]["financing"], data["company"]["capitalization"]["top_ups"] = [], []
    data["production"]["build_months"] = 0.5
    award, cap, yearly, person = 700, 700 * times + 123, 1_500, 2_900
    rule = {"award": award, "cap": cap, "cap_per_year": yearly, "mode": mode, "trigger": {"every_deployments": 1}}
    cash = {"name": "paid", "award": 9_000, "cap": 31_000, "unit": "dollars", "instrument": "cash", "trigger": {"every_deployments": 1}}
    data["offers"] = [
        {
            "name": "capped",
            "base": 200_000,
            "refresh": [{**rule, "name": "one"}, {**rule, "name": "two"}, cash],
            "refresh_cap_shares": person,
        }
    ]
    outcome = outcome_of(data)
    grants, paid = outcome.grants, outcome.cash_awards
    assert _most(key(grants, grants.rule), grants.shares) <= cap
    assert _most(key(grants), grants.shares) <= person
    if pool == 10**7:  # granted in the month in which it was earned
        start = dict(zip(key(outcome.hires).tolist(), outcome.hires.start.tolist(), strict=True))
        year = (grants.month - np.array([start[each] for each in key(grants).tolist()], np.int64).reshape(-1)) // 12
        assert _most(key(grants, grants.rule, year), grants.shares) <= yearly
    assert _most(key(paid, paid.rule), paid.dollars) <= 31_000
    held = by_path(outcome, grants.path, grants.shares - grants.forfeited) + outcome.reserved
    assert (held <= pool).all()
    if pool == 0:
        assert not grants.shares.any()


def _most(code: np.ndarray, amounts: np.ndarray) -> float:
    """Largest sum over rows of one code."""
    _, place = np.unique(code, return_inverse=True)
    return float(np.bincount(place, amounts).max(initial=0)) if len(code) else 0.0


# Money


def exogenous(seed: int) -> dict[str, Any]:
    """Certain acceptance, no links, rounds that wait for nothing."""
    data = random_scenario(seed)
    data["hiring"]["acceptance"], data["links"] = {"certain": True}, {}
    for round_ in data["company"]["financing"]:
        round_["condition"] = "none"
    return data


@few
@given(SEEDS, st.sampled_from([1.0, 50_000.0, 3e6]))
def test_more_cash_never_shortens_runway(seed: int, more: float) -> None:
    data = exogenous(seed)
    richer = deepcopy(data)
    richer["company"]["cash"] += more
    one, other = outcome_of(data), outcome_of(richer)
    assert (other.runway >= one.runway).all()
    assert (other.end_month >= one.end_month).all()


RAISES: list[dict[str, Any]] = [{"base": 1.3}, {"bonus": 0.4}, {"sign_on": 50_000}, {"base_growth": 0.15}]


@few
@given(SEEDS, st.sampled_from(RAISES))
def test_more_pay_never_lengthens_runway(seed: int, more: dict[str, float]) -> None:
    data = exogenous(seed)
    raised = deepcopy(data)
    offer = raised["offers"][0]
    for field, value in more.items():
        offer[field] = offer[field] * value if field == "base" else offer[field] + value
    one, other = outcome_of(data), outcome_of(raised)
    assert (other.runway <= one.runway).all()


MONEY = {
    "company": ("cash", "debt", "minimum_cash", "recurring_revenue", "operating_expense"),
    "hiring": ("redraw_fee", "compute_cost", "vacancy_cost"),
    "candidate": ("wealth", "outside_pay"),
}


def scaled(value: Any, k: float) -> Any:
    return {name: scaled(each, k) for name, each in value.items()} if isinstance(value, dict) else value * k


def in_other_money(data: dict[str, Any], k: float) -> dict[str, Any]:
    """Every amount of money of a random scenario times k."""
    data = deepcopy(data)
    company, hiring = data["company"], data["hiring"]
    for table, names in MONEY.items():
        for name in names:
            data[table][name] = scaled(data[table].get(name, 0.0), k)
    company["ga"]["delay_cost"] = scaled(company["ga"].get("delay_cost", 0.0), k)
    table = company["capitalization"]
    if "liquidation_preference" in table:
        table["liquidation_preference"] *= k
    for each in table.get("classes", []):
        each["invested"], each["dividends"] = each["invested"] * k, each["dividends"] * k
    for each in table.get("options", []):
        each["strike"] *= k
    for round_ in company["financing"]:
        round_["amount"] *= k
    if "screen" in hiring:
        hiring["screen"]["fee"] *= k
    for name, value in data["candidate"]["competing"].items():
        if name in ("base", "sign_on", "equity", "refresh"):
            data["candidate"]["competing"][name] = value * k
    for offer in data["offers"]:
        offer["base"] *= k
        offer["sign_on"] *= k
        if "refresh_cap_dollars" in offer:
            offer["refresh_cap_dollars"] *= k
        for award in [*offer["refresh"], offer.get("grant", {})]:
            if award.get("unit") == "dollars":
                award.update({name: award[name] * k for name in ("amount", "award", "cap", "cap_per_year") if name in award})
    return data


def prefer_nothing(data: dict[str, Any]) -> None:
    """No liquidation preference, so that a share is worth more than a cent."""
    table = data["company"]["capitalization"]
    if "liquidation_preference" in table:
        table["liquidation_preference"] = 0.0
    for each in table.get("classes", []):
        each["invested"], each["dividends"] = 0.0, 0.0


@few
@given(SEEDS, st.sampled_from([2.0, 0.25, 1024.0]))
def test_money_has_no_unit(seed: int, k: float) -> None:
    """Powers of two are exact. A price under a cent, where a share is not issued, is a matter of dollars: ruled out."""
    data = in_other_money(random_scenario(seed), 1.0)
    data["company"]["cash"] = 3e7
    prefer_nothing(data)
    data["candidate"]["wealth"], data["hiring"]["compute_cost"] = 300_000.0, 4_000.0
    one, other = outcome_of(data), outcome_of(in_other_money(data, k))
    assume(one.price_by.min() * min(k, 1.0) > 0.01)
    money = ("cash", "pay", "ga_delay", "margin_cash", "present_pay", "price", "price_by", "invested", "exit_value", "exit_fees")
    for name in money:
        np.testing.assert_array_equal(getattr(one, name) * k, getattr(other, name), err_msg=name)
    hires = dataclasses.replace(one.hires, severance=one.hires.severance * k)
    grants = dataclasses.replace(one.grants, strike=one.grants.strike * k)
    paid = dataclasses.replace(one.cash_awards, dollars=one.cash_awards.dollars * k)
    restated = dataclasses.replace(other, **{name: getattr(one, name) for name in money})
    same(dataclasses.replace(one, hires=hires, grants=grants, cash_awards=paid), restated)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(st.integers(0, 50), st.sampled_from([2.0, 0.5]))
def test_a_candidate_sees_through_the_unit_of_money(seed: int, k: float) -> None:
    data = in_other_money(random_scenario(seed), 1.0)
    data["company"]["cash"], data["hiring"]["seats"] = 4e7, 1
    prefer_nothing(data)
    data["candidate"]["wealth"], data["hiring"]["acceptance"] = 300_000.0, {"certain": False}
    for one, other in zip(value_offers(Scenario.parse(data)), value_offers(Scenario.parse(in_other_money(data, k))), strict=True):
        assert other.ce == pytest.approx(k * one.ce, rel=1e-12)
        assert other.ce_outside == pytest.approx(k * one.ce_outside, rel=1e-12)
        assert other.accept == pytest.approx(one.accept, rel=1e-12)
        np.testing.assert_allclose(other.hires.wealth, k * one.hires.wealth, rtol=1e-12)


@few
@given(SEEDS)
def test_the_waterfall_adds_up_at_every_exit(seed: int) -> None:
    """Common at its price and the preferred, at the better of its preference and its share, divide what there is; neither gets less."""
    data = random_scenario(5 * seed)  # of one class; tests/simulation/test_capital_stack.py has the others
    data["links"], data["company"]["exit"]["annual_hazard"] = {}, 0.5
    scenario = Scenario.parse(data)
    streams = Streams(scenario.seed, 0, SIZE)
    resolved = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    outcome = simulate_structure(resolved, scenario.offers[0], streams, ACCEPT)
    course, company = company_path(resolved, streams, slice(None)), scenario.company
    path = np.flatnonzero(outcome.end == EXIT)
    end = outcome.end_month[path]
    value = np.maximum(course.value[end, path] * course.exit_factor[path] + outcome.cash[end - 1, path] - company.debt, 0)
    # Money raised shows in the preference; a condition may have held a round back, so it is read off the fully diluted shares.
    common = company.capitalization.common_shares + company.capitalization.pool_available + outcome.topped_up[path]
    preferred = outcome.fully_diluted[path] - common
    plain = preferred == company.capitalization.preferred_shares
    value, common, preferred, price = value[plain], common[plain], preferred[plain], outcome.price[path][plain]
    preference = company.capitalization.liquidation_preference
    proceeds = np.maximum(np.minimum(value, preference), price * preferred)
    np.testing.assert_allclose(price * common + proceeds, value, rtol=1e-9, atol=1e-3)
    assert (proceeds >= np.minimum(value, preference) - 1e-3).all()
    assert (proceeds >= value * preferred / (common + preferred) * (1 - 1e-9)).all()


# Common random numbers


@few
@given(SEEDS)
def test_identical_structures_are_identical(seed: int) -> None:
    """Under another name, on draws already made, and on fresh ones."""
    data = random_scenario(seed)
    data["offers"].append({**deepcopy(data["offers"][0]), "name": "twin"})
    streams = Streams(data["seed"], 0, SIZE)
    first = outcome_of(data, 0, streams)
    same(first, outcome_of(data, len(data["offers"]) - 1, streams))
    same(first, outcome_of(data, 0))


@few
@given(SEEDS, SEEDS)
def test_no_structure_changes_another(seed: int, other: int) -> None:
    """Whatever runs before it on the same streams, in whatever order, and whatever else the scenario lists."""
    data = random_scenario(seed)
    alone = outcome_of(data | {"offers": data["offers"][:1]})
    names = {kind["name"] for kind in data["deployment"]["kinds"]}
    more = random_scenario(other)["offers"]
    assume(all(each in names for each in _kinds(more)))
    listed = [{**offer, "name": f"before {index}"} for index, offer in enumerate(more)] + data["offers"][:1]
    streams = Streams(data["seed"], 0, SIZE)
    for index in range(len(listed)):
        last = outcome_of(data | {"offers": listed}, index, streams)
    same(alone, last)


def _kinds(value: Any) -> list[str]:
    """Every kind of deployment that a trigger names."""
    if isinstance(value, dict):
        return [kind for name, each in value.items() for kind in ([each] if name == "kind" else _kinds(each))]
    return [kind for each in value for kind in _kinds(each)] if isinstance(value, list) else []


@few
@given(SEEDS, st.lists(st.integers(1, SIZE - 1), min_size=1, max_size=3, unique=True))
def test_slices_of_the_paths_change_nothing(seed: int, cuts: list[int]) -> None:
    data = random_scenario(seed)
    edges = [0, *sorted(cuts), SIZE]
    windows = [slice(first, last) for first, last in pairwise(edges)]
    parts = [outcome_of(data, paths=window) for window in reversed(windows)][::-1]
    same(outcome_of(data), joined(parts, [window.stop - window.start for window in windows]), order=False)


@settings(max_examples=2, deadline=None, derandomize=True)
@given(st.integers(0, 1_000))
def test_work_blocks_change_no_sum(seed: int) -> None:
    scenario = Scenario.parse(random_scenario(seed))
    offers = tuple(value_offers(scenario))
    one, other = (simulate(scenario, 300, chunk=chunk, offers=offers) for chunk in (4_096, 77))
    assert one.variables == other.variables
    for name in ("sums", "squares", "apart", "furthest", "runway", "kept", "first_production"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@few
@given(SEEDS, SEEDS)
def test_without_links_pay_moves_nobody(seed: int, other: int) -> None:
    """Two structures with equal acceptance and equal process: the same people start, ship and leave on every path."""
    data = exogenous(seed)
    data["company"]["cash"], data["company"]["debt"] = 1e12, 1e12  # cash never runs out
    kinds = data["deployment"]["kinds"]
    pays = random_scenario(other)["offers"][0]
    assume(all(each in {kind["name"] for kind in kinds} for each in _kinds(pays)))
    process = {
        name: data["offers"][0].get(name) for name in ("screened", "committee_delay_days", "checkpoints") if name in data["offers"][0]
    }
    for name in ("screened", "committee_delay_days", "checkpoints"):
        pays.pop(name, None)
    data["offers"] = [data["offers"][0], {**pays, **process, "name": "other pay"}]
    one, two = outcome_of(data, 0), outcome_of(data, 1)
    for left, right in zip(rows(one.deployments, False), rows(two.deployments, False), strict=True):
        np.testing.assert_array_equal(left, right)
    fields = (
        "path",
        "seat",
        "ordinal",
        "opened",
        "start",
        "end",
        "reason",
        "production",
        "first_release",
        "attempts",
        "screenings",
        "fill_days",
    )
    turns = [np.lexsort((table.ordinal, table.seat, table.path)) for table in (one.hires, two.hires)]
    for field in fields:
        np.testing.assert_array_equal(getattr(one.hires, field)[turns[0]], getattr(two.hires, field)[turns[1]], err_msg=field)
    for name in ("end", "end_month", "ga", "qualifying_by", "filled_months", "gain", "margin_cash"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.integers(0, 1_000))
def test_variants_side_by_side_are_the_variants_alone(seed: int) -> None:
    """Whatever else stands beside a variant, and whether a structure is shared among some of them or not."""
    scenario = Scenario.parse(random_scenario(seed))
    scenario = scenario.model_copy(update={"links": scenario.links.model_copy(update={"incentive": 0.4})})
    moved = scenario.model_copy(update={"links": scenario.links.model_copy(update={"incentive": 1.5})})
    paid = tuple(offer.model_copy(update={"base": offer.base * 1.25}) for offer in scenario.offers)
    variants = [scenario, moved, scenario.model_copy(update={"offers": paid}), scenario]
    together = simulate_variants(variants, 96, typed=scenario)
    for variant, one in zip(variants, together, strict=True):
        [alone] = simulate_variants([variant], 96, typed=scenario)
        np.testing.assert_allclose(one.sums, alone.sums, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(one.runway, alone.runway)
