"""Equal terms: the factor of base pay is the root of the gap, found in few trials, and said to be none where there is none."""

from collections.abc import Callable
from math import exp, inf, isnan, log, nan
from pathlib import Path

import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.equal_terms import MOST, at_equal_acceptance, at_equal_cost, solved
from compdesign.metrics.variants import with_base
from compdesign.simulation.run import simulate_variants
from compdesign.simulation.valuation_run import VALUATION_PATHS, value_variants

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
STAGES = [(250, 0.05), (1_000, 0.001)]


def root_of(*gaps: Callable[[float, int], float]) -> tuple[list[float], list[int]]:
    """What is found for structures with these gaps, and the paths of each trial."""
    trials: list[int] = []

    def all_of_them(factors: list[float], paths: int) -> list[float]:
        trials.append(paths)
        return [0.0, *(gap(factor, paths) for gap, factor in zip(gaps, factors[1:], strict=True))]

    return solved(all_of_them, 1 + len(gaps), STAGES), trials


@pytest.mark.parametrize("factor", [0.21, 0.6, 0.99, 1.0, 1.000_000_1, 1.4, 2.5, 4.9])
def test_the_root_of_smooth_gaps_is_found_in_a_handful_of_trials(factor: float) -> None:
    """A line in the factor, its logarithm, its square, and a line whose root at few paths is 2 % off."""
    found, trials = root_of(
        lambda f, _: f - factor,
        lambda f, _: 7 * log(f / factor),
        lambda f, _: f**2 - factor**2,
        lambda f, paths: f - factor * (1.02 if paths < 1_000 else 1),
    )
    assert found == pytest.approx([1, factor, factor, factor, factor], rel=1e-4)
    assert found[0] == 1
    assert len(trials) <= 10
    assert trials.count(1_000) <= 3


def test_where_no_factor_in_range_equals_none_is_given_and_the_others_are() -> None:
    found, _ = root_of(
        lambda f, _: f - 1.02 * MOST,  # too low throughout
        lambda f, _: f - 0.98 / MOST,  # too high throughout
        lambda f, _: -1.0,  # flat
        lambda f, _: 1.0 - 0.1 * f,  # falls
        lambda f, _: -inf,
        lambda f, _: inf,
        lambda f, _: nan,
        lambda f, _: f - 2,
    )
    assert [isnan(each) for each in found] == [False] + 7 * [True] + [False]
    assert found[-1] == pytest.approx(2, rel=1e-4)


def test_a_root_beside_infinite_gaps_is_found() -> None:
    """A certainty equivalent that is none below some pay; an offer that everybody accepts above it."""
    found, _ = root_of(
        lambda f, _: log(f - 1.2) - log(0.3) if f > 1.2 else -inf,
        lambda f, _: -inf if f < 0.7 else f - 0.8,
        lambda f, _: log(0.4 / (0.9 - f)) if f < 0.9 else inf,
        lambda f, _: -1.0 if f < 3 else 1.0,  # a jump: nothing but where it is
    )
    assert found == pytest.approx([1, 1.5, 0.8, 0.5, 3], rel=2e-3)


def test_a_gap_that_shakes_is_solved_as_well_as_it_can_be() -> None:
    """People leave in steps: the gap is a line on which a small saw is drawn, and its root is known to the height of a tooth."""
    found, trials = root_of(lambda f, _: 2 * log(f / 1.47) + 1e-3 * ((f * 1e3) % 1 - 0.5))
    assert log(found[1] / 1.47) == pytest.approx(0, abs=5e-4)
    assert len(trials) <= 8


def test_at_the_factors_found_the_terms_are_equal() -> None:
    """The gaps that are left, as a change of base pay at most 0.001 of the odds and 0.002 of the cost, which are told to no more than
    0.005 and 0.01. Acceptance is equal as the candidates value the offers in full.
    """
    scenario = Scenario.load(EXAMPLES / "series_c.toml")
    view = at_equal_acceptance(scenario, 256)
    [offers] = value_variants([with_base(scenario, list(view.factors))], VALUATION_PATHS)
    odds = [log(offer.accept / (1 - offer.accept)) for offer in offers]
    assert odds == pytest.approx([odds[0]] * 4, abs=4e-3)  # they rise by up to 4 for each log factor of base pay
    view = at_equal_cost(scenario, 256)
    [result] = simulate_variants([with_base(scenario, list(view.factors))], 256, typed=scenario)
    costs = [result.mean("present_cost", k) for k in range(4)]
    assert costs == pytest.approx([costs[0]] * 4, rel=2e-3)
    assert view.factors[0] == 1
    assert all(exp(-1.6) < factor < exp(1.6) for factor in view.factors)
