"""How many shares of an award are recognised over its service, in arrays: the kernels of simulated grants."""

import numpy as np

from compdesign.quantities import FloatArray, IntArray


def straight_line_shares(shares: FloatArray, vested: FloatArray, served: IntArray, months: int) -> FloatArray:
    """Shares of a service award whose cost is recognised after `served` of `months` months, arrays of one shape: an equal part each
    month, and never less than what has vested (ASC 718-10-35-8). months 0: all at once.
    """
    return np.maximum(shares * np.minimum(served / months, 1.0), vested) if months else shares


def graded_shares(shares: FloatArray, vested: FloatArray, accrual: FloatArray) -> FloatArray:
    """Shares recognised tranche by tranche: what has vested, and of the rest the mean part of its service (see unvested_accrual).

    The unvested shares count as spread evenly over their tranches: exact where tranches are equal, else off by parts of a share.
    """
    return vested + (shares - vested) * accrual


def unvested_accrual(tranches: IntArray, before: int, months: int) -> FloatArray:
    """Mean part of its service period that an unvested tranche has behind it, float64[months before, month of vesting].

    tranches: months from the vesting start at which equal tranches vest. Service began 0 ... `before` months before that. Tranche by
    tranche: (before + t) / (before + T), the mean over tranches with T > t (ASC 718-10-35-8); 0 where none is left.
    """
    earlier, t = np.arange(before + 1)[:, None], np.arange(months + 1)
    total = np.zeros((before + 1, months + 1))
    for due in tranches:
        total += np.where(t < due, (earlier + t) / np.maximum(earlier + due, 1), 0.0)
    left = (tranches[:, None] > t).sum(axis=0)
    return total / np.maximum(left, 1)
