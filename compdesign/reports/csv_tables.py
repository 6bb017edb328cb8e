"""The comparison as CSV tables: text stays text in any spreadsheet."""

import pandas as pd

from compdesign.metrics.comparison import Comparison

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def tables(comparison: Comparison) -> dict[str, str]:
    """File name -> CSV text: every metric, break-evens, tornado, and the stored paths one by one."""
    break_evens = pd.DataFrame.from_records(
        [
            {
                "structure": each.structure,
                "input": each.axis.name,
                "value": value,
                "difference": point.value,
                "se": point.se,
                "finding": each.finding,
            }
            for each in comparison.break_evens
            for value, point in zip(each.axis.grid, each.differences, strict=True)
        ]
    )
    bars = pd.DataFrame.from_records(
        [
            {
                "headline": name,
                "input": bar.input,
                "low": bar.low,
                "low_se": bar.low_se,
                "high": bar.high,
                "high_se": bar.high_se,
                "correlation": bar.correlation,
            }
            for name, each in comparison.tornado.items()
            for bar in each
        ]
    )
    frames = {
        "metrics.csv": comparison.to_frame(),
        "break_evens.csv": break_evens,
        "tornado.csv": bars,
        "paths.csv": comparison.result.to_frame(),
    }
    return {name: safe(frame).to_csv(index=False) for name, frame in frames.items()}


def safe(frame: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers."""
    made = frame.copy()
    for name in made.columns:
        if not pd.api.types.is_numeric_dtype(made[name]):
            made[name] = made[name].map(lambda value: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value)
    return made
