"""The board view itself: sums to the cent, a bridge that closes, and what it refuses."""

import sys
from pathlib import Path

import pytest

from compdesign.errors import ScenarioError
from compdesign.reports.board_parts import month_labels, quarter_labels, scale_for
from compdesign.reports.board_view import best_structure, board_view

sys.path.insert(0, str(Path(__file__).parent))
from datetime import date

from board_cases import made, view


def test_quarters_total_and_components_add_up_to_the_cent() -> None:
    shown = view()
    for each in (*shown.components, shown.compensation, shown.awards, *shown.company):
        assert sum(each.quarters) == pytest.approx(each.total, abs=1e-6)
        assert sum(each.months[3:6]) == pytest.approx(each.quarters[1], abs=1e-6)
    for month in range(len(shown.months)):
        assert sum(each.months[month] for each in shown.components) == pytest.approx(shown.compensation.months[month], abs=1e-6)


def test_bridge_closes() -> None:
    slide = next(each for each in view().slides if each.name == "Bridge")
    level = 0.0
    for cell in slide.tables[0].rows:
        name, value = cell[0].text, cell[1].value
        assert value is not None
        if name in ("No hires", "Approved plan", "Proposed"):
            assert name == "No hires" or level == pytest.approx(value, abs=0.1)
            level = value
        else:
            level += value
    lines = {line.name: line.values for line in slide.charts[0].lines}
    assert lines["Net burn"][-1] == slide.tables[0].rows[-1][1].value


def test_expense_has_its_spread_beside_the_mean() -> None:
    """Mean, p10 and p90 of new-hire grants, refresh awards and all grants; means of the kinds add up, and quarters to the comparison."""
    [slide] = [each for each in view().slides if each.name == "Expense"]
    [table] = slide.tables
    assert table.header == ("Quarter", "New-hire grants", "p10", "p90", "Refresh awards", "p10", "p90", "All grants", "p10", "p90")
    values = [[cell.value for cell in row[1:]] for row in table.rows]
    for new, low, high, refresh, _, _, both, all_low, all_high in values:  # type: ignore[misc]
        assert new + refresh == pytest.approx(both, abs=0.011)  # type: ignore[operator]
        assert low <= high and all_low <= all_high  # type: ignore[operator]
    compared = made()[0].row("sbc_total").estimates[1].value
    assert sum(row[6] for row in values) == pytest.approx(compared, abs=0.02)  # type: ignore[misc]
    assert any(row[8] > row[6] > row[7] for row in values)  # type: ignore[operator]
    assert "Monte Carlo error" in slide.points[1] and "spread of outcomes" in slide.points[1]
    assert [line.name for line in slide.charts[0].lines] == ["90th percentile", "Mean", "10th percentile"]


def test_a_structure_without_grants_has_no_page_of_expense() -> None:
    assert "Expense" not in [each.name for each in view(one=True).slides]


def test_tie_out_differs_by_nothing() -> None:
    assert all(row[3].value == 0 for row in view().ties.rows)


def test_the_first_structure_stands_beside_the_ask_where_it_is_better() -> None:
    slide = view().slides[0]
    comparison = made()[0]
    assert slide.points[1] == comparison.verdict
    worse = next(row for row in comparison.rows if row.metric.key == "dilution")
    assert worse.differences[1].label == "material"
    assert "Dilution" in slide.points[2]


def test_unknown_structure_and_default() -> None:
    comparison, series = made()
    assert best_structure(comparison) in comparison.structures[:2]
    with pytest.raises(ScenarioError, match="use one of cash, milestone refresh"):
        board_view(comparison, series, "milestone refresh, paid in cash")


def test_labels_and_scales() -> None:
    assert month_labels(date(2026, 11, 30), 3) == ("Nov 26", "Dec 26", "Jan 27")
    assert quarter_labels(date(2026, 11, 1), 4) == ("Q1 Nov 26", "Q2 Feb 27")
    assert month_labels(date(9999, 12, 1), 2)[1] == "Jan 00"
    assert scale_for(3e9).text(-1.4e6) == "-1.40"
    assert scale_for(5e6).text(-10) == "0.0"
    assert scale_for(100).text(12, 3) == "12 ± 3"
