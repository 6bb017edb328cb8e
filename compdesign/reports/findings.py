"""What a comparison found, in sentences that every output shares: who is ahead where, what would flip it, what is worth a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from compdesign.inputs.offers import MarginGain
from compdesign.metrics.break_even import BreakEven
from compdesign.metrics.catalog import Metric
from compdesign.metrics.comparison import Comparison, Row
from compdesign.metrics.estimates import MATERIAL, Difference
from compdesign.metrics.runner_up import order
from compdesign.reports.letter_words import leaves
from compdesign.reports.numbers import with_error, with_label
from compdesign.simulation.tables import COMPONENTS

SECTIONS = (("decision", "Decide by"), ("company", "Company"), ("people", "People"), ("equity", "Equity"))


@dataclass(frozen=True)
class Finding:
    """A heading, what was found under it, and what to say if that is nothing."""

    lead: str
    items: tuple[str, ...]
    otherwise: str

    @property
    def sentence(self) -> str:
        """The finding as one line."""
        return f"{self.lead}: {'; '.join(self.items) or self.otherwise}."


def rival(comparison: Comparison) -> int:
    """Who the first structure is held against: the best, or the next best where the first is best; 0 if it stands alone."""
    ranked = order(comparison.rows[0].estimates[: len(comparison.scenario.offers)])
    return comparison.best or next((k for k in ranked if k), 0)


def null_line(comparison: Comparison) -> str:
    """The ranking with every link at zero in one line, with labels, and whether the links as stated change it."""
    typed = len(comparison.scenario.offers)
    if typed == 1:
        return (
            f"With every link from pay or process to behaviour at zero a qualifying deployment costs {with_error(comparison.null[0], '$')}."
        )
    ranked = order(comparison.null)
    places = (
        f"{place}. '{comparison.structures[k]}' {with_error(comparison.null[k], '$')}"
        + (f" ({with_label(comparison.null_differences[k], '$')})" if k else "")
        for place, k in enumerate(ranked, start=1)
    )
    said = f"Null ranking, every link from pay or process to behaviour at zero (differences to '{comparison.structures[0]}'): {', '.join(places)}."
    if not any(True for _ in comparison.scenario.links_on()):
        return f"{said} No link is stated, so everything below rests on it."
    as_stated = order(comparison.rows[0].estimates[:typed])
    if as_stated == ranked:
        return f"{said} With the links as stated the order is the same."
    names = ", ".join(f"{place}. '{comparison.structures[k]}'" for place, k in enumerate(as_stated, start=1))
    return f"{said} With the links as stated the order differs: {names}."


def equity_or_milestone(comparison: Comparison) -> tuple[str, ...]:
    """One sentence per milestone structure: what the same triggers do when they are paid in cash."""
    by_key = {row.metric.key: row.metric for row in comparison.rows if row.metric.group == "decision"}
    return tuple(
        _of_twin(comparison.structures[k], each, by_key)
        for k, each in zip(milestones(comparison), comparison.twin_differences, strict=True)
    )


def _of_twin(name: str, twin: dict[str, Difference], by_key: dict[str, Metric]) -> str:
    cost, shipped = twin["cost_per_deployment"], twin["qualifying_by_24"]
    if cost.label == MATERIAL:
        answer = f"{'equity' if cost.value > 0 else 'cash'} is the cheaper way to pay for the same milestones"
    elif cost.label.startswith("depends on"):
        answer = "which is the cheaper way to pay for them turns with that input"
    else:
        answer = (
            "it is not the equity that makes the difference: the same milestones paid in cash do as well"
            if isfinite(cost.value)
            else "nothing is deployed"
        )
    changes = f"cost per deployment {with_label(cost, '$')}; {by_key['qualifying_by_24'].label.lower()} {with_label(shipped, 'count')}"
    return f"Equity or milestone? '{name}' paid in cash instead: {changes}; so {answer}."


def losses(comparison: Comparison) -> Finding:
    """Rows on which the first structure beats the one with the lowest objective by a material difference."""
    ahead = comparison.best
    first = comparison.structures[0]
    if ahead == 0:
        other = tuple(
            f"{row.metric.label} ('{comparison.structures[k]}')"
            for row in comparison.rows
            for k in range(1, len(comparison.scenario.offers))
            if favours_other(row, k) and row.metric.group == "decision"
        )
        return Finding(f"Where others beat '{first}'", other, "on no row it is decided by")
    lead = f"Where '{first}' is better than '{comparison.structures[ahead]}'"
    return Finding(lead, tuple(_worse(comparison, ahead)), "on no row above the thresholds")


def _worse(comparison: Comparison, k: int) -> Iterator[str]:
    accept = [each["accept"].value for each in comparison.candidate]
    if accept[k] < accept[0]:
        yield f"P(accept) ({100 * accept[k]:.0f} % against {100 * accept[0]:.0f} %)"
    for row in comparison.rows:
        if row.metric.group in ("decision", "people") and favours_first(row, k):
            yield f"{row.metric.label} ({with_label(row.differences[k], row.metric.unit)})"


def gains(comparison: Comparison, k: int) -> Finding:
    """Rows on which a structure beats the first by a material difference: the other side of `_worse`, in the same words."""
    lead = f"Where '{comparison.structures[k]}' is better than '{comparison.structures[0]}'"
    return Finding(lead, tuple(_better(comparison, k)), "on no row above the thresholds")


def _better(comparison: Comparison, k: int) -> Iterator[str]:
    accept = [each["accept"].value for each in comparison.candidate]
    if accept[k] > accept[0]:
        yield f"P(accept) ({100 * accept[k]:.0f} % against {100 * accept[0]:.0f} %)"
    for row in comparison.rows:
        if row.metric.group in ("decision", "people") and favours_other(row, k):
            yield f"{row.metric.label} ({with_label(row.differences[k], row.metric.unit)})"


def setbacks(comparison: Comparison, k: int) -> Finding:
    """Rows on which the first structure beats another by a material difference."""
    lead = f"Where '{comparison.structures[0]}' is better than '{comparison.structures[k]}'"
    return Finding(lead, tuple(_worse(comparison, k)), "on no row above the thresholds")


def favours_first(row: Row, k: int) -> bool:
    """Whether the first structure is materially better than structure k on a row."""
    sign = {"higher": -1, "lower": 1, "neither": 0}[row.metric.better]
    return row.differences[k].label == MATERIAL and row.differences[k].value * sign > 0


def favours_other(row: Row, k: int) -> bool:
    """Whether structure k is materially better than the first on a row."""
    sign = {"higher": 1, "lower": -1, "neither": 0}[row.metric.better]
    return row.differences[k].label == MATERIAL and row.differences[k].value * sign > 0


def flips(comparison: Comparison) -> Finding:
    """What would make another structure materially cheaper than the one with the lowest objective: inputs at which it ties with
    the first and is materially behind beyond, views at equal terms, inputs on which the sign of its lead depends.
    """
    ahead = comparison.best
    found = [
        f"{each.axis.label}: '{each.structure}' ties with '{comparison.structures[0]}' at {each.finding}"
        for each in comparison.break_evens
        if each.roots and _overtaken(each, comparison.structures[ahead], comparison.structures[0])
    ]
    found += [
        f"{view.view}: '{comparison.structures[view.cheapest]}' is then cheapest, '{comparison.structures[ahead]}' costs {with_label(view.behind[ahead], '$')}"
        for view in comparison.equal_terms
        if view.cheapest is not None and comparison.structures[ahead] not in view.missed and view.behind[ahead].label == MATERIAL
    ]
    found += [each.label for each in comparison.behind if each.label.startswith("depends on")]
    return Finding("What would flip it", tuple(dict.fromkeys(found)), "nothing within the ranges looked at")


def _overtaken(each: BreakEven, ahead: str, first: str) -> bool:
    """Whether somewhere on the grid the structure ahead is materially dearer than the other of the pair."""
    worse = {each.structure: 1, first: -1}.get(ahead, 0)
    return any(point.label == MATERIAL and point.value * worse > 0 for point in each.differences)


def worth_showing(comparison: Comparison, row: Row) -> bool:
    """Rows of zeros everywhere (no sign-on, no top-up) stay in the files, and so do the failed hires' items per path, which add up
    to nobody's cost, and pay by component. What people decide by is shown even where it is nil: a zero is an answer there.
    """
    key, typed = row.metric.key, len(comparison.scenario.offers)
    if key.startswith("failed_") and key not in ("failed_hires", "failed_cost"):
        return False
    if key.startswith("one_failure_"):
        return any(isfinite(each.value) for each in row.estimates[:typed])
    if row.metric.group == "decision" or key.startswith("cash_out_by_"):
        return True
    if key == "shortfall":
        return any(offer.grant or any(rule.instrument != "cash" for rule in offer.refresh) for offer in comparison.scenario.offers)
    if key in ("false_award", "missed_award"):
        return has_margin_rule(comparison)
    if ":" in key and not key.startswith(("pay:", "gross_margin", "refresh_shares:")):
        return False
    return _seen(row, typed)


def pay_parts(comparison: Comparison) -> tuple[Row, ...]:
    """Cash compensation by component and year, where it is not nil everywhere."""
    typed = len(comparison.scenario.offers)
    return tuple(row for row in comparison.rows if row.metric.key.partition(":")[0] in COMPONENTS and _seen(row, typed))


def _seen(row: Row, typed: int) -> bool:
    return any(each.value != 0 and each.value == each.value for each in row.estimates[:typed])


def has_margin_rule(comparison: Comparison) -> bool:
    """Whether any structure pays on a measured gain of gross margin."""
    return any(
        isinstance(leaf, MarginGain) for offer in comparison.scenario.offers for rule in offer.refresh for leaf in leaves(rule.trigger)
    )


def milestones(comparison: Comparison) -> tuple[int, ...]:
    """Structures with a refresh rule paid in equity, in the order of their cash-bonus twins."""
    return tuple(k for k, offer in enumerate(comparison.scenario.offers) if any(rule.instrument != "cash" for rule in offer.refresh))
