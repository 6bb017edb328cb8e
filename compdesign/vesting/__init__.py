"""Vesting by date: Open Cap Format terms and a grant in, dated tranches of whole shares out."""

from compdesign.vesting.acceleration import Acceleration, Order, accelerate, trigger_date
from compdesign.vesting.ocf_terms import terms_from_ocf, terms_to_ocf
from compdesign.vesting.schedule import Grant, GrantAfterStart, Tranche, tranches, vested_on
from compdesign.vesting.standard import standard_terms
from compdesign.vesting.terms import (
    AllocationType,
    Condition,
    OnDate,
    OnEvent,
    OnStart,
    Period,
    Portion,
    Relative,
    VestingTerms,
)

__all__ = [
    "Acceleration",
    "AllocationType",
    "Condition",
    "Grant",
    "GrantAfterStart",
    "OnDate",
    "OnEvent",
    "OnStart",
    "Order",
    "Period",
    "Portion",
    "Relative",
    "Tranche",
    "VestingTerms",
    "accelerate",
    "standard_terms",
    "terms_from_ocf",
    "terms_to_ocf",
    "tranches",
    "trigger_date",
    "vested_on",
]
