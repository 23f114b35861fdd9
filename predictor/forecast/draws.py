"""One posterior draw per simulated race: form, grid, setbacks and hazards.

Every number hangs on (seed, event or season, purpose, name, sim) alone. What is
believed of drivers, teams and regression weights, over one lap and over a race, is
drawn once per season and sim, so that the remaining events of a season share it, as
title odds need. Only what a weekend brings anew hangs on the event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.earned_slot import qualified
from predictor.bayes.online import FilterConfig, Outlook, expected_practice
from predictor.bayes.strength import COVARIATES, covariates
from predictor.features.weekend import Weekend
from predictor.random_streams import gumbel, named_uniforms, normal_pair, stream, uniforms

__all__ = ["Draws", "draw_weekend", "symmetric_root"]

Floats = NDArray[np.float64]

_OF_GRID = ("grid", "grid_stickiness", "out_of_place")


@dataclass(frozen=True, slots=True)
class Draws:
    """N draws of one event for D drivers.

    Attributes
    ----------
    skill : float64[N, D]
        Log-strength without what the grid slot adds.
    from_grid : float64[N, D]
        What the grid adds to log-strength: the slot earned, and how far the car stands behind it.
    of_slot : float64[N, D]
        The same had every car earned its slot: what track position is worth.
    setback : float64[N, D]
        Standard Gumbel draws; they are subtracted, so that surprises are setbacks.
    disorder : float64[N]
        Standard normal: how disorderly the race is, for all cars alike.
    grid : int64[N, D]
        Slots 1..D.
    """

    skill: Floats
    from_grid: Floats
    of_slot: Floats
    setback: Floats
    disorder: Floats
    grid: NDArray[np.int64]


def draw_weekend(
    outlook: Outlook,
    weekend: Weekend,
    config: FilterConfig,
    *,
    seed: int,
    sims: range,
    event: str,
    grid_order: Floats | None = None,
) -> Draws:
    """Draw N weekends.

    Parameters
    ----------
    sims : range
        Which sims to draw; a shard gives the same numbers as the whole.
    event : str
        Key of what changes from race to race: the event id, "/sprint" added for a sprint.
    grid_order : float64[D], optional
        Known slots 1..D; without it qualifying is drawn.
    """
    ids = weekend.driver_ids
    n_drivers = len(ids)
    names = (*ids, *(f"beta:{name}" for name in COVARIATES))
    form = named_uniforms(stream(seed, str(weekend.season), "form"), sims, names)
    z = normal_pair(form[..., 0], form[..., 1])[0]
    theta = outlook.strength_mean + _times(z, symmetric_root(outlook.strength_cov))
    own = named_uniforms(stream(seed, event, "race"), sims, ids)
    practice = np.broadcast_to(weekend.practice_gap, (len(sims), n_drivers))
    if grid_order is None or not np.isfinite(weekend.practice_gap).all():
        belief = normal_pair(form[:, :n_drivers, 2], form[:, :n_drivers, 3])[0]
        pace = outlook.gap_mean + _times(belief, symmetric_root(outlook.gap_cov))
        team_sd = config.qualifying.drawn_noise * outlook.team_weekend_sd
        pace = pace + team_sd * _of_teams(weekend, seed, sims, "team-weekend")
        practice = _practice(pace, weekend, config, seed, sims)
    if grid_order is None:
        lap = normal_pair(own[..., 0], own[..., 1])[0]
        gap = pace + config.qualifying.drawn_noise * config.qualifying.noise_sd * lap
        gap = gap - gap.min(axis=1, keepdims=True)
        grid = np.argsort(np.argsort(gap, axis=1, kind="stable"), axis=1, kind="stable") + 1
        earned = grid.astype(np.float64)
    else:
        known = qualified(
            grid_order, weekend.qualifying_gap, outlook.predicted_gap, config.strength
        )
        gap, earned = (np.broadcast_to(one, z[:, :n_drivers].shape) for one in known)
        grid = np.broadcast_to(grid_order.astype(np.int64), gap.shape)
    x = covariates(
        grid.astype(np.float64),
        earned,
        gap,
        np.broadcast_to(outlook.predicted_gap, gap.shape),
        practice,
        weekend.sprint_place,
        outlook.race_form,
        stickiness=outlook.stickiness,
        config=config.strength,
    )
    beta = theta[:, n_drivers:]
    of_pace = [i for i, name in enumerate(COVARIATES) if name not in _OF_GRID]
    skill = theta[:, :n_drivers] + np.einsum("kdi,ki->kd", x[..., of_pace], beta[:, of_pace])
    of_grid = [COVARIATES.index(name) for name in _OF_GRID]
    from_grid = np.einsum("kdi,ki->kd", x[..., of_grid], beta[:, of_grid])
    slot, sticky, _ = beta[:, of_grid].T
    of_slot = -np.log(grid + 0.5) * (slot + outlook.stickiness * sticky)[:, None]
    shared = uniforms(stream(seed, event, "disorder"), sims, 2)
    disorder = normal_pair(shared[:, 0], shared[:, 1])[0]
    return Draws(skill, from_grid, of_slot, gumbel(own[..., 2]), disorder, grid)


def symmetric_root(cov: Floats) -> Floats:
    """Give the symmetric square root of a covariance.

    Unlike a Cholesky factor it treats all dimensions alike: each driver keeps his own
    random numbers whoever else is entered.
    """
    values, vectors = np.linalg.eigh(cov)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def _times(z: Floats, root: Floats) -> Floats:
    """Multiply every sim's normals by a root: float64[N, D].

    Not by BLAS: there the last digit of a row depends on how many others are multiplied with
    it, and a shard would not draw the very numbers of the whole.
    """
    product: Floats = np.einsum("kd,de->ke", z, root)
    return product


def _practice(
    pace: Floats, weekend: Weekend, config: FilterConfig, seed: int, sims: range
) -> Floats:
    """Give practice gaps, float64[N, D] in %: drawn from the pace where they are not known."""
    u = named_uniforms(stream(seed, weekend.event_id, "practice"), sims, weekend.driver_ids)
    own = config.qualifying.practice_noise_sd * normal_pair(u[..., 0], u[..., 1])[0]
    shared = config.qualifying.practice_team_sd * _of_teams(weekend, seed, sims, "team-practice")
    return expected_practice(weekend, pace + config.qualifying.drawn_noise * (own + shared))


def _of_teams(weekend: Weekend, seed: int, sims: range, purpose: str) -> Floats:
    """Give a standard normal that team-mates share on a weekend, float64[N, D].

    Keyed by the event without its "/sprint": sprint and race are one weekend.
    """
    teams = sorted(set(weekend.lineages))
    u = named_uniforms(stream(seed, weekend.event_id, purpose), sims, teams)
    shared = normal_pair(u[..., 0], u[..., 1])[0]
    return shared[:, [teams.index(team) for team in weekend.lineages]]
