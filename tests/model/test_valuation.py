"""Moments of the multiple."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.valuation import multiple, noise_path, noise_variance

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def mean_and_log_variance(month: int, start: float, long_run: float, reversion: float, volatility: float) -> tuple[float, float]:
    """By Gauss-Hermite quadrature over e_m ~ N(0, noise_variance)."""
    noise = np.sqrt(noise_variance(month, reversion, volatility)) * NODES
    values = multiple(noise, month, start, long_run, reversion, volatility)
    logs = np.log(values)
    return float(WEIGHTS @ values), float(WEIGHTS @ (logs - WEIGHTS @ logs) ** 2)


@pytest.mark.parametrize("month", [0, 1, 48, 120])
@pytest.mark.parametrize("volatility", [0.0, 0.35, 0.9])
def test_without_reversion_a_martingale(month: int, volatility: float) -> None:
    mean, log_variance = mean_and_log_variance(month, 12.0, 6.0, 0.0, volatility)
    assert mean == pytest.approx(12.0, rel=1e-9)
    assert log_variance == pytest.approx(volatility**2 * month / 12, abs=1e-12)


def test_reverts_to_the_long_run() -> None:
    """The gap of the log mean halves in ln 2 / a years; a century on, the mean is L and the log variance s^2 / 2a."""
    a = np.log(2)
    mean, _ = mean_and_log_variance(12, 16.0, 4.0, a, 0.5)
    assert mean == pytest.approx(8.0, rel=1e-9)
    mean, log_variance = mean_and_log_variance(1_200, 16.0, 4.0, a, 0.5)
    assert mean == pytest.approx(4.0, rel=1e-9)
    assert log_variance == pytest.approx(0.25 / (2 * a), rel=1e-9)


@pytest.mark.parametrize("reversion", [0.0, 1e-320, 1e-12, 0.4, 30.0])
def test_steps_add_up_to_the_variance(reversion: float) -> None:
    _, step, kept = noise_path(np.array([1.0, 0.0]), reversion, 0.5).tolist()
    keep = kept / step
    variance = 0.0
    for month in range(60):
        assert noise_variance(month, reversion, 0.5) == pytest.approx(variance, rel=1e-12)
        variance = keep**2 * variance + step**2
    assert step == pytest.approx(np.sqrt(0.25 / 12), rel=1e-9) or reversion > 1e-9


def test_simulated_mean() -> None:
    rng = np.random.default_rng(20_240_601)
    noise = noise_path(rng.standard_normal((36, 100_000)), 0.3, 0.5)
    values = multiple(noise, np.arange(37)[:, None], 10.0, 7.0, 0.3, 0.5)[-1]
    expected = 7 * (10 / 7) ** np.exp(-0.3 * 3)
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(values.size)


def test_starts_at_the_start_and_takes_a_value_per_path() -> None:
    reversion, volatility = np.array([0.0, 0.5, 1e-300]), np.array([0.3, 0.0, 0.3])
    np.testing.assert_allclose(multiple(np.zeros(3), 0, 9.0, 5.0, reversion, volatility), 9.0, rtol=1e-14)
    noise = noise_path(np.ones((2, 3)), reversion, volatility)
    np.testing.assert_allclose(noise, np.outer(range(3), [0.3 / np.sqrt(12), 0.0, 0.3 / np.sqrt(12)]), rtol=1e-14)


@given(st.floats(0, 1e-6), st.integers(0, 120), st.floats(0, 2))
def test_continuous_in_the_reversion(reversion: float, month: int, volatility: float) -> None:
    noise = np.array([-0.4, 0.0, 0.7])
    near = multiple(noise, month, 9.0, 5.0, reversion, volatility)
    np.testing.assert_allclose(near, multiple(noise, month, 9.0, 5.0, 0.0, volatility), rtol=1e-3)
