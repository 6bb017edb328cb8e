"""Burn and its reconciliation, runway, output and equity."""

from collections.abc import Iterable

from compdesign.metrics.comparison import Comparison
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.monthly import LEVELS, WINDOW, Bands, Monthly
from compdesign.reports.board_parts import (
    OTHER_DIGITS,
    Cell,
    Chart,
    Flow,
    Line,
    Scale,
    Slide,
    Table,
    estimated,
    in_title,
    plain,
    rounded,
    scale_for,
)
from compdesign.reports.numbers import amount, counted, first_months, with_error

BASIS = (
    "Figures are means over all simulated futures; a future that has ended (cash-out or exit) pays nothing from then on and keeps its "
    "last balance, so that quarters add up and balances roll forward. The share still running is printed beside them."
)
MULTIPLE = "Burn multiple: net burn over net new annual recurring revenue of the same months; negative net burn gives a negative multiple."
SHARES = ("new_hire_granted", "refresh_granted", "forfeited", "net_granted", "pool")
BURN = (
    "Cash compensation: base, bonus, sign-on net of repayments, cash awards, severance, payroll load, recruiting and compute of the modelled hires. "
    "Gross burn: cost of revenue, operating expense, cash compensation of the modelled hires and the stated cost of GA delay. Net burn: gross burn less revenue."
)


def burn(
    proposed: Monthly, components: tuple[Flow, ...], compensation: Flow, awards: Flow, months: tuple[str, ...], quarters: tuple[str, ...]
) -> tuple[Slide, ...]:
    """Stacked columns by quarter, the same as a table, and by month."""
    name = plain(proposed.structure)
    window = min(WINDOW, proposed.months)
    peak = max(range(len(quarters)), key=lambda place: compensation.quarters[place])
    scale = scale_for(max(map(abs, (*compensation.quarters, *awards.quarters, 0.0))))
    notes = (BURN, BASIS, f"Awards at grant are shares times their fair value on the grant date: no cash, shown apart. {MULTIPLE}")
    share, multiple = proposed.window_ratios["share_of_gross_burn"], proposed.window_ratios["burn_multiple"]
    points = (
        f"{first_months(window).capitalize()}: {with_error(proposed.window['compensation'], '$')}; whole run ({counted(proposed.months, 'month')}): "
        f"{with_error(proposed.whole['compensation'], '$')}.",
        f"Share of gross burn, {first_months(window)}: {with_error(share, 'share')}. Burn multiple of the company: {with_error(multiple, 'count')}.",
        f"Awards at grant, not cash: {with_error(proposed.whole['award_value'], '$')} over the whole run.",
        "Plan and forecast are the same simulated mean; actuals appear once they are recorded.",
    )
    shown = tuple(each for each in components if any(each.months)) or components[:1]
    title = f"{in_title(name)}: compensation peaks at {amount(compensation.quarters[peak], '$')} in {quarters[peak]}"

    def chart(by: str, categories: tuple[str, ...]) -> Chart:
        lines = tuple(Line(each.label, getattr(each, by)) for each in shown)
        said = f"Stacked columns of the forecast by {by.removesuffix('s')}: " + "; ".join(
            f"{each.label} {amount(each.total, '$')} in all" for each in shown
        )
        return Chart("stacked", f"Cash compensation by {by.removesuffix('s')}, forecast", "$", "$", categories, lines, said)

    return (
        Slide("Compensation burn", title, points, (chart("quarters", quarters),), notes=notes),
        Slide(
            "Burn by quarter",
            f"By quarter and component, {scale.name}",
            (f"Forecast of '{name}'; ± is one standard error.",),
            tables=(_burn_table(proposed, components, compensation, awards, quarters, scale),),
            notes=notes,
        ),
        Slide(
            "Burn by month",
            f"By month: {amount(max(compensation.months), '$')} at most",
            (points[3],),
            (chart("months", months),),
            notes=notes,
        ),
    )


