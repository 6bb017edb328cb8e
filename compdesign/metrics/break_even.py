"""Where the ranking turns: roots of the paired difference of the objective along one input, and a map over two."""

from dataclasses import dataclass
from math import isfinite, nan

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.estimates import IDENTICAL, NOISE, NOISY, Difference, Estimate
from compdesign.metrics.runner_up import cheapest
from compdesign.metrics.scan import Objective, Scan
from compdesign.metrics.variants import with_value_scale
from compdesign.simulation.parameters import with_value
from compdesign.simulation.result import SimulationResult


@dataclass(frozen=True)
class Axis:
    """An input moved over a grid. name: what the user would type. label: for people. share: of `scan_paths` that a point takes: more
    where other people are hired, and the paths have less in common with those of the scenario typed.
    """

    name: str
    label: str
    unit: str
    grid: tuple[float, ...]
    share: int = 1

    def place(self, scenario: Scenario, value: float) -> Scenario:
        """The scenario with the input at a value."""
        return with_value_scale(scenario, value) if self.name == EXIT_VALUE else with_value(scenario, self.name, value)


EXIT_VALUE = "exit value"
INCENTIVE = Axis("links.incentive", "incentive link, epsilon", "elasticity", (0.0, 0.25, 0.5, 1.0, 1.5))
SELECTION = Axis("links.selection", "selection link, kappa", "weight", (0.0, 0.25, 0.5, 0.75, 1.0))
VALUE = Axis(EXIT_VALUE, "enterprise value, times the scenario's", "ratio", (0.25, 0.5, 1.0, 2.0, 4.0))
SENSITIVITY = Axis("hiring.screen.sensitivity", "sensitivity of the screen", "probability", (0.1, 0.3, 0.5, 0.75, 1.0), share=2)
MAPPED = tuple((incentive, selection) for incentive in (0.0, 0.5, 1.0, 1.5) for selection in (0.0, 0.5, 1.0))
"""Pairs of the incentive and the selection link on the map."""


def axes(scenario: Scenario) -> tuple[Axis, ...]:
    """The inputs along which break-evens are sought."""
    return (INCENTIVE, SELECTION, VALUE, *((SENSITIVITY,) if scenario.hiring.screen else ()))


@dataclass(frozen=True)
class Root:
    """A value of the input at which two structures tie; low, high: where the difference is within noise around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class BreakEven:
    """Where one structure's objective ties with the first structure's. differences: at each grid value, in $ per deployment."""

    structure: str
    axis: Axis
    differences: tuple[Difference, ...]
    roots: tuple[Root, ...]

    @property
    def finding(self) -> str:
        """One line: the roots, or that there is none and who is ahead throughout."""
        if self.roots:
            return "; ".join(f"{root.value:.3g} ({root.low:.3g} to {root.high:.3g})" for root in self.roots)
        known = [each for each in self.differences if isfinite(each.value)]
        if not known:
            return "none in range: nothing is deployed"
        if all(abs(each.value) <= NOISE * each.se for each in known):
            return "none in range: within noise throughout"
        return f"none in range: {'cheaper' if known[0].value < 0 else 'dearer'} throughout"


def break_evens(axis: Axis, scan: Scan, main: SimulationResult) -> list[BreakEven]:
    """Break-evens of every structure with the first along one axis. scan: at its grid values, in order. main: the main run."""
    objective = Objective.of(scan, main)
    found = []
    for index in range(1, objective.structures):
        differences = objective.differences(index, 0)
        found.append(BreakEven(main.structures[index], axis, differences, roots(axis.grid, differences)))
    return found


def roots(grid: tuple[float, ...], differences: tuple[Difference, ...]) -> tuple[Root, ...]:
    """Every sign change on the grid, by linear interpolation; its interval is where the line is within NOISE standard errors."""
    found = []
    for left, right, before, after in zip(grid, grid[1:], differences, differences[1:], strict=False):
        if not (isfinite(before.value) and isfinite(after.value)) or before.value == after.value:
            continue
        crosses = before.value * after.value < 0 or (before.value == 0 and before is differences[0])
        if crosses or after.value == 0:
            slope = (after.value - before.value) / (right - left)
            value = left - before.value / slope
            reach = NOISE * max(before.se, after.se) / abs(slope)
            found.append(Root(value, max(value - reach, grid[0]), min(value + reach, grid[-1])))
    return tuple(found)


@dataclass(frozen=True)
class MapCell:
    """Who has the lowest objective at a pair of links, None where nobody ships; clear: whether its lead over everybody else is
    beyond noise.
    """

    incentive: float
    selection: float
    cheapest: str | None
    clear: bool


def map_cells(scan: Scan, main: SimulationResult) -> tuple[MapCell, ...]:
    """The cheapest structure per deployment at each pair of links; clear: every other is 2 standard errors of the paired difference
    dearer, or ships nothing. scan: at MAPPED, in order. main: the main run.
    """
    objective = Objective.of(scan, main)
    found = []
    for at, (pair, values) in enumerate(zip(MAPPED, objective.told.value.tolist(), strict=True)):
        best = cheapest(tuple(Estimate(value, nan) for value in values))
        if best is None:
            found.append(MapCell(*pair, None, False))
            continue
        behind = (objective.differences(k, best)[at] for k in range(len(values)) if k != best)
        found.append(MapCell(*pair, main.structures[best], all(each.label not in (IDENTICAL, NOISY) for each in behind)))
    return tuple(found)
