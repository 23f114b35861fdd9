"""Retirement hazard: decayed beta-binomial counts of drivers and teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HazardBelief",
    "HazardConfig",
    "accident_share",
    "driver_rate",
    "field_rate",
    "grown_old",
    "hazard",
    "observe_retirements",
    "open_season",
    "restated",
    "team_rate",
]

Floats = NDArray[np.float64]
Count = tuple[float, float]  # retirements, starts; both decayed


@dataclass(frozen=True, slots=True)
class HazardConfig:
    """Constants of the retirement hazard.

    Source: half-life of a record from the study named in docs/decisions/0012;
    that of the field and the prior starts chosen on 2012-2021 by RPS and log loss; the rise under
    new rules on 2014 and 2017; prior rate, accident share and bound by judgement.
    """

    half_life_races: float = 25.0  # of one driver's or team's record
    field_half_life_races: float = 25.0  # of the whole field's rate
    prior_rate: float = 0.12  # retirements per start, before any race was seen
    prior_races: float = 10.0
    driver_prior_starts: float = 100.0  # how many starts the field's rate counts for
    team_prior_starts: float = 100.0
    accident_share: float = 0.45  # of all retirements, before any race was seen
    highest: float = 0.6
    new_rules_rise: float = 0.4  # of all rates, at the first race under new regulations
    new_rules_keep: float = 0.9  # share of it that is left one race later


@dataclass(frozen=True, slots=True)
class HazardBelief:
    """Decayed counts of retirements and starts."""

    drivers: Mapping[str, Count] = field(default_factory=dict)
    teams: Mapping[str, Count] = field(default_factory=dict)
    whole_field: Count = (0.0, 0.0)  # races: sum of retirement rates, number of races
    accidents: Count = (0.0, 0.0)  # accidents, retirements with a known reason
    newness: float = 0.0  # of the rules: 1 at the first race under new ones


def hazard(
    belief: HazardBelief, drivers: Sequence[str], teams: Sequence[str], config: HazardConfig
) -> Floats:
    """Return the probability of retiring from the race, float64[D].

    Driver and team set cars apart; the mean of those that start is the field's, raised while
    the rules are new. Left alone it would be too high: drivers and teams of bad cars are the
    same cars counted twice.
    """
    base = field_rate(belief, config)
    rates = np.array(
        [
            driver_rate(belief, driver, config) * team_rate(belief, team, config)
            for driver, team in zip(drivers, teams, strict=True)
        ]
    )
    if len(rates):
        rates *= base * (1.0 + config.new_rules_rise * belief.newness) / rates.mean()
    capped: Floats = np.minimum(rates, config.highest)
    return capped


def open_season(belief: HazardBelief, *, new_regulations: bool) -> HazardBelief:
    """Note over a winter whether the next season's rules are new."""
    return replace(belief, newness=float(new_regulations))


def grown_old(belief: HazardBelief, races: float, config: HazardConfig) -> HazardBelief:
    """Let new rules be ``races`` races older."""
    return replace(belief, newness=belief.newness * config.new_rules_keep**races)


def driver_rate(belief: HazardBelief, driver: str, config: HazardConfig) -> float:
    """Give the share of his races that a driver does not finish, shrunk to the field's."""
    own, starts = belief.drivers.get(driver, (0.0, 0.0))
    k = config.driver_prior_starts
    return (own + k * field_rate(belief, config)) / (starts + k)


def team_rate(belief: HazardBelief, team: str, config: HazardConfig) -> float:
    """Give the share of their races that a team's cars do not finish, shrunk to the field's."""
    own, starts = belief.teams.get(team, (0.0, 0.0))
    k = config.team_prior_starts
    return (own + k * field_rate(belief, config)) / (starts + k)


def field_rate(belief: HazardBelief, config: HazardConfig) -> float:
    """Give the share of cars that retire from a race."""
    seen, races = belief.whole_field
    weight = config.prior_races
    return (seen + weight * config.prior_rate) / (races + weight)


def restated(
    belief: HazardBelief,
    field_wide: float,
    drivers: Mapping[str, float],
    teams: Mapping[str, float],
    config: HazardConfig,
) -> HazardBelief:
    """Give counts that say these rates and weigh as much as the belief's own.

    Numbers of starts stay; retirements become those that give the rates. So the next race
    moves a driver as far as it would have moved him anyway.
    """
    races, weight = belief.whole_field[1], config.prior_races
    seen = max(field_wide * (races + weight) - weight * config.prior_rate, 0.0)
    after = replace(belief, whole_field=(seen, races))
    base = field_rate(after, config)

    def counts(
        of: Mapping[str, Count], rates: Mapping[str, float], k: float
    ) -> Mapping[str, Count]:
        new = dict(of)
        for name, rate in rates.items():
            starts = of.get(name, (0.0, 0.0))[1]
            new[name] = (max(rate * (starts + k) - k * base, 0.0), starts)
        return new

    return replace(
        after,
        drivers=counts(belief.drivers, drivers, config.driver_prior_starts),
        teams=counts(belief.teams, teams, config.team_prior_starts),
    )


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
    after = HazardBelief(
        of_drivers,
        of_teams,
        _added(belief.whole_field, float(np.mean(retired)), 1.0, slow),
        _added(belief.accidents, float(np.sum(accident[known])), float(np.sum(known)), slow),
        belief.newness,
    )
    return grown_old(after, 1.0, config)


def _added(count: Count | None, events: float, trials: float, decay: float) -> Count:
    seen, of = count or (0.0, 0.0)
    return seen * decay + events, of * decay + trials
