"""Assumptions with their sources, and the tie-out of the monthly series to the comparison."""

from compdesign.metrics.comparison import Comparison
from compdesign.metrics.monthly import Monthly
from compdesign.reports.board_parts import OTHER_DIGITS, Cell, Table, plain, rounded
from compdesign.reports.numbers import amount

TIED = (
    ("pay", "compensation"),
    ("filled_months", "filled"),
    ("qualifying", "qualifying"),
    ("margin_cash", "margin_cash"),
    ("ga_delay", "ga_delay"),
    ("closing_cash", "closing_cash"),
    ("granted", "granted"),
    ("refresh_granted", "refresh_granted"),
    ("forfeited", "forfeited"),
    ("sbc_total", "sbc"),
)
"""Metric of the comparison, variable of the monthly series: two computations of one total."""


def assumptions(comparison: Comparison) -> Table:
    """Every shipped assumption the scenario rests on; one without a public source says so in its standing."""
    rows = tuple(
        (
            Cell(each.where),
            Cell(f"{each.title}"),
            Cell(plain(f"{each.value} {each.unit}")),
            Cell(each.standing),
            Cell(f"{each.source} ({each.as_of})"),
        )
        for each in comparison.defaults
    )
    return Table(
        "Inputs that rest on shipped defaults",
        ("Input", "What it is", "Value", "Standing", "Source (as of)"),
        rows,
        text_columns=5,
        small=True,
    )


def tie_out(comparison: Comparison, place: int, proposed: Monthly) -> Table:
    """Totals of the months beside the comparison's metrics of the same futures, and their difference."""
    rows = []
    for key, variable in TIED:
        row = comparison.row(key)
        unit = row.metric.unit
        digits = 2 if unit.startswith("$") else OTHER_DIGITS
        values = (proposed.whole[variable].value, row.estimates[place].value)
        apart = rounded(values[0] - values[1], digits) or 0.0
        cells = (Cell(amount(value, unit), rounded(value, digits), unit=unit) for value in values)
        rows.append((Cell(row.metric.label), *cells, Cell("0" if apart == 0 else f"{apart:,.{digits}f}", apart, unit=unit)))
    return Table(
        "Tie-out: totals of the months against the comparison",
        ("Total over the run", "From the months", "From the comparison", "Difference"),
        tuple(rows),
    )
