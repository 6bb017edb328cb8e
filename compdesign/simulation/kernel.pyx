# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False, embedsignature=True
"""Compiled: one structure, path after path, month by month. The order within a month is stated in `run_month` and nowhere else.

Inputs that a run reads come as arrays from `simulation.plan`; what happened goes back as arrays and tables of rows. Everything in
between happens to one path at a time, in memory that fits a processor's nearest cache.
"""

from libc.math cimport INFINITY, NAN, log1p
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

import numpy as np

from compdesign.simulation.kernel_company cimport clear_path, ends, finance, settle, share_price, stop
from compdesign.simulation.kernel_equity cimport look, serve, shares_of, vested_shares
from compdesign.simulation.kernel_people cimport behave, depart, geometric, measure, pay_people, start_hires
from compdesign.simulation.kernel_rules cimport book, clear, earned, fired
from compdesign.simulation.kernel_state cimport (
    BASIS_POINTS, BEYOND, COMPONENTS, DAYS_PER_MONTH, LARGEST_POOL_SHARE, LARGEST_SHIFT, MINIMUM_PRICE, MONTHS_PER_YEAR, NEVER, STREAM_COUNT,
    Checkpoint, Event, Grant, Inputs, Instruction, Ledger, Line, MarginTrigger, Option, Person, Request, Round, Rows, Rule, Run, Schedule,
    ShareClass, Stream, TopUp, new_row,
)
from compdesign.simulation.kernel_work cimport drop, here, release_due

cdef Inputs _NO_INPUTS
memset(&_NO_INPUTS, 0, sizeof(Inputs))
INPUTS = tuple(<dict> _NO_INPUTS)
"""Names of the numbers that may differ from path to path, in the order of a row of Plan.inputs."""
CONSTANTS = {
    "DAYS_PER_MONTH": DAYS_PER_MONTH,
    "MONTHS_PER_YEAR": MONTHS_PER_YEAR,
    "BASIS_POINTS": BASIS_POINTS,
    "MINIMUM_PRICE": MINIMUM_PRICE,
    "LARGEST_POOL_SHARE": LARGEST_POOL_SHARE,
    "LARGEST_SHIFT": LARGEST_SHIFT,
    "NEVER": NEVER,
}
"""What the kernel states again in C."""


cdef void run_month(Run* run, int month, double price) noexcept:
    """Financing; hires start; behaviour and work; measures; deployments; awards and pool; payroll; departures; books."""
    finance(run, month, price)
    start_hires(run, month, price)
    behave(run, month, price)
    measure(run, month)
    deploy(run, month)
    serve(run, month, price)
    pay_people(run)
    depart(run, month)
    settle(run, month)


cdef void deploy(Run* run, int month) noexcept:
    """Releases of the month, then its verifications by date, with their effects and what they earn."""
    cdef int author
    cdef Event event
    cdef Person* who
    cdef double* row
    if run.company.next_event >= month + 1:
        return
    release_due(run, month)
    while run.released and run.events[0].verified < month + 1:
        event, author = run.events[0], here(run, &run.events[0])
        run.released -= 1
        drop(run, 0)
        who = &run.people[event.seat]
        row = new_row(run, &run.releases)
        row[0], row[1], row[2], row[3], row[4] = run.path, event.seat, event.ordinal, event.release, event.verified
        row[5], row[6], row[7], row[8] = event.effect, event.kind, event.qualifying, author
        run.company.verified += 1
        if author:
            who.last = max(who.last, event.verified)
        if event.qualifying:
            run.company.qualifying += 1
            run.company.team += event.effect
            if run.company.qualifying == run.terms.ga_needed:
                run.company.ga = event.verified
            if author:
                who.effect += event.effect
                who.first_qualified = min(who.first_qualified, month)
                who.counts[0] += 1
                who.counts[1 + event.kind] += 1
                look(run, event.seat, event.verified, month)
    run.company.next_event = run.events[0].verified if run.released else INFINITY
    if run.released < run.pending:
        run.company.next_event = min(run.company.next_event, run.events[run.released].release)


