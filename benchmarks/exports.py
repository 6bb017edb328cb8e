"""How long the report and the board's files take beside the simulation: `python -m benchmarks.exports [SCENARIO] [PATHS]`."""

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.comparison import compare
from compdesign.metrics.monthly import monthly
from compdesign.reports.board_pdf import as_pdf
from compdesign.reports.board_pptx import as_pptx
from compdesign.reports.board_view import best_structure, board_view, structure_index
from compdesign.reports.board_xlsx import as_xlsx
from compdesign.reports.report import report_html, report_pdf

LIMIT = 3.0
"""Seconds that each file may take."""
EXAMPLE = Path(__file__).parents[1] / "compdesign" / "examples" / "series_c.toml"


def main(scenario: Path = EXAMPLE, paths: int = 1_024) -> int:
    """Print seconds of each part; 1 if a file takes more processor time than LIMIT."""
    loaded = Scenario.load(scenario)
    start = perf_counter()
    comparison = compare(loaded, paths)
    print(f"comparison  {perf_counter() - start:6.2f} s   ({paths:,} futures)")
    start = perf_counter()
    series = monthly(loaded, paths, offers=comparison.result.offers)
    print(f"months      {perf_counter() - start:6.2f} s   ({len(series)} structures)")
    start = perf_counter()
    name = best_structure(comparison)
    view = board_view(comparison, (series[0], series[structure_index(comparison, name)]), name)
    print(f"view        {perf_counter() - start:6.2f} s")
    slow = False
    files: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("report html", lambda: report_html(comparison, series).encode()),
        ("report pdf", lambda: report_pdf(comparison, series)),  # the first PDF of a process reads the fonts
        ("board xlsx", lambda: as_xlsx(view)),
        ("board pptx", lambda: as_pptx(view)),
        ("board pdf", lambda: as_pdf(view)),
    )
    for kind, write in files:
        start, used = perf_counter(), process_time()
        size = len(write())
        used = process_time() - used
        slow |= used > LIMIT
        print(f"{kind:<11} {perf_counter() - start:6.2f} s   ({used:.2f} s of processor, {size / 1024:,.0f} KB, limit {LIMIT:g} s)")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main(*(convert(text) for convert, text in zip((Path, int), sys.argv[1:], strict=False))))
