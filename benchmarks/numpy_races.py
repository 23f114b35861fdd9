"""The race simulator on NumPy arrays: a block of races at once, without a compiler.

The same model, rules and random numbers as the kernel's, so the same races, bit by bit. It
is what the kernel's speed is measured against; no forecast uses it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.numpy_begin import Draws, Field, Ints, Lanes, flags, line_up, track
from benchmarks.numpy_rules import rules
from predictor.simulator.outcomes import OutcomeArrays, Outcomes
from predictor.simulator.physics import (
    FAR,
    FIRST_LAP,
    GONE,
    GREEN,
    KIND,
    NEVER,
    NOT_A_LAP,
    RED,
    RETIRES,
    SAFETY_CAR,
    VSC,
)
from predictor.simulator.race_inputs import MAX_STOPS, RaceInputs
from predictor.simulator.ticks import TICKS_PER_S, TickArrays, TickConstants, prepare

__all__ = ["simulate_in_arrays"]

I32, F32 = np.int32, np.float32
_CAR = I32(31)
_TWICE_FAR = I32(-2) * FAR
_ANSWERING = 6  # places; a car further back follows its own plan
_BLOCK = 4096  # of 512 to 8192 sims the fastest


def simulate_in_arrays(inputs: RaceInputs) -> Outcomes:
    """Simulate the N races of ``inputs``, a block of sims at a time."""
    k, a = prepare(inputs)
    out = OutcomeArrays.empty(inputs.n_sims, inputs.n_drivers)
    for first in range(0, inputs.n_sims, _BLOCK):
        rows = slice(first, min(first + _BLOCK, inputs.n_sims))
        arrays: Any = (array[rows] for array in out)
        _run(k, a, rows, OutcomeArrays(*arrays))
    return out.outcomes()


def _run(k: TickConstants, a: TickArrays, rows: slice, out: OutcomeArrays) -> None:
    draw = Draws(k, a, rows.start, rows.stop)
    cars = line_up(k, a, draw, rows)
    flag = flags(k, a, draw, cars)
    out.penalties[:] = (cars.offends_on < cars.retires_on).sum(axis=0)
    passed = np.zeros(draw.sims.size, I32)
    best = np.full(draw.sims.size, NOT_A_LAP)
    for lap in range(1, k.n_laps + 1):
        over = np.flatnonzero((flag[lap - 1] & KIND == RED) & (flag[lap] & KIND != RED))
        if over.size:
            _restart(k, draw, cars, lap, over)
        wrong = np.False_ if k.crossovers < 0 else (cars.compound == k.rain) != track(cars, lap)
        stopping = _stops(k, cars, lap, flag[lap], wrong)
        if lap == k.settled_lap:
            cars.pace = cars.pace + rules.settled(cars.pace, I32(k.settled_share))
        driven = _drive(k, draw, cars, lap, flag[lap] & KIND, wrong)
        driven += np.where(cars.loses_on == lap, cars.loss, I32(0))
        _serve(k, a, cars, lap, flag[lap], stopping, driven)
        cars.asked = _asked(k, cars, flag[lap] & KIND, stopping & (lap <= k.cover_until))
        _meet(k, cars, lap, flag[lap - 1 : lap + 1], driven, stopping, passed, best)
        cars.order.sort(axis=0)
    _count_laps(k, cars, out)
    _penalise(k, cars)
    _write(cars, out)
    out.passes[:] = passed
    waved = ((out.safety_cars, SAFETY_CAR), (out.vscs, VSC), (out.red_flags, RED))
    for count, kind in waved:
        count[:] = (flag == kind + FIRST_LAP).sum(axis=0)
    out.neutralised[:] = (flag != GREEN).sum(axis=0)
    out.fastest_lap[:] = np.where(best == NOT_A_LAP, 255, best & _CAR)


def _restart(k: TickConstants, draw: Draws, cars: Field, lap: int, over: Lanes) -> None:
    """Draw a new getaway for every car where the last lap ended under a red flag."""
    order = cars.order[:, over]
    car, time = order & _CAR, order >> 5
    late = np.take_along_axis(draw.getaways(k, len(car), lap, over), car, axis=0)
    started = np.minimum(time + late, GONE - I32(1)) << 5 | car
    cars.order[:, over] = np.sort(np.where(time < GONE, started, order), axis=0)


def _drive(
    k: TickConstants,
    draw: Draws,
    cars: Field,
    lap: int,
    kind: Ints,
    wrong: npt.NDArray[np.bool_] | np.bool,
) -> Ints:
    """Give every car's lap in clean air, or `RETIRES`, and wear its tyres."""
    level = cars.pace + cars.tyre + np.where(wrong, I32(k.wrong_tyre), I32(0))
    noise = draw.lap_noise(k, lap, len(level))
    driven = rules.clean_lap(level, noise, rules.on_green(kind, I32(-1)))
    cars.tyre = rules.tyre_after(cars.tyre, cars.slope, cars.steep, cars.cliff, rules.ageing(kind))
    return np.where(cars.retires_on == lap, RETIRES, driven)


