# cython: language_level=3, cdivision=True
"""Grants and awards: asked for, queued, served from pool or reserve, vested, forfeited."""

from libc.math cimport INFINITY, NAN, floor

from compdesign.simulation.kernel_rules cimport award_due, book, clear, earned, fired, left
from compdesign.simulation.kernel_state cimport (
    CASH_AWARDS, DOLLARS_UNIT, MINIMUM_PRICE, MONTHS_PER_YEAR, PERCENT_UNIT, S_APPROVAL, SHARES_UNIT, Grant, Ledger, Person, Request, Rule, Run, Schedule, draw, grown,
    most, new_row,
)

cdef enum:  # how a remainder is spread over the instalments, in the order of plan.ALLOCATIONS
    CUMULATIVE_ROUNDING
    CUMULATIVE_ROUND_DOWN
    FRONT_LOADED
    BACK_LOADED
    FRONT_LOADED_TO_SINGLE_TRANCHE
    BACK_LOADED_TO_SINGLE_TRANCHE


cdef inline double shares_of(double amount, int unit, double price, double diluted) noexcept:
    """Whole shares of an amount in shares, dollars (at the price, at least MINIMUM_PRICE) or percent of fully diluted."""
    if unit == SHARES_UNIT:
        return amount
    if unit == DOLLARS_UNIT:
        return floor(amount / max(price, MINIMUM_PRICE))
    return floor(amount / 100 * diluted)


cdef inline double take(Run* run, double asked) noexcept:
    """Whole shares out of the pool, at most what it holds."""
    cdef double granted = min(asked, run.company.pool)
    run.company.pool -= granted
    return granted


cdef inline double vested_shares(Schedule* schedule, double shares, double part) noexcept:
    """Whole shares vested after `part` months of a schedule: see model.vesting.allocated_shares, where the rules are cited."""
    cdef double months = schedule.months, done, instalments, each, remainder
    if schedule.allocation == CUMULATIVE_ROUNDING:
        return floor((2 * shares * part + months) / (2 * months))
    done, instalments = floor(part / schedule.every), floor(months / schedule.every)
    if schedule.allocation == CUMULATIVE_ROUND_DOWN:
        return floor(shares * done / instalments)
    each = floor(shares / instalments)
    remainder = shares - each * instalments
    if schedule.allocation == FRONT_LOADED:
        return each * done + min(done, remainder)
    if schedule.allocation == BACK_LOADED:
        return each * done + max(0.0, done - (instalments - remainder))
    if schedule.allocation == FRONT_LOADED_TO_SINGLE_TRANCHE:
        return each * done + (remainder if done > 0 else 0.0)
    return each * done + (remainder if done == instalments else 0.0)


# Start of employment


cdef inline void open_equity(Run* run, Person* who, double price) noexcept:
    """A clean sheet for a person who starts."""
    cdef int each
    who.held = who.asked = 0
    who.strike, who.awarded[0], who.awarded[1], who.due_until = price, 0, 0, 0
    for each in range(run.kinds + 1):
        who.counts[each] = 0
    for each in range(run.rules):
        clear(&who.ledger[each])


cdef inline void new_hire_grants(Run* run, int month, double price) noexcept:
    """New-hire grants of those who start, by seat, then the reserves of upfront rules, by rule and seat."""
    cdef int seat, index
    cdef double asked, granted
    cdef Person* who
    cdef Rule* rule
    if run.terms.has_grant:
        for seat in range(run.terms.seats):
            who = &run.people[seat]
            if who.employed and who.start == month:
                asked = shares_of(run.terms.grant_amount, run.terms.grant_unit, price, run.company.diluted)
                granted = take(run, asked)
                add_grant(run, who, -1, month, month, granted, price if run.terms.grant_is_option else 0.0, NAN)
                if granted < asked:
                    enqueue(run, seat, -1, -INFINITY, month, asked - granted, 1, month, NAN)
    for index in range(run.rules):
        rule = &run.rule[index]
        if rule.is_upfront:
            for seat in range(run.terms.seats):
                who = &run.people[seat]
                if who.employed and who.start == month:
                    asked = shares_of(rule.cap, rule.unit, price, run.company.diluted)
                    who.ledger[index].reserve = take(run, asked)
                    run.company.shortfall += asked - who.ledger[index].reserve


cdef inline void add_grant(Run* run, Person* who, int rule, int month, int start, double shares, double strike, double true) noexcept:
    """Give a grant to a person; one of no share is none."""
    if shares <= 0:
        return
    if who.held == who.room:
        who.grants = <Grant*> grown(run, who.grants, &who.room, sizeof(Grant))
        if run.failed:
            return
    who.grants[who.held] = Grant(rule, month, start, shares, strike, true, run.fraction + (rule + 1) * run.length - start)
    who.held += 1


