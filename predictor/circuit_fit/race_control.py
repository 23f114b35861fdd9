"""Retirements, and what race control makes of them: safety cars, VSCs, red flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictor.circuit_fit.pooling import Pooled, Share, pool, pool_shares
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, RaceLaps, lap_flags

__all__ = [
    "RaceControl",
    "Spell",
    "fit_race_control",
    "hazard_multipliers",
    "season_rates",
    "spells",
]

_BEFORE, _AFTER = 1, 2  # laps between a car's last one and the flag that it brought out
_QUANTILES = (np.arange(16) + 0.5) / 16
ACCIDENT, FAILURE, OTHER = "accident", "failure", "other"


class Spell(NamedTuple):
    """One neutralisation: what, from which lap (1-based), and for about how many laps.

    It begins and ends somewhere on a lap, so it lasts a lap less than it shows on.
    """

    kind: int  # SAFETY_CAR, VSC or RED
    lap: int
    laps: int
    cause: str  # ACCIDENT, FAILURE or OTHER


class RaceControl(NamedTuple):
    """What race control does, pooled.

    Attributes
    ----------
    shares : mapping of constant to Share
        Chances that a retirement brings something out; accidents of lap 1.
    rates : mapping of constant to Pooled
        Neutralisations per race that no retirement caused.
    seconds : mapping of kind to tuple
        Quantiles of how long one lasts, s of racing laps; all circuits together.
    """

    shares: dict[str, Share]
    rates: dict[str, Pooled]
    seconds: dict[str, tuple[float, ...]]


def spells(race: RaceLaps) -> list[Spell]:
    """Give the neutralisations of a race, each with the retirement that explains it.

    Safety cars and red flags are those listed, else, as VSCs, what most cars were shown.
    A VSC that turns into a safety car is part of it.
    """
    shown = lap_flags(race)
    if race.safety_cars is None:
        safety_cars = _runs((shown & SAFETY_CAR) > 0)
    else:
        safety_cars = tuple((lap, full_laps + 1) for lap, full_laps in race.safety_cars)
    reds = race.red_flags if race.red_flags is not None else _runs((shown & RED) > 0)
    vscs = _runs(((shown & VSC) > 0) & ((shown & (SAFETY_CAR | RED)) == 0))
    cars = {lap for lap, _ in safety_cars}
    vscs = tuple((lap, n) for lap, n in vscs if not any(lap <= one <= lap + n for one in cars))
    found = []
    explained: set[int] = set()
    # A red flag first: the safety car before it has the same cause.
    for kind, of in ((RED, reds), (SAFETY_CAR, safety_cars), (VSC, vscs)):
        for lap, laps in of:
            cause = _cause(race, lap, explained)
            found.append(Spell(kind, lap, max(1, laps), cause))
    return found


def _runs(out: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    edges = np.diff(np.concatenate([[False], out, [False]]).astype(int))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return tuple((int(a) + 1, max(1, int(b - a) - 1)) for a, b in zip(first, last, strict=True))


def _cause(race: RaceLaps, lap: int, explained: set[int]) -> str:
    """Give what kind of retirement stands behind a flag, and mark it as used up."""
    ended = race.laps_run + 1  # the lap on which it happened
    near = race.retired & (ended >= lap - _AFTER) & (ended <= lap + _BEFORE)
    cars = [int(car) for car in np.flatnonzero(near) if int(car) not in explained]
    for wanted, name in ((1.0, ACCIDENT), (0.0, FAILURE)):
        of = [car for car in cars if race.accident[car] == wanted]
        if of:
            # One flag for one accident, however many cars were in it.
            explained.update(of)
            return name
    return OTHER


def fit_race_control(races: Sequence[RaceLaps]) -> RaceControl:
    """Fit the chances of neutralisations from dry races."""
    found = [(race, spells(race)) for race in races]
    shares = {}
    wanted = (
        ("p_safety_car_after_accident", SAFETY_CAR, ACCIDENT),
        ("p_vsc_after_accident", VSC, ACCIDENT),
        ("p_red_flag_after_accident", RED, ACCIDENT),
        ("p_safety_car_after_failure", SAFETY_CAR, FAILURE),
        ("p_vsc_after_failure", VSC, FAILURE),
    )
    for name, kind, cause in wanted:
        counts: dict[str, tuple[int, int]] = {}
        for race, of in found:
            k, n = counts.get(race.circuit_id, (0, 0))
            causes = int((race.accident == (1.0 if cause == ACCIDENT else 0.0)).sum())
            hits = min(causes, sum(s.kind == kind and s.cause == cause for s in of))
            counts[race.circuit_id] = (k + hits, n + causes)
        shares[name] = pool_shares(counts)
    shares["accident_lap1_share"] = pool_shares(_first_lap_accidents(races))
    circuits = [race.circuit_id for race in races]
    rates = {
        name: pool(
            [sum(s.kind == kind and s.cause == OTHER for s in of) for _, of in found],
            [0.0] * len(found),
            circuits,
        )
        for name, kind in (("other_safety_cars", SAFETY_CAR), ("other_vscs", VSC))
    }
    seconds = {
        name: _lengths(found, kind)
        for name, kind in (("safety_car_laps", SAFETY_CAR), ("vsc_laps", VSC))
    }
    return RaceControl(shares, rates, seconds)


def _first_lap_accidents(races: Sequence[RaceLaps]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for race in races:
        k, n = counts.get(race.circuit_id, (0, 0))
        accident = race.accident == 1.0
        first = int((accident & (race.laps_run < 1)).sum())
        counts[race.circuit_id] = (k + first, n + int(accident.sum()))
    return counts


def _lengths(found: Sequence[tuple[RaceLaps, list[Spell]]], kind: int) -> tuple[float, ...]:
    lasted = []
    for race, of in found:
        lap_s = float(np.median(race.time_s[race.green()])) if race.green().any() else np.nan
        lasted += [s.laps * lap_s for s in of if s.kind == kind]
    known = np.array(lasted)[np.isfinite(lasted)] if lasted else np.zeros(0)
    return tuple(float(x) for x in np.quantile(known, _QUANTILES)) if len(known) else ()


def season_rates(races: Sequence[RaceLaps]) -> dict[int, tuple[float, float]]:
    """Give accidents and failures per start of each season; unknown reasons count as half each."""
    found = {}
    for season in sorted({race.season for race in races}):
        of = [race for race in races if race.season == season]
        starts = sum(int(race.started.sum()) for race in of)
        accidents, failures = (sum(counts) for counts in zip(*map(_retirements, of), strict=True))
        found[season] = (accidents / starts, failures / starts)
    return found


def hazard_multipliers(races: Sequence[RaceLaps]) -> dict[str, Pooled]:
    """Give how many times as often as in its season's field cars retire at a circuit.

    Returns
    -------
    dict
        "accident" and "failure"; the mean over circuits is close to 1.
    """
    rates = season_rates(races)
    ratios: dict[str, list[float]] = {ACCIDENT: [], FAILURE: []}
    for race in races:
        starts = int(race.started.sum())
        for name, count, rate in zip(ratios, _retirements(race), rates[race.season], strict=True):
            ratios[name].append(count / (starts * rate) if rate > 0 else np.nan)
    circuits = [race.circuit_id for race in races]
    return {name: pool(values, [0.0] * len(values), circuits) for name, values in ratios.items()}


def _retirements(race: RaceLaps) -> tuple[float, float]:
    unknown = float((race.retired & np.isnan(race.accident)).sum())
    accidents = float((race.retired & (race.accident == 1.0)).sum())
    failures = float((race.retired & (race.accident == 0.0)).sum())
    return accidents + unknown / 2, failures + unknown / 2
