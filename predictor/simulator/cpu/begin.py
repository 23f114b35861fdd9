"""Compiled: what is settled before the lights go out, for one block of lanes.

Grid and getaway, who will retire and when, who is penalised, how the weather turns, and
who means to stop on which lap; `triggers` has what else waits for a lap.
"""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator.cpu import rules
from predictor.simulator.cpu.sort import IN_REGISTERS
from predictor.simulator.cpu.triggers import draw_neutralisations, draw_triggers, put_event
from predictor.simulator.kernel_random import normals, philox
from predictor.simulator.lanes import (
    ACCIDENT,
    ASKED,
    BASE,
    BEST,
    CHANGE,
    CLIFF,
    COMPOUND,
    COVERS,
    EAGER,
    EASE,
    FLAG,
    FRESH,
    HASTY,
    HEAD,
    KEY,
    LAST_STOP,
    LEFT,
    LINK,
    NEUTRALISED,
    NEXT_STOP,
    OFFENCE,
    OFFENCES,
    PASSES,
    PENALTY,
    PLAN,
    RED_FLAGS,
    RETIREMENT,
    SAFETY_CARS,
    SLOPE,
    STATE,
    STEEP,
    STOP,
    STOPS_MADE,
    TABLE,
    TRACK,
    VSCS,
    WANT,
    WIDTH,
    WORDS,
    Lanes,
)
from predictor.simulator.physics import FAR, NEVER, NOT_A_LAP, SOFT
from predictor.simulator.race_inputs import MAX_DRIVERS, MAX_STOPS
from predictor.simulator.ticks import TickArrays, TickConstants

__all__ = ["START", "begin"]

I32, U32, F32 = np.int32, np.uint32, np.float32
_NO_LAP = np.int32(127)  # stands for NEVER in seven bits
START, RETIREMENTS, PLANS = 1, 2, 5  # rows of keys, see PURPOSES
CROSSOVERS = 200  # counter indices out of the way of cars
CHOICES = 201


@numba.njit(nogil=True, error_model="numpy")
def begin(k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes) -> None:
    """Fill the lanes' rows for the sims from ``first`` on; surplus lanes repeat the last sim."""
    n_drivers = a.pace.shape[1]
    for row in (
        PASSES,
        STATE,
        LEFT,
        FRESH,
        FLAG,
        SAFETY_CARS,
        VSCS,
        RED_FLAGS,
        NEUTRALISED,
        OFFENCES,
        ASKED,
        COVERS,
        EASE,
        EAGER,
        HASTY,
    ):
        for w in range(WIDTH):
            s[row + w] = 0
    for w in range(WIDTH):
        s[BEST + w] = NOT_A_LAP
    for car in range(n_drivers, IN_REGISTERS):
        for w in range(WIDTH):
            s[KEY + car * WIDTH + w] = NOT_A_LAP
    for lap in range(k.n_laps + 2):
        s[HEAD + lap] = -1
        for w in range(WIDTH):
            s[WANT + lap * WIDTH + w] = 0
    for w in range(WIDTH):
        i = min(first + w, n_sims - 1)
        for car in range(n_drivers):
            at = car * WIDTH + w
            s[BASE + at] = a.pace[i, car]
            s[KEY + at] = a.grid[i, car]
            s[SLOPE + at] = I32(F32(a.p_failure[i, car]).view(I32))
            s[STEEP + at] = I32(F32(a.p_accident[i, car]).view(I32))
    _draw_cars(k, a, first, n_sims, n_drivers, s)
    _draw_weather(k, a, first, n_sims, s)
    _draw_plans(k, a, first, n_sims, n_drivers, s)
    draw_triggers(k, a, first, n_sims, n_drivers, s)
    draw_neutralisations(k, a, first, n_sims, s)


