"""Compiled: what waits for a lap from the start on, for one block of lanes.

Retirements, lost time and late free stops go to the lists of their laps; neutralisations to
the laps on which somebody asks for them.
"""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator.cpu import rules
from predictor.simulator.kernel_random import philox
from predictor.simulator.lanes import (
    ACCIDENT,
    COVERS,
    EAGER,
    HASTY,
    HEAD,
    LINK,
    RETIREMENT,
    STOOD,
    TABLE,
    WANT,
    WIDTH,
    WORDS,
    Lanes,
    Word,
)
from predictor.simulator.physics import FIRST_LAP, SAFETY_CAR, VSC
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import TickArrays, TickConstants

__all__ = [
    "FREE_STOP_HERE",
    "LOSES_HERE",
    "RETIRES_HERE",
    "draw_neutralisations",
    "draw_triggers",
    "put_event",
]

I32, U32 = np.int32, np.uint32
TRIGGERS, NEUTRALISATIONS = 3, 4  # rows of keys, see PURPOSES
INCIDENTS = 4  # chances of a neutralisation per race that no retirement caused
FORCED = 100  # counter index out of the way of incidents
RETIRES_HERE, LOSES_HERE, FREE_STOP_HERE = range(MAX_STOPS, MAX_STOPS + 3)  # kinds of event


@numba.njit(nogil=True, error_model="numpy")
def put_event(s: Lanes, lap: int, kind: int, at: int) -> None:
    """Note that something happens on a lap: stop number ``kind``, or what has a kind of its own."""
    node = U32(U32(kind) * U32(TABLE) + U32(at))
    s[LINK + node] = s[HEAD + lap]
    s[HEAD + lap] = I32(node)


@numba.njit(nogil=True, error_model="numpy")
def draw_triggers(
    k: TickConstants, a: TickArrays, first: int, n_sims: int, n_drivers: int, s: Lanes
) -> None:
    """Put retirements, lost time and late free stops on their laps, and say who answers stops."""
    last = n_sims - 1 - first
    base = U32(k.first_sim + first)
    # apart: numba counts who holds an array each time that `a` hands one out in a loop
    long, short, loss = a.safety_car_laps, a.vsc_laps, a.loss
    red, safety_car, vsc = I32(k.accident_red), I32(k.accident_safety_car), I32(k.accident_vsc)
    failure_safety_car, failure_vsc = I32(k.failure_safety_car), I32(k.failure_vsc)
    n_laps, last_stop = I32(k.n_laps), I32(k.last_stop)
    covers, free, free_laps = I32(k.covers), I32(k.free_stop), I32(k.free_stop_laps)
    eager, hasty = I32(k.free_change), I32(k.early_change)
    key0, key1 = a.keys[TRIGGERS, 0], a.keys[TRIGGERS, 1]
    for car in range(n_drivers):
        row = car * WIDTH
        # where `put_event` will write, and nobody looks before
        loses_on, free_on = LINK + LOSES_HERE * TABLE + row, LINK + FREE_STOP_HERE * TABLE + row
        for w in range(WIDTH):
            sim = U32(base + U32(min(w, last)))
            u, v, loses, late = philox(sim, U32(0), U32(car), key0, key1)
            drawn = rules.in_24(u)
            crash = rules.kind_after_accident(drawn, red, safety_car, vsc)
            failure = rules.kind_after_failure(drawn, failure_safety_car, failure_vsc)
            is_accident = I32(-s[ACCIDENT + row + w])
            s[STOOD + row + w] = I32(v)
            answers = I32(1) if rules.happens(loses, covers) else I32(0)
            s[COVERS + w] = I32(s[COVERS + w] | I32(answers << I32(car)))
            is_eager = I32(1) if rules.happens(v, eager) else I32(0)
            # softs would not last, see `_card_of` for what WORDS holds
            is_hasty = I32(1) if rules.happens(v, hasty) else I32(0)
            is_hasty = I32(is_hasty & I32(I32(1) - s[WORDS + row + w]))
            s[EAGER + w] = I32(s[EAGER + w] | I32(is_eager << I32(car)))
            s[HASTY + w] = I32(s[HASTY + w] | I32(is_hasty << I32(car)))
            s[WORDS + row + w] = rules.choose(is_accident, crash, failure)
            s[loses_on + w] = I32(loses)
            s[free_on + w] = rules.free_stop_lap(late, free, n_laps, last_stop, free_laps)
        for w in range(WIDTH):
            lap = s[RETIREMENT + row + w]
            if lap <= n_laps:
                put_event(s, U32(lap), RETIRES_HERE, row + w)
                _ask(s, U32(lap), w, s[WORDS + row + w], U32(s[STOOD + row + w]), long, short)
            lap = rules.loss_lap(U32(s[loses_on + w]), loss[first + min(w, last), car], n_laps)
            if lap <= n_laps:
                put_event(s, U32(lap), LOSES_HERE, row + w)
            if s[free_on + w] <= n_laps:
                put_event(s, U32(s[free_on + w]), FREE_STOP_HERE, row + w)


