"""What a report's page is made of: cells, tables, panels, figures. Plain values, ready to print."""

from dataclasses import dataclass
from math import isfinite, nan

from compdesign.metrics.catalog import Better
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import BEYOND, IDENTICAL, MATERIAL, NOISY, Difference, Estimate
from compdesign.reports.canvas import Drawing
from compdesign.reports.numbers import amount, change, with_error, with_label
from compdesign.reports.panels import Mark

LETTERS = "ABCDEFGHIJKL"
"""One a structure, so that a line of a chart, a row and a column say which without a long name."""
TWO_ERRORS = 2.0
PAGE, PANEL_WORDS = 780.0, 60.0
"""Height of a page less a figure's own words, and of the words over a panel, in units of a panel."""
UNITS = {"$": "dollars", "share": "per cent", "count": "number"}


@dataclass(frozen=True)
class Cell:
    """A value, what stands under it, and its tone (a role of the palette, or none)."""

    text: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """head: column titles; rows: cells, the first of each is the row's title; a row of one cell is a heading."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Panel:
    """One drawing of a figure. title: what it shows; user's names whole. text: the same in words, for who does not see it.
    note: a number printed above the drawing.
    """

    key: str
    title: str
    text: str
    drawing: Drawing
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """finding: what the figure shows, in a sentence. reading: how to read it, naming the kind of spread drawn."""

    key: str
    title: str
    finding: str
    reading: str
    panels: tuple[Panel, ...]
    table: Table

    @property
    def long(self) -> bool:
        """Whether it is taller than a page with its words, two panels side by side: such a figure may break between panels."""
        heights = [panel.drawing.height + PANEL_WORDS for panel in self.panels]
        return sum(max(heights[place : place + 2]) for place in range(0, len(heights), 2)) > PAGE


def lettered(comparison: Comparison) -> tuple[str, ...]:
    """Structures as typed, each with its letter."""
    return tuple(f"{letter} · {offer.name}" for letter, offer in zip(LETTERS, comparison.scenario.offers, strict=False))


def tone(difference: Difference, better: Better) -> str:
    """Blue where a structure is materially better than the first, vermilion where worse, ochre where it depends, else grey."""
    if difference.label.startswith("depends on"):
        return "s5"
    if difference.label != MATERIAL:
        return "quiet"
    if better == "neither" or difference.value == 0:
        return "ink"
    return "s1" if (difference.value > 0) == (better == "higher") else "s2"


WORDS = {"s1": "better", "s2": "worse"}


def difference_mark(name: str, difference: Difference, unit: str, better: Better) -> Mark:
    """A paired difference ± 2 standard errors; full where it is material, hollow where nobody should decide on it."""
    said = tone(difference, better)
    if difference.label in (IDENTICAL, NOISY, BEYOND):
        note = difference.label
    else:
        word = WORDS.get(said, difference.label.split(".")[-1] if said == "s5" else "immaterial" if said == "quiet" else "")
        note = f"{change(difference.value, unit)} {word}".strip()
    reach = TWO_ERRORS * difference.se
    return Mark(
        name,
        note,
        difference.value,
        difference.value - reach,
        difference.value + reach,
        said,
        "full" if said in ("s1", "s2", "ink") else "hollow",
    )


def estimate_mark(name: str, estimate: Estimate, unit: str, said: str = "ink") -> Mark:
    """A value ± 2 standard errors."""
    reach = TWO_ERRORS * estimate.se if estimate.se == estimate.se else 0.0
    return Mark(name, amount(estimate.value, unit), estimate.value, estimate.value - reach, estimate.value + reach, said)


def value_cell(estimate: Estimate, unit: str, difference: Difference | None = None, better: Better = "neither") -> Cell:
    """A value with its error, under it the paired difference and its label."""
    if difference is None:
        return Cell(with_error(estimate, unit))
    return Cell(with_error(estimate, unit), with_label(difference, unit), tone(difference, better))


def said_of(marks: tuple[Mark, ...]) -> str:
    """Marks in words."""
    return "; ".join(f"{mark.label}: {mark.note}" for mark in marks)


def listed(names: tuple[str, ...]) -> str:
    """Names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def in_scenario(comparison: Comparison, name: str) -> float:
    """Where the scenario stands on an input: its value, or the mean of its draws."""
    if name in comparison.result.inputs:
        return float(comparison.result.inputs[name].mean())
    value: object = comparison.scenario
    for part in name.split("."):
        value = getattr(value, part)
    return float(value) if isinstance(value, int | float) else nan


def deploys(comparison: Comparison) -> bool:
    """Whether any structure ships a qualifying deployment: without one no cost per deployment can be drawn."""
    return any(isfinite(each.value) for each in comparison.rows[0].estimates)
