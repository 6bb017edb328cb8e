"""Jinja pages from frozen contexts: the only user of Jinja."""

import base64
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

FACES = (
    ("Inter", "inter-latin-wght-normal.woff2", "normal"),
    ("Inter", "inter-latin-wght-italic.woff2", "italic"),
    ("Inter Latin Ext", "inter-latin-ext-wght-normal.woff2", "normal"),
    ("Inter Vietnamese", "inter-vietnamese-wght-normal.woff2", "normal"),
    ("Inter Greek", "inter-greek-wght-normal.woff2", "normal"),
    ("Inter Cyrillic", "inter-cyrillic-wght-normal.woff2", "normal"),
    ("Inter Cyrillic Ext", "inter-cyrillic-ext-wght-normal.woff2", "normal"),
)
"""Families by script, in the order a page falls back through them; each file holds one script."""
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
    return Environment(
        loader=PackageLoader("compdesign.templates", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, context: Any) -> str:
    """One page. template: path below templates/. context: a frozen dataclass; its fields are what the template may name."""
    return environment().get_template(template).render({field.name: getattr(context, field.name) for field in fields(context)})


@cache
def font_faces() -> str:
    """@font-face rules with the fonts inside, so that a file needs nothing beside it."""
    return "\n".join(_face(*face, "100 900") for face in FACES)


@cache
def printed_font_faces() -> str:
    """The same families for paper. A variable font is cut to one weight anew in each PDF, a sixth of a letter's time, so the upright
    Latin face comes at each weight, cut beforehand.
    """
    (latin, _, upright), *others = FACES
    cut = [_face(latin, f"inter-latin-{weight}-normal.woff2", upright, str(weight)) for weight in PRINTED_WEIGHTS]
    return "\n".join([*cut, *(_face(*face, "100 900") for face in others)])


def _face(family: str, name: str, style: str, weight: str) -> str:
    data = base64.b64encode(files("compdesign.templates").joinpath("fonts", name).read_bytes()).decode()
    source = f'url(data:font/woff2;base64,{data}) format("woff2")'
    return f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; src: {source}; }}'


def stylesheet(name: str) -> str:
    """The text of a stylesheet below templates/."""
    return files("compdesign.templates").joinpath(name).read_text(encoding="utf-8")
