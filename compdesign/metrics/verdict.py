"""The first minute: which structure, how sure, and against whom."""

from math import isfinite

from compdesign.metrics.estimates import IDENTICAL, IMMATERIAL, MATERIAL, NOISY, Difference, Estimate
from compdesign.metrics.runner_up import cheapest, order

CLOSE = (NOISY, IDENTICAL, IMMATERIAL)
"""Labels of differences that nobody should decide on."""


def verdict(structures: tuple[str, ...], cost: tuple[Estimate, ...], behind: tuple[Difference, ...], paths: int) -> str:
    """Two sentences: who delivers a qualifying deployment at the lowest present cost and how far the next is behind; how the
    first structure stands. A third names who ships nothing.

    behind: cost of each structure less the best one's, paired.
    """
    if len(structures) == 1:
        return f"Only '{structures[0]}' was simulated: {_money(cost[0])} per qualifying deployment. Add a second structure to compare."
    best = cheapest(cost)
    if best is None:
        return "No structure ships a qualifying deployment on any path, so none has a cost per deployment. Look at the people and cost rows below."
    said_of_first = 0 in (runner_up(cost), *tied(behind, best))
    second = "" if said_of_first else _second(structures, behind, best)
    said = [_first(structures, cost, behind, best, paths), second, _silent(structures, cost)]
    return " ".join(each for each in said if each)


def runner_up(cost: tuple[Estimate, ...]) -> int | None:
    """The structure with the second lowest objective; None where only one was observed."""
    known = [k for k in order(cost) if isfinite(cost[k].value)]
    return known[1] if len(known) > 1 else None


def tied(behind: tuple[Difference, ...], best: int) -> list[int]:
    """Structures whose difference to the best is none to decide on, the closest first."""
    near = [k for k, each in enumerate(behind) if k != best and isfinite(each.value) and each.label in CLOSE]
    return sorted(near, key=lambda k: behind[k].value)


def _first(structures: tuple[str, ...], cost: tuple[Estimate, ...], behind: tuple[Difference, ...], best: int, paths: int) -> str:
    opening = f"Over {paths:,} futures '{structures[best]}' has the lowest present cost per qualifying deployment, {_money(cost[best])}"
    near = [f"'{structures[k]}' ({_more(behind[k])})" for k in tied(behind, best)]
    if near:
        return f"{opening}, but no lead to decide on over {_listed(near)}."
    following = runner_up(cost)
    return f"{opening}." if following is None else f"{opening}; the next, '{structures[following]}', costs {_more(behind[following])}."


def _second(structures: tuple[str, ...], behind: tuple[Difference, ...], best: int) -> str:
    if best == 0:
        dearer = [k for k, each in enumerate(behind) if k and each.label == MATERIAL]
        if len(dearer) == len(structures) - 1:
            return "Every other structure costs materially more per deployment."
        depending = [f"'{structures[k]}' ({each.label})" for k, each in enumerate(behind) if each.label.startswith("depends on")]
        if depending:
            return f"The sign of the difference to {_listed(depending)} turns with that input: see what flips it."
        names = _listed([f"'{structures[k]}'" for k in dearer]) if dearer else ""
        return f"{names} {'costs' if len(dearer) == 1 else 'cost'} materially more." if dearer else ""
    each = behind[0]
    if not isfinite(each.value):
        return ""  # said among those who ship nothing
    size = f"${abs(each.value):,.0f} ± {each.se:,.0f}" if isfinite(each.se) else f"${abs(each.value):,.0f}"
    if each.label == MATERIAL:
        return f"'{structures[best]}' costs {size} less than '{structures[0]}': material."
    if each.label in CLOSE:
        return f"Against '{structures[0]}', the first structure, the difference is none to decide on: {_more(each)}."
    return f"The difference to '{structures[0]}', {size}, {each.label}."


def _silent(structures: tuple[str, ...], cost: tuple[Estimate, ...]) -> str:
    silent = [f"'{name}'" for name, each in zip(structures, cost, strict=True) if not isfinite(each.value)]
    if not silent:
        return ""
    return f"{_listed(silent)} {'ships' if len(silent) == 1 else 'ship'} no qualifying deployment on any path: no comparison."


def _more(each: Difference) -> str:
    if each.label == IDENTICAL:
        return IDENTICAL
    error = f" ± {each.se:,.0f}" if isfinite(each.se) else ""
    return f"${each.value:,.0f}{error} more: {each.label}"


def _money(estimate: Estimate) -> str:
    return f"${estimate.value:,.0f} ± {estimate.se:,.0f}" if isfinite(estimate.se) else f"${estimate.value:,.0f}"


def _listed(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}"
