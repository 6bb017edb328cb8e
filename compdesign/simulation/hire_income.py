"""What the tax authorities see of the first hire of each seat: income of each year by how it is taxed."""

from dataclasses import dataclass, fields

import numpy as np

from compdesign.inputs.candidate import CandidateTax
from compdesign.inputs.offers import Grant, Offer, RefreshRule
from compdesign.inputs.scenario import Scenario
from compdesign.model.vesting import vested_shares
from compdesign.model.wealth import flow, months_by_year, year_of
from compdesign.quantities import MONTHS_PER_YEAR, BoolArray, FloatArray, IntArray, PerPath, at_paths
from compdesign.simulation.first_equity import HORIZON, FirstEquity
from compdesign.simulation.rules import OPTIONS
from compdesign.simulation.tables import LEFT, Outcome
from compdesign.tax.annual import annual_tax
from compdesign.tax.rates import rates_year

YEARS = HORIZON // MONTHS_PER_YEAR
ISO_AFTER_LEAVING = 3
"""Months after employment within which an ISO must be exercised to stay one (IRC 422(a)(2))."""
APPROXIMATIONS = (
    "Each twelve months from the as-of date are taxed as a calendar year, the tax paid evenly over it; what falls on its last day belongs to it.",
    "Options are exercised where the model has them exercised, otherwise sold on the day of the exit; the $100,000 limit on ISOs is not applied; no 83(b) election; "
    "losses save no tax; wealth brought along earns untaxed interest; value counted without an exit is taxed as if it were sold at month 48.",
)


@dataclass(frozen=True)
class Income:
    """Dollars, float64[year, person], by the keywords of annual_tax; wages hold all that bears payroll tax."""

    wages: FloatArray
    iso_spread: FloatArray
    disqualifying_income: FloatArray
    long_term_gain: FloatArray

    @classmethod
    def none(cls, people: int) -> "Income":
        return cls(*(np.zeros((YEARS, people)) for _ in fields(cls)))


def first_tax_year(scenario: Scenario, tax: CandidateTax) -> int:
    """The tax year of the first twelve months."""
    return scenario.as_of.year if tax.first_year is None else tax.first_year


def tax_at_horizon(income: Income, tax: CandidateTax, first_year: int, r: PerPath) -> FloatArray:
    """Value at month 48 of the taxes of all years, $, float64[person]; each year's tax is paid evenly over the year."""
    total: FloatArray = np.zeros(income.wages.shape[1])
    for year in range(YEARS):
        of_year = {each.name: getattr(income, each.name)[year] for each in fields(income)}
        due = annual_tax(**of_year, year=rates_year(first_year + year)[0], state=tax.state or "", filing=tax.filing).total
        total += flow(due / MONTHS_PER_YEAR, MONTHS_PER_YEAR * year, MONTHS_PER_YEAR * (year + 1), HORIZON, r)
    return total


def tax_notes(scenario: Scenario) -> tuple[str, ...]:
    """What the estimates after tax leave out or assume, to be shown with them; none where everything is before tax."""
    tax = scenario.candidate.tax
    if tax is None:
        return ()
    notes: dict[str, None] = {}
    for year in range(YEARS):
        stands_in, assumed = rates_year(first_tax_year(scenario, tax) + year)
        estimate = annual_tax(0.0, year=stands_in, state=tax.state or "", filing=tax.filing)
        notes |= dict.fromkeys([*estimate.notes, *filter(None, [assumed])])
    return (*notes, *APPROXIMATIONS)


def hire_income(
    scenario: Scenario, offer: Offer, outcome: Outcome, index: IntArray, first: BoolArray, end: FloatArray, equity: FirstEquity
) -> Income:
    """Income of the first hires. first: their rows of the hire table; end: month their pay ends; index[seat, path]: their places."""
    hires, awards = outcome.hires, outcome.cash_awards
    people, path = np.arange(len(end)), hires.path[first]
    income = Income.none(len(end))
    candidate, wages = scenario.candidate, income.wages
    raised = at_paths(offer.base, path) * (1 + offer.base_growth) ** np.arange(YEARS)[:, None]
    wages += months_by_year(0.0, end, YEARS) * raised * (1 + offer.bonus) / MONTHS_PER_YEAR
    away = end + at_paths(candidate.search_gap_months, path)
    wages += months_by_year(away, float(HORIZON), YEARS) * at_paths(candidate.outside_pay, path) / MONTHS_PER_YEAR
    wages[0] += offer.sign_on
    wages[year_of(end, YEARS), people] += hires.severance[first]
    mine = awards.ordinal == 0
    whose = index[awards.seat[mine].astype(int), awards.path[mine].astype(int)]
    np.add.at(wages, (year_of(awards.month[mine] + 1, YEARS), whose), awards.dollars[mine])
    if offer.sign_on_repayment_months:
        unserved = np.maximum(1 - end / offer.sign_on_repayment_months, 0) * (hires.reason[first] == LEFT)
        wages[year_of(end, YEARS), people] -= offer.sign_on * unserved
        np.maximum(wages, 0.0, out=wages)
    for rule in np.unique(outcome.grants.rule[equity.rows]):
        of_rule = outcome.grants.rule[equity.rows] == rule
        terms = offer.grant if rule < 0 else offer.refresh[int(rule)]
        if terms is None:
            continue
        if terms.instrument in OPTIONS:
            _options(income, terms, outcome, equity, of_rule, end)
        elif terms.instrument == "rsu_double_trigger":
            _add(wages, equity.at, equity.hire, equity.vested * equity.price * equity.weight, of_rule)
        else:
            _shares(income, terms, outcome, equity, of_rule)
    return income


