"""For a GPU: the state of one race in one thread, twenty bytes per car.

Five rows for each car: KEY, by place, the race time above the car's number; TYRE, what it
costs per lap above its compound; CARD, what the car means to do; DRIVEN, the lap time in
clean air with the stop; HABITS, what else it would do, and when. Neighbouring threads are
neighbouring numbers, whatever car each of them looks at, so that no two want the same bank
of the shared memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from predictor.simulator.cuda import rules
from predictor.simulator.cuda.device import device
from predictor.simulator.cuda.layout import BLOCK
from predictor.simulator.physics import NEVER

__all__ = [
    "Arrays",
    "Int",
    "Race",
    "State",
    "Truth",
    "Word",
    "answers",
    "at_card",
    "at_driven",
    "at_habits",
    "at_key",
    "at_tyre",
    "by_accident",
    "card",
    "eager",
    "free_stop",
    "habits",
    "hasty",
    "insert",
    "last_stop",
    "loss",
    "next_stop",
    "offence",
    "retirement",
    "stops_made",
    "words_of",
]

# In compiled code numba knows better than a type checker.
Race = Any  # a record of cuda_layout.RACE
Arrays = Any  # cuda_layout.PerSim, or one flat array
State = Any  # int32, shared by the threads of a block
Int = Any  # int32
Word = Any  # uint32
Truth = Any  # a condition

I32, U32 = np.int32, np.uint32
_ZERO, _ONE, _TWO, _THREE, _FOUR = (np.int32(n) for n in range(5))
_NO_LAP = np.int32(127)  # stands for NEVER in seven bits


# where things lie; unsigned, or numba would look for negative indices


@device
def at_key(place: Int, thread: Int) -> Word:
    """Give where the key of a place is."""
    return U32(U32(U32(place) * U32(BLOCK)) + U32(thread))


@device
def at_tyre(race: Race, car: Int, thread: Int) -> Word:
    """Give where a car's tyre is."""
    return U32(U32(U32(I32(race.n_drivers + car)) * U32(BLOCK)) + U32(thread))


@device
def at_card(race: Race, car: Int, thread: Int) -> Word:
    """Give where a car's card is."""
    return U32(U32(U32(I32(I32(_TWO * race.n_drivers) + car)) * U32(BLOCK)) + U32(thread))


@device
def at_driven(race: Race, car: Int, thread: Int) -> Word:
    """Give where a car's lap time is."""
    return U32(U32(U32(I32(I32(_THREE * race.n_drivers) + car)) * U32(BLOCK)) + U32(thread))


@device
def at_habits(race: Race, car: Int, thread: Int) -> Word:
    """Give where a car's habits are."""
    return U32(U32(U32(I32(I32(_FOUR * race.n_drivers) + car)) * U32(BLOCK)) + U32(thread))


@device
def insert(s: State, thread: Int, place: Int, key: Int) -> None:
    """Put a car into the order of those before ``place``, which stay in order."""
    at = place
    while at > _ZERO and s[at_key(I32(at - _ONE), thread)] > key:
        s[at_key(at, thread)] = s[at_key(I32(at - _ONE), thread)]
        at = I32(at - _ONE)
    s[at_key(at, thread)] = key


# random words


@device
def words_of(
    race: Race, keys: Arrays, purpose: Int, sim: Word, lap: Int, index: Word
) -> tuple[Word, Word, Word, Word]:
    """Give the four words of a counter."""
    at = U32(race.at_keys + I32(2) * purpose)
    return rules.philox(sim, U32(lap), U32(index), keys[at], keys[U32(at + U32(1))])


# a card: what a car means to do, in 31 bits


@device
def card(upcoming: Int, retires: Int, offends: Int, last: Int, made: Int, accident: Int) -> Int:
    """Pack a car's next stop, retirement, offence and last stop, and how often it stopped."""
    early = I32(min(upcoming, _NO_LAP) | I32(min(retires, _NO_LAP) << I32(7)))
    late = I32(I32(min(offends, _NO_LAP) << I32(14)) | I32(max(last, _ZERO) << I32(21)))
    return I32(I32(early | late) | I32(I32(made << I32(28)) | I32(accident << I32(30))))


@device
def next_stop(packed: Int) -> Int:
    """Give the lap of the next stop, or `NEVER`."""
    lap = I32(packed & _NO_LAP)
    return lap if lap < _NO_LAP else NEVER


@device
def retirement(packed: Int) -> Int:
    """Give the lap of the retirement, or `NEVER`."""
    lap = I32(I32(packed >> I32(7)) & _NO_LAP)
    return lap if lap < _NO_LAP else NEVER


@device
def offence(packed: Int) -> Int:
    """Give the lap of an offence whose penalty is not served yet, or `NEVER`."""
    lap = I32(I32(packed >> I32(14)) & _NO_LAP)
    return lap if lap < _NO_LAP else NEVER


@device
def last_stop(packed: Int) -> Int:
    """Give the lap of the last stop, -`NEVER` before the first."""
    lap = I32(I32(packed >> I32(21)) & _NO_LAP)
    return lap if lap > _ZERO else I32(-NEVER)


@device
def stops_made(packed: Int) -> Int:
    """Give how often a car has stopped."""
    return I32(I32(packed >> I32(28)) & I32(3))


@device
def by_accident(packed: Int) -> Int:
    """Give 1 where an accident is what ends a car's race."""
    return I32(I32(packed >> I32(30)) & _ONE)


# habits: what comes of no plan, in 17 bits


@device
def habits(loses: Int, free: Int, answers_stops: Truth, is_eager: Truth, is_hasty: Truth) -> Int:
    """Pack the laps of lost time and of a free stop, and what a car does when others move."""
    laps = I32(min(loses, _NO_LAP) | I32(min(free, _NO_LAP) << I32(7)))
    yes = I32((_ONE if answers_stops else _ZERO) | I32((_ONE if is_eager else _ZERO) << _ONE))
    return I32(I32(laps | I32(yes << I32(14))) | I32((_ONE if is_hasty else _ZERO) << I32(16)))


@device
def loss(packed: Int) -> Int:
    """Give the lap on which a car loses time at once, or 127, which is none."""
    return I32(packed & _NO_LAP)


@device
def free_stop(packed: Int) -> Int:
    """Give the lap of a stop made if it costs no place, or 127."""
    return I32(I32(packed >> I32(7)) & _NO_LAP)


@device
def answers(packed: Int) -> Int:
    """Give 1 for a car that answers a stop right behind it."""
    return I32(I32(packed >> I32(14)) & _ONE)


@device
def eager(packed: Int) -> Int:
    """Give 1 for a car that changes old tyres behind a safety car."""
    return I32(I32(packed >> I32(15)) & _ONE)


@device
def hasty(packed: Int) -> Int:
    """Give 1 for a car that does so long before a planned stop."""
    return I32(I32(packed >> I32(16)) & _ONE)
