"""Race strength: a dynamic reverse Plackett-Luce model, updated by Laplace steps.

A race is drawn from the back: the last finisher first, with weight
``exp(-eta)``, then the last but one, up to the winner. Surprises are then
setbacks, as they are in races, and not flashes of speed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.gaussian import NamedGaussian

__all__ = [
    "COVARIATES",
    "StrengthConfig",
    "covariates",
    "lately_sd",
    "log_likelihood",
    "observe_order",
    "open_season",
    "predict_strength",
    "race_design",
    "walk",
    "with_field",
]

Floats = NDArray[np.float64]

# In the order of the last axis of `covariates`.
COVARIATES = (
    "grid", "qualifying_gap", "grid_stickiness", "predicted_gap", "practice_gap", "sprint",
    "race_form", "out_of_place",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StrengthConfig:
    """Constants of the race-strength filter, in units of log-strength.

    Source: the study of 2016-2018 named in docs/decisions/0012; driver and
    team scales, newcomers and regression weights chosen on 2012-2021 ("practice"), the
    sprint's weight on its first three, of 2021; that of the form on those of 2016-2021. What
    fades within a few races (``lately``) and new teams chosen on 2012-2021; what a car out of
    its place is worth on 2014-2021, for forecasts: no race is learnt with it.
    """

    driver_sd: float = 0.15
    driver_walk: float = 0.015
    team_sd: float = 0.30
    team_walk: float = 0.02
    new_driver_mean: float = -0.15  # of who comes into a field, to the mean of those in it
    new_team_mean: float = -0.3
    driver_lately_sd: float = 0.2  # of what a driver or a team has beside the walk for a while
    team_lately_sd: float = 0.2
    lately_keep: float = 0.8  # share of it that is left one race later
    season_sd: float = 0.15
    season_shrink: float = 0.8
    regulation_sd: float = 0.40
    regulation_shrink: float = 0.3
    beta_mean: tuple[float, float, float, float, float, float, float, float] = (
        1.0, 0.2, 0.0, 0.2, 0.45, 0.3, 0.3, 0.9
    )  # fmt: skip
    beta_sd: float = 0.2
    temperature: float = 0.85
    gap_cap: float = 3.0
    gap_surprise: float = 0.75  # % slower than predicted in qualifying that are believed
    earned_places: float = 1.0  # behind the rank of its gap where a slot is still earned
    practice_cap: float = 2.0  # % behind the middle of the field
    newton_steps: int = 5


def covariates(
    grid: Floats,
    earned: Floats,
    gap: Floats,
    predicted_gap: Floats,
    practice_gap: Floats,
    sprint_place: Floats,
    race_form: Floats,
    *,
    stickiness: float,
    config: StrengthConfig,
) -> Floats:
    """Give the regressors of race strength.

    Parameters
    ----------
    grid, earned, gap, predicted_gap : float64[..., D]
        Grid slot (1-based), the slot that pace would have given, qualifying gap and its prediction
        in %.
    practice_gap : float64[..., D], %
        To the middle of the field.
    sprint_place : float64[D]
        1-based; NaN where there is none, which says nothing for or against the car.
    race_form : float64[D], %
        How far in front of the field a driver finished in his car of late.
    stickiness : float
        How much more than usual the grid decides at this circuit, about -0.3 to 0.3.

    Returns
    -------
    float64[..., D, 8]
    """
    from_front = -np.log(grid + 0.5)
    return np.stack(
        [
            -np.log(earned + 0.5),
            -np.minimum(gap, config.gap_cap),
            from_front * stickiness,
            -predicted_gap,
            -np.minimum(practice_gap, config.practice_cap),
            np.broadcast_to(_of_sprint(sprint_place), from_front.shape),
            np.broadcast_to(race_form, from_front.shape),
            # Cars to pass, each worth the same; the logarithm's first places are worth most.
            (earned - grid) / _PLACES,
        ],
        axis=-1,
    )


def _of_sprint(place: Floats) -> Floats:
    """Give how far in front a car was in the sprint, on the scale of the grid's logarithm."""
    known = np.isfinite(place)
    if not known.any():
        return np.zeros(len(place))
    ahead = -np.log(place + 0.5)
    return np.where(known, ahead - ahead[known].mean(), 0.0)


