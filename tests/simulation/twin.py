"""The slow, obvious twin of the engine: docs/engine.md in plain Python, one path at a time.

It shares with the engine only the random draws and the scenario models. Numbers are Python floats and ints; the one float32
is the measurement error, which is drawn as such.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil, erf, exp, floor, inf, log, log1p, nan, sqrt
from typing import Any

from compdesign.simulation.streams import Streams

DAYS = 30.4375
OPTIONS = ("iso", "nso")


def run_path(scenario: Any, offer: Any, streams: Streams, path: int, accept: tuple[float, float]) -> "Future":
    """One structure on one path; the scenario holds plain numbers only."""
    future = Future(scenario, offer, streams, path, (1.0, 1.0) if scenario.hiring.acceptance.certain else accept)
    for month in range(scenario.months):
        if future.end is None:
            future.run_month(month)
    future.finish()
    return future


@dataclass
class Grant:
    rule: int
    month: int
    vesting_start: int
    shares: float
    strike: float
    true_effect: float = nan


@dataclass
class Request:
    rule: int
    earned: float
    due: float
    amount: float
    converted: bool
    vesting_start: int
    true_effect: float
    seat: int = 0


@dataclass
class RuleState:
    looked: int = 0
    cooldown_until: float = -inf
    awarded: float = 0.0
    by_year: dict[int, float] = field(default_factory=dict)
    reserve: float = 0.0


@dataclass
class Release:
    date: float
    verified: float
    effect: float
    kind: int
    qualifying: bool
    seat: int
    ordinal: int


@dataclass
class Person:
    seat: int
    ordinal: int
    opened: int
    start: int
    attempts: int
    screenings: int
    fill_days: float
    production: bool = False
    patience: float = 0.0
    hazard: float = 0.0
    delay: float = 0.0
    staging: float = 0.0
    leave_from: float = inf
    rate: float = 0.0
    build: int = 0
    work: float = 0.0
    build_start: float = 0.0
    last: float = 0.0
    first_release: float = inf
    first_qualified: float = inf
    effect: float = 0.0
    counts: list[int] = field(default_factory=list)
    rungs: dict[int, int] = field(default_factory=dict)
    streaks: dict[int, int] = field(default_factory=dict)
    rules: list[RuleState] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    queue: list[Request] = field(default_factory=list)
    strike: float = 0.0
    shares: float = 0.0
    paid: float = 0.0
    asked: int = 0
    speed: float = 1.0
    gaming: float = 1.0
    severance: float = 0.0


class Future:
    """Everything that happens on one path."""

    def __init__(self, scenario: Any, offer: Any, streams: Streams, path: int, accept: tuple[float, float]) -> None:
        self.s, self.offer, self.streams, self.path = scenario, offer, streams, path
        company, shares = scenario.company, scenario.company.capitalization
        self.cash = float(company.cash)
        self.pool, self.preferred = float(shares.pool_available), float(shares.preferred_shares)
        self.preference = float(shares.liquidation_preference)
        self.diluted = self.pool + self.preferred + shares.common_shares
        self.end: str | None = None
        self.end_month, self.end_price, self.runway, self.ga = scenario.months, 0.0, inf, inf
        self.topped_up = self.shortfall = self.ga_delay = self.margin_cash = 0.0
        self.verified = self.qualifying = self.filled = 0
        self.team = 0.0
        self.shifts: list[float] = []
        self.noise = 0.0
        self.errors = [0.0] * scenario.hiring.seats
        self.cash_by: list[float] = []
        self.price_by: list[float] = []
        self.qualifying_by: list[int] = []
        self.pay = [dict.fromkeys(COMPONENTS, 0.0) for _ in range(-(-scenario.months // 12))]
        self.present_pay = 0.0
        self.hires: list[dict[str, Any]] = []
        self.grants: list[dict[str, Any]] = []
        self.paid: list[dict[str, Any]] = []
        self.releases: list[Release] = []
        self.verifications: list[Release] = []
        self.kinds = [kind.name for kind in scenario.deployment.kinds]
        self.triggers: list[Any] = [leaf for rule in offer.refresh for leaf in margin_leaves(rule.trigger)]
        self.exit_month, self.exit_factor = self.draw_exit()
        screen = scenario.hiring.screen if offer.screened else None
        prior = scenario.hiring.production_share
        self.screen = screen
        self.pass_probability = 1.0 if screen is None else prior * screen.sensitivity + (1 - prior) * (1 - screen.specificity)
        share = prior if screen is None or self.pass_probability == 0 else prior * screen.sensitivity / self.pass_probability
        self.accepted = share * accept[0] + (1 - share) * accept[1]
        self.mix = share * accept[0] / self.accepted if self.accepted else share
        self.seats: list[Person] = []
        self.working: set[int] = set()
        for seat in range(scenario.hiring.seats):
            self.seats.append(self.fill(seat, 0, 0))

    # Draws

    def uniform(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> float:
        return float(self.streams.uniform(name, row, seat, ordinal)[self.path])

    def normal(self, name: str, row: int = 0, seat: int = 0, ordinal: int = 0) -> float:
        return float(self.streams.normal(name, row, seat, ordinal)[self.path])

    def exponential(self, name: str, seat: int = 0, ordinal: int = 0) -> float:
        return float(self.streams.exponential(name, 0, seat, ordinal)[self.path])

    def gamma(self, name: str, shape: float, row: int, seat: int, ordinal: int) -> float:
        return float(self.streams.gamma(name, shape, row, seat, ordinal)[self.path])

    def draw_exit(self) -> tuple[float, float]:
        exit_ = self.s.company.exit
        threshold = self.exponential("exit")
        u = self.uniform("exit-type")
        chosen = exit_.types[choose(u, [kind.weight for kind in exit_.types])]
        factor = chosen.value_factor * (1 - chosen.cost)
        if exit_.annual_hazard == 0:
            return inf, factor
        month = 0
        while exit_.annual_hazard * (month + 1) / 12 < threshold:
            month += 1
            if month >= self.s.months:
                return inf, factor
        return month, factor

    # Company

    def revenue(self, month: int) -> float:
        return self.s.company.recurring_revenue * (1 + self.s.company.revenue_growth) ** (month / 12)

    def multiple(self, month: int) -> float:
        valuation = self.s.company.valuation
        level = valuation.multiple if valuation.long_run_multiple is None else valuation.long_run_multiple
        a = valuation.reversion
        gap = log(valuation.multiple / level) * exp(-a * month / 12)
        return level * exp(gap + self.noise - noise_variance(a, valuation.volatility, month) / 2)

    def step_multiple(self, month: int) -> None:
        valuation = self.s.company.valuation
        if valuation.volatility:
            innovation = sqrt(noise_variance(valuation.reversion, valuation.volatility, 1))
            self.noise = self.noise * exp(-valuation.reversion / 12) + innovation * self.normal("multiple", month)

    def price(self, month: int, factor: float = 1.0) -> float:
        enterprise = self.revenue(month) * self.multiple(month) * factor
        if self.s.links.margin_sensitivity:
            enterprise *= exp(self.s.links.margin_sensitivity * sum(self.shifts[-12:]) / 12)
        value = max(0.0, enterprise + self.cash - self.s.company.debt)
        return max(0.0, min(value / self.diluted, (value - self.preference) / (self.diluted - self.preferred)))

    # Seats

    def fill(self, seat: int, ordinal: int, month: int) -> Person:
        hiring = self.s.hiring
        attempts = geometric(self.uniform("attempts", 0, seat, ordinal), self.accepted)
        v = sqrt(log(1 + hiring.time_to_fill_spread**2))
        days = hiring.time_to_fill_days * (exp(v * self.normal("fill", 0, seat, ordinal) - v * v / 2) if v else 1.0)
        days += (attempts - 1) * hiring.redraw_days
        screenings = 0
        if self.screen is not None and attempts <= 1000 and month + days / DAYS <= self.s.months:
            for attempt in range(int(attempts)):
                screenings += int(geometric(self.uniform("screening", attempt, seat, ordinal), self.pass_probability))
            days += screenings * self.screen.days
        start = month + ceil(days / DAYS) if attempts <= 1000 and days < 1e9 else 1 << 30
        return Person(seat, ordinal, month, start, int(min(attempts, 1000)), screenings, days)

    def present(self) -> list[Person]:
        return [person for person in self.seats if person.seat in self.working]

    def base(self, month: int) -> float:
        return float(self.offer.base * (1 + self.offer.base_growth) ** (month // 12))

    # The month

    def run_month(self, month: int) -> None:
        price = self.price(month)
        self.price_by.append(price)
        self.finance(month, price)
        opening = self.cash
        books = dict.fromkeys(COMPONENTS, 0.0)
        self.start_hires(month, price, books)
        self.behave(month, price)
        self.measure_and_tenure(month, price)
        self.deploy(month, price)
        self.serve(month, price, books)
        self.pay_people(month, books)
        signed = books["sign_on"]
        self.depart(month, books)
        self.settle(month, opening, signed, books)
        self.step_multiple(month)
        minimum = self.s.company.minimum_cash
        if self.cash < minimum:
            self.runway = month + ((opening - minimum) / (opening - self.cash) if opening > minimum else 0.0)
            self.stop("cash-out", month, self.s.company.exit.cash_out_recovery * price, month)
        elif self.exit_month == month:
            self.stop("exit", month, self.price(month + 1, self.exit_factor), month + 1)
        self.cash_by.append(self.cash)
        self.qualifying_by.append(self.qualifying)

    def finance(self, month: int, price: float) -> None:
        for index, planned in enumerate(self.s.company.financing):
            if planned.month != month or self.uniform("financing", index) >= planned.probability:
                continue
            if planned.condition == "after_ga" and not self.ga < month:
                continue
            per_share = max(price * (planned.step_up or 1.0), 0.01)
            if planned.pool_target is not None:
                before = self.diluted
                self.raise_pool(planned.pool_target, planned.amount / (per_share * self.diluted))
                per_share = per_share * before / self.diluted
            bought = floor(planned.amount / max(per_share, 0.01))
            self.preferred += bought
            self.diluted += bought
            self.preference += planned.amount
            self.cash += planned.amount
        for top_up in self.s.company.capitalization.top_ups:
            if top_up.month == month:
                self.raise_pool(top_up.target, 0.0)

    def raise_pool(self, target: float, money_ratio: float) -> None:
        share = target * (1 + money_ratio)
        if share >= 0.95:
            return
        increase = max(0, floor((share * self.diluted - self.pool) / (1 - share)))
        self.pool += increase
        self.diluted += increase
        self.topped_up += increase

    def start_hires(self, month: int, price: float, books: dict[str, float]) -> None:
        starting = [person for person in self.seats if person.start == month]
        for person in starting:
            self.working.add(person.seat)
            self.begin(person, month, price)
            hiring = self.s.hiring
            books["recruiting"] += hiring.recruiting_fee * self.base(month) + (person.attempts - 1) * hiring.redraw_fee
            books["recruiting"] += person.screenings * hiring.screen.fee if hiring.screen else 0.0
            books["sign_on"] += self.offer.sign_on
        for person in starting:
            if self.offer.grant is not None:
                grant = self.offer.grant
                asked = shares_of(grant.amount, grant.unit, price, self.diluted)
                granted = self.take(asked)
                if granted:
                    person.grants.append(Grant(-1, month, month, granted, price if grant.instrument in OPTIONS else 0.0))
                if asked > granted:
                    person.queue.append(Request(-1, -inf, month, asked - granted, True, month, nan))
        for index, rule in enumerate(self.offer.refresh):
            if rule.mode == "upfront" and rule.instrument != "cash":
                for person in starting:
                    asked = shares_of(rule.cap, rule.unit, price, self.diluted)
                    person.rules[index].reserve = self.take(asked)
                    self.shortfall += asked - person.rules[index].reserve

    def begin(self, person: Person, month: int, price: float) -> None:
        s, seat, ordinal = self.s, person.seat, person.ordinal
        person.production = self.uniform("type", 0, seat, ordinal) < self.mix
        kind = s.production if person.production else s.notebook
        person.patience = self.exponential("departure", seat, ordinal)
        person.staging = kind.staging_months * self.exponential("staging", seat, ordinal)
        committee = s.deployment.committee_delay_days if self.offer.committee_delay_days is None else self.offer.committee_delay_days
        person.delay = committee / DAYS
        probability = s.departure.leave_probability
        u = self.uniform("leave", 0, seat, ordinal)
        if u < probability:
            person.leave_from = month + floor(24 * u / probability)
        deployment = s.deployment
        cycle = kind.build_months + deployment.review_months + person.delay
        person.rate = 12 * (1 - deployment.rollback_probability) * deployment.qualifying_probability / cycle
        person.last = person.build_start = month
        person.work = self.work(person)
        person.counts = [0] * (1 + len(self.kinds))
        person.rungs = dict.fromkeys(range(len(self.triggers)), 0)
        person.streaks = dict.fromkeys(range(len(self.triggers)), 0)
        person.rules = [RuleState() for _ in self.offer.refresh]
        person.strike = price

    def work(self, person: Person) -> float:
        kind, name = (self.s.production, "build") if person.production else (self.s.notebook, "build-notebook")
        return self.gamma(name, kind.build_shape, person.build, person.seat, person.ordinal) * kind.build_months / kind.build_shape

    def take(self, asked: float) -> float:
        granted = min(asked, self.pool)
        self.pool -= granted
        return granted

    # Behaviour

    def behave(self, month: int, price: float) -> None:
        links, cash = self.s.links, self.base(month) * (1 + self.offer.bonus)
        for person in self.present():
            band = [b for b in self.s.departure.attrition if b.from_month <= month - person.start][-1]
            hazard = -log1p(-min(band.annual_probability, 0.999_999)) / 12
            within = beyond = 0.0
            for grant in person.grants:
                worth = max(price - grant.strike, 0.0) * grant.shares
                now, later = (self.fraction(grant, month - grant.vesting_start + shift) for shift in (0, 12))
                within += worth * (later - now)
                beyond += worth * (1 - later)
            drought = min(12.0, max(0.0, month - person.last - self.s.departure.drought_grace_months))
            x = links.drought * drought - links.handcuff * log(1 + beyond / cash) + links.governance_drag * person.delay
            if links.pay_gap:
                x += links.pay_gap * (log(self.s.candidate.outside_pay / (cash + within)) if self.s.candidate.outside_pay else -inf)
            person.hazard = hazard * exp(max(-log(5), min(log(5), x)))
            value = self.next_award(person, month, price) if links.incentive else 0.0
            share = person.rate * value / (cash + person.rate * value)
            person.speed = (1 + share) ** links.incentive
            person.gaming = (1 + share) ** (-links.gaming * links.incentive)

    def fraction(self, grant: Grant, tenure: int) -> float:
        vesting = self.vesting(grant.rule)
        return float(vested_part(vesting, tenure))

    def vesting(self, rule: int) -> Any:
        return self.offer.grant.vesting if rule < 0 else self.offer.refresh[rule].vesting

    def next_award(self, person: Person, month: int, price: float) -> float:
        counts = list(person.counts)
        counts[0] += 1
        counts[1] += 1
        total = 0.0
        for index, rule in enumerate(self.offer.refresh):
            state = person.rules[index]
            rise = self.count(rule.trigger, counts, person, month - person.start) - state.looked
            if rise <= 0 or month < state.cooldown_until:
                continue
            amount = self.within_caps(person, index, rise, floor((month - person.start) / 12))
            if rule.instrument == "cash":
                total += amount
                continue
            upfront = rule.mode == "upfront"
            at = person.strike if upfront else price
            shares = shares_of(amount, rule.unit, at, self.diluted)
            shares = min(shares, state.reserve) if upfront else shares if self.pool > 0 else 0.0
            total += shares * at * (self.option_ratio() if rule.instrument in OPTIONS else 1.0)
        return total

    def option_ratio(self) -> float:
        r, v, t = self.s.discount_rate, self.s.candidate.option_volatility, self.s.candidate.option_term_years
        if v == 0:
            return max(0.0, 1 - exp(-r * t))
        d1 = (r + v * v / 2) * t / (v * sqrt(t))
        return cumulative(d1) - exp(-r * t) * cumulative(d1 - v * sqrt(t))

    # Measures, deployments and awards

    def credit(self) -> float:
        saturation = self.s.deployment.margin_saturation_bps
        return 1.0 if self.team == 0 else self.gain() / self.team if saturation else 0.0

    def gain(self) -> float:
        saturation = self.s.deployment.margin_saturation_bps
        return float(saturation * (1 - exp(-self.team / saturation)))

    def measure_and_tenure(self, month: int, price: float) -> None:
        fired: set[int] = set()
        if month > 0 and self.triggers:
            deployment = self.s.deployment
            for seat in range(len(self.seats)):
                z = float(self.streams.normal32("measurement", month - 1, seat)[self.path]) if deployment.measurement_sd_bps else 0.0
                rho = deployment.measurement_persistence
                scale = deployment.measurement_sd_bps * (1.0 if month == 1 else sqrt(1 - rho * rho))
                self.errors[seat] = rho * self.errors[seat] + scale * z
            for person in self.present():
                eligible = person.first_qualified < month - 1
                person.true_measured = person.effect * self.credit()  # type: ignore[attr-defined]
                measured = person.true_measured + self.errors[person.seat]  # type: ignore[attr-defined]
                for index, trigger in enumerate(self.triggers):
                    level = trigger.margin_gain_bps + person.rungs[index] * (trigger.step_bps or trigger.margin_gain_bps)
                    person.streaks[index] = person.streaks[index] + 1 if eligible and measured >= level else 0
                    if person.streaks[index] >= trigger.sustained_months:
                        person.rungs[index] += 1
                        person.streaks[index] = 0
                        fired.add(person.seat)
        factor = 2 ** (-1 / self.s.deployment.margin_half_life_months)
        self.team *= factor
        for person in self.present():
            person.effect *= factor
            self.look(person, float(month), month, price)

    def deploy(self, month: int, price: float) -> None:
        for person in self.present():
            self.build(person, month)
        for release in [each for each in self.releases if each.date < month + 1]:
            self.releases.remove(release)
            person = self.seats[release.seat]
            if release.seat in self.working and person.ordinal == release.ordinal:
                person.first_release = min(person.first_release, release.date)
                self.verifications.append(release)
        for release in sorted((each for each in self.verifications if each.verified < month + 1), key=lambda each: each.verified):
            self.verifications.remove(release)
            person = self.seats[release.seat]
            here = release.seat in self.working and person.ordinal == release.ordinal
            self.verified += 1
            if here:
                person.last = max(person.last, release.verified)
            if not release.qualifying:
                continue
            self.qualifying += 1
            if self.qualifying == self.s.company.ga.deployments:
                self.ga = release.verified
            self.team += release.effect
            if here:
                person.effect += release.effect
                person.first_qualified = min(person.first_qualified, month)
                person.counts[0] += 1
                person.counts[1 + release.kind] += 1
                self.look(person, release.verified, month, price)

    def build(self, person: Person, month: int) -> None:
        deployment = self.s.deployment
        on_leave = person.leave_from <= month < person.leave_from + self.s.departure.leave_months
        first = True
        while True:
            part = min(1.0, max(0.0, month + 1 - person.build_start))
            progress = 0.0 if on_leave and first else part * person.speed
            if person.work > progress or (not first and person.build_start >= month + 1):
                person.work -= progress
                return
            finish = max(person.build_start, month) + person.work / person.speed
            j, seat, ordinal = person.build, person.seat, person.ordinal
            review = 0.0
            if deployment.review_months:
                review = (
                    self.gamma("review", deployment.review_shape, j, seat, ordinal) * deployment.review_months / deployment.review_shape
                )
            date = finish + review + person.delay
            u = self.uniform("release", j, seat, ordinal)
            if u >= deployment.rollback_probability:
                effect = deployment.margin_effect_bps
                if deployment.margin_effect_sd_bps:
                    effect += deployment.margin_effect_sd_bps * self.normal("effect", j, seat, ordinal)
                kind = choose(self.uniform("kind", j, seat, ordinal), [k.weight for k in deployment.kinds]) if len(self.kinds) > 1 else 0
                qualifying = (u - deployment.rollback_probability) / (
                    1 - deployment.rollback_probability
                ) < deployment.qualifying_probability
                window = deployment.verification_days / DAYS
                self.releases.append(Release(date, date + window, effect * person.gaming, kind, qualifying, seat, ordinal))
            person.build += 1
            person.build_start = date
            person.work = self.work(person)
            first = False

    def count(self, trigger: Any, counts: list[int], person: Person, tenure: int) -> int:
        """How often a trigger has fired."""
        name = type(trigger).__name__
        if name == "EveryDeployment":
            return counts[0 if trigger.kind is None else 1 + self.kinds.index(trigger.kind)] // trigger.every_deployments
        if name == "NthDeployment":
            return int(counts[0 if trigger.kind is None else 1 + self.kinds.index(trigger.kind)] >= trigger.nth_deployment)
        if name == "MarginGain":
            return person.rungs[next(i for i, each in enumerate(self.triggers) if each is trigger)]
        if name == "Tenure":
            return tenure // trigger.tenure_months if trigger.repeat else int(tenure >= trigger.tenure_months)
        if name == "AllOf":
            return min(self.count(part, counts, person, tenure) for part in trigger.all)
        return max(self.count(part, counts, person, tenure) for part in trigger.any)

    def within_caps(self, person: Person, index: int, rise: int, year: int) -> float:
        rule, state = self.offer.refresh[index], person.rules[index]
        left = inf if rule.cap is None else rule.cap - state.awarded
        if rule.cap_per_year is not None:
            left = min(left, rule.cap_per_year - state.by_year.get(year, 0.0))
        if rule.unit == "shares" and rule.instrument != "cash" and self.offer.refresh_cap_shares is not None:
            left = min(left, self.offer.refresh_cap_shares - person.shares)
        if rule.instrument == "cash" and self.offer.refresh_cap_dollars is not None:
            left = min(left, self.offer.refresh_cap_dollars - person.paid)
        return max(0.0, min(rule.award * (min(rise, 1) if rule.cooldown_months > 0 else rise), left))

    def look(self, person: Person, time: float, month: int, price: float) -> None:
        for index, rule in enumerate(self.offer.refresh):
            state = person.rules[index]
            fired = self.count(rule.trigger, person.counts, person, month - person.start)
            rise = fired - state.looked
            if rise <= 0:
                continue
            state.looked = fired
            if time < state.cooldown_until:
                continue
            year = floor((time - person.start) / 12)
            amount = self.within_caps(person, index, rise, year)
            if amount <= 0:
                continue
            state.cooldown_until = time + rule.cooldown_months
            if rule.mode == "future":
                if (
                    rule.refusal_probability
                    and self.uniform("approval", person.asked, person.seat, person.ordinal) < rule.refusal_probability
                ):
                    person.asked += 1
                    continue
                person.asked += 1
            state.awarded += amount
            state.by_year[year] = state.by_year.get(year, 0.0) + amount
            if rule.unit == "shares":
                person.shares += amount
            if rule.instrument == "cash":
                person.paid += amount
            due = time + rule.approval_lag_days / DAYS if rule.mode == "future" else time
            true = getattr(person, "true_measured", 0.0) if margin_leaves(rule.trigger) else nan
            person.queue.append(Request(index, time, due, amount, False, -1, true))

    def serve(self, month: int, price: float, books: dict[str, float]) -> None:
        owed: list[tuple[Person, Request]] = []
        for person in self.present():
            for request in sorted((each for each in person.queue if each.due < month + 1), key=lambda each: each.earned):
                rule = self.offer.refresh[request.rule] if request.rule >= 0 else None
                person.queue.remove(request)
                if rule is not None and rule.instrument == "cash":
                    books["cash_awards"] += request.amount
                    self.paid.append(
                        {"seat": person.seat, "ordinal": person.ordinal, "rule": request.rule, "month": month, "dollars": request.amount}
                    )
                    continue
                upfront = rule is not None and rule.mode == "upfront"
                if not request.converted and rule is not None:
                    request.amount = shares_of(request.amount, rule.unit, person.strike if upfront else price, self.diluted)
                    request.converted = True
                if upfront:
                    state = person.rules[request.rule]
                    granted = min(request.amount, state.reserve)
                    state.reserve -= granted
                    self.grant(person, request, granted, person.strike, month)
                else:
                    owed.append((person, request))
        for person, request in sorted(owed, key=lambda each: (each[1].earned, each[0].seat, each[1].rule)):
            granted = self.take(request.amount)
            self.grant(person, request, granted, price, month)
            request.amount -= granted
            if request.amount > 0:
                person.queue.append(request)

    def grant(self, person: Person, request: Request, shares: float, price: float, month: int) -> None:
        if shares > 0:
            instrument = self.offer.grant.instrument if request.rule < 0 else self.offer.refresh[request.rule].instrument
            start = month if request.vesting_start < 0 else request.vesting_start
            person.grants.append(Grant(request.rule, month, start, shares, price if instrument in OPTIONS else 0.0, request.true_effect))

    # Money and departures

    def pay_people(self, month: int, books: dict[str, float]) -> None:
        for _ in self.present():
            books["base"] += self.base(month) / 12
            books["bonus"] += self.base(month) / 12 * self.offer.bonus
            books["compute"] += self.s.hiring.compute_cost
            self.filled += 1

    def depart(self, month: int, books: dict[str, float]) -> None:
        for person in self.present():
            person.patience -= person.hazard
            if person.patience <= 0:
                term = self.offer.sign_on_repayment_months
                if term:
                    books["sign_on"] -= self.offer.sign_on * max(0.0, 1 - (month + 1 - person.start) / term)
                self.leave(person, month, 1)
        checkpoints = self.s.checkpoints if self.offer.checkpoints is None else self.offer.checkpoints
        for checkpoint in checkpoints:
            for person in self.present():
                date = person.start + checkpoint.day / DAYS
                if person.leave_from < date:
                    date += self.s.departure.leave_months
                if not month <= date < month + 1:
                    continue
                evidence = person.start + person.staging if checkpoint.evidence == "staging" else person.first_release
                if evidence <= date:
                    continue
                if checkpoint.action == "diagnose":
                    person.delay *= checkpoint.governance_factor
                else:
                    person.severance = self.base(month) / 12 * checkpoint.severance_months
                    books["severance"] += person.severance
                    self.leave(person, month, 2)

    def leave(self, person: Person, month: int, reason: int) -> None:
        self.close(person, month + 1, reason, month, forfeits=True)
        self.pool += sum(state.reserve for state in person.rules)
        self.lapse(person)
        self.working.discard(person.seat)
        self.seats[person.seat] = self.fill(person.seat, person.ordinal + 1, month + 1)

    def lapse(self, person: Person) -> None:
        self.shortfall += sum(request.amount for request in person.queue if request.converted)
        person.queue = []

    def close(self, person: Person, end: int, reason: int, vesting_month: int, forfeits: bool, accelerated: bool = False) -> None:
        who = {"seat": person.seat, "ordinal": person.ordinal}
        self.hires.append(
            who
            | {
                "opened": person.opened,
                "start": person.start,
                "end": end,
                "reason": reason,
                "production": person.production,
                "first_release": person.first_release,
                "attempts": person.attempts,
                "screenings": person.screenings,
                "fill_days": person.fill_days,
                "severance": person.severance,
            }
        )
        for grant in person.grants:
            vested = vested_whole(int(grant.shares), self.vesting(grant.rule), vesting_month - grant.vesting_start)
            source = self.offer.grant if grant.rule < 0 else self.offer.refresh[grant.rule]
            if accelerated:
                vested += floor(source.change_of_control * (grant.shares - vested))
            lost = grant.shares - vested if forfeits else 0
            self.pool += lost
            self.grants.append(
                who
                | {
                    "rule": grant.rule,
                    "month": grant.month,
                    "vesting_start": grant.vesting_start,
                    "shares": grant.shares,
                    "strike": grant.strike,
                    "vested": vested,
                    "forfeited": lost,
                    "true_effect": grant.true_effect,
                }
            )

    def settle(self, month: int, opening: float, signed: float, books: dict[str, float]) -> None:
        company = self.s.company
        loaded = books["base"] + books["bonus"] + books["cash_awards"] + books["severance"] + signed
        books["payroll_load"] = self.s.hiring.payroll_load * loaded
        planned = inf if company.ga.planned is None else (company.ga.planned - self.s.as_of).days / DAYS
        delay = company.ga.delay_cost * max(0.0, min(month + 1, self.ga) - max(month, planned))
        revenue = self.revenue(month) / 12
        gain = self.gain() / 10_000
        spent = sum(books.values())
        expense = company.operating_expense * (1 + company.operating_expense_growth) ** (month / 12)
        self.cash = opening + revenue * (company.gross_margin + gain) - expense - spent - delay
        for name, dollars in books.items():
            self.pay[month // 12][name] += dollars
        self.present_pay += spent * exp(-self.s.discount_rate * (month + 1) / 12)
        self.ga_delay += delay
        self.margin_cash += revenue * gain
        in_cost = company.pay_in_cost_of_revenue * sum(
            books[name] for name in ("base", "bonus", "sign_on", "cash_awards", "severance", "payroll_load")
        )
        self.shifts.append(gain - in_cost / revenue if revenue > 0 else 0.0)

    def stop(self, how: str, month: int, price: float, vesting_month: int) -> None:
        self.end, self.end_month, self.end_price = how, month + 1, price
        for person in self.present():
            self.close(person, month + 1, 0, vesting_month, forfeits=False, accelerated=how == "exit")
            self.lapse(person)
        self.reserved = sum(state.reserve for person in self.present() for state in person.rules)
        self.working = set()

    def finish(self) -> None:
        if self.end is None:
            months = self.s.months
            self.end_price = self.price(months)
            for person in self.present():
                self.close(person, months, 0, months, forfeits=False)
                self.lapse(person)
            self.reserved = sum(state.reserve for person in self.present() for state in person.rules)


COMPONENTS = ("base", "bonus", "sign_on", "cash_awards", "severance", "payroll_load", "recruiting", "compute")


def margin_leaves(trigger: Any) -> list[Any]:
    """Margin triggers inside a trigger, in order."""
    name = type(trigger).__name__
    if name == "MarginGain":
        return [trigger]
    parts = trigger.all if name == "AllOf" else trigger.any if name == "AnyOf" else ()
    return [leaf for part in parts for leaf in margin_leaves(part)]


def vested_part(vesting: Any, tenure: int) -> Fraction:
    """Share of a grant vested at a tenure, exactly."""
    if tenure < 0:
        return Fraction(0)
    if vesting.months == 0:
        return Fraction(1)
    if tenure < vesting.cliff:
        return Fraction(0)
    return Fraction(min(tenure // vesting.every * vesting.every, vesting.months), vesting.months)


def vested_whole(shares: int, vesting: Any, tenure: int) -> int:
    """Whole shares vested at a tenure: the instalments so far, each as large as the allocation type makes it."""
    part = vested_part(vesting, tenure)
    if vesting.months == 0:
        return shares * int(part)
    count = vesting.months // vesting.every
    exact = [Fraction(shares * k, count) for k in range(count + 1)]
    sizes = [shares // count] * count
    for extra in range(shares % count):
        match vesting.allocation:
            case "front_loaded":
                sizes[extra] += 1
            case "back_loaded":
                sizes[-1 - extra] += 1
            case "front_loaded_to_single_tranche":
                sizes[0] += 1
            case "back_loaded_to_single_tranche":
                sizes[-1] += 1
    if vesting.allocation.startswith("cumulative"):
        half = Fraction(1, 2) if vesting.allocation == "cumulative_rounding" else 0
        sizes = [floor(after + half) - floor(before + half) for before, after in pairwise(exact)]
    return sum(sizes[: int(part * count)])


def shares_of(amount: float, unit: str, price: float, diluted: float) -> float:
    """Whole shares of an amount."""
    if unit == "shares":
        return amount
    return floor(amount / max(price, 0.01)) if unit == "dollars" else floor(amount / 100 * diluted)


def geometric(u: float, p: float) -> float:
    """Trials up to the first success."""
    if p <= 0:
        return 1e12
    return 1 if u < p or p >= 1 else min(max(1, 1 + floor(log1p(-u) / log1p(-p))), 1e12)


def choose(u: float, weights: list[float]) -> int:
    """First index whose cumulative share exceeds u."""
    running = 0.0
    total = sum(weights)
    for index, weight in enumerate(weights):
        running += weight
        if running > u * total:
            return index
    return len(weights) - 1


def noise_variance(a: float, s: float, month: int) -> float:
    """Variance of the log noise of the multiple."""
    return s * s * month / 12 if a == 0 else s * s * (1 - exp(-2 * a * month / 12)) / (2 * a)


def cumulative(x: float) -> float:
    """Standard normal distribution function."""
    return (1 + erf(x / sqrt(2))) / 2
