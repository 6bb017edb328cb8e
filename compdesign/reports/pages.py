"""Jinja pages from frozen contexts: the only user of Jinja."""

import base64
from dataclasses import fields
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
    rules = []
    for family, name, style in FACES:
        data = base64.b64encode(files("compdesign.templates").joinpath("fonts", name).read_bytes()).decode()
        rules.append(
            f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: 100 900; src: url(data:font/woff2;base64,{data}) format("woff2"); }}'
        )
    return "\n".join(rules)


def stylesheet(name: str) -> str:
    """The text of a stylesheet below templates/."""
    return files("compdesign.templates").joinpath(name).read_text(encoding="utf-8")
