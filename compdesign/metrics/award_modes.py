"""What the mode of each refresh rule means for the strike and for the expense of its awards, in sentences."""

from compdesign.inputs.offers import Offer, RefreshRule
from compdesign.inputs.scenario import Scenario
from compdesign.simulation.rules import OPTIONS

NEW_HIRE = "New-hire grants and awards the board makes later are expensed on a straight line over service, forfeitures as they happen."


def award_modes(scenario: Scenario) -> tuple[str, ...]:
    """One sentence a refresh rule paid in equity, by structure, and the policy for all; empty without such a rule."""
    found = [_sentence(offer, rule) for offer in scenario.offers for rule in offer.refresh if rule.instrument != "cash"]
    return (NEW_HIRE, *found) if found else ()


def _sentence(offer: Offer, rule: RefreshRule) -> str:
    """ASC 718-10-25-5 (grant date), 25-20 (probable), 35-8 (tranche by tranche)."""
    option, trigger = rule.instrument in OPTIONS, rule.instrument == "rsu_double_trigger"
    who = f"'{offer.name}', rule '{rule.name}', {rule.mode}:"
    if rule.mode == "upfront":
        strike = "strike and fair value of the hire date" if option else "no strike, fair value of the hire date"
        cost = "expensed tranche by tranche from hire once the milestone is certified, with catch-up; nothing for what is never certified"
        granted = "granted at hire"
    else:
        strike = "strike and fair value of that day" if option else "no strike, fair value of that day"
        cost = "expensed over its vesting from then; a promise before has no grant date"
        granted = "granted when the board approves it"
    return f"{who} {granted}, {strike}; {'nothing before an exit, then what service has earned' if trigger else cost}."
