"""Awards within caps, cooldowns and the pool, and awards that noise alone earns."""

from collections.abc import Callable
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, norm, poisson

from compdesign.quantities import DAYS_PER_MONTH
from tests.simulation.posed import by_path, count_moments, posed, run, variance_within, within


def plan(**rule: Any) -> dict[str, Any]:
    """Shares at every deployment, unless said otherwise."""
    return {"name": "ship", "trigger": {"every_deployments": 1}, "award": 100, "instrument": "rsu", **rule}


def awarded(rules: list[dict[str, Any]], changes: dict[str, Any], blocks: int = 2, **offer: Any) -> np.ndarray:
    outcome = run(posed(changes, refresh=rules, **offer), blocks)
    return by_path(outcome, outcome.grants.path, outcome.grants.shares)


def expected_of(mean: float, of: Callable[[int], float]) -> float:
    """E f(N) of a Poisson N."""
    return float(sum(poisson.pmf(n, mean) * of(n) for n in range(400)))


@pytest.mark.parametrize(("mean", "cap"), [(3.0, 500), (1.0, 2_050), (8.0, 250)])
@pytest.mark.parametrize("mode", ["future", "upfront"])
def test_capped_awards(mean: float, cap: int, mode: str) -> None:
    """E min(100 N, cap); the last award is cut to the cap. An upfront rule keeps the rest of its cap reserved."""
    rule = plan(cap=cap, mode=mode)
    outcome = run(posed({"production.build_months": mean}, refresh=[rule]))
    shares = by_path(outcome, outcome.grants.path, outcome.grants.shares)
    first = expected_of(24 / mean, lambda n: min(100 * n, cap))
    second = expected_of(24 / mean, lambda n: min(100 * n, cap) ** 2)
    within(shares, first)
    variance_within(shares, first, second - first**2)
    within(outcome.reserved, cap - first if mode == "upfront" else 0)


def test_capped_cash_awards() -> None:
    rule = plan(unit="dollars", instrument="cash", award=1_000, cap=5_500)
    outcome = run(posed(refresh=[rule]))
    paid = by_path(outcome, outcome.cash_awards.path, outcome.cash_awards.dollars)
    within(paid, expected_of(8, lambda n: min(1_000 * n, 5_500)))
    assert np.array_equal(paid, outcome.pay[3].sum(axis=0))


@pytest.mark.parametrize(("k", "mean"), [(2, 2.0), (5, 1.0)])
def test_every_kth_deployment(k: int, mean: float) -> None:
    shares = awarded([plan(trigger={"every_deployments": k})], {"production.build_months": mean})
    expected, variance = count_moments(lambda j: gamma.cdf(24, j * k, scale=mean))
    within(shares / 100, expected)
    variance_within(shares / 100, expected, variance)


@pytest.mark.parametrize(("n", "mean"), [(1, 12.0), (4, 6.0)])
def test_nth_deployment(n: int, mean: float) -> None:
    within(awarded([plan(trigger={"nth_deployment": n})], {"production.build_months": mean}) == 100, gamma.cdf(24, n, scale=mean))


def test_a_kind_thins_the_count() -> None:
    kinds = [{"name": "model", "weight": 0.6}, {"name": "latency", "weight": 0.2}]
    shares = awarded([plan(trigger={"every_deployments": 1, "kind": "latency"})], {"deployment.kinds": kinds})
    within(shares / 100, 8 / 4)
    variance_within(shares / 100, 2, 2)


@pytest.mark.parametrize(("mean", "cooldown"), [(2.0, 4.0), (1.0, 0.5), (6.0, 12.0)])
def test_cooldown_is_a_dead_time(mean: float, cooldown: float) -> None:
    """The j-th award comes after j exponentials and j - 1 cooldowns."""
    shares = awarded([plan(cooldown_months=cooldown)], {"production.build_months": mean}, 3)
    expected, variance = count_moments(lambda j: gamma.cdf(24 - (j - 1) * cooldown, j, scale=mean))
    within(shares / 100, expected)
    variance_within(shares / 100, expected, variance)


@pytest.mark.parametrize(("mean", "cooldown", "most"), [(2.0, 4.0, 2), (1.0, 3.0, 5)])
def test_cooldown_and_cap(mean: float, cooldown: float, most: int) -> None:
    shares = awarded([plan(cooldown_months=cooldown, cap=100 * most)], {"production.build_months": mean})
    expected, variance = count_moments(lambda j: gamma.cdf(24 - (j - 1) * cooldown, j, scale=mean) if j <= most else 0.0)
    within(shares / 100, expected)
    variance_within(shares / 100, expected, variance)


@pytest.mark.parametrize(("mean", "refusal", "cooldown"), [(2.0, 0.3, 0.0), (1.0, 0.6, 2.5)])
def test_refusals_thin_the_awards_and_start_the_cooldown(mean: float, refusal: float, cooldown: float) -> None:
    shares = awarded([plan(cooldown_months=cooldown, refusal_probability=refusal)], {"production.build_months": mean})
    asked, variance = count_moments(lambda j: gamma.cdf(24 - (j - 1) * cooldown, j, scale=mean))
    within(shares / 100, (1 - refusal) * asked)
    variance_within(shares / 100, (1 - refusal) * asked, refusal * (1 - refusal) * asked + (1 - refusal) ** 2 * variance)