def _stops(
    k: TickConstants, cars: Field, lap: int, flag: Ints, wrong: npt.NDArray[np.bool_] | np.bool
) -> npt.NDArray[np.bool_]:
    """Say which cars come in on a lap."""
    upcoming = np.take_along_axis(cars.stop_laps, cars.stops[None], axis=0)[0]
    comes = rules.plan_is_due(upcoming, lap)
    if (flag >= FIRST_LAP).any():
        if k.crossovers >= 0:
            comes |= rules.changes_class(upcoming, flag, wrong)
        else:
            windows = (k.window_vsc, k.window_safety_car, k.window_red)
            window = rules.early_window(flag, I32(lap), *(I32(laps) for laps in windows))
            comes |= rules.is_early(upcoming, lap, flag, window, cars.last_stop, k.least_stint)
            age, eager, hasty = k.change_age, cars.eager, cars.hasty
            behind = np.arange(len(upcoming))[:, None] != cars.order[0] & _CAR
            who = age, eager, hasty, behind.astype(I32), k.n_laps - lap, window
            changes = rules.changes_for_free(upcoming, lap, flag, cars.last_stop, *who)
            comes |= changes & (cars.stops < MAX_STOPS) & (upcoming - lap > window)
    kind, laps = flag & KIND, (k.cover_laps, k.least_stint)
    comes |= cars.asked & rules.answers(upcoming, lap, cars.last_stop, kind, *laps)
    tempted = cars.free_stop_on == lap
    if tempted.any():
        comes |= tempted & _stops_for_free(k, cars, lap, kind, upcoming)
    too_late = rules.is_too_late(lap, k.n_laps, k.last_stop, kind)
    return np.asarray(comes & (cars.retires_on > lap) & ~too_late)


def _stops_for_free(
    k: TickConstants, cars: Field, lap: int, kind: Ints, upcoming: Ints
) -> npt.NDArray[np.bool_]:
    """Say which cars could stop now and lose no place."""
    by_place, time = cars.order & _CAR, cars.order >> 5
    behind = np.full_like(time, FAR)
    behind[:-1] = np.where(time[1:] < GONE, time[1:] - time[:-1], FAR)
    gap = np.empty_like(behind)
    np.put_along_axis(gap, by_place, behind, axis=0)
    limits = k.free_stop_gap, k.least_stint
    free = rules.stops_for_free(upcoming, lap, cars.last_stop, kind, gap, *limits)
    return np.asarray(free & (cars.stops < MAX_STOPS))