@numba.njit(nogil=True, error_model="numpy")
def _draw_cars(
    k: TickConstants, a: TickArrays, first: int, n_sims: int, n_drivers: int, s: Lanes
) -> None:
    n_laps, on_lap_1 = I32(k.n_laps), I32(k.accident_lap1)
    setback, most = I32(k.setback), I32(k.setback_loss)
    scale, slot = F32(k.start_noise), I32(k.slot)
    damage, early = I32(k.damage if k.crossovers < 0 else FAR), I32(k.early_stop)
    offends, is_long = I32(k.penalty), I32(k.penalty_long)
    short, long = I32(k.penalty_short_time), I32(k.penalty_long_time)
    last = n_sims - 1 - first
    base = U32(k.first_sim + first)
    for car in range(n_drivers):
        key0, key1 = a.keys[RETIREMENTS, 0], a.keys[RETIREMENTS, 1]
        for w in range(WIDTH):
            at = car * WIDTH + w
            fails, when, crashes, where = philox(
                U32(base + U32(min(w, last))), U32(0), U32(car), key0, key1
            )
            failure = rules.failure_lap(fails, when, I32(s[SLOPE + at]).view(F32), n_laps)
            accident = rules.accident_lap(
                crashes, where, I32(s[STEEP + at]).view(F32), on_lap_1, n_laps
            )
            s[RETIREMENT + at] = min(failure, accident)
            s[ACCIDENT + at] = I32(1) if accident <= failure else I32(0)
            s[OFFENCE + at] = I32(when)
            s[COMPOUND + at] = I32(U32(fails << U32(8)) | U32(crashes & U32(0xFF)))
        key0, key1 = a.keys[START, 0], a.keys[START, 1]
        pit_lane = I32(a.from_pit_lane[car] * k.pit_lane_start)
        for w in range(WIDTH):
            at = car * WIDTH + w
            u, v, bad, cost = philox(U32(base + U32(min(w, last))), U32(0), U32(car), key0, key1)
            normal, _ = normals(u, v)
            lost = rules.setback(bad, cost, setback, most)
            chances = U32(s[COMPOUND + at])
            s[STOPS_MADE + at] = rules.early_lap(  # until the stops are settled
                lost, damage, U32(chances >> U32(8)), chances, cost, s[KEY + at], early
            )
            time = I32(rules.getaway(s[KEY + at], slot, I32(normal * scale), pit_lane) + lost)
            s[KEY + at] = I32(I32(time << I32(5)) | I32(car))
            offence = rules.offence_lap(U32(s[OFFENCE + at]), cost, offends, n_laps)
            s[OFFENCE + at] = offence
            committed = I32(1) if offence < s[RETIREMENT + at] else I32(0)
            s[OFFENCES + w] = I32(s[OFFENCES + w] + committed)
            s[PENALTY + at] = rules.penalty(bad, is_long, short, long)


@numba.njit(nogil=True, error_model="numpy")
def _draw_weather(k: TickConstants, a: TickArrays, first: int, n_sims: int, s: Lanes) -> None:
    """Fill TRACK, 1 in the wet, and CHANGE; a dry race has neither."""
    for w in range(WIDTH):
        s[TRACK + w] = 0
        for stop in range(MAX_STOPS):
            s[CHANGE + stop * WIDTH + w] = NEVER
        if k.crossovers < 0:
            continue
        sim = U32(k.first_sim + min(first + w, n_sims - 1))
        words = philox(sim, U32(0), U32(CROSSOVERS), a.keys[PLANS, 0], a.keys[PLANS, 1])
        wet = k.crossovers == 0 or rules.in_24(words[3]) < k.wet_start
        s[TRACK + w] = I32(1) if wet else I32(0)
        for stop in range(min(k.crossovers, MAX_STOPS)):
            word = words[0] if stop == 0 else words[1] if stop == 1 else words[2]
            share = stop * 65536 + np.int64(word >> U32(16))
            s[CHANGE + stop * WIDTH + w] = 1 + share * k.n_laps // (k.crossovers * 65536)


