"""The ledger of a package: each transaction in order of date, acting on the securities that stand when it comes.

A security is closed when a transaction leaves nothing of it, or names what remains by a new security (balance_security_id). What
balances and successors hold comes with issuances of their own (OCF docs, "Transaction Tracing").
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from compdesign.captable.ocf_package import Item
from compdesign.captable.references import ISSUANCES, ids_in
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import numeric, numeric_text

_INTO = {
    "CANCELLATION": "lost",
    "REPURCHASE": "lost",
    "RETRACTION": "retracted",
    "EXERCISE": "exercised",
    "RELEASE": "exercised",
    "CONVERSION": "moved",
    "TRANSFER": "moved",
    "REISSUANCE": "moved",
}
"""What becomes of the shares that a transaction takes out of a security."""
_IN_PART = ("CANCELLATION", "REPURCHASE", "EXERCISE", "RELEASE", "CONVERSION", "TRANSFER")


@dataclass
class Security:
    """One issuance and what has become of it; shares (of a convertible: money) after the splits so far. scale: those splits."""

    issuance: Item
    quantity: Fraction
    outstanding: Fraction
    exercised: Fraction = Fraction(0)
    moved: Fraction = Fraction(0)
    lost: Fraction = Fraction(0)
    retracted: Fraction = Fraction(0)
    returned: Fraction = Fraction(0)
    scale: Fraction = Fraction(1)
    closed_by: Item | None = None
    repriced: tuple[Fraction, str, Fraction] | None = None
    """Exercise price and currency of the last repricing, and the splits before it."""

    def text(self, key: str) -> str:
        """A text of the issuance; empty if absent."""
        return str(self.issuance.data.get(key) or "")

    @property
    def kind(self) -> str:
        """STOCK, EQUITY_COMPENSATION, WARRANT or CONVERTIBLE."""
        return self.issuance.type.removeprefix("TX_").removesuffix("_ISSUANCE")

    @property
    def used(self) -> Fraction:
        """Shares of its plan that it has used: all it was issued for, but what passed on to a successor or came back."""
        return self.quantity - self.moved - self.retracted - self.returned


@dataclass
class Ledger:
    """Securities and plan reserves. whole: every transaction of the package, to which one may look ahead (balances, returns)."""

    whole: tuple[Item, ...]
    reserved: dict[str, Fraction]
    cancellation: dict[str, str]
    plan_classes: dict[str, tuple[str, ...]]
    conversion: dict[str, tuple[str, Fraction]]  # class -> class it converts into, and shares of it for one
    securities: dict[str, Security] = field(default_factory=dict)
    split_by: dict[str, Fraction] = field(default_factory=dict)
    authorized: dict[str, Fraction] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.issued_by = {str(item.data.get("security_id")): item for item in self.whole if item.type in ISSUANCES}
        self.returning = {str(item.data.get("security_id")) for item in self.whole if item.type == "TX_STOCK_PLAN_RETURN_TO_POOL"}

    def apply(self, transactions: Iterable[Item]) -> None:
        """Apply transactions in order of date; on one day reserves and classes, then issuances, then the rest as listed, and returns
        to a pool after the cancellation they follow. Faults are kept in `problems`.
        """
        dated = []
        for item in transactions:
            try:
                dated.append((item.day, _rank(item.type), item))
            except ScenarioError as error:
                self.problems += error.problems
        for _, _, item in sorted(dated, key=lambda each: each[:2]):
            try:
                self._apply(item)
            except ScenarioError as error:
                self.problems += error.problems

    def _apply(self, item: Item) -> None:
        verb = item.type.rpartition("_")[2]
        match item.type:
            case "TX_STOCK_PLAN_POOL_ADJUSTMENT":
                self.reserved[str(item.data.get("stock_plan_id"))] = positive(item, "shares_reserved")
            case "TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT":
                self.authorized[str(item.data.get("stock_class_id"))] = positive(item, "new_shares_authorized")
            case "TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT":
                mechanism = item.data.get("new_ratio_conversion_mechanism")
                name, stated = str(item.data.get("stock_class_id")), mechanism.get("ratio") if isinstance(mechanism, dict) else None
                self.conversion[name] = (self.conversion.get(name, ("", Fraction(1)))[0], ratio(item, stated))
            case "TX_STOCK_CLASS_SPLIT":
                self._split(item)
            case "TX_STOCK_PLAN_RETURN_TO_POOL":
                self._return(item)
            case "TX_EQUITY_COMPENSATION_REPRICING":
                if (security := self._acted_on(item, str(item.data.get("security_id")))) is not None:
                    self._take(item, security, Fraction(0), "moved")
                    security.repriced = (*money(item, "new_exercise_price"), security.scale)
            case "TX_STOCK_CONSOLIDATION":
                for name in ids_in(item.data.get("security_ids")):
                    if (security := self._acted_on(item, str(name))) is not None:
                        self._take(item, security, security.outstanding, "moved")
            case kind if kind in ISSUANCES:
                self._issue(item)
            case _ if verb in _INTO and (security := self._acted_on(item, str(item.data.get("security_id")))) is not None:
                self._act(item, verb, security)

    def _issue(self, item: Item) -> None:
        name = str(item.data.get("security_id"))
        if name in self.securities:
            what = f"issues security {name!r:.60}, which {self.securities[name].issuance.id!r:.60} issued already"
            raise ScenarioError([Problem(item.where, what, "give each issuance a security_id of its own")])
        if item.type == "TX_CONVERTIBLE_ISSUANCE":
            quantity = money(item, "investment_amount")[0]
        elif item.type == "TX_WARRANT_ISSUANCE" and item.data.get("quantity") is None:
            self.notes.append(f"{item.where} states no number of shares; it counts 0")
            quantity = Fraction(0)
        else:
            quantity = positive(item, "quantity")
        self.securities[name] = Security(item, quantity, quantity)

    def _acted_on(self, item: Item, name: str) -> Security | None:
        """The security that a transaction acts on; None if no issuance makes it, which is told among the references."""
        if name in self.securities:
            found = self.securities[name]
            if not item.type.startswith((f"TX_{found.kind}_", "TX_STOCK_PLAN_")):
                kind = found.kind.lower().replace("_", " ")
                what = f"acts on security {name!r:.60}, which is {'an' if kind.startswith('e') else 'a'} {kind} security"
                raise ScenarioError([Problem(item.where, what, "name a security of that kind")])
            return found
        if name in self.issued_by:
            what = f"acts on security {name!r:.60} on {item.day}, before its issuance on {self.issued_by[name].day}"
            raise ScenarioError([Problem(item.where, what, "correct one of the dates")])
        return None

    def _act(self, item: Item, verb: str, security: Security) -> None:
        quantity = security.outstanding
        if verb in _IN_PART:
            stated = next((key for key in ("quantity", "quantity_converted") if item.data.get(key) is not None), None)
            if security.kind == "CONVERTIBLE":
                quantity = money(item, "amount")[0] if item.data.get("amount") is not None else quantity
            elif stated is not None:
                quantity = positive(item, stated)
        self._take(item, security, quantity, _INTO[verb])
        if verb == "TRANSFER" and security.kind != "CONVERTIBLE":
            self._same(item, "resulting_security_ids", list(ids_in(item.data.get("resulting_security_ids"))), quantity)
        if _INTO[verb] == "lost" and security.text("security_id") not in self.returning:
            plan = security.text("stock_plan_id")
            if self.cancellation.get(plan) == "RETURN_TO_POOL":
                security.returned += quantity

    def _take(self, item: Item, security: Security, quantity: Fraction, into: str) -> None:
        name = security.text("security_id")
        if security.closed_by is not None:
            by = security.closed_by
            what = f"acts on security {name!r:.60}, of which {by.type} {by.id!r:.60} of {by.day} left nothing"
            raise ScenarioError([Problem(item.where, what, "remove one of the two, or name the security that holds the balance")])
        if quantity > security.outstanding:
            what = f"takes {numeric_text(quantity)} of security {name!r:.60}, which has {numeric_text(security.outstanding)} outstanding"
            raise ScenarioError([Problem(item.where, what, "correct the quantity: no holding falls below 0")])
        security.outstanding -= quantity
        setattr(security, into, getattr(security, into) + quantity)
        if (balance := item.data.get("balance_security_id")) is not None:
            self._same(item, "balance_security_id", [balance], security.outstanding)
            security.moved += security.outstanding
            security.outstanding = Fraction(0)
        if not security.outstanding:
            security.closed_by = item

    def _same(self, item: Item, key: str, names: list[Any], quantity: Fraction) -> None:
        """Refuse successors that do not hold what is left for them, or that are the security itself."""
        if item.data.get("security_id") in names:
            raise ScenarioError([Problem(item.where, f"{key} names the security it acts on", "name the security that takes its place")])
        issuances = [self.issued_by[str(name)] for name in names if str(name) in self.issued_by]
        if len(issuances) < len(names):
            return  # a missing one is told among the references
        held = sum((_issued(each) for each in issuances), start=Fraction(0))
        if held != quantity:
            what = f"{key} hold {numeric_text(held)} in all, but {numeric_text(quantity)} are left for them"
            raise ScenarioError([Problem(item.where, what, "correct the quantity here or in the issuances")])

    def _return(self, item: Item) -> None:
        """Cancelled shares back to a pool: their own plan's, or as new shares of another plan."""
        security = self._acted_on(item, str(item.data.get("security_id")))
        if security is None:
            return
        quantity, plan = positive(item, "quantity"), str(item.data.get("stock_plan_id"))
        if quantity > security.lost - security.returned:
            what = f"returns {numeric_text(quantity)} shares of which {numeric_text(security.lost - security.returned)} were cancelled"
            raise ScenarioError([Problem(item.where, what, "correct the quantity, or add the cancellation")])
        if plan == security.text("stock_plan_id"):
            security.returned += quantity
        else:
            self.reserved[plan] = self.reserved.get(plan, Fraction(0)) + quantity

    def _split(self, item: Item) -> None:
        """Multiply what is counted in shares of a class: its stock (but what is reissued for the split), awards and warrants into it,
        and plans of that class alone. Classes that convert into it convert into more; its own ratio and issue price fall. The
        format has no transaction that splits awards or adjusts a ratio for a split, so the split of the class does.
        """
        factor, target = ratio(item, item.data.get("split_ratio")), str(item.data.get("stock_class_id"))
        reissued = {str(each.data.get("security_id")) for each in self.whole if each.data.get("split_transaction_id") == item.id}
        for name, security in self.securities.items():
            if name in reissued or self.class_of(security) != target:
                continue
            security.scale *= factor
            for key in ("quantity", "outstanding", "exercised", "moved", "lost", "retracted", "returned"):
                setattr(security, key, getattr(security, key) * factor)
            if security.outstanding.denominator > 1:
                self.notes.append(f"{item.where} leaves security {name} with a part of a share, which is dropped")
                security.outstanding = Fraction(floor(security.outstanding))
        for plan, classes in self.plan_classes.items():
            if classes == (target,):
                self.reserved[plan] *= factor
        for name, (into, shares) in self.conversion.items():
            self.conversion[name] = (into, shares * (factor if into == target else 1) / (factor if into and name == target else 1))
        self.split_by[target] = self.split_by.get(target, Fraction(1)) * factor

    def class_of(self, security: Security) -> str | None:
        """The class that a security is, or would become, shares of; None if that is not one class."""
        if (named := security.text("stock_class_id")) or security.kind == "STOCK":
            return named
        if security.kind == "EQUITY_COMPENSATION":
            classes = self.plan_classes.get(security.text("stock_plan_id"), ())
            return classes[0] if len(classes) == 1 else None
        triggers = security.issuance.data.get("exercise_triggers")
        rights = [each.get("conversion_right") for each in triggers if isinstance(each, dict)] if isinstance(triggers, list) else []
        targets = {str(each.get("converts_to_stock_class_id")) for each in rights if isinstance(each, dict)}
        return next(iter(targets)) if security.kind == "WARRANT" and len(targets) == 1 else None