cdef void run_path(Run* run) noexcept:
    """Every month of a path until it ends."""
    cdef int month, months = run.terms.months
    cdef double price
    clear_path(run)
    for month in range(months):
        price = share_price(run, run.course.value[month * run.course.stride + run.path], month)
        run.out.price_by[month * run.out.stride + run.path] = price
        run_month(run, month, price)
        if ends(run, month, price) or run.failed:
            return
    stop(run, months - 1, BEYOND, share_price(run, run.course.value[months * run.course.stride + run.path], months))


cdef class Draws:
    """Rows of random numbers as the kernel reads them, for scenarios of so many seats. supply: while a run lasts, who draws what is
    asked for the first time, by `row(stream, seat, ordinal, row)`.
    """

    cdef Stream streams[STREAM_COUNT]
    cdef readonly int seats
    cdef object supply
    cdef list held
    cdef object problem

    def __cinit__(self, int seats):
        cdef int each
        self.supply, self.seats, self.held, self.problem = None, seats, [], None
        for each in range(STREAM_COUNT):
            self.streams[each] = Stream(0, 0, NULL)

    def __dealloc__(self):
        cdef int each
        for each in range(STREAM_COUNT):
            free(self.streams[each].slots)

    cdef double* fetch(self, int stream, int seat, int ordinal, int row) except NULL:
        """The numbers of a row, whose place is made where there is none."""
        cdef Stream* known = &self.streams[stream]
        cdef int ordinals = known.ordinals, rows = known.rows, o, s
        cdef double** slots
        cdef double[::1] numbers
        if ordinal >= ordinals or row >= rows:
            ordinals, rows = max(ordinals, 2 * ordinal + 2), max(rows, 2 * row + 2)
            slots = <double**> calloc(self.seats * ordinals * rows, sizeof(double*))
            if slots == NULL:
                raise MemoryError
            for s in range(self.seats):
                for o in range(known.ordinals):
                    for r in range(known.rows):
                        slots[(s * ordinals + o) * rows + r] = known.slots[(s * known.ordinals + o) * known.rows + r]
            free(known.slots)
            known.ordinals, known.rows, known.slots = ordinals, rows, slots
        array = self.supply.row(stream, seat, ordinal, row)
        self.held.append(array)
        numbers = array
        known.slots[(seat * known.ordinals + ordinal) * known.rows + row] = &numbers[0]
        return &numbers[0]


cdef double* _fetch(void* supply, int stream, int seat, int ordinal, int row) noexcept:
    """The numbers of a row; NULL, and the problem kept, where drawing them failed."""
    cdef Draws draws = <Draws> supply
    try:
        return draws.fetch(stream, seat, ordinal, row)
    except BaseException as problem:
        draws.problem = problem
        return NULL


