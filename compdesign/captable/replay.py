"""From a package to the cap table on a date."""

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from compdesign.captable.cap_table import CapTable, ClassTotal, PlanTotal, limit_notes
from compdesign.captable.convertible_terms import ConvertibleHolding, convertible_holding
from compdesign.captable.ledger import Ledger, Security, money, positive, ratio, until
from compdesign.captable.milestone_text import milestone_notes
from compdesign.captable.ocf_package import Item, Package
from compdesign.captable.positions import Labels, award_notes, holdings_of, late_grants, positions_of
from compdesign.captable.references import ids_in, reference_notes, reference_problems, vesting_terms
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import calendar_date, numeric
from compdesign.vesting.schedule import GrantAfterStart


def cap_table(package: Package, as_of: date | None = None, policy: GrantAfterStart = GrantAfterStart.ON_GRANT_DATE) -> CapTable:
    """Holdings, fully diluted shares, pool and preference stack on a date (default: the package's own).

    policy: when instalments vest that were due before their grant was made; what it changes is told in `late_grants`.

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
    labels = Labels(_unique(package, "STOCK_CLASS", "name"), _unique(package, "STOCK_PLAN", "plan_name"), _people(package))
    ratios = {name: _to_common(package, ledger, name) for name in package.of("STOCK_CLASS")}
    dated = positions_of(package, ledger, terms, labels, ratios, day, policy)
    positions = tuple(each.position for each in dated)
    notes = (*package.notes, *reference_notes(package), *milestone_notes(package, terms), *ledger.notes, *award_notes(dated, day))
    classes = tuple(_class_total(item, ledger, labels.classes[name], ratios[name]) for name, item in package.of("STOCK_CLASS").items())
    plans = tuple(_plan_total(item, ledger, labels.plans[name]) for name, item in package.of("STOCK_PLAN").items())
    return CapTable(
        issuer=str(package.issuer.get("legal_name", "")),
        as_of=day,
        holdings=holdings_of(positions),
        classes=classes,
        plans=plans,
        exercised=sum((each.exercised for each in ledger.securities.values() if each.kind == "EQUITY_COMPENSATION"), start=Fraction(0)),
        positions=positions,
        convertibles=tuple(_convertibles(ledger, labels, day)),
        valuations=tuple(_valuations(package, day)),
        aside=tuple(each.where for each in package.aside),
        notes=tuple(dict.fromkeys((*notes, *limit_notes(classes, plans), *_later(package, day)))),
        late_grants=late_grants(dated, policy),
    )


def _unique(package: Package, kind: str, key: str) -> dict[str, str]:
    """id -> name of the objects of a type; with the id where two have the same name."""
    names = {name: str(item.data.get(key, name)) for name, item in package.of(kind).items()}
    return _told_apart(names)


def _people(package: Package) -> dict[str, str]:
    return _told_apart({name: _legal_name(item) for name, item in package.of("STAKEHOLDER").items()})


def _told_apart(names: dict[str, str]) -> dict[str, str]:
    counts = Counter(names.values())
    return {identity: name if counts[name] == 1 else f"{name} ({identity})" for identity, name in names.items()}


def _to_common(package: Package, ledger: Ledger, name: str) -> Fraction:
    """Common shares for one of a class, through the classes that it converts into on the way."""
    classes, shares, passed = package.of("STOCK_CLASS"), Fraction(1), {name}
    while True:
        into, each = ledger.conversion[name]
        shares *= each
        if into not in classes or into in passed or classes[into].data.get("class_type") != "PREFERRED":
            return shares
        passed.add(name := into)


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
    if not left:
        return []
    return [f"{len(left)} transaction{'s' if len(left) > 1 else ''} after {day} {'are' if len(left) > 1 else 'is'} not in these numbers"]


def _legal_name(item: Item) -> str:
    name = item.data.get("name")
    return str(name.get("legal_name", item.id)) if isinstance(name, dict) else item.id


def _class_total(item: Item, ledger: Ledger, name: str, shares_of_common: Fraction) -> ClassTotal:
    stock = [each for each in ledger.securities.values() if each.kind == "STOCK" and each.text("stock_class_id") == item.id]
    preferred = item.data.get("class_type") == "PREFERRED"
    stated = item.data.get("liquidation_preference_multiple")
    price, currency = _issue_price(item, stock, ledger.split_by.get(item.id, Fraction(1)))
    in_words = item.data.get("initial_shares_authorized") in (None, "UNLIMITED", "NOT APPLICABLE")
    authorized = None if in_words else positive(item, "initial_shares_authorized")
    cap = item.data.get("participation_cap_multiple")
    return ClassTotal(
        name=name,
        preferred=preferred,
        outstanding=sum((each.outstanding for each in stock), start=Fraction(0)),
        authorized=ledger.authorized.get(item.id, authorized),
        ratio=shares_of_common,
        seniority=numeric(item.where, "seniority", item.data.get("seniority")),
        issue_price=price,
        multiple=Fraction(1) if stated is None else numeric(item.where, "liquidation_preference_multiple", stated),
        participation_cap=None if cap is None else numeric(item.where, "participation_cap_multiple", cap),
        currency=currency,
        multiple_assumed=preferred and stated is None,
        ratio_assumed=preferred and not ledger.conversion[item.id][0],
        price_averaged=preferred and item.data.get("price_per_share") is None,
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


def _plan_total(item: Item, ledger: Ledger, name: str) -> PlanTotal:
    """Awards of a plan, and restricted stock issued from it; stock that an award became is counted once, with the award."""
    bought = _results(ledger, ("_EXERCISE", "_RELEASE"))
    own = [each for security, each in ledger.securities.items() if each.text("stock_plan_id") == item.id and security not in bought]
    outstanding = sum((each.outstanding for each in own if each.kind == "EQUITY_COMPENSATION"), start=Fraction(0))
    used = sum((each.used for each in own), start=Fraction(0))
    return PlanTotal(name, ledger.reserved[item.id], outstanding, used - outstanding)


def _results(ledger: Ledger, endings: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for item in ledger.whole:
        if item.type.endswith(endings):
            found.update(ids_in(item.data.get("resulting_security_ids")))
    return found


def _convertibles(ledger: Ledger, labels: Labels, day: date) -> list[ConvertibleHolding]:
    """SAFEs and notes outstanding, in the order of their issue (which an MFN clause goes by)."""
    made: list[ConvertibleHolding] = []
    problems: list[Problem] = []
    for name, security in ledger.securities.items():
        if security.kind == "CONVERTIBLE" and security.outstanding:
            number, who = security.text("custom_id") or name, labels.people[security.text("stakeholder_id")]
            try:
                made.append(convertible_holding(security, number, who, day))
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return made


def _valuations(package: Package, day: date) -> list[tuple[date, str, Fraction, str]]:
    """(effective date, type, price per share, currency) of the valuations in effect or past on a date, latest first."""
    found: list[tuple[date, str, Fraction, str]] = []
    for item in package.of("VALUATION").values():
        effective: Any = calendar_date(item.where, "effective_date", item.data.get("effective_date"))
        if effective <= day:
            found.append((effective, str(item.data.get("valuation_type", "")), *money(item, "price_per_share")))
    return sorted(found, reverse=True)
