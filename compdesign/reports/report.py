"""The comparison as one page: HTML for a screen, the same page as PDF."""

from compdesign.metrics.comparison import Comparison
from compdesign.metrics.monthly import Monthly
from compdesign.reports.pages import page
from compdesign.reports.report_context import report_context

TEMPLATE = "report/report.html"


def report_html(comparison: Comparison, monthly: tuple[Monthly, ...]) -> str:
    """One self-contained file: no script, nothing fetched, dark and light, fit to print."""
    return page(TEMPLATE, report_context(comparison, monthly, "screen"))


def report_pdf(comparison: Comparison, monthly: tuple[Monthly, ...]) -> bytes:
    """The same page on A4, tagged, every figure's data in an appendix. It also fits Letter: its text block is smaller than either."""
    from compdesign.reports.pdf import pdf  # WeasyPrint takes a second to load, and HTML does not need it

    return pdf(page(TEMPLATE, report_context(comparison, monthly, "paper")))
