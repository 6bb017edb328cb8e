"""The $100,000 limit on incentive stock options: which shares stay ISO, by grant and year (IRC 422(d), Reg. 1.422-4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from compdesign.defaults import tax_us
from compdesign.errors import Problem, ScenarioError
from compdesign.tax.option_grants import Acceleration, Cancellation, Exercise, OptionGrant


@dataclass(frozen=True)
class IsoRow:
    """Shares of a grant first exercisable in a year. value: grant-date value of its ISO shares."""

    grant: str
    year: int
    iso: int
    nso: int
    value: Decimal
    explanation: str


@dataclass(frozen=True)
class IsoSplit:
    """rows: by year, in order of grant. exercised: (grant, day, ISO shares, NSO shares) of each exercise. waiting: shares by grant
    that no date and no event has made exercisable.
    """

    rows: tuple[IsoRow, ...]
    exercised: tuple[tuple[str, date, int, int], ...]
    waiting: dict[str, int]

    def by_year(self) -> dict[int, tuple[int, int]]:
        """Year -> ISO and NSO shares."""
        years = dict.fromkeys(row.year for row in self.rows)
        return {year: (sum(r.iso for r in self.rows if r.year == year), sum(r.nso for r in self.rows if r.year == year)) for year in years}

    def by_grant(self) -> dict[str, tuple[int, int]]:
        """Grant -> ISO and NSO shares over all years."""
        grants = dict.fromkeys(row.grant for row in self.rows)
        return {
            name: (sum(r.iso for r in self.rows if r.grant == name), sum(r.nso for r in self.rows if r.grant == name)) for name in grants
        }


@dataclass
class _Block:
    """Shares of a grant that become exercisable together."""

    grant: int
    on: date | None
    shares: int
    exercised: int = 0
    cancelled: int = 0
    """Of `shares`: cancelled so late that they still count."""

    @property
    def open(self) -> int:
        """Shares that can still be bought, moved or cancelled."""
        return self.shares - self.exercised - self.cancelled

    @property
    def year(self) -> int | None:
        return None if self.on is None else self.on.year


@dataclass
class _Book:
    grants: list[OptionGrant]
    blocks: list[_Block]
    limit: Decimal
    kept: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Grant and year -> ISO and NSO shares exercised before an acceleration into that year: they keep what they were."""


def iso_split(
    grants: Iterable[OptionGrant],
    accelerations: Iterable[Acceleration] = (),
    exercises: Iterable[Exercise] = (),
    cancellations: Iterable[Cancellation] = (),
    *,
    limit: Decimal | int | None = None,
) -> IsoSplit:
    """ISO and NSO shares of one holder, all grants of the employer and its related corporations together.

    Options count in the year they are first exercisable, at grant-date value, in order of grant; equal grant dates in the order given
    (the regulation names none). Once an option exceeds the limit its later shares and all later grants of the year are NSO; a share that
    would straddle the limit is NSO. Events apply by date; on one day accelerations first, then exercises, then cancellations. limit:
    dollars a year; the shipped $100,000 if absent. Not covered: ten-percent holders, modified options (enter a cancellation and a new
    grant), the three-month and ten-year rules. Raises ScenarioError for events no grant can take.
    """
    ordered = sorted(grants, key=lambda grant: grant.granted)
    book = _Book(ordered, [], Decimal(tax_us()["iso_annual_limit"].value if limit is None else limit))
    for place, grant in enumerate(ordered):
        for each in grant.exercisable:
            # Reg. 1.422-4(b)(4): exercisable at grant means first exercisable then, whatever vests later.
            book.blocks.append(_Block(place, grant.granted if grant.early_exercise else each.on, each.shares))
    place_of = {grant.id: place for place, grant in enumerate(ordered)}
    if len(place_of) < len(ordered):
        raise ScenarioError([Problem("grants", "two have the same id", "give each grant its own")])
    bought: list[tuple[Exercise, list[tuple[int, int]]]] = []
    timeline: list[tuple[date, int, int, Acceleration | Exercise | Cancellation]] = [
        *((e.on, 0, k, e) for k, e in enumerate(accelerations)),
        *((e.on, 1, k, e) for k, e in enumerate(exercises)),
        *((e.on, 2, k, e) for k, e in enumerate(cancellations)),
    ]
    for _, _, _, event in sorted(timeline, key=lambda each: each[:3]):
        if isinstance(event, Acceleration):
            names = list(place_of) if event.grants is None else event.grants
            _accelerate(book, event, [_place(place_of, name) for name in names], bought)
        elif isinstance(event, Exercise):
            bought.append((event, _exercise(book, event, _place(place_of, event.grant))))
        else:
            _cancel(book, event, _place(place_of, event.grant))
    return _result(book, bought)


