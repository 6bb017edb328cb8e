"""What an offer is worth to a candidate, and who accepts: certain jobs, binary lotteries and lognormal equity."""

from collections.abc import Callable
from math import erf, exp, expm1, log, sqrt
from typing import Any

import numpy as np
import pytest

from compdesign.simulation.valuation_run import VALUATION_PATHS, value_offers
from tests.simulation.posed import posed, run, within

R = 0.05
DISMISSED_AT_DAY_60 = [{"day": 60, "evidence": "staging", "action": "dismiss", "severance_months": 0}]


def present(annual: float, start: float, end: float, r: float = R) -> float:
    """Value today of a flow of so many $ a year between two months."""
    return annual * (end - start) / 12 if r == 0 else annual * (exp(-r * start / 12) - exp(-r * end / 12)) / r


def certain(outcomes: list[tuple[float, float]], wealth: float, aversion: float, r: float = R) -> float:
    """CE of a lottery over present values (probability, $): of W = (wealth + $) e^4r, so that discounting drops out."""
    if aversion == 1:
        return exp(sum(p * log(wealth + value) for p, value in outcomes)) - wealth
    return sum(p * (wealth + value) ** (1 - aversion) for p, value in outcomes) ** (1 / (1 - aversion)) - wealth


# Certain cash: exactly its present value, whatever the aversion


@pytest.mark.parametrize("aversion", [0.0, 1.0, 2.0, 5.0])
@pytest.mark.parametrize(("r", "growth", "bonus", "sign_on"), [(0.0, 0.0, 0.0, 0), (0.05, 0.0, 0.2, 30_000), (0.03, 0.1, 0.1, 5_000)])
def test_certain_job(aversion: float, r: float, growth: float, bonus: float, sign_on: float) -> None:
    changes = {"discount_rate": r, "candidate.risk_aversion": aversion}
    [value] = value_offers(posed(changes, base_growth=growth, bonus=bonus, sign_on=sign_on))
    pay = sum(present(120_000 * (1 + bonus) * (1 + growth) ** year, 12 * year, 12 * year + 12, r) for year in range(4))
    assert value.ce == pytest.approx(pay + sign_on, rel=1e-12)
    assert value.ce_se == pytest.approx(0, abs=1e-6)
    assert value.accept == 1


def test_certain_job_without_interest_to_the_dollar() -> None:
    [value] = value_offers(posed(sign_on=2**15, base=2**17))
    assert value.ce == 4 * 2**17 + 2**15
    assert value.ce_outside == 400_000


@pytest.mark.parametrize(("gap", "outside", "severance"), [(2, 180_000, 3), (0, 90_000, 0), (46, 10**6, 12)])
def test_dismissed_for_certain(gap: float, outside: int, severance: float) -> None:
    """Two months of pay, severance at their end, and outside pay after the gap."""
    changes = {
        "discount_rate": R,
        "checkpoints": [{**DISMISSED_AT_DAY_60[0], "severance_months": severance}],
        "production.staging_months": 1e15,
        "notebook.staging_months": 1e15,
        "candidate.outside_pay": outside,
        "candidate.search_gap_months": gap,
    }
    [value] = value_offers(posed(changes))
    expected = present(120_000, 0, 2) + severance * 10_000 * exp(-R * 2 / 12) + present(outside, 2 + gap, 48)
    assert value.ce == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("growth", "refresh"), [(0.0, 0), (0.12, 40_000)])
def test_certain_competing_job(growth: float, refresh: int) -> None:
    """Pay, sign-on, and a 48th of each equity grant a month at a price that grows for certain."""
    competing = {"base": 150_000, "bonus": 0.1, "sign_on": 20_000, "equity": 200_000, "refresh": refresh, "equity_growth": growth}
    certainly = {"annual_attrition": 0.0, "equity_volatility": 0.0}
    [value] = value_offers(posed({"discount_rate": R, "candidate.competing": competing | certainly}))
    equity = 0.0
    for granted, amount in ((0, 200_000), (12, refresh), (24, refresh), (36, refresh)):
        equity += sum(amount / 48 * exp(growth * (month - granted) / 12 - R * month / 12) for month in range(granted + 1, 49))
    assert value.ce_outside == pytest.approx(present(165_000, 0, 48) + 20_000 + equity, rel=1e-12)


