"""Screening and acceptance against counting people."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compdesign.model.screening import (
    acceptance_probability,
    accepted_mix,
    pass_probability,
    posterior,
)

PROBABILITY = st.floats(0, 1)


def test_a_thousand_candidates() -> None:
    """300 of 1,000 are production-minded; 270 of them pass, and 140 of the other 700: 270 of 410."""
    assert pass_probability(0.3, 0.9, 0.8) == pytest.approx(0.41)
    assert posterior(0.3, 0.9, 0.8) == pytest.approx(270 / 410)
    assert accepted_mix(270 / 410, 0.5, 0.2) == pytest.approx(135 / (135 + 28))


@given(*(st.fractions(0, 1, max_denominator=50) for _ in range(5)))
def test_bayes_by_enumeration(prior: Fraction, sensitivity: Fraction, specificity: Fraction, yes: Fraction, no: Fraction) -> None:
    mass = {}
    for production, passes, accepts in product((True, False), repeat=3):
        p_pass = sensitivity if production else 1 - specificity
        p_accept = yes if production else no
        mass[production, passes, accepts] = (
            (prior if production else 1 - prior) * (p_pass if passes else 1 - p_pass) * (p_accept if accepts else 1 - p_accept)
        )
    passed = sum((m for (_, p, _), m in mass.items() if p), Fraction(0))
    taken = mass[True, True, True] + mass[False, True, True]
    numbers = [float(x) for x in (prior, sensitivity, specificity)]
    share = posterior(*numbers)
    assert pass_probability(*numbers) == pytest.approx(float(passed), abs=1e-14)
    if passed > 0:
        assert share == pytest.approx(float((mass[True, True, True] + mass[True, True, False]) / passed), abs=1e-12)
    else:
        assert share == float(prior)
    if taken > 0:
        assert accepted_mix(share, float(yes), float(no)) == pytest.approx(float(mass[True, True, True] / taken), abs=1e-12)
    else:
        assert accepted_mix(share, 0.0, 0.0) == share


def test_mix_path_by_path() -> None:
    mix = accepted_mix(np.array([0.5, 0.5, 0.2]), np.array([0.3, 0.0, 1.0]), np.array([0.1, 0.0, 1.0]))
    np.testing.assert_allclose(mix, [0.75, 0.5, 0.2])


@pytest.mark.parametrize(
    ("ce", "outside", "intercept", "slope", "expected"),
    [
        (1e6, 1e6, 0.0, 5.0, 0.5),
        (3e6, 1e6, 0.0, 2.0, 0.9),  # odds 3^2 to 1
        (1e6, 3e6, 0.0, 2.0, 0.1),
        (1e6, 1e6, np.log(4), 2.0, 0.8),
        (7e6, 1e6, 0.0, 0.0, 0.5),
        (0.0, 1e6, 50.0, 2.0, 0.0),
        (-5.0, -7.0, 50.0, 2.0, 0.0),
        (1.0, 0.0, -50.0, 2.0, 1.0),
        (1.0, -3.0, -50.0, 0.0, 1.0),
        (1e300, 1e-300, 0.0, 1e3, 1.0),
        (1e-300, 1e300, 0.0, 1e3, 0.0),
        (1.0, 1.0, 1e4, 2.0, 1.0),
        (1.0, 1.0, -1e4, 2.0, 0.0),
    ],
)
def test_acceptance(ce: float, outside: float, intercept: float, slope: float, expected: float) -> None:
    assert acceptance_probability(ce, outside, intercept, slope) == pytest.approx(expected, rel=1e-12)
    array = acceptance_probability(np.array([ce, ce]), outside, intercept, np.array([slope, slope]))
    assert array.tolist() == pytest.approx([expected] * 2, rel=1e-12)


@given(
    ce=st.floats(-1e9, 1e9),
    more=st.floats(0, 1e9),
    outside=st.floats(-1e9, 1e9),
    intercept=st.floats(-9, 9),
    slope=st.floats(0, 50),
)
def test_acceptance_never_falls_with_the_offer(ce: float, more: float, outside: float, intercept: float, slope: float) -> None:
    low, high = acceptance_probability(np.array([ce, ce + more]), outside, intercept, slope)
    assert 0 <= low <= high * (1 + 1e-12) <= 1 + 1e-11


def test_acceptance_of_nan_is_nan() -> None:
    assert np.isnan(acceptance_probability(np.nan, 1.0, 0.0, 2.0))
