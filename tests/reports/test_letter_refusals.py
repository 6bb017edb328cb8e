"""What a letter is refused for, and what is missing from the input."""

from datetime import date
from typing import Any

import pytest

from compdesign.errors import Refused, ScenarioError
from compdesign.inputs.scenario import Scenario
from compdesign.reports.letter import letter_pdf
from compdesign.reports.letter_checks import check_policies, employer_of, pack_of
from tests.reports.letters import SCENARIO, packet, scenario


def refusal(offer: dict[str, Any] | None = None, employer: dict[str, Any] | None = None, **candidate: Any) -> str:
    data, person = scenario(offer or {}, employer), packet(**candidate)
    with pytest.raises(Refused) as caught:
        letter_pdf(data, "offer", person)
    return str(caught.value)


def passes(offer: dict[str, Any] | None = None, employer: dict[str, Any] | None = None, **candidate: Any) -> None:
    data, person = scenario(offer or {}, employer), packet(**candidate)
    check_policies(employer_of(data, data.offers[0]), data.offers[0], person, pack_of(person))


def test_the_policy_of_a_passed_screen() -> None:
    assert "the candidate's file shows none" in refusal(screen=None)
    assert "shows that it was not passed" in refusal(screen={"passed": False, "taken": date(2026, 11, 2)})
    passes()
    passes(employer={"requires_passed_screen": False}, screen=None)


@pytest.mark.parametrize("place", ["UK", "DE", "US-MT", "us-ca", "EU", "California"])
def test_places_that_are_not_covered(place: str) -> None:
    said = refusal(jurisdiction=place)
    assert f"'{place}' is not covered; covered are US-CA, US-NY, US-TX and US-WA, and US (generic)" in said
    assert ("no employment at will" in said) == (not place.upper().startswith("US"))


@pytest.mark.parametrize(
    ("place", "least"), [("US-CA", 70_304), ("US-NY", 66_300), ("US-WA", 80_168.40), ("US-TX", 35_568), ("US", 35_568)]
)
def test_an_exempt_position_earns_the_least_that_the_law_asks(place: str, least: float) -> None:
    wide = {"low": 0, "high": 500_000}
    assert "the least for an exempt position" in refusal({"base": least - 0.01}, jurisdiction=place, posted_pay_range=wide)
    passes({"base": least}, jurisdiction=place, posted_pay_range=wide)
    passes({"base": least - 0.01}, jurisdiction=place, posted_pay_range=wide, exempt=False)


def test_the_range_of_the_posting() -> None:
    assert "lies outside the range of the posting, $205,000 to $345,000" in refusal({"base": 204_999})
    for place, employees in (("US-CA", 15), ("US-NY", 4), ("US-WA", 15)):
        assert f"employers of {employees} or more" in refusal(employer={"employees": employees}, jurisdiction=place, posted_pay_range=None)
        passes(employer={"employees": employees - 1}, jurisdiction=place, posted_pay_range=None)
    passes(jurisdiction="US-TX", posted_pay_range=None)


def test_five_business_days_for_the_repayment_agreement() -> None:
    """From Tuesday 24 November 2026: Thanksgiving (26th) and the weekend do not count, so the fifth day is 2 December."""
    repaid = {"sign_on": 10_000, "sign_on_repayment_months": 12}
    assert "needs 5 business days to consider it, and 2026-12-01 leaves 4" in refusal(repaid, expires=date(2026, 12, 1))
    passes(repaid, expires=date(2026, 12, 2))
    passes({"sign_on": 10_000}, expires=date(2026, 11, 25))


def test_early_exercise_needs_the_plan_and_options() -> None:
    options, stock = {"grant": {"instrument": "nso", "amount": 10}}, {"grant": {"instrument": "restricted_stock", "amount": 10}}
    assert "early_exercise" in refusal(options, early_exercise=True)
    assert "early_exercise" in refusal(stock, {"early_exercise": True}, early_exercise=True)
    passes(options, {"early_exercise": True}, early_exercise=True)


@pytest.mark.parametrize(
    ("offer", "missing", "where"),
    [
        ({"grant": {"amount": 10}}, "equity_plan", "employer.equity_plan"),
        ({"grant": {"amount": 10}}, "exit_values", "employer.exit_values"),
        ({"refresh": [{"name": "r", "trigger": {"every_deployments": 1}, "award": 1}]}, "equity_plan", "employer.equity_plan"),
    ],
)
def test_what_an_offer_needs_from_the_employer(offer: dict[str, Any], missing: str, where: str) -> None:
    data = scenario(offer)
    without = {key: value for key, value in SCENARIO["employer"].items() if key != missing}
    assert data.employer is not None
    data = scenario(offer).model_copy(update={"employer": type(data.employer).model_validate(without)})
    with pytest.raises(ScenarioError) as caught:
        letter_pdf(data, "offer", packet())
    assert [problem.where for problem in caught.value.problems] == [where]


def test_no_employer_no_structure_and_a_promise_of_uncertain_days() -> None:
    without = Scenario.parse({key: value for key, value in SCENARIO.items() if key != "employer"})
    with pytest.raises(ScenarioError, match=r"is missing, and a letter names its sender; add this table(.|\n)*\[employer\]"):
        letter_pdf(without, "hybrid", packet())
    with pytest.raises(ScenarioError, match='is no structure of this scenario; use one of "match hyperscaler cash", "market'):
        letter_pdf(scenario(), "nobody", packet())
    with pytest.raises(ScenarioError, match='did you mean "hybrid"'):
        letter_pdf(scenario(), "hybird", packet())
    uncertain = scenario(deployment={"verification_days": {"low": 10, "mode": 20, "high": 40}})
    with pytest.raises(ScenarioError, match=r"deployment\.verification_days: is a distribution"):
        letter_pdf(uncertain, "hybrid", packet())


def test_the_table_that_is_shown_makes_a_letter() -> None:
    import tomllib

    from compdesign.reports.letter_checks import EMPLOYER_TABLE

    data = {**SCENARIO, **tomllib.loads(EMPLOYER_TABLE)}
    for structure in ("match hyperscaler cash", "milestone refresh"):
        assert letter_pdf(Scenario.parse(data), structure, packet()).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("employer", "said"),
    [
        ({"bonus": "formula"}, "employer.bonus_formula: is missing"),
        ({"share_value": 0}, "employer.share_value: $0 is no value of a share"),
        ({"share_value": None}, "employer.share_value: value and date"),
        ({"exit_values": [1, 3, 2]}, "employer.exit_values: are not three rising values"),
        ({"exit_values": ["86M", "90M", "95M"]}, "is above the liquidation preference of $85,000,000"),
        ({"address": ["a", "b\u202ec"]}, "employer.address[1]:"),
        ({"certifer": "x"}, "did you mean certifier?"),
    ],
)
def test_faults_of_the_employer_are_told_at_their_key(employer: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({}, employer)
    assert said in str(caught.value)


def test_the_simulation_does_not_read_the_employer() -> None:
    import numpy as np

    from compdesign.simulation.run import simulate

    with_it = scenario()
    without = with_it.model_copy(update={"employer": None})
    first, second = (simulate(each, paths=64).to_frame() for each in (with_it, without))
    assert all(np.array_equal(first[name], second[name]) or first[name].equals(second[name]) for name in first.columns)
