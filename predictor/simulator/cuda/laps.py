"""For a GPU: one lap of one race in one thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from predictor.simulator.cuda import rules
from predictor.simulator.cuda.begin import (
    PLANS,
    START,
    compound_after,
    new_tyre,
    plan_of,
    stop_lap,
    track,
)
from predictor.simulator.cuda.device import device
from predictor.simulator.cuda.state import (
    Arrays,
    Int,
    Race,
    State,
    Word,
    at_card,
    at_driven,
    at_key,
    at_tyre,
    by_accident,
    card,
    insert,
    last_stop,
    next_stop,
    offence,
    retirement,
    stops_made,
    words_of,
)
from predictor.simulator.physics import FAR, GONE, GREEN, KIND, NEVER, NOT_A_LAP, RED

__all__ = ["drive", "meet", "penalise", "restart", "serve"]

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
) -> Word:
    """Add up each car's clean-air lap and wear its tyres; give who stops, one bit a car."""
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
        mine = s[at_card(race, car, thread)]
        on_rain_tyres = _ONE if compound == race.rain else _ZERO
        is_wrong = (race.crossovers >= _ZERO) & (on_rain_tyres != wet_track)
        level = I32(I32(pace + tyre) + (I32(race.wrong_tyre) if is_wrong else _ZERO))
        driven = rules.clean_lap(level, noise, rules.on_green(kind, I32(-1)))
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
        if stops(race, mine, lap, flag, is_wrong):
            stopping = U32(stopping | U32(U32(1) << U32(car)))
    return stopping


@device
def stops(race: Race, mine: Int, lap: Int, flag: Int, is_wrong: Any) -> Any:  # noqa: ANN401
    """Say whether a car comes in on a lap."""
    kind = I32(flag & KIND)
    upcoming = next_stop(mine)
    window = rules.early_window(flag, lap, race.window_vsc, race.window_safety_car, race.window_red)
    early = rules.is_early(upcoming, lap, flag, window, last_stop(mine), race.least_stint)
    changes = rules.changes_class(upcoming, flag, is_wrong)
    wants = rules.plan_is_due(upcoming, lap) | (changes if race.crossovers >= _ZERO else early)
    too_late = rules.is_too_late(lap, race.n_laps, race.last_stop, kind)
    return (wants & (retirement(mine) > lap)) & (not too_late)


@device
def key_of(race: Race, s: State, thread: Int, car: Int) -> Int:
    """Find a car's key in the order."""
    found = _ZERO
    for n in range(race.n_drivers):
        key = s[at_key(I32(n), thread)]
        found = key if I32(key & _CAR) == car else found
    return found


@device
def serve(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    s: State,
    thread: Int,
    sim: Word,
    lap: Int,
    flag: Int,
    changes: Int,
    stopping: Word,
) -> None:
    """Serve the stops of a lap; of two cars of one box the second waits."""
    stands = I32(flag & KIND) == RED
    for n in range(race.n_drivers):
        car = I32(n)
        mate = tables[U32(race.at_mate + car)]
        both = (mate >= _ZERO) & (U32(U32(stopping >> U32(max(mate, _ZERO))) & U32(1)) != U32(0))
        if U32(U32(stopping >> U32(car)) & U32(1)) != U32(0) and not (both and mate < car):
            stood = stop(race, tables, keys, s, thread, sim, lap, flag, changes, car)
            if both:
                stood_mate = stop(race, tables, keys, s, thread, sim, lap, flag, changes, mate)
                key, key_mate = key_of(race, s, thread, car), key_of(race, s, thread, mate)
                time, time_mate = I32(key >> _FIVE), I32(key_mate >> _FIVE)
                if not stands:
                    waits, first = (car, mate) if key_mate < key else (mate, car)
                    wait = (
                        rules.waits_for_box(time, time_mate, stood_mate)
                        if first == mate
                        else rules.waits_for_box(time_mate, time, stood)
                    )
                    at = at_driven(race, waits, thread)
                    s[at] = I32(s[at] + wait)


