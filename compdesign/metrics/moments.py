"""Means and standard errors gathered block by block, in memory that does not grow with the paths."""

from dataclasses import dataclass

import numpy as np

from compdesign.metrics.estimates import Estimate
from compdesign.quantities import FloatArray


@dataclass(frozen=True)
class Moments:
    """count paths; mean[...] and deviations[...]: sum of squared deviations from that mean, each over paths."""

    count: int
    mean: FloatArray
    deviations: FloatArray

    @classmethod
    def of(cls, values: FloatArray) -> "Moments":
        """Moments over the last axis, path."""
        mean = values.mean(axis=-1)
        return cls(values.shape[-1], mean, ((values - mean[..., None]) ** 2).sum(axis=-1))

    @classmethod
    def joined(cls, parts: list["Moments"]) -> "Moments":
        """Moments of all paths from those of each block (Chan, Golub and LeVeque 1983)."""
        count = sum(part.count for part in parts)
        mean = np.sum([part.mean * (part.count / count) for part in parts], axis=0)
        return cls(count, mean, np.sum([part.deviations + part.count * (part.mean - mean) ** 2 for part in parts], axis=0))

    @property
    def se(self) -> FloatArray:
        """Standard error of the mean; 0 for a single path, about which nothing is known."""
        return np.sqrt(self.deviations / self.count / max(self.count - 1, 1))

    def estimate(self, place: int | tuple[int, ...]) -> Estimate:
        return Estimate(float(self.mean[place]), float(self.se[place]))

    def among(self, share: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and standard error among a share of the paths, outside of which the values are 0; NaN where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = self.mean / share
            within = np.maximum(self.deviations / self.count + self.mean**2 - self.mean * mean, 0.0)
            return mean, np.sqrt(within / self.count) / share


def ratio(values: Moments, products: Moments, over: tuple[int, ...], under: tuple[int, ...], product: tuple[int, ...]) -> Estimate:
    """Ratio of two of the means with its standard error by the delta method; NaN if the denominator is 0.

    over, under: places in values. product: place in products of their product on each path, which gives the covariance.
    """
    x, y = float(values.mean[over]), float(values.mean[under])
    if y == 0:
        return Estimate(float("nan"), float("nan"))
    r, count = x / y, values.count
    covariance = float(products.mean[product]) - x * y
    variance = (float(values.deviations[over]) + r * r * float(values.deviations[under])) / count - 2 * r * covariance
    return Estimate(r, float(np.sqrt(max(variance, 0.0) / max(count - 1, 1))) / abs(y))
