"""A slow, obvious waterfall: pour the money for given choices, and try every set of choices for a stable one."""

from itertools import product

from compdesign.model.securities import Stack

Payouts = dict[str, float]


def poured(stack: Stack, amount: float, converts: dict[str, bool]) -> Payouts:
    """What everybody gets of `amount` when the classes that convert are those named."""
    paid: Payouts = {each.name: 0.0 for each in (*stack.preferred, *stack.options)} | {"common": 0.0}
    left = amount
    for rank in sorted({each.rank for each in stack.preferred}):
        owed = {each.name: each.preference for each in stack.preferred if each.rank == rank and not converts[each.name]}
        total = sum(owed.values())
        part = min(left, total)
        for name, due in owed.items():
            paid[name] += part * due / total if total else 0.0
        left -= part
    shares: Payouts = {"common": stack.common}  # of those who share now
    stops: Payouts = {}
    for each in stack.preferred:
        if converts[each.name] or each.participation != "none":
            shares[each.name] = each.as_converted
            if not converts[each.name] and each.participation == "capped":
                stops[each.name] = each.cap_multiple * each.invested
    waiting = {each.name: each for each in stack.options}
    price = 0.0
    while left > 1e-9:
        for name in [name for name, each in waiting.items() if each.strike <= price]:
            shares[name] = waiting.pop(name).shares
        for name in [name for name, stop in stops.items() if paid[name] >= stop - 1e-9]:
            del stops[name], shares[name]
        sharing = sum(shares.values())
        if not sharing:
            break
        steps = [left / sharing]
        steps += [each.strike - price for each in waiting.values()]
        steps += [(stop - paid[name]) / shares[name] for name, stop in stops.items()]
        step = min(steps)
        for name, count in shares.items():
            paid[name] += step * count
        left -= step * sharing
        price += step
    return paid


def stable_payouts(stack: Stack, amount: float) -> list[Payouts]:
    """The payouts of every set of choices from which no class gains by changing its own."""
    names = [each.name for each in stack.preferred]
    found = []
    for choice in product((False, True), repeat=len(names)):
        converts = dict(zip(names, choice, strict=True))
        paid = poured(stack, amount, converts)
        gains = [poured(stack, amount, converts | {name: not converts[name]})[name] - paid[name] for name in names]
        if max(gains, default=0.0) <= 1e-6:
            found.append(paid)
    return found
