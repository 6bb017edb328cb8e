"""Charts as SVG text: one canvas, one palette, the same bytes for the same numbers."""

import re
import warnings
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from math import isfinite
from unicodedata import bidirectional, category, normalize

from matplotlib import rc_context, rcdefaults
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from compdesign.reports.numbers import money
from compdesign.reports.pages import FACES

WIDTH = 340.0
"""Units of a panel's width; a page scales it, so a text of 11 units reads as 11 pixels on a phone and more on a desk."""
LEFT, RIGHT, FOOT = 14.0, 14.0, 22.0
TEXT = 11.0


@dataclass(frozen=True)
class Colour:
    """One role of the palette: its colour on a light and on a dark page."""

    name: str
    light: str
    dark: str


PALETTE = (
    Colour("paper", "#ffffff", "#161b22"),
    Colour("ink", "#1b2430", "#e6eaf0"),
    Colour("quiet", "#55606e", "#a3adba"),
    Colour("rule", "#c9d0d9", "#3c4652"),
    Colour("s1", "#0b62a8", "#6cb6ff"),
    Colour("s2", "#b3470b", "#ffa257"),
    Colour("s3", "#00735a", "#4fd1a5"),
    Colour("s4", "#8a3f82", "#e29edb"),
    Colour("s5", "#7a5c00", "#e0c257"),
    Colour("s6", "#5b4bc4", "#b0a4ff"),
)
"""Blue, vermilion, green, purple, ochre, violet: hues that people with any one kind of colour blindness tell apart with the
letters beside them; every one but `rule` reads as text on `paper` (WCAG 2.2, 1.4.3)."""
SERIES = ("s1", "s2", "s3", "s4", "s5", "s6")
_LIGHT = {colour.name: colour.light for colour in PALETTE}


def light(name: str) -> str:
    """The colour of a role as the canvas is drawn: on a light page."""
    return _LIGHT[name]


def variables(dark: bool) -> str:
    """The palette as CSS declarations."""
    return " ".join(f"--{colour.name}: {colour.dark if dark else colour.light};" for colour in PALETTE)


@contextmanager
def canvas_settings() -> Iterator[None]:
    """Matplotlib as it ships, whatever a user's own settings: no date, fixed ids, text kept as text, no dollar taken for mathematics."""
    with rc_context(), warnings.catch_warnings():
        # Matplotlib's own font only measures; the page's fonts draw. A name in another script is no fault.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        rcdefaults()
        # rcParams are keyed by literals in the stubs; this is the documented way to set several.
        _settings().update({"svg.hashsalt": "compdesign", "svg.fonttype": "none", "text.parse_math": False, "font.family": ["DejaVu Sans"]})
        yield


def _settings() -> dict[str, object]:
    from matplotlib import rcParams

    return rcParams  # type: ignore[return-value]


def canvas(height: float, width: float = WIDTH, left: float = LEFT, top: float = 4.0) -> tuple[Figure, Axes]:
    """An empty figure of width × height units with one axes; margins in the same units."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    axes = figure.add_axes((left / width, FOOT / height, (width - left - RIGHT) / width, (height - FOOT - top) / height))
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(light("rule"))
    axes.tick_params(colors=light("quiet"), labelsize=TEXT - 1, length=0, pad=4)
    figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=light("rule"), linewidth=0.6)
    return figure, axes


def format_axis(axes: Axes, which: str, unit: str, signed: bool = False, ticks: int = 4) -> None:
    """At most `ticks` round values on an axis, in a unit."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, unit, signed)))


def tick(value: float, unit: str, signed: bool = False) -> str:
    """A round value on an axis."""
    sign = "+" if signed and value > 0 else "−" if value < 0 else ""
    size = abs(value)
    if size < 1e-12:
        return "0"
    if unit.startswith("$"):
        return f"{sign}${re.sub(r'[.]0+(?=[kMB]?$)|(?<=[.][0-9])0(?=[kMB]?$)', '', money(size))}"
    if unit in ("share", "margin"):
        return f"{sign}{100 * size:.4g} %"
    return f"{sign}{size:,.0f}" if size >= 1000 else f"{sign}{size:.4g}"


def spread(values: list[float], include: float | None = None, room: float = 0.07) -> tuple[float, float]:
    """Limits that hold every finite value with room at either side; never empty."""
    known = [value for value in values if isfinite(value)] + ([] if include is None else [include])
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    reach = (high - low) or abs(high) or 1.0
    return low - room * reach, high + room * reach


def body(figure: Figure, key: str) -> str:
    """What stands inside the <svg> element: without metadata, every id beginning with `key`, colours those of a light page."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None}, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("</defs>") + len("</defs>") : text.rindex("</svg>")]  # its only style rule would reach the whole page
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda found: f' id="{key}-{found[1]}"' if found[1] in used else "", text)
    text = re.sub(r"(url\(#|xlink:href=\"#)", lambda found: f"{found[1].removeprefix('xlink:')}{key}-", text)
    plain, count = re.compile(r"<g/>|<g>((?:(?!</?g\b).)*)</g>", re.DOTALL), 1
    while count:  # groups of nothing but their parts, from the innermost outwards
        text, count = plain.subn(lambda found: found[1] or "", text)
    text = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", text)
    return re.sub(r"\s+", " ", text).replace("> <", "><").strip()


def for_screen(text: str) -> str:
    """The body with colours as CSS variables, in the font of the page around it."""
    for colour in PALETTE:
        text = text.replace(colour.light, f"var(--{colour.name})")
    return text.replace("font-family: 'DejaVu Sans'; ", "").replace("font-family: 'DejaVu Sans'", "")


def for_paper(text: str, width: float, height: float) -> str:
    """The body as an image in a data URL, for the PDF, which knows no variables in a drawing: light colours, fonts by name."""
    families = ",".join(dict.fromkeys(family for family, *_ in FACES))
    drawn = re.sub(r' style="([^"]*)"', lambda found: _attributes(found[1]), text).replace('href="', 'xlink:href="')
    drawn = re.sub(r">([^<>]+)</text>", lambda found: f">{_one_by_one(found[1])}</text>", drawn)
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    whole = f'<svg {names} font-family="{families}" viewBox="0 0 {width:g} {height:g}">{drawn}</svg>'
    return f"data:image/svg+xml;base64,{b64encode(whole.encode()).decode()}"


def _attributes(style: str) -> str:
    """Declarations as attributes, which WeasyPrint need not parse as a stylesheet each; the font is that of the whole drawing."""
    pairs = (part.split(": ", 1) for part in style.split("; "))
    return "".join(f' {name}="{value}"' for name, value in pairs if name != "font-family")


def _one_by_one(label: str) -> str:
    """A label as WeasyPrint can draw it: its drawings set letter after letter, which neither turns nor joins those of Arabic and
    Hebrew, nor the vowels of Devanagari or Thai to their consonants. Such a name keeps the letter before it, under which the tables
    have it whole.
    """
    joined = any(bidirectional(char) in ("R", "AL") or category(char).startswith("M") for char in normalize("NFC", label))
    return label.split(" · ")[0] if joined else label
