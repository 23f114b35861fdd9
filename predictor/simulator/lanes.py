"""How a block of simulations lies in memory: rows of lanes in one flat array.

Lane ``w`` is one simulated race; row ``r`` is ``s[r + w]``. Everything sits in a single
int32 array at offsets known to the compiler: with separate arrays LLVM cannot prove that
they do not overlap, gives up, and the kernel runs at a quarter of its speed.
"""

from __future__ import annotations

from typing import Any

from predictor.simulator.race_inputs import MAX_DRIVERS, MAX_LAPS, MAX_STOPS

__all__ = ["SIZE", "WIDTH", "Lanes", "Word"]

# Inside compiled code numba knows better than a type checker.
Lanes = Any  # an integer array
Word = Any  # uint32 scalars

WIDTH = 64  # 32 and 128 lanes measured within 5 %; 16 is not vectorised

# one row per race
AHEAD, TAIL, TAIL2, GATHERED, PASSES, BEST = (row * WIDTH for row in range(6))
GREEN, NOT_TIMED, THRESHOLD, GAP, CATCH_UP = (row * WIDTH for row in range(6, 11))
DIRTY, AID, WINDOW, PIT_LOSS, AGEING = (row * WIDTH for row in range(11, 16))

# one row per car; an odd number of rows keeps the tables off the same cache sets
_TABLE = (MAX_DRIVERS + 1) * WIDTH
_TABLES = 16 * WIDTH
PACE, TYRE, SLOPE, NEXT_STOP = (_TABLES + k * _TABLE for k in range(4))
RETIREMENT, NOISE, DELTA, KEY = (_TABLES + k * _TABLE for k in range(4, 8))
STOPS_MADE, PLAN, ACCIDENT = (_TABLES + k * _TABLE for k in range(8, 11))
STOP = _TABLES + 11 * _TABLE  # MAX_STOPS tables
STOP_TABLE = _TABLE

# one row per lap, from lap 0
FLAG = STOP + MAX_STOPS * _TABLE
SIZE = FLAG + (MAX_LAPS + 2) * WIDTH
