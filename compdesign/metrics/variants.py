"""Scenarios beside the one typed: links off, equal terms, cash-bonus twins, one input moved."""

from dataclasses import dataclass
from typing import Any

from compdesign.inputs.candidate import Links
from compdesign.inputs.offers import Offer, RefreshRule, Vesting
from compdesign.inputs.scenario import Scenario
from compdesign.model.fair_value import at_the_money_ratio
from compdesign.simulation.parameters import at_medians, with_value
from compdesign.simulation.rules import OPTIONS
from compdesign.simulation.share_classes import price_at

TWIN_SUFFIX = ", paid in cash"


def without_links(scenario: Scenario) -> Scenario:
    """Every causal link from pay or process to behaviour at zero: the null ranking's scenario."""
    return scenario.model_copy(update={"links": Links()})


def equal_seats(scenario: Scenario) -> Scenario:
    """Every offer accepted at once, and no link from pay to departure or to speed (who ships sooner passes a checkpoint that
    dismisses others): the same seats are filled in every month that cash lasts.
    """
    hiring = scenario.hiring
    acceptance = hiring.acceptance.model_copy(update={"certain": True})
    off = dict.fromkeys(("incentive", "gaming", "drought", "handcuff", "pay_gap", "governance_drag"), 0.0)
    links = scenario.links.model_copy(update=off)
    return scenario.model_copy(update={"hiring": hiring.model_copy(update={"acceptance": acceptance}), "links": links})


def with_base(scenario: Scenario, factors: list[float]) -> Scenario:
    """Base pay (and the bonus and fees that hang on it) of each structure times its factor."""
    offers = tuple(offer.model_copy(update={"base": offer.base * factor}) for offer, factor in zip(scenario.offers, factors, strict=True))
    return scenario.model_copy(update={"offers": offers})


def has_refresh(offer: Offer) -> bool:
    """Whether a structure has a refresh rule paid in equity, so that a cash-bonus twin says something."""
    return any(rule.instrument != "cash" for rule in offer.refresh)


def cash_twins(scenario: Scenario) -> tuple[Offer, ...]:
    """A twin of every milestone structure: the same triggers, each award paid in cash at its grant-date fair value today."""
    return tuple(_twin(offer, today(scenario)) for offer in scenario.offers if has_refresh(offer))


@dataclass(frozen=True)
class Today:
    """Values at the as-of date and medians: $ per share, fully diluted shares, option value per dollar of price."""

    price: float
    diluted: float
    option_ratio: float


def today(scenario: Scenario) -> Today:
    """What a share and an option are worth at the as-of date."""
    median = at_medians(scenario)
    company = median.company
    diluted = float(company.capitalization.fully_diluted)
    value = max(company.recurring_revenue * company.valuation.multiple + company.cash - company.debt, 0.0)
    price = price_at(company, value, diluted)
    ratio = at_the_money_ratio(median.discount_rate, median.candidate.option_volatility, median.candidate.option_term_years)
    return Today(price, diluted, float(ratio))


def _twin(offer: Offer, now: Today) -> Offer:
    rules = tuple(_in_cash(rule, now) for rule in offer.refresh)
    name = f"{offer.name[:60]}{TWIN_SUFFIX}"
    return offer.model_copy(update={"name": name, "refresh": rules, "refresh_cap_shares": None, "refresh_cap_dollars": _cap(offer, now)})


def _cap(offer: Offer, now: Today) -> float | None:
    """The caps of a person in cash: the cap in shares at what a share awarded by the first rule in shares is worth today."""
    first = next((rule for rule in offer.refresh if rule.unit == "shares" and rule.instrument != "cash"), None)
    if offer.refresh_cap_shares is None or first is None:
        return offer.refresh_cap_dollars
    return offer.refresh_cap_shares * dollars_per_unit(first, now) + (offer.refresh_cap_dollars or 0.0)


def _in_cash(rule: RefreshRule, now: Today) -> RefreshRule:
    if rule.instrument == "cash":
        return rule
    per_unit = dollars_per_unit(rule, now)
    scaled = {key: None if value is None else value * per_unit for key, value in (("cap", rule.cap), ("cap_per_year", rule.cap_per_year))}
    cash = {"instrument": "cash", "unit": "dollars", "award": rule.award * per_unit, "vesting": Vesting(months=0, cliff=0)}
    return rule.model_copy(update=cash | scaled)


def dollars_per_unit(rule: RefreshRule, now: Today) -> float:
    """Grant-date fair value of one unit (share, dollar or percent) of a rule's award at the as-of date."""
    ratio = now.option_ratio if rule.instrument in OPTIONS else 1.0
    return ratio * {"shares": now.price, "dollars": 1.0, "percent": now.price * now.diluted / 100}[rule.unit]


def with_value_scale(scenario: Scenario, factor: float) -> Scenario:
    """Every enterprise value times `factor`: the multiple and its long-run level."""
    valuation = scenario.company.valuation
    for name in ("multiple", "long_run_multiple"):
        if (value := getattr(valuation, name)) is not None:
            scenario = with_value(scenario, f"company.valuation.{name}", _scaled(value, factor))
    return scenario


def _scaled(value: Any, factor: float) -> Any:
    """A number or a distribution times a factor."""
    if isinstance(value, int | float):
        return value * factor
    members = value.model_dump()
    return type(value)(**{key: member if key == "weights" else _times(member, factor) for key, member in members.items()})


def _times(member: object, factor: float) -> object:
    return tuple(each * factor for each in member) if isinstance(member, tuple) else member * factor  # type: ignore[operator]
