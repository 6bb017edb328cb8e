"""Quantile functions: percentiles hit, closed-form moments, SciPy's distributions, bounds and order at every uniform."""

from math import exp, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from compdesign.model import distributions as d
from compdesign.quantities import FloatArray

TENTHS = np.array([0.1, 0.5, 0.9])
U = np.concatenate([[0.0, 2.0**-53, 1e-9], np.linspace(0.001, 0.999, 999), [1 - 1e-9, 1 - 2.0**-53]])
"""Every kind of uniform, 0 and the largest below 1 among them; rising."""
KEELIN = 1.66711
"""Of the feasibility bound as published, rounded to six digits: k = (1 - 1.66711 (1/2 - alpha)) / 2."""
K_BOUND = (1 - KEELIN * (0.5 - 0.1)) / 2

inside = st.floats(K_BOUND + 1e-4, 1 - K_BOUND - 1e-4)
"""Where a feasible p50 lies between p10 and p90, as a share of the way."""
shares = st.floats(0.01, 0.99)


def rises(values: FloatArray) -> bool:
    """Whether values never fall by more than rounding."""
    return bool(np.all(np.diff(values) >= -1e-12 * np.abs(values).max()))


def moments(quantile: FloatArray, logits: FloatArray) -> tuple[float, float]:
    """Mean and variance of a quantile function by the trapezoidal rule over its log odds."""
    y = 1 / (1 + np.exp(-logits))
    mean = float(np.trapezoid(quantile * y * (1 - y), logits))
    return mean, float(np.trapezoid((quantile - mean) ** 2 * y * (1 - y), logits))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), inside)
def test_metalog_hits_its_percentiles_and_rises(p10: float, width: float, share: float) -> None:
    p50, p90 = p10 + share * width, p10 + width
    np.testing.assert_allclose(d.metalog(TENTHS, p10, p50, p90), [p10, p50, p90], rtol=1e-9, atol=1e-9 * (abs(p10) + width))
    assert rises(d.metalog(U, p10, p50, p90))


@given(st.floats(1e-3, 1e9), st.floats(0.01, 5), inside, st.sampled_from([0.0, -7.0, 12.5]))
def test_log_metalog_hits_its_percentiles_above_its_bound(p10: float, spread: float, share: float, lower: float) -> None:
    triple = (lower + p10, lower + p10 * exp(share * spread), lower + p10 * exp(spread))
    np.testing.assert_allclose(d.log_metalog(TENTHS, *triple, lower), triple, rtol=1e-9, atol=1e-9)
    values = d.log_metalog(U, *triple, lower)
    assert rises(values) and values.min() >= lower


@given(st.floats(-5, 5), st.floats(0.01, 6), inside, st.sampled_from([(0.0, 1.0), (-2.0, 3.0)]))
def test_logit_metalog_hits_its_percentiles_within_its_bounds(start: float, spread: float, share: float, ends: tuple[float, float]) -> None:
    lower, upper = ends
    p10, p50, p90 = (lower + (upper - lower) / (1 + exp(-odds)) for odds in (start, start + share * spread, start + spread))
    np.testing.assert_allclose(d.logit_metalog(TENTHS, p10, p50, p90, lower, upper), [p10, p50, p90], rtol=1e-9, atol=1e-9)
    values = d.logit_metalog(U, p10, p50, p90, lower, upper)
    assert rises(values) and values.min() >= lower and values.max() <= upper


@pytest.mark.parametrize(("p10", "p50", "p90"), [(0.1, 0.3, 0.6), (-0.2, 0.25, 0.45), (-1.0, 0.0, 1.0)])
def test_metalog_moments(p10: float, p50: float, p90: float) -> None:
    """With L the log odds of u: E L = 0, E (u - 1/2) L = 1/2, E L^2 = pi^2 / 3, E (u - 1/2)^2 L^2 = pi^2 / 36 + 1 / 3."""
    logits = np.linspace(-36, 36, 200_001)
    mean, variance = moments(d.metalog(1 / (1 + np.exp(-logits)), p10, p50, p90), logits)
    a2, a3 = (p90 - p10) / (2 * log(9)), (p90 + p10 - 2 * p50) / (0.8 * log(9))
    assert mean == pytest.approx(p50 + a3 / 2, abs=1e-9)
    assert variance == pytest.approx(a2**2 * pi**2 / 3 + a3**2 * (pi**2 / 36 + 1 / 3 - 1 / 4), rel=1e-8)


