"""Cells and titles of the printed tables."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from compdesign.metrics.estimates import BEYOND, IDENTICAL, IMMATERIAL, MATERIAL, NOISY, Difference, Estimate
from compdesign.reports.numbers import with_error, with_label

STYLES = {MATERIAL: "bold", NOISY: "dim", BEYOND: "dim", IDENTICAL: "dim", IMMATERIAL: "dim"}


def compared(estimates: Iterable[Estimate], differences: Iterable[Difference], unit: str) -> Iterable[Text]:
    """Values ± one standard error, under each but the first its paired difference and label."""
    for place, (estimate, difference) in enumerate(zip(estimates, differences, strict=True)):
        cell = Text(with_error(estimate, unit))
        if place:
            cell.append("\n").append_text(labelled(difference, unit))
        yield cell


def labelled(difference: Difference, unit: str) -> Text:
    """A paired difference ± one standard error and its label; what nobody should decide on is dim."""
    return Text(with_label(difference, unit), style=STYLES.get(difference.label, "italic"))


def heading(text: str) -> tuple[Text]:
    """A row that names the rows after it."""
    return (Text(text, style="bold underline"),)


def title(text: str) -> RenderableType:
    """The title of a view."""
    return Group(Text(""), Text(text, style="bold"))
