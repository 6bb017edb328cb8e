# cython: language_level=3, cdivision=True
"""Seats filled, people starting, what moves them, what is measured of them, and how they leave."""

from libc.math cimport INFINITY, ceil, exp, floor, log1p, powf, sqrt

from compdesign.simulation.kernel_equity cimport (
    close_grants, lapse, look, new_hire_grants, next_award_value, open_equity, reserves_returned, unvested_value,
)
from compdesign.simulation.kernel_state cimport (
    BASE_PAY, BONUS_PAY, COMPUTE_COST, DAYS_PER_MONTH, DISMISSED, LARGEST_SHIFT, LEFT, NEVER, RECRUITING, S_ATTEMPTS, S_DEPARTURE, S_FILL, S_LEAVE, S_MEASUREMENT, S_SCREENING,
    S_STAGING, S_TYPE, SEVERANCE, SIGN_ON_PAY, Checkpoint, Inputs, MarginTrigger, Person, Run, draw, least, most, new_row,
)
from compdesign.simulation.kernel_work cimport work_of, work_on

cdef extern from *:
    """
    #if defined(__x86_64__) && defined(__GLIBC__)  /* four at a time: the vector half of the C library */
    extern __attribute__((__simd__("notinbranch"))) float logf(float);
    extern __attribute__((__simd__("notinbranch"))) float expf(float);
    #endif
    /* Exponentials and logarithms in single precision: behaviour carries no money, and half the precision is had at twice the speed.
       Pay of nobody outside pulls nobody, without limit: its logarithm is -inf. */
    static inline void factors_of(float *shift, const float *held, const float *gap, float handcuff, float pay_gap, float *factor, int people)
    {
        const float most = (float) LARGEST_SHIFT;
        for (int at = 0; at < ((people + 3) & ~3); at++) {
            float x = shift[at];
            if (handcuff != 0) x -= handcuff * logf(1 + held[at]);
            if (pay_gap != 0) x += pay_gap * logf(gap[at]);
            shift[at] = x;
            factor[at] = expf(x < -most ? -most : x > most ? most : x);
        }
    }
    """
    void factors_of(float*, float*, float*, float, float, float*, int) noexcept

cdef enum:
    MOST_ATTEMPTS = 1_000  # after so many declines a seat counts as never filled
    LEAVE_STARTS = 24


cdef inline double geometric(double u, double p, double fails) noexcept:
    """Trials up to and with the first success: see `trials`. fails: ln(1 - p)."""
    if p <= 0:
        return 1e12
    if u < p:
        return 1.0
    return min(max(1 + floor(log1p(-u) / fails), 1.0), 1e12)


cdef inline void open_seat(Run* run, int seat, int month) noexcept:
    """Open a seat at the start of `month` and draw who will fill it, and when."""
    cdef Person* who = &run.people[seat]
    cdef Inputs* inputs = run.inputs
    cdef double attempts, days = inputs.fill_days, variance = inputs.fill_variance, start
    cdef int attempt
    who.employed = 0
    who.ordinal += 1
    who.opened = month
    who.screenings = 0
    attempts = geometric(draw(run, S_ATTEMPTS, seat, who.ordinal, 0), inputs.accepted, inputs.declines)
    if variance != 0:
        days *= exp(sqrt(variance) * draw(run, S_FILL, seat, who.ordinal, 0) - variance / 2)
    days += (attempts - 1) * inputs.redraw_days
    if run.terms.screened and attempts <= MOST_ATTEMPTS and month + days / DAYS_PER_MONTH <= run.terms.months:
        for attempt in range(<int> attempts):
            who.screenings += geometric(draw(run, S_SCREENING, seat, who.ordinal, attempt), inputs.passing, inputs.fails)
        days += who.screenings * inputs.screen_days
    start = month + ceil(days / DAYS_PER_MONTH)
    who.start = <int> start if start < run.terms.months and attempts <= MOST_ATTEMPTS else NEVER
    run.company.next_start = min(run.company.next_start, who.start)
    who.attempts = min(attempts, <double> MOST_ATTEMPTS)
    who.fill_days = days


