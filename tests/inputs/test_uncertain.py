"""Numbers and distributions as typed: what is accepted, what is refused, where, and in which words."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from compdesign.inputs.base import Money, Number, Positive, Probability
from compdesign.inputs.metalog import is_feasible
from compdesign.inputs.uncertain import Bounds, Choices, MeanSd, Percentiles, Pert, PlainMoney, Shares, bounds_of, uncertain

FORMS = "give a number, or one of {p10, p50, p90}, {low, mode, high}, {mean, sd}, {values, weights}"


def take(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refusals(kind: Any, value: Any) -> list[tuple[tuple[Any, ...], str]]:
    """Every fault's place and message."""
    with pytest.raises(ValidationError) as caught:
        take(kind, value)
    return [(fault["loc"], fault["msg"]) for fault in caught.value.errors()]


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("38M", 38e6),
        ("$38M", 38e6),
        ("285k", 285e3),
        ("1.2B", 1.2e9),
        ("1.2b", 1.2e9),
        ("1_000", 1e3),
        ("$285,000", 285e3),
        ("$1,234,567.89", 1_234_567.89),
        (" 5 M ", 5e6),
        ("0", 0.0),
        ("0.001k", 1.0),
        ("1.1k", 1_100.0),  # 1.1 * 1000 is 1100.0000000000002 in floats
        ("0.0000043M", 4.3),
    ],
)
def test_money_is_read_exactly(text: str, dollars: float) -> None:
    for kind in (Money, PlainMoney):
        value = take(kind, text)
        assert value == dollars and type(value) is float


@given(st.integers(0, 10**15 - 1), st.sampled_from(["{}", "${}", "{:,}", "${:,}", "{:_}"]))
def test_whole_dollars_in_any_spelling(dollars: int, spelling: str) -> None:
    assert take(Money, spelling.format(dollars)) == dollars


BAD_MONEY = ["", "abc", "1,00", "1__0", "_1", "1e5", "38MM", "M", "--5", "5%", "€5", "٣", "1.", ".5", "nan", "inf", "1" * 41]


@pytest.mark.parametrize("text", BAD_MONEY)
def test_what_is_no_money(text: str) -> None:
    [(loc, message)] = refusals(Money, text)
    assert loc == () and message.endswith('is no amount of money; write 38_000_000 or "38M"')


@pytest.mark.parametrize("value", [True, False, None, float("nan"), float("inf"), -float("inf"), "0.5", "1", [], [1], b"1", 1j, {1}])
@pytest.mark.parametrize("kind", [Number, Probability, Positive])
def test_what_is_no_number(kind: Any, value: Any) -> None:
    [(loc, message)] = refusals(kind, value)
    assert loc == () and "; " in message


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Money, -5, "-5 is below the range; give at least 0"),
        (Money, "-$5", '"-$5" is below the range; give at least 0'),
        (Money, 2 * 10**15, "2,000,000,000,000,000 is above the range; give at most 1e+15"),
        (Money, "2000000B", '"2000000B" is above the range; give at most 1e+15'),
        (Money, 10**400, "a number of 401 digits is above the range; give at most 1e+15"),
        (Probability, 1.5, "1.5 is above the range; give 0 to 1"),
        (Probability, -0.1, "-0.1 is below the range; give 0 to 1"),
        (Probability, "0.5", '"0.5" is no number; write a plain number without quotes'),
        (Positive, 0, "0 is below the range; give more than 0"),
        (Number, True, "true is no number; write a plain number"),
        (Number, float("nan"), "nan is no finite number; give -1e+15 to 1e+15"),
        (PlainMoney, {"mean": 1, "sd": 1}, 'a table is no number; write 38_000_000 or "38M" (this key takes no distribution)'),
        (Probability, {}, f"is an empty table; {FORMS}"),
        (Probability, {"mean": 1, "low": 0}, f"has the keys mean, low; {FORMS}"),
        (Probability, {"p10": 0.1, "p90": 0.2}, f"has the keys p10, p90; {FORMS}"),
        (Number, {"p10": 3, "p50": 2, "p90": 1}, "p10 3, p50 2 and p90 1 are out of order; give them rising"),
        (Number, {"p10": 1, "p50": 3, "p90": 2}, "p10 1, p50 3 and p90 2 are out of order; give them rising"),
        (Number, {"low": 0, "mode": 5, "high": 4}, "low 0, mode 5 and high 4 are out of order; give them rising"),
        (Probability, {"p10": 0, "p50": 0.5, "p90": 0.9}, "p10 0 lies on the lower bound; give a p10 above 0, or use low, mode, high"),
        (Probability, {"p10": 0.1, "p50": 0.5, "p90": 1}, "p90 1 lies on the upper bound; give a p90 below 1, or use low, mode, high"),
        (Probability, {"mean": 0.5, "sd": 0.5}, "sd 0.5 is too large for a mean of 0.5 between 0 and 1; lower sd"),
        (Probability, {"mean": 1, "sd": 0.1}, "mean 1 on the bound leaves no room for sd 0.1; move the mean off 1, or set sd = 0"),
        (Money, {"mean": 0, "sd": 1}, "mean 0 on the bound leaves no room for sd 1; move the mean off 0, or set sd = 0"),
        (Number, {"values": [1, 2], "weights": [1]}, "2 values have 1 weights; give each value one weight"),
        (Number, {"values": [1, 2], "weights": [0, 0]}, "all weights are 0; give at least one a weight above 0"),
    ],
)
def test_one_message_a_fault(kind: Any, value: Any, message: str) -> None:
    assert refusals(kind, value) == [((), message)]


