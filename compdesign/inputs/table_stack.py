"""From a cap table to a capital stack: who has a claim on an exit, and what the package leaves open about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from compdesign.captable.cap_table import CapTable, ClassTotal, Position
from compdesign.captable.convertible_terms import ConvertibleHolding
from compdesign.captable.package_files import printable
from compdesign.errors import Problem, ScenarioError
from compdesign.inputs.table_stack_notes import AwardsPaid, unstated_terms

NAMES_OF_EVERY_EXIT = ("common", "debt", "fees", "carve-out")


@dataclass(frozen=True)
class StackOfTable:
    """data: what `CapitalStack.parse` reads. unstated: what the cap table leaves open and how it was read, a sentence each."""

    data: dict[str, Any]
    unstated: tuple[str, ...]


def stack_of_table(table: CapTable, awards: AwardsPaid = "all") -> StackOfTable:
    """The stack of a cap table: preferred by seniority, common, awards and warrants by price, SAFEs and notes, and who holds what of each.

    Notes rank ahead of preferred, SAFEs beside its first rank (YC SAFE, section 1(d)). Expired options and warrants are left out.
    Raises ScenarioError where no share is outstanding, or amounts are in several currencies.
    """
    if not table.positions:
        raise ScenarioError([Problem("cap table", f"has no share outstanding on {table.as_of}", "choose a later date (--as-of)")])
    currency = _currency(table)
    notes = sorted({each.seniority for each in table.convertibles if each.is_note})
    first = max(len(notes), 1)
    preferred, names = classes_of(table, first), _names(table)
    tranches = tranches_of(table, awards)
    papers = [_paper(each, names[id(each)], notes.index(each.seniority) if each.is_note else first) for each in table.convertibles]
    common = sum((each.as_converted for each in table.classes if not each.preferred), start=Fraction(0))
    data: dict[str, Any] = {"title": _line(f"{table.issuer or 'Cap table'} on {table.as_of}"), "common": floor(common)}
    if currency != "USD":
        data["currency"] = currency
    held = [*_stock_held(table, names), *_awards_held(table, awards), *_papers_held(table, names)]
    lists = {"preferred": preferred, "options": [each for each, _ in tranches], "convertibles": papers, "holdings": held}
    return StackOfTable(data | {name: each for name, each in lists.items() if each}, unstated_terms(table, awards))


def classes_of(table: CapTable, first_rank: int = 1) -> list[dict[str, Any]]:
    """The preference stack as classes of a stack or scenario; the highest seniority has the first rank. A class that states a
    participation cap participates up to it, one that states none does not.
    """
    stack, names = table.preference_stack, _names(table)
    ranks = {seniority: rank for rank, seniority in enumerate(dict.fromkeys(each.seniority for each in stack), start=first_rank)}
    return [_class(each, names[id(each)], ranks[each.seniority]) for each in stack]


def tranches_of(table: CapTable, awards: AwardsPaid) -> list[tuple[dict[str, Any], list[tuple[Position, Fraction]]]]:
    """Options, SARs, RSUs and warrants by price per common share, lowest first: the tranche, and each position's shares in it."""
    groups: dict[tuple[Fraction, str], list[tuple[Position, Fraction]]] = defaultdict(list)
    for each in table.positions:
        shares = (each.shares if awards == "all" else each.vested) * each.ratio
        if each.kind != "stock" and shares >= 1 and each.expired is None:
            groups[each.price / each.ratio, _GROUPS[each.kind]].append((each, shares))
    made = []
    for (price, kind), own in sorted(groups.items(), key=lambda each: each[0]):
        name = f"{kind} at {float(price):.10g}" if price else f"{kind} without a price"
        made.append(({"name": name, "shares": floor(sum(shares for _, shares in own)), "strike": float(price)}, own))
    return made


_GROUPS = {"option": "options", "sar": "SARs", "rsu": "RSUs", "warrant": "warrants"}


def _class(each: ClassTotal, name: str, rank: int) -> dict[str, Any]:
    capped = {"participation": "capped", "cap_multiple": float(each.participation_cap)} if each.participation_cap else {}
    return {
        "name": name,
        "shares": floor(each.outstanding),
        "invested": float(each.issue_price * each.outstanding),
        "multiple": float(each.multiple),
        "rank": rank,
        "conversion_ratio": float(each.ratio),
        **capped,
    }


