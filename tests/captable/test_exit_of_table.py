"""From a cap table to proceeds: by class, by holder and by breakpoint, and what the package does not state is said."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from compdesign.captable import CapTable, cap_table, read_package
from compdesign.cli.app import app
from compdesign.errors import ScenarioError
from compdesign.inputs.stack import CapitalStack
from compdesign.inputs.table_stack import stack_of_table, stack_toml
from compdesign.inputs.toml_file import parse_toml
from compdesign.model.breakpoints import breakpoints
from compdesign.model.waterfall import proceeds
from compdesign.reports.exit_holders import by_stakeholder
from compdesign.reports.exits import stack_of
from compdesign.vesting import GrantAfterStart
from tests.captable.packages import (
    OCF,
    company,
    convertible,
    folder,
    late_grant,
    named_after,
    note_terms,
    option,
    person,
    safe_terms,
    stock,
    transaction,
    usd,
    warrant,
)
from tests.captable.test_scenario_package import CSV

JUNE = "2025-06-30"


def full_company() -> list[dict[str, Any]]:
    """The company with a SAFE of $1M at $20M post-money, a note of $500,000 at 8 % for a year at 20 % off, 100,000 warrants at $1."""
    safe = safe_terms(conversion_valuation_cap=usd("20000000"), conversion_timing="POST_MONEY")
    note = note_terms(start="2024-06-30", conversion_discount="0.2")
    return [
        *company(),
        convertible("s-1", "2024-07-01", "fund a", "1000000", safe),
        convertible("cn-1", "2024-06-30", "fund b", "500000", note, "NOTE"),
        warrant("w-1", "2024-03-01", "fund b", "100000", exercise_price=usd("1.00")),
    ]


def table(path: Path, *items: dict[str, Any], day: str = JUNE) -> CapTable:
    return cap_table(read_package(folder(path, list(items))), date.fromisoformat(day))


def paid(made: CapTable, *exits: float, awards: Any = "all") -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """By security and by holder; both add up to the exits, and so do the segments between breakpoints."""
    typed = CapitalStack.parse(stack_of_table(made, awards).data)
    result = proceeds(stack_of(typed), list(exits))
    securities, holders = result.by_holder(), by_stakeholder(typed, result)
    for each in (securities, holders):
        np.testing.assert_allclose(np.sum(list(each.values()), axis=0), exits, rtol=1e-13)
    assert all(sum(point.sharing.values()) == pytest.approx(1) for point in breakpoints(stack_of(typed)))
    return ({name: row.tolist() for name, row in each.items()} for each in (securities, holders))  # type: ignore[return-value]


def test_a_company_with_everything_worked_by_hand(tmp_path: Path) -> None:
    """At $100M, p a share: the note's $540,000 at 20 % off is worth $675,000; the SAFE owns 5 % of what converts, which counts the note's
    shares, B's 1.2M (it participates), A's 2M and all options and warrants: 5/95 of 9.7M p + $675,000. B stops at 3 x $5M. So
    100 = 15 + 8 p + 0.4 (p - 0.5) + 0.1 (p - 1) + 0.675 + 5/95 (9.7 p + 0.675).
    """
    securities, holders = paid(table(tmp_path, *full_company()), 100e6)
    p = (100 - 15 - 0.675 + 0.2 + 0.1 - 5 / 95 * 0.675) / (8.5 + 5 / 95 * 9.7)
    assert 6.25 < p < 12.5
    assert list(securities)[2:4] == ["options at 0.5", "warrants at 1"]  # lowest price first
    expected = {
        "Series B": 15,
        "Series A": 2 * p,
        "options at 0.5": 0.4 * (p - 0.5),
        "warrants at 1": 0.1 * (p - 1),
        "SAFE s-1": 5 / 95 * (9.7 * p + 0.675),
        "note cn-1": 0.675,
        "common": 6 * p,
    }
    for name, millions in expected.items():
        assert securities[name] == [pytest.approx(millions * 1e6, rel=1e-12)], name
    assert holders["Ada"] == [pytest.approx(4e6 * p)] and holders["Ben"] == [pytest.approx(2e6 * p)]
    assert holders["Fund A"] == [pytest.approx(1e6 * (expected["Series A"] + expected["SAFE s-1"]))]
    assert holders["Fund B"] == [pytest.approx(1e6 * (15 + 0.675 + 0.1 * (p - 1)))]
    assert holders["Eve"] == [pytest.approx(1e6 * expected["options at 0.5"])]


def test_who_is_paid_first(tmp_path: Path) -> None:
    """$9M: the note's $540,000; then B's $7.5M with the SAFE's $1M beside it, by amount; A, junior, nothing."""
    securities, _ = paid(table(tmp_path, *full_company()), 9e6, 0.5e6)
    assert securities["note cn-1"] == [540e3, 500e3]
    assert securities["Series B"] == [pytest.approx(8.46e6 * 7.5 / 8.5), 0]
    assert securities["SAFE s-1"] == [pytest.approx(8.46e6 / 8.5), 0]
    assert securities["Series A"] == [0, 0]


