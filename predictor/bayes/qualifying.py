"""Qualifying pace: a Kalman filter over drivers and teams.

The observed quantity is a driver's gap to pole in per cent of the lap time.
Every weekend adds a free intercept (how far ahead the pole-sitter was says
nothing of the others) and an effect that team-mates share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.gaussian import NamedGaussian

__all__ = [
    "QualifyingConfig",
    "condition",
    "observe_gaps",
    "open_season",
    "predict_gaps",
    "walk",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QualifyingConfig:
    """Constants of the qualifying filter, all in per cent of the lap time.

    Source: chosen on the seasons 2016-2018; see docs of the forecast chain.
    """

    driver_sd: float = 0.5
    driver_walk: float = 0.02
    team_sd: float = 1.0
    team_walk: float = 0.10
    season_sd: float = 0.20  # added to every team between seasons
    regulation_sd: float = 0.70  # the same before a season of new regulations
    noise_sd: float = 0.45
    team_weekend_sd: float = 0.30
    practice_noise_sd: float = 0.8
    practice_team_sd: float = 0.4
    sprint_team_sd: float = 0.2  # sprint qualifying is qualifying but for its tyres
    intercept_sd: float = 5.0
    robust_dof: float = 4.0  # Student t weights: spins and red flags are not pace
    gap_cap: float = 4.0


def _driver(driver_id: str) -> str:
    return f"driver:{driver_id}"


def _team(lineage: str) -> str:
    return f"team:{lineage}"


def _known(
    belief: NamedGaussian, drivers: Sequence[str], teams: Sequence[str], config: QualifyingConfig
) -> NamedGaussian:
    priors = {_driver(d): (0.0, config.driver_sd) for d in drivers}
    priors.update({_team(t): (0.0, config.team_sd) for t in teams})
    return belief.with_names(priors)


def open_season(
    belief: NamedGaussian, *, new_regulations: bool, config: QualifyingConfig
) -> NamedGaussian:
    """Widen the teams' beliefs over a winter."""
    sd = config.regulation_sd if new_regulations else config.season_sd
    return belief.with_drift(belief.variance_where({"team": sd}))


def walk(belief: NamedGaussian, steps: float, config: QualifyingConfig) -> NamedGaussian:
    """Let every driver and team drift for ``steps`` events."""
    variance = belief.variance_where({"driver": config.driver_walk, "team": config.team_walk})
    return belief.with_drift(steps * variance)


def predict_gaps(
    belief: NamedGaussian, drivers: Sequence[str], teams: Sequence[str], config: QualifyingConfig
) -> tuple[Floats, Floats]:
    """Predict a weekend's pace gaps, lap noise left out.

    Parameters
    ----------
    drivers, teams : sequence of str, length D
        Driver ids and team lineages, aligned.

    Returns
    -------
    mean : float64[D], % of the lap time
        Relative to an unknown common intercept.
    cov : float64[D, D], %^2
        Belief plus the effect team-mates share on a weekend.
    """
    belief = _known(belief, drivers, teams, config)
    d = belief.index([_driver(x) for x in drivers])
    t = belief.index([_team(x) for x in teams])
    mean = belief.mean[d] + belief.mean[t]
    c = belief.cov
    cov = c[np.ix_(d, d)] + c[np.ix_(t, t)] + c[np.ix_(d, t)] + c[np.ix_(t, d)]
    same_team = np.equal.outer(t, t)
    return mean, cov + config.team_weekend_sd**2 * same_team


def condition(
    mean: Floats,
    cov: Floats,
    gaps: Floats,
    teams: Sequence[str],
    *,
    noise_sd: float,
    team_sd: float,
    config: QualifyingConfig,
) -> tuple[Floats, Floats]:
    """Update a weekend's pace float64[D] with gaps seen in a session.

    ``gaps`` is float64[D] in %, NaN where a driver set no time.
    """
    seen = np.flatnonzero(np.isfinite(gaps))
    if len(seen) < 2:
        return mean, cov
    y = np.minimum(gaps[seen], config.gap_cap)
    same_team = np.equal.outer(np.array(teams)[seen], np.array(teams)[seen])
    shared = team_sd**2 * same_team + config.intercept_sd**2
    weight = np.ones(len(seen))
    prior = cov[np.ix_(seen, seen)]
    gain = np.zeros((len(mean), len(seen)))
    residual = y - mean[seen]
    for _ in range(3):
        noise = np.diag(noise_sd**2 / weight) + shared
        gain = np.linalg.solve(prior + noise, cov[seen, :]).T
        residual = y - mean[seen]
        fitted = (mean + gain @ residual)[seen]
        left = y - fitted
        left -= np.average(left, weights=weight)
        weight = (config.robust_dof + 1) / (config.robust_dof + (left / noise_sd) ** 2)
    return mean + gain @ residual, cov - gain @ cov[seen, :]


def observe_gaps(
    belief: NamedGaussian,
    drivers: Sequence[str],
    teams: Sequence[str],
    gaps: Floats,
    config: QualifyingConfig,
) -> NamedGaussian:
    """Update the belief with the qualifying gaps of one weekend.

    ``gaps`` is float64[D] in % of pole, NaN without a time.
    """
    belief = _known(belief, drivers, teams, config)
    seen = np.flatnonzero(np.isfinite(gaps))
    if len(seen) < 2:
        return belief
    n = len(belief.names)
    names = np.array(teams)[seen]
    rows = np.arange(len(seen))
    h = np.zeros((len(seen), n))
    h[rows, belief.index([_driver(d) for d in np.array(drivers)[seen]])] = 1.0
    h[rows, belief.index([_team(t) for t in names])] += 1.0
    shared = config.team_weekend_sd**2 * np.equal.outer(names, names) + config.intercept_sd**2
    y = np.minimum(gaps[seen], config.gap_cap)
    weight = np.ones(len(seen))
    prior = h @ belief.cov @ h.T
    gain = np.zeros((n, len(seen)))
    residual = y - h @ belief.mean
    for _ in range(3):
        noise = np.diag(config.noise_sd**2 / weight) + shared
        total = prior + noise
        gain = np.linalg.solve(total, h @ belief.cov).T
        # what the noise term itself is expected to be, common and team parts removed
        left = np.diag(config.noise_sd**2 / weight) @ np.linalg.solve(total, residual)
        weight = (config.robust_dof + 1) / (config.robust_dof + (left / config.noise_sd) ** 2)
    cov = belief.cov - gain @ h @ belief.cov
    return NamedGaussian(belief.names, belief.mean + gain @ residual, (cov + cov.T) / 2)
