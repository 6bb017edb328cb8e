"""What a run reads of a block does not depend on how many of its paths are read."""

import numpy as np
import pytest

from compdesign.simulation.streams import RNG_BLOCK, Streams


@pytest.mark.parametrize("paths", [1, 2, 3, 4, 255, 2_000, RNG_BLOCK - 1, RNG_BLOCK])
@pytest.mark.parametrize(
    ("kind", "shape"), [("uniform", None), ("normal", None), ("normal32", None), ("exponential", None), ("gamma", 2.5)]
)
def test_the_first_paths_of_a_block_are_those_of_the_whole(kind: str, shape: float | None, paths: int) -> None:
    whole, first = Streams(5, 0), Streams(5, 0, paths=paths)
    for row in range(4):
        np.testing.assert_array_equal(first.row("any", kind, shape, row, 1, 2), whole.row("any", kind, shape, row, 1, 2)[:paths])
