"""The drivers and teams of a season, each with the races in which a document tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import UNSET

from predictor.published.event_types import DriverForecast, Event, ResultRow
from predictor.published.season_types import SeasonDocument
from predictor.published.title_types import DriverTitle, TeamTitle
from predictor.vocabulary import EventStatus, ResultStatus
from services.web.derived.weekend import has_run

__all__ = ["Driver", "RaceOf", "SeasonPeople", "Stint", "TeamOf", "latest_entries", "stints"]


@dataclass(frozen=True, slots=True)
class RaceOf:
    """One race of one driver: its forecast, and what became of it; either may be missing."""

    title: str
    event: Event
    driver_id: str
    forecast: DriverForecast | None
    row: ResultRow | None

    @property
    def event_id(self) -> str:
        """Permanent id of the event."""
        return self.event.metadata.event_id

    @property
    def round(self) -> int:
        """Its place in the calendar."""
        return self.event.metadata.round

    @property
    def is_ahead(self) -> bool:
        """Whether it is forecast and still to come."""
        is_off = self.event.metadata.status is EventStatus.CANCELLED
        return self.forecast is not None and not has_run(self.event) and not is_off

    @property
    def is_finish(self) -> bool:
        """Whether the driver saw the flag and has a place."""
        row = self.row
        return row is not None and row.status is ResultStatus.FINISHED and row.position is not None

    @property
    def place(self) -> int | None:
        """Where the driver finished; None for one who did not."""
        return self.row.position if self.row is not None and self.is_finish else None


@dataclass(frozen=True, slots=True)
class Stint:
    """Rounds in a row that a driver was entered in one team's car."""

    team_id: str
    team: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver of a season.

    Attributes
    ----------
    key, code, name : str
    number : int, optional
    team_id, team : str
        Of the latest entry; empty where none is known.
    title : DriverTitle, optional
        What the championship holds; None for one who is in none.
    races : tuple of RaceOf
        Forecast or run, in calendar order.
    """

    key: str
    code: str
    name: str
    number: int | None
    team_id: str
    team: str
    title: DriverTitle | None
    races: tuple[RaceOf, ...]


@dataclass(frozen=True, slots=True)
class TeamOf:
    """A team of a season.

    Attributes
    ----------
    key, name : str
    title : TeamTitle, optional
    races : tuple of tuple of RaceOf
        Of its cars, event by event, the first car first.
    drivers : tuple of Driver
        Who were entered in its cars, those of the latest entry first.
    """

    key: str
    name: str
    title: TeamTitle | None
    races: tuple[tuple[RaceOf, ...], ...]
    drivers: tuple[Driver, ...]


class SeasonPeople:
    """Who is in a season, looked up once for all pages that tell of them.

    Parameters
    ----------
    document : SeasonDocument
    """

    def __init__(self, document: SeasonDocument) -> None:
        self.document = document
        self._races: dict[str, list[RaceOf]] = {}
        for title, event in document.predictions.items():
            rows = () if event.result is UNSET else event.result.order
            results = {row.driver_id: row for row in rows}
            forecasts = {row.driver_id: row for row in event.predictions}
            for key in {**forecasts, **results}:
                race = RaceOf(title, event, key, forecasts.get(key), results.get(key))
                self._races.setdefault(key, []).append(race)

    @cached_property
    def n_places(self) -> int:
        """The most cars of any race."""
        return max((len(e.predictions) for e in self.document.predictions.values()), default=20)

    @cached_property
    def drivers(self) -> dict[str, Driver]:
        """Id -> a driver: those in the championship first, then those who are entered only."""
        entries = latest_entries(self.document)
        titles = {row.driver_id: row for row in self.document.championship.drivers}
        return {
            key: self._driver(key, entries.get(key), titles.get(key)) for key in titles | entries
        }

    @cached_property
    def teams(self) -> dict[str, TeamOf]:
        """Id -> a team."""
        names: dict[str, str] = {}
        cars: dict[str, dict[str, list[RaceOf]]] = {}
        for driver in self.drivers.values():
            for race in driver.races:
                if race.forecast is not None:
                    names[race.forecast.team_id] = race.forecast.team
                    of_team = cars.setdefault(race.forecast.team_id, {})
                    of_team.setdefault(race.event_id, []).append(race)
        titles = {row.team_id: row for row in self.document.championship.constructors}
        names |= {key: row.team for key, row in titles.items()}
        return {
            key: self._team(key, name, titles.get(key), cars.get(key, {}))
            for key, name in names.items()
        }

    def _driver(self, key: str, entry: DriverForecast | None, title: DriverTitle | None) -> Driver:
        named = entry or title
        assert named is not None  # noqa: S101 - one of both named the key
        return Driver(
            key=key,
            code=named.driver,
            name=named.name,
            number=entry.number if entry else None,
            team_id=entry.team_id if entry else "",
            team=named.team or "",
            title=title,
            races=tuple(self._races.get(key, ())),
        )

    def _team(
        self, key: str, name: str, title: TeamTitle | None, cars: dict[str, list[RaceOf]]
    ) -> TeamOf:
        order = [one.metadata.event_id for one in self.document.predictions.values()]
        races = [tuple(sorted(cars[one], key=_by_number)) for one in order if one in cars]
        found: dict[str, Driver] = {}
        for race in (race for of_event in reversed(races) for race in of_event):
            found.setdefault(race.driver_id, self.drivers[race.driver_id])
        return TeamOf(key, name, title, tuple(races), tuple(found.values()))


def latest_entries(document: SeasonDocument) -> dict[str, DriverForecast]:
    """Return of every driver the row of the last event that he is forecast in."""
    return {
        row.driver_id: row for event in document.predictions.values() for row in event.predictions
    }


def stints(races: Sequence[RaceOf]) -> list[Stint]:
    """Return for whom a driver drove, and in which rounds; one team all season is one stint."""
    found: list[Stint] = []
    for race in races:
        entry = race.forecast
        if entry is None:
            continue
        is_same = bool(found) and found[-1].team_id == entry.team_id
        first = found.pop().first if is_same else race.round
        found.append(Stint(entry.team_id, entry.team, first, race.round))
    return found


def _by_number(race: RaceOf) -> tuple[int, str]:
    number = race.forecast.number if race.forecast else None
    return (1000 if number is None else number, race.driver_id)
