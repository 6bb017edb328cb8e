"""One structure on the paths of one RNG block, month by month. The order within a month is stated here and nowhere else."""

from typing import Any

import numpy as np

from compdesign.inputs.hiring import Checkpoint
from compdesign.inputs.offers import Offer, Vesting
from compdesign.inputs.scenario import Scenario
from compdesign.model.attrition import LARGEST_SHIFT, drought_months, handcuff, pay_gap_shift
from compdesign.model.incentive import build_speed, deployment_share, gaming_factor
from compdesign.model.runway import runway
from compdesign.quantities import DAYS_PER_MONTH, BehaviourArray, BoolArray, FloatArray, IntArray, PerPath, at_paths, places, summed
from compdesign.simulation.awards import Awards
from compdesign.simulation.company_path import CompanyPath, company_path
from compdesign.simulation.deployments import QUALIFYING, VERIFIED, Events, Pipeline, who_of
from compdesign.simulation.grants import Grants
from compdesign.simulation.hires import Draws, Hires, Market, checkpoints_of
from compdesign.simulation.margins import Margins
from compdesign.simulation.month_values import MonthBooks
from compdesign.simulation.parameters import slice_paths
from compdesign.simulation.rules import RuleBook
from compdesign.simulation.streams import Streams
from compdesign.simulation.tables import BEYOND, CASH_OUT, DISMISSED, EXIT, LEFT, STAYED, DeploymentTable, Outcome
from compdesign.simulation.treasury import Treasury

ALL = slice(None)

np.empty(31 << 17)  # 31 MiB, freed at once: glibc then keeps later temporaries on its heap (mallopt(3), M_MMAP_THRESHOLD is
# dynamic), where the kernel need not hand out and clear their pages again and again; a fifth of the engine's time


def simulate_structure(
    scenario: Scenario,
    offer: Offer,
    streams: Streams,
    accept: tuple[PerPath, PerPath] = (1.0, 1.0),
    paths: slice = ALL,
    course: CompanyPath | None = None,
    books: MonthBooks | None = None,
) -> Outcome:
    """Simulate one structure. scenario, offer: resolved, uncertain fields float64[path of the block]. accept: probability that a
    production-minded and a notebook candidate accept. paths: the slice of the block to run. course: the company's path, if
    already made for that slice. books: filled month by month, if given. Raises nothing of its own.
    """
    sliced, offer = slice_paths(scenario, paths), slice_paths(offer, paths)
    engine = Engine(sliced, offer, Draws(streams, paths, scenario), accept, course or company_path(sliced, streams, paths), books)
    return engine.run()


