"""What cannot touch a structure is left out of what is asked about it, to the same bits; and what was asked is not asked again."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.simulation import run, valuation_run
from compdesign.simulation.path_values import scan_values
from compdesign.simulation.questions import Answers, apart_from_price, bearing_on
from tests.simulation.scenarios import random_scenario

PATHS = 64
SEEDS = range(12)


def scenario_of(seed: int, **links: float) -> Scenario:
    data = random_scenario(seed)
    data["candidate"]["tax"] = {"state": "CA", "filing": "single"}
    scenario = Scenario.parse(data)
    stated = {"margin_sensitivity": 2.0, "handcuff": 0.3, "pay_gap": 0.4, "drought": 0.02, "gaming": 0.7, "selection": 0.6}
    return scenario.model_copy(update={"links": scenario.links.model_copy(update=stated | links)})


def in_cash(scenario: Scenario) -> Scenario:
    """The same structures with no equity: no new-hire grant, and every refresh rule paid in cash."""
    cash = {"instrument": "cash", "unit": "dollars", "award": 20_000.0, "cap": 90_000.0, "cap_per_year": None}
    changes: list[dict[str, Any]] = [
        {
            "grant": None,
            "refresh_cap_shares": None,
            "refresh": tuple(rule.model_copy(update=cash) for rule in offer.refresh),
        }
        for offer in scenario.offers
    ]
    offers = (offer.model_copy(update=each) for offer, each in zip(scenario.offers, changes, strict=True))
    return scenario.model_copy(update={"offers": tuple(offers)})


def alone(scenario: Scenario, index: int) -> Scenario:
    return scenario.model_copy(update={"offers": (scenario.offers[index],)})


def assert_same_answers(whole: Scenario, less: Scenario) -> None:
    """The same values of every path of a scan, and the same first hires and competing offer, to the last bit."""
    accepts = (0.7, 0.4)
    [one], [two] = (run._in_one_go([(each, accepts)], PATHS, PATHS, scan_values) for each in (whole, less))
    for name, values in one.items():
        np.testing.assert_array_equal(values, two[name], err_msg=name)
    [one_life], [two_life] = (valuation_run._lived([each.model_copy(update={"months": 48})], PATHS) for each in (whole, less))
    for field in fields(one_life.hires):
        np.testing.assert_array_equal(getattr(one_life.hires, field.name), getattr(two_life.hires, field.name), err_msg=field.name)
    np.testing.assert_array_equal(one_life.chooser.outside, two_life.chooser.outside)
    np.testing.assert_array_equal(one_life.chooser.outside_tax, two_life.chooser.outside_tax)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_an_answer_to_the_incentive_links_off_are_the_links_as_stated(seed: int) -> None:
    for scenario in (scenario_of(seed, incentive=0.0), scenario_of(seed, incentive=0.8)):
        for index, offer in enumerate(scenario.offers):
            less = bearing_on(scenario, index)
            assert less.links.selection == 0
            assert (less.links.gaming == 0) == (not offer.refresh or scenario.links.incentive == 0)
            assert_same_answers(alone(scenario, index), less)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_holds_no_share_is_not_touched_by_its_price(seed: int) -> None:
    scenario = in_cash(scenario_of(seed, incentive=0.8))
    for index in range(len(scenario.offers)):
        whole = alone(scenario, index)
        less = apart_from_price(whole)
        assert less.company.valuation != whole.company.valuation
        assert_same_answers(whole, less)


def test_who_holds_shares_is_asked_with_their_price() -> None:
    for seed in SEEDS:
        scenario = scenario_of(seed)
        for index, offer in enumerate(scenario.offers):
            if offer.grant or any(rule.instrument != "cash" for rule in offer.refresh):
                assert apart_from_price(alone(scenario, index)) == alone(scenario, index)


def test_one_question_is_answered_once_and_what_was_not_asked_for_longest_is_forgotten() -> None:
    asked: list[list[str]] = []

    def answered(questions: list[str]) -> list[str]:
        asked.append(questions)
        return [question.upper() for question in questions]

    answers: Answers[str] = Answers(3)
    assert answers.to(["a", "b", "a"], [1, 2, 1], answered) == ["A", "B", "A"]
    assert answers.to(["b", "c"], [2, 3], answered) == ["B", "C"]
    assert answers.to(["d", "a"], [4, 1], answered) == ["D", "A"]
    assert answers.to(["a", "c"], [1, 3], answered) == ["A", "C"]
    assert answers.to(["b"], [2], answered) == ["B"]  # all others were asked for since
    assert asked == [["a", "b"], ["c"], ["d"], ["b"]]
    assert Answers[str](0).to(["a", "a"], [1, 1], answered) == ["A", "A"]


class Slow:
    """A key on whose comparison another thread gets its turn."""

    def __init__(self, told: int) -> None:
        self.told = told

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        time.sleep(1e-6)
        return isinstance(other, Slow) and self.told == other.told


def test_threads_share_answers() -> None:
    """One forgets what another has just found: each still gets its own answer."""
    answers: Answers[int] = Answers(2)

    def told(key: int) -> int:
        [found] = answers.to([key], [Slow(key)], lambda new: [each + 10 for each in new])
        return found

    keys = list(range(4)) * 100
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(told, keys)) == [key + 10 for key in keys]
