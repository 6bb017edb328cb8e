"""Serving share requests from the option pool of each path."""

import numpy as np

from compdesign.quantities import FloatArray, IntArray


def fill(available: FloatArray, path: IntArray, shares: FloatArray, order: tuple[FloatArray | IntArray, ...]) -> FloatArray:
    """Shares granted to each request, whole, at most what the pool of its path still holds.

    available: float[path], whole shares, reduced in place. path, shares: per request. order: sort keys per request, the
    most important first; a request is served after all of its path that sort before it.
    """
    requested = np.bincount(path, shares, len(available))
    if (requested > available).any():
        turn = np.lexsort((*reversed(order), path))
        running = np.cumsum(shares[turn])
        first = np.r_[True, path[turn][1:] != path[turn][:-1]]
        before_path = np.maximum.accumulate(np.where(first, running - shares[turn], 0.0))
        before = running - shares[turn] - before_path
        granted = np.empty_like(shares)
        granted[turn] = np.clip(available[path[turn]] - before, 0.0, shares[turn])
    else:
        granted = shares
    available -= np.bincount(path, granted, len(available))
    return granted
