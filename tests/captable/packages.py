"""Small Open Cap Format packages for tests: one company, written to a folder or a zip."""

import json
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

OCF = Path(__file__).parents[2].parent / "shared" / "data" / "ocf"
OBJECTS = {
    "STAKEHOLDER": "stakeholders",
    "STOCK_CLASS": "stock_classes",
    "STOCK_PLAN": "stock_plans",
    "VESTING_TERMS": "vesting_terms",
    "VALUATION": "valuations",
    "STOCK_LEGEND_TEMPLATE": "stock_legend_templates",
}


def person(name: str) -> dict[str, Any]:
    return {"object_type": "STAKEHOLDER", "id": name, "name": {"legal_name": name.title()}, "stakeholder_type": "INDIVIDUAL"}


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def transaction(kind: str, identity: str, day: str, **values: Any) -> dict[str, Any]:
    return {"object_type": f"TX_{kind}", "id": identity, "date": day, **values}


def stock(security: str, day: str, who: str, of: str, quantity: str, price: str, **values: Any) -> dict[str, Any]:
    named = {"security_id": security, "stakeholder_id": who, "stock_class_id": of, "custom_id": security, "stock_legend_ids": []}
    return transaction(
        "STOCK_ISSUANCE", f"issue-{security}", day, quantity=quantity, share_price=usd(price), security_law_exemptions=[], **named, **values
    )


def option(security: str, day: str, who: str, quantity: str, **values: Any) -> dict[str, Any]:
    named = {"security_id": security, "stakeholder_id": who, "stock_plan_id": "plan", "custom_id": security}
    stated = {"compensation_type": "OPTION_ISO", "exercise_price": usd("0.50"), "expiration_date": None, "termination_exercise_windows": []}
    return transaction(
        "EQUITY_COMPENSATION_ISSUANCE",
        f"issue-{security}",
        day,
        quantity=quantity,
        security_law_exemptions=[],
        **{**stated, **named, **values},
    )


def company() -> list[dict[str, Any]]:
    """Founders 6,000,000 common; Series A 2,000,000 at $2, 1x, converting 1:1; Series B 1,000,000 at $5, 1.5x, participating to 3x,
    converting 1.2:1, senior; a plan of 1,500,000 with 400,000 options (480 of them below), 4 years, cliff of one.
    """
    right = {
        "conversion_mechanism": {"type": "RATIO_CONVERSION", "ratio": {"numerator": "1", "denominator": "1"}},
        "converts_to_stock_class_id": "common",
    }
    better = deepcopy(right)
    better["conversion_mechanism"]["ratio"] = {"numerator": "1.2", "denominator": "1"}
    shared = {"default_id_prefix": "X-", "initial_shares_authorized": "10000000", "votes_per_share": "1"}
    preferred = {"class_type": "PREFERRED", **shared}
    month = {"type": "MONTHS", "day_of_month": "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH"}
    monthly = {**month, "length": 1, "occurrences": 48, "cliff_installment": 12}
    return [
        *(person(name) for name in ("ada", "ben", "fund a", "fund b", "eve")),
        {"object_type": "STOCK_CLASS", "id": "common", "name": "Common", "class_type": "COMMON", **shared, "seniority": "1"},
        {
            "object_type": "STOCK_CLASS",
            "id": "a",
            "name": "Series A",
            **preferred,
            "seniority": "2",
            "price_per_share": usd("2.00"),
            "liquidation_preference_multiple": "1",
            "conversion_rights": [right],
        },
        {
            "object_type": "STOCK_CLASS",
            "id": "b",
            "name": "Series B",
            **preferred,
            "seniority": "3",
            "price_per_share": usd("5.00"),
            "liquidation_preference_multiple": "1.5",
            "participation_cap_multiple": "3",
            "conversion_rights": [better],
        },
        {
            "object_type": "STOCK_PLAN",
            "id": "plan",
            "plan_name": "2024 Plan",
            "initial_shares_reserved": "1500000",
            "default_cancellation_behavior": "RETURN_TO_POOL",
            "stock_class_ids": ["common"],
        },
        {
            "object_type": "VESTING_TERMS",
            "id": "four",
            "name": "Four years",
            "description": "Monthly over four years, cliff of one",
            "allocation_type": "CUMULATIVE_ROUNDING",
            "vesting_conditions": [
                {"id": "start", "quantity": "0", "trigger": {"type": "VESTING_START_DATE"}, "next_condition_ids": ["monthly"]},
                {
                    "id": "monthly",
                    "portion": {"numerator": "1", "denominator": "48"},
                    "trigger": {"type": "VESTING_SCHEDULE_RELATIVE", "period": monthly, "relative_to_condition_id": "start"},
                    "next_condition_ids": [],
                },
            ],
        },
        {
            "object_type": "VALUATION",
            "id": "409a",
            "stock_class_id": "common",
            "price_per_share": usd("0.50"),
            "effective_date": "2024-01-01",
            "valuation_type": "409A",
        },
        stock("cs-1", "2023-01-01", "ada", "common", "4000000", "0.0001"),
        stock("cs-2", "2023-01-01", "ben", "common", "2000000", "0.0001"),
        stock("pa-1", "2023-06-01", "fund a", "a", "2000000", "2.00"),
        stock("pb-1", "2024-06-01", "fund b", "b", "1000000", "5.00"),
        option("op-1", "2024-01-31", "eve", "400000", vesting_terms_id="four"),
        transaction("VESTING_START", "start-1", "2024-01-31", security_id="op-1", vesting_condition_id="start"),
    ]


