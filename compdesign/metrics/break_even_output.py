"""The break-even incentive said as output: how many more deployments than with links off it takes to tie."""

from dataclasses import dataclass

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import INCENTIVE, break_evens
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.scan import Scan, Sums, Told, left_out, scanned, told
from compdesign.metrics.variants import without_links
from compdesign.quantities import FloatArray
from compdesign.simulation.parameters import with_value
from compdesign.simulation.result import SimulationResult

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


def along_incentive(gaming: float, scenario: Scenario, paths: int, width: int | None = None) -> Scan:
    """Runs along the incentive link at a value of gaming, and at last one with every link at zero. width: as of `simulate_variants`."""
    moved = with_value(scenario, "links.gaming", gaming)
    return scanned([*(INCENTIVE.place(moved, value) for value in INCENTIVE.grid), without_links(scenario)], paths, scenario, width)


def output_at_ties(scenario: Scenario, gaming: float, scan: Scan, main: SimulationResult, off: SimulationResult) -> list[OutputAtTie]:
    """Every structure against the first, where either has an award to earn: others do not answer to the incentive. scan: of
    `along_incentive`. main: the main run. off: one with every link at zero, on its first paths.
    """
    along = Scan(Sums(scan.variants.cost[:-1], scan.variants.deployments[:-1]), scan.typed)
    rise = _rise(scan, main, off)
    found = []
    for k, each in enumerate(break_evens(INCENTIVE, along, main), start=1):
        if not (scenario.offers[k].refresh or scenario.offers[0].refresh):
            continue
        earner = k if scenario.offers[k].refresh else 0
        ties = tuple((root.value, _at(rise, earner, root.value)) for root in each.roots)
        found.append(OutputAtTie(each.structure, gaming, scenario.offers[earner].name, ties))
    return found


def _rise(scan: Scan, main: SimulationResult, off: SimulationResult) -> Told:
    """Qualifying deployments at each point over those with links off, [variant, structure]."""
    along, few_off = scan.variants.deployments[:-1], scan.variants.deployments[-1]
    many_off = Sums.of(off, len(few_off)).deployments
    many = Sums.of(main, len(few_off)).deployments[..., : many_off.shape[-1]]
    return told(left_out(along, few_off), left_out(scan.typed.deployments, few_off), left_out(many, many_off))


def _at(rise: Told, earner: int, incentive: float) -> Estimate:
    """The rise as a share at an incentive, on straight lines between the grid's values."""

    def on_lines(values: FloatArray) -> FloatArray:
        return np.apply_along_axis(lambda column: np.interp(incentive, INCENTIVE.grid, column), 0, values[:, earner])

    at = Told(*map(on_lines, (rise.value, rise.few, rise.many)))
    return Estimate(float(at.value) - 1, float(at.error))
