# cython: language_level=3, cdivision=True
"""What the compiled kernel reads and writes: the plan of a structure, the state of the one path in hand, the rows of what happened.

Money in dollars, times in months from the as-of date, shares whole numbers held in doubles.
"""

from libc.stdlib cimport realloc

cdef extern from *:
    """
    #define DAYS_PER_MONTH 30.4375
    #define MINIMUM_PRICE 0.01
    #define LARGEST_POOL_SHARE 0.95
    #define LARGEST_SHIFT 1.6094379124341003
    #if defined(__x86_64__) && defined(__GNUC__)
    #pragma GCC target("sse4.1")  // rounding down is then one instruction; NumPy asks for as much
    #endif
    static inline void soon(const double *numbers) { __builtin_prefetch(numbers); }  // of paths to come, while this one is at work
    static inline double least(double a, double b) { return a < b ? a : b; }  // one instruction each, and no branch to guess
    static inline double most(double a, double b) { return a > b ? a : b; }
    """
    void soon(double*) noexcept
    double least(double, double) noexcept
    double most(double, double) noexcept
    const double DAYS_PER_MONTH, MINIMUM_PRICE, LARGEST_POOL_SHARE, LARGEST_SHIFT  # a test holds them against quantities and model

cdef enum:
    NEVER = 1 << 30
    MONTHS_PER_YEAR = 12
    BASIS_POINTS = 10_000

cdef enum:  # how a path ended, why a hire left: as in simulation.tables
    BEYOND = 0
    CASH_OUT = 1
    EXIT = 2
    STAYED = 0
    LEFT = 1
    DISMISSED = 2

cdef enum:  # components of a month's pay, in the order of tables.COMPONENTS
    BASE_PAY
    BONUS_PAY
    SIGN_ON_PAY
    CASH_AWARDS
    SEVERANCE
    PAYROLL_LOAD
    RECRUITING
    COMPUTE_COST
    COMPONENTS

cdef enum:  # units of a grant or award
    SHARES_UNIT
    DOLLARS_UNIT
    PERCENT_UNIT

cdef enum:  # streams of random numbers, in the order of supply.STREAMS
    S_ATTEMPTS
    S_FILL
    S_SCREENING
    S_TYPE
    S_DEPARTURE
    S_STAGING
    S_LEAVE
    S_BUILD
    S_NOTEBOOK
    S_REVIEW
    S_RELEASE
    S_EFFECT
    S_KIND
    S_APPROVAL
    S_MEASUREMENT
    STREAM_COUNT

# The plan


cdef struct Inputs:
    # What may differ from path to path, and what follows from it alone: plan.path_inputs says where each comes from.
    double cash, debt, minimum, gross_margin, pay_in_cost, delay_cost, discount, base, recruiting_fee, redraw_fee, screen_fee
    double load, compute, fill_days, fill_variance, redraw_days, screen_days, passing, fails, accepted, declines, mix, build_scale, notebook_scale
    double staging, notebook_staging, rate, notebook_rate, committee, leave, rollback, qualifying, review_scale, window
    double effect, effect_sd, decay, saturation, error_sd, persistence, incentive, gaming, drought, handcuff, pay_gap
    double drag, sensitivity, grace, outside, option_ratio, recovery


cdef struct Terms:
    # What no path changes. The last eight: where each list of per-path numbers starts behind the Inputs of a path.
    int months, seats, ga_needed, leave_months, repayment_months
    int screened, spurs, shifts, tenures, needs_staging, takes_leave, reviews, has_grant, grant_unit, grant_is_option, stacked
    double sign_on, bonus, base_growth, common, pool, planned, grant_amount, options_outstanding
    int amounts, step_ups, kind_weights, checkpoint_dates, checkpoint_factors, checkpoint_severance, refusals, hazards


cdef struct Rule:
    # A refresh rule; caps are inf where there is none. person_cap: of all rules that award the same kind, shares or cash.
    int unit, is_cash, is_upfront, is_future, is_option, watches_margin, first_margin, program, program_end
    double award, cap, year_cap, cooldown, lag, person_cap


cdef struct Instruction:
    # One step of a trigger's program: see rules.Compiler.
    int operation, first, second


cdef struct MarginTrigger:
    double level, step
    int months


cdef struct Round:
    int month, after_ga, sold
    double pool_target


cdef struct TopUp:
    int month
    double target


cdef struct Checkpoint:
    int staging, dismisses


cdef struct Schedule:
    # Of the new-hire grant (the first) or a rule. control: share of what is unvested that a change of control vests.
    int months, every, allocation
    double control


cdef struct ShareClass:
    # Preferred of one class as the run starts. most: cap in multiples of what was invested, inf without one.
    double shares, invested, ratio, multiple, dividends, most
    int participates


cdef struct Option:
    double shares, strike


# The path in hand


cdef struct Grant:
    # fraction[month]: share of it that has vested.
    int rule, month, start
    double shares, strike, true_effect
    double* fraction


cdef struct Ledger:
    # What one rule has done for a person. due: what one more deployment would earn now, where its worth moves.
    long looked
    double cooldown_until, awarded, year, awarded_in_year, reserve, due


cdef struct Person:
    # A seat. Between two people the fields of the coming one are known, but nobody is employed.
    int employed, ordinal, opened, start, production, build, first_qualified, measured_months, true_streak, moved, reached, paid
    int asked, held, room, leave_from, next_check
    double attempts, screenings, fill_days, patience, delay, staged, ships, work, build_start, last, first_release
    double effect, error, true_measured, strike, share, speed
    # due_until: month before which what is due holds. due_fixed: what of it is worth the same whatever a share is, $; due_moves: whether
    # something else is due, which the ledger tells.
    double due_until, due_fixed
    int due_moves
    double awarded[2]
    int* checks  # month in which each checkpoint falls due
    Grant* grants
    Ledger* ledger
    long* counts
    long* rungs
    long* streaks


