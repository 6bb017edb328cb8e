"""PDF from HTML: the only user of WeasyPrint."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from compdesign.reports.pages import Printed, faces_needed, printed_font_faces

_FONTS: dict[tuple[str, ...], tuple[FontConfiguration, CSS]] = {}
"""The page fonts by the faces in them, decoded once a process."""
_ONE_AT_A_TIME = Lock()
"""Pango's font map and the clock of `_fixed_clock` belong to the whole process."""
_CLOCK = "SOURCE_DATE_EPOCH"


class DenyingFetcher(URLFetcher):  # type: ignore[misc]
    """Nothing from the network, nothing from a disk: a page carries all it needs as data."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)


def pdf(html: str) -> bytes:
    """The bytes of `printed`."""
    return printed(html).content


def printed(html: str) -> Printed:
    """A tagged PDF/UA-1 of a whole HTML page; the same bytes for the same page, in every process and on every call.

    The page names its own title, author and language; its styles stand inside it. Fonts of `printed_font_faces` are there without
    asking; characters they lack come from the system's fonts, so the same bytes need the same system fonts there.
    """
    with _ONE_AT_A_TIME, _fixed_clock(), _no_collection():
        return _printed(html)


def _printed(html: str) -> Printed:
    needed = faces_needed(html)
    if needed not in _FONTS:
        configuration = FontConfiguration()
        _FONTS[needed] = configuration, CSS(string=printed_font_faces(needed), font_config=configuration, url_fetcher=DenyingFetcher())
    configuration, faces = _FONTS[needed]
    document: Any = HTML(string=html, base_url=None, url_fetcher=DenyingFetcher()).render(
        stylesheets=[faces], font_config=configuration, pdf_variant="pdf/ua-1", pdf_tags=True
    )
    identifier = sha256(html.encode()).digest()[:16]
    content: bytes = document.write_pdf(finisher=_serialise, pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=identifier)
    return Printed(content, "".join(sorted({chr(code) for font in document.fonts.values() for code in font.missing})))


@dataclass
class _Serialised:
    """An object of a PDF as the bytes that it is, and what else the writer of the file asks of one."""

    number: int
    generation: int
    free: str
    compressible: bool
    data: bytes
    indirect: bytes
    offset: int = 0


def _serialise(document: Any, file: Any) -> None:
    """Make the bytes of each object once: the writer of a file with an identifier asks twice, and packs every page each time."""
    for place, each in enumerate(file.objects):
        if each.free == "n":
            data = each.data
            indirect = b"%d %d obj\n%b\nendobj" % (each.number, each.generation, data)
            file.objects[place] = _Serialised(each.number, each.generation, each.free, each.compressible, data, indirect)


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """fontTools stamps the second of the call into each embedded font (head.modified), unless this variable names another."""
    before = os.environ.get(_CLOCK)
    os.environ[_CLOCK] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CLOCK]
        else:
            os.environ[_CLOCK] = before


@contextmanager
def _no_collection() -> Iterator[None]:
    """The collector would walk the growing tree of boxes again and again, a tenth of the time, and find nothing to free."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
