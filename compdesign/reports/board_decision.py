"""Decision and ask, and what flips it."""

from math import isfinite, isnan

from compdesign.metrics.comparison import Comparison, Row
from compdesign.metrics.estimates import MATERIAL, NOISE, Estimate, threshold
from compdesign.metrics.monthly import WINDOW, Monthly
from compdesign.metrics.tornado import Bar, tornado
from compdesign.reports.board_parts import Cell, Chart, Line, Slide, Table, compared, estimated, in_title, plain, rounded
from compdesign.reports.numbers import amount, first_months, with_error, with_label

MOST_THRESHOLDS = 50.0
"""A bar of the forest is cut here, so that one huge difference does not hide the others; its label says the number."""
MOST_BARS = 10


def decision(comparison: Comparison, place: int, proposed: Monthly) -> Slide:
    """The ask, and the paired differences of what it is decided by."""
    rows = tuple(row for row in comparison.rows if row.metric.group == "decision")
    name, first = plain(proposed.structure), plain(comparison.structures[0])
    window = min(WINDOW, proposed.months)
    points = (
        f"The board is asked to approve the pay structure '{name}' for {comparison.scenario.hiring.seats} "
        f"{'seat' if comparison.scenario.hiring.seats == 1 else 'seats'}: "
        f"{with_error(proposed.window['compensation'], '$')} of cash compensation and "
        f"{with_error(proposed.window['granted'], 'shares')} shares granted in the {first_months(window)}.",
        plain(comparison.verdict),
        *_against(comparison, rows, place, first),
    )
    shown = dict.fromkeys((0, place))
    header = ("Decided by", *(f"{'Proposed' if k else 'Approved plan'}: {plain(comparison.structures[k])}" for k in shown))
    apart = ("Paired difference, and its label",) if place else ()
    table = Table("What it is decided by", (*header, *apart), tuple(_decided(row, tuple(shown)) for row in rows))
    charts = () if place == 0 else (_forest(comparison, rows, place),)
    definitions = tuple(f"{row.metric.label}: {row.metric.definition}" for row in rows)
    labels = (
        "Labels: identical (on every future); within noise (under two standard errors of the paired difference); real but immaterial "
        "(below the company's stated threshold); material; depends on X (the sign changes with input X); both beyond the horizon (the run is "
        "too short to see a difference)."
    )
    return Slide("Decision", _finding(comparison, rows[0], place, name), points, charts, (table,), (*definitions, labels))


def _decided(row: Row, shown: tuple[int, ...]) -> tuple[Cell, ...]:
    """One metric of the structures shown, and the difference of the second to the first."""
    values = (estimated(row.estimates[k], row.metric.unit) for k in shown)
    return (Cell(row.metric.label), *values, *(compared(row.differences[k], row.metric.unit) for k in shown if k))


def _finding(comparison: Comparison, cost: Row, place: int, name: str) -> str:
    own = cost.estimates[place]
    if isnan(own.value):
        return f"{in_title(name)} ships no qualifying deployment in any simulated future"
    if place == 0:
        return f"{in_title(name)}, the approved plan, costs {with_error(own, '$')} per qualifying deployment"
    each = cost.differences[place]
    if isnan(each.value):
        return f"{in_title(name)} costs {with_error(own, '$')} per qualifying deployment; the approved plan ships none"
    if each.label in ("identical", "within noise"):
        return f"{in_title(name)} and the approved plan cost the same per qualifying deployment: {each.label}"
    less = "less" if each.value < 0 else "more"
    return f"{in_title(name)} costs {amount(abs(each.value), '$')} {less} per qualifying deployment than the approved plan: {each.label}"


def _against(comparison: Comparison, rows: tuple[Row, ...], place: int, first: str) -> tuple[str, ...]:
    """Where the approved plan is better by a material difference: said beside the ask, not in an appendix."""
    if place == 0:
        return ("This is the approved plan itself, so there is no difference to show.",)
    worse = [
        f"{row.metric.label} ({with_label(row.differences[place], row.metric.unit)})"
        for row in comparison.rows
        if row.metric.group == "decision" and row.differences[place].label == MATERIAL and _sign(row) * row.differences[place].value < 0
    ]
    mine, theirs = (comparison.candidate[k]["accept"] for k in (place, 0))
    if mine.value < theirs.value:
        worse.insert(0, f"P(accept) ({with_error(mine, 'share')} against {with_error(theirs, 'share')})")
    return (f"Where the approved plan, '{first}', is better: {'; '.join(worse) or 'on no row above the thresholds'}.",)


def _sign(row: Row) -> int:
    return {"higher": 1, "lower": -1, "neither": 0}[row.metric.better]