cdef inline void enqueue(
    Run* run, int seat, int rule, double earned, double due, double amount, int converted, int start, double true
) noexcept:
    """An award earned and not yet granted."""
    if run.queued == run.queue_room:
        run.queue = <Request*> grown(run, run.queue, &run.queue_room, sizeof(Request))
        run.turn = <int*> grown(run, run.turn, &run.turn_room, sizeof(int))
        if run.failed:
            return
    run.queue[run.queued] = Request(seat, rule, converted, start, earned, due, amount, true)
    run.queued += 1


# Triggers


cdef inline void look(Run* run, int seat, double time, int month) noexcept:
    """Look at every rule for a person at the date of an event; a trigger that has fired is spent either way."""
    cdef Person* who = &run.people[seat]
    cdef int index
    cdef long count, rise
    who.due_until = 0
    for index in range(run.rules):
        count = fired(run, &run.rule[index], who, month - who.start, 0)
        rise = count - who.ledger[index].looked
        if rise > 0:
            who.ledger[index].looked = count
            earn(run, index, seat, rise, time)


cdef inline void earn(Run* run, int index, int seat, long rise, double time) noexcept:
    """Book an award of a rule, unless a cooldown runs, its caps leave nothing or the board refuses."""
    cdef Person* who = &run.people[seat]
    cdef Rule* rule = &run.rule[index]
    cdef Ledger* ledger = &who.ledger[index]
    cdef double amount = earned(rule, ledger, who, rise, time), refusal
    if amount <= 0:
        return
    if rule.is_future:
        refusal = run.lists[run.terms.refusals + index]
        who.asked += 1
        if refusal > 0 and draw(run, S_APPROVAL, seat, who.ordinal, who.asked - 1) < refusal:
            return
    book(rule, ledger, who, time, amount)
    if rule.first_margin:
        who.paid = 1
    enqueue(run, seat, index, time, time + rule.lag, amount, 0, -1, who.true_measured if rule.watches_margin else NAN)


cdef inline double next_award_value(Run* run, Person* who, int month, double price) noexcept:
    """G: dollars that one more qualifying deployment now would award a person."""
    cdef double total
    cdef int index
    if month >= who.due_until:
        find_due(run, who, month)
    total = who.due_fixed
    if who.due_moves:
        for index in range(run.rules):
            if who.ledger[index].due > 0:
                total += worth_of(run, who, index, price)
    return total


cdef inline double worth_of(Run* run, Person* who, int index, double price) noexcept:
    """Dollars that the award due by a rule would be worth on being granted now."""
    cdef Rule* rule = &run.rule[index]
    cdef Ledger* ledger = &who.ledger[index]
    cdef double at = who.strike if rule.is_upfront else price, shares
    if rule.is_cash:
        return ledger.due
    shares = shares_of(ledger.due, rule.unit, at, run.company.diluted)
    if rule.is_upfront:
        shares = min(shares, ledger.reserve)
    elif run.company.pool <= 0:
        shares = 0
    return shares * at * (run.inputs.option_ratio if rule.is_option else 1.0)


cdef inline void find_due(Run* run, Person* who, int month) noexcept:
    """What one more deployment would earn a person by each rule. It holds until rules are looked at again, a reserve is drawn on, a
    cooldown ends or a year of tenure begins; what it is worth, where neither the price of a share nor their number moves that, too.
    """
    cdef long year = (month - who.start) // MONTHS_PER_YEAR, rise
    cdef int index
    cdef Rule* rule
    cdef Ledger* ledger
    who.due_until, who.due_fixed, who.due_moves = who.start + (year + 1) * MONTHS_PER_YEAR, 0, 0
    for index in range(run.rules):
        rule, ledger = &run.rule[index], &who.ledger[index]
        ledger.due = 0
        rise = fired(run, rule, who, month - who.start, 1) - ledger.looked
        if rise > 0 and month < ledger.cooldown_until:
            who.due_until = min(who.due_until, ledger.cooldown_until)
        elif rise > 0:
            ledger.due = award_due(rule, rise, left(rule, ledger, who, year))
            if rule.is_cash or (rule.is_upfront and rule.unit != PERCENT_UNIT):
                who.due_fixed += worth_of(run, who, index, who.strike)
                ledger.due = 0
            who.due_moves |= ledger.due > 0


cdef inline void unvested_value(Run* run, Person* who, int month, double price, double* within, double* beyond) noexcept:
    """After-strike value vesting within and beyond 12 months of a person's grants, $."""
    cdef int index
    cdef double worth, soon = 0, late = 0
    cdef Grant* grant
    cdef double* fraction
    for index in range(who.held):
        grant = &who.grants[index]
        worth = most(price - grant.strike, 0) * grant.shares
        fraction = grant.fraction + month
        soon += worth * (fraction[MONTHS_PER_YEAR] - fraction[0])
        late += worth * (1 - fraction[MONTHS_PER_YEAR])
    within[0], beyond[0] = soon, late


