"""Screening, acceptance, time to fill, leaving and what leaving costs, against their exact distributions."""

from fractions import Fraction
from math import ceil, exp, floor, log, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, geom, lognorm

from compdesign.quantities import DAYS_PER_MONTH
from compdesign.simulation.tables import DISMISSED, LEFT, STAYED, Outcome
from tests.simulation.posed import by_path, posed, run, variance_within, within


def screened(prior: float, sensitivity: float, specificity: float, **more: Any) -> dict[str, Any]:
    return {
        "months": 1,
        "hiring.production_share": prior,
        "hiring.screen": {"sensitivity": sensitivity, "specificity": specificity, **more},
    }


def leaving(annual: float, **changes: Any) -> dict[str, Any]:
    return {"departure.attrition": [{"from_month": 0, "annual_probability": annual}], **changes}


# Hiring


@pytest.mark.parametrize(("prior", "sensitivity", "specificity"), [(0.4, 0.85, 0.8), (0.1, 0.6, 0.95), (0.7, 1.0, 0.3)])
def test_screening(prior: float, sensitivity: float, specificity: float) -> None:
    """Bayes posterior, and a geometric number of screenings."""
    hires = run(posed(screened(prior, sensitivity, specificity)), 3).hires
    passing = prior * sensitivity + (1 - prior) * (1 - specificity)
    within(hires.production, prior * sensitivity / passing)
    within(hires.screenings, 1 / passing)
    variance_within(hires.screenings, 1 / passing, (1 - passing) / passing**2)
    for n in (1, 2, 6):
        within(hires.screenings == n, geom.pmf(n, passing))
    within(hires.attempts, 1)


def test_an_offer_without_a_screen_meets_the_prior() -> None:
    hires = run(posed(screened(0.4, 0.9, 0.9), screened=False), 3).hires
    within(hires.production, 0.4)
    within(hires.screenings, 0)


def test_a_perfect_screen() -> None:
    hires = run(posed(screened(0.25, 1.0, 1.0)), 2).hires
    assert hires.production.all()
    within(hires.screenings, 4)


@pytest.mark.parametrize(("share", "production", "notebook"), [(0.4, 0.7, 0.2), (0.5, 0.3, 0.9), (0.8, 0.05, 0.05)])
def test_attempts(share: float, production: float, notebook: float) -> None:
    """A geometric number of offers, and of those who accept a share by Bayes."""
    scenario = posed({"months": 1, "hiring.production_share": share, "hiring.acceptance": {"certain": False}})
    hires = run(scenario, 3, (production, notebook)).hires
    accepted = share * production + (1 - share) * notebook
    within(hires.attempts, 1 / accepted)
    variance_within(hires.attempts, 1 / accepted, (1 - accepted) / accepted**2)
    within(hires.attempts == 3, geom.pmf(3, accepted))
    within(hires.production, share * production / accepted)


def test_screenings_of_all_attempts() -> None:
    """A geometric sum of geometric numbers is geometric: each screening ends the search with P(pass) P(accept | pass)."""
    scenario = posed(screened(0.4, 0.9, 0.7) | {"hiring.acceptance": {"certain": False}})
    hires = run(scenario, 3, (0.6, 0.3)).hires
    passing = 0.4 * 0.9 + 0.6 * 0.3
    posterior = 0.36 / passing
    success = passing * (posterior * 0.6 + (1 - posterior) * 0.3)
    within(hires.screenings, 1 / success)
    variance_within(hires.screenings, 1 / success, (1 - success) / success**2)
    within(hires.production, 0.36 * 0.6 / success)


@pytest.mark.parametrize(("fee", "redraw", "screening"), [(0.2, 700, 900), (0.0, 5_000, 0)])
def test_cost_of_filling_a_seat(fee: float, redraw: float, screening: float) -> None:
    """Recruiting fee on base, a fee for each decline and for each screening."""
    scenario = posed(
        screened(0.4, 0.9, 0.7, fee=screening)
        | {"hiring.acceptance": {"certain": False}, "hiring.recruiting_fee": fee, "hiring.redraw_fee": redraw}
    )
    outcome = run(scenario, 3, (0.5, 0.5))
    within(outcome.pay[6].sum(axis=0), fee * 120_000 + redraw * (1 / 0.5 - 1) + screening / (0.5 * (0.36 + 0.18)))


