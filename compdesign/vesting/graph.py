"""Faults of a graph of vesting conditions: each told once, none guessed around."""

from collections import Counter
from collections.abc import Mapping, Sequence

from compdesign.errors import Problem


def graph_problems(where: str, nodes: Sequence[tuple[str, Sequence[str]]], relative: Mapping[str, str]) -> list[Problem]:
    """Faults of the graph.

    nodes: (condition, conditions that may follow) in order. relative: condition -> the condition its period counts from.
    """
    names = Counter(name for name, _ in nodes)
    problems = [
        Problem(f"{where}, condition {name}", f"is defined {count} times", "give each condition its own id")
        for name, count in names.items()
        if count > 1
    ]
    for name, followers in nodes:
        problems += [_missing(where, name, "next_condition_ids", each, names) for each in followers if each not in names]
    for name, base in relative.items():
        if base not in names:
            problems.append(_missing(where, name, "relative_to_condition_id", base, names))
    if problems:
        return problems
    ancestors, cycle = _ancestors(dict(nodes))
    if cycle:
        remedy = "remove one of these references: a graph of conditions has no cycle (repeat with occurrences)"
        return [Problem(where, f"the conditions form a cycle {' -> '.join(cycle)}", remedy)]
    return [
        Problem(
            f"{where}, condition {name}",
            f"counts from {base}, which no path meets before it",
            "name a condition that comes before it",
        )
        for name, base in relative.items()
        if base not in ancestors[name]
    ]


def _missing(where: str, name: str, key: str, target: str, names: Mapping[str, int]) -> Problem:
    listed = ", ".join(list(names)[:6]) + (", ..." if len(names) > 6 else "")
    return Problem(f"{where}, condition {name}", f"{key} names {target!r:.60}, which is missing", f"use one of {listed}")


def _ancestors(followers: Mapping[str, Sequence[str]]) -> tuple[dict[str, set[str]], list[str]]:
    """Every condition's ancestors, or a cycle (Kahn's order; what is left when it stops holds one)."""
    waiting = Counter(follower for each in followers.values() for follower in each)
    ancestors: dict[str, set[str]] = {name: set() for name in followers}
    ready = [name for name in followers if not waiting[name]]
    done = 0
    while ready:
        name = ready.pop()
        done += 1
        for follower in followers[name]:
            ancestors[follower] |= ancestors[name] | {name}
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if done == len(followers):
        return ancestors, []
    return ancestors, _cycle(followers, {name for name in followers if waiting[name]})


def _cycle(followers: Mapping[str, Sequence[str]], left: set[str]) -> list[str]:
    """Walk backwards inside what is left, where every condition has a predecessor, until one comes twice."""
    before = {follower: name for name in sorted(left) for follower in followers[name] if follower in left}
    walk = [min(left)]
    while walk[-1] not in walk[:-1]:
        walk.append(before[walk[-1]])
    return walk[walk.index(walk[-1]) :][::-1]