def _asked(
    k: TickConstants, cars: Field, kind: Ints, stopping: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Say which cars among the first may answer a stop right behind them on the next lap."""
    first = cars.order[:_ANSWERING]
    ahead, behind, gap = first[:-1] & _CAR, first[1:] & _CAR, (first[1:] >> 5) - (first[:-1] >> 5)
    stops = np.take_along_axis(stopping, behind, axis=0)
    asked = np.zeros_like(stopping)
    close = stops & (gap < k.cover_window) & (kind == GREEN)
    np.put_along_axis(asked, ahead, close, axis=0)
    return asked & cars.answers


def _serve(
    k: TickConstants,
    a: TickArrays,
    cars: Field,
    lap: int,
    flag: Ints,
    stopping: npt.NDArray[np.bool_],
    driven: Ints,
) -> None:
    """Change tyres; add to ``driven`` what the stops cost."""
    at = car, sim = np.nonzero(stopping)
    if not car.size:
        return
    kind, made, old = flag[sim] & KIND, cars.stops[at], cars.compound[at]
    stood = cars.standstills[made, car, sim]
    serves = (kind != RED) & (cars.offends_on[at] < lap)
    stood += np.where(serves, cars.penalty[at], I32(0))
    cars.offends_on[car[serves], sim[serves]] = NEVER
    wet = k.crossovers >= 0
    other = np.where(old == k.rain, I32(k.slick), I32(k.rain))
    compound = other if wet else a.plan_compound[cars.plan[at], made + 1]
    cars.stops[at], cars.last_stop[at], cars.compound[at] = made + 1, lap, compound
    cars.tyre[at], cars.cliff[at] = a.offset[compound], a.cliff[compound]
    cars.slope[at], cars.steep[at] = a.slope[car, compound], a.steep[car, compound]
    arrived, box = np.zeros_like(cars.pace), np.zeros_like(cars.pace)
    np.put_along_axis(arrived, cars.order & _CAR, cars.order, axis=0)
    box[at] = stood
    mate = a.mate[car]
    behind = (mate >= 0) & stopping[mate, sim] & (arrived[mate, sim] < arrived[at])
    wait = rules.waits_for_box(arrived[at] >> 5, arrived[mate, sim] >> 5, box[mate, sim])
    lane = rules.pit_lane_loss(kind, I32(k.pit_green), I32(k.pit_vsc), I32(k.pit_safety_car))
    lost = lane + stood + a.cold[compound] + np.where(behind, wait, I32(0))
    driven[at] += np.where(kind == RED, I32(0), lost)  # then tyres are changed on the grid


def _meet(  # long because it is one loop over one car's lap
    k: TickConstants,
    cars: Field,
    lap: int,
    flag: Ints,
    driven: Ints,
    stopping: npt.NDArray[np.bool_],
    passed: Ints,
    best: Ints,
) -> None:
    """Let the cars meet: from the front, each follows, passes, or is held up.

    ``flag`` is that of the lap before and this one's; ``passed`` and ``best`` grow.
    """
    kind = flag[1] & KIND
    lead = rules.lead_to_pass(kind, lap, I32(k.lead_to_pass))
    gaps = (k.min_gap, k.safety_car_gap, k.slot)
    gap = rules.following_gap(kind, *(I32(ticks) for ticks in gaps))
    follow = rules.on_green(kind, I32(k.follow_mask))
    catch_up = rules.catching_up(kind, I32(k.catch_up))
    dirty, blue = rules.on_green(kind, I32(k.dirty_air)), rules.on_green(kind, I32(k.blue_flag))
    gain = rules.aid(kind, flag[0], lap, k.aid_from_lap, I32(k.aid_gain))
    fuel_code = rules.code_of_fuel(I32(k.fuel_per_lap * lap))
    laps_per_tick = F32(1.0) / F32(k.lap)
    timed = (kind == GREEN) & (lap > 1)
    if k.crossovers > 0:  # a lap on a wet track is not the fastest of a race that has dry ones
        timed = timed & (track(cars, lap) == 0)
    by_place = cars.order & _CAR
    lap_times = np.take_along_axis(driven, by_place, axis=0)
    if lap >= k.settled_lap:
        lap_times[0] += rules.on_green(kind, _given_away(k, cars))
    pit_lane = -(stopping & (kind != RED)).astype(I32)
    in_pits = np.take_along_axis(pit_lane, by_place, axis=0)
    leader = cars.order[0] >> 5
    ahead, led, tail2 = np.full_like(leader, -FAR), FAR, _TWICE_FAR
    # the queue's head keeps its time: the field closes up to it
    tail = np.where(catch_up > 0, leader - gap, _TWICE_FAR)
    for place, (car, pits, lap_time) in enumerate(zip(by_place, in_pits, lap_times, strict=True)):
        before = cars.order[place] >> 5
        windows = dirty, k.dirty_window, gain, k.aid_window
        alone = rules.free_time(before, lap_time, before - ahead, *windows)
        free = alone - catch_up
        goes_past = rules.passes(free, tail, lead)
        past = rules.past(free, tail2, lead, I32(k.duel), I32(k.min_gap // 2))
        after = rules.choose(goes_past, past, rules.held(free, tail, gap, lap_time, follow))
        after += blue & rules.lets_by(before - leader, after - led, I32(k.lap), laps_per_tick)
        runs, retires = rules.is_running(before), rules.retires(lap_time)
        meets = runs & ~(pits | retires)  # and may hold others up
        after = np.minimum(rules.choose(pits, alone, after), GONE - I32(1))
        gone = rules.retired_time(I32(lap), I32(k.n_laps), I32(place))
        after = rules.choose(runs, rules.choose(retires, gone, after), before)
        in_the_way = rules.choose(meets, after, _TWICE_FAR)
        ahead, led = before, np.minimum(led, after)
        tail2 = np.maximum(tail2, np.minimum(tail, in_the_way))
        tail = np.maximum(tail, in_the_way)
        if lap > 1:
            passed -= goes_past & meets
        key = after << 5 | car
        code = rules.lap_code(cars.order[place], key, fuel_code, car)
        np.minimum(best, np.where(timed & (meets != 0), code & NOT_A_LAP, NOT_A_LAP), out=best)
        cars.order[place] = key


def _given_away(k: TickConstants, cars: Field) -> Ints:
    """Give what each race's leader would give away of its lead on a lap, int32[N]."""
    leader, sims = cars.order[0] & _CAR, np.arange(cars.order.shape[1])
    upcoming = cars.stop_laps[cars.stops[leader, sims], leader, sims]
    gap = (cars.order[1] >> 5) - (cars.order[0] >> 5)
    given = rules.given_away(gap, upcoming, k.lead_kept, k.lead_share, k.lead_given)
    return np.asarray(given, I32)


def _count_laps(k: TickConstants, cars: Field, out: OutcomeArrays) -> None:
    """Write the laps that every car completed, before penalties move anybody."""
    time = cars.order >> 5
    running = np.maximum(k.n_laps - (time - time[0]) // k.lap, 0)
    laps = np.where(time >= GONE, rules.laps_of_retired(time, k.n_laps), running)
    np.put_along_axis(out.laps_completed.T, cars.order & _CAR, laps, axis=0)


def _penalise(k: TickConstants, cars: Field) -> None:
    """Add the penalties that nobody served, at the flag."""
    car, time = cars.order & _CAR, cars.order >> 5
    offends = np.take_along_axis(cars.offends_on, car, axis=0)
    penalty = np.take_along_axis(cars.penalty, car, axis=0)
    late = np.minimum(time + penalty, GONE - I32(1)) << 5 | car
    cars.order = np.where((offends <= k.n_laps) & (time < GONE), late, cars.order)
    cars.order.sort(axis=0)


def _write(cars: Field, out: OutcomeArrays) -> None:
    """Copy the finished races' order into the outcomes."""
    car, time = cars.order & _CAR, cars.order >> 5
    retired = time >= GONE
    gap_s = np.where(retired, F32(np.nan), (time - time[0]) * F32(1 / TICKS_PER_S))
    place = np.broadcast_to(np.arange(1, len(car) + 1)[:, None], car.shape)
    for array, value in ((out.position, place), (out.retired, retired), (out.gap_s, gap_s)):
        np.put_along_axis(array.T, car, value, axis=0)
    out.n_stops[:] = cars.stops.T
