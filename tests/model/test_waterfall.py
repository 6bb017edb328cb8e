"""What every division of an exit must satisfy, and that the choices are the stable ones."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compdesign.errors import ScenarioError
from compdesign.model.capitalization import common_price
from compdesign.model.securities import Convertible, OptionTranche, Preferred, Stack
from compdesign.model.waterfall import claims_of, proceeds
from tests.model.waterfall_twin import stable_payouts

PARTICIPATIONS = ("none", "full", "capped")


def random_stack(seed: int, classes: int = 5, convertibles: bool = False) -> Stack:
    chance = Random(seed)
    preferred = []
    for number in range(chance.randint(1, classes)):
        kind = chance.choice(PARTICIPATIONS)
        multiple = chance.choice([1.0, 1.0, 1.5, 2.0, 3.0])
        preferred.append(
            Preferred(
                f"P{number}",
                shares=float(chance.randint(1, 60)) * 1e5,
                invested=float(chance.randint(1, 400)) * 1e5,
                multiple=multiple,
                rank=chance.randint(1, 3),
                participation=kind,
                cap_multiple=multiple + chance.choice([0.0, 0.5, 2.0]) if kind == "capped" else None,
                conversion_ratio=chance.choice([1.0, 1.0, 1.25]),
            )
        )
    options = tuple(
        OptionTranche(f"O{n}", float(chance.randint(1, 20)) * 1e5, chance.choice([0.0, 0.5, 2.0, 7.5])) for n in range(chance.randint(0, 3))
    )
    papers: tuple[Convertible, ...] = ()
    if convertibles:
        papers = (
            Convertible("safe", 5e5, cap=chance.choice([5e6, 2e7]), basis=chance.choice(["post-money", "pre-money"])),
            Convertible("discount", 4e5, discount=0.2),
            Convertible("both", 3e5, cap=1e7, discount=0.15, discount_at_exit=chance.choice([False, True])),
            Convertible("note", 6e5, cap=8e6, basis="pre-money", rank=0, repaid=1.5),
            Convertible("mfn", 2e5, most_favoured=True),
        )
    costs = (
        {"debt": 3e6, "fees": 2e5, "fee_share": 0.02, "carve_out_share": 0.08, "carve_out_maximum": 4e6} if chance.random() < 0.5 else {}
    )
    return Stack(float(chance.randint(1, 100)) * 1e5, tuple(preferred), options, papers, **costs)


@pytest.mark.parametrize("seed", range(150))
def test_the_choices_are_the_stable_ones_that_trying_every_set_finds(seed: int) -> None:
    stack = replace(random_stack(seed), debt=0.0, fees=0.0, fee_share=0.0, carve_out_share=0.0)
    chance = Random(1000 + seed)
    total = sum(each.preference for each in stack.preferred)
    exits = [total * chance.choice([0.3, 0.9, 1.0, 1.1, 1.5, 3.0, 10.0]) * chance.uniform(0.8, 1.2) for _ in range(4)]
    holders = proceeds(stack, exits).by_holder()
    for path, amount in enumerate(exits):
        stable = stable_payouts(stack, amount)
        assert stable, "some set of choices is stable"
        for paid in stable:  # every stable set pays the same
            for name, expected in paid.items():
                assert holders[name][path] == pytest.approx(expected, rel=1e-9, abs=0.01), (name, amount)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), values=st.lists(st.floats(0, 1e10), min_size=1, max_size=20))
def test_proceeds_add_up_to_the_cent_and_nobody_loses_from_a_higher_exit(seed: int, values: list[float]) -> None:
    stack = random_stack(seed, convertibles=True)
    exits = np.sort(np.array(values))
    holders = proceeds(stack, exits).by_holder()
    np.testing.assert_allclose(sum(holders.values()), exits, rtol=1e-14, atol=0.005)
    for name, paid in holders.items():
        assert (paid >= 0).all(), name
        assert (np.diff(paid) >= -1e-5 - 1e-12 * exits[1:]).all(), name


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), shuffle=st.integers(0, 10**6), scale=st.sampled_from([1e-3, 0.5, 1000.0]))
def test_order_of_classes_and_unit_of_money_change_nothing(seed: int, shuffle: int, scale: float) -> None:
    stack = random_stack(seed, convertibles=True)
    exits = np.geomspace(1e5, 1e10, 40)
    before = proceeds(stack, exits).by_holder()
    preferred, options = list(stack.preferred), list(stack.options)
    Random(shuffle).shuffle(preferred)
    Random(shuffle).shuffle(options)
    after = proceeds(replace(stack, preferred=tuple(preferred), options=tuple(options)), exits).by_holder()
    larger = proceeds(
        replace(
            stack,
            preferred=tuple(replace(each, invested=each.invested * scale) for each in stack.preferred),
            options=tuple(replace(each, strike=each.strike * scale) for each in stack.options),
            convertibles=tuple(replace(each, amount=each.amount * scale, cap=each.cap and each.cap * scale) for each in stack.convertibles),
            debt=stack.debt * scale,
            fees=stack.fees * scale,
            carve_out_maximum=stack.carve_out_maximum * scale,
        ),
        exits * scale,
    ).by_holder()
    for name, paid in before.items():
        np.testing.assert_allclose(after[name], paid, rtol=1e-9, atol=0.01)
        np.testing.assert_allclose(larger[name] / scale, paid, rtol=1e-9, atol=0.01)


def test_an_exit_by_path_equals_the_exits_one_by_one() -> None:
    exits = np.geomspace(1e6, 5e8, 7)
    invested, shares = np.linspace(1e6, 9e6, 7), np.linspace(1e5, 3e6, 7)
    common, strike = np.linspace(1e6, 2e6, 7), np.linspace(0.1, 4, 7)
    capped = {"participation": "capped", "cap_multiple": 2.0}
    together = proceeds(
        Stack(
            common,
            (Preferred("A", shares, invested), Preferred("B", 1e6, 5e6, rank=2, **capped)),
            (OptionTranche("O", 2e5, strike),),
            (Convertible("S", 1e5 + invested / 10, cap=2e7),),
        ),
        exits,
    ).by_holder()
    for path in range(7):
        alone = proceeds(
            Stack(
                common[path],
                (Preferred("A", shares[path], invested[path]), Preferred("B", 1e6, 5e6, rank=2, **capped)),
                (OptionTranche("O", 2e5, strike[path]),),
                (Convertible("S", 1e5 + invested[path] / 10, cap=2e7),),
            ),
            exits[path],
        ).by_holder()
        for name, paid in alone.items():
            assert together[name][path] == pytest.approx(paid[0], rel=1e-12, abs=1e-6), name


def test_one_class_of_nonparticipating_preferred_gives_the_engine_its_price() -> None:
    generator = np.random.default_rng(7)
    value = np.concatenate([[0.0, 40e6, 100e6], generator.lognormal(17.5, 1.2, 5000)])
    preferred, preference = generator.uniform(1e6, 2e7, value.size), generator.uniform(1e6, 9e7, value.size)
    others = generator.uniform(1e6, 3e7, value.size)
    ours = proceeds(Stack(others, (Preferred("preferred", preferred, preference),)), value).common_price
    np.testing.assert_allclose(ours, common_price(value, others + preferred, preferred, preference), rtol=1e-12, atol=1e-9)


def test_limits() -> None:
    stack = Stack(1e6, (Preferred("A", 1e6, 5e6),), debt=1e6)
    result = proceeds(stack, [-3.0, 0.0, 5e5, np.nan])
    assert result.by_holder()["debt"][:3].tolist() == [0.0, 0.0, 5e5]
    assert np.isnan(result.common[3]) and np.isnan(result.preferred[0, 3])
    only_preferred = proceeds(Stack(0.0, (Preferred("A", 1e6, 5e6), Preferred("B", 1e6, 2e6))), [7e6, 8e6, 20e6]).preferred
    # Without common, A keeps 5M until half of everything is worth more.
    np.testing.assert_allclose(only_preferred, [[5e6, 5e6, 10e6], [2e6, 3e6, 10e6]])


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ({"common": -1.0}, "common: -1.0 is out of range; give a number at least 0"),
        ({"common": np.nan}, "common: nan is out of range"),
        ({"common": 0.0}, "nobody holds a share"),
        ({"common": 1e6, "fee_share": 1.0}, "fee_share: 1.0 is out of range; give a number from 0 to 0.999"),
        ({"common": 1e6, "preferred": (Preferred("A", 1e6, 1e6), Preferred("A", 1e6, 1e6))}, "'A' names two holders"),
        ({"common": 1e6, "preferred": (Preferred("debt", 1e6, 1e6),)}, "'debt' names two holders"),
        ({"common": 1e6, "preferred": (Preferred("A", 1e6, 1e6, participation="capped"),)}, "A.cap_multiple: goes with capped"),
        ({"common": 1e6, "preferred": (Preferred("A", 1e6, 1e6, 2.0, participation="capped", cap_multiple=1.5),)}, "below the preference"),
        ({"common": 1e6, "convertibles": (Convertible("S", 1e6, cap=0.0),)}, "S.cap: 0.0 is out of range"),
    ],
)
def test_a_stack_that_cannot_be_is_refused(stack: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=message.replace("(", r"\(").replace(".", r"\.")):
        Stack(**stack)


def test_safes_that_own_everything_are_refused() -> None:
    stack = Stack(1e6, convertibles=(Convertible("A", 6e6, cap=1e7), Convertible("B", 4e6, cap=1e7)))
    with pytest.raises(ScenarioError, match="own 100 %; raise a cap"):
        proceeds(stack, 1e7)


def test_a_holder_that_must_convert_or_be_repaid_does() -> None:
    papers = {choice: Convertible("S", 1e6, cap=4e6, choice=choice) for choice in ("greater", "repaid", "converts")}
    paid = {choice: proceeds(Stack(3e6, convertibles=(paper,)), [2e6, 8e6]).convertibles[0].tolist() for choice, paper in papers.items()}
    assert paid == {"greater": [1e6, 2e6], "repaid": [1e6, 1e6], "converts": [0.5e6, 2e6]}


@pytest.mark.parametrize("seed", range(80))
def test_a_post_money_cap_counts_those_who_convert_and_nobody_would_choose_otherwise(seed: int) -> None:
    """The YC clause, word by word, for the choices that were made; then each holder's choice is changed and pays no more. Who converts
    shares what is left: a capped SAFE its part of all of it, who converts at a discount the worth of its shares, the rest by shares.
    """
    chance = Random(seed)
    preferred = tuple(Preferred(f"P{n}", chance.randint(1, 40) * 1e5, chance.randint(1, 200) * 1e5) for n in range(chance.randint(0, 3)))
    terms: tuple[dict[str, object], ...] = ({}, {"discount": 0.2}, {"discount": 0.25, "discount_at_exit": True})
    papers = tuple(
        Convertible(f"S{n}", chance.randint(2, 20) * 1e5, cap=chance.choice([8e6, 2e7, 5e7]), **chance.choice(terms))
        for n in range(chance.randint(1, 3))
    )
    if chance.random() < 0.4:
        papers += (Convertible("D", 6e5, discount=0.2),)
    stack = Stack(6e6, preferred, (OptionTranche("O", 5e5, 0.0),), papers)
    ways = {each.name: ["keep", "cap"] for each in preferred}
    ways |= {
        each.name: ["keep", *(["cap"] if each.cap else []), *(["discount"] if each.discount_at_exit or not each.cap else [])]
        for each in papers
    }

    def paid(amount: float, choices: dict[str, str]) -> dict[str, float]:
        kept = {each.name: each.invested for each in preferred if choices[each.name] == "keep"}
        kept |= {each.name: each.amount for each in papers if choices[each.name] == "keep"}
        shares = {"common": 6e6, "O": 5e5} | {each.name: each.shares for each in preferred if choices[each.name] == "cap"}
        left = max(amount - sum(kept.values()), 0.0)
        fixed = {each.name: each.amount / (1 - each.discount) for each in papers if choices[each.name] == "discount"}
        owned = {each.name: left * each.amount / each.cap for each in papers if choices[each.name] == "cap" and each.cap}
        rest = left - sum(fixed.values()) - sum(owned.values())
        return kept | fixed | owned | {name: rest * count / sum(shares.values()) for name, count in shares.items()}

    debts = sum(each.invested for each in preferred) + sum(each.amount for each in papers) * 1.4
    exits = debts * np.geomspace(1.05, 60, 30)
    result = proceeds(stack, exits)
    holders, told, steps = result.by_holder(), 0, claims_of(stack).steps
    assert steps is not None
    names = [each.name for each in (*preferred, *papers)]
    decided = np.concatenate([result.converted, result.convertibles_converted])
    for path, amount in enumerate(exits):
        choices = {name: "cap" if mark else "keep" for name, mark in zip(names, decided[:, path], strict=True)}
        choices |= {name: "discount" for name in names if choices[name] == "keep" and "discount" in ways[name]}
        expected = paid(amount, choices)
        if expected["common"] < 0 or any(abs(holders[name][path] - each) > 0.01 for name, each in expected.items()):
            assert result.common_price[path] in steps.prices[:, 0]  # where the clause read literally has no answer
            continue
        told += 1
        for name in names:
            for way in ways[name]:
                other = paid(amount, choices | {name: way})
                assert other["common"] < 0 or other[name] <= expected[name] + 0.01, (name, way, amount)
    assert told >= 20


def test_mfn_takes_the_lowest_later_cap_and_no_earlier_one() -> None:
    papers = (
        Convertible("early", 1e5, cap=2e6),
        Convertible("mfn", 1e5, most_favoured=True),
        Convertible("x", 1e5, cap=8e6),
        Convertible("y", 1e5, cap=5e6),
    )
    paid = proceeds(Stack(1e6, convertibles=papers), 1e8).by_holder()
    assert paid["mfn"][0] == pytest.approx(paid["y"][0]) and paid["mfn"][0] > paid["x"][0]
    assert paid["early"][0] == pytest.approx(1e8 * 0.05)  # 100,000 of 2 million, as everybody converts


def test_mfn_takes_the_terms_whole() -> None:
    """With them that the discount holds at an exit: $100,000 at 20 % off are $125,000 where the cap is worth less."""
    better = Convertible("later", 1e5, cap=5e6, discount=0.2, discount_at_exit=True)
    paid = proceeds(Stack(1e6, convertibles=(Convertible("mfn", 1e5, most_favoured=True), better)), 2e6).by_holder()
    assert paid["mfn"][0] == paid["later"][0] == pytest.approx(125e3)


def test_a_post_money_cap_owns_its_share_of_everything_and_a_pre_money_cap_of_the_rest() -> None:
    papers = (Convertible("post", 1e6, cap=1e7), Convertible("pre", 5e5, cap=5e6, basis="pre-money"))
    result = proceeds(Stack(7e6, (Preferred("A", 1e6, 1e6),), (OptionTranche("O", 1e6, 0.0),), papers), 9e8)
    # 9M shares of others; the pre-money SAFE takes a tenth of them, the post-money SAFE a tenth of all 11M.
    assert result.by_holder()["post"][0] == pytest.approx(0.1 * 9e8)
    assert result.by_holder()["pre"][0] / result.common_price[0] == pytest.approx(0.1 * 9e6)
    assert result.common_price[0] == pytest.approx(9e8 / 11e6)
