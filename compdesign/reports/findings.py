"""What a comparison found, in sentences that every output shares: who is ahead where, what would flip it, what is worth a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from compdesign.inputs.offers import MarginGain
from compdesign.metrics.comparison import Comparison, Row
from compdesign.metrics.estimates import MATERIAL
from compdesign.reports.letter_words import leaves
from compdesign.reports.numbers import with_label
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


def best(comparison: Comparison) -> int:
    """The structure as typed with the lowest objective; one never observed comes last."""
    cost = comparison.rows[0].estimates[: len(comparison.scenario.offers)]
    return min(range(len(cost)), key=lambda k: cost[k].value if cost[k].value == cost[k].value else float("inf"))


def rival(comparison: Comparison) -> int:
    """Who the first structure is held against: the best, or the next best where the first is best; 0 if it stands alone."""
    cost = comparison.rows[0].estimates[: len(comparison.scenario.offers)]
    others = range(1, len(cost))
    return best(comparison) or min(others, key=lambda k: cost[k].value if cost[k].value == cost[k].value else float("inf"), default=0)


def losses(comparison: Comparison) -> Finding:
    """Rows on which the first structure beats the one with the lowest objective by a material difference."""
    ahead = best(comparison)
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
    """Break-evens that exist, views at equal terms with another winner, inputs on which signs depend."""
    ahead = comparison.structures[best(comparison)]
    found = [
        f"{each.axis.label} at {each.finding} ('{each.structure}')"
        for each in comparison.break_evens
        if each.roots and ahead in (each.structure, comparison.structures[0])
    ]
    for view in comparison.equal_terms:
        known = [k for k, cost in enumerate(view.cost) if cost.value == cost.value and comparison.structures[k] not in view.missed]
        cheapest = min(known, key=lambda k: view.cost[k].value, default=best(comparison))  # one that was not made equal has no say
        if comparison.structures[cheapest] != ahead:
            found.append(f"{view.view} ('{comparison.structures[cheapest]}' is then cheapest)")
    found += [each.label for each in comparison.rows[0].differences if each.label.startswith("depends on")]
    return Finding("What would flip it", tuple(found), "nothing within the ranges looked at")


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
