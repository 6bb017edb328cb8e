"""What a refresh rule owes: how often a trigger has fired, and how much an award comes to within its caps.

The same functions serve simulated and real events: they see counts and dates, never where those came from.
"""

from dataclasses import dataclass

import numpy as np

from compdesign.quantities import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Facts:
    """What is known of each person when a rule is looked at; axis ``person`` last.

    deployments: int[kind, person], qualifying deployments verified so far, row 0 over all kinds.
    rungs: int[margin trigger, person], sustained measured gains so far. tenure: int[person], complete months.
    """

    deployments: IntArray
    rungs: IntArray
    tenure: IntArray


def every(count: IntArray, k: int) -> IntArray:
    """Times that 'every k-th' has fired after `count` events."""
    return count if k == 1 else count // k


def once(count: IntArray, n: int) -> IntArray:
    """Times (0 or 1) that 'at the n-th' has fired after `count` events."""
    return (count >= n).astype(count.dtype)


def all_of(counts: list[IntArray]) -> IntArray:
    """A conjunction has fired as often as the least of its parts."""
    return np.minimum.reduce(counts)


def any_of(counts: list[IntArray]) -> IntArray:
    """An alternative has fired as often as the most of its parts."""
    return np.maximum.reduce(counts)


def award_due(rise: IntArray, award: float, single: bool, left: FloatArray) -> FloatArray:
    """Amount earned by a trigger that has fired `rise` more times, in the unit of the award.

    rise: int[person]. single: at most one award at a time (the rule has a cooldown). left: float[person], what the caps
    still allow; the last award is cut to it. Nothing where rise <= 0 or left <= 0.
    """
    times = np.minimum(rise, 1) if single else rise
    return np.maximum(np.minimum(award * times, left), 0.0)


def streak(previous: IntArray, measured: BoolArray) -> IntArray:
    """Consecutive months at or above the level, int[person]: one more where measured, else back to 0."""
    return (previous + 1) * measured
