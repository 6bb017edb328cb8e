"""A page in a process of its own: the same bytes, and an end at every limit."""

import tempfile
import time
from pathlib import Path

import pytest

from compdesign.errors import WorkTooLarge
from compdesign.reports.child import Limits, printed_apart
from compdesign.reports.pdf import printed

PAGE = '<html lang="en"><head><title>t</title><style>body {{ font-family: Inter }}</style></head><body>{}</body></html>'
NESTED = "<div style='display:flex'>" * 40 + "x" + "</div>" * 40
"""A small page that takes hours: each level of flex is laid out several times over."""


def test_the_same_bytes_as_in_this_process() -> None:
    page = PAGE.format("<p>Zoë \U000f1234</p>")
    assert printed_apart(page) == printed(page)


def test_a_page_that_would_take_hours_ends_at_its_limit() -> None:
    start = time.perf_counter()
    with pytest.raises(WorkTooLarge, match="more than 2 seconds to lay out; shorten the texts"):
        printed_apart(PAGE.format(NESTED), Limits(seconds=2))
    assert time.perf_counter() - start < 8


def test_a_page_that_would_take_all_memory_ends_at_its_limit() -> None:
    with pytest.raises(WorkTooLarge, match="more than 300 MiB of memory"):
        printed_apart(PAGE.format("<table>" + "<tr><td>x<td>y" * 60_000 + "</table>"), Limits(memory_bytes=300 << 20))


def test_a_killed_process_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process keeps its fonts in the system's folder for temporary files, and cannot remove them when it is killed."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(WorkTooLarge):
        printed_apart(PAGE.format(NESTED), Limits(seconds=3))
    assert list(tmp_path.iterdir()) == []