@pytest.mark.parametrize(("days", "spread"), [(105.0, 0.4), (45.0, 1.0)])
def test_time_to_fill(days: float, spread: float) -> None:
    """Lognormal with this mean and coefficient of variation; the start is the first of a month, not before."""
    hires = run(posed({"months": 120, "hiring.time_to_fill_days": days, "hiring.time_to_fill_spread": spread}), 3).hires
    assert len(hires.start) == 3 * 4096
    within(hires.fill_days, days)
    variance_within(hires.fill_days, days, (spread * days) ** 2)
    deviation = sqrt(log(1 + spread**2))
    for month in (2, 4):
        within(hires.start <= month, lognorm.cdf(month * DAYS_PER_MONTH, deviation, scale=days * exp(-(deviation**2) / 2)))
    assert np.array_equal(hires.start, np.ceil(hires.fill_days / DAYS_PER_MONTH))


def test_a_screening_of_a_month_each() -> None:
    """The start is half a month, rounded up, after a geometric number of months."""
    changes = screened(0.3, 1.0, 1.0, days=DAYS_PER_MONTH) | {"months": 120, "hiring.time_to_fill_days": DAYS_PER_MONTH / 2}
    outcome = run(posed(changes))
    for n in (1, 4):
        within(outcome.hires.start == n + 1, geom.pmf(n, 0.3))
    within(outcome.filled_months, 120 - 1 - 1 / 0.3)


def test_redraws_delay_the_start() -> None:
    scenario = posed({"months": 120, "hiring.acceptance": {"certain": False}, "hiring.redraw_days": 2 * DAYS_PER_MONTH})
    hires = run(scenario, 2, (0.4, 0.4)).hires
    within(hires.start, 2 * (1 / 0.4 - 1))


# Leaving

BANDS = [[(0, 0.22), (12, 0.25), (24, 0.2)], [(0, 0.05), (6, 0.6), (18, 0.1)]]


def survival(bands: list[tuple[int, float]], tenure: int) -> float:
    """Product over the bands of (1 - p)^(years in the band)."""
    ends = [start for start, _ in bands[1:]] + [10_000]
    return float(np.prod([(1 - p) ** (max(min(tenure, end) - start, 0) / 12) for (start, p), end in zip(bands, ends, strict=True)]))


def first_hires(outcome: Outcome) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first = outcome.hires.ordinal == 0
    return outcome.hires.start[first], outcome.hires.end[first], outcome.hires.reason[first]


@pytest.mark.parametrize("bands", BANDS)
def test_retention(bands: list[tuple[int, float]]) -> None:
    attrition = [{"from_month": start, "annual_probability": p} for start, p in bands]
    outcome = run(posed({"months": 36, "departure.attrition": attrition}), 3)
    _, end, reason = first_hires(outcome)
    for tenure in (6, 12, 24, 30):
        within((end > tenure) | (reason == STAYED), survival(bands, tenure))
    within(end, sum(survival(bands, month) for month in range(36)))


@pytest.mark.parametrize("start", [3, 10])
def test_bands_count_tenure_not_the_calendar(start: int) -> None:
    attrition = [{"from_month": 0, "annual_probability": 0.0}, {"from_month": 6, "annual_probability": 0.7}]
    changes = {"departure.attrition": attrition, "hiring.time_to_fill_days": start * DAYS_PER_MONTH}
    started, end, reason = first_hires(run(posed(changes)))
    assert (started == start).all()
    within((end > start + 9) | (reason == STAYED), 0.3 ** (3 / 12))
    assert (end > start + 6).all()