def test_vested_awards_alone(tmp_path: Path) -> None:
    """At $20M A keeps $4M: 20 - 7.5 - 4 + 0.5 x options over 6M + 1.2M + options; 400,000 options, or 141,667 that have vested."""
    made = table(tmp_path, *company())
    for awards, options in (("all", 400_000), ("vested", 141_667)):
        securities, holders = paid(made, 20e6, awards=awards)
        p = (8.5e6 + 0.5 * options) / (7.2e6 + options)
        assert securities["common"] == [pytest.approx(6e6 * p)] and holders["Eve"] == [pytest.approx(options * (p - 0.5))]


def test_the_policy_for_late_grants_decides_who_is_paid(tmp_path: Path) -> None:
    package = read_package(folder(tmp_path, [*company(), *late_grant()]))
    made = [cap_table(package, date(2025, 3, 15), policy) for policy in GrantAfterStart]
    options = [stack_of_table(each, "vested").data["options"] for each in made]
    assert options == [[{"name": "options at 0.5", "shares": shares, "strike": 0.5}] for shares in (121_333, 108_333)]


def test_repriced_options_join_at_the_new_price(tmp_path: Path) -> None:
    """Repriced to $0.20, then split two for one: $0.10. Before the repricing's date the old price stands."""
    new = transaction("EQUITY_COMPENSATION_REPRICING", "r", "2025-02-01", security_id="op-1", new_exercise_price=usd("0.20"))
    two = {"numerator": "2", "denominator": "1"}
    split = transaction("STOCK_CLASS_SPLIT", "s", "2025-05-01", stock_class_id="common", split_ratio=two)
    items = (*company(), new, split)
    strikes = [stack_of_table(table(tmp_path, *items, day=day)).data["options"][0]["strike"] for day in ("2025-01-31", "2025-03-01", JUNE)]
    assert strikes == [0.5, 0.2, 0.1]


def test_what_is_expired_is_not_paid_and_what_is_on_preferred_is_counted_as_common(tmp_path: Path) -> None:
    """A warrant on 1,000 Series B at $6 is one on 1,200 common at $5; an option of 2024 that ran out in 2025 gets nothing."""
    made = table(
        tmp_path,
        *company(),
        warrant("w-2", "2024-07-01", "fund a", "1000", into="b", exercise_price=usd("6")),
        option("op-2", "2024-02-01", "ada", "7000", expiration_date="2025-06-29"),
        option("op-3", "2024-02-01", "ada", "8000", expiration_date=JUNE),
    )
    data = stack_of_table(made)
    assert {each["name"]: (each["shares"], each["strike"]) for each in data.data["options"]} == {
        "options at 0.5": (408_000, 0.5),
        "warrants at 5": (1_200, 5),
    }
    assert "option op-2 of Ada expired on 2025-06-29 and is not paid." in data.unstated
    assert (
        "warrant w-2 of Fund A is for Series B; counted as the common that converts into, without that class's preference." in data.unstated
    )
    assert any("op-2 of Ada expired on 2025-06-29 and is not cancelled" in note for note in made.notes)
    assert made.fully_diluted == 10_700_000 + 1_200 + 15_000 - 15_000  # awards come out of the pool
    assert made.exercise_prices == ((0.5, 415_000), (5, 1_200))


def test_two_of_one_name_are_two_holders(tmp_path: Path) -> None:
    twin = person("ada2") | {"name": {"legal_name": "Ada"}}
    made = table(tmp_path, *company(), twin, stock("cs-3", "2023-01-01", "ada2", "common", "10", "0.0001"))
    assert [(each.stakeholder, each.shares) for each in made.holdings if "Ada" in each.stakeholder] == [
        ("Ada (ada)", 4_000_000),
        ("Ada (ada2)", 10),
    ]
    _, holders = paid(made, 90e6)
    assert {"Ada (ada)", "Ada (ada2)"} <= set(holders)