class Engine:
    """State of one structure on a slice of paths."""

    def __init__(
        self,
        scenario: Scenario,
        offer: Offer,
        draws: Draws,
        accept: tuple[PerPath, PerPath],
        course: CompanyPath,
        books: MonthBooks | None = None,
    ) -> None:
        self.scenario, self.offer, self.course, self.paths = scenario, offer, course, draws.paths
        self.seats, months = scenario.hiring.seats, scenario.months
        certain = scenario.hiring.acceptance.certain
        self.hires = Hires(scenario, offer, Market.of(scenario, offer, (1.0, 1.0) if certain else accept), draws)
        self.pipeline = Pipeline(scenario, self.hires, draws)
        book = RuleBook.of(offer, [kind.name for kind in scenario.deployment.kinds], len(self.hires.employed))
        self.margins = Margins(scenario, self.hires, draws, book)
        first = offer.grant.vesting if offer.grant else Vesting()
        acceleration = [offer.grant.change_of_control if offer.grant else 0.0, *(rule.change_of_control for rule in offer.refresh)]
        self.grants = Grants(self.seats, self.paths, [first, *(rule.vesting for rule in offer.refresh)], acceleration, months)
        self.awards = Awards(scenario, offer, self.hires, self.grants, draws, self.margins, book)
        self.treasury = Treasury(scenario, offer, course, books)
        self.alive = np.ones(self.paths, bool)
        self.deployments: list[FloatArray] = []
        self.end = np.full(self.paths, BEYOND)
        self.end_month = np.full(self.paths, months)
        self.runway = np.full(self.paths, np.inf)
        self.ga = np.full(self.paths, np.inf)
        self.end_price = np.zeros(self.paths)
        self.end_gain = np.zeros(self.paths)
        self.verified_count = np.zeros(self.paths)
        self.qualifying = np.zeros(self.paths)
        self.filled_months = np.zeros(self.paths)
        self.hazard_months = np.zeros(self.paths)
        self.clipped_months = np.zeros(self.paths)
        self.cash_by = np.empty((months, self.paths))
        self.price_by = np.empty((months + 1, self.paths))
        self.qualifying_by = np.empty((months, self.paths))
        self.hazard: BehaviourArray | float = 0.0
        self.speed: BehaviourArray | float = 1.0
        self.gaming: BehaviourArray | float = 1.0
        links = scenario.links
        self._shifts = any(np.any(link) for link in (links.drought, links.handcuff, links.pay_gap, links.governance_drag))
        self._holds = np.any(links.handcuff) or np.any(links.pay_gap)
        self.links = {name: np.asarray(getattr(links, name), np.float32) for name in type(links).model_fields}
        self.links["grace"] = np.asarray(scenario.departure.drought_grace_months, np.float32)
        self.links["outside_pay"] = np.asarray(scenario.candidate.outside_pay, np.float32)
        self._spurs = bool(np.any(links.incentive) and offer.refresh)

    def run(self) -> Outcome:
        """The months in turn."""
        for month in range(self.scenario.months):
            price = self.set_price(month)
            self.treasury.finance(month, price, self.ga, self.alive)
            self.start_hires(month, price)
            self.set_behaviour(month, price)
            measured = self.margins.measure(month) if month else np.zeros(len(self.hires.employed), bool)
            self.margins.decay()
            self.deploy(month, measured, price)
            self.awards.serve(month, price, self.treasury.diluted, self.treasury.pool)
            self.pay(month)
            self.depart(month)
            self.treasury.settle(month, self.margins.gain(), self.ga, self.alive)
            self.test_runway(month, price)
            self.exit(month)
            self.record(month)
        return self.outcome()

    def set_price(self, month: int) -> FloatArray:
        """Price of the month; paths that have ended hold their last one."""
        price = self.treasury.price(month)
        self.price_by[month] = np.where(self.alive, price, self.end_price)
        return self.price_by[month]

    def start_hires(self, month: int, price: FloatArray) -> None:
        who = self.hires.begin(month)
        self.treasury.sign_on(np.zeros(self.paths))
        if not who.size:
            return
        self.pipeline.start(who, month)
        self.margins.start(who)
        self.awards.start(who, month, price, self.treasury.diluted, self.treasury.pool)
        hiring, offer, path = self.scenario.hiring, self.offer, self.hires.path[who]
        fees = at_paths(hiring.recruiting_fee, path) * at_paths(self.base(month), path) + (self.hires.attempts[who] - 1) * at_paths(
            hiring.redraw_fee, path
        )
        if hiring.screen:
            fees = fees + self.hires.screenings[who] * at_paths(hiring.screen.fee, path)
        self.treasury.book("recruiting", summed(path, fees, self.paths))
        self.treasury.sign_on(np.bincount(path, minlength=self.paths) * offer.sign_on)

    def base(self, month: int) -> PerPath:
        """Annual base pay in `month`."""
        return self.offer.base * (1 + self.offer.base_growth) ** (month // 12)

    def set_behaviour(self, month: int, price: FloatArray) -> None:
        """Hazard of leaving, build speed and gaming of the month, from the state at its start; axis hire."""
        links, cash = self.links, self.base(month) * (1 + self.offer.bonus)
        tenure = np.clip(month - self.hires.start, 0, self.scenario.months - 1)
        self.hazard = self.hires.base_hazard(tenure)
        employed = self.by_seat(self.hires.employed)
        if self._shifts:
            shift = links["drought"] * drought_months(month, self.by_seat(self.hires.last_verified), links["grace"])
            shift += links["governance_drag"] * self.by_seat(self.hires.delay)
            if self._holds:
                within, beyond = self.grants.unvested_value(month, price)
                shift -= links["handcuff"] * handcuff(beyond, cash)
                shift += pay_gap_shift(links["pay_gap"], links["outside_pay"], cash, within)
            clipped = np.clip(shift, -LARGEST_SHIFT, LARGEST_SHIFT)
            self.clipped_months += np.count_nonzero((clipped != shift) & employed, axis=0)
            self.hazard = self.hazard * np.exp(clipped).ravel()
        self.hazard_months += np.count_nonzero(employed, axis=0)
        if self._spurs:
            value = self.awards.next_value(month, price, self.treasury.diluted, self.treasury.pool)
            share = deployment_share(self.by_seat(self.hires.rate), self.by_seat(value), cash)
            self.speed = build_speed(share, links["incentive"]).ravel()
            self.gaming = gaming_factor(share, links["gaming"], links["incentive"]).ravel()

    def by_seat(self, hires: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """[hire] as [seat, path], so that per-path inputs broadcast."""
        return hires.reshape(self.seats, self.paths)

    def deploy(self, month: int, measured: BoolArray, price: FloatArray) -> None:
        """Awards of measure and tenure first (they date from the month's first instant), then verifications by date."""
        diluted = self.treasury.diluted
        who = places((measured | self.awards.tenure_reached(month)) & self.hires.employed)
        self.awards.look(who, np.full(len(who), float(month)), month, price, diluted)
        self.pipeline.work_on(month, self.speed, self.gaming)
        self.pipeline.release(month)
        events, here = self.pipeline.verify(month, self.alive)
        who = who_of(events)
        self.deployments.append(np.concatenate([events, here[None]]))
        self.verified_count += np.bincount(self.hires.path[who], minlength=self.paths)
        np.maximum.at(self.hires.last_verified, who[here], events[VERIFIED, here].astype(np.float32))
        qualifying = places(events[QUALIFYING])
        qualified, here = events[:, qualifying], here[qualifying]
        self.count_ga(qualified)
        self.margins.add(qualified, here, month)
        self.awards.verified(qualified[:, here], month, price, diluted)

    def count_ga(self, events: Events) -> None:
        """Add qualifying deployments; GA is the date of the k-th. Events come by date."""
        path, needed = self.hires.path[who_of(events)], self.scenario.company.ga.deployments
        before = self.qualifying.copy()
        self.qualifying += np.bincount(path, minlength=self.paths)
        crossed = (before < needed) & (self.qualifying >= needed)
        turn = places(crossed[path])
        turn = turn[np.argsort(path[turn], kind="stable")]
        first = np.r_[True, path[turn][1:] != path[turn][:-1]] if turn.size else np.zeros(0, bool)
        position = np.arange(len(turn))
        nth = position - np.maximum.accumulate(np.where(first, position, 0)) + 1
        at = turn[before[path[turn]] + nth == needed]
        self.ga[path[at]] = events[VERIFIED, at]

    def pay(self, month: int) -> None:
        """Payroll and what goes with it."""
        employed = self.by_seat(self.hires.employed).sum(axis=0).astype(np.float64)
        self.filled_months += employed
        base = employed * self.base(month) / 12
        self.treasury.book("base", base)
        self.treasury.book("bonus", base * self.offer.bonus)
        self.treasury.book("cash_awards", self.awards.cash_paid)
        self.treasury.book("compute", employed * self.scenario.hiring.compute_cost)

    def depart(self, month: int) -> None:
        """Voluntary departures, then checkpoints, at month end."""
        self.hires.patience -= self.hazard * self.hires.employed
        leaving = places(self.hires.employed & (self.hires.patience <= 0))
        if leaving.size:
            repaid = self.repayment(leaving, month)
            self.treasury.book("sign_on", -summed(self.hires.path[leaving], repaid, self.paths))
            self.leave(leaving, month, LEFT, np.zeros(len(leaving)))
        for checkpoint in checkpoints_of(self.scenario, self.offer):
            who, path, date = self.due_at(checkpoint, month)
            evidence = self.hires.first_release[who]
            if checkpoint.evidence == "staging":
                evidence = self.hires.start[who] + self.hires.staging[who]
            failed = places(evidence > date)
            who, path = who[failed], path[failed]
            if checkpoint.action == "diagnose":
                self.hires.delay[who] *= at_paths(checkpoint.governance_factor, path)
            elif who.size:
                severance = at_paths(self.base(month) / 12, path) * at_paths(checkpoint.severance_months, path) * np.ones(len(who))
                self.treasury.book("severance", summed(path, severance, self.paths))
                self.leave(who, month, DISMISSED, severance)

    def due_at(self, checkpoint: Checkpoint, month: int) -> tuple[IntArray, IntArray, FloatArray]:
        """Who meets the checkpoint this month, their paths, and its date, which leave that started before it puts off."""
        whole = np.floor(checkpoint.day / DAYS_PER_MONTH)
        passed = month - self.hires.start - (np.tile(whole, self.seats) if isinstance(whole, np.ndarray) else whole)
        who = places(self.hires.employed & ((passed == 0) | (passed == self.scenario.departure.leave_months)))
        path = self.hires.path[who]
        date = self.hires.start[who] + at_paths(checkpoint.day, path) / DAYS_PER_MONTH
        date = date + np.where(self.hires.leave_from[who] < date, self.scenario.departure.leave_months, 0)
        chosen = (date >= month) & (date < month + 1)
        return who[chosen], path[chosen], date[chosen]

    def repayment(self, who: IntArray, month: int) -> FloatArray:
        """Sign-on that a voluntary leaver owes: the part of the repayment months not served."""
        term = self.offer.sign_on_repayment_months
        served = month + 1 - self.hires.start[who]
        return self.offer.sign_on * np.maximum(1 - served / term, 0) if term else np.zeros(len(who))

    def leave(self, who: IntArray, month: int, reason: int, severance: FloatArray) -> None:
        """End employment at the end of `month`: unvested, unearned and queued shares go back, the seat reopens."""
        self.hires.close(who, month + 1, reason, severance, self.margins.judged(who))
        returned = self.grants.close(who, self.hires.ordinal[who], month, True) + self.awards.return_reserves(who)
        self.awards.lapse(who)
        self.treasury.pool += summed(self.hires.path[who], returned, self.paths)
        self.pipeline.stop(who)
        self.hires.reopen(who, month + 1)

    def test_runway(self, month: int, price: FloatArray) -> None:
        treasury, minimum = self.treasury, self.scenario.company.minimum_cash
        out = self.alive & (treasury.cash < minimum)
        self.runway[out] = runway(month, treasury.opening, treasury.cash, minimum * np.ones(self.paths))[out]
        self.stop(out, month, CASH_OUT, self.scenario.company.exit.cash_out_recovery * price)

    def exit(self, month: int) -> None:
        leaving = self.alive & (self.course.exit_month == month)
        if leaving.any():
            self.stop(leaving, month, EXIT, self.treasury.exit_price(month))

    def stop(self, ended: BoolArray, month: int, how: int, price: FloatArray) -> None:
        """Absorb the paths that end this month; their people keep what they have until the books are closed."""
        if ended.any():
            self.alive &= ~ended
            self.end[ended], self.end_month[ended], self.end_price[ended] = how, month + 1, price[ended]
            self.end_gain[ended] = self.margins.gain()[ended]
            self.freeze(ended)

    def freeze(self, ended: BoolArray) -> None:
        who = self.hires.freeze(ended)
        self.pipeline.stop(who)
        self.awards.lapse(who)

    def close_books(self) -> None:
        """Write the rows of everybody still employed when their path ended: vesting counts the day that ends the path, but
        stops with the month's first day at a cash-out."""
        self.freeze(self.alive)
        who = places(self.hires.employed_at_end)
        path = self.hires.path[who]
        end, how = self.end_month[path], self.end[path]
        self.hires.close(who, end, STAYED, np.zeros(len(who)), self.margins.judged(who))
        self.grants.close(who, self.hires.ordinal[who], end - (how == CASH_OUT), False, how == EXIT)

    def record(self, month: int) -> None:
        self.cash_by[month] = self.treasury.cash
        self.qualifying_by[month] = self.qualifying

    def deployment_table(self) -> DeploymentTable:
        rows = np.concatenate(self.deployments, axis=1)
        who = who_of(rows)
        _, ordinal, release, verified, effect, kind, qualifying, credited = rows
        seat, path = self.hires.draws.seat[who], self.hires.path[who]
        whole, flags = ordinal.astype(np.int64), (qualifying == 1, credited == 1)
        return DeploymentTable(path, seat, whole, release, verified, effect, kind.astype(np.int64), *flags)

    def outcome(self) -> Outcome:
        months, treasury = self.scenario.months, self.treasury
        self.price_by[months] = np.where(self.alive, treasury.price(months), self.end_price)
        self.end_price = self.price_by[months]
        self.close_books()
        return Outcome(
            end=self.end,
            end_month=self.end_month,
            runway=self.runway,
            cash=self.cash_by,
            pay=treasury.pay,
            ga=self.ga,
            ga_delay=treasury.ga_delay,
            margin_cash=treasury.margin_cash,
            present_pay=treasury.present_pay,
            filled_months=self.filled_months,
            verified=self.verified_count,
            qualifying=self.qualifying,
            qualifying_by=self.qualifying_by,
            pool=treasury.pool,
            fully_diluted=treasury.diluted,
            topped_up=treasury.topped_up,
            reserved=self.awards.reserved(),
            shortfall=self.awards.shortfall,
            multiple=self.course.multiple,
            price=self.end_price,
            price_by=self.price_by,
            gain=np.where(self.end == BEYOND, self.margins.gain(), self.end_gain),
            gross_margin=treasury.gross_margin(),
            hazard_months=self.hazard_months,
            clipped_months=self.clipped_months,
            hires=self.hires.table(),
            grants=self.grants.table(),
            cash_awards=self.awards.cash_table(),
            deployments=self.deployment_table(),
        )
