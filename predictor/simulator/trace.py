"""One simulated race lap by lap, as the referee runs it: times, places, tyres, stops, flags."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.reference.draws import REASONS
from predictor.simulator.reference.races import Race, simulate_slowly
from predictor.simulator.ticks import TICKS_PER_S, prepare

__all__ = ["FLAGS", "REASONS", "RaceTrace", "cut", "gaps_to_leader", "trace_race"]

FLAGS = ("green", "vsc", "safety_car", "red")
"""What `RaceTrace.flag` counts."""


@dataclass(frozen=True, slots=True)
class RaceTrace:
    """One simulated race of D cars over L laps; row 0 is the grid, row l the end of lap l.

    Attributes
    ----------
    time_s : float64[L + 1, D], s
        Race time behind the reference car; NaN once a car has retired. On lap 0 what the
        grid slot and the getaway cost.
    position : int64[L + 1, D]
        1..D; the retired behind all who run.
    compound : int64[L + 1, D]
        Index into ``COMPOUND_ORDER`` of the tyres a car is on after the lap.
    tyre_age : int64[L + 1, D], laps
        Driven on them; 0 after a lap that ended with a change.
    stopped : bool[L + 1, D]
        Whether the tyres were changed on the lap, in the pits or under a red flag.
    standstill_s : float64[L + 1, D], s
        With a time penalty served there; NaN where a car did not stop in the pits.
    reason : int64[L + 1, D]
        Index into ``REASONS``: why it stopped on the lap; -1 where it did not.
    covered : int64[L + 1, D]
        The car whose stop on the lap before this one covers; -1 for none.
    flag : int64[L + 1]
        Index into `FLAGS`.
    flag_new : bool[L + 1]
        Whether the flag came out for this lap.
    retired_on : int64[D]
        Lap that a car did not finish; 0 where it saw the flag.
    by_accident : bool[D]
        Whether it was an accident; else the car failed.
    loss_lap : int64[D]
        Lap on which the car lost time at once; 0 where it lost none.
    loss_s : float64[D], s
    offence_lap : int64[D]
        Lap of what a time penalty was given for; 0 without one.
    penalty_s : float64[D], s
    penalty_served_on : int64[D]
        Lap of the stop at which it was served; 0 where it is added at the flag, and `time_s`
        is without it.
    wet : bool[L + 1]
        Whether the track is wet on the lap; row 0 is how it is before the start.
    lap_s : float
        The reference car's lap with the fuel of the start, s.
    fuel_s_per_lap : float
        What it gains per lap as fuel burns, s.
    outcomes : Outcomes
        The same race as the kernel gives it; N is 1.
    """

    time_s: npt.NDArray[np.float64]
    position: npt.NDArray[np.int64]
    compound: npt.NDArray[np.int64]
    tyre_age: npt.NDArray[np.int64]
    stopped: npt.NDArray[np.bool_]
    standstill_s: npt.NDArray[np.float64]
    reason: npt.NDArray[np.int64]
    covered: npt.NDArray[np.int64]
    flag: npt.NDArray[np.int64]
    flag_new: npt.NDArray[np.bool_]
    retired_on: npt.NDArray[np.int64]
    by_accident: npt.NDArray[np.bool_]
    loss_lap: npt.NDArray[np.int64]
    loss_s: npt.NDArray[np.float64]
    offence_lap: npt.NDArray[np.int64]
    penalty_s: npt.NDArray[np.float64]
    penalty_served_on: npt.NDArray[np.int64]
    wet: npt.NDArray[np.bool_]
    lap_s: float
    fuel_s_per_lap: float
    outcomes: Outcomes

    @property
    def n_laps(self) -> int:
        """Laps of the race."""
        return len(self.flag) - 1

    @property
    def gap_s(self) -> npt.NDArray[np.float64]:
        """Give float64[L + 1, D], s: behind the leader; NaN once a car has retired."""
        leader = np.where(np.isnan(self.time_s), np.inf, self.time_s).min(axis=1)
        gap: npt.NDArray[np.float64] = self.time_s - leader[:, None]
        return gap

    @property
    def clock_s(self) -> npt.NDArray[np.float64]:
        """Give float64[L + 1, D], s: time since the start by the model's clock.

        A neutralised lap counts as a reference lap: the model knows how the field closes
        up behind a safety car, not how slowly it drives.
        """
        laps = np.arange(self.n_laps + 1)
        fuel = self.fuel_s_per_lap * laps * (laps + 1) / 2.0
        return self.time_s + (laps * self.lap_s - fuel)[:, None]

    @property
    def lap_time_s(self) -> npt.NDArray[np.float64]:
        """Give float64[L + 1, D], s: lap times by the model's clock; NaN on lap 0."""
        clock = self.clock_s
        return np.vstack([np.full(clock.shape[1], np.nan), np.diff(clock, axis=0)])

    @property
    def timed(self) -> npt.NDArray[np.bool_]:
        """Give bool[L + 1, D]: laps that count for the fastest one, green and without a stop.

        Laps on a wet track count only where it is wet throughout.
        """
        green = (self.flag == 0) & (np.arange(self.n_laps + 1) > 1)
        green &= ~self.wet | self.wet.all()
        timed: npt.NDArray[np.bool_] = green[:, None] & ~np.isnan(self.time_s) & ~self.stopped
        return timed


