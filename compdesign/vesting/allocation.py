"""How many whole shares a tranche vests, by allocation type, in exact arithmetic."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from compdesign.vesting.terms import AllocationType


def next_tranche(kind: AllocationType, shares: int, vested: int | Fraction, due: Fraction, planned: Sequence[Fraction]) -> int | Fraction:
    """Shares that the next tranche vests (OCF enum AllocationType).

    shares: the grant. vested: shares vested before it. due: what the tranches so far came to, unrounded. planned: the unrounded
    amounts of this tranche and of those that follow it if everything still to come happens; at least one. The number depends on the
    terms and on the path up to this tranche alone, so no later event changes a past tranche.
    """
    if kind is AllocationType.FRACTIONAL:
        amount: int | Fraction = min(planned[0], shares - vested)
        return int(amount) if Fraction(amount).denominator == 1 else amount
    if kind is AllocationType.CUMULATIVE_ROUNDING:
        whole = half_up(due + planned[0]) - vested
    elif kind is AllocationType.CUMULATIVE_ROUND_DOWN:
        whole = floor(due + planned[0]) - vested
    else:
        whole = floor(planned[0]) + _share_of_remainder(kind, floor(due + sum(planned)) - vested, planned)
    return int(max(0, min(whole, shares - vested)))


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves upwards (Python's round takes them to even)."""
    return floor(number + Fraction(1, 2))


def _share_of_remainder(kind: AllocationType, left: int | Fraction, planned: Sequence[Fraction]) -> int:
    """How much of the shares that whole tranches leave over (`left` shares in all are still to vest) goes to the first of them."""
    remainder = int(left) - sum(floor(each) for each in planned)
    match kind:
        case AllocationType.FRONT_LOADED:
            return ceil(Fraction(remainder, len(planned)))
        case AllocationType.BACK_LOADED:
            return max(0, remainder - (len(planned) - 1))
        case AllocationType.FRONT_LOADED_TO_SINGLE_TRANCHE:
            return remainder
        case _:
            return remainder if len(planned) == 1 else 0
