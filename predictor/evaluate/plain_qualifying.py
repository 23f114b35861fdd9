"""Reference model's one-lap pace: a Kalman filter over drivers and teams.

Written out here, not taken from the product, so that the yardstick stays what it is when the
product's own filter changes.

Source: design notes of the study of 2016-2018 named in docs/decisions/0012.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.gaussian import NamedGaussian
from predictor.features.weekend import Weekend

__all__ = ["NOISE_SD", "TEAM_WEEKEND_SD", "observe", "open_season", "predict", "walk", "with_gaps"]

Floats = NDArray[np.float64]

# All in per cent of the lap time.
NOISE_SD = 0.45
TEAM_WEEKEND_SD = 0.30
_PRIOR_SD = {"driver": 0.5, "team": 1.0}
_WALK = {"driver": 0.02, "team": 0.10}
_SEASON_SD, _REGULATION_SD = 0.20, 0.70
_PRACTICE_NOISE_SD, _PRACTICE_TEAM_SD = 0.8, 0.4
_INTERCEPT_SD = 5.0  # how far ahead the pole-sitter was says nothing of the others
_DOF = 4.0  # Student t weights: spins and red flags are not pace
_GAP_CAP = 4.0


def open_season(belief: NamedGaussian, *, new_regulations: bool) -> NamedGaussian:
    """Widen the teams' beliefs over a winter."""
    sd = _REGULATION_SD if new_regulations else _SEASON_SD
    return belief.with_drift(belief.variance_where({"team": sd}))


def walk(belief: NamedGaussian) -> NamedGaussian:
    """Let everybody drift for one event."""
    return belief.with_drift(belief.variance_where(_WALK))


def predict(belief: NamedGaussian, weekend: Weekend) -> tuple[Floats, Floats]:
    """Give mean float64[D] and covariance float64[D, D] of the pace gaps, in %."""
    belief = _known(belief, weekend)
    h = _design(belief, weekend)
    return h @ belief.mean, h @ belief.cov @ h.T


def with_gaps(mean: Floats, cov: Floats, weekend: Weekend) -> tuple[Floats, Floats]:
    """Add what the weekend brings anew, and what practice has shown of it."""
    same_team = np.equal.outer(np.array(weekend.lineages), np.array(weekend.lineages))
    cov = cov + TEAM_WEEKEND_SD**2 * same_team
    seen = np.flatnonzero(np.isfinite(weekend.practice_gap))
    if len(seen) < 2:
        return mean, cov
    shared = _PRACTICE_TEAM_SD**2 * same_team[np.ix_(seen, seen)] + _INTERCEPT_SD**2
    h = np.eye(len(mean))[seen]
    return _update(mean, cov, h, weekend.practice_gap[seen], shared, _PRACTICE_NOISE_SD)


def observe(belief: NamedGaussian, weekend: Weekend) -> NamedGaussian:
    """Learn from a weekend's qualifying."""
    belief = _known(belief, weekend)
    seen = np.flatnonzero(np.isfinite(weekend.qualifying_gap))
    if len(seen) < 2:
        return belief
    teams = np.array(weekend.lineages)[seen]
    shared = TEAM_WEEKEND_SD**2 * np.equal.outer(teams, teams) + _INTERCEPT_SD**2
    h = _design(belief, weekend)[seen]
    y = weekend.qualifying_gap[seen]
    mean, cov = _update(belief.mean, belief.cov, h, y, shared, NOISE_SD)
    return NamedGaussian(belief.names, mean, cov)


def _known(belief: NamedGaussian, weekend: Weekend) -> NamedGaussian:
    names = [f"driver:{d}" for d in weekend.driver_ids] + [f"team:{t}" for t in weekend.lineages]
    return belief.with_names({name: (0.0, _PRIOR_SD[name.partition(":")[0]]) for name in names})


def _design(belief: NamedGaussian, weekend: Weekend) -> Floats:
    """Give the float64[D, n] map from the belief to drivers' paces."""
    rows = np.arange(len(weekend.driver_ids))
    h = np.zeros((len(rows), len(belief.names)))
    h[rows, belief.index([f"driver:{d}" for d in weekend.driver_ids])] = 1.0
    h[rows, belief.index([f"team:{t}" for t in weekend.lineages])] = 1.0
    return h


def _update(
    mean: Floats, cov: Floats, h: Floats, y: Floats, shared: Floats, noise_sd: float
) -> tuple[Floats, Floats]:
    """Do a Kalman update; each observation's own noise is Student t, by three reweightings."""
    residual = np.minimum(y, _GAP_CAP) - h @ mean
    weight = np.ones(len(y))
    gain: Floats = np.zeros((len(mean), len(y)))
    for _ in range(3):
        own = noise_sd**2 / weight
        total = h @ cov @ h.T + shared + np.diag(own)
        gain = np.asarray(np.linalg.solve(total, h @ cov).T, dtype=np.float64)
        noise = own * np.linalg.solve(total, residual)
        weight = (_DOF + 1.0) / (_DOF + (noise / noise_sd) ** 2)
    after = cov - gain @ h @ cov
    return mean + gain @ residual, (after + after.T) / 2.0
