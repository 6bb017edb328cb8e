"""Monthly series: they tie to the comparison, cash reconciles path by path, and what is derived has an independent twin."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import metrics
from compdesign.metrics.estimates import estimate
from compdesign.metrics.moments import Moments, ratio
from compdesign.metrics.monthly import LEVELS, SPREAD_BY_QUARTER, Monthly, monthly
from compdesign.simulation.company_path import company_path
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.month_values import MonthBooks, equity_values, month_values, no_hires, running
from compdesign.simulation.parameters import resolve, slice_paths
from compdesign.simulation.path_values import company_values
from compdesign.simulation.result import KEPT, SimulationResult
from compdesign.simulation.run import simulate
from compdesign.simulation.streams import Streams, input_stream
from compdesign.simulation.tables import CASH_OUT, COMPONENTS, EXIT, Outcome

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
PATHS = 300


def changed(name: str = "series_c", **company: Any) -> Scenario:
    data = tomllib.loads((EXAMPLES / f"{name}.toml").read_text())
    data["company"] |= company
    return Scenario.parse(data)


@cache
def tight() -> Scenario:
    """Little cash, so that paths end in every way; a round that needs GA and one that does not; GA delay costs."""
    rounds = [{"month": 6, "probability": 0.5, "amount": "4M"}, {"month": 20, "amount": "9M", "condition": "after_ga"}]
    return changed(cash="14M", financing=rounds, ga={"deployments": 2, "planned": "2027-03-01", "delay_cost": 40_000})


@cache
def both() -> tuple[SimulationResult, tuple[Monthly, ...]]:
    return simulate(tight(), PATHS), monthly(tight(), PATHS)


@cache
def one_block(offer: int) -> tuple[Scenario, Outcome, MonthBooks, dict[str, np.ndarray]]:
    scenario, streams, window = tight(), Streams(tight().seed, 0), slice(0, PATHS)
    whole = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    part = slice_paths(whole, window)
    course, books = company_path(part, streams, window), MonthBooks.empty(scenario.months, PATHS)
    valued = both()[0].offers[offer]
    accept = (valued.accept_production, valued.accept_notebook)
    outcome = simulate_structure(whole, scenario.offers[offer], streams, accept, window, course, books)
    return part, outcome, books, month_values(part, scenario.offers[offer], outcome, books, course, no_hires(part, course))


def test_totals_are_those_of_the_comparison() -> None:
    result, series = both()
    shown = {metric.key: metric for metric in metrics(result.scenario)}
    pairs = {
        "pay": "compensation",
        "filled_months": "filled",
        "qualifying": "qualifying",
        "margin_cash": "margin_cash",
        "ga_delay": "ga_delay",
        "granted": "granted",
        "refresh_granted": "refresh_granted",
        "forfeited": "forfeited",
        "closing_cash": "closing_cash",
        "sbc_total": "sbc",
    }
    for k, each in enumerate(series):
        for metric, variable in pairs.items():
            wanted = estimate(result, shown[metric], k)
            assert each.whole[variable].value == pytest.approx(wanted.value, rel=1e-12), metric
            assert each.whole[variable].se == pytest.approx(wanted.se, rel=1e-6), metric
        for row, name in enumerate(COMPONENTS):
            for year in range(4):
                wanted = result.mean(f"{name}:{year + 1}", k)
                assert each.pay[row, 12 * year : 12 * year + 12].sum() == pytest.approx(wanted, rel=1e-12, abs=1e-9), (name, year)
        assert each.by_month["deployments_by"].mean[23] == pytest.approx(result.mean("qualifying_by_24", k), rel=1e-12)
        assert each.cashed_out[-1] == pytest.approx(result.mean("cash_out", k))
        assert each.exited[-1] == pytest.approx(result.mean("exited", k))
        assert each.ga_reached.value == pytest.approx(result.mean("ga_first", k))
        assert each.censored.value == np.isinf(result.runway[k]).mean()


def test_difference_to_the_first_structure_is_paired() -> None:
    series = both()[1]
    assert series[2].apart["compensation"].value < 0
    whole = monthly(tight().model_copy(update={"months": 24}), PATHS, structures=(0, 2))
    assert whole[1].apart["compensation"].value == pytest.approx(series[2].apart["compensation"].value)
    assert series[0].apart["compensation"].value == series[0].apart["compensation"].se == 0
    short = simulate(tight().model_copy(update={"months": 24}), PATHS).kept[:, KEPT.index("pay")]
    apart = short[2] - short[0]
    assert series[2].apart["compensation"].se == pytest.approx(apart.std(ddof=1) / np.sqrt(PATHS))


@pytest.mark.parametrize("offer", range(4))
def test_cash_reconciles_path_by_path_and_month_by_month(offer: int) -> None:
    _, outcome, _, values = one_block(offer)
    assert {int(how) for how in np.unique(outcome.end)} == {0, CASH_OUT, EXIT}
    flows = values["financing"] + values["revenue"] - values["cost_of_revenue"] - values["operating_expense"]
    flows = flows - sum(values[name] for name in COMPONENTS) - values["ga_delay"]
    np.testing.assert_allclose(values["closing_cash"] - values["opening_cash"], flows, atol=1e-6)
    np.testing.assert_allclose(values["net_burn"] - values["financing"], -flows, atol=1e-6)
    np.testing.assert_array_equal(values["opening_cash"][1:], values["closing_cash"][:-1])
    bridge = (
        values["no_hires_net_burn"] + values["compensation"] + values["ga_delay_change"] - values["margin_cash"] + values["ended_apart"]
    )
    np.testing.assert_allclose(values["net_burn"], bridge, atol=1e-6)


@pytest.mark.parametrize("offer", range(4))
def test_steps_of_the_bridge_are_the_comparisons_net_burn_change(offer: int) -> None:
    part, outcome, _, values = one_block(offer)
    steps = values["compensation"] + values["ga_delay_change"] - values["margin_cash"]
    np.testing.assert_allclose(
        steps.sum(axis=0) / outcome.end_month, company_values(part, outcome)["net_burn_change"], rtol=1e-9, atol=1e-6
    )
    assert (values["ga_delay_change"].sum(axis=0) < 0).any(), "GA came, which hiring nobody never reaches"


@pytest.mark.parametrize("offer", range(4))
def test_nothing_flows_once_a_path_has_ended(offer: int) -> None:
    _, outcome, _, values = one_block(offer)
    ended = ~running(outcome.end_month, len(outcome.cash))
    assert ended.any()
    balances = {"opening_cash", "closing_cash", "pool", "deployments_by"}
    for name, each in values.items():
        if name not in balances and not name.startswith("no_hires") and name != "ended_apart":
            assert (each[ended] == 0).all(), name
    for name in balances:
        last = values[name][outcome.end_month - 1, np.arange(PATHS)]
        wanted = outcome.cash[-1] if name == "opening_cash" else last
        np.testing.assert_array_equal(values[name][-1][ended[-1]], wanted[ended[-1]])


def test_pool_moves_by_grants_and_forfeitures_alone() -> None:
    part, _, _, values = one_block(1)  # no round has a pool target, and this structure holds no reserves
    expected = part.company.capitalization.pool_available - np.cumsum(values["net_granted"], axis=0)
    np.testing.assert_array_equal(values["pool"], expected)
    assert values["forfeited"].sum() > 0


@pytest.mark.parametrize("offer", [2, 3])
def test_value_of_awards_in_plain_python(offer: int) -> None:
    part, outcome, _, values = one_block(offer)
    structure, grants, hires = part.offers[offer], outcome.grants, outcome.hires
    option = option_value(part)
    total = 0.0
    for i in range(len(grants.path)):
        path, month = int(grants.path[i]), int(grants.month[i])
        upfront = grants.rule[i] >= 0 and structure.refresh[int(grants.rule[i])].mode == "upfront"
        if upfront:
            held = (hires.path == path) & (hires.seat == grants.seat[i]) & (hires.ordinal == grants.ordinal[i])
            month = int(hires.start[held][0])
        total += grants.shares[i] * outcome.price_by[month, path] * option  # every grant of these structures is an option
    assert values["award_value"].sum() == pytest.approx(total, rel=1e-9)
    assert {int(rule) for rule in np.unique(grants.rule)} == set(range(-1, len(structure.refresh)))


def test_shares_awarded_upfront_are_valued_at_the_price_of_the_start() -> None:
    data = tomllib.loads((EXAMPLES / "series_c.toml").read_text())
    data["offers"][2]["refresh"][0]["instrument"] = "rsu"
    scenario = Scenario.parse(data)
    streams, window = Streams(scenario.seed, 0), slice(0, 64)
    whole = resolve(scenario, lambda name: streams.uniform(f"input:{name}"))
    part = slice_paths(whole, window)
    outcome = simulate_structure(whole, scenario.offers[2], streams, (0.5, 0.5), window)
    grants, hires = outcome.grants, outcome.hires
    ratio = option_value(scenario)
    total, differing = 0.0, 0
    for i in range(len(grants.path)):
        path = int(grants.path[i])
        if grants.rule[i] == 0:
            held = (hires.path == path) & (hires.seat == grants.seat[i]) & (hires.ordinal == grants.ordinal[i])
            start = int(hires.start[held][0])
            total += grants.shares[i] * outcome.price_by[start, path]
            differing += outcome.price_by[start, path] != outcome.price_by[int(grants.month[i]), path]
        else:
            total += grants.shares[i] * grants.strike[i] * ratio
    assert differing > 10
    assert equity_values(part, scenario.offers[2], outcome)["award_value"].sum() == pytest.approx(total, rel=1e-9)


def option_value(scenario: Scenario) -> float:
    """Of an at-the-money option per dollar of price: Black and Scholes (1973)."""
    r, v, t = scenario.discount_rate, scenario.candidate.option_volatility, scenario.candidate.option_term_years
    d1 = (r + v * v / 2) * t / (v * np.sqrt(t))
    return float(norm.cdf(d1) - np.exp(-r * t) * norm.cdf(d1 - v * np.sqrt(t)))


def test_no_hires_is_the_engine_with_seats_nobody_fills() -> None:
    data = tomllib.loads((EXAMPLES / "series_c.toml").read_text())
    company = tight().model_dump(mode="json")["company"]
    data["company"] |= {"cash": "14M", "financing": company["financing"], "ga": company["ga"]}
    data["hiring"] |= {"time_to_fill_days": 10_000, "time_to_fill_spread": 0}
    scenario = Scenario.parse(data)
    streams, window = Streams(scenario.seed, 0), slice(0, PATHS)
    whole = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    part = slice_paths(whole, window)
    course = company_path(part, streams, window)
    outcome = simulate_structure(whole, scenario.offers[0], streams, (0.5, 0.5), window, course)
    assert outcome.filled_months.max() == 0
    empty = no_hires(part, course)
    np.testing.assert_allclose(empty.cash, outcome.cash, rtol=1e-12)
    np.testing.assert_array_equal(empty.end, outcome.end)
    np.testing.assert_array_equal(empty.end_month, outcome.end_month)
    assert outcome.ga_delay.max() == pytest.approx(40_000 * (48 - 120 / 30.4375)), "from 2027-03-01, 120 days after the as-of date"
    assert {0, CASH_OUT, EXIT} == {int(how) for how in np.unique(empty.end)}


def test_seats_filled_are_counted_from_the_people() -> None:
    _, outcome, _, values = one_block(2)
    hires = outcome.hires
    for month in (0, 5, 17, 47):
        here = (hires.start <= month) & (month < hires.end)
        np.testing.assert_array_equal(values["filled"][month], np.bincount(hires.path[here], minlength=PATHS))
    np.testing.assert_array_equal(values["filled"].sum(axis=0), outcome.filled_months)


def test_quantiles_and_conditional_means_in_plain_numpy() -> None:
    series = both()[1][2]
    _, outcome, _, values = one_block(2)
    exited = (outcome.end == EXIT) & (outcome.end_month <= np.arange(1, 49)[:, None])
    for k, level in enumerate(LEVELS):
        assert series.ga[k].value == np.float32(np.quantile(outcome.ga, level, method="inverted_cdf"))
        for month in (3, 20, 47):
            cash = values["closing_cash"][month][~exited[month]]
            assert series.bands["cash"].value[k, month] == np.quantile(cash, level, method="inverted_cdf")
            for name, variable in (("seats", "filled"), ("deployments", "deployments_by"), ("pool", "pool")):
                assert series.bands[name].value[k, month] == np.quantile(values[variable][month], level, method="inverted_cdf"), name
    month = series.by_month["compensation"]
    np.testing.assert_allclose(month.running * series.runs, month.mean)
    closing = series.by_month["closing_cash"]
    assert (closing.running[30:] > closing.mean[30:]).all()  # ended paths hold little, and drop out of the mean of those running


def test_quarters_are_sums_of_months() -> None:
    series = both()[1][2]
    for name in ("compensation", "net_burn", "granted", "base", "financing"):
        np.testing.assert_allclose(
            series.by_quarter[name].mean, series.by_month[name].mean.reshape(-1, 3).sum(axis=1), rtol=1e-9, atol=1e-6
        )
    np.testing.assert_allclose(series.by_quarter["closing_cash"].mean, series.by_month["closing_cash"].mean[2::3])
    np.testing.assert_allclose(series.by_quarter["opening_cash"].mean, series.by_month["opening_cash"].mean[::3])
    flow = series.by_quarter["financing"].mean - series.by_quarter["net_burn"].mean
    np.testing.assert_allclose(series.by_quarter["closing_cash"].mean - series.by_quarter["opening_cash"].mean, flow, atol=1e-5)


def test_ratios_and_their_errors_from_the_paths() -> None:
    _, _, _, values = one_block(2)
    x, y = values["net_burn"].sum(axis=0), values["new_revenue"].sum(axis=0)
    found = ratio(Moments.of(np.stack([x, y])), Moments.of((x * y)[None]), (0,), (1,), (0,))
    r = x.mean() / y.mean()
    assert found.value == pytest.approx(r)
    assert found.se == pytest.approx((x - r * y).std(ddof=1) / np.sqrt(PATHS) / abs(y.mean()), rel=1e-6)


def test_workers_blocks_and_other_structures_change_no_bit() -> None:
    scenario = changed("no_effect")
    one, two = monthly(scenario, 5_000)[1], monthly(scenario, 5_000, structures=(0, 1), workers=2)[1]
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame(), check_exact=True)
    assert one.paths == 5_000
    assert set(one.to_frame()["variable"]) >= {"base", "runs", "cash_p10", "no_hires_cash_p90", "award_value"}


@pytest.mark.parametrize("months", [1, 2, 4, 120])
def test_any_horizon(months: int) -> None:
    series = monthly(changed("no_effect").model_copy(update={"months": months}), 64)[0]
    assert series.pay.shape == (len(COMPONENTS), months)
    assert len(series.by_quarter["net_burn"].mean) == -(-months // 3)
    assert len(series.quarter_ratios["burn_multiple"]) == -(-months // 3)
    assert series.by_quarter["closing_cash"].mean[-1] == pytest.approx(series.by_month["closing_cash"].mean[-1])


def test_expense_by_quarter_has_the_spread_of_single_paths() -> None:
    """The structure with refresh awards: mean, and percentiles ranked by hand, of each quarter's months added up path by path."""
    _, series = both()
    _, _, _, values = one_block(2)
    for name in SPREAD_BY_QUARTER:
        found, mean = series[2].quarter_bands[name], series[2].by_quarter[name].mean
        for quarter in range(len(mean)):
            ordered = np.sort(values[name][3 * quarter : 3 * quarter + 3].sum(axis=0))
            assert mean[quarter] == pytest.approx(ordered.mean(), rel=1e-9, abs=1e-9)
            ranks = [int(np.ceil(PATHS * level)) - 1 for level in (0.1, 0.5, 0.9)]
            np.testing.assert_allclose(found.value[:, quarter], ordered[ranks], rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(values["sbc"], values["sbc_new_hire"] + values["sbc_refresh"])
    assert values["sbc_new_hire"].any() and values["sbc_refresh"].any()
    assert not series[0].by_month["sbc"].mean.any()
