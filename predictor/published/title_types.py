"""Types of the season document: the championships."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from predictor.published.field_types import Probability, says

__all__ = ["Championship", "DriverTitle", "PointsRange", "TeamTitle"]


class PointsRange(Struct, frozen=True, kw_only=True):
    """Points at the end of the season."""

    current: Annotated[float, says("scored so far", "points")]
    mean: Annotated[
        float,
        says(
            "expected at the end of the season: scored so far, and of every event to come "
            "expected_points with expected_sprint_points, as simulated",
            "points",
        ),
    ]
    p05: Annotated[float, says("5 % of the simulated seasons end with fewer", "points")]
    p50: Annotated[float, says("median of the simulated seasons", "points")]
    p95: Annotated[float, says("95 % of the simulated seasons end with fewer", "points")]


class DriverTitle(Struct, frozen=True, kw_only=True):
    """One driver's chances in the drivers' championship."""

    driver: Annotated[str, says("three-letter code, for display")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    name: Annotated[str, says("full name")]
    team: Annotated[str | None, says("of the driver's latest entry; null where none is known")]
    p_title: Annotated[Probability, says("of being champion")]
    points: PointsRange


class TeamTitle(Struct, frozen=True, kw_only=True):
    """One team's chances in the constructors' championship."""

    team_id: Annotated[str, says("permanent id, the key to join on")]
    team: Annotated[str, says("name of the team")]
    p_title: Annotated[Probability, says("of being champion")]
    points: PointsRange


class Championship(Struct, frozen=True, kw_only=True):
    """Both championships, on the same simulated seasons."""

    drivers: tuple[DriverTitle, ...]
    constructors: tuple[TeamTitle, ...]