def test_a_second_class_of_common_counts_as_it_converts(tmp_path: Path) -> None:
    """1,000 Class F, each ten common: 10,000 beside 6,000,000, all common below the preferences' conversion."""
    right = {"conversion_mechanism": {"ratio": {"numerator": "10", "denominator": "1"}}, "converts_to_stock_class_id": "common"}
    common = named_after(company(), "common")
    second = {**common, "id": "f", "name": "Class F", "conversion_rights": [right]}
    made = table(tmp_path, *company(), second, stock("cf-1", "2023-01-01", "ben", "f", "1000", "0.0001"))
    securities, holders = paid(made, 13e6)
    assert made.common == 6_010_000
    assert holders["Ben"] == [pytest.approx(securities["common"][0] * 2_010_000 / 6_010_000)]


def test_names_that_every_exit_uses_and_names_that_are_too_long(tmp_path: Path) -> None:
    items = company()
    named_after(items, "a")["name"] = "common"
    named_after(items, "b")["name"] = "Series B Preferred Stock, par value one hundredth of a cent, of the second closing and after"
    made = table(tmp_path, *items)
    securities, holders = paid(made, 9e6)
    assert "common stock" in securities and all(len(name) <= 80 for name in securities)
    assert holders["Fund B"] == [7.5e6] and holders["Fund A"] == [1.5e6]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Series A: no participation cap. The format cannot say whether such a class participates; read as non-participating"),
        ({}, "Series B: participation cap 3x, read as the most it gets, its preference included."),
        ({}, "Accrued dividends, debt, fees, a carve-out, escrows: a cap table states none and none is counted."),
        ({}, "Awards (options, SARs, RSUs): 400,000 shares outstanding, 141,667 of them vested; all are paid, vested or not (--awards)."),
        ({"liquidation_preference_multiple": None}, "Series A: no multiple of the liquidation preference; read as 1x."),
        ({"conversion_rights": []}, "Series A: no conversion ratio; read as one share of common for one."),
        ({"price_per_share": None}, "Series A: no issue price of the class; its preference is counted at the average price"),
        ({"name": "Series A Participating Preferred"}, "Series A Participating Preferred: its name speaks of participation"),
        ({"participation_cap_multiple": "0"}, "Series A: a participation cap of 0 is taken for none."),
    ],
)
def test_what_a_package_leaves_open_is_said(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    items = company()
    series = named_after(items, "a")
    for key, value in changes.items():
        series[key] = value
        if value is None:
            del series[key]
    assert any(line.startswith(said) for line in stack_of_table(table(tmp_path, *items)).unstated)


@pytest.mark.parametrize("name", ["Series A Non-Participating", "Series A (nonparticipating)", "Series A"])
def test_a_name_that_says_no_participation_is_not_pointed_out(tmp_path: Path, name: str) -> None:
    items = company()
    named_after(items, "a")["name"] = name
    assert not any("its name speaks" in line for line in stack_of_table(table(tmp_path, *items)).unstated)


def test_amounts_in_two_currencies_are_refused_and_one_is_shown(tmp_path: Path) -> None:
    items = [
        *company(),
        convertible("s-1", "2024-07-01", "fund a", "5", safe_terms(), investment_amount={"amount": "5", "currency": "EUR"}),
    ]
    with pytest.raises(ScenarioError, match="cap table: states amounts in EUR, USD; an exit is divided in one currency"):
        stack_of_table(table(tmp_path / "two", *items))
    euros = json.loads(json.dumps([*company()]).replace("USD", "EUR"))
    code, out, _ = run("waterfall", "--captable", folder(tmp_path / "one", euros), "--exit", "50M", "--chart", tmp_path / "c.svg")
    assert code == 0 and "EUR 50,000,000" in out and "$" not in out.replace("(--", "")
    assert "Proceeds, EUR million" in (tmp_path / "c.svg").read_text()


def test_the_stack_file_reads_back_to_the_same_proceeds(tmp_path: Path) -> None:
    odd = person("eve") | {"name": {"legal_name": 'Eve "the \\ hand" O\'Neil'}}
    items = [odd if each["id"] == "eve" else each for each in full_company()]
    made = stack_of_table(table(tmp_path, *items))
    text = stack_toml(made)
    assert all(f"#   {line}" in text for line in made.unstated)
    typed = CapitalStack.parse(parse_toml(text.encode(), "made"))
    assert typed == CapitalStack.parse(made.data)
    assert 'Eve "the \\ hand" O\'Neil' in by_stakeholder(typed, proceeds(stack_of(typed), 5e7))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('of = "Series A"', 'of = "Series Z"', "holdings[2].of: 'Series Z' is not in the stack; name a class"),
        (
            'shares = 2000000.0\n\n[[holdings]]\nholder = "Fund B"',
            'shares = 2000009.0\n\n[[holdings]]\nholder = "Fund B"',
            "hold 2,000,009 of Series A, of which there are 2,000,000",
        ),
        ("title = ", 'currency = "dollars"\ntitle = ', "currency: "),
    ],
)
def test_holdings_that_do_not_fit_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = stack_toml(stack_of_table(table(tmp_path, *company())))
    assert old in text
    with pytest.raises(ScenarioError) as caught:
        CapitalStack.parse(parse_toml(text.replace(old, new, 1).encode(), "made"))
    assert len(caught.value.problems) == 1 and said in str(caught.value.problems[0])


