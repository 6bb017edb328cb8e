"""An exit waterfall as tables."""

from collections.abc import Mapping, Sequence
from io import StringIO

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from compdesign.inputs.stack import CapitalStack
from compdesign.model.breakpoints import Breakpoint, breakpoints
from compdesign.model.securities import Convertible, OptionTranche, Preferred, Stack
from compdesign.model.waterfall import Proceeds, proceeds
from compdesign.quantities import FloatArray
from compdesign.reports.exit_holders import by_stakeholder

WIDTH = 150
EXITS_ABREAST = 6
MOST_HOLDERS = 40
LONGEST_LINE = 50
CENTS_BELOW = 1e6
"""Where the largest exit is below this, amounts are shown to the cent."""


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


def exit_text(typed: CapitalStack, exit_values: FloatArray, to_know: Sequence[str] = (), width: int | None = None) -> str:
    """Proceeds by security and, where the stack says who holds what, by holder at each exit value; the breakpoints; as text.

    to_know: sentences printed below, of what the source of the stack leaves open.
    """
    buffer = StringIO()
    console = Console(file=buffer, width=width or WIDTH, no_color=True, highlight=False)
    stack = stack_of(typed)
    result = proceeds(stack, exit_values)
    sign = "$" if typed.currency == "USD" else f"{typed.currency} "
    decimals = 0 if np.nanmax(exit_values, initial=0.0) >= CENTS_BELOW else 2
    console.print(Text(typed.title))
    for places in _blocks(exit_values):
        console.print(_proceeds_table(stack, result, places, sign, decimals))
    said = (
        f"Rounded to the {'cent' if decimals else 'dollar' if typed.currency == 'USD' else typed.currency}; exact in proceeds.csv (--csv)"
    )
    console.print(Text(f"c: converted to common. Options and warrants net of their strike. {said}."))
    if holders := by_stakeholder(typed, result):
        for places in _blocks(exit_values):
            console.print(_holders_table(holders, result, places, sign, decimals))
    console.print(_breakpoint_table(breakpoints(stack), sign, decimals))
    if to_know:
        console.print(Text("Not stated by the cap table, and how it was read:"))
        for line in to_know:
            console.print(Padding(Text(line), (0, 0, 0, 2)))
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


def holders_frame(typed: CapitalStack, result: Proceeds) -> pd.DataFrame:
    """One row an exit: exit value, then each stakeholder's dollars, debt, fees and carve-out."""
    return pd.DataFrame({"exit_value": result.exit_value} | by_stakeholder(typed, result))


def _blocks(exit_values: FloatArray) -> list[slice]:
    """Columns of exits that fit side by side."""
    return [slice(start, start + EXITS_ABREAST) for start in range(0, exit_values.size, EXITS_ABREAST)]


def _proceeds_table(stack: Stack, result: Proceeds, places: slice, sign: str, decimals: int) -> Table:
    table = _table("Proceeds at an exit value of", *(_money(value, sign, decimals) for value in result.exit_value[places]))
    papers = [each.name for each in stack.preferred] + [each.name for each in stack.convertibles]
    decided = dict(zip(papers, [*result.converted, *result.convertibles_converted], strict=True))
    for name, row in result.by_holder().items():
        if row.any():
            marks = decided.get(name, np.zeros(row.size, dtype=bool))
            cells = (
                f"{_money(value, sign, decimals)}{' c' if mark else '  '}" for value, mark in zip(row[places], marks[places], strict=True)
            )
            table.add_row(Text(name), *cells)
    table.add_section()
    table.add_row(
        Text("Total"), *(f"{_money(value, sign, decimals)}  " for value in np.sum(list(result.by_holder().values()), axis=0)[places])
    )
    table.add_row(Text("Price of a common share", style="italic"), *(f"{sign}{price:,.4f}  " for price in result.common_price[places]))
    return table


def _holders_table(holders: Mapping[str, FloatArray], result: Proceeds, places: slice, sign: str, decimals: int) -> Table:
    table = _table("By holder, at an exit value of", *(_money(value, sign, decimals) for value in result.exit_value[places]))
    shown, rest = list(holders.items())[:MOST_HOLDERS], list(holders.values())[MOST_HOLDERS:]
    for name, row in shown:
        table.add_row(Text(name), *(_money(value, sign, decimals) for value in row[places]))
    if rest:
        table.add_row(Text(f"{len(rest)} others"), *(_money(value, sign, decimals) for value in np.sum(rest, axis=0)[places]))
    table.add_section()
    table.add_row(Text("Total"), *(_money(value, sign, decimals) for value in np.sum(list(holders.values()), axis=0)[places]))
    return table


def _breakpoint_table(points: tuple[Breakpoint, ...], sign: str, decimals: int) -> Table:
    table = _table("Breakpoint: from this exit value", "Common share", "What changes", "The next distributable dollar goes to")
    for column in table.columns[2:]:
        column.justify = "left"
    for each in points:
        sharing = _packed([f"{name} {100 * share:.3g} %" for name, share in each.sharing.items()])
        table.add_row(_money(each.exit_value, sign, decimals), f"{sign}{each.common_price:,.4f}", Text(each.event), Text(sharing))
    return table


def _packed(parts: Sequence[str]) -> str:
    """The parts in lines that break between two of them."""
    lines = [parts[0]]
    for each in parts[1:]:
        if len(lines[-1]) + len(each) > LONGEST_LINE:
            lines[-1] += ","
            lines.append(each)
        else:
            lines[-1] += f", {each}"
    return "\n".join(lines)


def _money(value: float, sign: str, decimals: int) -> str:
    return f"{sign}{value:,.{decimals}f}"


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for place, name in enumerate(columns):
        table.add_column(Text(name), overflow="fold", justify="left" if place == 0 else "right")
    return table
