"""Championship standings of a season state, with the rules' countback."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from predictor.season.awards import points_of_session
from predictor.season.state import SeasonState
from predictor.vocabulary import SessionKind

__all__ = ["Standing", "Standings", "standings"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a championship."""

    position: int  # 1-based
    key: str  # driver_id or team_id
    points: float
    places: tuple[int, ...]  # how often first, second, third ... in races, for ties


@dataclass(frozen=True, slots=True)
class Standings:
    """Both championships after the events that are completed."""

    drivers: tuple[Standing, ...]
    constructors: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class _Ruling:
    """Constructors' points changed by a ruling, from the named event on."""

    team_id: str
    event_id: str  # the first event at which it applied
    points: float = 0.0
    restarts: bool = False  # a new entrant: what was won before the event counts for nobody


# Source: FIA stewards' decisions of those dates.
_RULINGS = (
    # The first entrant's 59 points were lost when the team was sold and entered anew.
    _Ruling("force-india", "2018-belgium", restarts=True),
    # Fined 15 points for its copied brake ducts (7 August 2020).
    _Ruling("racing-point", "2020-70th-anniversary", points=-15.0),
)


def standings(state: SeasonState) -> Standings:
    """Give both championships by rule, from the positions of completed events.

    Ties go to whoever has more wins, then more second places, and so on, in races
    only; what even that leaves tied is ordered by id.
    """
    drivers, constructors = _Tally(), _Tally()
    for event in state.events:
        for ruling in _RULINGS:
            if ruling.event_id == event.event_id and event.session(SessionKind.RACE):
                constructors.apply(ruling)
        for session in event.sessions:
            points = points_of_session(event, session)
            is_race = session.kind is SessionKind.RACE
            for row in session.results if points else ():
                driver_id = str(row.driver.driver_id)
                position = row.position if is_race else None
                drivers.add(driver_id, points[driver_id], position)
                if row.team is not None:
                    constructors.add(row.team, points[driver_id], position)
    return Standings(drivers.ranked(), constructors.ranked())


class _Tally:
    """Points and places gathered so far in one championship."""

    def __init__(self) -> None:
        self._points: defaultdict[str, float] = defaultdict(float)
        self._places: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def add(self, key: str, points: float, position: int | None) -> None:
        self._points[key] += points
        if position is not None:
            self._places[key][position] += 1

    def apply(self, ruling: _Ruling) -> None:
        if ruling.restarts:  # not its 59 points: files may hold only a part of the season
            self._points[ruling.team_id] = 0.0
            self._places[ruling.team_id].clear()
        self._points[ruling.team_id] += ruling.points

    def ranked(self) -> tuple[Standing, ...]:
        worst = max((max(places, default=0) for places in self._places.values()), default=0)
        rows = [
            (points, tuple(self._places[key][place] for place in range(1, worst + 1)), key)
            for key, points in self._points.items()
        ]
        rows.sort(key=lambda row: (-row[0], tuple(-count for count in row[1]), row[2]))
        return tuple(
            Standing(position=position, key=key, points=points, places=places)
            for position, (points, places, key) in enumerate(rows, start=1)
        )