@numba.njit(nogil=True, error_model="numpy")
def _draw_plans(
    k: TickConstants, a: TickArrays, first: int, n_sims: int, n_drivers: int, s: Lanes
) -> None:
    key0, key1 = a.keys[PLANS, 0], a.keys[PLANS, 1]
    last = n_sims - 1 - first
    base = U32(k.first_sim + first)
    race_word = WORDS + (MAX_DRIVERS - 1) * WIDTH
    shared, before_first = I32(k.shared_jitter), I32(k.before_first)
    for w in range(WIDTH):
        sim = U32(base + U32(min(w, last)))
        word, shift, _, _ = philox(sim, U32(0), U32(CHOICES), key0, key1)
        s[race_word + w] = I32(word)
        s[race_word + WIDTH + w] = I32(rules.share(shift, I32(2 * shared + 1)) - shared)
    spread = I32(k.plan_spread)
    # apart: see `draw_triggers`
    stops, compounds, up_to = a.plan_lap, a.plan_compound, a.plan_up_to
    for car in range(n_drivers):
        row = car * WIDTH
        for w in range(WIDTH):
            sim = U32(base + U32(min(w, last)))
            chosen, word1, word2, word3 = philox(sim, U32(0), U32(car), key0, key1)
            s[WORDS + row + w] = rules.plan_rank(chosen, U32(s[race_word + w]), spread)
            s[LINK + row + w] = I32(word1)
            s[LINK + TABLE + row + w] = I32(word2)
            s[LINK + 2 * TABLE + row + w] = I32(word3)
            s[PLAN + row + w] = 0
            s[CLIFF + row + w] = s[BASE + row + w]
            # until the stops are settled: the lap of the one before
            s[LAST_STOP + row + w] = before_first
        if k.crossovers < 0:
            _choose_plan(a, stops, compounds, up_to, car, s)
        else:
            _follow_weather(k, a, car, s)
        _settle_stop(k, row, 0, s)
        _settle_stop(k, row, 1, s)
        _settle_stop(k, row, 2, s)
        for w in range(WIDTH):
            at = row + w
            s[STOPS_MADE + at] = 0
            s[LAST_STOP + at] = I32(-NEVER)
            s[NEXT_STOP + at] = s[STOP + at] & I32(0xFFFF)
        for w in range(WIDTH):
            if s[NEXT_STOP + row + w] < NEVER:
                put_event(s, U32(s[NEXT_STOP + row + w]), 0, row + w)


@numba.njit(nogil=True, error_model="numpy", inline="always")
def _choose_plan(
    a: TickArrays, stops: Lanes, compounds: Lanes, up_to: Lanes, car: int, s: Lanes
) -> None:
    """Set PLAN, the stops before they are moved, and the first tyres."""
    row = car * WIDTH
    first = _card_of(stops, compounds, 0)
    for w in range(WIDTH):
        s[STOP + row + w] = first
    # One number says all of a plan, so that many plans cost little.
    for plan in range(1, stops.shape[0]):
        until, card = up_to[car, plan - 1], _card_of(stops, compounds, plan)
        for w in range(WIDTH):
            beyond = I32(-1) if s[WORDS + row + w] >= until else I32(0)
            s[PLAN + row + w] = I32(s[PLAN + row + w] - beyond)
            s[STOP + row + w] = rules.choose(beyond, card, s[STOP + row + w])
    for w in range(WIDTH):
        at = row + w
        card = s[STOP + at]
        lap1, lap2 = I32(card & _NO_LAP), I32(I32(card >> I32(7)) & _NO_LAP)
        lap3 = I32(I32(card >> I32(14)) & _NO_LAP)
        s[STOP + at] = lap1 if lap1 < _NO_LAP else NEVER
        s[STOP + TABLE + at] = lap2 if lap2 < _NO_LAP else NEVER
        s[STOP + 2 * TABLE + at] = lap3 if lap3 < _NO_LAP else NEVER
        s[COMPOUND + at] = I32(I32(card >> I32(21)) & I32(7))
        s[WORDS + at] = I32(card >> I32(24))  # for `draw_triggers`
    for compound in range(a.offset.shape[0]):
        _fit_tyres(a, car, compound, s)