def _forest(comparison: Comparison, rows: tuple[Row, ...], place: int) -> Chart:
    """Paired differences in multiples of the company's threshold, drawn so that right is better."""
    values, errors, labels = [], [], []
    for row in rows:
        each, smallest = row.differences[place], threshold(comparison.result, row.metric)
        scale = _sign(row) / smallest if smallest else float("nan")
        times = each.value * scale
        cut = max(min(times, MOST_THRESHOLDS), -MOST_THRESHOLDS) if isfinite(times) else None
        values.append(None if cut is None else rounded(cut, 3))
        errors.append(None if cut is None or not isfinite(each.se) else rounded(min(NOISE * each.se * abs(scale), MOST_THRESHOLDS), 3))
        labels.append(with_label(each, row.metric.unit))
    said = "; ".join(f"{row.metric.label}: {text}" for row, text in zip(rows, labels, strict=True))
    return Chart(
        "bars",
        "Paired difference to the approved plan (bars: two standard errors)",
        "times the company's threshold; right is better",
        "count",
        tuple(f"{row.metric.label}: {text}" for row, text in zip(rows, labels, strict=True)),
        (Line("Difference, times the threshold", tuple(values), "mean", tuple(errors)),),
        f"Forest of paired differences. {said}",
    )


def flips(comparison: Comparison, place: int) -> Slide:
    """Tornado of the present cost, and the break-evens of the objective with the approved plan."""
    bars = tornado(comparison.result, "present_cost", place, against_first=place > 0)[:MOST_BARS]
    cost = comparison.row("present_cost")
    middle = cost.differences[place].value if place else cost.estimates[place].value
    what = "present cost of the proposed structure less that of the approved plan" if place else "present cost of the approved plan"
    chosen = [each for each in comparison.break_evens if place == 0 or each.structure == comparison.structures[place]]
    break_evens = Table(
        "Break-evens with the approved plan: where the present cost per qualifying deployment ties (interval: within noise)",
        ("Input", "Structure", "Ties at", "Looked at"),
        tuple(
            (
                Cell(each.axis.label),
                Cell(plain(each.structure)),
                Cell(each.finding),
                Cell(f"{each.axis.grid[0]:g} to {each.axis.grid[-1]:g}"),
            )
            for each in chosen
        ),
        text_columns=4,
    )
    pulls = Table(
        f"Mean {what}, on the fifth of futures where the input is lowest and highest",
        ("Input", "Lowest fifth", "Highest fifth", "Rank correlation"),
        tuple(
            (
                Cell(bar.input),
                _pull(bar.low, bar.low_se, bar.input_low),
                _pull(bar.high, bar.high_se, bar.input_high),
                Cell(
                    f"{bar.correlation:+.2f} ± {bar.correlation_se:.2f}",
                    rounded(bar.correlation, 3),
                    rounded(bar.correlation_se, 3),
                    "count",
                ),
            )
            for bar in bars
        ),
    )
    roots = [each for each in chosen if each.roots]
    if roots:
        title = f"It flips at {roots[0].roots[0].value:.3g} ({roots[0].axis.label})" + (
            f", and along {len(roots) - 1} more" if len(roots) > 1 else ""
        )
    else:
        title = "No break-even within the ranges looked at" if chosen else "No second structure, so nothing to flip"
    points = (
        f"Widest pull on the {what}: {bars[0].input}." if bars else "No input of this scenario is uncertain, so no tornado.",
        links_said(comparison.links),
    )
    notes = (
        "Tornado: means of the present cost on the fifth of futures where an input is lowest and highest, from the same run; "
        "rank correlation is Spearman's.",
        "Break-even: a value of one input at which the structure ties with the approved plan; the interval is where the difference is within noise.",
        "Links from pay or process to behaviour are statements of the user, not findings; each is zero unless stated.",
    )
    return Slide(
        "What flips it",
        title,
        points,
        (_tornado(bars, middle, what),) if bars else (),
        tuple(t for t in (pulls, break_evens) if t.rows),
        notes,
    )


def links_said(links: tuple[str, ...]) -> str:
    """The user's statements on one line."""
    first, *rest = (plain(line.strip()) for line in links)
    return f"{first} {'; '.join(rest)}" if rest else first


def _pull(value: float, se: float, at: float) -> Cell:
    return Cell(f"{with_error(Estimate(value, se), '$')} (at {at:.3g})", rounded(value), rounded(se), "$")


def _tornado(bars: list[Bar], middle: float, what: str) -> Chart:
    return Chart(
        "bars",
        f"Mean {what}, less its mean over all futures",
        "$",
        "$",
        tuple(bar.input for bar in bars),
        (
            Line("input in its lowest fifth", tuple(rounded(bar.low - middle) for bar in bars), "low"),
            Line("input in its highest fifth", tuple(rounded(bar.high - middle) for bar in bars), "high"),
        ),
        "Tornado. " + "; ".join(f"{bar.input}: {amount(bar.low, '$')} when lowest, {amount(bar.high, '$')} when highest" for bar in bars),
    )