@pytest.mark.parametrize("attrition", [0.2, 0.6])
def test_mean_of_a_competing_job_that_ends(attrition: float) -> None:
    competing = {"base": 150_000, "annual_attrition": attrition, "equity": 100_000, "equity_volatility": 0.4, "equity_growth": 0.1}
    changes = {"discount_rate": R, "candidate.competing": competing, "candidate.outside_pay": 90_000, "candidate.search_gap_months": 3}
    [value] = value_offers(posed(changes))
    stay = (1 - attrition) ** (1 / 12)
    lasts = [stay ** (end - 1) * (1 - stay) for end in range(1, 48)]
    pay = sum(p * (present(150_000, 0, end) + present(90_000, min(end + 3, 48), 48)) for end, p in enumerate(lasts, 1))
    pay += stay**47 * present(150_000, 0, 48)
    equity = sum(stay**month * 100_000 / 48 * exp((0.1 - R) * month / 12) for month in range(1, 49))
    within(value.outside_wealth, (100_000 + pay + equity) * exp(4 * R))


# Lotteries


@pytest.mark.parametrize("aversion", [0.0, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("chance", [0.3, 0.8])
def test_binary_lottery_of_pay(aversion: float, chance: float) -> None:
    """A round in month 6 keeps the company going; without it the job ends with month 10, for outside pay after two months."""
    changes = {
        "discount_rate": R,
        "company.cash": 105_000,
        "company.financing": [{"month": 6, "probability": chance, "amount": 10**7}],
        "candidate.risk_aversion": aversion,
        "candidate.outside_pay": 60_000,
        "candidate.search_gap_months": 2,
    }
    [value] = value_offers(posed(changes))
    stays, ends = present(120_000, 0, 48), present(120_000, 0, 11) + present(60_000, 13, 48)
    assert_within(value, lambda p: certain([(p, stays), (1 - p, ends)], 100_000, aversion), chance)


@pytest.mark.parametrize("aversion", [0.0, 1.0, 3.0])
@pytest.mark.parametrize(("hazard", "shares"), [(0.1, 400_000), (0.4, 50_000)])
def test_binary_lottery_of_an_exit(aversion: float, hazard: float, shares: int) -> None:
    """Shares vested at once pay $1 each at an exit within four years, and count for nothing without one."""
    changes = {
        "company.cash": 1e12 + 101e6,
        "company.debt": 1e12,
        "company.recurring_revenue": 120_000,  # pays the one engineer, and no more
        "company.gross_margin": 1.0,
        "company.valuation": {"multiple": 1e-9, "reversion": 0, "volatility": 0},
        "company.exit.annual_hazard": hazard,
        "candidate.risk_aversion": aversion,
    }
    grant = {"instrument": "rsu", "amount": shares, "vesting": {"months": 0, "cliff": 0}}
    [value] = value_offers(posed(changes, grant=grant))
    chance = 1 - exp(-4 * hazard)
    assert_within(value, lambda p: certain([(p, 480_000 + shares), (1 - p, 480_000)], 100_000, aversion, 0.0), chance)
    within(value.hires.equity > 0, chance)


def assert_within(value: Any, equivalent: Callable[[float], float], chance: float) -> None:
    """CE within 4 standard errors, those of the frequency of the better outcome by the delta method; its own error about as large."""
    slope = (equivalent(chance + 1e-6) - equivalent(chance - 1e-6)) / 2e-6
    error = slope * sqrt(chance * (1 - chance) / VALUATION_PATHS)
    assert abs(value.ce - equivalent(chance)) <= 4 * error
    assert 0.5 < value.ce_se / error < 1.7  # a jackknife over 32 groups knows its error to an eighth


LOGNORMAL = {
    "discount_rate": R,
    "company.cash": 2.0**30,
    "company.debt": 2.0**30,
    "company.recurring_revenue": 3_000_000,
    "company.capitalization": {"common_shares": 900_000, "pool_available": 100_000},
    "candidate.wealth": 1e-6,
    "candidate.unexited_weight": 1.0,
}
"""A share at $3 now whose price is lognormal, beside pay and wealth of nothing."""


def lognormal(volatility: float, aversion: float, **grant: Any) -> Any:
    valuation = {"multiple": 1.0, "reversion": 0.0, "volatility": volatility}
    at_once = {"amount": 50_000, "vesting": {"months": 0, "cliff": 0}, **grant}
    [value] = value_offers(
        posed({**LOGNORMAL, "company.valuation": valuation, "candidate.risk_aversion": aversion}, base=2.0**-30, grant=at_once)
    )
    return value


@pytest.mark.parametrize("aversion", [0.0, 0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("volatility", [0.2, 0.5])
def test_lognormal_equity(aversion: float, volatility: float) -> None:
    """E price = $3 and log variance 4 s^2: CE = e^-4r 150,000 exp(-g 4 s^2 / 2), its error by the moments of the lognormal."""
    value = lognormal(volatility, aversion, instrument="rsu")
    variance, power = 4 * volatility**2, 1 - aversion
    exact = exp(-4 * R) * 150_000 * exp(-aversion * variance / 2)
    relative = sqrt(variance) if power == 0 else sqrt(expm1(power**2 * variance)) / abs(power)
    assert abs(value.ce - exact) <= 4 * exact * relative / sqrt(VALUATION_PATHS)
    assert 0.4 < value.ce_se / (exact * relative / sqrt(VALUATION_PATHS)) < 2.0


@pytest.mark.parametrize("volatility", [0.3, 0.6])
def test_mean_of_options_at_the_money(volatility: float) -> None:
    """E max(P - 3, 0) = 3 (2 Phi(s sqrt(t) / 2) - 1) of a price without drift."""
    value = lognormal(volatility, 0.0, instrument="nso")
    within(value.hires.equity, 150_000 * erf(volatility / sqrt(2)), 4)
    assert value.ce == pytest.approx(exp(-4 * R) * float(value.weights @ value.hires.equity), rel=1e-6)


# Acceptance


def by_type(selection: float, aversion: float = 2.0, share: float = 0.4) -> dict[str, Any]:
    """Production-minded people keep the job for certain, notebook ones lose it after two months for certain."""
    return {
        "discount_rate": R,
        "checkpoints": DISMISSED_AT_DAY_60,
        "notebook.staging_months": 1e15,
        "hiring.production_share": share,
        "hiring.screen": {"sensitivity": 0.9, "specificity": 0.6},
        "hiring.acceptance": {"certain": False, "intercept": 0.3, "slope": 3.0},
        "links.selection": selection,
        "candidate.risk_aversion": aversion,
        "candidate.outside_pay": 40_000,
    }


@pytest.mark.parametrize(("selection", "aversion"), [(0.0, 2.0), (0.0, 1.0), (1.0, 2.0), (0.35, 3.0)])
def test_acceptance_and_selection(selection: float, aversion: float) -> None:
    """Each type expects its own outcome with weight kappa, else the mix after the screen; of those who accept a share by Bayes."""
    scenario = posed(by_type(selection, aversion))
    [value] = value_offers(scenario)
    keeps, loses = present(120_000, 0, 48), present(120_000, 0, 2) + present(40_000, 2, 48)
    passed = 0.4 * 0.9 / (0.4 * 0.9 + 0.6 * 0.4)

    def accepts(own: float) -> float:
        believed = selection * own + (1 - selection) * passed
        ce = certain([(believed, keeps), (1 - believed, loses)], 100_000, aversion)
        return 1 / (1 + exp(-0.3 - 3 * log(ce / present(100_000, 0, 48))))

    production, notebook = accepts(1.0), accepts(0.0)
    assert value.accept_production == pytest.approx(production, rel=1e-9)
    assert value.accept_notebook == pytest.approx(notebook, rel=1e-9)
    assert value.accept == pytest.approx(passed * production + (1 - passed) * notebook, rel=1e-9)
    mix = passed * production / value.accept
    assert value.mix == pytest.approx(mix, rel=1e-9)
    assert value.ce == pytest.approx(certain([(mix, keeps), (1 - mix, loses)], 100_000, aversion), rel=1e-9)
    hires = run(scenario, 2, (value.accept_production, value.accept_notebook)).hires
    first = hires.ordinal == 0
    within(hires.production[first], mix)
    within(hires.attempts[first], 1 / value.accept)


@pytest.mark.parametrize(("base", "intercept"), [(100_000, 0.0), (100_000, 1.5), (200_000, 0.0), (25_000, -1.0)])
def test_odds_of_acceptance(base: int, intercept: float) -> None:
    """Log odds b0 + 3 ln(base / 100,000) where both jobs pay for certain: a power of the ratio of pay."""
    acceptance = {"certain": False, "intercept": intercept, "slope": 3.0}
    [value] = value_offers(posed({"hiring.acceptance": acceptance, "discount_rate": R}, base=base))
    odds = exp(intercept) * (base / 100_000) ** 3
    assert value.accept == pytest.approx(odds / (1 + odds), rel=1e-9)
    assert value.accept_se == pytest.approx(0, abs=1e-9)


def test_equal_offers_are_accepted_alike_by_their_types() -> None:
    """Nothing the types live through differs, so knowing one's type changes nothing."""
    changes = by_type(1.0) | {"checkpoints": []}
    [value] = value_offers(posed(changes))
    assert value.accept_production == pytest.approx(value.accept_notebook, rel=1e-12)
    assert value.mix == pytest.approx(0.36 / 0.6, rel=1e-9)
    assert np.ptp(value.hires.wealth) == 0
