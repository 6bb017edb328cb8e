"""What is wrong with a company's capital stack only in combination."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from compdesign.errors import Problem
from compdesign.inputs.company import Company
from compdesign.inputs.stack import PreferredClass
from compdesign.inputs.unknown import as_far_as_known, known

RESERVED = ("common", "options", "grants", "debt", "fees", "carve-out")
"""Holders that every exit has: no class may carry one of these names, or "grants" and a number."""
WHERE = "company.capitalization"


def stack_faults(company: Company) -> Iterator[Problem]:
    """Every fault of the classes, options and rounds together, each at its key."""
    yield from _two_stacks(company)
    yield from _names(company)
    yield from _class_caps(company)
    yield from _round_caps(company)


@as_far_as_known
def _two_stacks(company: Company) -> Iterator[Problem]:
    table = company.capitalization
    if company.has_stack and (table.preferred_shares or table.liquidation_preference):
        yield Problem(
            f"{WHERE}.preferred_shares",
            "is one class of preferred beside classes, options or a round with terms of its own",
            f"describe it in [[{WHERE}.classes]] and drop preferred_shares and liquidation_preference",
        )


@as_far_as_known
def _names(company: Company) -> Iterator[Problem]:
    table = company.capitalization
    rounds = [f"round {number}" if each.name is None else each.name for number, each in enumerate(company.financing, 1)]
    names = [*(each.name for each in table.classes), *(each.name for each in table.options), *(rounds if company.has_stack else ())]
    for name, count in Counter(known(names)).items():
        if count > 1:
            yield Problem(f"{WHERE}.classes", f"{count} classes, tranches or rounds are named '{name}'", "give each its own name")
        if name in RESERVED or name.startswith("grants "):
            yield Problem(f"{WHERE}.classes", f"'{name}' is a name every exit uses", "give the class or tranche another one")


@as_far_as_known
def _class_caps(company: Company) -> Iterator[Problem]:
    for i, each in enumerate(company.capitalization.classes):
        yield from _class_cap(f"{WHERE}.classes[{i}].cap_multiple", each)


@as_far_as_known
def _class_cap(where: str, each: PreferredClass) -> Iterator[Problem]:
    yield from _cap(where, each, each.invested, each.invested * each.multiple + each.dividends)


@as_far_as_known
def _round_caps(company: Company) -> Iterator[Problem]:
    for i, planned in enumerate(company.financing):
        yield from _cap(f"company.financing[{i}].cap_multiple", planned, 1.0, planned.multiple)


@as_far_as_known
def _cap(where: str, terms: Any, invested: float, preference: float) -> Iterator[Problem]:
    """Cap and participation of a class or round go together, and the cap includes the preference."""
    if (terms.participation == "capped") != (terms.cap_multiple is not None):
        yield Problem(where, "goes with capped participation, and only with it", "give both or neither")
    elif terms.cap_multiple is not None and terms.cap_multiple * invested < preference:
        yield Problem(where, f"{terms.cap_multiple:g} is below the preference, which it includes", "raise it")
