"""Refresh awards as Open Cap Format objects: equity-compensation issuances and the vesting terms they vest by.

An upfront award is a performance grant made at hire: it vests on an event (the certified milestone), so its terms are event-based. A
future award is granted when the board approves it, after the milestone: its grant date is the approval, and it vests by time from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from compdesign.errors import Problem, ScenarioError
from compdesign.vesting.ocf_terms import numeric_text, terms_to_ocf
from compdesign.vesting.standard import LIQUIDITY, START, standard_terms
from compdesign.vesting.terms import AllocationType, VestingTerms

CERTIFIED = "milestone-certified"
COMPENSATION = {"iso": "OPTION_ISO", "nso": "OPTION_NSO", "rsu": "RSU", "rsu_double_trigger": "RSU"}
"""OCF enum CompensationType. Restricted stock is not equity compensation there but a stock issuance."""


@dataclass(frozen=True)
class AwardRecord:
    """One refresh award, simulated or real.

    security: its id. stakeholder: id of the holder. rule: the refresh rule. mode: upfront or future. instrument: iso, nso, rsu or
    rsu_double_trigger. strike: $ per share, options only. granted: grant date (upfront: hire; future: the board's approval).
    certified: date of the certified milestone; None if it has not come (upfront). months, cliff, every: vesting by time, from
    certification (upfront) or from the grant (future), on the `anchor_day` of the month. liquidity: date of the liquidity event, for
    rsu_double_trigger. left: date the holder left; `forfeited` shares are cancelled then.
    """

    security: str
    stakeholder: str
    rule: str
    mode: Literal["upfront", "future"]
    instrument: str
    shares: int
    strike: float
    granted: date
    certified: date | None
    months: int
    cliff: int
    every: int
    anchor_day: int
    allocation: AllocationType = AllocationType.CUMULATIVE_ROUNDING
    liquidity: date | None = None
    left: date | None = None
    forfeited: int = 0

    def terms(self) -> VestingTerms:
        """The vesting terms of the award; awards of one rule and kind share them."""
        day = f"{self.anchor_day:02d}" if self.anchor_day <= 28 else f"{self.anchor_day}_OR_LAST_DAY_OF_MONTH"
        double = self.instrument == "rsu_double_trigger"
        event = CERTIFIED if self.mode == "upfront" else None
        name = f"{self.mode}-{self.months}-{self.cliff}-{self.every}-{day[:2]}-{self.allocation.lower()}" + ("-liquidity" if double else "")
        return standard_terms(self.months, self.cliff, self.every, self.allocation, name, event, double, day)


def award_files(
    records: Iterable[AwardRecord], plan_id: str, stock_class_id: str | None = None, comment: str = "", currency: str = "USD"
) -> dict[str, dict[str, Any]]:
    """File name -> JSON of the award's stakeholders, vesting terms and transactions, each valid against the format's file schemas.

    plan_id, stock_class_id: of the company's own package, to which these files are added. comment: written on each issuance. Raises
    ScenarioError for an award that the format does not hold as equity compensation, or without certification in future mode.
    """
    made = list(records)
    problems = [problem for record in made if (problem := _problem(record)) is not None]
    if problems:
        raise ScenarioError(problems)
    terms = {record.terms().id: record.terms() for record in made}
    people = dict.fromkeys(record.stakeholder for record in made)
    transactions = [each for record in made for each in _transactions(record, plan_id, stock_class_id, comment, currency)]
    return {
        "Stakeholders.ocf.json": _file("OCF_STAKEHOLDERS_FILE", [_stakeholder(name) for name in people]),
        "VestingTerms.ocf.json": _file("OCF_VESTING_TERMS_FILE", [terms_to_ocf(each) for each in terms.values()]),
        "Transactions.ocf.json": _file("OCF_TRANSACTIONS_FILE", transactions),
    }


def _problem(record: AwardRecord) -> Problem | None:
    where = f"award {record.security}"
    if record.instrument not in COMPENSATION:
        what = f"'{record.instrument}' is no equity compensation in the Open Cap Format"
        return Problem(where, what, f"export awards of {', '.join(COMPENSATION)}; record restricted stock as a stock issuance")
    if record.shares <= 0:
        return Problem(where, f"has {record.shares} shares", "export awards of 1 share or more")
    if record.mode == "future" and (record.certified is None or record.certified > record.granted):
        return Problem(where, "is a future award granted before its milestone is certified", "correct its dates")
    return None


def _transactions(record: AwardRecord, plan: str, stock_class: str | None, comment: str, currency: str) -> list[dict[str, Any]]:
    """The issuance, then what has happened to it."""
    made = [_issuance(record, plan, stock_class, comment, currency)]

    def add(kind: str, day: date, **values: str) -> None:
        identity = f"{record.security}-{kind.lower()}-{len(made)}"
        made.append({"object_type": f"TX_{kind}", "id": identity, "security_id": record.security, "date": day.isoformat(), **values})

    if record.mode == "future":
        add("VESTING_START", record.granted, vesting_condition_id=START)
    elif record.certified is not None:
        add("VESTING_EVENT", record.certified, vesting_condition_id=CERTIFIED)
    if record.liquidity is not None and record.instrument == "rsu_double_trigger":
        add("VESTING_EVENT", record.liquidity, vesting_condition_id=LIQUIDITY)
    if record.left is not None and record.forfeited:
        add("EQUITY_COMPENSATION_CANCELLATION", record.left, quantity=str(record.forfeited), reason_text="Unvested when the holder left")
    return made


def _issuance(record: AwardRecord, plan: str, stock_class: str | None, comment: str, currency: str) -> dict[str, Any]:
    kind = COMPENSATION[record.instrument]
    made: dict[str, Any] = {
        "object_type": "TX_EQUITY_COMPENSATION_ISSUANCE",
        "id": f"{record.security}-issuance",
        "security_id": record.security,
        "custom_id": record.security,
        "date": record.granted.isoformat(),
        "board_approval_date": record.granted.isoformat(),
        "stakeholder_id": record.stakeholder,
        "stock_plan_id": plan,
        "compensation_type": kind,
        "quantity": str(record.shares),
        "early_exercisable": False,
        "vesting_terms_id": record.terms().id,
        "expiration_date": None,
        "termination_exercise_windows": [],
        "security_law_exemptions": [],
        "comments": [text for text in (f"Refresh award of rule '{record.rule}', {record.mode}", comment) if text],
    }
    if stock_class is not None:
        made["stock_class_id"] = stock_class
    if kind != "RSU":
        made["exercise_price"] = {"amount": numeric_text(Fraction(f"{record.strike:.4f}")), "currency": currency}
    return made


def _stakeholder(name: str) -> dict[str, Any]:
    return {"object_type": "STAKEHOLDER", "id": name, "name": {"legal_name": name}, "stakeholder_type": "INDIVIDUAL"}


def _file(kind: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"file_type": kind, "items": items}