def _burn_table(
    proposed: Monthly, components: tuple[Flow, ...], compensation: Flow, awards: Flow, quarters: tuple[str, ...], scale: Scale
) -> Table:
    flows = (*(each for each in components if any(each.months)), compensation, awards)
    rows = [
        (
            Cell(label),
            *(
                Cell(scale.text(each.quarters[place], each.quarters_se[place]), each.quarters[place], each.quarters_se[place], "$")
                for each in flows
            ),
            Cell(amount(float(proposed.runs[3 * place]), "share"), rounded(proposed.runs[3 * place], OTHER_DIGITS), unit="share"),
        )
        for place, label in enumerate(quarters)
    ]
    totals = (Cell(scale.text(each.total, each.total_se), each.total, each.total_se, "$") for each in flows)
    rows.append((Cell("Whole run"), *totals, Cell("")))
    header = ("Quarter", *(_short(each) for each in flows), "Futures running")
    return Table(f"Cash compensation by quarter and component, {scale.name}", header, tuple(rows), small=True)


def _short(each: Flow) -> str:
    return {"sign_on": "Sign-on, net", "compensation": "All cash", "award_value": "Awards (not cash)"}.get(each.key, each.label)


def reconciliation(proposed: Monthly, company: tuple[Flow, ...], compensation: Flow, quarters: tuple[str, ...]) -> Slide:
    """Modelled hires reconciled to whole-company burn, by quarter."""
    revenue, cost, expense, delay, financing = company
    opening, closing = proposed.by_quarter["opening_cash"], proposed.by_quarter["closing_cash"]
    scale = scale_for(max(abs(float(value)) for value in (*opening.mean, *closing.mean, *revenue.quarters, *expense.quarters)))
    rows = []
    for place, label in enumerate(quarters):
        flows = [(each.quarters[place], each.quarters_se[place]) for each in (revenue, cost, expense, compensation, delay, financing)]
        balances = [(float(each.mean[place]), float(each.se[place])) for each in (opening, closing)]
        cells = [Cell(scale.text(value, se), rounded(value), rounded(se), "$") for value, se in (balances[0], *flows, balances[1])]
        ratios = (proposed.quarter_ratios["share_of_gross_burn"][place], proposed.quarter_ratios["burn_multiple"][place])
        rows.append((Cell(label), *cells, estimated(ratios[0], "share"), estimated(ratios[1], "count")))
    header = (
        "Quarter",
        "Opening cash",
        "+ Revenue",
        "- Cost of revenue",
        "- Operating expense",
        "- Modelled hires",
        "- GA delay",
        "+ Financing",
        "= Closing cash",
    )
    table = Table(f"Whole-company cash by quarter, {scale.name}", (*header, "Hires / gross burn", "Burn multiple"), tuple(rows), small=True)
    share = proposed.whole_ratios["share_of_gross_burn"]
    net = proposed.whole["net_burn"]
    title = f"The modelled hires are {with_error(share, 'share')} of the company's gross burn over the run"
    points = (
        f"Net burn of the company over the run: {with_error(net, '$')}; burn multiple {with_error(proposed.whole_ratios['burn_multiple'], 'count')}.",
        BASIS,
    )
    return Slide("Reconciliation", title, points, tables=(table,), notes=(BURN, BASIS, MULTIPLE))


