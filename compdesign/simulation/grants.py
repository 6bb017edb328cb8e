"""Equity held by the people of one structure: one slot per n-th grant of a hire, slot 0 the new-hire grant."""

from dataclasses import dataclass

import numpy as np

from compdesign.inputs.offers import Vesting
from compdesign.model.vesting import vested_fraction_table, vested_shares
from compdesign.quantities import BehaviourArray, FloatArray, IntArray
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
        integers = (np.zeros(hires, np.int64) for _ in range(3))
        return cls(np.zeros(hires), np.zeros(hires), *integers, np.full(hires, np.nan))


class Grants:
    """Grants in hand and, once a holder is gone or the path has ended, the rows of what became of them."""

    def __init__(self, seats: int, paths: int, vestings: list[Vesting], change_of_control: list[float], months: int) -> None:
        """vestings, change_of_control: of the new-hire grant first, then of each rule."""
        self.paths = paths
        self.slots = [Slot.empty(seats * paths)]
        self.count = np.ones(seats * paths, np.int64)
        self.vestings, self.change_of_control = vestings, np.array(change_of_control)
        tables = np.stack([vested_fraction_table(v.months, v.cliff, v.every, months + 12 + 1) for v in vestings])
        self._within = (tables[:, 12:] - tables[:, :-12]).astype(np.float32)
        self._beyond = (1 - tables[:, 12:]).astype(np.float32)
        self._rows: list[dict[str, IntArray | FloatArray]] = []

    def add_new_hire(self, who: IntArray, shares: FloatArray, strike: FloatArray, month: int) -> None:
        self._set(self.slots[0], who, shares, strike, np.full(len(who), month), np.full(len(who), NEW_HIRE), month, np.nan)

    def add(
        self, who: IntArray, shares: FloatArray, strike: FloatArray, vesting_start: IntArray, rule: IntArray, month: int, true_effect: FloatArray
    ) -> None:
        """Grant to each of `who` (who may appear more than once) in the next free slot."""
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
                self.slots[index], who[chosen], shares[chosen], strike[chosen], vesting_start[chosen], rule[chosen], month, true_effect[chosen]
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
        """After-strike value vesting within and beyond 12 months of `month`, float32[seat x path]; price: $[path]."""
        hires = len(self.count)
        within, beyond = np.zeros(hires, np.float32), np.zeros(hires, np.float32)
        for slot in self.slots:
            held = np.flatnonzero(slot.shares)
            if not held.size:
                continue
            worth = (np.maximum(price[held % self.paths] - slot.strike[held], 0) * slot.shares[held]).astype(np.float32)
            table, tenure = slot.rule[held] + 1, month - slot.vesting_start[held]
            within[held] += worth * self._within[table, tenure]
            beyond[held] += worth * self._beyond[table, tenure]
        return within, beyond

    def close(self, who: IntArray, ordinal: IntArray, month: int, left: bool, accelerated: bool = False) -> FloatArray:
        """End the holding of `who` with what has vested on the first day of `month`; return forfeited shares per person.

        left: they leave, and forfeit what is unvested; otherwise the path ends and their claim does not. accelerated: a
        change of control vests the stated share of what is unvested, in whole shares.
        """
        forfeited = np.zeros(len(who))
        for slot in self.slots:
            held = np.flatnonzero(slot.shares[who])
            if not held.size:
                continue
            hire = who[held]
            shares, rule = slot.shares[hire], slot.rule[hire]
            vested = np.zeros(len(hire))
            for index in np.unique(rule):
                chosen, vesting = rule == index, self.vestings[index + 1]
                tenure = month - slot.vesting_start[hire[chosen]]
                vested[chosen] = vested_shares(shares[chosen], tenure, vesting.months, vesting.cliff, vesting.every)
            if accelerated:
                vested += np.floor(self.change_of_control[rule + 1] * (shares - vested))
            self._rows.append(
                {
                    "path": hire % self.paths,
                    "seat": hire // self.paths,
                    "ordinal": ordinal[held],
                    "rule": rule,
                    "month": slot.month[hire],
                    "vesting_start": slot.vesting_start[hire],
                    "shares": shares,
                    "strike": slot.strike[hire],
                    "vested": vested,
                    "forfeited": (shares - vested) * left,
                    "true_effect": slot.true_effect[hire],
                }
            )
            forfeited[held] += (shares - vested) * left
            slot.shares[hire] = 0
        self.count[who] = 1
        return forfeited

    def table(self) -> GrantTable:
        return GrantTable(**columns(self._rows, GrantTable))


def columns(rows: list[dict[str, IntArray | FloatArray]], table: type) -> dict[str, IntArray | FloatArray]:
    """One array per field of a table from the chunks collected in passing."""
    names = table.__dataclass_fields__
    return {name: np.concatenate([chunk[name] for chunk in rows]) if rows else np.zeros(0) for name in names}
