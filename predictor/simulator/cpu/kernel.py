"""The compiled kernel: 64 races at a time, one per lane.

Import it only from inside a function: it brings numba. It is compiled at the first
call and cached on disk by numba.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np

from predictor.simulator.compiled_from import number_of_sources
from predictor.simulator.cpu import rules
from predictor.simulator.cpu.begin import begin
from predictor.simulator.cpu.events import call_in, penalise, restart, serve, turn_weather
from predictor.simulator.cpu.laps import (
    AWAITS_RESTART,
    FLAG_IS_FRESH,
    drive,
    race,
    set_lap,
    settle,
)
from predictor.simulator.cpu.sort import sort
from predictor.simulator.lanes import (
    BEST,
    HEAD,
    KEY,
    NEUTRALISED,
    OFFENCES,
    PASSES,
    RED_FLAGS,
    SAFETY_CARS,
    SIZE,
    STOPS_MADE,
    VSCS,
    WIDTH,
    Lanes,
)
from predictor.simulator.outcomes import OutcomeArrays
from predictor.simulator.physics import GONE, NOT_A_LAP
from predictor.simulator.ticks import TICKS_PER_S, TickArrays, TickConstants

__all__ = ["run"]

I32, U32, F32 = np.int32, np.uint32, np.float32
_CAR, _FIVE = np.int32(31), np.int32(5)
_S_PER_TICK, _NAN = np.float32(1 / TICKS_PER_S), np.float32(np.nan)


def _entry() -> Callable[..., int]:
    """Return the cached entry point, keyed by the source of all that it compiles in."""
    built_from = number_of_sources(__name__, 7)

    @numba.njit(nogil=True, error_model="numpy", cache=True)
    def run(k: TickConstants, a: TickArrays, network: Lanes, out: OutcomeArrays) -> int:
        """Run all races of ``a``: TickConstants, TickArrays, int32[M, 2], OutcomeArrays.

        ``network`` sorts D cars; ``out`` is filled in place.
        """
        _run(k, a, network, out)
        return built_from

    return run


@numba.njit(nogil=True, error_model="numpy")
def _run(k: TickConstants, a: TickArrays, network: Lanes, out: OutcomeArrays) -> None:
    n_sims, n_drivers = a.pace.shape
    s = np.zeros(SIZE, np.int32)
    pace, loss = a.pace, a.loss  # apart: see `draw_triggers`
    for first in range(0, n_sims, WIDTH):
        begin(k, a, first, n_sims, s)
        sort(n_drivers, s, network)
        some_asked = False
        for lap in range(1, k.n_laps + 1):
            happens = set_lap(k, s, lap)
            if happens & AWAITS_RESTART:
                restart(k, a, first, n_sims, n_drivers, s, lap)
                sort(n_drivers, s, network)
            if k.crossovers > 0:
                turn_weather(k, n_drivers, s, lap)
            if lap == k.settled_lap:
                settle(k, pace, first, n_drivers, s)
            drive(k, a, first, n_drivers, s, lap)
            fresh = happens & FLAG_IS_FRESH != 0
            if fresh or some_asked or s[HEAD + lap] >= 0:
                stopping = call_in(k, loss, first, n_drivers, s, lap, fresh, some_asked)
                if stopping > 0:
                    serve(k, a, n_drivers, s, lap, stopping)
            some_asked = race(k, n_drivers, s, lap)
            sort(n_drivers, s, network)
        _count_laps(k, n_drivers, s, first, n_sims, out)
        penalise(k, n_drivers, s)
        sort(n_drivers, s, network)
        _write(n_drivers, s, first, n_sims, out)


@numba.njit(nogil=True, error_model="numpy")
def _count_laps(
    k: TickConstants, n_drivers: int, s: Lanes, first: int, n_sims: int, out: OutcomeArrays
) -> None:
    """Write the laps that every car completed, before penalties move anybody."""
    for w in range(min(WIDTH, n_sims - first)):
        winner = I32(s[KEY + w] >> _FIVE)
        for place in range(n_drivers):
            key = s[KEY + place * WIDTH + w]
            car, time = U32(key & _CAR), I32(key >> _FIVE)
            laps = k.n_laps
            if time >= GONE:
                laps = int(rules.laps_of_retired(time, I32(k.n_laps)))
            else:
                behind = int(time) - winner
                while behind >= k.lap and laps > 0:  # rarely more than one
                    behind -= k.lap
                    laps -= 1
            out.laps_completed[first + w, car] = laps


@numba.njit(nogil=True, error_model="numpy")
def _write(n_drivers: int, s: Lanes, first: int, n_sims: int, out: OutcomeArrays) -> None:
    """Copy finished races into the outcomes."""
    for w in range(min(WIDTH, n_sims - first)):
        i = first + w
        winner = I32(s[KEY + w] >> _FIVE)
        for place in range(n_drivers):
            key = s[KEY + place * WIDTH + w]
            car, time = U32(key & _CAR), I32(key >> _FIVE)
            retired = time >= GONE
            out.position[i, car] = place + 1
            out.n_stops[i, car] = s[STOPS_MADE + car * U32(WIDTH) + U32(w)]
            out.retired[i, car] = retired
            gap_s = F32(F32(I32(time - winner)) * _S_PER_TICK)
            out.gap_s[i, car] = _NAN if retired else gap_s
        out.passes[i] = s[PASSES + w]
        out.safety_cars[i] = s[SAFETY_CARS + w]
        out.vscs[i] = s[VSCS + w]
        out.red_flags[i] = s[RED_FLAGS + w]
        out.neutralised[i] = s[NEUTRALISED + w]
        out.penalties[i] = s[OFFENCES + w]
        best = s[BEST + w]
        out.fastest_lap[i] = 255 if best == NOT_A_LAP else best & _CAR


run = _entry()
