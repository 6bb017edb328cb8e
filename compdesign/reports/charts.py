"""What drawings share: one palette, round numbers at the axes, and what a screen and paper make of them."""

import re
from base64 import b64encode
from dataclasses import dataclass
from math import isfinite
from unicodedata import bidirectional, category, normalize

from compdesign.reports.numbers import money
from compdesign.reports.pages import FACES

TEXT = 11.0
"""Size of a text in units of a panel."""


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


def for_screen(text: str) -> str:
    """The body with colours as CSS variables."""
    for colour in PALETTE:
        text = text.replace(colour.light, f"var(--{colour.name})")
    return text


def for_paper(text: str, width: float, height: float) -> str:
    """The body as an image in a data URL, for the PDF, which knows no variables in a drawing: light colours, fonts by name."""
    families = ",".join(dict.fromkeys(family for family, *_ in FACES))
    drawn = re.sub(r' style="([^"]*)"', lambda found: _attributes(found[1]), text)
    drawn = re.sub(r">([^<>]+)</text>", lambda found: f">{_one_by_one(found[1])}</text>", drawn)
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{families}" viewBox="0 0 {width:g} {height:g}">{drawn}</svg>'
    return f"data:image/svg+xml;base64,{b64encode(whole.encode()).decode()}"


def _attributes(style: str) -> str:
    """Declarations as attributes, which WeasyPrint need not parse as a stylesheet each."""
    return "".join(f' {name}="{value}"' for name, value in (part.split(": ", 1) for part in style.split("; ")))


def _one_by_one(label: str) -> str:
    """A label as WeasyPrint can draw it: its drawings set letter after letter, which neither turns nor joins those of Arabic and
    Hebrew, nor the vowels of Devanagari or Thai to their consonants. Such a name keeps the letter before it, under which the tables
    have it whole.
    """
    joined = any(bidirectional(char) in ("R", "AL") or category(char).startswith("M") for char in normalize("NFC", label))
    return label.split(" · ")[0] if joined else label
