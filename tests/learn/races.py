"""Made-up races with a signal in one feature, for models to find."""

from __future__ import annotations

import numpy as np

from predictor.features.weekend import RaceOutcome
from predictor.learn.features.definitions import FEATURES
from predictor.learn.features.examples import RaceExample
from predictor.learn.features.feature_table import FeatureTable
from predictor.vocabulary import Horizon

N_FEATURES = len(FEATURES)
SIGNAL = 3  # the feature that tells what the filter does not know


def table(seed, n_cars=8, season=2020, horizon=Horizon.AFTER_QUALIFYING, unknown=0.1):
    """Give a table of noise; its base strength is right, but for what SIGNAL adds."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_cars, N_FEATURES)).astype(np.float32)
    values[rng.uniform(size=values.shape) < unknown] = np.nan
    values[:, SIGNAL] = rng.normal(size=n_cars)
    strength = rng.normal(size=n_cars)
    return FeatureTable(
        event_id=f"{season}-{seed}",
        season=season,
        circuit_id="ring",
        horizon=horizon,
        driver_ids=tuple(f"driver-{i:02}" for i in range(n_cars)),
        values=values,
        known_at=np.full(values.shape, "NaT", dtype="datetime64[s]"),
        base_strength=strength - strength.mean(),
        base_hazard=rng.uniform(0.05, 0.3, size=n_cars),
    )


def outcome(one, seed, effect=1.0):
    """Draw how a race ended: reverse Plackett-Luce, strengths moved by the signal."""
    rng = np.random.default_rng([seed, 1])
    n_cars = len(one.driver_ids)
    strength = one.base_strength + effect * one.values[:, SIGNAL]
    clock = rng.exponential(size=n_cars) * np.exp(strength)
    out = rng.uniform(size=n_cars) < one.base_hazard
    by_clock = [int(i) for i in np.argsort(-clock)]
    order = tuple(i for i in by_clock if not out[i])
    nothing = np.full(n_cars, np.nan)
    return RaceOutcome(order, (*order, *np.flatnonzero(out).tolist()), out, nothing, nothing)


def examples(n_races=24, seasons=(2018, 2019, 2020), n_cars=8, effect=1.0, first=0):
    """Give races of some seasons at every horizon, the same race three times."""
    found = []
    for number in range(n_races):
        season = seasons[number * len(seasons) // n_races]
        seed = first + number
        for horizon in Horizon:
            one = table(seed, n_cars + number % 3, season, horizon)
            found.append(RaceExample(one, outcome(one, seed, effect), f"{season}-05-01"))
    return tuple(found)
