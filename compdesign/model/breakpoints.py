"""The exit values at which the next dollar is shared differently, and who shares it."""

from dataclasses import dataclass

import numpy as np

from compdesign.errors import Problem, ScenarioError
from compdesign.model.securities import Stack
from compdesign.model.waterfall import Claims, claims_of
from compdesign.quantities import FloatArray, IntArray

SAME = 1e-12
"""Relative difference of two prices below which rounding alone tells them apart."""


@dataclass(frozen=True)
class Breakpoint:
    """The start of a segment in which every next dollar is shared in the same way.

    exit_value: $, at which the segment starts. distributable: the same after fees, debt and carve-out. common_price: $ per
    common share there. event: what changes. sharing: holder -> share of the next distributable dollar; adds up to 1.
    """

    exit_value: float
    distributable: float
    common_price: float
    event: str
    sharing: dict[str, float]


def breakpoints(stack: Stack) -> tuple[Breakpoint, ...]:
    """The breakpoints of a stack in rising order, exact: one for each layer of preferences, each strike, each conversion and
    each participation cap; those at one value are one breakpoint. Raises ScenarioError for a stack that varies by path."""
    claims = claims_of(stack)
    if max(claims.preference.shape[1], claims.kinks()[0].shape[1]) > 1:
        raise ScenarioError([Problem("stack", "varies by path", "ask for the breakpoints of one path")])
    return (*_preferences(stack, claims), *_sharing(stack, claims))


def gross_value(stack: Stack, distributable: float) -> float:
    """The exit value, $, that leaves `distributable` for the holders after fees, debt and carve-out."""
    uncapped = distributable * stack.carve_out_share / (1 - stack.carve_out_share)
    left = distributable + min(uncapped, stack.carve_out_maximum)
    return float((left + stack.debt + stack.fees) / (1 - stack.fee_share))


def _preferences(stack: Stack, claims: Claims) -> list[Breakpoint]:
    rows: list[Breakpoint] = []
    start = 0.0
    for rank, column in claims.layers:
        amounts = column[:, 0]
        if amounts.sum() > 0:
            sharing = _shares(claims.names, amounts)
            kind = "discount of" if rank is None else "preference of"
            rows.append(Breakpoint(gross_value(stack, start), start, 0.0, f"{kind} {', '.join(sharing)}", sharing))
            start += float(amounts.sum())
    return rows


def _sharing(stack: Stack, claims: Claims) -> list[Breakpoint]:
    position, change, jump = (each[:, 0] for each in claims.kinks())
    owner, labels = _kinks_of(claims)
    due = float(claims.preference.sum())
    active = np.zeros(len(claims.names))
    events: list[str] = []
    rows: list[Breakpoint] = []
    price = 0.0
    kinks = np.flatnonzero((change != 0) | (jump != 0))
    while kinks.size:
        at = float(position[kinks].min())
        due += float(active.sum()) * (at - price)
        price = at
        same = position[kinks] <= at * (1 + SAME)
        here, kinks = kinks[same], kinks[~same]
        gained = np.zeros(len(claims.names))
        np.add.at(gained, owner[here], jump[here])
        if gained.sum() > 0:  # a capped SAFE's part of a capitalization that now counts one more
            said = "; ".join(dict.fromkeys(labels[each] for each in here if jump[each] > 0))
            rows.append(Breakpoint(gross_value(stack, due), due, price, said, _shares(claims.names, gained)))
            due += float(gained.sum())
        np.add.at(active, owner[here], change[here])
        events += [labels[each] for each in here if not (jump[each] > 0 and gained.sum() > 0)]
        if active.sum() > 0:  # else the price jumps to the next conversion: nobody holds a common share yet
            rows.append(Breakpoint(gross_value(stack, due), due, price, "; ".join(events), _shares(claims.names, active)))
            events = []
    return rows


def _kinks_of(claims: Claims) -> tuple[IntArray, list[str]]:
    """The claim and the name of each of a stack's kinks, in their order."""
    names = claims.names
    everybody = list(range(len(names)))
    labels = [_joining(claims, each) for each in everybody]
    labels += [f"{event} of {name}" for event in ("cap", "conversion") for name in names]
    owner = everybody * 3
    if claims.steps is not None:
        for who in claims.steps.who[:, 0]:
            for row in claims.steps.rows:
                labels.append(f"conversion of {names[row]}" if who == row else f"{names[who]} counts for {names[row]}")
                owner.append(row)
    return np.array(owner), labels


def _joining(claims: Claims, owner: int) -> str:
    name = claims.names[owner]
    if claims.strikes[owner, 0] > 0:
        return f"exercise of {name}"
    return f"participation of {name}" if claims.preference[owner, 0] > 0 else name


def _shares(names: tuple[str, ...], weights: FloatArray) -> dict[str, float]:
    total = float(weights.sum())
    return {name: float(weight) / total for name, weight in zip(names, weights, strict=True) if weight > 0}
