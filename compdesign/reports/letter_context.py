"""What the templates of a letter may name: plain values, no arithmetic left to do.

One frozen dataclass for each part: the letter itself, Exhibit A, Exhibit B, the annex, the repayment agreement.
"""

from dataclasses import dataclass

from compdesign.reports.worked_example import ExampleRow


@dataclass(frozen=True)
class GrantTerms:
    """The new-hire grant in words. how: how an amount that is no number of shares becomes one."""

    size: str
    how: str
    name: str
    is_option: bool
    is_iso: bool
    is_restricted_stock: bool
    is_double_trigger: bool
    vesting: str
    at_once: bool
    exercise_months: str
    early_exercise: bool
    change_of_control: str


@dataclass(frozen=True)
class RuleTerms:
    """A refresh rule in words."""

    name: str
    trigger: str
    mode: str
    award: str
    vesting: str
    caps: str
    cooldown: str
    change_of_control: str


@dataclass(frozen=True)
class ExhibitA:
    """The refresh exhibit. has_deployments: a rule counts them, or the gains they bring. notes_follow: the rules' table needs any.
    paid_in: what A.16 calls short-term deferrals, with its verb.
    """

    rules: tuple[RuleTerms, ...]
    several: bool
    example: tuple[ExampleRow, ...]
    has_deployments: bool
    has_tenure: bool
    has_equity: bool
    has_upfront: bool
    has_upfront_options: bool
    has_future: bool
    has_cash: bool
    has_options: bool
    has_future_options: bool
    has_margin: bool
    has_years: bool
    has_caps: bool
    has_cooldown: bool
    notes_follow: bool
    paid_in: str
    has_dollars: bool
    has_percent: bool
    kinds: str
    cap_shares: str
    cap_dollars: str
    live_traffic: str
    live_days: str
    certifier: str
    certification_days: int
    approval_days: str
    decider: str
    dispute_days: int
    blocked_days: int
    blocked_tolled: bool
    recoupment_months: int
    ends: str
    controls: tuple[RuleTerms, ...]


@dataclass(frozen=True)
class VestingRow:
    """A vesting date, and what vests under each head of the table."""

    day: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ExhibitB:
    """The vesting table of the new-hire grant. counted: in shares; else in fractions, the number being known only at grant.
    heads: for each column of rows, what stands beside the date. blocks: by page, by line, the rows that stand on it.
    """

    size: str
    counted: bool
    starts: str
    schedule: str
    rounding: str
    day_rule: str
    is_double_trigger: bool
    heads: tuple[tuple[str, ...], ...]
    blocks: tuple[tuple[tuple[VestingRow, ...], ...], ...]


@dataclass(frozen=True)
class ValueRow:
    """An exit value and what the grant would be worth then, before tax."""

    exit_value: str
    share: str
    gain: str
    diluted_share: str
    diluted_gain: str


@dataclass(frozen=True)
class AwardRow:
    """One award of a refresh rule at the exit values after dilution. unknown: why there are no values."""

    name: str
    award: str
    gains: tuple[str, ...]
    unknown: str


@dataclass(frozen=True)
class IsoYear:
    """Shares first exercisable in a calendar year, their value at grant, and how they split."""

    name: str
    shares: str
    value: str
    iso: str
    nso: str


@dataclass(frozen=True)
class IsoEstimate:
    """The split of an incentive stock option by the yearly limit, at today's value."""

    limit: str
    granted: str
    early_exercise: bool
    accelerates: bool
    has_refresh: bool
    years: tuple[IsoYear, ...]


@dataclass(frozen=True)
class Annex:
    """The value illustration, no part of the contract. estimated: the number of shares is known only at grant. has_stack: the
    preferred stands in several classes, each with its own terms.
    """

    shares: str
    size: str
    estimated: bool
    is_option: bool
    fully_diluted: str
    ownership: str
    as_of: str
    preferred: str
    preference: str
    has_preferred: bool
    has_stack: bool
    share_value: str
    valued: str
    stale: bool
    exercise_cost: str
    dilution: str
    dilution_assumed: bool
    rows: tuple[ValueRow, ...]
    exits: tuple[str, ...]
    awards: tuple[AwardRow, ...]
    has_upfront: bool
    has_upfront_options: bool
    has_future: bool
    iso: IsoEstimate | None


@dataclass(frozen=True)
class Repayment:
    """The separate repayment agreement. period: the months, in words. example: what would be repaid then (example_when)."""

    sign_on: str
    months: int
    period: str
    retention_ends: str
    law: str
    days: int
    choice: str
    example_when: str
    example: str


@dataclass(frozen=True)
class LetterContext:
    """The letter; the other parts are None where the offer has no use for them."""

    title: str
    company: str
    entity: str
    company_address: tuple[str, ...]
    signatory: str
    signatory_title: str
    candidate: str
    candidate_address: tuple[str, ...]
    dated: str
    created: str
    expires: str
    position: str
    manager: str
    location: str
    exempt: bool
    start: str
    exempt_text: str
    base: str
    base_per_period: str
    pay_range_text: str
    pay_range: str
    bonus: str
    bonus_amount: str
    bonus_formula: str
    sign_on: str
    grant: GrantTerms | None
    approver: str
    plan: str
    benefits: tuple[str, ...]
    leave: tuple[str, ...]
    at_will: str
    background: str
    inventions: str
    arbitration: str
    law: str
    reviewed: bool
    pack: str
    pack_as_of: str
    exhibit_a: ExhibitA | None
    exhibit_b: ExhibitB | None
    annex: Annex | None
    repayment: Repayment | None
