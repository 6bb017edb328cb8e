"""The board's view of compensation burn: every figure and text that its spreadsheet, slides and pages show, rounded once."""

from dataclasses import dataclass

from compdesign.errors import Problem, ScenarioError
from compdesign.metrics.catalog import COMPONENT_LABELS
from compdesign.metrics.comparison import Comparison
from compdesign.metrics.monthly import Monthly
from compdesign.reports.board_bridge import bridge
from compdesign.reports.board_decision import decision, flips
from compdesign.reports.board_expense import expense
from compdesign.reports.board_parts import Flow, Slide, Table, added, flow, month_labels, plain, quarter_labels, rounded
from compdesign.reports.board_slides import burn, equity, output, reconciliation, runway
from compdesign.reports.board_sources import assumptions, tie_out
from compdesign.simulation.tables import COMPONENTS

COMPANY_FLOWS = {
    "revenue": "Revenue",
    "cost_of_revenue": "Cost of revenue",
    "operating_expense": "Operating expense outside the modelled hires",
    "ga_delay": "Stated cost of GA delay",
    "financing": "Financing",
}


@dataclass(frozen=True)
class BoardView:
    """title, structure, reference: user text as XML can carry it. provenance: one line on what it was made from. months,
    quarters: labels. components: pay in the order of COMPONENTS; compensation: their sum; awards: value at grant, not cash.
    company: the other flows of cash. opening, closing: cash balances by month. running: share of futures running at each month's start;
    slides: in order. links: what the user states, one line each. sources: the table of assumptions. ties: the tie-out to the comparison.
    as_of: ISO date, the date every file carries, so that the same view gives the same bytes.
    """

    title: str
    structure: str
    reference: str
    as_of: str
    provenance: str
    scenario_hash: str
    seed: int
    version: str
    paths: int
    months: tuple[str, ...]
    quarters: tuple[str, ...]
    components: tuple[Flow, ...]
    compensation: Flow
    awards: Flow
    company: tuple[Flow, ...]
    opening: tuple[float, ...]
    opening_se: tuple[float, ...]
    closing: tuple[float, ...]
    closing_se: tuple[float, ...]
    new_revenue: Flow
    running: tuple[float, ...]
    compensation_running: tuple[float | None, ...]
    compared_pay: float
    slides: tuple[Slide, ...]
    links: tuple[str, ...]
    sources: Table
    ties: Table


def best_structure(comparison: Comparison) -> str:
    """The structure the verdict names: the lowest objective, the first if none has one."""
    cost = comparison.rows[0].estimates[: len(comparison.scenario.offers)]
    known = [k for k in range(len(cost)) if cost[k].value == cost[k].value]
    return comparison.structures[min(known, key=lambda k: cost[k].value) if known else 0]


def structure_index(comparison: Comparison, structure: str) -> int:
    """Its place among the structures as typed; ScenarioError if there is none of that name."""
    names = list(comparison.structures[: len(comparison.scenario.offers)])
    if structure not in names:
        raise ScenarioError([Problem("--structure", f"'{structure}' is no structure of this scenario", f"use one of {', '.join(names)}")])
    return names.index(structure)


def board_view(comparison: Comparison, monthly: tuple[Monthly, ...], structure: str) -> BoardView:
    """The view for one proposed structure.

    comparison, monthly: of the same scenario and paths; monthly holds the first structure (the approved plan), first, and the
    proposed one. Raises ScenarioError for a structure the scenario does not have.
    """
    place = structure_index(comparison, structure)
    reference, proposed = monthly[0], next(each for each in monthly if each.structure == structure)
    scenario = comparison.scenario

    def taken(key: str, label: str) -> Flow:
        return flow(key, label, proposed.by_month[key], proposed.by_quarter[key], proposed.whole[key])

    components = tuple(taken(name, COMPONENT_LABELS[name]) for name in COMPONENTS)
    parts = (proposed.by_month["compensation"], proposed.by_quarter["compensation"], proposed.whole["compensation"])
    compensation = added("compensation", "Cash compensation", components, *parts)
    company = tuple(taken(key, label) for key, label in COMPANY_FLOWS.items())
    months, quarters = month_labels(scenario.as_of, scenario.months), quarter_labels(scenario.as_of, scenario.months)
    opening, closing = proposed.by_month["opening_cash"], proposed.by_month["closing_cash"]
    awards = taken("award_value", "Awards at grant-date fair value (not cash)")
    slides = (
        decision(comparison, place, proposed),
        *burn(proposed, components, compensation, awards, months, quarters),
        reconciliation(proposed, company, compensation, quarters),
        bridge(comparison, reference, proposed),
        runway(comparison, place, proposed, months),
        output(proposed, months),
        equity(comparison, proposed, months, quarters),
        *expense(proposed, quarters),
        flips(comparison, place),
    )
    return BoardView(
        title=plain(scenario.title),
        structure=plain(structure),
        reference=plain(reference.structure),
        as_of=scenario.as_of.isoformat(),
        provenance=(
            f"{comparison.paths:,} simulated futures, seed {comparison.seed}, scenario {comparison.scenario_hash[:12]}, "
            f"compdesign {comparison.version}. ± is one standard error."
        ),
        scenario_hash=comparison.scenario_hash,
        seed=comparison.seed,
        version=comparison.version,
        paths=comparison.paths,
        months=months,
        quarters=quarters,
        components=components,
        compensation=compensation,
        awards=awards,
        company=company,
        opening=tuple(round(float(value), 2) for value in opening.mean),
        opening_se=tuple(round(float(value), 2) for value in opening.se),
        closing=tuple(round(float(value), 2) for value in closing.mean),
        closing_se=tuple(round(float(value), 2) for value in closing.se),
        new_revenue=taken("new_revenue", "Net new recurring revenue"),
        running=tuple(round(float(value), 6) for value in proposed.runs),
        compensation_running=tuple(rounded(value) for value in proposed.by_month["compensation"].running),
        compared_pay=round(comparison.row("pay").estimates[place].value, 2),
        slides=slides,
        links=tuple(plain(line.strip()) for line in comparison.links),
        sources=assumptions(comparison),
        ties=tie_out(comparison, place, proposed),
    )
