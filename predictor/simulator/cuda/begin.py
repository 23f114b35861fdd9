"""For a GPU: what is settled before the lights go out, for one race in one thread.

What is needed seldom, such as the laps of planned stops, is not kept but drawn again
when it is needed: a draw is a function of its name, so that gives the same numbers.
"""

from __future__ import annotations

import numpy as np

from predictor.simulator.cuda import rules
from predictor.simulator.cuda.device import device
from predictor.simulator.cuda.state import (
    Arrays,
    Int,
    Race,
    State,
    Truth,
    Word,
    at_card,
    at_habits,
    at_tyre,
    card,
    habits,
    insert,
    words_of,
)
from predictor.simulator.physics import FAR, NEVER, SOFT
from predictor.simulator.race_inputs import MAX_STOPS

__all__ = [
    "PLANS",
    "START",
    "TRIGGERS",
    "changes_of_track",
    "compound_after",
    "line_up",
    "new_tyre",
    "plan_of",
    "stop_lap",
    "stops_of_race",
    "track",
]

I32, U32, F32 = np.int32, np.uint32, np.float32
# rows of keys, see PURPOSES
START, RETIREMENTS, TRIGGERS, PLANS = np.int32(1), np.int32(2), np.int32(3), np.int32(5)
_CROSSOVERS, _CHOICES = np.uint32(200), np.uint32(201)  # counter indices, see kernel_begin
_ZERO, _ONE, _FIVE = np.int32(0), np.int32(1), np.int32(5)
_NO_LAP, _WET, _NO_CHANGE = np.int32(127), np.int32(2**21), np.int32(2**21 - 1)