def test_faults_are_found_together_each_at_its_key() -> None:
    class Company(BaseModel):
        growth: Probability
        backup: Probability | None = None

    class Scenario(BaseModel):
        company: Company

    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(
            {"company": {"growth": {"p10": True, "p50": 0.5, "p90": "1"}, "backup": {"values": [0.5, 2], "weights": [-1, 1]}}}
        )
    assert [(fault["loc"], fault["msg"]) for fault in caught.value.errors()] == [
        (("company", "growth", "p10"), "true is no number; write a plain number"),
        (("company", "growth", "p90"), '"1" is no number; write a plain number without quotes'),
        (("company", "backup", "values", 1), "2 is above the range; give 0 to 1"),
        (("company", "backup", "weights", 0), "-1 is below the range; give at least 0"),
    ]


def test_sd_is_not_negative_and_obeys_no_other_bound() -> None:
    assert refusals(Number, {"mean": 1, "sd": -2}) == [(("sd",), "-2 is below the range; give at least 0")]
    assert take(uncertain(10, 20), {"mean": 15, "sd": 2}) == MeanSd(mean=15, sd=2)
    assert take(Money, {"mean": "4M", "sd": "500k"}) == MeanSd(mean=4e6, sd=5e5)


@pytest.mark.parametrize("count", [0, 101])
def test_choices_are_1_to_100(count: int) -> None:
    full = {"values": [1] * 100, "weights": [1] * 100}
    assert take(Number, full) == Choices(values=(1.0,) * 100, weights=(1.0,) * 100)
    faults = refusals(Number, {"values": [1] * count, "weights": [1] * count})
    assert [loc for loc, _ in faults] == [("values",), ("weights",)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"p10": "1M", "p50": 2_000_000, "p90": "$4,000,000"}, Percentiles(p10=1e6, p50=2e6, p90=4e6)),
        ({"high": "3k", "low": 0, "mode": "1k"}, Pert(low=0, mode=1e3, high=3e3)),
        ({"values": ["1M", 2], "weights": [1, 0]}, Choices(values=(1e6, 2), weights=(1, 0))),
        ({"p10": 0, "p50": 0, "p90": 0}, Percentiles(p10=0, p50=0, p90=0)),
        ({"low": 0, "mode": 0, "high": 0}, Pert(low=0, mode=0, high=0)),
        ({"mean": 0, "sd": 0}, MeanSd(mean=0, sd=0)),
        (Pert(low=1, mode=2, high=3), Pert(low=1, mode=2, high=3)),
    ],
)
def test_distributions_of_money(value: Any, expected: BaseModel) -> None:
    assert take(Money, value) == expected


def test_distributions_are_frozen_and_closed() -> None:
    form = take(Number, {"mean": 1, "sd": 2})
    with pytest.raises(ValidationError):
        form.mean = 3
    with pytest.raises(ValidationError):
        MeanSd.model_validate({"mean": 1, "sd": 2, "skew": 0})


