"""Random numbers for the kernel: which stream is drawn how."""

from threading import get_ident

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.inputs.uncertain import Bounds, Distribution
from compdesign.quantities import FloatArray, PerPath
from compdesign.simulation.parameters import Drawn, quantile
from compdesign.simulation.streams import RNG_BLOCK, Repeated, Streams, input_stream, kept_block, kept_streams

STREAMS = {
    "attempts": "uniform",
    "fill": "normal",
    "screening": "uniform",
    "type": "uniform",
    "departure": "exponential",
    "staging": "exponential",
    "leave": "uniform",
    "build": "gamma",
    "build-notebook": "gamma",
    "review": "gamma",
    "release": "uniform",
    "effect": "normal",
    "kind": "uniform",
    "approval": "uniform",
    "measurement": "normal32",
}
"""Name and kind of draw, in the order of the kernel's streams."""


def gamma_shapes(scenario: Scenario) -> dict[str, PerPath]:
    """Shape of each stream of gamma draws: a number, float64[path], or a distribution that has not been drawn."""
    return {
        "build": scenario.production.build_shape,
        "build-notebook": scenario.notebook.build_shape,
        "review": scenario.deployment.review_shape,
    }


def drawn_inputs(streams: Streams, paths: int | None = None) -> Drawn:
    """Values of uncertain inputs by their dotted names, each made once of these streams. paths: how many of the first, all if not said."""

    def drawn(name: str, value: Distribution, bounds: Bounds | None) -> FloatArray:
        key = input_stream(name), value, bounds
        if key not in streams.inputs:
            streams.inputs[key] = quantile(value, bounds, streams.uniform(key[0]))
        return streams.inputs[key][:paths]

    return drawn


class Supply:
    """The draws of a row of RNG blocks. whole: the scenario over all their paths, for draws whose shape may differ by path (and is
    the same in every repetition).
    """

    def __init__(self, streams: Streams | Repeated, whole: Scenario) -> None:
        self.streams, self._kinds = streams, list(STREAMS.items())
        self._shapes: dict[str, PerPath] = {
            name: shape[: streams.period] if isinstance(shape, np.ndarray) else shape for name, shape in gamma_shapes(whole).items()
        }

    def row(self, stream: int, seat: int, ordinal: int, row: int) -> FloatArray:
        """A row of a stream by its number, float64[path]."""
        name, kind = self._kinds[stream]
        return self.streams.row(name, kind, self._shapes.get(name), row, seat, ordinal)


def shared_streams(scenario: Scenario, block: int, paths: int, width: int) -> Streams:
    """The streams of a block that the runs of a comparison share, each on the first of `width` paths. Where the shape of a gamma draw is
    uncertain, and so known of a run's own paths only, runs of other numbers of paths have streams of their own. scenario: unresolved.
    """
    shapes = gamma_shapes(scenario)
    return kept_streams(scenario.seed, block, width if _certain(shapes) else paths, repr(shapes), get_ident())


def first_block(scenario: Scenario, paths: int) -> Streams:
    """The streams of the first RNG block, kept for the next run of as many paths. scenario: unresolved."""
    shapes = gamma_shapes(scenario)
    return kept_block(scenario.seed, paths if _certain(shapes) else RNG_BLOCK, repr(shapes), get_ident())


def _certain(shapes: dict[str, PerPath]) -> bool:
    """Whether each shape is a number, so that rows can be drawn for more paths than are simulated, or for fewer than a block's."""
    return all(isinstance(shape, int | float) for shape in shapes.values())