def manifest(files: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ocf_version": "1.2.0",
        "file_type": "OCF_MANIFEST_FILE",
        "as_of": "2025-06-30",
        "generated_at": "2025-06-30T00:00:00Z",
        "issuer": {
            "object_type": "ISSUER",
            "id": "issuer",
            "legal_name": "Exact Ltd",
            "formation_date": "2023-01-01",
            "country_of_formation": "US",
        },
    }
    for group in (*OBJECTS.values(), "transactions"):
        made[f"{group}_files"] = [{"filepath": files[group], "md5": "0" * 32}] if group in files else []
    return made


def contents(items: list[dict[str, Any]]) -> dict[str, str]:
    """File name -> JSON text."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(OBJECTS.get(item["object_type"], "transactions"), []).append(item)
    named = {group: f"{group}.ocf.json" for group in groups}
    made = {named[group]: json.dumps({"file_type": f"OCF_{group.upper()}_FILE", "items": each}) for group, each in groups.items()}
    return {"Manifest.ocf.json": json.dumps(manifest(named)), **made}


def folder(path: Path, items: list[dict[str, Any]]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, text in contents(items).items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def zipped(path: Path, items: list[dict[str, Any]], inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents(items).items():
            archive.writestr(inside + name, text)
    return path


def named_after(items: list[dict[str, Any]], identity: str) -> dict[str, Any]:
    """The object of that id."""
    return next(each for each in items if each["id"] == identity)


def convertible(
    security: str, day: str, who: str, amount: str, mechanism: dict[str, Any], kind: str = "SAFE", **values: Any
) -> dict[str, Any]:
    """A SAFE or note with one trigger of that conversion mechanism."""
    right = {"type": "CONVERTIBLE_CONVERSION_RIGHT", "conversion_mechanism": mechanism, "converts_to_future_round": True}
    trigger = {"trigger_id": f"{security}-1", "type": "AUTOMATIC_ON_CONDITION", "trigger_condition": "financing", "conversion_right": right}
    stated = {"convertible_type": kind, "investment_amount": usd(amount), "conversion_triggers": [trigger], "seniority": 1}
    named = {"security_id": security, "stakeholder_id": who, "custom_id": security, "security_law_exemptions": []}
    return transaction("CONVERTIBLE_ISSUANCE", f"issue-{security}", day, **{**stated, **named, **values})


def safe_terms(**values: Any) -> dict[str, Any]:
    return {"type": "SAFE_CONVERSION", "conversion_mfn": False, **values}


def note_terms(rate: str = "0.08", start: str = "2024-01-01", **values: Any) -> dict[str, Any]:
    stated = {
        "day_count_convention": "ACTUAL_365",
        "interest_payout": "DEFERRED",
        "interest_accrual_period": "ANNUAL",
        "compounding_type": "SIMPLE",
    }
    return {"type": "CONVERTIBLE_NOTE_CONVERSION", "interest_rates": [{"rate": rate, "accrual_start_date": start}], **stated, **values}


def warrant(security: str, day: str, who: str, quantity: str | None, into: str = "common", **values: Any) -> dict[str, Any]:
    mechanism = {"type": "FIXED_AMOUNT_CONVERSION", "converts_to_quantity": quantity or "1"}
    right = {"type": "WARRANT_CONVERSION_RIGHT", "conversion_mechanism": mechanism, "converts_to_stock_class_id": into}
    stated = {"exercise_triggers": [{"type": "ELECTIVE_AT_WILL", "trigger_id": f"{security}-1", "conversion_right": right}]}
    named = {
        "security_id": security,
        "stakeholder_id": who,
        "custom_id": security,
        "purchase_price": usd("1"),
        "security_law_exemptions": [],
    }
    counted = {} if quantity is None else {"quantity": quantity}
    return transaction("WARRANT_ISSUANCE", f"issue-{security}", day, **{**stated, **named, **counted, **values})


def late_grant() -> list[dict[str, Any]]:
    """48,000 options of 10 March 2025 that vest from 31 January 2024: thirteen instalments of 1,000 were due before the grant."""
    return [
        option("op-9", "2025-03-10", "ben", "48000", vesting_terms_id="four"),
        transaction("VESTING_START", "start-9", "2024-01-31", security_id="op-9", vesting_condition_id="start"),
    ]
