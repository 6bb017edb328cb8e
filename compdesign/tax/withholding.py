"""What an employer withholds from equity and bonus pay, and what it owes itself."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compdesign.errors import Problem, ScenarioError
from compdesign.tax.rates import check_covered, not_published, rate

Kind = Literal["stock", "bonus", "other"]


@dataclass(frozen=True)
class Withholding:
    """Dollars withheld from one supplemental payment, rounded to cents. explanation: how, line by line. notes: what is not covered."""

    payment: float
    federal: float
    social_security: float
    medicare: float
    state: float
    state_payroll: float
    explanation: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> float:
        return round(self.federal + self.social_security + self.medicare + self.state + self.state_payroll, 2)


@dataclass(frozen=True)
class EmployerTax:
    """Dollars of payroll tax the employer owes on wages of one employee."""

    social_security: float
    medicare: float
    unemployment: float
    state: float
    notes: tuple[str, ...]

    @property
    def total(self) -> float:
        return round(self.social_security + self.medicare + self.unemployment + self.state, 2)


@dataclass(frozen=True)
class NsoExercise:
    """income: the spread, wages (IRC 83(a), Reg. 1.83-7). cost: strike x shares. cash_needed: cost plus withholding, if nothing is sold."""

    income: float
    cost: float
    cash_needed: float
    withholding: Withholding


@dataclass(frozen=True)
class RsuVest:
    """income: value at vesting, wages. withheld_shares: whole shares that cover the withholding; delivered_shares the rest; cash_back: what
    the rounding up of shares withholds too much.
    """

    income: float
    withheld_shares: int
    delivered_shares: int
    cash_back: float
    withholding: Withholding


def supplemental_withholding(
    payment: float,
    year: int,
    *,
    prior_supplemental: float = 0.0,
    prior_wages: float = 0.0,
    state: str = "",
    kind: Kind = "stock",
) -> Withholding:
    """Withholding on a supplemental payment, flat-rate method (Reg. 31.3402(g)-1).

    prior_supplemental: supplemental wages paid before in the year by the employer and its group; the higher rate is for what exceeds
    $1,000,000 of these alone. prior_wages: all wages of the year before this payment, for the Social Security base and the additional
    Medicare tax, which is withheld above $200,000 whatever the filing status (IRC 3102(f)). kind: California withholds another rate on
    stock and bonus than on other supplemental pay. Raises ScenarioError for what is not covered and for negative amounts.
    """
    check_covered(year, state)
    _check_amounts(payment=payment, prior_supplemental=prior_supplemental, prior_wages=prior_wages)
    low = min(payment, max(rate("supplemental_threshold") - prior_supplemental, 0.0))
    high = payment - low
    federal = _cents(rate("supplemental_rate") * low + rate("supplemental_rate_above") * high)
    security = _cents(rate("social_security_rate") * _within(payment, prior_wages, rate(f"social_security_base_{year}")))
    threshold = rate("additional_medicare_withholding")
    above = payment - _within(payment, prior_wages, threshold)
    medicare = _cents(rate("medicare_rate") * payment + rate("additional_medicare_rate") * above)
    state_rate = {"CA": "CA_supplemental_other" if kind == "other" else "CA_supplemental_stock", "NY": "NY_supplemental"}.get(state)
    withheld = _cents(rate(state_rate) * payment) if state_rate else 0.0
    disability = _cents(rate(f"CA_disability_{year}") * payment) if state == "CA" else 0.0
    explanation = [
        f"federal: {rate('supplemental_rate'):.0%} of ${low:,.2f}"
        + (f", {rate('supplemental_rate_above'):.0%} of ${high:,.2f} above $1,000,000 of supplemental wages" if high else ""),
        f"Social Security: {rate('social_security_rate'):.1%} up to ${rate(f'social_security_base_{year}'):,} of wages",
        f"Medicare: {rate('medicare_rate'):.2%}" + (f", and {rate('additional_medicare_rate'):.1%} of ${above:,.2f}" if above else ""),
    ]
    if state_rate:
        explanation.append(f"{state}: {rate(state_rate):.2%}")
    return Withholding(payment, federal, security, medicare, withheld, disability, tuple(explanation), _notes(year, state))


def nso_exercise(shares: int, strike: float, fair_market_value: float, year: int, **paid: object) -> NsoExercise:
    """Income and withholding when NSO shares are bought. paid: the keywords of `supplemental_withholding`. Strike, value: $ a share."""
    _check_amounts(shares=shares, strike=strike, fair_market_value=fair_market_value)
    income = _cents(max(fair_market_value - strike, 0.0) * shares)
    withholding = supplemental_withholding(income, year, **paid)  # type: ignore[arg-type]
    cost = _cents(shares * strike)
    return NsoExercise(income, cost, _cents(cost + withholding.total), withholding)


def rsu_vest(shares: int, price: float, year: int, **paid: object) -> RsuVest:
    """Income and net settlement when RSU shares are delivered; price in $ a share. paid: the keywords of `supplemental_withholding`."""
    _check_amounts(shares=shares)
    if price <= 0:
        raise ScenarioError([Problem("price", f"{price} is no price", "give dollars a share above 0")])
    income = _cents(shares * price)
    withholding = supplemental_withholding(income, year, **paid)  # type: ignore[arg-type]
    needed = min(shares, math.ceil(Decimal(str(withholding.total)) / Decimal(str(price))))
    return RsuVest(income, needed, shares - needed, _cents(max(needed * price - withholding.total, 0.0)), withholding)


def employer_payroll_tax(wages: float, year: int, *, prior_wages: float = 0.0, state: str = "") -> EmployerTax:
    """The employer's own payroll tax on wages of one employee, `prior_wages` being paid before in the year (IRC 3111, 3301).

    Equity is wages when an NSO is exercised or an RSU delivered; an ISO exercise is not (IRC 3121(a)(22)).
    """
    check_covered(year, state)
    _check_amounts(wages=wages, prior_wages=prior_wages)
    training = rate("CA_employer_training_rate") * _within(wages, prior_wages, rate("futa_base")) if state == "CA" else 0.0
    return EmployerTax(
        social_security=_cents(rate("social_security_rate") * _within(wages, prior_wages, rate(f"social_security_base_{year}"))),
        medicare=_cents(rate("medicare_rate") * wages),  # the additional tax is the employee's alone
        unemployment=_cents(rate("futa_rate") * _within(wages, prior_wages, rate("futa_base"))),
        state=_cents(training),
        notes=(
            "State unemployment insurance goes by the employer's own record and federal credit reductions by state and year: not covered.",
            *_notes(year, state),
        ),
    )


def _within(payment: float, prior: float, limit: float) -> float:
    """The part of a payment that falls below a limit on the year's total."""
    return min(payment, max(limit - prior, 0.0))


def _cents(amount: float) -> float:
    return math.floor(round(amount * 100, 6) + 0.5) / 100


def _check_amounts(**amounts: float) -> None:
    problems = [
        Problem(name, f"{value} is no amount", "give a finite number, 0 or more")
        for name, value in amounts.items()
        if not 0 <= value < math.inf
    ]
    if problems:
        raise ScenarioError(problems)


def _notes(year: int, state: str) -> tuple[str, ...]:
    local = {
        "": "State withholding: not covered here.",
        "CA": "California local taxes: none on wages.",
        "NY": "New York: Yonkers and New York City withholding, disability and family leave are not covered.",
        "TX": "Texas: no withholding.",
        "WA": "Washington: no income tax withholding; paid leave and long-term care premiums are not covered.",
    }
    return (local[state], *(f"{each.title}: assumed, {each.source}." for each in not_published(year, state)))
