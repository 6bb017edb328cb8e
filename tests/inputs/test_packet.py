"""The candidate's file is strict: unknown keys, wrong kinds and impossible dates are told at their key."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compdesign.errors import ScenarioError
from compdesign.inputs.packet import Packet
from compdesign.inputs.toml_file import read_toml

EXAMPLE = read_toml(Path(__file__).parents[2] / "compdesign" / "examples" / "candidates" / "candidate.toml")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"salary_history": 200_000}, "salary_history: is no known key"),
        ({"current_pay": 1}, "current_pay: is no known key"),
        ({"screen": {"passed": True, "taken": date(2026, 11, 18), "score": 0.9}}, "screen.score: is no known key"),
        ({"exempt": 1}, "exempt: 1 is no switch"),
        ({"exempt": "yes"}, "is no switch"),
        ({"name": ""}, "name: "),
        ({"name": "x" * 81}, "has 81 characters; give at most 80"),
        ({"name": "a\u202eb"}, "holds a character that does not print"),
        ({"name": "a\nb"}, "holds a character that does not print"),
        ({"address": ["x" * 81]}, "address[0]: "),
        ({"address": "one line"}, "address: "),
        ({"start": date(2026, 11, 23)}, "start: 2026-11-23 is before the letter's date"),
        ({"expires": date(2026, 11, 23)}, "expires: 2026-11-23 is before the letter's date"),
        ({"screen": {"passed": True, "taken": date(2026, 11, 25)}}, "screen.taken: 2026-11-25 is after the letter's date"),
        ({"posted_pay_range": {"low": 2, "high": 1}}, "posted_pay_range.high: is below the lower end"),
        ({"sign_on_choice": "later"}, 'sign_on_choice: "later" is no choice here'),
        ({"start": "soon"}, "start: "),
    ],
)
def test_faults(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Packet.parse({**EXAMPLE, **changes})
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_missing_place_is_told() -> None:
    with pytest.raises(ScenarioError, match="jurisdiction: is missing; add it: Law of the place of work"):
        Packet.parse({key: value for key, value in EXAMPLE.items() if key != "jurisdiction"})


def test_no_key_asks_what_the_candidate_earned_or_scored() -> None:
    names = set(Packet.model_fields) | set(Packet.model_fields["screen"].annotation.__args__[0].model_fields)  # type: ignore[union-attr]
    assert not [name for name in names if any(word in name for word in ("history", "current", "previous", "score", "salary"))]
