"""How many whole shares a tranche vests, by allocation type, in exact arithmetic."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from compdesign.vesting.terms import AllocationType


@dataclass(frozen=True)
class Plan:
    """Tranches still to come if everything happens, unrounded: how many, how many of them are no whole number of shares, their sum, and
    the sum of each rounded down.
    """

    tranches: int = 0
    fractional: int = 0
    total: Fraction = Fraction(0)
    whole: int = 0

    def before(self, amount: Fraction, times: int) -> "Plan":
        """This plan after `times` tranches of one amount."""
        odd = times if amount.denominator > 1 else 0
        return Plan(self.tranches + times, self.fractional + odd, self.total + amount * times, self.whole + floor(amount) * times)


def next_tranche(kind: AllocationType, shares: int, vested: int | Fraction, due: Fraction, amount: Fraction, plan: Plan) -> int | Fraction:
    """Shares that the next tranche vests (OCF enum AllocationType).

    shares: the grant. vested: shares vested before it. due: what the tranches before it came to, unrounded. amount: this tranche,
    unrounded. plan: this tranche and those after it; only types that load by position look at it. The number depends on the terms and on the path up to this tranche alone, so no
    later event changes a past tranche.
    """
    if kind is AllocationType.FRACTIONAL:
        part = min(amount, shares - vested)
        return int(part) if Fraction(part).denominator == 1 else part
    if kind is AllocationType.CUMULATIVE_ROUNDING:
        whole = half_up(due + amount) - vested
    elif kind is AllocationType.CUMULATIVE_ROUND_DOWN:
        whole = floor(due + amount) - vested
    else:
        remainder = int(floor(due + plan.total) - vested) - plan.whole
        whole = floor(amount) + _share_of_remainder(kind, remainder, amount, plan)
    return int(max(0, min(whole, shares - vested)))


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves upwards (Python's round takes them to even)."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def _share_of_remainder(kind: AllocationType, remainder: int, amount: Fraction, plan: Plan) -> int:
    """How many of the shares that rounding down leaves over go to this tranche. A tranche that is a whole number of shares takes none:
    a quarter of 1,000 shares at a cliff is 250, however the months after it divide (so does OCF-Tools, which spreads each condition's
    remainder within it).
    """
    if not plan.fractional:
        return remainder if plan.tranches == 1 else 0
    if amount.denominator == 1:
        return 0
    match kind:
        case AllocationType.FRONT_LOADED:
            return ceil(Fraction(remainder, plan.fractional))
        case AllocationType.BACK_LOADED:
            return max(0, remainder - (plan.fractional - 1))
        case AllocationType.FRONT_LOADED_TO_SINGLE_TRANCHE:
            return remainder
        case _:
            return remainder if plan.fractional == 1 else 0
