"""The report's context: everything its page prints, worked out beforehand."""

import re
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

import numpy as np

from compdesign.metrics.candidate import candidate_catalog
from compdesign.metrics.candidate_differences import GAINS
from compdesign.metrics.catalog import Better
from compdesign.metrics.comparison import Comparison, Row
from compdesign.metrics.estimates import Estimate
from compdesign.metrics.monthly import Monthly
from compdesign.metrics.runner_up import error_of_share
from compdesign.metrics.verdict import runner_up
from compdesign.reports.charts import for_screen, variables
from compdesign.reports.findings import (
    SECTIONS,
    Finding,
    class_rows,
    flips,
    gains,
    is_part,
    losses,
    null_line,
    of_errors,
    rival,
    setbacks,
    tax_basis,
    worth_showing,
)
from compdesign.reports.numbers import counted, with_error, with_label
from compdesign.reports.pages import font_faces, stylesheet
from compdesign.reports.report_causes import break_even_curves, links_map, tornado
from compdesign.reports.report_figures import candidate_value, equal_terms, forest, null_ranking, twins
from compdesign.reports.report_months import deployments, runway_fan
from compdesign.reports.report_paper import WHOLE, cut, decisions, on_paper, only, paper_style, printed, said
from compdesign.reports.report_parts import Cell, Figure, Table, deploys, lettered, tone, value_cell

Medium = Literal["screen", "paper"]


@dataclass(frozen=True)
class Tile:
    """One figure of the first minute: of the structure looked at, of the first, and the difference."""

    label: str
    value: str
    first: str
    difference: str
    tone: str