def test_holdings_that_are_not_all_listed_leave_a_line(tmp_path: Path) -> None:
    text = stack_toml(stack_of_table(table(tmp_path, *company()))).replace("shares = 4000000.0", "shares = 3000000.0")
    typed = CapitalStack.parse(parse_toml(text.encode(), "made"))
    result = proceeds(stack_of(typed), 80e6)
    holders = by_stakeholder(typed, result)
    assert holders["common: holders not listed"][0] == pytest.approx(result.common[0] / 6)
    assert sum(row[0] for row in holders.values()) == pytest.approx(80e6, rel=1e-13)


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_both_ways_give_the_same_exit(tmp_path: Path) -> None:
    package = folder(tmp_path / "p", full_company())
    code, out, err = run("captable", "import", package, "--as-of", JUNE, "--stack", tmp_path / "stack.toml")
    assert (code, err) == (0, "") and "no participation cap" in out
    direct = run("waterfall", "--captable", package, "--as-of", JUNE, "--exit", "9M,100M", "--csv", tmp_path / "csv")
    written = run("waterfall", tmp_path / "stack.toml", "--exit", "9M,100M")
    assert (direct[0], written[0]) == (0, 0)
    assert direct[1].split("Not stated by the cap table")[0] == written[1]
    assert "Series A: no participation cap" in direct[1] and "SAFEs rank beside preferred stock" in direct[1]
    assert "Instalments due before their grant" in direct[1]
    for name in ("proceeds", "holders"):
        frame = pd.read_csv(tmp_path / "csv" / f"{name}.csv").drop(columns=["common_price"], errors="ignore")
        assert frame.drop(columns=["exit_value"]).sum(axis=1).tolist() == pytest.approx([9e6, 100e6], rel=1e-12)


def test_a_csv_of_holdings_is_divided_too(tmp_path: Path) -> None:
    (tmp_path / "caps.csv").write_text(CSV)
    code, out, _ = run("waterfall", "--captable", tmp_path / "caps.csv", "--as-of", JUNE, "--exit", "50M")
    by_package = run("waterfall", "--captable", folder(tmp_path / "p", company()), "--as-of", JUNE, "--exit", "50M")[1]
    assert code == 0 and "$12,837,500" in out and "$12,837,500" in by_package  # 7.5M + 1.2M x (50 - 7.5 + 0.2) / 9.6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--exit", "5M"), "waterfall: needs a stack file or --captable, and one of them; name one"),
        (("s.toml", "--captable", "p", "--exit", "5M"), "waterfall: needs a stack file or --captable, and one of them; name one"),
        (("s.toml", "--awards", "vested", "--exit", "5M"), "waterfall: --as-of, --awards and --grant-after-start read a cap table"),
        (("--captable", "nowhere", "--exit", "5M"), "nowhere: no such folder or zip"),
        (
            ("--captable", "p", "--as-of", "2020-01-01", "--exit", "5M"),
            "cap table: has no share outstanding on 2020-01-01; choose a later date",
        ),
        (("--captable", "p", "--as-of", "june", "--exit", "5M"), "--as-of: 'june' is no date; write it as 2026-11-01"),
    ],
)
def test_one_message_for_each_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "p", company())
    (tmp_path / "s.toml").write_text('title = "S"\ncommon = 100\n')
    code, out, err = run("waterfall", *arguments)
    assert (code, out) == (2, "") and err.startswith(said) and len(err.splitlines()) == 1