cdef class _Room:
    """The memory of a run, given back with the object. run: all of it zero at first."""

    cdef Run run
    cdef list held

    def __cinit__(self):
        memset(&self.run, 0, sizeof(Run))
        self.held = []

    def __dealloc__(self):
        cdef Run* run = &self.run
        cdef int seat
        if run.people != NULL:
            for seat in range(run.terms.seats):
                free(run.people[seat].grants)
        free(run.queue)
        free(run.turn)
        free(run.events)
        free(run.hires.data)
        free(run.grants.data)
        free(run.cash_awards.data)
        free(run.releases.data)

    cdef void* zeros(self, size_t count, size_t size) except NULL:
        """Zeros that stay where they are."""
        cdef unsigned char[::1] room
        array = np.zeros(max(count * size, 1), np.uint8)
        self.held.append(array)
        room = array
        return &room[0]

    cdef double* numbers(self, array) except NULL:
        """The first of an array's numbers; the array is kept."""
        cdef const double[::1] flat = np.ascontiguousarray(array, np.float64).reshape(-1) if array.size else np.zeros(1)
        self.held.append(flat)
        return <double*> &flat[0]

    cdef int rows(self, Rows* table, int width, long room, bint wanted) except -1:
        """A table that starts with room for some rows."""
        table.width, table.wanted, table.room, table.data = width, wanted, room, <double*> malloc(room * width * sizeof(double))
        if table.data == NULL:
            raise MemoryError
        return 0

    cdef int rules(self, rules, program, triggers, int kinds) except -1:
        """Read the refresh rules."""
        cdef Run* run = &self.run
        cdef int each
        run.rules, run.triggers, run.kinds = len(rules), len(triggers), kinds
        run.rule = <Rule*> self.zeros(run.rules, sizeof(Rule))
        run.program = <Instruction*> self.zeros(len(program), sizeof(Instruction))
        run.trigger = <MarginTrigger*> self.zeros(run.triggers, sizeof(MarginTrigger))
        for each in range(run.rules):
            run.rule[each] = rules[each]
        for each in range(len(program)):
            run.program[each] = program[each]
        for each in range(run.triggers):
            run.trigger[each] = triggers[each]
        return 0

    cdef int seats(self) except -1:
        """Room for the people of one path; the rules are known."""
        cdef Run* run = &self.run
        cdef int each, room = run.terms.seats + 4
        run.people = <Person*> self.zeros(run.terms.seats, sizeof(Person))
        run.seated = <int*> self.zeros(run.terms.seats, sizeof(int))
        run.shifts, run.held = <float*> self.zeros(room, sizeof(float)), <float*> self.zeros(room, sizeof(float))
        run.gap, run.factor = <float*> self.zeros(room, sizeof(float)), <float*> self.zeros(room, sizeof(float))
        for each in range(room):
            run.gap[each] = run.factor[each] = 1
        for each in range(run.terms.seats):
            run.people[each].ledger = <Ledger*> self.zeros(run.rules, sizeof(Ledger))
            run.people[each].checks = <int*> self.zeros(run.checkpoints, sizeof(int))
            run.people[each].counts = <long*> self.zeros(run.kinds + 1, sizeof(long))
            run.people[each].rungs = <long*> self.zeros(run.triggers, sizeof(long))
            run.people[each].streaks = <long*> self.zeros(run.triggers, sizeof(long))
        return 0

    cdef int lists(self) except -1:
        """Lists that grow: what is queued, what is on its way, and what each person holds."""
        cdef Run* run = &self.run
        cdef int seat
        run.queue_room = run.turn_room = run.event_room = 16
        run.queue, run.turn = <Request*> malloc(16 * sizeof(Request)), <int*> malloc(16 * sizeof(int))
        run.events = <Event*> malloc(16 * sizeof(Event))
        if run.queue == NULL or run.turn == NULL or run.events == NULL:
            raise MemoryError
        for seat in range(run.terms.seats):
            run.people[seat].room, run.people[seat].grants = 8, <Grant*> malloc(8 * sizeof(Grant))
            if run.people[seat].grants == NULL:
                raise MemoryError
        return 0

    cdef int plan(self, plan) except -1:
        """Read a plan and make room for the path in hand."""
        cdef Run* run = &self.run
        cdef int each
        cdef int[::1] bands = plan.bands
        run.terms = plan.terms
        run.rounds, run.top_ups, run.checkpoints = len(plan.rounds), len(plan.top_ups), len(plan.checkpoints)
        run.classes, run.options, run.length = len(plan.classes), len(plan.options), plan.vested.shape[1]
        self.rules(plan.rules, plan.program, plan.triggers, plan.kinds)
        self.seats()
        run.planned = <Round*> self.zeros(run.rounds, sizeof(Round))
        run.top_up = <TopUp*> self.zeros(run.top_ups, sizeof(TopUp))
        run.checkpoint = <Checkpoint*> self.zeros(run.checkpoints, sizeof(Checkpoint))
        run.schedule = <Schedule*> self.zeros(len(plan.schedules), sizeof(Schedule))
        run.share_class = <ShareClass*> self.zeros(run.classes, sizeof(ShareClass))
        run.option = <Option*> self.zeros(run.options, sizeof(Option))
        for each in range(run.rounds):
            run.planned[each] = plan.rounds[each]
        for each in range(run.top_ups):
            run.top_up[each] = plan.top_ups[each]
        for each in range(run.checkpoints):
            run.checkpoint[each] = plan.checkpoints[each]
        for each in range(len(plan.schedules)):
            run.schedule[each] = plan.schedules[each]
        for each in range(run.classes):
            run.share_class[each] = plan.classes[each]
        for each in range(run.options):
            run.option[each] = plan.options[each]
        run.vested = self.numbers(plan.vested)
        run.fraction = self.numbers(plan.vested / np.array([[schedule["months"]] for schedule in plan.schedules]))
        run.present, run.discount = <double*> self.zeros(run.terms.months, sizeof(double)), NAN
        self.held.append(bands)
        run.band = &bands[0]
        run.books = <double*> self.zeros(COMPONENTS, sizeof(double))
        run.year_pay = <double*> self.zeros(COMPONENTS + 2, sizeof(double))
        run.shift = <double*> self.zeros(run.terms.months, sizeof(double))
        run.sold = <double*> self.zeros(2 * run.classes, sizeof(double))
        run.lines = <Line*> self.zeros(3 * run.classes + run.options + 2, sizeof(Line))
        return self.lists()

    cdef int course(self, course) except -1:
        """Read the company's path."""
        cdef Run* run = &self.run
        cdef long[::1] exits = course.exit_month
        run.course.stride = len(course.exit_month)
        run.course.revenue, run.course.expense = self.numbers(course.revenue), self.numbers(course.expense)
        run.course.value, run.course.closes = self.numbers(course.value), self.numbers(course.closes)
        run.course.factor, run.course.fees = self.numbers(course.exit_factor), self.numbers(course.exit_fees)
        self.held.append(exits)
        run.course.exit_month = &exits[0]
        return 0

    cdef dict results(self, long paths, int monthly):
        """Arrays for what happens, by name in the order of the fields of Results."""
        cdef Run* run = &self.run
        cdef double** field = <double**> &run.out
        cdef int months = run.terms.months, years = (run.terms.months + 11) // 12
        run.out.stride, run.out.monthly = paths + 8, monthly  # rows a power of two apart would fall on the same lines of the cache
        kept = months if monthly else 0
        lengths = {"cash": months, "price_by": months + 1, "qualifying_by": months, "pay": COMPONENTS * years, "margin": 2 * years}
        lengths |= {"preferred": run.classes, "invested": run.classes, "month_pay": COMPONENTS * kept}
        lengths |= dict.fromkeys(("month_profit", "month_margin", "month_delay", "month_financing", "month_pool"), kept)
        arrays = {name: np.zeros((1, run.out.stride)) for name in ENDS}
        arrays |= {name: np.zeros((length, run.out.stride)) for name, length in lengths.items()}
        for place, array in enumerate(arrays.values()):
            field[place] = self.numbers(array)
        return {name: array[0, :paths] if name in ENDS else array[:, :paths] for name, array in arrays.items()}


