"""What the API says of seasons."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from predictor.published.field_types import Count, Instant, says
from predictor.published.title_types import DriverTitle, TeamTitle
from services.web.api.answers.shared import Address, MadeFrom, Season

__all__ = ["ChampionshipAnswer", "SeasonRow", "Seasons"]


class SeasonRow(Struct, frozen=True, kw_only=True):
    """A season that is published or archived."""

    id: Season
    url: Annotated[str, says("address of the season's document, as it was published")]
    championship_url: Address
    events_url: Address
    is_published: Annotated[bool, says("whether its document lies in the output folder")]
    is_archived: Annotated[bool, says("whether the archive holds runs of it")]
    run_id: Annotated[str, says("of the run that published the document")]
    generated_at: Annotated[Instant, says("when that run ended")]
    as_of: Annotated[Instant | None, says("nothing later than this was known")]
    known_round: Annotated[Count, says("of the last race that had been run; 0 before the first")]


class Seasons(Struct, frozen=True, kw_only=True):
    """All seasons, the latest first."""

    default_season: Annotated[Season | None, says("of the front page; null: none is published")]
    has_all_archived: Annotated[
        bool,
        says("false: the archive cannot be used, and seasons that only it has are missing here"),
    ]
    data: Annotated[tuple[SeasonRow, ...], says("a row a season")]


class ChampionshipAnswer(Struct, frozen=True, kw_only=True):
    """Both championships of a season, on the same simulated seasons."""

    id: Season
    url: Address
    made_from: MadeFrom
    drivers: Annotated[tuple[DriverTitle, ...], says("as the document has them")]
    constructors: Annotated[tuple[TeamTitle, ...], says("as the document has them")]
