"""What a comparison found, in sentences that every output shares: who is ahead where, what would flip it, what is worth a row."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, isfinite, nan

from compdesign.inputs.offers import MarginGain
from compdesign.metrics.break_even import BreakEven
from compdesign.metrics.candidate import candidate_catalog, taxpayer
from compdesign.metrics.candidate_differences import GAINS, candidate_threshold
from compdesign.metrics.catalog import Metric
from compdesign.metrics.comparison import Comparison, Row
from compdesign.metrics.estimates import IDENTICAL, MATERIAL, NONE, Difference, threshold
from compdesign.metrics.runner_up import order
from compdesign.reports.letter_words import leaves
from compdesign.reports.numbers import with_error, with_label
from compdesign.simulation.tables import COMPONENTS

SECTIONS = (("decision", "Decide by"), ("company", "Company"), ("people", "People"), ("equity", "Equity"))
NOWHERE = "on no row above the thresholds"
PARTS = ("of which", "of one failed hire", "Log of it")
MOST_ITEMS = 12
"""Rows named where one structure is better than another."""
NO_DIFFERENCE = Difference(nan, nan, NONE)


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

    @property
    def lines(self) -> tuple[str, ...]:
        """The finding with one line an item."""
        return (f"{self.lead}:", *(f"  {each}" for each in self.items)) if self.items else (self.sentence,)


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
    """Rows on which the first structure beats the one with the lowest objective by a material difference; where it has the lowest
    itself, rows on which another beats it.
    """
    if comparison.best:
        return setbacks(comparison, comparison.best)
    others = [
        (weight, f"{what}: '{comparison.structures[k]}' {size}")
        for k in range(1, len(comparison.scenario.offers))
        for weight, what, size in _material(comparison, k, for_first=False)
    ]
    return Finding(f"Where others beat '{comparison.structures[0]}'", _largest(others), NOWHERE)


def gains(comparison: Comparison, k: int) -> Finding:
    """Rows on which a structure beats the first by a material difference: the other side of `setbacks`, in the same words."""
    lead = f"Where '{comparison.structures[k]}' is better than '{comparison.structures[0]}'"
    return Finding(lead, _largest(_said(_material(comparison, k, for_first=False))), NOWHERE)


def setbacks(comparison: Comparison, k: int) -> Finding:
    """Rows on which the first structure beats another by a material difference."""
    lead = f"Where '{comparison.structures[0]}' is better than '{comparison.structures[k]}'"
    return Finding(lead, _largest(_said(_material(comparison, k, for_first=True))), NOWHERE)


def _material(comparison: Comparison, k: int, for_first: bool) -> Iterator[tuple[float, str, str]]:
    """What one side has materially better: how many thresholds the difference is (rows of decisions come first), the row, and
    structure k less the first. Years and parts of a row are left to it.
    """
    favours = favours_first if for_first else favours_other
    for row in comparison.rows:
        if not is_part(row) and worth_showing(comparison, row) and favours(row, k):
            each = row.differences[k]
            weight = inf if row.metric.group == "decision" else _weight(each, threshold(comparison.result, row.metric))
            yield weight, row.metric.label, with_label(each, row.metric.unit)
    for metric in candidate_catalog(comparison.scenario):
        each = comparison.candidate_differences[k].get(metric.key, NO_DIFFERENCE)
        if metric.key in GAINS and each.label == MATERIAL and (each.value < 0) == for_first:
            smallest = candidate_threshold(metric.unit, comparison.scenario.materiality)
            yield _weight(each, smallest), f"For the candidate, {metric.label}", with_label(each, metric.unit)


def is_part(row: Row) -> bool:
    """Whether a row is a year, a rule or a component of another one."""
    return ":" in row.metric.key or row.metric.label.startswith(PARTS)


def _weight(each: Difference, smallest: float) -> float:
    return abs(each.value) / smallest if smallest else inf


def _said(found: Iterator[tuple[float, str, str]]) -> list[tuple[float, str]]:
    return [(weight, f"{what}: {size}") for weight, what, size in found]


def _largest(found: list[tuple[float, str]]) -> tuple[str, ...]:
    """The largest by materiality, as many as a reader takes in."""
    return tuple(said for _, said in sorted(found, key=lambda each: -each[0])[:MOST_ITEMS])


def favours_first(row: Row, k: int) -> bool:
    """Whether the first structure is materially better than structure k on a row."""
    sign = {"higher": -1, "lower": 1, "neither": 0}[row.metric.better]
    return row.differences[k].label == MATERIAL and row.differences[k].value * sign > 0


def favours_other(row: Row, k: int) -> bool:
    """Whether structure k is materially better than the first on a row."""
    sign = {"higher": 1, "lower": -1, "neither": 0}[row.metric.better]
    return row.differences[k].label == MATERIAL and row.differences[k].value * sign > 0


def failed_hires(comparison: Comparison) -> str | None:
    """What hires without anything in production cost under the first structure, and what the others save of it, in one line."""
    typed = len(comparison.scenario.offers)
    cost, one = comparison.row("failed_cost"), comparison.row("cost_of_one_failure")
    if not any(each.value for each in cost.estimates[:typed]):
        return None
    single = f", {with_error(one.estimates[0], '$')} each" if isfinite(one.estimates[0].value) else ""
    said = f"Failed hires cost '{comparison.structures[0]}' {with_error(cost.estimates[0], '$')}{single}"
    others = [_saving(comparison.structures[k], cost.differences[k]) for k in range(1, typed)]
    return f"{'; '.join([said, *others])}."


def _saving(name: str, each: Difference) -> str:
    if each.label == IDENTICAL:
        return f"'{name}' as much ({IDENTICAL})"
    verb = "saves" if each.value < 0 else "adds"
    return f"'{name}' {verb} {with_label(replace(each, value=abs(each.value)), '$').removeprefix('+')}"


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


def tax_basis(comparison: Comparison) -> str:
    """Whose tax is off the candidate's numbers, if anybody's."""
    whose = taxpayer(comparison.scenario)
    return f"tax of {whose}: estimates" if whose else "before tax"


def candidate_paths(comparison: Comparison) -> int:
    """Futures of the valuation run, the same number whatever the paths of the main run."""
    return len(comparison.result.offers[0].outside_wealth)


def of_errors(comparison: Comparison) -> str:
    """What ± means, and what it rests on beside the paths."""
    futures = f"{candidate_paths(comparison):,} futures of a run of their own, whatever the number of paths"
    certain = comparison.scenario.hiring.acceptance.certain
    return f"± is one standard error. {'The values' if certain else 'Acceptance and the values'} of what one candidate gets come from {futures}."


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
    if ":" in key and not key.startswith(("pay:", "gross_margin", "refresh_shares:", "sbc_year:")):
        return False
    return _seen(row, typed)


def pay_parts(comparison: Comparison) -> tuple[Row, ...]:
    """Cash compensation by component and year, where it is not nil everywhere."""
    typed = len(comparison.scenario.offers)
    return tuple(row for row in comparison.rows if row.metric.key.partition(":")[0] in COMPONENTS and _seen(row, typed))


def _seen(row: Row, typed: int) -> bool:
    return any(each.value != 0 and each.value == each.value for each in row.estimates[:typed])


def class_rows(comparison: Comparison) -> tuple[Row, ...]:
    """Of each class of holders what it gets per exit and, below it, by how much the structures dilute it; none of zeros only."""
    typed = len(comparison.scenario.offers)
    found = {row.metric.key: row for row in comparison.rows if row.metric.key.startswith(("proceeds_per_exit:", "dilution:"))}
    names = dict.fromkeys(key.partition(":")[2] for key in found)
    pairs = (found.get(f"{kind}:{name}") for name in names for kind in ("proceeds_per_exit", "dilution"))
    return tuple(row for row in pairs if row and any(each.value != 0 and each.value == each.value for each in row.estimates[:typed]))


def has_margin_rule(comparison: Comparison) -> bool:
    """Whether any structure pays on a measured gain of gross margin."""
    return any(
        isinstance(leaf, MarginGain) for offer in comparison.scenario.offers for rule in offer.refresh for leaf in leaves(rule.trigger)
    )


def milestones(comparison: Comparison) -> tuple[int, ...]:
    """Structures with a refresh rule paid in equity, in the order of their cash-bonus twins."""
    return tuple(k for k, offer in enumerate(comparison.scenario.offers) if any(rule.instrument != "cash" for rule in offer.refresh))
