"""A scenario with everything switched off, on which a test switches on the one thing it asks about."""

import dataclasses
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import numpy as np
from scipy.stats import binom, norm

from compdesign.inputs.scenario import Scenario
from compdesign.simulation.engine import simulate_structure
from compdesign.simulation.parameters import resolve
from compdesign.simulation.streams import RNG_BLOCK, Streams, input_stream
from compdesign.simulation.tables import Outcome

NOBODY_LEAVES = [{"from_month": 0, "annual_probability": 0.0}]

_STILL: dict[str, Any] = {
    "title": "posed",
    "as_of": "2026-01-01",
    "months": 24,
    "seed": 7,
    "discount_rate": 0.0,
    "company": {
        "cash": 2.0**40,
        "recurring_revenue": 0,
        "revenue_growth": 0.0,
        "gross_margin": 0.0,
        "operating_expense": 0,
        "ga": {"deployments": 10_000},
        "valuation": {"multiple": 1.0, "reversion": 0.0, "volatility": 0.0},
        "capitalization": {"common_shares": 1_000_000, "pool_available": 100_000_000},
        "exit": {"annual_hazard": 0.0},
    },
    "hiring": {
        "seats": 1,
        "time_to_fill_days": 0,
        "time_to_fill_spread": 0,
        "production_share": 1.0,
        "recruiting_fee": 0,
        "redraw_days": 0,
        "acceptance": {"certain": True},
        "payroll_load": 0,
        "compute_cost": 0,
    },
    "production": {"build_shape": 1.0, "build_months": 3.0, "staging_months": 0},
    "notebook": {"build_shape": 1.0, "build_months": 30.0, "staging_months": 0},
    "deployment": {
        "review_months": 0,
        "committee_delay_days": 0,
        "rollback_probability": 0,
        "verification_days": 0,
        "qualifying_probability": 1.0,
        "margin_effect_bps": 0,
        "margin_effect_sd_bps": 0,
        "margin_half_life_months": 1e15,
        "margin_saturation_bps": 1e15,
        "measurement_sd_bps": 0,
        "measurement_persistence": 0,
    },
    "departure": {"attrition": NOBODY_LEAVES},
    "checkpoints": [],
    "candidate": {
        "wealth": 100_000,
        "risk_aversion": 2.0,
        "outside_pay": 0,
        "search_gap_months": 0,
        "competing": {"base": 100_000, "annual_attrition": 0.0, "equity_volatility": 0.0},
    },
    "offers": [{"name": "offer", "base": 120_000}],
}


def posed(changes: dict[str, Any] | None = None, **offer: Any) -> Scenario:
    """The still scenario with the values at these dotted names replaced, and with these fields of its one offer."""
    data = deepcopy(_STILL)
    data["offers"][0] |= offer
    for name, value in (changes or {}).items():
        *tables, key = name.split(".")
        place = data
        for table in tables:
            place = place.setdefault(table, {})
        place[key] = value
    return Scenario.parse(data)


def outcomes(scenario: Scenario, blocks: int = 2, accept: tuple[float, float] = (1.0, 1.0)) -> Iterator[tuple[Scenario, Outcome]]:
    """The resolved scenario and the outcome of its first offer, on each RNG block."""
    for block in range(blocks):
        streams = Streams(scenario.seed, block)
        resolved = resolve(scenario, lambda name, streams=streams: streams.uniform(input_stream(name)))
        yield resolved, simulate_structure(resolved, scenario.offers[0], streams, accept)


def run(scenario: Scenario, blocks: int = 2, accept: tuple[float, float] = (1.0, 1.0)) -> Outcome:
    """All blocks in one outcome: path counts on through the blocks."""
    return joined([outcome for _, outcome in outcomes(scenario, blocks, accept)], RNG_BLOCK)


def joined(parts: list[Outcome], sizes: int | list[int]) -> Outcome:
    """Outcomes of neighbouring slices of paths as one. sizes: paths of each, or of all alike."""
    widths = [sizes] * len(parts) if isinstance(sizes, int) else sizes
    firsts = np.cumsum([0, *widths])[:-1]
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(Outcome):
        values = [getattr(part, field.name) for part in parts]
        if isinstance(values[0], np.ndarray):
            fields[field.name] = np.concatenate(values, axis=-1)
        else:
            fields[field.name] = _stacked(values, firsts)
    return Outcome(**fields)


def _stacked(tables: list[Any], firsts: np.ndarray) -> Any:
    columns = {}
    for field in dataclasses.fields(tables[0]):
        chunks = [getattr(table, field.name) for table in tables]
        if field.name == "path":
            chunks = [chunk + first for chunk, first in zip(chunks, firsts, strict=True)]
        columns[field.name] = np.concatenate([chunk for chunk in chunks if chunk.size] or chunks[:1])
    return type(tables[0])(**columns)


def by_path(outcome: Outcome, path: np.ndarray, amounts: np.ndarray | float = 1.0) -> np.ndarray:
    """Sum of a column of a table over each path, float64[path]."""
    return np.bincount(path.astype(np.int64), np.broadcast_to(amounts, path.shape), len(outcome.end)).astype(float)


def within(sample: np.ndarray, exact: float, sigmas: float = 4.0) -> None:
    """The mean of independent draws is within so many standard errors of `exact`; draws that never differ equal it.

    Of draws that are true or false the count itself is judged, by the binomial tail as long as that of the normal.
    """
    sample = np.asarray(sample)
    assert sample.size >= 500, f"only {sample.size} draws"
    if sample.dtype == bool and 0 < exact < 1:
        count = np.count_nonzero(sample)
        tail = min(binom.cdf(count, sample.size, exact), binom.sf(count - 1, sample.size, exact))
        assert tail > norm.sf(sigmas), f"share {count / sample.size:.6g}, exactly {exact:.6g}: tail {tail:.1g}"
        return
    sample = sample.astype(float)
    assert np.isfinite(sample).all()
    mean, error = sample.mean(), sample.std(ddof=1) / np.sqrt(sample.size)
    if sample.min() == sample.max():
        assert sample[0] == exact, f"always {sample[0]!r}, exactly {exact!r}"
        return
    assert abs(mean - exact) <= sigmas * error, f"mean {mean:.6g}, exactly {exact:.6g}: {(mean - exact) / error:+.1f} standard errors"


def variance_within(sample: np.ndarray, mean: float, variance: float, sigmas: float = 4.0) -> None:
    """The variance around the exact mean is within so many standard errors of the exact one."""
    within((np.asarray(sample, float) - mean) ** 2, variance, sigmas)


def count_moments(arrived: Callable[[int], float]) -> tuple[float, float]:
    """Mean and variance of N from P(N >= j): E N = sum P(N >= j), E N^2 = sum (2j - 1) P(N >= j)."""
    mean = square = 0.0
    for j in range(1, 10_000):
        chance = arrived(j)
        mean, square = mean + chance, square + (2 * j - 1) * chance
        if chance < 1e-15:
            break
    return mean, square - mean**2


__all__ = ["NOBODY_LEAVES", "by_path", "count_moments", "joined", "outcomes", "posed", "run", "variance_within", "within"]
