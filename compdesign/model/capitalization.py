"""What a share is worth and how many shares a round creates, with one class of 1x non-participating preferred."""

import numpy as np

from compdesign.quantities import PerPath

LARGEST_POOL_SHARE = 0.95
"""A target that asks for this share of the fully diluted shares before the money, or more, is not served."""


def common_price(value: PerPath, fully_diluted: PerPath, preferred_shares: PerPath, preference: PerPath) -> PerPath:
    """$ per common share, axes of the arguments: max(0, min(V / F, (V - L) / (F - N_p))).

    value: V, $ to all holders. fully_diluted: F > 0 and preferred_shares: N_p <= F, shares. preference: L, $. The
    preferred converts where that is worth more to it, so the price has a kink and no jump at V = L F / N_p, where both
    are equal. Value at or below the preference gives 0. With no share but preferred (F = N_p), F - N_p counts as one.
    NaN gives NaN.
    """
    converted = value / fully_diluted
    held = (value - preference) / np.maximum(fully_diluted - preferred_shares, 1.0)
    return np.maximum(np.minimum(converted, held), 0.0)


def pool_increase(pool: PerPath, fully_diluted: PerPath, target: PerPath, money_ratio: PerPath = 0.0) -> PerPath:
    """Whole shares by which a top-up raises the unallocated pool, axes of the arguments.

    (t (1 + a) F - pool) / (1 - t (1 + a)), rounded down: after it the pool is `target` of the fully diluted shares, new
    money included. The pool is made before the money (NVCA model term sheet, "Employee Pool") and never shrinks.

    pool, fully_diluted: F, shares before the increase. target: t, share of fully diluted. money_ratio: a, the amount
    over p F, p the price per share before the increase; 0 outside a financing. Returns 0 where the target is already
    met or t (1 + a) is not below LARGEST_POOL_SHARE. NaN in pool or fully_diluted gives NaN.
    """
    share = target * (1 + money_ratio)
    served = share < LARGEST_POOL_SHARE
    share = np.where(served, share, 0.0)
    increase = np.floor((share * fully_diluted - pool) / (1 - share))
    return np.where(served, np.maximum(increase, 0.0), 0.0)[()]
