"""A waterfall in plain Python for one path: pour the money for given choices, and try sets of choices until nobody gains by another."""

from dataclasses import dataclass
from itertools import product


@dataclass
class Preferred:
    """A class: common shares it converts into, $ invested and preferred, most it takes while keeping its preference (None: no end)."""

    name: str
    rank: int = 1
    participation: str = "none"
    multiple: float = 1.0
    cap_multiple: float | None = None
    dividends: float = 0.0
    shares: float = 0.0
    invested: float = 0.0

    @property
    def preference(self) -> float:
        return self.invested * self.multiple + self.dividends


Options = list[tuple[float, float]]
"""(shares, strike)"""


def poured(classes: list[Preferred], options: Options, common: float, value: float, converts: set[str]) -> tuple[float, dict[str, float]]:
    """Price of a common share and what each class gets of `value` when the classes that convert are those named."""
    left, paid = value, {}
    keeping = [each for each in classes if each.name not in converts]
    for rank in sorted({each.rank for each in keeping}):
        owed = {each.name: each.preference for each in keeping if each.rank == rank}
        total = sum(owed.values())
        part = min(left, total)
        paid |= {name: part * due / total if total else 0.0 for name, due in owed.items()}
        left -= part
    sharing = common + sum(each.shares for each in classes if each.name in converts)
    events = [(strike, shares) for shares, strike in options]
    room = {}
    for each in keeping:
        if each.participation != "none" and each.shares:
            sharing += each.shares
            if each.participation == "capped":
                room[each.name] = each.cap_multiple * each.invested - each.preference
                events.append((room[each.name] / each.shares, -each.shares))
    price = 0.0
    for at, change in sorted(events):
        if sharing * (at - price) >= left:
            break
        left -= sharing * (at - price)
        price, sharing = at, sharing + change
    price += left / sharing if sharing > 0 else 0.0
    for each in classes:
        if each.name in converts:
            paid[each.name] = each.shares * price
        elif each.participation != "none":
            paid[each.name] += min(each.shares * price, room.get(each.name, float("inf")))
    return price, paid


def divided(
    classes: list[Preferred], options: Options, common: float, value: float, guess: set[str] | None = None
) -> tuple[float, dict[str, float], set[str]]:
    """The price, payouts and converting classes of a set of choices from which no class gains by changing its own alone."""
    choosing = [each.name for each in classes if each.participation != "full" and each.shares]
    sets = ({name for name, each in zip(choosing, chosen, strict=True) if each} for chosen in product((False, True), repeat=len(choosing)))
    for converts in [guess or set(), *sets]:
        price, paid = poured(classes, options, common, value, converts)
        others = (poured(classes, options, common, value, converts ^ {name})[1][name] - paid[name] for name in choosing)
        if all(gain <= 1e-6 + 1e-10 * value for gain in others):
            return price, paid, converts
    raise AssertionError("no set of choices is stable")
