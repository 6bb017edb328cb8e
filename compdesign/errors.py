"""The exceptions a caller may catch. One shallow hierarchy; every message says what, where and what to do."""

from dataclasses import dataclass


class CompdesignError(Exception):
    """Anything compdesign refuses or fails at on purpose."""


@dataclass(frozen=True)
class Problem:
    """One fault in an input.

    where: the key's path as the user would type it, e.g. ``offers[1].refresh[0].cap``.
    what: the value and why it is refused.
    remedy: what to do about it.
    """

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


class ScenarioError(CompdesignError):
    """A scenario, or an option of a run, that cannot be used. Carries every fault found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class SimulationFault(CompdesignError):
    """A run whose numbers cannot be used."""


class WorkerLost(CompdesignError):
    """A worker process that was ended from outside: nothing was wrong with what it was asked. Exit code 1."""


class WorkTooLarge(CompdesignError):
    """A run that would need more memory or time than allowed, refused before anything is allocated."""


class Refused(CompdesignError):
    """A document that must not be made: the input is valid, and a policy or a law says no. Exit code 1, HTTP 409.

    problem: where says which key of the candidate's file is at odds with it.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
