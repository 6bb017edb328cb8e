"""What happens to an award: assessments, departures and modifications change what is expected to vest, when, and at what cost."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from compdesign.accounting.awards import Assessment, Departure, Modification
from compdesign.accounting.recognition import Holding, Layer, Progress, State, cents, progress_from
from compdesign.accounting.service_time import served
from compdesign.errors import Problem, ScenarioError

Event = Assessment | Departure | Modification


def apply(state: State, event: Event) -> None:
    """Change the state by one event. Raises ScenarioError for an event that its award cannot take."""
    if isinstance(event, Assessment):
        _assess(state, event)
    elif isinstance(event, Departure):
        _depart(state, event)
    else:
        _modify(state, event)


def _named(state: State, event: Assessment) -> list[int]:
    if event.tranche is None:
        return list(range(len(state.holdings)))
    if not 0 <= event.tranche < len(state.holdings):
        raise _fault(state, f"{event.on}.tranche", f"{event.tranche} is no tranche", f"give 0 to {len(state.holdings) - 1}")
    return [event.tranche]


def _assess(state: State, event: Assessment) -> None:
    at, chosen, condition = state.instant(event.on), _named(state, event), state.award.condition
    if event.fair_value is not None:
        state.assessed_value = cents(event.fair_value)
    if condition == "market" and event.expected_date is not None and event.expected_date > event.on:
        # ASC 718-10-55-77: the derived service period is not revised; an early success ends it.
        raise _fault(
            state, f"{event.on}.expected_date", f"{event.expected_date} lies ahead of a market condition", "give the day it was met"
        )
    probable = event.probable if condition in ("service", "performance") else None
    if condition == "liquidity" and event.occurred:  # not probable until it occurs, whatever is judged (ASC 718-10-25-20, 805-20-55-50)
        probable = True
    for i in chosen:
        holding = state.holdings[i]
        became = probable is True and not holding.probable
        if condition == "liquidity" and became:
            _end_at(state, i, max(holding.vests or at, at), at, prospective=False)
        elif event.expected_date is not None:
            met = state.instant(event.expected_date)
            end = min(met, holding.end or met) if condition == "market" else max(met, holding.vests or met)
            _end_at(state, i, end, at, prospective=holding.probable and not became)
        if probable is not None:
            holding.probable = probable
        if holding.probable and holding.end is None:
            raise _fault(state, f"{event.on}.expected_date", "absent for a probable condition", "say when it is expected to be met")
    if event.modified_probable is not None:
        for layer in state.layers[1:]:
            layer.gated = layer.gated and not event.modified_probable
    if event.annual_forfeiture_rate is not None:
        state.rate = Decimal(event.annual_forfeiture_rate)
        _rate(state, chosen, at)
    _rate(state, [i for i in chosen if state.holdings[i].rate_waits], at)
    if event.expected_shares is not None:
        _expect(state, chosen, event.expected_shares, at, event.on)


def _end_at(state: State, tranche: int, end: date, at: date, *, prospective: bool) -> None:
    """Move the end of a service period: what is recognised stays and the rest is spread anew (ASC 718-10-55-78), or, where nothing
    is recognised yet, the whole period is counted anew.
    """
    if prospective:
        reached = [state.fraction(layer, tranche, at) for layer in state.layers]
        for layer, fraction in zip(state.layers, reached, strict=True):
            layer.progress[tranche].since, layer.progress[tranche].reached = max(at, layer.progress[tranche].since), fraction
    state.holdings[tranche].end = end


def _rate(state: State, chosen: list[int], at: date) -> None:
    """Expected to vest: shares x (1 - rate)^years of the whole service period (ASC 718-20-55-12). What has vested stays."""
    rate = state.rate
    if not 0 <= rate <= 1:
        raise _fault(state, "annual_forfeiture_rate", f"{rate} is no share", "give 0 to 1")
    per_year = 12 if state.day_count == "months" else Fraction(36525, 100)
    for i in chosen:
        holding = state.holdings[i]
        holding.rate_waits = holding.end is None
        if holding.end is None or holding.vested(at):
            continue
        years = served(state.award.start, holding.end, state.day_count) / per_year
        left = Decimal(holding.shares) * (1 - rate) ** (Decimal(years.numerator) / Decimal(years.denominator)) if rate < 1 else Decimal(0)
        count = Fraction(left) if state.award.holder else Fraction(left.quantize(Decimal(1), ROUND_HALF_UP))
        holding.expected, holding.rated = min(count, holding.shares - holding.forfeited), True


def _expect(state: State, chosen: list[int], shares: Decimal | int, at: date, on: date) -> None:
    """Set the count in all: vested tranches keep theirs, the others share the rest by what is not forfeited."""
    open_ones = [i for i in chosen if not state.holdings[i].vested(at)] or chosen
    rest = Fraction(shares) - sum((state.count(state.holdings[i], at) for i in chosen if i not in open_ones), Fraction(0))
    standing = sum((state.holdings[i].shares - state.holdings[i].forfeited for i in open_ones), Fraction(0))
    if not 0 <= rest <= standing:
        raise _fault(
            state,
            f"{on}.expected_shares",
            f"{shares:,} cannot vest",
            f"at most {float(Fraction(shares) - rest + standing):,.0f} can, vested ones included",
        )
    for i in open_ones:
        holding = state.holdings[i]
        holding.expected, holding.rated = (rest * (holding.shares - holding.forfeited) / standing if standing else Fraction(0)), False


def _depart(state: State, event: Departure) -> None:
    at = state.instant(event.on)
    unvested = [h for h in state.holdings if not h.vested(at)]
    # Service given for a liquidity event stands, and waits for it: leaving forfeits the rest (ASU 2014-12, ASC 718-10-25-20).
    waits = [state.award.condition == "liquidity" and h.end is not None and h.end <= at for h in unvested]
    waiting = [h for h, done in zip(unvested, waits, strict=True) if done]
    serving = [h for h, done in zip(unvested, waits, strict=True) if not done]
    leaving = _standing(serving) if event.shares is None else Fraction(event.shares)
    if not 0 <= leaving <= _standing(unvested):
        raise _fault(
            state,
            f"{event.on}.shares",
            f"{event.shares} unvested shares cannot be forfeited",
            f"{float(_standing(unvested)):,.0f} are unvested",
        )
    _forfeit(serving, first := min(leaving, _standing(serving)))
    _forfeit(waiting, leaving - first)


def _standing(holdings: list[Holding]) -> Fraction:
    """Shares that are not forfeited."""
    return sum((h.shares - h.forfeited for h in holdings), Fraction(0))


def _forfeit(holdings: list[Holding], leaving: Fraction) -> None:
    """Each loses its part by what is not forfeited."""
    standing = _standing(holdings)
    for holding in holdings:
        if standing:
            holding.forfeited += leaving * (holding.shares - holding.forfeited) / standing
        holding.expected = min(holding.expected, holding.shares - holding.forfeited)


def _modify(state: State, event: Modification) -> None:
    at = state.instant(event.on)
    vested = [h.vested(at) for h in state.holdings]
    kept = event.type in ("I", "II")
    if event.fair_value_after is None and (not kept or event.fair_value_before is not None):
        raise _fault(state, f"{event.on}.fair_value_after", "absent", "give the value of the modified award at the modification date")
    if kept and event.fair_value_before is None and event.fair_value_after is not None:
        raise _fault(state, f"{event.on}.fair_value_before", "absent", "give the value of the award just before it was modified")
    after = cents(event.fair_value_after or 0)
    if kept and state.award.condition != "service" and not all(h.probable for h in state.holdings):
        raise _fault(
            state,
            f"{event.on}.probable_before",
            "true, where no assessment found the condition probable",
            "assess it first, or set it false",
        )
    # ASC 718-20-35-3: the excess of the new value over the old; 55-116: the new value alone where the old would not have vested.
    added = Fraction(0) if event.fair_value_before is None else max(Fraction(0), after - cents(event.fair_value_before))
    new = added if kept else after
    if any(vested) and added:
        state.layers.append(Layer([added if v else Fraction(0) for v in vested], [Progress(at, Fraction(1)) for _ in vested]))
    for i, holding in enumerate(state.holdings):
        if vested[i]:
            continue
        if event.vests is not None:
            end = max(at, state.instant(event.vests))
            holding.vests = end
            _end_at(state, i, end, at, prospective=holding.probable)
        if not kept:
            for layer in state.layers:
                layer.values[i] = Fraction(0)
            holding.probable, holding.rated = event.probable_after, False
            holding.expected = holding.shares - holding.forfeited
        if holding.probable and holding.end is None:
            raise _fault(state, f"{event.on}.vests", "absent for a probable condition", "give the new vesting day")
    if new:
        values = [Fraction(0) if v else new for v in vested]
        state.layers.append(Layer(values, progress_from(state, at), gated=event.type == "II"))
    if event.expected_shares is not None:
        _expect(state, list(range(len(vested))), event.expected_shares, at, event.on)


def _fault(state: State, where: str, what: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem(f"{state.award.id}.{where}", what, remedy)])
