"""The annex: the split of an incentive stock option by the yearly limit, and refresh awards at the exits."""

import re
from datetime import date
from typing import Any

from compdesign.reports.letter import letter_pdf
from tests.reports.letters import packet, scenario, words

ISO = {"instrument": "iso", "amount": 400_000, "vesting": {"months": 48, "cliff": 12, "every": 12}}
RULE = {"name": "ships", "trigger": {"every_deployments": 1}, "award": 10_000, "instrument": "iso"}


def annex(offer: dict[str, Any], employer: dict[str, Any] | None = None, **candidate: Any) -> str:
    text = words(letter_pdf(scenario(offer, employer), "offer", packet(**candidate)))
    return text[text.index("Annex: What") :]


def years(text: str) -> list[tuple[str, ...]]:
    return re.findall(r"(20\d\d|All years) ([\d,]+) \$([\d,]+) ([\d,]+) ([\d,]+)", text)


def test_the_limit_splits_each_year_by_hand() -> None:
    """$1.05 a share: 100,000 / 1.05 = 95,238.1, so 95,238 of the 100,000 shares that become exercisable each January are ISO."""
    text = annex({"grant": ISO}, start=date(2027, 1, 11))
    each = ("100,000", "105,000", "95,238", "4,762")
    assert years(text) == [
        *((year, *each) for year in ("2028", "2029", "2030", "2031")),
        ("All years", "400,000", "420,000", "380,952", "19,048"),
    ]
    assert "An estimate at today’s value" in text and "section 422(d) of the Internal Revenue Code; Treas. Reg. section 1.422-4" in text
    assert "up to $100,000" in text and "in 2027 at $1.05 a share" in text


def test_early_exercise_puts_the_whole_grant_into_its_year() -> None:
    text = annex({"grant": ISO}, {"early_exercise": True}, early_exercise=True, start=date(2027, 1, 11))
    assert years(text) == [("2027", "400,000", "420,000", "95,238", "304,762")]
    assert "since it may be exercised before it vests, all of it is exercisable, and counts, in that year" in text


def test_a_monthly_schedule_counts_in_calendar_years() -> None:
    """48,000 shares monthly from 11 January 2027 with a year's cliff: 12,000 on 11 January 2028 and 11,000 more in that year."""
    text = annex({"grant": {"instrument": "iso", "amount": 48_000}}, start=date(2027, 1, 11))
    assert [row[1] for row in years(text)] == ["23,000", "12,000", "12,000", "1,000", "48,000"]
    assert {row[4] for row in years(text)} == {"0"}


def test_only_incentive_options_are_split() -> None:
    for instrument in ("nso", "rsu", "restricted_stock"):
        assert "Treas. Reg. section 1.422-4" not in annex({"grant": {**ISO, "instrument": instrument}})


def test_what_else_counts_is_said() -> None:
    plain = annex({"grant": ISO})
    assert "No other option of yours" in plain and "Refresh awards in the form of ISOs" not in plain and "year of the sale" not in plain
    assert "count when they are granted, after this option" in annex({"grant": ISO, "refresh": [RULE]})
    assert "count in the year of the sale" in annex({"grant": {**ISO, "change_of_control": 0.5}})


def test_refresh_awards_at_the_exits_where_today_can_say() -> None:
    """$300M after a quarter of dilution: 81.6M / 0.75 = 108.8M shares, $2.7574 each; 10,000 options at $1.05: $17,074."""
    rules = [
        {**RULE, "mode": "upfront", "cap": 20_000},
        {**RULE, "name": "later", "mode": "future"},
        {**RULE, "name": "units", "mode": "future", "instrument": "rsu"},
        {**RULE, "name": "sized", "mode": "future", "instrument": "rsu", "unit": "dollars"},
        {**RULE, "name": "paid", "mode": "future", "instrument": "cash", "unit": "dollars"},
    ]
    text = annex({"grant": ISO, "refresh": rules})
    assert "ships 10,000 shares (incentive stock option) $0 $17,074 $72,22" in text
    assert "units 10,000 shares (restricted stock units) $0 $27,574 $82,72" in text
    assert "Not shown: its exercise price will be the value on the day of its own approval" in text
    assert "Not shown: its number of shares is fixed at grant" in text
    assert "paid" not in text[text.index("One award") : text.index("What it rests on")]
