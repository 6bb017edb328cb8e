"""What a post-money cap is worth at an exit: shares that grow as others convert.

A post-money SAFE owns amount / cap of the "liquidity capitalization", which leaves out who is paid its amount or preference "in lieu
of" converting (YC post-money SAFE, section 2). So its shares depend on who converts, and that on the price p of a common share. Let p
rise from 0: each class and SAFE begins to convert at some p, its own step, and every SAFE that has converted then owns its part of a
larger capitalization. At the price of a step the class that converts is indifferent, and the clause read literally has no exit between
"not counted" and "counted": there the SAFEs take every further dollar until it is counted, so that nobody loses from a higher exit.
"""

from dataclasses import dataclass

import numpy as np

from compdesign.quantities import BoolArray, FloatArray

ROUNDING = 1e-12
"""Of a SAFE's value: a smaller jump is rounding."""


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
    jumps: FloatArray
    """$ gained at the price of the step [step, SAFE, path]."""

    def gains(self, price: FloatArray) -> FloatArray:
        """$[SAFE, path] above the cash, where only steps below the price count."""
        held = np.where(self.prices[:, None] < price, self.shares, 0.0).sum(axis=0)
        return _above(held, price, self.cash)

    def gaps(self, price: FloatArray) -> FloatArray:
        """$[SAFE, path] that the steps at exactly this price add."""
        return np.where(self.prices[:, None] == price, self.jumps, 0.0).sum(axis=0)

    def converted(self, price: FloatArray) -> BoolArray:
        """bool[SAFE, path]: takes shares."""
        return np.where(self.prices[:, None] < price, self.shares, 0.0).sum(axis=0) > 0


def cap_steps(
    rows: tuple[int, ...],
    owned: FloatArray,
    cash: FloatArray,
    counted: FloatArray,
    others: tuple[tuple[int, ...], FloatArray, FloatArray],
) -> CapSteps:
    """The steps of post-money SAFEs.

    owned: amount / cap [SAFE, path], 0 for one that never converts; together below 1. cash: $[SAFE, path]. counted: shares of the
    capitalization at any price, [path]. others: claims, shares and preferences [claim, path] of those who are counted once they convert.
    """
    claims, shares, preferences = others
    places = np.array([*claims, *rows])
    paths = max(each.shape[-1] for each in (owned, cash, counted, shares, preferences))
    base = np.broadcast_to(counted, (paths,)).copy()
    share_owned, price = np.zeros(paths), np.zeros(paths)
    done = np.zeros((len(places), paths), dtype=np.bool_)
    fixed = np.broadcast_to(_threshold(preferences, shares), (len(claims), paths))
    held = np.zeros((len(rows), paths))
    found: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]] = []
    for _ in places:
        at_cap = owned * base / (1 - share_owned - np.where(done[len(claims) :], 0.0, owned))
        thresholds = np.where(done, np.inf, np.concatenate([fixed, np.broadcast_to(_threshold(cash, at_cap), held.shape)]))
        first = thresholds.argmin(axis=0)
        live = np.isfinite(thresholds.min(axis=0))
        price = np.where(live, np.maximum(price, thresholds.min(axis=0)), price)
        begins = (np.arange(len(places))[:, None] == first) & live
        done |= begins
        base += np.where(begins[: len(claims)], shares, 0.0).sum(axis=0)
        share_owned += np.where(begins[len(claims) :], owned, 0.0).sum(axis=0)
        now = np.where(done[len(claims) :], owned * base / (1 - share_owned), 0.0)
        jump = _above(now, price, cash) - _above(held, price, cash)
        jump = np.where(jump > ROUNDING * now * price, jump, 0.0)
        found.append((price, np.where(live, places[first], -1), now - held, jump))
        held = now
    prices, who, gained, jumps = (np.stack(each) for each in zip(*found, strict=True))
    return CapSteps(rows, cash, prices, who, gained, jumps)


def _above(held: FloatArray, price: FloatArray, cash: FloatArray) -> FloatArray:
    """$ above the cash of shares held at a price, 0 for who holds none."""
    return np.where(held > 0, np.maximum(held * price - cash, 0.0), 0.0)


def _threshold(amounts: FloatArray, shares: FloatArray) -> FloatArray:
    """$ per common share above which the shares are worth more than the amount."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(shares > 0, amounts / np.where(shares > 0, shares, 1.0), np.inf)
