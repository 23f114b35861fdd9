"""On NumPy arrays: what is settled before the lights go out, for a block of races at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.numpy_rules import rules
from predictor.random_streams import Stream, Words, philox
from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.physics import FAR, FIRST_LAP, NEVER, SAFETY_CAR, SOFT, VSC
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import PURPOSES, TickArrays, TickConstants

__all__ = ["Draws", "Field", "Ints", "Lanes", "flags", "line_up", "track"]

I32, F32 = np.int32, np.float32
Ints = npt.NDArray[np.int32]
Lanes = slice | npt.NDArray[np.intp]  # some sims of a block
_ALL = slice(None)


class Draws:
    """Random words of the sims from ``first`` to before ``last``."""

    def __init__(self, k: TickConstants, a: TickArrays, first: int, last: int) -> None:
        self.sims = np.arange(k.first_sim + first, k.first_sim + last, dtype=np.uint64)
        self.keys = {
            purpose: Stream(int(key[0]), int(key[1]))
            for purpose, key in zip(PURPOSES, a.keys, strict=True)
        }

    def words(
        self, purpose: str, indices: npt.ArrayLike, lap: int = 0, lanes: Lanes = _ALL
    ) -> tuple[Words, ...]:
        """Give the four words of each counter, uint32[len(indices), N], or of some lanes."""
        index = np.asarray(indices, np.uint64)[:, None]
        return philox((self.sims[lanes], lap, index, 0), self.keys[purpose])

    def lap_noise(self, k: TickConstants, lap: int, n_drivers: int) -> Ints:
        """Give every car's noise of one lap, two cars to a word."""
        drawn = np.stack(self.words("lap-noise", np.arange(-(-n_drivers // 8)), lap), axis=1)
        pair = noise_pair(drawn.reshape(-1, self.sims.size), F32(k.noise))
        return np.stack(pair, axis=1).reshape(-1, self.sims.size)[:n_drivers]

    def getaways(self, k: TickConstants, n_drivers: int, lap: int = 0, lanes: Lanes = _ALL) -> Ints:
        """Give every car's start noise, of the start or of a restart on ``lap``."""
        u, v, _, _ = self.words("start", np.arange(n_drivers), lap, lanes)
        noise: Ints = (normal_pair(u, v)[0] * F32(k.start_noise)).astype(I32)
        return noise


@dataclass(slots=True)
class Field:
    """The cars of N races: int32[D, N] by car unless it says otherwise, times in ticks."""

    pace: Ints
    order: Ints  # by place: race time << 5 | car
    retires_on: Ints
    by_accident: npt.NDArray[np.bool_]
    offends_on: Ints  # NEVER once the penalty is served
    penalty: Ints
    loses_on: Ints
    loss: Ints
    free_stop_on: Ints
    answers: npt.NDArray[np.bool_]
    eager: Ints  # 0 or 1, as hasty
    hasty: Ints
    plan: Ints
    stop_laps: Ints  # [MAX_STOPS + 1, D, N]; the last one is NEVER
    standstills: Ints  # [MAX_STOPS, D, N]
    at_start: Ints  # [N], 1 on a wet track
    changes: Ints  # [MAX_STOPS, N], laps on which the track changes
    compound: Ints
    tyre: Ints  # what it costs per lap
    slope: Ints
    steep: Ints
    cliff: Ints
    stops: Ints = field(init=False)
    last_stop: Ints = field(init=False)
    asked: npt.NDArray[np.bool_] = field(init=False)  # for an answer to a stop of the lap before

    def __post_init__(self) -> None:
        self.stops = np.zeros_like(self.pace)
        self.last_stop = np.full_like(self.pace, -NEVER)
        self.asked = np.zeros(self.pace.shape, np.bool_)


def line_up(k: TickConstants, a: TickArrays, draw: Draws, rows: slice) -> Field:
    """Give the cars after the getaway, and all that is known of their races by then."""
    n_drivers = a.pace.shape[1]
    car = np.arange(n_drivers, dtype=I32)[:, None]
    fails, when, crashes, where = draw.words("retirements", car[:, 0])
    _, _, bad, cost = draw.words("start", car[:, 0])
    failure = rules.failure_lap(fails, when, a.p_failure[rows].T, k.n_laps)
    p_accident = a.p_accident[rows].T
    accident = rules.accident_lap(crashes, where, p_accident, k.accident_lap1, k.n_laps)
    lane = (a.from_pit_lane * I32(k.pit_lane_start))[:, None]
    late = draw.getaways(k, n_drivers)
    slot = a.grid[rows].T.astype(I32)
    lost = rules.setback(bad, cost, k.setback, k.setback_loss)
    time = rules.getaway(slot, k.slot, late, lane) + lost
    damage = k.damage if k.crossovers < 0 else FAR
    early = rules.early_lap(lost, damage, fails, crashes, cost, slot, k.early_stop)
    _, tyres, loses, late_word = draw.words("triggers", car[:, 0])
    loss = np.ascontiguousarray(a.loss[rows].T)
    chosen, *own = draw.words("plans", car[:, 0])
    at_start, changes = _weather(k, draw)
    shared, shift = draw.words("plans", [201])[:2]
    rank = rules.plan_rank(chosen, shared, k.plan_spread)
    moved = rules.share(shift, I32(2 * k.shared_jitter + 1)) - I32(k.shared_jitter)
    plan = sum(rank >= up_to[:, None] for up_to in a.plan_up_to.T[:-1]) + np.zeros_like(time)
    planned = a.plan_lap.T[:, plan]
    if k.crossovers >= 0:
        planned = np.broadcast_to(changes[:, None], planned.shape)
        compound = np.where(at_start == 1, I32(k.rain), I32(k.slick)) + np.zeros_like(time)
    else:
        compound = a.plan_compound[plan, 0]
    softs = a.plan_compound[plan, 1] == SOFT  # which would not last
    ranks = np.stack([(word & 0xFFFF) >> 6 for word in own])
    return Field(
        pace=np.ascontiguousarray(a.pace[rows].T),
        order=np.sort(time << 5 | car, axis=0),
        retires_on=np.minimum(failure, accident),
        by_accident=accident <= failure,
        offends_on=rules.offence_lap(when, cost, k.penalty, k.n_laps),
        penalty=rules.penalty(bad, k.penalty_long, k.penalty_short_time, k.penalty_long_time),
        loses_on=rules.loss_lap(loses, loss, k.n_laps),
        loss=loss,
        free_stop_on=rules.free_stop_lap(
            late_word, k.free_stop, I32(k.n_laps), k.last_stop, k.free_stop_laps
        ),
        answers=rules.happens(loses, k.covers),
        eager=rules.happens(tyres, k.free_change).astype(I32),
        hasty=(rules.happens(tyres, k.early_change) & ~softs).astype(I32),
        plan=plan,
        stop_laps=_stop_laps(k, planned, own, moved, early, compound),
        standstills=a.standstill[a.crew[:, None], ranks],
        at_start=at_start,
        changes=changes,
        compound=compound,
        tyre=a.offset[compound],
        slope=a.slope[car, compound],
        steep=a.steep[car, compound],
        cliff=a.cliff[compound],
    )


def _weather(k: TickConstants, draw: Draws) -> tuple[Ints, Ints]:
    changes = np.full((MAX_STOPS, draw.sims.size), NEVER)
    if k.crossovers < 0:
        return np.zeros(draw.sims.size, I32), changes
    *when, start = (word[0] for word in draw.words("plans", [200]))
    wet = (rules.in_24(start) < k.wet_start) | (k.crossovers == 0)
    for n in range(k.crossovers):
        share = n * 65536 + (when[n] >> 16).astype(np.int64)
        changes[n] = 1 + share * k.n_laps // (k.crossovers * 65536)
    return wet.astype(I32), changes


def track(field: Field, lap: int) -> Ints:
    """Say how the track is on a lap, int32[N]: 1 in the wet."""
    turned: Ints = field.at_start + (field.changes <= lap).sum(axis=0, dtype=I32)
    return turned & I32(1)


def _stop_laps(
    k: TickConstants, planned: Ints, drawn: list[Words], shift: Ints, early: Ints, compound: Ints
) -> Ints:
    """Give the cars' own laps: planned ones moved a little, or some after each crossover."""
    back = I32(0 if k.crossovers >= 0 else k.jitter)
    own = np.full((MAX_STOPS + 1, *planned.shape[1:]), NEVER)
    before: Any = I32(k.before_first)
    for n, (lap, word) in enumerate(zip(planned, drawn, strict=True)):
        moved = rules.share(word, I32(k.jitter + back + 1)) - back + shift
        before = np.where(lap < NEVER, rules.moved_lap(lap, moved, before, I32(k.apart)), before)
        comes = rules.instead(before, early, compound) if n == 0 else before
        own[n] = np.where(lap < NEVER, rules.if_in_race(comes, I32(k.n_laps)), NEVER)
    return own


def flags(k: TickConstants, a: TickArrays, draw: Draws, cars: Field) -> Ints:
    """Give each lap's flag from lap 0 on, int32[n_laps + 1, N]; see `physics`."""
    wanted = np.zeros((k.n_laps + 2, draw.sims.size), I32)
    which, word, _, _ = draw.words("triggers", np.arange(len(cars.pace)))
    drawn = rules.in_24(which)
    crash = (k.accident_red, k.accident_safety_car, k.accident_vsc)
    kind = np.where(
        cars.by_accident,
        rules.kind_after_accident(drawn, *crash),
        rules.kind_after_failure(drawn, k.failure_safety_car, k.failure_vsc),
    )
    asks = cars.retires_on <= k.n_laps
    wish = _wish(a, kind, word)[asks]
    np.maximum.at(wanted, (cars.retires_on[asks], np.nonzero(asks)[1]), wish)
    happens, when, which, word = draw.words("neutralisations", range(4))
    asks = rules.in_24(happens) < k.incident
    lap = 1 + rules.share(when, I32(k.n_laps))
    kind = np.where(rules.in_24(which) < k.incident_safety_car, SAFETY_CAR, VSC)
    np.maximum.at(wanted, (lap[asks], np.nonzero(asks)[1]), _wish(a, kind, word)[asks])
    if k.force_safety_car:
        alone = ~(_wave(wanted) == SAFETY_CAR + FIRST_LAP).any(axis=0)
        when, word, which, _ = (one[0] for one in draw.words("neutralisations", [100]))
        lap = rules.forced_lap(when, which, k.accident_lap1, I32(k.n_laps))
        forced = _wish(a, np.full_like(lap, SAFETY_CAR), word)
        wanted[lap[alone], np.flatnonzero(alone)] = forced[alone]
    return _wave(wanted)


def _wish(a: TickArrays, kind: Ints, word: Words) -> Ints:
    long = a.safety_car_laps[rules.share(word, a.safety_car_laps.size)]
    short = a.vsc_laps[rules.share(word, a.vsc_laps.size)]
    length = np.where(kind == SAFETY_CAR, long, np.where(kind == VSC, short, I32(1)))
    return np.asarray(rules.wish(kind, length))


def _wave(wanted: Ints) -> Ints:
    """Turn wishes into flags; a graver one replaces one that is out."""
    waved = np.zeros_like(wanted[:-1])
    state, left, fresh = waved[0], waved[0], waved[0]
    for lap in range(1, len(waved)):
        waved[lap] = rules.flag_now(state, left, fresh)
        left = np.maximum(left - 1, 0)
        granted = rules.comes_out(state, left, wanted[lap])
        state = rules.state_next(state, granted, wanted[lap])
        left = rules.left_next(left, granted, wanted[lap])
        fresh = np.where(granted, FIRST_LAP, I32(0))
    return waved
