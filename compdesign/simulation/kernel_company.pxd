# cython: language_level=3, cdivision=True
"""The company on one path: price of a share, rounds and pool, the books of a month, cash-out and exit."""

from libc.math cimport INFINITY, exp, floor, isnan

from compdesign.simulation.kernel_equity cimport close_grants, lapse
from compdesign.simulation.kernel_people cimport gain_of, open_seat, write_hire
from compdesign.simulation.kernel_state cimport (
    BASE_PAY, BASIS_POINTS, BONUS_PAY, CASH_AWARDS, CASH_OUT, COMPONENTS, EXIT, LARGEST_POOL_SHARE, MINIMUM_PRICE, NEVER, PAYROLL_LOAD, RECRUITING,
    SEVERANCE, STAYED, Company, Inputs, Line, Person, Results, Round, Run, ShareClass,
)

# Price of a share


cdef inline double enterprise(Run* run, double value, int month) noexcept:
    """Enterprise value at the start of `month`, with the margin sensitivity on the last twelve complete months."""
    if run.inputs.sensitivity == 0 or month == 0:
        return value
    return value * exp(run.inputs.sensitivity * (run.shift[month - 1] - (run.shift[month - 13] if month > 12 else 0.0)) / 12)


cdef inline double share_price(Run* run, double value, int month) noexcept:
    """Common value per share of an enterprise value before the margin sensitivity."""
    cdef Company* company = &run.company
    cdef double held, whole = max(enterprise(run, value, month) + company.cash - run.inputs.debt, 0.0)
    if run.terms.stacked:
        return price_on_lines(run, whole)
    held = (whole - run.sold[1]) / max(company.diluted - run.sold[0], 1.0)
    return max(min(whole / company.diluted, held), 0.0)


cdef inline double price_on_lines(Run* run, double value) noexcept:
    """The root of D(p) = value: see model.waterfall.PriceLines."""
    cdef int at = 0
    cdef double price
    if value <= run.lines[0].due:
        return 0
    while at + 1 < run.line_count and run.lines[at + 1].due <= value:
        at += 1
    price = run.lines[at].price
    if run.lines[at].shares > 0:
        price += (value - run.lines[at].due) / run.lines[at].shares
    if at + 1 < run.line_count:
        price = min(price, run.lines[at + 1].price)  # rounding must not pass a kink
    return max(price, 0.0)


cdef inline void draw_lines(Run* run) noexcept:
    """The lines between the prices at which somebody joins, stops or converts, of the stack as it stands."""
    cdef int each
    cdef ShareClass* kind
    cdef double shares, preference, most, common = run.company.diluted - run.terms.options_outstanding, due = 0, slope = 0
    if not run.terms.stacked:
        return
    run.line_count = 0
    add_line(run, 0, 0)
    for each in range(run.classes):
        kind = &run.share_class[each]
        shares = run.sold[2 * each] * kind.ratio
        preference = run.sold[2 * each + 1] * kind.multiple + kind.dividends
        common -= shares
        due += preference
        if shares <= 0:
            continue
        most = preference if not kind.participates else kind.most * run.sold[2 * each + 1]
        if kind.participates:
            add_line(run, 0, shares)
            if most < INFINITY:
                add_line(run, (most - preference) / shares, -shares)
        if most < INFINITY:
            add_line(run, most / shares, shares)
    for each in range(run.options):
        add_line(run, run.option[each].strike, run.option[each].shares)
    add_line(run, 0, common)
    for each in range(run.line_count):
        if each:
            due += slope * (run.lines[each].price - run.lines[each - 1].price)
        slope += run.lines[each].shares
        run.lines[each].due, run.lines[each].shares = due, slope


cdef inline void add_line(Run* run, double price, double change) noexcept:
    """A kink in its place by price; `shares` holds the change of the slope until the lines are drawn."""
    cdef int at = run.line_count
    while at and run.lines[at - 1].price > price:
        run.lines[at] = run.lines[at - 1]
        at -= 1
    run.lines[at] = Line(price, 0, change)
    run.line_count += 1


# Rounds and pool


