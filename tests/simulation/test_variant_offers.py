"""Acceptance of variants: the main run's where nothing is changed, exact where luck drops out of the change, and less in error than
variants valued alone on four times the paths.
"""

from math import exp, log
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.acceptance_error import leaning
from compdesign.metrics.equal_terms import at_equal_acceptance
from compdesign.simulation import run, variant_offers
from compdesign.simulation.parameters import with_value
from compdesign.simulation.valuation_run import value_offers, value_variants
from compdesign.simulation.variant_offers import log_odds, log_worth
from tests.simulation.posed import posed
from tests.simulation.scenarios import random_scenario

FEW, SLOPE = 64, 3.0
ODDS = {"certain": False, "intercept": 0.3, "slope": SLOPE}
HAZARD, RARER, SHARES = 0.2, 0.18, 200_000


def lottery(**changes: Any) -> Scenario:
    """Shares vested at once pay $1 each at an exit within four years, and count for nothing without one; a structure of pay beside it."""
    company = {
        "company.cash": 1e12 + 101e6,
        "company.debt": 1e12,
        "company.recurring_revenue": 120_000,
        "company.gross_margin": 1.0,
        "company.valuation": {"multiple": 1e-9, "reversion": 0, "volatility": 0},
        "company.exit.annual_hazard": HAZARD,
        "hiring.acceptance": ODDS,
    }
    grant = {"instrument": "rsu", "amount": SHARES, "vesting": {"months": 0, "cliff": 0}}
    data = posed(company | changes, grant=grant, base=90_000).model_dump()
    return Scenario.parse(data | {"offers": [data["offers"][0], data["offers"][0] | {"name": "pay", "grant": None}]})


def drawn(seed: int) -> Scenario:
    data = random_scenario(seed)
    data["hiring"]["acceptance"] = ODDS
    return Scenario.parse(data)


def in_full(scenario: Scenario) -> Any:
    return np.array([logit(offer.accepts) for offer in value_offers(scenario)])


@pytest.mark.parametrize("seed", range(4))
def test_at_the_value_typed_a_scan_accepts_as_the_main_run_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else stands in the scan, and on how many paths."""
    scenario, asked, whole = drawn(seed), [], run._side_by_side

    def told(each: list[run.Asked], **options: Any) -> Any:
        asked.append(each[-1])
        return whole(each, **options)

    monkeypatch.setattr(run, "_side_by_side", told)
    moved = with_value(scenario, "links.selection", 0.123 + seed)
    run.simulate_variants([moved, scenario], 48, typed=scenario)
    for (_, accepts), offer in zip(asked, value_offers(scenario), strict=True):
        assert accepts == pytest.approx(offer.accepts, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_who_leans_by_a_quarter_has_odds_that_differ_by_a_quarter(seed: int) -> None:
    scenario = drawn(seed)
    down, up = log_odds(leaning(scenario), scenario, FEW)
    assert down == pytest.approx(in_full(scenario) - 0.25, abs=1e-9)
    assert up == pytest.approx(in_full(scenario) + 0.25, abs=1e-9)


@pytest.mark.parametrize("aversion", [0.0, 1.0, 3.0])
def test_a_share_alone_at_four_times_the_price_is_worth_four_times_as_much(aversion: float) -> None:
    """Constant relative aversion is homogeneous: beside no pay and no wealth the price's luck drops out of ln CE, on however few paths."""
    changes = {
        "company.cash": 2.0**30,
        "company.debt": 2.0**30,
        "company.recurring_revenue": 3_000_000,
        "company.capitalization": {"common_shares": 900_000, "pool_available": 100_000},
        "company.valuation": {"multiple": 1.0, "reversion": 0.0, "volatility": 0.5},
        "candidate.wealth": 1e-6,
        "candidate.unexited_weight": 1.0,
        "candidate.risk_aversion": aversion,
        "hiring.acceptance": ODDS,
    }
    scenario = posed(changes, base=2.0**-30, grant={"instrument": "rsu", "amount": 50_000, "vesting": {"months": 0, "cliff": 0}})
    dearer = with_value(scenario, "company.valuation.multiple", 4.0)
    assert log_odds([dearer], scenario, FEW)[0] == pytest.approx(in_full(scenario) + SLOPE * log(4), abs=1e-6)
    [worth] = value_offers(scenario)
    assert log_worth([dearer], scenario, FEW)[0, 0] == pytest.approx(log(4 * worth.ce / worth.ce_outside), abs=1e-6)
    [[alone]] = value_variants([dearer], FEW)
    assert abs(logit(alone.accept) - (in_full(scenario)[0, 0] + SLOPE * log(4))) > 0.01


