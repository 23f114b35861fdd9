"""Constants that laps, flags and results show directly, pooled by circuit.

Each function gives, by the constant's name, what gives its estimate at a circuit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from predictor.circuit_fit.estimate import Estimate, by_judgement, joined, pooled_at
from predictor.circuit_fit.pit_stops import stop_losses
from predictor.circuit_fit.pooling import Share, falling, pool, pool_shares
from predictor.circuit_fit.race_control import fit_race_control
from predictor.circuit_fit.race_laps import SAFETY_CAR, VSC, RaceLaps
from predictor.circuit_fit.tyres import DRY, fit_tyres
from predictor.simulator.race_inputs import CircuitParameters

__all__ = [
    "Constants",
    "flag_constants",
    "penalty_constants",
    "pit_constants",
    "racing_speed",
    "tyre_constants",
]

Constants = Mapping[str, Callable[[str], Estimate]]

_LONG_PENALTY_S = 10.0
_LEAST_GREEN, _LEAST_SLOW = 3, 2  # stops of a race from which a loss is read
_SAME_LAYOUT = 0.003  # of its length, by which a circuit that was measured anew may differ
_USUAL_KMH = 209.0  # of races at all circuits


def tyre_constants(dry: Sequence[RaceLaps], usual: CircuitParameters) -> Constants:
    """Give slopes, offsets, fuel and noise.

    A softer compound wears no less and is no slower when new: where laps say so, it was kept on
    only where it lasted.
    """
    fits = [fit_tyres(race) for race in dry]
    circuits = [race.circuit_id for race in dry]
    length = {race.circuit_id: race.length_km for race in dry}  # the last layout that was raced
    slopes = [
        pool([f.slope_s[c] for f in fits], [f.slope_error[c] for f in fits], circuits)
        for c in range(DRY)
    ]
    steps = [
        pool([f.step_s[c] for f in fits], [f.step_error[c] for f in fits], circuits)
        for c in range(DRY - 1)
    ]
    # Fuel burns by the kilometre, and what a kilogram costs grows with the lap too.
    fuel = pool(
        [f.fuel_s / race.length_km for f, race in zip(fits, dry, strict=True)],
        [f.fuel_error / race.length_km for f, race in zip(fits, dry, strict=True)],
        circuits,
    )
    noise = pool([f.noise_s for f in fits], [f.noise_error for f in fits], circuits)
    average_km = float(np.mean(list(length.values())))

    def slope(name: str) -> Estimate:
        # Wear is never a gain in the model.
        parts = [
            pooled_at(one, name, "laps", usual=was, lowest=0.0)
            for one, was in zip(slopes, usual.tyre_slope_s, strict=False)
        ]
        ordered = falling([one.number for one in parts], [one.spread for one in parts])
        parts = [replace(one, value=value) for one, value in zip(parts, ordered, strict=True)]
        return joined((*parts, *_kept(usual.tyre_slope_s[DRY:])))

    def offset(name: str) -> Estimate:
        first, second = (
            pooled_at(one, name, "laps", usual=was, lowest=0.0)
            for one, was in zip(steps, np.diff(usual.tyre_offset_s[:DRY]).tolist(), strict=True)
        )
        values = (0.0, first.number, first.number + second.number)  # only differences matter
        sds = (first.spread, first.spread, float(np.hypot(first.spread, second.spread)))
        races = max(first.races, second.races)
        parts = [Estimate(values[c], sds[c], races, "laps") for c in range(DRY)]
        return joined((*parts, *_kept(usual.tyre_offset_s[DRY:])))

    def fuel_s(name: str) -> Estimate:
        km = length.get(name, average_km)
        per_km = usual.fuel_s_per_lap / average_km
        return pooled_at(fuel, name, "laps", usual=per_km, lowest=0.0).times(km)

    return {
        "tyre_slope_s": slope,
        "tyre_offset_s": offset,
        "fuel_s_per_lap": fuel_s,
        "lap_noise_s": lambda name: pooled_at(
            noise, name, "laps", usual=usual.lap_noise_s, lowest=0.05
        ),
    }


def _kept(values: Sequence[float]) -> tuple[Estimate, ...]:
    """Give constants that dry races say nothing about."""
    return tuple(by_judgement(value) for value in values)


def racing_speed(dry: Sequence[RaceLaps]) -> Callable[[str], Estimate]:
    """Give what gives a circuit's usual green lap of a race as a speed, km/h.

    As a speed it holds for a lap that was made a little longer. Another layout may be quicker
    or slower altogether: only the races since a circuit's last change of length count.
    """
    last = {race.circuit_id: race.length_km for race in dry}
    kept: list[RaceLaps] = []
    changed: set[str] = set()
    for race in reversed(dry):
        if abs(race.length_km / last[race.circuit_id] - 1.0) > _SAME_LAYOUT:
            changed.add(race.circuit_id)
        if race.circuit_id not in changed:
            kept.append(race)
    speeds = [3600.0 * race.length_km / _usual_lap_s(race) for race in kept]
    pooled = pool(speeds, [0.0] * len(kept), [race.circuit_id for race in kept])
    return lambda name: pooled_at(pooled, name, "laps", usual=_USUAL_KMH)


def pit_constants(dry: Sequence[RaceLaps], usual: CircuitParameters) -> Constants:
    """Give the losses of a stop without standstill and cold tyres.

    Under a neutralisation as a share of green, the same for all circuits: there are few
    such stops that can be compared with cars that stay out.
    """
    losses = [stop_losses(race) for race in dry]
    circuits = [race.circuit_id for race in dry]
    still = usual.stationary_s + float(np.mean(usual.cold_tyre_s[:DRY]))

    def medians(flag: int, least: int) -> list[float]:
        of = [[stop.loss_s for stop in found if stop.flag == flag] for found in losses]
        return [float(np.median(one)) - still if len(one) >= least else np.nan for one in of]

    green = pool(medians(0, _LEAST_GREEN), [0.0] * len(dry), circuits)

    def slow(flag: int) -> Callable[[str], Estimate]:
        ratios = np.array(medians(flag, _LEAST_SLOW)) / [green.at(name)[0] for name in circuits]
        ratios = ratios[np.isfinite(ratios)]
        was = usual.pit_loss_vsc_s if flag == VSC else usual.pit_loss_safety_car_s
        if len(ratios) == 0:
            ratios = np.array([was / usual.pit_loss_green_s])
        middle = float(np.median(ratios))
        # Sampling error of a median of normals.
        error = 1.858 * float(np.median(np.abs(ratios - middle))) / np.sqrt(len(ratios))

        def estimate(name: str) -> Estimate:
            if not np.isfinite(green.mean):
                return by_judgement(was)
            full, full_sd, races = green.at(name)
            spread = float(np.hypot(error * full, middle * full_sd))
            return Estimate(min(middle, 1.0) * full, spread, races, "laps")

        return estimate

    return {
        "pit_loss_green_s": lambda name: pooled_at(
            green, name, "laps", usual=usual.pit_loss_green_s, lowest=0.0
        ),
        "pit_loss_vsc_s": slow(VSC),
        "pit_loss_safety_car_s": slow(SAFETY_CAR),
    }


def flag_constants(dry: Sequence[RaceLaps], usual: CircuitParameters) -> Constants:
    """Give the chances, rates and lengths of neutralisations."""
    control = fit_race_control(dry)

    def rate(name: str) -> Callable[[str], Estimate]:
        was = float(getattr(usual, name))
        return lambda circuit: pooled_at(
            control.rates[name], circuit, "flags", usual=was, lowest=0.0
        )

    def length(name: str) -> Callable[[str], Estimate]:
        seconds = control.seconds[name]

        def laps(circuit: str) -> Estimate:
            of_lap, _sd, races = lap_s.at(circuit)
            whole = tuple(max(1, round(one / of_lap)) for one in seconds)
            return Estimate(whole, 0.0, races, "flags")

        return laps

    circuits = [race.circuit_id for race in dry]
    lap_s = pool([_usual_lap_s(race) for race in dry], [0.0] * len(dry), circuits)
    found = {
        name: _share(pooled, circuits, "flags", float(getattr(usual, name)))
        for name, pooled in control.shares.items()
    }
    found |= {name: rate(name) for name in control.rates}
    return found | {name: length(name) for name, of in control.seconds.items() if of}


def penalty_constants(dry: Sequence[RaceLaps], usual: CircuitParameters) -> Constants:
    """Give how often a car is given a time penalty, and how often a long one.

    Known are only those added after the race: most that are served at a stop leave no
    trace, so the rate is a lower bound.
    """
    counts: dict[str, tuple[int, int]] = {}
    long: dict[str, tuple[int, int]] = {}
    for race in dry:
        k, n = counts.get(race.circuit_id, (0, 0))
        given = race.penalty_s > 0.0
        counts[race.circuit_id] = (k + int(given.sum()), n + int(race.started.sum()))
        k, n = long.get(race.circuit_id, (0, 0))
        is_long = int((race.penalty_s >= _LONG_PENALTY_S).sum())
        long[race.circuit_id] = (k + is_long, n + int(given.sum()))
    circuits = [race.circuit_id for race in dry]

    return {
        "p_penalty": _share(pool_shares(counts), circuits, "results", usual.p_penalty),
        "long_penalty_share": _share(
            pool_shares(long), circuits, "results", usual.long_penalty_share
        ),
    }


def _share(
    pooled: Share, circuits: Sequence[str], source: str, usual: float
) -> Callable[[str], Estimate]:
    """Give what gives a share at a circuit; ``circuits`` has one entry per race."""

    def estimate(circuit: str) -> Estimate:
        if not pooled.counts:
            return by_judgement(usual)
        value, sd, _trials = pooled.at(circuit)
        return Estimate(value, sd, circuits.count(circuit), source)

    return estimate


def _usual_lap_s(race: RaceLaps) -> float:
    green = race.green()
    return float(np.median(race.time_s[green])) if green.any() else float("nan")
