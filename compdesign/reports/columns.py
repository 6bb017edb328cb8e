"""Tables on a page of any width: columns that do not fit go into further blocks, and no text is cut."""

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

LEAST_LABEL, MOST_LABEL, LEAST_COLUMN, GAP = 24, 44, 18, 2
"""Characters of the column of labels, of any other column, and between two."""

Cells = tuple[Text | str, ...]
"""A row: its label, then one cell a column; a label alone is a heading."""


def blocks(
    head: Sequence[str], rows: Iterable[Cells], width: int, *, repeated: int = 0, together: int = 1, least: int = LEAST_COLUMN
) -> Iterable[RenderableType]:
    """The table in as many blocks of columns as the width asks for; every cell wraps inside its column.

    head: titles, the first of the column of labels. repeated: columns after the labels that stand in every block, so that
    differences to them can be read. together: neighbouring columns that are not parted. least: characters a column needs.
    """
    rows = list(rows)
    cuts = _cuts(len(head) - 1, max((width - LEAST_LABEL) // (least + GAP), 1), repeated, together)
    for place, chosen in enumerate(cuts):
        if len(cuts) > 1:
            yield Text(
                f"Columns, block {place + 1} of {len(cuts)}" + (", the first one repeated" if place and repeated else ""), style="dim"
            )
        yield _table([head[0], *(head[k + 1] for k in chosen)], [_on(row, chosen) for row in rows])


def _cuts(columns: int, room: int, repeated: int, together: int) -> list[list[int]]:
    """The columns of each block, by number; room: how many stand side by side."""
    if columns <= room:
        return [list(range(columns))]
    first = list(range(repeated)) if room > repeated else []
    step = max((room - len(first)) // together * together, together)
    return [[*first, *range(start, min(start + step, columns))] for start in range(len(first), columns, step)]


def _on(row: Cells, chosen: list[int]) -> Cells:
    return row if len(row) == 1 else (row[0], *(row[k + 1] for k in chosen))


def _table(head: Sequence[str], rows: Iterable[Cells]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for place, name in enumerate(head):
        table.add_column(Text(name), overflow="fold", max_width=None if place else MOST_LABEL)
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return table
