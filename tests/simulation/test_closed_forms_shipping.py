"""Times to deployment and numbers of deployments against renewal theory."""

from collections.abc import Callable
from math import exp

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, poisson

from compdesign.quantities import DAYS_PER_MONTH
from tests.simulation.posed import by_path, count_moments, outcomes, posed, run, variance_within, within


def survives(waited: np.ndarray, survival: Callable[[float], float], horizon: int) -> None:
    """The share still waiting at some dates, and the mean wait up to the horizon: the area under the survival."""
    for share in (0.05, 0.15, 0.3, 0.6, 0.95):
        within(waited > share * horizon, survival(share * horizon))
    within(np.minimum(waited, horizon), quad(survival, 0, horizon, limit=200)[0])


def first_wait(scenario: object, blocks: int = 2) -> np.ndarray:
    hires = run(scenario, blocks).hires  # type: ignore[arg-type]
    return hires.first_release - hires.start


@pytest.mark.parametrize("mean", [0.4, 3.0, 20.0])
def test_first_deployment_of_exponential_builds(mean: float) -> None:
    waited = first_wait(posed({"production.build_months": mean, "months": 24}), 3)
    survives(waited, lambda t: exp(-t / mean), 24)
    within(np.minimum(waited, 24), mean * (1 - exp(-24 / mean)))


@pytest.mark.parametrize(("shape", "mean"), [(2.0, 3.5), (5.0, 6.0), (0.5, 4.0)])
def test_first_deployment_of_gamma_builds(shape: float, mean: float) -> None:
    """Erlang for whole shapes."""
    waited = first_wait(posed({"production.build_shape": shape, "production.build_months": mean}))
    survives(waited, lambda t: gamma.sf(t, shape, scale=mean / shape), 24)


def test_erlang_by_its_sum() -> None:
    """Shape 3, mean 6: e^(-t/2) (1 + t/2 + t^2/8)."""
    waited = first_wait(posed({"production.build_shape": 3.0, "production.build_months": 6.0}))
    survives(waited, lambda t: exp(-t / 2) * (1 + t / 2 + t**2 / 8), 24)


@pytest.mark.parametrize(("build", "review", "delay"), [(4.0, 1.0, 0.0), (1.0, 5.0, 0.0), (6.0, 2.0, 1.5)])
def test_first_deployment_in_two_stages(build: float, review: float, delay: float) -> None:
    """Build, then review, both exponential, then committees: hypoexponential, moved by the committees' delay."""
    changes = {
        "production.build_months": build,
        "deployment.review_months": review,
        "deployment.committee_delay_days": delay * DAYS_PER_MONTH,
    }

    def survival(t: float) -> float:
        t = t - delay
        return 1.0 if t <= 0 else (build * exp(-t / build) - review * exp(-t / review)) / (build - review)

    survives(first_wait(posed(changes)), survival, 24)


def test_two_stages_of_unequal_shapes() -> None:
    """Build Erlang 2 and review Erlang 3 of one scale, 1.5: Erlang 5."""
    changes = {
        "production.build_shape": 2.0,
        "production.build_months": 3.0,
        "deployment.review_shape": 3.0,
        "deployment.review_months": 4.5,
    }
    survives(first_wait(posed(changes)), lambda t: gamma.sf(t, 5, scale=1.5), 24)


@pytest.mark.parametrize(("share", "fast", "slow"), [(0.4, 2.0, 24.0), (0.75, 5.0, 10.0)])
def test_first_deployment_of_a_mixture_of_types(share: float, fast: float, slow: float) -> None:
    changes = {"hiring.production_share": share, "production.build_months": fast, "notebook.build_months": slow}
    survives(first_wait(posed(changes), 3), lambda t: share * exp(-t / fast) + (1 - share) * exp(-t / slow), 24)


@pytest.mark.parametrize(("mean", "rollback"), [(2.0, 0.3), (1.0, 0.8)])
def test_a_rolled_back_release_does_not_count(mean: float, rollback: float) -> None:
    """A thinned Poisson process."""
    waited = first_wait(posed({"production.build_months": mean, "deployment.rollback_probability": rollback}))
    survives(waited, lambda t: exp(-t * (1 - rollback) / mean), 24)


