"""Title odds: the remaining events on the same simulated seasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.forecast.assemble import ScenarioForecast
from predictor.random_streams import stream, uniforms
from predictor.season.points import FASTEST_LAP_LIMIT
from predictor.season.standings import Standing
from predictor.vocabulary import Scenario

__all__ = [
    "FinalPoints",
    "PointsRules",
    "RemainingRace",
    "TitleOdds",
    "final_points",
    "title_odds",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PointsRules:
    """What a race pays: points by position, and for the fastest lap in the top ten."""

    by_position: tuple[float, ...]
    fastest_lap: float = 0.0
    counts_for_countback: bool = True  # a sprint win is no win


@dataclass(frozen=True, slots=True)
class RemainingRace:
    """A race or sprint still to be run, with all its simulated results."""

    event: str
    scenarios: Mapping[Scenario, ScenarioForecast]
    probability: Mapping[Scenario, float]
    rules: PointsRules
    team_ids: tuple[str, ...]  # aligned with the forecast's drivers


@dataclass(frozen=True, slots=True)
class TitleOdds:
    """Odds and final points of one driver or constructor."""

    name: str
    p_title: float
    current: float
    mean: float
    p05: float
    p50: float
    p95: float


def title_odds(
    drivers: Sequence[Standing],
    teams: Sequence[Standing],
    races: Sequence[RemainingRace],
    *,
    seed: int,
    n_sims: int,
) -> tuple[tuple[TitleOdds, ...], tuple[TitleOdds, ...]]:
    """Give drivers' and constructors' title odds, best first; with no race left, the standings."""
    of_drivers, of_teams = final_points(drivers, teams, races, seed=seed, n_sims=n_sims)
    return of_drivers.odds(), of_teams.odds()


def final_points(
    drivers: Sequence[Standing],
    teams: Sequence[Standing],
    races: Sequence[RemainingRace],
    *,
    seed: int,
    n_sims: int,
) -> tuple[FinalPoints, FinalPoints]:
    """Return what drivers and constructors have at the end of every simulated season.

    Sim i of every race belongs to the same simulated season, which shares one draw of
    what is believed of drivers and teams. With no race left there is one season: the standings.
    """
    n_sims = n_sims if races else 1
    of_drivers = FinalPoints.of(drivers, (d for r in races for d in _drivers_of(r)), races, n_sims)
    of_teams = FinalPoints.of(teams, (t for r in races for t in r.team_ids), races, n_sims)
    for race in races:
        position, fastest = _simulated(race, seed, n_sims)
        paid = _points(race.rules, position, fastest)
        placed = race.rules.counts_for_countback
        for column, (driver, team) in enumerate(zip(_drivers_of(race), race.team_ids, strict=True)):
            of_drivers.add(driver, paid[:, column], position[:, column], placed)
            of_teams.add(team, paid[:, column], position[:, column], placed)
    return of_drivers, of_teams


@dataclass(frozen=True, slots=True)
class FinalPoints:
    """Points float64[N, X] and finishes int64[N, X, places] of every simulated season."""

    names: tuple[str, ...]  # as the standings have them, newcomers last
    current: Floats
    points: Floats
    places: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        known: Sequence[Standing],
        entered: Iterable[str],
        races: Sequence[RemainingRace],
        n_sims: int,
    ) -> FinalPoints:
        """Return the standings, once for every season to be simulated."""
        standing = {row.key: row for row in known}
        names = (*standing, *sorted(set(entered) - standing.keys()))
        lengths = [len(row.places) for row in known]
        deepest = max([1, *lengths, *(len(_drivers_of(race)) for race in races)])
        points = np.zeros((n_sims, len(names)))
        places = np.zeros((n_sims, len(names), deepest), dtype=np.int64)
        for column, row in enumerate(known):
            points[:, column] = row.points
            places[:, column, : len(row.places)] = row.places
        return cls(names, points[0].copy(), points, places)

    def add(self, name: str, paid: Floats, position: NDArray[np.uint8], placed: bool) -> None:
        """Add a race of every season to one name's points and finishes."""
        column = self.names.index(name)
        self.points[:, column] += paid
        if placed:
            sims = np.arange(len(position))
            self.places[sims, column, position.astype(np.int64) - 1] += 1

    def champions(self) -> NDArray[np.int64]:
        """Return the column of every season's champion, int64[N]; there must be names."""
        # Points first, then wins, second places and so on; what even that leaves tied goes to
        # whom the standings list first, so their order is the least significant key.
        keys = [self.places[:, :, place] for place in reversed(range(self.places.shape[2]))]
        listed = np.broadcast_to(-np.arange(len(self.names)), self.points.shape)
        best: NDArray[np.int64] = np.lexsort((listed, *keys, self.points), axis=1)[:, -1]
        return best

    def odds(self) -> tuple[TitleOdds, ...]:
        """Return title odds and points, best first."""
        if not self.names:
            return ()
        best = self.champions()
        p_title = np.bincount(best, minlength=len(self.names)) / len(best)
        low, middle, high = np.quantile(self.points, (0.05, 0.5, 0.95), axis=0)
        mean = self.points.mean(axis=0)
        order = sorted(range(len(self.names)), key=lambda i: (-p_title[i], -mean[i], i))
        return tuple(
            TitleOdds(
                name=self.names[i],
                p_title=float(p_title[i]),
                current=float(self.current[i]),
                mean=float(mean[i]),
                p05=float(low[i]),
                p50=float(middle[i]),
                p95=float(high[i]),
            )
            for i in order
        )


def _drivers_of(race: RemainingRace) -> tuple[str, ...]:
    return next(iter(race.scenarios.values())).driver_ids


def _simulated(
    race: RemainingRace, seed: int, n_sims: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give one result per sim, uint8[N, D] and uint8[N]: its scenario drawn by probability."""
    u = uniforms(stream(seed, race.event, "scenario"), (0, n_sims), 1)[:, 0]
    edges = np.cumsum([race.probability[scenario] for scenario in race.scenarios])
    which = np.minimum(np.searchsorted(edges, u, side="right"), len(edges) - 1)
    sims = np.arange(n_sims)
    position = np.stack([f.position for f in race.scenarios.values()])
    fastest = np.stack([f.fastest_lap for f in race.scenarios.values()])
    return position[which, sims], fastest[which, sims]


def _points(rules: PointsRules, position: NDArray[np.uint8], fastest: NDArray[np.uint8]) -> Floats:
    """Give what every driver is paid, float64[N, D]."""
    n_drivers = position.shape[1]
    table = np.zeros(np.iinfo(position.dtype).max + 1)
    table[1 : 1 + len(rules.by_position)] = rules.by_position
    paid: Floats = table[position]
    if rules.fastest_lap:
        lap_set = fastest < n_drivers
        who = np.where(lap_set, fastest, 0).astype(np.int64)
        sims = np.arange(len(who))
        in_points = lap_set & (position[sims, who] <= FASTEST_LAP_LIMIT)
        paid[sims, who] += rules.fastest_lap * in_points
    return paid
