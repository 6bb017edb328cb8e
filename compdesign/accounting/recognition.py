"""Cumulative cost of one award at any instant, as exact fractions of a cent.

The state holds what is expected to vest (`Holding`, one a tranche) and what it costs (`Layer`: the grant-date value, and one
more for each modification). A layer's cost is value x shares x progress, and never below the value of what has vested.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from compdesign.accounting.awards import Amount, Award
from compdesign.accounting.service_time import DayCount, boundary, served


@dataclass
class Holding:
    """A tranche as it stands. shares: granted; forfeited, expected: of them. end: where its service ends (None: unknown).
    probable: its condition is probable, or it has none. rated: `expected` comes from a forfeiture rate; rate_waits: a rate was
    given, and applies once the end is known.
    """

    shares: int
    vests: date | None
    end: date | None
    probable: bool
    expected: Fraction
    forfeited: Fraction = Fraction(0)
    rated: bool = False
    rate_waits: bool = False

    def vested(self, at: date) -> bool:
        return self.probable and self.end is not None and self.end <= at


@dataclass
class Progress:
    """Share of the service given: `reached` at `since`, then in proportion to service, 1 at the end."""

    since: date
    reached: Fraction = Fraction(0)


@dataclass
class Layer:
    """One measure of value. values: cents a share by tranche. progress: by tranche; the straight line is one object in all places.
    gated: a modified condition of type II that is not probable yet, so that nothing of this layer is recognised.
    """

    values: list[Fraction]
    progress: list[Progress]
    gated: bool = False


@dataclass
class State:
    """An award between two events."""

    award: Award
    day_count: DayCount
    holdings: list[Holding]
    layers: list[Layer] = field(default_factory=list)
    rate: Decimal = Decimal(0)
    assessed_value: Fraction | None = None

    def instant(self, day: date) -> date:
        return boundary(self.award.start, day)

    def fraction(self, layer: Layer, tranche: int, at: date) -> Fraction:
        """Share of the tranche's service given at an instant, 0 to 1."""
        progress, end = layer.progress[tranche], self._end(layer, tranche)
        if end is None:
            return Fraction(0)
        if at >= end:
            return Fraction(1)
        if at <= progress.since:
            return progress.reached
        start = self.award.start
        done = served(start, at, self.day_count) - served(start, progress.since, self.day_count)
        whole = served(start, end, self.day_count) - served(start, progress.since, self.day_count)
        return progress.reached + (1 - progress.reached) * done / whole

    def _end(self, layer: Layer, tranche: int) -> date | None:
        """Of the tranche; on the straight line, of the last tranche (ASC 718-10-35-8)."""
        if self.award.spread == "graded":
            return self.holdings[tranche].end
        sharing = [h.end for h, p in zip(self.holdings, layer.progress, strict=True) if p is layer.progress[tranche]]
        return None if any(end is None for end in sharing) else max(end for end in sharing if end is not None)

    def count(self, holding: Holding, at: date) -> Fraction:
        """Shares expected to vest; for one holder's vested tranche what vested, whatever rate was expected (ASC 718-10-35-3)."""
        if self.award.holder and holding.rated and holding.vested(at):
            return holding.shares - holding.forfeited
        return holding.expected

    def cost(self, at: date) -> Fraction:
        """Cumulative cost in cents."""
        return sum((self._layer_cost(layer, k, at) for k, layer in enumerate(self.layers)), Fraction(0))

    def _layer_cost(self, layer: Layer, place: int, at: date) -> Fraction:
        if layer.gated:
            return Fraction(0)
        values = layer.values
        if place == 0 and at <= self.award.grant_date:  # an instant is before its day
            # ASC 718-10-55-108: service before the grant date accrues at the value of each reporting date.
            if self.assessed_value is None:
                return Fraction(0)
            values = [self.assessed_value if value else value for value in values]
        spread = floor = Fraction(0)
        for i, (holding, value) in enumerate(zip(self.holdings, values, strict=True)):
            if not holding.probable:
                continue
            cost = value * self.count(holding, at)
            spread += cost * self.fraction(layer, i, at)
            floor += cost if holding.vested(at) else 0
        return max(spread, floor)  # ASC 718-10-35-8: at least the value of the vested portion

    def floor_binds(self, at: date) -> bool:
        """Whether the vested portion, not the straight line, sets the cost of the grant-date value."""
        holdings, layer = self.holdings, self.layers[0]
        if self.award.spread == "graded" or not any(h.vested(at) for h in holdings) or at <= self.award.grant_date:
            return False
        costs = [value * self.count(h, at) for h, value in zip(holdings, layer.values, strict=True)]
        line = sum((cost * self.fraction(layer, i, at) for i, cost in enumerate(costs)), Fraction(0))
        return sum((cost for cost, h in zip(costs, holdings, strict=True) if h.vested(at)), Fraction(0)) > line


def opened(award: Award, day_count: DayCount) -> State:
    """The award at its start, nothing assessed."""
    ends = [None if t.vests is None else max(award.start, boundary(award.start, t.vests)) for t in award.tranches]
    probable = award.condition in ("service", "market")  # a market condition is no vesting condition (ASC 718-10-30-14)
    holdings = [Holding(t.shares, end, end, probable, Fraction(t.shares)) for t, end in zip(award.tranches, ends, strict=True)]
    state = State(award, day_count, holdings)
    values = [cents(award.fair_value if t.fair_value is None else t.fair_value) for t in award.tranches]
    state.layers.append(Layer(values, progress_from(state, award.start)))
    return state


def progress_from(state: State, since: date) -> list[Progress]:
    if state.award.spread == "straight-line":
        return [Progress(since)] * len(state.holdings)
    return [Progress(since) for _ in state.holdings]


def cents(value: Amount) -> Fraction:
    return Fraction(Decimal(value)) * 100
