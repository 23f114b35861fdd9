"""Seasons, their documents, their championships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from predictor.published.field_types import says
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus
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
    """Return all seasons that are published, the latest first."""
    rows = [_published(one) for one in view.world.documents.values()]
    return Seasons(
        default_season=view.world.default_season,
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


def _published(document: SeasonDocument) -> SeasonRow:
    made = made_from(document)
    rounds = [
        one.metadata.round
        for one in document.predictions.values()
        if one.metadata.status is EventStatus.COMPLETED
    ]
    return SeasonRow(
        **_addresses(made.season),
        is_published=True,
        is_archived=False,
        run_id=made.run_id,
        generated_at=made.generated_at,
        as_of=made.as_of,
        known_round=max(rounds, default=0),
    )


def _addresses(season: int) -> dict[str, Any]:
    url = f"/v1/seasons/{season}"
    return {
        "id": season,
        "url": url,
        "championship_url": f"{url}/championship",
        "events_url": f"/v1/events?season={season}",
    }
