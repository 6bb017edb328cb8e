"""What a post-money cap is worth at an exit: shares that grow as others convert.

A post-money SAFE owns amount / cap of the "liquidity capitalization", which counts every converting security but those paid their amount
or preference "in lieu of" converting (YC post-money SAFE, section 2). So its shares depend on who converts, and that on the price p of a
common share. Who converts at a discount to p holds amount / (1 - discount) / p shares: a part of the capitalization that is a fixed sum of
dollars. So a SAFE that owns the part f of n shares and of dollars d, with parts F owned by all SAFEs that converted, is worth
f (n p + d) / (1 - F).

Let p rise from 0: each class and SAFE begins to convert at some p, its own step, and every SAFE that has converted then owns its part of a
larger capitalization. At the price of a step the class that converts is indifferent, and the clause read literally has no exit between
"not counted" and "counted": there the SAFEs take every further dollar until it is counted, so that nobody loses from a higher exit. Who
goes from a discount to a cap holds as many shares before as after, so that nothing jumps.
"""

from dataclasses import dataclass

import numpy as np

from compdesign.quantities import BoolArray, FloatArray

ROUNDING = 1e-12
"""Of a SAFE's value: a smaller jump is rounding."""


@dataclass(frozen=True)
class Choosers:
    """Holders who are counted once they convert, float64[claim, path], path of length 1 where all paths agree.

    claims: their places among all claims. cash: $ due instead of converting at the cap. discounted: the part of it that is shares bought
    at a discount, $, and counts as such until they convert at the cap; 0 for who takes money.
    """

    claims: tuple[int, ...]
    cash: FloatArray
    discounted: FloatArray


@dataclass(frozen=True)
class CapSteps:
    """Steps in order of price. Axes: step, SAFE, path; path of length 1 where all paths agree."""

    rows: tuple[int, ...]
    """The SAFEs' places among the claims."""
    cash: FloatArray
    """$[SAFE, path], paid instead of converting."""
    prices: FloatArray
    """$ per common share [step, path]."""
    who: FloatArray
    """The claim that begins to convert, [step, path]."""
    shares: FloatArray
    """Common shares gained [step, SAFE, path]."""
    dollars: FloatArray
    """$ gained of those who convert at a discount [step, SAFE, path]; below 0 when one of them goes to its cap."""
    jumps: FloatArray
    """$ gained at the price of the step [step, SAFE, path]."""

    def gains(self, price: FloatArray) -> FloatArray:
        """$[SAFE, path] above the cash, where only steps below the price count."""
        below = self.prices[:, None] < price
        shares, dollars = (np.where(below, each, 0.0).sum(axis=0) for each in (self.shares, self.dollars))
        return np.maximum(shares * price + dollars - self.cash, 0.0)

    def gaps(self, price: FloatArray) -> FloatArray:
        """$[SAFE, path] that the steps at exactly this price add."""
        return np.where(self.prices[:, None] == price, self.jumps, 0.0).sum(axis=0)

    def converted(self, price: FloatArray) -> BoolArray:
        """bool[SAFE, path]: takes shares at its cap."""
        rows = np.array(self.rows)[:, None]
        return ((self.who[:, None] == rows) & (self.prices[:, None] < price)).any(axis=0)


def cap_steps(safes: Choosers, owned: FloatArray, others: Choosers, shares: FloatArray, counted: tuple[FloatArray, FloatArray]) -> CapSteps:
    """The steps of post-money SAFEs.

    owned: amount / cap [SAFE, path], 0 for one that never converts; together below 1. shares: those of `others` [claim, path]. counted:
    shares of the capitalization at any price, and $ of those without a cap who convert at a discount, [path].
    """
    places = np.array([*others.claims, *safes.claims])
    first_safe = len(others.claims)
    parts = (owned, safes.cash, safes.discounted, others.cash, others.discounted, shares, *counted)
    paths = max(each.shape[-1] for each in parts)
    discounted = np.concatenate([np.broadcast_to(each, (len(each), paths)) for each in (others.discounted, safes.discounted)])
    base, dollars = np.broadcast_to(counted[0], (paths,)).copy(), counted[1] + discounted.sum(axis=0)
    share_owned, price = np.zeros(paths), np.zeros(paths)
    done = np.zeros((len(places), paths), dtype=np.bool_)
    fixed = np.broadcast_to(_threshold(others.cash, shares, np.zeros(1)), (first_safe, paths))
    held, held_dollars = np.zeros((len(safes.claims), paths)), np.zeros((len(safes.claims), paths))
    found: list[tuple[FloatArray, ...]] = []
    for _ in places:
        others_owned = 1 - share_owned - np.where(done[first_safe:], 0.0, owned)
        at_cap = _threshold(safes.cash, owned * base / others_owned, owned * (dollars - discounted[first_safe:]) / others_owned)
        thresholds = np.where(done, np.inf, np.concatenate([fixed, at_cap]))
        first = thresholds.argmin(axis=0)
        live = np.isfinite(thresholds.min(axis=0))
        price = np.where(live, np.maximum(price, thresholds.min(axis=0)), price)
        begins = (np.arange(len(places))[:, None] == first) & live
        done |= begins
        base += np.where(begins[:first_safe], shares, 0.0).sum(axis=0)
        dollars = dollars - np.where(begins, discounted, 0.0).sum(axis=0)
        share_owned += np.where(begins[first_safe:], owned, 0.0).sum(axis=0)
        now, now_dollars = (np.where(done[first_safe:], owned * each / (1 - share_owned), 0.0) for each in (base, dollars))
        worth = now * price + now_dollars
        jump = np.maximum(worth - safes.cash, 0.0) - np.maximum(held * price + held_dollars - safes.cash, 0.0)
        jump = np.where(jump > ROUNDING * worth, jump, 0.0)
        found.append((price, np.where(live, places[first], -1), now - held, now_dollars - held_dollars, jump))
        held, held_dollars = now, now_dollars
    return CapSteps(safes.claims, safes.cash, *(np.stack(each) for each in zip(*found, strict=True)))


def _threshold(amounts: FloatArray, shares: FloatArray, dollars: FloatArray) -> FloatArray:
    """$ per common share above which shares and dollars are worth more than the amount; infinite where they never are."""
    lacking = amounts - dollars
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.maximum(lacking / np.where(shares > 0, shares, 1.0), 0.0)
    return np.where(shares > 0, needed, np.where((lacking < 0) & (dollars > 0), 0.0, np.inf))
