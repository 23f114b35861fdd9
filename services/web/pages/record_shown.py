"""What the pages of the track record are made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from predictor.vocabulary import Horizon
from services.archive.rows import OURS, WEIGHTED, ForecastRow
from services.web.api.answers.track_record import RaceScore
from services.web.api.handlers.track_record import race_scores, races_that_stood
from services.web.api.view import View
from services.web.derived import figures
from services.web.derived.calibration import Tenth, tenths
from services.web.derived.references import REFERENCE_NAMES
from services.web.pages.archived import asked
from services.web.pages.people_places import people_ways
from services.web.stood import ChanceOf, StoodRace, said_in
from services.web.world import World

__all__ = ["KINDS", "RecordShown", "ScoredRace", "record_shown"]

KINDS: Mapping[ChanceOf, str] = {
    "win": "Wins the race",
    "podium": "On the podium",
    "points": "In the points",
    "dnf": "Retires",
}


@dataclass(frozen=True, slots=True)
class ScoredRace:
    """One race as the record tells it, at one horizon.

    Attributes
    ----------
    event_id : str
    season : int
    name : str
        "São Paulo 2024".
    rows : tuple of ForecastRow
        As they stood.
    stood : StoodRace
    score : RaceScore
        Of our forecast.
    """

    event_id: str
    season: int
    name: str
    rows: tuple[ForecastRow, ...]
    stood: StoodRace
    score: RaceScore

    @property
    def winner(self) -> str:
        """Surname of whoever won."""
        first = min(self.stood.result.values(), key=lambda row: row.place)
        return figures.surname(first.name)

    @property
    def winner_id(self) -> str:
        """Id of whoever won."""
        return min(self.stood.result.values(), key=lambda row: row.place).driver_id

    @property
    def chance(self) -> float:
        """What the winner had been given."""
        return math.exp(-(self.score.winner_log_loss or 0.0))

    @property
    def favourite(self) -> ForecastRow:
        """Whom we held likeliest to win."""
        return max(self.rows, key=lambda row: row.p_win)

    @property
    def is_hit(self) -> bool:
        """Whether our favourite won."""
        return self.score.top_1 == 1


@dataclass(frozen=True)
class RecordShown:
    """The track record of all archived seasons.

    Attributes
    ----------
    world : World
    races : tuple of StoodRace
        That are run, with or without a forecast; in calendar order.
    scores : sequence of RaceScore
        Ours and others', of all horizons.
    names : Mapping[str, str]
        Event id -> "São Paulo".
    """

    world: World
    races: tuple[StoodRace, ...]
    scores: Sequence[RaceScore]
    names: Mapping[str, str]

    @cached_property
    def models(self) -> Mapping[Horizon, Mapping[str, Mapping[str, RaceScore]]]:
        """Horizon -> model -> event id -> score; ours with the user's opinion where it is in."""
        found: dict[Horizon, dict[str, dict[str, RaceScore]]] = {}
        for row in self.scores:
            if row.winner_log_loss is None:
                continue
            model = OURS if row.model == WEIGHTED else row.model
            of_model = found.setdefault(row.horizon, {}).setdefault(model, {})
            if row.model != WEIGHTED or row.event_id not in of_model:
                of_model[row.event_id] = row
        return found

    @cached_property
    def horizon(self) -> Horizon:
        """Which the record speaks of: that of most races, the latest of equals."""
        return max(
            Horizon, key=lambda one: (len(self.models.get(one, {}).get(OURS, {})), one.value)
        )

    @cached_property
    def scored(self) -> tuple[ScoredRace, ...]:
        """Races with a forecast at that horizon, in calendar order."""
        ours = self.models.get(self.horizon, {}).get(OURS, {})
        return tuple(
            ScoredRace(
                event_id=race.event_id,
                season=race.season,
                name=f"{self.names.get(race.event_id, race.event_id)} {race.season}",
                rows=race.forecasts[self.horizon],
                stood=race,
                score=ours[race.event_id],
            )
            for race in self.races
            if race.event_id in ours and race.forecasts.get(self.horizon)
        )

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Reference models of which every scored race has a score, in the order of their names."""
        at = self.models.get(self.horizon, {})
        wanted = {race.event_id for race in self.scored}
        return tuple(
            name for name in REFERENCE_NAMES if wanted and wanted <= at.get(name, {}).keys()
        )

    @cached_property
    def seasons(self) -> tuple[int, ...]:
        """Of scored races."""
        return tuple(dict.fromkeys(race.season for race in self.scored))

    def bins(self, of: ChanceOf) -> tuple[Tenth, ...]:
        """Return what was said and came, in tenths."""
        return tenths(one for race in self.scored for one in said_in(race.stood, self.horizon, of))

    def losses(self, model: str, horizon: Horizon | None = None) -> dict[str, float]:
        """Return a model's log loss of the winner by event."""
        rows = self.models.get(horizon or self.horizon, {}).get(model, {})
        return {name: row.winner_log_loss or 0.0 for name, row in rows.items()}

    def path_of(self, event_id: str) -> str:
        """Return the path of an event's page; empty where there is none."""
        return f"/events/{event_id}" if event_id in self._with_pages else ""

    def driver_path(self, season: int, driver_id: str) -> str:
        """Return the path of the page of a driver in a season; empty where there is none."""
        if driver_id not in self._drivers.get(season, ()):
            return ""
        return people_ways(self.world, season, hide=False).driver(driver_id)

    @cached_property
    def _drivers(self) -> Mapping[int, frozenset[str]]:
        return {
            year: frozenset(
                row.driver_id
                for event in document.predictions.values()
                for row in event.predictions
            )
            for year, document in self.world.documents.items()
        }

    @cached_property
    def _with_pages(self) -> frozenset[str]:
        return frozenset(
            event.metadata.event_id
            for document in self.world.documents.values()
            for event in document.predictions.values()
        )


def record_shown(world: World) -> RecordShown | None:
    """Ask the archive; None where there is none that answers."""
    view = View(world)

    def all_of_it(archive: object) -> RecordShown:
        del archive  # the view's is the same
        seasons = view.archive().seasons()
        names = {
            row.event_id: figures.area(row.event_id, row.name)
            for season in seasons
            for row in view.archive().events(season)
        }
        return RecordShown(world, races_that_stood(view), race_scores(view), names)

    return asked(world, all_of_it, None)
