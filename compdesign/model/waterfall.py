"""Who gets what at an exit, on every path at once.

Let p be what a common share gets. At a given p every holder's best payout is known and no payout falls as p rises:
a class that does not participate takes max(L, n p), a capped one max(min(L + n p, K), n p), an option n max(p - x, 0).
So the sum D(p) is a rising piecewise linear function, and the exit fixes the one p at which D(p) is the amount there is. A SAFE with a
post-money cap takes more shares as others convert (see `safe_conversion`): D also jumps where they do, and still rises.

Those choices are the only stable ones. Were a class better off by switching alone, the others would get less, so p would
be lower (higher, when it gives up converting), and at that p the switch is not worth it. And at any other set of choices
some class chose worse than its best at that p, and gains by the same argument when it switches. A holder who is
indifferent keeps the preference; both choices pay the same to everybody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from compdesign.model.convertibles import cash_due, discounted_worth, most_favoured, owned_at_cap, pre_money_shares
from compdesign.model.safe_conversion import CapSteps, Choosers, cap_steps
from compdesign.model.securities import Convertible, Stack
from compdesign.quantities import BoolArray, FloatArray, IntArray, PerPath


@dataclass(frozen=True)
class Claims:
    """The claims on the distributable amount, float64[claim, path], path of length 1 where all paths agree.

    Each pays max(min(L + s n q, K), n q), q = max(p - x, 0): shares n, strike x, preference L, most K taken while keeping
    it, participates s. layers: the parts of L in the order they are paid. Order: preferred, options, convertibles, common.
    """

    names: tuple[str, ...]
    shares: FloatArray
    strikes: FloatArray
    preference: FloatArray
    most: FloatArray
    participates: BoolArray
    layers: tuple[tuple[int | None, FloatArray], ...]
    """(rank, $[claim, path]); rank None: what a discount adds, after every preference and before common."""
    steps: CapSteps | None
    """What SAFEs with a post-money cap gain by converting; their own shares above are 0. None without such a SAFE."""

    def payouts(self, price: FloatArray) -> FloatArray:
        """$[claim, path] at common price $[path], where every preference is covered; at the price of a step before it."""
        converted = self.shares * np.maximum(price - self.strikes, 0.0)
        kept = np.minimum(self.preference + np.where(self.participates, converted, 0.0), self.most)
        paid = np.maximum(kept, converted)
        if self.steps is not None:
            paid[list(self.steps.rows)] += self.steps.gains(price)
        return paid

    def kinks(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Prices at which D changes its course, the changes of its slope in shares, and what it jumps by, $; float64[kink, path], not
        sorted: 3 for each claim, then those of the steps, SAFE by SAFE.
        """
        holds = self.shares > 0
        shares = np.where(holds, self.shares, 1.0)
        stops = holds & np.isfinite(self.most)
        joins = (self.strikes, np.where(self.participates, self.shares, 0.0))
        room = np.where(stops, self.most - self.preference, 0.0)
        capped = (self.strikes + room / shares, np.where(stops & self.participates, -self.shares, 0.0))
        converts = (self.strikes + np.where(stops, self.most, 0.0) / shares, np.where(stops, self.shares, 0.0))
        groups = [np.broadcast_arrays(*each) for each in (joins, capped, converts)]
        paths = max(each.shape[1] for pair in groups for each in pair)
        if self.steps is not None:
            paths = max(paths, self.steps.prices.shape[1])
        shape = (len(self.names), paths)
        position, change = (np.concatenate([np.broadcast_to(each[side], shape) for each in groups]) for side in (0, 1))
        if self.steps is None:
            return position, change, np.zeros_like(change)
        steps, safes, _ = self.steps.shares.shape
        places = np.broadcast_to(self.steps.prices[:, None], (steps, safes, paths))
        added = [np.broadcast_to(each, (steps, safes, paths)).reshape(-1, paths) for each in (places, self.steps.shares, self.steps.jumps)]
        jump = np.concatenate([np.zeros_like(change), added[2]])
        return np.concatenate([position, added[0]]), np.concatenate([change, added[1]]), jump


@dataclass(frozen=True)
class Proceeds:
    """What everybody gets, $. by class etc.: float64[class, path] in the order of the stack; the rest float64[path]."""

    stack: Stack
    exit_value: FloatArray
    fees: FloatArray
    debt: FloatArray
    carve_out: FloatArray
    distributable: FloatArray
    common_price: FloatArray
    """$ per common share."""
    common: FloatArray
    preferred: FloatArray
    options: FloatArray
    """Net of strike."""
    convertibles: FloatArray
    converted: BoolArray
    """bool[class, path]: the class gave up its preference for common."""
    exercised: BoolArray
    """bool[tranche, path]"""
    convertibles_converted: BoolArray
    """bool[convertible, path]: took shares at its cap instead of cash."""

    def by_holder(self) -> dict[str, FloatArray]:
        """Name -> $[path], of everybody including debt, fees and carve-out; adds up to the exit value."""
        rows = (*self.preferred, *self.options, *self.convertibles, self.common)
        named = dict(zip(self.stack.holders, rows, strict=True))
        return named | {"debt": self.debt, "fees": self.fees, "carve-out": self.carve_out}


