"""A capital stack as the user says it: who has a claim on an exit, with which rights."""

from typing import Annotated, Literal

from pydantic import Field

from compdesign.inputs.base import Model, Name, PlainMoney, Ratio, Shares, given, setting
from compdesign.inputs.document import Document

Multiple = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Rank = Annotated[int, Field(ge=0, le=100, strict=True)]


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
    discount: Ratio = setting(0.0, "Discount to the common price", "share")
    most_favoured: bool = setting(False, "Takes the best terms of those listed after it (MFN)", "switch")
    rank: Rank = setting(1, "Order of payment: a SAFE stands beside preferred of rank 1, a note is ahead at 0", "rank")
    repaid: Multiple = setting(1.0, "Cash due at an exit, as a multiple of amount", "ratio")
    choice: Literal["greater", "repaid", "converts"] = setting("greater", "What the terms give at an exit", "choice")


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
