"""Grants made after instalments of theirs were due: the policy is chosen, said, and counted."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compdesign.captable import cap_table, read_package
from compdesign.cli.app import app
from compdesign.errors import ScenarioError
from compdesign.inputs.scenario import Scenario
from compdesign.vesting import GrantAfterStart
from tests.captable.packages import company, folder, late_grant, transaction
from tests.captable.test_scenario_package import scenario_naming


@pytest.mark.parametrize(
    ("day", "on_grant", "with_next"),
    [("2025-03-10", 13_000, 0), ("2025-03-30", 13_000, 0), ("2025-03-31", 14_000, 14_000), ("2025-04-30", 15_000, 15_000)],
)
def test_what_was_due_before_the_grant_vests_by_the_policy(tmp_path: Path, day: str, on_grant: int, with_next: int) -> None:
    """Thirteen instalments precede the grant of 10 March 2025; the next one is that of 31 March."""
    package = read_package(folder(tmp_path, [*company(), *late_grant()]))
    for policy, expected, other in (
        (GrantAfterStart.ON_GRANT_DATE, on_grant, with_next),
        (GrantAfterStart.WITH_NEXT_INSTALMENT, with_next, on_grant),
    ):
        made = cap_table(package, date.fromisoformat(day), policy)
        (line,) = (each for each in made.holdings if (each.stakeholder, each.kind) == ("Ben", "option"))
        assert line.vested == expected
        late = made.late_grants
        assert late is not None and (late.policy, late.grants, late.on_date) == (policy, 1, int(expected != other))
        assert (late.vested, late.otherwise) == ((expected, other) if expected != other else (0, 0))


def test_it_matters_to_no_grant_made_in_time_nor_to_one_that_starts_late_before_any_instalment(tmp_path: Path) -> None:
    """op-1 starts on its grant date; op-9 granted in June 2024 starts in January, and its cliff is in January 2025."""
    early = [each | ({"date": "2024-06-01"} if each["id"] == "issue-op-9" else {}) for each in late_grant()]
    late = cap_table(read_package(folder(tmp_path, [*company(), *early])), date(2025, 6, 30)).late_grants
    assert late is not None and (late.grants, late.on_date) == (0, 0)


def test_an_acceleration_is_taken_after_the_policy(tmp_path: Path) -> None:
    """On 15 March 5,000 are accelerated: with the next instalment 5,000 have vested, on the grant date 18,000."""
    act = transaction("VESTING_ACCELERATION", "acc", "2025-03-15", security_id="op-9", quantity="5000", reason_text="agreed")
    package = read_package(folder(tmp_path, [*company(), *late_grant(), act]))
    vested = [cap_table(package, date(2025, 3, 20), policy).awards_vested for policy in GrantAfterStart]
    eve = 400_000 * 13 // 48
    assert [each - round(400_000 * 13 / 48) for each in vested] == [18_000, 5_000] and eve == 108_333


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*map(str, arguments)])
    return done.exit_code, " ".join(done.stdout.split()), done.stderr


def test_the_choice_and_its_effect_are_on_the_output(tmp_path: Path) -> None:
    package = folder(tmp_path / "p", [*company(), *late_grant()])
    code, out, _ = run("captable", "import", package, "--as-of", "2025-03-15", "--json", tmp_path / "t.json")
    assert code == 0
    assert (
        "Instalments due before their grant was made vest on the grant date (on_grant_date): this matters to the schedule of 1 grant "
        "outstanding, and to the vested shares of 1 grant on 2025-03-15: 13,000, and 0 by with_next_instalment." in out
    )
    assert json.loads((tmp_path / "t.json").read_text())["grants_after_start"] == {
        "policy": "on_grant_date",
        "grants": 1,
        "grants_changed_on_date": 1,
        "their_vested": 13_000,
        "their_vested_by_the_other_policy": 0,
    }
    code, out, _ = run("captable", "import", package, "--as-of", "2025-03-15", "--grant-after-start", "with_next_instalment")
    assert code == 0 and "vest with the next instalment (with_next_instalment)" in out and ": 0, and 13,000 by on_grant_date." in out
    code, out, _ = run("captable", "import", package, "--as-of", "2025-06-30")
    assert code == 0 and "schedule of 1 grant outstanding, and to no vested shares on 2025-06-30." in out
    assert run("captable", "import", package, "--grant-after-start", "never")[0] == 2


def test_a_scenario_states_it_where_it_names_a_package(tmp_path: Path) -> None:
    """On 15 March 2025 108,333 of op-1 have vested at $0.50, and of op-9 13,000 or none."""
    folder(tmp_path / "caps", [*company(), *late_grant()])
    for stated, expected in (
        ("", 448_000),
        (', grant_after_start = "with_next_instalment"', 448_000),
        (', awards = "vested"', 121_333),
        (', awards = "vested", grant_after_start = "with_next_instalment"', 108_333),
    ):
        path = scenario_naming(tmp_path, "caps")
        text = path.read_text().replace('package = "caps"', f'package = {{ path = "caps"{stated} }}')
        path.write_text(text.replace("as_of = 2025-06-30", "as_of = 2025-03-15"))
        made = Scenario.load(path).company.capitalization
        assert [(each.shares, each.strike) for each in made.options] == [(expected, 0.5)], stated


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{ path = "caps", awards = "some" }', "company.capitalization.package.awards: 'some' is no choice here; use all or vested"),
        (
            '{ path = "caps", grant_after_start = 3 }',
            "company.capitalization.package.grant_after_start: 3 is no choice here; use on_grant_date or with_next_instalment",
        ),
        (
            '{ path = "caps", policy = "x" }',
            "company.capitalization.package.policy: is no known key; the keys are path, awards, grant_after_start",
        ),
        ('{ awards = "all" }', "company.capitalization.package: {'awards': 'all'} is no path; name the folder, zip or CSV file in quotes"),
        ("{ path = 4 }", "company.capitalization.package: 4 is no path; name the folder, zip or CSV file in quotes"),
    ],
)
def test_one_message_for_a_fault_of_the_reference(tmp_path: Path, typed: str, said: str) -> None:
    folder(tmp_path / "caps", company())
    path = scenario_naming(tmp_path, "caps")
    path.write_text(path.read_text().replace('package = "caps"', f"package = {typed}"))
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    assert [str(each) for each in caught.value.problems] == [said]
