"""How fast a gain of gross margin fades."""

from compdesign.quantities import PerPath


def decay(half_life: PerPath) -> PerPath:
    """Factor by which an effect shrinks in a month: 2^(-1/half-life)."""
    return 2.0 ** (-1 / half_life)
