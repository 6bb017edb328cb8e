"""PDF from HTML: the only user of WeasyPrint."""

from hashlib import sha256
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from compdesign.reports.pages import font_faces

_FONTS: list[tuple[FontConfiguration, CSS]] = []
"""The page fonts, decoded once a process."""


class DenyingFetcher(URLFetcher):  # type: ignore[misc]
    """Nothing from the network, nothing from a disk: a page carries all it needs as data."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)


def pdf(html: str) -> bytes:
    """A tagged PDF/UA-1 of a whole HTML page; the same bytes for the same page.

    The page names its own title, author and language; its styles stand inside it. Fonts of `font_faces` are there without asking.
    """
    if not _FONTS:
        configuration = FontConfiguration()
        _FONTS.append((configuration, CSS(string=font_faces(), font_config=configuration, url_fetcher=DenyingFetcher())))
    configuration, faces = _FONTS[0]
    document: Any = HTML(string=html, base_url=None, url_fetcher=DenyingFetcher())
    made: bytes = document.write_pdf(
        stylesheets=[faces],
        font_config=configuration,
        pdf_variant="pdf/ua-1",
        pdf_tags=True,
        pdf_identifier=sha256(html.encode()).digest()[:16],
    )
    return made
