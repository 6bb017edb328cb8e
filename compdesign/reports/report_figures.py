"""The figures of the report that stand on the comparison alone, one a function."""

from math import isfinite, nan

import numpy as np

from compdesign.metrics.candidate_values import weighted_quantiles
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.equal_terms import EqualTerms
from compdesign.metrics.estimates import MATERIAL
from compdesign.metrics.runner_up import order
from compdesign.metrics.side_runs import NULL_PATHS, view_paths
from compdesign.reports.findings import candidate_paths, equity_or_milestone, favours_first, favours_other, milestones, rival
from compdesign.reports.numbers import amount, with_error, with_label
from compdesign.reports.panels import Mark, rows
from compdesign.reports.report_parts import (
    LETTERS,
    UNITS,
    Cell,
    Figure,
    Panel,
    Table,
    deploys,
    difference_mark,
    estimate_mark,
    lettered,
    said_of,
    tone,
    value_cell,
)

MOST_SAID = 4
"""Twins told in the sentence over the figure."""


def forest(comparison: Comparison) -> Figure:
    """The chart of the first minute: paired differences to the first structure on every row a decision rests on."""
    names, decided = lettered(comparison), [row for row in comparison.rows if row.metric.group == "decision"]
    panels = []
    for row in decided:
        marks = tuple(
            difference_mark(name, each, row.metric.unit, row.metric.better)
            for name, each in zip(names[1:], row.differences[1 : len(names)], strict=True)
        )
        key = f"forest-{row.metric.key}"
        unit = UNITS.get(row.metric.unit, row.metric.unit)
        title = f"{row.metric.label} ({unit}; {row.metric.better} is better)"
        panels.append(Panel(key, title, said_of(marks), rows(marks, row.metric.unit, signed=True, zero=True)))
    k = rival(comparison)
    wins, lost = (sum(favours(row, k) for row in decided) for favours in (favours_other, favours_first))
    first, left = comparison.structures[0], len(decided) - wins - lost
    rest = f"; {left} {'is' if left == 1 else 'are'} noise, too small to matter, nil, or dependent on an input" if left else ""
    return Figure(
        key="forest",
        title=f"Paired differences to '{first}'",
        finding=f"Of {len(decided)} rows to decide by, '{comparison.structures[k]}' is materially better than '{first}' on {wins} and materially worse on {lost}{rest}.",
        reading="Points: a structure less the first, on the same simulated futures. Error bars: two Monte Carlo standard errors to either side; more paths make them shorter. Full blue: materially better; full vermilion: materially worse; hollow: not a difference to decide on.",
        panels=tuple(panels),
        table=Table(
            f"Paired differences to '{first}' ± one standard error",
            ("", *names[1:]),
            tuple(
                (
                    Cell(row.metric.label),
                    *(
                        Cell(with_label(each, row.metric.unit), tone=tone(each, row.metric.better))
                        for each in row.differences[1 : len(names)]
                    ),
                )
                for row in decided
            ),
        ),
    )


def null_ranking(comparison: Comparison) -> Figure:
    """The objective with every link from pay or process to behaviour at zero."""
    names = lettered(comparison)
    ranked = order(comparison.null)
    typed = comparison.rows[0]
    marks = tuple(
        estimate_mark(names[k], comparison.null[k], "$", tone(comparison.null_differences[k], "lower") if k else "ink") for k in ranked
    )
    with_links = order(typed.estimates[: len(names)])
    same = "the same order as with the links as stated" if with_links == ranked else "another order than with the links as stated"
    if not any(True for _ in comparison.scenario.links_on()):
        same = "the order of the whole report, which states no link"
    finding = f"With every link at zero '{comparison.structures[ranked[0]]}' has the lowest present cost per qualifying deployment, {with_error(comparison.null[ranked[0]], '$')}: {same}."
    if not isfinite(comparison.null[ranked[0]].value):
        finding = "With every link at zero no structure ships a qualifying deployment on any path, so there is no cost to rank."
    elif len(names) == 1:
        finding = f"With every link at zero a qualifying deployment costs {with_error(comparison.null[0], '$')}."
    return Figure(
        key="null",
        title="Null ranking: every link from pay or process to behaviour at zero",
        finding=finding,
        reading=f"Points: present cost per qualifying deployment, lowest first, over {min(comparison.paths, NULL_PATHS):,} paths. Error bars: two Monte Carlo standard errors to either side. Colours as in the forest, against the first structure.",
        panels=(Panel("null-cost", "Present cost per qualifying deployment, no links", said_of(marks), rows(marks, "$")),),
        table=Table(
            "Present cost per qualifying deployment",
            ("", "Links at zero", "Difference to the first", "Links as stated"),
            tuple(
                (
                    Cell(names[k]),
                    Cell(with_error(comparison.null[k], "$")),
                    Cell(
                        with_label(comparison.null_differences[k], "$") if k else "–",
                        tone=tone(comparison.null_differences[k], "lower") if k else "",
                    ),
                    Cell(with_error(typed.estimates[k], "$")),
                )
                for k in ranked
            ),
        ),
    )


