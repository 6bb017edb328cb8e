"""What every round must satisfy, against a slow twin that searches for the price."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compdesign.errors import ScenarioError
from compdesign.model.convertibles import note_amount
from compdesign.model.rounds import Before, PricedRound, priced_round, whole_shares
from compdesign.model.securities import Convertible

papers_drawn = st.lists(
    st.builds(
        lambda amount, cap, basis, discount: (amount, cap, basis, discount),
        st.floats(5e4, 3e6),
        st.one_of(st.none(), st.floats(8e6, 6e7)),
        st.sampled_from(["post-money", "pre-money"]),
        st.sampled_from([0.0, 0.15, 0.25]),
    ),
    max_size=4,
)


def closed_at(price: float, before: Before, terms: PricedRound, papers: tuple[Convertible, ...]) -> tuple[float, float, list[float]]:
    """Pool increase, shares before the money and conversions at a given price, by repeating the definitions."""
    base = before.outstanding + before.options + before.pool
    increase, shares = 0.0, [0.0] * len(papers)
    for _ in range(3000):
        counts = {"post-money": base + sum(shares), "pre-money": base + increase}
        new = [
            paper.amount / min(price * (1 - paper.discount), paper.cap / counts[paper.basis] if paper.cap else float("inf"))
            for paper in papers
        ]
        needed = (terms.pool_target * (base + sum(new) + terms.new_money / price) - before.pool) / (1 - terms.pool_target)
        grown = max(0.0, needed) if terms.pool_target else 0.0
        if abs(grown - increase) + sum(abs(a - b) for a, b in zip(new, shares, strict=True)) < 1e-7:
            break
        increase, shares = grown, new
    return increase, base + increase + sum(shares), shares


@settings(max_examples=120, deadline=None)
@given(
    papers=papers_drawn,
    options=st.floats(0, 3e6),
    pool=st.floats(0, 2e6),
    pre_money=st.floats(1.5e7, 1e8),
    new_money=st.floats(1e6, 3e7),
    target=st.sampled_from([0.0, 0.05, 0.1, 0.2]),
)
def test_the_price_is_the_one_a_search_finds(
    papers: list[tuple[float, float | None, str, float]], options: float, pool: float, pre_money: float, new_money: float, target: float
) -> None:
    convertibles = tuple(Convertible(f"c{n}", amount, cap, basis, discount) for n, (amount, cap, basis, discount) in enumerate(papers))  # type: ignore[arg-type]
    before, terms = Before(8e6, options, pool), PricedRound(pre_money, new_money, target)
    try:
        result = priced_round(before, terms, convertibles)
    except ScenarioError:  # nothing is left for the holders: then no price of a whole range closes the round
        assert all(price * closed_at(price, before, terms, convertibles)[1] > pre_money for price in (0.001, 0.01, 0.1, 1.0, 10.0))
        return
    increase, shares, converted = closed_at(result.price, before, terms, convertibles)
    assert result.price * shares == pytest.approx(pre_money, rel=1e-8)
    assert result.pool_increase == pytest.approx(increase, rel=1e-6, abs=1e-3)
    assert [each.shares for each in result.conversions] == pytest.approx(converted, rel=1e-6)
    # The highest price that closes the round: at any higher one the shares cost more than the valuation.
    for higher in (1.001, 1.1, 2.0):
        assert higher * result.price * closed_at(higher * result.price, before, terms, convertibles)[1] > pre_money
    assert result.new_shares / result.fully_diluted == pytest.approx(new_money / (pre_money + new_money), rel=1e-9)
    if target:
        assert result.pool / result.fully_diluted == pytest.approx(max(target, result.pool / result.fully_diluted), rel=1e-9)
        assert result.pool >= pool
    for paper, each in zip(convertibles, result.conversions, strict=True):
        assert each.price <= result.price * (1 - paper.discount) * (1 + 1e-12)
        if each.terms == "cap" and paper.basis == "post-money":
            assert each.shares / result.company_capitalization == pytest.approx(paper.amount / paper.cap, rel=1e-9)


def test_whole_shares_round_down_and_add_up() -> None:
    result = whole_shares(priced_round(Before(8_000_001, 1), PricedRound(12e6, 3e6, 0.1), (Convertible("S", 1e6, 1e7),)))
    parts = [result.new_shares, result.pool, result.conversions[0].shares]
    assert all(part == int(part) for part in parts)
    assert result.fully_diluted == pytest.approx(8_000_002 + sum(parts), abs=1e-6)


@pytest.mark.parametrize(
    ("terms", "papers", "message"),
    [
        (PricedRound(0.0, 1e6), (), "pre_money: 0 is out of range"),
        (PricedRound(1e7, 1e6, 0.97), (), "pool_target: 0.97 is out of range"),
        (PricedRound(1e7, 1e6, 0.1, 5.0), (), "not both"),
        (PricedRound(1e7, 1e6), (Convertible("S", 1e6, cap=-1.0),), "S.cap: -1 is out of range"),
        (PricedRound(1e7, 1e6), (Convertible("S", 6e6, cap=5e6),), "no price per share"),
        (PricedRound(1e6, 1e6), (Convertible("N", 2e6, discount=0.2),), "no price per share"),
        (PricedRound(1e6, 9e6, 0.5), (), "no price per share"),
    ],
)
def test_a_round_that_cannot_close_is_refused(terms: PricedRound, papers: tuple[Convertible, ...], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        priced_round(Before(8e6), terms, papers)


def test_interest_simple_or_compounded() -> None:
    assert note_amount(1e6, 0.08, 1.5) == pytest.approx(1.12e6)
    assert note_amount(1e6, 0.08, 1.5, compounding=2) == pytest.approx(1e6 * 1.04**3)
