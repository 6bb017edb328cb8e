"""Refresh awards: triggers looked at as events come, awards approved, and shares served from the pool."""

from typing import Any, TypeAlias

import numpy as np

from compdesign.inputs.offers import Grant, Offer, RefreshRule
from compdesign.inputs.scenario import Scenario
from compdesign.model.capitalization import MINIMUM_PRICE
from compdesign.model.fair_value import at_the_money_ratio
from compdesign.model.pool import fill
from compdesign.model.refresh import Facts, award_due
from compdesign.quantities import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    BehaviourArray,
    BoolArray,
    FloatArray,
    IntArray,
    PerPath,
    at_paths,
    places,
)
from compdesign.simulation.deployments import KIND, VERIFIED, Events, split, who_of
from compdesign.simulation.grants import NEW_HIRE, Grants, columns
from compdesign.simulation.hires import Draws, Hires
from compdesign.simulation.margins import Margins
from compdesign.simulation.rules import OPTIONS, Rule, RuleBook
from compdesign.simulation.tables import CashAwardTable

WHO, ORDINAL, RULE, EARNED, DUE, AMOUNT, CONVERTED, VESTING_START, TRUE_EFFECT = range(9)
Requests: TypeAlias = FloatArray
"""float64[field, request], awards earned and not yet granted. EARNED: date of certification (order in the pool). DUE: date of
grant. AMOUNT: in the unit of the rule until converted, then shares. VESTING_START: month, -1 for the month of grant."""