cdef inline void start_hires(Run* run, int month, double price) noexcept:
    """People who start this month, what their hiring cost, and the equity they start with."""
    cdef Inputs* inputs = run.inputs
    cdef Person* who
    cdef int seat
    run.company.signed = 0
    if run.company.next_start > month:
        return
    run.company.next_start = NEVER
    for seat in range(run.terms.seats):
        who = &run.people[seat]
        if who.employed:
            continue
        if who.start != month:
            run.company.next_start = min(run.company.next_start, who.start)
            continue
        begin(run, seat, month)
        open_equity(run, who, price)
        run.books[RECRUITING] += inputs.recruiting_fee * run.company.base + (who.attempts - 1) * inputs.redraw_fee
        run.books[RECRUITING] += who.screenings * inputs.screen_fee
        run.books[SIGN_ON_PAY] += run.terms.sign_on
    run.company.signed = run.books[SIGN_ON_PAY]
    new_hire_grants(run, month, price)


cdef inline void begin(Run* run, int seat, int month) noexcept:
    """What a person who starts brings."""
    cdef Person* who = &run.people[seat]
    cdef Inputs* inputs = run.inputs
    cdef double u
    cdef int each, at = run.company.employed
    while at and run.seated[at - 1] > seat:
        run.seated[at] = run.seated[at - 1]
        at -= 1
    run.seated[at] = seat
    who.employed = 1
    run.company.employed += 1
    who.production = draw(run, S_TYPE, seat, who.ordinal, 0) < inputs.mix
    who.patience = draw(run, S_DEPARTURE, seat, who.ordinal, 0)
    who.last, who.first_release, who.first_qualified, who.delay = month, INFINITY, NEVER, inputs.committee
    who.staged = month
    if run.terms.needs_staging:
        who.staged += (inputs.staging if who.production else inputs.notebook_staging) * draw(run, S_STAGING, seat, who.ordinal, 0)
    who.leave_from = NEVER
    if run.terms.takes_leave:
        u = draw(run, S_LEAVE, seat, who.ordinal, 0)
        if u < inputs.leave:
            who.leave_from = month + <int> floor(LEAVE_STARTS * u / inputs.leave)
    who.ships = inputs.rate if who.production else inputs.notebook_rate
    who.build, who.build_start = 0, month
    who.work = work_of(run, seat)
    who.effect = who.true_measured = who.share = 0
    who.speed = 1
    who.measured_months = who.true_streak = who.moved = who.reached = who.paid = 0
    for each in range(run.triggers):
        who.rungs[each] = who.streaks[each] = 0
    who.next_check = NEVER
    for each in range(run.checkpoints):
        who.checks[each] = <int> min(floor(check_date(run, who, each)), <double> NEVER)
        who.next_check = min(who.next_check, who.checks[each])
    run.company.next_check = min(run.company.next_check, who.next_check)


cdef inline void behave(Run* run, int month, double price) noexcept:
    """Hazard of leaving and build speed of the month, from the state at its start, and the work done at that speed."""
    cdef Person* who
    cdef double cash = run.company.base * (1 + run.terms.bonus), share
    cdef int at, leaving = 0
    run.company.hazard_months += run.company.employed
    if run.terms.shifts:
        shift_hazards(run, month, price, cash)
    for at in range(run.company.employed):
        who = &run.people[run.seated[at]]
        who.patience -= run.lists[run.terms.hazards + run.band[month - who.start]] * run.factor[at]
        leaving |= who.patience <= 0
        if run.terms.spurs:
            share = who.ships * next_award_value(run, who, month, price)
            share = share / (cash + share) if share > 0 else 0.0
            if share != who.share:  # what one more earns changes seldom without a price in it
                who.share = share
                who.speed = powf(1 + share, run.inputs.incentive)
        work_on(run, run.seated[at], month)
    run.company.leaving = leaving


