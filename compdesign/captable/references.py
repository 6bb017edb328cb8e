"""References between the objects of a package: each that leads nowhere is one message, none is guessed."""

from collections.abc import Iterator
from typing import Any

from compdesign.captable.ocf_package import Item, Package
from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import terms_from_ocf
from compdesign.vesting.terms import OnEvent, OnStart, VestingTerms

ISSUANCES = ("TX_STOCK_ISSUANCE", "TX_EQUITY_COMPENSATION_ISSUANCE", "TX_WARRANT_ISSUANCE", "TX_CONVERTIBLE_ISSUANCE")
_OBJECTS = {
    "stakeholder_id": "STAKEHOLDER",
    "stock_class_id": "STOCK_CLASS",
    "stock_class_ids": "STOCK_CLASS",
    "stock_plan_id": "STOCK_PLAN",
    "vesting_terms_id": "VESTING_TERMS",
    "split_transaction_id": "TX_STOCK_CLASS_SPLIT",
}
_REQUIRED = (
    ("TX_STOCK_CLASS_", ("stock_class_id",)),
    ("TX_STOCK_PLAN_POOL", ("stock_plan_id",)),
    ("TX_STOCK_PLAN_RETURN", ("stock_plan_id", "security_id")),
    ("TX_STOCK_CONSOLIDATION", ("security_ids", "resulting_security_id")),
    ("TX_STOCK_ISSUANCE", ("stock_class_id",)),
    ("TX_ISSUER_", ()),
    ("TX_", ("security_id",)),
)
"""Start of a type -> the references it cannot do without; the first that fits."""
_SECURITIES = ("security_id", "security_ids", "resulting_security_id", "resulting_security_ids", "balance_security_id")


def vesting_terms(package: Package) -> tuple[dict[str, VestingTerms], list[Problem]]:
    """Vesting terms by id, and the faults of those that cannot be read."""
    terms: dict[str, VestingTerms] = {}
    problems: list[Problem] = []
    for name, item in package.of("VESTING_TERMS").items():
        try:
            terms[name] = terms_from_ocf(item.data)
        except ScenarioError as error:
            problems += error.problems
    return terms, problems


def reference_problems(package: Package, terms: dict[str, VestingTerms]) -> list[Problem]:
    """Every reference to an object, a security or a vesting condition that is not in the package."""
    known: dict[str, set[str]] = {kind: set(package.of(kind)) for kind in set(_OBJECTS.values())}
    issued = {str(item.data.get("security_id")): item for item in package.transactions() if item.type in ISSUANCES}
    problems: list[Problem] = []
    for item in package.items:
        problems += [Problem(item.where, f"{key} is {item.data.get(key)!r:.40}", "give an id in quotes") for key in _no_ids(item)]
        for key, kind in _OBJECTS.items():
            problems += [_missing(item, key, each, kind) for each in ids_in(item.data.get(key)) if each not in known[kind]]
        targets = dict.fromkeys(_targets(item))
        problems += [
            _missing(item, "converts_to_stock_class_id", each, "STOCK_CLASS") for each in targets if each not in known["STOCK_CLASS"]
        ]
        if item.type in ISSUANCES:
            continue
        for key in _SECURITIES:
            problems += [_missing(item, key, each, "security") for each in ids_in(item.data.get(key)) if each not in issued]
        if item.type in ("TX_VESTING_START", "TX_VESTING_EVENT") and (security := issued.get(str(item.data.get("security_id")))):
            problems += _condition_problems(item, security, terms)
    return [*problems, *_recorded_twice(package), *_kind_problems(package)]


def _targets(item: Item) -> Iterator[str]:
    """Ids of the classes that a class, warrant or convertible converts into."""
    for key in ("conversion_rights", "conversion_triggers", "exercise_triggers"):
        listed = item.data.get(key)
        for each in listed if isinstance(listed, list) else ():
            right = each.get("conversion_right", each) if isinstance(each, dict) else None
            if isinstance(right, dict):
                yield from ids_in(right.get("converts_to_stock_class_id"))


