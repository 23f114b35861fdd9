"""One posterior draw per simulated race: form, grid, setbacks and hazards.

Every number hangs on (seed, event or season, purpose, driver, sim) alone. What is
believed of drivers, teams and regression weights is drawn once per season and sim,
so that the remaining events of a season share it, as title odds need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.online import FilterConfig, Outlook, filled_gap
from predictor.bayes.strength import COVARIATES, covariates
from predictor.features.weekend import Weekend
from predictor.random_streams import Stream, philox, stream

__all__ = ["Draws", "draw_weekend", "symmetric_root"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """N draws of one event for D drivers.

    Attributes
    ----------
    skill : float64[N, D]
        Log-strength without what the grid slot adds.
    from_grid : float64[N, D]
        What the grid slot adds to log-strength.
    setback : float64[N, D]
        Standard Gumbel draws; they are subtracted, so that surprises are setbacks.
    grid : int64[N, D]
        Slots 1..D.
    """

    skill: Floats
    from_grid: Floats
    setback: Floats
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
    form = _uniforms(stream(seed, str(weekend.season), "form"), sims, names)
    z = _normal_pair(form[..., 0], form[..., 1])[0]
    own = _uniforms(stream(seed, event, "weekend"), sims, ids)
    theta = outlook.strength_mean + z @ symmetric_root(outlook.strength_cov)
    if grid_order is None:
        gap = _draw_gaps(outlook, config, own[..., 0], own[..., 1])
        grid = np.argsort(np.argsort(gap, axis=1, kind="stable"), axis=1, kind="stable") + 1
    else:
        gap = np.broadcast_to(filled_gap(weekend, config), z[:, :n_drivers].shape)
        grid = np.broadcast_to(grid_order.astype(np.int64), gap.shape)
    x = covariates(
        grid.astype(np.float64),
        gap,
        np.broadcast_to(outlook.predicted_gap, gap.shape),
        outlook.stickiness,
        config.strength,
    )
    beta = theta[:, n_drivers:]
    of_grid = [i for i, name in enumerate(COVARIATES) if name.startswith("grid")]
    of_pace = [i for i, name in enumerate(COVARIATES) if not name.startswith("grid")]
    skill = theta[:, :n_drivers] + np.einsum("kdi,ki->kd", x[..., of_pace], beta[:, of_pace])
    from_grid = np.einsum("kdi,ki->kd", x[..., of_grid], beta[:, of_grid])
    setback = -np.log(-np.log(own[..., 2]))
    return Draws(skill, from_grid, setback, grid)


def symmetric_root(cov: Floats) -> Floats:
    """Give the symmetric square root of a covariance.

    Unlike a Cholesky factor it treats all dimensions alike: each driver keeps his own
    random numbers whoever else is entered.
    """
    values, vectors = np.linalg.eigh(cov)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def _draw_gaps(outlook: Outlook, config: FilterConfig, u: Floats, v: Floats) -> Floats:
    """Draw qualifying gaps to pole, float64[N, D] in %, from two uniforms each."""
    belief, lap = _normal_pair(u, v)
    pace = outlook.gap_mean + belief @ symmetric_root(outlook.gap_cov)
    gap = pace + config.qualifying.noise_sd * lap
    fastest: Floats = gap.min(axis=1, keepdims=True)
    return gap - fastest


def _uniforms(key: Stream, sims: range, names: Sequence[str]) -> Floats:
    """Give four uniforms per sim and name, float64[N, len(names), 4].

    The counter holds the name itself, so each driver keeps his numbers whoever else
    is entered and in whatever order.
    """
    sim = np.arange(sims.start, sims.stop, dtype=np.uint32)[:, None]
    who = np.array([_number_of(name) for name in names], dtype=np.uint32)[None, :]
    zero = np.zeros((1, 1), dtype=np.uint32)
    words = np.stack(philox((sim, who, zero, zero), key), axis=-1)
    return (words.astype(np.float64) + 0.5) * 2.0**-32


def _number_of(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


def _normal_pair(u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Turn two uniforms into two independent standard normals (Box-Muller)."""
    radius = np.sqrt(-2.0 * np.log(u))
    return radius * np.cos(2.0 * np.pi * v), radius * np.sin(2.0 * np.pi * v)