@pytest.mark.parametrize(
    ("links", "offer", "shift"),
    [
        ({"links.governance_drag": 0.4, "deployment.committee_delay_days": 1.5 * DAYS_PER_MONTH}, {}, 0.6),
        ({"links.pay_gap": 0.5, "candidate.outside_pay": 240_000}, {"bonus": 0.5}, 0.5 * log(240 / 180)),
        ({"links.drought": 0.1, "departure.drought_grace_months": 0, "production.build_months": 1e9}, {}, None),
        ({"links.pay_gap": 9.0, "candidate.outside_pay": 240_000}, {}, log(5)),
        ({"links.pay_gap": 9.0, "candidate.outside_pay": 60_000}, {}, -log(5)),
        ({"links.pay_gap": 1.0, "candidate.outside_pay": 0}, {}, -log(5)),
    ],
)
def test_links_shift_the_hazard(links: dict[str, Any], offer: dict[str, Any], shift: float | None) -> None:
    """Survival of a year at h e^x; of a drought of d months e^(0.1 d), d = 0 ... 11. A shift is clipped at a factor of five."""
    _, end, reason = first_hires(run(posed(leaving(0.3, months=14, **links), **offer), 3))
    years = 1.0 if shift is None else exp(shift)
    if shift is None:
        years = sum(exp(0.1 * month) for month in range(12)) / 12
    within((end > 12) | (reason == STAYED), 0.7**years)


@pytest.mark.parametrize("outside_pay", [100_000, 0])
def test_handcuff_of_a_grant(outside_pay: int) -> None:
    """x = -0.8 ln(1 + unvested beyond a year / cash), a price of $1 that never moves and a grant worth two years of cash."""
    shares = 1_000_000 + 100_000_000
    changes = leaving(0.6, months=14, **{"links.handcuff": 0.8, "candidate.outside_pay": outside_pay, "company.cash": 10.0**12})
    changes["company.recurring_revenue"], changes["company.gross_margin"] = 120_000, 1.0  # pays the one engineer
    changes["company.debt"] = 10.0**12 + 120_000 - shares  # the revenue is worth a year of itself
    grant = {"instrument": "rsu", "amount": 240_000, "vesting": {"months": 48, "cliff": 0}}
    _, end, reason = first_hires(run(posed(changes, grant=grant), 3))
    hazards = [(1 + 2 * (1 - (month + 12) / 48)) ** -0.8 for month in range(12)]
    within((end > 12) | (reason == STAYED), 0.4 ** (sum(hazards) / 12))


@pytest.mark.parametrize("annual", [0.3, 0.8])
def test_replacements_at_once(annual: float) -> None:
    """With seats filled at once every month is a trial of leaving: a binomial number of leavers."""
    outcome = run(posed(leaving(annual, months=30)), 3)
    left = by_path(outcome, outcome.hires.path[outcome.hires.reason == LEFT])
    chance = 1 - (1 - annual) ** (1 / 12)
    within(left, 30 * chance)
    variance_within(left, 30 * chance, 30 * chance * (1 - chance))
    within(left == 2, binom.pmf(2, 30, chance))
    within(outcome.filled_months, 30)


@pytest.mark.parametrize("vacant", [1, 4])
def test_vacancies(vacant: int) -> None:
    """Filled and vacant spells in turn: P(filled in month m) by recursion over the month in which the seat fell open."""
    outcome = run(posed(leaving(0.6, months=30, **{"hiring.time_to_fill_days": vacant * DAYS_PER_MONTH})), 3)
    chance = 1 - 0.4 ** (1 / 12)
    filled = np.zeros(30)
    for month in range(vacant, 30):
        filled[month] = 1 - sum(filled[max(month - vacant, 0) : month]) * chance
    within(outcome.filled_months, filled[vacant:].sum())


