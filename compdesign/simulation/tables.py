"""What one structure did on the paths of a block: the frozen hand-over from the engine to the metrics."""

from dataclasses import dataclass

from compdesign.quantities import BoolArray, FloatArray, IntArray

COMPONENTS = ("base", "bonus", "sign_on", "cash_awards", "severance", "payroll_load", "recruiting", "compute")
"""Cash components of modelled pay, in the order of the component axis. Sign-on is net of repayments."""

OF_PEOPLE = ("hires", "grants", "cash_awards")
"""Tables of an outcome that values are read from; the other tells a single path's story."""

BEYOND, CASH_OUT, EXIT = 0, 1, 2
STAYED, LEFT, DISMISSED = 0, 1, 2


@dataclass(frozen=True)
class HireTable:
    """One row per hire that started, any order; axis ``hire``.

    path, seat, ordinal: who. opened: month in which the seat fell open. start: first month employed. end: month after the
    last one employed (the path's end for those still there). reason: STAYED, LEFT or DISMISSED. first_release: date of the
    first release that is not rolled back, made while employed; inf if none. attempts, screenings, fill_days: what filling
    the seat took. severance: $ paid on dismissal. base_paid: $ of base over the tenure. margin_*: see the metrics of false
    awards (eligible: measured for at least the rule's months; moved: true credited effect above 0 in some measured month;
    reached: true credited effect at the rule's level for the rule's months; paid: awarded), of the structure's first
    margin trigger.
    """

    path: IntArray
    seat: IntArray
    ordinal: IntArray
    opened: IntArray
    start: IntArray
    end: IntArray
    reason: IntArray
    production: BoolArray
    first_release: FloatArray
    attempts: IntArray
    screenings: IntArray
    fill_days: FloatArray
    severance: FloatArray
    margin_eligible: BoolArray
    margin_moved: BoolArray
    margin_reached: BoolArray
    margin_paid: BoolArray


@dataclass(frozen=True)
class GrantTable:
    """One row per grant made, any order; axis ``grant``.

    path, seat, ordinal: to whom. rule: -1 for the new-hire grant, else the index of the refresh rule. month: month of the
    grant. vesting_start: month from which vesting counts. shares: granted. strike: $ per share. vested: shares vested when
    the holder left or the path ended (change of control included). forfeited: what was unvested when the holder left; 0 for
    those still there when the path ended, whose unvested shares stay granted. true_effect: for margin rules the true credited effect
    in basis points when it was earned, else NaN. Reserves of upfront rules appear as the awards earned from them.
    """

    path: IntArray
    seat: IntArray
    ordinal: IntArray
    rule: IntArray
    month: IntArray
    vesting_start: IntArray
    shares: FloatArray
    strike: FloatArray
    vested: FloatArray
    forfeited: FloatArray
    true_effect: FloatArray


@dataclass(frozen=True)
class CashAwardTable:
    """One row per cash award paid: path, seat, ordinal, rule, month paid, dollars, true_effect as for grants."""

    path: IntArray
    seat: IntArray
    ordinal: IntArray
    rule: IntArray
    month: IntArray
    dollars: FloatArray
    true_effect: FloatArray


@dataclass(frozen=True)
class DeploymentTable:
    """One row per verified release, by month and date: path, seat, ordinal of its author; dates of release and verification;
    effect on gross margin in basis points (counted if qualifying); kind; qualifying; credited: whether its author was still there.
    """

    path: IntArray
    seat: IntArray
    ordinal: IntArray
    release: FloatArray
    verified: FloatArray
    effect: FloatArray
    kind: IntArray
    qualifying: BoolArray
    credited: BoolArray


@dataclass(frozen=True)
class Outcome:
    """One structure on one block of paths. Axes as named; money in dollars, times in months.

    end[path]: BEYOND, CASH_OUT or EXIT. end_month[path]: months simulated (the month after the last). runway[path]: inf if
    cash never ran out. cash[month, path]: closing balance, the last one held after the end. pay[component, year, path].
    ga[path]: inf if never. ga_delay[path]: $. margin_cash[path]: $ that margin gains brought. present_pay[path]: every component discounted to the as-of date from the end of its month.
    filled_months[path]: seat-months. verified[path], qualifying[path]: releases over the path. qualifying_by[month, path]: cumulative
    at the end of each month. pool[path]: unallocated at the end. fully_diluted[path]. topped_up[path]: shares added to the pool.
    reserved[path]: unearned upfront reserves still held at the end. shortfall[path]: shares owed but not granted by the end or when
    the holder left. multiple[path]: of the no-hire enterprise value at the horizon, whatever happened before. price[path]: common value per share at the end (recovery applied after a cash-out). price_by[month, path]:
    price P of each month (row T: at the horizon), held after the end. gain[path]: margin gain at the end, basis points.
    gross_margin[year, path]: mean gross margin with the modelled pay and gains, NaN for years not reached.
    preferred[class, path], invested[class, path]: preferred shares and $ at the end, classes as `share_classes.class_names` lists them
    (without a stack one class, whose $ are its preference). exit_value[path]: $ that a buyer pays, cash included and debt not deducted;
    exit_fees[path]: $ of it; both 0 without an exit. hazard_months[path], clipped_months[path]: hire-months with a hazard, and those in which it was clipped.
    """

    end: IntArray
    end_month: IntArray
    runway: FloatArray
    cash: FloatArray
    pay: FloatArray
    ga: FloatArray
    ga_delay: FloatArray
    margin_cash: FloatArray
    present_pay: FloatArray
    filled_months: FloatArray
    verified: FloatArray
    qualifying: FloatArray
    qualifying_by: FloatArray
    pool: FloatArray
    fully_diluted: FloatArray
    topped_up: FloatArray
    reserved: FloatArray
    shortfall: FloatArray
    multiple: FloatArray
    price: FloatArray
    price_by: FloatArray
    gain: FloatArray
    gross_margin: FloatArray
    preferred: FloatArray
    invested: FloatArray
    exit_value: FloatArray
    exit_fees: FloatArray
    hazard_months: FloatArray
    clipped_months: FloatArray
    hires: HireTable
    grants: GrantTable
    cash_awards: CashAwardTable
    deployments: DeploymentTable
