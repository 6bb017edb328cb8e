"""One simulated future of one structure, told month by month: for people who will not believe a black box."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import on_path, resolve, uncertain_inputs
from compdesign.simulation.streams import RNG_BLOCK, Streams, input_stream
from compdesign.simulation.tables import CASH_OUT, COMPONENTS, DISMISSED, EXIT, LEFT, Outcome
from compdesign.simulation.valuation_run import value_offers


@dataclass(frozen=True)
class MonthStory:
    """month: 0 is the first. cash: closing balance, $. price: common value per share at its start, $. employed: seats filled.
    events: what happened, in order, one line each.
    """

    month: int
    cash: float
    price: float
    employed: int
    events: tuple[str, ...]


@dataclass(frozen=True)
class PathStory:
    """One path of one structure. inputs: what the path drew for each uncertain input. ending: how it ended. pay: $ by component."""

    structure: str
    path: int
    inputs: dict[str, float]
    months: tuple[MonthStory, ...]
    ending: str
    pay: dict[str, float]


def tell(scenario: Scenario, path: int) -> list[PathStory]:
    """The stories of one path, every structure on the same draws."""
    resolved = _resolved(scenario, path)
    drawn = {name: float(_uncertain_value(on_path(resolved, path % RNG_BLOCK), name)) for name in uncertain_inputs(scenario)}
    return [_story(offer, outcome, path, drawn) for offer, outcome in outcomes(scenario, path)]


def outcomes(scenario: Scenario, path: int) -> Iterator[tuple[Offer, Outcome]]:
    """Each structure and what it did on one path (the path axis has length 1), all on the same draws."""
    resolved, column = _resolved(scenario, path), path % RNG_BLOCK
    streams = Streams(scenario.seed, path // RNG_BLOCK)
    for offer, value in zip(resolved.offers, value_offers(scenario), strict=True):
        accept = (value.accept_production, value.accept_notebook)
        yield offer, simulate_structure(resolved, offer, streams, accept, slice(column, column + 1))


def _resolved(scenario: Scenario, path: int) -> Scenario:
    streams = Streams(scenario.seed, path // RNG_BLOCK)
    return resolve(scenario, lambda name: streams.uniform(input_stream(name)))


def _uncertain_value(scenario: Scenario, name: str) -> float:
    value: object = scenario
    for part in name.replace("[", ".[").split("."):
        value = value[int(part[1:-1])] if part.startswith("[") else getattr(value, part)  # type: ignore[index]
    return value  # type: ignore[return-value]


def _story(offer: Offer, outcome: Outcome, path: int, drawn: dict[str, float]) -> PathStory:
    lasted = int(outcome.end_month[0])
    events = _events(offer, outcome, lasted)
    hires = outcome.hires
    months = tuple(
        MonthStory(
            month,
            float(outcome.cash[month, 0]),
            float(outcome.price_by[month, 0]),
            int(((hires.start <= month) & (hires.end > month)).sum()),
            tuple(line for _, line in sorted(events.get(month, []), key=lambda each: each[0])),
        )
        for month in range(lasted)
    )
    endings = {
        CASH_OUT: f"cash ran out after {outcome.runway[0]:.1f} months",
        EXIT: f"exit at the end of month {lasted - 1}, ${outcome.price[0]:,.2f} a share",
    }
    ending = endings.get(int(outcome.end[0]), f"still running after {lasted} months, ${outcome.price[0]:,.2f} a share")
    return PathStory(offer.name, path, drawn, months, ending, dict(zip(COMPONENTS, outcome.pay.sum(axis=(1, 2)).tolist(), strict=True)))


def _events(offer: Offer, outcome: Outcome, lasted: int) -> dict[int, list[tuple[int, str]]]:
    """Events by month, each with its place in the order of the month."""
    told: dict[int, list[tuple[int, str]]] = {}

    def tell_of(month: float, order: int, line: str) -> None:
        told.setdefault(min(int(month), lasted - 1), []).append((order, line))

    hires = outcome.hires
    for i in np.argsort(hires.start):
        kind = "production-minded" if hires.production[i] else "notebook"
        search = f"{hires.fill_days[i]:.0f} days, offer {hires.attempts[i]:.0f} accepted"
        tell_of(hires.start[i], 0, f"seat {hires.seat[i] + 1}: hire {hires.ordinal[i] + 1} starts ({kind}; {search})")
        if hires.reason[i] == LEFT:
            tell_of(hires.end[i] - 1, 5, f"seat {hires.seat[i] + 1}: leaves after {hires.end[i] - hires.start[i]:.0f} months")
        elif hires.reason[i] == DISMISSED:
            tell_of(hires.end[i] - 1, 5, f"seat {hires.seat[i] + 1}: dismissed at a checkpoint, ${hires.severance[i]:,.0f} severance")
    shipped = outcome.deployments
    for i in range(len(shipped.path)):
        what = f"qualifying deployment, {shipped.effect[i]:+.1f} bps" if shipped.qualifying[i] else "release, not qualifying"
        tell_of(
            shipped.verified[i],
            2,
            f"seat {shipped.seat[i] + 1}: {what} (released {shipped.release[i]:.1f}, verified {shipped.verified[i]:.1f})",
        )
    grants = outcome.grants
    for i in range(len(grants.path)):
        rule = int(grants.rule[i])
        name = "new-hire grant" if rule < 0 else f"refresh '{offer.refresh[rule].name}'"
        strike = f", strike ${grants.strike[i]:,.2f}" if grants.strike[i] else ""
        tell_of(
            grants.month[i],
            1 if rule < 0 else 3,
            f"seat {grants.seat[i] + 1}: {name}, {grants.shares[i]:,.0f} shares{strike}; {grants.vested[i]:,.0f} vest in the end",
        )
    awards = outcome.cash_awards
    for i in range(len(awards.path)):
        tell_of(
            awards.month[i],
            3,
            f"seat {awards.seat[i] + 1}: refresh '{offer.refresh[int(awards.rule[i])].name}', ${awards.dollars[i]:,.0f} in cash",
        )
    if np.isfinite(outcome.ga[0]):
        tell_of(outcome.ga[0], 4, f"general availability of the first AI feature ({outcome.ga[0]:.1f})")
    return told
