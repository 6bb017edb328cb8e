"""From a package to the cap table on a date."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from compdesign.captable.award_vesting import vested_shares
from compdesign.captable.cap_table import CapTable, ClassTotal, Holding, Kind, PlanTotal, by_price
from compdesign.captable.ledger import Ledger, Security, money, positive, ratio, until
from compdesign.captable.milestone_text import milestone_notes
from compdesign.captable.ocf_package import Item, Package
from compdesign.captable.references import ids_in, reference_notes, reference_problems, vesting_terms
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import calendar_date, numeric
from compdesign.vesting.terms import VestingTerms

_KINDS: dict[str, Kind] = {"RSU": "rsu", "CSAR": "sar", "SSAR": "sar"}


def cap_table(package: Package, as_of: date | None = None) -> CapTable:
    """Holdings, fully diluted shares, pool and preference stack on a date (default: the package's own).

    The whole package is checked, also what comes after the date: references, and that no transaction takes more than there is.
    Raises ScenarioError with one message for each fault.
    """
    day = as_of or package.as_of
    terms, problems = vesting_terms(package)
    problems += reference_problems(package, terms)
    whole = _ledger(package)
    whole.apply(package.transactions())
    problems += whole.problems
    problems += [problem for item in package.of("STOCK_CLASS").values() for problem in _class_problems(item)]
    if problems:
        raise ScenarioError(problems)
    ledger = _ledger(package)
    ledger.apply(until(package.transactions(), day))
    holdings = _holdings(package, ledger, terms, day)
    notes = (*package.notes, *reference_notes(package), *milestone_notes(package, terms), *ledger.notes, *_later(package, day))
    return CapTable(
        issuer=str(package.issuer.get("legal_name", "")),
        as_of=day,
        holdings=tuple(holdings),
        classes=tuple(_class_total(item, ledger) for item in package.of("STOCK_CLASS").values()),
        plans=tuple(_plan_total(item, ledger) for item in package.of("STOCK_PLAN").values()),
        exercised=sum((each.exercised for each in ledger.securities.values() if each.kind == "EQUITY_COMPENSATION"), start=Fraction(0)),
        exercise_prices=by_price(
            (_exercise_price(each), each.outstanding)
            for each in ledger.securities.values()
            if each.kind in ("EQUITY_COMPENSATION", "WARRANT") and each.outstanding
        ),
        convertibles=tuple(_convertibles(package, ledger)),
        valuations=tuple(_valuations(package, day)),
        aside=tuple(each.where for each in package.aside),
        notes=tuple(dict.fromkeys(notes)),
    )


def _ledger(package: Package) -> Ledger:
    plans = package.of("STOCK_PLAN")
    reserved = {name: positive(item, "initial_shares_reserved") for name, item in plans.items()}
    behaviour = {name: str(item.data.get("default_cancellation_behavior", "")) for name, item in plans.items()}
    classes = {name: _plan_classes(item) for name, item in plans.items()}
    conversion = {name: _conversion(item) for name, item in package.of("STOCK_CLASS").items()}
    return Ledger(tuple(package.transactions()), reserved, behaviour, classes, conversion)


def _plan_classes(item: Item) -> tuple[str, ...]:
    """The classes of a plan: stock_class_ids or, deprecated, stock_class_id (OCF StockPlan)."""
    listed = item.data.get("stock_class_ids", [item.data.get("stock_class_id")])
    return tuple(str(each) for each in listed) if isinstance(listed, list) else ()


def _later(package: Package, day: date) -> list[str]:
    left = [item for item in package.transactions() if item.day > day]
    return [f"{len(left)} transactions after {day} are not in these numbers"] if left else []


def _holdings(package: Package, ledger: Ledger, terms: Mapping[str, VestingTerms], day: date) -> list[Holding]:
    """One line for each stakeholder, kind and class or plan, largest first."""
    classes = {name: str(item.data.get("name", name)) for name, item in package.of("STOCK_CLASS").items()}
    plans = {name: str(item.data.get("plan_name", name)) for name, item in package.of("STOCK_PLAN").items()}
    people = {name: _legal_name(item) for name, item in package.of("STAKEHOLDER").items()}
    acts: dict[str, list[Item]] = defaultdict(list)
    for item in until(package.transactions(), day):
        if item.type.startswith("TX_VESTING_"):
            acts[str(item.data.get("security_id"))].append(item)
    held: dict[tuple[str, Kind, str], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for name, security in ledger.securities.items():
        if not security.outstanding or security.kind == "CONVERTIBLE":
            continue
        kind = _kind(security)
        where = (
            classes.get(security.text("stock_class_id"), "") if kind == "stock" else plans.get(security.text("stock_plan_id"), "no plan")
        )
        line = held[people[security.text("stakeholder_id")], kind, "" if kind == "warrant" else where]
        line[0] += security.outstanding
        if kind in ("option", "rsu", "sar"):
            vested = vested_shares(security, terms.get(security.text("vesting_terms_id")), acts[name], day)
            line[1] += min(security.outstanding, max(Fraction(0), vested * security.scale - security.exercised))
    lines = [
        Holding(who, kind, what, shares, vested if kind in ("option", "rsu", "sar") else None)
        for (who, kind, what), (shares, vested) in held.items()
    ]
    return sorted(lines, key=lambda each: (-each.shares, each.stakeholder, each.kind, each.name))


def _kind(security: Security) -> Kind:
    if security.kind == "EQUITY_COMPENSATION":
        return _KINDS.get(security.text("compensation_type"), "option")
    return "stock" if security.kind == "STOCK" else "warrant"


def _exercise_price(security: Security) -> Fraction:
    """Price per share after splits: exercise price of an option or warrant, base price of a SAR (OCF issuances)."""
    key = "base_price" if _kind(security) == "sar" else "exercise_price"
    stated = security.issuance.data.get(key) is not None and _kind(security) != "rsu"
    return money(security.issuance, key)[0] / security.scale if stated else Fraction(0)


def _legal_name(item: Item) -> str:
    name = item.data.get("name")
    return str(name.get("legal_name", item.id)) if isinstance(name, dict) else item.id


def _class_total(item: Item, ledger: Ledger) -> ClassTotal:
    stock = [each for each in ledger.securities.values() if each.kind == "STOCK" and each.text("stock_class_id") == item.id]
    preferred = item.data.get("class_type") == "PREFERRED"
    stated = item.data.get("liquidation_preference_multiple")
    price, currency = _issue_price(item, stock, ledger.split_by.get(item.id, Fraction(1)))
    in_words = item.data.get("initial_shares_authorized") in (None, "UNLIMITED", "NOT APPLICABLE")
    authorized = None if in_words else positive(item, "initial_shares_authorized")
    cap = item.data.get("participation_cap_multiple")
    return ClassTotal(
        name=str(item.data.get("name", item.id)),
        preferred=preferred,
        outstanding=sum((each.outstanding for each in stock), start=Fraction(0)),
        authorized=ledger.authorized.get(item.id, authorized),
        ratio=ledger.conversion[item.id][1],
        seniority=numeric(item.where, "seniority", item.data.get("seniority")),
        issue_price=price,
        multiple=Fraction(1) if stated is None else numeric(item.where, "liquidation_preference_multiple", stated),
        participation_cap=None if cap is None else numeric(item.where, "participation_cap_multiple", cap),
        currency=currency,
        multiple_assumed=preferred and stated is None,
    )


def _issue_price(item: Item, stock: list[Security], split_by: Fraction) -> tuple[Fraction, str]:
    """The class's price per share, or the average that its outstanding shares were issued at."""
    if item.data.get("price_per_share") is not None:
        amount, currency = money(item, "price_per_share")
        return amount / split_by, currency
    paid = [(each.outstanding, *money(each.issuance, "share_price"), each.scale) for each in stock if each.outstanding]
    shares = sum((quantity for quantity, *_ in paid), start=Fraction(0))
    if not shares:
        return Fraction(0), ""
    return sum((quantity * price / scale for quantity, price, _, scale in paid), start=Fraction(0)) / shares, paid[0][2]


def _conversion(item: Item) -> tuple[str, Fraction]:
    """The class that a class converts into and the shares of it for one: the first right that states a ratio; 1 if none does."""
    rights = item.data.get("conversion_rights")
    for right in rights if isinstance(rights, list) else []:
        mechanism = right.get("conversion_mechanism") if isinstance(right, dict) else None
        if isinstance(mechanism, dict) and mechanism.get("ratio") is not None:
            return str(right.get("converts_to_stock_class_id")), ratio(item, mechanism["ratio"])
    return "", Fraction(1)


def _class_problems(item: Item) -> list[Problem]:
    """Faults of a stock class that stands alone: numbers that are none, or negative."""
    problems: list[Problem] = []
    for key in ("seniority", "liquidation_preference_multiple", "participation_cap_multiple", "initial_shares_authorized"):
        if (item.data.get(key) is None and key != "seniority") or item.data.get(key) in ("UNLIMITED", "NOT APPLICABLE"):
            continue
        try:
            positive(item, key)
        except ScenarioError as error:
            problems += error.problems
    return problems


def _plan_total(item: Item, ledger: Ledger) -> PlanTotal:
    """Awards of a plan, and restricted stock issued from it; stock that an award became is counted once, with the award."""
    bought = _results(ledger, ("_EXERCISE", "_RELEASE"))
    own = [each for name, each in ledger.securities.items() if each.text("stock_plan_id") == item.id and name not in bought]
    outstanding = sum((each.outstanding for each in own if each.kind == "EQUITY_COMPENSATION"), start=Fraction(0))
    used = sum((each.used for each in own), start=Fraction(0))
    return PlanTotal(str(item.data.get("plan_name", item.id)), ledger.reserved[item.id], outstanding, used - outstanding)


def _results(ledger: Ledger, endings: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for item in ledger.whole:
        if item.type.endswith(endings):
            found.update(ids_in(item.data.get("resulting_security_ids")))
    return found


def _convertibles(package: Package, ledger: Ledger) -> list[tuple[str, Fraction, str]]:
    people = {name: _legal_name(item) for name, item in package.of("STAKEHOLDER").items()}
    return [
        (people[each.text("stakeholder_id")], each.outstanding, money(each.issuance, "investment_amount")[1])
        for each in ledger.securities.values()
        if each.kind == "CONVERTIBLE" and each.outstanding
    ]


def _valuations(package: Package, day: date) -> list[tuple[date, str, Fraction, str]]:
    """(effective date, type, price per share, currency) of the valuations in effect or past on a date, latest first."""
    found: list[tuple[date, str, Fraction, str]] = []
    for item in package.of("VALUATION").values():
        effective: Any = calendar_date(item.where, "effective_date", item.data.get("effective_date"))
        if effective <= day:
            found.append((effective, str(item.data.get("valuation_type", "")), *money(item, "price_per_share")))
    return sorted(found, reverse=True)