def _rank(kind: str) -> int:
    if kind.endswith(("_ADJUSTMENT", "_SPLIT")):
        return 0
    return 1 if kind in ISSUANCES else 3 if kind == "TX_STOCK_PLAN_RETURN_TO_POOL" else 2


def _issued(item: Item) -> Fraction:
    return money(item, "investment_amount")[0] if item.type == "TX_CONVERTIBLE_ISSUANCE" else positive(item, "quantity")


def positive(item: Item, key: str) -> Fraction:
    """A number of shares, 0 or more."""
    value = numeric(item.where, key, item.data.get(key))
    if value < 0:
        raise ScenarioError([Problem(item.where, f"{key} is {item.data.get(key)}", "give 0 shares or more")])
    return value


def money(item: Item, key: str) -> tuple[Fraction, str]:
    """An amount of money, 0 or more, and its currency (OCF type Monetary)."""
    value = item.data.get(key)
    if not isinstance(value, dict):
        raise ScenarioError([Problem(item.where, f"{key} is no amount of money", "give amount and currency")])
    amount = numeric(item.where, f"{key}.amount", value.get("amount"))
    if amount < 0:
        raise ScenarioError([Problem(item.where, f"{key}.amount is {value.get('amount')}", "give 0 or more")])
    return amount, str(value.get("currency", ""))


def ratio(item: Item, value: Any) -> Fraction:
    """A ratio of two positive numbers (OCF type Ratio)."""
    if not isinstance(value, dict):
        raise ScenarioError([Problem(item.where, "has no ratio", "give numerator and denominator")])
    parts = [numeric(item.where, f"ratio.{key}", value.get(key)) for key in ("numerator", "denominator")]
    if min(parts) <= 0:
        raise ScenarioError([Problem(item.where, "has a ratio that is not above 0", "correct numerator and denominator")])
    return parts[0] / parts[1]


def until(transactions: Iterable[Item], day: date) -> list[Item]:
    """Transactions on or before a date."""
    return [item for item in transactions if item.day <= day]
