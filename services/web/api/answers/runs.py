"""What the API says of past runs: what each said, and how two differ."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from predictor.published.field_types import Count, Instant, Probability, says
from services.archive.rows import ForecastRow, RunRow, TitleRow
from services.web.api.answers.shared import Address, Next, Season

__all__ = [
    "DiffAnswer",
    "History",
    "Move",
    "PastForecast",
    "PastTitle",
    "RunItem",
    "Runs",
    "TitleOdds",
]


# Which run it is stands first: fields that may be given by place come before others.
class RunItem(RunRow, frozen=True):
    """A run that published a document, or one of a backfill that could have."""

    id: Annotated[str, says("run_id")]
    url: Address
    document_url: Annotated[str, says("address of the document as it was published")]


class Runs(Struct, frozen=True, kw_only=True):
    """Runs in the order in which they were archived, or the latest first."""

    data: Annotated[tuple[RunItem, ...], says("a row a run")]
    next: Next


class PastForecast(ForecastRow, frozen=True):
    """What one run said of one driver in one race or sprint."""

    id: Annotated[str, says("of the row: run_id.driver_id")]
    run_url: Address


class History(Struct, frozen=True, kw_only=True):
    """How the forecast of an event went: the rows of every run that changed it."""

    event_id: Annotated[str, says("of the event asked for")]
    data: Annotated[tuple[PastForecast, ...], says("a row a driver and run")]
    next: Next


class PastTitle(TitleRow, frozen=True):
    """What one run said of a driver's or a team's title."""

    id: Annotated[str, says("of the row: run_id.subject_id")]
    run_url: Address


class TitleOdds(Struct, frozen=True, kw_only=True):
    """How title odds went, by what was known and then by run, likeliest champion first."""

    season: Season
    kind: Annotated[Literal["driver", "team"], says("whose championship")]
    data: Annotated[tuple[PastTitle, ...], says("a row a driver or team and run")]
    next: Next


class Move(Struct, frozen=True, kw_only=True):
    """One chance in two runs."""

    id: Annotated[str, says("of the row: what.event_id.subject_id")]
    what: Annotated[
        Literal["win", "podium", "driver_title", "team_title"], says("what the chance is of")
    ]
    event_id: Annotated[str | None, says("null for a title")]
    subject_id: Annotated[str, says("driver_id or team_id")]
    name: Annotated[str, says("of the driver or team, for display")]
    before: Annotated[Probability, says("in run a")]
    now: Annotated[Probability, says("in run b")]
    change: Annotated[float, says("now less before")]
    noise: Annotated[
        float,
        says("two standard errors of the change from the number of simulations, at most"),
    ]
    is_beyond_noise: Annotated[bool, says("whether the change is larger than that")]


class DiffAnswer(Struct, frozen=True, kw_only=True):
    """What differs between two runs of a season, the largest change first."""

    season: Season
    a: RunItem
    b: RunItem
    is_same_forecast: Annotated[bool, says("whether every number of the forecasts is the same")]
    has_other_data: Annotated[bool, says("whether the data differ that the runs rested on")]
    has_other_settings: Annotated[
        bool, says("whether settings, constants, weights, seed or number of simulations differ")
    ]
    has_other_code: Annotated[bool, says("whether the program that made them differs")]
    new_results: Annotated[tuple[str, ...], says("event ids of races run between them")]
    files: Annotated[tuple[str, ...], says("that changed in the runs after a, up to b")]
    n_more_files: Annotated[Count, says("files beyond those that the record names")]
    as_of: Annotated[Instant | None, says("nothing later than this was known to b")]
    data: Annotated[tuple[Move, ...], says("a row a chance")]
    next: Next
