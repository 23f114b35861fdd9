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

WIDTH = 64  # 32 leaves loops too short, 128 falls out of the first-level cache

# one row per race: the field as the cars come by, one place after the other
AHEAD, TAIL, TAIL2, GATHERED, PASSES, BEST, LED, LED_BEFORE = (row * WIDTH for row in range(8))
# the rules of a lap
GREEN_MASK, NOT_TIMED, LEAD, GAP, CATCH_UP = (row * WIDTH for row in range(8, 13))
DIRTY, AID, BLUE, AGEING, PIT_LOSS, WINDOW = (row * WIDTH for row in range(13, 19))
# flags and weather
FLAG, FLAG_BEFORE, STATE, LEFT, FRESH = (row * WIDTH for row in range(19, 24))
SAFETY_CARS, VSCS, RED_FLAGS, NEUTRALISED = (row * WIDTH for row in range(24, 28))
TRACK, CHANGE, OFFENCES = (row * WIDTH for row in (28, 29, 32))  # CHANGE: MAX_STOPS rows
WANTED, FASTEST = 33 * WIDTH, 34 * WIDTH
# one bit a car: who answers a stop behind it, who changes for free, and who does so early
COVERS, EAGER, HASTY = (row * WIDTH for row in range(35, 38))
EASE, FOLLOW = 38 * WIDTH, 39 * WIDTH
ASKED = 40 * WIDTH  # one bit a car: asked on the last lap to answer a stop
BIT_AHEAD = 41 * WIDTH  # of the car ahead, for the same
ROWS = 42

# one row per car; an odd number of rows keeps the tables off the same cache sets
TABLE = (MAX_DRIVERS + 1) * WIDTH
_TABLES = ROWS * WIDTH
BASE, SLOPE, STEEP, CLIFF, DELTA, KEY = (_TABLES + k * TABLE for k in range(6))
WORDS = DELTA  # a lap's random words turn into its noise, and that into lap times, in place
NEXT_STOP, RETIREMENT, OFFENCE, PENALTY = (_TABLES + k * TABLE for k in range(6, 10))
ACCIDENT, PLAN, STOPS_MADE, COMPOUND, LAST_STOP, STOOD = (
    _TABLES + k * TABLE for k in range(10, 16)
)
STOPPING = _TABLES + 16 * TABLE  # the cars that stop on this lap, in no order
STOP = _TABLES + 17 * TABLE  # MAX_STOPS tables: lap, and above bit 16 the standstill's rank
LINK = STOP + MAX_STOPS * TABLE  # MAX_STOPS + 3 tables: what else happens on the same lap

# one row per lap, from lap 0
WANT = LINK + (MAX_STOPS + 3) * TABLE
# one number per lap: the first of its events
HEAD = WANT + (MAX_LAPS + 2) * WIDTH
SIZE = HEAD + MAX_LAPS + 2
