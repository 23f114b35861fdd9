"""Small seasons, simulated from known strengths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from predictor.bayes.online import FilterConfig, initial_state
from predictor.bayes.season_data import RaceSeen
from predictor.bayes.strength import COVARIATES, StrengthConfig
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.vocabulary import Horizon

# No regressor says anything: grids are drawn at random, and a wrong weight would only blur.
CONFIG = FilterConfig(strength=replace(StrengthConfig(), temperature=1.0))
# Wide priors: the strengths that races are drawn from are further apart than real ones.
BLIND = replace(
    CONFIG,
    strength=replace(
        CONFIG.strength,
        driver_sd=0.3,
        team_sd=0.6,
        driver_lately_sd=0.01,
        team_lately_sd=0.01,
        beta_mean=(0.0,) * len(COVARIATES),
        beta_sd=0.01,
    ),
)
N_DRIVERS = 12
DRIVERS = tuple(f"driver-{i:02}" for i in range(N_DRIVERS))
TEAMS = tuple(f"team-{i // 2}" for i in range(N_DRIVERS))


def simulated(n_races, strength, hazard=0.1, season=2025, seed=0):
    """Races drawn by the reverse Plackett-Luce model; strength float64[12]."""
    rng = np.random.default_rng(seed)
    races = []
    for number in range(n_races):
        out = rng.random(N_DRIVERS) < hazard
        score = strength - rng.gumbel(size=N_DRIVERS)
        ranked = np.argsort(-np.where(out, score - 1e3, score))
        order = tuple(int(i) for i in ranked if not out[i])
        nothing = np.full(N_DRIVERS, np.nan)
        weekend = Weekend(
            f"{season}-event-{number:02}", season, "circuit", Horizon.AFTER_QUALIFYING, DRIVERS,
            TEAMS, practice_gap=nothing, sprint_qualifying_gap=nothing,
            qualifying_gap=np.zeros(N_DRIVERS), sprint_place=nothing,
            grid=rng.permutation(N_DRIVERS) + 1.0, pit_lane_start=np.zeros(N_DRIVERS, bool),
            grid_source="published grid",
        )  # fmt: skip
        outcome = RaceOutcome(
            order, tuple(map(int, ranked)), out, np.where(out, 0.0, np.nan),
            np.full(N_DRIVERS, np.nan),
        )  # fmt: skip
        races.append(RaceSeen(weekend, outcome))
    return tuple(races)


def nothing_known():
    return replace(initial_state(), season=2025)