@numba.njit(nogil=True, error_model="numpy")
def draw_neutralisations(
    k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes
) -> None:
    """Fill WANT with what is asked for beside retirements."""
    last = n_sims - 1 - first
    base = U32(k.first_sim + first)
    long, short = a.safety_car_laps, a.vsc_laps
    key0, key1 = a.keys[NEUTRALISATIONS, 0], a.keys[NEUTRALISATIONS, 1]
    for incident in range(INCIDENTS):
        for w in range(WIDTH):
            sim = U32(base + U32(min(w, last)))
            happens, when, kind, v = philox(sim, U32(0), U32(incident), key0, key1)
            s[WORDS + w] = rules.in_24(happens)
            s[WORDS + WIDTH + w] = rules.share(when, I32(k.n_laps))
            s[WORDS + 2 * WIDTH + w] = rules.in_24(kind)
            s[WORDS + 3 * WIDTH + w] = I32(v)
        for w in range(WIDTH):
            if s[WORDS + w] < k.incident:
                is_safety_car = s[WORDS + 2 * WIDTH + w] < k.incident_safety_car
                lap = U32(1 + s[WORDS + WIDTH + w])
                v = U32(s[WORDS + 3 * WIDTH + w])
                _ask(s, lap, w, SAFETY_CAR if is_safety_car else VSC, v, long, short)
    if k.force_safety_car != 0:
        _force(k, a, first, n_sims, s)


@numba.njit(nogil=True, error_model="numpy")
def _ask(s: Lanes, lap: int, w: int, kind: int, v: Word, long: Lanes, short: Lanes) -> None:
    at = WANT + U32(U32(lap) * U32(WIDTH) + U32(w))
    s[at] = max(s[at], _wish(kind, v, long, short))


@numba.njit(nogil=True, error_model="numpy")
def _wish(kind: int, v: Word, long: Lanes, short: Lanes) -> int:
    """Draw a neutralisation's length: ``long`` of a safety car, ``short`` of a VSC."""
    length = I32(1)
    if kind == SAFETY_CAR:
        length = long[U32(rules.share(v, I32(long.size)))]
    elif kind == VSC:
        length = short[U32(rules.share(v, I32(short.size)))]
    return rules.wish(I32(kind), length)


@numba.njit(nogil=True, error_model="numpy")
def _force(k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes) -> None:
    """Ask for a safety car where none would come out.

    It replaces whatever was wished for on that lap, so that it does come out.
    """
    for w in range(WIDTH):
        state, left, fresh, comes = I32(0), I32(0), I32(0), False
        for lap in range(1, k.n_laps + 1):
            wanted = s[WANT + lap * WIDTH + w]
            comes |= rules.flag_now(state, left, fresh) == SAFETY_CAR + FIRST_LAP
            left = max(I32(left - I32(1)), I32(0))
            granted = rules.comes_out(state, left, wanted)
            state = rules.state_next(state, granted, wanted)
            left = rules.left_next(left, granted, wanted)
            fresh = FIRST_LAP if granted else I32(0)
        if not comes:
            sim = U32(k.first_sim + min(first + w, n_sims - 1))
            key0, key1 = a.keys[NEUTRALISATIONS, 0], a.keys[NEUTRALISATIONS, 1]
            when, v, which, _ = philox(sim, U32(0), U32(FORCED), key0, key1)
            lap = rules.forced_lap(when, which, I32(k.accident_lap1), I32(k.n_laps))
            s[WANT + lap * WIDTH + w] = _wish(SAFETY_CAR, v, a.safety_car_laps, a.vsc_laps)
