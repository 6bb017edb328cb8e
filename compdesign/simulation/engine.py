"""One structure on the paths of one RNG block: arrays in, the compiled kernel over the paths, tables out."""

from collections.abc import Collection
from typing import Any

import numpy as np

from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario
from compdesign.quantities import FloatArray, PerPath
from compdesign.simulation.class_values import at_exit_price
from compdesign.simulation.company_path import CompanyPath, company_path
from compdesign.simulation.kernel import TABLES, run_paths
from compdesign.simulation.month_values import MonthBooks
from compdesign.simulation.parameters import slice_paths
from compdesign.simulation.plan import plan_of
from compdesign.simulation.streams import Repeated, Streams
from compdesign.simulation.supply import Supply
from compdesign.simulation.tables import COMPONENTS, CashAwardTable, DeploymentTable, GrantTable, HireTable, Outcome

ALL = slice(None)

np.empty(31 << 17)  # 31 MiB, freed at once: glibc then keeps later temporaries on its heap (mallopt(3), M_MMAP_THRESHOLD is
# dynamic), where the kernel need not hand out and clear their pages again and again


def simulate_structure(
    scenario: Scenario,
    offer: Offer,
    streams: Streams | Repeated,
    accept: tuple[PerPath, PerPath] = (1.0, 1.0),
    paths: slice = ALL,
    course: CompanyPath | None = None,
    books: MonthBooks | None = None,
    tables: Collection[str] = tuple(TABLES),
) -> Outcome:
    """Simulate one structure. scenario, offer: resolved, uncertain fields float64[path of the block]. accept: probability that a
    production-minded and a notebook candidate accept. paths: the slice of the block to run. course: the company's path, if
    already made for that slice. books: filled month by month, if given. tables: which of the outcome's are wanted; the others are empty.
    Raises nothing of its own.
    """
    sliced, offer = slice_paths(scenario, paths), slice_paths(offer, paths)
    course = course or company_path(sliced, streams, paths)
    first, last, _ = paths.indices(streams.width)
    accept = (1.0, 1.0) if scenario.hiring.acceptance.certain else accept
    plan = plan_of(sliced, offer, accept, last - first)
    draws, supply = streams.read(scenario.hiring.seats), Supply(streams, scenario)
    found, rows = run_paths(plan, course, draws, supply, first, last - first, streams.period, books is not None, tables)
    if books is not None:
        _keep(books, found)
    return at_exit_price(sliced, _outcome(found, rows, course))


def _keep(books: MonthBooks, found: dict[str, FloatArray]) -> None:
    """Hand over what was kept month by month."""
    books.pay[:] = found["month_pay"].reshape(books.pay.shape)
    books.gross_profit[:], books.margin_cash[:] = found["month_profit"], found["month_margin"]
    books.ga_delay[:], books.financing[:], books.pool[:] = found["month_delay"], found["month_financing"], found["month_pool"]


def _outcome(found: dict[str, FloatArray], tables: dict[str, list[Any]], course: CompanyPath) -> Outcome:
    """The frozen hand-over, from what the kernel wrote."""
    ends = {
        name: values
        for name, values in found.items()
        if not name.startswith("month_") and name not in ("end", "end_month", "pay", "margin")
    }
    paths = len(found["end"])
    margin = found["margin"].reshape(-1, 2, paths)
    with np.errstate(divide="ignore", invalid="ignore"):
        gross_margin = np.where(margin[:, 1] > 0, margin[:, 0] / margin[:, 1], np.nan)
    return Outcome(
        **ends,
        end=found["end"].astype(np.int64),
        end_month=found["end_month"].astype(np.int64),
        pay=found["pay"].reshape(len(COMPONENTS), -1, paths),
        gross_margin=gross_margin,
        multiple=course.multiple,
        hires=HireTable(*tables["hires"]),
        grants=GrantTable(*tables["grants"]),
        cash_awards=CashAwardTable(*tables["cash_awards"]),
        deployments=DeploymentTable(*tables["deployments"]),
    )
