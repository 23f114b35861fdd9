"""The hierarchical model of one season, sampled: the only place that imports PyMC and nutpie.

One model serves every season: its shapes are padded (`predictor.bayes.season_data`) and all it
knows of a season is data, so it is compiled once a process. Compiling is not thread safe: the
stages that call it are marked so, and the runner lets one at a time run.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["build_model", "sample"]

Floats = NDArray[np.float64]
Expression = Any  # of PyTensor in the model, an array on its draws
Arrays = Mapping[str, NDArray[np.generic]]


def sample(
    data: Arrays,
    *,
    temperature: float,
    scale_sd: float,
    hazard_sd: tuple[float, float, float, float],
    draws: int,
    tune: int,
    chains: int,
    seed: int,
) -> tuple[dict[str, Floats], int]:
    """Draw from the posterior of a season.

    Parameters
    ----------
    data : mapping
        As `predictor.bayes.season_data.pad` gives it.
    temperature, scale_sd, hazard_sd : float
        See `predictor.bayes.fit.FitConfig`.
    draws, tune : int
        Per chain.

    Returns
    -------
    draws : dict
        float64[C, K, ...] by name: ``start``, ``end``, ``log_scale``, ``field``, ``effect``,
        ``of_race``, ``log_sd``; see `build_model`.
    divergences : int

    Raises
    ------
    Exception
        Whatever PyMC, PyTensor or nutpie raise, among it ImportError where they are missing.
    """
    import nutpie  # noqa: PLC0415 - seconds and hundreds of MiB, only where a fit is wanted

    shapes = tuple(sorted((name, np.shape(value)) for name, value in data.items()))
    constants = {
        "temperature": temperature, "scale_sd": scale_sd, "hazard_sd": np.array(hazard_sd)
    }  # fmt: skip
    trace = nutpie.sample(
        _compiled(shapes).with_data(**data, **constants),
        draws=draws,
        tune=tune,
        chains=chains,
        cores=chains,
        seed=seed,
        save_warmup=False,
        progress_bar=False,
    )
    z = {name: np.asarray(trace.posterior[name].values) for name in _shapes(data)}
    return quantities(z, {**data, **constants}), int(trace.sample_stats["diverging"].values.sum())


def quantities(z: Mapping[str, Floats], data: Mapping[str, Any]) -> dict[str, Floats]:
    """Give what is wanted of draws float64[C, K, ...] of the model's standard normals."""
    start, level, log_scale = states(np, data, z["of_start"], z["of_scale"], z["of_step"])
    field, effect, of_race, sd = hazards(
        np, data, z["of_field"], z["of_name"], z["of_race"], z["of_sd"]
    )
    n_walkers = level.shape[-1]
    return {
        "start": start,
        "end": np.concatenate([level[:, :, -1], start[:, :, n_walkers:]], axis=2),
        "log_scale": log_scale,
        "field": field,
        "effect": effect,
        "of_race": of_race,
        "log_sd": np.log(sd),
    }


