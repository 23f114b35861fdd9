"""Constants that cannot be read off: found by simulating past races until they look right.

How hard overtaking is and how much the first lap mixes the field have no column in any
table. Each race is simulated from its real grid and its cars' green-lap pace at several
values of a constant; a circuit gets the value at which the simulated figure meets the
real one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from predictor.circuit_fit.estimate import Estimate, by_judgement
from predictor.circuit_fit.pooling import Pooled, pool
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, RaceLaps, lap_flags
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import (
    CircuitParameters,
    RaceInputs,
    Strategies,
    default_circuit,
    no_stop_strategies,
)

__all__ = [
    "first_lap_of",
    "invert",
    "match_first_lap",
    "match_passes",
    "pace_of",
    "passes_on_track",
    "places_moved",
    "race_inputs_of",
]

Floats = NDArray[np.float64]
Inputs = Callable[[RaceLaps, int], RaceInputs | None]

THRESHOLDS_S = (0.3, 0.6, 0.9, 1.3, 1.7, 2.2, 2.9, 3.8, 5.0, 6.5, 8.5, 11.0)
DISORDERS = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.7, 2.3, 3.0)
_FIRST_LAP_ACCIDENTS = 0.3  # of a race's, that end on lap 1
_LEAST_CARS = 15  # whose pace is known
_SLOWEST_S = 6.0  # per lap behind the fastest; slower was damaged
_FIRST_PASS_LAP = 3  # before it the start still sorts itself out
_MOST_MOVED = 0.25  # standard errors: Monaco is like no other circuit


def pace_of(race: RaceLaps) -> Floats:
    """Give float64[D], s: the median green lap of every car; NaN without one."""
    green = race.green()
    pace = np.full(len(race.drivers), np.nan)
    for car in np.flatnonzero(green.any(axis=1)):
        pace[car] = np.median(race.time_s[car, green[car]])
    return pace


def race_inputs_of(
    race: RaceLaps,
    n_sims: int,
    *,
    circuit: CircuitParameters,
    strategies: Callable[[int], Strategies],
    p_failure: float,
    p_accident: float,
    seed: int = 1,
) -> RaceInputs | None:
    """Give the inputs of a past race, None where too few cars' pace is known.

    Cars without a green lap take the median of the others'.

    Parameters
    ----------
    strategies : callable
        Gives the plans for a number of cars.
    p_failure, p_accident : float
        Per car and race.
    """
    pace = pace_of(race)
    if np.isfinite(pace).sum() < _LEAST_CARS:
        return None
    best = float(np.nanmin(pace))
    pace = np.clip(np.where(np.isnan(pace), np.nanmedian(pace), pace) - best, 0.0, _SLOWEST_S)
    d = len(pace)
    order = np.argsort(np.where(np.isnan(race.grid), 99.0, race.grid), kind="stable")
    grid = np.empty(d, np.int16)
    grid[order] = np.arange(1, d + 1)
    return RaceInputs(
        event=f"past-{race.race}",
        seed=seed,
        n_laps=race.n_laps,
        lap_s=best,
        pace_s=np.tile(pace.astype(np.float32), (n_sims, 1)),
        grid=np.tile(grid, (n_sims, 1)),
        p_failure=np.full((n_sims, d), p_failure, np.float32),
        p_accident=np.full((n_sims, d), p_accident, np.float32),
        strategies=strategies(d),
        circuit=circuit,
    )


def first_lap_of(given: RaceInputs) -> RaceInputs:
    """Give a race of the first lap alone."""
    return replace(
        given,
        n_laps=1,
        p_failure=np.zeros_like(given.p_failure),
        p_accident=given.p_accident * np.float32(_FIRST_LAP_ACCIDENTS),
        strategies=no_stop_strategies(given.n_drivers),
    )


def passes_on_track(race: RaceLaps) -> int:
    """Count pairs that change order between two green laps, neither car near the pits."""
    place = race.place
    green = (lap_flags(race) & (SAFETY_CAR | RED | VSC)) == 0
    away = ~(race.pit_in | race.pit_out) & np.isfinite(place) & green
    total = 0
    for lap in range(_FIRST_PASS_LAP - 1, race.n_laps):
        use = away[:, lap] & away[:, lap - 1]
        before, after = place[use, lap - 1], place[use, lap]
        total += int(((before[:, None] < before) & (after[:, None] > after)).sum())
    return total


def places_moved(race: RaceLaps) -> float:
    """Give the standard deviation of places moved on lap 1; NaN where it is not known."""
    moved = race.place[:, 0] - race.grid
    moved = moved[np.isfinite(moved)]
    return float(moved.std()) if len(moved) >= _LEAST_CARS else float("nan")


def match_passes(
    races: Sequence[RaceLaps], inputs: Inputs, n_sims: int
) -> tuple[dict[str, Estimate], Estimate]:
    """Find every circuit's ``overtaking_threshold_s``, and that of all together.

    Each race is met on its own curve, by the square root of its passes, whose spread is alike at
    any level; the thresholds are pooled as logarithms. On a curve of all circuits together one
    that has hardly a pass is beyond the end.
    """
    real = [float(np.sqrt(passes_on_track(race))) for race in races]

    def simulated(outcomes: Outcomes, _given: RaceInputs) -> float:
        return float(np.sqrt(outcomes.passes.astype(float)).mean())

    def with_value(given: RaceInputs, value: float) -> RaceInputs:
        return replace(given, circuit=replace(given.circuit, overtaking_threshold_s=value))

    curves = _curves(races, inputs, n_sims, THRESHOLDS_S, with_value, simulated)
    found = [
        (race.circuit_id, float(np.log(invert(THRESHOLDS_S, curve, figure))))
        for race, figure, curve in zip(races, real, curves, strict=True)
        if curve is not None
    ]
    if not found:
        return {}, by_judgement(default_circuit().overtaking_threshold_s)
    circuits = [circuit for circuit, _ in found]
    logs = [threshold for _, threshold in found]
    pooled = pool(logs, [0.0] * len(logs), circuits, most_moved=_MOST_MOVED)
    return {circuit: _scale(pooled, circuit) for circuit in pooled.value}, _scale(pooled, "")


def _scale(pooled: Pooled, circuit: str) -> Estimate:
    """Give a circuit's value of what was pooled as a logarithm."""
    log, sd, races = pooled.at(circuit)
    return Estimate(float(np.exp(log)), float(np.exp(log)) * sd, races, "simulated moments")


