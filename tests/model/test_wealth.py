"""Future values against quadrature, and certainty equivalents against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.wealth import base_flow, certainty_equivalent, flow, lump, sampled

HERMITE_NODES, HERMITE_WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
WEALTHS = st.lists(st.floats(1e3, 1e8), min_size=2, max_size=30).map(np.array)


def test_lump() -> None:
    assert lump(100.0, 0, 48, 0.05) == pytest.approx(100 * np.exp(0.2))
    assert lump(100.0, np.array([36.0, 48.0, 48.5, np.inf]), 48, 0.05).tolist() == pytest.approx([100 * np.exp(0.05), 100, 0, 0])


def test_flow_of_a_year() -> None:
    """12,000 a year for one year at 5 %: 12,000 (e^0.05 - 1) / 0.05, three years later times e^0.15."""
    year = 12_000 * (np.exp(0.05) - 1) / 0.05
    assert flow(1_000.0, 0, 12, 12, 0.05) == pytest.approx(year, rel=1e-14)
    assert flow(1_000.0, 0, 12, 48, 0.05) == pytest.approx(year * np.exp(0.15), rel=1e-14)


@pytest.mark.parametrize("r", [0.0, 1e-320, 1e-17, -1e-12, 1e-9])
def test_flow_without_interest_is_exact(r: float) -> None:
    assert flow(1_000.0, 3.0, 40.0, 48, r) == pytest.approx(37_000.0, rel=max(1e-15, 10 * abs(r)))
    if r == 0:
        assert flow(1_000.0, 3.0, 40.0, 48, r) == 37_000.0


@pytest.mark.parametrize(("start", "end"), [(10.0, 10.0), (10.0, 9.0), (48.0, np.inf), (60.0, 70.0), (np.inf, np.inf)])
def test_no_flow(start: float, end: float) -> None:
    assert flow(1_000.0, start, end, 48, 0.05) == 0
    assert base_flow(120_000.0, 0.03, start, end, 48, 0.05) == 0


def test_flow_path_by_path_is_clipped_to_the_horizon() -> None:
    result = flow(100.0, np.array([0.0, 40.0]), np.array([np.inf, 60.0]), 48, np.array([0.0, 0.0]))
    assert result.tolist() == [4_800.0, 800.0]


@given(
    start=st.floats(0, 60),
    length=st.floats(0, 60),
    r=st.floats(-0.1, 0.3),
    growth=st.floats(-0.5, 1),
)
def test_flows_by_quadrature(start: float, length: float, r: float, growth: float) -> None:
    """Gauss-Legendre within each year of the flow, its rate typed as the page says."""
    end, horizon = start + length, 48
    nodes, weights = np.polynomial.legendre.leggauss(20)
    level = rising = 0.0
    for year in range(4):
        low, high = max(start, 12 * year), min(end, 12 * year + 12)
        if high <= low:
            continue
        months = (low + high) / 2 + (high - low) / 2 * nodes
        worth = (high - low) / 2 * float(weights @ np.exp(r * (horizon - months) / 12))
        level += 1_000 * worth
        rising += 120_000 * (1 + growth) ** year / 12 * worth
    assert flow(1_000.0, start, end, horizon, r) == pytest.approx(level, rel=1e-9, abs=1e-6)
    assert base_flow(120_000.0, growth, start, end, horizon, r) == pytest.approx(rising, rel=1e-9, abs=1e-6)


def test_base_rises_on_each_anniversary() -> None:
    """100, 110, 121 and 133.1 over the four years, without interest."""
    assert base_flow(100.0, 0.1, 0, 48, 48, 0.0) == pytest.approx(464.1)
    assert base_flow(100.0, np.array([0.1, 0.0]), 6, np.array([18.0, 24.0]), 48, 0.0).tolist() == pytest.approx([105, 150])


@pytest.mark.parametrize(
    ("risk_aversion", "expected"),
    [
        (0.0, 2.5),  # arithmetic mean
        (0.5, 2.25),  # ((1 + 2) / 2)^2
        (1.0, 2.0),  # geometric mean
        (2.0, 1.6),  # harmonic mean
        (3.0, (32 / 17) ** 0.5),
    ],
)
def test_binary_lottery(risk_aversion: float, expected: float) -> None:
    """Even odds of 1 and 4, W0 = 0.5, H = 4, r = 5 %."""
    ce = certainty_equivalent(np.array([1.0, 4.0]), None, 0.5, 0.05, 4.0, risk_aversion)
    assert ce == pytest.approx(np.exp(-0.2) * expected - 0.5, rel=1e-14)
    weighted = certainty_equivalent(np.array([4.0, 1.0, 9.0]), np.array([3.0, 3.0, 0.0]), 0.5, 0.05, 4.0, risk_aversion)
    assert weighted == pytest.approx(ce, rel=1e-14)


@pytest.mark.parametrize("risk_aversion", [0.0, 0.3, 1 - 1e-9, 1.0, 1 + 1e-13, 2.0, 3.0, 8.0])
def test_lognormal(risk_aversion: float) -> None:
    """ln W ~ N(m, s^2): E[W^(1-g)]^(1/(1-g)) = exp(m + (1 - g) s^2 / 2). Expectation by Gauss-Hermite weights."""
    m, s = 14.0, 0.6
    ce = certainty_equivalent(np.exp(m + s * HERMITE_NODES), HERMITE_WEIGHTS, 2e5, 0.04, 4.0, risk_aversion)
    expected = np.exp(-0.16) * np.exp(m + (1 - risk_aversion) * s**2 / 2) - 2e5
    assert ce == pytest.approx(expected, rel=1e-11)


def test_stable_at_and_around_log_utility() -> None:
    """dCE/dg is finite at g = 1, so CE moves by about that much: no digits are lost."""
    wealth = np.exp(np.linspace(10, 16, 1_001))
    at_one = certainty_equivalent(wealth, None, 0.0, 0.0, 4.0, 1.0)
    assert at_one == pytest.approx(np.exp(13), rel=1e-12)
    for gap in (1e-15, -1e-15, 1e-12, -1e-12, 1e-8, -1e-8):
        ce = certainty_equivalent(wealth, None, 0.0, 0.0, 4.0, 1 + gap)
        assert ce == pytest.approx(at_one * (1 - gap * np.log(wealth).var() / 2), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-250, 1.0, 1e290])
@pytest.mark.parametrize("risk_aversion", [0.0, 0.5, 1.0, 40.0, 1e5])
def test_no_overflow(scale: float, risk_aversion: float) -> None:
    wealth = np.array([1.0, 3.0, 1e4])
    ce = certainty_equivalent(scale * wealth, None, 0.0, 0.0, 4.0, risk_aversion)
    plain = certainty_equivalent(wealth, None, 0.0, 0.0, 4.0, risk_aversion)
    assert ce == pytest.approx(scale * plain, rel=1e-12)
    if risk_aversion == 1e5:
        assert plain == pytest.approx(3 ** (1 / (1e5 - 1)), rel=1e-12)  # worst case: 1 with probability 1/3


def test_a_rare_disaster_decides_at_high_risk_aversion() -> None:
    """1 with probability 1e-18, else 1e6, g = 41: E[W^-40]^(-1/40) = 1e18^(1/40)."""
    ce = certainty_equivalent(np.array([1.0, 1e6]), np.array([1e-18, 1.0]), 0.0, 0.0, 4.0, 41.0)
    assert ce == pytest.approx(1e18 ** (1 / 40), rel=1e-9)


@pytest.mark.parametrize("wealth", [[0.0, 4.0], [-3.0, 4.0]])
def test_ruin(wealth: list[float]) -> None:
    for risk_aversion in (1.0, 2.0):
        assert certainty_equivalent(np.array(wealth), None, 1.5, 0.0, 4.0, risk_aversion) == -1.5
    ce = certainty_equivalent(np.array(wealth), None, 1.5, 0.0, 4.0, 0.5)
    assert ce == pytest.approx(1.0 - 1.5)  # (sqrt(4) / 2)^2
    assert certainty_equivalent(np.zeros(2), None, 1.5, 0.0, 4.0, 0.5) == -1.5


def test_ruin_of_no_weight_does_not_count() -> None:
    ce = certainty_equivalent(np.array([0.0, 4.0]), np.array([0.0, 1.0]), 0.0, 0.0, 4.0, 3.0)
    assert ce == 4


def test_nan_is_not_hidden() -> None:
    for risk_aversion in (0.5, 1.0, 2.0):
        assert np.isnan(certainty_equivalent(np.array([np.nan, 4.0]), None, 0.0, 0.0, 4.0, risk_aversion))


def test_one_expectation_per_row_and_per_preference() -> None:
    wealth = np.array([[1.0, 4.0], [2.0, 2.0]])
    ce = certainty_equivalent(wealth, None, 0.0, 0.0, 4.0, np.array([1.0, 7.0]))
    assert ce.tolist() == pytest.approx([2, 2])
    ce = certainty_equivalent(wealth[0], None, np.array([0.0, 1.0, 0.0]), 0.0, 4.0, np.array([0.0, 1.0, 2.0]))
    assert ce.tolist() == pytest.approx([2.5, 1.0, 1.6])


@given(WEALTHS, st.floats(0, 20), st.floats(0, 5), st.floats(0.01, 100))
def test_between_the_extremes_falling_in_risk_aversion_and_scaling(wealth: np.ndarray, risk_aversion: float, more: float, k: float) -> None:
    ce = certainty_equivalent(wealth, None, 0.0, 0.0, 4.0, risk_aversion)
    assert wealth.min() * (1 - 1e-9) <= ce <= wealth.max() * (1 + 1e-9)
    assert certainty_equivalent(wealth, None, 0.0, 0.0, 4.0, risk_aversion + more) <= ce * (1 + 1e-9)
    scaled = certainty_equivalent(k * wealth, None, k * 1e5, 0.04, 4.0, risk_aversion)
    plain = certainty_equivalent(wealth, None, 1e5, 0.04, 4.0, risk_aversion)
    np.testing.assert_allclose(scaled, k * plain, rtol=1e-7, atol=1e-6 * k)


def test_sure_wealth_is_worth_itself() -> None:
    for risk_aversion in (0.0, 1.0, 4.0):
        ce = certainty_equivalent(np.full(5, 3e6), None, 1e6 * np.exp(-0.2), 0.05, 4.0, risk_aversion)
        assert ce == pytest.approx(2e6 * np.exp(-0.2), rel=1e-12)


@pytest.mark.parametrize("risk_aversion", [0.0, 0.4, 1 - 1e-9, 1.0, 1 + 1e-13, 3.0, 41.0])
@pytest.mark.parametrize("odd", [None, 0.0, 1e-9, 1e30])
def test_samples_are_worth_what_their_paths_are(risk_aversion: float, odd: float | None) -> None:
    """Any mixture of samples, one of them left out in turn, against the same paths one by one; one path may be ruined, or so poor
    or rich that it alone decides for the sets that hold it and must leave no trace in the others.
    """
    rng = np.random.default_rng(3)
    wealth, sample = np.exp(14 + 0.6 * rng.standard_normal(600)), rng.integers(0, 5, 600)
    if odd is not None:
        wealth[sample == 2] = np.where(np.arange((sample == 2).sum()) == 7, odd, wealth[sample == 2])
    counts, kept = np.bincount(sample, minlength=6), 1 - np.eye(5, 6)
    tilt = np.array([1.0, 0.2, 0.7, 3.0, 0.0, 2.0])
    reference, utility = sampled(wealth, sample, 6, risk_aversion)  # the sixth has nobody in it
    ce = certainty_equivalent(reference, kept * counts * tilt, 2e5, 0.04, 4.0, risk_aversion, utility)
    one_by_one = [certainty_equivalent(wealth, (kept[at] * tilt)[sample], 2e5, 0.04, 4.0, risk_aversion) for at in range(5)]
    np.testing.assert_allclose(ce + 2e5, np.array(one_by_one) + 2e5, rtol=1e-13, atol=1e-9)
