"""An exit waterfall as tables and a chart."""

from io import BytesIO, StringIO

import numpy as np
import pandas as pd
from matplotlib import colormaps, rc_context
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from compdesign.inputs.stack import CapitalStack
from compdesign.model.breakpoints import Breakpoint, breakpoints
from compdesign.model.securities import Convertible, OptionTranche, Preferred, Stack
from compdesign.model.waterfall import Proceeds, proceeds
from compdesign.quantities import FloatArray
from compdesign.reports.numbers import amount

WIDTH = 150
CHART_POINTS = 600


def stack_of(typed: CapitalStack) -> Stack:
    """The stack the model divides among."""
    return Stack(
        common=float(typed.common),
        preferred=tuple(Preferred(**each.model_dump()) for each in typed.preferred),
        options=tuple(OptionTranche(**each.model_dump()) for each in typed.options),
        convertibles=tuple(Convertible(**each.model_dump()) for each in typed.convertibles),
        debt=typed.debt,
        fees=typed.fees,
        fee_share=typed.fee_share,
        carve_out_share=typed.carve_out_share,
        carve_out_maximum=np.inf if typed.carve_out_maximum is None else typed.carve_out_maximum,
    )


def exit_text(title: str, stack: Stack, exit_values: FloatArray, width: int | None = None) -> str:
    """Proceeds by holder at each exit value, and the breakpoint table, as text."""
    buffer = StringIO()
    console = Console(file=buffer, width=width or WIDTH, no_color=True, highlight=False)
    console.print(Text(title))
    result = proceeds(stack, exit_values)
    console.print(_proceeds_table(stack, result))
    console.print(Text("c: converted to common. Amounts net of strike; every column adds up to its exit value."))
    console.print(_breakpoint_table(breakpoints(stack)))
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def breakpoint_frame(points: tuple[Breakpoint, ...]) -> pd.DataFrame:
    """One row a breakpoint: exit value, distributable, common price, event, and each holder's share of the next dollar."""
    rows = [
        {"exit_value": each.exit_value, "distributable": each.distributable, "common_price": each.common_price, "event": each.event}
        | each.sharing
        for each in points
    ]
    return pd.DataFrame.from_records(rows).fillna(0.0)


def proceeds_frame(result: Proceeds) -> pd.DataFrame:
    """One row an exit: exit value, then each holder's dollars, debt, fees and carve-out, and the price of a common share."""
    return pd.DataFrame({"exit_value": result.exit_value} | result.by_holder() | {"common_price": result.common_price})


def exit_chart(title: str, stack: Stack, highest: float | None = None) -> bytes:
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
    axes.set(title=title, xlabel="Exit value, $M (dotted: breakpoints)", ylabel="Proceeds, $M", xlim=(0, end / 1e6), ylim=(0, end / 1e6))
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


def _proceeds_table(stack: Stack, result: Proceeds) -> Table:
    table = _table("Exit value", *(amount(float(value), "$") for value in result.exit_value))
    papers = [each.name for each in stack.preferred] + [each.name for each in stack.convertibles]
    decided = dict(zip(papers, [*result.converted, *result.convertibles_converted], strict=True))
    for name, row in result.by_holder().items():
        if row.any():
            marks = decided.get(name, np.zeros(row.size, dtype=bool))
            cells = (f"{amount(float(value), '$')}{' c' if mark else ''}" for value, mark in zip(row, marks, strict=True))
            table.add_row(Text(name), *cells)
    table.add_row(Text("Price of a common share", style="italic"), *(f"${price:,.4f}" for price in result.common_price))
    return table


def _breakpoint_table(points: tuple[Breakpoint, ...]) -> Table:
    table = _table("Breakpoint: from this exit value", "Common share", "What changes", "The next distributable dollar goes to")
    for column in table.columns[2:]:
        column.justify = "left"
    for each in points:
        sharing = ", ".join(f"{name} {100 * share:.3g} %" for name, share in each.sharing.items())
        table.add_row(amount(each.exit_value, "$"), f"${each.common_price:,.4f}", Text(each.event), Text(sharing))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for place, name in enumerate(columns):
        table.add_column(Text(name), overflow="fold", justify="left" if place == 0 else "right")
    return table