@device
def stop(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    s: State,
    thread: Int,
    sim: Word,
    lap: Int,
    flag: Int,
    changes: Int,
    car: Int,
) -> Int:
    """Change a car's tyres and note its next stop; give how long it stood."""
    mine_at = at_card(race, car, thread)
    mine = s[mine_at]
    made, offends = stops_made(mine), offence(mine)
    chosen, one, two, three = words_of(race, keys, PLANS, sim, _ZERO, U32(car))
    plan = plan_of(race, tables, keys, sim, car, chosen)
    word = one if made == _ZERO else two if made == _ONE else three
    rank = I32(U32(word & U32(0xFFFF)) >> U32(6))
    crew = tables[U32(race.at_crew + car)]
    stood = tables[U32(I32(race.at_standstill + I32(crew * race.n_standstills)) + rank)]
    compound = compound_after(race, tables, changes, plan, I32(made + _ONE))
    kind = I32(flag & KIND)
    if kind != RED:  # else tyres are changed while the race stands
        if offends < lap:
            _, _, bad, _ = words_of(race, keys, START, sim, _ZERO, U32(car))
            stood = I32(stood + penalty(race, bad))
            offends = NEVER
        lane = rules.pit_lane_loss(kind, race.pit_green, race.pit_vsc, race.pit_safety_car)
        cold = tables[U32(race.at_cold + compound)]
        at = at_driven(race, car, thread)
        s[at] = I32(s[at] + I32(I32(lane + stood) + cold))
    made = I32(made + _ONE)
    upcoming = stop_lap(race, tables, changes, plan, one, two, three, made)
    s[at_tyre(race, car, thread)] = new_tyre(race, tables, compound)
    s[mine_at] = card(upcoming, retirement(mine), offends, lap, made, by_accident(mine))
    return stood


@device
def penalty(race: Race, bad: Word) -> Int:
    """Give a car's time penalty."""
    return rules.penalty(bad, race.penalty_long, race.penalty_short_time, race.penalty_long_time)


@device
def meet(  # long because it is one loop over one car's lap
    race: Race,
    s: State,
    thread: Int,
    lap: Int,
    flag: Int,
    flag_before: Int,
    stopping: Word,
    passed: Int,
    best: Int,
) -> tuple[Int, Int]:
    """Let the cars meet: from the front, each follows, passes, or is held up.

    Gives the passes and the fastest lap so far. The new order is made on the way: the
    places before a car are its, and those behind it still those of the lap before.
    """
    kind = I32(flag & KIND)
    lead = rules.lead_to_pass(kind, race.lead_to_pass)
    gap = rules.following_gap(kind, race.min_gap, race.safety_car_gap, race.slot)
    catch_up = rules.catching_up(kind, race.catch_up)
    dirty = rules.on_green(kind, race.dirty_air)
    blue = rules.on_green(kind, race.blue_flag)
    gain = rules.aid(kind, flag_before, lap, race.aid_from_lap, race.aid_gain)
    half_gap = I32(race.min_gap // _TWO)
    fuel_code = rules.code_of_fuel(I32(race.fuel_per_lap * lap))
    in_pits = stopping if kind != RED else U32(0)
    leader = I32(s[at_key(_ZERO, thread)] >> _FIVE)
    ahead, led, last_but_one = I32(-FAR), FAR, _TWICE_FAR
    # the queue's head keeps its time: the field closes up to it
    last = I32(leader - gap) if catch_up > _ZERO else _TWICE_FAR
    for n in range(race.n_drivers):
        place = I32(n)
        key = s[at_key(place, thread)]
        car, before = I32(key & _CAR), I32(key >> _FIVE)
        if before < GONE:
            mine = s[at_card(race, car, thread)]
            lap_time = s[at_driven(race, car, thread)]
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
                    else rules.held(free, last, gap)
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
                    if kind == GREEN:
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
