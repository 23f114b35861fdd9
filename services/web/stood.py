"""Forecasts that stood before their races, each beside what came: for pages and API alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from predictor.vocabulary import Horizon, ResultStatus
from services.archive.rows import Frozen, Race, ResultRow
from services.web.derived.calibration import Said

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = ["ChanceOf", "StoodRace", "said_in", "stood_races"]

ChanceOf = Literal["win", "podium", "points", "dnf"]


@dataclass(frozen=True, slots=True)
class StoodRace:
    """One race that is run.

    Attributes
    ----------
    season : int
    event_id : str
    forecasts : Frozen
        By horizon; empty where none stood.
    result : Mapping[str, ResultRow]
        By driver, as it was last revised.
    """

    season: int
    event_id: str
    forecasts: Frozen
    result: Mapping[str, ResultRow]


def stood_races(archive: Archive, season: int, session: Race = "race") -> tuple[StoodRace, ...]:
    """Return the races of a season whose result is archived, in calendar order."""
    results: dict[str, dict[str, ResultRow]] = {}
    for row in archive.results(season, session):
        results.setdefault(row.event_id, {})[row.driver_id] = row
    frozen = archive.frozen_season(season, session)
    return tuple(
        StoodRace(season, event_id, frozen.get(event_id, {}), rows)
        for event_id, rows in results.items()
    )


def said_in(race: StoodRace, horizon: Horizon, of: ChanceOf) -> Iterator[Said]:
    """Give the chances of starters who were forecast, and whether they came true."""
    for row in race.forecasts.get(horizon, ()):
        result = race.result.get(row.driver_id)
        if result is not None:
            # A sum of rounded ones may be a hair above 1.
            p = min(getattr(row, f"p_{of}"), 1.0)
            yield Said(p, _came_true(result, of), race.event_id, row.code)


def _came_true(result: ResultRow, of: ChanceOf) -> bool:
    if of == "dnf":
        return result.status == ResultStatus.DNF
    if of == "points":
        return result.points > 0
    return result.place <= (1 if of == "win" else 3)