cdef inline void shift_hazards(Run* run, int month, double price, double cash) noexcept:
    """What multiplies the hazard of each person employed: exp of the clipped sum of drought, drag, handcuff and pay gap."""
    cdef Inputs* inputs = run.inputs
    cdef Person* who
    cdef double drought = inputs.drought, grace = inputs.grace, drag = inputs.drag, outside = inputs.outside, within = 0, beyond = 0
    cdef int at, holds = inputs.handcuff != 0 or inputs.pay_gap != 0, held = 0
    for at in range(run.company.employed):
        who = &run.people[run.seated[at]]
        run.shifts[at] = drought * least(most(month - who.last - grace, 0), 12) + drag * who.delay
        if holds:
            unvested_value(run, who, month, price, &within, &beyond)
        run.held[at] = beyond / cash
        held |= beyond > 0
        run.gap[at] = outside / (cash + within)
    factors_of(run.shifts, run.held, run.gap, inputs.handcuff if held else 0, inputs.pay_gap, run.factor, run.company.employed)
    for at in range(run.company.employed):
        run.company.clipped_months += not -LARGEST_SHIFT <= run.shifts[at] <= LARGEST_SHIFT


cdef inline void measure(Run* run, int month) noexcept:
    """Read the measure of month - 1, look at the rules of whom it or their tenure concerns, then let every effect decay."""
    cdef Inputs* inputs = run.inputs
    cdef Person* who
    cdef int seat, looks, watched = run.triggers > 0 and month > 0
    cdef double credit = 1, innovation = 0
    if watched:
        if run.company.team != 0:
            credit = run.company.gain / run.company.team  # as the books of the month before left them
        innovation = inputs.error_sd if month == 1 else inputs.error_sd * sqrt(1 - inputs.persistence * inputs.persistence)
    if not run.triggers and not run.terms.tenures:  # nobody asks what a person's effect is
        run.company.team *= inputs.decay
        return
    for seat in range(run.terms.seats):
        who, looks = &run.people[seat], run.terms.tenures
        if watched and inputs.error_sd != 0:  # of the seat, stationary AR(1), whoever sits there
            who.error = inputs.persistence * who.error + innovation * draw(run, S_MEASUREMENT, seat, 0, month - 1)
        if who.employed:
            if watched and read(run, who, month, credit):
                looks = 1
            if looks:
                look(run, seat, month, month)
        who.effect *= inputs.decay
    run.company.team *= inputs.decay


cdef inline double gain_of(double team, double saturation) noexcept:
    """B (1 - exp(-S/B)), basis points: see model.margin.team_gain."""
    return saturation * (1 - exp(-team / saturation))


cdef inline int read(Run* run, Person* who, int month, double credit) noexcept:
    """Compare a person's measure with every margin trigger; whether one has fired. Keeps what the false-award rates need."""
    cdef double true = who.effect * credit
    cdef int eligible = who.first_qualified < month - 1, index, any_fired = 0
    cdef MarginTrigger* trigger
    who.true_measured = true
    if not eligible:
        for index in range(run.triggers):
            who.streaks[index] = 0
        who.true_streak = 0
        return 0
    for index in range(run.triggers):
        trigger = &run.trigger[index]
        who.streaks[index] = who.streaks[index] + 1 if true + who.error >= trigger.level + who.rungs[index] * trigger.step else 0
        if who.streaks[index] >= trigger.months:
            who.rungs[index] += 1
            who.streaks[index] = 0
            any_fired = 1
    who.measured_months += 1
    if true > 0:
        who.moved = 1
    trigger = &run.trigger[0]
    who.true_streak = who.true_streak + 1 if true >= trigger.level else 0
    if who.true_streak >= trigger.months:
        who.reached = 1
    return any_fired


cdef inline void pay_people(Run* run) noexcept:
    """Payroll and what goes with it."""
    cdef int employed = run.company.employed
    run.company.filled += employed
    run.books[BASE_PAY] += employed * run.company.base / 12
    run.books[BONUS_PAY] += employed * run.company.base / 12 * run.terms.bonus
    run.books[COMPUTE_COST] += employed * run.inputs.compute