ENDS = (
    "end", "end_month", "runway", "ga", "ga_delay", "margin_cash", "present_pay", "filled_months", "verified", "qualifying", "pool",
    "fully_diluted", "topped_up", "reserved", "shortfall", "price", "gain", "exit_value", "exit_fees", "hazard_months", "clipped_months",
)
"""What a path ends with, in the order of Results."""
TABLES = {"hires": "iiiiiiibdiiddbbbb", "grants": "iiiiiiddddd", "cash_awards": "iiiiidd", "deployments": "iiidddibb"}
"""Fields of each table in the order of simulation.tables: i for int64, d for float64, b for bool."""


cdef class Career:
    """One person under the rules of an offer, event by event: what the letter's worked example is told with. book: rules.RuleBook."""

    cdef _Room room

    def __init__(self, book, int kinds):
        cdef int each
        cdef Person* who
        self.room = _Room()
        self.room.rules(book.rules, book.program, book.margins, kinds)
        self.room.run.terms.seats = 1
        self.room.seats()
        who = &self.room.run.people[0]
        for each in range(self.room.run.rules):
            clear(&who.ledger[each])

    def deployed(self, int kind):
        """A qualifying deployment of a kind is certified."""
        self.room.run.people[0].counts[0] += 1
        self.room.run.people[0].counts[1 + kind] += 1

    def sustained(self, int trigger):
        """A margin trigger has fired."""
        self.room.run.people[0].rungs[trigger] += 1

    def look(self, int index, double month, int tenure, int refused=0):
        """What a rule makes of what has happened by a month: (times its trigger has fired since the last look, award, whether a
        cooldown blocks it); a refused award is none.
        """
        cdef Run* run = &self.room.run
        cdef Person* who = &run.people[0]
        cdef Rule* rule = &run.rule[index]
        cdef Ledger* ledger = &who.ledger[index]
        cdef long rise = fired(run, rule, who, tenure, 0) - ledger.looked
        cdef int cooling = month < ledger.cooldown_until
        cdef double amount = 0
        if rise > 0:
            ledger.looked += rise
            amount = earned(rule, ledger, who, rise, month)
            if amount > 0 and not refused:
                book(rule, ledger, who, month, amount)
        return rise, amount, bool(cooling)