def test_symmetric_metalog_is_the_logistic() -> None:
    np.testing.assert_allclose(d.metalog(U[1:], -2.0, 1.0, 4.0), stats.logistic(1, 3 / log(9)).ppf(U[1:]), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(d.log_metalog(U[1:], 2.0, 6.0, 18.0), 6 * np.sqrt(U[1:] / (1 - U[1:])), rtol=1e-9)  # log-logistic, shape 2


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.floats(0, 1))
def test_pert_is_its_beta(low: float, width: float, share: float) -> None:
    high = low + width
    mode = min(low + share * width, high)
    values = d.pert(U, low, mode, high)
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    np.testing.assert_allclose(values[1:], stats.beta(a, b, low, high - low).ppf(U[1:]), rtol=1e-9, atol=1e-9 * (abs(low) + width))
    assert rises(values) and values.min() >= low and values.max() <= high
    assert stats.beta(a, b, low, high - low).mean() == pytest.approx((low + 4 * mode + high) / 6, rel=1e-9, abs=1e-9 * width)


def test_pert_moments() -> None:
    """Mean (low + 4 mode + high) / 6; variance (mean - low)(high - mean) / 7."""
    u = (np.arange(400_000) + 0.5) / 400_000
    values = d.pert(u, 2.0, 3.0, 9.0)
    assert values.mean() == pytest.approx(23 / 6, rel=1e-6)
    assert values.var() == pytest.approx((23 / 6 - 2) * (9 - 23 / 6) / 7, rel=1e-5)


def test_pert_stays_below_its_highest_value_in_spite_of_rounding() -> None:
    low, high = -18610846055818.414, 47090138593.64791
    assert low + (high - low) > high  # so that the end is passed where the beta rounds to 1
    assert d.pert(U, low, -1974432796.064515, high).max() <= high


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_normal(mean: float, sd: float) -> None:
    np.testing.assert_allclose(d.normal(U[1:], mean, sd), stats.norm(mean, sd).ppf(U[1:]), rtol=1e-9, atol=1e-9 * (abs(mean) + sd))
    assert np.isfinite(d.normal(U, mean, sd)).all()


@given(st.floats(1e-3, 1e6), st.floats(0.01, 5), st.sampled_from([0.0, -7.0, 12.5]))
def test_lognormal_has_this_mean_and_deviation(mean: float, variation: float, lower: float) -> None:
    """SciPy's lognormal says what its moments are; its shape and scale are found here from the quantiles returned."""
    values = d.lognormal(np.array([stats.norm.cdf(-1), 0.5, stats.norm.cdf(1)]), lower + mean, variation * mean, lower) - lower
    shape = log(values[2] / values[0]) / 2
    same = stats.lognorm(shape, scale=values[1])
    assert same.mean() == pytest.approx(mean, rel=1e-6) and same.std() == pytest.approx(variation * mean, rel=1e-6)
    assert rises(d.lognormal(U, lower + mean, variation * mean, lower))


@given(shares, shares, st.sampled_from([(0.0, 1.0), (-2.0, 3.0)]))
def test_scaled_beta_is_scipys(m: float, reach: float, ends: tuple[float, float]) -> None:
    lower, upper = ends
    mean, sd = lower + m * (upper - lower), reach * sqrt(m * (1 - m)) * (upper - lower)
    strength = 1 / reach**2 - 1
    same = stats.beta(m * strength, (1 - m) * strength, lower, upper - lower)
    assert same.mean() == pytest.approx(mean, abs=1e-9) and same.std() == pytest.approx(sd, rel=1e-6)
    values = d.scaled_beta(U, mean, sd, lower, upper)
    np.testing.assert_allclose(values[1:], same.ppf(U[1:]), rtol=1e-6, atol=1e-8)
    assert rises(values) and values.min() >= lower and values.max() <= upper


