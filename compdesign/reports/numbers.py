"""Numbers as people read them: a value with its standard error in its unit."""

from math import isfinite, isinf, isnan

from compdesign.metrics.estimates import BEYOND, IDENTICAL, Difference, Estimate
from compdesign.quantities import BASIS_POINTS

NONE_SEEN = "none seen"


def amount(value: float, unit: str, signed: bool = False) -> str:
    """A value in its unit, short."""
    if isnan(value):
        return NONE_SEEN
    sign = "+" if signed and value > 0 else "-" if value < 0 else ""
    size = abs(value)
    if isinf(size):
        return f"{sign}beyond" if unit == "months" else f"{sign}infinite"
    if unit.startswith("$"):
        return f"{sign}${money(size)}"
    if unit == "share":
        return f"{_decimals(100 * size, sign)} %"
    if unit == "margin":
        return f"{sign}{100 * size:.2f} %"
    if unit == "shares":
        return f"{sign}{size:,.0f}"
    return _decimals(size, sign)


def _decimals(size: float, sign: str) -> str:
    """Two decimals below 10, one above; what would round to nothing is said to be nearer to zero than 0.01."""
    if 0 < size < 0.005:
        return f">{sign}0.01" if sign == "-" else "<0.01"
    return f"{sign}{size:,.2f}" if size < 9.995 else f"{sign}{size:,.1f}"


def change(value: float, unit: str) -> str:
    """A difference of two values with its sign: of shares in points, so that +1 point is not taken for +1 %; of margins in basis points."""
    if unit in ("bps", "margin"):
        return f"{amount(_in_basis_points(value, unit), 'bps', signed=True)} bps"
    size = amount(value, unit, signed=True)
    return f"{size.removesuffix(' %')} points" if unit == "share" else size


def _in_basis_points(value: float, unit: str) -> float:
    return value * BASIS_POINTS if unit == "margin" else value


def money(size: float) -> str:
    """Dollars, short: 950, 9.5k, 414k, 6.25M."""
    for scale, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * scale:
            shown = size / scale
            return f"{shown:.2f}{letter}" if shown < 9.995 else f"{shown:.1f}{letter}" if shown < 99.95 else f"{shown:.0f}{letter}"
    return f"{size:.2f}" if size < 100 else f"{size:.0f}"


def counted(count: int, noun: str) -> str:
    """1 month, 2 months."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def first_months(count: int) -> str:
    """first month, first 24 months."""
    return "first month" if count == 1 else f"first {count} months"


def with_error(estimate: Estimate, unit: str) -> str:
    """Value ± standard error."""
    if not isfinite(estimate.value):
        return amount(estimate.value, unit)
    if not isfinite(estimate.se):
        return f"{amount(estimate.value, unit)} ± ?" if isinf(estimate.se) else amount(estimate.value, unit)
    return f"{amount(estimate.value, unit)} ± {_error(estimate.se, unit)}"


def _error(se: float, unit: str) -> str:
    return amount(se, unit).removeprefix("$").removesuffix(" %")


def with_label(difference: Difference, unit: str) -> str:
    """Paired difference ± standard error, and its label."""
    if difference.label in (IDENTICAL, BEYOND):
        return difference.label
    if isnan(difference.value):
        return difference.label
    if isinf(difference.value):
        return f"{'finite, the first is not' if difference.value < 0 else 'not finite, the first is'}, {difference.label}"
    size = change(difference.value, unit)
    in_points = "bps" if unit == "margin" else unit
    error = f" ± {_error(_in_basis_points(difference.se, unit), in_points)}" if isfinite(difference.se) else ""
    return f"{size}{error}, {difference.label}"
