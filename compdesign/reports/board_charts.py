"""The charts of the board view as SVG, from the same figures as the slides' native charts.

Drawn by hand: a chart is some dozens of shapes and texts in the page's own font, which WeasyPrint draws in milliseconds;
matplotlib's outlines of glyphs took ten seconds for the same ten charts.
"""

from dataclasses import dataclass
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from compdesign.reports.board_parts import COLOURS, PALETTE, Chart, Line
from compdesign.reports.numbers import amount

FONT = 'font-family="Inter, Inter Latin Ext, Inter Greek, Inter Cyrillic, sans-serif"'
EM = 0.56
"""Mean width of a character of the page's font over its size."""
INK, GREY, RULE = "#1b2533", "#5b6673", "#d5dae0"
SIZE, LINE = 11.0, 13.0
BETWEEN = 8.0
"""Pixels between the names of neighbours."""


@dataclass(frozen=True)
class Frame:
    """The plotting area in pixels, and the values at its ends."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def x(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def as_svg(chart: Chart, width: float, height: float) -> str:
    """One chart; width and height in pixels."""
    legend, used = _legend(chart, width, height)
    body = {"stacked": _columns, "lines": _lines, "bars": _bars}[chart.kind](chart, width, height - used)
    title = _text(0, 14, chart.title, size=12.5, weight=600)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" {FONT}>'
        f"{title}{''.join(body)}{''.join(legend)}</svg>"
    )


def _text(
    x: float, y: float, text: str, size: float = SIZE, anchor: str = "start", colour: str = INK, weight: int = 400, turn: float = 0
) -> str:
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}"{turned}>{escape(text)}</text>'


def _rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _segment(x1: float, y1: float, x2: float, y2: float, colour: str = RULE, width: float = 0.7) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width:g}"/>'


def _colour(chart: Chart, line: Line, place: int) -> str:
    return COLOURS[line.role] if line.role != "plain" or chart.kind == "lines" else PALETTE[place % len(PALETTE)]


def _legend(chart: Chart, width: float, height: float) -> tuple[list[str], float]:
    """The names of the series below the chart, and the height they take."""
    shown = [(line, _colour(chart, line, place)) for place, line in enumerate(chart.lines) if line.role != "base"]
    if len(shown) < 2:
        return [], 4
    rows: list[list[tuple[float, Line, str]]] = [[]]
    x = 0.0
    for line, colour in shown:
        wide = 26 + len(line.name) * SIZE * EM
        if x + wide > width and rows[-1]:
            rows.append([])
            x = 0.0
        rows[-1].append((x, line, colour))
        x += wide
    drawn = []
    for row, entries in enumerate(rows):
        y = height - LINE * (len(rows) - 1 - row) - 4
        for x, line, colour in entries:
            drawn += [_rectangle(x, y - 8, 9, 9, colour), _text(x + 13, y, line.name)]
    return drawn, LINE * len(rows) + 8


def _ticks(values: list[float]) -> list[float]:
    """Round values that reach from the lowest to the highest, 0 among them."""
    low, high = min([*values, 0.0]), max([*values, 0.0])
    if high == low:
        high = low + 1
    raw = (high - low) / 5
    power = 10 ** floor(log10(raw))
    step = power * next(each for each in (1, 2, 2.5, 5, 10) if each * power >= raw * 0.999)
    return [step * k for k in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]


def _tick_text(value: float, unit: str) -> str:
    if value == 0:
        return "0"
    return f"{value:,.10g}" if not unit.startswith("$") else amount(value, unit)


def _values(chart: Chart) -> list[float]:
    return [value for line in chart.lines for value in line.values if value is not None]


def _plot(chart: Chart, ticks: list[float], width: float, bottom: float) -> tuple[Frame, list[str]]:
    """Frame and value axis of an upright chart."""
    texts = [_tick_text(tick, chart.unit) for tick in ticks]
    left = 22 + max(map(len, texts)) * SIZE * EM
    frame = Frame(left, 26, width - 4, bottom, ticks[0], ticks[-1])
    drawn = [] if chart.axis == "$" else [_text(10, (frame.top + frame.bottom) / 2, chart.axis, anchor="middle", colour=GREY, turn=-90)]
    for tick, text in zip(ticks, texts, strict=True):
        y = frame.y(tick)
        drawn += [_segment(left, y, frame.right, y, GREY if tick == 0 else RULE), _text(left - 5, y + 4, text, anchor="end")]
    return frame, drawn


def _categories(chart: Chart, frame: Frame, places: list[float], room: float) -> list[str]:
    """Names below the axis: in lines where they fit between their neighbours, else turned and thinned out."""
    slot = (frame.right - frame.left) / max(len(places), 1)
    wrapped = [_wrapped(each, slot - BETWEEN) for each in chart.categories]
    if (
        len(places) <= 17
        and max(len(lines) for lines in wrapped) * LINE <= room
        and max(len(line) for lines in wrapped for line in lines) * SIZE * EM <= slot
    ):
        return [
            _text(x, frame.bottom + LINE * (row + 1), line, anchor="middle")
            for x, lines in zip(places, wrapped, strict=True)
            for row, line in enumerate(lines)
        ]
    step = ceil(len(places) / max((frame.right - frame.left) / 24, 1))
    return [_text(places[k] + 3, frame.bottom + 12, chart.categories[k], anchor="end", turn=-40) for k in range(0, len(places), step)]


def _wrapped(text: str, slot: float) -> list[str]:
    """Words in lines of at most the slot's width; the value after a colon has a line of its own."""
    most = max(slot / (SIZE * EM), 1)
    name, colon, value = text.rpartition(": ")
    lines = [""]
    for word in (name if colon else text).split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return [*lines, value] if colon else lines


