"""What pages of drivers and teams are made of: one season, looked through once for all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from predictor.published.event_types import DriverForecast
from predictor.vocabulary import Horizon
from services.web.derived import figures
from services.web.derived.people import Driver, SeasonPeople
from services.web.derived.people_ways import PeopleWays
from services.web.derived.strength import Strength, driver_strength, ranks, team_strength
from services.web.derived.weekend import n_run
from services.web.pages.season_shown import SeasonShown

if TYPE_CHECKING:
    from services.archive.rows import ForecastRow, TitleRow

__all__ = ["PeopleShown"]

Kind = Literal["driver", "team"]
_BEFORE = Horizon.BEFORE_WEEKEND


@dataclass(frozen=True)
class PeopleShown:
    """One season's drivers and teams as they are shown.

    Attributes
    ----------
    season : SeasonShown
    people : SeasonPeople
    ways : PeopleWays
        Where their pages are.
    years : tuple of int
        Seasons that are published.
    """

    season: SeasonShown
    people: SeasonPeople
    ways: PeopleWays
    years: tuple[int, ...]

    @cached_property
    def n_sims(self) -> int:
        """Simulated seasons."""
        return self.season.document.metadata.num_simulations

    @cached_property
    def n_run(self) -> int:
        """Races that are run."""
        return n_run(self.season.document)

    @cached_property
    def short_names(self) -> dict[str, str]:
        """Event id -> three letters of where it is, no two alike."""
        events = self.season.document.predictions
        areas = [figures.area(one.metadata.event_id, title) for title, one in events.items()]
        ids = (one.metadata.event_id for one in events.values())
        return dict(zip(ids, figures.short_names(areas), strict=True))

    @cached_property
    def short_teams(self) -> dict[str, str]:
        """Id -> three letters of a team's name, no two alike: for the ends of lines."""
        names = [one.name for one in self.people.teams.values()]
        return dict(zip(self.people.teams, figures.short_names(names), strict=True))

    @cached_property
    def of_drivers(self) -> dict[str, Strength]:
        """Id -> what races to come hold for a driver, the strongest first."""
        found = {
            key: strength
            for key, one in self.people.drivers.items()
            if (strength := driver_strength(one, self.n_sims)) is not None
        }
        return dict(sorted(found.items(), key=lambda item: -item[1].points))

    @cached_property
    def of_teams(self) -> dict[str, Strength]:
        """Id -> the same of a team."""
        found = {
            key: strength
            for key, one in self.people.teams.items()
            if (strength := team_strength(one, self.n_sims)) is not None
        }
        return dict(sorted(found.items(), key=lambda item: -item[1].points))

    @cached_property
    def most_often(self) -> int:
        """How often a driver, or the cars of a team, came home at one place at most."""
        races = [race for one in self.people.drivers.values() for race in one.races]
        of_drivers = Counter((race.driver_id, race.place) for race in races if race.place)
        return max(of_drivers.values(), default=1)

    @cached_property
    def driver_ranks(self) -> dict[str, tuple[int, int]]:
        """Id -> first and last place that a driver may claim by strength."""
        return dict(zip(self.of_drivers, ranks([*self.of_drivers.values()]), strict=True))

    @cached_property
    def team_ranks(self) -> dict[str, tuple[int, int]]:
        """Id -> the same of a team."""
        return dict(zip(self.of_teams, ranks([*self.of_teams.values()]), strict=True))

    @cached_property
    def _titles(self) -> dict[tuple[Kind, str], list[TitleRow]]:
        found: dict[tuple[Kind, str], list[TitleRow]] = {}
        kinds: tuple[Kind, ...] = ("driver", "team")
        for kind in kinds:
            for row in self.season.kept.titles(kind):
                # The present is told by the document, as the headline is.
                if row.known_round < self.n_run:
                    found.setdefault((kind, row.subject_id), []).append(row)
        return found

    def titles(self, kind: Kind, key: str) -> list[TitleRow]:
        """Return title odds after each round before the present, from the archive."""
        return sorted(self._titles.get((kind, key), ()), key=lambda row: row.known_round)

    @cached_property
    def _before(self) -> dict[str, dict[str, ForecastRow]]:
        return {
            event_id: {row.driver_id: row for row in stood.get(_BEFORE, ())}
            for event_id, stood in self.season.kept.frozen.items()
        }

    def before_weekends(self, driver: Driver) -> list[tuple[int, ForecastRow | DriverForecast]]:
        """Return round and forecast of each race by form alone, before its weekend began.

        Past ones are the archive's; those to come are the document's.
        """
        found: list[tuple[int, ForecastRow | DriverForecast]] = []
        for race in driver.races:
            row = self._before.get(race.event_id, {}).get(driver.key)
            if row is not None and not race.is_ahead:
                found.append((race.round, row))
            elif race.forecast is not None and race.event.metadata.horizon is _BEFORE:
                found.append((race.round, race.forecast))
            elif row is not None:
                found.append((race.round, row))
        return found