_PLACES = 10.0  # out of place that make one unit
_STEPS = (1.0, 0.5, 0.25, 0.125, 0.0625)  # of a Newton step, the first that climbs
_ROUNDING = 1e-9  # of a log-likelihood


def log_likelihood(eta: Floats) -> float:
    """Give log p of the finishing order ``eta[0], eta[1], ...`` (winner first)."""
    cumulative = np.logaddexp.accumulate(-eta)
    return float(np.sum(-eta - cumulative))


def with_field(
    belief: NamedGaussian, drivers: Sequence[str], teams: Sequence[str], config: StrengthConfig
) -> NamedGaussian:
    """Return the belief with everybody in a race, newcomers beside the field, and the weights."""
    # Of the first race all are new, and only differences between them mean anything.
    for kind, mean, sd, names in (
        ("driver", config.new_driver_mean, config.driver_sd, drivers),
        ("team", config.new_team_mean, config.team_sd, teams),
    ):
        belief = belief.with_newcomers(kind, names, mean, sd)
    priors: dict[str, tuple[float, float]] = {
        f"driver:{d}": (0.0, config.driver_sd) for d in drivers
    }
    priors.update({f"team:{t}": (0.0, config.team_sd) for t in teams})
    priors.update({f"driver_lately:{d}": (0.0, config.driver_lately_sd) for d in drivers})
    priors.update({f"team_lately:{t}": (0.0, config.team_lately_sd) for t in teams})
    priors.update(
        {
            f"beta:{name}": (mean, config.beta_sd)
            for name, mean in zip(COVARIATES, config.beta_mean, strict=True)
        }
    )
    return belief.with_names(priors)


def open_season(
    belief: NamedGaussian, *, new_regulations: bool, config: StrengthConfig
) -> NamedGaussian:
    """Shrink and widen the teams' beliefs over a winter, and begin what they have of late anew.

    What a team was for a while it was with a car that is no more; a driver stays himself.
    """
    shrink = config.regulation_shrink if new_regulations else config.season_shrink
    sd = config.regulation_sd if new_regulations else config.season_sd
    belief = belief.shrunk(belief.factor_where({"team": shrink}))
    return belief.faded(
        belief.factor_where({"team_lately": 0.0}),
        belief.variance_where({"team": sd, "team_lately": config.team_lately_sd}),
    )


def walk(belief: NamedGaussian, steps: float, config: StrengthConfig) -> NamedGaussian:
    """Let every driver and team drift for ``steps`` events, and what is of late fade."""
    walks: Mapping[str, float] = {"driver": config.driver_walk, "team": config.team_walk}
    keep = config.lately_keep**steps
    variance = steps * belief.variance_where(walks)
    variance += (1.0 - keep**2) * belief.variance_where(lately_sd(config))
    return belief.faded(belief.factor_where(dict.fromkeys(lately_sd(config), keep)), variance)


def lately_sd(config: StrengthConfig) -> Mapping[str, float]:
    """Return by kind of name how large a part of strength is that fades within a few races."""
    return {"driver_lately": config.driver_lately_sd, "team_lately": config.team_lately_sd}


def predict_strength(
    belief: NamedGaussian, drivers: Sequence[str], teams: Sequence[str], config: StrengthConfig
) -> tuple[Floats, Floats]:
    """Give the joint belief over strengths and regression weights.

    Returns
    -------
    mean : float64[D + 8]
        Strength of every driver in his car, then the weights of COVARIATES.
    cov : float64[D + 8, D + 8]
    """
    belief = with_field(belief, drivers, teams, config)
    a = _design(belief, drivers, teams)
    return a @ belief.mean, a @ belief.cov @ a.T


