"""An exit waterfall as a chart."""

from io import BytesIO

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from compdesign.model.breakpoints import breakpoints
from compdesign.model.securities import Stack
from compdesign.model.waterfall import proceeds

CHART_POINTS = 600


def exit_chart(title: str, stack: Stack, highest: float | None = None, currency: str = "USD") -> bytes:
    """SVG: who gets what over the exit value, as stacked areas, with a line at each breakpoint.

    highest: right end of the axis, $; by default a quarter beyond the last breakpoint.
    """
    points = [point.exit_value for point in breakpoints(stack)]
    end = highest or 1.25 * max(points[-1], 1.0)
    exits = np.unique(np.concatenate([np.linspace(0.0, end, CHART_POINTS), [point for point in points if point < end]]))
    paid = {name: row / 1e6 for name, row in proceeds(stack, exits).by_holder().items() if row.any()}
    colours = {name: colour for name, colour in _colours(stack).items() if name in paid}
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    axes.stackplot(
        exits / 1e6, [paid[name] for name in colours], labels=list(colours), colors=list(colours.values()), edgecolor="white", linewidth=0.4
    )
    inside = np.array([point / 1e6 for point in points if point < end])
    axes.vlines(inside, 0.0, inside, color="black", linewidth=0.6, linestyle=":")
    unit = "$M" if currency == "USD" else f"{currency} million"
    axes.set(
        title=title,
        xlabel=f"Exit value, {unit} (dotted: breakpoints)",
        ylabel=f"Proceeds, {unit}",
        xlim=(0, end / 1e6),
        ylim=(0, end / 1e6),
    )
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="upper left", frameon=False)
    buffer = BytesIO()
    with rc_context({"svg.hashsalt": "compdesign"}):  # the same chart is the same file
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _colours(stack: Stack) -> dict[str, str]:
    """Holders from the bottom of the chart up: what is paid ahead in greys, preferred in blues, SAFEs and notes in greens,
    options in purples, common on top."""
    groups = (
        ("Greys", ["fees", "debt", "carve-out"]),
        ("Blues", [each.name for each in sorted(stack.preferred, key=lambda each: each.rank)]),
        ("Greens", [each.name for each in stack.convertibles]),
        ("Purples", [each.name for each in stack.options]),
        ("Oranges", ["common"]),
    )
    colours = {}
    for colour, names in groups:
        shades = np.linspace(0.7, 0.35, len(names)) if len(names) > 1 else (0.5,)
        colours.update({name: to_hex(colormaps[colour](shade)) for name, shade in zip(names, shades, strict=False)})
    return colours