def turns_back(share: float) -> bool:
    """Whether the quantile function through 0, share and 1 falls somewhere, from its derivative in the log odds x.

    With a2 = 1 / (2 ln 9) and a3 = (1 - 2 share) / (0.8 ln 9): dM/dx = a2 + a3 (y - 1/2 + x y (1 - y)), y = 1 / (1 + e^-x).
    """
    x = np.linspace(-40, 40, 400_001)
    y = 1 / (1 + np.exp(-x))
    slope = 1 / (2 * np.log(9)) + (1 - 2 * share) / (0.8 * np.log(9)) * (y - 0.5 + x * y * (1 - y))
    return bool(slope.min() <= 0)


@given(st.floats(0, 1))
@example(0.16657)
@example(0.16659)
@example(0.83341)
@example(0.83343)
def test_a_triple_is_feasible_exactly_where_the_metalog_rises(share: float) -> None:
    assume(abs(min(share, 1 - share) - 0.1665774) > 1e-6)  # the grid cannot tell
    assert is_feasible(0.0, share, 1.0) == (not turns_back(share))


@given(
    st.sampled_from([Number, Money, Positive, Probability]), st.floats(1e-4, 0.4), st.floats(0.01, 0.5), st.sampled_from([1.0, 250.0, 4e7])
)
def test_the_remedy_for_an_infeasible_triple_is_accepted(kind: Any, p10: float, width: float, scale: float) -> None:
    scale = 1.0 if kind is Probability else scale
    low, high = p10 * scale, (p10 + width) * scale
    [(loc, message)] = refusals(kind, {"p10": low, "p50": low, "p90": high})
    assert loc == () and message.startswith("no smooth distribution (metalog) has")
    remedy = message.split("give a p50 between ")[1].removesuffix(", or use low, mode, high")
    for end in remedy.replace(",", "").split(" and "):
        assert take(kind, {"p10": low, "p50": float(end), "p90": high}).p50 == float(end)


def test_percentiles_too_far_apart_for_a_float() -> None:
    """Both would have drawn infinity, or a value that must be above 0 at 0."""
    assert refusals(Money, {"p10": 1e-300, "p50": 1e-140, "p90": 1e15})[0][1].endswith(
        "; give percentiles closer together, or use low, mode, high"
    )
    wide = {"p10": 1.1594348069647057e-10, "p50": 927431809.2613904, "p90": 19037117102197.027}
    assert "are too far apart" in refusals(Positive, wide)[0][1]
    assert take(uncertain(0), wide)


def test_a_mean_too_close_to_a_bound_for_a_beta() -> None:
    assert "is too close to a bound" in refusals(Probability, {"mean": 1 - 2e-15, "sd": 3e-8})[0][1]
    assert take(Probability, {"mean": 1e-9, "sd": 1e-9}) == MeanSd(mean=1e-9, sd=1e-9)


def test_bounds_can_be_read_from_a_field() -> None:
    class Fields(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        cash: Money
        share: Probability | None = None
        multiple: Positive = 1.0
        growth: Number = 0.0
        fee: PlainMoney = 0.0
        count: Shares = 0
        name: str = ""

    assert {name: bounds_of(field) for name, field in Fields.model_fields.items()} == {
        "cash": Bounds(0, money=True),
        "share": Bounds(0, 1),
        "multiple": Bounds(0, lower_open=True),
        "growth": Bounds(),
        "fee": None,
        "count": None,
        "name": None,
    }


def test_no_family_is_bounded_above_only() -> None:
    with pytest.raises(ValueError, match="state a lower bound too"):
        uncertain(upper=1)


def test_shares_are_whole_and_not_negative() -> None:
    assert take(Shares, 12_000) == 12_000
    for value in (-1, 1.5, 1.0, True, "12k", None, 10**13):
        assert len(refusals(Shares, value)) == 1


def test_json_schema_states_the_bounds() -> None:
    number, text, *forms = TypeAdapter(Money).json_schema()["anyOf"]
    assert number == {"type": "number", "minimum": 0} and text["type"] == "string"
    assert [form["required"] for form in forms] == [["p10", "p50", "p90"], ["low", "mode", "high"], ["mean", "sd"], ["values", "weights"]]
    assert all(form["additionalProperties"] is False for form in forms)
    share, *_ = TypeAdapter(Probability).json_schema()["anyOf"]
    assert share == {"type": "number", "minimum": 0, "maximum": 1}
    assert TypeAdapter(Positive).json_schema()["anyOf"][0] == {"type": "number", "exclusiveMinimum": 0}
    assert len(TypeAdapter(PlainMoney).json_schema()["anyOf"]) == 2
