"""Qualifying pace: a Kalman filter over drivers and teams.

What is observed of a weekend are gaps in per cent of the lap time: in qualifying to
pole, in practice to the middle of the field. Every session adds a free intercept (how
far ahead the pole-sitter was says nothing of the others), every weekend an effect that
team-mates share, and practice one more of its own: fuel and programmes differ by team.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.gaussian import NamedGaussian

__all__ = [
    "QualifyingConfig",
    "SessionGaps",
    "condition",
    "observe_weekend",
    "open_season",
    "predict_gaps",
    "walk",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QualifyingConfig:
    """Constants of the qualifying filter, all in per cent of the lap time.

    Source: the study of 2016-2018 named in docs/decisions/0012; noises of
    qualifying and practice chosen on 2012-2021 ("practice"); newcomers and ``drawn_noise``
    on 2012-2021 by ``tests/validation/newcomers.py`` and the backtest; bounds, ``robust_dof``,
    new teams (three of the four since 2010 came last) and ``sprint_team_sd`` by judgement
    (sprint qualifying began in 2023).
    """

    driver_sd: float = 0.5
    driver_walk: float = 0.02
    team_sd: float = 1.0
    team_walk: float = 0.10
    season_sd: float = 0.20  # added to every team between seasons
    regulation_sd: float = 1.00  # the same before a season of new regulations
    new_driver_mean: float = 0.3  # of who comes into a field, to the mean of those in it
    new_driver_sd: float = 0.4
    new_team_mean: float = 1.2
    new_team_sd: float = 0.8
    drawn_noise: float = 0.75  # share of a session's noise with which one to come is drawn
    noise_sd: float = 0.38
    team_weekend_sd: float = 0.33
    practice_noise_sd: float = 0.40
    practice_team_sd: float = 0.50
    sprint_team_sd: float = 0.2  # sprint qualifying is qualifying but for its tyres
    intercept_sd: float = 5.0
    robust_dof: float = 4.0  # Student t weights: spins and red flags are not pace
    gap_cap: float = 4.0
    # Testing: best laps and long runs, each a session. Judgement beside the tests of 2024 and
    # 2025, whose best laps were .7 and .6 % off in cars and .6 and .7 % in teams: fuel and
    # programmes are the team's, and hide more than in practice.
    testing_noise_sd: float = 0.60
    testing_team_sd: float = 0.65
    long_run_noise_sd: float = 0.60
    long_run_team_sd: float = 0.70
    testing_new_rules: float = 0.5  # times these before a season of new regulations


class SessionGaps(NamedTuple):
    """What one session showed of a weekend's pace.

    Attributes
    ----------
    gap : float64[D], %
        Relative to anything; NaN without a time.
    noise_sd : float, %
        Of each car's own.
    team_sd : float, %
        What team-mates share in this session alone.
    """

    gap: Floats
    noise_sd: float
    team_sd: float


def _driver(driver_id: str) -> str:
    return f"driver:{driver_id}"


def _team(lineage: str) -> str:
    return f"team:{lineage}"


def _known(
    belief: NamedGaussian, drivers: Sequence[str], teams: Sequence[str], config: QualifyingConfig
) -> NamedGaussian:
    # Of the first race all are new, and only differences between them mean anything.
    for kind, mean, sd, names in (
        ("driver", config.new_driver_mean, config.new_driver_sd, drivers),
        ("team", config.new_team_mean, config.new_team_sd, teams),
    ):
        belief = belief.with_newcomers(kind, names, mean, sd)
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
        Of the belief; what a weekend brings anew is not in it.
    """
    belief = _known(belief, drivers, teams, config)
    d = belief.index([_driver(x) for x in drivers])
    t = belief.index([_team(x) for x in teams])
    mean = belief.mean[d] + belief.mean[t]
    c = belief.cov
    cov = c[np.ix_(d, d)] + c[np.ix_(t, t)] + c[np.ix_(d, t)] + c[np.ix_(t, d)]
    return mean, cov


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
    return _robust_update(
        mean,
        cov,
        np.eye(len(mean))[seen],
        np.minimum(gaps[seen], config.gap_cap),
        shared=_shared(np.array(teams)[seen], team_sd, config),
        noise_sd=np.full(len(seen), noise_sd),
        dof=config.robust_dof,
    )


def observe_weekend(
    belief: NamedGaussian,
    drivers: Sequence[str],
    teams: Sequence[str],
    sessions: Sequence[SessionGaps],
    config: QualifyingConfig,
) -> NamedGaussian:
    """Update the belief with the gaps of all sessions of one weekend."""
    belief = _known(belief, drivers, teams, config)
    gaps = np.concatenate([np.minimum(session.gap, config.gap_cap) for session in sessions])
    seen = np.flatnonzero(np.isfinite(gaps))
    if len(seen) < 2:
        return belief
    session, who = np.divmod(seen, len(drivers))
    names = np.array(teams)[who]
    rows = np.arange(len(seen))
    h = np.zeros((len(seen), len(belief.names)))
    h[rows, belief.index([_driver(d) for d in np.array(drivers)[who]])] = 1.0
    h[rows, belief.index([_team(t) for t in names])] += 1.0
    same_team = np.equal.outer(names, names)
    same_session = np.equal.outer(session, session)
    team_sd = np.array([one.team_sd for one in sessions])[session]
    shared = (
        config.intercept_sd**2 * same_session
        + config.team_weekend_sd**2 * same_team
        + team_sd**2 * (same_team & same_session)
    )
    mean, cov = _robust_update(
        belief.mean,
        belief.cov,
        h,
        gaps[seen],
        shared=shared,
        noise_sd=np.array([one.noise_sd for one in sessions])[session],
        dof=config.robust_dof,
    )
    return NamedGaussian(belief.names, mean, cov)


def _shared(teams: NDArray[np.str_], team_sd: float, config: QualifyingConfig) -> Floats:
    """Give the covariance that all cars share (the intercept) and team-mates share."""
    same_team = np.equal.outer(teams, teams)
    shared: Floats = team_sd**2 * same_team + config.intercept_sd**2
    return shared


def _robust_update(
    mean: Floats,
    cov: Floats,
    h: Floats,
    y: Floats,
    *,
    shared: Floats,
    noise_sd: Floats,
    dof: float,
) -> tuple[Floats, Floats]:
    """Do a Kalman update whose own noise is Student t, by three reweightings.

    Parameters
    ----------
    mean, cov : float64[n], float64[n, n]
    h : float64[m, n]
        Maps the belief to what was observed.
    y : float64[m]
    shared : float64[m, m]
        Covariance of the noise that observations have in common.
    noise_sd : float64[m]
        Scale of each observation's own noise.
    dof : float
        Degrees of freedom of it.
    """
    weight = np.ones(len(y))
    residual = y - h @ mean
    explained: Floats = h @ cov @ h.T + shared
    gain: Floats = np.zeros((len(mean), len(y)))
    for _ in range(3):
        own = noise_sd**2 / weight
        total = explained + np.diag(own)
        gain = np.asarray(np.linalg.solve(total, h @ cov).T, dtype=np.float64)
        expected_noise = own * np.linalg.solve(total, residual)
        weight = (dof + 1) / (dof + (expected_noise / noise_sd) ** 2)
    after = cov - gain @ h @ cov
    return mean + gain @ residual, (after + after.T) / 2