def test_its_error_is_less_than_that_of_four_times_the_paths_alone() -> None:
    """Against the closed form of a lottery, over forty seeds: no bias, and closer. Exits a tenth rarer; a fifth
    more pay. (What changes the luck itself a great deal is told no better: half as many exits are not.)
    """

    def exact(base: float, hazard: float) -> float:
        chance, pay = 1 - exp(-4 * hazard), 100_000 + 4 * base
        ce = 1 / (chance / (pay + SHARES) + (1 - chance) / pay) - 100_000
        return 0.3 + SLOPE * log(ce / 400_000)

    few, alone, wanted = [], [], [exact(90_000, RARER), exact(108_000, HAZARD)]
    for seed in range(40):
        typed = lottery(seed=seed)
        variants = [with_value(typed, "company.exit.annual_hazard", RARER), with_value(typed, "offers[0].base", 108_000.0)]
        few.append(log_odds(variants, typed, FEW)[:, 0, 0] - wanted)
        by_itself = value_variants(variants, 4 * FEW)
        alone.append([logit(offers[0].accept_production) - each for offers, each in zip(by_itself, wanted, strict=True)])
    of_few, of_alone = (np.sqrt((np.array(each) ** 2).mean(axis=0)) for each in (few, alone))
    print(f"root mean square errors of log odds: {of_few} against {of_alone}")
    assert (of_few < of_alone).all()
    assert (np.abs(np.mean(few, axis=0)) < 4 * of_few / 40**0.5).all()


@pytest.mark.parametrize(("before", "after"), [(-1e4, 0.3), (1e4, 0.3), (0.3, -1e4), (0.3, 1e4), (-1e4, 1e4)])
def test_where_there_are_no_odds_to_change_the_variant_is_valued_in_full(before: float, after: float) -> None:
    """Nobody or everybody accepts as typed, or in the variant."""
    typed, variant = (lottery(**{"hiring.acceptance": ODDS | {"intercept": each}}) for each in (before, after))
    found = log_odds([variant, typed], typed, FEW)
    np.testing.assert_allclose(found, [in_full(variant), in_full(typed)], rtol=1e-12)
    np.testing.assert_allclose(expit(found[0]), [offer.accepts for offer in value_offers(variant)], rtol=1e-12)


def test_only_the_structure_without_odds_is_valued_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first would pay for the job; the other is valued on few paths as ever."""
    typed = with_value(lottery(), "offers[0].base", 0.0)
    typed = with_value(typed, "offers[0].grant", None)
    variant = with_value(typed, "offers[0].base", 90_000.0)
    asked: list[tuple[int, int]] = []

    def counted(variants: list[Scenario], paths: int) -> Any:
        asked.append((len(variants[0].offers), paths))
        return value_variants(variants, paths)

    monkeypatch.setattr(variant_offers, "value_variants", counted)
    np.testing.assert_allclose(log_odds([variant], typed, FEW)[0], in_full(variant), rtol=1e-12)
    assert sorted(asked) == [(1, 1_024), (2, FEW), (2, 1_024)]


def test_what_is_worth_nothing_has_no_factor_and_what_has_no_rival_any() -> None:
    """Every offer accepted: worth is compared, and only where there is any."""
    sure = lottery(**{"hiring.acceptance": {"certain": True}})
    assert np.isfinite(log_worth([sure], sure, FEW)).all()
    unrivalled = with_value(sure, "candidate.competing.base", 0.0)
    assert (log_worth([unrivalled], unrivalled, FEW) == np.inf).all()
    unpaid = with_value(sure, "offers[1].base", 0.0)
    assert log_worth([unpaid, sure], sure, FEW)[0, 1] == -np.inf
    assert at_equal_acceptance(unpaid, 64).missed == ("pay",)
