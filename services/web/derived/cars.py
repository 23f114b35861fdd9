"""Whose car is whose: the colour of a team, and which of two team-mates is drawn hollow."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.published.season_types import SeasonDocument
from services.web.derived.people_ways import PeopleWays
from services.web.derived.team_colours import NO_COLOUR, team_class
from services.web.drawing.people import Car

__all__ = ["Cars"]


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    name: str
    team: str
    team_id: str
    number: int


class Cars:
    """The drivers of one season in their cars.

    Which of two team-mates is the first is the same all season: the lower number. A driver who
    changes teams has in each event the team of that event.

    Parameters
    ----------
    document : SeasonDocument
    ways : PeopleWays, optional
        Where pages of drivers and teams are; None: names lead nowhere.
    """

    def __init__(self, document: SeasonDocument, ways: PeopleWays | None = None) -> None:
        self._ways = ways
        self._season = document.metadata.season
        self._latest: dict[str, _Entry] = {}
        self._of: dict[tuple[str, str], _Entry] = {}
        numbers: dict[str, dict[str, int]] = {}
        for event in document.predictions.values():
            for row in event.predictions:
                number = row.number if row.number is not None else 1000
                entry = _Entry(row.driver, row.name, row.team, row.team_id, number)
                self._latest[row.driver_id] = entry
                self._of[event.metadata.event_id, row.driver_id] = entry
                numbers.setdefault(row.team_id, {}).setdefault(row.driver_id, number)
        self._first = {
            team: min(drivers, key=lambda one: (drivers[one], one))
            for team, drivers in numbers.items()
        }
        self._titles = {row.driver_id: row for row in document.championship.drivers}

    def of(self, driver_id: str, event_id: str | None = None) -> Car:
        """Return a driver in the car of an event, or in the last that is known.

        One of whom no event tells is known by the championship, or by the id alone.
        """
        entry = self._of.get((event_id or "", driver_id)) or self._latest.get(driver_id)
        if entry is None:
            row = self._titles.get(driver_id)
            if row is None:
                return Car(driver_id, driver_id[-3:].upper(), driver_id, "")
            team = row.team or ""
            href = self.driver_href(driver_id)
            return Car(driver_id, row.driver, row.name, team, self.class_of(team), href=href)
        return Car(
            driver_id,
            entry.code,
            entry.name,
            entry.team,
            self.class_of(entry.team_id),
            is_second=self._first[entry.team_id] != driver_id,
            href=self.driver_href(driver_id),
            team_href=self.team_href(entry.team_id),
        )

    def driver_href(self, driver_id: str) -> str:
        """Return the address of the page of one who is in the season."""
        return self._ways.driver(driver_id) if self._ways else ""

    def team_href(self, team_id: str) -> str:
        """Return the address of the page of a team that is in the season."""
        return self._ways.team(team_id) if self._ways else ""

    def class_of(self, team_id: str) -> str:
        """Return the class that gives a team's colour this season."""
        return team_class(team_id, self._season) if team_id else NO_COLOUR
