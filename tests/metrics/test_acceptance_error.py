"""The error that the valuation run brings into the company's numbers, beside the error of the paths."""

import json
from math import hypot
from pathlib import Path

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.metrics.acceptance_error import ACCEPT, acceptance_error, leaning, slopes
from compdesign.metrics.catalog import metrics
from compdesign.metrics.comparison import Comparison, compare
from compdesign.metrics.estimates import difference, estimate
from compdesign.reports.json_form import as_data
from compdesign.reports.text import as_text
from compdesign.simulation.path_values import path_values
from compdesign.simulation.run import simulate_variants
from compdesign.simulation.valuation_run import value_offers
from compdesign.simulation.valuation_sets import jackknife
from tests.simulation.posed import posed

EXAMPLES = Path(__file__).parents[2] / "compdesign" / "examples"
REDRAW, FILL = 12.0, 20.0


def risky(slope: float) -> Scenario:
    """Offers beside one of the same pay; two of them with options whose value nobody knows well from 1,024 futures."""
    grant = {"instrument": "rsu", "amount": 4_000, "vesting": {"months": 0, "cliff": 0}}
    company = {"company.cash": 1e9, "company.debt": 1e9, "company.recurring_revenue": 1e8, "company.gross_margin": 0.0}
    valuation = {"company.valuation": {"multiple": 5.0, "reversion": 0.0, "volatility": 0.9}, "candidate.unexited_weight": 1.0}
    hiring = {"hiring.time_to_fill_days": FILL, "hiring.redraw_days": REDRAW, "hiring.acceptance": {"intercept": -1.0, "slope": slope}}
    scenario = posed(company | valuation | hiring | {"months": 60, "candidate.risk_aversion": 0.0}, base=90_000)
    [plain] = scenario.offers
    whole = scenario.model_dump()
    whole["offers"] = [
        plain.model_dump() | {"name": "a"},
        plain.model_dump() | {"name": "b", "grant": grant},
        plain.model_dump() | {"name": "c", "grant": grant | {"amount": 8_000}},
    ]
    return Scenario.parse(whole)


def test_the_error_of_the_days_to_fill_is_that_of_the_closed_form() -> None:
    """Days = fill + redraw (1/p - 1), so that they move by -redraw (1 - p)/p with the log odds of acceptance; the error of the log
    odds is that of p over p (1 - p).
    """
    scenario = risky(slope=3.0)
    offers = tuple(value_offers(scenario))
    found = acceptance_error(offers, slopes(simulate_variants(leaning(scenario), 4_096, path_values, typed=scenario), metrics(scenario)))
    days = next(each for each in metrics(scenario) if each.key == "fill_days")
    exact = [REDRAW * (1 - each.accept) / each.accept * each.accept_se / (each.accept * (1 - each.accept)) for each in offers]
    assert exact[0] < 1e-9 and found.of_all(days)[0][0] < 1e-9  # pay alone is known exactly
    for k in (1, 2):
        assert exact[k] > 0.05 and found.of_all(days)[0][k] == pytest.approx(exact[k], rel=0.1)
    moved = [REDRAW / each.left_out[:, ACCEPT] for each in offers]
    assert found.of(days, 2, 1) == pytest.approx(float(jackknife(moved[2] - moved[1])), rel=0.1)  # the same luck in both
    assert found.of(days, 2, 1) < 0.8 * hypot(*exact)


def test_where_acceptance_is_certain_there_is_no_such_error_and_no_run_for_it() -> None:
    comparison = compare(Scenario.load(EXAMPLES / "no_effect.toml"), 128)
    for row in comparison.rows:
        assert [each.se for each in row.estimates] == pytest.approx(
            [estimate(comparison.result, row.metric, k).se for k in range(3)], nan_ok=True
        )


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare(risky(slope=3.0), 1_024)


def test_the_table_shows_both_errors_together(compared: Comparison) -> None:
    row, result = compared.row("fill_days"), compared.result
    for k in (1, 2):
        of_paths, shown = estimate(result, row.metric, k).se, row.estimates[k].se
        assert shown > of_paths * 1.05
        assert row.differences[k].se > difference(result, row.metric, k).se * 1.05
        assert row.differences[k].value == difference(result, row.metric, k).value
    assert row.estimates[0].se == pytest.approx(estimate(result, row.metric, 0).se)


def test_structures_alike_stay_identical(compared: Comparison) -> None:
    assert {row.differences[0].label for row in compared.rows} == {"identical"}


def test_outputs_say_what_the_errors_rest_on(compared: Comparison) -> None:
    said = (
        "Acceptance and the values of what one candidate gets come from 1,024 futures of a run of their own, whatever the number of paths."
    )
    assert said in " ".join(as_text(compared).split())
    assert as_data(compared)["candidate_paths"] == 1_024
    json.dumps(as_data(compared), allow_nan=False)


def test_a_runway_beyond_the_horizon_is_not_moved(compared: Comparison) -> None:
    assert np.isinf([each.value for each in compared.row("runway_p50").estimates]).all()
    assert all(np.isfinite(each.se) for each in compared.row("runway_p50").estimates)
