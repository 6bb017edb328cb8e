"""Work on its way to production: builds, releases, verifications."""

from typing import TypeAlias

import numpy as np

from compdesign.inputs.scenario import Scenario
from compdesign.quantities import DAYS_PER_MONTH, BehaviourArray, BoolArray, FloatArray, IntArray, at_paths, places
from compdesign.simulation.company_path import weighted_choice
from compdesign.simulation.hires import Draws, Hires

WHO, ORDINAL, RELEASE, VERIFIED, EFFECT, KIND, QUALIFYING = range(7)
Events: TypeAlias = FloatArray
"""float64[field, event], a release on its way; one array, so that events are chosen and joined in one go. WHO: flat hire index.
ORDINAL: whose of the seat. RELEASE, VERIFIED: dates. EFFECT: basis points. KIND: index in deployment.kinds. QUALIFYING: 1 if it
will meet the registered criteria."""


def who_of(events: Events) -> IntArray:
    return events[WHO].astype(np.int64)


class Pipeline:
    """Builds under way and releases on their way to verification; axis ``hire``."""

    def __init__(self, scenario: Scenario, hires: Hires, draws: Draws) -> None:
        self.scenario, self.hires, self.draws = scenario, hires, draws
        self.work: FloatArray = np.full(len(hires.employed), np.inf)
        self.build_start: FloatArray = np.zeros(len(hires.employed))
        self.build: IntArray = np.zeros(len(hires.employed), np.int64)
        self.unreleased: Events = np.empty((7, 0))
        self.unverified: Events = np.empty((7, 0))

    def start(self, who: IntArray, month: int) -> None:
        """First build of people who start."""
        self.build[who] = 0
        self.build_start[who] = month
        self.work[who] = self._work(who)

    def stop(self, who: IntArray) -> None:
        """People gone, or paths ended: what is unfinished is lost."""
        self.work[who] = np.inf

    def _work(self, who: IntArray) -> FloatArray:
        """Months of work in the current build at speed 1."""
        path, production = self.hires.path[who], self.hires.production[who]
        work = np.empty(len(who))
        whole = self.draws.whole
        for chosen, name, kind, shape in (
            (production, "build", self.scenario.production, whole.production.build_shape),
            (~production, "build-notebook", self.scenario.notebook, whole.notebook.build_shape),
        ):
            if chosen.any():
                drawn = self._draw(name, "gamma", who[chosen], shape)
                work[chosen] = drawn * at_paths(kind.build_months, path[chosen]) / at_paths(kind.build_shape, path[chosen])
        return work

    def _draw(self, name: str, kind: str, who: IntArray, shape: object = None) -> FloatArray:
        return self.draws.of(name, kind, who, self.hires.ordinal[who], self.build[who], shape)

    def work_on(self, month: int, speed: BehaviourArray | float, gaming: BehaviourArray | float) -> None:
        """Advance every build by the month; those that finish go to review and the next one starts at the release."""
        progress = np.clip(month + 1 - self.build_start, 0, 1) * speed
        if np.any(self.scenario.departure.leave_probability):
            progress[self.hires.on_leave(month)] = 0
        who = places(self.work <= progress)
        before = self.work[who]
        self.work -= progress
        while who.size:
            pace = speed[who] if isinstance(speed, np.ndarray) else speed
            finish = np.maximum(self.build_start[who], month) + before / pace
            release = finish + self._review(who)
            self._send(who, release, gaming[who] if isinstance(gaming, np.ndarray) else gaming)
            self.build[who] += 1
            self.build_start[who] = release
            before = self._work(who)
            progressed = np.clip(month + 1 - release, 0, 1) * pace
            again = (before <= progressed) & (release < month + 1)
            self.work[who] = before - progressed
            who, before = who[again], before[again]

    def _review(self, who: IntArray) -> FloatArray:
        """Months from a finished build to its release."""
        deployment, path = self.scenario.deployment, self.hires.path[who]
        delay = self.hires.delay[who]
        if not np.any(deployment.review_months):
            return delay
        drawn = self._draw("review", "gamma", who, self.draws.whole.deployment.review_shape)
        return delay + drawn * at_paths(deployment.review_months, path) / at_paths(deployment.review_shape, path)

    def _send(self, who: IntArray, release: FloatArray, gaming: BehaviourArray | float) -> None:
        """Decide what becomes of finished builds and queue those that will not be rolled back."""
        deployment, path = self.scenario.deployment, self.hires.path[who]
        u, rollback = self._draw("release", "uniform", who), at_paths(deployment.rollback_probability, path)
        effect = at_paths(deployment.margin_effect_bps, path) * np.ones(len(who))
        if np.any(deployment.margin_effect_sd_bps):
            effect += at_paths(deployment.margin_effect_sd_bps, path) * self._draw("effect", "normal", who)
        kind = np.zeros(len(who), np.int64)
        if len(deployment.kinds) > 1:
            kind = weighted_choice(self._draw("kind", "uniform", who), [at_paths(each.weight, path) for each in deployment.kinds])
        with np.errstate(divide="ignore", invalid="ignore"):
            qualifying = (u - rollback) / (1 - rollback) < at_paths(deployment.qualifying_probability, path)
        window = at_paths(deployment.verification_days, path) / DAYS_PER_MONTH
        sent = places((u >= rollback) & (release < self.scenario.months))
        events = np.empty((7, self.unreleased.shape[1] + len(sent)))
        events[:, : self.unreleased.shape[1]] = self.unreleased
        for row, field in enumerate((who, self.hires.ordinal[who], release, release + window, effect * gaming, kind, qualifying)):
            events[row, self.unreleased.shape[1] :] = field[sent]
        self.unreleased = events

    def release(self, month: int) -> None:
        """Releases of the month by people still here; what others had in review is lost."""
        released, self.unreleased = split(self.unreleased, RELEASE, month + 1)
        released = released[:, self._here(released)]
        np.minimum.at(self.hires.first_release, who_of(released), released[RELEASE])
        self.unverified = np.concatenate([self.unverified, released], axis=1)

    def verify(self, month: int, alive: BoolArray) -> tuple[Events, BoolArray]:
        """Verifications of the month by date, and which of them fall to people still here."""
        verified, self.unverified = split(self.unverified, VERIFIED, month + 1)
        turn = np.argsort(verified[VERIFIED])
        verified = verified[:, turn[alive[self.hires.path[who_of(verified)[turn]]]]]
        return verified, self._here(verified)

    def _here(self, events: Events) -> BoolArray:
        who = who_of(events)
        return self.hires.employed[who] & (self.hires.ordinal[who] == events[ORDINAL])


def split(events: Events, field: int, before: float) -> tuple[Events, Events]:
    """Events dated before a time, and the others."""
    due = events[field] < before
    return events[:, places(due)], events[:, places(~due)]
