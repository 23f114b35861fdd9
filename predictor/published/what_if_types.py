"""Types of the answer to a what-if: what is asked, and the forecast with and without it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from predictor.published.field_types import Probability, Weights, says
from predictor.vocabulary import Horizon, Scenario

__all__ = ["Chance", "DriverWhatIf", "Expected", "TitleWhatIf", "WhatIf", "WhatIfRace"]

NotNegative = Annotated[float, Meta(ge=0.0)]

_BASE = says("of the published settings")
_CHANGED = says("with the opinion asked about")
_DIFFERENCE = says("changed minus base")
_SE = says(
    "standard error of the difference from the number of simulations alone; small, because both "
    "sides share their random numbers"
)


class Chance(Struct, frozen=True, kw_only=True):
    """One probability with and without the opinion."""

    base: Annotated[Probability, _BASE]
    changed: Annotated[Probability, _CHANGED]
    difference: Annotated[float, _DIFFERENCE]
    se: Annotated[NotNegative, _SE]


class Expected(Struct, frozen=True, kw_only=True):
    """One mean over all simulations, with and without the opinion."""

    base: Annotated[float, _BASE]
    changed: Annotated[float, _CHANGED]
    difference: Annotated[float, _DIFFERENCE]
    se: Annotated[NotNegative, _SE]


class DriverWhatIf(Struct, frozen=True, kw_only=True):
    """One driver of the race; the likeliest winner with the opinion stands first."""

    driver: Annotated[str, says("three-letter code, unique within the event; for display")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    name: Annotated[str, says("full name")]
    team: Annotated[str, says("name of the team in this event")]
    team_id: Annotated[str, says("permanent id of the team")]
    p_win: Annotated[Chance, says("winning the race")]
    p_podium: Annotated[Chance, says("finishing among the first three")]
    p_points: Annotated[Chance, says("finishing in a position that scores over the full distance")]
    expected_position: Annotated[Expected, says("mean position", "position")]


class WhatIfRace(Struct, frozen=True, kw_only=True):
    """One event's race with and without the opinion."""

    event_id: Annotated[str, says("permanent; survives renumbering")]
    name: str
    horizon: Annotated[Horizon, says("what both sides know of the weekend")]
    scenarios: Annotated[dict[Scenario, Probability], says("that were simulated, and how likely")]
    drivers: tuple[DriverWhatIf, ...]


class TitleWhatIf(Struct, frozen=True, kw_only=True):
    """One driver or team in its championship; the likeliest champion with the opinion first."""

    id: Annotated[str, says("driver_id or team_id")]
    code: Annotated[str | None, says("three-letter code of a driver; null for a team")]
    name: str
    p_title: Annotated[Chance, says("being champion")]
    points: Annotated[Expected, says("at the end of the season", "points")]


class WhatIf(Struct, frozen=True, kw_only=True):
    """The answer to a what-if.

    Sim i is the same race on both sides, with the same luck; only the strengths differ. So a
    difference is far less noisy than either side.
    """

    schema_version: Annotated[
        Annotated[str, Meta(pattern=r"^1\.[0-9]+\.[0-9]+$")], says("of the form of this answer")
    ]
    season: Annotated[int, says("year")]
    driver_weights: Annotated[Weights, says("the opinion asked about, by driver_id")]
    team_weights: Annotated[Weights, says("the same by team_id")]
    published_driver_weights: Annotated[Weights, says("that both sides have, as published")]
    published_team_weights: Annotated[Weights, says("the same of teams")]
    n_simulations: Annotated[Annotated[int, Meta(ge=1)], says("per event and scenario")]
    seed: Annotated[int, says("of all random numbers")]
    race: WhatIfRace
    drivers_title: Annotated[tuple[TitleWhatIf, ...], says("empty where titles were not asked for")]
    teams_title: Annotated[tuple[TitleWhatIf, ...], says("empty where titles were not asked for")]