@device
def changes_of_track(race: Race, keys: Arrays, sim: Word) -> Int:
    """Pack the laps on which the track changes, seven bits each, and above whether it is wet."""
    packed = _NO_CHANGE
    if race.crossovers >= _ZERO:
        one, two, three, start = words_of(race, keys, PLANS, sim, _ZERO, _CROSSOVERS)
        for n in range(min(race.crossovers, MAX_STOPS)):
            word = one if n == 0 else two if n == 1 else three
            share = I32(I32(n * 65536) + I32(word >> U32(16)))
            lap = I32(_ONE + I32(share * race.n_laps) // I32(race.crossovers * 65536))
            packed = I32(packed & ~I32(_NO_LAP << I32(7 * n))) | I32(lap << I32(7 * n))
        wet = (race.crossovers == _ZERO) | (rules.in_24(start) < race.wet_start)
        packed = I32(packed | (_WET if wet else _ZERO))
    return I32(packed)


@device
def change(changes: Int, n: Int) -> Int:
    """Give the lap of a change of the track, or `NEVER`."""
    lap = I32(I32(changes >> I32(7 * n)) & _NO_LAP)
    return lap if lap < _NO_LAP else NEVER


@device
def track(changes: Int, lap: Int) -> Int:
    """Give 1 where the track is wet on a lap."""
    wet = I32(changes >> I32(21))
    for n in range(MAX_STOPS):
        wet = I32(wet + (_ONE if change(changes, I32(n)) <= lap else _ZERO))
    return I32(wet & _ONE)


@device
def stops_of_race(race: Race, keys: Arrays, sim: Word) -> tuple[Word, Int]:
    """Give what the cars share: the word that plans are chosen by, and laps all stops move."""
    word, shift, _, _ = words_of(race, keys, PLANS, sim, _ZERO, _CHOICES)
    span = I32(I32(I32(2) * race.shared_jitter) + _ONE)
    return word, I32(rules.share(shift, span) - race.shared_jitter)


@device
def plan_of(race: Race, tables: Arrays, car: Int, own: Word, shared: Word) -> Int:
    """Give the plan that a car's first word and that of its race choose."""
    rank = rules.plan_rank(own, shared, I32(race.plan_spread))
    plan = _ZERO
    row = I32(race.at_plan_up_to + I32(car * race.n_plans))
    for n in range(race.n_plans - _ONE):
        beyond = rank >= tables[U32(row + I32(n))]
        plan = I32(plan + (_ONE if beyond else _ZERO))
    return plan


@device
def stop_lap(
    race: Race,
    tables: Arrays,
    changes: Int,
    plan: Int,
    one: Word,
    two: Word,
    three: Word,
    shift: Int,
    early: Int,
    stop: Int,
) -> Int:
    """Give a car's own lap of a stop, or `NEVER`: as planned, or after a change of the track.

    ``shift`` is what the race moves all stops by, ``early`` the lap of an early first stop or 0.
    """
    is_wet = race.crossovers >= _ZERO
    back = _ZERO if is_wet else I32(race.jitter)
    span = I32(I32(race.jitter + back) + _ONE)
    before, own = I32(race.before_first), NEVER
    for n in range(MAX_STOPS):
        if n > stop:
            break
        at = I32(race.at_plan_lap + I32(I32(plan * MAX_STOPS) + I32(n)))
        lap = change(changes, I32(n)) if is_wet else tables[U32(at)]
        own = NEVER
        if lap < NEVER:
            word = one if n == 0 else two if n == 1 else three
            moved = I32(I32(rules.share(word, span) - back) + shift)
            before = rules.moved_lap(lap, moved, before, I32(race.apart))
            compound = compound_after(race, tables, changes, plan, _ZERO)
            comes = rules.instead(before, early, compound) if n == 0 else before
            own = rules.if_in_race(comes, I32(race.n_laps))
    return own if stop < MAX_STOPS else NEVER


@device
def compound_after(race: Race, tables: Arrays, changes: Int, plan: Int, stops: Int) -> Int:
    """Give what a car drives on after some stops."""
    at = I32(race.at_plan_compound + I32(I32(plan * (MAX_STOPS + 1)) + stops))
    dry = tables[U32(at)]
    in_rain = I32(I32(I32(changes >> I32(21)) + stops) & _ONE)
    wet = I32(race.rain) if in_rain == _ONE else I32(race.slick)
    return wet if race.crossovers >= _ZERO else dry


@device
def new_tyre(race: Race, tables: Arrays, compound: Int) -> Int:
    """Pack a new tyre: what it costs per lap above its compound."""
    return I32(I32(tables[U32(race.at_offset + compound)] << I32(3)) | compound)


@device
def line_up(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    sims: Arrays,
    s: State,
    thread: Int,
    sim: Word,
    i: Int,
    changes: Int,
) -> Int:
    """Fill the state with the cars after the getaway; give how many will be penalised."""
    offences = _ZERO
    shared, shift = stops_of_race(race, keys, sim)
    damage = I32(race.damage) if race.crossovers < _ZERO else FAR
    for n in range(race.n_drivers):
        car = I32(n)
        at = race.at_cars + np.int64(car) * race.n_sims + i
        fails, when, crashes, where = words_of(race, keys, RETIREMENTS, sim, _ZERO, U32(car))
        failure = rules.failure_lap(fails, when, sims.p_failure[at], race.n_laps)
        accident = rules.accident_lap(
            crashes, where, sims.p_accident[at], race.accident_lap1, race.n_laps
        )
        retires = min(failure, accident)
        u, v, bad, cost = words_of(race, keys, START, sim, _ZERO, U32(car))
        offends = rules.offence_lap(when, cost, race.penalty, race.n_laps)
        offences = I32(offences + (_ONE if offends < retires else _ZERO))
        normal, _ = rules.normals(u, v)
        late = I32(normal * F32(race.start_noise))
        lane = I32(tables[U32(race.at_from_pit_lane + car)] * race.pit_lane_start)
        slot = I32(sims.grid[at])
        lost = rules.setback(bad, cost, race.setback, race.setback_loss)
        time = I32(rules.getaway(slot, race.slot, late, lane) + lost)
        chosen, one, two, three = words_of(race, keys, PLANS, sim, _ZERO, U32(car))
        plan = plan_of(race, tables, car, chosen, shared)
        early = rules.early_lap(lost, damage, fails, crashes, cost, slot, race.early_stop)
        upcoming = stop_lap(race, tables, changes, plan, one, two, three, shift, early, _ZERO)
        compound = compound_after(race, tables, changes, plan, _ZERO)
        crashed = _ONE if accident <= failure else _ZERO
        softs = compound_after(race, tables, changes, plan, _ONE) == SOFT
        s[at_tyre(race, car, thread)] = new_tyre(race, tables, compound)
        s[at_card(race, car, thread)] = card(upcoming, retires, offends, _ZERO, _ZERO, crashed)
        s[at_habits(race, car, thread)] = _habits(race, keys, sim, car, sims.loss[at], softs)
        insert(s, thread, car, I32(I32(time << _FIVE) | car))
    return offences


@device
def _habits(race: Race, keys: Arrays, sim: Word, car: Int, loss: Int, softs: Truth) -> Int:
    """Draw what a car does without a plan; ``softs`` come next, which would not last."""
    _, tyres, loses, late = words_of(race, keys, TRIGGERS, sim, _ZERO, U32(car))
    free = rules.free_stop_lap(
        late, race.free_stop, race.n_laps, race.last_stop, race.free_stop_laps
    )
    return habits(
        rules.loss_lap(loses, loss, race.n_laps),
        free,
        rules.happens(loses, race.covers),
        rules.happens(tyres, race.free_change),
        rules.happens(tyres, race.early_change) & (not softs),
    )