@pytest.mark.parametrize(
    ("shares", "months", "cliff", "every", "annual"), [(4_801, 48, 12, 1, 0.3), (1_000, 36, 6, 3, 0.6), (77, 12, 12, 12, 0.4)]
)
def test_forfeiture(shares: int, months: int, cliff: int, every: int, annual: float) -> None:
    """Who leaves in month m forfeits what has not vested on its first day; two years are seen."""
    grant = {"amount": shares, "vesting": {"months": months, "cliff": cliff, "every": every}}
    outcome = run(posed(leaving(annual), grant=grant), 3)
    first = outcome.grants.ordinal == 0
    stay = (1 - annual) ** (1 / 12)

    def vested(tenure: int) -> int:
        return floor(Fraction(shares * min(tenure // every * every, months), months) + Fraction(1, 2)) if tenure >= cliff else 0

    lost = [shares - vested(month) for month in range(24)]
    chances = [stay**month * (1 - stay) for month in range(24)]
    expected = float(np.dot(chances, lost))
    within(outcome.grants.forfeited[first], expected)
    variance_within(outcome.grants.forfeited[first], expected, float(np.dot(chances, np.square(lost))) - expected**2)
    within(outcome.grants.vested[first], shares - expected - stay**24 * (shares - vested(24)))


@pytest.mark.parametrize(("annual", "term"), [(0.5, 12), (0.2, 24)])
def test_sign_on_repaid_by_leavers(annual: float, term: int) -> None:
    """The part of the term not served; the load falls on what was paid, not on what comes back."""
    changes = leaving(annual, months=24, **{"hiring.time_to_fill_days": DAYS_PER_MONTH, "hiring.payroll_load": 0.25})
    offer = {"sign_on": 24_000, "sign_on_repayment_months": term}
    outcome = run(posed(changes, **offer), 3)
    stay = (1 - annual) ** (1 / 12)
    repaid = sum(stay ** (served - 1) * (1 - stay) * 24_000 * max(1 - served / term, 0) for served in range(1, 24))
    signed = outcome.pay[2].sum(axis=0)
    _, end, reason = first_hires(outcome)
    within(24_000 * np.maximum(1 - (end - 1) / term, 0) * (reason == LEFT), repaid)
    starts = by_path(outcome, outcome.hires.path)
    every = 24_000 * np.maximum(1 - (outcome.hires.end - outcome.hires.start) / term, 0) * (outcome.hires.reason == LEFT)
    np.testing.assert_allclose(signed, 24_000 * starts - by_path(outcome, outcome.hires.path, every))
    np.testing.assert_allclose(outcome.pay[5].sum(axis=0), 0.25 * (outcome.pay[0].sum(axis=0) + 24_000 * starts))


# Checkpoints


@pytest.mark.parametrize(("day", "staging", "annual"), [(60.0, 1.0, 0.0), (60.0, 6.0, 0.4), (200.0, 4.0, 0.2)])
def test_dismissed_for_want_of_a_staging_win(day: float, staging: float, annual: float) -> None:
    """P(exponential > day), of those who have not left by the end of that month; base of two months as severance."""
    checkpoint = {"day": day, "evidence": "staging", "action": "dismiss", "severance_months": 2}
    changes = leaving(annual, checkpoints=[checkpoint], **{"production.staging_months": staging})
    outcome = run(posed(changes), 3)
    first = outcome.hires.ordinal == 0
    date = day / DAYS_PER_MONTH
    expected = exp(-date / staging) * (1 - annual) ** (ceil(date) / 12)
    within(outcome.hires.reason[first] == DISMISSED, expected)
    within(outcome.hires.severance[first], 20_000 * expected)
    assert (outcome.hires.end[first & (outcome.hires.reason == DISMISSED)] == ceil(date)).all()


@pytest.mark.parametrize(("day", "mean", "rollback"), [(274.0, 6.0, 0.0), (274.0, 3.0, 0.4)])
def test_dismissed_for_want_of_a_release(day: float, mean: float, rollback: float) -> None:
    checkpoint = {"day": day, "evidence": "release", "action": "dismiss"}
    changes = {"checkpoints": [checkpoint], "production.build_months": mean, "deployment.rollback_probability": rollback}
    hires = run(posed(changes), 3).hires
    within(hires.reason[hires.ordinal == 0] == DISMISSED, exp(-(1 - rollback) * day / DAYS_PER_MONTH / mean))


def test_diagnosis_shortens_the_committees() -> None:
    """Nobody has a staging win by day 60, so the delay of three months falls to a quarter for builds that finish later."""
    checkpoint = {"day": 60, "governance_factor": 0.25}
    changes = {"checkpoints": [checkpoint], "production.staging_months": 1e12, "deployment.committee_delay_days": 3 * DAYS_PER_MONTH}
    waited = run(posed(changes)).hires.first_release
    for t in (2.5, 2.9, 4.0, 5.5, 9.0):
        early = max(exp(-max(t - 3, 0) / 3) - exp(-2 / 3), 0.0)
        within(waited > t, early + exp(-max(t - 0.75, 2) / 3))
