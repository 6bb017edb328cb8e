"""Kinds of charts, one a function: numbers in, the body of one SVG panel out."""

from dataclasses import dataclass
from itertools import accumulate
from math import inf, isfinite, nan
from typing import Any, Literal
from unicodedata import east_asian_width

from matplotlib.axes import Axes
from numpy import interp

from compdesign.reports.charts import FOOT, TEXT, WIDTH, body, canvas, canvas_settings, format_axis, light, spread

ROW = 34.0
"""Units of height of one row: a line of text above its interval."""
SHORT = 36
"""Characters of a name in a chart; the table beside it holds the whole name."""


@dataclass(frozen=True)
class Drawing:
    """One panel: what stands inside its <svg> element, and its size in units."""

    content: str
    width: float
    height: float


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


def rows(key: str, marks: tuple[Mark, ...], unit: str, *, signed: bool = False, zero: bool = False, line: float = nan) -> Drawing:
    """Rows of intervals: forest, ranking, ranges, tornado. zero: the axis holds zero, with a line. line: a reference line."""
    height = FOOT + ROW * len(marks) + 4
    with canvas_settings():
        figure, axes = canvas(height)
        ends = [end for mark in marks for end in _extent(mark)]
        axes.set_xlim(*spread([*ends, line], 0.0 if zero else None))
        axes.set_ylim(len(marks), 0)
        axes.set_yticks([])
        format_axis(axes, "x", unit, signed)
        known = {end for end in (*ends, line, *([0.0] if zero else [])) if isfinite(end)}
        if len(known) < 2:
            axes.set_xticks(sorted(known))  # nothing differs, so there is no scale to show
        axes.grid(visible=False)
        low, high = axes.get_xlim()
        grid = [at for at in axes.get_xticks() if low <= at <= high]
        _uprights(axes, grid, len(marks), color=light("rule"), linewidth=0.6)
        if zero:
            _uprights(axes, [0.0], len(marks), color=light("quiet"), linewidth=1.2)
        if isfinite(line):
            _uprights(axes, [line], len(marks), color=light("quiet"), linewidth=1.2, linestyle=(0, (3, 2)))
        for place, mark in enumerate(marks):
            _label(axes, place, mark)
            _interval(axes, place + 0.70, mark)
        return Drawing(body(figure, key), WIDTH, height)


def _uprights(axes: Axes, at: list[float], count: int, **style: Any) -> None:
    """Lines beside the intervals of every row, so that none runs through a name; one path, which renders in a tenth of the time."""
    points = [(x, y) for place in range(count) for x in at for y in (place + 0.52, place + 0.88, nan)]
    axes.plot([x for x, _ in points], [y for _, y in points], solid_capstyle="butt", clip_on=False, **style)


def _extent(mark: Mark) -> tuple[float, ...]:
    return (mark.value, mark.low - mark.errors[0], mark.high + mark.errors[1], mark.low + mark.errors[0], mark.high - mark.errors[1])


def _label(axes: Axes, place: int, mark: Mark) -> None:
    across = axes.get_yaxis_transform()  # x from 0 to 1 over the panel, y by rows
    room = SHORT + 16 - len(mark.note)
    for x, text, side, colour in ((0.0, short(mark.label, max(room, 14)), "left", "ink"), (1.0, mark.note, "right", mark.tone)):
        axes.text(x, place + 0.40, text, transform=across, ha=side, va="baseline", fontsize=TEXT, color=light(colour), clip_on=False)


