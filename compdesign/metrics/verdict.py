"""The first minute: which structure, how sure, and what would flip it."""

from compdesign.metrics.estimates import IDENTICAL, IMMATERIAL, MATERIAL, NOISY, Difference, Estimate


def verdict(structures: tuple[str, ...], cost: tuple[Estimate, ...], differences: tuple[Difference, ...], paths: int) -> str:
    """Two sentences: who delivers a qualifying deployment at the lowest present cost and how sure that is; how the first
    structure stands beside the others.
    """
    if len(structures) == 1:
        return f"Only '{structures[0]}' was simulated: {_money(cost[0])} per qualifying deployment. Add a second structure to compare."
    known = [k for k in range(len(structures)) if cost[k].value == cost[k].value]
    if not known:
        return "No structure ships a qualifying deployment on any path, so none has a cost per deployment. Look at the people and cost rows below."
    best = min(known, key=lambda k: cost[k].value)
    return f"{_first(structures, cost, best, paths)} {_second(structures, differences, best)}"


def _first(structures: tuple[str, ...], cost: tuple[Estimate, ...], best: int, paths: int) -> str:
    return f"Over {paths:,} futures '{structures[best]}' has the lowest present cost per qualifying deployment, {_money(cost[best])}."


def _second(structures: tuple[str, ...], differences: tuple[Difference, ...], best: int) -> str:
    first = structures[0]
    if best == 0:
        tied = [name for name, each in zip(structures[1:], differences[1:], strict=True) if each.label in (NOISY, IDENTICAL, IMMATERIAL)]
        depending = [each.label for each in differences[1:] if each.label.startswith("depends on")]
        if depending:
            return f"Against some of the others that {depending[0]}: see what flips it."
        if tied:
            return f"But the difference to {_listed(tied)} is not one to decide on ({_listed([each.label for each in differences[1:] if each.label in (NOISY, IDENTICAL, IMMATERIAL)])})."
        return "Every other structure costs materially more per deployment."
    each = differences[best]
    size = f"${abs(each.value):,.0f} ± {each.se:,.0f}"
    if each.label == MATERIAL:
        return f"That is {size} less than '{first}': material."
    if each.label == NOISY:
        return f"The difference to '{first}', {size}, is within noise."
    if each.label == IMMATERIAL:
        return f"The difference to '{first}', {size}, is real but immaterial."
    return f"The difference to '{first}', {size}, {each.label}."


def _money(estimate: Estimate) -> str:
    return f"${estimate.value:,.0f} ± {estimate.se:,.0f}"


def _listed(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}"
