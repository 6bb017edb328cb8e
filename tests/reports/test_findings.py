"""What is said of a comparison: null ranking first, no flip that is noise, nothing that ships nothing ahead."""

import tomllib
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.break_even import Root
from compdesign.metrics.comparison import Comparison, compare
from compdesign.metrics.estimates import Difference, Estimate
from compdesign.reports.findings import equity_or_milestone, failed_hires, flips, null_line
from compdesign.reports.numbers import amount
from compdesign.reports.text import as_text

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"


@pytest.fixture(scope="module")
def plain() -> Comparison:
    return compare(Scenario.load(EXAMPLES / "no_effect.toml"), 256)


@pytest.fixture(scope="module")
def silent() -> Comparison:
    """The committee keeps everything of the first structure for longer than the run."""
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    offers = [data["offers"][0] | {"name": "silent", "committee_delay_days": 5_000}, *data["offers"]]
    return compare(Scenario.parse(data | {"months": 12, "offers": offers}), 128)


def test_the_null_ranking_stands_under_the_title(plain: Comparison) -> None:
    title, line = as_text(plain, 1_000).splitlines()[:2]
    assert title == plain.scenario.title
    assert line == null_line(plain)
    assert "1. 'milestone refresh'" in line and "2. 'cash'" in line
    assert plain.null_differences[1].label in line
    assert "No link is stated" in line


def test_the_null_line_says_whether_the_links_change_the_order(plain: Comparison) -> None:
    data = tomllib.loads((EXAMPLES / "no_effect.toml").read_text())
    linked = replace(plain, scenario=Scenario.parse(data | {"links": {"drought": 0.1}}))
    assert "the order is the same" in null_line(linked)
    turned = replace(linked, null=plain.null[::-1])
    assert "the order differs: 1. 'milestone refresh', 2. 'cash'" in null_line(turned)


def test_a_view_flips_only_by_a_material_difference(plain: Comparison) -> None:
    """The finding that started this: 'cash is then cheapest' by $586 ± 1,490."""
    view = plain.equal_terms[1]
    noisy = replace(view, cheapest=0, behind=(Difference(0.0, 0.0, "identical"), Difference(586.0, 1_490.0, "within noise")))
    assert "equal company cost" not in flips(replace(plain, equal_terms=(noisy,))).sentence
    material = replace(noisy, behind=(noisy.behind[0], Difference(20_000.0, 1_490.0, "material")))
    assert "equal company cost: 'cash' is then cheapest" in flips(replace(plain, equal_terms=(material,))).sentence


def test_a_break_even_flips_only_if_the_lead_is_materially_lost(plain: Comparison) -> None:
    each = next(each for each in plain.break_evens if each.axis.name == "exit value")
    root = (Root(2.0, 1.0, 3.0),)
    ahead = Difference(-90_000.0, 1_000.0, "material")
    for last, flipped in ((Difference(500.0, 900.0, "within noise"), False), (Difference(50_000.0, 900.0, "material"), True)):
        posed = replace(each, roots=root, differences=(ahead, ahead, ahead, ahead, last))
        said = flips(replace(plain, equal_terms=(), break_evens=(posed,))).sentence
        assert ("ties with 'cash' at 2 (1 to 3)" in said) == flipped


def test_who_ships_nothing_is_no_flip_and_last_in_the_null_ranking(silent: Comparison) -> None:
    assert "'silent'" not in flips(silent).sentence
    assert "3. 'silent' none seen" in null_line(silent)
    assert all(view.cheapest != 0 for view in silent.equal_terms)
    printed = as_text(silent, 150)
    assert "3. silent" in printed


def test_nothing_deployed_anywhere_is_said(silent: Comparison) -> None:
    none = tuple(Estimate(nan, nan) for _ in silent.null)
    assert "1. 'silent' none seen" in null_line(replace(silent, null=none))


def test_equity_or_milestone_is_answered_in_a_sentence(plain: Comparison) -> None:
    (said,) = equity_or_milestone(plain)
    assert said.startswith("Equity or milestone? 'milestone refresh' paid in cash instead: cost per deployment +$")
    assert said.endswith("so equity is the cheaper way to pay for the same milestones.")
    assert said in as_text(plain, 1_000)
    alike = replace(plain, twin_differences=({**plain.twin_differences[0], "cost_per_deployment": Difference(0.0, 0.0, "identical")},))
    assert "it is not the equity that makes the difference" in equity_or_milestone(alike)[0]


def test_what_the_screen_and_the_checkpoint_save_is_one_line() -> None:
    found = compare(Scenario.load(EXAMPLES / "notebook_engineer.toml"), 256)
    said = failed_hires(found)
    assert said is not None and said in as_text(found, 1_000)
    assert said.startswith("Failed hires cost 'as before: look at month nine' $") and "$285k ± 0.00 each" in said
    for k in (1, 2):
        saved = found.row("failed_cost").differences[k]
        assert saved.value < 0
        assert f"'{found.structures[k]}' saves {amount(-saved.value, '$')}" in said
        assert said.count(f", {saved.label}") >= 1
