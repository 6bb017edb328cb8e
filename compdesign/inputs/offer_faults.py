"""What is wrong with the offer structures only in combination: awards and caps, cliffs and vesting, names and kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from compdesign.errors import Problem
from compdesign.inputs.offers import AllOf, AnyOf, EveryDeployment, Grant, NthDeployment, Offer, RefreshRule, Vesting
from compdesign.inputs.unknown import as_far_as_known, known

if TYPE_CHECKING:
    from compdesign.inputs.scenario import Scenario


@as_far_as_known
def offer_faults(scenario: Scenario) -> Iterator[Problem]:
    """Every fault of the offers together, each at its key."""
    yield from unique("offers", scenario.offers)
    for i, offer in enumerate(scenario.offers):
        yield from _offer(f"offers[{i}]", offer, scenario)


def _offer(where: str, offer: Offer, scenario: Scenario) -> Iterator[Problem]:
    yield from _base(where, offer)
    yield from _grant(where, offer)
    yield from _rules(where, offer, scenario)


@as_far_as_known
def _base(where: str, offer: Offer) -> Iterator[Problem]:
    if offer.base * (1 + offer.bonus) == 0:
        yield Problem(f"{where}.base", "0 pays nobody", "give annual base pay above 0")


@as_far_as_known
def _grant(where: str, offer: Offer) -> Iterator[Problem]:
    if offer.grant:
        yield from _vesting(f"{where}.grant.vesting", offer.grant.vesting)
        yield from _amount(f"{where}.grant", offer.grant, "amount")


@as_far_as_known
def _rules(where: str, offer: Offer, scenario: Scenario) -> Iterator[Problem]:
    yield from unique(f"{where}.refresh", offer.refresh)
    for j, rule in enumerate(offer.refresh):
        here = f"{where}.refresh[{j}]"
        yield from _vesting(f"{here}.vesting", rule.vesting)
        yield from _amount(here, rule, "award")
        for key in ("cap", "cap_per_year"):
            yield from _cap(here, rule, key)
        yield from _cash(here, rule)
        yield from _reserve(here, rule)
        yield from _approval(here, rule)
        yield from _cap_in_shares(where, offer, rule)
        yield from _cap_in_dollars(where, offer, rule)
        yield from _trigger(here, rule, scenario)


@as_far_as_known
def _cap(where: str, rule: RefreshRule, key: str) -> Iterator[Problem]:
    cap = getattr(rule, key)
    if cap is not None and cap < rule.award:
        yield Problem(f"{where}.{key}", f"{cap:,g} is below the award of {rule.award:,g} {rule.unit}", _RAISE)


_RAISE = "raise the cap or lower the award"


@as_far_as_known
def _cash(where: str, rule: RefreshRule) -> Iterator[Problem]:
    if rule.instrument == "cash" and rule.unit != "dollars":
        yield Problem(f"{where}.unit", f"{rule.unit} cannot be paid in cash", 'set unit = "dollars", or choose an equity instrument')


@as_far_as_known
def _reserve(where: str, rule: RefreshRule) -> Iterator[Problem]:
    if rule.cap is None and rule.mode == "upfront" and rule.instrument != "cash":
        yield Problem(
            f"{where}.cap", "missing, but an upfront rule reserves its cap at hire", "give the most this rule may award one person"
        )


@as_far_as_known
def _approval(where: str, rule: RefreshRule) -> Iterator[Problem]:
    if rule.mode == "upfront" and rule.instrument != "cash" and (rule.approval_lag_days or rule.refusal_probability != 0):
        yield Problem(
            f"{where}.mode",
            "an upfront grant needs no later approval",
            'drop approval_lag_days and refusal_probability, or set mode = "future"',
        )


@as_far_as_known
def _cap_in_shares(where: str, offer: Offer, rule: RefreshRule) -> Iterator[Problem]:
    cap = offer.refresh_cap_shares
    if cap is not None and rule.unit == "shares" and rule.instrument != "cash" and cap < rule.award:
        what = f"{cap:,} is below the award of {rule.award:,g} shares of rule '{rule.name}'"
        yield Problem(f"{where}.refresh_cap_shares", what, _RAISE)


@as_far_as_known
def _cap_in_dollars(where: str, offer: Offer, rule: RefreshRule) -> Iterator[Problem]:
    cap = offer.refresh_cap_dollars
    if cap is not None and rule.instrument == "cash" and cap < rule.award:
        what = f"{cap:,g} is below the award of ${rule.award:,g} of rule '{rule.name}'"
        yield Problem(f"{where}.refresh_cap_dollars", what, _RAISE)


@as_far_as_known
def _trigger(where: str, rule: RefreshRule, scenario: Scenario) -> Iterator[Problem]:
    kinds = {kind.name for kind in scenario.deployment.kinds}
    for trigger in _leaves(rule.trigger):
        if isinstance(trigger, EveryDeployment | NthDeployment):
            yield from _kind(where, trigger.kind, kinds)


@as_far_as_known
def _kind(where: str, kind: str | None, kinds: set[str]) -> Iterator[Problem]:
    if kind is not None and kind not in kinds:
        yield Problem(
            f"{where}.trigger.kind",
            f"'{kind}' is no kind of deployment",
            f"use one of {', '.join(sorted(kinds))}, or add it to deployment.kinds",
        )


def _leaves(trigger: Any) -> Iterator[Any]:
    """The triggers inside boolean combinations, in order."""
    parts = trigger.all if isinstance(trigger, AllOf) else trigger.any if isinstance(trigger, AnyOf) else None
    if parts is None:
        yield trigger
    else:
        for part in parts:
            yield from _leaves(part)


@as_far_as_known
def _vesting(where: str, vesting: Vesting) -> Iterator[Problem]:
    if vesting.cliff > vesting.months:
        yield Problem(
            f"{where}.cliff",
            f"{vesting.cliff} months is longer than the vesting of {vesting.months} months",
            "shorten the cliff or lengthen the vesting",
        )
    elif vesting.months % vesting.every:
        yield Problem(
            f"{where}.every", f"{vesting.every} months does not divide the vesting of {vesting.months} months", "choose a divisor"
        )


@as_far_as_known
def _amount(where: str, granted: Grant | RefreshRule, key: str) -> Iterator[Problem]:
    amount, unit = getattr(granted, key), granted.unit
    if unit == "shares" and amount != int(amount):
        yield Problem(f"{where}.{key}", f"{amount:,g} is no whole number of shares", "give whole shares")
    if unit == "percent" and amount > 100:
        yield Problem(f"{where}.{key}", f"{amount:,g} % is more than the company", "give a percentage of fully diluted shares, e.g. 0.1")


def unique(where: str, entries: tuple[Any, ...]) -> Iterator[Problem]:
    """Names that more than one entry of a list has."""
    for name, count in Counter(known(each.name for each in entries)).items():
        if count > 1:
            yield Problem(where, f"{count} entries are named '{name}'", "give each its own name")
