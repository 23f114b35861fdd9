"""What random words say of a race before it starts: one small function each, as in `physics`.

Who retires, who is penalised, who loses time, on which laps cars mean to stop.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from predictor.simulator.physics import NEVER, Int, Word

__all__ = [
    "accident_lap",
    "early_lap",
    "failure_lap",
    "forced_lap",
    "free_stop_lap",
    "getaway",
    "happens",
    "if_in_race",
    "in_24",
    "instead",
    "loss_lap",
    "moved_lap",
    "offence_lap",
    "penalty",
    "plan_rank",
    "setback",
    "share",
]

I32, U32, F32 = np.int32, np.uint32, np.float32

_ZERO, _ONE, _TWO = np.int32(0), np.int32(1), np.int32(2)
_THREE, _FIVE = np.int32(3), np.int32(5)
_BYTE, _HALF = np.uint32(8), np.uint32(16)
_LOW_24 = np.uint32(0xFFFFFF)
_LOW_HALF, _LOW_BYTE = np.uint32(0xFFFF), np.uint32(0xFF)
_LOW_4 = np.uint32(0xF)
_12_BITS = np.uint32(20)
_2_TO_MINUS_24 = np.float32(2.0**-24)


# ruff: noqa: ANN401 - see Int and Word
# random words


def share(word: Word, of: Int) -> Int:
    """Give a whole number from 0 to below ``of``, from the upper half of a word."""
    return I32(U32(U32(word >> _HALF) * U32(of)) >> _HALF)


def in_24(word: Word) -> Int:
    """Give the upper 24 bits of a word, to compare with a probability in 2^-24."""
    return I32(word >> _BYTE)


# before the start


def getaway(slot: Int, slot_loss: Int, noise: Int, pit_lane: Int) -> Int:
    """Give the time at the start: ``slot`` is 1 for pole, ``pit_lane`` 0 on the grid."""
    return I32(I32(I32(I32(slot - _ONE) * slot_loss) + noise) + pit_lane)


def setback(bad: Word, cost: Word, probability: Int, most: Int) -> Int:
    """Give what a bad first lap costs, nothing for most cars; at most 64 s."""
    lost = I32(U32(U32(cost >> _12_BITS) * U32(most)) >> np.uint32(12))
    return lost if I32(bad >> _BYTE) < probability else _ZERO


def failure_lap(fails: Word, when: Word, probability: Any, n_laps: Int) -> Int:
    """Give the lap of a failure, `NEVER` for most; ``probability`` is float32."""
    lap = I32(_ONE + I32(U32(U32(when >> _HALF) * U32(n_laps)) >> _HALF))
    drawn = F32(F32(I32(fails >> _BYTE)) * _2_TO_MINUS_24)
    return lap if drawn < probability else NEVER


def accident_lap(crashes: Word, where: Word, probability: Any, on_lap_1: Int, n_laps: Int) -> Int:
    """Give the lap of an accident, `NEVER` for most; ``on_lap_1`` is a share in 2^-16."""
    later = I32(_ONE + I32(U32(U32(where & _LOW_HALF) * U32(n_laps)) >> _HALF))
    lap = _ONE if I32(where >> _HALF) < on_lap_1 else later
    drawn = F32(F32(I32(crashes >> _BYTE)) * _2_TO_MINUS_24)
    return lap if drawn < probability else NEVER


def offence_lap(offends: Word, when: Word, probability: Int, n_laps: Int) -> Int:
    """Give the lap of an offence, `NEVER` for most; from the lower halves of the words."""
    lap = I32(_ONE + I32(U32(U32(when & _LOW_HALF) * U32(n_laps)) >> _HALF))
    return lap if I32(offends & _LOW_HALF) < probability else NEVER


def penalty(kind: Word, long_share: Int, short: Int, long: Int) -> Int:
    """Give the time penalty for an offence; ``long_share`` in 2^-8 of the word's last byte."""
    return long if I32(kind & _LOW_BYTE) < long_share else short


def loss_lap(word: Word, loss: Int, n_laps: Int) -> Int:
    """Give the lap on which a car loses time at once, `NEVER` where it loses none."""
    lap = I32(_ONE + I32(U32(U32(word >> _HALF) * U32(n_laps)) >> _HALF))
    return lap if loss > _ZERO else NEVER


def happens(word: Word, probability: Int) -> Any:
    """Say whether something of a probability in 2^-16 happens; from a word's lower half."""
    return I32(word & _LOW_HALF) < probability


def forced_lap(when: Word, which: Word, on_lap_1: Int, n_laps: Int) -> Int:
    """Give the lap after which a safety car comes that nothing brought about; most are early.

    ``on_lap_1`` is a share in 2^-16; the others come with the square of a uniform number, by
    which the quarters of the safety cars of 2018-2025 begin after .02, .12 and .49 of a race.
    """
    drawn = U32(when >> _HALF)
    early = U32(U32(drawn * drawn) >> _HALF)
    lap = I32(_ONE + I32(U32(early * U32(n_laps - _ONE)) >> _HALF))
    return _ONE if I32(which >> _HALF) < on_lap_1 else lap


def free_stop_lap(word: Word, probability: Int, n_laps: Int, last_stop: Int, laps: Int) -> Int:
    """Give the lap on which a car stops if that costs no place, `NEVER` for most."""
    drawn = I32(U32(U32(word >> _HALF) * U32(laps)) >> _HALF)
    lap = I32(I32(n_laps - last_stop) - drawn)
    may = (I32(word & _LOW_HALF) < probability) & (lap > _ONE)
    return lap if may else NEVER


def plan_rank(own: Word, race: Word, spread: Int) -> Int:
    """Give where among the plans a car's choice falls, in 2^-24; ``spread`` in 2^-16.

    The race's word says where the window of its choices begins; it goes round at the end.
    """
    offset = U32(U32(U32(own >> _HALF) * U32(spread)) >> _BYTE)
    return I32(U32(U32(race >> _BYTE) + offset) & _LOW_24)


def moved_lap(lap: Int, moved: Int, before: Int, apart: Int) -> Int:
    """Move a planned stop a little, but keep it ``apart`` laps or more after the one before."""
    return max(I32(lap + moved), I32(before + apart))


def early_lap(
    lost: Int, damage: Int, chance: Word, chance2: Word, when: Word, slot: Int, per_slot: Int
) -> Int:
    """Give the lap of an early first stop that no plan has, 0 for none.

    On lap 2 for repairs, or, the likelier the further behind the third slot a car starts, a
    gamble on laps 5 to 10.
    """
    drawn = I32(U32(U32(chance & _LOW_BYTE) << _BYTE) | U32(chance2 & _LOW_BYTE))
    lap = I32(_FIVE + I32(U32(U32(U32(when >> _HALF) & _LOW_4) * U32(6)) >> U32(4)))
    gamble = lap if drawn < I32(I32(slot - _THREE) * per_slot) else _ZERO
    return _TWO if lost > damage else gamble


def instead(lap: Int, early: Int, compound: Int) -> Int:
    """Give the lap of a first stop: the early one where there is one, and the plan is later.

    Only who started on the softest tyres, the first of the compounds, gambles.
    """
    comes = (early > _ZERO) & ((early == _TWO) | (compound == _ZERO))
    return min(early, lap) if comes else lap


def if_in_race(lap: Int, n_laps: Int) -> Int:
    """Give a lap, or `NEVER` where the race is over by then or the lap is its last."""
    return lap if lap < n_laps else NEVER