def candidate_value(comparison: Comparison) -> Figure:
    """What one candidate gets beside the competing offer."""
    names, outside = lettered(comparison), comparison.result.offers[0].outside_wealth
    low, middle, high = weighted_quantiles(outside, np.ones(len(outside)), (0.1, 0.5, 0.9))
    competing = Mark("Competing offer", amount(middle, "$"), middle, low, high, "s2", "bar")
    wealth = (
        competing,
        *(
            Mark(name, amount(each["wealth_p50"].value, "$"), each["wealth_p50"].value, each["wealth_p10"].value, each["wealth_p90"].value, "s1", "bar")
            for name, each in zip(names, comparison.candidate, strict=False)
        ),
    )  # fmt: skip
    other = comparison.candidate[0]["ce_outside"]
    sure = (
        estimate_mark("Competing offer", other, "$", "s2"),
        *(
            Mark(
                name,
                f"{amount(each['ce'].value, '$')}, accepts {amount(each['accept'].value, 'share')}",
                each["ce"].value,
                each["ce"].value - 2 * each["ce"].se,
                each["ce"].value + 2 * each["ce"].se,
                "s1",
            )
            for name, each in zip(names, comparison.candidate, strict=False)
        ),
    )
    above = tuple(
        f"'{name}'"
        for name, each in zip(comparison.structures, comparison.candidate[: len(names)], strict=False)
        if each["ce"].value > other.value
    )
    best_one = max(range(len(names)), key=lambda k: comparison.candidate[k]["accept"].value)
    beats = f"{len(above)} of {len(names)} offers are" if len(names) > 1 else "the offer is" if above else "the offer is not"
    return Figure(
        key="candidate",
        title="What one candidate gets, beside the competing offer",
        finding=f"As a sure amount today {beats} worth more than the competing offer ({amount(other.value, '$')}); the likeliest to be accepted is '{comparison.structures[best_one]}', at {amount(comparison.candidate[best_one]['accept'].value, 'share')}.",
        reading=f"Left: bars are the spread of outcomes, 10th to 90th percentile of wealth after 48 months before tax, tick at the median; more paths do not narrow them. Right: points are certainty equivalents, what the same futures are worth to this candidate as a sure amount today; error bars are two Monte Carlo standard errors of the valuation run, which has {candidate_paths(comparison):,} futures of its own whatever the number of paths; dashed line: the competing offer.",
        panels=(
            Panel("candidate-wealth", "Wealth after 48 months, before tax (dollars)", said_of(wealth), rows(wealth, "$")),
            Panel("candidate-sure", "Certainty equivalent (dollars) and probability of acceptance", said_of(sure), rows(sure, "$", line=other.value)),
        ),
        table=Table(
            "What one candidate gets, and the competing offer",
            ("", "P(accept)", "Certainty equivalent", "Wealth, 10th percentile", "Wealth, median", "Wealth, 90th percentile", "P(beats the competing offer)"),
            (
                (Cell("Competing offer"), Cell("–"), Cell(with_error(other, "$")), Cell(amount(low, "$")), Cell(amount(middle, "$")), Cell(amount(high, "$")), Cell("–")),
                *(
                    (
                        Cell(name),
                        *(
                            Cell(with_error(each[key], unit))
                            for key, unit in (("accept", "share"), ("ce", "$"), ("wealth_p10", "$"), ("wealth_p50", "$"), ("wealth_p90", "$"), ("beats", "share"))
                        ),
                    )
                    for name, each in zip(names, comparison.candidate, strict=False)
                ),
            ),
        ),
    )  # fmt: skip