@pytest.mark.parametrize(("mean", "most"), [(4.0, 2), (2.0, 6)])
def test_cap_of_each_year(mean: float, most: int) -> None:
    """Years of tenure are independent: three times E min(N, cap) of a year."""
    shares = awarded([plan(cap_per_year=100 * most)], {"production.build_months": mean, "months": 36})
    expected = expected_of(12 / mean, lambda n: min(n, most))
    within(shares / 100, 3 * expected)
    variance_within(shares / 100, 3 * expected, 3 * (expected_of(12 / mean, lambda n: min(n, most) ** 2) - expected**2))


@pytest.mark.parametrize("cap", [450, 1_600])
def test_cap_of_the_person_over_two_rules(cap: int) -> None:
    rules = [plan(), plan(name="second", award=70)]
    shares = awarded(rules, {"production.build_months": 3.0}, refresh_cap_shares=cap)
    within(shares, expected_of(8, lambda n: min(170 * n, cap)))


@pytest.mark.parametrize(("mean", "lag"), [(3.0, 2.0), (1.0, 6.5)])
def test_an_award_waits_for_its_approval(mean: float, lag: float) -> None:
    shares = awarded([plan(approval_lag_days=lag * DAYS_PER_MONTH)], {"production.build_months": mean})
    within(shares / 100, (24 - lag) / mean)
    variance_within(shares / 100, (24 - lag) / mean, (24 - lag) / mean)


def test_tenure_triggers() -> None:
    """At months 5 and 10, 15 ...: nobody leaves, so nothing is random."""
    once = awarded([plan(trigger={"tenure_months": 5})], {})
    every = awarded([plan(trigger={"tenure_months": 5, "repeat": True})], {})
    within(once, 100)
    within(every, 400)


@pytest.mark.parametrize(("pool", "mean"), [(350, 4.0), (1_234, 2.0)])
def test_the_pool_binds(pool: int, mean: float) -> None:
    """Granted E min(100 N, pool), owed the rest, on every path."""
    changes = {"production.build_months": mean, "company.capitalization.pool_available": pool}
    outcome = run(posed(changes, refresh=[plan()]))
    shares = by_path(outcome, outcome.grants.path, outcome.grants.shares)
    assert np.array_equal(shares, np.minimum(100 * outcome.qualifying, pool))
    assert np.array_equal(shares + outcome.shortfall, 100 * outcome.qualifying)
    assert np.array_equal(outcome.pool, pool - shares)
    within(shares, expected_of(24 / mean, lambda n: min(100 * n, pool)))
    within(outcome.shortfall, expected_of(24 / mean, lambda n: max(100 * n - pool, 0)))


@pytest.mark.parametrize(("base", "award"), [(100_000, 60_000), (200_000, 25_000)])
def test_equity_spurs_by_its_fair_value(base: int, award: int) -> None:
    """Dollars in stock without strike, at a price so high that rounding to whole shares is nothing: like cash, (1 + A)^epsilon."""
    changes = {"links.incentive": 1.0, "production.build_months": 2.0}
    rule = plan(award=award, unit="dollars", vesting={"months": 0, "cliff": 0})
    changes["company.capitalization.common_shares"], changes["company.capitalization.pool_available"] = 2**36, 2**36
    outcome = run(posed(changes, base=base, refresh=[rule]))
    share = 6 * award / (base + 6 * award)
    within(outcome.verified, 12 * (1 + share))


# Awards that noise earns. The first deployment is verified in month 5 or 40 and nothing else comes before the horizon, so
# the months measured are 6 (41) to the last but one.


def measured(months: int, sd: float, persistence: float, verified: int = 5, **changes: Any) -> dict[str, Any]:
    return {
        "months": months,
        "production.build_months": 0.01,
        "deployment.committee_delay_days": (verified + 0.5) * DAYS_PER_MONTH,
        "deployment.measurement_sd_bps": sd,
        "deployment.measurement_persistence": persistence,
        **{name.replace("__", "."): value for name, value in changes.items()},
    }


def gain(level: float, sustained: int, **rule: Any) -> dict[str, Any]:
    trigger = {"margin_gain_bps": level, "sustained_months": sustained}
    return plan(trigger=trigger, unit="dollars", instrument="cash", award=1_000, **rule)


def never_sustained(chance: float, sustained: int, months: int) -> float:
    """P(no run of `sustained` months at the level in so many independent months): a chain over the length of the run."""
    runs = np.zeros(sustained)
    runs[0] = 1.0
    for _ in range(months):
        runs = np.r_[(1 - chance) * runs.sum(), chance * runs[:-1]]
    return float(runs.sum())