def _columns(chart: Chart, width: float, height: float) -> list[str]:
    count, room = len(chart.categories), 66.0
    above, below = [0.0] * count, [0.0] * count
    pieces: list[tuple[int, float, float, str]] = []
    for place, line in enumerate(chart.lines):
        for k, value in enumerate(line.values):
            start = above[k] if (value or 0.0) >= 0 else below[k]
            end = start + (value or 0.0)
            above[k], below[k] = max(above[k], end), min(below[k], end)
            if line.role != "base" and value:
                pieces.append((k, start, end, _colour(chart, line, place)))
    frame, drawn = _plot(chart, _ticks([*above, *below]), width, height - room)
    slot = (frame.right - frame.left) / count
    wide = min(slot * 0.68, 70)
    places = [frame.left + slot * (k + 0.5) for k in range(count)]
    for k, start, end, colour in pieces:
        top, bottom = frame.y(max(start, end)), frame.y(min(start, end))
        drawn.append(_rectangle(places[k] - wide / 2, top, wide, max(bottom - top, 0.4), colour))
    return [*drawn, *_categories(chart, frame, places, room)]


def _lines(chart: Chart, width: float, height: float) -> list[str]:
    count, room = len(chart.categories), 44.0
    frame, drawn = _plot(chart, _ticks(_values(chart)), width, height - room)
    slot = (frame.right - frame.left) / count
    places = [frame.left + slot * (k + 0.5) for k in range(count)]
    by_role = {line.role: line for line in chart.lines}
    if "high" in by_role and "low" in by_role:
        both = [
            (x, high, low)
            for x, high, low in zip(places, by_role["high"].values, by_role["low"].values, strict=True)
            if high is not None and low is not None
        ]
        ring = [(x, frame.y(high)) for x, high, _ in both] + [(x, frame.y(low)) for x, _, low in reversed(both)]
        drawn.append(f'<polygon points="{_points(ring)}" fill="{COLOURS["high"]}" fill-opacity="0.18"/>')
    for place, line in enumerate(chart.lines):
        colour = _colour(chart, line, place)
        known = [(x, frame.y(value)) for x, value in zip(places, line.values, strict=True) if value is not None]
        if line.role == "mark" or len(known) == 1:
            drawn += [f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z" fill="{colour}"/>' for x, y in known]
            continue
        dashes = ' stroke-dasharray="5 3"' if line.role in ("limit", "plain") else ""
        drawn.append(
            f'<polyline points="{_points(known)}" fill="none" stroke="{colour}" stroke-width="{2.4 if line.role == "mean" else 1.3}"{dashes}/>'
        )
    return [*drawn, *_categories(chart, frame, places, 0 if count > 12 else room)]


def _points(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _bars(chart: Chart, width: float, height: float) -> list[str]:
    reach = [
        value + sign * error
        for line in chart.lines
        if line.errors
        for value, error in zip(line.values, line.errors, strict=True)
        if value is not None and error is not None
        for sign in (-1, 1)
    ]
    ticks = _ticks([*_values(chart), *reach])
    slot = (height - 26 - 34) / len(chart.categories)
    longest = max(map(len, chart.categories)) * SIZE * EM
    left = min(longest, width * 0.42) + 8
    frame = Frame(left, 26, width - 24, height - 34, ticks[0], ticks[-1])
    drawn = [_text((frame.left + frame.right) / 2, height - 4, chart.axis, anchor="middle", colour=GREY)]
    for tick in ticks:
        x = frame.x(tick)
        drawn += [
            _segment(x, frame.top, x, frame.bottom, GREY if tick == 0 else RULE),
            _text(x, frame.bottom + LINE, _tick_text(tick, chart.unit), anchor="middle"),
        ]
    for k, category in enumerate(chart.categories):
        lines = _wrapped(category, left) if longest > width * 0.42 else [category]
        middle = frame.top + slot * (k + 0.5)
        drawn += [_text(left - 6, middle + 4 + LINE * (row - (len(lines) - 1) / 2), line, anchor="end") for row, line in enumerate(lines)]
        for place, line in enumerate(chart.lines):
            value, error = line.values[k], line.errors[k] if line.errors else None
            if value is None:
                continue
            ends = sorted((frame.x(0), frame.x(value)))
            drawn.append(_rectangle(ends[0], middle - slot * 0.3, max(ends[1] - ends[0], 0.6), slot * 0.6, _colour(chart, line, place)))
            if error is not None:
                drawn.append(_segment(frame.x(value - error), middle, frame.x(value + error), middle, INK, 1.3))
                drawn += [_segment(frame.x(end), middle - 4, frame.x(end), middle + 4, INK, 1.3) for end in (value - error, value + error)]
    return drawn
