"""Securities outstanding, one by one, with what has vested of each, and the lines they come to by holder."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from compdesign.captable.award_vesting import vested_shares, vesting_schedule
from compdesign.captable.cap_table import AWARDS, Holding, Kind, LateGrants, Position
from compdesign.captable.ledger import Ledger, Security, money, until
from compdesign.captable.ocf_package import Item, Package
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import calendar_date
from compdesign.vesting.schedule import GrantAfterStart, vested_on
from compdesign.vesting.terms import OnDate, VestingTerms

_KINDS: dict[str, Kind] = {"RSU": "rsu", "CSAR": "sar", "SSAR": "sar"}


@dataclass(frozen=True)
class Labels:
    """id -> the name people read, told apart where two are the same."""

    classes: dict[str, str]
    plans: dict[str, str]
    people: dict[str, str]


@dataclass(frozen=True)
class DatedPosition:
    """A position and what the policy for late grants does to it. late: its instalments depend on it. otherwise: vested by the other.
    ahead: shares exercised before they vested, where the grant does not allow it.
    """

    position: Position
    late: bool = False
    otherwise: Fraction = Fraction(0)
    ahead: Fraction = Fraction(0)


def positions_of(
    package: Package,
    ledger: Ledger,
    terms: Mapping[str, VestingTerms],
    labels: Labels,
    ratios: Mapping[str, Fraction],
    day: date,
    policy: GrantAfterStart,
) -> list[DatedPosition]:
    """Every security outstanding but convertibles. ratios: class id -> common shares for one. Raises ScenarioError, all faults at once."""
    acts: dict[str, list[Item]] = defaultdict(list)
    for item in until(package.transactions(), day):
        if item.type.startswith("TX_VESTING_"):
            acts[str(item.data.get("security_id"))].append(item)
    made: list[DatedPosition] = []
    problems: list[Problem] = []
    preferred = {name for name, item in package.of("STOCK_CLASS").items() if item.data.get("class_type") == "PREFERRED"}
    for name, security in ledger.securities.items():
        if not security.outstanding or security.kind == "CONVERTIBLE":
            continue
        try:
            becomes = ledger.class_of(security)
            ratio = ratios.get(becomes or "", Fraction(1))
            into = labels.classes[becomes] if becomes in preferred and security.kind != "STOCK" else ""
            made.append(_dated(security, name, terms, acts[name], labels, (ratio, into, becomes in preferred), day, policy))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return made


def _dated(
    security: Security,
    name: str,
    terms: Mapping[str, VestingTerms],
    acts: Sequence[Item],
    labels: Labels,
    becomes: tuple[Fraction, str, bool],
    day: date,
    policy: GrantAfterStart,
) -> DatedPosition:
    kind = kind_of(security)
    own = terms.get(security.text("vesting_terms_id"))
    schedule = vesting_schedule(security, own, acts, policy)
    vested = vested_shares(security, schedule, day)
    late, otherwise = False, vested
    if own is not None and not security.issuance.data.get("vestings") and _may_be_late(security, own, acts):
        (other,) = (each for each in GrantAfterStart if each is not policy)
        changed = vesting_schedule(security, own, acts, other)
        late, otherwise = changed != schedule, vested_shares(security, changed, day)
    price, currency, stated = _price(security, kind)
    where = labels.classes if kind == "stock" else labels.plans
    of = where.get(security.text("stock_class_id" if kind == "stock" else "stock_plan_id"), "" if kind == "warrant" else "no plan")
    position = Position(
        security.text("custom_id") or name,
        labels.people[security.text("stakeholder_id")],
        kind,
        "" if kind == "warrant" else of,
        security.outstanding,
        vested,
        price,
        stated,
        currency,
        vests=own is not None or bool(security.issuance.data.get("vestings")),
        preferred=kind == "stock" and becomes[2],
        ratio=becomes[0],
        becomes=becomes[1],
        expired=_expired(security, day),
    )
    ahead = Fraction(0)
    if kind in ("option", "sar") and security.issuance.data.get("early_exercisable") is not True:
        ahead = max(security.exercised - Fraction(vested_on(schedule, day)) * security.scale, Fraction(0))
    return DatedPosition(position, late, otherwise, ahead)


def _may_be_late(security: Security, terms: VestingTerms, acts: Sequence[Item]) -> bool:
    """Whether anything that starts vesting is dated before the grant; else the policy has nothing to act on."""
    granted = security.issuance.day
    dates = [each.trigger.date for each in terms.conditions if isinstance(each.trigger, OnDate)]
    return any(each < granted for each in [*dates, *(act.day for act in acts)])


def kind_of(security: Security) -> Kind:
    """What a security is, as holders know it."""
    if security.kind == "EQUITY_COMPENSATION":
        return _KINDS.get(security.text("compensation_type"), "option")
    return "stock" if security.kind == "STOCK" else "warrant"


def _price(security: Security, kind: Kind) -> tuple[Fraction, str, bool]:
    """Price per share after splits and repricing, its currency, and whether one is stated: exercise price of an option or warrant, base
    price of a SAR (OCF issuances). An RSU has none.
    """
    key = "base_price" if kind == "sar" else "exercise_price"
    if kind in ("rsu", "stock"):
        return Fraction(0), "", True
    if security.repriced is not None:
        amount, currency, before = security.repriced
        return amount * before / security.scale, currency, True
    if security.issuance.data.get(key) is None:
        return Fraction(0), "", False
    amount, currency = money(security.issuance, key)
    return amount / security.scale, currency, True


def _expired(security: Security, day: date) -> date | None:
    """The day an award or warrant expired, if that is past (the last day to exercise is the day itself)."""
    key = "warrant_expiration_date" if security.kind == "WARRANT" else "expiration_date"
    value: Any = security.issuance.data.get(key)
    if value is None or security.kind == "STOCK":
        return None
    end = calendar_date(security.issuance.where, key, value)
    return end if end < day else None


def holdings_of(positions: Iterable[Position]) -> tuple[Holding, ...]:
    """One line for each stakeholder, kind and class or plan, largest first."""
    held: dict[tuple[str, Kind, str], list[Position]] = defaultdict(list)
    for each in positions:
        held[each.stakeholder, each.kind, each.name].append(each)
    lines = [
        Holding(
            who,
            kind,
            name,
            sum((each.shares for each in own), start=Fraction(0)),
            sum((each.shares * each.ratio for each in own), start=Fraction(0)),
            _vested(own),
        )
        for (who, kind, name), own in held.items()
    ]
    return tuple(sorted(lines, key=lambda each: (-each.shares, each.stakeholder, each.kind, each.name)))


def _vested(own: Sequence[Position]) -> Fraction | None:
    if own[0].kind not in AWARDS and not any(each.vests for each in own):
        return None
    return sum((each.vested for each in own), start=Fraction(0))


def late_grants(dated: Sequence[DatedPosition], policy: GrantAfterStart) -> LateGrants:
    """How many grants outstanding the policy matters to, and by how much on the date."""
    late = [each for each in dated if each.late]
    on_date = [each for each in late if each.otherwise != each.position.vested]
    vested = sum((each.position.vested for each in on_date), start=Fraction(0))
    return LateGrants(policy, len(late), len(on_date), vested, sum((each.otherwise for each in on_date), start=Fraction(0)))


def award_notes(dated: Iterable[DatedPosition], day: date) -> list[str]:
    """What is odd about options and warrants outstanding: no price, an expiry that is past, more exercised than has vested."""
    notes = []
    for one in dated:
        each = one.position
        what = f"{each.kind} {each.security} of {each.stakeholder}"
        if not each.price_stated:
            notes.append(f"{what} states no {'base' if each.kind == 'sar' else 'exercise'} price; it counts at 0")
        if each.expired is not None:
            notes.append(f"{what} expired on {each.expired} and is not cancelled in the package; it is counted as outstanding")
        if one.ahead:
            notes.append(f"{what}: {float(one.ahead):,.0f} shares more were exercised than had vested by {day}, without early exercise")
    return notes