def runway(comparison: Comparison, place: int, proposed: Monthly, months: tuple[str, ...]) -> Slide:
    """Fan of closing cash with the minimum balance, the company without hires, and GA."""
    cash, empty = proposed.bands["cash"], proposed.bands["no_hires_cash"]
    minimum = comparison.scenario.company.minimum_cash
    lines = [
        Line("90th percentile", _money(cash.value[2]), "high"),
        Line("Median", _money(cash.value[1]), "mean"),
        Line("10th percentile", _money(cash.value[0]), "low"),
        Line("No hires, median", _money(empty.value[1]), "plain"),
    ]
    if isinstance(minimum, int | float):
        lines.append(Line("Minimum cash", (round(float(minimum), 2),) * proposed.months, "limit"))
    marks: list[float | None] = [None] * proposed.months
    for each in proposed.ga:
        if each.value < proposed.months:
            marks[int(each.value)] = rounded(cash.value[1][int(each.value)])
    if any(mark is not None for mark in marks):
        lines.append(Line("GA: 10th, 50th, 90th percentile", tuple(marks), "mark"))
    p10 = comparison.row("runway_p10").estimates[place]
    out = comparison.row("cash_out").estimates[place]
    title = f"Cash runs out within {counted(proposed.months, 'month')} in {with_error(out, 'share')} of futures"
    ga = ", ".join(f"{100 * level:.0f}th percentile {with_error(each, 'months')}" for level, each in zip(LEVELS, proposed.ga, strict=True))
    points = (
        f"Runway, 10th percentile: {with_error(p10, 'months')} (months). Censored: in {with_error(proposed.censored, 'share')} of futures cash never runs out, "
        "so their runway is not known beyond the run.",
        f"GA of the first AI feature is reached in {with_error(proposed.ga_reached, 'share')} of futures; month of GA: {ga}.",
        f"P(cash out before GA): {with_error(comparison.row('cash_out_before_ga').estimates[place], 'share')}. "
        f"By the end {amount(float(proposed.cashed_out[-1]), 'share')} have cashed out and {amount(float(proposed.exited[-1]), 'share')} exited.",
    )
    table = Table(
        "Cash at the end of the month",
        ("Month", "10th percentile", "Median", "90th percentile", "Cashed out", "Exited"),
        tuple(
            (
                Cell(months[month]),
                *(estimated(Estimate(float(cash.value[k][month]), float(cash.se[k][month])), "$") for k in range(3)),
                *(
                    Cell(amount(float(each[month]), "share"), rounded(each[month], OTHER_DIGITS), unit="share")
                    for each in (proposed.cashed_out, proposed.exited)
                ),
            )
            for month in _yearly(proposed.months)
        ),
    )
    chart = Chart(
        "lines", "Cash at the end of the month", "$", "$", months, tuple(lines), f"Fan of cash by month. {title}. {points[0]} {points[1]}"
    )
    notes = (
        "A future whose cash ran out keeps its last balance in the fan; one that exited drops out of it. Runway is the time until a month ends below the minimum; "
        "censored futures count as infinite in its percentiles.",
        "No hires: the same company with no seat filled; rounds that need GA do not close. A lower starting burn is not a plan: nothing ships.",
        "Points on the median line mark the months by which 10, 50 and 90 of 100 futures have reached GA; those beyond the run are not drawn.",
    )
    return Slide("Runway", title, points, (chart,), (table,), notes)


def _yearly(months: int) -> tuple[int, ...]:
    return tuple(sorted({*range(11, months, 12), months - 1}))


def _money(values: Iterable[float]) -> tuple[float | None, ...]:
    return tuple(rounded(value) for value in values)


def output(proposed: Monthly, months: tuple[str, ...]) -> Slide:
    """Filled seats and qualifying deployments with bands."""
    seats, shipped = proposed.by_month["filled"], proposed.by_month["deployments_by"]
    window = min(WINDOW, proposed.months) - 1
    at_window = Estimate(float(shipped.mean[window]), float(shipped.se[window]))
    filled = proposed.whole["filled"]
    name = plain(proposed.structure)
    title = f"{in_title(name)} ships {with_error(at_window, 'count')} qualifying deployments by month {window + 1}"
    points = (
        f"Filled seat-months over the run: {with_error(filled, 'count')}; qualifying deployments: {with_error(proposed.whole['qualifying'], 'count')}.",
    )
    table = Table(
        "Seats filled in futures still running, and cumulative qualifying deployments",
        ("Month", "Seats, mean", "10th percentile", "90th percentile", "Deployments, mean", "10th percentile", "90th percentile"),
        tuple(
            (
                Cell(months[month]),
                estimated(Estimate(float(seats.running[month]), float(seats.running_se[month])), "count"),
                *_ends(proposed.bands["seats_running"], month),
                estimated(Estimate(float(shipped.mean[month]), float(shipped.se[month])), "count"),
                *_ends(proposed.bands["deployments"], month),
            )
            for month in _yearly(proposed.months)
        ),
    )
    charts = (
        _banded("Seats filled, futures still running", "seats", months, tuple(seats.running), proposed.bands["seats_running"]),
        _banded("Qualifying deployments, cumulative", "deployments", months, tuple(shipped.mean), proposed.bands["deployments"]),
    )
    notes = (
        "Seats are those of futures still running; deployments of a future that has ended stay counted. Bands are the 10th and 90th percentile over futures.",
        "Qualifying deployment: registered before work starts, serving live traffic, not rolled back, certified by someone who does not benefit.",
    )
    return Slide("Output", title, points, charts, (table,), notes)