@pytest.mark.parametrize(("level", "sd", "sustained", "months"), [(10, 10.0, 3, 24), (5, 12.0, 2, 12), (15, 10.0, 1, 48), (1, 10.0, 6, 36)])
def test_false_awards_without_persistence(level: float, sd: float, sustained: int, months: int) -> None:
    outcome = run(posed(measured(months, sd, 0.0), refresh=[gain(level, sustained)]), 3)
    assert outcome.hires.margin_eligible.all()
    assert not outcome.hires.margin_moved.any()
    within(outcome.hires.margin_paid, 1 - never_sustained(norm.sf(level / sd), sustained, months - 7))


@pytest.mark.parametrize(("level", "step", "sustained", "months"), [(4, None, 2, 30), (3, 1.0, 3, 60)])
def test_number_of_false_awards(level: float, step: float | None, sustained: int, months: int) -> None:
    """A chain over (awards so far, length of the run): the level rises by the step with each award."""
    rule = gain(level, sustained)
    rule["trigger"]["step_bps"] = step
    outcome = run(posed(measured(months, 10.0, 0.0), refresh=[rule]), 3)
    most = 20
    chance = norm.sf((level + np.arange(most) * (step or level)) / 10)
    state = np.zeros((most, sustained))
    state[0, 0] = 1.0
    for _ in range(months - 7):
        on = state * chance[:, None]
        state = np.column_stack([(state - on).sum(axis=1), on[:, :-1]])
        state[1:, 0] += on[:-1, -1]
    awards = by_path(outcome, outcome.cash_awards.path)
    shares = state.sum(axis=1)
    within(awards, shares @ np.arange(most))
    for n in range(4):
        within(awards == n, shares[n])


@pytest.mark.parametrize(("level", "sd"), [(8, 10.0), (20, 12.0)])
def test_false_awards_of_an_error_that_never_changes(level: float, sd: float) -> None:
    outcome = run(posed(measured(30, sd, 1.0), refresh=[gain(level, 4)]))
    within(outcome.hires.margin_paid, norm.sf(level / sd))


@pytest.mark.parametrize("persistence", [0.3, 0.5, 0.9])
def test_two_months_of_a_persistent_error(persistence: float) -> None:
    """P(e_0 >= x, e_1 >= x) of two normals of this correlation, x half a standard deviation."""
    outcome = run(posed(measured(9, 10.0, persistence), refresh=[gain(5, 2)]), 3)
    both = quad(lambda z: norm.pdf(z) * norm.cdf((persistence * z - 0.5) / sqrt(1 - persistence**2)), 0.5, 12)[0]
    within(outcome.hires.margin_paid, both)


@pytest.mark.parametrize(("level", "effect", "sd", "sustained"), [(10, 12.0, 10.0, 3), (20, 21.5, 15.0, 5)])
def test_true_gains_that_go_unpaid(level: float, effect: float, sd: float, sustained: int) -> None:
    outcome = run(posed(measured(60, sd, 0.0, 40, deployment__margin_effect_bps=effect), refresh=[gain(level, sustained)]), 3)
    assert outcome.hires.margin_reached.all()
    within(~outcome.hires.margin_paid, never_sustained(norm.sf((level - effect) / sd), sustained, 60 - 42))


@pytest.mark.parametrize(("level", "mean", "spread", "sd", "half_life"), [(10, 8.0, 12.0, 10.0, 6.0), (25, 20.0, 5.0, 20.0, 24.0)])
def test_true_effect_of_what_was_paid(level: float, mean: float, spread: float, sd: float, half_life: float) -> None:
    """One measure, of month 6, when the effect of month 5 has faded for a month: E[true | true + error >= x] of two normals."""
    effects = {"margin_effect_bps": mean, "margin_effect_sd_bps": spread, "margin_half_life_months": half_life}
    changes = measured(8, sd, 0.5, **{f"deployment__{name}": value for name, value in effects.items()})
    outcome = run(posed(changes, refresh=[gain(level, 1)]), 3)
    mean, spread = mean * 2 ** (-1 / half_life), spread * 2 ** (-1 / half_life)
    total = sqrt(spread**2 + sd**2)
    z = (level - mean) / total
    within(outcome.hires.margin_paid, norm.sf(z))
    within(outcome.cash_awards.true_effect, mean + spread**2 / total * norm.pdf(z) / norm.sf(z))


@pytest.mark.parametrize("saturation", [40.0, 200.0])
def test_credit_is_what_saturation_leaves(saturation: float) -> None:
    """B (1 - e^(-S/B)) of a single effect of 30; the same on every path."""
    changes = measured(8, 0.0, 0.0, deployment__margin_effect_bps=30.0, deployment__margin_saturation_bps=saturation)
    outcome = run(posed(changes, refresh=[gain(5, 1)]), 1)
    np.testing.assert_allclose(outcome.cash_awards.true_effect, saturation * (1 - exp(-30 / saturation)), rtol=1e-12)
    assert len(outcome.cash_awards.true_effect) == len(outcome.end)
