"""Vesting by date: Open Cap Format terms and a grant in, dated instalments of whole shares out."""

from compdesign.vesting.acceleration import AccelerationProvision, Order, accelerate, trigger_date
from compdesign.vesting.ocf_terms import terms_from_ocf, terms_to_ocf
from compdesign.vesting.schedule import Grant, GrantAfterStart, Instalment, instalments, vested_on
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
    "AccelerationProvision",
    "AllocationType",
    "Condition",
    "Grant",
    "GrantAfterStart",
    "Instalment",
    "OnDate",
    "OnEvent",
    "OnStart",
    "Order",
    "Period",
    "Portion",
    "Relative",
    "VestingTerms",
    "accelerate",
    "instalments",
    "standard_terms",
    "terms_from_ocf",
    "terms_to_ocf",
    "trigger_date",
    "vested_on",
]
