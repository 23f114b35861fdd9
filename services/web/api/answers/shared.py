"""What several answers of the API have in common."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from predictor.published.field_types import Instant, says

__all__ = ["MOST_ROWS", "Address", "MadeFrom", "Next", "Season"]

MOST_ROWS = 500  # of one answer

Season = Annotated[int, Meta(ge=1950, le=2100), says("year")]
Address = Annotated[str, says("address on this server")]
Next = Annotated[str | None, says("address of the next rows; null: these are the last")]


class MadeFrom(Struct, frozen=True, kw_only=True):
    """The published forecast that an answer is made from."""

    season: Season
    run_id: Annotated[str, says("of the run that published it")]
    generated_at: Annotated[Instant, says("when that run ended")]
    as_of: Annotated[Instant | None, says("nothing later than this was known")]
