"""Who sits where: seats opened, filled, started and left, and what each person brings."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.model.attrition import monthly_hazard
from compdesign.model.incentive import annual_deployments
from compdesign.model.screening import accepted_mix, geometric, pass_probability, posterior
from compdesign.quantities import DAYS_PER_MONTH, BoolArray, FloatArray, IntArray, PerPath, at_paths, places
from compdesign.simulation.company_path import NEVER
from compdesign.simulation.grants import columns
from compdesign.simulation.streams import Streams
from compdesign.simulation.tables import HireTable

MOST_ATTEMPTS = 1_000
"""After so many declines a seat counts as never filled."""
LEAVE_STARTS = 24


class Draws:
    """The streams of one block as seen by one slice of its paths: a hire is named by its flat index seat x paths + path.

    whole: the scenario over all paths of the block, for draws whose shape may differ from path to path.
    """

    def __init__(self, streams: Streams, paths: slice, whole: Scenario) -> None:
        self.streams, self.whole, self.first = streams, whole, paths.indices(streams.width)[0]
        self.paths = len(range(*paths.indices(streams.width)))
        hires = np.arange(whole.hiring.seats * self.paths)
        self.seat, self.path = hires // self.paths, hires % self.paths
        self.column = self.path + self.first

    def of(self, name: str, kind: str, who: IntArray, ordinal: IntArray, row: IntArray, shape: PerPath = None) -> FloatArray:
        """One draw per hire of `who`."""
        return self.streams.gather(name, kind, self.seat[who], ordinal, row, self.column[who], shape)


@dataclass(frozen=True)
class Market:
    """What filling a seat with this offer meets: probabilities per path (or plain), costs and delays."""

    screened: bool
    pass_probability: PerPath
    posterior: PerPath
    accepted: PerPath
    mix: PerPath

    @classmethod
    def of(cls, scenario: Scenario, offer: Offer, accept: tuple[PerPath, PerPath]) -> "Market":
        hiring = scenario.hiring
        screen = hiring.screen if offer.screened else None
        prior = hiring.production_share
        passing = 1.0 if screen is None else pass_probability(prior, screen.sensitivity, screen.specificity)
        share = prior if screen is None else posterior(prior, screen.sensitivity, screen.specificity)
        accepted = share * accept[0] + (1 - share) * accept[1]
        return cls(screen is not None, passing, share, accepted, accepted_mix(share, *accept))


class Hires:
    """State of every seat on every path; axis ``hire`` (flat: seat x paths + path). Between two people of a seat, the fields
    of the coming one are already known but `employed` is false.
    """

    def __init__(self, scenario: Scenario, offer: Offer, market: Market, draws: Draws) -> None:
        self.scenario, self.offer, self.market, self.draws = scenario, offer, market, draws
        count = scenario.hiring.seats * draws.paths
        self.path = draws.path
        self.employed: BoolArray = np.zeros(count, bool)
        self.employed_at_end: BoolArray = np.zeros(count, bool)
        self.ordinal: IntArray = np.full(count, -1)
        self.opened: IntArray = np.zeros(count, np.int64)
        self.start: IntArray = np.full(count, NEVER)
        self.production: BoolArray = np.zeros(count, bool)
        self.attempts: IntArray = np.zeros(count, np.int64)
        self.screenings: IntArray = np.zeros(count, np.int64)
        self.fill_days: FloatArray = np.zeros(count)
        self.patience: FloatArray = np.zeros(count)
        self.leave_from: IntArray = np.full(count, NEVER)
        self.staging: FloatArray = np.zeros(count)
        self.last_verified = np.zeros(count, np.float32)
        self.rate = np.zeros(count, np.float32)
        self.delay: FloatArray = np.zeros(count)
        self.first_release: FloatArray = np.full(count, np.inf)
        self._hazards = np.zeros((scenario.months, 1), np.float32)
        self._rows: list[dict[str, Any]] = []
        self._committee = offer.committee_delay_days if offer.committee_delay_days is not None else scenario.deployment.committee_delay_days
        self._set_hazards()
        self.reopen(np.arange(count), 0)

    def _set_hazards(self) -> None:
        """Base hazard by month of tenure: float32[month, path] (one column where the same on all paths)."""
        bands = self.scenario.departure.attrition
        rows = [monthly_hazard(band.annual_probability) for band in bands]
        width = self.draws.paths if any(isinstance(row, np.ndarray) for row in rows) else 1
        starts = np.array([band.from_month for band in bands])
        band_of = np.searchsorted(starts, np.arange(self.scenario.months), side="right") - 1
        self._hazards = np.ascontiguousarray(np.stack([np.broadcast_to(row, width) for row in rows])[band_of], np.float32)

    def base_hazard(self, tenure: IntArray) -> FloatArray:
        """float32[hire]: hazard of leaving this month with every link off."""
        return self._hazards[:, 0].take(tenure) if self._hazards.shape[1] == 1 else self._hazards[tenure, self.path]

    def reopen(self, who: IntArray, month: int) -> None:
        """Open the seats of `who` at the start of `month` and draw who will fill them, and when."""
        hiring, market, path = self.scenario.hiring, self.market, self.path[who]
        self.employed[who] = False
        self.ordinal[who] += 1
        self.opened[who] = month
        ordinal, first = self.ordinal[who], np.zeros(len(who), np.int64)
        attempts = geometric(self.draws.of("attempts", "uniform", who, ordinal, first), at_paths(market.accepted, path))
        spread = at_paths(hiring.time_to_fill_spread, path)
        deviation = np.sqrt(np.log1p(spread**2))
        days = at_paths(hiring.time_to_fill_days, path) * np.ones(len(who))
        if np.any(deviation):
            days *= np.exp(deviation * self.draws.of("fill", "normal", who, ordinal, first) - deviation**2 / 2)
        days += (attempts - 1) * at_paths(hiring.redraw_days, path)
        screenings = np.zeros(len(who), np.int64)
        if market.screened and hiring.screen is not None:
            reachable = (month + days / DAYS_PER_MONTH <= self.scenario.months) & (attempts <= MOST_ATTEMPTS)
            screenings = self._screenings(who, ordinal, attempts, reachable)
            days += screenings * at_paths(hiring.screen.days, path)
        start = month + np.ceil(days / DAYS_PER_MONTH)
        self.start[who] = np.where((start < self.scenario.months) & (attempts <= MOST_ATTEMPTS), start, NEVER)
        self.attempts[who] = np.minimum(attempts, MOST_ATTEMPTS)
        self.screenings[who] = screenings
        self.fill_days[who] = days

    def _screenings(self, who: IntArray, ordinal: IntArray, attempts: FloatArray, reachable: BoolArray) -> IntArray:
        """Screenings until each offered candidate has passed, summed over the attempts."""
        offered = places(reachable)
        count = attempts[offered].astype(np.int64)
        each = np.repeat(offered, count)
        attempt = np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count)
        u = self.draws.of("screening", "uniform", who[each], ordinal[each], attempt)
        trials = geometric(u, at_paths(self.market.pass_probability, self.path[who[each]]))
        return np.bincount(each, trials, len(who)).astype(np.int64)

    def begin(self, month: int) -> IntArray:
        """Those who start this month; sets what they bring."""
        who = places(self.start == month)
        if not who.size:
            return who
        scenario, path, ordinal, first = self.scenario, self.path[who], self.ordinal[who], np.zeros(len(who), np.int64)
        self.employed[who] = True
        production = self.draws.of("type", "uniform", who, ordinal, first) < at_paths(self.market.mix, path)
        self.production[who] = production
        self.patience[who] = self.draws.of("departure", "exponential", who, ordinal, first)
        self.last_verified[who] = month
        self.first_release[who] = np.inf
        self.delay[who] = at_paths(self._committee, path) / DAYS_PER_MONTH
        staging = np.where(production, at_paths(scenario.production.staging_months, path), at_paths(scenario.notebook.staging_months, path))
        self.staging[who] = staging * self.draws.of("staging", "exponential", who, ordinal, first) if self._needs_staging() else 0.0
        self.leave_from[who] = self._leave(who, ordinal, month)
        self.rate[who] = self._annual_deployments(path, production)
        return who

    def _needs_staging(self) -> bool:
        return any(checkpoint.evidence == "staging" for checkpoint in checkpoints_of(self.scenario, self.offer))

    def _leave(self, who: IntArray, ordinal: IntArray, month: int) -> IntArray | int:
        probability = at_paths(self.scenario.departure.leave_probability, self.path[who])
        if not np.any(probability):
            return NEVER
        u = self.draws.of("leave", "uniform", who, ordinal, np.zeros(len(who), np.int64))
        with np.errstate(divide="ignore", invalid="ignore"):
            tenure = np.floor(LEAVE_STARTS * u / probability)
        return np.where(u < probability, month + tenure, NEVER).astype(np.int64)

    def _annual_deployments(self, path: IntArray, production: BoolArray) -> FloatArray:
        scenario, deployment = self.scenario, self.scenario.deployment
        build = np.where(production, at_paths(scenario.production.build_months, path), at_paths(scenario.notebook.build_months, path))
        delay = at_paths(self._committee, path) / DAYS_PER_MONTH
        return annual_deployments(
            build,
            at_paths(deployment.review_months, path),
            delay,
            at_paths(deployment.rollback_probability, path),
            at_paths(deployment.qualifying_probability, path),
        )

    def on_leave(self, month: int) -> BoolArray:
        """bool[hire]: whose work stops this month."""
        return (self.leave_from <= month) & (month < self.leave_from + self.scenario.departure.leave_months)

    def close(self, who: IntArray, end: IntArray | int, reason: int, severance: FloatArray, margin: dict[str, BoolArray]) -> None:
        """Write the rows of people whose employment ends; margin: the margin_* fields of the table."""
        self._rows.append(
            {
                "path": self.path[who],
                "seat": self.draws.seat[who],
                "ordinal": self.ordinal[who].copy(),
                "opened": self.opened[who],
                "start": self.start[who],
                "end": np.broadcast_to(end, who.shape),
                "reason": np.full(len(who), reason),
                "production": self.production[who],
                "first_release": self.first_release[who],
                "attempts": self.attempts[who],
                "screenings": self.screenings[who],
                "fill_days": self.fill_days[who],
                "severance": severance,
                **margin,
            }
        )

    def freeze(self, ended: BoolArray) -> IntArray:
        """Stop every seat of the paths that end, bool[path]; who was employed is kept for the closing of the books."""
        who = places(ended[self.path])
        self.employed_at_end[who] = self.employed[who]
        self.employed[who] = False
        self.start[who] = np.where(self.employed_at_end[who], self.start[who], NEVER)
        return who

    def table(self) -> HireTable:
        return HireTable(**columns(self._rows, HireTable))


def checkpoints_of(scenario: Scenario, offer: Offer) -> tuple:  # type: ignore[type-arg]
    """The checkpoints that hold for this structure, by date."""
    listed = scenario.checkpoints if offer.checkpoints is None else offer.checkpoints
    return listed
