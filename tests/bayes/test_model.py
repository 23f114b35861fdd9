"""The model's density, evaluated without compiling anything; sampling is in test_fit.py."""

import math

import numpy as np
import pytest

from predictor.bayes import model, strength
from predictor.bayes.season_data import Sizes, pad, season_data
from tests.bayes.seasons import CONFIG, nothing_known, simulated

pytest.importorskip("pymc")
SEASON = season_data(nothing_known(), simulated(3, np.linspace(1.0, -1.0, 12), 0.3), CONFIG)
HAZARD_SD = (0.3, 0.2, 0.2, 0.4)


def density(sizes, z, *, temperature=1.0):
    """The log-likelihood at a point; ``z`` gives values of the real names, the padding is noise."""
    import pytensor  # noqa: PLC0415

    data = pad(SEASON, CONFIG, sizes)
    built = model.build_model(data, temperature=temperature, scale_sd=0.5, hazard_sd=HAZARD_SD)
    slow = pytensor.compile.mode.Mode(linker="py", optimizer=None)
    total = sum(built.potentials[1:], built.potentials[0])
    inputs = [built.rvs_to_values[rv] for rv in built.free_RVs]
    evaluate = pytensor.function(
        inputs,
        pytensor.graph.replace.graph_replace(
            total, {rv: built.rvs_to_values[rv] for rv in built.free_RVs}
        ),
        mode=slow,
    )
    return float(evaluate(*(placed(z, rv.name, data) for rv in built.free_RVs)))


def placed(z, name, data):
    noise = np.random.default_rng(9)
    n_w, n_s, n_r = len(SEASON.walkers), len(SEASON.statics), len(SEASON.designs)
    w = len(data["walk"])
    if name == "of_start":
        whole = noise.normal(size=len(data["prior_mean"]))
        whole[:n_w], whole[w : w + n_s] = z[name][:n_w], z[name][n_w:]
    elif name == "of_step":
        whole = noise.normal(size=(len(data["keep"]), w))
        whole[:n_r, :n_w] = z[name]
    elif name in ("of_name", "of_race"):
        whole = noise.normal(size=w if name == "of_name" else len(data["keep"]))
        whole[: len(z[name])] = z[name]
    else:
        return np.asarray(z[name], dtype=float)
    return whole


def a_point(spread=1.0):
    rng = np.random.default_rng(3)
    n_hazards = len(SEASON.hazard_drivers) + len(SEASON.hazard_teams)
    shapes = {
        "of_start": len(SEASON.prior.names), "of_scale": 4,
        "of_step": (len(SEASON.designs), len(SEASON.walkers)), "of_field": (),
        "of_name": n_hazards, "of_race": len(SEASON.designs), "of_sd": 3,
    }  # fmt: skip
    return {name: spread * rng.normal(size=shape) for name, shape in shapes.items()}


def test_build_model__padding_changes_no_density():
    z = a_point()
    near = density(Sizes(races=3, cars=12, walkers=36, statics=6, nonzero=4), z)
    far = density(Sizes(races=5, cars=16, walkers=48, statics=8, nonzero=6), z)
    assert far == pytest.approx(near, abs=1e-8)


def test_build_model__density_is_that_worked_out_by_hand():
    z = a_point()
    names = SEASON.prior.names
    n_w = len(SEASON.walkers)
    root = np.linalg.cholesky(SEASON.prior.cov)
    start = SEASON.prior.mean + root @ z["of_start"]
    scale = np.exp(0.5 * z["of_scale"])
    by_hand, level = 0.0, start[:n_w].copy()
    for r, design in enumerate(SEASON.designs):
        for i, name in enumerate(SEASON.walkers):
            kind = SEASON.kinds.index(name.split(":")[0])
            # Of late .8 is left one race later, and what is lost comes anew.
            keep = 0.8 ** SEASON.steps[r] if "_lately:" in name else 1.0
            sd = (
                0.2 * math.sqrt(1 - keep**2)
                if "_lately:" in name
                else math.sqrt(SEASON.steps[r]) * SEASON.walk_sd[i]
            )
            level[i] = keep * level[i] + scale[kind] * sd * z["of_step"][r, i]
        theta = np.concatenate([level, start[n_w:]])
        for kind in (
            "driver:",
            "team:",
            "driver_lately:",
            "team_lately:",
        ):  # a constant that no order shows
            own = [i for i, name in enumerate(names) if name.startswith(kind)]
            theta[own] -= theta[own].mean()
        by_hand += 0.85 * strength.log_likelihood(design @ theta)
    n_drivers = len(SEASON.hazard_drivers)
    sds = np.array(HAZARD_SD[1:]) * np.exp(z["of_sd"])
    for r, (cars, before) in enumerate(zip(SEASON.cars, SEASON.hazard_before, strict=True)):
        for (driver, team, out), p in zip(cars, before, strict=True):
            odds = math.log(p / (1 - p)) + HAZARD_SD[0] * z["of_field"]
            odds += sds[0] * z["of_name"][driver] + sds[1] * z["of_name"][n_drivers + team]
            odds += sds[2] * z["of_race"][r]
            chance = 1 / (1 + math.exp(-odds))
            by_hand += math.log(chance if out else 1 - chance)
    assert density(Sizes(), z, temperature=0.85) == pytest.approx(by_hand, abs=1e-6)


def test_quantities__levels_of_drivers_and_teams_sum_to_nought():
    data = {**pad(SEASON, CONFIG), "scale_sd": 0.5, "hazard_sd": np.array(HAZARD_SD)}
    rng = np.random.default_rng(0)
    shapes = model._shapes(data)
    z = {name: rng.normal(size=(2, 5, *shape)) for name, shape in shapes.items()}
    end = model.quantities(z, data)["end"]
    assert end.shape == (2, 5, len(data["prior_mean"]))
    for kind in ("driver:", "team:", "driver_lately:", "team_lately:"):
        own = [i for i, name in enumerate(SEASON.walkers) if name.startswith(kind)]
        assert end[:, :, own].mean(axis=2) == pytest.approx(np.zeros((2, 5)), abs=1e-12)
