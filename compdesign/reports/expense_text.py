"""Equity expense as text for a terminal and as CSV tables."""

import re
from datetime import date

import pandas as pd

from compdesign.accounting.explanations import dollars
from compdesign.accounting.journal import journal
from compdesign.accounting.schedule import Schedule
from compdesign.reports.csv_tables import safe

NOT_COVERED = (
    "Not covered: awards classified as liabilities, nonemployee specifics, income tax effects, capitalised cost, "
    "and fair values, which are inputs here."
)


def expense_text(schedule: Schedule, title: str, fiscal_start: int, every_month: bool) -> str:
    """Quarters by line, the journal's proof, and the sentences of the months in which something happened (or of every month)."""
    quarters = schedule.by_quarter(fiscal_start, by=("line",))
    lines = sorted({each.line for each in quarters})
    rows = [("quarter", *lines, "total", "cumulative")]
    cumulative = 0
    for year, quarter in dict.fromkeys((each.fiscal_year, each.quarter) for each in quarters):
        cents = {each.line: each.cents for each in quarters if (each.fiscal_year, each.quarter) == (year, quarter)}
        cumulative += sum(cents.values())
        rows.append(
            (f"FY{year} Q{quarter}", *(dollars(cents.get(line, 0)) for line in lines), dollars(sum(cents.values())), dollars(cumulative))
        )
    entries = journal(schedule)
    debits, credits = sum(each.debit_cents for each in entries), sum(each.credit_cents for each in entries)
    told = [
        row
        for row in schedule.rows
        if row.explanation and (every_month or row.cents < 0 or re.match(r"\d{4}-\d\d-\d\d: ", row.explanation))
    ]
    why = [f"  {row.month:%Y-%m}  {row.award}  {dollars(row.cents)}: {row.explanation}" for row in told]
    return "\n".join(
        [
            title,
            "",
            *aligned(rows),
            "",
            f"Journal: debits {dollars(debits)}, credits {dollars(credits)}; net expense {dollars(schedule.total_cents)}.",
            "",
            "Why (every month):" if every_month else "Why (months in which something happened; --every-month for all):",
            *(why or ["  nothing but ordinary accrual"]),
            "",
            *schedule.notes,
            NOT_COVERED,
            "",
        ]
    )


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """One line a row: the first column to the left, the others to the right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(w) if k == 0 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]


def expense_data(schedule: Schedule, title: str, fiscal_start: int) -> dict[str, object]:
    """The same as plain data, in cents, for JSON: months with explanations, quarters, journal and the policies that decided them."""
    quarters = schedule.by_quarter(fiscal_start, by=("award", "department", "line"))
    parts = {"months": schedule.rows, "quarters": quarters, "journal": journal(schedule)}
    return {
        "format": 1,
        "title": title,
        "fiscal_start": fiscal_start,
        "total_cents": schedule.total_cents,
        **{name: [{key: _plain(value) for key, value in vars(row).items()} for row in rows] for name, rows in parts.items()},
        "notes": [*schedule.notes, NOT_COVERED],
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def expense_tables(schedule: Schedule, fiscal_start: int) -> dict[str, str]:
    """File name -> CSV text: months with explanations, quarters by award, department and line, and the journal; dollars to the cent."""
    months = [_in_dollars(vars(row)) for row in schedule.rows]
    quarters = [_in_dollars(vars(each)) for each in schedule.by_quarter(fiscal_start, by=("award", "department", "line"))]
    entries = [_in_dollars(vars(each)) for each in journal(schedule)]
    frames = {"expense.csv": months, "quarters.csv": quarters, "journal.csv": entries}
    return {name: safe(pd.DataFrame.from_records(records)).to_csv(index=False, float_format="%.2f") for name, records in frames.items()}


def _in_dollars(record: dict[str, object]) -> dict[str, object]:
    """Columns of cents become columns of dollars, exact to the cent as they print."""
    return {
        (name.removesuffix("cents").rstrip("_") or "dollars"): value / 100 if name.endswith("cents") and isinstance(value, int) else value
        for name, value in record.items()
    }
