"""Array aliases by axis and the few unit constants everything shares.

Axes: ``path`` (one simulated future), ``seat`` (one open position), ``month`` (0 is the month after the as-of date).
A quantity that a scenario gives as a plain number stays a float; one drawn per path is an array over ``path``.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

DAYS_PER_MONTH = 30.4375
MONTHS_PER_YEAR = 12
BASIS_POINTS = 10_000

FloatArray: TypeAlias = NDArray[np.floating[Any]]
"""float64 unless said otherwise, axes stated where used."""
IntArray: TypeAlias = NDArray[np.signedinteger[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]
PerPath: TypeAlias = Any
"""A float, or float64[path] where the scenario gives a distribution."""


def at_paths(value: PerPath, paths: IntArray) -> PerPath:
    """The values of a per-path quantity on the chosen paths: float stays float, array[path] is indexed."""
    return value[paths] if isinstance(value, np.ndarray) else value


def summed(group: IntArray, amounts: FloatArray | IntArray, groups: int) -> FloatArray:
    """Sum of the amounts of each group, float64[group]; 0 where there is none."""
    return np.bincount(group, amounts, groups).astype(np.float64, copy=False)
