"""The work that is estimated against the work that is done: never less, and not many times more. `benchmarks/work.py` shows both."""

import re
from pathlib import Path

import pytest
from compdesign.api.documented import example
from compdesign.api.estimate import BYTES_AT_REST, check_work, work_of
from compdesign.api.problems import ApiProblem
from compdesign.api.settings import Settings

from benchmarks.work import EXAMPLES, posed, taken
from compdesign.inputs.scenario import Scenario
from tests.api.serving import Served, alive

HIRE_MONTHS_WITHIN, BYTES_WITHIN = 2.0, 4.0


@pytest.mark.parametrize(("name", "paths"), [(EXAMPLES[0], 256), (EXAMPLES[1], 256), (EXAMPLES[2], 512)])
def test_the_estimate_is_never_below_the_work_and_not_far_above(name: str, paths: int) -> None:
    scenario = posed(name)
    found, work = taken(scenario, paths, with_months=True), work_of(scenario, paths, main_runs=2)
    growth = work.bytes - BYTES_AT_REST
    print(f"{name}: hire-months x {work.hire_months / found.hire_months:.2f}, bytes x {growth / found.bytes:.2f}, {found.seconds:.1f} s")
    assert found.hire_months <= work.hire_months <= HIRE_MONTHS_WITHIN * found.hire_months
    assert found.bytes <= growth <= BYTES_WITHIN * found.bytes


def test_a_worker_at_rest_takes_no_more_than_is_said(server: Served) -> None:
    """Children are forked from one process, which has loaded all they need."""
    forking = [pid for pid, parent in alive().items() if parent == server.process.pid]
    sizes = [int(re.findall(r"^VmSize:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)[0]) << 10 for pid in forking]
    print(f"at rest {max(sizes) / BYTES_AT_REST:.2f} of what is said")
    assert 0.5 * BYTES_AT_REST < max(sizes) <= BYTES_AT_REST


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_taken_with_the_paths_they_state(name: str) -> None:
    check_work(Scenario.parse(example(name)), None, Settings(), main_runs=2)


def test_the_remedy_is_true() -> None:
    """So many paths are taken, and one more is not."""
    scenario, settings = posed(EXAMPLES[2], seats=40, months=120), Settings()
    with pytest.raises(ApiProblem) as refused:
        check_work(scenario, 100_000, settings)
    [entry] = refused.value.errors
    most = int(re.sub(r"\D", "", entry.remedy))
    assert 2 <= most < 100_000
    check_work(scenario, most, settings)
    with pytest.raises(ApiProblem):
        check_work(scenario, most + 1, settings)


def test_what_no_number_of_paths_makes_small_enough_is_told_so() -> None:
    with pytest.raises(ApiProblem) as refused:
        check_work(posed(EXAMPLES[2], structures=12, seats=50, months=120), 2, Settings(hire_months=1e6))
    assert "command line" in refused.value.errors[0].remedy and "hire-months" in refused.value.detail
