"""Tyres, fuel and lap noise, read off the green laps of dry races.

Two regressions per race. With an effect per car and stint, the slope of a stint is wear
less fuel. With an effect per car alone, stints of different age at the same lap tell
wear from fuel, and compounds from each other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictor.circuit_fit.race_laps import SHORTEST_STINT, RaceLaps

__all__ = ["DRY", "LapRows", "TyreFit", "fit_tyres", "green_rows"]

DRY = 3
"""Dry compounds: SOFT, MEDIUM, HARD, the first of ``COMPOUND_ORDER``."""
_LEAST_ROWS = 60  # of a compound in a race
_LEAST_STINTS = 3
_OUTLIER = 3.5  # robust standard deviations; traffic, mistakes, yielding
_TO_SD = 1.4826  # median absolute deviation of a normal

Floats = NDArray[np.float64]


class LapRows(NamedTuple):
    """Green laps of one race as columns, one row per lap."""

    car: NDArray[np.int64]
    stint: NDArray[np.int64]  # numbered through the race, one number per car and stint
    lap: Floats
    age: Floats
    compound: NDArray[np.int64]
    time_s: Floats

    def where(self, keep: NDArray[np.bool_]) -> LapRows:
        """Give some of the rows."""
        return LapRows(
            self.car[keep],
            self.stint[keep],
            self.lap[keep],
            self.age[keep],
            self.compound[keep],
            self.time_s[keep],
        )


class TyreFit(NamedTuple):
    """What one race tells; NaN where it does not. ``C`` is the dry compounds.

    Attributes
    ----------
    slope_s, slope_error : float64[C], s per lap of age
    step_s, step_error : float64[C - 1], s
        MEDIUM over SOFT, HARD over MEDIUM, on new tyres.
    fuel_s, fuel_error : float, s per lap
        Gained per lap, all else equal; the track's own gain is in it.
    noise_s, noise_error : float, s
        Robust standard deviation of a green lap about its stint's line.
    """

    slope_s: Floats
    slope_error: Floats
    step_s: Floats
    step_error: Floats
    fuel_s: float
    fuel_error: float
    noise_s: float
    noise_error: float


def green_rows(race: RaceLaps) -> LapRows:
    """Give the green laps on dry tyres of stints that are long enough."""
    use = race.green() & (race.compound >= 0) & (race.compound < DRY) & np.isfinite(race.age)
    car, lap = np.nonzero(use)
    # A stint number that a source repeats after a red flag is parted by its compound.
    names = car * 10_000 + race.stint[car, lap] * 10 + race.compound[car, lap]
    _, stint, count = np.unique(names, return_inverse=True, return_counts=True)
    long = count[stint] >= SHORTEST_STINT
    car, lap, stint = car[long], lap[long], stint[long]
    return LapRows(
        car,
        np.unique(stint, return_inverse=True)[1],
        lap.astype(float) + 1.0,
        race.age[car, lap],
        race.compound[car, lap].astype(np.int64),
        race.time_s[car, lap],
    )


def fit_tyres(race: RaceLaps) -> TyreFit:
    """Fit one dry race."""
    rows = green_rows(race)
    nothing, none = np.full(DRY, np.nan), np.full(DRY - 1, np.nan)
    fit = TyreFit(nothing, nothing, none, none, np.nan, np.nan, np.nan, np.nan)
    present = _present(rows)
    if not present.any():
        return fit
    keep = present[rows.compound]
    rows = rows.where(keep)
    noise, noise_error, clean = _noise(rows)
    rows = rows.where(clean)
    fit = fit._replace(noise_s=noise, noise_error=noise_error)
    return _between_stints(rows, present, fit)


def _present(rows: LapRows) -> NDArray[np.bool_]:
    """Whether a race has enough of a compound, bool[C]."""
    laps = np.bincount(rows.compound, minlength=DRY)
    stints = [len(np.unique(rows.stint[rows.compound == c])) for c in range(DRY)]
    return (laps >= _LEAST_ROWS) & (np.array(stints) >= _LEAST_STINTS)


def _noise(rows: LapRows) -> tuple[float, float, NDArray[np.bool_]]:
    """Give the noise about a line per stint, its error, and which rows are no outliers."""
    age = _without_mean(rows.age, rows.stint)
    time = _without_mean(rows.time_s, rows.stint)
    square = np.bincount(rows.stint, age**2)
    slope = np.bincount(rows.stint, age * time) / np.maximum(square, 1e-9)
    rest = time - slope[rows.stint] * age
    n = np.bincount(rows.stint)[rows.stint]
    rest = rest * np.sqrt(n / np.maximum(n - 2.0, 1.0))  # two numbers a stint were fitted
    sd = _TO_SD * float(np.median(np.abs(rest)))
    clean = np.abs(rest) < _OUTLIER * max(sd, 1e-9)
    # Sampling error of a median absolute deviation of normals.
    return sd, 1.17 * sd / float(np.sqrt(len(rest))), clean


def _between_stints(rows: LapRows, present: NDArray[np.bool_], fit: TyreFit) -> TyreFit:
    """Add slopes, steps and fuel by least squares with one effect per car."""
    slopes = np.flatnonzero(present)
    base = int(slopes[0])
    others = [int(c) for c in slopes[1:]]
    columns = [-rows.lap]
    columns += [np.where(rows.compound == c, rows.age, 0.0) for c in slopes]
    columns += [(rows.compound == c).astype(float) for c in others]
    design = np.stack([_without_mean(column, rows.car) for column in columns], axis=1)
    time = _without_mean(rows.time_s, rows.car)
    found, covariance = _least_squares(design, time, rows.stint)
    if found is None:
        return fit
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    slope, slope_error = fit.slope_s.copy(), fit.slope_error.copy()
    slope[slopes], slope_error[slopes] = (v[1 : 1 + len(slopes)] for v in (found, error))
    step, step_error = fit.step_s.copy(), fit.step_error.copy()
    offset = {base: None} | {c: 1 + len(slopes) + i for i, c in enumerate(others)}
    for c in range(DRY - 1):
        if present[c] and present[c + 1]:
            pick = np.zeros(len(found))
            for which, sign in ((c + 1, 1.0), (c, -1.0)):
                place = offset[which]
                if place is not None:
                    pick[place] = sign
            step[c] = pick @ found
            step_error[c] = np.sqrt(max(float(pick @ covariance @ pick), 0.0))
    return fit._replace(
        slope_s=slope,
        slope_error=slope_error,
        step_s=step,
        step_error=step_error,
        fuel_s=float(found[0]),
        fuel_error=float(error[0]),
    )


def _least_squares(
    design: Floats, y: Floats, cluster: NDArray[np.int64]
) -> tuple[Floats | None, Floats]:
    """Give coefficients and their covariance, laps of one stint counted as one observation."""
    gram = design.T @ design
    if np.linalg.matrix_rank(design) < design.shape[1] or np.linalg.cond(gram) > 1e9:
        return None, gram
    found = np.linalg.solve(gram, design.T @ y)
    scores = design * (y - design @ found)[:, None]
    n_clusters = int(cluster.max()) + 1
    summed = np.stack([np.bincount(cluster, column, n_clusters) for column in scores.T], axis=1)
    inverse = np.linalg.inv(gram)
    correction = n_clusters / max(n_clusters - 1.0, 1.0)
    covariance: Floats = inverse @ (summed.T @ summed) @ inverse * correction
    return np.asarray(found, np.float64), covariance


def _without_mean(values: Floats, group: NDArray[np.int64]) -> Floats:
    count = np.maximum(np.bincount(group), 1)
    return values - (np.bincount(group, values) / count)[group]
