"""The break-even incentive said as output: how many more deployments than with links off it takes to tie."""

from dataclasses import dataclass

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import INCENTIVE, break_evens
from compdesign.metrics.estimates import Estimate, jackknife_error
from compdesign.metrics.variants import without_links
from compdesign.quantities import FloatArray
from compdesign.simulation.parameters import with_value
from compdesign.simulation.result import SimulationResult
from compdesign.simulation.run import simulate_variants

GAMING = (0.0, 1.0)
"""Values of the gaming link at which output is told: none of the extra speed goes at the cost of margin, and all of it."""


@dataclass(frozen=True)
class OutputAtTie:
    """What the incentive link must bring for a structure to tie with the first.

    gaming: value of that link. earner: whose output is told, the structure itself or, where it has nothing to earn, the first.
    ties: per root of the objective's difference, the incentive and the rise of the earner's qualifying deployments over those
    with every link at zero, as a share with its standard error; empty where there is none in range.
    """

    structure: str
    gaming: float
    earner: str
    ties: tuple[tuple[float, Estimate], ...]


def output_at_ties(scenario: Scenario, gaming: float, paths: int) -> list[OutputAtTie]:
    """Every structure against the first, where either has an award to earn: others do not answer to the incentive."""
    moved = with_value(scenario, "links.gaming", gaming)
    along = simulate_variants([INCENTIVE.place(moved, value) for value in INCENTIVE.grid], paths, typed=scenario)
    [off] = simulate_variants([without_links(scenario)], paths, typed=scenario)
    found = []
    for k, each in enumerate(break_evens(INCENTIVE, along), start=1):
        if not (scenario.offers[k].refresh or scenario.offers[0].refresh):
            continue
        earner = k if scenario.offers[k].refresh else 0
        ties = tuple((root.value, _rise(along, off, earner, root.value)) for root in each.roots)
        found.append(OutputAtTie(each.structure, gaming, scenario.offers[earner].name, ties))
    return found


def _rise(along: list[SimulationResult], off: SimulationResult, earner: int, incentive: float) -> Estimate:
    """Qualifying deployments over those with links off, less 1, on straight lines between the grid's values; paired by group."""
    before = _deployments(off, earner)
    shares = np.array([_deployments(result, earner) / np.where(before > 0, before, np.nan) - 1 for result in along])
    at = [float(np.interp(incentive, INCENTIVE.grid, column)) for column in shares.T]
    return Estimate(at[0], jackknife_error(np.array(at[1:])))


def _deployments(result: SimulationResult, structure: int) -> FloatArray:
    """Qualifying deployments over all paths, then with each group of paths left out."""
    of_groups = result.sums[structure, result.variables["qualifying"]]
    return np.concatenate([[of_groups.sum()], of_groups.sum() - of_groups])
