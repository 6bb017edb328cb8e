"""The offer letter of one candidate, from the same objects that were simulated."""

from collections.abc import Callable
from dataclasses import dataclass

from compdesign.defaults.packs import Pack
from compdesign.inputs.packet import Packet
from compdesign.inputs.scenario import Scenario
from compdesign.reports.letter_checks import check_policies, employer_of, offer_named, pack_of
from compdesign.reports.letter_content import is_reviewed, letter_content
from compdesign.reports.pages import Printed, page

FONTS_TO_INSTALL = "install fonts that have them (Debian: apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji)"


@dataclass(frozen=True)
class Letter:
    """A letter as PDF, and what its sender must know before sending it."""

    content: bytes
    notes: tuple[str, ...]


def letter_pdf(scenario: Scenario, structure: str, packet: Packet) -> bytes:
    """The bytes of `letter`, the same for the same input."""
    return letter(scenario, structure, packet).content


def letter(scenario: Scenario, structure: str, packet: Packet, printer: Callable[[str], Printed] | None = None) -> Letter:
    """The letter that offers a candidate a structure of the scenario. printer: makes a PDF of a page; this process if absent.

    ScenarioError: no such structure; no employer, or a key of it that this offer needs is missing. Refused: the company's policy
    or the law of the place forbids the letter, or the place is not covered.
    """
    offer = offer_named(scenario, structure)
    employer = employer_of(scenario, offer)
    pack = pack_of(packet)
    check_policies(employer, offer, packet, pack)
    context = letter_content(scenario, offer, employer, packet, pack)
    if printer is None:
        from compdesign.reports.pdf import printed  # WeasyPrint takes a second to load

        printer = printed
    made = printer(page("letters/letter.html", context))
    return Letter(made.content, tuple(_notes(pack, is_reviewed(employer, pack), made.uncovered)))


def _notes(pack: Pack, reviewed: bool, uncovered: str) -> list[str]:
    notes = [] if reviewed else [f"the legal texts ({pack.name}, {pack.as_of}) are not reviewed by your counsel, and the letter says so"]
    notes += [f"{pack.name}: {limit}" for limit in pack.limits]
    if uncovered:
        characters = ", ".join(f"{char} (U+{ord(char):04X})" for char in uncovered[:20])
        more = f" and {len(uncovered) - 20} more" if len(uncovered) > 20 else ""
        notes.append(f"no installed font has {characters}{more}: they print as empty boxes; {FONTS_TO_INSTALL}")
    return notes
