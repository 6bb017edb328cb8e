"""Imported by the process that children are forked from: loads the engine and uses it once, so that each child starts warm."""

from compdesign.inputs.scenario import Scenario
from compdesign.reports.pdf import pdf

from .documented import example
from .jobs import comparison

_posed = example()
comparison(Scenario.parse({**_posed, "offers": _posed["offers"][:1]}), 64, None)
pdf("<html lang=en><title>warm</title><p>warm</p></html>")
