"""For a GPU: who comes in on a lap, and what a stop costs, for one race in one thread."""

from __future__ import annotations

import numpy as np

from predictor.simulator.cuda import rules
from predictor.simulator.cuda.begin import (
    PLANS,
    START,
    compound_after,
    new_tyre,
    plan_of,
    stop_lap,
    stops_of_race,
)
from predictor.simulator.cuda.device import device
from predictor.simulator.cuda.state import (
    Arrays,
    Int,
    Race,
    State,
    Truth,
    Word,
    answers,
    at_card,
    at_driven,
    at_habits,
    at_key,
    at_tyre,
    by_accident,
    card,
    eager,
    free_stop,
    hasty,
    last_stop,
    next_stop,
    offence,
    retirement,
    stops_made,
    words_of,
)
from predictor.simulator.physics import FAR, GONE, GREEN, KIND, NEVER, RED
from predictor.simulator.race_inputs import MAX_STOPS

__all__ = ["ask", "penalty", "serve", "stops"]

I32, U32 = np.int32, np.uint32
_ZERO, _ONE, _TWO = np.int32(0), np.int32(1), np.int32(2)
_FIVE, _CAR = np.int32(5), np.int32(31)
_ANSWERING = 6  # places; a car further back follows its own plan


@device
def stops(
    race: Race,
    s: State,
    thread: Int,
    car: Int,
    lap: Int,
    flag: Int,
    is_wrong: Truth,
    is_asked: Truth,
) -> Truth:
    """Say whether a car comes in on a lap."""
    kind = I32(flag & KIND)
    mine, habits = s[at_card(race, car, thread)], s[at_habits(race, car, thread)]
    upcoming, last = next_stop(mine), last_stop(mine)
    wants = rules.plan_is_due(upcoming, lap)
    if is_asked:
        wants |= rules.answers(upcoming, lap, last, kind, race.cover_laps, race.least_stint)
    if race.crossovers >= _ZERO:
        wants |= rules.changes_class(upcoming, flag, is_wrong)
    else:
        window = rules.early_window(
            flag, lap, race.window_vsc, race.window_safety_car, race.window_red
        )
        wants |= rules.is_early(upcoming, lap, flag, window, last, race.least_stint)
        leads = I32(s[at_key(_ZERO, thread)] & _CAR) == car
        if I32(upcoming - lap) > window and stops_made(mine) < MAX_STOPS:
            wants |= rules.changes_for_free(
                upcoming,
                lap,
                flag,
                last,
                race.change_age,
                eager(habits),
                hasty(habits),
                _ZERO if leads else _ONE,
                I32(race.n_laps - lap),
                window,
            )
    if free_stop(habits) == lap and stops_made(mine) < MAX_STOPS:
        behind = gap_behind(race, s, thread, car)
        wants |= rules.stops_for_free(
            upcoming, lap, last, kind, behind, race.free_stop_gap, race.least_stint
        )
    too_late = rules.is_too_late(lap, race.n_laps, race.last_stop, kind)
    return (wants & (retirement(mine) > lap)) & (not too_late)


@device
def gap_behind(race: Race, s: State, thread: Int, car: Int) -> Int:
    """Give how far behind a car the next running one is, `FAR` behind the last."""
    gap = FAR
    for n in range(race.n_drivers - _ONE):
        key = s[at_key(I32(n), thread)]
        if I32(key & _CAR) == car:
            behind = I32(s[at_key(I32(I32(n) + _ONE), thread)] >> _FIVE)
            gap = I32(behind - I32(key >> _FIVE)) if behind < GONE else FAR
    return gap


@device
def ask(race: Race, s: State, thread: Int, flag: Int, stopping: Word) -> Word:
    """Give the cars, one bit each, that may answer a stop right behind them on the next lap."""
    asked = U32(0)
    before = s[at_key(_ZERO, thread)]
    for n in range(1, min(race.n_drivers, _ANSWERING)):
        key = s[at_key(I32(n), thread)]
        ahead = I32(before & _CAR)
        stops_now = U32(U32(stopping >> U32(key & _CAR)) & U32(1)) != U32(0)
        close = I32(I32(key >> _FIVE) - I32(before >> _FIVE)) < race.cover_window
        if (stops_now & close) and answers(s[at_habits(race, ahead, thread)]) == _ONE:
            asked = U32(asked | U32(U32(1) << U32(ahead)))
        before = key
    return asked if I32(flag & KIND) == GREEN else U32(0)


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
    shared, shift = stops_of_race(race, keys, sim)
    plan = plan_of(race, tables, car, chosen, shared)
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
    upcoming = stop_lap(race, tables, changes, plan, one, two, three, shift, _ZERO, made)
    s[at_tyre(race, car, thread)] = new_tyre(race, tables, compound)
    s[mine_at] = card(upcoming, retirement(mine), offends, lap, made, by_accident(mine))
    return stood


@device
def penalty(race: Race, bad: Word) -> Int:
    """Give a car's time penalty."""
    return rules.penalty(bad, race.penalty_long, race.penalty_short_time, race.penalty_long_time)
