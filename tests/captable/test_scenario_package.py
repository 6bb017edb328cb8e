"""A scenario that names its cap table instead of typing it; and cap tables from CSV."""

from datetime import date
from pathlib import Path

import pytest

from compdesign.captable import read_holdings
from compdesign.errors import ScenarioError
from compdesign.inputs.scenario import Scenario
from compdesign.inputs.toml_file import read_toml
from tests.captable.packages import company, folder, zipped

EXAMPLE = Path(__file__).parents[2] / "compdesign" / "examples" / "no_effect.toml"
CSV = """stakeholder,kind,name,shares,vested,price,multiple,participation_cap,ratio,seniority
Ada,common,Common,"4,000,000",,,,,,
Ben,common,Common,2000000,,,,,,
Fund A,preferred,Series A,2000000,,2.00,1,,1,2
Fund B,preferred,Series B,1000000,,$5.00,1.5,3,1.2,3
Eve,option,2024 Plan,400000,141667,0.50,,,,
,pool,2024 Plan,1100000,,,,,,
"""


def scenario_naming(tmp_path: Path, package: str, extra: str = "") -> Path:
    """The example with its capitalization replaced by a package, dated 30 June 2025."""
    lines, inside = [], False
    for line in EXAMPLE.read_text().splitlines():
        if line.startswith("["):
            inside = line.startswith("[company.capitalization]")
            if inside:
                lines += ["[company.capitalization]", f'package = "{package}"', extra]
                continue
        if not inside:
            lines.append("as_of = 2025-06-30" if line.startswith("as_of") else line)
    path = tmp_path / "scenario.toml"
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("kind", ["folder", "zip", "csv"])
def test_shares_come_from_the_package_beside_the_scenario(tmp_path: Path, kind: str) -> None:
    """Common 6,000,000; B ahead of A, participating to 3x; preference $7.5M and $4M; 400,000 options at $0.50; 1,100,000 left to grant."""
    if kind == "folder":
        folder(tmp_path / "caps" / "ours", company())
    elif kind == "zip":
        (tmp_path / "caps").mkdir()
        zipped(tmp_path / "caps" / "ours", company())
    else:
        (tmp_path / "caps").mkdir()
        (tmp_path / "caps" / "ours.csv").write_text(CSV)
    loaded = Scenario.load(scenario_naming(tmp_path, f"caps/ours{'.csv' if kind == 'csv' else ''}"))
    made = loaded.company.capitalization
    assert (made.common_shares, made.preferred_shares, made.preferred_as_converted) == (6_000_000, 0, 3_200_000)
    assert (made.preference, made.pool_available, made.fully_diluted) == (11_500_000.0, 1_100_000, 10_700_000)
    senior, junior = made.classes
    assert (senior.name, senior.rank, senior.invested, senior.multiple, senior.conversion_ratio) == ("Series B", 1, 5e6, 1.5, 1.2)
    assert (senior.participation, senior.cap_multiple) == ("capped", 3)
    assert (junior.name, junior.rank, junior.invested, junior.multiple, junior.participation) == ("Series A", 2, 4e6, 1, "none")
    assert [(each.shares, each.strike) for each in made.options] == [(400_000, 0.5)]


def test_a_package_and_typed_shares_contradict(tmp_path: Path) -> None:
    folder(tmp_path / "caps", company())
    with pytest.raises(ScenarioError, match=r"company\.capitalization\.pool_available: is typed and comes from the package as well"):
        Scenario.load(scenario_naming(tmp_path, "caps", "pool_available = 5"))


def test_a_package_and_one_class_of_preferred_contradict(tmp_path: Path) -> None:
    folder(tmp_path / "caps", company())
    with pytest.raises(ScenarioError, match=r"company\.capitalization\.preferred_shares: is typed and comes from the package as well"):
        Scenario.load(scenario_naming(tmp_path, "caps", "preferred_shares = 5"))


@pytest.mark.parametrize("named", ["/etc", {"path": "/etc"}])
def test_a_package_is_refused_where_there_is_no_file(tmp_path: Path, named: object) -> None:
    """As on standard input or the API: a path sent by somebody else is never opened."""
    data = read_toml(scenario_naming(tmp_path, "x"))
    data["company"]["capitalization"]["package"] = named
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse(data)
    assert [str(each) for each in caught.value.problems] == [
        "company.capitalization: names a cap-table package, which only a scenario file can; type the shares, or load the scenario from its file"
    ]


@pytest.mark.parametrize(
    ("package", "said"), [("nowhere", "no such folder or zip"), ("", "'' is no path"), ("scenario.toml", "is neither a folder nor a zip")]
)
def test_a_package_that_cannot_be_read(tmp_path: Path, package: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        Scenario.load(scenario_naming(tmp_path, package))


def test_csv_holdings(tmp_path: Path) -> None:
    (tmp_path / "caps.csv").write_text(CSV)
    table = read_holdings(tmp_path / "caps.csv", date(2025, 6, 30))
    assert table.fully_diluted == 10_700_000
    assert table.awards_vested == 141_667
    assert [(each.name, each.preference, each.multiple_assumed) for each in table.preference_stack] == [
        ("Series B", 7_500_000, False),
        ("Series A", 4_000_000, False),
    ]
    (plan,) = table.plans
    assert (plan.reserved, plan.outstanding, plan.available) == (1_500_000, 400_000, 1_100_000)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stakeholder,kind", "holder,kind", "has no column stakeholder"),
        ("Ben,common", "Ben,ordinary", "row 3: kind is 'ordinary'; use one of common, preferred"),
        ("2000000,,,,,,", "-5,,,,,,", "row 3: shares is '-5'; give a number, 0 or more"),
        ("Ben,common,Common,2000000,", "Ben,common,Common,,", "row 3: states no shares"),
        ("Ben,", ",", "row 3: names no stakeholder"),
        ("400000,141667", "400000,500000", "vested is 500000 of 400000 shares"),
        ("Eve,option", "Fund C,preferred,Series B,1,,,2,,,\nEve,option", "class 'Series B' has 2 values of multiple"),
        (",pool,2024 Plan,1100000,,,,,,", ",pool,2024 Plan", "has another number of values than the header"),
        ("Ada,common", '"Ada,common', "is no CSV"),
    ],
)
def test_one_message_for_a_fault_in_csv(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CSV
    (tmp_path / "caps.csv").write_text(CSV.replace(old, new, 1))
    with pytest.raises(ScenarioError) as caught:
        read_holdings(tmp_path / "caps.csv", date(2025, 6, 30))
    found = [str(each) for each in caught.value.problems]
    assert any(said in each for each in found), found
    if not said.startswith("has no column"):  # a misnamed column is missing and unknown
        assert len(found) == 1