def proceeds(stack: Stack, exit_values: ArrayLike) -> Proceeds:
    """Divide exit values, $[path] (a number counts as one path), among the holders of a stack.

    A negative exit value counts as 0: owners are not liable. NaN gives NaN. Pari passu classes share by preference
    amount; options join at their strike and are paid net of it, so that the payouts add up to the exit value.
    """
    exit_value = np.maximum(np.atleast_1d(np.asarray(exit_values, dtype=np.float64)), 0.0)
    fees, debt, carve_out, distributable = deductions(stack, exit_value)
    claims = claims_of(stack)
    price = PriceLines.of(claims).common_price(distributable)
    payouts = claims.payouts(price)
    if claims.steps is not None:
        payouts = _within_steps(claims.steps, payouts, price, distributable)
    short = distributable < claims.preference.sum(axis=0)
    if short.any():
        payouts = np.where(short, preferences_paid(claims, distributable), payouts)
    payouts = np.where(np.isnan(distributable), np.nan, payouts)
    with np.errstate(invalid="ignore"):
        converted = claims.shares * np.maximum(price - claims.strikes, 0.0) > claims.most
        exercised = (price > claims.strikes) & (claims.shares > 0)
    if claims.steps is not None:
        converted[list(claims.steps.rows)] = claims.steps.converted(price)
    one, two = len(stack.preferred), len(stack.preferred) + len(stack.options)
    return Proceeds(
        stack, exit_value, fees, debt, carve_out, distributable, price, payouts[-1], payouts[:one], payouts[one:two],
        payouts[two:-1], converted[:one], exercised[one:two], converted[two:-1],
    )  # fmt: skip


