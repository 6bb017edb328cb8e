"""Compare offer structures for engineers on the same simulated futures.

from compdesign import Scenario, compare
comparison = compare(Scenario.load("scenario.toml"))
comparison.to_frame()
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Scenario", "__version__", "compare", "simulate"]

if TYPE_CHECKING:
    from compdesign.inputs.scenario import Scenario
    from compdesign.metrics.comparison import compare
    from compdesign.simulation.run import simulate

_HOME = {"Scenario": "compdesign.inputs.scenario", "compare": "compdesign.metrics.comparison", "simulate": "compdesign.simulation.run"}


def __getattr__(name: str) -> Any:
    """Import on first use: the command line starts without NumPy and pandas."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