def _recorded_twice(package: Package) -> list[Problem]:
    """A condition of a security's vesting is met once (OCF docs: one path through the conditions)."""
    first: dict[tuple[str, str], Item] = {}
    problems = []
    for item in package.transactions():
        if item.type in ("TX_VESTING_START", "TX_VESTING_EVENT"):
            key = (str(item.data.get("security_id")), str(item.data.get("vesting_condition_id")))
            if key in first:
                what = f"records condition {key[1]!r:.60} of security {key[0]!r:.60}, which {first[key].id!r:.60} recorded already"
                problems.append(Problem(item.where, what, "remove one of the two"))
            first.setdefault(key, item)
    return problems


_KINDS = {
    "STOCK_CLASS": ("class_type", ("COMMON", "PREFERRED")),
    "TX_EQUITY_COMPENSATION_ISSUANCE": ("compensation_type", ("OPTION", "OPTION_NSO", "OPTION_ISO", "RSU", "CSAR", "SSAR")),
    "TX_CONVERTIBLE_ISSUANCE": ("convertible_type", ("NOTE", "SAFE", "CONVERTIBLE_SECURITY")),
}
"""Object -> the key that says what it is, and its values (OCF enums StockClassType, CompensationType, ConvertibleType)."""


def _kind_problems(package: Package) -> list[Problem]:
    return [
        Problem(item.where, f"{key} is {item.data[key]!r:.40}", f"use one of {', '.join(values)}")
        for item in package.items
        for key, values in (_KINDS.get(item.type, ("", ())),)
        if key in item.data and item.data[key] not in values
    ]


def reference_notes(package: Package) -> list[str]:
    """References that lead nowhere and change no number: legends, the issuer, the issuances of a financing."""
    legends, issuances = set(package.of("STOCK_LEGEND_TEMPLATE")), {item.id for item in package.transactions() if item.type in ISSUANCES}
    notes = []
    for item in package.items:
        for key, known in (("stock_legend_ids", legends), ("issuance_ids", issuances), ("issuer_id", {str(package.issuer.get("id"))})):
            notes += [
                f"{item.where}: {key} names {each!r:.60}, which is missing" for each in ids_in(item.data.get(key)) if each not in known
            ]
    return notes


def _condition_problems(item: Item, security: Item, terms: dict[str, VestingTerms]) -> list[Problem]:
    """A vesting transaction names a condition of its security's terms, of the trigger that it records."""
    terms_id = security.data.get("vesting_terms_id")
    if terms_id is None:
        what = f"its security {security.data.get('security_id')!r:.60} has no vesting terms"
        return [Problem(item.where, what, "name vesting terms in the issuance, or remove this transaction")]
    if terms_id not in terms:
        return []  # missing or unreadable terms are told by themselves
    wanted = OnStart if item.type == "TX_VESTING_START" else OnEvent
    name = item.data.get("vesting_condition_id")
    condition = next((each for each in terms[terms_id].conditions if each.id == name), None)
    if condition is None:
        return [_missing(item, "vesting_condition_id", str(name), f"condition of vesting terms {terms_id}")]
    if not isinstance(condition.trigger, wanted):
        kind = "VESTING_START_DATE" if wanted is OnStart else "VESTING_EVENT"
        return [Problem(item.where, f"condition {name!r:.60} has another trigger", f"name a condition of trigger {kind}")]
    return []


def _no_ids(item: Item) -> list[str]:
    """Keys of references that hold something else, or nothing where one is required."""
    required = next((keys for start, keys in _REQUIRED if item.type.startswith(start)), ())
    if item.type in ISSUANCES:
        required = (*required, "security_id", "stakeholder_id")
    needed = [key for key in required if not item.data.get(key) or not _is_reference(key, item.data[key])]
    odd = [key for key in (*_OBJECTS, *_SECURITIES) if key not in needed and not _is_reference(key, item.data.get(key))]
    return list(dict.fromkeys(needed + odd))


def _is_reference(key: str, value: Any) -> bool:
    """Nothing, an id, or under a key in the plural a list of them."""
    several = key.endswith("_ids") and isinstance(value, list) and all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str) or several


def _missing(item: Item, key: str, value: str, kind: str) -> Problem:
    return Problem(
        item.where, f"{key} names {value!r:.60}, which is missing", f"add that {_said(kind)} to the package, or correct the reference"
    )


def _said(kind: str) -> str:
    """An object type in words."""
    return kind.removeprefix("TX_").replace("_", " ").lower() if kind.isupper() else kind


def ids_in(value: Any) -> Iterator[str]:
    """The ids in a reference: one, a list of them, or none where it holds something else (told by itself)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