class Awards:
    """Everything the refresh plan of one structure owes and has given."""

    def __init__(
        self, scenario: Scenario, offer: Offer, hires: Hires, grants: Grants, draws: Draws, margins: Margins, book: RuleBook
    ) -> None:
        self.scenario, self.offer, self.hires, self.grants, self.draws, self.margins = scenario, offer, hires, grants, draws, margins
        self.book = book
        count = len(hires.employed)
        self.deployments: IntArray = np.zeros((1 + len(scenario.deployment.kinds), count), np.int64)
        self._one_more = np.array([1, 1] + [0] * (len(scenario.deployment.kinds) - 1))[:, None]
        self._first_seen = np.zeros(count, np.int64)
        self.strike: FloatArray = np.zeros(count)
        self.awarded: FloatArray = np.zeros((2, count))
        """Shares, and dollars in cash, awarded to each person so far by all rules, for the caps of the person."""
        self.asked: IntArray = np.zeros(count, np.int64)
        self.queue: Requests = np.empty((9, 0))
        self.shortfall = np.zeros(draws.paths)
        self.cash_paid = np.zeros(draws.paths)
        self._cash_rows: list[dict[str, Any]] = []
        self._options = np.array([self._is_option(rule) for rule in range(NEW_HIRE, len(book.rules))])
        candidate = scenario.candidate
        self._option_ratio = at_the_money_ratio(scenario.discount_rate, candidate.option_volatility, candidate.option_term_years)

    # Start of employment

    def start(self, who: IntArray, month: int, price: FloatArray, diluted: FloatArray, pool: FloatArray) -> None:
        """New-hire grants first, by seat; then the reserves of upfront rules, by rule and seat."""
        path = self.hires.path[who]
        self.deployments[:, who] = 0
        self.strike[who] = price[path]
        self.awarded[:, who] = 0
        self.asked[who] = 0
        for rule in self.book.rules:
            rule.ledger.clear(who)
        grant = self.offer.grant
        if grant is not None:
            asked = shares_of(grant.amount, grant.unit, price[path], diluted[path])
            granted = fill(pool, path, asked, (who,))
            strike = price[path] if grant.instrument in OPTIONS else np.zeros(len(who))
            self.grants.add_new_hire(who, granted, strike, month)
            left = asked - granted
            short = places(left)
            self._enqueue(who[short], NEW_HIRE, -np.inf, float(month), left[short], month, np.nan)
        for rule in self.book.rules:
            if rule.is_upfront and rule.typed.cap is not None:
                asked = shares_of(rule.typed.cap, rule.typed.unit, price[path], diluted[path])
                reserve = fill(pool, path, asked, (who,))
                rule.ledger.reserve[who] = reserve
                np.add.at(self.shortfall, path, asked - reserve)

    # Triggers

    def look(self, who: IntArray, time: FloatArray, month: int, price: FloatArray, diluted: FloatArray) -> None:
        """Look at every rule for each of `who` (each once) at the date of an event."""
        if not who.size or not self.book.rules:
            return
        facts = Facts(self.deployments[:, who], self.margins.rungs[:, who], month - self.hires.start[who])
        year = np.floor((time - self.hires.start[who]) / 12).astype(np.int64)
        for rule in self.book.rules:
            rise = rule.rise(facts, who)
            if (rise > 0).any():
                self._earn(rule, who, rise, time, year, price, diluted)

    def _earn(
        self, rule: Rule, who: IntArray, rise: IntArray, time: FloatArray, year: IntArray, price: FloatArray, diluted: FloatArray
    ) -> None:
        typed, ledger = rule.typed, rule.ledger
        amount = rule.due(who, rise, time, self._left(rule, who, year))
        chosen = amount > 0
        who, time, year, amount = who[chosen], time[chosen], year[chosen], amount[chosen]
        ledger.cooldown_until[who] = time + typed.cooldown_months
        future = typed.mode == "future"
        if future and np.any(typed.refusal_probability):
            u = self.draws.of("approval", "uniform", who, self.hires.ordinal[who], self.asked[who])
            self.asked[who] += 1
            granted = u >= at_paths(typed.refusal_probability, self.hires.path[who])
            who, time, year, amount = who[granted], time[granted], year[granted], amount[granted]
        elif future:
            self.asked[who] += 1
        ledger.book(who, year, amount)
        if typed.unit == "shares" or rule.is_cash:
            self.awarded[int(rule.is_cash), who] += amount
        self.margins.mark_paid(rule, who)
        due = time + typed.approval_lag_days / DAYS_PER_MONTH if future else time
        true = self.margins.true_credited(who) if rule.margins else np.nan
        self._enqueue(who, rule.index, time, due, amount, -1, true)

    def _enqueue(self, who: IntArray, rule: int, earned: PerPath, due: PerPath, amount: FloatArray, start: int, true: PerPath) -> None:
        if not who.size:
            return
        requests = np.empty((9, len(who)))
        requests[WHO], requests[ORDINAL], requests[RULE] = who, self.hires.ordinal[who], rule
        requests[EARNED], requests[DUE], requests[AMOUNT] = earned, due, amount
        requests[CONVERTED], requests[VESTING_START], requests[TRUE_EFFECT] = start >= 0, start, true
        self.queue = np.concatenate([self.queue, requests], axis=1)

    def _left(self, rule: Rule, who: IntArray | slice, year: IntArray) -> PerPath:
        return rule.left(who, year, self.offer, self.awarded[int(rule.is_cash), who])

    def verified(self, events: Events, month: int, price: FloatArray, diluted: FloatArray) -> None:
        """Qualifying deployments of people still here, by date; a person's second one of the month is looked at after the first."""
        who, kind, date = who_of(events), events[KIND].astype(np.int64), events[VERIFIED]
        while who.size:
            place = np.arange(len(who))
            self._first_seen[who[::-1]] = place[::-1]  # the last to write, so the first in time, stays
            first = self._first_seen[who] == place
            now = who[first]
            self.deployments[0, now] += 1
            self.deployments[1 + kind[first], now] += 1
            self.look(now, date[first], month, price, diluted)
            who, kind, date = who[~first], kind[~first], date[~first]

    def tenure_reached(self, month: int) -> BoolArray:
        """bool[hire]: whose tenure meets a tenure trigger this month."""
        tenure = month - self.hires.start
        reached = np.zeros(len(tenure), bool)
        for trigger in self.book.tenures:
            reached |= (tenure > 0) & (tenure % trigger.tenure_months == 0) if trigger.repeat else tenure == trigger.tenure_months
        return reached & self.hires.employed

    # Grants

    def serve(self, month: int, price: FloatArray, diluted: FloatArray, pool: FloatArray) -> None:
        """Grant what is due: cash at once, upfront awards from their reserve, the rest from the pool by verification time."""
        self.cash_paid[:] = 0
        if not self.queue.size:
            return
        requests, self.queue = split(self.queue, DUE, month + 1)
        for rule in self.book.rules:
            mine = requests[RULE] == rule.index
            if not mine.any():
                continue
            if rule.is_cash:
                self._pay(requests[:, mine], month)
                requests = requests[:, ~mine]
                continue
            self._convert(requests, mine & (requests[CONVERTED] == 0), rule.typed, price, diluted)
            if rule.is_upfront:
                self._release_reserve(requests[:, mine], rule, month)
                requests = requests[:, ~mine]
        if requests.size:
            self._from_pool(requests, month, price, pool)

    def _pay(self, paid: Requests, month: int) -> None:
        who = who_of(paid)
        path = self.hires.path[who]
        self.cash_paid += np.bincount(path, paid[AMOUNT], len(self.cash_paid))
        self._cash_rows.append(
            {
                "path": path,
                "seat": self.draws.seat[who],
                "ordinal": paid[ORDINAL].astype(np.int64),
                "rule": paid[RULE].astype(np.int64),
                "month": np.full(len(path), month),
                "dollars": paid[AMOUNT],
                "true_effect": paid[TRUE_EFFECT],
            }
        )

    def _convert(self, requests: Requests, chosen: BoolArray, typed: RefreshRule, price: FloatArray, diluted: FloatArray) -> None:
        """Turn amounts into whole shares, once: upfront at the hire's price, future at this month's."""
        if typed.unit != "shares":
            who = who_of(requests[:, chosen])
            path = self.hires.path[who]
            at = self.strike[who] if typed.mode == "upfront" else price[path]
            requests[AMOUNT, chosen] = shares_of(requests[AMOUNT, chosen], typed.unit, at, diluted[path])
        requests[CONVERTED, chosen] = 1

    def _release_reserve(self, earned: Requests, rule: Rule, month: int) -> None:
        who = who_of(earned)
        granted = fill(rule.ledger.reserve, who, earned[AMOUNT], (earned[EARNED],))
        self._grant(earned, granted, self.strike[who] if rule.is_option else np.zeros(len(who)), month)

    def _from_pool(self, requests: Requests, month: int, price: FloatArray, pool: FloatArray) -> None:
        path = self.hires.path[who_of(requests)]
        granted = fill(pool, path, requests[AMOUNT], (requests[EARNED], requests[WHO], requests[RULE]))
        self._grant(requests, granted, np.where(self._options[requests[RULE].astype(np.int64) + 1], price[path], 0.0), month)
        requests[AMOUNT] -= granted
        self.queue = np.concatenate([self.queue, requests[:, requests[AMOUNT] > 0]], axis=1)

    def _is_option(self, rule: int) -> bool:
        source: Grant | RefreshRule | None = self.offer.grant if rule == NEW_HIRE else self.offer.refresh[rule]
        return source is not None and source.instrument in OPTIONS

    def _grant(self, requests: Requests, granted: FloatArray, strike: FloatArray, month: int) -> None:
        made = places(granted)
        requests = requests[:, made]
        start = np.where(requests[VESTING_START] < 0, month, requests[VESTING_START]).astype(np.int64)
        self.grants.add(who_of(requests), granted[made], strike[made], start, requests[RULE].astype(np.int64), month, requests[TRUE_EFFECT])

    # Departure

    def lapse(self, who: IntArray) -> None:
        """People leave, or their path ends: what is queued lapses; shares that were due and could not be granted are shortfall."""
        if not self.queue.size:
            return
        leaving = np.zeros(len(self.hires.employed), bool)
        leaving[who] = True
        lapsed = leaving[who_of(self.queue)]
        owed = self.queue[:, lapsed & (self.queue[CONVERTED] == 1)]
        self.shortfall += np.bincount(self.hires.path[who_of(owed)], owed[AMOUNT], len(self.shortfall))
        self.queue = self.queue[:, ~lapsed]

    def return_reserves(self, who: IntArray) -> FloatArray:
        """Unearned upfront reserves of leavers, per person; they go back to the pool."""
        returned = np.zeros(len(who))
        for rule in self.book.rules:
            returned += rule.ledger.reserve[who]
            rule.ledger.reserve[who] = 0
        return returned

    def reserved(self) -> FloatArray:
        """Unearned upfront reserves, float64[path]."""
        held = sum((rule.ledger.reserve for rule in self.book.rules), np.zeros(len(self.hires.employed)))
        return held.reshape(-1, self.draws.paths).sum(axis=0)

    def cash_table(self) -> CashAwardTable:
        return CashAwardTable(**columns(self._cash_rows, CashAwardTable))

    # Incentive

    def next_value(self, month: int, price: FloatArray, diluted: FloatArray, pool: FloatArray) -> BehaviourArray:
        """G: dollars that one more qualifying deployment now would award each hire; float32[hire]."""
        tenure = np.maximum(month - self.hires.start, 0)
        counts = self.deployments + self._one_more
        facts, year = Facts(counts, self.margins.rungs, tenure), tenure // MONTHS_PER_YEAR
        seats = self.scenario.hiring.seats
        price, diluted, holds = np.tile(price, seats), np.tile(diluted, seats), np.tile(pool > 0, seats)
        total: FloatArray = np.zeros(len(tenure))
        for rule in self.book.rules:
            typed, ledger = rule.typed, rule.ledger
            amount = award_due(
                rule.count(facts) - ledger.looked, typed.award, typed.cooldown_months > 0, self._left(rule, slice(None), year)
            )
            if typed.cooldown_months > 0:
                amount *= ledger.cooldown_until <= month
            if rule.is_cash:
                total += amount
                continue
            at = self.strike if rule.is_upfront else price
            shares = amount if typed.unit == "shares" else shares_of(amount, typed.unit, at, diluted)
            shares = np.minimum(shares, ledger.reserve) if rule.is_upfront else shares * holds
            total += shares * at * (at_paths(self._option_ratio, self.hires.path) if rule.is_option else 1.0)
        return total.astype(np.float32)


def shares_of(amount: PerPath, unit: str, price: FloatArray, diluted: FloatArray) -> FloatArray:
    """Whole shares of an amount in shares, dollars (at the price, at least MINIMUM_PRICE) or percent of fully diluted; per person."""
    if unit == "shares":
        return amount * np.ones(len(price))
    if unit == "dollars":
        return np.floor(amount / np.maximum(price, MINIMUM_PRICE))
    return np.floor(amount / 100 * diluted)