def equal_terms(comparison: Comparison, kept: tuple[int, ...]) -> Figure | None:
    """The ranking when the offers are made alike in one respect; None where there is nothing to compare. kept: structures that are
    drawn.
    """
    if not comparison.equal_terms or not deploys(comparison):
        return None
    names, panels = lettered(comparison), []
    body: list[tuple[Cell, ...]] = []
    winners = []
    for place, view in enumerate(comparison.equal_terms):
        marks = tuple(
            Mark(name, "no base pay in range equals", nan, nan, nan, "quiet", "hollow")
            if comparison.structures[k] in view.missed
            else estimate_mark(name, view.cost[k], "$", tone(view.differences[k], "lower") if k else "ink")
            for k, name in enumerate(names)
            if k in kept
        )
        key = f"equal-{place}"
        panels.append(Panel(key, f"At {view.view}: {view.what}", said_of(marks), rows(marks, "$")))
        if view.cheapest is not None:
            winners.append(f"at {view.view} '{comparison.structures[view.cheapest]}'{_lead(view, comparison)}")
        body.append((Cell(f"{view.view}: {view.what}"),))
        if any(factor != 1 for factor in view.factors):
            body.append(
                (Cell("Base pay, times"), *(Cell(f"{factor:.2f}" if factor == factor else "none equals") for factor in view.factors))
            )
        shown = [
            Cell("–") if comparison.structures[k] in view.missed else value_cell(cost, "$", view.differences[k] if k else None, "lower")
            for k, cost in enumerate(view.cost)
        ]
        body.append((Cell("Present cost per qualifying deployment"), *shown))
        body.append((Cell("Runway, 10th percentile (months)"), *(value_cell(each, "months") for each in view.runway)))
        body.append((Cell("Filled seat-months"), *(Cell(f"{each:.1f}") for each in view.filled)))
    return Figure(
        key="equal",
        title="Equal terms: the same comparison with one advantage taken away",
        finding=f"Lowest present cost per qualifying deployment: {'; '.join(winners)}. As typed it is '{comparison.structures[comparison.best]}'.",
        reading=f"Points: present cost per qualifying deployment over {view_paths(comparison.paths):,} paths. Error bars: two Monte Carlo standard errors to either side. Colours as in the forest, against the first structure.",
        panels=tuple(panels),
        table=Table("Structures at equal terms", ("", *names), tuple(body)),
    )


def _lead(view: EqualTerms, comparison: Comparison) -> str:
    """Whether a winner at equal terms leads whoever wins as typed by more than noise and the threshold."""
    ahead = comparison.best
    if view.cheapest == ahead or comparison.structures[ahead] in view.missed or view.behind[ahead].label == MATERIAL:
        return ""
    return f" (its lead over '{comparison.structures[ahead]}': {view.behind[ahead].label})"


def twins(comparison: Comparison, kept: tuple[int, ...]) -> Figure | None:
    """Milestone structures beside the same triggers paid in cash; None where no structure has milestones paid in equity. kept:
    structures shown in full; of others only the cheapest, where none of those has milestones.
    """
    if not comparison.twins or not deploys(comparison):
        return None
    typed, found = len(comparison.scenario.offers), milestones(comparison)
    shown = [place for place, k in enumerate(found) if k in kept] or [
        found.index(min(found, key=order(comparison.rows[0].estimates[:typed]).index))
    ]
    sentences = equity_or_milestone(comparison)
    pairs = [
        (
            found[place],
            typed + place,
            f"{LETTERS[found[place]]} · {comparison.structures[found[place]]}",
            f"{LETTERS[found[place]]}′ · the same, paid in cash",
        )
        for place in shown
    ]
    panels, decided = [], [row for row in comparison.rows if row.metric.group == "decision"]
    for row in decided:
        if row.metric.key not in ("cost_per_deployment", "qualifying_by_24"):
            continue
        marks = tuple(
            mark
            for k, twin, name, other in pairs
            for mark in (
                estimate_mark(name, row.estimates[k], row.metric.unit, "s4"),
                estimate_mark(other, row.estimates[twin], row.metric.unit, "s5"),
            )
        )
        key = f"twins-{row.metric.key}"
        panels.append(Panel(key, f"{row.metric.label} ({row.metric.better} is better)", said_of(marks), rows(marks, row.metric.unit)))
    return Figure(
        key="twins",
        title="Is it the equity or the milestone?",
        finding=" ".join(sentences[place] for place in shown[:MOST_SAID])
        + (f" {len(shown) - MOST_SAID} more below." if len(shown) > MOST_SAID else ""),
        reading="Each milestone structure beside its twin: the same triggers, every award paid in cash at its grant-date value today. Points are means; error bars are two Monte Carlo standard errors to either side. The differences in the sentence above and in the table are paired on the same futures.",
        panels=tuple(panels),
        table=Table(
            "Milestone structures and their cash-bonus twins",
            ("", *(name for pair in pairs for name in pair[2:])),
            tuple(
                (
                    Cell(row.metric.label),
                    *(
                        cell
                        for (k, twin, _, _), apart in zip(pairs, (comparison.twin_differences[place] for place in shown), strict=True)
                        for cell in (
                            Cell(with_error(row.estimates[k], row.metric.unit)),
                            value_cell(row.estimates[twin], row.metric.unit, apart[row.metric.key], row.metric.better),
                        )
                    ),
                )
                for row in decided
            ),
        ),
    )
