"""Offers in the words of a letter: amounts, instruments, vesting, triggers, caps."""

from compdesign.inputs.offers import AllOf, AnyOf, EveryDeployment, MarginGain, NthDeployment, RefreshRule, Tenure, Trigger, Vesting

INSTRUMENTS = {
    "iso": "incentive stock option",
    "nso": "nonqualified stock option",
    "rsu": "restricted stock units",
    "rsu_double_trigger": "restricted stock units with a second, liquidity condition",
    "restricted_stock": "restricted stock",
    "cash": "cash",
}
OPTIONS = ("iso", "nso")
ROUNDING = {
    "cumulative_rounding": "the total of each date is rounded to the nearest whole share, halves up",
    "cumulative_round_down": "the total of each date is rounded down to a whole share",
    "front_loaded": "each instalment is rounded down, and the shares left over go one each to the first instalments",
    "back_loaded": "each instalment is rounded down, and the shares left over go one each to the last instalments",
    "front_loaded_to_single_tranche": "each instalment is rounded down, and the shares left over go to the first instalment",
    "back_loaded_to_single_tranche": "each instalment is rounded down, and the shares left over go to the last instalment",
}
"""How whole shares are spread, by allocation type (Open Cap Format, AllocationType)."""


def dollars(amount: float) -> str:
    """$215,000, or $1.05 where there are cents."""
    return f"${amount:,.0f}" if float(amount).is_integer() else f"${amount:,.2f}"


def plain(number: float) -> str:
    """12, 2.5, 1,000,000,000,000: as many decimals as it has, at most eight."""
    text = f"{number:,.8f}".rstrip("0").removesuffix(".")
    return text if text != "0" or number == 0 else f"{number:.3g}"


def percent(number: float) -> str:
    """0.15%, of a number that counts percent."""
    return f"{plain(number)}%"


def count(number: float, noun: str) -> str:
    """1 month, 2 months."""
    return f"{plain(number)} {noun}" + ("" if number == 1 else "s")


def amount(number: float, unit: str) -> str:
    """An award or a cap in its unit."""
    match unit:
        case "dollars":
            return dollars(number)
        case "percent":
            return f"{percent(number)} of the fully diluted shares"
    return count(number, "share")


def award(number: float, rule: RefreshRule) -> str:
    """An award in its unit and form: 20,000 shares (incentive stock option); $20,000 in cash."""
    if rule.instrument == "cash":
        return f"{amount(number, rule.unit)} in cash"
    return f"{amount(number, rule.unit)} ({INSTRUMENTS[rule.instrument]})"


def vesting(schedule: Vesting) -> str:
    """A vesting schedule in one clause."""
    if schedule.months == 0:
        return "at once"
    every = "monthly" if schedule.every == 1 else "quarterly" if schedule.every == 3 else f"every {schedule.every} months"
    if schedule.every == 12:
        every = "yearly"
    cliff = f", nothing before {count(schedule.cliff, 'month')}" if schedule.cliff else ""
    return f"{every} in equal instalments over {count(schedule.months, 'month')}{cliff}"


def day_rule(rule: str) -> str:
    """On which day of the month a grant vests (Open Cap Format, VestingDayOfMonth)."""
    if rule.startswith("vesting_start_day"):
        return "Dates fall on the day of the month of the commencement date; a month that has no such day uses its last day."
    day = int(rule[:2])
    short = "; a month that has no such day uses its last day" if day > 28 else ""
    return f"Dates fall on day {day} of the month, counted in calendar months{short}."


def trigger(each: Trigger) -> str:
    """What earns an award, as a clause."""
    match each:
        case EveryDeployment(every_deployments=k, kind=kind):
            return f"every {_ordinal(k) + ' ' if k > 1 else ''}Qualifying Deployment{_of(kind)}"
        case NthDeployment(nth_deployment=n, kind=kind):
            return f"the {_ordinal(n)} Qualifying Deployment{_of(kind)}, once"
        case MarginGain(margin_gain_bps=x, sustained_months=k, step_bps=step):
            again = f"; after an award the level rises by {count(step or x, 'basis point')}"
            return f"a Measured Gain of at least {count(x, 'basis point')} in {count(k, 'consecutive month')}{again}"
        case Tenure(tenure_months=n, repeat=repeat):
            return f"every {count(n, 'month')} of employment" if repeat else f"{count(n, 'month')} of employment, once"
        case AllOf(all=parts):
            return "all of: " + "; and ".join(trigger(part) for part in parts)
        case AnyOf(any=parts):
            return "any of: " + "; or ".join(trigger(part) for part in parts)
    raise TypeError(f"no such trigger: {each!r}")


def leaves(each: Trigger) -> list[Trigger]:
    """The triggers inside boolean combinations, in order."""
    parts = each.all if isinstance(each, AllOf) else each.any if isinstance(each, AnyOf) else None
    return [each] if parts is None else [leaf for part in parts for leaf in leaves(part)]


def caps(rule: RefreshRule) -> str:
    """The most that a rule awards."""
    total = [f"{amount(rule.cap, rule.unit)} in all"] if rule.cap is not None else []
    year = [f"{amount(rule.cap_per_year, rule.unit)} in a year of employment"] if rule.cap_per_year is not None else []
    return "; ".join(total + year) or "none"


def mode(rule: RefreshRule) -> str:
    """How an award comes about: cash, upfront or future."""
    if rule.instrument == "cash":
        return "Cash"
    return "Upfront grant" if rule.mode == "upfront" else "Future grant"


def listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _of(kind: str | None) -> str:
    return "" if kind is None else f" of the kind “{kind}”"


def _ordinal(n: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    if n <= len(words):
        return words[n - 1]
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"
