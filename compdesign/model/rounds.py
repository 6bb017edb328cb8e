"""A priced round: its price, its shares, what SAFEs and notes convert into, and the pool."""

from dataclasses import dataclass, replace
from math import floor
from typing import Literal

import numpy as np

from compdesign.errors import Problem, ScenarioError
from compdesign.model.convertibles import most_favoured
from compdesign.model.securities import Convertible
from compdesign.quantities import FloatArray

LARGEST_POOL = 0.95


@dataclass(frozen=True)
class Before:
    """The capitalization before a round, in shares.

    outstanding: common and preferred as converted. options: options, warrants and promised options. pool: unissued.
    """

    outstanding: float
    options: float = 0.0
    pool: float = 0.0


@dataclass(frozen=True)
class PricedRound:
    """The terms of a round.

    pre_money, new_money: $. pool_target: the unissued pool as a share of the fully diluted shares after the round, made
    before the money and so paid by the earlier holders (NVCA model term sheet, "Employee Pool"); a larger pool stays.
    pool_increase: shares to add instead of a target. method: what the pre-money valuation fixes. "percent-ownership": it
    includes the conversions, so that new money owns new_money / (pre_money + new_money) (YC Safe User Guide); "pre-money":
    it excludes them, so that they dilute new money too; "dollars-invested": post-money is pre-money plus new money plus
    the amounts converted.
    """

    pre_money: float
    new_money: float
    pool_target: float = 0.0
    pool_increase: float | None = None
    method: Literal["percent-ownership", "pre-money", "dollars-invested"] = "percent-ownership"


@dataclass(frozen=True)
class Conversion:
    """What one SAFE or note became. terms: the lower price, "cap" or "round" (after its discount, if any)."""

    name: str
    shares: float
    price: float
    terms: Literal["cap", "round"]


@dataclass(frozen=True)
class RoundResult:
    """A round after closing; shares, and $ per share. fully_diluted counts the unissued pool."""

    price: float
    new_shares: float
    pool_increase: float
    pool: float
    conversions: tuple[Conversion, ...]
    fully_diluted: float
    company_capitalization: float
    """Shares before the money with every conversion and without the pool increase: what a post-money cap divides."""
    pre_money_capitalization: float
    """Shares before the money with the pool increase and without SAFEs and notes: what a pre-money cap divides."""

    def ownership(self, shares: float) -> float:
        """Share of the fully diluted shares after the round."""
        return shares / self.fully_diluted


def priced_round(
    before: Before, terms: PricedRound, convertibles: tuple[Convertible, ...] = (), price_decimals: int | None = None
) -> RoundResult:
    """Close a round, solving price, conversions and pool together and exactly.

    With y = 1 / price, pool increase I and conversions X_k as unknowns, every equation has the form z = max of two linear
    functions with coefficients that are not negative: y from the pre-money valuation, I = max(0, what the target lacks),
    X_k = max(amount / cap price, amount / discounted price). Starting below the solution and solving for the larger line
    of each pair in turn (Newton's method) rises to the least solution in finitely many steps, since there are finitely
    many choices of lines and none comes back (Etessami and Yannakakis 2009, monotone systems). The least y is the one a
    round closes at: the highest price at which all terms hold.

    Shares are not rounded; see `whole_shares`. price_decimals: round the round price, half up, before shares are divided
    by it, as closing documents do (usually 4); conversions at a cap keep their exact price. A pool target and a cap are
    then met up to that rounding. Raises ScenarioError where no price satisfies the terms, e.g. SAFEs that own everything.
    """
    papers = most_favoured(convertibles)
    _check(before, terms, papers)
    y, increase, *shares = (float(each) for each in _solve(before, terms, papers))
    price = 1 / y
    if price_decimals is not None:
        price = floor(price * 10**price_decimals + 0.5) / 10**price_decimals
        if price <= 0:
            raise _no_price(f"the price ${1 / y:.3g} rounds to nothing", "give more decimals")
    new_shares = terms.new_money / price
    base = before.outstanding + before.options + before.pool
    capitalization = {"post-money": base + sum(shares), "pre-money": base + increase}
    conversions = tuple(_conversion(paper, capitalization[paper.basis], price) for paper in papers)
    total = base + increase + sum(each.shares for each in conversions) + new_shares
    return RoundResult(
        price, new_shares, increase, before.pool + increase, conversions, total, capitalization["post-money"], capitalization["pre-money"]
    )


def whole_shares(result: RoundResult) -> RoundResult:
    """The round in whole shares: every holder's and the pool increase rounded down, as an issuer sells no part of a share."""
    conversions = tuple(replace(each, shares=float(floor(each.shares + 1e-6))) for each in result.conversions)
    new_shares, increase = float(floor(result.new_shares + 1e-6)), float(floor(result.pool_increase + 1e-6))
    lost = (
        result.new_shares
        - new_shares
        + result.pool_increase
        - increase
        + sum(old.shares - new.shares for old, new in zip(result.conversions, conversions, strict=True))
    )
    return replace(
        result,
        new_shares=new_shares,
        pool_increase=increase,
        pool=result.pool - result.pool_increase + increase,
        conversions=conversions,
        fully_diluted=result.fully_diluted - lost,
    )


