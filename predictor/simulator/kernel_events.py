"""Compiled: what happens to single cars on single laps; rare, so one lane at a time.

Stops and retirements wait in a list per lap, which only they themselves visit: to look
at every car of every lane would cost more than the stops do.
"""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator import kernel_rules as rules
from predictor.simulator.kernel_begin import RETIRES_HERE, START, put_event
from predictor.simulator.kernel_random import normals, philox
from predictor.simulator.lanes import (
    BASE,
    CHANGE,
    CLIFF,
    COMPOUND,
    DELTA,
    FLAG,
    FLAG_BEFORE,
    HEAD,
    KEY,
    LAST_STOP,
    LINK,
    NEXT_STOP,
    OFFENCE,
    PENALTY,
    PIT_LOSS,
    PLAN,
    RETIREMENT,
    SLOPE,
    STEEP,
    STOOD,
    STOP,
    STOPPING,
    STOPS_MADE,
    TABLE,
    TRACK,
    WIDTH,
    WINDOW,
    Lanes,
)
from predictor.simulator.physics import FIRST_LAP, GONE, KIND, NEVER, RED, RETIRES
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import TickArrays, TickConstants

__all__ = ["penalise", "restart", "serve", "turn_weather"]

I32, U32, F32 = np.int32, np.uint32, np.float32
_CAR, _FIVE = np.int32(31), np.int32(5)


@numba.njit(nogil=True, error_model="numpy")
def turn_weather(k: TickConstants, n_drivers: int, s: Lanes, lap: int) -> None:
    """Change the track where this lap is a crossover; a wrong tyre costs from now on."""
    for w in range(WIDTH):
        for stop in range(min(k.crossovers, MAX_STOPS)):
            if s[CHANGE + stop * WIDTH + w] == lap:
                s[TRACK + w] = I32(1) - s[TRACK + w]
                for car in range(n_drivers):
                    at = car * WIDTH + w
                    cost = I32(k.wrong_tyre if _is_wrong(k, s, at, w) else -k.wrong_tyre)
                    s[BASE + at] += cost
                    s[CLIFF + at] += cost


@numba.njit(nogil=True, error_model="numpy")
def _is_wrong(k: TickConstants, s: Lanes, at: int, w: int) -> bool:
    on_rain_tyres = s[COMPOUND + at] == k.rain
    return on_rain_tyres != (s[TRACK + w] != 0)


@numba.njit(nogil=True, error_model="numpy")
def restart(
    k: TickConstants, a: TickArrays, first: int, n_sims: int, n_drivers: int, s: Lanes, lap: int
) -> None:
    """Draw a new getaway for everybody where the last lap ended under a red flag."""
    scale = F32(k.start_noise)
    for w in range(WIDTH):
        if s[FLAG_BEFORE + w] & KIND != RED or s[FLAG + w] & KIND == RED:
            continue
        sim = U32(k.first_sim + min(first + w, n_sims - 1))
        for place in range(n_drivers):
            key = s[KEY + place * WIDTH + w]
            car, time = key & _CAR, I32(key >> _FIVE)
            if time < GONE:
                u, v, _, _ = philox(sim, U32(lap), U32(car), a.keys[START, 0], a.keys[START, 1])
                normal, _ = normals(u, v)
                time = min(I32(time + I32(normal * scale)), I32(GONE - I32(1)))
                s[KEY + place * WIDTH + w] = I32(I32(time << _FIVE) | car)


