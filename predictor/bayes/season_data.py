"""One season's races as the sampler sees them: names, prior, designs, all in padded arrays.

Shapes are rounded up to a few sizes, so that one compiled model serves every season. What is
padding is masked or multiplied by nought: it changes no density but its own standard normals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes import strength
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.hazard import grown_old, hazard
from predictor.bayes.online import FilterConfig, FormState, advance, drifted, strength_design
from predictor.features.weekend import RaceOutcome, Weekend

__all__ = [
    "PADDING",
    "RaceSeen",
    "SeasonData",
    "Sizes",
    "drift_of",
    "kinds_that_walk",
    "pad",
    "season_data",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RaceSeen:
    """One race that has been run, ``steps`` events after the one before it."""

    weekend: Weekend
    outcome: RaceOutcome
    steps: int = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """What shapes are rounded up to multiples of."""

    races: int = 26  # no season has had more than 24
    cars: int = 24
    walkers: int = 48  # drivers and teams of a season, each twice for what fades: 2020 had 66
    statics: int = 8
    nonzero: int = 4  # walkers that one car's strength hangs on


PADDING = Sizes()


@dataclass(frozen=True, slots=True)
class SeasonData:
    """A season in names and arrays without padding.

    Attributes
    ----------
    start : FormState
        Belief before the first race, that race's drift in it.
    end : FormState
        The filter's belief after the last race.
    walkers, statics : tuple of str
        Names that walk or fade between races, and names that do not (regression weights).
    prior : NamedGaussian
        Over ``(*walkers, *statics)``, before the first race.
    walk_sd : float64[W]
        Of one step, as the filter has it.
    kinds : tuple of str
        What stands before the colon of a walker; each has a learned scale.
    designs : tuple of float64[F, W + S]
        Per race, classified finishers in finishing order.
    steps : float64[R]
        Between a race and the one before; the first is in the prior.
    hazard_drivers, hazard_teams : tuple of str
    cars : tuple of int64[D, 3]
        Per race and starter: index of the driver, of the team, and 1 if he retired.
    hazard_before : tuple of float64[D]
        Retirement probabilities believed before the season, for the same cars.
    """

    start: FormState
    end: FormState
    walkers: tuple[str, ...]
    statics: tuple[str, ...]
    prior: NamedGaussian
    walk_sd: Floats
    kinds: tuple[str, ...]
    designs: tuple[Floats, ...]
    steps: Floats
    hazard_drivers: tuple[str, ...]
    hazard_teams: tuple[str, ...]
    cars: tuple[Ints, ...]
    hazard_before: tuple[Floats, ...]


def drift_of(names: Sequence[str], steps: float, config: FilterConfig) -> tuple[Floats, Floats]:
    """Return how the filter lets names drift over ``steps`` events, float64[n] each.

    Returns
    -------
    keep : float64[n]
        Share of a quantity that is left of it; less than one for what fades.
    variance : float64[n]
        What is added anew.
    """
    still = NamedGaussian(tuple(names), np.ones(len(names)), np.zeros((len(names), len(names))))
    after = strength.walk(still, steps, config.strength)
    return after.mean, np.diag(after.cov)


def kinds_that_walk(names: Sequence[str], config: FilterConfig) -> dict[str, float]:
    """Give the sd of one step for every kind of name that the filter lets walk or fade."""
    _, variance = drift_of(names, 1.0, config)
    return {
        _kind(name): float(np.sqrt(v)) for name, v in zip(names, variance, strict=True) if v > 0
    }


def season_data(before: FormState, races: Sequence[RaceSeen], config: FilterConfig) -> SeasonData:
    """Arrange a season's races.

    Parameters
    ----------
    before : FormState
        Belief after the last race before the season.
    races : sequence of RaceSeen
        At least one.
    """
    first = races[0]
    start = drifted(before, first.weekend.season, float(first.steps), config)
    state, prior = before, start.strength
    sparse: list[tuple[tuple[str, ...], Floats]] = []
    for race in races:
        ahead = drifted(state, race.weekend.season, float(race.steps), config)
        # As in the filter, a race without any grid teaches nothing of strength.
        if np.isfinite(race.weekend.grid).all():
            belief, design = strength_design(ahead, race.weekend, race.outcome, config)
            prior = strength.with_field(
                prior, race.weekend.driver_ids, race.weekend.lineages, config.strength
            )
            sparse.append((belief.names, design))
        else:
            sparse.append(((), np.zeros((0, 0))))
        state = advance(state, race.weekend, race.outcome, config, steps=float(race.steps))
    return _arranged(start, state, prior, sparse, races, config)


def _arranged(
    start: FormState,
    end: FormState,
    prior: NamedGaussian,
    sparse: Sequence[tuple[tuple[str, ...], Floats]],
    races: Sequence[RaceSeen],
    config: FilterConfig,
) -> SeasonData:
    used = sorted(
        {
            name
            for names, design in sparse
            for name, on in zip(names, np.any(design != 0, axis=0), strict=True)
            if on
        }
        | {name for name in prior.names if name.startswith("beta:")}
    )
    walk = kinds_that_walk(used, config)
    walkers = tuple(name for name in used if _kind(name) in walk)
    statics = tuple(name for name in used if _kind(name) not in walk)
    order = (*walkers, *statics)
    at = prior.index(order)
    drivers = tuple(sorted({d for race in races for d in race.weekend.driver_ids}))
    teams = tuple(sorted({t for race in races for t in race.weekend.lineages}))
    return SeasonData(
        start=start,
        end=end,
        walkers=walkers,
        statics=statics,
        prior=NamedGaussian(order, prior.mean[at], prior.cov[np.ix_(at, at)]),
        walk_sd=np.array([walk[_kind(name)] for name in walkers]),
        kinds=tuple(sorted(walk)),
        designs=tuple(_columns(names, design, order) for names, design in sparse),
        steps=np.array([0.0, *(float(race.steps) for race in races[1:])]),
        hazard_drivers=drivers,
        hazard_teams=teams,
        cars=tuple(_cars(race, drivers, teams) for race in races),
        hazard_before=tuple(
            hazard(
                # Of what is to come only the age of the rules is known before the season.
                grown_old(start.hazard, age, config.hazard),
                race.weekend.driver_ids,
                race.weekend.lineages,
                config.hazard,
            )
            for race, age in zip(races, _ages(races), strict=True)
        ),
    )


def _ages(races: Sequence[RaceSeen]) -> list[float]:
    """Return how many events lie between the first race and each."""
    return [float(n) for n in np.cumsum([0, *(race.steps for race in races[1:])])]


def _columns(names: Sequence[str], design: Floats, order: Sequence[str]) -> Floats:
    at = {name: i for i, name in enumerate(names)}
    whole = np.zeros((len(design), len(order)))
    for column, name in enumerate(order):
        if name in at:
            whole[:, column] = design[:, at[name]]
    return whole


def _cars(race: RaceSeen, drivers: Sequence[str], teams: Sequence[str]) -> Ints:
    weekend = race.weekend
    return np.array(
        [
            (drivers.index(d), teams.index(t), int(out))
            for d, t, out in zip(
                weekend.driver_ids, weekend.lineages, race.outcome.retired, strict=True
            )
        ],
        dtype=np.int64,
    )


def pad(
    season: SeasonData, config: FilterConfig, sizes: Sizes = PADDING
) -> Mapping[str, NDArray[np.generic]]:
    """Give the arrays of `predictor.bayes.model`, padded.

    Returns
    -------
    mapping
        By the names that the model gives its data; R, F, W, S and Z are the padded sizes.
    """
    n_w, n_s = len(season.walkers), len(season.statics)
    n_races = _up(len(season.designs), sizes.races)
    n_cars = _up(max(len(cars) for cars in season.cars), sizes.cars)
    n_hazards = len(season.hazard_drivers) + len(season.hazard_teams)
    w, s = _up(max(n_w, n_hazards), sizes.walkers), _up(n_s, sizes.statics)
    at = np.concatenate([np.arange(n_w), w + np.arange(n_s)])
    mean, root = np.zeros(w + s), np.zeros((w + s, w + s))
    mean[at] = season.prior.mean
    root[np.ix_(at, at)] = _root(season.prior.cov)
    kind = [season.kinds.index(_kind(name)) for name in season.walkers]
    walk = np.zeros((w, 2 * -(-len(season.kinds) // 2)))
    walk[range(n_w), kind] = season.walk_sd
    keep, step_sd = _drifts(season, n_races, w, config)
    return {
        "prior_mean": mean,
        "prior_root": root,
        "walk": walk,
        "centring": _centring(kind, w),
        "keep": keep,
        "step_sd": step_sd,
        **_padded_designs(season, n_races, n_cars, w, s, sizes.nonzero),
        **_padded_cars(season, n_races, n_cars, w, config),
    }


def _drifts(
    season: SeasonData, n_races: int, w: int, config: FilterConfig
) -> tuple[Floats, Floats]:
    """Return what is left of the start at every race, and each step's sd over that of one event.

    float64[n_races, w] each; after the last race nothing happens any more.
    """
    keep, step_sd = np.ones((n_races, w)), np.zeros((n_races, w))
    n_w = len(season.walkers)
    for r, steps in enumerate(season.steps):
        left, variance = drift_of(season.walkers, float(steps), config)
        keep[r:, :n_w] *= left
        step_sd[r, :n_w] = np.sqrt(variance) / season.walk_sd
    return keep, step_sd


def _padded_designs(
    season: SeasonData, n_races: int, n_cars: int, w: int, s: int, nonzero: int
) -> dict[str, NDArray[np.generic]]:
    n_w, n_s = len(season.walkers), len(season.statics)
    most = max(int((a[:, :n_w] != 0).sum(axis=1).max(initial=0)) for a in season.designs)
    n_on = _up(most, nonzero)
    of_walkers = np.zeros((n_races, n_cars, n_on), dtype=np.int64)
    value = np.zeros((n_races, n_cars, n_on))
    x = np.zeros((n_races, n_cars, s))
    seen = np.zeros((n_races, n_cars))
    for r, design in enumerate(season.designs):
        for k, row in enumerate(design):
            on = np.flatnonzero(row[:n_w])
            # Into the flat [races, walkers] array of states.
            of_walkers[r, k, : len(on)] = r * w + on
            value[r, k, : len(on)] = row[on]
        x[r, : len(design), :n_s] = design[:, n_w:]
        seen[r, : len(design)] = 1.0
    return {"of_walkers": of_walkers.ravel(), "value": value, "x": x, "seen": seen}


def _padded_cars(
    season: SeasonData, n_races: int, n_cars: int, w: int, config: FilterConfig
) -> dict[str, NDArray[np.generic]]:
    """Drivers and teams share one axis of ``w`` hazards, drivers first."""
    n_drivers = len(season.hazard_drivers)
    driver = np.zeros((n_races, n_cars), dtype=np.int64)
    team = np.zeros((n_races, n_cars), dtype=np.int64)
    retired, started = np.zeros((n_races, n_cars)), np.zeros((n_races, n_cars))
    offset = np.zeros((n_races, n_cars))
    lowest = 1e-3
    for r, (cars, rate) in enumerate(zip(season.cars, season.hazard_before, strict=True)):
        n = len(cars)
        driver[r, :n], team[r, :n] = cars[:, 0], n_drivers + cars[:, 1]
        retired[r, :n], started[r, :n] = cars[:, 2], 1.0
        p = np.clip(rate, lowest, config.hazard.highest)
        offset[r, :n] = np.log(p / (1.0 - p))
    is_team = np.zeros(w)
    is_team[n_drivers : n_drivers + len(season.hazard_teams)] = 1.0
    is_driver = np.zeros(w)
    is_driver[:n_drivers] = 1.0
    return {
        "driver": driver.ravel(),
        "team": team.ravel(),
        "is_driver": is_driver,
        "is_team": is_team,
        "retired": retired,
        "started": started,
        "offset": offset,
    }


def _centring(kind: Sequence[int], w: int) -> Floats:
    """Give float64[w, w]: times a row of states, every kind has its mean taken away."""
    centring = np.eye(w)
    kinds = np.array(kind)
    for one in set(kind):
        of_kind = np.flatnonzero(kinds == one)
        centring[np.ix_(of_kind, of_kind)] -= 1.0 / len(of_kind)
    return centring


def _root(cov: Floats) -> Floats:
    """Give the Cholesky factor of a covariance that may lack a little of full rank."""
    scale = float(np.trace(cov)) / max(len(cov), 1)
    root = np.linalg.cholesky(cov + 1e-10 * scale * np.eye(len(cov)))
    return np.asarray(root, dtype=np.float64)


def _up(n: int, step: int) -> int:
    return max(-(-n // step), 1) * step


def _kind(name: str) -> str:
    return name.split(":", 1)[0]
