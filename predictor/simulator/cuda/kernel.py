"""The kernel for a GPU: one race to a thread, all races of a batch in one launch.

Import it only from inside a function: it brings numba. The rules and the random numbers
are the CPU's own source, see `rules`; times are whole ticks, and the normals are
kept from being rounded in another way, so the outcomes are to be the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from predictor.simulator.compiled_from import number_of_sources
from predictor.simulator.cuda import device as cuda_device
from predictor.simulator.cuda import rules
from predictor.simulator.cuda.begin import changes_of_track, line_up, track
from predictor.simulator.cuda.device import cuda, device, int32
from predictor.simulator.cuda.flags import forced_lap, incidents_of, wanted_on
from predictor.simulator.cuda.laps import drive, meet, penalise, restart
from predictor.simulator.cuda.layout import BLOCK, PerSim, flat_outcomes, pack, unpack
from predictor.simulator.cuda.state import Arrays, Int, Race, State, at_card, at_key, stops_made
from predictor.simulator.cuda.stops import ask, serve
from predictor.simulator.outcomes import OutcomeArrays
from predictor.simulator.physics import (
    FIRST_LAP,
    GONE,
    GREEN,
    KIND,
    NOT_A_LAP,
    RED,
    SAFETY_CAR,
    VSC,
)
from predictor.simulator.ticks import TICKS_PER_S, TickArrays, TickConstants

__all__ = ["ROWS", "launch", "race_in_thread", "run_all"]

I32, U32, F32 = np.int32, np.uint32, np.float32
_ZERO, _ONE, _TWO, _FIVE, _CAR = (np.int32(n) for n in (0, 1, 2, 5, 31))
_S_PER_TICK, _NAN = np.float32(1 / TICKS_PER_S), np.float32(np.nan)
ROWS = 5  # int32 per car and thread: 12.5 KiB of shared memory for a block of 20 cars


def run_all(prepared: Sequence[tuple[TickConstants, TickArrays]]) -> list[OutcomeArrays]:
    """Run the races of all inputs in one launch; everything is moved once.

    Parameters
    ----------
    prepared : sequence of (TickConstants, TickArrays)
        What `ticks.prepare` gives; numbers of drivers and laps may differ.

    Returns
    -------
    list of OutcomeArrays
        In the same order.
    """
    if not prepared:
        return []
    batch = pack(prepared)
    flat = flat_outcomes(batch)
    if len(batch.blocks):
        moved = [cuda.to_device(array) for array in batch[:4]]
        sims = PerSim(*(cuda.to_device(array) for array in batch.sims))
        out: Any = OutcomeArrays(*(cuda.device_array_like(array) for array in flat))
        shared = ROWS * 4 * batch.most_drivers * BLOCK
        launch[len(batch.blocks), BLOCK, 0, shared](*moved, sims, out)
        flat = OutcomeArrays(*(array.copy_to_host() for array in out))
    return unpack(batch, flat)


def _kernel() -> Any:  # noqa: ANN401 - numba's dispatcher
    """Return the cached kernel, keyed by the source of all that it compiles in."""
    built_from = number_of_sources(__name__, 4)

    def race_all(
        races: Arrays, blocks: Arrays, tables: Arrays, keys: Arrays, sims: Arrays, out: Arrays
    ) -> None:
        """Run one race in each thread of a block."""
        thread = I32(cuda.threadIdx.x)
        block = cuda.blockIdx.x
        race = races[blocks[block, 0]]
        i = I32(blocks[block, 1] + thread)
        s = cuda.shared.array(0, int32)
        if i < race.n_sims and built_from >= 0:
            race_in_thread(race, tables, keys, sims, out, s, thread, i)

    return cuda.jit(race_all) if cuda_device.SIMULATED else cuda.jit(cache=True)(race_all)


@device
def race_in_thread(
    race: Race,
    tables: Arrays,
    keys: Arrays,
    sims: Arrays,
    out: Arrays,
    s: State,
    thread: Int,
    i: Int,
) -> None:
    """Run sim ``i`` of a race from the grid to its outcomes."""
    sim = U32(race.first_sim + U32(i))
    changes = changes_of_track(race, keys, sim)
    offences = line_up(race, tables, keys, sims, s, thread, sim, i, changes)
    incidents = incidents_of(race, tables, keys, sim)
    forced = _ZERO
    if race.force_safety_car != _ZERO:
        forced = forced_lap(race, tables, keys, s, thread, sim, incidents)
    state, left, fresh, flag = _ZERO, _ZERO, _ZERO, GREEN
    passed, best, asked = _ZERO, NOT_A_LAP, U32(0)
    safety_cars, vscs, red_flags, neutralised = _ZERO, _ZERO, _ZERO, _ZERO
    for n in range(race.n_laps):
        lap, flag_before = I32(I32(n) + _ONE), flag
        flag = rules.flag_now(state, left, fresh)
        wanted = wanted_on(race, tables, keys, s, thread, sim, lap, incidents, forced)
        left = max(I32(left - _ONE), _ZERO)
        granted = rules.comes_out(state, left, wanted)
        state = rules.state_next(state, granted, wanted)
        left = rules.left_next(left, granted, wanted)
        fresh = FIRST_LAP if granted else _ZERO
        safety_cars = I32(safety_cars + (_ONE if flag == I32(SAFETY_CAR + FIRST_LAP) else _ZERO))
        vscs = I32(vscs + (_ONE if flag == I32(VSC + FIRST_LAP) else _ZERO))
        red_flags = I32(red_flags + (_ONE if flag == I32(RED + FIRST_LAP) else _ZERO))
        neutralised = I32(neutralised + (_ONE if flag != GREEN else _ZERO))
        if I32(flag_before & KIND) == RED and I32(flag & KIND) != RED:
            restart(race, keys, s, thread, sim, lap)
        stopping = drive(race, tables, keys, sims, s, thread, sim, i, lap, flag, changes, asked)
        asked = U32(0)
        if stopping != U32(0):
            serve(race, tables, keys, s, thread, sim, lap, flag, changes, stopping)
            asked = ask(race, s, thread, flag, stopping) if lap <= race.cover_until else U32(0)
        # a lap on a wet track is not the fastest of a race that has dry ones
        is_timed = race.crossovers <= _ZERO or track(changes, lap) == _ZERO
        passed, best = meet(
            race, s, thread, lap, flag, flag_before, is_timed, stopping, passed, best
        )
    _count_laps(race, out, s, thread, i)
    penalise(race, keys, s, thread, sim)
    _write(race, out, s, thread, i)
    row = race.at_sims + i
    out.passes[row] = passed
    out.safety_cars[row] = safety_cars
    out.vscs[row] = vscs
    out.red_flags[row] = red_flags
    out.neutralised[row] = neutralised
    out.penalties[row] = offences
    out.fastest_lap[row] = I32(255) if best == NOT_A_LAP else I32(best & _CAR)


@device
def _count_laps(race: Race, out: Arrays, s: State, thread: Int, i: Int) -> None:
    """Write the laps that every car completed, before penalties move anybody."""
    winner = I32(s[at_key(_ZERO, thread)] >> _FIVE)
    row = race.at_cars + np.int64(i) * race.n_drivers
    for n in range(race.n_drivers):
        key = s[at_key(I32(n), thread)]
        car, time = I32(key & _CAR), I32(key >> _FIVE)
        behind = I32(I32(time - winner) // race.lap)
        of_retired = rules.laps_of_retired(time, race.n_laps)
        of_running = max(_ZERO, I32(race.n_laps - behind))
        out.laps_completed[row + car] = of_retired if time >= GONE else of_running


@device
def _write(race: Race, out: Arrays, s: State, thread: Int, i: Int) -> None:
    """Copy a finished race's order into the outcomes."""
    winner = I32(s[at_key(_ZERO, thread)] >> _FIVE)
    row = race.at_cars + np.int64(i) * race.n_drivers
    for n in range(race.n_drivers):
        key = s[at_key(I32(n), thread)]
        car, time = I32(key & _CAR), I32(key >> _FIVE)
        retired = time >= GONE
        out.position[row + car] = n + 1
        out.retired[row + car] = retired
        gap_s = F32(F32(I32(time - winner)) * _S_PER_TICK)
        out.gap_s[row + car] = _NAN if retired else gap_s
        out.n_stops[row + car] = stops_made(s[at_card(race, car, thread)])


launch = _kernel()