def _ends(bands: Bands, month: int) -> tuple[Cell, ...]:
    """10th and 90th percentile of a month."""
    return tuple(estimated(Estimate(float(bands.value[k][month]), float(bands.se[k][month])), "count") for k in (0, 2))


def _banded(title: str, axis: str, months: tuple[str, ...], mean: tuple[float, ...], bands: Bands) -> Chart:
    def kept(values: Iterable[float]) -> tuple[float | None, ...]:
        return tuple(rounded(value, 4) for value in values)

    lines = (
        Line("90th percentile", kept(bands.value[2]), "high"),
        Line("Mean", kept(mean), "mean"),
        Line("10th percentile", kept(bands.value[0]), "low"),
    )
    last = f"{amount(mean[-1], 'count')} on average in the last month"
    return Chart("lines", title, axis, "count", months, lines, f"{title} by month with 10th and 90th percentile: {last}.")


def equity(comparison: Comparison, proposed: Monthly, months: tuple[str, ...], quarters: tuple[str, ...]) -> Slide:
    """Gross and net burn of shares, and how long the pool lasts."""
    window = min(WINDOW, proposed.months)
    shares = comparison.scenario.company.capitalization
    diluted = shares.fully_diluted
    gross, net = proposed.window["granted"], proposed.window["net_granted"]
    by = proposed.by_quarter
    pool = proposed.by_month["pool"]
    left = Estimate(float(pool.mean[window - 1]), float(pool.se[window - 1]))
    lasts = (
        f"the pool then lasts {amount(left.value / (net.value / window), 'count')} months at this pace"
        if net.value > 0
        else "the pool has no end in sight"
    )
    title = f"{counted(window, 'month')} {'uses' if window == 1 else 'use'} {amount(net.value, 'shares')} shares net; {lasts}"
    points = (
        f"Gross {with_error(gross, 'shares')} shares ({amount(gross.value / diluted, 'share')} of fully diluted at the as-of date), "
        f"of which refresh {with_error(proposed.window['refresh_granted'], 'shares')}; forfeited {with_error(proposed.window['forfeited'], 'shares')}; "
        f"net {with_error(net, 'shares')} ({amount(net.value / diluted, 'share')}).",
        f"Pool left at the end of month {window}: {with_error(left, 'shares')} of {shares.pool_available:,} at the as-of date, top-ups and reserves included.",
    )
    header = ("Quarter", "New-hire grants", "Refresh", "Forfeited", "Net", "Pool left", "Value at grant")
    rows = []
    for place, label in enumerate(quarters):
        found = [Estimate(float(by[key].mean[place]), float(by[key].se[place])) for key in SHARES]
        cells = [estimated(each, "shares") for each in found]
        worth = estimated(Estimate(float(by["award_value"].mean[place]), float(by["award_value"].se[place])), "$")
        rows.append((Cell(label), *cells, worth))
    new, refresh, forfeited = (
        tuple(rounded(value, 2) for value in values)
        for values in (by["new_hire_granted"].mean, by["refresh_granted"].mean, -by["forfeited"].mean)
    )
    charts = (
        Chart(
            "stacked", "Shares granted and forfeited by quarter", "shares", "shares", quarters,
            (Line("New-hire grants", new), Line("Refresh", refresh), Line("Forfeited", forfeited)),
            f"Shares by quarter: {amount(gross.value, 'shares')} granted and {amount(proposed.window['forfeited'].value, 'shares')} forfeited in the {first_months(window)}.",
        ),
        Chart(
            "lines", "Pool left at the end of the month", "shares", "shares", months,
            (Line("Mean", tuple(rounded(value, 2) for value in pool.mean), "mean"), Line("10th percentile", tuple(rounded(value, 2) for value in proposed.bands["pool"].value[0]), "low")),
            f"Pool left by month, mean and 10th percentile: {amount(left.value, 'shares')} on average after {counted(window, 'month')}.",
        ),
    )  # fmt: skip
    notes = (
        "Gross burn of equity: shares granted. Net: less what leavers forfeit. Awards of an upfront rule count when earned; their reserve leaves the pool at hire.",
        "Months of pool: mean pool left over the mean net use a month of the same months. Value at grant is shares times grant-date fair value, no cash and no expense schedule.",
    )
    table = Table("Shares by quarter", header, tuple(rows), small=True)
    return Slide("Equity", title, points, charts, (table,), notes)