def _place(place_of: dict[str, int], name: str) -> int:
    if name not in place_of:
        raise ScenarioError([Problem("grant", f"'{name}' is no grant given", f"use one of {', '.join(place_of)}")])
    return place_of[name]


def _accelerate(book: _Book, event: Acceleration, places: list[int], bought: list[tuple[Exercise, list[tuple[int, int]]]]) -> None:
    """Move shares into the year of the trigger; what was exercised before it keeps its status (Reg. 1.422-4(b)(4))."""
    for split in _classified(book, event.on.year, bought):
        book.kept[split[0], event.on.year] = split[1]
    for place in (place for place in places if book.grants[place].granted <= event.on):
        left = event.shares
        later = [b for b in book.blocks if b.grant == place and (b.on is None or b.on > event.on)]
        for block in sorted(later, key=lambda b: b.on or date.max):
            moved = block.open if left is None else min(left, block.open)
            if moved == 0:
                continue
            if moved < block.shares:
                book.blocks.append(_Block(place, block.on, block.shares - moved, cancelled=block.cancelled))
            block.on, block.shares, block.cancelled = event.on, moved, 0
            left = None if left is None else left - moved


def _exercise(book: _Book, event: Exercise, place: int) -> list[tuple[int, int]]:
    """(year first exercisable, shares) that an exercise takes, the first exercisable first."""
    taken, left = [], event.shares
    ready = [b for b in book.blocks if b.grant == place and b.on is not None and b.on <= event.on]
    for block in sorted(ready, key=lambda b: b.on or date.max):
        shares = min(left, block.open)
        if shares and block.on is not None:
            block.exercised += shares
            left -= shares
            taken.append((block.on.year, shares))
    if left:
        raise ScenarioError(
            [
                Problem(
                    f"{event.grant}.{event.on}", f"{event.shares:,} shares are not exercisable", f"{event.shares - left:,} are on that day"
                )
            ]
        )
    return taken


def _cancel(book: _Book, event: Cancellation, place: int) -> None:
    """Shares cancelled before the year in which they would become exercisable are disregarded; others count (Reg. 1.422-4(b)(5)(i))."""
    left = event.shares
    for block in sorted((b for b in book.blocks if b.grant == place), key=lambda b: b.on or date.max, reverse=True):
        gone = block.open if left is None else min(left, block.open)
        left = None if left is None else left - gone
        if block.year is None or block.year > event.on.year:
            block.shares -= gone
        else:
            block.cancelled += gone
    if left:
        raise ScenarioError(
            [Problem(f"{event.grant}.{event.on}", f"{event.shares:,} shares cannot be cancelled", "that many are not outstanding")]
        )


def _by_grant(book: _Book, year: int) -> dict[int, tuple[int, int]]:
    """Grant -> ISO and NSO shares of a year, in order of grant after what was exercised before an acceleration."""
    totals = {p: sum(b.shares for b in book.blocks if b.grant == p and b.year == year) for p in range(len(book.grants))}
    kept = {p: book.kept.get((p, year), (0, 0)) for p in totals}
    values = [Decimal(grant.fair_market_value) for grant in book.grants]
    room = book.limit - sum((kept[p][0] * values[p] for p in totals), Decimal(0))
    found = {}
    for place, total in totals.items():
        iso, nso = kept[place]
        free = total - iso - nso
        if total and book.grants[place].intended == "NSO":
            found[place] = (0, total)
        elif total:
            fits = min(free, int(room / values[place]))
            room = room - fits * values[place] if fits == free else Decimal(0)
            found[place] = (iso + fits, nso + free - fits)
    return found


