"""For a GPU: one lap of one race in one thread."""

from __future__ import annotations

import numpy as np

from predictor.simulator.cuda import rules
from predictor.simulator.cuda.begin import START, track
from predictor.simulator.cuda.device import device
from predictor.simulator.cuda.state import (
    Arrays,
    Int,
    Race,
    State,
    Truth,
    Word,
    at_card,
    at_driven,
    at_habits,
    at_key,
    at_tyre,
    insert,
    loss,
    next_stop,
    offence,
    retirement,
    words_of,
)
from predictor.simulator.cuda.stops import penalty, stops
from predictor.simulator.physics import FAR, GONE, GREEN, KIND, NOT_A_LAP, RED

__all__ = ["drive", "meet", "penalise", "restart"]

I32, U32, F32 = np.int32, np.uint32, np.float32
LAP_NOISE = np.int32(0)
_ZERO, _ONE, _TWO, _THREE = np.int32(0), np.int32(1), np.int32(2), np.int32(3)
_FIVE, _CAR, _COMPOUND = np.int32(5), np.int32(31), np.int32(7)
_TWICE_FAR = np.int32(-(2**27))
_SLOWEST = np.int32(2**25 - 1)


@device
def restart(race: Race, keys: Arrays, s: State, thread: Int, sim: Word, lap: Int) -> None:
    """Draw a new getaway for every car, as the last lap ended under a red flag."""
    for n in range(race.n_drivers):
        key = s[at_key(I32(n), thread)]
        car, time = I32(key & _CAR), I32(key >> _FIVE)
        if time < GONE:
            u, v, _, _ = words_of(race, keys, START, sim, lap, U32(car))
            normal, _ = rules.normals(u, v)
            time = min(I32(time + I32(normal * F32(race.start_noise))), _SLOWEST)
            key = I32(I32(time << _FIVE) | car)
        insert(s, thread, I32(n), key)


@device
def drive(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    sims: Arrays,
    s: State,
    thread: Int,
    sim: Word,
    i: Int,
    lap: Int,
    flag: Int,
    changes: Int,
    asked: Word,
) -> Word:
    """Add up each car's clean-air lap and wear its tyres; give who stops, one bit a car.

    ``asked``, likewise, are those who may answer a stop of the lap before.
    """
    kind = I32(flag & KIND)
    wet_track = track(changes, lap) if race.crossovers >= _ZERO else _ZERO
    noise2 = _ZERO
    w0, w1, w2, w3 = U32(0), U32(0), U32(0), U32(0)
    stopping = U32(0)
    for n in range(race.n_drivers):
        car = I32(n)
        noise = noise2
        if kind == GREEN and I32(car & _ONE) == _ZERO:  # two cars to a word
            if I32(car & _COMPOUND) == _ZERO:
                w0, w1, w2, w3 = words_of(race, keys, LAP_NOISE, sim, lap, U32(car >> _THREE))
            pair = I32(I32(car >> _ONE) & _THREE)
            word = w0 if pair == 0 else w1 if pair == 1 else w2 if pair == 2 else w3
            noise, noise2 = rules.noises(word, F32(race.noise))
        at = at_tyre(race, car, thread)
        packed = s[at]
        tyre, compound = I32(packed >> _THREE), I32(packed & _COMPOUND)
        pace = sims.pace[race.at_cars + np.int64(car) * race.n_sims + i]
        on_rain_tyres = _ONE if compound == race.rain else _ZERO
        is_wrong = (race.crossovers >= _ZERO) & (on_rain_tyres != wet_track)
        if lap >= race.settled_lap:
            pace = I32(pace + rules.settled(pace, race.settled_share))
        level = I32(I32(pace + tyre) + (I32(race.wrong_tyre) if is_wrong else _ZERO))
        driven = rules.clean_lap(level, noise, rules.on_green(kind, I32(-1)))
        if loss(s[at_habits(race, car, thread)]) == lap:
            lost = sims.loss[race.at_cars + np.int64(car) * race.n_sims + i]
            driven = I32(driven + lost)
        s[at_driven(race, car, thread)] = driven
        row = I32(car * race.n_compounds + compound)
        tyre = rules.tyre_after(
            tyre,
            tables[U32(race.at_slope + row)],
            tables[U32(race.at_steep + row)],
            tables[U32(race.at_cliff + compound)],
            rules.ageing(kind),
        )
        s[at] = I32(I32(tyre << _THREE) | compound)
        is_asked = U32(U32(asked >> U32(car)) & U32(1)) != U32(0)
        if stops(race, s, thread, car, lap, flag, is_wrong, is_asked):
            stopping = U32(stopping | U32(U32(1) << U32(car)))
    return stopping


