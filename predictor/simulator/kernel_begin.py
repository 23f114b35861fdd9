"""Compiled: what is settled before the lights go out, for one block of lanes.

Grid and getaway, who will retire and when, when the race is neutralised, and who
means to stop on which lap.
"""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator.kernel_random import normals, philox
from predictor.simulator.lanes import (
    ACCIDENT,
    BEST,
    FLAG,
    KEY,
    NEXT_STOP,
    PACE,
    PASSES,
    PLAN,
    RETIREMENT,
    SLOPE,
    STOP,
    STOP_TABLE,
    STOPS_MADE,
    TYRE,
    WIDTH,
    Lanes,
    Word,
)
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import NEVER, TickArrays, TickConstants

__all__ = ["begin"]

I32, U32, F32 = np.int32, np.uint32, np.float32
START, RETIREMENTS, TRIGGERS, NEUTRALISATIONS, PLANS = range(1, 6)  # rows of keys, see PURPOSES
VSC, SAFETY_CAR, RED, FIRST_LAP = 1, 2, 3, 4
INCIDENTS = 4  # chances of a neutralisation per race that no retirement caused
FORCED = 100  # counter indices out of the way of cars and incidents
CROSSOVERS = 200
_2_TO_MINUS_24 = np.float32(2.0**-24)
_BEST_START = np.int32(2**31 - 1)


@numba.njit(nogil=True, error_model="numpy")
def begin(k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes, want: Lanes) -> None:
    """Fill the lanes' rows for the sims from ``first`` on; surplus lanes repeat the last sim."""
    n_drivers = a.pace.shape[1]
    for w in range(WIDTH):
        s[PASSES + w] = 0
        s[BEST + w] = _BEST_START
        i = min(first + w, n_sims - 1)
        for car in range(n_drivers):
            s[PACE + car * WIDTH + w] = a.pace[i, car]
    _draw_retirements(k, a, first, n_sims, s)
    _draw_getaway(k, a, first, n_sims, s)
    for w in range(WIDTH):
        sim = U32(k.first_sim + min(first + w, n_sims - 1))
        _draw_neutralisations(k, a, sim, w, n_drivers, s, want)
        _draw_plans(k, a, sim, w, n_drivers, s)


@numba.njit(nogil=True, error_model="numpy")
def _draw_retirements(k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes) -> None:
    laps = U32(k.n_laps)
    key0, key1 = a.keys[RETIREMENTS, 0], a.keys[RETIREMENTS, 1]
    for car in range(a.pace.shape[1]):
        for w in range(WIDTH):
            i = min(first + w, n_sims - 1)
            fails, when, crashes, where = philox(U32(k.first_sim + i), U32(0), U32(car), key0, key1)
            failure = I32(NEVER)
            if F32(I32(fails >> U32(8))) * _2_TO_MINUS_24 < a.p_failure[i, car]:
                failure = I32(U32(1) + U32(U32(when >> U32(16)) * laps >> U32(16)))
            accident = I32(NEVER)
            if F32(I32(crashes >> U32(8))) * _2_TO_MINUS_24 < a.p_accident[i, car]:
                accident = I32(U32(1) + U32(U32(where & U32(0xFFFF)) * laps >> U32(16)))
                if where >> U32(16) < k.accident_lap1:
                    accident = I32(1)
            s[RETIREMENT + car * WIDTH + w] = min(failure, accident)
            s[ACCIDENT + car * WIDTH + w] = I32(accident <= failure)


@numba.njit(nogil=True, error_model="numpy")
def _draw_getaway(k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes) -> None:
    scale = F32(k.start_noise)
    setback, setback_loss = I32(k.setback), U32(k.setback_loss)
    key0, key1 = a.keys[START, 0], a.keys[START, 1]
    for car in range(a.pace.shape[1]):
        behind = I32(a.from_pit_lane[car] * k.pit_lane_start)
        for w in range(WIDTH):
            i = min(first + w, n_sims - 1)
            u, v, bad, cost = philox(U32(k.first_sim + i), U32(0), U32(car), key0, key1)
            getaway, _ = normals(u, v)
            time = I32(I32((a.grid[i, car] - 1) * k.slot) + I32(getaway * scale)) + behind
            if I32(bad >> U32(8)) < setback:
                time += I32(U32(U32(cost >> U32(20)) * setback_loss) >> U32(12))
            s[KEY + car * WIDTH + w] = I32(time << 5) | I32(car)


