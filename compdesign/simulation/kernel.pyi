"""Types of the compiled kernel, for mypy and editors."""

from collections.abc import Collection
from typing import Any, Protocol

from compdesign.quantities import FloatArray
from compdesign.simulation.company_path import CompanyPath
from compdesign.simulation.plan import Plan
from compdesign.simulation.rules import RuleBook

INPUTS: tuple[str, ...]
ENDS: tuple[str, ...]
TABLES: dict[str, str]
CONSTANTS: dict[str, float]

class Supplier(Protocol):
    def row(self, stream: int, seat: int, ordinal: int, row: int) -> FloatArray: ...

class Draws:
    seats: int
    def __init__(self, seats: int) -> None: ...

class Career:
    def __init__(self, book: RuleBook, kinds: int) -> None: ...
    def deployed(self, kind: int) -> None: ...
    def sustained(self, trigger: int) -> None: ...
    def look(self, index: int, month: float, tenure: int, refused: bool = ...) -> tuple[int, float, bool]: ...

def whole_shares(amount: float, unit: int, price: float, diluted: float) -> float: ...
def trials(u: float, p: float) -> float: ...
def vested(shares: float, part: float, schedule: dict[str, Any]) -> float: ...
def run_paths(
    plan: Plan,
    course: CompanyPath,
    draws: Draws,
    supply: Supplier,
    first: int,
    paths: int,
    period: int,
    monthly: bool,
    wanted: Collection[str],
) -> tuple[dict[str, FloatArray], dict[str, list[Any]]]: ...
