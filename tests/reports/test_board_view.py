"""The board view itself: sums to the cent, a bridge that closes, and what it refuses."""

import sys
from pathlib import Path

import pytest

from compdesign.errors import ScenarioError
from compdesign.reports.board_parts import month_labels, quarter_labels, scale_for
from compdesign.reports.board_view import best_structure, board_view
from compdesign.reports.numbers import amount

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
    """Each column of the table adds up downwards; the chart does so along its steps, from no hires."""
    slide = next(each for each in view().slides if each.name == "Bridge")
    first, *steps, last = slide.tables[0].rows
    for column in (1, 2):
        added = first[column].value + sum(row[column].value for row in steps)  # type: ignore[operator,misc]
        assert added == pytest.approx(last[column].value, abs=0.1)
    assert sum(row[3].value for row in steps) == pytest.approx(last[3].value, abs=0.1)  # type: ignore[misc]
    assert last[2].value - last[1].value == pytest.approx(last[3].value, abs=0.1)  # type: ignore[operator]


def test_the_bridges_chart_starts_at_no_hires_so_that_its_steps_are_seen() -> None:
    """Beside the whole company's burn a step is a line; from no hires on, the highest column is as high as its highest step."""
    slide = next(each for each in view().slides if each.name == "Bridge")
    chart, (first, *_, last) = slide.charts[0], slide.tables[0].rows
    lines = {line.name: line.values for line in chart.lines}
    total = lines["Net burn less that of no hires"]
    assert first[1].value is not None and last[1].value is not None and last[2].value is not None
    assert total[-1] == pytest.approx(last[2].value - first[1].value, abs=0.02)
    approved = next(place for place, name in enumerate(chart.categories) if name.startswith("Approved plan"))
    assert total[approved] == pytest.approx(last[1].value - first[1].value, abs=0.02)
    level = 0.0
    parts = [name for name in lines if name not in ("(base)", "Net burn less that of no hires")]
    for place in range(len(chart.categories)):
        if place in (approved, len(chart.categories) - 1):
            assert level == pytest.approx(total[place], abs=0.1)
            continue
        size = sum(lines[name][place] or 0.0 for name in parts if name.startswith("Adds")) + sum(
            -(lines[name][place] or 0.0) for name in parts if name.startswith("Lowers")
        )
        level += size
    assert f"({amount(first[1].value, '$')})" in chart.title and "less that of no hires" in slide.notes[0]


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
    assert scale_for(9e11).text(9e11, 1.2e9) == "900.00 ± 1.20"  # in millions it would not fit its column
