"""The part of a standard error that the valuation run brings in: how often an offer is accepted is known only as well as its fixed
number of futures tells, and who is hired when follows from it. More paths of the main run do not lower that part.

By the delta method: how a metric moves with the log odds of acceptance, from two runs of few paths on the same futures, times the
error of these log odds. The structures are valued on the same futures, so the errors of two of them pair.
"""

from dataclasses import dataclass, field

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.catalog import Metric
from compdesign.metrics.estimates import point
from compdesign.quantities import FloatArray
from compdesign.simulation.parameters import at_medians, with_value
from compdesign.simulation.result import SimulationResult
from compdesign.simulation.valuation_run import OfferValue
from compdesign.simulation.valuation_sets import jackknife

STEP = 0.25
"""By how much the log odds of acceptance are moved to either side."""
ACCEPT = 4
"""Column of `OfferValue.left_out` that holds the probability of acceptance."""

Slopes = dict[str, FloatArray]
"""By a metric's key, its change per unit of log odds, float64[structure]."""


def leaning(scenario: Scenario) -> list[Scenario]:
    """The scenario with offers accepted a little less often, and a little more."""
    middle = at_medians(scenario).hiring.acceptance.intercept
    return [with_value(scenario, "hiring.acceptance.intercept", middle + step) for step in (-STEP, STEP)]


def slopes(runs: list[SimulationResult], metrics: tuple[Metric, ...]) -> Slopes:
    """How each metric moves with the log odds of acceptance, from the runs of `leaning` scenarios; nil where it cannot be told (a
    runway beyond the horizon).
    """
    found: Slopes = {}
    for metric in metrics:
        down, up = (np.array([point(run, metric, k) for k in range(len(run.structures))]) for run in runs)
        known = np.isfinite(down) & np.isfinite(up)
        found[metric.key] = (np.where(known, up, 0.0) - np.where(known, down, 0.0)) / (2 * STEP)
    return found


@dataclass(frozen=True)
class AcceptanceError:
    """slopes: of the metrics, none where every offer is accepted anyhow. log_odds[structure, group]: of acceptance, with each group
    of the valuation's futures left out.
    """

    slopes: Slopes = field(repr=False)
    log_odds: FloatArray = field(repr=False)

    def of(self, metric: Metric, structure: int, base: int) -> float:
        """Standard error that acceptance brings into the difference of a metric between two structures."""
        moved = self._moved(metric)
        return float(jackknife(moved[structure] - moved[base]))

    def of_all(self, metric: Metric) -> tuple[list[float], list[float]]:
        """Standard errors that acceptance brings into a metric of every structure, and into its differences to the first."""
        moved = self._moved(metric)
        return jackknife(moved.T).tolist(), jackknife((moved - moved[0]).T).tolist()

    def _moved(self, metric: Metric) -> FloatArray:
        """The metric as far as acceptance moves it, float64[structure, group]."""
        return self.slopes[metric.key][:, None] * self.log_odds if self.slopes else np.zeros_like(self.log_odds)


def acceptance_error(offers: tuple[OfferValue, ...], moving: Slopes) -> AcceptanceError:
    """From the valuation of the main run, and the slopes of its metrics."""
    accepted = np.stack([offer.left_out[:, ACCEPT] for offer in offers])
    known = (accepted > 0) & (accepted < 1)
    return AcceptanceError(moving, np.log(np.where(known, accepted, 0.5) / np.where(known, 1 - accepted, 0.5)))