@pytest.mark.parametrize("mean", [1e-12, 1e-3, 0.36467630683211927, 0.9349628740586224, 1 - 1e-12])
@pytest.mark.parametrize("sd", [1e-5, 1e-6, 1e-7, 1e-8, 4.5e-10, 5.8e-11, 1e-13, 1e-200])
def test_a_narrow_beta_is_close_to_its_mean(mean: float, sd: float) -> None:
    """No draw of a beta this narrow leaves the mean by 40 deviations, and none is NaN, where SciPy's inverse gives up."""
    if sd**2 >= mean * (1 - mean):
        pytest.skip("no such beta")
    values = d.scaled_beta(U, mean, sd, 0.0, 1.0)
    assert np.isfinite(values).all() and rises(values) and values.min() >= 0 and values.max() <= 1
    values = values[1:]  # at 0 exactly, a beta is at its bound
    if mean * (1 - mean) / sd > 40:
        assert np.abs(values - mean).max() <= 40 * sd + 1e-15


@pytest.mark.parametrize("m", [0.02, 0.4])
def test_the_normal_takes_over_from_the_beta_without_a_step(m: float) -> None:
    edge = sqrt(m * (1 - m) / 1e12)
    wide, narrow = (d.scaled_beta(U[3:-2], m, sd, 0.0, 1.0) for sd in (edge * 1.000001, edge * 0.999999))
    np.testing.assert_allclose((wide - m) / edge, (narrow - m) / edge, atol=1e-3)


def test_choices_have_their_shares() -> None:
    u = (np.arange(8_000) + 0.5) / 8_000
    drawn, counts = np.unique(d.choice(u, (7.0, 5.0, 11.0, 2.0), (1.0, 1.0, 2.0, 0.0)), return_counts=True)
    assert dict(zip(drawn.tolist(), counts.tolist(), strict=True)) == {5.0: 2_000, 7.0: 2_000, 11.0: 4_000}


@pytest.mark.parametrize(("weights", "only"), [((0.0, 3.0), 8.0), ((1e15, 0.0), 4.0), ((0.1, 0.0), 4.0)])
def test_a_value_without_weight_is_never_drawn(weights: tuple[float, ...], only: float) -> None:
    assert np.unique(d.choice(U, (4.0, 8.0), weights)).tolist() == [only]


@pytest.mark.parametrize(
    "values",
    [
        d.metalog(U, 4.0, 4.0, 4.0),
        d.log_metalog(U, 4.0, 4.0, 4.0, 4.0),
        d.logit_metalog(U, 4.0, 4.0, 4.0, 0.0, 4.0),
        d.pert(U, 4.0, 4.0, 4.0),
        d.normal(U, 4.0, 0.0),
        d.lognormal(U, 4.0, 0.0, 4.0),
        d.scaled_beta(U, 4.0, 0.0, 0.0, 4.0),
        d.choice(U, (4.0,), (9.0,)),
    ],
)
def test_degenerate_distributions_are_constant(values: FloatArray) -> None:
    assert values.dtype == np.float64 and values.shape == U.shape
    assert np.unique(values).tolist() == [4.0]


@pytest.mark.parametrize("share", [K_BOUND + 2e-5, K_BOUND - 2e-5, 1 - K_BOUND - 2e-5, 1 - K_BOUND + 2e-5])
def test_the_metalog_turns_back_just_outside_the_published_bound(share: float) -> None:
    logits = np.linspace(-30, 30, 600_001)
    falls = bool(np.any(np.diff(d.metalog(1 / (1 + np.exp(-logits)), 0.0, share, 1.0)) < -1e-13))
    assert falls == (min(share, 1 - share) < K_BOUND)
