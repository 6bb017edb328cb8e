"""Few paths beside a main run: told without bias, with an error that holds, and with the main run's own number at the scenario typed."""

import tomllib
from math import hypot, isnan
from pathlib import Path

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import SELECTION, VALUE, break_evens
from compdesign.metrics.catalog import COST_PER_DEPLOYMENT
from compdesign.metrics.comparison import compare
from compdesign.metrics.estimates import IDENTICAL, MATERIAL, NONE, difference, jackknife_error
from compdesign.metrics.scan import Objective, Sums, left_out, scanned, told
from compdesign.quantities import FloatArray
from compdesign.simulation.run import simulate

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"


def test_ratios_with_each_group_left_out() -> None:
    over, under = np.array([[6.0, 2.0, 1.0], [1.0, 1.0, 1.0]]), np.array([[2.0, 1.0, 1.0], [0.0, 4.0, 0.0]])
    found = left_out(over, under)
    assert found[0].tolist() == [9 / 4, 3 / 2, 7 / 3, 8 / 3]
    assert found[1, :2].tolist() == [3 / 4, 2 / 4] and np.isnan(found[1, 2]) and found[1, 3] == 2 / 4


class Futures:
    """Structures whose costs and deployments are known in law: what the typed scenario and a variant have in common is luck, and what
    they do not is noise of each. ratios: what is to be found of the variant.
    """

    def __init__(self, seed: int, structures: int = 3) -> None:
        self.random = np.random.default_rng(seed)
        self.dear = 3.0 + np.arange(structures)
        self.ratios = 2.0 * self.dear / 1.5

    def sums(self, paths: int, groups: int) -> tuple[Sums, Sums]:
        """Of the typed scenario and of the variant, on the same paths."""

        def drawn(scale: float) -> FloatArray:
            return self.random.normal(0.0, scale, (len(self.dear), paths))

        common = self.random.normal(0.0, 1.0, paths)
        shipped = self.random.poisson(1.0, (len(self.dear), paths)) * 1.0
        cost = self.dear[:, None] + 1.0 * common + drawn(0.5)
        both = (cost, shipped), (2.0 * cost + 0.5 * drawn(0.5), shipped + 0.5 + drawn(0.2))
        typed, variant = (Sums(*(each.reshape(len(self.dear), groups, -1).sum(axis=-1) for each in pair)) for pair in both)
        return typed, variant


def test_its_errors_hold_and_are_far_below_those_of_the_few_paths() -> None:
    """Deviations from the ratio known in law, in standard errors, are standard normal."""
    deviations, apart, of_few, plain = [], [], [], []
    for seed in range(500):
        futures = Futures(seed)
        typed, variant = futures.sums(128, 32)
        main, _ = futures.sums(2_048, 64)
        few = left_out(variant.cost, variant.deployments)
        found = told(few[None], left_out(typed.cost, typed.deployments), left_out(main.cost, main.deployments))
        deviations.append((found.value[0] - futures.ratios) / found.error[0])
        less = found.apart(2, 0)
        apart.append((less.value[0] - (futures.ratios[2] - futures.ratios[0])) / less.error[0])
        of_few.append(few[:, 0] - futures.ratios)
        plain.append(found.value[0] - futures.ratios)
    spread = np.sqrt((np.array(deviations) ** 2).mean(axis=0))
    assert (spread > 0.9).all() and (spread < 1.15).all(), spread
    assert 0.9 < np.sqrt(np.square(apart).mean()) < 1.15
    gain = np.sqrt(np.square(plain).mean(axis=0) / np.square(of_few).mean(axis=0))
    assert (gain < 0.6).all(), gain


def test_it_is_a_regression_on_its_own_luck_and_that_of_the_first() -> None:
    """The same by ordinary least squares, structure by structure."""
    futures = Futures(7)
    typed, variant = futures.sums(64, 32)
    main, _ = futures.sums(512, 32)
    few, alike, many = (left_out(each.cost, each.deployments) for each in (variant, typed, main))
    found = told(few[None], alike, many)
    for k in range(3):
        causes = np.stack([np.ones(32), *(alike[j, 1:] for j in sorted({0, k}))], axis=1)
        slopes = np.linalg.lstsq(causes, few[k, 1:], rcond=None)[0][1:]
        lucky = sum(slope * (alike[j, 0] - many[j, 0]) for slope, j in zip(slopes, sorted({0, k}), strict=True))
        assert found.value[0, k] == pytest.approx(few[k, 0] - lucky, rel=1e-9)