@functools.lru_cache(maxsize=4)
def _compiled(shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> Any:  # noqa: ANN401 - nutpie's
    import nutpie  # noqa: PLC0415

    integers = {"of_walkers", "driver", "team"}
    zeros: dict[str, Any] = {
        name: np.zeros(shape, dtype=np.int64 if name in integers else np.float64)
        for name, shape in shapes
    }
    return nutpie.compile_pymc_model(
        build_model(zeros, temperature=1.0, scale_sd=1.0, hazard_sd=(1.0,) * 4)
    )


def build_model(
    data: Arrays, *, temperature: float, scale_sd: float, hazard_sd: tuple[float, ...]
) -> Any:  # noqa: ANN401 - a `pymc.Model`
    """Give the PyMC model.

    Strength: the state at the start is normal as the filter believes it, drivers and teams walk
    between races at ``exp(log_scale)`` times the filter's pace, what they have beside that for a
    while fades, and the classified finishers come in by a tempered reverse Plackett-Luce. Only
    differences of strength are ever seen: a constant added to all drivers, or to all teams,
    changes no order. So each kind is centred at every race; left free, that level would wander
    from fit to fit.

    Retirements: log-odds are those believed before the season plus what the field, the driver,
    the team and the race add; the sds of the latter three are learned.
    """
    import pymc as pm  # noqa: PLC0415
    import pytensor.tensor as pt  # noqa: PLC0415

    shapes = _shapes(data)
    n_races, n_cars, n_on = data["value"].shape
    n_walkers = len(data["walk"])
    with pm.Model() as model:
        d = {name: pm.Data(name, value) for name, value in data.items()}
        temper = pm.Data("temperature", temperature)
        d["scale_sd"] = pm.Data("scale_sd", scale_sd)
        d["hazard_sd"] = pm.Data("hazard_sd", np.asarray(hazard_sd, dtype=np.float64))
        z = {name: pm.Normal(name, shape=shape) for name, shape in shapes.items()}

        start, level, _ = states(pt, d, z["of_start"], z["of_scale"], z["of_step"])
        taken = pt.take(level.ravel(), d["of_walkers"]).reshape((n_races, n_cars, n_on))
        eta = (taken * d["value"]).sum(axis=-1)
        by_car = pt.dot(d["x"].reshape((n_races * n_cars, -1)), start[n_walkers:])
        eta = eta + by_car.reshape((n_races, n_cars))
        pm.Potential("finish", temper * reverse_plackett_luce(eta, d["seen"]))

        field, effect, of_race, _ = hazards(
            pt, d, z["of_field"], z["of_name"], z["of_race"], z["of_sd"]
        )
        names = pt.take(effect, d["driver"]) + pt.take(effect, d["team"])
        log_odds = d["offset"] + field + names.reshape((n_races, n_cars)) + of_race[:, None]
        out = d["retired"] * log_odds - pt.softplus(log_odds)
        pm.Potential("retirements", (d["started"] * out).sum())
    return model


def _shapes(data: Arrays) -> dict[str, tuple[int, ...]]:
    """Give the model's parameters, all standard normal: each quantity is a function of them."""
    (n_walkers, n_kinds), n_races = data["walk"].shape, len(data["keep"])
    return {
        "of_start": data["prior_mean"].shape,
        "of_scale": (n_kinds,),
        "of_step": (n_races, n_walkers),
        "of_field": (),
        "of_name": (n_walkers,),
        "of_race": (n_races,),
        "of_sd": (3,),
    }


def states(
    xp: Expression,
    data: Expression,
    of_start: Expression,
    of_scale: Expression,
    of_step: Expression,
) -> tuple[Expression, Expression, Expression]:
    """Give the state at the start, centred levels at every race, and the log of the scales.

    Parameters
    ----------
    xp : module
        ``pytensor.tensor`` in the model, ``numpy`` on its draws, which may have axes before.

    Returns
    -------
    start [..., n], level [..., R, W], log_scale [..., kinds]
    """
    n_walkers = data["walk"].shape[0]
    start = data["prior_mean"] + of_start @ data["prior_root"].T
    log_scale = of_scale * data["scale_sd"]
    walk_sd = xp.exp(log_scale) @ data["walk"].T
    # x[r] = keep x[r - 1] + step, divided by all that is kept since the start: a plain sum.
    step = of_step * data["step_sd"] * walk_sd[..., None, :] / data["keep"]
    level = (start[..., None, :n_walkers] + xp.cumsum(step, axis=-2)) * data["keep"]
    return start, level @ data["centring"], log_scale


def hazards(
    xp: Expression,
    data: Expression,
    of_field: Expression,
    of_name: Expression,
    of_race: Expression,
    of_sd: Expression,
) -> tuple[Expression, Expression, Expression, Expression]:
    """Give log-odds added by the field, by names [..., W] and by races [..., R], and their sds."""
    half = data["hazard_sd"]
    sd = half[1:] * xp.exp(of_sd)
    by_kind = sd[..., 0:1] * data["is_driver"] + sd[..., 1:2] * data["is_team"]
    return half[0] * of_field, of_name * by_kind, of_race * sd[..., 2:3], sd


def reverse_plackett_luce(eta: Expression, seen: Expression) -> Expression:
    """Give the log-likelihood of all races: ``eta`` [R, F] in finishing order, ``seen`` 0 or 1.

    As `predictor.bayes.strength.log_likelihood`, for padded rows and after taking each race's
    mean away, so that nothing overflows.
    """
    import pytensor.tensor as pt  # noqa: PLC0415

    n_seen = pt.maximum(seen.sum(axis=1, keepdims=True), 1.0)
    mean = (eta * seen).sum(axis=1, keepdims=True) / n_seen
    back = (mean - eta) * seen
    behind = pt.cumsum(pt.exp(back) * seen, axis=1)
    return (back - seen * pt.log(behind + (1.0 - seen))).sum()
