"""The compiled kernel: 64 races at a time, one per lane.

Import it only from inside a function: it brings numba. It is compiled at the first
call and cached on disk by numba.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable

import numba
import numpy as np

from predictor import random_streams
from predictor.simulator import (
    box_muller,
    circuit,
    conditions,
    kernel_begin,
    kernel_random,
    lanes,
    physics,
    race_inputs,
    strategies,
    ticks,
)
from predictor.simulator.kernel_begin import begin
from predictor.simulator.kernel_random import normals, philox
from predictor.simulator.lanes import (
    AGEING,
    AHEAD,
    AID,
    BEST,
    CATCH_UP,
    DELTA,
    DIRTY,
    FLAG,
    GAP,
    GATHERED,
    GREEN,
    KEY,
    NEXT_STOP,
    NOISE,
    NOT_TIMED,
    PACE,
    PASSES,
    PIT_LOSS,
    PLAN,
    RETIREMENT,
    SIZE,
    SLOPE,
    STOP,
    STOP_TABLE,
    STOPS_MADE,
    TAIL,
    TAIL2,
    THRESHOLD,
    TYRE,
    WIDTH,
    WINDOW,
    Lanes,
)
from predictor.simulator.outcomes import OutcomeArrays
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import FAR as _FAR
from predictor.simulator.ticks import GONE as _GONE
from predictor.simulator.ticks import NEVER, TickArrays, TickConstants

__all__ = ["run"]

I32, U32, F32 = np.int32, np.uint32, np.float32
FAR, GONE = np.int32(_FAR), np.int32(_GONE)
RETIRES = np.int32(2**28)  # a delta that says: this car retires on this lap
ZERO, ONE, FIVE = np.int32(0), np.int32(1), np.int32(5)
CAR = np.int32(31)
UNTIMED = np.int32(2**31 - 1)
BIAS = np.int32(2**20)  # 64 s: no lap is faster than the reference by more
LAP_NOISE, PIT = 0, 6  # rows of keys, see PURPOSES
VSC, SAFETY_CAR, RED, KIND, FIRST_LAP = 1, 2, 3, 3, 4


# Modules whose code or constants end up in the machine code, directly or through another.
_COMPILED_IN = (
    box_muller,
    circuit,
    conditions,
    kernel_begin,
    kernel_random,
    lanes,
    physics,
    race_inputs,
    random_streams,
    strategies,
    ticks,
)


def _entry() -> Callable[..., int]:
    """Give the cached entry point, keyed by the source of all that it compiles in.

    numba's cache watches the file of the cached function alone, and would go on running
    old physics after a change to a module next to it. Free variables are part of its
    key, so the sources' digest is made one.
    """
    sources = "".join(inspect.getsource(module) for module in _COMPILED_IN)
    built_from = int.from_bytes(hashlib.blake2b(sources.encode(), digest_size=7).digest(), "big")

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
    want = np.zeros(k.n_laps + 2, np.int64)
    for first in range(0, n_sims, WIDTH):
        begin(k, a, first, n_sims, s, want)
        _sort(s, network)
        for lap in range(1, k.n_laps + 1):
            _set_lap(k, s, lap)
            _draw_noise(k, a, first, n_drivers, s, lap)
            if _drive(n_drivers, s, lap):
                _pit_stops(k, a, first, n_sims, n_drivers, s, lap)
            _race(k, n_drivers, s, lap)
            _sort(s, network)
        for w in range(min(WIDTH, n_sims - first)):
            _write(k, n_drivers, s, w, first + w, out)


@numba.njit(nogil=True, error_model="numpy")
def _set_lap(k: TickConstants, s: Lanes, lap: int) -> None:
    """Set each lane's rules of this lap from its flag."""
    for w in range(WIDTH):
        flag = s[FLAG + lap * WIDTH + w]
        kind = flag & KIND
        green = kind == 0
        queue = kind >= SAFETY_CAR
        aid = green and lap >= k.aid_from_lap and s[FLAG + (lap - 1) * WIDTH + w] == 0
        s[GREEN + w] = I32(-1) if green else ZERO
        s[NOT_TIMED + w] = ZERO if green and lap > 1 else UNTIMED
        s[THRESHOLD + w] = I32(k.lead_to_pass) if green else FAR
        s[GAP + w] = I32(k.safety_car_gap if queue else k.min_gap)
        s[CATCH_UP + w] = I32(0 if not queue else k.catch_up if kind == SAFETY_CAR else GONE)
        s[DIRTY + w] = I32(k.dirty_air) if green else ZERO
        s[AID + w] = I32(k.aid_gain) if aid else ZERO
        s[AGEING + w] = I32(min(kind, SAFETY_CAR))
        s[PIT_LOSS + w] = I32(
            k.pit_green if green else k.pit_vsc if kind == VSC else k.pit_safety_car
        )
        window = 0
        if flag >= FIRST_LAP:
            window = k.window_vsc if kind == VSC else k.window_safety_car
            window = k.window_red if kind == RED else min(window, lap)
        s[WINDOW + w] = I32(window)
        s[AHEAD + w] = -FAR
        s[TAIL2 + w] = I32(-2) * FAR
        # the queue's head keeps its time: the field closes up to it
        s[TAIL + w] = I32(I32(s[KEY + w] >> FIVE) - s[GAP + w]) if queue else I32(-2) * FAR


