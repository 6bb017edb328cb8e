"""The compiled kernel by itself: what it states again in C, laws of its small functions, and faults in what feeds it."""

import gc
import sys
import threading
import tomllib
import weakref
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from compdesign import compare, quantities
from compdesign.inputs.scenario import Scenario
from compdesign.model import capitalization
from compdesign.simulation import company_path, kernel, run, valuation_run
from compdesign.simulation.company_path import NEVER
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.plan import path_inputs
from compdesign.simulation.rules import UNITS
from compdesign.simulation.streams import Streams, kept_block, kept_streams
from tests.simulation.posed import posed

MOST_TRIALS = 1e12


def test_constants_are_those_of_the_python_side() -> None:
    assert {
        "DAYS_PER_MONTH": quantities.DAYS_PER_MONTH,
        "MONTHS_PER_YEAR": quantities.MONTHS_PER_YEAR,
        "BASIS_POINTS": quantities.BASIS_POINTS,
        "MINIMUM_PRICE": 0.01,
        "LARGEST_POOL_SHARE": capitalization.LARGEST_POOL_SHARE,
        "LARGEST_SHIFT": float(np.log(5.0)),  # model section 7: a factor of five
        "NEVER": NEVER,
    } == kernel.CONSTANTS


def test_every_input_of_a_path_is_given_and_read() -> None:
    scenario = posed()
    assert set(path_inputs(scenario, scenario.offers[0], (1.0, 1.0))) == set(kernel.INPUTS)


def test_the_kernel_is_compiled_anew_when_any_of_its_files_changes() -> None:
    """The list of files that the build depends on is typed; it must not fall behind."""
    root = Path(__file__).parents[2]
    [extension] = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["ext-modules"]
    assert extension["depends"] == sorted(str(file.relative_to(root)) for file in root.glob("compdesign/simulation/*.pxd"))


@given(u=st.floats(0, 1, exclude_max=True), p=st.floats(1e-9, 1, exclude_max=True))
def test_trials_invert_the_geometric_distribution(u: float, p: float) -> None:
    n = kernel.trials(u, p)
    assert n >= 1 and n == np.floor(n)
    assert stats.geom.cdf(n - 1, p) <= u + 1e-12
    assert n == MOST_TRIALS or stats.geom.cdf(n, p) >= u - 1e-12
    assert (n == 1) == (u < p)


@pytest.mark.parametrize("p", [0.07, 0.41, 0.9])
def test_moments_of_trials(p: float) -> None:
    n = np.array([kernel.trials(u, p) for u in (np.arange(100_000) + 0.5) / 100_000])
    assert n.mean() == pytest.approx(1 / p, rel=1e-3)
    assert n.var() == pytest.approx((1 - p) / p**2, rel=2e-2)


def test_trials_at_their_ends() -> None:
    for u in (0.0, 0.5, 1 - 1e-16):
        assert kernel.trials(u, 1.0) == 1
        assert kernel.trials(u, 0.0) == MOST_TRIALS
    assert [kernel.trials(0.5, p) for p in (0.5, 1e-300, 5e-324)] == [2, MOST_TRIALS, MOST_TRIALS]
    assert kernel.trials(0.0, 5e-324) == 1


@given(amount=st.floats(0, 1e10), price=st.floats(0, 1e4))
def test_shares_for_dollars_are_whole_and_not_overpaid(amount: float, price: float) -> None:
    shares = kernel.whole_shares(amount, UNITS["dollars"], price, 1e7)
    paid = max(price, 0.01)
    assert shares == np.floor(shares)
    assert shares * paid <= amount * (1 + 1e-12)
    assert shares >= 1e15 or (shares + 1) * paid > amount * (1 - 1e-12)


def test_shares_of_each_unit() -> None:
    assert kernel.whole_shares(4_000, UNITS["shares"], 3.0, 1e7) == 4_000
    assert [kernel.whole_shares(1_000.0, UNITS["dollars"], price, 1e7) for price in (0.0, 0.001, 3.0)] == [100_000, 100_000, 333]
    assert kernel.whole_shares(0.25, UNITS["percent"], 3.0, 10_000_001) == 25_000


class NoNumbers(Streams):
    """Streams from which one stream cannot be drawn."""

    def row(self, name: str, *rest: object) -> np.ndarray:
        if name == "departure":
            raise MemoryError("no room for another row")
        return super().row(name, *rest)  # type: ignore[arg-type]


def test_a_fault_while_drawing_reaches_the_caller_and_leaves_nothing_broken() -> None:
    scenario = posed()
    streams = NoNumbers(7, 0, 64)
    with pytest.raises(MemoryError, match="no room for another row"):
        simulate_structure(scenario, scenario.offers[0], streams)
    streams.__class__ = Streams
    again = simulate_structure(scenario, scenario.offers[0], streams)
    fresh = simulate_structure(scenario, scenario.offers[0], Streams(7, 0, 64))
    assert (again.cash == fresh.cash).all() and len(again.hires.path) == len(fresh.hires.path) == 64


def test_threads_compare_at_once_to_the_same_bits() -> None:
    """Runs of one comparison share their random numbers; those of two threads must not."""
    scenario = Scenario.load(Path(__file__).parents[2] / "compdesign" / "examples" / "series_c.toml")
    told: list[str] = []

    def tell() -> None:
        told.append(compare(scenario, 64).to_frame().to_csv())

    tell()
    kept_streams.cache_clear()
    kept_block.cache_clear()
    for answers in (valuation_run._VALUED, valuation_run._LIVES, valuation_run._CHOOSERS, company_path._COURSES, run._SCANNED):
        answers.held.clear()
    threads = [threading.Thread(target=tell) for _ in range(3)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert len(told) == 4 and len(set(told)) == 1


def test_streams_are_freed_with_their_last_user() -> None:
    """A cycle would keep a block's random numbers until the collector comes by: hundreds of megabytes in a long run."""
    scenario = posed()
    streams = Streams(7, 0, 64)
    simulate_structure(scenario, scenario.offers[0], streams)
    gone = weakref.ref(streams)
    gc.disable()
    try:
        del streams
        assert gone() is None
    finally:
        gc.enable()