def _classified(book: _Book, year: int, bought: list[tuple[Exercise, list[tuple[int, int]]]]) -> list[tuple[int, tuple[int, int]]]:
    """(grant, (ISO, NSO) shares exercised so far) of the year as things stand."""
    standing, found = _by_grant(book, year), []
    for place, split in standing.items():
        name = book.grants[place].id
        used = [(event.designated, sum(shares for y, shares in taken if y == year)) for event, taken in bought if event.grant == name]
        parts = _drawn(split, book.kept.get((place, year), (0, 0)), [each for each in used if each[1]])
        found.append((place, (sum(iso for iso, _ in parts), sum(nso for _, nso in parts))))
    return found


def _drawn(split: tuple[int, int], kept: tuple[int, int], used: list[tuple[bool, int]]) -> list[tuple[int, int]]:
    """ISO and NSO shares of each exercise in turn: from what earlier exercises kept, then ISO first where designated, else in proportion."""
    parts = []
    pools = [list(kept), [split[0] - kept[0], split[1] - kept[1]]]
    for designated, shares in used:
        iso_of_exercise, left = 0, shares
        for pool in pools:
            size = min(left, sum(pool))
            iso = min(pool[0], size) if designated else min(pool[0], max(size - pool[1], size * pool[0] // max(1, sum(pool))))
            pool[0] -= iso
            pool[1] -= size - iso
            iso_of_exercise += iso
            left -= size
        parts.append((iso_of_exercise, shares - iso_of_exercise))
    return parts


def _result(book: _Book, bought: list[tuple[Exercise, list[tuple[int, int]]]]) -> IsoSplit:
    rows = []
    shares_of: dict[int, list[int]] = {k: [0, 0] for k in range(len(bought))}
    for year in sorted({b.year for b in book.blocks if b.year is not None and b.shares}):
        for place, split in _by_grant(book, year).items():
            grant = book.grants[place]
            rows.append(IsoRow(grant.id, year, *split, split[0] * Decimal(grant.fair_market_value), _explained(book, grant, year, split)))
            takers = [(k, sum(s for y, s in taken if y == year)) for k, (event, taken) in enumerate(bought) if event.grant == grant.id]
            takers = [each for each in takers if each[1]]
            parts = _drawn(split, book.kept.get((place, year), (0, 0)), [(bought[k][0].designated, shares) for k, shares in takers])
            for (k, _), (iso, nso) in zip(takers, parts, strict=True):
                shares_of[k][0] += iso
                shares_of[k][1] += nso
    waiting = {g.id: sum(b.shares for b in book.blocks if b.grant == p and b.on is None) for p, g in enumerate(book.grants)}
    exercised = tuple((event.grant, event.on, shares_of[k][0], shares_of[k][1]) for k, (event, _) in enumerate(bought))
    return IsoSplit(tuple(rows), exercised, {name: shares for name, shares in waiting.items() if shares})


def _explained(book: _Book, grant: OptionGrant, year: int, split: tuple[int, int]) -> str:
    value = sum(split) * Decimal(grant.fair_market_value)
    text = f"{sum(split):,} shares first exercisable in {year}, ${value:,.2f} at the value of {grant.granted}"
    if grant.intended == "NSO":
        return f"{text}; granted as NSO and disregarded (Reg. 1.422-4(b)(1))"
    if grant.early_exercise:
        text += "; early exercise puts the whole grant in its grant year"
    return (
        f"{text}; within ${book.limit:,.0f} in order of grant"
        if not split[1]
        else f"{text}; {split[1]:,} exceed ${book.limit:,.0f} in order of grant"
    )
