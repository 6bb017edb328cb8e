"""Jinja pages from frozen contexts: the only user of Jinja."""

import base64
import re
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

FACES = (
    ("Inter", "inter-latin-wght-normal.woff2", "normal", ""),
    ("Inter", "inter-latin-wght-italic.woff2", "italic", r"italic|<(em|i|cite)\b"),
    ("Inter Latin Ext", "inter-latin-ext-wght-normal.woff2", "normal", "[\u0100-\u036f\u1d00-\u1eff\u2020\u20a0-\u20ab\u20ad-\u20c0\u2113\u2c60-\u2c7f\ua7ff]"),
    ("Inter Vietnamese", "inter-vietnamese-wght-normal.woff2", "normal", "[\u0100-\u01b0\u0300-\u036f\u1ea0-\u1ef9\u20ab]"),
    ("Inter Greek", "inter-greek-wght-normal.woff2", "normal", "[\u0370-\u03ff]"),
    ("Inter Cyrillic", "inter-cyrillic-wght-normal.woff2", "normal", "[\u0300-\u036f\u0400-\u04b1\u2116]"),
    ("Inter Cyrillic Ext", "inter-cyrillic-ext-wght-normal.woff2", "normal", "[\u0460-\u052f\u20b4\u2dff\ua69f]"),
)  # fmt: skip
"""Families by script, in the order a page falls back through them; each file holds one script. Last: a pattern of what in a
page asks for the face, which matches every character that the face has and the Latin one has not; nothing: always there."""
RIGHT_TO_LEFT = re.compile("'([^']*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff][^']*)'")
"""A quoted name with a letter that is written from right to left."""
PRINTED_WEIGHTS = (400, 500, 600, 700)
"""Weights that print from a Latin face of their own (templates/fonts/README.md)."""


@dataclass(frozen=True)
class Printed:
    """A PDF, and the characters in it that no installed font covers: those print as empty boxes."""

    content: bytes
    uncovered: str


@cache
def environment() -> Environment:
    """Every value is escaped, whatever a template's name ends in; a name no context gives is an error."""
    made = Environment(
        loader=PackageLoader("compdesign.templates", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["unbroken"] = unbroken
    made.filters["quoted"] = quoted
    return made


def unbroken(text: str) -> str:
    """A sentence whose lines break neither before an error nor between a sign and its dollars."""
    return re.sub(r"([+-])\$(?=\d)", "\\1\u2060$", text.replace(" ± ", "\u00a0±\u00a0"))


def quoted(text: str) -> str:
    """A sentence in which a quoted name written from right to left does not draw the figures after it into its own order: a mark of
    the sentence's direction ends the name (Unicode Standard Annex 9, 2.6). Elsewhere such a name stands in a <bdi>.
    """
    return RIGHT_TO_LEFT.sub("'\\1\u200e'", text)


def page(template: str, context: Any) -> str:
    """One page. template: path below templates/. context: a frozen dataclass; its fields are what the template may name."""
    return environment().get_template(template).render({field.name: getattr(context, field.name) for field in fields(context)})


@cache
def font_faces() -> str:
    """@font-face rules with the fonts inside, so that a file needs nothing beside it."""
    return "\n".join(_face(family, name, style, "100 900") for family, name, style, _ in FACES)


def faces_needed(html: str) -> tuple[str, ...]:
    """The files of FACES that a page and the drawings in it ask for. Each takes a while to decode, and most pages need one or two."""
    drawings = (base64.b64decode(each).decode() for each in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", html))
    text = "".join((html, *drawings))
    return tuple(name for _, name, _, asked in FACES if re.search(asked, text))


@cache
def printed_font_faces(needed: tuple[str, ...]) -> str:
    """Those of the same faces, for paper. A variable font is cut to one weight anew in each PDF, a sixth of a letter's time, so the
    upright Latin face comes at each weight, cut beforehand.
    """
    (latin, _, upright, _), *others = FACES
    cut = [_face(latin, f"inter-latin-{weight}-normal.woff2", upright, str(weight)) for weight in PRINTED_WEIGHTS]
    return "\n".join([*cut, *(_face(family, name, style, "100 900") for family, name, style, _ in others if name in needed)])


def _face(family: str, name: str, style: str, weight: str) -> str:
    data = base64.b64encode(files("compdesign.templates").joinpath("fonts", name).read_bytes()).decode()
    source = f'url(data:font/woff2;base64,{data}) format("woff2")'
    return f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; src: {source}; }}'


def stylesheet(name: str) -> str:
    """The text of a stylesheet below templates/."""
    return files("compdesign.templates").joinpath(name).read_text(encoding="utf-8")