def _interval(axes: Axes, y: float, mark: Mark) -> None:
    colour = light(mark.tone)
    if not (isfinite(mark.low) and isfinite(mark.high)):
        if isfinite(mark.value):
            axes.plot([mark.value], [y], "o", color=colour, markersize=5, clip_on=False)
        return
    if mark.kind == "bar":
        axes.plot([mark.low, mark.high], [y, y], color=colour, linewidth=7, solid_capstyle="butt", alpha=0.45, clip_on=False)
        for end, error in zip((mark.low, mark.high), mark.errors, strict=True):
            if error and isfinite(error):
                axes.plot([end - error, end + error], [y, y], color=colour, linewidth=1.4, solid_capstyle="butt", clip_on=False)
        if isfinite(mark.value):
            axes.plot([mark.value, mark.value], [y - 0.16, y + 0.16], color=colour, linewidth=2.2, solid_capstyle="butt", clip_on=False)
        return
    axes.plot([mark.low, mark.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", clip_on=False)
    face = colour if mark.kind == "full" else light("paper")
    axes.plot([mark.value], [y], "o", color=colour, markerfacecolor=face, markersize=6, markeredgewidth=1.5, clip_on=False)


def over_months(
    key: str,
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
    height = 145.0
    with canvas_settings():
        figure, axes = canvas(height, left=46.0, top=16.0 if event else 6.0)
        axes.grid(axis="y", color=light("rule"), linewidth=0.6)
        axes.grid(visible=False, axis="x")
        axes.set_xlim(curve.x[0] - (len(curve.x) == 1), max(curve.x[-1], curve.x[0] + 1))
        axes.set_ylim(*limits)
        format_axis(axes, "y", unit)
        format_axis(axes, "x", "months", ticks=6)
        if event is not None:
            _event(axes, event)
        if floor is not None and limits[0] <= floor[0] <= limits[1]:
            axes.axhline(floor[0], color=light("s2"), linewidth=1.4)
            axes.text(
                1.0, floor[0], floor[1], transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=TEXT - 1, color=light("s2")
            )
        axes.fill_between(curve.x, curve.low, curve.high, color=light(curve.tone), alpha=0.22, linewidth=0)
        if reference is not None:
            axes.plot(reference.x, reference.y, color=light("quiet"), linewidth=1.2, linestyle=(0, (4, 3)))
        single: dict[str, Any] = {"marker": "o", "markersize": 5} if len(curve.x) == 1 else {}
        if single:
            axes.vlines(curve.x, curve.low, curve.high, color=light(curve.tone), alpha=0.4, linewidth=6)
        axes.plot(curve.x, curve.y, color=light(curve.tone), linewidth=2.0, **single)
        return Drawing(body(figure, key), WIDTH, height)


def _event(axes: Axes, event: Stretch) -> None:
    end = axes.get_xlim()[1]
    if isfinite(event.low):
        axes.axvspan(event.low, min(event.high, end) if event.high != inf else end, color=light("s3"), alpha=0.13, linewidth=0)
    if isfinite(event.middle):
        axes.axvline(event.middle, color=light("s3"), linewidth=1.4, linestyle=(0, (1, 1.5)))
    at = min(max(event.middle if isfinite(event.middle) else end / 2, 0.25 * end), 0.75 * end)
    axes.text(at, 1.02, event.label, transform=axes.get_xaxis_transform(), ha="center", va="bottom", fontsize=TEXT - 1, color=light("s3"))


def curves(key: str, lines: tuple[Curve, ...], unit: str, roots: tuple[tuple[float, float, float], ...], *, now: float = nan) -> Drawing:
    """Paired differences along one input, their noise bands, and where they are nil. roots: value, low, high. now: the scenario's value."""
    height = 190.0
    with canvas_settings():
        figure, axes = canvas(height, left=50.0, top=16.0)
        axes.grid(axis="y", color=light("rule"), linewidth=0.6)
        known = [value for line in lines for value in (*line.low, *line.high) if isfinite(value)]
        axes.set_ylim(*spread(known, 0.0))
        grid = lines[0].x
        steps = range(len(grid))  # values looked at stand at equal distances; what lies between is drawn straight, as it was read off
        axes.set_xlim(0, len(grid) - 0.75)
        axes.set_xticks(list(steps))
        axes.set_xticklabels([f"{value:g}" for value in grid])
        format_axis(axes, "y", unit, signed=True)
        axes.axhline(0, color=light("quiet"), linewidth=1.1)
        for line in lines:
            axes.fill_between(steps, line.low, line.high, color=light(line.tone), alpha=0.18 if len(lines) <= 6 else 0.07, linewidth=0)
            axes.plot(steps, line.y, color=light(line.tone), linewidth=1.8, marker=".", markersize=5)
        for value, low, high in (interp(root, grid, steps) for root in roots):
            axes.plot([low, high], [0, 0], color=light("ink"), linewidth=3, solid_capstyle="butt")
            axes.plot([value], [0], "o", color=light("ink"), markerfacecolor=light("paper"), markersize=6, markeredgewidth=1.5)
        if isfinite(now) and grid[0] <= now <= grid[-1]:
            at = float(interp(now, grid, steps))
            axes.axvline(at, color=light("quiet"), linewidth=1, linestyle=(0, (4, 3)))
            side = "left" if at < 0.2 * len(grid) else "right" if at > 0.7 * len(grid) else "center"
            axes.text(
                at, 1.02, "scenario", transform=axes.get_xaxis_transform(), ha=side, va="bottom", fontsize=TEXT - 1, color=light("quiet")
            )
        _ends(axes, lines)
        return Drawing(body(figure, key), WIDTH, height)


def _ends(axes: Axes, lines: tuple[Curve, ...]) -> None:
    """The letter of each line at its last known point, moved apart where they would meet."""
    low, high = axes.get_ylim()
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
        axes.annotate(
            line.label, (x, at), xytext=(6, 0), textcoords="offset points", ha="left", va="center",
            fontsize=TEXT, fontweight="bold", color=light(line.tone), annotation_clip=False,
        )  # fmt: skip
