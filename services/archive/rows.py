"""What the archive gives: plain values, one type to a kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Struct

from predictor.published.field_types import says
from predictor.vocabulary import Horizon

__all__ = [
    "HEADLINE",
    "OURS",
    "WEIGHTED",
    "EventRow",
    "ForecastRow",
    "Frozen",
    "Race",
    "ResultRow",
    "RunRow",
    "ScoreRow",
    "Subject",
    "TitleRow",
]

HEADLINE = "all"  # the scenario that is all of them together, as a document's headline is
OURS = "ours"  # the model of a forecast that was published
WEIGHTED = "ours_weighted"  # the same, where the user's weights are in it

Race: TypeAlias = Literal["race", "sprint"]
Subject: TypeAlias = Literal["driver", "team"]


class RunRow(Struct, frozen=True, kw_only=True):
    """A run that published a document, or one of a backfill that could have.

    ``run_no`` is the cursor of `Archive.runs`.
    """

    run_no: Annotated[int, says("grows with every run that is archived")]
    run_id: Annotated[str, says("permanent")]
    season: Annotated[int, says("year")]
    published_at: Annotated[str, says("RFC 3339, UTC")]
    as_of: Annotated[
        str | None,
        says("knowledge cut-off of the document; null before a season in which nothing was run"),
    ]
    trigger: Annotated[str, says("what made the run begin")]
    outcome: Annotated[str, says("of the run, as its record tells it")]
    known_round: Annotated[int, says("of the last race that had been run; 0 before the first")]
    changed: Annotated[tuple[str, ...], says("files that changed since the run before")]
    n_more: Annotated[int, says("changed files beyond those that the record names")]
    predictions_sha256: Annotated[str, says("of the document's predictions")]
    document_sha256: Annotated[str, says("of the document's file")]
    is_backfill: Annotated[bool, says("whether it was made afterwards, from what was known then")]
    horizon: Annotated[
        Horizon,
        says(
            "of a backfill the one that it stopped at, else the latest that a forecast was allowed"
        ),
    ]
    n_sims: Annotated[int, says("per event and scenario")]
    seed: Annotated[int, says("of all random numbers")]
    weights_used: Annotated[bool, says("whether a user's opinion is in it")]
    ml: Annotated[bool, says("whether a learned model was allowed a say")]
    code_version: Annotated[str, says("version, and the beginning of the digest of the code")]
    config_hash: Annotated[str, says("of everything a forecast depends on beside the data")]
    data_hash: Annotated[str, says("of all files it rests on")]


class EventRow(Struct, frozen=True, kw_only=True):
    """An event, as the last document of its season tells it.

    Instants are RFC 3339, UTC; None where they are not known.
    """

    event_id: str
    season: int
    round: int
    name: str
    status: str
    date: str | None
    starts_at: str | None
    sprint_starts_at: str | None
    time_zone: str | None


class TitleRow(Struct, frozen=True, kw_only=True):
    """What one run said of a driver's or a team's title."""

    run_no: Annotated[int, says("of the run that said it")]
    run_id: Annotated[str, says("of the run that said it")]
    as_of: Annotated[str | None, says("knowledge cut-off of that run")]
    known_round: Annotated[int, says("of the last race that had been run; 0 before the first")]
    subject_id: Annotated[str, says("driver_id or team_id")]
    code: Annotated[str, says("three letters, for display; empty for a team")]
    name: Annotated[str, says("full name of the driver, or name of the team")]
    p_title: Annotated[float, says("of being champion")]
    points_now: Annotated[float, says("scored by then", "points")]
    points_mean: Annotated[float, says("expected at the end of the season", "points")]
    points_p05: Annotated[float, says("5 % of the simulated seasons end with fewer", "points")]
    points_p95: Annotated[float, says("95 % of the simulated seasons end with fewer", "points")]


class ForecastRow(Struct, frozen=True, kw_only=True):
    """What one run said of one driver in one race or sprint."""

    run_no: Annotated[int, says("of the run that said it")]
    run_id: Annotated[str, says("of the run that said it")]
    as_of: Annotated[str | None, says("knowledge cut-off of the forecast")]
    is_live: Annotated[
        bool,
        says(
            "whether it was published before the session that ends its horizon had begun; else "
            "it was made afterwards, from what was known then"
        ),
    ]
    event_id: Annotated[str, says("permanent; survives renumbering")]
    session: Annotated[Race, says("what is forecast")]
    horizon: Annotated[
        Horizon, says("a: before the weekend; b: after practice; c: the grid is known")
    ]
    scenario: Annotated[str, says("all: the headline; or dry, wet, safety_car")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    code: Annotated[str, says("three letters, for display")]
    name: Annotated[str, says("full name")]
    team_id: Annotated[str | None, says("in this event; null where it is not known")]
    p_win: Annotated[float, says("winning it")]
    p_podium: Annotated[float, says("finishing among the first three")]
    p_points: Annotated[float, says("finishing where a full distance scores")]
    p_dnf: Annotated[float, says("retiring from it")]
    expected_position: Annotated[
        float, says("mean; a race that he does not finish counts as behind all who do")
    ]
    expected_points: Annotated[float, says("of this race or sprint alone", "points")]
    q05: Annotated[int, says("position at 5 %, places of retirements among them")]
    q95: Annotated[int, says("position at 95 %, places of retirements among them")]
    p_position: Annotated[tuple[float, ...], says("of finishing 1st, 2nd, ...")]


class ResultRow(Struct, frozen=True, kw_only=True):
    """What became of one starter, by one revision of a result.

    Attributes
    ----------
    revision : int
        1-based; a result that changes, by a penalty or a correction, gets the next one.
    seen_at : str
        When the document that first had this revision was published.
    place : int
        Order in the result, winner first; ``position`` is None where the result gives none.
    """

    event_id: str
    session: Race
    revision: int
    place: int
    driver_id: str
    code: str
    name: str
    position: int | None
    status: str
    grid: int | None
    laps: int | None
    points: float
    seen_at: str


class ScoreRow(Struct, frozen=True, kw_only=True):
    """One score of one forecast that stood before its race.

    Attributes
    ----------
    run_no : int or None
        Whose forecast it is; None for a reference model.
    model : str
        `OURS`, `WEIGHTED`, or the name of a reference model.
    metric : str
        As in `predictor.evaluate.summary.SUMMARY_METRICS`.
    """

    run_no: int | None
    event_id: str
    session: Race
    season: int
    round: int
    horizon: Horizon
    result_revision: int
    model: str
    metric: str
    value: float


Frozen: TypeAlias = Mapping[Horizon, tuple[ForecastRow, ...]]
