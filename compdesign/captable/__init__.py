"""Cap tables: the Open Cap Format in and out, CSV in, and the holdings they come to on a date."""

from compdesign.captable.cap_table import CapTable
from compdesign.captable.holdings_csv import read_holdings
from compdesign.captable.ocf_package import Package, read_package
from compdesign.captable.replay import cap_table

__all__ = ["CapTable", "Package", "cap_table", "read_holdings", "read_package"]