@pytest.mark.parametrize(("mean", "rollback", "qualifying", "window"), [(3.0, 0.0, 1.0, 0.0), (0.7, 0.2, 0.6, 1.0), (5.0, 0.5, 0.5, 2.5)])
def test_poisson_counts(mean: float, rollback: float, qualifying: float, window: float) -> None:
    """Verified by month 24 is released by 24 - window, which a share of 1 - rollback of the releases survives."""
    changes = {
        "production.build_months": mean,
        "deployment.rollback_probability": rollback,
        "deployment.qualifying_probability": qualifying,
        "deployment.verification_days": window * DAYS_PER_MONTH,
    }
    outcome = run(posed(changes), 3)
    for count, rate in ((outcome.verified, (1 - rollback) / mean), (outcome.qualifying, (1 - rollback) * qualifying / mean)):
        expected = rate * (24 - window)
        within(count, expected)
        variance_within(count, expected, expected)
        for n in (0, 2, 5):
            within(count == n, poisson.pmf(n, expected))
    within(outcome.qualifying_by[11], (1 - rollback) * qualifying / mean * (12 - window))


@pytest.mark.parametrize(("seats", "mean"), [(3, 4.0), (6, 9.0)])
def test_poisson_counts_of_a_team_add_up(seats: int, mean: float) -> None:
    outcome = run(posed({"hiring.seats": seats, "production.build_months": mean}))
    within(outcome.verified, 24 * seats / mean)
    variance_within(outcome.verified, 24 * seats / mean, 24 * seats / mean)


@pytest.mark.parametrize(("mean", "months"), [(3.0, 24), (1.0, 7), (8.0, 40)])
def test_erlang_2_renewal(mean: float, months: int) -> None:
    """N of Erlang 2 renewals is half of a Poisson count, rounded down: E N = t/m - 1/4 + e^(-4t/m)/4."""
    count = run(posed({"production.build_shape": 2.0, "production.build_months": mean, "months": months}), 3).verified
    within(count, months / mean - 1 / 4 + exp(-4 * months / mean) / 4)
    expected, variance = count_moments(lambda j: gamma.cdf(months, 2 * j, scale=mean / 2))
    assert expected == pytest.approx(months / mean - 1 / 4 + exp(-4 * months / mean) / 4, rel=1e-9)
    variance_within(count, expected, variance)


@pytest.mark.parametrize(("shape", "mean", "delay"), [(3.0, 4.0, 0.0), (1.0, 1.5, 1.0), (2.5, 2.0, 0.5)])
def test_gamma_renewal_with_a_fixed_delay(shape: float, mean: float, delay: float) -> None:
    """The j-th deployment comes at a gamma of shape j k plus j delays."""
    changes = {
        "production.build_shape": shape,
        "production.build_months": mean,
        "deployment.committee_delay_days": delay * DAYS_PER_MONTH,
        "months": 30,
    }
    count = run(posed(changes)).verified
    expected, variance = count_moments(lambda j: gamma.cdf(30 - j * delay, j * shape, scale=mean / shape))
    within(count, expected)
    variance_within(count, expected, variance)


def test_build_and_review_in_turn() -> None:
    """Exponential build and review of one mean, 2: Erlang 2 renewals of mean 4."""
    count = run(posed({"production.build_months": 2.0, "deployment.review_months": 2.0})).verified
    within(count, 24 / 4 - 1 / 4 + exp(-24) / 4)


@pytest.mark.parametrize(("probability", "length", "mean"), [(1.0, 3, 2.0), (0.4, 6, 1.0)])
def test_leave_takes_its_months_from_the_work(probability: float, length: int, mean: float) -> None:
    """A leave begins in one of the first 24 months and is over by the horizon: Poisson over the months at work."""
    changes = {
        "production.build_months": mean,
        "departure.leave_probability": probability,
        "departure.leave_months": length,
        "months": 30,
    }
    count = run(posed(changes)).verified
    expected = (30 - probability * length) / mean
    within(count, expected)
    variance_within(count, expected, expected + probability * (1 - probability) * (length / mean) ** 2)


@pytest.mark.parametrize(("seats", "mean", "needed"), [(1, 3.0, 2), (4, 6.0, 5), (2, 1.0, 12)])
def test_general_availability_is_an_erlang_time(seats: int, mean: float, needed: int) -> None:
    outcome = run(posed({"hiring.seats": seats, "production.build_months": mean, "company.ga.deployments": needed}))
    survives(outcome.ga, lambda t: gamma.sf(t, needed, scale=mean / seats), 24)


@pytest.mark.parametrize(("planned", "months_ahead", "mean"), [("2026-01-01", 0, 4.0), ("2026-09-01", 243 / DAYS_PER_MONTH, 12.0)])
def test_cost_of_a_late_general_availability(planned: str, months_ahead: float, mean: float) -> None:
    """$1,000 for each month from the plan to an exponential GA, at most to the horizon."""
    changes = {"production.build_months": mean, "company.ga.deployments": 1, "company.ga.planned": planned, "company.ga.delay_cost": 1_000}
    delay = run(posed(changes)).ga_delay
    within(delay, 1_000 * mean * (exp(-months_ahead / mean) - exp(-24 / mean)))