def _conversion(paper: Convertible, capitalization: float, price: float) -> Conversion:
    """At the lower of cap price and discounted round price (YC SAFE, section 1(a))."""
    discounted = price * (1 - paper.discount)
    at_cap = np.inf if paper.cap is None else paper.cap / capitalization
    lower = float(min(discounted, at_cap))
    return Conversion(paper.name, paper.amount / lower, lower, "cap" if at_cap < discounted else "round")


def _solve(before: Before, terms: PricedRound, papers: tuple[Convertible, ...]) -> FloatArray:
    """(1 / price, pool increase, shares of each convertible)."""
    first, second = _lines(before, terms, papers)
    size = len(first)
    z: FloatArray = np.zeros(size)
    chosen: FloatArray | None = None
    for _ in range(2 ** min(size, 12) + 2):
        # [constant, coefficients] . [1, z]
        larger = second @ np.append(1.0, z) > first @ np.append(1.0, z) * (1 + 1e-13)
        lines = np.where(larger[:, None], second, first)
        if chosen is not None and np.array_equal(chosen, lines):
            return z
        chosen = lines
        coefficients = lines[:, 1:]
        # Only below spectral radius 1 is the solution of these lines a least and positive one.
        if np.max(np.abs(np.linalg.eigvals(coefficients))) >= 1 - 1e-12:
            break
        z = np.linalg.solve(np.eye(size) - coefficients, lines[:, 0])
    raise _no_price(
        f"no price per share meets a pre-money valuation of ${terms.pre_money:,.0f}", "raise it or a cap, or lower the pool target"
    )


def _lines(before: Before, terms: PricedRound, papers: tuple[Convertible, ...]) -> tuple[FloatArray, FloatArray]:
    """Each unknown is the larger of two lines; float64[unknown, 1 + unknown], constant first, in the order of _solve."""
    base = before.outstanding + before.options + before.pool
    count = len(papers)
    amounts = sum(paper.amount for paper in papers)
    converted = np.ones(count)
    first, second = np.zeros((2 + count, 3 + count)), np.zeros((2 + count, 3 + count))
    # y (pre_money [+ amounts]) = base + I [+ X]
    included = 0.0 if terms.method == "pre-money" else 1.0
    value = terms.pre_money + (amounts if terms.method == "dollars-invested" else 0.0)
    first[0] = np.concatenate([[base, 0.0, 1.0], included * converted]) / value
    second[0] = first[0]
    # pool + I = t (base + I + X + new_money y), or a given I, or none
    if terms.pool_increase is not None:
        first[1, 0] = second[1, 0] = terms.pool_increase
    elif terms.pool_target > 0:
        t = terms.pool_target
        second[1] = np.concatenate([[t * base - before.pool, t * terms.new_money, 0.0], t * converted]) / (1 - t)
    for k, paper in enumerate(papers):
        first[2 + k, 1] = paper.amount / (1 - paper.discount)
        if paper.cap is None:
            second[2 + k] = first[2 + k]
            continue
        owned = paper.amount / paper.cap
        of = (
            np.concatenate([[base, 0.0, 0.0], converted])
            if paper.basis == "post-money"
            else np.concatenate([[base, 0.0, 1.0], 0 * converted])
        )
        second[2 + k] = owned * of
    return first, second


def _check(before: Before, terms: PricedRound, papers: tuple[Convertible, ...]) -> None:
    problems: list[Problem] = []

    def needs(fine: bool, where: str, value: float, remedy: str) -> None:
        if not fine:
            problems.append(Problem(where, f"{value:g} is out of range", remedy))

    needs(0 < before.outstanding < np.inf, "outstanding", before.outstanding, "give the shares outstanding")
    needs(0 <= before.options < np.inf, "options", before.options, "give the options outstanding, or 0")
    needs(0 <= before.pool < np.inf, "pool", before.pool, "give the unissued pool, or 0")
    needs(0 < terms.pre_money < np.inf, "pre_money", terms.pre_money, "give the pre-money valuation in $")
    needs(0 <= terms.new_money < np.inf, "new_money", terms.new_money, "give the new money in $")
    needs(0 <= terms.pool_target < LARGEST_POOL, "pool_target", terms.pool_target, f"give a share below {LARGEST_POOL}")
    if terms.pool_increase is not None:
        needs(0 <= terms.pool_increase < np.inf, "pool_increase", terms.pool_increase, "give shares, or leave it out")
        needs(terms.pool_target == 0, "pool_target", terms.pool_target, "give a target or an increase, not both")
    for paper in papers:
        needs(0 <= paper.amount < np.inf, f"{paper.name}.amount", paper.amount, "give $")
        needs(0 <= paper.discount <= 0.95, f"{paper.name}.discount", paper.discount, "give a share up to 0.95")
        if paper.cap is not None:
            needs(0 < paper.cap < np.inf, f"{paper.name}.cap", paper.cap, "give $, or leave it out")
    if problems:
        raise ScenarioError(problems)


def _no_price(what: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem("round", what, remedy)])
