# cython: language_level=3, cdivision=True
"""Refresh rules: how often a trigger has fired, what its caps leave, what an award comes to. The one place that says so, for the
simulation and for the letter's worked example.
"""

from libc.math cimport INFINITY, floor

from compdesign.simulation.kernel_state cimport MONTHS_PER_YEAR, SHARES_UNIT, Instruction, Ledger, Person, Rule, Run

cdef enum:  # operations of a trigger's program
    EVERY
    NTH
    RUNGS
    TENURE_EVERY
    TENURE_ONCE
    ALL
    ANY

cdef enum:
    MOST_DEPTH = 64  # of a program's stack: triggers nest four deep with four parts each


cdef inline long fired(Run* run, Rule* rule, Person* who, long tenure, int more) noexcept:
    """How often the trigger of a rule has fired for a person; more: deployments of the first kind supposed on top."""
    cdef long stack[MOST_DEPTH]
    cdef int depth = 0, at, other
    cdef long best, count
    cdef Instruction* step
    for at in range(rule.program, rule.program_end):
        step = &run.program[at]
        if step.operation == ALL or step.operation == ANY:
            depth -= step.first
            best = stack[depth]
            for other in range(depth + 1, depth + step.first):
                best = min(best, stack[other]) if step.operation == ALL else max(best, stack[other])
            stack[depth] = best
        elif step.operation == RUNGS:
            stack[depth] = who.rungs[step.first]
        elif step.operation == TENURE_EVERY:
            stack[depth] = tenure // step.second
        elif step.operation == TENURE_ONCE:
            stack[depth] = tenure >= step.second
        else:
            count = who.counts[step.first] + (more if step.first <= 1 else 0)
            stack[depth] = count // step.second if step.operation == EVERY else count >= step.second
        depth += 1
    return stack[0]


cdef inline double left(Rule* rule, Ledger* ledger, Person* who, double year) noexcept:
    """What every cap still allows a person in this year of tenure, in the unit of the award."""
    cdef double in_year = ledger.awarded_in_year if ledger.year == year else 0.0
    return min(min(rule.cap - ledger.awarded, rule.year_cap - in_year), rule.person_cap - who.awarded[rule.is_cash])


cdef inline double award_due(Rule* rule, long rise, double allowed) noexcept:
    """Amount earned by a trigger that has fired `rise` more times, cut to what the caps allow; one award at most where the rule
    has a cooldown.
    """
    cdef long times = min(rise, 1) if rule.cooldown > 0 else rise
    return max(min(rule.award * times, allowed), 0.0)


cdef inline double earned(Rule* rule, Ledger* ledger, Person* who, long rise, double time) noexcept:
    """What a rule owes at `time`, its trigger having fired `rise` more times: nothing during a cooldown, which any award starts anew,
    whatever the board then says.
    """
    cdef double amount
    if time < ledger.cooldown_until:
        return 0
    amount = award_due(rule, rise, left(rule, ledger, who, year_of(who, time)))
    if amount > 0:
        ledger.cooldown_until = time + rule.cooldown
    return amount


cdef inline double year_of(Person* who, double time) noexcept:
    """Year of tenure, 0 is the first."""
    return floor((time - who.start) / MONTHS_PER_YEAR)


cdef inline void book(Rule* rule, Ledger* ledger, Person* who, double time, double amount) noexcept:
    """An award is made: it counts against every cap."""
    cdef double year = year_of(who, time)
    ledger.awarded_in_year = (ledger.awarded_in_year if ledger.year == year else 0.0) + amount
    ledger.awarded += amount
    ledger.year = year
    if rule.is_cash or rule.unit == SHARES_UNIT:
        who.awarded[rule.is_cash] += amount


cdef inline void clear(Ledger* ledger) noexcept:
    """A new person starts with nothing."""
    ledger.looked = 0
    ledger.cooldown_until = -INFINITY
    ledger.awarded = ledger.year = ledger.awarded_in_year = ledger.reserve = 0
