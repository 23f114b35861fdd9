"""Compiled: one lap of a block of lanes, in loops without branches.

Flags become the rules of the lap; every car drives in clean air; the cars meet; a network
sorts them. An inner loop that is not vectorised costs four times as much. What is called
once a lap is inlined: the constants and tables are 200 words to hand on, 0.35 us a race.
"""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator.cpu import rules
from predictor.simulator.kernel_random import noises, philox
from predictor.simulator.lanes import (
    AGEING,
    AHEAD,
    AID,
    ASKED,
    BASE,
    BEST,
    BIT_AHEAD,
    BLUE,
    CATCH_UP,
    CLIFF,
    COVERS,
    DELTA,
    DIRTY,
    EASE,
    FASTEST,
    FLAG,
    FLAG_BEFORE,
    FOLLOW,
    FRESH,
    GAP,
    GATHERED,
    GREEN_MASK,
    KEY,
    LEAD,
    LED,
    LED_BEFORE,
    LEFT,
    NEUTRALISED,
    NEXT_STOP,
    NOT_TIMED,
    PASSES,
    PIT_LOSS,
    RED_FLAGS,
    SAFETY_CARS,
    SLOPE,
    STATE,
    STEEP,
    TAIL,
    TAIL2,
    VSCS,
    WANT,
    WANTED,
    WIDTH,
    WINDOW,
    WORDS,
    Lanes,
)
from predictor.simulator.physics import (
    FAR,
    FIRST_LAP,
    GONE,
    GREEN,
    KIND,
    NOT_A_LAP,
    RED,
    SAFETY_CAR,
    VSC,
)
from predictor.simulator.ticks import TickArrays, TickConstants

__all__ = ["AWAITS_RESTART", "FLAG_IS_FRESH", "drive", "race", "set_lap", "settle"]

