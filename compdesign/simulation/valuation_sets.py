"""Who is judged together in the valuation: everybody, and everybody but one group of paths for the errors."""

from dataclasses import dataclass

import numpy as np

from compdesign.quantities import BoolArray, FloatArray, IntArray

GROUPS = 32
"""Groups of paths for the delete-one jackknife; every hire of a path is in the same group, so shared luck is counted once."""


def group_of_path(paths: int) -> IntArray:
    """The group that each path is in, int[path]."""
    return np.arange(paths) * GROUPS // paths


def sample_of_hire(path: IntArray, production: BoolArray, paths: int) -> IntArray:
    """The sample, of one type and group, that each hire is in, int[hire]: the groups' production-minded first. path, production[hire]: who."""
    return group_of_path(paths)[path] + GROUPS * ~production


def jackknife(left_out: FloatArray) -> FloatArray:
    """Standard errors from delete-one-group values float64[group, ...], over the groups (Efron and Stein 1981)."""
    return np.sqrt((GROUPS - 1) / GROUPS * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))


@dataclass(frozen=True)
class Sets:
    """Sets of hires and of competing offers, each made of samples. production, notebook[set, sample]: how many hires of either type;
    outside[set, sample]: how many paths. of_hire[hire], of_path[path]: in which sample; None where each is a sample of its own.
    """

    production: FloatArray
    notebook: FloatArray
    outside: FloatArray
    of_hire: IntArray | None
    of_path: IntArray | None

    @classmethod
    def everybody(cls, production: BoolArray, paths: int) -> "Sets":
        """One set of all, looked at one by one. production[hire]: of which type."""
        return cls(production[None] * 1.0, ~production[None] * 1.0, np.ones((1, paths)), None, None)

    @classmethod
    def of_groups(cls, kept: FloatArray, sample: IntArray, group: IntArray) -> "Sets":
        """Sets of groups. kept[set, group]: 1 where a set has the group, else 0. sample[hire], group[path]: as below and above."""
        counts = np.tile(kept, 2) * np.bincount(sample, minlength=2 * GROUPS)
        first = np.arange(2 * GROUPS) < GROUPS
        return cls(counts * first, counts * ~first, kept * np.bincount(group, minlength=GROUPS), sample, group)

    def weights(self, share: FloatArray | float) -> FloatArray:
        """Weights of the samples that give production-minded hires a share of each set; each set's add up to 1, and a type nobody has
        drawn weighs nothing. share: a number, or float64[set]. float64[set, sample].
        """
        share = np.asarray(share)[..., None]
        production = self.production * (share / np.maximum(self.production.sum(axis=-1, keepdims=True), 1))
        weights = production + self.notebook * ((1 - share) / np.maximum(self.notebook.sum(axis=-1, keepdims=True), 1))
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
