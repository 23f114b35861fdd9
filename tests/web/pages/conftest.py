"""A real season whose forecast tells drivers apart, as a world: three races are run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from predictor.evaluate.scores import score_race
from predictor.published.event_types import DriverForecast, Event, Result, ResultRow
from predictor.published.json_text import read_json
from predictor.published.score_types import RaceScores
from predictor.published.season_types import SeasonDocument
from predictor.published.title_types import Championship, DriverTitle, PointsRange, TeamTitle
from predictor.vocabulary import EventStatus, ResultStatus
from services.web.world import World
from tests.rules.sources import ROOT

Change = Callable[[str, Event], Event]

RUN = ("01-australia", "02-china", "03-japan")
N_SIMS = 5000
_RACES = 24


@pytest.fixture(scope="session")
def document(published):
    """Each driver a little less likely to win than the one before; results as they were."""
    found = each_event(read_json(published[0].read_bytes(), SeasonDocument), _told_apart)
    for folder in RUN:
        race = json.loads((ROOT / "race-data" / "2025" / folder / "race.json").read_text())
        found = each_event(
            found,
            lambda _, one, race=race: (
                _with_result(one, race["results"])
                if one.metadata.event_id == race["event_id"]
                else one
            ),
        )
    metadata = replace(found.metadata, num_simulations=N_SIMS)
    return replace(found, championship=_championship(found), metadata=metadata)


@pytest.fixture(scope="session")
def world(document):
    """The world of that document alone."""
    return world_of(document)


def world_of(*documents: SeasonDocument, **given: object) -> World:
    """Return a world of some seasons, the last the default."""
    years = {one.metadata.season: one for one in documents}
    return World(
        output=Path("predictions"),
        documents=years,
        default_season=max(years),
        **given,  # type: ignore[arg-type]
    )


def each_event(document: SeasonDocument, change: Change) -> SeasonDocument:
    """Return a document with every event changed."""
    return replace(
        document,
        predictions={title: change(title, one) for title, one in document.predictions.items()},
    )


def _told_apart(_: str, event: Event) -> Event:
    n = len(event.predictions)
    weights = [0.7**place for place in range(n)]
    rows = tuple(
        _row(row, weights[place] / sum(weights), place, n)
        for place, row in enumerate(event.predictions)
    )
    scenarios = {
        kind: replace(
            one,
            predictions=tuple(
                replace(given, p_win=rows[place].p_win)
                for place, given in enumerate(one.predictions)
            ),
        )
        for kind, one in event.scenarios.items()
    }
    metadata = replace(event.metadata, n_simulations=N_SIMS, mc_se=0.007)
    return replace(event, metadata=metadata, predictions=rows, scenarios=scenarios)


def _row(row: DriverForecast, p_win: float, place: int, n: int) -> DriverForecast:
    rest = (1 - p_win) / (n - 1)
    return replace(
        row,
        p_win=p_win,
        p_podium=min(0.9, 2 * p_win + 0.01),
        p_points=min(0.95, 3 * p_win + 0.1),
        p_position=(p_win, *[rest] * (n - 1)),
        expected_position=1.0 + place,
        interval_90=(max(1, place - 4), min(n, place + 6)),
        unweighted=UNSET,
    )


def _with_result(event: Event, rows: list[dict]) -> Event:
    order = tuple(
        ResultRow(
            driver=row["driver"],
            driver_id=row["driver_id"],
            position=row.get("position"),
            status=ResultStatus(row["status"]),
            grid=row.get("grid"),
            laps=row["laps"],
            points=row["points"],
        )
        for row in rows
        if ResultStatus(row["status"]).started
    )
    chances = {row.driver_id: row.p_position for row in event.predictions}
    n = len(order)
    table = np.array([chances[row.driver_id][:n] for row in order])
    return replace(
        event,
        metadata=replace(event.metadata, status=EventStatus.COMPLETED),
        result=Result(winner=order[0].driver_id, order=order),
        scores=RaceScores(**score_race(table)),
    )


def _championship(document: SeasonDocument) -> Championship:
    """Return the points that were scored, and chances in proportion to them."""
    scored: Counter[str] = Counter()
    of_team: Counter[str] = Counter()
    entries: dict[str, DriverForecast] = {}
    for event in document.predictions.values():
        entries |= {row.driver_id: row for row in event.predictions}
        for row in () if event.result is UNSET else event.result.order:
            scored[row.driver_id] += row.points
            of_team[entries[row.driver_id].team_id] += row.points
    teams = {row.team_id: row.team for row in entries.values()}
    return Championship(
        drivers=tuple(
            DriverTitle(
                driver=row.driver,
                driver_id=key,
                name=row.name,
                team=row.team,
                p_title=scored[key] / scored.total(),
                points=_points(scored[key]),
            )
            for key, row in entries.items()
        ),
        constructors=tuple(
            TeamTitle(
                team_id=key,
                team=name,
                p_title=of_team[key] / of_team.total(),
                points=_points(of_team[key]),
            )
            for key, name in teams.items()
        ),
    )


def _points(now: float) -> PointsRange:
    end = now / len(RUN) * _RACES
    return PointsRange(current=now, mean=end, p05=0.8 * end, p50=end, p95=1.2 * end)
