"""Seasons, their documents, their championships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from predictor.published.field_types import says
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus
from services.archive.rows import RunRow
from services.web.api.answers.seasons import ChampionshipAnswer, SeasonRow, Seasons
from services.web.api.answers.shared import Season
from services.web.api.route import Asked, Table
from services.web.api.view import View, made_from

__all__ = [
    "OneSeasonAsked",
    "SeasonsAsked",
    "all_seasons",
    "championship",
    "season_document",
    "seasons",
]


class SeasonsAsked(Table, frozen=True, kw_only=True):
    """All seasons."""


class OneSeasonAsked(Asked, frozen=True, kw_only=True):
    """Which season."""

    season: Annotated[Season, says("year")]


def seasons(_: SeasonsAsked, view: View) -> Seasons:
    """Return all seasons that are published or archived, the latest first."""
    archived = view.archived_seasons()
    rows = [
        _published(one, is_archived=season in archived)
        for season, one in view.world.documents.items()
    ]
    runs = (view.last_run(season) for season in archived if season not in view.world.documents)
    rows += [_archived(run) for run in runs if run is not None]
    return Seasons(
        default_season=view.world.default_season,
        has_all_archived=view.world.archive is not None or not view.world.archive_trouble,
        data=tuple(sorted(rows, key=lambda row: row.id, reverse=True)),
    )


def season_document(asked: OneSeasonAsked, view: View) -> bytes:
    """Return a season's document, byte for byte as it was published."""
    return view.raw(asked.season)


def championship(asked: OneSeasonAsked, view: View) -> ChampionshipAnswer:
    """Return both championships of a season."""
    document = view.document(asked.season)
    return ChampionshipAnswer(
        id=asked.season,
        url=f"/v1/seasons/{asked.season}/championship",
        made_from=made_from(document),
        drivers=document.championship.drivers,
        constructors=document.championship.constructors,
    )


def all_seasons(view: View) -> Iterator[OneSeasonAsked]:
    """Give every published season."""
    for season in view.world.documents:
        yield OneSeasonAsked(season=season)


def _published(document: SeasonDocument, *, is_archived: bool) -> SeasonRow:
    made = made_from(document)
    rounds = [
        one.metadata.round
        for one in document.predictions.values()
        if one.metadata.status is EventStatus.COMPLETED
    ]
    return SeasonRow(
        **_addresses(made.season),
        is_published=True,
        is_archived=is_archived,
        run_id=made.run_id,
        generated_at=made.generated_at,
        as_of=made.as_of,
        known_round=max(rounds, default=0),
    )


def _archived(run: RunRow) -> SeasonRow:
    return SeasonRow(
        **_addresses(run.season),
        is_published=False,
        is_archived=True,
        run_id=run.run_id,
        generated_at=run.published_at,
        as_of=run.as_of,
        known_round=run.known_round,
    )


def _addresses(season: int) -> dict[str, Any]:
    url = f"/v1/seasons/{season}"
    return {
        "id": season,
        "url": url,
        "championship_url": f"{url}/championship",
        "events_url": f"/v1/events?season={season}",
    }
