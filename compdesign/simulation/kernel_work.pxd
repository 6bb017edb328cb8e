# cython: language_level=3, cdivision=True
"""Work on its way to production: builds, releases, verifications."""

from libc.math cimport exp, log1p

from compdesign.simulation.kernel_state cimport (
    S_BUILD, S_EFFECT, S_KIND, S_NOTEBOOK, S_RELEASE, S_REVIEW, Event, Inputs, Person, Run, draw, grown, least, most,
)


cdef inline double work_of(Run* run, int seat) noexcept:
    """Months of work in the current build of a person, at speed 1."""
    cdef Person* who = &run.people[seat]
    if who.production:
        return draw(run, S_BUILD, seat, who.ordinal, who.build) * run.inputs.build_scale
    return draw(run, S_NOTEBOOK, seat, who.ordinal, who.build) * run.inputs.notebook_scale


cdef inline void work_on(Run* run, int seat, int month) noexcept:
    """Advance a person's build by the month; one that finishes goes to review, and the next starts at its release."""
    cdef Person* who = &run.people[seat]
    cdef int on_leave = who.leave_from <= month < who.leave_from + run.terms.leave_months
    cdef double progress = 0.0 if on_leave else least(most(month + 1 - who.build_start, 0), 1) * who.speed
    if who.work <= progress and who.build_start < month + 1:
        finish(run, seat, month, progress)
    else:
        who.work -= progress


cdef inline void finish(Run* run, int seat, int month, double progress) noexcept:
    """Builds that a month's progress finishes, and what of it is left for the one after."""
    cdef Person* who = &run.people[seat]
    cdef double release
    while who.work <= progress and who.build_start < month + 1:
        release = max(who.build_start, <double> month) + who.work / who.speed + who.delay
        if run.terms.reviews:
            release += draw(run, S_REVIEW, seat, who.ordinal, who.build) * run.inputs.review_scale
        send(run, seat, release)
        who.build += 1
        who.build_start = release
        who.work = work_of(run, seat)
        progress = least(most(month + 1 - release, 0), 1) * who.speed
        if run.failed:
            return
    who.work -= progress


cdef inline void send(Run* run, int seat, double release) noexcept:
    """Decide what becomes of a finished build, and queue it unless it will be rolled back."""
    cdef Person* who = &run.people[seat]
    cdef Inputs* inputs = run.inputs
    cdef double u = draw(run, S_RELEASE, seat, who.ordinal, who.build), effect = inputs.effect
    cdef int at = run.pending
    cdef Event* event
    if u < inputs.rollback or release >= run.terms.months:
        return
    if run.pending == run.event_room:
        run.events = <Event*> grown(run, run.events, &run.event_room, sizeof(Event))
        if run.failed:
            return
    if inputs.effect_sd != 0:
        effect += inputs.effect_sd * draw(run, S_EFFECT, seat, who.ordinal, who.build)
    if who.share != 0:  # gaming: true margin falls by (1 + A)^(-gamma epsilon)
        effect *= exp(-inputs.gaming * inputs.incentive * log1p(who.share))
    while at > run.released and run.events[at - 1].release > release:
        run.events[at] = run.events[at - 1]
        at -= 1
    event = &run.events[at]
    run.pending += 1
    event.seat, event.ordinal, event.kind = seat, who.ordinal, kind_of(run, seat)
    event.release, event.verified, event.effect = release, release + inputs.window, effect
    run.company.next_event = min(run.company.next_event, release)
    event.qualifying = (u - inputs.rollback) / (1 - inputs.rollback) < inputs.qualifying


cdef inline int kind_of(Run* run, int seat) noexcept:
    """Kind of the build in hand: the first whose cumulative weight exceeds the uniform's share of them all."""
    cdef double* weights = run.lists + run.terms.kind_weights
    cdef double total = 0, running = 0, u
    cdef int kind
    if run.kinds == 1:
        return 0
    for kind in range(run.kinds):
        total += weights[kind]
    u = draw(run, S_KIND, seat, run.people[seat].ordinal, run.people[seat].build) * total
    for kind in range(run.kinds - 1):
        running += weights[kind]
        if u < running:
            return kind
    return run.kinds - 1


cdef inline int here(Run* run, Event* event) noexcept:
    """Whether the author of a release still sits there."""
    return run.people[event.seat].employed and run.people[event.seat].ordinal == event.ordinal


cdef inline void drop(Run* run, int index) noexcept:
    """Take a release off the list, keeping the order of the others."""
    cdef int later
    run.pending -= 1
    for later in range(index, run.pending):
        run.events[later] = run.events[later + 1]


cdef inline void release_due(Run* run, int month) noexcept:
    """Releases of the month by people still here; what others had in review is lost."""
    cdef Event* event
    cdef Person* who
    while run.released < run.pending and run.events[run.released].release < month + 1:
        event = &run.events[run.released]
        if not here(run, event):
            drop(run, run.released)
            continue
        run.released += 1
        who = &run.people[event.seat]
        who.first_release = min(who.first_release, event.release)
