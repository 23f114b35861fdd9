"""How strength and luck become lap times, time lost at once, and room to pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.forecast.draws import Draws

__all__ = ["RaceConfig", "closeness_of", "lost_at_once_s", "pace_s", "threshold_s"]

Floats = NDArray[np.float64]
_USUAL_RACE_S = 5400.0
_USUAL_THRESHOLD_S = 2.0
_CLOSEST, _WIDEST = 0.6, 1.4


@dataclass(frozen=True, slots=True)
class RaceConfig:
    """How strength becomes lap time.

    Seasons differ in how far apart the cars are: a unit of strength, which is what wins
    races, is worth less time in a close one. What is believed of gaps over one lap says so;
    powers of that say how far pace, luck and the room that a pass needs follow it.

    Source: ``pace_per_strength`` from median green laps of 2018-2025 on strength (.40, each
    season .31 to .45), with what races settle by added; the setbacks by winner log loss and
    RPS of 2014-2021; lost time and powers by the gaps and passes of real races,
    ``tests/validation/race_realism.py``. The power of the threshold has seen 2022-2025.
    """

    pace_per_strength: float = 0.47  # % of lap time per unit of log-strength
    usual_spread: float = 2.37  # %, 5th to 95th percentile of believed gaps over one lap
    pace_closeness: float = 0.2  # power of the spread that a unit of strength follows
    setback_closeness: float = 1.0  # power of that; the noise of laps and stops never shrinks
    threshold_closeness: float = 0.7  # power of that
    setback_scale: float = 0.35  # of a Gumbel draw; the rest of a race's noise is in its laps
    disorder_sd: float = 0.4  # of the logarithm of that scale, from race to race
    tail_in_pace: float = 0.8  # share of a setback beyond ``loss_from`` that is pace
    loss_from: float = 1.0  # units of a setback from which on it is time lost once, too
    loss_s: float = 2.0  # per further unit, in a race of an hour and a half
    highest_loss_s: float = 60.0  # who loses more has retired
    grid_in_pace: float = 0.8  # share of a slot's worth; track position gives the rest
    threshold_scale: float = 0.9  # of the fitted threshold: cars' real paces hold their traffic
    threshold_stretch: float = 0.25  # power: pooling has drawn circuits together
    fitted_hazards: float = 0.0  # power of the circuit's hazards over the usual ones
    highest_pace_s: float = 6.0  # per lap; by judgement: a car slower than that has retired
    sprint_hazard: float = 0.4  # of a race's, over a third of its laps; by judgement


def closeness_of(gap_mean: Floats, config: RaceConfig) -> float:
    """Return what a unit of strength is worth, 1 in a usual season and less in a close one.

    Parameters
    ----------
    gap_mean : float64[D], %
        Over one lap. Where nothing is known of anybody yet, the season is a usual one.
    """
    low, high = np.quantile(gap_mean, (0.05, 0.95))
    apart = float(high - low) / config.usual_spread
    closeness = apart**config.pace_closeness if apart > 0.0 else 1.0
    return float(min(max(closeness, _CLOSEST), _WIDEST))


def pace_s(
    draws: Draws, front: float, lap_s: float, closeness: float, config: RaceConfig
) -> Floats:
    """Return every car's pace, float64[N, D], s per lap over a typical front-runner's.

    Parameters
    ----------
    front : float
        A typical front-runner's strength, so that the reference lap is one that is driven; from
        the belief, not the draws: a sim must not depend on which others are drawn with it.
    """
    # Whoever stands behind is behind in the race that is run, too: that part is not pace.
    of_track = (1.0 - config.grid_in_pace) * draws.of_slot
    usual = config.setback_scale * closeness**config.setback_closeness
    scale = usual * np.exp(config.disorder_sd * draws.disorder)[:, None]
    steady = draws.setback - (1.0 - config.tail_in_pace) * _beyond(draws, config)
    strength = draws.skill + draws.from_grid - of_track - scale * steady
    unit = config.pace_per_strength * closeness
    pace: Floats = -unit / 100.0 * lap_s * (strength - (front - usual * np.euler_gamma))
    clipped: Floats = np.clip(pace, -config.highest_pace_s, config.highest_pace_s)
    return clipped


def lost_at_once_s(draws: Draws, race_s: float, config: RaceConfig) -> NDArray[np.float32]:
    """Return what each car loses on one lap, s: more in a race of disorder, and in a long one."""
    disorder = np.exp(config.disorder_sd * draws.disorder)[:, None]
    loss = config.loss_s * race_s / _USUAL_RACE_S * disorder * _beyond(draws, config)
    lost: NDArray[np.float32] = np.minimum(loss, config.highest_loss_s).astype(np.float32)
    return lost


def threshold_s(fitted_s: float, closeness: float, config: RaceConfig) -> float:
    """Return the lap advantage that makes a held car pass, from what was fitted for a circuit."""
    stretched = fitted_s * (fitted_s / _USUAL_THRESHOLD_S) ** config.threshold_stretch
    return float(config.threshold_scale * closeness**config.threshold_closeness * stretched)


def _beyond(draws: Draws, config: RaceConfig) -> Floats:
    beyond: Floats = np.maximum(draws.setback - config.loss_from, 0.0)
    return beyond