def _design(belief: NamedGaussian, drivers: Sequence[str], teams: Sequence[str]) -> Floats:
    """Give the float64[D + 8, n] map from the belief to strengths and weights."""
    n_drivers = len(drivers)
    a = np.zeros((n_drivers + len(COVARIATES), len(belief.names)))
    for kind, names in (("driver", drivers), ("team", teams)):
        for part in (kind, f"{kind}_lately"):
            a[range(n_drivers), belief.index([f"{part}:{name}" for name in names])] = 1.0
    rows = range(n_drivers, n_drivers + len(COVARIATES))
    a[rows, belief.index([f"beta:{name}" for name in COVARIATES])] = 1.0
    return a


def race_design(
    belief: NamedGaussian,
    drivers: Sequence[str],
    teams: Sequence[str],
    x: Floats,
    order: Sequence[int],
    config: StrengthConfig,
) -> tuple[NamedGaussian, Floats]:
    """Give the belief with every name of a race, and how its finishers' strengths hang on it.

    Parameters
    ----------
    x : float64[D, 8]
        Regressors, see `covariates`.
    order : sequence of int
        Indices of the F classified drivers, winner first.

    Returns
    -------
    belief : NamedGaussian
        Names seen for the first time stand at their prior.
    design : float64[F, n]
        Times the belief it is eta, winner first.
    """
    belief = with_field(belief, drivers, teams, config)
    design = _design(belief, drivers, teams)
    n_drivers = len(drivers)
    return belief, (design[:n_drivers] + x @ design[n_drivers:])[list(order)]


def observe_order(
    belief: NamedGaussian,
    drivers: Sequence[str],
    teams: Sequence[str],
    x: Floats,
    order: Sequence[int],
    config: StrengthConfig,
) -> NamedGaussian:
    """Update the belief with the classified finishers of one race.

    Parameters
    ----------
    x : float64[D, 8]
        Regressors, see `covariates`.
    order : sequence of int
        Indices of the classified drivers, winner first.
    """
    belief, a = race_design(belief, drivers, teams, x, order, config)
    if len(order) < 2:
        return belief
    # Newton in the space of the race: posterior mean = m + C A' u, so only an
    # n_finishers square system is solved whatever the size of the belief.
    c_at = belief.cov @ a.T
    prior = a @ c_at
    eta0 = a @ belief.mean
    eta: Floats = eta0
    dual: NDArray[np.floating] = np.zeros_like(eta0)
    height = config.temperature * log_likelihood(eta)
    for _ in range(config.newton_steps):
        gradient, curvature = _derivatives(eta, config.temperature)
        target = gradient + curvature @ (eta - eta0)
        goal = np.linalg.solve(np.eye(len(eta)) + curvature @ prior, target)
        # A belief that knows little makes steps too long; a small part of one climbs.
        for step in _STEPS:
            tried = goal if step == 1.0 else dual + step * (goal - dual)
            moved = prior @ tried
            reached = config.temperature * log_likelihood(eta0 + moved) - 0.5 * float(tried @ moved)
            if reached >= height - _ROUNDING:
                break
        eta, dual, height = eta0 + moved, tried, reached
    _, curvature = _derivatives(eta, config.temperature)
    inner = np.linalg.solve(np.eye(len(eta)) + curvature @ prior, curvature)
    cov = belief.cov - c_at @ inner @ c_at.T
    return NamedGaussian(belief.names, belief.mean + c_at @ dual, (cov + cov.T) / 2)


def _derivatives(eta: Floats, temperature: float) -> tuple[Floats, Floats]:
    """Give gradient and negative Hessian of the tempered log-likelihood."""
    weight = np.exp(-(eta - eta.min()))
    last = np.tril(np.ones((len(eta), len(eta)))) * weight
    last /= last.sum(axis=1, keepdims=True)
    drawn = last.sum(axis=0)
    return temperature * (drawn - 1.0), temperature * (np.diag(drawn) - last.T @ last)
