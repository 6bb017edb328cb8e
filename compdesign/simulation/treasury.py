"""Cash, shares and the price of a share of one structure; axis ``path``."""

import numpy as np

from compdesign.inputs.company import Financing
from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.capitalization import MINIMUM_PRICE, common_price, pool_increase, round_shares
from compdesign.quantities import BASIS_POINTS, BoolArray, FloatArray
from compdesign.simulation.company_path import CompanyPath, months_until
from compdesign.simulation.month_values import MonthBooks
from compdesign.simulation.tables import COMPONENTS

ROW = {name: index for index, name in enumerate(COMPONENTS)}


class Treasury:
    """Balances that carry over from month to month, and the books of pay. months_kept: books to fill month by month, if wanted."""

    def __init__(self, scenario: Scenario, offer: Offer, course: CompanyPath, months_kept: MonthBooks | None = None) -> None:
        company, paths, months = scenario.company, course.revenue.shape[1], scenario.months
        capitalization = company.capitalization
        self.scenario, self.offer, self.course, self.months_kept = scenario, offer, course, months_kept
        self.cash: FloatArray = np.ones(paths) * company.cash
        self.opening = self.cash
        self.pool = np.full(paths, float(capitalization.pool_available))
        self.preferred = np.full(paths, float(capitalization.preferred_shares))
        self.preference = np.full(paths, float(capitalization.liquidation_preference))
        self.diluted = self.pool + self.preferred + capitalization.common_shares
        self.topped_up = np.zeros(paths)
        self.pay = np.zeros((len(COMPONENTS), (months + 11) // 12, paths))
        self.present_pay = np.zeros(paths)
        self.ga_delay = np.zeros(paths)
        self.margin_cash = np.zeros(paths)
        self._month = np.zeros((len(COMPONENTS), paths))
        self._margin_shift: list[FloatArray] = []  # summed from the first month on
        self._margin = np.zeros(((months + 11) // 12, 2, paths))
        self._planned = months_until(scenario)

    def price(self, month: int) -> FloatArray:
        """Common value per share at the start of `month`."""
        return self._price(self.course.value[month])

    def exit_price(self, month: int) -> FloatArray:
        """Common value per share in an exit at the end of `month`."""
        return self._price(self.course.value[month + 1] * self.course.exit_factor)

    def _price(self, enterprise: FloatArray) -> FloatArray:
        sensitivity = self.scenario.links.margin_sensitivity
        if np.any(sensitivity) and self._margin_shift:
            last, before = self._margin_shift[-1], self._margin_shift[-13] if len(self._margin_shift) > 12 else 0.0
            enterprise = enterprise * np.exp(sensitivity * (last - before) / 12)
        value = np.maximum(enterprise + self.cash - self.scenario.company.debt, 0)
        return common_price(value, self.diluted, self.preferred, self.preference)

    def finance(self, month: int, price: FloatArray, ga: FloatArray, alive: BoolArray) -> None:
        """Rounds and pool top-ups of the month; sets the opening balance."""
        for index, planned in enumerate(self.scenario.company.financing):
            if planned.month == month:
                closes = alive & self.course.closes[index].astype(bool)
                if planned.condition == "after_ga":
                    closes &= ga < month
                self._close_round(planned, price, closes)
        for top_up in self.scenario.company.capitalization.top_ups:
            if top_up.month == month:
                self._raise_pool(np.where(alive, pool_increase(self.pool, self.diluted, top_up.target, 0.0), 0.0))
        self.opening = self.cash.copy()
        self._month[:] = 0

    def _close_round(self, planned: Financing, price: FloatArray, closes: BoolArray) -> None:
        amount = np.where(closes, planned.amount, 0.0)
        per_share = np.maximum(price * (1.0 if planned.step_up is None else planned.step_up), MINIMUM_PRICE)
        if planned.pool_target is not None:
            before = self.diluted.copy()
            increase = pool_increase(self.pool, self.diluted, planned.pool_target, amount / (per_share * self.diluted))
            self._raise_pool(np.where(closes, increase, 0.0))
            per_share = per_share * before / self.diluted
        bought = np.where(closes, round_shares(amount, per_share), 0.0)
        self.preferred += bought
        self.diluted += bought
        self.preference += amount
        if self.months_kept:
            self.months_kept.financing[planned.month] += amount
        self.cash = self.cash + amount

    def _raise_pool(self, shares: FloatArray) -> None:
        self.pool += shares
        self.diluted += shares
        self.topped_up += shares

    def book(self, component: str, dollars: FloatArray) -> None:
        """Add to a component of this month's pay."""
        self._month[ROW[component]] += dollars

    def settle(self, month: int, gain: FloatArray, ga: FloatArray, alive: BoolArray) -> None:
        """Close the books of the month on the paths still running: load on pay, revenue, expense, GA delay, balance."""
        scenario, company, books = self.scenario, self.scenario.company, self._month
        loaded = books[ROW["base"]] + books[ROW["bonus"]] + books[ROW["cash_awards"]] + books[ROW["severance"]] + self._signed
        self.book("payroll_load", scenario.hiring.payroll_load * loaded)
        delayed = np.clip(np.minimum(month + 1, ga) - max(month, self._planned), 0, 1) if self._planned < month + 1 else np.zeros(len(ga))
        delay = np.where(alive, company.ga.delay_cost * delayed, 0.0)
        revenue = self.course.revenue[month] / 12
        margin = company.gross_margin + gain / BASIS_POINTS
        spent = books.sum(axis=0)
        flow = revenue * margin - self.course.expense[month] - spent - delay
        self.cash = np.where(alive, self.opening + flow, self.cash)
        self.pay[:, month // 12] += books
        self.present_pay += np.exp(-scenario.discount_rate * (month + 1) / 12) * spent
        self.ga_delay += delay
        gained = np.where(alive, revenue * gain / BASIS_POINTS, 0.0)
        self.margin_cash += gained
        if self.months_kept:
            self.keep(self.months_kept, month, np.where(alive, revenue * margin, 0.0), gained, delay)
        self._record_margin(month, revenue, margin, books, alive)

    def keep(self, kept: MonthBooks, month: int, profit: FloatArray, gained: FloatArray, delay: FloatArray) -> None:
        """Write the month into the books that were asked for."""
        kept.pay[:, month], kept.gross_profit[month], kept.margin_cash[month] = self._month, profit, gained
        kept.ga_delay[month], kept.pool[month] = delay, self.pool

    def sign_on(self, dollars: FloatArray) -> None:
        """Sign-on paid this month, before any repayment: what the load falls on."""
        self._signed = dollars
        self.book("sign_on", dollars)

    def _record_margin(self, month: int, revenue: FloatArray, margin: FloatArray, books: FloatArray, alive: BoolArray) -> None:
        in_cost = self.scenario.company.pay_in_cost_of_revenue * books[: ROW["recruiting"]].sum(axis=0)
        self._margin[month // 12] += np.where(alive, [revenue * margin - in_cost, revenue], 0.0)
        if np.any(self.scenario.links.margin_sensitivity):
            with np.errstate(divide="ignore", invalid="ignore"):
                shift = margin - in_cost / revenue - self.scenario.company.gross_margin
            so_far = self._margin_shift[-1] if self._margin_shift else 0.0
            self._margin_shift.append(so_far + np.where(revenue > 0, shift, 0.0))

    def gross_margin(self) -> FloatArray:
        """Gross margin with the modelled pay and gains, float64[year, path]; NaN for years not reached or without revenue."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._margin[:, 1] > 0, self._margin[:, 0] / self._margin[:, 1], np.nan)
