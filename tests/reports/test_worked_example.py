"""The worked example says what the rule code of the simulation does; expected outcomes are worked out by hand."""

from datetime import date
from typing import Any

from compdesign.reports.worked_example import ExampleRow, worked_example
from tests.reports.letters import scenario

START = date(2027, 1, 1)


def example(*rules: dict[str, Any], **offer: Any) -> list[ExampleRow]:
    data = scenario({"refresh": list(rules), **offer})
    assert data.employer is not None
    return list(worked_example(data.offers[0], ["model"], data.employer, START))


def outcomes(rows: list[ExampleRow], what: str) -> list[tuple[str, ...]]:
    return [row.outcomes for row in rows if what in row.what]


def rule(**keys: Any) -> dict[str, Any]:
    return {"name": "r", "trigger": {"every_deployments": 1}, "award": 100, "instrument": "nso", **keys}


def test_it_holds_failures_and_ends_with_a_departure() -> None:
    rows = example(rule())
    assert outcomes(rows, "rolled back") == [("Nothing is earned",)]
    assert outcomes(rows, "certification is refused") == [("Nothing is earned",)]
    assert rows[-1].outcomes == ("Nothing: it was not certified while you were employed",)
    assert [row.when for row in rows[:2]] == ["March 1, 2027", "April 1, 2027"]


def test_the_board_declines_once() -> None:
    certified = outcomes(example(rule()), "is certified")
    assert certified[0] == ("“r”: 100 shares (nonqualified stock option) recommended, approved and granted",)
    assert certified[-1] == ("“r”: 100 shares recommended; approval is refused, so nothing is granted",)


def test_every_second_with_a_cap() -> None:
    """Three deployments: the second earns; a cap of 100 would stop the fourth."""
    certified = outcomes(example(rule(trigger={"every_deployments": 2}, mode="upfront", cap=100)), "is certified")
    assert certified == [("Nothing yet: it counts toward the next award",), ("“r”: 100 shares (nonqualified stock option) earned",)] + [
        ("Nothing yet: it counts toward the next award",)
    ] * (len(certified) - 2)


def test_caps_cut_and_then_end_awards() -> None:
    certified = outcomes(example(rule(mode="upfront", cap=150)), "is certified")
    assert certified == [
        ("“r”: 100 shares (nonqualified stock option) earned",),
        ("“r”: 50 shares (nonqualified stock option) earned, cut to the cap",),
        ("“r”: nothing, a cap is reached",),
    ]


def test_a_cooldown_uses_the_trigger_up() -> None:
    """Certified in months 3, 4 and 5 with two months of cooldown: month 4 earns nothing, month 5 is free again."""
    certified = outcomes(example(rule(mode="upfront", cap=1_000, cooldown_months=2)), "is certified")
    assert [each[0].split(": ")[1] for each in certified] == [
        "100 shares (nonqualified stock option) earned",
        "nothing, a cooldown runs",
        "100 shares (nonqualified stock option) earned",
    ]


def test_the_cap_of_the_person_over_all_rules() -> None:
    rows = example(rule(name="a", mode="upfront", cap=1_000), rule(name="b", mode="upfront", cap=1_000), refresh_cap_shares=250)
    first, second, _ = outcomes(rows, "is certified")
    assert [each.split(" ")[1] for each in (*first, *second)] == ["100", "100", "50", "nothing,"]


def test_a_gain_that_does_not_last_restarts_the_count() -> None:
    rows = example(rule(trigger={"margin_gain_bps": 20, "sustained_months": 3}))
    assert outcomes(rows, "is 10 basis points after 2 months at or above 20: the count of months restarts") == [("Nothing is earned",)]
    (lasted,) = outcomes(rows, "has been at least 20 basis points for 3 months")
    assert lasted[0].startswith("“r”: 100 shares")


def test_a_gain_is_dated_by_the_calendar_months_that_are_measured() -> None:
    """Certified on 11 April 2027: May is the first complete month after it. Two of three, a failure in July, then August to October."""
    data = scenario({"refresh": [rule(trigger={"margin_gain_bps": 20, "sustained_months": 3})]})
    assert data.employer is not None
    rows = worked_example(data.offers[0], ["model"], data.employer, date(2027, 1, 11))
    assert [row.when for row in rows if "Measured Gain" in row.what] == ["July 2027", "October 2027"]
    assert next(row.when for row in rows if "is certified" in row.what) == "April 11, 2027"
    assert rows[-1].when == "November 11, 2027"
    dates = [row.when for row in rows]
    assert dates.index("June 11, 2027") < dates.index("July 2027") < dates.index("August 11, 2027")


def test_a_deployment_that_no_rule_counts_earns_nothing_and_says_so() -> None:
    margin = rule(trigger={"margin_gain_bps": 20, "sustained_months": 3})
    assert outcomes(example(margin), "is certified")[0] == ("Nothing yet: its gain is measured from now on",)
    once = rule(trigger={"nth_deployment": 1}, mode="upfront", cap=100)
    assert outcomes(example(once), "is certified")[1:] == [("Nothing: no rule counts it",)] * 2


def test_months_of_employment_alone_need_no_work() -> None:
    rows = example(rule(trigger={"tenure_months": 12}))
    assert [row.what for row in rows] == ["12 months of employment are complete", "You leave"]
    assert rows[-1].when == "February 1, 2028"


def test_tenure_and_cash() -> None:
    cash = rule(trigger={"tenure_months": 12}, instrument="cash", unit="dollars", award=20_000, vesting={"cliff": 0})
    assert outcomes(example(cash), "12 months of employment") == [("“r”: $20,000 in cash earned",)]


def test_nothing_happens_after_the_plan_has_ended() -> None:
    rows = example(rule(trigger={"tenure_months": 120}))
    assert not outcomes(rows, "120 months")
    assert rows[-1].when == "January 1, 2031"
