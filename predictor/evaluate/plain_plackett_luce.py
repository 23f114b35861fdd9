"""Reference model: a plain dynamic reverse Plackett-Luce filter of race strength.

The model that the product started from, written out by itself: strength is driver plus team
plus four regressors, learnt by Laplace steps and drawn with Gumbel setbacks; retirements come
from decayed counts and stand behind the finishers at random. No laps, no scenarios.

Source: the study of 2016-2018 named in docs/decisions/0012.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.gaussian import NamedGaussian
from predictor.evaluate import plain_qualifying
from predictor.evaluate.sampled_positions import luck, position_frequencies
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.random_streams import gumbel, normal_pair

__all__ = ["PlainForm", "forecast", "learn"]

Floats = NDArray[np.float64]
Count = tuple[float, float]  # retirements, starts; both decayed

_BETAS = {"beta:grid": 1.0, "beta:gap": 0.4, "beta:sticky": 0.0, "beta:predicted": 0.4}
_BETA_SD = 0.3
_PRIOR_SD = {"driver": 0.30, "team": 0.60}
_WALK = {"driver": 0.02, "team": 0.03}
_SEASON_SD, _SEASON_SHRINK = 0.15, 0.8
_REGULATION_SD, _REGULATION_SHRINK = 0.40, 0.5
_NEW_REGULATIONS = (2014, 2017, 2022, 2026)
_TEMPERATURE = 0.85
_NEWTON_STEPS = 5
_GAP_CAP = 3.0  # %
_STICKY_RACES, _STICKY_PRIOR = 4, 2.0
_HAZARD_DECAY = 0.5 ** (1.0 / 25.0)  # a half-life of 25 races
_HAZARD_PRIOR_STARTS, _FIELD_RATE, _HIGHEST_HAZARD = 25.0, 0.12, 0.6


@dataclass(frozen=True, slots=True)
class PlainForm:
    """Everything the model believes after some race."""

    season: int = 0
    strength: NamedGaussian = field(default_factory=NamedGaussian.empty)
    qualifying: NamedGaussian = field(default_factory=NamedGaussian.empty)
    hazard: Mapping[str, Count] = field(default_factory=dict)
    stickiness: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def forecast(state: PlainForm, weekend: Weekend) -> Floats:
    """Give the position probabilities of every driver, float64[D, D]."""
    state = _forward(state, weekend)
    n_drivers = len(weekend.driver_ids)
    design = _design(state.strength, weekend)
    mean, cov = design @ state.strength.mean, design @ state.strength.cov @ design.T
    belief = luck(weekend.event_id, "plain-form", (*weekend.driver_ids, *_BETAS))
    own = luck(weekend.event_id, "plain-race", weekend.driver_ids)
    theta = mean + normal_pair(belief[..., 0], belief[..., 1])[0] @ _root(cov)
    predicted, _ = plain_qualifying.predict(state.qualifying, weekend)
    if np.isfinite(weekend.grid).all():
        shape = (len(theta), n_drivers)
        grid = np.broadcast_to(weekend.grid, shape)
        gap = np.broadcast_to(_filled(weekend), shape)
    else:
        grid, gap = _drawn_qualifying(state, weekend, belief[:, :n_drivers, 2:], own[..., :2])
    x = _regressors(grid, gap, predicted, _sticky(state, weekend.circuit_id))
    eta = theta[:, :n_drivers] + np.einsum("kdi,ki->kd", x, theta[:, n_drivers:])
    score = eta - gumbel(own[..., 2])
    # Where it ends is drawn with the same number as whether: given that, it is still uniform.
    retired = own[..., 3] < _hazard(state, weekend)
    return position_frequencies(np.where(retired, own[..., 3] - 1e6, score))


def learn(state: PlainForm, weekend: Weekend, outcome: RaceOutcome) -> PlainForm:
    """Fold one finished race into the belief."""
    state = _forward(state, weekend)
    after = replace(
        state,
        qualifying=plain_qualifying.observe(state.qualifying, weekend),
        hazard={**state.hazard, **_counted(state, weekend, outcome)},
    )
    order = list(outcome.order)
    if not np.isfinite(weekend.grid).all() or len(order) < 2:
        return after
    predicted, _ = plain_qualifying.predict(state.qualifying, weekend)
    x = _regressors(weekend.grid, _filled(weekend), predicted, _sticky(state, weekend.circuit_id))
    design = _design(state.strength, weekend)
    n_drivers = len(weekend.driver_ids)
    a = (design[:n_drivers] + x @ design[n_drivers:])[order]
    rank = np.argsort(np.argsort(weekend.grid[order]))
    seen = state.stickiness.get(weekend.circuit_id, ())
    if len(order) > 2:
        seen = (*seen, float(np.corrcoef(rank, np.arange(len(order)))[0, 1]))[-_STICKY_RACES:]
    return replace(
        after,
        strength=_laplace(state.strength, a),
        stickiness={**state.stickiness, weekend.circuit_id: seen},
    )


def _forward(state: PlainForm, weekend: Weekend) -> PlainForm:
    """Drift to the next event, over winters where they lie between."""
    strength, qualifying = state.strength, state.qualifying
    for year in range(state.season + 1, weekend.season + 1) if state.season else ():
        new = year in _NEW_REGULATIONS
        shrink = _REGULATION_SHRINK if new else _SEASON_SHRINK
        strength = strength.shrunk(strength.factor_where({"team": shrink}))
        sd = _REGULATION_SD if new else _SEASON_SD
        strength = strength.with_drift(strength.variance_where({"team": sd}))
        qualifying = plain_qualifying.open_season(qualifying, new_regulations=new)
    strength = strength.with_drift(strength.variance_where(_WALK))
    names = [f"driver:{d}" for d in weekend.driver_ids] + [f"team:{t}" for t in weekend.lineages]
    priors = {name: (0.0, _PRIOR_SD[name.partition(":")[0]]) for name in names}
    priors |= {name: (value, _BETA_SD) for name, value in _BETAS.items()}
    return replace(
        state,
        season=weekend.season,
        strength=strength.with_names(priors),
        qualifying=plain_qualifying.walk(qualifying),
    )


def _laplace(belief: NamedGaussian, a: Floats) -> NamedGaussian:
    """Update with a finishing order; ``a`` float64[n, names] gives strengths, winner first."""
    c_at = belief.cov @ a.T
    prior, eta0 = a @ c_at, a @ belief.mean
    eta: Floats = eta0.copy()
    dual: Floats = np.zeros(len(eta))
    for _ in range(_NEWTON_STEPS):
        gradient, curvature = _derivatives(eta)
        target = gradient + curvature @ (eta - eta0)
        dual = np.asarray(np.linalg.solve(np.eye(len(eta)) + curvature @ prior, target))
        eta = np.asarray(eta0 + prior @ dual, dtype=np.float64)
    _, curvature = _derivatives(eta)
    inner = np.linalg.solve(np.eye(len(eta)) + curvature @ prior, curvature)
    cov = belief.cov - c_at @ inner @ c_at.T
    return NamedGaussian(belief.names, belief.mean + c_at @ dual, (cov + cov.T) / 2.0)


def _derivatives(eta: Floats) -> tuple[Floats, Floats]:
    """Give gradient and negative Hessian of the tempered reverse log-likelihood."""
    weight = np.exp(-(eta - eta.min()))
    last = np.tril(np.ones((len(eta), len(eta)))) * weight
    last /= last.sum(axis=1, keepdims=True)
    drawn = last.sum(axis=0)
    return _TEMPERATURE * (drawn - 1.0), _TEMPERATURE * (np.diag(drawn) - last.T @ last)


def _design(belief: NamedGaussian, weekend: Weekend) -> Floats:
    """Give the float64[D + 4, n] map to driver plus team, then the regressors' weights."""
    rows = np.arange(len(weekend.driver_ids))
    a = np.zeros((len(rows) + len(_BETAS), len(belief.names)))
    a[rows, belief.index([f"driver:{d}" for d in weekend.driver_ids])] = 1.0
    a[rows, belief.index([f"team:{t}" for t in weekend.lineages])] = 1.0
    a[np.arange(len(rows), len(a)), belief.index(tuple(_BETAS))] = 1.0
    return a


