"""What a stop costs: the way through the pits, and the crew's standstill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictor.circuit_fit.estimate import Estimate
from predictor.circuit_fit.pooling import pool
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, RaceLaps, lap_flags

__all__ = ["FIELD", "Stop", "fit_crews", "stop_losses"]

FIELD = "_field"
"""Name of the crew that stands for a team of which no stops are known."""
_NEAR = 6  # laps either side that say how fast the car was going
_LEAST_NEAR = 2
_LEAST_RIVALS = 4  # cars that stay out, to compare a stop under a safety car with
_MOST_LOSS_S = 60.0  # repairs and penalties beyond are no pit loss
_MOST_LANE_S = 90.0  # in the pit lane; beyond are repairs and red flags
_LEAST_STOPS = 8  # of a race with a usual time; of a team's season
_FASTEST = 0.10  # quantile of a race's stops that stands for one without any delay


class Stop(NamedTuple):
    """One stop: what it cost against staying out, standstill and cold tyres included."""

    car: int
    lap: int  # of the in-lap, 1-based
    flag: int  # 0 green, else VSC or SAFETY_CAR
    loss_s: float


def stop_losses(race: RaceLaps) -> list[Stop]:
    """Give every stop whose in-lap and out-lap can be compared.

    On green with the car's own laps before and after, so that old and new tyres cancel;
    under a neutralisation with the cars that stayed out.
    """
    green = race.green()
    found = []
    for car, lap in zip(*np.nonzero(race.pit_in[:, :-1] & race.pit_out[:, 1:]), strict=True):
        pair = race.time_s[car, lap : lap + 2]
        if lap < 2 or not np.isfinite(pair).all() or not race.known[car, lap : lap + 2].all():
            continue
        first, second = race.flags[car, lap], race.flags[car, lap + 1]
        if not (first | second):
            usual = _own_laps(race, green, int(car), int(lap))
            flag = 0
        else:
            flag = _one_flag(int(first))
            usual = _rivals(race, int(lap), flag) if flag else np.nan
        loss = float(pair.sum() - usual)
        if 0.0 < loss < _MOST_LOSS_S:
            found.append(Stop(int(car), int(lap) + 1, flag, loss))
    return found


def _one_flag(bits: int) -> int:
    if bits & RED:
        return 0
    if bits & SAFETY_CAR:
        return SAFETY_CAR
    return VSC if bits & VSC else 0


def _own_laps(race: RaceLaps, green: NDArray[np.bool_], car: int, lap: int) -> float:
    before = slice(max(0, lap - _NEAR), lap)
    after = slice(lap + 2, lap + 2 + _NEAR)
    sides = [race.time_s[car, side][green[car, side]] for side in (before, after)]
    if min(len(side) for side in sides) < _LEAST_NEAR:
        return float("nan")
    return float(np.median(sides[0]) + np.median(sides[1]))


def _rivals(race: RaceLaps, lap: int, flag: int) -> float:
    """Give the median of two laps under one flag, over the cars that stayed out."""
    both = slice(lap, lap + 2)
    out = ~(race.pit_in[:, both] | race.pit_out[:, both]).any(axis=1)
    out &= np.isfinite(race.time_s[:, both]).all(axis=1)
    out &= (race.flags[:, lap] & flag) > 0
    if out.sum() < _LEAST_RIVALS:
        return float("nan")
    return float(np.median(race.time_s[out, both].sum(axis=1)))


def fit_crews(races: Sequence[RaceLaps], *, stationary_s: float) -> dict[str, dict[str, Estimate]]:
    """Fit the crews: median standstill and shape of its tail, per lineage of teams.

    Times in the pit lane hold the drive through it, so each stop is compared with the
    fastest of its race; the field's median is set to ``stationary_s``. A team's seasons
    are pooled like a circuit's races.

    Returns
    -------
    dict of lineage to dict
        ``median_s`` of a standstill, and log-logistic ``shape`` of its slower half; `FIELD`
        is the average.
    """
    late = _delays(races)
    field = np.concatenate(list(late.values())) if late else np.zeros(0)
    if len(field) == 0:
        return {}
    usual = float(np.median(field))
    teams, medians, median_errors, spreads = [], [], [], []
    for (team, _season), delays in sorted(late.items()):
        if len(delays) < _LEAST_STOPS:
            continue
        teams.append(team)
        middle, high = np.quantile(delays, (0.5, 0.9))
        medians.append(middle - usual)
        median_errors.append(1.25 * _robust_sd(delays) / np.sqrt(len(delays)))
        spreads.append(np.log(max(high - middle, 0.2)))
    if not teams:
        return {}
    median = pool(medians, median_errors, teams)
    spread = pool(spreads, [0.0] * len(spreads), teams)
    found = {}
    for team in (*sorted(set(teams)), FIELD):
        shift, shift_sd, seasons = median.at(team)
        wide, wide_sd, _ = spread.at(team)
        middle_s = stationary_s + shift - median.mean
        shape = _shape(float(np.exp(wide)), middle_s)
        wider = _shape(float(np.exp(wide + wide_sd)), middle_s)
        found[team] = {
            "median_s": Estimate(middle_s, shift_sd, seasons, "stops"),
            "shape": Estimate(shape, shape - wider, seasons, "stops"),
        }
    return found


def _delays(races: Sequence[RaceLaps]) -> dict[tuple[str, int], NDArray[np.float64]]:
    late: dict[tuple[str, int], list[float]] = {}
    for race in races:
        # Under a safety car cars queue at their own box: that wait is not the crew's.
        slow = (lap_flags(race) & (SAFETY_CAR | VSC | RED)) > 0
        stops = [
            (car, lap, time_s)
            for car, lap, time_s in race.stops
            if time_s < _MOST_LANE_S and 1 < lap <= race.n_laps and not slow[lap - 1]
        ]
        if len(stops) < _LEAST_STOPS:
            continue
        fastest = float(np.quantile([stop[2] for stop in stops], _FASTEST))
        for car, _lap, time_s in stops:
            late.setdefault((race.teams[car], race.season), []).append(time_s - fastest)
    return {key: np.array(values) for key, values in late.items()}


def _shape(spread_s: float, median_s: float) -> float:
    """Give the log-logistic shape whose 90 % quantile is ``spread_s`` above its median."""
    return float(np.log(9.0) / np.log1p(spread_s / median_s))


def _robust_sd(values: NDArray[np.float64]) -> float:
    return float(1.4826 * np.median(np.abs(values - np.median(values))))
