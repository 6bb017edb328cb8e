"""Gross margin gains: saturation over the team and credit to a person."""

import numpy as np

from compdesign.quantities import FloatArray, PerPath


def team_gain(effect: FloatArray, saturation: PerPath) -> FloatArray:
    """B (1 - exp(-S/B)): gain in basis points from the sum S of single effects, float[path]."""
    return saturation * -np.expm1(-effect / saturation)


def credit_factor(effect: FloatArray, saturation: PerPath) -> FloatArray:
    """Share of a single effect that counts so that credits add up to the team's gain; 1 where S is 0."""
    safe = np.where(effect == 0, 1.0, effect)
    return np.where(effect == 0, 1.0, team_gain(safe, saturation) / safe)


def decay(half_life: PerPath) -> PerPath:
    """Factor by which an effect shrinks in a month: 2^(-1/half-life)."""
    return 2.0 ** (-1 / half_life)