def cut(inputs: RaceInputs, first: int, last: int) -> RaceInputs:
    """Give the rows from ``first`` to before ``last`` of race inputs, with the same races."""
    shape = (inputs.n_sims, inputs.n_drivers)
    parts: dict[str, Any] = {}
    for field in fields(RaceInputs):
        value = getattr(inputs, field.name)
        if isinstance(value, np.ndarray) and value.shape == shape:
            parts[field.name] = value[first:last]
    return replace(inputs, first_sim=inputs.first_sim + first, **parts)


def trace_race(inputs: RaceInputs, row: int) -> RaceTrace:
    """Run one race of the inputs again, by the referee, and keep every lap of it.

    Parameters
    ----------
    inputs : RaceInputs
    row : int
        Of its arrays, 0 to N - 1.
    """
    one = cut(inputs, row, row + 1)
    n_laps, n_drivers = one.n_laps, one.n_drivers
    shape = (n_laps + 1, n_drivers)
    time, standstill = np.full(shape, np.nan), np.full(shape, np.nan)
    position, compound, stops = (np.zeros(shape, np.int64) for _ in range(3))
    reason, covered = np.full(shape, -1), np.full(shape, -1)
    loss_lap, offence_lap, served_on, retired_on = np.zeros((4, n_drivers), np.int64)
    loss, penalty = np.zeros((2, n_drivers))
    by_accident, flag = np.zeros(n_drivers, np.bool_), np.zeros(n_laps + 1, np.int64)
    new, wet = np.zeros((2, n_laps + 1), np.bool_)

    def observe(_row: int, lap: int, race: Race) -> None:
        flag[lap], new[lap] = race.flags[lap]
        wet[lap] = race.weather.track(lap)
        for place, car in enumerate(race.cars, start=1):
            at = (lap, car.index)
            if car.offends_on == lap and not car.retired:
                offence_lap[car.index], penalty[car.index] = lap, car.penalty / TICKS_PER_S
            if car.loses_on == lap and not car.retired:
                loss_lap[car.index], loss[car.index] = lap, car.loss / TICKS_PER_S
            if car.last_stop == lap:
                reason[at], covered[at] = REASONS.index(car.reason), car.covered
            if car.served and not served_on[car.index]:
                served_on[car.index] = lap
            position[at], compound[at], stops[at] = place, car.compound, car.stops
            if car.retired:
                retired_on[car.index], by_accident[car.index] = car.laps + 1, car.by_accident
            else:
                time[at] = car.time / TICKS_PER_S
                standstill[at] = car.stood / TICKS_PER_S

    outcomes = simulate_slowly(one, observe)
    position[0] = one.grid[0]  # the order after the getaway comes out on lap 1
    stopped = np.vstack([np.zeros(n_drivers, np.bool_), np.diff(stops, axis=0) > 0])
    in_pits = stopped & (flag != FLAGS.index("red"))[:, None]
    k, _ = prepare(one)
    return RaceTrace(
        time_s=time,
        position=position,
        compound=compound,
        tyre_age=_ages(stopped),
        stopped=stopped,
        standstill_s=np.where(in_pits, standstill, np.nan),
        reason=reason,
        covered=covered,
        flag=flag,
        flag_new=new,
        retired_on=retired_on,
        by_accident=by_accident,
        loss_lap=loss_lap,
        loss_s=loss,
        offence_lap=offence_lap,
        penalty_s=penalty,
        penalty_served_on=served_on,
        wet=wet,
        lap_s=one.lap_s,
        fuel_s_per_lap=k.fuel_per_lap / TICKS_PER_S,
        outcomes=outcomes,
    )


def gaps_to_leader(inputs: RaceInputs) -> npt.NDArray[np.float32]:
    """Give every car's gap to the leader after every lap of every race, by the referee.

    Returns
    -------
    float32[N, L + 1, D], s
        NaN once a car has retired; on lap 0 after the getaway.
    """
    gap = np.full((inputs.n_sims, inputs.n_laps + 1, inputs.n_drivers), np.nan, np.float32)

    def observe(row: int, lap: int, race: Race) -> None:
        leader = race.cars[0].time
        for car in race.cars:
            if not car.retired:
                gap[row, lap, car.index] = (car.time - leader) / TICKS_PER_S

    simulate_slowly(inputs, observe)
    return gap


def _ages(stopped: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    age = np.zeros(stopped.shape, np.int64)
    for lap in range(1, len(stopped)):
        age[lap] = np.where(stopped[lap], 0, age[lap - 1] + 1)
    return age