@numba.njit(nogil=True, error_model="numpy")
def serve(
    k: TickConstants, a: TickArrays, n_drivers: int, s: Lanes, lap: int, some_fresh: bool
) -> None:
    """Let cars retire and stop on this lap; bit 0 of a delta says: was in the pit lane.

    Flags that just came out first: whom they bring in early is not due any more.
    """
    stopping = 0
    if some_fresh:
        for w in range(WIDTH):
            if s[FLAG + w] >= FIRST_LAP:
                for car in range(n_drivers):
                    at = car * WIDTH + w
                    if _comes_early(k, s, at, w, lap):
                        stopping = _stop(k, a, s, car, w, lap, stopping)
    node = s[HEAD + lap]
    while node >= 0:
        kind = node // TABLE
        at = node - kind * TABLE
        if kind == RETIRES_HERE:
            s[DELTA + at] = I32(RETIRES << I32(1))
        elif s[NEXT_STOP + at] == lap and s[LAST_STOP + at] != lap:
            w = at & (WIDTH - 1)
            too_late = rules.is_too_late(I32(lap), I32(k.n_laps), I32(k.last_stop), s[FLAG + w] & KIND)
            if s[RETIREMENT + at] > lap and not too_late:
                stopping = _stop(k, a, s, at // WIDTH, w, lap, stopping)
        node = s[LINK + node]
    for n in range(stopping):
        at = s[STOPPING + n]
        mate = a.mate[at // WIDTH]
        if mate >= 0:
            w = at & (WIDTH - 1)
            other = mate * WIDTH + w
            if s[LAST_STOP + other] == lap and s[FLAG + w] & KIND != RED:
                mine, theirs = _key_of(n_drivers, s, at // WIDTH, w), _key_of(n_drivers, s, mate, w)
                if theirs < mine:
                    wait = rules.waits_for_box(
                        I32(mine >> _FIVE), I32(theirs >> _FIVE), s[STOOD + other]
                    )
                    s[DELTA + at] += I32(wait << I32(1))


@numba.njit(nogil=True, error_model="numpy")
def _comes_early(k: TickConstants, s: Lanes, at: int, w: int, lap: int) -> bool:
    flag = s[FLAG + w]
    kind = flag & KIND
    next_stop = s[NEXT_STOP + at]
    if s[RETIREMENT + at] <= lap:
        return False
    if rules.is_too_late(I32(lap), I32(k.n_laps), I32(k.last_stop), kind):
        return False
    if rules.plan_is_due(next_stop, I32(lap)):
        return True
    if k.crossovers >= 0:
        return rules.changes_class(next_stop, flag, _is_wrong(k, s, at, w))
    return rules.is_early(
        next_stop, I32(lap), flag, s[WINDOW + w], s[LAST_STOP + at], I32(k.least_stint)
    )


@numba.njit(nogil=True, error_model="numpy")
def _key_of(n_drivers: int, s: Lanes, car: int, w: int) -> int:
    for place in range(n_drivers):
        key = s[KEY + place * WIDTH + w]
        if key & _CAR == car:
            return key
    return I32(0)


@numba.njit(nogil=True, error_model="numpy")
def _stop(
    k: TickConstants, a: TickArrays, s: Lanes, car: int, w: int, lap: int, stopping: int
) -> int:
    """Serve one stop and note the next; give how many cars stopped on this lap so far."""
    at = car * WIDTH + w
    made = s[STOPS_MADE + at]
    old = s[COMPOUND + at]
    wet = k.crossovers >= 0
    if wet:
        compound = I32(k.slick if old == k.rain else k.rain)
    else:
        compound = a.plan_compound[s[PLAN + at], made + 1]
    stood = a.standstill[a.crew[car], s[STOP + made * TABLE + at] >> 16]
    if s[FLAG + w] & KIND != RED:  # tyres are changed while the race stands
        if s[OFFENCE + at] < lap:
            stood += s[PENALTY + at]
            s[OFFENCE + at] = NEVER
        loss = I32(s[PIT_LOSS + w] + stood + a.cold[compound])
        s[DELTA + at] = I32(s[DELTA + at] + I32(I32(loss << I32(1)) + I32(1)))
    s[STOOD + at] = stood
    s[LAST_STOP + at] = lap
    s[STOPPING + stopping] = at
    # PACE is not kept: take the old tyre's level out of the cliff, which does not wear
    pace = s[CLIFF + at] - a.cliff[old]
    if wet:
        before = _is_wrong(k, s, at, w)
        s[COMPOUND + at] = compound
        after = _is_wrong(k, s, at, w)
        pace += I32((I32(after) - I32(before)) * k.wrong_tyre)
    s[COMPOUND + at] = compound
    s[BASE + at] = pace + a.offset[compound]
    s[CLIFF + at] = pace + a.cliff[compound]
    s[SLOPE + at] = a.slope[car, compound]
    s[STEEP + at] = a.steep[car, compound]
    made += 1
    s[STOPS_MADE + at] = made
    upcoming = NEVER
    if made < MAX_STOPS:
        upcoming = I32(s[STOP + made * TABLE + at] & I32(0xFFFF))
        if upcoming < NEVER:
            put_event(s, upcoming, made, at)
    s[NEXT_STOP + at] = upcoming
    return stopping + 1


@numba.njit(nogil=True, error_model="numpy")
def penalise(k: TickConstants, n_drivers: int, s: Lanes) -> None:
    """Add the penalties that nobody served, at the flag."""
    for place in range(n_drivers):
        for w in range(WIDTH):
            key = s[KEY + place * WIDTH + w]
            car, time = key & _CAR, I32(key >> _FIVE)
            at = car * WIDTH + w
            if s[OFFENCE + at] <= k.n_laps and time < GONE:
                time = min(I32(time + s[PENALTY + at]), I32(GONE - I32(1)))
                s[KEY + place * WIDTH + w] = I32(I32(time << _FIVE) | car)
