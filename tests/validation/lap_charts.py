"""One race as a lap chart, whether it was driven or simulated: what `race_figures` counts on.

Axes: ``D`` cars, ``L`` laps. Row and column stand for the same in both kinds of race, so that
a figure counts them alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictor.circuit_fit import race_laps
from predictor.circuit_fit.race_control import spells
from predictor.circuit_fit.race_laps import RaceLaps, lap_flags
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.reference.races import Race, simulate_slowly
from predictor.simulator.ticks import TICKS_PER_S, prepare

__all__ = ["GREEN", "RED", "SAFETY_CAR", "VSC", "LapChart", "real_chart", "simulated_charts"]

GREEN, VSC, SAFETY_CAR, RED = range(4)
"""What `LapChart.flag` counts, as the simulator does."""

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LapChart:
    """One race of D cars over L laps.

    Attributes
    ----------
    grid : float64[D]
        Starting slot, 1-based; NaN from the pit lane.
    place : float64[D, L]
        At the line after the lap; NaN where a car did not complete it.
    time_s : float64[D, L], s
        Lap time; NaN without one. A simulated one under a neutralisation means nothing.
    behind_s : float64[D, L], s
        Behind the first car to end that lap; NaN where a car did not.
    compound : int64[D, L]
        Driven on during the lap, an index into ``COMPOUND_ORDER``; -1 unknown.
    changed : bool[D, L]
        New tyres at the end of the lap: a stop, or a change under a red flag.
    flag : int64[L]
        The gravest flag of the lap; yellow ones are no part of it.
    n_safety_cars, n_vscs, n_reds : int
    neutralised_laps : float
        Under any of them, one that began and ended within laps counted as it lasted.
    result : float64[D]
        Place in the result; NaN for the retired and the disqualified.
    retired : bool[D]
    laps_down : float64[D]
        Behind the winner at the flag.
    gap_s : float64[D], s
        Behind the winner in the result, penalties included; NaN where a car was lapped.
    """

    grid: Floats
    place: Floats
    time_s: Floats
    behind_s: Floats
    compound: Ints
    changed: Bools
    flag: Ints
    n_safety_cars: int
    n_vscs: int
    n_reds: int
    neutralised_laps: float
    result: Floats
    retired: Bools
    laps_down: Floats
    gap_s: Floats

    @property
    def n_laps(self) -> int:
        """Laps of the race."""
        return len(self.flag)

    @property
    def before(self) -> Floats:
        """float64[D, L], the place at the line before the lap; on lap 1 the slot."""
        return np.hstack([self.grid[:, None], self.place[:, :-1]])

    @property
    def stops(self) -> Bools:
        """bool[D, L], tyres changed in the pits while the race ran."""
        stops: Bools = self.changed & (self.flag != RED)
        return stops

    @property
    def in_pits(self) -> Bools:
        """bool[D, L], in-laps and out-laps."""
        return self.changed | np.hstack([np.zeros((len(self.grid), 1), bool), self.changed[:, :-1]])

    @property
    def finished(self) -> Bools:
        """bool[D], who has a place in the result and saw the flag."""
        finished: Bools = np.isfinite(self.result) & ~self.retired
        return finished


def real_chart(race: RaceLaps) -> LapChart:
    """Return the lap chart of a race that was driven.

    What a car did in the pits is not known where it passed through them: a drive-through counts
    as a stop (30 of 5,000).
    """
    shown = lap_flags(race)
    flag = np.zeros(race.n_laps, np.int64)
    for bit, kind in ((race_laps.VSC, VSC), (race_laps.SAFETY_CAR, SAFETY_CAR)):
        flag[(shown & bit) > 0] = kind
    flag[(shown & race_laps.RED) > 0] = RED
    found = spells(race)
    counts = [sum(s.kind == k for s in found) for k in (race_laps.SAFETY_CAR, race_laps.VSC)]
    reds = [spell for spell in found if spell.kind == race_laps.RED]
    ran_on = np.zeros(race.ran.shape, bool)
    ran_on[:, :-1] = race.ran[:, :-1] & race.ran[:, 1:]
    place = np.where(race.ran, race.place, np.nan)
    classified = np.array([status == "finished" for status in race.status])
    gap = np.where(race.position == 1, 0.0, race.gap_s)
    ended = np.where(race.ran & np.isfinite(race.end_s), race.end_s, np.inf)
    return LapChart(
        grid=race.grid,
        place=place,
        time_s=race.time_s,
        behind_s=np.where(np.isfinite(ended), race.end_s - ended.min(axis=0), np.nan),
        compound=race.compound.astype(np.int64),
        changed=np.where(flag == RED, _new_set(race), race.pit_in) & ran_on,
        flag=flag,
        n_safety_cars=counts[0],
        n_vscs=counts[1],
        n_reds=len(reds),
        # The race stands under a red flag; the model takes one lap for it.
        neutralised_laps=len(reds)
        + float(sum(spell.laps for spell in found if spell.kind != race_laps.RED)),
        result=np.where(classified, race.position, np.nan),
        retired=race.retired,
        laps_down=race.gap_laps,
        gap_s=np.where(race.gap_laps > 0, np.nan, gap),
    )


def _new_set(race: RaceLaps) -> Bools:
    """Tell where the next lap is driven on other tyres, by compound or age."""
    new = np.zeros(race.ran.shape, bool)
    with np.errstate(invalid="ignore"):
        younger = race.age[:, 1:] <= race.age[:, :-1]
    other = (race.compound[:, 1:] != race.compound[:, :-1]) & (race.compound[:, 1:] >= 0)
    new[:, :-1] = younger | other
    return new


def simulated_charts(inputs: RaceInputs) -> list[LapChart]:
    """Return the lap charts of every race of the inputs, as the referee runs them."""
    n, d, laps = inputs.n_sims, inputs.n_drivers, inputs.n_laps
    shape = (n, laps + 1, d)
    time = np.full(shape, np.nan)
    place, compound, stops = (np.zeros(shape, np.int64) for _ in range(3))
    flags = np.zeros((n, laps + 1), np.int64)

    def observe(sim: int, lap: int, race: Race) -> None:
        flags[sim, lap] = race.flags[lap][0]
        for rank, car in enumerate(race.cars, start=1):
            at = (sim, lap, car.index)
            place[at], compound[at], stops[at] = rank, car.compound, car.stops
            if not car.retired:
                time[at] = car.time

    outcomes = simulate_slowly(inputs, observe)
    k, _ = prepare(inputs)
    ahead = np.where(np.isnan(time), np.inf, time)[:, 1:].min(axis=2)
    behind = (time[:, 1:] - ahead[:, :, None]) / TICKS_PER_S
    by_clock = inputs.lap_s - k.fuel_per_lap / TICKS_PER_S * np.arange(1, laps + 1)
    return [
        _simulated(
            inputs,
            outcomes,
            i,
            place=place[i],
            time_s=np.diff(time[i], axis=0) / TICKS_PER_S + by_clock[:, None],
            behind_s=behind[i],
            compound=compound[i, :-1],  # what a car is on after a lap is for the next one
            changed=np.diff(stops[i], axis=0) > 0,
            flag=flags[i, 1:],
        )
        for i in range(n)
    ]


def _simulated(
    inputs: RaceInputs,
    outcomes: Outcomes,
    i: int,
    *,
    place: Ints,
    time_s: Floats,
    behind_s: Floats,
    compound: Ints,
    changed: Bools,
    flag: Ints,
) -> LapChart:
    """Turn what was seen of race ``i``, laps by cars, into a chart."""
    retired, completed = outcomes.retired[i], outcomes.laps_completed[i].astype(np.int64)
    # A lapped car's last laps were never driven, nor those of one that retired.
    ran = np.arange(1, inputs.n_laps + 1)[:, None] <= completed
    grid = inputs.grid[i].astype(float)
    if inputs.pit_lane_start is not None:
        grid[inputs.pit_lane_start] = np.nan
    down = np.where(retired, 0, inputs.n_laps - completed).astype(float)
    return LapChart(
        grid=grid,
        place=np.where(ran, place[1:], np.nan).T,
        time_s=np.where(ran, time_s, np.nan).T,
        behind_s=np.where(ran, behind_s, np.nan).T,
        compound=np.where(ran, compound, -1).T,
        changed=(changed & ran).T,
        flag=flag,
        n_safety_cars=int(outcomes.safety_cars[i]),
        n_vscs=int(outcomes.vscs[i]),
        n_reds=int(outcomes.red_flags[i]),
        neutralised_laps=float(outcomes.neutralised_laps[i]),
        result=np.where(retired, np.nan, outcomes.position[i]),
        retired=retired,
        laps_down=down,
        gap_s=np.where(retired | (down > 0), np.nan, outcomes.gap_s[i].astype(float)),
    )