def _add(target: FloatArray, time: PerPath, hire: IntArray, dollars: FloatArray, chosen: BoolArray) -> None:
    np.add.at(target, (year_of(time[chosen], YEARS), hire[chosen]), dollars[chosen])


def _options(
    income: Income, terms: Grant | RefreshRule, outcome: Outcome, equity: FirstEquity, of_rule: BoolArray, end: FloatArray
) -> None:
    """Exercised and sold at the path's end, or exercised when the window closes and sold then."""
    upfront = isinstance(terms, RefreshRule) and terms.mode == "upfront"
    granted = np.zeros(len(equity.rows)) if upfront else outcome.grants.month[equity.rows]
    gain = equity.vested * np.maximum(equity.price - equity.strike, 0.0) * equity.weight
    exercised = np.where(equity.must_decide, equity.last, equity.at)
    iso = of_rule & (terms.instrument == "iso") & (exercised - end[equity.hire] <= ISO_AFTER_LEAVING)
    nso = of_rule & ~iso
    at_once = ~equity.must_decide
    # Sold on the day of exercise: an NSO's spread is wages (IRC 83(a)); an ISO's is disqualifying (IRC 421(b)), without payroll tax.
    _add(income.wages, equity.at, equity.hire, gain, nso & at_once)
    _add(income.disqualifying_income, equity.at, equity.hire, gain, iso & at_once)
    spread = equity.vested * np.maximum(equity.deciding - equity.strike, 0.0)
    year_on = equity.at - equity.last > MONTHS_PER_YEAR
    _add(income.wages, equity.last, equity.hire, spread, nso & equity.buys)
    since = equity.vested * np.maximum(equity.price - np.maximum(equity.deciding, equity.strike), 0.0) * equity.weight
    _gain(income, equity, since, year_on, nso & equity.buys)
    other_year = year_of(equity.last, YEARS) != year_of(equity.at, YEARS)
    _add(income.iso_spread, equity.last, equity.hire, spread, iso & equity.buys & other_year)  # IRC 56(b)(3)
    qualifying = year_on & (equity.at - granted > 2 * MONTHS_PER_YEAR)  # IRC 422(a)(1)
    ordinary = np.where(qualifying, 0.0, np.minimum(spread * equity.weight, gain))  # IRC 422(c)(2)
    _add(income.disqualifying_income, equity.at, equity.hire, ordinary, iso & equity.buys)
    _gain(income, equity, gain - ordinary, year_on, iso & equity.buys)


def _gain(income: Income, equity: FirstEquity, gain: FloatArray, long: BoolArray, chosen: BoolArray) -> None:
    """A capital gain at the path's end. A short-term one is taxed like ordinary income without payroll tax (IRC 1222)."""
    _add(income.long_term_gain, equity.at, equity.hire, gain, chosen & long)
    _add(income.disqualifying_income, equity.at, equity.hire, gain, chosen & ~long)


def _shares(income: Income, terms: Grant | RefreshRule, outcome: Outcome, equity: FirstEquity, of_rule: BoolArray) -> None:
    """Wages as shares vest, at that day's value (IRC 83(a)); what they gain from then to the path's end is a capital gain."""
    place = np.flatnonzero(of_rule)
    rows, path, hire, at = equity.rows[place], equity.path[place], equity.hire[place], equity.at[place]
    grants, vesting, vested = outcome.grants, terms.vesting, equity.vested[place]
    counted, basis = np.zeros((2, len(place))), np.zeros((2, len(place)))
    before = np.zeros(len(place))
    for month in range(HORIZON + 1):
        tenure = month - grants.vesting_start[rows]
        so_far = np.minimum(
            vested_shares(grants.shares[rows], tenure, vesting.months, vesting.cliff, vesting.every, vesting.allocation), vested
        )
        now = np.where(month >= at, vested, np.where(month >= grants.month[rows], so_far, 0.0))  # a change of control vests at the end
        worth = (now - before) * np.where(month == at, equity.price[place], outcome.price_by[month, path])
        np.add.at(income.wages, (year_of(month, YEARS), hire), worth)
        long = (at - month > MONTHS_PER_YEAR).astype(int)
        counted[long, np.arange(len(place))] += now - before
        basis[long, np.arange(len(place))] += worth
        before = now
    gains = np.maximum(counted * equity.price[place] - basis, 0.0) * equity.weight[place]
    year = year_of(at, YEARS)
    np.add.at(income.disqualifying_income, (year, hire), gains[0])
    np.add.at(income.long_term_gain, (year, hire), gains[1])