@dataclass(frozen=True)
class Section:
    """One part of the page: words, a figure, tables; any of them may be absent."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    figure: Figure | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class ReportContext:
    """What templates/report/report.html may name."""

    title: str
    origin: str
    paper: bool
    fonts: str
    style: str
    light: str
    dark: str
    null_line: str
    verdict: str
    label: str
    label_tone: str
    single: bool
    looked_at: str
    first: str
    tiles: tuple[Tile, ...]
    findings: tuple[Finding, ...]
    flips: Finding
    forest: Figure | None
    sections: tuple[Section, ...]
    appendix: tuple[Table, ...]
    definitions: tuple[tuple[str, str, str], ...]
    provenance: tuple[tuple[str, str], ...]


def report_context(comparison: Comparison, monthly: tuple[Monthly, ...], medium: Medium) -> ReportContext:
    """The context of one report on one medium. monthly: of the structures as typed, in their order."""
    k, paper = rival(comparison), medium == "paper"
    single = len(comparison.scenario.offers) == 1
    following = runner_up(comparison.rows[0].estimates[: len(comparison.scenario.offers)])
    lead = comparison.behind[following] if following is not None else comparison.behind[0]
    kept = printed(comparison) if paper else tuple(range(len(comparison.scenario.offers)))
    first = None if single else _on(forest(comparison), paper, kept)
    sections = tuple(_placed(section, paper, kept) for section in _sections(comparison, monthly, paper, kept))
    figures = [figure for figure in (first, *(section.figure for section in sections)) if figure]
    return ReportContext(
        title=comparison.scenario.title,
        origin=f"Comparison of offer structures · {comparison.paths:,} paths, seed {comparison.seed}, scenario {comparison.scenario_hash[:12]}, compdesign {comparison.version}",
        paper=paper,
        fonts="" if paper else font_faces(),
        style=paper_style() if paper else stylesheet("report/report.css"),
        light="" if paper else variables(dark=False),
        dark=variables(dark=True),
        null_line=null_line(comparison) if len(comparison.scenario.offers) <= WHOLE else null_ranking(comparison).finding,
        verdict=comparison.verdict,
        label="one structure only" if single else lead.label if deploys(comparison) else "nothing to rank",
        label_tone="quiet" if single or not deploys(comparison) else tone(lead, "higher"),
        single=single,
        looked_at=comparison.structures[k],
        first=comparison.structures[0],
        tiles=tuple(_tile(row, k, comparison.scenario.months) for row in comparison.rows if row.metric.group == "decision"),
        findings=() if single else _findings(comparison, k),
        flips=flips(comparison),
        forest=first,
        sections=sections,
        appendix=tuple(part for figure in figures for part in cut(figure.table)) if paper else (),
        definitions=_definitions(comparison, parts=len(kept) == len(comparison.scenario.offers)),
        provenance=_provenance(comparison),
    )


def _findings(comparison: Comparison, k: int) -> tuple[Finding, ...]:
    """Both sides in the same words; where the first structure is cheapest, also every other row on which another beats it."""
    pair = (gains(comparison, k), setbacks(comparison, k))
    others = losses(comparison)
    return (*pair, others) if others.lead.startswith("Where others") and len(comparison.scenario.offers) > 2 else pair


def _tile(row: Row, k: int, months: int) -> Tile:
    metric, difference = row.metric, row.differences[k]

    def shown(estimate: Estimate) -> str:
        if metric.unit != "months":
            return with_error(estimate, metric.unit)
        return f"{with_error(estimate, metric.unit)} months" if isfinite(estimate.value) else f"beyond {counted(months, 'month')}"

    return Tile(
        metric.label,
        shown(row.estimates[k]),
        shown(row.estimates[0]) if k else "",
        with_label(difference, metric.unit) if k else "",
        tone(difference, metric.better) if k else "ink",
    )


def _sections(comparison: Comparison, monthly: tuple[Monthly, ...], paper: bool, kept: tuple[int, ...]) -> list[Section]:
    rest = said(comparison, kept)
    found = [
        Section("null", "Null ranking, and the links stated", figure=null_ranking(comparison), items=comparison.links),
        Section(
            "table",
            "All structures, row by row",
            words=(of_errors(comparison), "Under each value: the paired difference to the first structure and its label.", *rest),
            tables=(decisions(comparison), _main_table(comparison, parts=False)) if rest else (_main_table(comparison),),
        ),
        Section("runway", "Runway", figure=runway_fan(comparison, monthly, paper, kept)),
        Section("deployments", "Deployments over time", figure=deployments(comparison, monthly, paper, kept)),
        Section("candidate", "The candidate's side", figure=candidate_value(comparison)),
        Section("equal", "Equal terms", figure=equal_terms(comparison, kept)),
        Section("twins", "Equity or milestone", figure=twins(comparison, kept)),
        Section("break-even", "Break-evens", figure=break_even_curves(comparison, kept)),
        _map_section(comparison),
        _tornado_section(comparison),
        _assumptions(comparison),
    ]
    return [section for section in found if section.figure or section.tables or section.words]


def _map_section(comparison: Comparison) -> Section:
    table = links_map(comparison)
    words = ("Each cell names the structure with the lowest present cost per qualifying deployment at that pair of links.",)
    return Section("map", "Map over two links", words=words, tables=(table,)) if table else Section("map", "")


def _tornado_section(comparison: Comparison) -> Section:
    figure = tornado(comparison)
    nothing = "Every input of this scenario is a single number, so there is no input uncertainty to draw. Give an input as a range, e.g. { p10 = 0.18, p50 = 0.32, p90 = 0.45 }, to see what it moves."
    return Section("tornado", "What moves the numbers", figure=figure, words=() if figure else (nothing,))


def _main_table(comparison: Comparison, parts: bool = True) -> Table:
    """Every row worth showing. parts: with the years and components of a row."""
    typed = len(comparison.scenario.offers)
    body: list[tuple[Cell, ...]] = []
    for group, title in SECTIONS:
        shown = [
            row for row in comparison.rows if row.metric.group == group and worth_showing(comparison, row) and (parts or not is_part(row))
        ]
        if shown:
            body.append((Cell(title),))
        body += [_metric_row(row, typed) for row in shown]
        if group == "decision":
            body.append(
                (
                    Cell("Runway: share of paths that never run out"),
                    *(
                        Cell(with_error(Estimate(each, error_of_share(each, comparison.paths)), "share"))
                        for each in comparison.censored[:typed]
                    ),
                )
            )
            body.append((Cell(f"What one candidate gets ({tax_basis(comparison)})"),))
            for metric in candidate_catalog(comparison.scenario):
                better: Better = "higher" if metric.key in GAINS else "neither"
                pairs = zip(comparison.candidate[:typed], comparison.candidate_differences, strict=False)
                cells = (
                    value_cell(each[metric.key], metric.unit, apart.get(metric.key) if k else None, better)
                    for k, (each, apart) in enumerate(pairs)
                )
                body.append((Cell(metric.label), *cells))
    if classes := class_rows(comparison):
        body.append((Cell("By class of holders"),))
        body += [_metric_row(row, typed) for row in classes]
    return Table("Every metric by structure", ("", *lettered(comparison)), tuple(body))


def _metric_row(row: Row, typed: int) -> tuple[Cell, ...]:
    unit: str = row.metric.unit
    better: Better = row.metric.better
    cells = (value_cell(estimate, unit, row.differences[k] if k else None, better) for k, estimate in enumerate(row.estimates[:typed]))
    return (Cell(row.metric.label), *cells)


def _assumptions(comparison: Comparison) -> Section:
    unsourced = sum(each.standing == "assumption" for each in comparison.defaults)
    words = (
        f"{len(comparison.defaults)} inputs rest on shipped defaults, {unsourced} of them assumptions without a public source. What the scenario states itself is its author's statement.",
        "published: the figure stands in the named source; secondary: quoted second-hand; derived: worked out from the source as it says; assumption: nobody's figure but ours, to be replaced by your own.",
    )
    rests = Table(
        "Shipped defaults this comparison rests on",
        ("Input", "Value", "Standing", "Source, as of"),
        tuple(
            (
                Cell(each.where, each.title),
                Cell(f"{each.value} {each.unit}"),
                Cell(
                    "assumption: no source" if each.standing == "assumption" else each.standing,
                    tone="s2" if each.standing == "assumption" else "",
                ),
                Cell(each.source, f"as of {each.as_of}"),
            )
            for each in comparison.defaults
        ),
    )
    ranges = tuple(
        (Cell(name), *(Cell(f"{value:,.4g}") for value in np.quantile(drawn, (0.1, 0.5, 0.9))))
        for name, drawn in comparison.result.inputs.items()
    )
    drawn = Table("Inputs given as ranges, as drawn", ("Input", "10th percentile", "Median", "90th percentile"), ranges)
    return Section("assumptions", "Assumptions and their sources", words=words, tables=(rests, drawn) if ranges else (rests,))


def _definitions(comparison: Comparison, parts: bool) -> tuple[tuple[str, str, str], ...]:
    later = re.compile(r":(?!1$)")  # what is said of the first year, or of the first rule, holds for the others
    shown = [
        row.metric
        for row in comparison.rows
        if (row.metric.group == "decision" or worth_showing(comparison, row))
        and not later.search(row.metric.key)
        and (parts or not is_part(row))
    ]
    shown += [row.metric for row in class_rows(comparison)]
    return tuple((each.label, each.unit, each.definition) for each in shown) + tuple(
        (each.label, each.unit, each.definition) for each in candidate_catalog(comparison.scenario)
    )


def _provenance(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    scenario = comparison.scenario
    return (
        ("Scenario hash (SHA-256)", comparison.scenario_hash),
        ("Seed", str(comparison.seed)),
        ("Paths", f"{comparison.paths:,}"),
        ("Horizon", f"{counted(scenario.months, 'month')} from {scenario.as_of.isoformat()}"),
        ("Made with", f"compdesign {comparison.version}"),
    )


def _placed(section: Section, paper: bool, kept: tuple[int, ...]) -> Section:
    figure = _on(section.figure, paper, kept) if section.figure else None
    tables = tuple(part for table in section.tables for part in cut(only(table, kept))) if paper else section.tables
    return replace(section, figure=figure, tables=tables)


def _on(figure: Figure, paper: bool, kept: tuple[int, ...]) -> Figure:
    """The figure's drawings as the medium takes them: inside the page on a screen, as images on paper."""
    if paper:
        return on_paper(figure, kept)
    panels = (replace(panel, drawing=replace(panel.drawing, content=for_screen(panel.drawing.content))) for panel in figure.panels)
    return replace(figure, panels=tuple(panels))
