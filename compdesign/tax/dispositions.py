"""Selling ISO shares: holding periods, and what is wages or capital gain (IRC 421, 422)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compdesign.errors import Problem, ScenarioError


@dataclass(frozen=True)
class Disposition:
    """A sale of ISO shares. qualifying_after: last day on which a sale is disqualifying. ordinary_income: not subject to withholding or
    payroll tax (IRC 421(b), 3121(a)(22)). capital_gain: negative for a loss. long_term: the gain is, held for more than a year.
    amt_adjustment: to AMT income of the sale's year, negative, where the exercise of an earlier year had added the spread.
    """

    qualifying: bool
    qualifying_after: date
    ordinary_income: Decimal
    capital_gain: Decimal
    long_term: bool
    amt_adjustment: Decimal
    explanation: str


def iso_disposition(
    *,
    granted: date,
    exercised: date,
    sold: date,
    shares: int,
    strike: Decimal | int | str,
    value_at_exercise: Decimal | int | str,
    sale_price: Decimal | int | str,
) -> Disposition:
    """What a sale of ISO shares is taxed as; strike, value and price in dollars a share.

    Qualifying: sold neither within two years of the grant nor within one year of the transfer (IRC 422(a)(1)); the anniversary itself is
    within the period. Disqualifying: the spread at exercise is ordinary income, at most the gain on a sale (IRC 422(c)(2)). A sale that
    would not recognise a loss (to a related person, a wash sale) is not covered. Raises ScenarioError for dates out of order.
    """
    if not granted <= exercised <= sold:
        raise ScenarioError([Problem("dates", f"{granted}, {exercised}, {sold} are out of order", "grant, then exercise, then sale")])
    paid, worth, got = (Decimal(each) * shares for each in (strike, value_at_exercise, sale_price))
    one, two = _years_after(exercised, 1), _years_after(granted, 2)
    last = max(one, two)
    spread = max(worth - paid, Decimal(0))
    adjustment = -spread if exercised.year < sold.year else Decimal(0)
    if sold > last:
        why = f"sold after {last}, two years from grant ({two}) and one from exercise ({one}) having passed: all of it long-term gain"
        return Disposition(True, last, Decimal(0), got - paid, True, adjustment, why)
    ordinary = min(spread, max(got - paid, Decimal(0)))
    why = f"sold by {last}: the spread at exercise, ${spread:,.2f}, is ordinary income" + (
        f", at most the gain of ${max(got - paid, Decimal(0)):,.2f} (IRC 422(c)(2))" if ordinary < spread else ""
    )
    return Disposition(False, last, ordinary, got - paid - ordinary, sold > one, adjustment, why)


def _years_after(day: date, years: int) -> date:
    """The anniversary; of 29 February in other years the 28th."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) and years % 4 else day.day)
