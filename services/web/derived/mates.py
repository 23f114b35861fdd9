"""Team-mates beside each other: who was ahead, by results; the same numbers on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.web.derived import figures
from services.web.derived.people import Driver, RaceOf

__all__ = ["Duel", "duel_sentence", "duels"]

_BOTH = 2  # races, of which "all" are both


@dataclass(frozen=True, slots=True)
class Duel:
    """A driver beside one who was in the same team's other car.

    Attributes
    ----------
    mate : Driver
    team_ids : tuple of str
        In whose cars they were together.
    n_together : int
        Races that both were entered in and that are run.
    ahead, both_finished : int
        How often the driver was in front at the flag, of races in which both saw it.
    ahead_on_grid, both_on_grid : int
        The same of the grids.
    points, mate_points : float
        Of races that both were entered in, sprints not counted.
    """

    mate: Driver
    team_ids: tuple[str, ...]
    n_together: int
    ahead: int
    both_finished: int
    ahead_on_grid: int
    both_on_grid: int
    points: float
    mate_points: float


def duels(driver: Driver, drivers: Mapping[str, Driver]) -> list[Duel]:
    """Return a driver beside all his team-mates, those of most races first.

    One with whom no race is run yet is among them if both are entered in one to come.
    """
    teams = {race.event_id: race.forecast.team_id for race in driver.races if race.forecast}
    mine = {race.event_id: race for race in driver.races}
    found = []
    for mate in drivers.values():
        pairs = [
            (mine[race.event_id], race)
            for race in mate.races
            if mate.key != driver.key
            and race.forecast is not None
            and teams.get(race.event_id) == race.forecast.team_id
        ]
        if pairs:
            found.append(_duel(mate, pairs))
    return sorted(found, key=lambda one: (-one.n_together, one.mate.name))


def _duel(mate: Driver, pairs: Sequence[tuple[RaceOf, RaceOf]]) -> Duel:
    # Of races that are run: one who did not start has no row, and no points.
    run = [(one, other) for one, other in pairs if one.row is not None or other.row is not None]
    places = [(a.place, b.place) for a, b in run if a.place is not None and b.place is not None]
    grids = [
        (a.row.grid, b.row.grid)
        for a, b in run
        if a.row is not None and b.row is not None and a.row.grid and b.row.grid
    ]
    return Duel(
        mate=mate,
        team_ids=tuple(dict.fromkeys(b.forecast.team_id for _, b in pairs if b.forecast)),
        n_together=len(run),
        ahead=sum(one < other for one, other in places),
        both_finished=len(places),
        ahead_on_grid=sum(one < other for one, other in grids),
        both_on_grid=len(grids),
        points=sum(one.row.points for one, _ in run if one.row is not None),
        mate_points=sum(other.row.points for _, other in run if other.row is not None),
    )


def duel_sentence(name: str, found: Sequence[Duel]) -> str:
    """Return how a driver does beside the team-mate of most races, as a title.

    Parameters
    ----------
    name : str
        Surname of the driver.
    found : sequence of Duel
        As `duels` gives them, one at least.
    """
    first = found[0]
    mate = figures.surname(first.mate.name)
    n = first.both_finished
    if n == 0:
        return f"{name} and {mate} have finished no race together"
    if n == 1:
        winner, loser = (name, mate) if first.ahead else (mate, name)
        return f"{winner} was ahead of {loser} in the one race that both finished"
    if 2 * first.ahead == n:
        often = "once" if first.ahead == 1 else f"{figures.spelt(first.ahead)} times"
        return f"{name} and {mate} were ahead of each other {often} each"
    winner, loser = (name, mate) if 2 * first.ahead > n else (mate, name)
    times = max(first.ahead, n - first.ahead)
    return f"{winner} was ahead of {loser} in {_of(times, n)} races that both finished"


def _of(times: int, n: int) -> str:
    if times < n:
        return f"{times} of {n}"
    return "both" if n == _BOTH else f"all {n}"
