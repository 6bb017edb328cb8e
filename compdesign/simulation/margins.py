"""What is true and what is measured of each person's effect on gross margin."""

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.model.margin import credit_factor, decay, team_gain
from compdesign.model.refresh import streak
from compdesign.quantities import BoolArray, FloatArray, IntArray, PerPath
from compdesign.simulation.company_path import NEVER
from compdesign.simulation.deployments import EFFECT, Events, who_of
from compdesign.simulation.hires import Draws, Hires
from compdesign.simulation.rules import Rule, RuleBook


class Margins:
    """Effects of the team [path] and of each person [hire] in basis points, and the margin triggers that watch them."""

    def __init__(self, scenario: Scenario, hires: Hires, draws: Draws, book: RuleBook) -> None:
        self.deployment, self.hires, self.draws, self.triggers = scenario.deployment, hires, draws, book.margins
        self.seats, count = scenario.hiring.seats, len(hires.employed)
        self.team: FloatArray = np.zeros(draws.paths)
        self.person: FloatArray = np.zeros(count)
        self.first_qualified: IntArray = np.full(count, NEVER)
        self.rungs: IntArray = np.zeros((len(self.triggers), count), np.int64)
        self._streak: IntArray = np.zeros((len(self.triggers), count), np.int64)
        self._last_true: FloatArray = np.zeros(count)
        self._error: FloatArray = np.zeros((self.seats, draws.paths))
        self._months_measured: IntArray = np.zeros(count, np.int64)
        self._true_streak: IntArray = np.zeros(count, np.int64)
        self._moved: BoolArray = np.zeros(count, bool)
        self._reached: BoolArray = np.zeros(count, bool)
        self._paid: BoolArray = np.zeros(count, bool)

    def start(self, who: IntArray) -> None:
        """A new person in a seat starts with nothing to their credit."""
        self.person[who] = 0
        self._last_true[who] = 0
        self.first_qualified[who] = NEVER
        self.rungs[:, who] = 0
        self._streak[:, who] = 0
        self._months_measured[who] = 0
        self._true_streak[who] = 0
        for flag in (self._moved, self._reached, self._paid):
            flag[who] = False

    def gain(self) -> FloatArray:
        """Gross-margin gain of the team, basis points[path]."""
        return team_gain(self.team, self.deployment.margin_saturation_bps)

    def credited(self) -> FloatArray:
        """True effect credited to each hire: single effect x the share that saturation leaves; basis points[hire]."""
        factor = credit_factor(self.team, self.deployment.margin_saturation_bps)
        return (self.person.reshape(self.seats, -1) * factor).ravel()

    def true_credited(self, who: IntArray) -> FloatArray:
        """Credited true effect at the last measure of each of `who`."""
        return self._last_true[who]

    def measure(self, month: int) -> BoolArray:
        """Read the measure of month - 1, at the start of `month`; return whose margin trigger fired, bool[hire]."""
        fired = np.zeros(len(self.person), bool)
        if not self.triggers:
            return fired
        self._last_true = true = self.credited()
        measured = true + self._next_error(month - 1).ravel()
        eligible = self.hires.employed & (self.first_qualified < month - 1)
        for index, trigger in enumerate(self.triggers):
            step = trigger.step_bps or trigger.margin_gain_bps
            level = trigger.margin_gain_bps + self.rungs[index] * step
            self._streak[index] = streak(self._streak[index], eligible & (measured >= level))
            sustained = self._streak[index] >= trigger.sustained_months
            self.rungs[index] += sustained
            self._streak[index][sustained] = 0
            fired |= sustained
        self._judge(true, eligible)
        return fired

    def _judge(self, true: FloatArray, eligible: BoolArray) -> None:
        """Keep what the false-award rates need, for the first margin trigger."""
        first = self.triggers[0]
        self._months_measured += eligible
        self._moved |= eligible & (true > 0)
        self._true_streak = streak(self._true_streak, eligible & (true >= first.margin_gain_bps))
        self._reached |= self._true_streak >= first.sustained_months

    def _next_error(self, month: int) -> FloatArray:
        """Measurement error of `month`, stationary AR(1); basis points[seat, path]."""
        sd, persistence = self.deployment.measurement_sd_bps, self.deployment.measurement_persistence
        if not np.any(sd):
            return self._error
        window = slice(self.draws.first, self.draws.first + self.draws.paths)
        z = np.stack([self.draws.streams.normal32("measurement", month, seat)[window] for seat in range(self.seats)])
        innovation: PerPath = sd if month == 0 else sd * np.sqrt(1 - persistence**2)
        self._error = persistence * self._error + innovation * z
        return self._error

    def decay(self) -> None:
        """A month passes over every effect."""
        factor = decay(self.deployment.margin_half_life_months)
        self.team *= factor
        if self.triggers:
            self.person.reshape(self.seats, -1)[...] *= factor

    def add(self, events: Events, here: BoolArray, month: int) -> None:
        """Effects of the qualifying deployments verified this month; `here`: whose engineer is still employed."""
        who = who_of(events)
        self.team += np.bincount(self.hires.path[who], events[EFFECT], len(self.team))
        who, effect = who[here], events[EFFECT, here]
        np.add.at(self.person, who, effect)
        self.first_qualified[who] = np.minimum(self.first_qualified[who], month)

    def mark_paid(self, rule: Rule, who: IntArray) -> None:
        """Remember for the false-award rates that the first margin trigger has paid."""
        if 0 in rule.margins:
            self._paid[who] = True

    def judged(self, who: IntArray) -> dict[str, BoolArray]:
        """The margin_* columns of the hire table."""
        enough = self._months_measured[who] >= (self.triggers[0].sustained_months if self.triggers else NEVER)
        return {
            "margin_eligible": enough,
            "margin_moved": self._moved[who],
            "margin_reached": self._reached[who],
            "margin_paid": self._paid[who],
        }
