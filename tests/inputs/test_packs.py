"""Jurisdiction packs: every text says where it comes from, since when, and how sure that is."""

from datetime import date

from compdesign.defaults.packs import Clause, packs


def test_every_clause_has_text_source_date_and_standing() -> None:
    assert set(packs()) == {"US-CA", "US-NY", "US-WA", "US-TX", "US"}
    for pack in packs().values():
        clauses = [
            pack.at_will,
            pack.exempt,
            pack.pay_range,
            pack.repayment,
            pack.arbitration,
            pack.background,
            pack.inventions,
            *pack.leave,
        ]
        assert pack.leave
        for clause in clauses:
            assert isinstance(clause, Clause)
            assert clause.text and clause.source
            assert clause.standing in ("published", "secondary", "derived", "assumption")
            assert date.fromisoformat(clause.as_of) <= date.fromisoformat(pack.as_of)
        assert pack.exempt.unit == "$ a year" and pack.repayment.unit == "business days"


def test_the_generic_text_names_its_limits() -> None:
    limits = " ".join(packs()["US"].limits)
    assert "no law of any state" in limits and "Montana" in limits


def test_figures_as_their_sources_have_them() -> None:
    """$16.90 x 2 x 2,080 hours; $1,275, $1,541.70 and $684 a week x 52; AB 692's five business days."""
    assert packs()["US-CA"].exempt.value == 16.90 * 2 * 2_080
    assert packs()["US-NY"].exempt.value == 1_275 * 52
    assert packs()["US-WA"].exempt.value == 80_168.40 and abs(1_541.70 * 52 - 80_168.40) < 1e-6
    assert packs()["US-TX"].exempt.value == packs()["US"].exempt.value == 684 * 52
    assert packs()["US-CA"].repayment.value == 5
