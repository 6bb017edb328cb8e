"""Exit proceeds and dilution by class, wherever a comparison is read; the annex of a letter on a capital stack."""

import json
from functools import cache

import pytest

from compdesign.inputs.employer import Employer
from compdesign.inputs.offers import Grant
from compdesign.metrics.comparison import Comparison, compare
from compdesign.reports.csv_tables import tables
from compdesign.reports.findings import class_rows
from compdesign.reports.json_form import as_data
from compdesign.reports.letter_annex import annex
from compdesign.reports.text import as_text
from tests.reports.letters import SCENARIO, packet, scenario

STACK = {
    "common_shares": 34_000_000,
    "pool_available": 3_600_000,
    "classes": [
        {"name": "Series A", "shares": 16_000_000, "invested": "12M", "rank": 2},
        {"name": "=Series [B]", "shares": 12_000_000, "invested": "28M", "participation": "capped", "cap_multiple": 3},
    ],
    "options": [{"name": "options at 1.10", "shares": 3_000_000, "strike": 1.10}],
}
COMPANY = {**SCENARIO["company"], "capitalization": STACK}
EXITS = {"exit_values": [40_000_000, 200_000_000, 400_000_000]}
CLASSES = ("common", "Series A", "=Series [B]", "round 1", "options", "grants", "debt", "fees")


@cache
def compared() -> Comparison:
    return compare(scenario(None, EXITS, company=COMPANY, months=24), 128)


def test_every_class_has_proceeds_and_dilution_with_errors() -> None:
    data = json.loads(json.dumps(as_data(compared())))
    metrics, structures = data["metrics"], data["structures"]
    for name in CLASSES:
        row = metrics[f"exit_proceeds:{name}"]
        assert (row["unit"], row["group"]) == ("$", "equity") and name.removesuffix("s") in row["label"] and row["definition"]
        assert (f"dilution:{name}" in metrics) == (name not in ("grants", "debt", "fees"))
        assert all(row["values"][each]["se"] >= 0 for each in structures)
    for each in structures:
        paid = sum(metrics[f"exit_proceeds:{name}"]["values"][each]["value"] for name in CLASSES)
        assert paid == pytest.approx(metrics["exit_value"]["values"][each]["value"], abs=0.01)
        exits = metrics["exited"]["values"][each]["value"]
        per_exit = metrics["proceeds_per_exit:common"]["values"][each]["value"]
        assert per_exit * exits == pytest.approx(metrics["exit_proceeds:common"]["values"][each]["value"])
        falls = [value["values"][each]["value"] for key, value in metrics.items() if key.startswith("dilution:")]
        assert sum(falls) == pytest.approx(metrics["dilution"]["values"][each]["value"])


def test_the_text_and_the_files_show_them() -> None:
    text = as_text(compared())
    assert [row.metric.key for row in class_rows(compared())][:4] == [
        "proceeds_per_exit:common",
        "dilution:common",
        "proceeds_per_exit:Series A",
        "dilution:Series A",
    ]
    for line in ("Proceeds per exit: common", "=Series [B]", "Dilution of Series A", "Proceeds per exit: fees"):  # a label may be folded
        assert line in text
    assert "Proceeds per exit: debt" not in text  # there is none
    assert "dilution:=Series [B],Dilution of =Series [B],share," in tables(compared())["metrics.csv"]


def test_without_exits_no_class_is_paid() -> None:
    still = compare(scenario(None, EXITS, company=COMPANY | {"exit": {"annual_hazard": 0.0}}, months=6), 64)
    assert all(row.metric.unit == "share" for row in class_rows(still))


def test_the_annex_of_a_stack_divides_by_it() -> None:
    """$200M: B keeps 28M + 12M p up to 84M, p = 4.67; A converts at 0.75: (200 - 28 + 3.3) / (34 + 3.6 + 16 + 12 + 3) = 2.5554."""
    made = scenario({}, EXITS, company=COMPANY)
    assert isinstance(made.employer, Employer)
    shown = annex(made, made.offers[0], Grant(instrument="rsu", amount=100, unit="shares"), made.employer, packet())
    assert [row.share for row in shown.rows[:2]] == ["$0.00", f"${175.3 / 68.6:.2f}"]
    assert shown.has_stack and shown.preferred == "28,000,000" and shown.preference == "$40,000,000"
    assert shown.fully_diluted == "68,600,000"