cdef struct Request:
    # An award earned and not yet granted. start: month from which it vests, -1 for the month of grant.
    int seat, rule, converted, start
    double earned, due, amount, true_effect


cdef struct Event:
    # A release on its way to verification.
    int seat, ordinal, kind, qualifying
    double release, verified, effect


cdef struct Company:
    # next_start, next_check, next_finance: month before which nobody starts, meets a checkpoint, and no round or top-up is due.
    # next_event: date on which a pending release or verification falls due next. employed: how many seats are filled. leaving: whether
    # somebody's patience ends this month.
    double cash, opening, pool, diluted, topped_up, shortfall, team, ga, signed, base, gain, next_event
    double present_pay, ga_delay, margin_cash
    long filled, hazard_months, clipped_months
    int verified, qualifying, employed, next_start, next_check, next_finance, leaving


cdef struct Line:
    # From this price of a common share on, the holders' due grows by `shares` dollars a dollar: see model.waterfall.PriceLines.
    double price, due, shares


# What happened


cdef struct Rows:
    # A table of doubles that grows by rows, all of them written over one another where nobody wants it.
    double* data
    long used, room
    int width, wanted


cdef struct Results:
    # Per path, and per month or year and path with `stride` numbers from one row to the next; see tables.Outcome.
    double *end
    double *end_month
    double *runway
    double *ga
    double *ga_delay
    double *margin_cash
    double *present_pay
    double *filled
    double *verified
    double *qualifying
    double *pool
    double *diluted
    double *topped_up
    double *reserved
    double *shortfall
    double *price
    double *gain
    double *exit_value
    double *exit_fees
    double *hazard_months
    double *clipped_months
    double *cash_by
    double *price_by
    double *qualifying_by
    double *pay
    double *margin
    double *preferred
    double *invested
    double *month_pay
    double *month_profit
    double *month_margin
    double *month_delay
    double *month_financing
    double *month_pool
    long stride
    int monthly


cdef struct Course:
    # The company's path, row after row: see company_path.CompanyPath.
    double *revenue
    double *expense
    double *value
    double *factor
    double *fees
    double *closes
    long *exit_month
    long stride


cdef struct Stream:
    # slots[(seat * ordinals + ordinal) * rows + row]: the numbers of all paths, NULL where they have not been drawn.
    int ordinals, rows
    double** slots


ctypedef double* (*Fetch)(void* supply, int stream, int seat, int ordinal, int row) noexcept


cdef struct Run:
    Terms terms
    int rules, triggers, kinds, rounds, top_ups, checkpoints, classes, options, length
    Rule* rule
    Instruction* program
    MarginTrigger* trigger
    Round* planned
    TopUp* top_up
    Checkpoint* checkpoint
    Schedule* schedule
    ShareClass* share_class
    Option* option
    double* vested  # [schedule, tenure] in months of the schedule
    double* fraction  # the same as a share of the schedule
    double* present  # [month] present value of a dollar paid at its end, at the rate below
    double discount
    int* band  # [tenure]: row of the hazard
    Course course
    Stream* streams
    void* supply
    Fetch fetch
    long column  # of this path in the rows of random numbers
    long path
    Inputs* inputs
    double* lists
    Company company
    Person* people
    int* seated  # seats that are filled, in their order: the first company.employed of these
    float *shifts  # of the people employed, in the order of `seated`, and room for a few more: sum of what shifts the hazard,
    float *held  # value that vests beyond a year and
    float *gap  # outside pay, over pay, and
    float *factor  # what multiplies the hazard
    double* books
    double* year_pay  # components of the year so far, then gross profit after the pay in cost of revenue, and revenue
    double* shift  # summed from the first month on
    double* sold  # preferred shares of each class, then what was invested in them
    Line* lines
    int line_count
    Request* queue
    int queued, queue_room, turn_room
    Event* events  # by date of release; the first `released` of them are out, and are verified in the same order
    int pending, released, event_room
    int* turn
    Results out
    Rows hires, grants, cash_awards, releases
    int failed


cdef inline void* grown(Run* run, void* items, int* room, size_t size) noexcept:
    """Twice the room for a list; the same list, and a note, when memory has run out."""
    cdef void* larger = realloc(items, 2 * room[0] * size)
    if larger == NULL:
        run.failed = 1
        return items
    room[0] *= 2
    return larger


cdef inline double* new_row(Run* run, Rows* table) noexcept:
    """Another row to fill."""
    cdef double* larger
    if table.used == table.room:
        larger = <double*> realloc(table.data, 2 * table.room * table.width * sizeof(double))
        if larger == NULL:
            run.failed = 1
            return table.data
        table.data = larger
        table.room *= 2
    table.used += table.wanted
    return table.data + (table.used - table.wanted) * table.width


cdef inline double draw(Run* run, int stream, int seat, int ordinal, int row) noexcept:
    """The number of a stream on this path; rows are drawn when first asked for."""
    cdef Stream* known = &run.streams[stream]
    cdef double* numbers = NULL
    if ordinal < known.ordinals and row < known.rows:
        numbers = known.slots[(seat * known.ordinals + ordinal) * known.rows + row]
    if numbers == NULL:
        numbers = run.fetch(run.supply, stream, seat, ordinal, row)
        if numbers == NULL:
            run.failed = 1
            return 0.5
    soon(numbers + run.column + 16)
    return numbers[run.column]
