"""Packages with a value of a wrong kind anywhere: a clear message or a number, never another error."""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compdesign.captable import CapTable, cap_table, read_package
from compdesign.errors import ScenarioError
from compdesign.inputs.stack import CapitalStack
from compdesign.inputs.table_stack import stack_of_table
from compdesign.model.waterfall import proceeds
from compdesign.reports.exit_holders import by_stakeholder
from compdesign.reports.exits import stack_of
from tests.captable.packages import company, contents, convertible, note_terms, option, safe_terms, stock, transaction, usd

ODD = [None, "", "x", -1, 0, 1e300, True, [], {}, [{}], [None], "-5", "999999999999999999999999999999", {"amount": "x"}, "2025-13-01", "0"]


def busy() -> list[dict[str, Any]]:
    """The company with one of most kinds of transactions."""
    return [
        *company(),
        transaction(
            "STOCK_TRANSFER",
            "t",
            "2024-08-01",
            security_id="cs-1",
            quantity="1",
            resulting_security_ids=["cs-8"],
            balance_security_id="cs-9",
        ),
        stock("cs-8", "2024-08-01", "eve", "common", "1", "0.0001"),
        stock("cs-9", "2024-08-01", "ada", "common", "3999999", "0.0001"),
        transaction(
            "STOCK_CLASS_SPLIT", "split", "2024-09-01", stock_class_id="common", split_ratio={"numerator": "2", "denominator": "1"}
        ),
        transaction("STOCK_PLAN_POOL_ADJUSTMENT", "pool", "2024-10-01", stock_plan_id="plan", shares_reserved="4000000"),
        transaction(
            "STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT",
            "ratio",
            "2024-10-01",
            stock_class_id="a",
            new_ratio_conversion_mechanism={"ratio": {"numerator": "3", "denominator": "1"}},
        ),
        transaction("STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT", "more", "2024-10-01", stock_class_id="a", new_shares_authorized="20000000"),
        transaction("EQUITY_COMPENSATION_CANCELLATION", "c", "2024-11-01", security_id="op-1", quantity="10", reason_text="x"),
        transaction(
            "STOCK_PLAN_RETURN_TO_POOL", "r", "2024-11-01", security_id="op-1", quantity="10", stock_plan_id="plan", reason_text="x"
        ),
        transaction("VESTING_ACCELERATION", "acc", "2025-02-01", security_id="op-1", quantity="7", reason_text="x"),
        option("rs-1", "2024-03-01", "eve", "1200", compensation_type="RSU", vestings=[{"date": "2025-03-01", "amount": "400"}]),
        transaction(
            "WARRANT_ISSUANCE",
            "w",
            "2024-03-01",
            security_id="w-1",
            stakeholder_id="fund b",
            quantity="30",
            exercise_triggers=[{"conversion_right": {"converts_to_stock_class_id": "b"}}],
            warrant_expiration_date="2030-01-01",
        ),
        transaction("EQUITY_COMPENSATION_REPRICING", "rp", "2025-01-15", security_id="op-1", new_exercise_price=usd("0.30")),
        convertible("cn", "2024-03-01", "fund a", "5", note_terms(conversion_discount="0.2"), "NOTE"),
        convertible("sf", "2024-03-01", "fund a", "7", safe_terms(conversion_valuation_cap=usd("900000"), conversion_timing="POST_MONEY")),
        transaction("CONVERTIBLE_CANCELLATION", "nc", "2024-04-01", security_id="cn", amount=usd("2"), reason_text="x"),
        transaction("STOCK_CONSOLIDATION", "con", "2025-03-01", security_ids=["cs-8"], resulting_security_id="cs-9"),
    ]


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(node, dict | list):
        for key in node if isinstance(node, dict) else range(len(node)):
            yield from places(node[key], (*path, key))


def spoilt(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = json.loads(json.dumps(data))
    node = made
    for key in path[:-1]:
        node = node[key]
    if value is ODD:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return made


def test_the_busy_company_itself_is_whole(tmp_path: Path) -> None:
    for name, text in contents(busy()).items():
        (tmp_path / name).write_text(text)
    table = cap_table(read_package(tmp_path), date(2026, 1, 1))
    assert table.common == 2 * 6_000_000 - 2  # split; the two shares of cs-8 are consolidated into cs-9, whose issuance holds its own


def divided(table: CapTable) -> None:
    """Its exit at $50M adds up, unless the cap table itself has no exit."""
    typed = CapitalStack.parse(stack_of_table(table).data)
    result = proceeds(stack_of(typed), 5e7)
    assert sum(row[0] for row in result.by_holder().values()) == pytest.approx(5e7)
    assert sum(row[0] for row in by_stakeholder(typed, result).values()) == pytest.approx(5e7)


@pytest.mark.parametrize("name", list(contents(busy())))
def test_any_value_of_a_wrong_kind(tmp_path: Path, name: str) -> None:
    files = contents(busy())
    for other, text in files.items():
        (tmp_path / other).write_text(text)
    data = json.loads(files[name])
    draw = random.Random(name)
    for path in places(data):
        for value in [ODD, *draw.sample(ODD, 4)]:
            (tmp_path / name).write_text(json.dumps(spoilt(data, path, value)))
            try:
                divided(cap_table(read_package(tmp_path), date(2026, 1, 1)))
            except ScenarioError as error:
                blank = [problem for problem in error.problems if not (problem.what and problem.remedy and problem.where)]
            except Exception as error:
                pytest.fail(f"{name} {path} = {value!r:.40}: {type(error).__name__}: {error}")
            else:
                blank = []
            if blank:
                pytest.fail(f"{name} {path} = {value!r:.40}: {blank}")