cdef inline void finance(Run* run, int month, double price) noexcept:
    """Rounds and pool top-ups of the month; the opening balance, base pay of the month and empty books."""
    cdef Company* company = &run.company
    cdef int index
    if company.next_finance <= month:
        raise_money(run, month, price)
    company.opening = company.cash
    if month and month % 12 == 0:
        company.base *= 1 + run.terms.base_growth
        flush_year(run, month // 12 - 1)
    for index in range(COMPONENTS):
        run.books[index] = 0


cdef inline void raise_money(Run* run, int month, double price) noexcept:
    """Rounds, then top-ups of the month, and the month of the next ones."""
    cdef Company* company = &run.company
    cdef int index
    cdef Round* planned
    company.next_finance = NEVER
    for index in range(run.rounds):
        planned = &run.planned[index]
        if planned.month > month:
            company.next_finance = min(company.next_finance, planned.month)
        if planned.month == month and run.course.closes[index * run.course.stride + run.path] != 0:
            if not planned.after_ga or company.ga < month:
                close_round(run, index, month, price)
    for index in range(run.top_ups):
        if run.top_up[index].month > month:
            company.next_finance = min(company.next_finance, run.top_up[index].month)
        if run.top_up[index].month == month:
            raise_pool(run, pool_increase(company.pool, company.diluted, run.top_up[index].target))


cdef inline void close_round(Run* run, int index, int month, double price) noexcept:
    """New preferred at the common value per share, after the pool has been raised to its target."""
    cdef Company* company = &run.company
    cdef Round* planned = &run.planned[index]
    cdef double amount = run.lists[run.terms.amounts + index], before = company.diluted, bought
    cdef double per_share = max(price * run.lists[run.terms.step_ups + index], MINIMUM_PRICE)
    if not isnan(planned.pool_target):
        raise_pool(run, pool_increase(company.pool, before, planned.pool_target * (1 + amount / (per_share * before))))
        per_share *= before / company.diluted
    bought = floor(amount / max(per_share, MINIMUM_PRICE))
    run.sold[2 * planned.sold] += bought
    run.sold[2 * planned.sold + 1] += amount
    company.diluted += bought
    company.cash += amount
    draw_lines(run)
    if run.out.monthly:
        run.out.month_financing[month * run.out.stride + run.path] += amount


cdef inline double pool_increase(double pool, double diluted, double share) noexcept:
    """Whole shares of a top-up to this share of the fully diluted, new money included: see model.capitalization.pool_increase."""
    if share >= LARGEST_POOL_SHARE:
        return 0
    return max(floor((share * diluted - pool) / (1 - share)), 0.0)


cdef inline void raise_pool(Run* run, double shares) noexcept:
    run.company.pool += shares
    run.company.diluted += shares
    run.company.topped_up += shares
    draw_lines(run)


# Money


cdef inline void settle(Run* run, int month) noexcept:
    """Close the books of the month: load on pay, revenue, expense, GA delay, balance."""
    cdef Inputs* inputs = run.inputs
    cdef Company* company = &run.company
    cdef Results* out = &run.out
    cdef double* books = run.books
    cdef long path = run.path, cell = month * out.stride + path, each
    cdef double delay = 0, revenue, gain, margin, spent = 0, in_cost = 0, shift
    books[PAYROLL_LOAD] += inputs.load * (books[BASE_PAY] + books[BONUS_PAY] + books[CASH_AWARDS] + books[SEVERANCE] + company.signed)
    if run.terms.planned < month + 1:
        delay = inputs.delay_cost * min(max(min(month + 1.0, company.ga) - max(<double> month, run.terms.planned), 0.0), 1.0)
    revenue = run.course.revenue[month * run.course.stride + path] / 12
    company.gain = gain_of(company.team, inputs.saturation) if company.team != 0 else 0.0
    gain = company.gain / BASIS_POINTS
    margin = inputs.gross_margin + gain
    for each in range(COMPONENTS):
        spent += books[each]
        run.year_pay[each] += books[each]
    if inputs.pay_in_cost != 0:
        for each in range(RECRUITING):
            in_cost += inputs.pay_in_cost * books[each]
    company.cash = company.opening + revenue * margin - run.course.expense[month * run.course.stride + path] - spent - delay
    company.present_pay += run.present[month] * spent
    company.ga_delay += delay
    company.margin_cash += revenue * gain
    run.year_pay[COMPONENTS] += revenue * margin - in_cost
    run.year_pay[COMPONENTS + 1] += revenue
    shift = gain - in_cost / revenue if revenue > 0 else 0.0
    run.shift[month] = shift + (run.shift[month - 1] if month else 0.0)
    out.cash_by[cell], out.qualifying_by[cell] = company.cash, company.qualifying
    if out.monthly:
        for each in range(COMPONENTS):
            out.month_pay[(each * run.terms.months + month) * out.stride + path] = books[each]
        out.month_profit[cell], out.month_margin[cell] = revenue * margin, revenue * gain
        out.month_delay[cell], out.month_pool[cell] = delay, company.pool


cdef inline void flush_year(Run* run, int year) noexcept:
    """Write the pay and the margin of a year that has ended, and start the next."""
    cdef Results* out = &run.out
    cdef int each, years = (run.terms.months + 11) // 12
    for each in range(COMPONENTS):
        out.pay[(each * years + year) * out.stride + run.path] = run.year_pay[each]
    for each in range(2):
        out.margin[(2 * year + each) * out.stride + run.path] = run.year_pay[COMPONENTS + each]
    for each in range(COMPONENTS + 2):
        run.year_pay[each] = 0


# The end of a path


cdef inline int ends(Run* run, int month, double price) noexcept:
    """Whether the path ends with this month: cash-out, where common recovers its stated share of the month's price, or exit."""
    cdef Company* company = &run.company
    cdef Inputs* inputs = run.inputs
    cdef double worth, burn = company.opening - company.cash, value
    if company.cash < inputs.minimum:
        run.out.runway[run.path] = month + (min(max((company.opening - inputs.minimum) / burn, 0.0), 1.0) if burn > 0 else 0.0)
        stop(run, month, CASH_OUT, inputs.recovery * price)
        return 1
    if run.course.exit_month[run.path] == month:
        value = run.course.value[(month + 1) * run.course.stride + run.path]
        worth = enterprise(run, value, month + 1)
        run.out.exit_fees[run.path] = worth * run.course.fees[run.path]
        run.out.exit_value[run.path] = worth * run.course.factor[run.path] + run.out.exit_fees[run.path] + company.cash
        stop(run, month, EXIT, share_price(run, value * run.course.factor[run.path], month + 1))
        return 1
    return 0


cdef inline void stop(Run* run, int month, int how, double price) noexcept:
    """The path ends with `month`, or is still running at the horizon (BEYOND): people keep what they have."""
    cdef Results* out = &run.out
    cdef Company* company = &run.company
    cdef long path = run.path, later
    cdef int seat, each, months = run.terms.months
    out.end[path], out.end_month[path], out.price[path], out.gain[path] = how, month + 1, price, company.gain
    flush_year(run, month // 12)
    for seat in range(run.terms.seats):
        for each in range(run.rules):
            out.reserved[path] += run.people[seat].ledger[each].reserve
        if run.people[seat].employed:
            lapse(run, seat)
            write_hire(run, seat, month + 1, STAYED, 0)
            close_grants(run, seat, month + 1 - (how == CASH_OUT), 0, how == EXIT)
    out.ga[path], out.verified[path], out.qualifying[path] = company.ga, company.verified, company.qualifying
    out.pool[path], out.diluted[path], out.topped_up[path] = company.pool, company.diluted, company.topped_up
    out.shortfall[path], out.present_pay[path], out.ga_delay[path] = company.shortfall, company.present_pay, company.ga_delay
    out.margin_cash[path], out.filled[path] = company.margin_cash, company.filled
    out.hazard_months[path], out.clipped_months[path] = company.hazard_months, company.clipped_months
    for each in range(run.classes):
        out.preferred[each * out.stride + path], out.invested[each * out.stride + path] = run.sold[2 * each], run.sold[2 * each + 1]
    for later in range(month + 1, months):
        out.cash_by[later * out.stride + path], out.qualifying_by[later * out.stride + path] = company.cash, company.qualifying
        out.price_by[later * out.stride + path] = price
        if out.monthly:
            out.month_pool[later * out.stride + path] = company.pool
    out.price_by[months * out.stride + path] = price


cdef inline void clear_path(Run* run) noexcept:
    """A clean sheet for a path, and its seats opened."""
    cdef Company* company = &run.company
    cdef Person* who
    cdef int seat, each
    company[0] = Company(
        cash=run.inputs.cash, opening=0, pool=run.terms.pool, diluted=run.terms.pool + run.terms.common + run.terms.options_outstanding,
        topped_up=0, shortfall=0, team=0, ga=INFINITY, signed=0, base=run.inputs.base, gain=0, next_event=INFINITY, present_pay=0,
        ga_delay=0, margin_cash=0, filled=0, hazard_months=0, clipped_months=0, verified=0, qualifying=0, employed=0, next_start=NEVER,
        next_check=NEVER, next_finance=0, leaving=0,
    )
    for each in range(run.classes):
        run.sold[2 * each], run.sold[2 * each + 1] = run.share_class[each].shares, run.share_class[each].invested
        company.diluted += run.share_class[each].shares * run.share_class[each].ratio
    draw_lines(run)
    if run.inputs.discount != run.discount:  # most scenarios discount every path at one rate
        run.discount = run.inputs.discount
        for each in range(run.terms.months):
            run.present[each] = exp(-run.discount * (each + 1) / 12)
    run.queued = run.pending = run.released = 0
    run.out.runway[run.path] = INFINITY
    for seat in range(run.terms.seats):
        who = &run.people[seat]
        who.ordinal = -1
        who.held, who.error = 0, 0
        for each in range(run.rules):
            who.ledger[each].reserve = 0
        open_seat(run, seat, 0)
