"""Kinds of charts, one a function: numbers in, the body of one SVG panel out."""

from dataclasses import dataclass
from itertools import accumulate
from math import inf, isfinite, nan
from typing import Literal
from unicodedata import east_asian_width

from numpy import interp

from compdesign.reports.canvas import BREAK, FOOT, MIDDLE, TOP, Canvas, Drawing
from compdesign.reports.charts import TEXT, spread, tick

ROW = 34.0
"""Units of height of one row: a line of text above its interval."""
SHORT = 36
"""Characters of a name in a chart; the table beside it holds the whole name."""


@dataclass(frozen=True)
class Mark:
    """One row: label, a note at the right, a value, the interval drawn around it, and how.

    tone: role of the palette. kind: ``full`` or ``hollow`` point with error bars, ``bar`` from low to high with a tick at value,
    ``none`` where there is nothing to draw. errors: of the ends of a bar, drawn as whiskers.
    """

    label: str
    note: str
    value: float
    low: float
    high: float
    tone: str = "s1"
    kind: Literal["full", "hollow", "bar"] = "full"
    errors: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Curve:
    """A line with a band. label stands at its right end; x, y, low, high of one length."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    tone: str = "s1"


@dataclass(frozen=True)
class Stretch:
    """A stretch of time across a panel: p10, median and p90 in months, what is said of it."""

    label: str
    low: float
    middle: float
    high: float


def short(text: str, most: int = SHORT) -> str:
    """A text cut to what a chart holds. most: characters of middling width."""
    ends = list(accumulate(map(_ems, text)))
    if not ends or ends[-1] <= most:
        return text
    return f"{text[: sum(end <= most - 1 for end in ends)].rstrip()}…"


def _ems(char: str) -> float:
    """Width of a character in characters of middling width."""
    if east_asian_width(char) in "WF":
        return 2.0
    return 1.7 if char in "MW@%—" else 1.25 if char.isupper() else 1.0


def rows(marks: tuple[Mark, ...], unit: str, *, signed: bool = False, zero: bool = False, line: float = nan) -> Drawing:
    """Rows of intervals: forest, ranking, ranges, tornado. zero: the axis holds zero, with a line. line: a reference line."""
    ends = [end for mark in marks for end in _extent(mark)]
    canvas = Canvas(FOOT + ROW * len(marks) + TOP, spread([*ends, line], 0.0 if zero else None), (len(marks), 0.0))
    known = sorted({end for end in (*ends, line, *([0.0] if zero else [])) if isfinite(end)})
    if len(known) < 2:  # nothing differs, so there is no scale to show
        places = known
        canvas.numbers(places, [tick(place, unit, signed) for place in places], "x")
    else:
        places = canvas.scale("x", unit, signed=signed)
    _uprights(canvas, places, len(marks), "rule", 0.6)
    if zero:
        _uprights(canvas, [0.0], len(marks), "quiet", 1.2)
    if isfinite(line):
        _uprights(canvas, [line], len(marks), "quiet", 1.2, "3.6 2.4")
    for place, mark in enumerate(marks):
        _label(canvas, place, mark)
        _interval(canvas, place + 0.70, mark)
    return canvas.done()


def _uprights(canvas: Canvas, at: list[float], count: int, tone: str, width: float, dashes: str = "") -> None:
    """Lines beside the intervals of every row, so that none runs through a name."""
    points = [point for place in range(count) for x in at for point in ((x, place + 0.52), (x, place + 0.88), BREAK)]
    canvas.line(points, tone, width, dashes=dashes)


def _extent(mark: Mark) -> tuple[float, ...]:
    return (mark.value, mark.low - mark.errors[0], mark.high + mark.errors[1], mark.low + mark.errors[0], mark.high - mark.errors[1])


def _label(canvas: Canvas, place: int, mark: Mark) -> None:
    room, y = SHORT + 16 - len(mark.note), canvas.y(place + 0.40)
    canvas.text(canvas.left, y, short(mark.label, max(room, 14)), "ink")
    canvas.text(canvas.right, y, mark.note, mark.tone, side="right")


def _interval(canvas: Canvas, y: float, mark: Mark) -> None:
    if not (isfinite(mark.low) and isfinite(mark.high)):
        if isfinite(mark.value):
            canvas.point(mark.value, y, mark.tone, 2.25)
        return
    if mark.kind == "bar":
        canvas.line([(mark.low, y), (mark.high, y)], mark.tone, 7, opacity=0.45)
        for end, error in zip((mark.low, mark.high), mark.errors, strict=True):
            if error and isfinite(error):
                canvas.line([(end - error, y), (end + error, y)], mark.tone, 1.4)
        if isfinite(mark.value):
            canvas.line([(mark.value, y - 0.16), (mark.value, y + 0.16)], mark.tone, 2.2)
        return
    canvas.line([(mark.low, y), (mark.high, y)], mark.tone, 1.6)
    canvas.point(mark.value, y, mark.tone, 3, hollow=mark.kind == "hollow")


def over_months(
    curve: Curve,
    unit: str,
    limits: tuple[float, float],
    *,
    reference: Curve | None = None,
    floor: tuple[float, str] | None = None,
    event: Stretch | None = None,
) -> Drawing:
    """A quantity month by month: line inside the band of its outcomes. limits: of y, the same over the panels of a figure.
    reference: a second line, dashed. floor: a level with its name. event: when something happens, p10 to p90.
    """
    alone = len(curve.x) == 1
    x = (curve.x[0] - alone, max(curve.x[-1], curve.x[0] + 1))
    canvas = Canvas(145.0, x, limits, left=46.0, top=16.0 if event else 6.0)
    canvas.levels(canvas.scale("y", unit))
    canvas.scale("x", "months", most=6)
    if event is not None:
        _event(canvas, event)
    canvas.area(curve.x, curve.low, curve.high, curve.tone, 0.22)
    if alone:
        canvas.line([(curve.x[0], curve.low[0]), (curve.x[0], curve.high[0])], curve.tone, 6, opacity=0.4)
        canvas.point(curve.x[0], curve.y[0], curve.tone, 2.25)
    if floor is not None and limits[0] <= floor[0] <= limits[1]:
        canvas.line([(x[0], floor[0]), (x[1], floor[0])], "s2", 1.4)
        canvas.text(canvas.right, canvas.y(floor[0]) - 2.4, floor[1], "s2", side="right", size=TEXT - 1)
    if reference is not None:
        canvas.line(zip(reference.x, reference.y, strict=True), "quiet", 1.2, dashes="4.8 3.6")
    canvas.line(zip(curve.x, curve.y, strict=True), curve.tone, 2.0)
    return canvas.done()


def _event(canvas: Canvas, event: Stretch) -> None:
    end, (low, high) = canvas.x_limits[1], canvas.y_limits
    if isfinite(event.low):
        canvas.area((event.low, min(event.high, end)), (low, low), (high, high), "s3", 0.13)
    if isfinite(event.middle):
        canvas.line([(event.middle, low), (event.middle, high)], "s3", 1.4, dashes="1.4 2.1")
    at = min(max(event.middle if isfinite(event.middle) else end / 2, 0.25 * end), 0.75 * end)
    canvas.text(canvas.x(at), canvas.top - 4.4, event.label, "s3", side="center", size=TEXT - 1)


def curves(lines: tuple[Curve, ...], unit: str, roots: tuple[tuple[float, float, float], ...], *, now: float = nan) -> Drawing:
    """Paired differences along one input, their noise bands, and where they are nil. roots: value, low, high. now: the scenario's value."""
    known = [value for line in lines for value in (*line.low, *line.high) if isfinite(value)]
    grid = lines[0].x
    steps = range(len(grid))  # values looked at stand at equal distances; what lies between is drawn straight, as it was read off
    canvas = Canvas(190.0, (0.0, len(grid) - 0.75), spread(known, 0.0), left=50.0, top=16.0)
    canvas.levels(canvas.scale("y", unit, signed=True))
    canvas.numbers(steps, [f"{value:g}" for value in grid], "x")
    for line in lines:
        canvas.area(steps, line.low, line.high, line.tone, 0.18 if len(lines) <= 6 else 0.07)
    canvas.line([(0.0, 0.0), (canvas.x_limits[1], 0.0)], "quiet", 1.1)
    if isfinite(now) and grid[0] <= now <= grid[-1]:
        at = float(interp(now, grid, steps))
        canvas.line([(at, canvas.y_limits[0]), (at, canvas.y_limits[1])], "quiet", 1, dashes="4 3")
        side = "left" if at < 0.2 * len(grid) else "right" if at > 0.7 * len(grid) else "center"
        canvas.text(canvas.x(at), canvas.top - 5.6, "scenario", "quiet", side=side, size=TEXT - 1)
    for line in lines:
        canvas.line(zip(steps, line.y, strict=True), line.tone, 1.8)
        for step, value in zip(steps, line.y, strict=True):
            if isfinite(value):
                canvas.point(step, value, line.tone, 1.2)
    for value, low, high in (interp(root, grid, steps) for root in roots):
        canvas.line([(low, 0.0), (high, 0.0)], "ink", 3)
        canvas.point(value, 0.0, "ink", 3, hollow=True)
    _ends(canvas, lines)
    return canvas.done()


def _ends(canvas: Canvas, lines: tuple[Curve, ...]) -> None:
    """The letter of each line at its last known point, moved apart where they would meet."""
    low, high = canvas.y_limits
    apart = 0.065 * (high - low)
    ends = sorted(
        (
            (y, x, line)
            for line in lines
            for x, y in [
                next(((x, y) for x, y in zip(range(len(line.x) - 1, -1, -1), line.y[::-1], strict=True) if isfinite(y)), (nan, nan))
            ]
            if isfinite(y)
        ),
        key=lambda each: each[0],
    )
    at = -inf
    for place, (y, x, line) in enumerate(ends):
        most = high - apart * (len(ends) - place - 0.5)
        at = max(min(y, most), at + apart, low + apart / 2)
        canvas.text(canvas.x(x) + 6, canvas.y(at) + MIDDLE * TEXT, line.label, line.tone, bold=True)
