"""Reference model: Elo ratings of drivers and teams, drawn as a Plackett-Luce race.

After every race the rating of each classified driver moves by the difference between the rivals
he beat and those he was expected to beat; his team's does too. Retirements teach nothing.
A race is drawn winner first, with weights ``exp(strength)``; the grid adds to strength once it is
known. Practice is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.sampled_positions import luck, position_frequencies
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.random_streams import gumbel

__all__ = ["Elo", "EloConfig", "forecast", "learn"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EloConfig:
    """Constants, in units of log-odds of beating a rival.

    Source: chosen on 2015-2018 by winner log loss at (a) and (c), by hand.
    """

    driver_gain: float = 0.10
    team_gain: float = 0.10
    driver_winter: float = 0.9  # of a rating is left when a season begins
    team_winter: float = 0.7
    scale: float = 2.0  # strength in the race per unit of rating
    scale_with_grid: float = 1.0  # the same once the grid has told part of it
    grid: float = 1.2  # of -log(slot + .5)


@dataclass(frozen=True, slots=True)
class Elo:
    """Ratings by ``driver:<id>`` and ``team:<lineage>``; who is not known has 0."""

    ratings: Mapping[str, float] = field(default_factory=dict)
    season: int = 0


def forecast(state: Elo, weekend: Weekend, config: EloConfig = EloConfig()) -> Floats:
    """Give the position probabilities of every driver, float64[D, D]."""
    rating = _ratings(_opened(state, weekend.season, config), weekend)
    strength = config.scale * rating
    if np.isfinite(weekend.grid).all():
        strength = config.scale_with_grid * rating - config.grid * np.log(weekend.grid + 0.5)
    noise = gumbel(luck(weekend.event_id, "elo", weekend.driver_ids)[..., 0])
    return position_frequencies(strength + noise)


def learn(
    state: Elo, weekend: Weekend, outcome: RaceOutcome, config: EloConfig = EloConfig()
) -> Elo:
    """Rate one finished race: every pair of classified drivers is a match."""
    state = _opened(state, weekend.season, config)
    order = list(outcome.order)
    rating = _ratings(state, weekend)[order]
    n = len(order)
    if n < 2:
        return state
    expected = 1.0 / (1.0 + np.exp(-(rating[:, None] - rating)))
    won = np.triu(np.ones((n, n)), 1)
    beyond = (won - expected * (1.0 - np.eye(n))).sum(axis=1) / (n - 1)
    ratings = dict(state.ratings)
    for i, surprise in zip(order, beyond, strict=True):
        for name, gain in (
            (f"driver:{weekend.driver_ids[i]}", config.driver_gain),
            (f"team:{weekend.lineages[i]}", config.team_gain),
        ):
            ratings[name] = ratings.get(name, 0.0) + gain * float(surprise)
    return Elo(ratings, weekend.season)


def _opened(state: Elo, season: int, config: EloConfig) -> Elo:
    """Draw the ratings towards 0 where a new season begins."""
    if not state.season or state.season == season:
        return state
    left = {"driver": config.driver_winter, "team": config.team_winter}
    ratings = {name: left[name.partition(":")[0]] * value for name, value in state.ratings.items()}
    return Elo(ratings, season)


def _ratings(state: Elo, weekend: Weekend) -> Floats:
    return np.array(
        [
            state.ratings.get(f"driver:{driver}", 0.0) + state.ratings.get(f"team:{team}", 0.0)
            for driver, team in zip(weekend.driver_ids, weekend.lineages, strict=True)
        ]
    )
