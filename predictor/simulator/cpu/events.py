"""Compiled: what happens to single cars on single laps; rare, so one lane at a time.

Stops and retirements wait in a list per lap, which only they themselves visit: to look
at every car of every lane would cost more than the stops do. Rows are found by unsigned
numbers: of a signed one numba asks each time whether it counts from the end, 0.3 us a race.
"""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator.cpu import rules
from predictor.simulator.cpu.begin import START
from predictor.simulator.cpu.triggers import (
    FREE_STOP_HERE,
    LOSES_HERE,
    RETIRES_HERE,
    put_event,
)
from predictor.simulator.kernel_random import normals, philox
from predictor.simulator.lanes import (
    ASKED,
    BASE,
    CHANGE,
    CLIFF,
    COMPOUND,
    DELTA,
    EAGER,
    FLAG,
    FLAG_BEFORE,
    HASTY,
    HEAD,
    KEY,
    LAST_STOP,
    LINK,
    NEXT_STOP,
    NOT_TIMED,
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
    Word,
)
from predictor.simulator.physics import (
    FAR,
    FIRST_LAP,
    GONE,
    KIND,
    NEVER,
    NOT_A_LAP,
    RED,
    RETIRES,
    SAFETY_CAR,
)
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import TickArrays, TickConstants

__all__ = ["call_in", "penalise", "restart", "serve", "turn_weather"]