def _paper(each: ConvertibleHolding, name: str, rank: int) -> dict[str, Any]:
    terms: dict[str, Any] = {"name": name, "amount": float(each.invested + each.interest), "rank": rank}
    if each.cap is not None:
        terms |= {"cap": float(each.cap), "basis": each.basis or ("pre-money" if each.is_note else "post-money")}
    if each.discount:
        terms["discount"] = float(each.discount)
    if each.most_favoured:
        terms["most_favoured"] = True
    if each.exit_multiple != 1:
        terms["repaid"] = float(each.exit_multiple)
    return terms if each.terms_read else {**terms, "choice": "repaid"}


def _names(table: CapTable) -> dict[int, str]:
    """A name of its own for each preferred class and convertible, by identity: at most 80 characters, none that every exit uses."""
    stack = table.preference_stack
    wanted = [(id(each), each.name) for each in stack]
    wanted += [(id(each), f"{_instrument(each)} {each.security}") for each in table.convertibles]
    taken: Counter[str] = Counter()
    names = {}
    for identity, name in wanted:
        plain = _line(name)
        plain = f"{plain} stock"[-80:] if plain in NAMES_OF_EVERY_EXIT else plain
        taken[plain] += 1
        names[identity] = plain if taken[plain] == 1 else f"{plain[:72]} ({taken[plain]})"
    return names


def _instrument(each: ConvertibleHolding) -> str:
    return {"SAFE": "SAFE", "NOTE": "note"}.get(each.kind, "convertible")


def _stock_held(table: CapTable, names: dict[int, str]) -> Iterable[dict[str, Any]]:
    """Who holds common (as common shares) and preferred."""
    classes = {(each.preferred, each.name): each for each in table.classes}
    held: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for each in table.positions:
        if each.kind == "stock":
            own = classes[each.preferred, each.name]
            held[names[id(own)] if each.preferred else "common", each.stakeholder] += each.shares * (1 if each.preferred else own.ratio)
    return _rows(held)


def _awards_held(table: CapTable, awards: AwardsPaid) -> Iterable[dict[str, Any]]:
    held: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for tranche, own in tranches_of(table, awards):
        for each, shares in own:
            held[tranche["name"], each.stakeholder] += shares
    return _rows(held)


def _papers_held(table: CapTable, names: dict[int, str]) -> Iterable[dict[str, Any]]:
    return _rows({(names[id(each)], each.stakeholder): each.invested + each.interest for each in table.convertibles})


def _rows(held: dict[tuple[str, str], Fraction]) -> list[dict[str, Any]]:
    return [{"holder": _line(who), "of": of, "shares": float(shares)} for (of, who), shares in held.items() if shares]


def _line(text: str) -> str:
    """Text as a name: printable, 1 to 80 characters."""
    return printable(text, 80).strip() or "unnamed"


def _currency(table: CapTable) -> str:
    found = {each.currency for each in table.preference_stack}
    found |= {each.currency for each in table.positions if each.price} | {each.currency for each in table.convertibles}
    found.discard("")
    if len(found) > 1:
        what = f"states amounts in {', '.join(sorted(found))}"
        raise ScenarioError([Problem("cap table", what, "an exit is divided in one currency: convert the amounts in the package")])
    return next(iter(found), "USD")


def stack_toml(made: StackOfTable) -> str:
    """The stack as the TOML file that `compdesign waterfall` reads; what is unstated stands above it as comments."""
    lines = ["# Not stated by the cap table, and how it was read:", *(f"#   {printable(each, 1000)}" for each in made.unstated), ""]
    lines += [f"{key} = {_toml(value)}" for key, value in made.data.items() if not isinstance(value, list)]
    for key, entries in made.data.items():
        for entry in entries if isinstance(entries, list) else ():
            lines += ["", f"[[{key}]]", *(f"{name} = {_toml(value)}" for name, value in entry.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(int(value)) if float(value).is_integer() and not isinstance(value, float) else repr(value)