needs_samples = pytest.mark.skipif(not OCF.is_dir(), reason=f"the Open Cap Format samples are not at {OCF}")


@needs_samples
def test_the_options_tutorial_at_an_exit(tmp_path: Path) -> None:
    """Mended as in test_official_samples: 25,000 common, 5,000 preferred at $1 (1x assumed, converting above $1), 75,000 options at $0.10.
    $1M: p = (1M + 7,500) / 105,000; with the 2,083 vested options alone (1M + 208.30) / 32,083. $4,000: all to the preferred.
    """
    made = Path(shutil.copytree(OCF / "docs" / "tutorials" / "options" / "samples", tmp_path / "p", copy_function=shutil.copyfile))
    for name, old, new in (
        ("VestingTerms", '"relative_to_condition_id": "cliff"', '"relative_to_condition_id": "057d08c6-d7a8-4e0c-917c-bdf610651c25"'),
        ("Transactions", "resultant-security-id-1", "6cf44121-67b7-4868-807b-b2581efe6b21"),
    ):
        path = made / f"{name}.ocf.json"
        path.write_text(path.read_text().replace(old, new))
    read = cap_table(read_package(made), date(2024, 1, 31))
    for awards, options in (("all", 75_000), ("vested", 2_083)):
        securities, holders = paid(read, 4_000, 1e6, awards=awards)
        p = (1e6 + 0.1 * options) / (30_000 + options)
        assert securities["Preferred Shares"] == [4_000, pytest.approx(5_000 * p)]
        assert securities["common"] == [0, pytest.approx(25_000 * p)]
        assert holders == {"Jim Jangles": [pytest.approx(4_000), pytest.approx(1e6)]}


@needs_samples
def test_the_main_samples_put_together(tmp_path: Path) -> None:
    """The main samples illustrate one object at a time; here each issuance gets a security, a holder, a class and a plan that exist. The
    notes are in pounds, which is told; in dollars everything is divided and adds up. Series Seed: 2x, cap 2x.
    """
    made = Path(shutil.copytree(OCF / "samples", tmp_path / "p", copy_function=shutil.copyfile))
    path = made / "Transactions.ocf.json"
    data = json.loads(path.read_text())
    issued = [each for each in data["items"] if each["object_type"].endswith("_ISSUANCE")]
    (common, seed), (plan,) = (json.loads((made / f"{name}.ocf.json").read_text())["items"] for name in ("StockClasses", "StockPlans"))
    holder = json.loads((made / "Stakeholders.ocf.json").read_text())["items"][0]["id"]
    terms = json.loads((made / "VestingTerms.ocf.json").read_text())["items"][0]["id"]
    for number, each in enumerate(issued):
        each |= {"security_id": f"s{number}", "stakeholder_id": holder}
        each |= {"stock_class_id": (common, seed)[number % 2]["id"]} if "stock_class_id" in each else {}
        each |= {"stock_plan_id": plan["id"]} if "stock_plan_id" in each else {}
        each |= {"vesting_terms_id": terms} if "vesting_terms_id" in each else {}
    path.write_text(json.dumps({**data, "items": issued}).replace('"stock-class-id"', f'"{common["id"]}"'))
    day = date(2023, 1, 1)
    with pytest.raises(ScenarioError) as caught:
        stack_of_table(cap_table(read_package(made), day))
    assert "states amounts in" in str(caught.value) and "GBP" in str(caught.value)
    path.write_text(path.read_text().replace("GBP", "USD").replace("CAD", "USD"))
    read = cap_table(read_package(made), day)
    assert [each.kind for each in read.convertibles] == ["NOTE", "NOTE", "SAFE", "SAFE"]
    paid(read, 1e3, 1e5, 1e7, 1e9)
    said = "\n".join(stack_of_table(read).unstated)
    for line in (
        "Series Seed Preferred: participation cap 2x",
        "Notes are counted with interest to 2023-01-01",
        "neither cap nor discount",
    ):
        assert line in said
