"""A panel drawn as SVG by hand: lines, areas, points and texts over one pair of axes.

A panel is some dozens of shapes; a plotting library takes twenty milliseconds for one, and a report has thirty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, isfinite, log10
from xml.sax.saxutils import escape

from compdesign.reports.charts import TEXT, light, tick

WIDTH = 340.0
"""Units of a panel's width; a page scales it, so a text of 11 units reads as 11 pixels on a phone and more on a desk."""
LEFT, RIGHT, TOP, FOOT = 14.0, 14.0, 4.0, 22.0
BELOW, BESIDE, MIDDLE = 11.6, 4.0, 0.36
"""From an axis down to the line of its numbers, and left to their ends; from a text's middle to its line, over its size."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Point = tuple[float, float]
QUOTE = {'"': "&quot;"}
"""So that no text looks like an attribute."""
SIDES = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True)
class Drawing:
    """One panel: what stands inside its <svg> element, and its size in units."""

    content: str
    width: float
    height: float


class Canvas:
    """A panel while it is drawn, first things at the back. Limits are values at the ends of the axes; y grows upwards."""

    def __init__(self, height: float, x: Point, y: Point, left: float = LEFT, top: float = TOP) -> None:
        self.height, self.x_limits, self.y_limits = height, x, y
        self.left, self.right, self.top, self.bottom = left, WIDTH - RIGHT, top, height - FOOT
        self.parts: list[str] = []
        self.line([(x[0], y[0]), (x[1], y[0])], "rule", 0.8)

    def x(self, value: float) -> float:
        """Units from the left edge."""
        low, high = self.x_limits
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Units from the upper edge."""
        low, high = self.y_limits
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def line(self, points: Iterable[Point], tone: str, width: float, *, dashes: str = "", opacity: float = 1.0) -> None:
        """Through points, broken where a coordinate is not finite."""
        runs = [list(run) for known, run in groupby(points, lambda point: isfinite(point[0]) and isfinite(point[1])) if known]
        if not runs:
            return
        drawn = " ".join(f"M {' L '.join(self._at(*point) for point in run)}" for run in runs)
        style = f"fill: none; stroke: {light(tone)}; stroke-width: {width:g}"
        style += f"; stroke-dasharray: {dashes}" if dashes else ""
        style += f"; stroke-opacity: {opacity:g}" if opacity < 1 else ""
        self.parts.append(f'<path d="{drawn}" style="{style}"/>')

    def area(self, x: Sequence[float], low: Sequence[float], high: Sequence[float], tone: str, opacity: float) -> None:
        """Between two lines, where both are finite."""
        rows = zip(x, low, high, strict=True)
        for known, run in groupby(rows, lambda row: isfinite(row[1]) and isfinite(row[2])):
            if known:
                found = list(run)
                ring = [(at, top) for at, _, top in found] + [(at, bottom) for at, bottom, _ in reversed(found)]
                drawn = f"M {' L '.join(self._at(*point) for point in ring)} Z"
                self.parts.append(f'<path d="{drawn}" style="fill: {light(tone)}; fill-opacity: {opacity:g}; stroke: none"/>')

    def point(self, x: float, y: float, tone: str, radius: float, *, hollow: bool = False) -> None:
        """A disc, or a ring on the colour of the page."""
        face = light("paper" if hollow else tone)
        self.parts.append(
            f'<circle cx="{self.x(x):.6g}" cy="{self.y(y):.6g}" r="{radius:g}" style="fill: {face}; stroke: {light(tone)}; stroke-width: 1.5"/>'
        )

    def text(self, x: float, y: float, said: str, tone: str, *, side: str = "left", size: float = TEXT, bold: bool = False) -> None:
        """A text on a line; x and y in units from the upper left corner."""
        style = f"font-size: {size:g}px; text-anchor: {SIDES[side]}; fill: {light(tone)}{'; font-weight: bold' if bold else ''}"
        self.parts.append(f'<text style="{style}" x="{x:.6g}" y="{y:.6g}">{escape(said, QUOTE)}</text>')

    def numbers(self, places: Sequence[float], texts: Sequence[str], axis: str) -> None:
        """What stands at an axis ("x" below it, "y" beside it)."""
        size = TEXT - 1
        for place, said in zip(places, texts, strict=True):
            if axis == "x":
                self.text(self.x(place), self.bottom + BELOW, said, "quiet", side="center", size=size)
            else:
                self.text(self.left - BESIDE, self.y(place) + MIDDLE * size, said, "quiet", side="right", size=size)

    def scale(self, axis: str, unit: str, *, signed: bool = False, most: int = 4) -> list[float]:
        """Write round values of a unit at an axis, and give them."""
        places = round_values(*(self.x_limits if axis == "x" else self.y_limits), most)
        self.numbers(places, [tick(place, unit, signed) for place in places], axis)
        return places

    def levels(self, places: Sequence[float]) -> None:
        """Thin lines across, at values of y."""
        low, high = self.x_limits
        self.line([point for place in places for point in ((low, place), (high, place), BREAK)], "rule", 0.6)

    def done(self) -> Drawing:
        """The drawing."""
        return Drawing("".join(self.parts), WIDTH, self.height)

    def _at(self, x: float, y: float) -> str:
        return f"{self.x(x):.6g} {self.y(y):.6g}"


BREAK = (float("nan"), float("nan"))
"""Where a line is lifted."""


def round_values(low: float, high: float, most: int) -> list[float]:
    """Multiples of a round step between two values, at most `most` steps apart."""
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = power * next(each for each in STEPS if each * power >= raw * (1 - 1e-9))
    return [step * k for k in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
