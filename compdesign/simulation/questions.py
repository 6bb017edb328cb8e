"""What is asked about a structure, apart from what cannot touch it, and the answers so far: a comparison poses many of its questions
more than once.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from compdesign.inputs.company import Valuation
from compdesign.inputs.offers import Offer
from compdesign.inputs.scenario import Scenario

Q = TypeVar("Q")
A = TypeVar("A")


class Answers(Generic[A]):
    """The answers last asked for by question, at most so many. Draws are counter-based, so an answer never changes, whatever it was asked
    together with. Threads share them: one that asks what another is being told works it out as well.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held: OrderedDict[_Key, A] = OrderedDict()
        self._lock = Lock()

    def to(self, questions: list[Q], keys: list[Any], answered: Callable[[list[Q]], list[A]]) -> list[A]:
        """The answer to each question. Those with equal keys are one question; only what is not held is answered, in one go."""
        asked: dict[_Key, tuple[int, Q]] = {}
        places = [asked.setdefault(_Key(key), (len(asked), question))[0] for key, question in zip(keys, questions, strict=True)]
        found: dict[int, A] = {}
        with self._lock:
            for key, (place, _) in asked.items():
                if (known := self.held.get(key)) is not None:
                    found[place] = known
                    self.held.move_to_end(key)
        new = [(key, place, question) for key, (place, question) in asked.items() if place not in found]
        answers = answered([question for *_, question in new]) if new else []
        with self._lock:
            for (key, place, _), answer in zip(new, answers, strict=True):
                found[place] = self.held[key] = answer
            while len(self.held) > self.most:
                self.held.popitem(last=False)
        return [found[place] for place in places]


class _Key:
    """What tells questions apart, hashed once: a scenario is a tree of hundreds of values."""

    __slots__ = ("hashed", "told")

    def __init__(self, told: Hashable) -> None:
        self.told, self.hashed = told, hash(told)

    def __hash__(self) -> int:
        return self.hashed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.told == other.told


def bearing_on(scenario: Scenario, index: int) -> Scenario:
    """The scenario with one structure, and without the links that cannot touch it: who accepts is told apart; nothing spurs who has
    no refresh to earn, or who does not answer to it, and nobody games then.
    """
    offer, off = scenario.offers[index], {"selection": 0.0}
    if not offer.refresh or scenario.links.incentive == 0:
        off |= {"incentive": 0.0, "gaming": 0.0}
    return scenario.model_copy(update={"offers": (offer,), "links": scenario.links.model_copy(update=off)})


def apart_from_price(scenario: Scenario) -> Scenario:
    """The scenario of one structure with a company of a fixed multiple, if nobody holds a share: the price of one then moves neither
    the cash of the company nor what anybody does or gets. For answers that do not tell the price itself.
    """
    [offer] = scenario.offers
    if _has_equity(offer):
        return scenario
    company = scenario.company.model_copy(update={"valuation": _FIXED})
    return scenario.model_copy(update={"company": company, "links": scenario.links.model_copy(update={"margin_sensitivity": 0.0})})


_FIXED = Valuation(multiple=1.0, reversion=0.0, volatility=0.0)


def _has_equity(offer: Offer) -> bool:
    return offer.grant is not None or any(rule.instrument != "cash" for rule in offer.refresh)
