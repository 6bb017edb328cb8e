"""Terms that speak of a milestone and are encoded as dates: what the text promises, the data does not say."""

import re

from compdesign.captable.ocf_package import Item, Package
from compdesign.vesting.terms import OnEvent, VestingTerms

_MILESTONE = re.compile(
    r"\b(milestones?|achiev\w+|deploy\w*|launch\w*|acceptance|approvals?|acquisition|change (?:of|in) control|initial public offering"
    r"|IPO|liquidity event|qualif\w+ (?:sale|financing)|sales?|revenue|gross margin|performance|certif\w+|general availability"
    r"|in(?:to)? production|closing)\b",
    re.IGNORECASE,
)


def milestone_notes(package: Package, terms: dict[str, VestingTerms]) -> list[str]:
    """One sentence for each vesting terms, condition or issuance whose words name a milestone and whose vesting is by date alone."""
    notes = []
    for name, each in terms.items():
        item = package.of("VESTING_TERMS")[name]
        if not any(isinstance(condition.trigger, OnEvent) for condition in each.conditions):
            word = _word(each.name, each.description, *_comments(item))
            if word:
                notes.append(f"vesting terms {name} speak of {word!r}, but every condition is a date: the milestone is not in the data")
        for condition in each.conditions:
            word = _word(condition.description)
            if word and condition.is_plain and not isinstance(condition.trigger, OnEvent) and condition.description != each.description:
                notes.append(f"vesting terms {name}, condition {condition.id} speaks of {word!r}, but is met by a date")
    for item in package.transactions():
        if item.type.endswith("_ISSUANCE") and item.data.get("vestings"):
            notes += _dates_instead(item, terms)
    return notes


def _dates_instead(item: Item, terms: dict[str, VestingTerms]) -> list[str]:
    """An issuance with a list of dates: it overrides its terms (OCF: when `vestings` is present the terms may be ignored)."""
    named = terms.get(str(item.data.get("vesting_terms_id")))
    if named is not None and any(isinstance(condition.trigger, OnEvent) for condition in named.conditions):
        return [f"{item.where}: its terms {named.id} vest on events, but it lists dates (vestings), which override them"]
    word = _word(*_comments(item), str(item.data.get("consideration_text", "")))
    return [f"{item.where}: its text speaks of {word!r}, but it vests on listed dates"] if word else []


def _comments(item: Item) -> list[str]:
    comments = item.data.get("comments")
    return [each for each in comments if isinstance(each, str)] if isinstance(comments, list) else []


def _word(*texts: str) -> str | None:
    return next((found[0] for text in texts if (found := _MILESTONE.search(text))), None)