@pytest.mark.parametrize(
    ("award", "elasticity", "gaming", "mean"), [(40_000, 0.5, 0.0, 3.0), (15_000, 2.0, 0.5, 1.0), (100_000, 1.0, 1.0, 6.0)]
)
def test_incentive_speeds_exponential_builds(award: float, elasticity: float, gaming: float, mean: float) -> None:
    """A cash award without cap: A = l0 G / (C + l0 G), the same in every month, so deployments come (1 + A)^epsilon as fast."""
    changes = {
        "production.build_months": mean,
        "deployment.rollback_probability": 0.25,
        "deployment.qualifying_probability": 0.8,
        "deployment.margin_effect_bps": 10.0,
        "links.incentive": elasticity,
        "links.gaming": gaming,
    }
    rule = {"name": "ship", "trigger": {"every_deployments": 1}, "award": award, "unit": "dollars", "instrument": "cash"}
    outcome = run(posed(changes, refresh=[rule], bonus=0.25), 3)
    annual = 12 * 0.75 * 0.8 / mean
    share = annual * award / (150_000 + annual * award)
    expected = 24 * (1 + share) ** elasticity * 0.75 * 0.8 / mean
    within(outcome.qualifying, expected)
    variance_within(outcome.qualifying, expected, expected)
    within(by_path(outcome, outcome.cash_awards.path, outcome.cash_awards.dollars), award * expected)
    np.testing.assert_allclose(outcome.deployments.effect, 10 * (1 + share) ** (-gaming * elasticity), rtol=1e-5)


@pytest.mark.parametrize("half_life", [6.0, 24.0])
def test_margin_effects_add_up_and_fade(half_life: float) -> None:
    """Poisson arrivals of g basis points, each halving every h months from the next month on, and no saturation."""
    changes = {
        "production.build_months": 2.0,
        "deployment.margin_effect_bps": 8.0,
        "deployment.margin_effect_sd_bps": 5.0,
        "deployment.margin_half_life_months": half_life,
    }
    gain = run(posed(changes)).gain
    kept = 2 ** (-np.arange(24) / half_life)
    within(gain, 8 / 2 * kept.sum())
    variance_within(gain, 8 / 2 * kept.sum(), (8**2 + 5**2) / 2 * (kept**2).sum())


@pytest.mark.parametrize("saturation", [50.0, 300.0])
def test_the_team_saturates(saturation: float) -> None:
    """E B (1 - e^(-g N/B)) of a Poisson N."""
    changes = {"production.build_months": 2.0, "deployment.margin_effect_bps": 20.0, "deployment.margin_saturation_bps": saturation}
    within(run(posed(changes)).gain, saturation * (1 - exp(-12 * (1 - exp(-20 / saturation)))))


def test_uncertain_build_time_mixes_poisson_counts() -> None:
    """Mean build of 1 or 4 months, once for each path: the mean count mixes, and the variance grows by that of the means."""
    choices = {"values": [1.0, 4.0], "weights": [1.0, 3.0]}
    count = np.concatenate([outcome.verified for _, outcome in outcomes(posed({"production.build_months": choices}), 3)])
    within(count, 0.25 * 24 + 0.75 * 6)
    variance_within(count, 10.5, 10.5 + 0.25 * 0.75 * 18**2)


@pytest.mark.parametrize(("annual", "mean"), [(0.5, 2.0), (0.9, 1.0)])
def test_deployments_until_departure(annual: float, mean: float) -> None:
    """Deployments of a first hire who is sure to leave: N ~ Poisson(t/m) over a geometric number t of months."""
    changes = {
        "production.build_months": mean,
        "departure.attrition": [{"from_month": 0, "annual_probability": annual}],
        "months": 120,
    }
    outcome = run(posed(changes), 1)
    first = outcome.deployments.credited & (outcome.deployments.ordinal == 0)
    count = by_path(outcome, outcome.deployments.path[first])
    stay = (1 - annual) ** (1 / 12)
    within(count, (1 - stay**120) / (1 - stay) / mean)


def test_the_distribution_of_two_erlang_counts() -> None:
    """Erlang builds of 2 seats: the sum of two counts, each half of a Poisson count rounded down."""
    count = run(posed({"hiring.seats": 2, "production.build_shape": 2.0, "production.build_months": 4.0})).verified
    half = np.bincount(np.arange(400) // 2, poisson.pmf(np.arange(400), 12.0))
    both = np.convolve(half, half)
    for n in (6, 10, 14):
        within(count == n, both[n])
