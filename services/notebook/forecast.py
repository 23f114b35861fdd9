"""The forecast of one race or sprint: its odds by driver, its places, its scenarios, its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from predictor.published.event_types import (
    Event,
    EventMetadata,
    Odds,
    Result,
    ScenarioForecast,
    SprintDriver,
)
from predictor.vocabulary import Scenario
from services.notebook.charts import ForecastPlots
from services.notebook.difference import Difference, compared
from services.notebook.frames import Column, Kind, Tabular, columns_of, instant
from services.notebook.html import forecast_html

__all__ = ["Forecast", "Places", "Scenarios", "forecast_of"]

_WHO: tuple[tuple[str, Kind], ...] = (
    ("driver", "text"),
    ("driver_id", "text"),
    ("name", "text"),
    ("team", "text"),
    ("team_id", "text"),
)
_ODDS: tuple[tuple[str, Kind], ...] = (
    ("p_win", "number"),
    ("p_podium", "number"),
    ("p_points", "number"),
    ("p_dnf", "number"),
    ("expected_position", "number"),
    ("low_90", "whole"),
    ("high_90", "whole"),
    ("expected_position_if_finished", "number"),
    ("low_90_if_finished", "whole"),
    ("high_90_if_finished", "whole"),
    ("expected_points", "number"),
)
_BECAME: tuple[tuple[str, Kind], ...] = (
    ("grid", "whole"),
    ("position", "whole"),
    ("result", "text"),
    ("points", "number"),
)
_EVENT: tuple[tuple[str, Kind], ...] = (
    ("season", "whole"),
    ("round", "whole"),
    ("event_id", "text"),
    ("event", "text"),
    ("session", "text"),
    ("horizon", "text"),
    ("as_of", "instant"),
)


@dataclass(frozen=True, slots=True)
class Places(Tabular):
    """How likely every place is: a row for each driver and place."""

    rows: tuple[SprintDriver, ...]

    def columns(self) -> tuple[Column, ...]:
        """Return driver, place and probability."""
        names: tuple[tuple[str, Kind], ...] = (*_WHO[:3], ("place", "whole"), ("p", "number"))
        return columns_of(
            names,
            (
                (row.driver, row.driver_id, row.name, place, p)
                for row in self.rows
                for place, p in enumerate(row.p_position, start=1)
            ),
        )


@dataclass(frozen=True, slots=True)
class Scenarios(Tabular):
    """The forecast given each scenario: a row for each scenario and driver."""

    scenarios: Mapping[Scenario, ScenarioForecast]

    def columns(self) -> tuple[Column, ...]:
        """Return the scenario, its probability, and the odds in it."""
        names: tuple[tuple[str, Kind], ...] = (
            ("scenario", "text"),
            ("probability", "number"),
            *_WHO[:2],
            *_ODDS,
        )
        return columns_of(
            names,
            (
                (name.value, one.probability, row.driver, row.driver_id, *_odds(row))
                for name, one in self.scenarios.items()
                for row in one.predictions
            ),
        )


@dataclass(frozen=True, slots=True)
class Forecast(Tabular):
    """The forecast of one race, or of one sprint; empty where there is none."""

    season: int
    event: str  # its name
    metadata: EventMetadata
    session: str  # race | sprint
    horizon: str | None
    rows: tuple[SprintDriver, ...]  # the likeliest winner first
    by_scenario: Mapping[Scenario, ScenarioForecast]
    result: Result | None
    sprint: Forecast | None = None  # of the same weekend

    @property
    def plot(self) -> ForecastPlots:
        """The pictures: ``plot.odds()``, ``plot.places()``, ``plot.ranges()``."""
        return ForecastPlots(self)

    def columns(self) -> tuple[Column, ...]:
        """Return who, the odds, and what became of it; a row a driver."""
        return columns_of((*_WHO, *_ODDS, *_BECAME), self._values())

    def described_columns(self) -> tuple[Column, ...]:
        """Return the same with the event's own columns in front."""
        own = self.columns()
        values = (
            self.season,
            self.metadata.round,
            self.metadata.event_id,
            self.event,
            self.session,
            self.horizon,
            instant(self.metadata.as_of),
        )
        event = (
            Column(*name, (value,) * len(self.rows))
            for name, value in zip(_EVENT, values, strict=True)
        )
        return (*event, *own)

    def places(self) -> Places:
        """Return how likely every place is, driver by driver."""
        return Places(self.rows)

    def scenarios(self) -> Scenarios:
        """Return the forecast given each scenario."""
        return Scenarios(self.by_scenario)

    def diff(self, before: Forecast) -> Difference:
        """Return what is different here from another forecast of the same race.

        Raises
        ------
        UsageError
            If the other one is of another race.
        """
        return compared(before, self)

    @property
    def n_simulations(self) -> int:
        """How many simulated races a chance rests on; 0 without a forecast."""
        n_sims = self.metadata.n_simulations
        return 0 if isinstance(n_sims, UnsetType) else n_sims

    def _values(self) -> Iterator[tuple[Any, ...]]:
        became = {row.driver_id: row for row in self.result.order} if self.result else {}
        for row in self.rows:
            who = (row.driver, row.driver_id, row.name, row.team, row.team_id)
            end = became.get(row.driver_id)
            told = (end.grid, end.position, end.status.value, end.points) if end else (None,) * 4
            yield (*who, *_odds(row), *told)

    def _repr_html_(self) -> str:
        return forecast_html(self)


def forecast_of(season: int, name: str, event: Event) -> Forecast:
    """Return the forecast of an event's race, with that of its sprint where it has one."""
    metadata, own = event.metadata, event.sprint
    sprint = None
    if not isinstance(own, UnsetType):
        odds = (own.predictions, own.scenarios, own.result or None)
        sprint = Forecast(season, name, metadata, "sprint", own.horizon.value, *odds)
    return Forecast(
        season,
        name,
        metadata,
        "race",
        metadata.horizon.value if metadata.horizon else None,
        event.predictions,
        event.scenarios,
        event.result or None,
        sprint,
    )


def _odds(row: Odds) -> tuple[Any, ...]:
    """Return the values of the columns in `_ODDS`."""
    known = row.interval_90_if_finished
    low, high = (None, None) if known is UNSET or known is None else known
    mean = row.expected_position_if_finished
    return (
        row.p_win,
        row.p_podium,
        row.p_points,
        row.p_dnf,
        row.expected_position,
        *row.interval_90,
        None if mean is UNSET else mean,
        low,
        high,
        row.expected_points,
    )