@device
def ease(race: Race, s: State, thread: Int, kind: Int) -> Int:
    """Give what the leader gives away on a lap."""
    key, second = s[at_key(_ZERO, thread)], s[at_key(_ONE, thread)]
    gap = I32(I32(second >> _FIVE) - I32(key >> _FIVE))
    upcoming = next_stop(s[at_card(race, I32(key & _CAR), thread)])
    given = rules.given_away(gap, upcoming, race.lead_kept, race.lead_share, race.lead_given)
    return rules.on_green(kind, given)


@device
def meet(  # long because it is one loop over one car's lap
    race: Race,
    s: State,
    thread: Int,
    lap: Int,
    flag: Int,
    flag_before: Int,
    is_timed: Truth,
    stopping: Word,
    passed: Int,
    best: Int,
) -> tuple[Int, Int]:
    """Let the cars meet: from the front, each follows, passes, or is held up.

    Gives the passes and the fastest lap so far. The new order is made on the way: the
    places before a car are its, and those behind it still those of the lap before.
    """
    kind = I32(flag & KIND)
    lead = rules.lead_to_pass(kind, lap, race.lead_to_pass)
    gap = rules.following_gap(kind, race.min_gap, race.safety_car_gap, race.slot)
    follow = rules.on_green(kind, race.follow_mask)
    catch_up = rules.catching_up(kind, race.catch_up)
    dirty = rules.on_green(kind, race.dirty_air)
    blue = rules.on_green(kind, race.blue_flag)
    gain = rules.aid(kind, flag_before, lap, race.aid_from_lap, race.aid_gain)
    half_gap = I32(race.min_gap // _TWO)
    fuel_code = rules.code_of_fuel(I32(race.fuel_per_lap * lap))
    in_pits = stopping if kind != RED else U32(0)
    leader = I32(s[at_key(_ZERO, thread)] >> _FIVE)
    given = ease(race, s, thread, kind) if lap >= race.settled_lap else _ZERO
    ahead, led, last_but_one = I32(-FAR), FAR, _TWICE_FAR
    # the queue's head keeps its time: the field closes up to it
    last = I32(leader - gap) if catch_up > _ZERO else _TWICE_FAR
    for n in range(race.n_drivers):
        place = I32(n)
        key = s[at_key(place, thread)]
        car, before = I32(key & _CAR), I32(key >> _FIVE)
        if before < GONE:
            mine = s[at_card(race, car, thread)]
            lap_time = I32(s[at_driven(race, car, thread)] + (given if n == 0 else _ZERO))
            pits = U32(U32(in_pits >> U32(car)) & U32(1)) != U32(0)
            distance = I32(before - ahead)
            ahead = before
            alone = rules.free_time(
                before, lap_time, distance, dirty, race.dirty_window, gain, race.aid_window
            )
            if retirement(mine) == lap:
                after = rules.retired_time(lap, race.n_laps, place)
            elif pits:
                after = min(alone, _SLOWEST)
                led = min(led, after)
            else:
                free = I32(alone - catch_up)
                goes_past = rules.passes(free, last, lead)
                after = (
                    rules.past(free, last_but_one, lead, race.duel, half_gap)
                    if goes_past
                    else rules.held(free, last, gap, lap_time, follow)
                )
                lapped = rules.lets_by(
                    I32(before - leader), I32(after - led), race.lap, race.laps_per_tick
                )
                after = min(I32(after + (blue if lapped else _ZERO)), _SLOWEST)
                led = min(led, after)
                last_but_one = max(last_but_one, min(last, after))
                last = max(last, after)
                if lap > _ONE:
                    passed = I32(passed + (_ONE if goes_past else _ZERO))
                    if is_timed and kind == GREEN:
                        code = rules.lap_code(key, I32(I32(after << _FIVE) | car), fuel_code, car)
                        best = min(best, I32(code & NOT_A_LAP))
            key = I32(I32(after << _FIVE) | car)
        insert(s, thread, place, key)
    return passed, best


@device
def penalise(race: Race, keys: Arrays, s: State, thread: Int, sim: Word) -> None:
    """Add the penalties that nobody served, at the flag."""
    for n in range(race.n_drivers):
        key = s[at_key(I32(n), thread)]
        car, time = I32(key & _CAR), I32(key >> _FIVE)
        mine = s[at_card(race, car, thread)]
        if time < GONE and offence(mine) <= race.n_laps:
            _, _, bad, _ = words_of(race, keys, START, sim, _ZERO, U32(car))
            time = min(I32(time + penalty(race, bad)), _SLOWEST)
            key = I32(I32(time << _FIVE) | car)
        insert(s, thread, I32(n), key)
