"""What a board view is made of: figures rounded once, tables, charts and slides. Every file shows these and nothing else."""

from calendar import month_abbr
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal

from compdesign.metrics.estimates import Difference, Estimate
from compdesign.metrics.monthly import Series
from compdesign.reports.numbers import with_error, with_label

Role = Literal["plain", "mean", "low", "high", "limit", "mark", "base", "total", "increase", "decrease"]
COLOURS = {
    "mean": "#1F4E79", "low": "#B85C38", "high": "#5B8DB8", "limit": "#A61C28", "mark": "#2E7D32", "plain": "#7A869A",
    "total": "#1F4E79", "increase": "#B85C38", "decrease": "#2E7D32", "base": "#FFFFFF",
}  # fmt: skip
PALETTE = ("#1F4E79", "#5B8DB8", "#9DBAD5", "#B85C38", "#E0A458", "#7A869A", "#2E7D32", "#8E6C8A", "#C9CED6")
"""Colours by the role of a series, and of series without one, in their order."""
MONEY_DIGITS, OTHER_DIGITS = 2, 6
"""Digits after the point that are kept: cents, and millionths of everything else."""


def plain(text: str) -> str:
    """User text that XML can carry: the two code points it cannot are replaced."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def in_title(name: str) -> str:
    """A structure as a title names it: a long name would leave no room for the finding, and stands in the points below."""
    return f"'{name}'" if len(name) <= 40 else "The proposed structure"


def rounded(value: float, digits: int = MONEY_DIGITS) -> float | None:
    """A figure as every file carries it; None where there is none, or it is infinite. Never minus zero."""
    return round(float(value), digits) + 0.0 if isfinite(value) else None


@dataclass(frozen=True)
class Cell:
    """One cell of a table: text as shown, and the number behind it with its standard error, if it is one. unit: as in `amount`. label: of a
    paired difference.
    """

    text: str
    value: float | None = None
    se: float | None = None
    unit: str = ""
    label: str = ""


def estimated(found: Estimate, unit: str) -> Cell:
    """A value ± its standard error."""
    digits = MONEY_DIGITS if unit.startswith("$") else OTHER_DIGITS
    return Cell(with_error(found, unit), rounded(found.value, digits), rounded(found.se, digits), unit)


def compared(found: Difference, unit: str) -> Cell:
    """A paired difference ± its standard error, and its label."""
    digits = MONEY_DIGITS if unit.startswith("$") else OTHER_DIGITS
    return Cell(with_label(found, unit), rounded(found.value, digits), rounded(found.se, digits), unit, found.label)


@dataclass(frozen=True)
class Table:
    """caption, header, rows of cells; text_columns: how many of the first columns hold text. small: many columns, small type."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    text_columns: int = 1
    small: bool = False


@dataclass(frozen=True)
class Line:
    """One series of a chart; None where it has no point. errors: half the length of each error bar."""

    name: str
    values: tuple[float | None, ...]
    role: Role = "plain"
    errors: tuple[float | None, ...] | None = None


@dataclass(frozen=True)
class Chart:
    """kind: stacked or clustered columns, horizontal bars, or lines. alt: what
    it says, for those who do not see it. unit: of the value axis, as in `amount`; axis: its title.
    """

    kind: Literal["stacked", "bars", "lines"]
    title: str
    axis: str
    unit: str
    categories: tuple[str, ...]
    lines: tuple[Line, ...]
    alt: str


@dataclass(frozen=True)
class Slide:
    """One subject. name: short, the sheet's name too. title: the finding. points: what else to know. notes: definitions."""

    name: str
    title: str
    points: tuple[str, ...]
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """One row of money by month: what quarters and totals add up from. Values in dollars and cents; *_se: standard errors.

    quarters and total are sums of the rounded months, so that a spreadsheet's SUM gives them to the cent.
    """

    key: str
    label: str
    months: tuple[float, ...]
    months_se: tuple[float, ...]
    quarters: tuple[float, ...]
    quarters_se: tuple[float, ...]
    total: float
    total_se: float


def flow(key: str, label: str, months: Series, quarters: Series, total: Estimate) -> Flow:
    """A flow of money from its series by month and quarter and its total over the run."""
    rounded_months = tuple(round(float(value), MONEY_DIGITS) + 0.0 for value in months.mean)
    return Flow(
        key,
        label,
        rounded_months,
        _errors(months),
        quarters_of(rounded_months),
        _errors(quarters),
        round(sum(rounded_months), MONEY_DIGITS),
        round(total.se, MONEY_DIGITS),
    )


def added(key: str, label: str, parts: tuple[Flow, ...], months: Series, quarters: Series, total: Estimate) -> Flow:
    """The sum of flows, to the cent; its errors are its own, since its parts move together."""
    sums = tuple(round(sum(part.months[month] for part in parts), MONEY_DIGITS) for month in range(len(parts[0].months)))
    errors = (_errors(months), quarters_of(sums), _errors(quarters))
    return Flow(key, label, sums, *errors, round(sum(sums), MONEY_DIGITS), round(total.se, MONEY_DIGITS))


def quarters_of(months: tuple[float, ...]) -> tuple[float, ...]:
    """Sums of three months each, the last of what is left."""
    return tuple(round(sum(months[first : first + 3]), MONEY_DIGITS) for first in range(0, len(months), 3))


def _errors(series: Series) -> tuple[float, ...]:
    return tuple(round(float(se), MONEY_DIGITS) for se in series.se)


def month_labels(as_of: date, months: int) -> tuple[str, ...]:
    """The calendar month in which each simulated month starts, e.g. ``Nov 26``."""
    counted = [as_of.year * 12 + as_of.month - 1 + month for month in range(months)]
    return tuple(f"{month_abbr[each % 12 + 1]} {each // 12 % 100:02d}" for each in counted)


def quarter_labels(as_of: date, months: int) -> tuple[str, ...]:
    """Quarters of three months from the as-of date, by the month in which they start, e.g. ``Q1 Nov 26``."""
    return tuple(f"Q{place} {label}" for place, label in enumerate(month_labels(as_of, months)[::3], start=1))


@dataclass(frozen=True)
class Scale:
    """How a table states money: divided by `size`, with so many digits after the point."""

    size: float
    name: str
    digits: int

    def text(self, value: float, se: float | None = None) -> str:
        shown = f"{value / self.size:,.{self.digits}f}"
        shown = shown.lstrip("-") if not shown.strip("-0.,") else shown
        return shown if se is None else f"{shown} ± {se / self.size:,.{self.digits}f}"


def scale_for(largest: float) -> Scale:
    """Dollars, thousands, millions or billions, so that the largest figure stays readable and small ones do not vanish."""
    if largest < 200_000:
        return Scale(1, "$", 0)
    if largest < 1e9:
        return Scale(1e3, "$ thousand", 1 if largest < 1e7 else 0)
    return Scale(1e6, "$ million", 2) if largest < 2e10 else Scale(1e9, "$ billion", 2)