I32, U32, F32 = np.int32, np.uint32, np.float32
_CAR, _FIVE = np.int32(31), np.int32(5)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def turn_weather(k: TickConstants, n_drivers: int, s: Lanes, lap: int) -> None:
    """Change the track where this lap is a crossover; a wrong tyre costs from now on."""
    for stop in range(min(k.crossovers, MAX_STOPS)):
        for w in range(WIDTH):
            if s[CHANGE + stop * WIDTH + w] == lap:
                s[TRACK + w] = I32(1) - s[TRACK + w]
                for car in range(n_drivers):
                    at = car * WIDTH + w
                    cost = I32(k.wrong_tyre if _is_wrong(k.rain, s, at, w) else -k.wrong_tyre)
                    s[BASE + at] += cost
                    s[CLIFF + at] += cost
    for w in range(WIDTH):  # a lap on a wet track is not the fastest of a race that has dry ones
        s[NOT_TIMED + w] = NOT_A_LAP if s[TRACK + w] != 0 else s[NOT_TIMED + w]


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _is_wrong(rain: int, s: Lanes, at: int, w: int) -> bool:
    on_rain_tyres = s[COMPOUND + at] == rain
    return on_rain_tyres != (s[TRACK + w] != 0)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
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


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def call_in(
    k: TickConstants,
    loss: Lanes,
    first: int,
    n_drivers: int,
    s: Lanes,
    lap: int,
    some_fresh: bool,
    some_asked: bool,
) -> int:
    """Let cars retire and lose time on this lap, list those that stop, and give their number."""
    stopping = _stop_early(k, n_drivers, s, lap) if some_fresh else 0
    if some_asked:
        stopping = _answer(k, s, lap, stopping)
    return _stop_as_planned(k, loss, first, n_drivers, s, lap, stopping)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def serve(
    k: TickConstants, a: TickArrays, n_drivers: int, s: Lanes, lap: int, stopping: int
) -> None:
    """Serve the listed stops; bit 0 of a delta says: was in the pit lane."""
    _change_tyres(k, a, s, lap, stopping)
    _share_boxes(a, n_drivers, s, lap, stopping)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _stop_early(k: TickConstants, n_drivers: int, s: Lanes, lap: int) -> int:
    """List the cars that a flag brings in which just came out; give their number."""
    stopping = 0
    wet = k.crossovers >= 0
    for w in range(WIDTH):
        flag = s[FLAG + w]
        kind = flag & KIND
        if flag < FIRST_LAP or rules.is_too_late(I32(lap), I32(k.n_laps), I32(k.last_stop), kind):
            continue
        window, leader = s[WINDOW + w], s[KEY + w] & _CAR
        for car in range(n_drivers):
            at = U32(U32(car) * U32(WIDTH) + U32(w))
            next_stop = s[NEXT_STOP + at]
            comes = rules.plan_is_due(next_stop, I32(lap))
            if wet:
                comes |= rules.changes_class(next_stop, flag, _is_wrong(k.rain, s, at, w))
            elif not comes and I32(next_stop - I32(lap)) <= window:
                last_stop = s[LAST_STOP + at]
                comes = rules.is_early(
                    next_stop, I32(lap), flag, window, last_stop, I32(k.least_stint)
                )
            elif not comes and flag & KIND >= SAFETY_CAR:
                comes = (s[STOPS_MADE + at] < MAX_STOPS) & rules.changes_for_free(
                    next_stop,
                    I32(lap),
                    flag,
                    s[LAST_STOP + at],
                    I32(k.change_age),
                    I32(U32(U32(s[EAGER + w]) >> U32(car)) & U32(1)),
                    I32(U32(U32(s[HASTY + w]) >> U32(car)) & U32(1)),
                    I32(1) if I32(car) != leader else I32(0),
                    I32(k.n_laps - lap),
                    window,
                )
            if comes and s[RETIREMENT + at] > lap:
                s[LAST_STOP + at] = lap
                s[STOPPING + stopping] = I32(at)
                stopping += 1
    return stopping


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _answer(k: TickConstants, s: Lanes, lap: int, stopping: int) -> int:
    """List the cars that stop because one close behind them did on the lap before."""
    for w in range(WIDTH):
        asked = I32(s[ASKED + w])
        s[ASKED + w] = 0
        while asked != I32(0):
            lowest = I32(asked & I32(-asked))
            asked = I32(asked ^ lowest)
            # a float's exponent, without its sign: car 31 has the bit of the sign
            exponent = I32(I32(F32(lowest).view(I32) >> I32(23)) & I32(0xFF))
            car = U32(I32(exponent - I32(127)))
            at = U32(U32(car * U32(WIDTH)) + U32(w))
            kind = s[FLAG + w] & KIND
            next_stop, last_stop = s[NEXT_STOP + at], s[LAST_STOP + at]
            comes = rules.answers(
                next_stop, I32(lap), last_stop, kind, I32(k.cover_laps), I32(k.least_stint)
            )
            if not comes or last_stop == lap or s[RETIREMENT + at] <= lap:
                continue
            if not rules.is_too_late(I32(lap), I32(k.n_laps), I32(k.last_stop), kind):
                s[LAST_STOP + at] = lap
                s[STOPPING + stopping] = I32(at)
                stopping += 1
    return stopping


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _stop_as_planned(
    k: TickConstants, loss: Lanes, first: int, n_drivers: int, s: Lanes, lap: int, stopping: int
) -> int:
    """Go through the lap's events: retire and delay cars, and list those that stop as planned."""
    node = s[HEAD + lap]
    while node >= 0:
        kind = U32(node) // U32(TABLE)
        at = U32(U32(node) - U32(kind * U32(TABLE)))
        if kind == RETIRES_HERE:
            s[DELTA + at] = I32(RETIRES << I32(1))
        elif kind == LOSES_HERE:
            sim = min(first + I32(at & U32(WIDTH - 1)), loss.shape[0] - 1)
            s[DELTA + at] = I32(s[DELTA + at] + I32(loss[sim, at // U32(WIDTH)] << I32(1)))
        elif kind == FREE_STOP_HERE:
            if _stops_for_free(k, n_drivers, s, at, lap):
                s[LAST_STOP + at] = lap
                s[STOPPING + stopping] = I32(at)
                stopping += 1
        elif s[NEXT_STOP + at] == lap and s[LAST_STOP + at] != lap:
            flag = s[FLAG + (at & U32(WIDTH - 1))] & KIND
            too_late = rules.is_too_late(I32(lap), I32(k.n_laps), I32(k.last_stop), flag)
            if s[RETIREMENT + at] > lap and not too_late:
                s[LAST_STOP + at] = lap
                s[STOPPING + stopping] = I32(at)
                stopping += 1
        node = s[LINK + U32(node)]
    return stopping


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _stops_for_free(k: TickConstants, n_drivers: int, s: Lanes, at: Word, lap: int) -> bool:
    car, w = U32(at // U32(WIDTH)), U32(at & U32(WIDTH - 1))
    if s[RETIREMENT + at] <= lap or s[STOPS_MADE + at] >= MAX_STOPS:
        return False
    gap = FAR
    for place in range(n_drivers - 1):
        key = s[KEY + place * WIDTH + w]
        if key & _CAR == car:
            behind = I32(s[KEY + (place + 1) * WIDTH + w] >> _FIVE)
            gap = I32(behind - I32(key >> _FIVE)) if behind < GONE else FAR
            break
    return rules.stops_for_free(
        s[NEXT_STOP + at],
        I32(lap),
        s[LAST_STOP + at],
        s[FLAG + w] & KIND,
        gap,
        I32(k.free_stop_gap),
        I32(k.least_stint),
    )


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _change_tyres(k: TickConstants, a: TickArrays, s: Lanes, lap: int, stopping: int) -> None:
    """Serve the listed stops, and note each car's next one."""
    wet = k.crossovers >= 0
    for n in range(stopping):
        at = U32(s[STOPPING + n])
        car, w = U32(at // U32(WIDTH)), U32(at & U32(WIDTH - 1))
        made, old = U32(s[STOPS_MADE + at]), U32(s[COMPOUND + at])
        # No table holds the car's pace alone: the cliff without its tyre does, as it never wears.
        pace = s[CLIFF + at] - a.cliff[old]
        if wet:
            compound = U32(k.slick if old == k.rain else k.rain)
            # two classes of tyre: the other one is right if this one is wrong
            pace += I32(-k.wrong_tyre if _is_wrong(k.rain, s, at, w) else k.wrong_tyre)
        else:
            compound = U32(a.plan_compound[U32(s[PLAN + at]), made + U32(1)])
        stood = a.standstill[U32(a.crew[car]), U32(s[STOP + made * U32(TABLE) + at] >> 16)]
        if s[FLAG + w] & KIND != RED:  # under which tyres are changed while the race stands
            if s[OFFENCE + at] < lap:
                stood += s[PENALTY + at]
                s[OFFENCE + at] = NEVER
            loss = I32(s[PIT_LOSS + w] + stood + a.cold[compound])
            s[DELTA + at] = I32(s[DELTA + at] + I32(I32(loss << I32(1)) + I32(1)))
        s[STOOD + at] = stood
        s[COMPOUND + at] = compound
        s[BASE + at] = pace + a.offset[compound]
        s[CLIFF + at] = pace + a.cliff[compound]
        s[SLOPE + at], s[STEEP + at] = a.slope[car, compound], a.steep[car, compound]
        made = U32(made + U32(1))
        s[STOPS_MADE + at] = made
        upcoming = NEVER
        if made < U32(MAX_STOPS):
            upcoming = I32(s[STOP + made * U32(TABLE) + at] & I32(0xFFFF))
            if upcoming < NEVER:
                put_event(s, U32(upcoming), made, at)
        s[NEXT_STOP + at] = upcoming


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _share_boxes(a: TickArrays, n_drivers: int, s: Lanes, lap: int, stopping: int) -> None:
    """Let a car wait whose team-mate came in ahead of it on the same lap."""
    for n in range(stopping):
        at = U32(s[STOPPING + n])
        car, w = U32(at // U32(WIDTH)), U32(at & U32(WIDTH - 1))
        mate = a.mate[car]
        if mate < 0 or s[FLAG + w] & KIND == RED:
            continue
        mate = U32(mate)
        if s[LAST_STOP + mate * U32(WIDTH) + w] != lap:
            continue
        mine, theirs = _key_of(n_drivers, s, car, w), _key_of(n_drivers, s, mate, w)
        if theirs < mine:
            stood = s[STOOD + mate * U32(WIDTH) + w]
            wait = rules.waits_for_box(I32(mine >> _FIVE), I32(theirs >> _FIVE), stood)
            s[DELTA + at] = I32(s[DELTA + at] + I32(wait << I32(1)))


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _key_of(n_drivers: int, s: Lanes, car: int, w: int) -> Word:
    for place in range(n_drivers):
        key = s[KEY + place * WIDTH + w]
        if key & _CAR == car:
            return key
    return s[KEY + w]  # never: every car has a place


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def penalise(k: TickConstants, n_drivers: int, s: Lanes) -> None:
    """Add the penalties that nobody served, at the flag."""
    for place in range(n_drivers):
        for w in range(WIDTH):
            key = s[KEY + place * WIDTH + w]
            car, time = key & _CAR, I32(key >> _FIVE)
            at = U32(U32(car) * U32(WIDTH) + U32(w))
            if s[OFFENCE + at] <= k.n_laps and time < GONE:
                time = min(I32(time + s[PENALTY + at]), I32(GONE - I32(1)))
                s[KEY + place * WIDTH + w] = I32(I32(time << _FIVE) | car)
