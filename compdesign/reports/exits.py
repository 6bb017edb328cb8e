"""An exit waterfall as tables."""

from io import StringIO

import numpy as np
import pandas as pd
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
