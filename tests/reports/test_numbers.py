"""Numbers as printed: fixed decimals, nothing in powers of ten, and nothing that is not zero printed as zero."""

from math import inf, nan

import pytest

from compdesign.metrics.estimates import Difference, Estimate
from compdesign.reports.numbers import amount, change, counted, first_months, with_error, with_label
from compdesign.reports.panels import short


@pytest.mark.parametrize(
    ("value", "unit", "signed", "shown"),
    [
        (8.9e-7, "share", True, "<0.01 %"),
        (-8.9e-7, "share", True, ">-0.01 %"),
        (0.0, "share", False, "0.00 %"),
        (0.0001, "share", False, "0.01 %"),
        (0.0106, "share", True, "+1.06 %"),
        (0.09994, "share", False, "9.99 %"),
        (0.09996, "share", False, "10.0 %"),
        (0.471, "share", False, "47.1 %"),
        (1.0, "share", False, "100.0 %"),
        (0.004, "count", False, "<0.01"),
        (-0.004, "months", False, ">-0.01"),
        (9.996, "count", False, "10.0"),
        (12_345.6, "count", False, "12,345.6"),
        (0.4, "shares", False, "0"),
        (-1.5e9, "$", True, "-$1.50B"),
        (nan, "share", False, "none seen"),
        (inf, "months", False, "beyond"),
    ],
)
def test_amounts(value: float, unit: str, signed: bool, shown: str) -> None:
    assert amount(value, unit, signed) == shown


def test_a_difference_of_shares_is_in_points_with_its_error() -> None:
    assert with_label(Difference(8.9e-7, 2e-7, "real but immaterial"), "share") == "<0.01 points ± <0.01, real but immaterial"
    assert with_label(Difference(-0.0247, 0.0047, "material"), "share") == "-2.47 points ± 0.47, material"
    assert change(0.00649, "share") == "+0.65 points"
    assert with_error(Estimate(0.568, 0.01), "share") == "56.8 % ± 1.00"


def test_a_difference_of_margins_is_in_basis_points() -> None:
    """0.8 basis points are 0.008 points: two decimals of a point would say nothing."""
    assert amount(0.76518, "margin") == "76.52 %"
    assert with_label(Difference(-0.0000831, 0.0000124, "real but immaterial"), "margin") == "-0.83 bps ± 0.12, real but immaterial"
    assert with_label(Difference(12.34, 1.5, "material"), "bps") == "+12.3 bps ± 1.50, material"
    assert with_label(Difference(0.0, 0.0, "identical"), "margin") == "identical"
    assert with_error(Estimate(-0.021, 0.0004), "margin") == "-2.10 % ± 0.04"


def test_one_month_is_no_months() -> None:
    assert (counted(1, "month"), counted(24, "month")) == ("1 month", "24 months")
    assert (first_months(1), first_months(24)) == ("first month", "first 24 months")


def test_wide_names_are_cut_sooner() -> None:
    assert short("m" * 36) == "m" * 36
    assert short("W" * 36) == "W" * 20 + "…"
    assert short("現" * 18) == "現" * 18 and short("現" * 19) == "現" * 17 + "…"