@numba.njit(nogil=True, error_model="numpy")
def _draw_neutralisations(
    k: TickConstants, a: TickArrays, sim: Word, w: int, n_drivers: int, s: Lanes, want: Lanes
) -> None:
    """Fill the FLAG rows: 0 green, 1 VSC, 2 safety car, 3 red, +4 on its first lap."""
    for lap in range(k.n_laps + 1):
        want[lap] = 0
    for car in range(n_drivers):
        lap = s[RETIREMENT + car * WIDTH + w]
        if lap <= k.n_laps:
            u, v, _, _ = philox(sim, U32(0), U32(car), a.keys[TRIGGERS, 0], a.keys[TRIGGERS, 1])
            wish = _after_retirement(k, s[ACCIDENT + car * WIDTH + w], u, v)
            want[lap] = max(want[lap], wish)
    key0, key1 = a.keys[NEUTRALISATIONS, 0], a.keys[NEUTRALISATIONS, 1]
    for incident in range(INCIDENTS):
        happens, when, kind, v = philox(sim, U32(0), U32(incident), key0, key1)
        if happens >> U32(8) < k.incident:
            lap = 1 + ((when >> U32(16)) * k.n_laps >> 16)
            code = SAFETY_CAR if kind >> U32(8) < k.incident_safety_car else VSC
            want[lap] = max(want[lap], _wish(k, code, v))
    if _wave_flags(k, w, s, want) == 0 and k.force_safety_car != 0:
        when, v, _, _ = philox(sim, U32(0), U32(FORCED), key0, key1)
        # replaces whatever was wished for on that lap, so that it does come out
        want[1 + ((when >> U32(16)) * (k.n_laps - 1) >> 16)] = _wish(k, SAFETY_CAR, v)
        _wave_flags(k, w, s, want)


@numba.njit(nogil=True, error_model="numpy")
def _after_retirement(k: TickConstants, is_accident: int, u: Word, v: Word) -> int:
    u = u >> U32(8)
    code = 0
    if is_accident != 0:
        if u < k.accident_red:
            code = RED
        elif u < k.accident_safety_car:
            code = SAFETY_CAR
        elif u < k.accident_vsc:
            code = VSC
    elif u < k.failure_safety_car:
        code = SAFETY_CAR
    elif u < k.failure_vsc:
        code = VSC
    return _wish(k, code, v)


@numba.njit(nogil=True, error_model="numpy")
def _wish(k: TickConstants, code: int, v: Word) -> int:
    """Pack a neutralisation: its kind above its length, so that the graver one is larger."""
    length = 1
    if code == SAFETY_CAR:
        length = k.safety_car_low + ((v >> U32(16)) * k.safety_car_span >> 16)
    elif code == VSC:
        length = k.vsc_low + ((v >> U32(16)) * k.vsc_span >> 16)
    return code * 256 + length if code > 0 else 0


@numba.njit(nogil=True, error_model="numpy")
def _wave_flags(k: TickConstants, w: int, s: Lanes, want: Lanes) -> int:
    """Turn wishes into flags from the lap after on; give the number of safety cars."""
    state, left, fresh, safety_cars = 0, 0, 0, 0
    s[FLAG + w] = 0
    for lap in range(1, k.n_laps + 1):
        flag = 0
        if left > 0:
            flag = state + fresh
            if flag == SAFETY_CAR + FIRST_LAP:
                safety_cars += 1
            left -= 1
            fresh = 0
        s[FLAG + lap * WIDTH + w] = flag
        code = want[lap] >> 8
        if code > 0 and (left == 0 or code > state):
            state, left, fresh = code, want[lap] & 255, FIRST_LAP
    return safety_cars


@numba.njit(nogil=True, error_model="numpy")
def _draw_plans(
    k: TickConstants, a: TickArrays, sim: Word, w: int, n_drivers: int, s: Lanes
) -> None:
    key0, key1 = a.keys[PLANS, 0], a.keys[PLANS, 1]
    shared = philox(sim, U32(0), U32(CROSSOVERS), key0, key1)
    for car in range(n_drivers):
        words = philox(sim, U32(0), U32(car), key0, key1)
        plan = 0
        while words[0] >> U32(8) >= a.plan_up_to[car, plan]:
            plan += 1
        before = 1
        for stop in range(MAX_STOPS):
            lap = NEVER
            if k.crossovers < 0:
                lap = a.plan_lap[plan, stop]
            elif stop < k.crossovers:
                lap = _crossover(k, stop, shared)
            jitter = words[1] if stop == 0 else words[2] if stop == 1 else words[3]
            if lap < NEVER:
                lap += ((jitter >> U32(16)) * (2 * k.jitter + 1) >> 16) - k.jitter
                lap = max(lap, before + 1)
                before = lap
                lap = lap if lap < k.n_laps else NEVER
            s[STOP + stop * STOP_TABLE + car * WIDTH + w] = lap
        compound = a.plan_compound[plan, 0]
        at = car * WIDTH + w
        s[PLAN + at] = plan
        s[STOPS_MADE + at] = 0
        s[NEXT_STOP + at] = s[STOP + at]
        s[TYRE + at] = a.offset[compound]
        s[SLOPE + at] = a.slope[car, compound]


@numba.njit(nogil=True, error_model="numpy")
def _crossover(k: TickConstants, stop: int, shared: Word) -> int:
    """Give the lap of a crossover: one in each equal part of the race."""
    word = shared[0] if stop == 0 else shared[1] if stop == 1 else shared[2]
    return 1 + (stop * 65536 + (word >> U32(16))) * k.n_laps // (k.crossovers * 65536)
