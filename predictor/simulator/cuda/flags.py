"""For a GPU: which neutralisations come out, for one race in one thread."""

from __future__ import annotations

import numpy as np

from predictor.simulator.cuda import rules
from predictor.simulator.cuda.begin import TRIGGERS
from predictor.simulator.cuda.device import device
from predictor.simulator.cuda.state import (
    Arrays,
    Int,
    Race,
    State,
    Word,
    at_card,
    by_accident,
    retirement,
    words_of,
)
from predictor.simulator.physics import FIRST_LAP, SAFETY_CAR, VSC

__all__ = ["forced_lap", "incidents_of", "wanted_on"]

I32, U32 = np.int32, np.uint32
NEUTRALISATIONS = np.int32(4)  # row of keys, see PURPOSES
_FORCED = np.uint32(100)  # counter index, see kernel_begin
_ZERO, _ONE = np.int32(0), np.int32(1)
_BITS_OF_WISH, _WISH = np.int32(10), np.int32(2**10 - 1)


@device
def length_of(race: Race, tables: Arrays, kind: Int, word: Word) -> Int:
    """Give how long a neutralisation lasts."""
    safety_car = tables[U32(race.at_safety_car_laps + rules.share(word, race.n_safety_car_laps))]
    vsc = tables[U32(race.at_vsc_laps + rules.share(word, race.n_vsc_laps))]
    return safety_car if kind == SAFETY_CAR else vsc if kind == VSC else _ONE


@device
def incident(race: Race, tables: Arrays, keys: Arrays, sim: Word, n: Int) -> Int:
    """Pack the lap of an incident above what it asks for; 0 where there is none."""
    happens, when, which, word = words_of(race, keys, NEUTRALISATIONS, sim, _ZERO, U32(n))
    kind = SAFETY_CAR if rules.in_24(which) < race.incident_safety_car else VSC
    lap = I32(_ONE + rules.share(when, race.n_laps))
    asked = rules.wish(kind, length_of(race, tables, kind, word))
    packed = I32(I32(lap << _BITS_OF_WISH) | asked)
    return packed if rules.in_24(happens) < race.incident else _ZERO


@device
def incidents_of(race: Race, tables: Arrays, keys: Arrays, sim: Word) -> tuple[Int, Int, Int, Int]:
    """Give the race's chances of a neutralisation that no retirement causes."""
    return (
        incident(race, tables, keys, sim, _ZERO),
        incident(race, tables, keys, sim, _ONE),
        incident(race, tables, keys, sim, I32(2)),
        incident(race, tables, keys, sim, I32(3)),
    )


@device
def wanted_on(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    s: State,
    thread: Int,
    sim: Word,
    lap: Int,
    incidents: tuple[Int, Int, Int, Int],
    forced: Int,
) -> Int:
    """Give the gravest neutralisation that somebody asks for on a lap; 0 for none."""
    wanted = _ZERO
    for car in range(race.n_drivers):
        packed = s[at_card(race, I32(car), thread)]
        if retirement(packed) == lap:
            u, word, _, _ = words_of(race, keys, TRIGGERS, sim, _ZERO, U32(car))
            drawn = rules.in_24(u)
            kind = rules.kind_after_failure(drawn, race.failure_safety_car, race.failure_vsc)
            if by_accident(packed) == _ONE:
                kind = rules.kind_after_accident(
                    drawn, race.accident_red, race.accident_safety_car, race.accident_vsc
                )
            asked = rules.wish(I32(kind), length_of(race, tables, I32(kind), word))
            wanted = max(wanted, asked)
    for n in range(4):
        one = incidents[n]
        if I32(one >> _BITS_OF_WISH) == lap:
            wanted = max(wanted, I32(one & _WISH))
    if I32(forced >> _BITS_OF_WISH) == lap:  # instead of whatever else was asked for
        wanted = I32(forced & _WISH)
    return wanted


@device
def forced_lap(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    s: State,
    thread: Int,
    sim: Word,
    incidents: tuple[Int, Int, Int, Int],
) -> Int:
    """Pack a safety car and its lap where none would come out by itself, else 0."""
    state, left, fresh, comes = _ZERO, _ZERO, _ZERO, _ZERO
    for n in range(race.n_laps):
        lap = I32(I32(n) + _ONE)
        wanted = wanted_on(race, tables, keys, s, thread, sim, lap, incidents, _ZERO)
        flag = rules.flag_now(state, left, fresh)
        comes = _ONE if flag == I32(SAFETY_CAR + FIRST_LAP) else comes
        left = max(I32(left - _ONE), _ZERO)
        granted = rules.comes_out(state, left, wanted)
        state = rules.state_next(state, granted, wanted)
        left = rules.left_next(left, granted, wanted)
        fresh = FIRST_LAP if granted else _ZERO
    when, word, which, _ = words_of(race, keys, NEUTRALISATIONS, sim, _ZERO, _FORCED)
    lap = rules.forced_lap(when, which, race.accident_lap1, race.n_laps)
    asked = rules.wish(SAFETY_CAR, length_of(race, tables, SAFETY_CAR, word))
    return _ZERO if comes == _ONE else I32(I32(lap << _BITS_OF_WISH) | asked)
