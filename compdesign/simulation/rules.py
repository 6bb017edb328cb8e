"""From refresh rules as typed to what the kernel evaluates: each trigger a short program, run by `kernel_rules.fired`."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from compdesign.inputs.offers import AllOf, AnyOf, EveryDeployment, MarginGain, NthDeployment, Offer, RefreshRule, Tenure, Trigger
from compdesign.quantities import DAYS_PER_MONTH

OPTIONS = ("iso", "nso")
UNITS = {"shares": 0, "dollars": 1, "percent": 2}
"""As kernel_state numbers them."""
EVERY, NTH, RUNGS, TENURE_EVERY, TENURE_ONCE, ALL, ANY = range(7)
"""As kernel_rules numbers them."""


@dataclass
class RuleBook:
    """The rules of one structure as structs of kernel_state. program: the triggers of all rules, each in postfix order: the parts of
    a combination come before it. margins: the margin triggers found in them. tenures: whether a rule looks at tenure.
    """

    kinds: list[str]
    rules: list[dict[str, Any]] = field(default_factory=list)
    program: list[dict[str, int]] = field(default_factory=list)
    margins: list[dict[str, Any]] = field(default_factory=list)
    tenures: bool = False

    @classmethod
    def of(cls, offer: Offer, kinds: list[str]) -> "RuleBook":
        """The rules of an offer. kinds: names of the scenario's kinds of deployment, in order."""
        book = cls(kinds)
        for typed in offer.refresh:
            program, margins = len(book.program), len(book.margins)
            book._add(typed.trigger)
            book.rules.append(
                _rule(typed, offer)
                | {"program": program, "program_end": len(book.program)}
                | {"watches_margin": len(book.margins) > margins, "first_margin": margins == 0 < len(book.margins)}
            )
        return book

    def _add(self, trigger: Trigger) -> None:
        match trigger:
            case EveryDeployment():
                self._step(EVERY, self._count(trigger.kind), trigger.every_deployments)
            case NthDeployment():
                self._step(NTH, self._count(trigger.kind), trigger.nth_deployment)
            case MarginGain():
                self._step(RUNGS, len(self.margins), 0)
                step = trigger.step_bps or trigger.margin_gain_bps
                self.margins.append({"level": trigger.margin_gain_bps, "step": step, "months": trigger.sustained_months})
            case Tenure():
                self.tenures = True
                self._step(TENURE_EVERY if trigger.repeat else TENURE_ONCE, 0, trigger.tenure_months)
            case AllOf() | AnyOf():
                parts = trigger.all if isinstance(trigger, AllOf) else trigger.any
                for part in parts:
                    self._add(part)
                self._step(ALL if isinstance(trigger, AllOf) else ANY, len(parts), 0)
            case _:
                raise TypeError(f"no such trigger: {trigger!r}")

    def _step(self, operation: int, first: int, second: int) -> None:
        self.program.append({"operation": operation, "first": first, "second": second})

    def _count(self, kind: str | None) -> int:
        """Which count of deployments: 0 over all kinds, then one a kind."""
        return 0 if kind is None else 1 + self.kinds.index(kind)


def _rule(typed: RefreshRule, offer: Offer) -> dict[str, Any]:
    """The struct of a rule, its trigger apart. person_cap: what all rules together may award one person in the kind this one awards:
    shares, or cash.
    """
    cash, future = typed.instrument == "cash", typed.mode == "future"
    person_cap = offer.refresh_cap_dollars if cash else offer.refresh_cap_shares if typed.unit == "shares" else None
    return {
        "unit": UNITS[typed.unit],
        "is_cash": cash,
        "is_upfront": not future and not cash,
        "is_future": future,
        "is_option": typed.instrument in OPTIONS,
        "award": typed.award,
        "cap": np.inf if typed.cap is None else typed.cap,
        "year_cap": np.inf if typed.cap_per_year is None else typed.cap_per_year,
        "cooldown": typed.cooldown_months,
        "lag": typed.approval_lag_days / DAYS_PER_MONTH if future else 0.0,
        "person_cap": np.inf if person_cap is None else person_cap,
    }
