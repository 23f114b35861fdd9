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
    compiled = _compiled(shapes).with_data(**data, **constants)
    trace = nutpie.sample(
        compiled,
        draws=draws,
        tune=tune,
        chains=chains,
        cores=chains,
        seed=seed,
        save_warmup=False,
        progress_bar=False,
    )
    names = ("start", "end", "log_scale", "field", "effect", "of_race", "log_sd")
    found = {name: np.asarray(trace.posterior[name].values, dtype=np.float64) for name in names}
    return found, int(np.asarray(trace.sample_stats["diverging"].values).sum())


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
    between races at ``exp(log_scale)`` times the filter's pace, and the classified finishers
    come in by a tempered reverse Plackett-Luce. Only differences of strength are ever seen: a
    constant added to all drivers, or to all teams, changes no order. So both are centred at every
    race; left free, that level would wander from fit to fit.

    Retirements: log-odds are those believed before the season plus what the field, the driver,
    the team and the race add; the sds of the latter three are learned.
    """
    import pymc as pm  # noqa: PLC0415
    import pytensor.tensor as pt  # noqa: PLC0415

    n_races, n_cars, n_on = data["value"].shape
    n_walkers, n_kinds = data["walk"].shape
    n_names = len(data["prior_mean"])
    with pm.Model() as model:
        d = {name: pm.Data(name, value) for name, value in data.items()}
        temper = pm.Data("temperature", temperature)
        spread = pm.Data("scale_sd", scale_sd)
        half = pm.Data("hazard_sd", np.asarray(hazard_sd, dtype=np.float64))

        z = pm.Normal("z", shape=n_names)
        log_scale = pm.Normal("z_scale", shape=n_kinds) * spread
        step = pm.Normal("step", shape=(n_races, n_walkers))
        start = d["prior_mean"] + d["prior_root"] @ z
        walk_sd = pt.dot(d["walk"], pt.exp(log_scale))
        walked = pt.cumsum(step * d["root_steps"][:, None] * walk_sd, axis=0)
        level = pt.dot(start[:n_walkers] + walked, d["centring"])
        taken = pt.take(level.ravel(), d["of_walkers"]).reshape((n_races, n_cars, n_on))
        eta = (taken * d["value"]).sum(axis=-1)
        eta = eta + pt.dot(d["x"].reshape((n_races * n_cars, -1)), start[n_walkers:]).reshape(
            (n_races, n_cars)
        )
        pm.Potential("finish", temper * reverse_plackett_luce(eta, d["seen"]))

        log_sd = pm.Normal("z_sd", shape=3)
        sd = half[1:] * pt.exp(log_sd)
        field = half[0] * pm.Normal("z_field")
        of_name = pm.Normal("z_name", shape=n_walkers)
        effect = of_name * (d["is_driver"] * sd[0] + d["is_team"] * sd[1])
        of_race = pm.Normal("z_race", shape=n_races) * sd[2]
        names = pt.take(effect, d["driver"]) + pt.take(effect, d["team"])
        log_odds = d["offset"] + field + names.reshape((n_races, n_cars)) + of_race[:, None]
        out = d["retired"] * log_odds - pt.softplus(log_odds)
        pm.Potential("retirements", (d["started"] * out).sum())

        pm.Deterministic("start", start)
        pm.Deterministic("end", pt.concatenate([level[-1], start[n_walkers:]]))
        pm.Deterministic("log_scale", log_scale)
        pm.Deterministic("field", field)
        pm.Deterministic("effect", effect)
        pm.Deterministic("of_race", of_race)
        pm.Deterministic("log_sd", pt.log(sd))
    return model


def reverse_plackett_luce(eta: Any, seen: Any) -> Any:  # noqa: ANN401 - PyTensor expressions
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
