"""The schedules that a scenario states (months, cliff, instalments) as vesting terms."""

from dataclasses import replace
from fractions import Fraction

from compdesign.vesting.terms import AllocationType, Condition, OnEvent, OnStart, Period, Portion, Relative, VestingTerms

START, CLIFF, ACCRUED, INSTALMENTS = "vesting-start", "cliff", "accrued-at-cliff", "instalments"
LIQUIDITY = "liquidity-event"


def standard_terms(
    months: int,
    cliff: int,
    every: int = 1,
    allocation_type: AllocationType = AllocationType.CUMULATIVE_ROUNDING,
    terms_id: str = "",
    event: str | None = None,
    liquidity_event: bool = False,
    day_of_month: str = Period.day_of_month,
) -> VestingTerms:
    """Vesting by tenure: nothing before `cliff` months, then an instalment each `every` months (a divisor of months).

    A cliff on an instalment's date is that period's cliff_installment. A cliff between two (4 months, by quarter) is a condition of
    its own that releases what accrued, and the instalments go on at their dates: what compdesign.model.vesting simulates.

    event: the id of an event from which the months count (a performance award); None counts them from the vesting start.
    liquidity_event: nothing vests before the event LIQUIDITY as well (double-trigger RSUs); what has accrued by then vests on that day.
    day_of_month: OCF enum VestingDayOfMonth.
    """
    begins = Condition(event or START, _part(0, 1), OnStart() if event is None else OnEvent())
    after = _after(begins.id, months, cliff, every, day_of_month)
    if liquidity_event:
        waits = Condition(LIQUIDITY, _part(0, 1), OnEvent())
        after = (_then(waits, after[0].id), *after) if after else (waits,)
    conditions = (_then(begins, after[0].id), *after) if after else (begins,)
    if months == 0:
        conditions = (*conditions[:-1], replace(conditions[-1], amount=_part(1, 1)))
    counted = "the vesting start" if event is None else event
    name = f"{months} months from {counted}, {f'{cliff}-month cliff' if cliff else 'no cliff'}, every {every}"
    return VestingTerms(terms_id or f"{months}-{cliff}-{every}", allocation_type, conditions, name, name)


def _after(base: str, months: int, cliff: int, every: int, day: str) -> tuple[Condition, ...]:
    """The conditions that vest by time from `base`."""
    if months == 0:
        return ()
    if cliff % every == 0:
        return (
            Condition(INSTALMENTS, _part(every, months), Relative(base, Period(every, "MONTHS", months // every, day, cliff // every))),
        )
    accrued, instalments = cliff // every, months // every
    made = [Condition(CLIFF, _part(0, 1), Relative(base, Period(cliff, "MONTHS", 1, day)))]
    if accrued:  # instalments of that day, each allocated like any other
        made = [
            _then(made[0], ACCRUED),
            Condition(ACCRUED, _part(every, months), Relative(CLIFF, Period(0, "MONTHS", accrued, day, accrued))),
        ]
    for k in range(accrued + 1, instalments + 1):  # each counts from base, so that a late arrival (a liquidity event) delays none
        made[-1] = _then(made[-1], name := f"{INSTALMENTS}-{k}")
        made.append(Condition(name, _part(every, months), Relative(base, Period(k * every, "MONTHS", 1, day))))
    return tuple(made)


def _part(numerator: int, denominator: int) -> Portion:
    return Portion(Fraction(numerator), Fraction(denominator))


def _then(condition: Condition, following: str) -> Condition:
    return replace(condition, next_ids=(following,))
