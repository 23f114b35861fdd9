"""What the archive gives: plain values, one type to a kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

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

    Attributes
    ----------
    run_no : int
        Grows with every run that is archived; the cursor of `Archive.runs`.
    published_at : str
        RFC 3339, UTC.
    as_of : str or None
        Knowledge cut-off of the document; None before a season in which nothing was run.
    known_round : int
        Round of the last race that had been run; 0 before the first.
    changed : tuple of str
        Files that changed since the run before; ``n_more`` beyond those that the record names.
    horizon : str
        Of a backfill the one that it stopped at, else the latest that a forecast was allowed.
    """

    run_no: int
    run_id: str
    season: int
    published_at: str
    as_of: str | None
    trigger: str
    outcome: str
    known_round: int
    changed: tuple[str, ...]
    n_more: int
    predictions_sha256: str
    document_sha256: str
    is_backfill: bool
    horizon: Horizon
    n_sims: int
    seed: int
    weights_used: bool
    ml: bool
    code_version: str
    config_hash: str
    data_hash: str


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
    """What one run said of a driver's or a team's title.

    ``code`` is empty for a team. Points are those scored by then and, as simulated, those at the
    end of the season: their mean, and the bounds that 5 % of the seasons end below and above.
    """

    run_no: int
    run_id: str
    as_of: str | None
    known_round: int
    subject_id: str
    code: str
    name: str
    p_title: float
    points_now: float
    points_mean: float
    points_p05: float
    points_p95: float


class ForecastRow(Struct, frozen=True, kw_only=True):
    """What one run said of one driver in one race or sprint.

    Attributes
    ----------
    is_live : bool
        Whether it was published before the session that ends its horizon had begun. Else it was
        made afterwards, from what was known then.
    scenario : str
        `HEADLINE`, or one of ``dry``, ``wet`` and ``safety_car``.
    q05, q95 : int
        Positions at 5 % and 95 %, places of retirements among them.
    p_position : tuple of float
        Of finishing 1st, 2nd, ...
    """

    run_no: int
    run_id: str
    as_of: str | None
    is_live: bool
    event_id: str
    session: Race
    horizon: Horizon
    scenario: str
    driver_id: str
    code: str
    name: str
    team_id: str | None
    p_win: float
    p_podium: float
    p_points: float
    p_dnf: float
    expected_position: float
    expected_points: float
    q05: int
    q95: int
    p_position: tuple[float, ...]


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