def match_first_lap(
    races: Sequence[RaceLaps], inputs: Inputs, n_sims: int
) -> tuple[dict[str, Estimate], Estimate]:
    """Find how many times the usual disorder of a first lap every circuit has.

    The factor stands before ``start_noise_s`` and ``p_first_lap_setback`` alike: one figure,
    the spread of the places moved, cannot tell them apart.
    """
    real = [places_moved(race) for race in races]

    def simulated(outcomes: Outcomes, given: RaceInputs) -> float:
        moved = np.where(outcomes.retired, np.nan, outcomes.position.astype(float) - given.grid)
        return float(np.nanstd(moved, axis=1).mean())

    def with_value(given: RaceInputs, value: float) -> RaceInputs:
        circuit = replace(
            given.circuit,
            start_noise_s=given.circuit.start_noise_s * value,
            p_first_lap_setback=given.circuit.p_first_lap_setback * value,
        )
        return first_lap_of(replace(given, circuit=circuit))

    curves = _curves(races, inputs, n_sims, DISORDERS, with_value, simulated)
    return _matched(races, real, curves, DISORDERS, 1.0)


def _curves(
    races: Sequence[RaceLaps],
    inputs: Inputs,
    n_sims: int,
    values: Sequence[float],
    with_value: Callable[[RaceInputs, float], RaceInputs],
    figure: Callable[[Outcomes, RaceInputs], float],
) -> list[Floats | None]:
    """Give the simulated figure of every race at every value."""
    from predictor.simulator.simulate import simulate  # noqa: PLC0415 - numba loads here

    found: list[Floats | None] = []
    for race in races:
        given = inputs(race, n_sims)
        if given is None:
            found.append(None)
            continue
        at = [with_value(given, value) for value in values]
        found.append(np.array([figure(simulate(one), one) for one in at]))
    return found


def _matched(
    races: Sequence[RaceLaps],
    real: Sequence[float],
    curves: Sequence[Floats | None],
    values: Sequence[float],
    usual_value: float,
) -> tuple[dict[str, Estimate], Estimate]:
    known = [
        (race.circuit_id, figure, curve)
        for race, figure, curve in zip(races, real, curves, strict=True)
        if curve is not None and np.isfinite(figure)
    ]
    if not known:
        return {}, by_judgement(usual_value)
    # What a race's own grid and pace make of the figure is taken out before circuits are
    # compared: a field in order gives fewer passes anywhere.
    usual = np.mean([curve for *_, curve in known], axis=0)
    middle = len(values) // 2
    adjusted = [figure * usual[middle] / max(curve[middle], 1e-9) for _, figure, curve in known]
    circuits = [circuit for circuit, *_ in known]
    pooled = pool(adjusted, [0.0] * len(adjusted), circuits)
    found = {circuit: _at(pooled, circuit, values, usual) for circuit in pooled.value}
    return found, _at(pooled, "", values, usual)


def _at(pooled: Pooled, circuit: str, values: Sequence[float], curve: Floats) -> Estimate:
    target, sd, races = pooled.at(circuit)
    ends = [invert(values, curve, target + sign * sd) for sign in (-1.0, 1.0)]
    return Estimate(
        invert(values, curve, target), abs(ends[1] - ends[0]) / 2, races, "simulated moments"
    )


def invert(values: Sequence[float], curve: Floats, target: float) -> float:
    """Give the value at which a falling or rising curve meets the target, linear between.

    Beyond the curve's ends it is the end's.
    """
    y = np.asarray(curve, float)
    x = np.log(np.asarray(values, float))  # all constants matched this way are scales
    if y[0] > y[-1]:
        x, y = x[::-1], y[::-1]
    y = np.maximum.accumulate(y)  # noise of the simulation must not fold it
    return float(np.exp(np.interp(target, y, x)))
