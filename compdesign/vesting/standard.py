"""The schedules that a scenario states (months, cliff, instalments) as vesting terms."""

from fractions import Fraction

from compdesign.vesting.terms import AllocationType, Condition, OnStart, Period, Portion, Relative, VestingTerms

START, CLIFF, FIRST, INSTALMENTS = "vesting-start", "cliff", "first-instalment", "instalments"


def standard_terms(
    months: int,
    cliff: int,
    every: int = 1,
    allocation_type: AllocationType = AllocationType.CUMULATIVE_ROUNDING,
    terms_id: str = "",
) -> VestingTerms:
    """Vesting by tenure: nothing before `cliff` months, then an instalment each `every` months (a divisor of months).

    A cliff on an instalment's date is that period's cliff_installment. A cliff between two (4 months, by quarter) is a condition of
    its own that releases what accrued, and the instalments go on at their dates: what compdesign.model.vesting simulates.
    """
    start = Condition(START, _part(1 if months == 0 else 0, 1), OnStart())
    if months == 0:
        conditions: tuple[Condition, ...] = (start,)
    elif cliff % every == 0:
        period = Period(every, "MONTHS", months // every, cliff_installment=cliff // every)
        conditions = (_then(start, INSTALMENTS), Condition(INSTALMENTS, _part(every, months), Relative(START, period)))
    else:
        conditions = _cliff_between(start, months, cliff, every)
    name = f"{months} months, {f'{cliff}-month cliff' if cliff else 'no cliff'}, every {every}"
    return VestingTerms(terms_id or f"{months}-{cliff}-{every}", allocation_type, conditions, name, name)


def _cliff_between(start: Condition, months: int, cliff: int, every: int) -> tuple[Condition, ...]:
    accrued = cliff // every
    following = (accrued + 1) * every
    at_cliff = Condition(CLIFF, _part(accrued * every, months), Relative(START, Period(cliff, "MONTHS")), (FIRST,))
    first = Condition(FIRST, _part(every, months), Relative(START, Period(following, "MONTHS")))
    left = months // every - accrued - 1
    if not left:
        return _then(start, CLIFF), at_cliff, first
    rest = Condition(INSTALMENTS, _part(every, months), Relative(FIRST, Period(every, "MONTHS", left)))
    return _then(start, CLIFF), at_cliff, _then(first, INSTALMENTS), rest


def _part(numerator: int, denominator: int) -> Portion:
    return Portion(Fraction(numerator), Fraction(denominator))


def _then(condition: Condition, following: str) -> Condition:
    return Condition(condition.id, condition.amount, condition.trigger, (following,))
