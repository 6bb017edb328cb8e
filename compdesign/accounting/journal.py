"""The journal entry of a schedule: expense by line and department against additional paid-in capital."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compdesign.accounting.schedule import Schedule
from compdesign.accounting.service_time import add_months, fiscal_quarter

PAID_IN_CAPITAL = "Additional paid-in capital"


@dataclass(frozen=True)
class JournalLine:
    """One line of an entry dated on the last month's first day of its period. Debits of a period equal its credits."""

    period: date
    account: str
    department: str
    debit_cents: int
    credit_cents: int


def journal(schedule: Schedule, per: Literal["month", "quarter"] = "month", fiscal_start: int = 1) -> tuple[JournalLine, ...]:
    """Debits to stock-based compensation by line and department, one credit to paid-in capital a period (ASC 718-10-35-2).

    A reversal that exceeds the cost of its period credits the expense and debits paid-in capital. Periods without expense have no
    entry. fiscal_start: first month of the fiscal year, for quarters.
    """
    sums: dict[date, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for row in schedule.rows:
        period = row.month if per == "month" else _last_of_quarter(row.month, fiscal_start)
        sums[period][row.line, row.department] += row.cents
    lines = []
    for period, accounts in sorted(sums.items()):
        for (line, department), cents in sorted(accounts.items()):
            if cents:
                lines.append(_line(period, f"Stock-based compensation, {line}", department, cents))
        if total := sum(accounts.values()):
            lines.append(_line(period, PAID_IN_CAPITAL, "", -total))
    return tuple(lines)


def _line(period: date, account: str, department: str, cents: int) -> JournalLine:
    return JournalLine(period, account, department, max(cents, 0), max(-cents, 0))


def _last_of_quarter(month: date, fiscal_start: int) -> date:
    _, quarter = fiscal_quarter(month, fiscal_start)
    last = month
    while fiscal_quarter(add_months(last, 1), fiscal_start)[1] == quarter:
        last = add_months(last, 1)
    return last