@numba.njit(nogil=True, error_model="numpy", inline="always")
def _card_of(stops: Lanes, compounds: Lanes, plan: int) -> Lanes:
    """Pack a plan's stops, seven bits each, what it starts on, and whether softs come next."""
    soft = I32(1) if compounds[plan, 1] == SOFT else I32(0)
    card = I32(I32(compounds[plan, 0] << I32(21)) | I32(soft << I32(24)))
    for stop in range(MAX_STOPS):
        card = I32(card | I32(min(stops[plan, stop], _NO_LAP) << I32(7 * stop)))
    return card


@numba.njit(nogil=True, error_model="numpy", inline="always")
def _follow_weather(k: TickConstants, a: TickArrays, car: int, s: Lanes) -> None:
    """Set the same from the weather: PLAN 0 starts on slicks, 1 on rain tyres."""
    row = car * WIDTH
    for stop in range(MAX_STOPS):
        for w in range(WIDTH):
            s[STOP + stop * TABLE + row + w] = s[CHANGE + stop * WIDTH + w]
    slick, rain = I32(k.slick), I32(k.rain)
    for w in range(WIDTH):
        s[PLAN + row + w] = s[TRACK + w]
        s[COMPOUND + row + w] = slick if s[TRACK + w] == 0 else rain
    _fit_tyres(a, car, slick, s)
    _fit_tyres(a, car, rain, s)


@numba.njit(nogil=True, error_model="numpy", inline="always")
def _fit_tyres(a: TickArrays, car: int, compound: int, s: Lanes) -> None:
    """Fit the first tyres in the lanes where a car starts on them."""
    offset, cliff = a.offset[compound], a.cliff[compound]
    slope, steep = a.slope[car, compound], a.steep[car, compound]
    for w in range(WIDTH):
        at = car * WIDTH + w
        chosen = I32(-1) if s[COMPOUND + at] == compound else I32(0)
        s[BASE + at] = I32(s[BASE + at] + I32(offset & chosen))
        s[CLIFF + at] = I32(s[CLIFF + at] + I32(cliff & chosen))
        s[SLOPE + at] = rules.choose(chosen, slope, s[SLOPE + at])
        s[STEEP + at] = rules.choose(chosen, steep, s[STEEP + at])


@numba.njit(nogil=True, error_model="numpy", inline="always")
def _settle_stop(k: TickConstants, row: int, stop: int, s: Lanes) -> None:
    """Move a stop by its draw, and pack it with the rank of its standstill."""
    n_laps, jitter = I32(k.n_laps), I32(k.jitter)
    back = I32(0) if k.crossovers >= 0 else jitter
    span = I32(I32(jitter + back) + I32(1))
    apart = I32(k.apart)
    shift = WORDS + MAX_DRIVERS * WIDTH  # a row that no car has, see `_draw_plans`
    for w in range(WIDTH):
        at = row + w
        before, lap = s[LAST_STOP + at], s[STOP + stop * TABLE + at]
        word = U32(s[LINK + stop * TABLE + at])
        own = I32(rules.share(word, span) - back)
        moved = rules.moved_lap(lap, I32(own + s[shift + w]), before, apart)
        comes = lap < NEVER
        s[LAST_STOP + at] = moved if comes else before
        if stop == 0:
            moved = rules.instead(moved, s[STOPS_MADE + at], s[COMPOUND + at])
        lap = rules.if_in_race(moved, n_laps) if comes else NEVER
        rank = I32(U32(word & U32(0xFFFF)) >> U32(6))
        s[STOP + stop * TABLE + at] = I32(I32(rank << I32(16)) | lap)
