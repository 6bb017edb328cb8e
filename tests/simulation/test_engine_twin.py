"""The engine against its slow twin, path by path, on random scenarios."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from compdesign.inputs.scenario import Scenario
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import on_path, resolve
from compdesign.simulation.streams import Streams, input_stream
from compdesign.simulation.tables import BEYOND, CASH_OUT, COMPONENTS, EXIT, Outcome
from tests.simulation.scenarios import random_scenario
from tests.simulation.twin import Future, run_path

PATHS = 24
SIZE = 64
ENDS = {None: BEYOND, "cash-out": CASH_OUT, "exit": EXIT}


@pytest.mark.parametrize("seed", range(40))
def test_engine_equals_its_twin_on_every_path(seed: int) -> None:
    scenario = Scenario.parse(random_scenario(seed))
    streams = Streams(scenario.seed, 0, SIZE)
    resolved = resolve(scenario, lambda name: streams.uniform(input_stream(name)))
    accept = (0.7, 0.4)
    for offer in scenario.offers:
        outcome = simulate_structure(resolved, offer, streams, accept, slice(0, PATHS))
        for path in range(PATHS):
            future = run_path(on_path(resolved, path), offer, streams, path, accept)
            differences = compared(outcome, future, path)
            assert not differences, f"scenario {seed}, {offer.name}, path {path}:\n" + "\n".join(differences)


@pytest.mark.slow
def test_engine_equals_its_twin_on_hundreds_of_scenarios() -> None:
    for seed in range(40, 400):
        test_engine_equals_its_twin_on_every_path(seed)


def compared(outcome: Outcome, future: Future, path: int) -> list[str]:
    """What differs between the engine's path and the twin's, field by field."""
    last = len(future.cash_by)
    exact = {
        "end": (outcome.end[path], ENDS[future.end]),
        "end_month": (outcome.end_month[path], future.end_month),
        "verified": (outcome.verified[path], future.verified),
        "qualifying": (outcome.qualifying[path], future.qualifying),
        "filled_months": (outcome.filled_months[path], future.filled),
        "qualifying_by": (outcome.qualifying_by[:last, path].tolist(), future.qualifying_by),
    }
    close = {
        "reserved": (outcome.reserved[path], future.reserved),
        "shortfall": (outcome.shortfall[path], future.shortfall),
        "pool": (outcome.pool[path], future.pool),
        "fully_diluted": (outcome.fully_diluted[path], future.diluted),
        "topped_up": (outcome.topped_up[path], future.topped_up),
        "runway": (outcome.runway[path], future.runway),
        "cash": (outcome.cash[:last, path], future.cash_by),
        "price_by": (outcome.price_by[:last, path], future.price_by),
        "price": (outcome.price[path], future.end_price),
        "ga": (outcome.ga[path], future.ga),
        "ga_delay": (outcome.ga_delay[path], future.ga_delay),
        "margin_cash": (outcome.margin_cash[path], future.margin_cash),
        "present_pay": (outcome.present_pay[path], future.present_pay),
        "gain": (outcome.gain[path], future.gain()),
        "pay": (outcome.pay[:, :, path].T, [[year[name] for name in COMPONENTS] for year in future.pay]),
    }
    found = [f"{name}: engine {engine}, twin {twin}" for name, (engine, twin) in exact.items() if engine != twin]
    found += [f"{name}: engine {engine}, twin {twin}" for name, (engine, twin) in close.items() if not near(engine, twin)]
    for name, key in (
        ("hires", ("seat", "ordinal")),
        ("grants", ("seat", "ordinal", "month", "rule", "shares", "vested", "strike", "true_effect")),
        ("cash_awards", ("seat", "ordinal", "month", "rule")),
    ):
        rows = sorted(of_path(getattr(outcome, name), path), key=lambda row: [row[k] for k in key])
        twins = sorted(
            {"hires": future.hires, "grants": future.grants, "cash_awards": future.paid}[name], key=lambda row: [row[k] for k in key]
        )
        if len(rows) != len(twins):
            found.append(f"{name}: engine has {len(rows)} rows, twin {len(twins)}")
            continue
        for row, twin in zip(rows, twins, strict=True):
            found += [
                f"{name} {[twin[k] for k in key]}: {field}: engine {row[field]}, twin {value}"
                for field, value in twin.items()
                if not near(row[field], value)
            ]
    return found


def of_path(table: Any, path: int) -> list[dict[str, Any]]:
    columns = {field.name: getattr(table, field.name) for field in dataclasses.fields(table)}
    return [{name: column[row] for name, column in columns.items()} for row in np.flatnonzero(columns["path"] == path)]


def near(engine: Any, twin: Any) -> bool:
    """Equal up to the float32 in which behaviour runs; a share or a cent per million is what rounding down can turn that into."""
    one, other = np.asarray(engine, float), np.asarray(twin, float)
    tolerance = 2e-4 + 1e-6 * np.max(np.abs(other[np.isfinite(other)]), initial=0)
    return bool(np.allclose(one, other, rtol=2e-5, atol=tolerance, equal_nan=True))