def demo(**changes: object) -> Scenario:
    return Scenario.parse(tomllib.loads((EXAMPLES / "series_c.toml").read_text()) | changes)


def test_at_the_scenario_typed_it_is_the_main_runs_own_number() -> None:
    comparison = compare(demo(months=24), 256)
    own = comparison.row(COST_PER_DEPLOYMENT.key).differences
    of_paths = [difference(comparison.result, COST_PER_DEPLOYMENT, k).se for k in range(4)]
    typed = VALUE.grid.index(1.0)
    for k, found in enumerate((each for each in comparison.break_evens if each.axis is VALUE), start=1):
        here = found.differences[typed]
        assert here.value == pytest.approx(own[k].value, rel=1e-6)
        assert here.se == pytest.approx(of_paths[k], rel=1e-6)


def test_what_it_tells_of_another_scenario_is_what_a_long_run_of_that_one_finds() -> None:
    """Selection at 0 and 1, beside a main run: both against 16,384 paths of the scenarios themselves."""
    scenario = demo(months=24)
    variants = [SELECTION.place(scenario, value) for value in (0.0, 1.0)]
    objective = Objective.of(scanned(variants, 128, scenario), simulate(scenario, 2_048))
    for at, variant in enumerate(variants):
        long = simulate(variant, 16_384)
        for k in range(1, 4):
            here, there = objective.differences(k, 0)[at], difference(long, COST_PER_DEPLOYMENT, k)
            assert abs(here.value - there.value) < 4 * hypot(here.se, there.se)
            assert here.se < 0.6 * (16_384 / 128) ** 0.5 * there.se  # of that of 128 paths alone


def test_structures_alike_are_alike_and_what_ships_nothing_is_not_known() -> None:
    [cash, *_] = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())["offers"]
    silent = cash | {"name": "silent", "committee_delay_days": 5_000}
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    scenario = Scenario.parse(data | {"months": 24, "offers": [cash, cash | {"name": "double"}, silent]})
    double, nothing = break_evens(SELECTION, scanned([scenario] * 5, 64, scenario), simulate(scenario, 128))
    assert {(each.value, each.se, each.label) for each in double.differences} == {(0.0, 0.0, IDENTICAL)}
    assert all(isnan(each.value) and each.label == NONE for each in nothing.differences)


def test_paths_too_few_to_tell_a_coefficient_stand_for_themselves_with_an_error_of_their_own() -> None:
    """Two groups would be fitted without fault: an error of nil."""
    for groups in (2, 3, 8):
        futures = Futures(groups)
        typed, variant = futures.sums(groups, groups)
        few = left_out(variant.cost, variant.deployments + 1)
        found = told(few[None], left_out(typed.cost, typed.deployments + 1), left_out(typed.cost, typed.deployments + 1))
        assert found.value[0].tolist() == few[:, 0].tolist()
        assert found.error[0].tolist() == [pytest.approx(jackknife_error(each[1:])) for each in few]
    assert {each.label for found in compare(demo(), 2).break_evens for each in found.differences} != {MATERIAL}


def test_where_the_typed_scenario_ships_nothing_the_few_paths_stand_for_themselves() -> None:
    futures = Futures(3)
    typed, variant = futures.sums(64, 32)
    nothing = Sums(typed.cost, np.zeros_like(typed.deployments))
    few = left_out(variant.cost, variant.deployments)
    found = told(few[None], left_out(nothing.cost, nothing.deployments), left_out(nothing.cost, nothing.deployments))
    assert found.value[0].tolist() == few[:, 0].tolist()
    assert found.error[0].tolist() == [pytest.approx(jackknife_error(each[1:])) for each in few]
