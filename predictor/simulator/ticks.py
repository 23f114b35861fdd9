"""Race inputs as integers: what the kernel and the referee both start from.

Times are ticks of 2^-14 s relative to the reference car, probabilities thresholds
for random bits. Integer arithmetic has one answer, so the compiled kernel and the
referee agree race by race, on every machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from predictor.random_streams import stream
from predictor.simulator import physics
from predictor.simulator.pit_crews import PitCrews, standstill_quantiles
from predictor.simulator.race_inputs import (
    COMPOUND_ORDER,
    MAX_STOPS,
    RaceInputs,
    share_of_full_race,
)
from predictor.vocabulary import Compound

__all__ = [
    "NEVER",
    "PURPOSES",
    "TICKS_PER_S",
    "TickArrays",
    "TickConstants",
    "prepare",
    "to_ticks",
]

TICKS_PER_S = 2**14
NEVER = int(physics.NEVER)
_STINTS = 6  # no planned stint is shorter than such a part of the race; laps

PURPOSES = ("lap-noise", "start", "retirements", "triggers", "neutralisations", "plans")
"""Random streams in the order of the rows of ``TickArrays.keys``."""


class TickConstants(NamedTuple):
    """Scalars of a race; times in ticks, probabilities in 2^-24."""

    first_sim: int
    n_laps: int
    lap: int
    noise: int
    start_noise: int
    setback: int  # probability of a bad first lap
    setback_loss: int  # the most it costs
    damage: int  # a bad first lap that costs more brings the car in
    early_stop: int  # probability in 2^-16, times the grid slot
    slot: int
    pit_lane_start: int
    lead_to_pass: int  # ahead on the line, without the car in front, that makes a pass
    duel: int
    aid_gain: int  # zero where the aid is off
    aid_window: int
    aid_from_lap: int
    dirty_air: int
    dirty_window: int
    min_gap: int
    follow_mask: int  # low bits of a lap time that a held car follows at beside the least gap
    safety_car_gap: int
    catch_up: int
    blue_flag: int
    fuel_per_lap: int
    pit_green: int
    pit_vsc: int
    pit_safety_car: int
    window_safety_car: int
    window_vsc: int
    window_red: int
    change_age: int  # laps
    free_change: int  # probability in 2^-16
    early_change: int  # probability in 2^-16, no more than the other
    least_stint: int
    last_stop: int
    plan_spread: int  # in 2^-16
    jitter: int  # laps either way; after a crossover, laps later
    shared_jitter: int  # laps either way, all stops of a race alike
    before_first: int  # lap of what counts as the stop before the first one
    apart: int  # least laps from one planned stop to the next
    crossovers: int  # -1 in a dry race
    wet_start: int
    wrong_tyre: int
    slick: int  # compounds of a wet race
    rain: int
    penalty: int  # probability in 2^-16
    penalty_long: int  # share in 2^-8
    penalty_short_time: int
    penalty_long_time: int
    force_safety_car: int
    accident_lap1: int  # in 2^-16
    cover_window: int  # a tick more than the gap within which a stop is answered
    cover_laps: int
    cover_until: int  # the last lap whose stops are answered
    covers: int  # probability in 2^-16
    free_stop: int  # probability in 2^-16
    free_stop_laps: int
    free_stop_gap: int  # to the car behind
    settled_lap: int
    settled_share: int  # in 2^-8
    lead_kept: int
    lead_share: int  # in 2^-8
    lead_given: int
    accident_red: int  # cumulative: red, then safety car, then VSC
    accident_safety_car: int
    accident_vsc: int
    failure_safety_car: int
    failure_vsc: int
    incident: int  # each of four chances of a neutralisation that no retirement caused
    incident_safety_car: int  # such a neutralisation is a safety car


class TickArrays(NamedTuple):
    """Arrays of a race; N sims, D drivers, P plans, S stops, C compounds."""

    pace: npt.NDArray[np.int32]  # [N, D]
    grid: npt.NDArray[np.int16]  # [N, D]
    loss: npt.NDArray[np.int32]  # [N, D], lost on one lap
    p_failure: npt.NDArray[np.float32]  # [N, D]
    p_accident: npt.NDArray[np.float32]  # [N, D]
    from_pit_lane: npt.NDArray[np.int32]  # [D], 0 or 1
    plan_up_to: npt.NDArray[np.int32]  # [D, P], cumulative shares in 2^-24
    plan_lap: npt.NDArray[np.int32]  # [P, S], NEVER where there is no such stop
    plan_compound: npt.NDArray[np.int32]  # [P, S + 1]
    offset: npt.NDArray[np.int32]  # [C]
    cold: npt.NDArray[np.int32]  # [C]
    cliff: npt.NDArray[np.int32]  # [C], offset included
    slope: npt.NDArray[np.int32]  # [D, C]
    steep: npt.NDArray[np.int32]  # [D, C], slope beyond the cliff
    standstill: npt.NDArray[np.int32]  # [T, Q] quantiles
    crew: npt.NDArray[np.int32]  # [D]
    mate: npt.NDArray[np.int32]  # [D], who shares the pit box; -1 for nobody
    safety_car_laps: npt.NDArray[np.int32]  # [Q], equally likely
    vsc_laps: npt.NDArray[np.int32]  # [Q], equally likely
    keys: npt.NDArray[np.uint32]  # [len(PURPOSES), 2]


def to_ticks(seconds: float) -> int:
    """Round seconds to ticks."""
    return round(float(seconds) * TICKS_PER_S)


def prepare(inputs: RaceInputs) -> tuple[TickConstants, TickArrays]:
    """Turn race inputs into ticks and thresholds.

    Types are always the same (plain integers, writable contiguous arrays): another
    type, even a read-only array, would make numba compile the kernel again.
    """
    return TickConstants(*(int(value) for value in _constants(inputs))), _arrays(inputs)


def _constants(inputs: RaceInputs) -> TickConstants:  # long because a race has many constants
    circuit, conditions = inputs.circuit, inputs.conditions
    red = circuit.p_red_flag_after_accident
    safety_car = red + circuit.p_safety_car_after_accident
    others = circuit.other_safety_cars + circuit.other_vscs
    length = share_of_full_race(inputs.n_laps, inputs.lap_s)
    strategies = inputs.strategies
    # In the wet the track says when to stop, not the plan.
    planned_apart = max(1, inputs.n_laps // _STINTS)
    apart = 1 if conditions.wet else planned_apart
    stop_s = circuit.pit_loss_green_s + circuit.stationary_s + circuit.free_stop_margin_s
    return TickConstants(
        first_sim=inputs.first_sim,
        n_laps=inputs.n_laps,
        lap=to_ticks(inputs.lap_s),
        noise=to_ticks(circuit.lap_noise_s * conditions.lap_noise_scale),
        start_noise=to_ticks(circuit.start_noise_s * conditions.start_noise_scale),
        setback=_threshold(circuit.p_first_lap_setback),
        setback_loss=to_ticks(circuit.first_lap_setback_s),
        damage=to_ticks(circuit.damage_s),
        early_stop=0 if conditions.wet else round(circuit.p_early_stop * 2**16),
        slot=to_ticks(circuit.slot_s),
        pit_lane_start=to_ticks(circuit.pit_lane_start_s),
        lead_to_pass=to_ticks(circuit.overtaking_threshold_s * conditions.threshold_scale)
        - to_ticks(circuit.min_gap_s),
        duel=to_ticks(circuit.duel_s),
        aid_gain=to_ticks(circuit.aid_gain_s) if conditions.aid_enabled else 0,
        aid_window=to_ticks(circuit.aid_window_s),
        aid_from_lap=circuit.aid_from_lap,
        dirty_air=to_ticks(circuit.dirty_air_s),
        dirty_window=to_ticks(circuit.dirty_air_window_s),
        min_gap=to_ticks(circuit.min_gap_s),
        follow_mask=2 ** max(0, to_ticks(circuit.follow_spread_s).bit_length() - 1) - 1,
        safety_car_gap=to_ticks(circuit.safety_car_gap_s),
        catch_up=to_ticks(circuit.catch_up_share * inputs.lap_s),
        blue_flag=to_ticks(circuit.blue_flag_s),
        fuel_per_lap=to_ticks(circuit.fuel_s_per_lap),
        pit_green=to_ticks(circuit.pit_loss_green_s),
        pit_vsc=to_ticks(circuit.pit_loss_vsc_s),
        pit_safety_car=to_ticks(circuit.pit_loss_safety_car_s),
        window_safety_car=circuit.stop_window_safety_car,
        window_vsc=circuit.stop_window_vsc,
        window_red=max(circuit.stop_window_safety_car, inputs.n_laps // 2),
        change_age=circuit.free_change_laps,
        free_change=0 if conditions.wet else round(circuit.p_free_change * 2**16),
        early_change=0
        if conditions.wet
        else round(min(circuit.p_early_change, circuit.p_free_change) * 2**16),
        least_stint=circuit.least_stint_laps,
        last_stop=circuit.last_stop_laps,
        plan_spread=round(strategies.spread * 2**16),
        jitter=conditions.crossover_delay
        if conditions.wet
        else round(strategies.jitter * inputs.n_laps),
        apart=apart,
        shared_jitter=0 if conditions.wet else round(strategies.shared_jitter * inputs.n_laps),
        before_first=1
        if conditions.wet
        else max(1, round(strategies.first_stop * inputs.n_laps) - apart),
        crossovers=min(conditions.crossovers, inputs.n_laps // 20, MAX_STOPS)
        if conditions.wet
        else -1,
        wet_start=_threshold(conditions.p_wet_start),
        wrong_tyre=to_ticks(conditions.wrong_tyre_s),
        slick=COMPOUND_ORDER.index(Compound.MEDIUM),
        rain=COMPOUND_ORDER.index(Compound.INTERMEDIATE),
        penalty=round(min(circuit.p_penalty * length, 1.0) * 2**16),
        penalty_long=round(circuit.long_penalty_share * 2**8),
        penalty_short_time=to_ticks(circuit.penalty_s[0]),
        penalty_long_time=to_ticks(circuit.penalty_s[1]),
        force_safety_car=int(conditions.force_safety_car and inputs.n_laps > 1),
        accident_lap1=round(circuit.accident_lap1_share * 2**16),
        cover_window=to_ticks(circuit.cover_window_s) + 1,
        cover_laps=circuit.cover_laps,
        cover_until=round(circuit.cover_until * inputs.n_laps),
        covers=0 if conditions.wet else round(circuit.p_cover * 2**16),
        free_stop=0 if conditions.wet else round(circuit.p_free_stop * 2**16),
        free_stop_laps=circuit.free_stop_laps,
        free_stop_gap=to_ticks(stop_s),
        settled_lap=1 + round(circuit.settled_from * inputs.n_laps),
        settled_share=round(circuit.settled_share * 2**8),
        lead_kept=to_ticks(circuit.lead_kept_s),
        lead_share=round(circuit.lead_share * 2**8),
        lead_given=to_ticks(circuit.lead_given_s),
        accident_red=_threshold(red),
        accident_safety_car=_threshold(safety_car),
        accident_vsc=_threshold(safety_car + circuit.p_vsc_after_accident),
        failure_safety_car=_threshold(circuit.p_safety_car_after_failure),
        failure_vsc=_threshold(circuit.p_safety_car_after_failure + circuit.p_vsc_after_failure),
        incident=_threshold(others * conditions.safety_car_scale * length / 4),
        incident_safety_car=_threshold(circuit.other_safety_cars / others if others else 0.0),
    )


def _threshold(probability: float) -> int:
    return round(min(probability, 1.0) * 2**24)


def _arrays(inputs: RaceInputs) -> TickArrays:
    circuit, conditions = inputs.circuit, inputs.conditions
    n_drivers = inputs.n_drivers
    wear = np.ones(n_drivers) if inputs.tyre_wear is None else inputs.tyre_wear.astype(float)
    lane = np.zeros(n_drivers) if inputs.pit_lane_start is None else inputs.pit_lane_start
    lap, compound = _plan_tables(inputs)
    crews = inputs.crews or PitCrews((circuit.stationary_s,), (circuit.stationary_shape,))
    crew = np.zeros(n_drivers) if inputs.crew is None else inputs.crew
    slope = np.outer(wear, circuit.tyre_slope_s) * TICKS_PER_S
    offset = np.array(circuit.tyre_offset_s) * TICKS_PER_S
    streams = [stream(inputs.seed, inputs.event, purpose) for purpose in PURPOSES]
    return TickArrays(
        pace=_paces(inputs),
        grid=np.array(inputs.grid, np.int16, order="C"),
        loss=_losses(inputs),
        p_failure=_scaled(inputs.p_failure, conditions.failure_scale),
        p_accident=_scaled(inputs.p_accident, conditions.accident_scale),
        from_pit_lane=lane.astype(np.int32),
        plan_up_to=_cumulative(inputs.strategies.shares),
        plan_lap=lap,
        plan_compound=compound,
        offset=_round(offset),
        cold=_round(np.array(circuit.cold_tyre_s) * TICKS_PER_S),
        cliff=_round(offset + np.array(circuit.tyre_cliff_s) * TICKS_PER_S),
        slope=_round(slope),
        steep=_round(slope * circuit.tyre_cliff_factor),
        standstill=_round(standstill_quantiles(crews) * TICKS_PER_S),
        crew=crew.astype(np.int32),
        mate=_mates(inputs),
        safety_car_laps=_lengths(circuit.safety_car_laps),
        vsc_laps=_lengths(circuit.vsc_laps),
        keys=np.array([(s.key0, s.key1) for s in streams], np.uint32),
    )


def _round(values: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    rounded: npt.NDArray[np.int32] = np.rint(values).astype(np.int32, order="C")
    return rounded


def _paces(inputs: RaceInputs) -> npt.NDArray[np.int32]:
    ticks = np.multiply(inputs.pace_s, np.float32(TICKS_PER_S), dtype=np.float32)
    return np.rint(ticks, out=np.empty(ticks.shape, np.int32), casting="unsafe")


def _losses(inputs: RaceInputs) -> npt.NDArray[np.int32]:
    # Cut off, not rounded, in one step: another array of the races' size costs as much.
    ticks = np.zeros(inputs.pace_s.shape, np.int32)
    if inputs.loss_s is not None:
        np.multiply(inputs.loss_s, np.float32(TICKS_PER_S), out=ticks, casting="unsafe")
    return ticks


def _scaled(p: npt.NDArray[np.float32], scale: float) -> npt.NDArray[np.float32]:
    if scale == 1.0:  # probabilities already
        return np.require(p, np.float32, ["C", "W"])
    scaled = np.multiply(p, np.float32(scale), dtype=np.float32)
    return np.ascontiguousarray(np.minimum(scaled, np.float32(1.0), out=scaled))


def _mates(inputs: RaceInputs) -> npt.NDArray[np.int32]:
    mate = np.full(inputs.n_drivers, -1, np.int32)
    if inputs.team is not None:
        for i, team in enumerate(inputs.team):
            others = np.flatnonzero((inputs.team == team) & (np.arange(mate.size) != i))
            if team >= 0 and others.size:
                mate[i] = others[0]
    return mate


def _lengths(laps: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """Give equally likely lengths: two numbers are the ends of a range, more are quantiles."""
    equally = range(int(laps[0]), int(laps[1]) + 1) if len(laps) == 2 else laps
    return np.array(tuple(equally), np.int32)


def _cumulative(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    up_to = _round(np.cumsum(shares, axis=1) * 2**24)
    up_to[:, -1] = 2**24  # rounding must not leave a draw without a plan
    return up_to


def _plan_tables(inputs: RaceInputs) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    plans = inputs.strategies.plans
    lap = np.full((len(plans), MAX_STOPS), NEVER, np.int32)
    compound = np.zeros((len(plans), MAX_STOPS + 1), np.int32)
    for row, plan in enumerate(plans):
        lap[row, : len(plan.at)] = [round(share * inputs.n_laps) for share in plan.at]
        compound[row, : len(plan.compounds)] = [COMPOUND_ORDER.index(c) for c in plan.compounds]
    return lap, compound