cdef inline void depart(Run* run, int month) noexcept:
    """Voluntary departures, then checkpoints, each person's in their order, at month end."""
    cdef int at = 0
    while run.company.leaving and at < run.company.employed:
        if run.people[run.seated[at]].patience > 0:
            at += 1
        else:
            resign(run, run.seated[at], month)  # the next one moves up
    if run.company.next_check <= month:
        check_people(run, month)


cdef inline void resign(Run* run, int seat, int month) noexcept:
    """A person leaves, and pays back the part of the sign-on that is not yet earned."""
    cdef int term = run.terms.repayment_months
    if term:
        run.books[SIGN_ON_PAY] -= run.terms.sign_on * max(1 - (month + 1 - run.people[seat].start) / <double> term, 0.0)
    leave(run, seat, month, LEFT, 0)


cdef inline void check_people(Run* run, int month) noexcept:
    """The checkpoints of the month, and the month of the next ones."""
    cdef int at = 0
    cdef Person* who
    run.company.next_check = NEVER
    while at < run.company.employed:
        who = &run.people[run.seated[at]]
        if who.next_check == month:
            check_person(run, run.seated[at], month)
        if who.employed:
            run.company.next_check = min(run.company.next_check, who.next_check)
            at += 1


cdef inline void check_person(Run* run, int seat, int month) noexcept:
    """Every checkpoint that a person meets in the month, until one dismisses them, and the month of their next one."""
    cdef Person* who = &run.people[seat]
    cdef int index
    who.next_check = NEVER
    for index in range(run.checkpoints):
        if who.checks[index] == month:
            check(run, index, seat, month)
            if not who.employed:
                return
        if who.checks[index] > month:
            who.next_check = min(who.next_check, who.checks[index])


cdef inline double check_date(Run* run, Person* who, int index) noexcept:
    """When a person meets a checkpoint; leave that started before it puts it off."""
    cdef double date = who.start + run.lists[run.terms.checkpoint_dates + index]
    return date + run.terms.leave_months if who.leave_from < date else date


cdef inline void check(Run* run, int index, int seat, int month) noexcept:
    """One checkpoint of one person, whose date falls in the month."""
    cdef Person* who = &run.people[seat]
    cdef Checkpoint* checkpoint = &run.checkpoint[index]
    cdef double date = check_date(run, who, index), severance
    if (who.staged if checkpoint.staging else who.first_release) <= date:
        return
    if checkpoint.dismisses:
        severance = run.company.base / 12 * run.lists[run.terms.checkpoint_severance + index]
        run.books[SEVERANCE] += severance
        leave(run, seat, month, DISMISSED, severance)
    else:
        who.delay *= run.lists[run.terms.checkpoint_factors + index]


cdef inline void leave(Run* run, int seat, int month, int reason, double severance) noexcept:
    """End employment at the end of `month`: unvested, unearned and queued shares go back, the seat reopens."""
    cdef int at = 0
    write_hire(run, seat, month + 1, reason, severance)
    run.company.pool += close_grants(run, seat, month, 1, 0) + reserves_returned(run, &run.people[seat])
    lapse(run, seat)
    run.company.employed -= 1
    while run.seated[at] != seat:
        at += 1
    for at in range(at, run.company.employed):
        run.seated[at] = run.seated[at + 1]
    open_seat(run, seat, month + 1)


cdef inline void write_hire(Run* run, int seat, int end, int reason, double severance) noexcept:
    """The row of a person whose employment, or whose path, ends."""
    cdef Person* who = &run.people[seat]
    cdef double* row = new_row(run, &run.hires)
    row[0], row[1], row[2], row[3], row[4], row[5], row[6] = run.path, seat, who.ordinal, who.opened, who.start, end, reason
    row[7], row[8], row[9], row[10] = who.production, who.first_release, who.attempts, who.screenings
    row[11], row[12] = who.fill_days, severance
    row[13] = run.triggers > 0 and who.measured_months >= run.trigger[0].months
    row[14], row[15], row[16] = who.moved, who.reached, who.paid
