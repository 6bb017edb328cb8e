"""PDF from HTML: the only user of WeasyPrint."""

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from threading import Lock
from typing import Any
from zlib import compress

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
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


class _Page(HTML):  # type: ignore[misc]
    """A page that has no footnotes."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_without_footnotes()]


@cache
def _without_footnotes() -> CSS:
    """WeasyPrint's own sheet less the rules of footnotes: each of them gives every element of a page a style that nothing uses, a
    twentieth of the time. A version that asks for its sheet by another name gets the whole one, and the same pages.
    """
    sheet = files("weasyprint").joinpath("css", "html5_ua.css").read_text("utf-8")
    return CSS(string=re.sub(r"(?m)^::(foot)?note-[^{]*\{[^}]*\}", "", sheet), counter_style=CounterStyle())


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
    document: Any = _Page(string=html, base_url=None, url_fetcher=DenyingFetcher()).render(
        stylesheets=[faces], font_config=configuration, pdf_variant="pdf/ua-1", pdf_tags=True
    )
    identifier = sha256(html.encode()).digest()[:16]
    content: bytes = document.write_pdf(finisher=_serialise, pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=identifier)
    return Printed(content, "".join(sorted({chr(code) for font in document.fonts.values() for code in font.missing})))


# CPython keeps the frames of calls in chunks of 16 KiB (Python/pystate.c, push_chunk). A call that does not fit into the last one
# asks the system for a chunk and gives it back on return: where a busy call happens to stand there, that is five thousand times a
# letter and a tenth of its time. A frame said to need this many words gets a chunk of its own, with as much room behind it.
_printed.__code__ = _printed.__code__.replace(co_stacksize=1 << 15)


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
            if getattr(each, "compress", False):
                _pack(each)
            data = each.data
            indirect = b"%d %d obj\n%b\nendobj" % (each.number, each.generation, data)
            file.objects[place] = _Serialised(each.number, each.generation, each.free, each.compressible, data, indirect)


def _pack(stream: Any) -> None:
    """Compress at zlib's own level: its highest takes four times as long and saves a thirtieth."""
    stream.compress = False
    content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    stream.stream = [compress(content)]
    stream.extra["Filter"] = "/FlateDecode"


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
