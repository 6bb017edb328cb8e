"""Imported by the process that children are forked from: loads the engine and uses it once, so that each child starts warm."""

from compdesign.inputs.scenario import Scenario

from .documented import example_scenario
from .jobs import comparison

_posed = example_scenario()
comparison(Scenario.parse({**_posed, "offers": _posed["offers"][:1]}), 64, None)