I32, U32, F32 = np.int32, np.uint32, np.float32
FLAG_IS_FRESH, AWAITS_RESTART = 1, 2
LAP_NOISE = 0  # row of keys, see PURPOSES
_ZERO, _ONE, _FIVE, _CAR = np.int32(0), np.int32(1), np.int32(5), np.int32(31)
_SIGN = np.int32(31)
_ANSWERING = 6  # places; a car further back follows its own plan
_TWICE_FAR = np.int32(-2) * np.int32(2**26)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def set_lap(k: TickConstants, s: Lanes, lap: int) -> int:
    """Wave this lap's flags and set its rules; say what is rare about it in any lane."""
    return _wave(s, lap) | _set_rules(k, s, I32(lap))


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _wave(s: Lanes, lap: int) -> int:
    fresh_lanes, restarts = _ZERO, _ZERO
    for w in range(WIDTH):
        s[WANTED + w] = s[WANT + lap * WIDTH + w]
    for w in range(WIDTH):
        state, left, wanted = s[STATE + w], s[LEFT + w], s[WANTED + w]
        before = s[FLAG + w]
        flag = rules.flag_now(state, left, s[FRESH + w])
        left = max(I32(left - _ONE), _ZERO)
        granted = rules.comes_out(state, left, wanted)
        s[STATE + w] = rules.state_next(state, granted, wanted)
        s[LEFT + w] = rules.left_next(left, granted, wanted)
        s[FRESH + w] = FIRST_LAP if granted else _ZERO
        s[FLAG_BEFORE + w] = before
        s[FLAG + w] = flag
        s[SAFETY_CARS + w] = I32(
            s[SAFETY_CARS + w] + (_ONE if flag == SAFETY_CAR + FIRST_LAP else _ZERO)
        )
        s[VSCS + w] = I32(s[VSCS + w] + (_ONE if flag == VSC + FIRST_LAP else _ZERO))
        s[RED_FLAGS + w] = I32(s[RED_FLAGS + w] + (_ONE if flag == RED + FIRST_LAP else _ZERO))
        s[NEUTRALISED + w] = I32(s[NEUTRALISED + w] + (_ONE if flag != GREEN else _ZERO))
        fresh_lanes = I32(fresh_lanes | I32(flag & FIRST_LAP))
        over = (I32(before & KIND) == RED) & (I32(flag & KIND) != RED)
        restarts = I32(restarts | (_ONE if over else _ZERO))
    happens = FLAG_IS_FRESH if fresh_lanes != _ZERO else 0
    return happens | (AWAITS_RESTART if restarts != _ZERO else 0)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _set_rules(k: TickConstants, s: Lanes, lap: int) -> int:
    lead, least, queue, slot = (
        I32(k.lead_to_pass),
        I32(k.min_gap),
        I32(k.safety_car_gap),
        I32(k.slot),
    )
    catch_up, dirty, gain, from_lap = (
        I32(k.catch_up),
        I32(k.dirty_air),
        I32(k.aid_gain),
        I32(k.aid_from_lap),
    )
    blue, lane, lane_vsc, lane_sc = (
        I32(k.blue_flag),
        I32(k.pit_green),
        I32(k.pit_vsc),
        I32(k.pit_safety_car),
    )
    window_vsc, window_sc, window_red = (
        I32(k.window_vsc),
        I32(k.window_safety_car),
        I32(k.window_red),
    )
    follow = I32(k.follow_mask)
    untimed = NOT_A_LAP if lap == _ONE else _ZERO
    for w in range(WIDTH):
        flag = s[FLAG + w]
        kind = I32(flag & KIND)
        s[GREEN_MASK + w] = rules.on_green(kind, I32(-1))
        s[NOT_TIMED + w] = untimed if kind == GREEN else NOT_A_LAP
        s[LEAD + w] = rules.lead_to_pass(kind, lap, lead)
        s[FOLLOW + w] = rules.on_green(kind, follow)
        s[GAP + w] = rules.following_gap(kind, least, queue, slot)
        s[CATCH_UP + w] = rules.catching_up(kind, catch_up)
        s[DIRTY + w] = rules.on_green(kind, dirty)
        s[AID + w] = rules.aid(kind, s[FLAG_BEFORE + w], lap, from_lap, gain)
        s[BLUE + w] = rules.on_green(kind, blue)
        s[AGEING + w] = rules.ageing(kind)
        s[PIT_LOSS + w] = rules.pit_lane_loss(kind, lane, lane_vsc, lane_sc)
        s[WINDOW + w] = rules.early_window(flag, lap, window_vsc, window_sc, window_red)
    return 0


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def drive(k: TickConstants, a: TickArrays, first: int, n_drivers: int, s: Lanes, lap: int) -> None:
    """Add up each car's clean-air lap, two cars to a random word, and wear its tyres."""
    scale = F32(k.noise)
    key0, key1 = a.keys[LAP_NOISE, 0], a.keys[LAP_NOISE, 1]
    base = U32(k.first_sim + first)
    for block in range((n_drivers + 7) // 8):
        row = WORDS + block * (8 * WIDTH)
        index = U32(block)
        for w in range(WIDTH):
            u0, u1, u2, u3 = philox(U32(base + U32(w)), U32(lap), index, key0, key1)
            s[row + w] = I32(u0)
            s[row + 2 * WIDTH + w] = I32(u1)
            s[row + 4 * WIDTH + w] = I32(u2)
            s[row + 6 * WIDTH + w] = I32(u3)
    for pair in range((n_drivers + 1) // 2):
        row = pair * (2 * WIDTH)
        for w in range(WIDTH):
            noise1, noise2 = noises(U32(s[WORDS + row + w]), scale)
            s[WORDS + row + w] = noise1
            s[WORDS + WIDTH + row + w] = noise2
    for car in range(n_drivers):  # apart: in one loop with the noise LLVM does not vectorise it
        row = car * WIDTH
        for w in range(WIDTH):
            tyre, slope, steep = s[BASE + row + w], s[SLOPE + row + w], s[STEEP + row + w]
            lap_time = rules.clean_lap(tyre, s[WORDS + row + w], s[GREEN_MASK + w])
            s[DELTA + row + w] = I32(lap_time << _ONE)
            s[BASE + row + w] = rules.tyre_after(
                tyre, slope, steep, s[CLIFF + row + w], s[AGEING + w]
            )


@numba.njit(nogil=True, error_model="numpy")
def settle(k: TickConstants, pace: Lanes, first: int, n_drivers: int, s: Lanes) -> None:
    """Bring the cars' paces closer together, from this lap on."""
    last, share = pace.shape[0] - 1 - first, I32(k.settled_share)
    for car in range(n_drivers):
        for w in range(WIDTH):
            at = car * WIDTH + w
            change = rules.settled(pace[first + min(w, last), car], share)
            s[BASE + at] = I32(s[BASE + at] + change)
            s[CLIFF + at] = I32(s[CLIFF + at] + change)


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _ease(k: TickConstants, s: Lanes) -> None:
    """Fill EASE with what the leader gives away on this lap."""
    kept, share, most = I32(k.lead_kept), I32(k.lead_share), I32(k.lead_given)
    for w in range(WIDTH):
        table = U32(U32(s[KEY + w] & _CAR) * U32(WIDTH))
        s[EASE + w] = s[NEXT_STOP + table + w]
    for w in range(WIDTH):
        gap = I32(I32(s[KEY + WIDTH + w] >> _FIVE) - I32(s[KEY + w] >> _FIVE))
        given = rules.given_away(gap, s[EASE + w], kept, share, most)
        s[EASE + w] = I32(given & s[GREEN_MASK + w])


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def _clear(s: Lanes) -> None:
    """Forget the cars of the lap before, and set the head of the queue."""
    for w in range(WIDTH):
        leader = I32(s[KEY + w] >> _FIVE)
        s[LED_BEFORE + w] = leader
        s[LED + w] = FAR
        s[FASTEST + w] = NOT_A_LAP
        s[AHEAD + w] = I32(-FAR)
        s[TAIL2 + w] = _TWICE_FAR
        s[BIT_AHEAD + w] = _ZERO
        # the queue's head keeps its time: the field closes up to it
        head, catch_up = I32(leader - s[GAP + w]), s[CATCH_UP + w]
        s[TAIL + w] = head if catch_up > _ZERO else _TWICE_FAR


@numba.njit(nogil=True, error_model="numpy", inline="always")  # or LLVM leaves its loops
def _ask(k: TickConstants, s: Lanes, row: int) -> None:
    """Ask the car ahead, by its bit in ASKED, to answer the stop of the car in a row of KEY."""
    window = I32(k.cover_window)
    for w in range(WIDTH):
        pits = I32(-I32(s[GATHERED + w] & _ONE))
        distance = I32(I32(s[row + w] >> _FIVE) - s[AHEAD + w])
        close = I32(-1) if distance < window else _ZERO
        asks = I32(I32(pits & close) & s[GREEN_MASK + w])
        may = I32(s[BIT_AHEAD + w] & s[COVERS + w])
        s[ASKED + w] = I32(s[ASKED + w] | I32(asks & may))
    for w in range(WIDTH):
        s[BIT_AHEAD + w] = I32(_ONE << I32(s[row + w] & _CAR))


@numba.njit(nogil=True, error_model="numpy", forceinline=True)
def race(
    k: TickConstants, n_drivers: int, s: Lanes, lap: int
) -> bool:  # long because it is one loop over one car's lap
    """Let the cars meet: from the front, each follows, passes, or is held up.

    TAIL and TAIL2 hold the last and the last but one race times among the cars ahead; a
    car passes the last one where it would cross the line ahead of it by enough.
    Says whether any car may answer a stop on the next lap.
    """
    duel, half_gap, lap_ticks = I32(k.duel), I32(k.min_gap // 2), I32(k.lap)
    dirty_window, aid_window = I32(k.dirty_window), I32(k.aid_window)
    laps_per_tick = F32(F32(1.0) / F32(k.lap))
    fuel_code = rules.code_of_fuel(I32(k.fuel_per_lap * lap))
    counted = I32(-1) if lap > 1 else _ZERO
    if lap >= k.settled_lap:
        _ease(k, s)
    _clear(s)
    for place in range(n_drivers):
        row = KEY + place * WIDTH
        retired_at = rules.retired_time(I32(lap), I32(k.n_laps), I32(place))
        for w in range(WIDTH):  # apart, as LLVM does not vectorise a gather here
            table = U32(U32(s[row + w] & _CAR) * U32(WIDTH))
            s[GATHERED + w] = s[DELTA + table + w]
        if place == 0:
            for w in range(WIDTH):
                s[GATHERED + w] = I32(s[GATHERED + w] + I32(s[EASE + w] << _ONE))
        if place < _ANSWERING and lap <= k.cover_until:
            _ask(k, s, row)
        for w in range(WIDTH):
            key = s[row + w]
            car, before = I32(key & _CAR), I32(key >> _FIVE)
            raw = s[GATHERED + w]
            pits, lap_time = I32(-I32(raw & _ONE)), I32(raw >> _ONE)
            tail, tail2, lead, led = s[TAIL + w], s[TAIL2 + w], s[LEAD + w], s[LED + w]
            dirty, gain, blue = s[DIRTY + w], s[AID + w], s[BLUE + w]
            distance = I32(before - s[AHEAD + w])
            alone = rules.free_time(
                before, lap_time, distance, dirty, dirty_window, gain, aid_window
            )
            free = I32(alone - s[CATCH_UP + w])
            goes_past = rules.passes(free, tail, lead)
            past = rules.past(free, tail2, lead, duel, half_gap)
            behind = rules.held(free, tail, s[GAP + w], lap_time, s[FOLLOW + w])
            after = rules.choose(goes_past, past, behind)
            lapped = rules.lets_by(
                I32(before - s[LED_BEFORE + w]), I32(after - led), lap_ticks, laps_per_tick
            )
            after = I32(after + I32(blue & lapped))
            runs, retires = rules.is_running(before), rules.retires(lap_time)
            meets = I32(runs & I32(~I32(pits | retires)))  # and may hold others up
            after = min(rules.choose(pits, alone, after), I32(GONE - _ONE))
            after = rules.choose(retires, retired_at, after)
            after = rules.choose(runs, after, before)
            in_the_way = rules.choose(meets, after, _TWICE_FAR)
            s[AHEAD + w] = before
            s[LED + w] = min(led, after)
            s[TAIL + w] = max(tail, in_the_way)
            s[TAIL2 + w] = max(tail2, min(tail, in_the_way))
            s[PASSES + w] = I32(s[PASSES + w] - I32(I32(goes_past & meets) & counted))
            key_after = I32(I32(after << _FIVE) | car)
            code = I32(rules.lap_code(key, key_after, fuel_code, car) | I32(~meets))
            s[FASTEST + w] = min(s[FASTEST + w], I32(code & NOT_A_LAP))
            s[row + w] = key_after
    asked = _ZERO
    for w in range(WIDTH):
        s[BEST + w] = min(s[BEST + w], I32(s[FASTEST + w] | s[NOT_TIMED + w]))
        asked = I32(asked | s[ASKED + w])
    return asked != _ZERO