@numba.njit(nogil=True, error_model="numpy")
def _draw_noise(
    k: TickConstants, a: TickArrays, first: int, n_drivers: int, s: Lanes, lap: int
) -> None:
    scale = F32(k.noise)
    key0, key1 = a.keys[LAP_NOISE, 0], a.keys[LAP_NOISE, 1]
    base = U32(k.first_sim + first)
    for block in range((n_drivers + 3) // 4):
        row = NOISE + block * (4 * WIDTH)
        index = U32(block)
        for w in range(WIDTH):
            u0, u1, u2, u3 = philox(U32(base + U32(w)), U32(lap), index, key0, key1)
            z0, z1 = normals(u0, u1)
            z2, z3 = normals(u2, u3)
            s[row + w] = I32(z0 * scale)
            s[row + WIDTH + w] = I32(z1 * scale)
            s[row + 2 * WIDTH + w] = I32(z2 * scale)
            s[row + 3 * WIDTH + w] = I32(z3 * scale)


@numba.njit(nogil=True, error_model="numpy")
def _drive(n_drivers: int, s: Lanes, lap: int) -> bool:
    """Add up each car's clean-air lap; say whether any car of any lane comes in."""
    this = I32(lap)
    stops = ZERO
    for car in range(n_drivers):
        at = car * WIDTH
        for w in range(WIDTH):
            tyre = s[TYRE + at + w]
            lap_time = I32(I32(s[PACE + at + w] + tyre) + s[NOISE + at + w]) & s[GREEN + w]
            s[TYRE + at + w] = I32(tyre + I32(s[SLOPE + at + w] >> s[AGEING + w]))
            retires = s[RETIREMENT + at + w] == this
            s[DELTA + at + w] = I32(RETIRES << ONE) if retires else I32(lap_time << ONE)
            stops = I32(stops | I32(I32(s[NEXT_STOP + at + w] - this) <= s[WINDOW + w]))
    return stops != ZERO


@numba.njit(nogil=True, error_model="numpy")
def _pit_stops(
    k: TickConstants, a: TickArrays, first: int, n_sims: int, n_drivers: int, s: Lanes, lap: int
) -> None:
    """Serve the stops of this lap; bit 0 of a delta says that the car was in the pit lane."""
    for car in range(n_drivers):
        for w in range(WIDTH):
            at = car * WIDTH + w
            if s[NEXT_STOP + at] - lap > s[WINDOW + w]:
                continue
            if s[RETIREMENT + at] <= lap:
                s[NEXT_STOP + at] = NEVER
                continue
            if s[FLAG + lap * WIDTH + w] & KIND == RED:
                loss = 0  # tyres are changed while the race stands
            else:
                sim = U32(k.first_sim + min(first + w, n_sims - 1))
                u, _, _, _ = philox(sim, U32(lap), U32(car), a.keys[PIT, 0], a.keys[PIT, 1])
                loss = s[PIT_LOSS + w] + a.standstill[u >> U32(22)] + k.cold_tyre
                loss = 2 * loss + 1
            s[DELTA + at] = I32(s[DELTA + at] + loss)
            made = s[STOPS_MADE + at] + 1
            compound = a.plan_compound[s[PLAN + at], made]
            s[STOPS_MADE + at] = made
            s[TYRE + at] = a.offset[compound]
            s[SLOPE + at] = a.slope[car, compound]
            s[NEXT_STOP + at] = s[STOP + made * STOP_TABLE + at] if made < MAX_STOPS else NEVER


@numba.njit(nogil=True, error_model="numpy")
def _race(
    k: TickConstants, n_drivers: int, s: Lanes, lap: int
) -> None:  # long because it is one loop over one car's lap
    """Let the cars meet: from the front, each follows, passes, or is held up.

    TAIL and TAIL2 hold the last and the last but one race times among the cars ahead; a
    car passes the last one where it would cross the line ahead of it by enough.
    """
    duel, half_gap = I32(k.duel), I32(k.min_gap // 2)
    dirty_window, aid_window = I32(k.dirty_window), I32(k.aid_window)
    fuel = I32(k.fuel_per_lap * lap)
    counted = ONE if lap > 1 else ZERO
    for place in range(n_drivers):
        row = KEY + place * WIDTH
        retired_at = I32(GONE + (k.n_laps - lap + 1) * 64 + place)
        for w in range(WIDTH):  # apart, as LLVM does not vectorise a gather here
            car = U32(s[row + w] & CAR)
            s[GATHERED + w] = s[DELTA + U32(car * U32(WIDTH)) + w]
        for w in range(WIDTH):
            key = s[row + w]
            car = key & CAR
            before = I32(key >> FIVE)
            raw = s[GATHERED + w]
            pits = I32(raw & ONE) != ZERO
            delta = I32(raw >> ONE)
            gap = I32(before - s[AHEAD + w])
            delta = I32(delta + (s[DIRTY + w] if gap <= dirty_window else ZERO))
            delta = I32(delta - (s[AID + w] if gap <= aid_window else ZERO))
            tail, tail2, threshold = s[TAIL + w], s[TAIL2 + w], s[THRESHOLD + w]
            free = I32(I32(before + delta) - s[CATCH_UP + w])
            held = max(free, I32(tail + s[GAP + w]))
            past = I32(free + duel)
            past = past if free < I32(tail2 - threshold) else max(past, I32(tail2 + half_gap))
            passes = free < I32(tail - threshold)
            after = past if passes else held
            retires = delta >= RETIRES >> ONE
            gone = before >= GONE
            apart = (pits | retires) | gone  # does not hold anyone up
            after = I32(before + delta) if pits else after
            after = min(after, I32(GONE - ONE))
            after = retired_at if retires else after
            after = before if gone else after
            s[AHEAD + w] = before
            s[TAIL + w] = tail if apart else max(tail, after)
            s[TAIL2 + w] = tail2 if apart else max(tail2, min(tail, after))
            s[PASSES + w] = I32(s[PASSES + w] + (counted if passes & (not apart) else ZERO))
            # No branch, or the loop is not vectorised (four times slower): a bias keeps the key
            # positive, and all ones are never the best.
            lap_time = I32(I32(I32(I32(I32(after - before) - fuel) + BIAS) << FIVE) | car)
            untimed = UNTIMED if apart else s[NOT_TIMED + w]
            s[BEST + w] = min(s[BEST + w], I32(lap_time | untimed) & UNTIMED)
            s[row + w] = I32(I32(after << FIVE) | car)


@numba.njit(nogil=True, error_model="numpy")
def _sort(s: Lanes, network: Lanes) -> None:
    for m in range(network.shape[0]):
        low = U32(KEY) + U32(network[m, 0]) * U32(WIDTH)
        high = U32(KEY) + U32(network[m, 1]) * U32(WIDTH)
        for w in range(WIDTH):
            x, y = s[low + U32(w)], s[high + U32(w)]
            smaller, larger = min(x, y), max(x, y)
            s[low + U32(w)] = smaller
            s[high + U32(w)] = larger


@numba.njit(nogil=True, error_model="numpy")
def _write(k: TickConstants, n_drivers: int, s: Lanes, w: int, i: int, out: OutcomeArrays) -> None:
    """Copy one finished race into the outcomes."""
    winner = s[KEY + w] >> FIVE
    for place in range(n_drivers):
        key = s[KEY + place * WIDTH + w]
        car, time = key & CAR, key >> FIVE
        out.position[i, car] = place + 1
        out.n_stops[i, car] = s[STOPS_MADE + car * WIDTH + w]
        retired = time >= GONE
        out.retired[i, car] = retired
        if retired:
            out.laps_completed[i, car] = k.n_laps - ((time - GONE) >> 6)
            out.gap[i, car] = -1
        else:
            out.laps_completed[i, car] = max(0, k.n_laps - (time - winner) // k.lap)
            out.gap[i, car] = time - winner
    for lap in range(1, k.n_laps + 1):
        flag = s[FLAG + lap * WIDTH + w]
        out.neutralised[i] += flag != 0
        out.safety_cars[i] += flag == SAFETY_CAR + FIRST_LAP
        out.vscs[i] += flag == VSC + FIRST_LAP
        out.red_flags[i] += flag == RED + FIRST_LAP
    out.passes[i] = s[PASSES + w]
    best = s[BEST + w]
    out.fastest_lap[i] = 255 if best == UNTIMED else best & CAR


run = _entry()
