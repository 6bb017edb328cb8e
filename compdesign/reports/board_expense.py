"""The board's page on expense that is no cash: what grants still to be made may cost by quarter, and how far that may spread."""

from compdesign.metrics.estimates import Estimate
from compdesign.metrics.monthly import SPREAD_BY_QUARTER, Monthly
from compdesign.reports.board_parts import Cell, Chart, Line, Slide, Table, estimated, rounded
from compdesign.reports.numbers import amount, counted, with_error

HEADS = ("New-hire grants", "Refresh awards", "All grants")
"""In the order of SPREAD_BY_QUARTER."""
LOW, HIGH = 0, 2
"""Places of the 10th and the 90th percentile among the levels of a band."""
ERROR_AND_SPREAD = (
    "± is the Monte Carlo error of the mean, which more futures shrink; p10 to p90 is the spread of outcomes, which they do not."
)
POLICIES = (
    "Recognised under ASC 718: no cash. Forfeitures count as they happen, so expense can be negative; an upfront award counts once it is certified, "
    "with catch-up. A future that has ended recognises nothing more. Percentiles of quarters do not add up."
)


def expense(proposed: Monthly, quarters: tuple[str, ...]) -> tuple[Slide, ...]:
    """Expense recognised by quarter, mean and percentiles, new-hire grants and refresh awards apart; no page for a structure without grants."""
    whole = proposed.whole
    if not any(proposed.by_quarter["sbc"].se):
        return ()
    title = f"The grants cost {with_error(whole['sbc'], '$')} of non-cash expense in {counted(proposed.months, 'month')}"
    points = (
        f"New-hire grants {with_error(whole['sbc_new_hire'], '$')}, refresh awards {with_error(whole['sbc_refresh'], '$')}.",
        ERROR_AND_SPREAD,
    )
    header = ("Quarter", *(text for head in HEADS for text in (head, "p10", "p90")))
    rows = tuple(
        (Cell(label), *(cell for key in SPREAD_BY_QUARTER for cell in _cells(proposed, key, place))) for place, label in enumerate(quarters)
    )
    charts = tuple(_chart(proposed, key, head, quarters) for key, head in zip(SPREAD_BY_QUARTER[1:], HEADS[1:], strict=True))
    return (Slide("Expense", title, points, charts, (Table("Expense by quarter", header, rows, small=True),), (POLICIES,)),)


def _cells(proposed: Monthly, key: str, place: int) -> tuple[Cell, ...]:
    series, band = proposed.by_quarter[key], proposed.quarter_bands[key].value
    ends = (float(band[level][place]) for level in (LOW, HIGH))
    mean = Estimate(float(series.mean[place]), float(series.se[place]))
    return (estimated(mean, "$"), *(Cell(amount(value, "$"), rounded(value), unit="$") for value in ends))


def _chart(proposed: Monthly, key: str, head: str, quarters: tuple[str, ...]) -> Chart:
    mean, band = proposed.by_quarter[key].mean, proposed.quarter_bands[key].value
    lines = (
        Line("90th percentile", tuple(rounded(value) for value in band[HIGH]), "high"),
        Line("Mean", tuple(rounded(value) for value in mean), "mean"),
        Line("10th percentile", tuple(rounded(value) for value in band[LOW]), "low"),
    )
    last = f"{amount(float(mean[-1]), '$')} on average in the last quarter, {amount(float(band[HIGH][-1]), '$')} in the 90th percentile"
    return Chart("lines", f"{head}: expense by quarter", "$", "$", quarters, lines, f"Expense of {head.lower()} by quarter: {last}.")
