"""A capital stack as the user says it: who has a claim on an exit, with which rights."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from compdesign.errors import Problem
from compdesign.inputs.base import Model, Name, PlainMoney, Ratio, Shares, given, setting
from compdesign.inputs.document import Document
from compdesign.inputs.uncertain import refused, shown
from compdesign.inputs.unknown import as_far_as_known

Multiple = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Rank = Annotated[int, Field(ge=0, le=100, strict=True)]
Part = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


def _currency(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
        raise refused(f"{shown(value)} is no currency code", 'write its three capitals, e.g. "USD"')
    return value


Currency = Annotated[str, BeforeValidator(_currency)]


class PreferredClass(Model):
    """A class of preferred stock."""

    name: Name = given("Name of the class", "text")
    shares: Shares = given("Preferred shares", "shares")
    invested: PlainMoney = given("Original issue price times shares", "$")
    multiple: Multiple = setting(1.0, "Liquidation preference as a multiple of invested", "ratio")
    dividends: PlainMoney = setting(0.0, "Accrued dividends in the preference", "$")
    rank: Rank = setting(1, "Order of payment: 1 first; classes of one rank share by preference amount", "rank")
    participation: Literal["none", "full", "capped"] = setting("none", "Whether the class also shares with common", "choice")
    cap_multiple: Multiple | None = setting(
        None, "Most that preference and participation together pay, as a multiple of invested; for capped participation", "ratio"
    )
    conversion_ratio: Multiple = setting(1.0, "Common shares per preferred share", "ratio")


class StrikeTranche(Model):
    """Options or warrants on common, of one strike."""

    name: Name = given("Name of the tranche", "text")
    shares: Shares = given("Shares under option", "shares")
    strike: PlainMoney = given("Exercise price", "$ a share")


class ConvertiblePaper(Model):
    """A SAFE or a convertible note."""

    name: Name = given("Name of the instrument", "text")
    amount: PlainMoney = given("Purchase amount, or principal and interest", "$")
    cap: PlainMoney | None = setting(None, "Valuation cap", "$")
    basis: Literal["post-money", "pre-money"] = setting("post-money", "What the cap divides", "choice")
    discount: Ratio = setting(0.0, "Discount to the round price and, without a cap, to the common price at an exit", "share")
    discount_at_exit: bool = setting(False, "Whether the discount holds at an exit beside a cap; in YC's SAFE it does not", "switch")
    most_favoured: bool = setting(False, "Takes the best terms of those listed after it (MFN)", "switch")
    rank: Rank = setting(1, "Order of payment: a SAFE stands beside preferred of rank 1, a note is ahead at 0", "rank")
    repaid: Multiple = setting(1.0, "Cash due at an exit, as a multiple of amount", "ratio")
    choice: Literal["greater", "repaid", "converts"] = setting("greater", "What the terms give at an exit", "choice")


class HeldPart(Model):
    """What one stakeholder holds of a class, a tranche, a SAFE or note, or of common."""

    holder: Name = given("Name of the stakeholder", "text")
    of: Name = given('Name of the class, tranche, SAFE or note; "common" for common', "text")
    shares: Part = given("Shares of it; of a SAFE or note, dollars of its amount", "shares")


class CapitalStack(Document):
    """Everybody with a claim on an exit. Unissued pool shares have none."""

    title: Name = given("Title of the stack", "text")
    common: Shares = given("Common shares outstanding", "shares")
    preferred: tuple[PreferredClass, ...] = Field(default=(), max_length=40, description="Classes of preferred stock")
    options: tuple[StrikeTranche, ...] = Field(default=(), max_length=200, description="Options and warrants, by strike")
    convertibles: tuple[ConvertiblePaper, ...] = Field(default=(), max_length=200, description="SAFEs and notes, in order of issue")
    debt: PlainMoney = setting(0.0, "Debt repaid ahead of all equity", "$")
    fees: PlainMoney = setting(0.0, "Transaction fees, paid first", "$")
    fee_share: Ratio = setting(0.0, "Transaction fees as a share of the exit value", "share")
    carve_out_share: Ratio = setting(0.0, "Management carve-out, as a share of what fees and debt leave", "share")
    carve_out_maximum: PlainMoney | None = setting(None, "Most the carve-out pays", "$")
    currency: Currency = setting("USD", "Currency of every amount, by its ISO 4217 code; shown, nothing is converted", "text")
    holdings: tuple[HeldPart, ...] = Field(default=(), max_length=20_000, description="Who holds what of all this; adds proceeds by holder")

    def quantities(self) -> dict[str, float]:
        """Name of each security -> its shares; of a SAFE or note its amount."""
        shares = {each.name: float(each.shares) for each in self.preferred} | {each.name: float(each.shares) for each in self.options}
        return shares | {each.name: each.amount for each in self.convertibles} | {"common": float(self.common)}

    def faults_between(self) -> Iterator[Problem]:
        """Holdings of what is not in the stack, or of more than there is of it."""
        yield from _held_apart(self)


@as_far_as_known
def _held_apart(stack: CapitalStack) -> Iterator[Problem]:
    known, held = stack.quantities(), dict.fromkeys(stack.quantities(), 0.0)
    for index, each in enumerate(stack.holdings):
        if each.of not in known:
            remedy = f"name a class, tranche, SAFE or note of this stack, or common: {', '.join(list(known)[:8])}"
            yield Problem(f"holdings[{index}].of", f"{each.of!r:.60} is not in the stack", remedy)
        else:
            held[each.of] += each.shares
    for name in known:
        if held[name] > known[name] * (1 + 1e-9) + 1:  # a package's parts of a share are dropped in the total
            yield Problem(
                "holdings", f"hold {held[name]:,.10g} of {name}, of which there are {known[name]:,.10g}", "correct one of the two"
            )
