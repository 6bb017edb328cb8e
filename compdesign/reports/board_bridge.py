"""The board's bridge: net burn from no hires to the approved plan to the proposed one, step by step."""

from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.monthly import WINDOW, Monthly
from compdesign.reports.board_parts import (
    Cell,
    Chart,
    Line,
    Role,
    Slide,
    Table,
    estimated,
    plain,
    rounded,
)
from compdesign.reports.board_slides import BURN
from compdesign.reports.numbers import amount, counted, first_months


def bridge(comparison: Comparison, reference: Monthly, proposed: Monthly) -> Slide:
    """Net burn of the first months: no hires, the approved plan, the proposed structure."""
    window, same = min(WINDOW, proposed.months), reference.structure == proposed.structure
    start = reference.window["no_hires_net_burn"]
    steps: list[tuple[str, Estimate, bool]] = [*_steps(reference.window), ("Approved plan", reference.window["net_burn"], True)]
    if not same:
        apart = (
            ("GA delay, proposed" if name == GA_DELAY else f"{name}, proposed", each, False) for name, each, _ in _steps(proposed.apart)
        )
        steps += [*apart, ("Proposed", proposed.window["net_burn"], True)]
    change = proposed.window["net_burn"].value - start.value
    title = f"Net burn over {counted(window, 'month')}: {amount(start.value, '$')} without hires, {amount(proposed.window['net_burn'].value, '$')} as proposed"
    points = (
        f"Approved plan: '{plain(reference.structure)}', the scenario's first structure. Proposed: '{plain(proposed.structure)}'.",
        f"The proposed hires change net burn by {amount(change, '$', signed=True)}; against the approved plan "
        + (
            "there is no difference."
            if same
            else f"{amount(proposed.apart['net_burn'].value, '$', signed=True)} ± {amount(proposed.apart['net_burn'].se, '$').lstrip('$')} (paired)."
        ),
    )
    notes = (
        f"No hires: the same futures with no seat filled, operating expense and the stated cost of GA delay (GA is never reached) less revenue "
        f"x gross margin, over the {first_months(window)}. The chart starts there: its columns are net burn less that of no hires. "
        "Steps after the approved plan are paired differences.",
        "Futures ending sooner or later: baseline burn of months that one company lives through and the other does not.",
        BURN,
    )
    return Slide("Bridge", title, points, (_waterfall(steps, start, window),), (_bridge_table(reference, proposed, window),), notes)


def _bridge_table(reference: Monthly, proposed: Monthly, window: int) -> Table:
    """By step: the approved plan, the proposed structure and their paired difference. The first two columns add up downwards."""
    start = reference.window["no_hires_net_burn"]
    columns = [("Approved plan", reference.window)]
    if reference.structure != proposed.structure:
        columns += [("Proposed", proposed.window), ("Proposed less approved plan, paired", proposed.apart)]
    names = dict.fromkeys(name for _, found in columns for name, _, _ in _steps(found))
    nil = Estimate(0.0, 0.0)
    by_step = [{name: each for name, each, _ in _steps(found)} for _, found in columns]
    rows = [(Cell("No hires"), *(estimated(start, "$") if place < 2 else Cell("") for place in range(len(columns))))]
    rows += [(Cell(name), *(_signed(steps.get(name, nil)) for steps in by_step)) for name in names]
    burnt = [found["net_burn"] for _, found in columns]
    rows.append((Cell("Net burn"), *(estimated(each, "$") if place < 2 else _signed(each) for place, each in enumerate(burnt))))
    return Table(f"Bridge of net burn, {first_months(window)}", ("Step", *(name for name, _ in columns)), tuple(rows))


GA_DELAY = "GA delay, less that of no hires"


def _steps(found: dict[str, Estimate]) -> list[tuple[str, Estimate, bool]]:
    gained = found["margin_cash"]
    listed = (
        ("Pay", found["paid"]),
        ("Load, recruiting, compute", found["on_top"]),
        (GA_DELAY, found["ga_delay_change"]),
        ("Margin gains", Estimate(-gained.value + 0.0, gained.se)),
        ("Futures ending sooner or later", found["ended_apart"]),
    )
    return [(name, each, False) for name, each in listed if each.value or each.se]


def _signed(found: Estimate) -> Cell:
    text = f"{amount(found.value, '$', signed=True)} ± {amount(found.se, '$').lstrip('$')}"
    return Cell(text, rounded(found.value), rounded(found.se), "$")


def _waterfall(steps: list[tuple[str, Estimate, bool]], start: Estimate, window: int) -> Chart:
    """Stacked columns over an invisible base, from the net burn of no hires, beside which the steps would be too low to see; a step
    across zero has a part on either side.
    """
    columns: dict[str, list[float | None]] = {
        key: [] for key in ("base", "total", "increase", "increase below", "decrease", "decrease below")
    }
    level, changes = 0.0, []
    for name, found, is_total in steps:
        before, level = (0.0, found.value - start.value) if is_total else (level, level + found.value)
        changes.append(f"{name}: {amount(level if is_total else found.value, '$', signed=True)}")
        low, high = sorted((before, level))
        made = dict.fromkeys(columns, 0.0)
        kind = "total" if is_total else "increase" if found.value >= 0 else "decrease"
        if is_total:
            made["total"] = level
        elif low >= 0:
            made |= {"base": low, kind: high - low}
        elif high <= 0:
            made |= {"base": high, kind: low - high}
        else:
            made |= {kind: high, f"{kind} below": low}
        for key, values in columns.items():
            values.append(rounded(made[key]))
    drawn: dict[str, tuple[str, Role]] = {
        "base": ("(base)", "base"),
        "total": ("Net burn less that of no hires", "total"),
        "increase": ("Adds to burn", "increase"),
        "increase below": ("Adds to burn, below zero", "increase"),
        "decrease": ("Lowers burn", "decrease"),
        "decrease below": ("Lowers burn, below zero", "decrease"),
    }
    lines = tuple(
        Line(name, tuple(columns[key]), role) for key, (name, role) in drawn.items() if key in ("base", "total") or any(columns[key])
    )
    said = f"from {amount(start.value, '$')} without hires; {'; '.join(changes)}"
    title = f"Net burn less that of no hires ({amount(start.value, '$')}), {first_months(window)}"
    return Chart("stacked", title, "$", "$", tuple(changes), lines, f"Bridge of net burn. {said}")