def deductions(stack: Stack, exit_value: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Fees, debt, carve-out and what is then left for the holders, $[path]."""
    fees = np.minimum(stack.fees + stack.fee_share * exit_value, exit_value)
    debt = np.minimum(stack.debt, exit_value - fees)
    left = exit_value - fees - debt
    carve_out = np.minimum(stack.carve_out_share * left, stack.carve_out_maximum)
    return fees, debt, carve_out, left - carve_out


@dataclass(frozen=True)
class PriceLines:
    """The distributable amount D as a rising piecewise linear function of the common price; float64[line, path], path of length
    1 where all paths agree. Sorted once, it prices every amount that the same stack is worth.

    price: $ per share at which each line starts. due: $ that D comes to there, before it jumps by jump, $. shares: its slope.
    """

    price: FloatArray
    due: FloatArray
    jump: FloatArray
    shares: FloatArray

    @classmethod
    def of(cls, claims: Claims) -> "PriceLines":
        """The lines between the prices at which somebody joins, stops or converts."""
        kinks = claims.kinks()
        used = ((kinks[1] != 0) | (kinks[2] != 0)).any(axis=1)
        start = np.zeros((1, kinks[0].shape[1]))
        position, change, jump = (np.concatenate([start, each[used]]) for each in kinks)
        order = np.argsort(position, axis=0, kind="stable")
        position, change, jump = (np.take_along_axis(each, order, 0) for each in (position, change, jump))
        slope = np.cumsum(change, axis=0)
        rises = np.cumsum(slope[:-1] * np.diff(position, axis=0) + jump[:-1], axis=0)
        return cls(position, np.concatenate([start, rises]) + claims.preference.sum(axis=0), jump, slope)

    def common_price(self, distributable: FloatArray) -> FloatArray:
        """p, $ per common share [path]: the root of D(p) = distributable, 0 where that does not exceed the preferences; within a
        jump, the price at which D jumps.
        """
        index = np.maximum((self.due <= distributable).sum(axis=0) - 1, 0)

        def chosen(values: FloatArray, at: IntArray) -> FloatArray:
            return values[at, 0] if values.shape[1] == 1 else values[at, np.arange(values.shape[1])]

        shares = chosen(self.shares, index)
        # No share joins before a first conversion where nobody holds common: the price is then of no consequence.
        beyond = np.maximum(distributable - chosen(self.due, index) - chosen(self.jump, index), 0.0)
        above = np.where(shares > 0, beyond / np.where(shares > 0, shares, 1.0), 0.0)
        last = len(self.price) - 1
        following = np.where(index < last, chosen(self.price, np.minimum(index + 1, last)), np.inf)
        price = np.minimum(np.maximum(chosen(self.price, index) + above, 0.0), following)  # rounding must not pass a step
        return np.where(np.isnan(distributable), np.nan, price * (distributable > self.due[0]))


def _within_steps(steps: CapSteps, payouts: FloatArray, price: FloatArray, distributable: FloatArray) -> FloatArray:
    """$[claim, path] with what is left at the price of a step: it goes to the SAFEs that the step enlarges."""
    gaps = steps.gaps(price)
    total = gaps.sum(axis=0)
    left = np.where(total > 0, distributable - payouts.sum(axis=0), 0.0)
    payouts[list(steps.rows)] += gaps * np.clip(left / np.where(total > 0, total, 1.0), 0.0, 1.0)
    return payouts


def preferences_paid(claims: Claims, distributable: FloatArray) -> FloatArray:
    """$[claim, path] where the preferences are all there is: layer by layer, within a layer by preference amount."""
    left = distributable
    paid = np.zeros((len(claims.names), len(distributable)))
    for _, amounts in claims.layers:
        total = amounts.sum(axis=0)
        part = np.minimum(left, total)
        paid += amounts * (part / np.where(total > 0, total, 1.0))
        left = left - part
    return paid


def claims_of(stack: Stack) -> Claims:
    """The claims of a stack, MFN clauses exercised and caps turned into shares."""
    papers = most_favoured(stack.convertibles)
    at_cap = pre_money_shares(papers, stack.as_converted)
    repaid = [cash_due(paper) for paper in papers]
    # Shares bought at a discount d to the common price are worth amount / (1 - d) at any price: a fixed sum that ranks with
    # common, so the part above the cash due is paid after every preference and before common gets anything.
    fixed = [np.maximum(discounted_worth(paper) - cash, 0.0) for paper, cash in zip(papers, repaid, strict=True)]
    most = [
        each.preference if each.participation == "none" else each.cap_multiple * each.invested if each.participation == "capped" else np.inf
        for each in stack.preferred
    ]
    none = [0.0] * len(stack.options)
    senior = _rows([*(each.preference for each in stack.preferred), *none, *repaid, 0.0])
    junior = _rows([*(0.0 for _ in stack.preferred), *none, *fixed, 0.0])
    preference = senior + junior
    papers_first = len(stack.preferred) + len(stack.options)
    caps = _rows([*most, *(np.inf for _ in stack.options), *(0.0 for _ in papers), np.inf])
    caps = np.where(_flags([False] * papers_first + [True] * len(papers) + [False]), preference, caps)
    ranks = [*(each.rank for each in stack.preferred), *(None for _ in stack.options), *(paper.rank for paper in papers), None]
    layers: list[tuple[int | None, FloatArray]] = [
        (rank, np.where(_flags([each == rank for each in ranks]), senior, 0.0))
        for rank in sorted({each for each in ranks if each is not None})
    ]
    return Claims(
        names=stack.holders,
        shares=_rows([*(each.as_converted for each in stack.preferred), *(each.shares for each in stack.options), *at_cap, stack.common]),
        strikes=_rows([*(0.0 for _ in stack.preferred), *(each.strike for each in stack.options), *(0.0 for _ in papers), 0.0]),
        preference=preference,
        most=caps,
        participates=_flags([*(each.participation != "none" for each in stack.preferred), *(True for _ in stack.options), *(False for _ in papers), True]),
        layers=(*layers, (None, junior)) if np.any(junior > 0) else tuple(layers),
        steps=_steps(stack, papers, preference),
    )  # fmt: skip


def _steps(stack: Stack, papers: tuple[Convertible, ...], preference: FloatArray) -> CapSteps | None:
    """The steps of the SAFEs with a post-money cap. Counted at any price are common, options and warrants, whatever their strike, preferred
    that participates, and who converts at a discount to the price (as so many dollars); once they convert at their terms, other preferred
    and securities with a pre-money cap (YC post-money SAFE, section 2).
    """
    owned, before = owned_at_cap(papers), pre_money_shares(papers, stack.as_converted)
    first = len(stack.preferred) + len(stack.options)
    capped = [k for k, each in enumerate(owned) if np.any(np.asarray(each) > 0)]
    if not capped:
        return None
    worth = _rows([discounted_worth(paper) for paper in papers])
    counted = stack.common + sum(each.shares for each in stack.options)
    counted = counted + sum(each.as_converted for each in stack.preferred if each.participation != "none")
    pre_money = [k for k, shares in enumerate(before) if np.any(np.asarray(shares) > 0)]
    alone = [k for k in range(len(papers)) if k not in capped and k not in pre_money]
    choosing = [k for k, each in enumerate(stack.preferred) if each.participation == "none"]
    nothing = np.zeros((len(choosing), worth.shape[1]))
    claims = (*choosing, *(first + k for k in pre_money))
    shares = _rows([*(stack.preferred[k].as_converted for k in choosing), *(before[k] for k in pre_money)]) if claims else np.zeros((0, 1))
    return cap_steps(
        Choosers(tuple(first + k for k in capped), preference[[first + k for k in capped]], worth[capped]),
        _rows([owned[k] for k in capped]),
        Choosers(claims, preference[list(claims)], np.concatenate([nothing, worth[pre_money]])),
        shares,
        (_rows([counted])[0], worth[alone].sum(axis=0)),
    )


def _rows(values: list[PerPath]) -> FloatArray:
    """float64[value, path], path of length 1 where every value is a number."""
    return np.stack(np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in values)))


def _flags(values: list[bool]) -> BoolArray:
    return np.array(values, dtype=np.bool_)[:, None]