# Grants


cdef inline void serve(Run* run, int month, double price) noexcept:
    """Grant what is due: cash at once, upfront awards from their reserve, the rest from the pool by certification, seat and rule."""
    cdef int count = 0, index, at, place, kept = 0
    cdef double granted, strike
    cdef int is_option
    cdef Request* request
    cdef Person* who
    cdef Rule* rule
    for index in range(run.queued):
        if run.queue[index].due < month + 1:
            place = count
            while place and before(&run.queue[index], &run.queue[run.turn[place - 1]]):
                run.turn[place] = run.turn[place - 1]
                place -= 1
            run.turn[place] = index
            count += 1
    for at in range(count):
        request = &run.queue[run.turn[at]]
        who, strike, is_option = &run.people[request.seat], price, run.terms.grant_is_option
        if request.rule >= 0:
            rule, is_option = &run.rule[request.rule], run.rule[request.rule].is_option
            if rule.is_cash:
                pay_cash(run, request, month)
                request.amount = 0
                continue
            if rule.is_upfront:
                strike = who.strike
            if not request.converted:
                request.amount = shares_of(request.amount, rule.unit, strike, run.company.diluted)
                request.converted = 1
            if rule.is_upfront:
                granted = min(request.amount, who.ledger[request.rule].reserve)
                who.ledger[request.rule].reserve -= granted
                who.due_until = 0
                request.amount = granted  # what exceeds the reserve is lost
            else:
                granted = take(run, request.amount)
        else:
            granted = take(run, request.amount)
        request.amount -= granted
        add_grant(
            run, who, request.rule, month, month if request.start < 0 else request.start, granted, strike if is_option else 0.0,
            request.true_effect,
        )
    if count:
        for index in range(run.queued):
            request = &run.queue[index]
            if request.due >= month + 1 or request.amount > 0:
                run.queue[kept] = request[0]
                kept += 1
        run.queued = kept


cdef inline int before(Request* one, Request* other) noexcept:
    """Whether a request is served before another."""
    if one.earned != other.earned:
        return one.earned < other.earned
    if one.seat != other.seat:
        return one.seat < other.seat
    return one.rule < other.rule


cdef inline void pay_cash(Run* run, Request* request, int month) noexcept:
    """Pay a cash award and write its row."""
    cdef double* row = new_row(run, &run.cash_awards)
    run.books[CASH_AWARDS] += request.amount
    row[0], row[1], row[2], row[3] = run.path, request.seat, run.people[request.seat].ordinal, request.rule
    row[4], row[5], row[6] = month, request.amount, request.true_effect


# Departure and the end


cdef inline double close_grants(Run* run, int seat, int month, int leaves, int accelerated) noexcept:
    """End the holding of a person with what has vested on the first day of `month`; return forfeited shares.

    leaves: they forfeit what is unvested; otherwise the path ends and their claim does not. accelerated: a change of
    control vests the stated share of what is unvested, in whole shares.
    """
    cdef Person* who = &run.people[seat]
    cdef double forfeited = 0, vested, lost
    cdef int index
    cdef Grant* grant
    cdef Schedule* schedule
    cdef double* row
    for index in range(who.held):
        grant = &who.grants[index]
        schedule = &run.schedule[grant.rule + 1]
        vested = vested_shares(schedule, grant.shares, run.vested[(grant.rule + 1) * run.length + month - grant.start])
        if accelerated:
            vested += floor(schedule.control * (grant.shares - vested))
        lost = grant.shares - vested if leaves else 0
        forfeited += lost
        row = new_row(run, &run.grants)
        row[0], row[1], row[2], row[3], row[4], row[5] = run.path, seat, who.ordinal, grant.rule, grant.month, grant.start
        row[6], row[7], row[8], row[9], row[10] = grant.shares, grant.strike, vested, lost, grant.true_effect
    who.held = 0
    return forfeited


cdef inline void lapse(Run* run, int seat) noexcept:
    """What a person has queued lapses; shares that were due and could not be granted are shortfall."""
    cdef int index, kept = 0
    for index in range(run.queued):
        if run.queue[index].seat == seat:
            if run.queue[index].converted:
                run.company.shortfall += run.queue[index].amount
        else:
            run.queue[kept] = run.queue[index]
            kept += 1
    run.queued = kept


cdef inline double reserves_returned(Run* run, Person* who) noexcept:
    """Unearned upfront reserves of a leaver, which go back to the pool."""
    cdef double returned = 0
    cdef int index
    for index in range(run.rules):
        returned += who.ledger[index].reserve
        who.ledger[index].reserve = 0
    return returned