def _regressors(grid: Floats, gap: Floats, predicted: Floats, stickiness: float) -> Floats:
    """Give float64[..., D, 4] in the order of `_BETAS`."""
    front = -np.log(grid + 0.5)
    predicted = np.broadcast_to(predicted, front.shape)
    return np.stack([front, -np.minimum(gap, _GAP_CAP), front * stickiness, -predicted], axis=-1)


def _filled(weekend: Weekend) -> Floats:
    gap = weekend.qualifying_gap
    return np.where(np.isfinite(gap), gap, _GAP_CAP)


def _drawn_qualifying(
    state: PlainForm, weekend: Weekend, belief: Floats, own: Floats
) -> tuple[Floats, Floats]:
    """Draw grid and gap, float64[N, D] each, from uniforms float64[N, D, 2]."""
    mean, cov = plain_qualifying.predict(state.qualifying, weekend)
    mean, cov = plain_qualifying.with_gaps(mean, cov, weekend)
    gap = mean + normal_pair(belief[..., 0], belief[..., 1])[0] @ _root(cov)
    gap = gap + plain_qualifying.NOISE_SD * normal_pair(own[..., 0], own[..., 1])[0]
    gap = np.asarray(gap - gap.min(axis=1, keepdims=True), dtype=np.float64)
    grid = np.argsort(np.argsort(gap, axis=1), axis=1).astype(np.float64) + 1.0
    return grid, gap


