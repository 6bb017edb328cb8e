"""Runs on few paths of a block read the first of those drawn for many, and nothing of what was drawn or asked before."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import SENSITIVITY
from compdesign.metrics.side_runs import paths_along, scan_paths, side_runs, view_paths
from compdesign.simulation import company_path, run, valuation_run
from compdesign.simulation.path_values import scan_values
from compdesign.simulation.run import simulate_variants
from compdesign.simulation.streams import Repeated, Streams, kept_streams
from compdesign.simulation.valuation_run import VALUATION_PATHS, value_variants
from tests.simulation.scenarios import random_scenario

FEW, MANY = 48, 112
UNCERTAIN = {"p10": 1.0, "p50": 2.0, "p90": 4.0}


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    kept_streams.cache_clear()
    for answers in (valuation_run._VALUED, valuation_run._LIVES, valuation_run._CHOOSERS, company_path._COURSES, run._SCANNED):
        answers.held.clear()


def drawn(seed: int, shape: Any = 1.0) -> Scenario:
    """With uncertain inputs of the company, of people and of the offers, and a shape of the time of a review."""
    data = random_scenario(seed)
    data["company"] |= {"gross_margin": {"p10": 0.5, "p50": 0.6, "p90": 0.7}, "revenue_growth": {"p10": 0.1, "p50": 0.3, "p90": 0.5}}
    data["hiring"] |= {"production_share": {"p10": 0.3, "p50": 0.5, "p90": 0.7}}
    data["candidate"]["competing"] |= {"equity": 100_000, "equity_volatility": 0.6}
    data["deployment"] |= {"review_shape": shape, "review_months": 0.5}
    return Scenario.parse(data)


def alone(scenario: Scenario) -> list[Scenario]:
    return [scenario.model_copy(update={"offers": (offer,)}) for offer in scenario.offers]


def scan(scenario: Scenario, paths: int, width: int) -> list[dict[str, np.ndarray]]:
    return run._in_one_go([(each, (0.7, 0.4)) for each in alone(scenario)[:1] * 2], paths, width, scan_values)


def test_what_is_repeated_are_the_first_paths_of_each_row() -> None:
    streams = Streams(5, 0, 8)
    repeated = Repeated(streams, 3, 2)
    assert (repeated.width, repeated.period) == (6, 3)
    for kind in ("uniform", "normal", "exponential"):
        row = getattr(streams, kind)(kind, 1)
        assert getattr(repeated, kind)(kind, 1).tolist() == [*row[:3], *row[:3]]


@pytest.mark.parametrize("seed", range(6))
def test_few_paths_are_the_first_of_many(seed: int) -> None:
    scenario = drawn(seed)
    for few, many in zip(scan(scenario, FEW, MANY), scan(scenario, MANY, MANY), strict=True):
        for name, values in few.items():
            np.testing.assert_array_equal(values, many[name][:FEW], err_msg=name)
    valued = alone(scenario.model_copy(update={"months": 48}))[:1]
    [few], [many] = (valuation_run._lived(valued, paths) for paths in (FEW, VALUATION_PATHS))
    first = many.hires.path < FEW
    for field in fields(few.hires):
        np.testing.assert_array_equal(getattr(few.hires, field.name), getattr(many.hires, field.name)[first], err_msg=field.name)
    np.testing.assert_array_equal(few.chooser.outside, many.chooser.outside[:FEW])
    assert kept_streams.cache_info().currsize == 2  # one for the variants, one for the valuations


@pytest.mark.parametrize("seed", range(3))
def test_where_the_shape_of_a_draw_is_uncertain_a_run_draws_its_own_paths(seed: int) -> None:
    scenario = drawn(seed, UNCERTAIN)
    one, two = (scan(scenario, FEW, width) for width in (MANY, FEW))
    for few, own in zip(one, two, strict=True):
        for name, values in few.items():
            np.testing.assert_array_equal(values, own[name], err_msg=name)
    assert kept_streams.cache_info().currsize == 1


@pytest.mark.parametrize("seed", range(3))
def test_what_was_asked_before_does_not_tell(seed: int) -> None:
    """Of other paths, another width, and with a shape as certain as it is not."""
    scenarios = [drawn(seed), drawn(seed, UNCERTAIN)]

    def told(scenario: Scenario, width: int) -> list[bytes]:
        [result] = simulate_variants([scenario], FEW, typed=scenario, width=width)
        [offers] = value_variants([scenario], FEW)
        return [result.sums.tobytes(), *(np.array([offer.ce, offer.ce_outside, *offer.accepts]).tobytes() for offer in offers)]

    def cold(scenario: Scenario, width: int) -> list[bytes]:
        forget()
        return told(scenario, width)

    asked = [(scenario, width) for scenario in scenarios for width in (MANY, FEW)]
    fresh = [cold(*each) for each in asked]
    assert fresh[0][0] != fresh[1][0]  # other futures
    for order in (asked, asked[::-1]):
        forget()
        warm = [told(*each) for each in order]
        assert warm == (fresh if order is asked else fresh[::-1])


def test_no_run_on_the_futures_of_variants_takes_more_paths_than_a_view() -> None:
    for paths in range(2, 20_000):
        assert max(scan_paths(paths), paths_along(SENSITIVITY, paths)) <= view_paths(paths)


def test_side_runs_give_the_same_answers_in_any_order() -> None:
    """Where a scan takes fewer paths than a view."""
    data = random_scenario(10) | {"months": 24}
    data["hiring"] |= {"acceptance": {"certain": False, "intercept": 0.3, "slope": 3.0}}
    scenario = Scenario.parse(data)
    tasks = [task for task in side_runs(scenario, 320) if task.key[0] in ("map", "axis", "equal")]
    assert {task.paths for task in tasks} == {128, 256}

    def answers(order: list[Any]) -> dict[Any, str]:
        forget()
        with np.printoptions(threshold=10**9, floatmode="unique"):
            return {task.key: repr(task.run(task.scenario, task.paths)) for task in order}

    together = answers(tasks)
    assert kept_streams.cache_info().currsize == 2
    assert together == answers(tasks[::-1])
    for task in tasks[:2] + tasks[-1:]:
        assert answers([task])[task.key] == together[task.key]