def whole_shares(double amount, int unit, double price, double diluted):
    """Whole shares of an amount in shares, dollars or percent (rules.UNITS), at a price and a fully diluted count."""
    return shares_of(amount, unit, price, diluted)


def trials(double u, double p):
    """Trials up to and with the first success, p the probability of each, by inversion of a uniform: 1 + floor(ln(1 - u) / ln(1 - p)). 1
    where, and only where, u < p; 1e12 where p is 0 or the count would be larger.
    """
    return geometric(u, p, log1p(-p))


def vested(double shares, double part, schedule):
    """Whole shares vested after `part` months of a schedule (plan.schedule_of)."""
    cdef Schedule terms = schedule
    return vested_shares(&terms, shares, part)


def run_paths(plan, course, Draws draws, supply, long first, long paths, long period, int monthly, wanted):
    """Run a structure on `paths` paths, the first of which is number `first` in the rows of random numbers.

    plan: simulation.plan.Plan. course: the company's path on those paths. supply: simulation.supply.Supply. period: paths after which the random
    numbers repeat. monthly: whether the month_* arrays are wanted. wanted: names of the tables that are; the others come empty. Returns
    arrays by name (those of ENDS float64[path], the others float64[..., path]) and the columns of each table by name.
    """
    cdef _Room room = _Room()
    cdef Run* run = &room.run
    cdef const double[:, ::1] inputs = plan.inputs
    cdef long path, step = 1 if inputs.shape[0] > 1 else 0
    cdef Rows* tables[4]
    cdef int each
    room.plan(plan)
    room.course(course)
    found = room.results(paths, monthly)
    tables[0], tables[1], tables[2], tables[3] = &run.hires, &run.grants, &run.cash_awards, &run.releases
    for each, (name, fields) in enumerate(TABLES.items()):
        room.rows(tables[each], len(fields), 2 * paths * run.terms.seats if name in wanted else 1, name in wanted)
    run.streams, run.supply, run.fetch, draws.supply = draws.streams, <void*> draws, _fetch, supply
    for path in range(paths):
        run.path, run.column = path, (first + path) % period
        run.inputs = <Inputs*> &inputs[path * step, 0]
        run.lists = <double*> &inputs[path * step, 0] + sizeof(Inputs) // sizeof(double)
        run_path(run)
        if run.failed:
            break
    draws.supply = None
    if run.failed:
        problem, draws.problem = draws.problem, None
        raise problem or MemoryError()
    return found, {name: _columns(tables[each], fields) for each, (name, fields) in enumerate(TABLES.items())}


cdef enum:
    MOST_COLUMNS = 32
    ROWS_AT_A_TIME = 256  # as many as stay in the cache while column after column is read


cdef list _columns(Rows* table, str fields):
    """The columns of a table, each an array of its kind."""
    cdef long first, last, row, width = table.width
    cdef int place
    cdef unsigned char* start[MOST_COLUMNS]
    cdef unsigned char[::1] room
    kinds = fields.encode()
    cdef const char* kind = kinds
    found = [np.empty(table.used, {"i": np.int64, "d": np.float64, "b": bool}[each]) for each in fields]
    if not table.used:
        return found
    for place in range(width):
        room = found[place].view(np.uint8)
        start[place] = &room[0]
    for first in range(0, table.used, ROWS_AT_A_TIME):
        last = min(first + ROWS_AT_A_TIME, table.used)
        for place in range(width):
            if kind[place] == b"i":
                for row in range(first, last):
                    (<long*> start[place])[row] = <long> table.data[row * width + place]
            elif kind[place] == b"d":
                for row in range(first, last):
                    (<double*> start[place])[row] = table.data[row * width + place]
            else:
                for row in range(first, last):
                    start[place][row] = table.data[row * width + place] != 0
    return found
