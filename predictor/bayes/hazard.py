"""Retirement hazard: decayed beta-binomial counts of drivers and teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["HazardBelief", "HazardConfig", "accident_share", "hazard", "observe_retirements"]

Floats = NDArray[np.float64]
Count = tuple[float, float]  # retirements, starts; both decayed


@dataclass(frozen=True, slots=True)
class HazardConfig:
    """Constants of the retirement hazard.

    Source: half-life of a record from the study named in ARCHITECTURE.md ("filter
    constants"); that of the field and the prior starts chosen on 2012-2021 by RPS; prior rate,
    accident share and bound by judgement.
    """

    half_life_races: float = 25.0  # of one driver's or team's record
    field_half_life_races: float = 25.0  # of the whole field's rate
    prior_rate: float = 0.12  # retirements per start, before any race was seen
    prior_races: float = 10.0
    driver_prior_starts: float = 50.0  # how many starts the field's rate counts for
    team_prior_starts: float = 100.0
    accident_share: float = 0.45  # of all retirements, before any race was seen
    highest: float = 0.6


@dataclass(frozen=True, slots=True)
class HazardBelief:
    """Decayed counts of retirements and starts."""

    drivers: Mapping[str, Count] = field(default_factory=dict)
    teams: Mapping[str, Count] = field(default_factory=dict)
    whole_field: Count = (0.0, 0.0)  # races: sum of retirement rates, number of races
    accidents: Count = (0.0, 0.0)  # accidents, retirements with a known reason


def hazard(
    belief: HazardBelief, drivers: Sequence[str], teams: Sequence[str], config: HazardConfig
) -> Floats:
    """Give the probability of retiring from the race, float64[D]."""
    base = _base_rate(belief, config)
    rates = []
    for driver, team in zip(drivers, teams, strict=True):
        own, own_starts = belief.drivers.get(driver, (0.0, 0.0))
        cars, car_starts = belief.teams.get(team, (0.0, 0.0))
        k_driver, k_team = config.driver_prior_starts, config.team_prior_starts
        of_driver = (own + k_driver * base) / (own_starts + k_driver)
        of_team = (cars + k_team * base) / (car_starts + k_team)
        rates.append(of_driver * of_team / base)
    return np.minimum(np.array(rates), config.highest)


def accident_share(belief: HazardBelief, config: HazardConfig) -> float:
    """Give the share of accidents among retirements."""
    seen, of = belief.accidents
    weight = config.prior_races
    return (seen + weight * config.accident_share) / (of + weight)


def observe_retirements(
    belief: HazardBelief,
    drivers: Sequence[str],
    teams: Sequence[str],
    retired: NDArray[np.bool_],
    accident: Floats,
    config: HazardConfig,
) -> HazardBelief:
    """Add one race.

    Parameters
    ----------
    retired : bool[D]
    accident : float64[D]
        1 for an accident, 0 for a failure, NaN for anyone else or an unknown reason.
    """
    decay = 0.5 ** (1.0 / config.half_life_races)
    slow = 0.5 ** (1.0 / config.field_half_life_races)
    of_drivers, of_teams = dict(belief.drivers), dict(belief.teams)
    for driver, out in zip(drivers, retired, strict=True):
        of_drivers[driver] = _added(of_drivers.get(driver), float(out), 1.0, decay)
    for team in sorted(set(teams)):
        cars = [bool(out) for name, out in zip(teams, retired, strict=True) if name == team]
        of_teams[team] = _added(of_teams.get(team), float(sum(cars)), float(len(cars)), decay)
    known = np.isfinite(accident)
    return HazardBelief(
        of_drivers,
        of_teams,
        _added(belief.whole_field, float(np.mean(retired)), 1.0, slow),
        _added(belief.accidents, float(np.sum(accident[known])), float(np.sum(known)), slow),
    )


def _added(count: Count | None, events: float, trials: float, decay: float) -> Count:
    seen, of = count or (0.0, 0.0)
    return seen * decay + events, of * decay + trials


def _base_rate(belief: HazardBelief, config: HazardConfig) -> float:
    seen, races = belief.whole_field
    weight = config.prior_races
    return (seen + weight * config.prior_rate) / (races + weight)