def _root(cov: Floats) -> Floats:
    values, vectors = np.linalg.eigh(cov)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def _sticky(state: PlainForm, circuit_id: str) -> float:
    """Give how much more than elsewhere the grid decides here, shrunk to nought."""
    everywhere = [r for races in state.stickiness.values() for r in races]
    here = state.stickiness.get(circuit_id, ())
    mean = sum(everywhere) / max(len(everywhere), 1)
    return (sum(here) - len(here) * mean) / (len(here) + _STICKY_PRIOR)


def _hazard(state: PlainForm, weekend: Weekend) -> Floats:
    """Give the probability of retiring, float64[D]."""
    whole, starts = state.hazard.get("field", (0.0, 0.0))
    base = (whole + 200.0 * _FIELD_RATE) / (starts + 200.0)
    rates = []
    for driver, team in zip(weekend.driver_ids, weekend.lineages, strict=True):
        odds = base
        for name, prior in ((f"driver:{driver}", 1.0), (f"team:{team}", 2.0)):
            out, seen = state.hazard.get(name, (0.0, 0.0))
            weight = prior * _HAZARD_PRIOR_STARTS
            odds *= (out + weight * base) / (seen + weight) / base
        rates.append(odds)
    capped: Floats = np.minimum(np.array(rates), _HIGHEST_HAZARD)
    return capped


def _counted(state: PlainForm, weekend: Weekend, outcome: RaceOutcome) -> dict[str, Count]:
    found: dict[str, list[float]] = {"field": [float(out) for out in outcome.retired]}
    for i, out in enumerate(outcome.retired):
        for name in (f"driver:{weekend.driver_ids[i]}", f"team:{weekend.lineages[i]}"):
            found.setdefault(name, []).append(float(out))
    return {
        name: (
            state.hazard.get(name, (0.0, 0.0))[0] * _HAZARD_DECAY + sum(outs),
            state.hazard.get(name, (0.0, 0.0))[1] * _HAZARD_DECAY + len(outs),
        )
        for name, outs in found.items()
    }
