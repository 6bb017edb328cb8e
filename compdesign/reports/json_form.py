"""The comparison as plain data: what `--json` writes."""

from dataclasses import is_dataclass
from math import isfinite
from typing import Any

from compdesign.metrics.candidate import candidate_catalog
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.runner_up import error_of_share
from compdesign.reports.findings import candidate_paths

FORMAT = 1


def as_data(comparison: Comparison) -> dict[str, Any]:
    """Everything a comparison found, in JSON's types. A number that is infinite is the text "infinite", one never observed is null."""
    typed = len(comparison.scenario.offers)
    return {
        "format": FORMAT,
        "engine_version": comparison.version,
        "scenario_hash": comparison.scenario_hash,
        "seed": comparison.seed,
        "paths": comparison.paths,
        "title": comparison.scenario.title,
        "verdict": comparison.verdict,
        "structures": list(comparison.structures[:typed]),
        "best": comparison.structures[comparison.best],
        "behind_the_best": dict(zip(comparison.structures[:typed], map(_plain, comparison.behind), strict=True)),
        "cash_bonus_twins": list(comparison.structures[typed:]),
        "cash_bonus_twin_differences": {
            name: _plain(each) for name, each in zip(comparison.structures[typed:], comparison.twin_differences, strict=True)
        },
        "links": list(comparison.links),
        "metrics": {row.metric.key: _row(comparison, row) for row in comparison.rows},
        "candidate_paths": candidate_paths(comparison),
        "candidate": {
            metric.key: {
                "label": metric.label,
                "unit": metric.unit,
                "definition": metric.definition,
                "values": {
                    name: {**_plain(each[metric.key]), **({"difference": _plain(apart[metric.key])} if metric.key in apart else {})}
                    for name, each, apart in zip(comparison.structures, comparison.candidate, comparison.candidate_differences, strict=True)
                },
            }
            for metric in candidate_catalog(comparison.scenario)
        },
        "tax_notes": list(comparison.tax_notes),
        "refresh_modes": list(comparison.awards),
        "acceptance": {
            offer.structure: {
                "production": _plain(offer.accept_production),
                "notebook": _plain(offer.accept_notebook),
                "production_mix": _plain(offer.mix),
            }
            for offer in comparison.result.offers
        },
        "runway_censored_share": dict(zip(comparison.structures, comparison.censored, strict=True)),
        "runway_censored_share_se": {
            name: error_of_share(share, comparison.paths) for name, share in zip(comparison.structures, comparison.censored, strict=True)
        },
        "null_ranking": {
            name: {**_plain(value), "difference": _plain(apart)}
            for name, value, apart in zip(comparison.structures, comparison.null, comparison.null_differences, strict=False)
        },
        "equal_terms": [_plain(view) for view in comparison.equal_terms],
        "break_evens": [
            {
                "structure": each.structure,
                "input": each.axis.name,
                "unit": each.axis.unit,
                "grid": list(each.axis.grid),
                "differences": [_plain(point) for point in each.differences],
                "roots": [_plain(root) for root in each.roots],
                "finding": each.finding,
            }
            for each in comparison.break_evens
        ],
        "output_at_break_even_incentive": [
            {
                "structure": each.structure,
                "gaming": each.gaming,
                "output_of": each.earner,
                "ties": [{"incentive": incentive, "output_rise": _plain(rise)} for incentive, rise in each.ties],
            }
            for each in comparison.output_at_ties
        ],
        "links_map": [_plain(cell) for cell in comparison.links_map],
        "tornado": {
            "structure": comparison.tornado_of,
            "bars": {name: [_plain(bar) for bar in bars] for name, bars in comparison.tornado.items()},
        },
        "defaults_used": [_plain(each) for each in comparison.defaults],
    }


def _row(comparison: Comparison, row: Any) -> dict[str, Any]:
    metric = row.metric
    cells = zip(comparison.structures, row.estimates, row.differences, strict=True)
    return {
        "label": metric.label,
        "unit": metric.unit,
        "definition": metric.definition,
        "better": metric.better,
        "group": metric.group,
        "values": {name: {**_plain(value), "difference": _plain(apart)} for name, value, apart in cells},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float):  # most of it
        return float(value) if isfinite(value) else None if value != value else "infinite" if value > 0 else "-infinite"
    if isinstance(value, bool | str | int) or value is None:
        return value
    if is_dataclass(value):
        return {key: _plain(getattr(value, key)) for key in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return _plain(float(value))
