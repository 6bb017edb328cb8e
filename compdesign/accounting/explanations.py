"""Why an expense is what it is: one sentence for each event of a month and one for its ordinary accrual."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from compdesign.accounting.award_events import Event
from compdesign.accounting.awards import Amount, Assessment, Departure, Modification
from compdesign.accounting.recognition import State
from compdesign.accounting.service_time import months_served, served


def dollars(cents: Fraction | int) -> str:
    """Dollars and cents with a sign in front: -$1,234.50."""
    whole = (2 * Fraction(cents).numerator + Fraction(cents).denominator) // (2 * Fraction(cents).denominator)
    return f"{'-' if whole < 0 else ''}${abs(whole) // 100:,}.{abs(whole) % 100:02d}"


def reason(state: State, event: Event, counts: list[Fraction], accruing: bool, change: Fraction) -> str:
    """The sentence of an event that has just been applied. counts: shares expected by tranche before it; accruing: a condition was
    probable before it; change: cents of cost at its date.
    """
    now = sum((state.count(h, state.instant(event.on)) for h in state.holdings), Fraction(0))
    shares = f"{_number(sum(counts, Fraction(0)))} -> {_number(now)} shares expected to vest"
    effect = f"cumulative effect {dollars(change)}" if change else "no cumulative effect"
    if isinstance(event, Departure):
        return (
            f"{event.on}: departure, {shares}; cost of unvested shares reversed, vested shares keep theirs ({dollars(change)}; ASC 718-10-35-3)."
            if counts != [state.count(h, state.instant(event.on)) for h in state.holdings] or change
            else f"{event.on}: departure after vesting: nothing is reversed (ASC 718-10-35-3)."
        )
    if isinstance(event, Modification):
        return f"{event.on}: modification type {event.type}, {_MODIFIED[event.type]}; {effect}."
    said = []
    if event.annual_forfeiture_rate is not None:
        said.append(
            f"forfeiture of {_percent(event.annual_forfeiture_rate)} a year, applied to the whole grant: {shares} (ASC 718-10-35-3)"
        )
    if event.expected_shares is not None:
        said.append(f"number expected to vest, applied to the whole grant: {shares} (ASC 718-10-35-3)")
    if state.award.condition == "liquidity" and event.probable is not None and not event.occurred:
        said.append("a liquidity event is not probable until it occurs, whatever is judged")
    elif event.probable is not None and state.award.condition != "market":
        said.append(
            "the condition is probable: cost accrues"
            if event.probable
            else "the condition is not probable: no cost stands (ASC 718-10-25-20)"
        )
    if event.occurred:
        said.append("the liquidity event occurred: cost of the service given so far falls due")
    if event.expected_date is not None:
        said.append(_moved(state, event, accruing))
    if event.modified_probable is not None:
        said.append("the modified condition is probable" if event.modified_probable else "the modified condition is not probable")
    if event.fair_value is not None:
        said.append(
            "fair value remeasured until the grant date"
            if event.on < state.award.grant_date
            else "fair value is fixed since the grant date"
        )
    return f"{event.on}: {'; '.join(said) or 'nothing changed'}; {effect}."


def accrual(state: State, month: date, following: date, cents: int, begun: list[bool | None], basis: str) -> str:
    """The sentence of the month's ordinary accrual; '' where nothing accrues. begun: whether each tranche had vested at its start.
    basis: how service was spread at the start of the month, '' if it was not."""
    award = state.award
    vested = [i for i, h in enumerate(state.holdings) if h.vested(following) and not begun[i]]
    said = []
    if following <= award.grant_date and not cents:
        return "" if state.assessed_value is not None else "Before the grant date, and no value was assessed: nothing accrues."
    if award.grant_date > award.start and month <= award.grant_date < following:
        said.append("grant date: cost of the service given before it is trued up to the grant-date value")
    if cents:
        said.append(f"{dollars(cents)} for service in the month, {basis or spread(state, month, following)}")
    elif not any(h.probable for h in state.holdings):
        return f"No cost accrues while the {award.condition} condition is not probable."
    if vested:
        said.append(f"{_number(sum((state.count(state.holdings[i], following) for i in vested), Fraction(0)))} shares vest")
    if state.floor_binds(following):
        said.append("raised to the value of what has vested (floor, ASC 718-10-35-8)")
    text = "; ".join(said)
    if text:
        return f"{text[0].upper()}{text[1:]}."
    if all(h.vested(month) or h.forfeited == h.shares for h in state.holdings):
        return "Service is complete: nothing accrues."
    return "" if any(h.expected for h in state.holdings) else "No share is expected to vest: nothing accrues."


def spread(state: State, month: date, following: date) -> str:
    """How service is spread, and how much of it will have been given; '' where none is being given."""
    how = "straight line" if state.award.spread == "straight-line" else "tranche by tranche"
    open_ones = [
        (i, h.end) for i, h in enumerate(state.holdings) if h.end is not None and h.probable and h.expected and not h.vested(month)
    ]
    if not open_ones:
        return ""
    tranche, end = max(open_ones, key=lambda each: each[1])
    last_day = end - timedelta(1) if months_served(state.award.start, end).denominator == 1 else end
    layer = state.layers[-1]
    if layer.progress[tranche].since != state.award.start:
        return f"{how}, what was left on {layer.progress[tranche].since} spread over service to {last_day}"
    whole = served(state.award.start, end, state.day_count)
    unit = "months" if state.day_count == "months" else "days"
    return f"{how}, {_number(min(served(state.award.start, following, state.day_count), whole))} of {_number(whole)} {unit} of service to {last_day}"


def _moved(state: State, event: Assessment, accruing: bool) -> str:
    if state.award.condition == "market":
        return f"the market condition was met on {event.expected_date}: what is left is recognised at once (ASC 718-10-55-77)"
    if accruing and any(h.probable for h in state.holdings):
        return f"expected on {event.expected_date}: the rest is spread over the new period, prospectively (ASC 718-10-55-78)"
    return f"expected on {event.expected_date}"


_MODIFIED = {
    "I": "probable to probable: the grant-date value stays, the added value is spread over the remaining service (ASC 718-20-55-111)",
    "II": "probable to improbable: the grant-date value stays, the added value waits for the new condition (ASC 718-20-55-113)",
    "III": "improbable to probable: the old cost is reversed, the value at the modification date replaces it (ASC 718-20-55-116)",
    "IV": "improbable to improbable: if the new condition becomes probable, the value at the modification date counts (ASC 718-20-55-118)",
}


def _number(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.2f}"


def _percent(value: Amount) -> str:
    return f"{(Decimal(value) * 100).normalize():f} %"
