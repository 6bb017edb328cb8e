"""The letter as its reader and a PDF reader find it."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from compdesign.defaults.packs import packs
from compdesign.reports.letter import letter, letter_pdf
from tests.reports.letters import packet, read, scenario, words

OPTIONS = {"grant": {"instrument": "iso", "amount": 100_001}}
FUTURE = {"name": "ships", "trigger": {"every_deployments": 1}, "award": 5_000, "instrument": "nso", "mode": "future"}
UPFRONT = {"name": "ready", "trigger": {"every_deployments": 1}, "award": 5_000, "instrument": "iso", "mode": "upfront", "cap": 20_000}
CASH = {"name": "paid", "trigger": {"nth_deployment": 2}, "award": 20_000, "unit": "dollars", "instrument": "cash"}


def told(offer: dict[str, Any] | None = None, employer: dict[str, Any] | None = None, **candidate: Any) -> str:
    return words(letter_pdf(scenario(offer or {}, employer), "offer", packet(**candidate)))


@pytest.fixture(scope="module")
def shipped() -> bytes:
    return letter_pdf(scenario(), "milestone refresh", packet())


def test_pages_are_numbered_and_each_says_that_counsel_has_not_reviewed(shipped: bytes) -> None:
    pages = read(shipped).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert "not reviewed by your counsel" in text


def test_it_is_tagged_as_pdf_ua_with_language_title_and_order(shipped: bytes) -> None:
    with pikepdf.open(BytesIO(shipped)) as file:
        assert file.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in file.Root
        assert str(file.Root.Lang) == "en-US"
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert all("/StructParents" in page for page in file.pages)
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Offer of employment: Ada Okonkwo-Lindqvist"
            assert metadata["dc:creator"] == ["Northlight Systems, Inc."]
        kinds = {str(each.S) for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/StructElem"}
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TR", "/TH", "/TD", "/L", "/LI"} <= kinds


def test_metadata_and_no_attachment(shipped: bytes) -> None:
    information = read(shipped).metadata
    assert information is not None
    assert information.title == "Offer of employment: Ada Okonkwo-Lindqvist"
    assert information.author == "Northlight Systems, Inc."
    assert information.creation_date is not None and information.creation_date.date() == date(2026, 11, 24)
    assert b"/EmbeddedFile" not in shipped and b"/JavaScript" not in shipped and b"/AF" not in shipped


def test_every_font_is_embedded(shipped: bytes) -> None:
    with pikepdf.open(BytesIO(shipped)) as file:
        descriptors = [each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert descriptors
        assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


def test_eleven_sections_in_order_and_the_parts(shipped: bytes) -> None:
    text = words(shipped)
    headings = ("Position", "Base salary and bonus", "Sign-on payment", "New-hire equity", "Refresh awards", "Benefits and leave")
    headings += ("Employment at will", "Conditions", "Taxes and section 409A", "Governing law", "Entire agreement, expiry and signatures")
    places = [text.index(f"{number}. {heading}") for number, heading in enumerate(headings, start=1)]
    assert places == sorted(places)
    parts = [text.index(part) for part in ("Exhibit A: Refresh awards", "Exhibit B: Vesting", "Annex: What the new-hire grant")]
    assert parts == sorted(parts) and places[-1] < parts[0]
    clauses = ("Summary", "Definitions", "Registration", "Certification", "Rules", "Worked example", "Approval and price", "Departure")
    clauses += ("Leave and reassignment", "Change of control", "Project cancelled by the Company", "Release ready but blocked")
    clauses += ("Disputes", "Recoupment", "End and amendment", "Taxes", "Precedence")
    assert [text.index(f"A.{number} {clause}") for number, clause in enumerate(clauses, start=1)] == sorted(
        text.index(f"A.{number} {clause}") for number, clause in enumerate(clauses, start=1)
    )


@pytest.mark.parametrize(
    ("jurisdiction", "sentences"),
    [
        ("US-CA", ["section 2922 of the California Labor Code", "Notice under section 2872 of the California Labor Code", "16608"]),
        ("US-NY", ["law of the State of New York", "section 203-f of the New York Labor Law", "New York Trapped at Work Act"]),
        ("US-WA", ["law of the State of Washington", "RCW 49.44.140 and 49.44.150", "RCW 50A"]),
        ("US-TX", ["law of the State of Texas", "Texas has no statute on employee inventions", "Texas Payday Law"]),
        ("US", ["law of the state in which you work", "as far as the law of the state in which you work allows"]),
    ],
)
def test_each_jurisdiction_says_its_own(jurisdiction: str, sentences: list[str]) -> None:
    text = told({"sign_on": 30_000, "sign_on_repayment_months": 12}, jurisdiction=jurisdiction)
    pack = packs()[jurisdiction]
    for sentence in [*sentences, pack.at_will.text, pack.inventions.text, pack.exempt.text, pack.repayment.text]:
        assert sentence in text
    for clause in pack.leave:
        assert clause.text in text
    assert "at will" in text and "It contains no agreement to arbitrate." in text


def test_grants_in_percent_and_dollars_say_how_shares_are_worked_out() -> None:
    percent = told({"grant": {"unit": "percent", "amount": 0.15}})
    assert "granted 0.15% of the fully diluted shares" in percent
    assert "that percentage of the Company’s fully diluted shares on the date of grant" in percent
    assert "0.15% of the fully diluted shares, 122,400 shares at today’s count" in percent  # of 42,000,000 + 36,000,000 + 3,600,000
    assert "The number of shares is fixed at grant, so the table gives fractions of it." in percent
    dollars = told({"grant": {"unit": "dollars", "amount": 500_000}})
    assert "granted $500,000, in the form of an incentive stock option" in dollars
    assert "divided by the fair market value of one share of common stock on the date of grant" in dollars
    assert "Shares vesting" not in dollars


def test_options_promise_a_recommendation_and_no_price() -> None:
    text = told(OPTIONS)
    assert "We will recommend to the Board of Directors that you be granted 100,001 shares" in text
    assert (
        "The exercise price per share will be the fair market value of a share of common stock on the date of grant. It is not known today."
        in text
    )
    assert "can be exercised for 3 months after employment ends" in text
    assert "no election under section 83(b) of the Internal Revenue Code arises" in text


def test_83b_only_for_early_exercise_and_restricted_stock() -> None:
    early = told(OPTIONS, {"early_exercise": True}, early_exercise=True)
    assert "On an early exercise, and only then, an election under section 83(b)" in early
    stock = told({"grant": {"instrument": "restricted_stock", "amount": 1_000}})
    assert "You may make an election under section 83(b)" in stock and "exercise price" not in stock
    units = told({"grant": {"instrument": "rsu", "amount": 1_000}})
    assert "83(b)" not in units and "There is no exercise price." in units
    double = told({"grant": {"instrument": "rsu_double_trigger", "amount": 1_000}})
    assert "If there is neither, no share is ever issued." in double


def test_refresh_modes_say_what_they_are() -> None:
    future = told({"refresh": [FUTURE]})
    assert (
        "After certification we will recommend the award to the Board of Directors. The Board of Directors and the law may still refuse it"
        in future
    )
    assert "performance-vesting grant" not in future and "An award in cash" not in future
    upfront = told({"refresh": [UPFRONT]})
    assert "a performance-vesting grant at hire" in upfront and "may still refuse" not in upfront
    cash = told({"refresh": [CASH]})
    assert "An award in cash is money, not stock" in cash and "$20,000 in cash" in cash and "may still refuse" not in cash
    for text in (future, upfront, cash):
        assert "an award is earned only after certification" in text
        assert "Nothing is earned before certification." in text


def test_each_mode_states_its_date_of_grant_and_what_follows_for_the_price() -> None:
    upfront = (
        "That approval is its date of grant. The exercise price of an option is the fair market value of a share on that date: it is fixed"
    )
    future = "that approval, not this letter and not the certification, is its date of grant. The exercise price of an option is"
    rising = "if the Company’s value rises before then, so does the price"
    assert upfront in told({"refresh": [UPFRONT]}) and rising not in told({"refresh": [UPFRONT]})
    assert future in told({"refresh": [FUTURE]}) and rising in told({"refresh": [FUTURE]})
    assert rising not in told({"refresh": [{**FUTURE, "instrument": "rsu"}]})
    both = told({"refresh": [FUTURE, UPFRONT], **OPTIONS})
    annex = both[both.index("Annex: What") :]
    assert "the date of grant of an upfront award is its approval at hire, and that of a future award is its own later approval" in annex


WORDS_OF_EQUITY = (
    "the Plan",
    "Exhibit B",
    "vesting schedule",
    "unvested",
    "exercise price",
    "fair market value",
    "the pool",
    "cap table",
    "Annex",
)
WORDS_OF_WORK = ("Deployment", "certifier", "registered", "release", "cooldown", "traffic", "project")


def test_a_letter_of_cash_alone_speaks_of_no_equity() -> None:
    for text in (
        told(),
        told({"sign_on": 60_000}),
        told({"sign_on": 60_000, "sign_on_repayment_months": 12, "bonus": 0.1}),
        told({"refresh": [CASH]}),
    ):
        agreed = text[: text.index("9. Taxes")] + text[text.index("10. Governing law") :]
        found = [word for word in WORDS_OF_EQUITY if word in agreed]
        assert not found, found
    assert "No date in this letter is a promise of employment until then." in told()
    assert "This letter and the agreements it names are the whole agreement" in told()


def test_section_7_names_the_exhibits_that_the_letter_has() -> None:
    said = "No date in this letter{} is a promise of employment until then."
    assert said.format(" or in Exhibit A") in told({"refresh": [CASH]})
    assert said.format(" or in Exhibit B") in told(OPTIONS)
    assert said.format(", in Exhibit A or in Exhibit B") in told({"refresh": [CASH], **OPTIONS})


def test_a_refresh_of_equity_without_a_new_hire_grant_still_names_the_plan() -> None:
    text = told({"refresh": [FUTURE]})
    assert "Awards of equity are made under the Northlight Systems, Inc. 2021 Equity Incentive Plan (the “Plan”)." in text
    assert "This letter with Exhibit A and the Plan documents and agreements it names are the whole agreement" in text
    assert text.index("(the “Plan”)") < text.index("If the Plan’s pool")
    assert "(the “Plan”)" not in told({"refresh": [CASH]})
    assert told({"refresh": [FUTURE], **OPTIONS}).count("(the “Plan”)") == 1


def test_rules_by_months_of_employment_alone_speak_of_no_work() -> None:
    tenure = {"name": "stay", "trigger": {"tenure_months": 24}, "award": 5_000, "instrument": "rsu", "mode": "future"}
    text = told({"refresh": [tenure]})
    exhibit = text[text.index("Exhibit A: Refresh awards") :]
    nothing = (
        "No rule of this exhibit counts Deployments",
        "No rule of this exhibit depends on a project",
        "No rule of this exhibit depends on a release",
    )
    for sentence in nothing:
        assert sentence in exhibit
        exhibit = exhibit.replace(sentence, "")
    found = [word for word in WORDS_OF_WORK if word in exhibit.replace("need no certifier", "").replace("nothing is registered", "")]
    assert not found, found
    assert "they count as certified on the day they are complete" in exhibit
    assert "January 11, 2029 24 months of employment are complete" in exhibit and "You leave Nothing is earned from then on" in exhibit
    assert "need no certifier" not in told({"refresh": [FUTURE]})


def test_sentences_on_caps_cooldowns_and_prices_stand_only_where_a_rule_has_them() -> None:
    bare = told({"refresh": [FUTURE]})
    assert (
        "would pass a cap" not in bare
        and "During a cooldown" not in bare
        and "Year of employment" not in bare
        and "The rules apply in this order" not in bare
    )
    full = told({"refresh": [{**FUTURE, "cap": 9_000, "cap_per_year": 5_000, "cooldown_months": 2}, UPFRONT]})
    for said in ("would pass a cap", "During a cooldown", "Year of employment", "The rules apply in this order"):
        assert said in full
    units = told({"refresh": [{**UPFRONT, "instrument": "rsu"}]})
    assert "exercise price" not in units[units.index("A.7") : units.index("A.8")] and "Units are meant to be a short-term deferral" in units
    stock = told({"refresh": [{**UPFRONT, "instrument": "restricted_stock"}]})
    assert "short-term deferral" not in stock
    assert "Cash and units are meant" in told({"refresh": [CASH, {**FUTURE, "instrument": "rsu"}]})


def test_the_most_that_all_cash_rules_pay_is_said() -> None:
    text = told({"refresh": [CASH], "refresh_cap_dollars": 50_000})
    assert "All rules paid in cash award at most $50,000 together." in text
    assert "award at most" not in told({"refresh": [CASH]})


def test_a_grant_that_vests_at_once_has_no_schedule() -> None:
    text = told({"grant": {"instrument": "rsu", "amount": 1_000, "vesting": {"months": 0, "cliff": 0}}})
    assert "all of the grant vests on that day, or at grant if that is later" in text
    assert "runs at once" not in text and "Nothing vests by reason" not in text


def test_the_annex_tells_of_the_modes_that_there_are() -> None:
    future, upfront = "a future award is its own later approval", "an upfront award is its approval at hire"
    for rules, there, missing in (([FUTURE], future, upfront), ([UPFRONT], upfront, future)):
        annex = told({"refresh": rules, **OPTIONS}).split("Annex: What")[1]
        assert there in annex and missing not in annex
    units = told({"refresh": [{**UPFRONT, "instrument": "rsu"}], **OPTIONS}).split("Annex: What")[1]
    assert "exercise price of an upfront option" not in units


def test_the_law_on_background_checks_is_named_where_it_binds() -> None:
    """California's from five employees on (Gov. Code 12952), New York's from ten (Correction Law 750)."""
    places = {
        "US-CA": "section 12952 of the Government Code",
        "US-NY": "article 23-A",
        "US-WA": "RCW 49.94",
        "US-TX": "Fair Credit Reporting Act",
    }
    for place, law in places.items():
        text = told({"base": 220_000}, jurisdiction=place)
        conditions = text[text.index("8. Conditions") : text.index("9. Taxes")]
        assert "background check" in conditions and law in conditions
    assert "at least five business days to answer" in told()
    assert "12952" not in told({}, {"employees": 4}) and "12952" in told({}, {"employees": 5})
    assert "23-A" not in told({}, {"employees": 9}, jurisdiction="US-NY")


def test_refresh_policies_are_the_employers() -> None:
    policies = {"certifier": "Head of Audit", "dispute_decider": "A retired judge", "blocked_release_days": 17, "live_traffic": 0.25}
    tolled = told({"refresh": [FUTURE]}, policies)
    assert "Certified by: Head of Audit." in tolled and "It is decided by: A retired judge," in tolled
    assert "at least 25% of the live traffic of its service for 30 days" in tolled
    assert "for more than 17 days" in tolled and "is tolled from the first day" in tolled
    assert "is substituted for it" in told({"refresh": [FUTURE]}, {"blocked_release": "substituted"})
    assert "March 15 of the year after" in told({"refresh": [CASH]})


def test_the_sign_on_points_to_a_separate_agreement() -> None:
    text = told({"sign_on": 60_000, "sign_on_repayment_months": 12})
    assert "stands only in the separate Sign-On Repayment Agreement" in text
    agreement = text[text.index("Sign-On Repayment Agreement A separate agreement") :]
    for sentence in (
        "You have the right to consult an attorney about this agreement before you sign it, and at least 5 business days to do so.",
        "It is not tied to specific job performance.",
        "You never owe any repayment.",
        "It is never longer than 24 months from the payment.",
        "you leave by your own sole choice, or the Company ends your employment for misconduct",
        "A dismissal at a checkpoint or for performance, a layoff, the end of a project, disability and death never lead to repayment.",
        "after 6 complete months you would repay $30,000",
        "It bears no interest.",
    ):
        assert sentence in agreement
    free = told({"sign_on": 60_000})
    assert "It is never repaid." in free and "Repayment Agreement" not in free
    assert "☒ Defer it." in told({"sign_on": 1_000, "sign_on_repayment_months": 6}, sign_on_choice="defer").replace("\u2002", " ")


def test_the_annex_is_outside_the_agreement_and_shows_zero_below_the_preference() -> None:
    """V = $300M: the preferred converts above $85M x 81.6M / 36M = $192.7M, so 300 / 81.6 = $3.68 a share; 100,001 x (3.6765 - 1.05)."""
    text = told(OPTIONS)
    assert "The Annex is not part of the agreement: it illustrates and promises nothing." in text
    assert "$60,000,000 $0.00 $0 $0.00 $0" in text
    price, diluted = 300 / 81.6, 300 / (81.6 / 0.75)
    gains = [f"${100_001 * (each - 1.05):,.0f}" for each in (price, diluted)]
    assert f"$300,000,000 ${price:.2f} {gains[0]} ${diluted:.2f} {gains[1]}" in text
    assert "$105,001 for the whole grant" in text and "$1.05 for a common share on August 31, 2026" in text
    assert "25% of today’s shares by later rounds, an assumption without a source" in text
    assert "it is more than twelve months old" not in text
    assert "it is more than twelve months old" in told(OPTIONS, {"share_value_date": date(2025, 11, 23)})
    assert "stated by the Company" in told(OPTIONS, {"later_dilution": 0.2})


def test_an_offer_without_equity_has_no_exhibit() -> None:
    content = letter_pdf(scenario({}), "offer", packet())
    text = words(content)
    assert "This offer carries no new-hire equity." in text and "This offer carries no refresh awards." in text
    assert "Exhibit B" not in text and "Annex" not in text and "A.1" not in text
    assert len(read(content).pages) <= 3


def test_extreme_amounts_are_written_out() -> None:
    offer = {
        "base": 1e9,
        "bonus": 5,
        "sign_on": 1e9,
        "grant": {"instrument": "rsu", "amount": 1e12, "vesting": {"months": 108, "cliff": 0}},
    }
    text = told(offer, {"exit_values": [0, 1e9, 1e12]}, posted_pay_range={"low": 0, "high": 1e9})
    assert "Your base salary is $1,000,000,000 a year" in text and "granted 1,000,000,000,000 shares" in text
    assert "500% of base salary, $5,000,000,000" in text and not re.search(r"\de\+?\d", text)


def test_nothing_about_the_candidates_screening_or_type_is_in_the_file() -> None:
    offer = {"refresh": [{**FUTURE, "refusal_probability": 0.37}], "grant": {"amount": 1_000}}
    data = scenario(offer, hiring={"seats": 3, "production_share": 0.4123, "screen": {"sensitivity": 0.8712, "specificity": 0.7634}})
    content = letter_pdf(data, "offer", packet())
    with pikepdf.open(BytesIO(content)) as file:
        streams = b" ".join(each.read_bytes() for each in file.objects if isinstance(each, pikepdf.Stream))
    everything = (words(content) + str(read(content).metadata)).encode() + streams
    for secret in (b"0.37", b"37%", b"0.41", b"41.23", b"0.87", b"87.12", b"0.76", b"76.34"):
        assert secret not in words(content).encode() and secret not in str(read(content).metadata).encode()
    for word in (b"notebook", b"sensitivity", b"specificity", b"accept_", b"screen", b"score", b"probability"):
        assert word not in everything.lower()


def test_counsels_review_counts_from_the_day_the_texts_last_changed() -> None:
    before, after = date(2026, 11, 1), date(2026, 12, 1)
    assert "not reviewed by your counsel" in told({}, {"counsel_reviewed": before})
    assert "not reviewed by your counsel" not in told({}, {"counsel_reviewed": after})
    assert any("not reviewed" in note for note in letter(scenario({}), "offer", packet()).notes)


def test_arbitration_is_off_unless_the_employer_offers_it() -> None:
    assert "The arbitration agreement is offered apart from this letter" in told({}, {"arbitration": True})


@pytest.mark.parametrize(
    "name", ["山田太郎", "محمد بن عبد الله", "Олександра Їжак", "Nguyễn Thị Ánh", "שרה", "W" * 80, "{{ 7 * 7 }} <b>Bo</b> & Co"]
)
def test_a_name_in_any_script_comes_out_as_text(name: str) -> None:
    made = letter(scenario({}), "offer", packet(name=name))
    assert made.notes == letter(scenario({}), "offer", packet()).notes  # nothing uncovered on a machine with the fonts
    found = words(made.content)
    title = read(made.content).metadata
    assert title is not None and title.title == f"Offer of employment: {name}"
    if name.isascii():
        assert name.replace(" ", "") in found.replace(" ", "")
    else:
        assert set(name) - {" "} <= set(found)


def test_what_no_font_covers_is_said_with_a_remedy() -> None:
    (note,) = [note for note in letter(scenario({}), "offer", packet(name="Ada \U000f1234")).notes if "font" in note]
    assert "U+F1234" in note and "fonts-noto-core" in note
