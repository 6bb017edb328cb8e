"""Equity held by the people of one structure: one slot per n-th grant of a hire, slot 0 the new-hire grant."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from compdesign.inputs.offers import Vesting
from compdesign.model.vesting import allocated_shares, rounded_share, vested_fraction_table
from compdesign.quantities import BehaviourArray, BoolArray, FloatArray, IntArray, places
from compdesign.simulation.tables import GrantTable

NEW_HIRE = -1


@dataclass
class Slot:
    """The n-th grant of each hire; axis ``hire``; shares 0 where there is none."""

    shares: FloatArray
    strike: FloatArray
    vesting_start: IntArray
    rule: IntArray
    month: IntArray
    true_effect: FloatArray

    @classmethod
    def empty(cls, hires: int) -> "Slot":
        def none() -> IntArray:
            return np.zeros(hires, np.int64)

        return cls(np.zeros(hires), np.zeros(hires), none(), none(), none(), np.full(hires, np.nan))


class Grants:
    """Grants in hand and, once a holder is gone or the path has ended, the rows of what became of them."""

    def __init__(self, seats: int, paths: int, vestings: list[Vesting], change_of_control: list[float], months: int) -> None:
        """vestings, change_of_control: of the new-hire grant first, then of each rule."""
        self.paths = paths
        self.path = np.tile(np.arange(paths), seats)
        self.slots = [Slot.empty(seats * paths)]
        self._given = False
        self.count = np.ones(seats * paths, np.int64)
        self.change_of_control = np.array(change_of_control)
        length = 2 * months + 13
        self._months = np.array([max(v.months, 1) for v in vestings])
        table = np.stack([vested_fraction_table(v.months, v.cliff, v.every, length) for v in vestings])
        self._vested = np.rint(table * self._months[:, None])  # whole months again: 1/49 x 49 is not 1
        self._otherwise = [(row, v) for row, v in enumerate(vestings) if v.months and v.allocation != "cumulative_rounding"]
        fractions = table.astype(np.float32)
        self._within = fractions[:, 12:] - fractions[:, :-12]
        self._beyond = 1 - fractions[:, 12:]
        self._rows: list[dict[str, IntArray | FloatArray]] = []

    def add_new_hire(self, who: IntArray, shares: FloatArray, strike: FloatArray, month: int) -> None:
        self._given = True
        self._set(self.slots[0], who, shares, strike, np.full(len(who), month), np.full(len(who), NEW_HIRE), month, np.nan)

    def add(
        self,
        who: IntArray,
        shares: FloatArray,
        strike: FloatArray,
        vesting_start: IntArray,
        rule: IntArray,
        month: int,
        true_effect: FloatArray,
    ) -> None:
        """Grant to each of `who` (who may appear more than once) in the next free slot."""
        self._given = True
        turn = np.argsort(who, kind="stable")
        first = np.r_[True, who[turn][1:] != who[turn][:-1]]
        position = np.arange(len(who))
        nth = np.empty(len(who), np.int64)
        nth[turn] = position - np.maximum.accumulate(np.where(first, position, 0))
        slot = self.count[who] + nth
        for index in np.unique(slot):
            if index == len(self.slots):
                self.slots.append(Slot.empty(len(self.count)))
            chosen = slot == index
            self._set(
                self.slots[index],
                who[chosen],
                shares[chosen],
                strike[chosen],
                vesting_start[chosen],
                rule[chosen],
                month,
                true_effect[chosen],
            )
        np.add.at(self.count, who, 1)

    @staticmethod
    def _set(
        slot: Slot,
        who: IntArray,
        shares: FloatArray,
        strike: FloatArray,
        vesting_start: IntArray,
        rule: IntArray,
        month: int,
        true_effect: FloatArray | float,
    ) -> None:
        slot.shares[who], slot.strike[who], slot.vesting_start[who] = shares, strike, vesting_start
        slot.rule[who], slot.month[who], slot.true_effect[who] = rule, month, true_effect

    def unvested_value(self, month: int, price: FloatArray) -> tuple[BehaviourArray, BehaviourArray]:
        """After-strike value vesting within and beyond 12 months of `month`, float32[seat, path]; price: $[path]."""
        price, first = price.astype(np.float32), self.slots[0]
        if not self._given:
            nothing = np.zeros((len(self.count) // self.paths, self.paths), np.float32)
            return nothing, nothing
        tenure = np.maximum(month - first.vesting_start, 0)
        worth = np.maximum(price - first.strike.astype(np.float32).reshape(-1, self.paths), 0) * first.shares.astype(np.float32).reshape(
            -1, self.paths
        )
        within = worth * self._within[0].take(tenure).reshape(worth.shape)
        beyond = worth * self._beyond[0].take(tenure).reshape(worth.shape)
        for index, slot in enumerate(self.slots[1:], start=1):
            held = places(self.count > index)
            if held.size:
                worth = np.maximum(price[self.path[held]] - slot.strike[held].astype(np.float32), 0) * slot.shares[held].astype(np.float32)
                at = (slot.rule[held] + 1) * self._within.shape[1] + month - slot.vesting_start[held]
                within.reshape(-1)[held] += worth * self._within.ravel().take(at)
                beyond.reshape(-1)[held] += worth * self._beyond.ravel().take(at)
        return within, beyond

    def close(
        self, who: IntArray, ordinal: IntArray, month: IntArray | int, left: bool, accelerated: BoolArray | bool = False
    ) -> FloatArray:
        """End the holding of `who` with what has vested on the first day of `month`; return forfeited shares per person.

        left: they leave, and forfeit what is unvested; otherwise the path ends and their claim does not. accelerated: a
        change of control vests the stated share of what is unvested, in whole shares.
        """
        forfeited = np.zeros(len(who))
        last, control = np.broadcast_to(month, who.shape), np.broadcast_to(accelerated, who.shape)
        for slot in self.slots[: self.count[who].max(initial=0)]:
            held = places(slot.shares[who])
            if not held.size:
                continue
            hire = who[held]
            shares, row = slot.shares[hire], slot.rule[hire] + 1
            part = self._vested[row, last[held] - slot.vesting_start[hire]]
            vested = rounded_share(shares, part, self._months[row])
            for other, vesting in self._otherwise:
                mine = row == other
                instalments = vesting.months // vesting.every
                vested[mine] = allocated_shares(shares[mine], part[mine] // vesting.every, instalments, vesting.allocation)
            if np.any(accelerated):
                vested += np.floor(control[held] * self.change_of_control[row] * (shares - vested))
            lost = (shares - vested) * left
            self._rows.append(
                {
                    "path": self.path[hire],
                    "seat": hire // self.paths,
                    "ordinal": ordinal[held],
                    "rule": row - 1,
                    "month": slot.month[hire],
                    "vesting_start": slot.vesting_start[hire],
                    "shares": shares,
                    "strike": slot.strike[hire],
                    "vested": vested,
                    "forfeited": lost,
                    "true_effect": slot.true_effect[hire],
                }
            )
            forfeited[held] += lost
            slot.shares[hire] = 0
        self.count[who] = 1
        return forfeited

    def table(self) -> GrantTable:
        return GrantTable(**columns(self._rows, GrantTable))


def columns(rows: list[dict[str, Any]], table: Any) -> dict[str, Any]:
    """One array per field of a table from the chunks collected in passing."""
    return {name: np.concatenate([chunk[name] for chunk in rows]) if rows else np.zeros(0) for name in table.__dataclass_fields__}
