"""Types of the season document: one event, its forecast, and its result once it is run."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from predictor.published.field_types import Count, Digest, Instant, Note, Place, Probability, says
from predictor.published.learned_types import EventModel
from predictor.published.score_types import RaceScores
from predictor.vocabulary import (
    EventStatus,
    Horizon,
    RainSource,
    ResultStatus,
    Scenario,
    SessionKind,
    SprintFormat,
)

__all__ = [
    "DriverForecast",
    "Event",
    "EventMetadata",
    "Inputs",
    "Odds",
    "PreSeasonInput",
    "RainForecastInput",
    "RainInput",
    "Result",
    "ResultRow",
    "ScenarioForecast",
    "ScenarioRow",
    "SessionTime",
    "Sprint",
    "SprintDriver",
    "Unweighted",
]

Interval = Annotated[tuple[Place, ...], Meta(min_length=2, max_length=2)]
Positions = Annotated[tuple[Probability, ...], Meta(min_length=2)]
Position = Annotated[float, Meta(ge=1.0)]
Points = Annotated[float, Meta(ge=0.0)]

_P_POINTS = says("finishing in a position that scores over the full distance")
_EXPECTED_POINTS = says(
    "of this race or sprint alone, by the season's rules. What an event still pays is the race's "
    "and expected_sprint_points together",
    "points",
)


class SessionTime(Struct, frozen=True, kw_only=True):
    """When a session of the weekend begins."""

    starts_at: Annotated[Instant, says("UTC")]


class PreSeasonInput(Struct, frozen=True, kw_only=True):
    """How much testing before the season the forecast rests on."""

    tests: Count
    days: Annotated[Count, says("of all tests")]
    drivers: Annotated[Count, says("who set a time or drove a long run")]
    with_long_run: Annotated[Count, says("drivers with a run of eight laps or more")]
    laps: Annotated[Count, says("driven by all of them", "laps")]


class RainForecastInput(Struct, frozen=True, kw_only=True):
    """The forecast of rain that counts."""

    issued_at: Annotated[Instant, says("UTC")]
    by: Annotated[str | None, says("whose it is, as its file says")]
    chance: Annotated[Probability, says("of rain in the race, as issued")]
    weight: Annotated[Probability, says("that it has beside climate and weekend")]


class RainInput(Struct, frozen=True, kw_only=True):
    """How likely a wet race is, and where that comes from."""

    p_wet: Annotated[Probability, says("more than one lap in twenty on rain tyres")]
    source: Annotated[
        RainSource,
        says("climate alone; weekend: its sessions too; forecast: a forecast of rain as well"),
    ]
    climate: Annotated[Probability, says("by the races of earlier seasons alone")]
    wet_sessions: Annotated[
        tuple[SessionKind, ...], says("of the weekend, far slower than its quickest")
    ]
    forecast: Annotated[RainForecastInput | UnsetType, says("the last one issued in time")] = UNSET


class Inputs(Struct, frozen=True, kw_only=True):
    """What a forecast was made from."""

    sessions: Annotated[tuple[SessionKind, ...], says("of its own weekend")]
    grid_from: Annotated[str | None, says("where the grid comes from; null where it is drawn")]
    form_after: Annotated[
        str | None,
        says("event whose race the belief has seen last; null for none of this season"),
    ]
    rain: Annotated[RainInput | UnsetType, says("missing in documents of earlier versions")] = UNSET
    testing: Annotated[
        PreSeasonInput | UnsetType, says("before the season; missing where no file tells of any")
    ] = UNSET


class EventMetadata(Struct, frozen=True, kw_only=True):
    """Which event this is, and what its forecast rests on."""

    event_id: Annotated[str, says("permanent; survives renumbering")]
    round: Annotated[Place, says("place in the calendar, 1-based")]
    date: Annotated[str | None, says("of the race, YYYY-MM-DD; null where it is not known")]
    circuit: Annotated[str | None, says("id of the circuit; null where it is not known")]
    time_zone: Annotated[
        str | None,
        says("IANA name of the circuit's time zone; null where the circuit is not known"),
    ] = None
    sessions: Annotated[
        dict[SessionKind, SessionTime], says("of the weekend, those whose start is known")
    ] = {}
    known_sessions: Annotated[
        tuple[SessionKind, ...] | UnsetType,
        says(
            "of the weekend, those that files tell of, whether or not the forecast looks at them; "
            "missing in documents of earlier versions"
        ),
    ] = UNSET
    status: EventStatus
    sprint: Annotated[SprintFormat | None, says("how its sprint is run; null without one")]
    horizon: Annotated[
        Horizon | None,
        says("a: before the weekend; b: after practice; c: the grid is known; null: no forecast"),
    ]
    as_of: Annotated[Instant | None, says("knowledge cut-off, before the start of the race")]
    inputs: Annotated[Inputs | UnsetType, says("missing without a forecast")] = UNSET
    data_hash: Annotated[
        Digest | UnsetType, says("of everything known before its race; missing without a forecast")
    ] = UNSET
    n_simulations: Annotated[int | UnsetType, says("per scenario")] = UNSET
    mc_se: Annotated[
        Annotated[float, Meta(ge=0.0)] | UnsetType,
        says("upper bound of the standard error of any p_win from the number of simulations"),
    ] = UNSET
    notes: Annotated[tuple[Note, ...], says("what a reader should know of the event")]
    ml: Annotated[
        EventModel | UnsetType, says("with use_ml_layer: what the model did to this forecast")
    ] = UNSET


class Unweighted(Struct, frozen=True, kw_only=True):
    """The same forecast without user weights."""

    p_win: Probability
    p_podium: Probability
    p_points: Annotated[Probability, _P_POINTS]
    expected_position: Position
    expected_points: Annotated[Points, _EXPECTED_POINTS]


class Odds(Struct, frozen=True, kw_only=True):
    """What is forecast of one driver."""

    p_win: Annotated[Probability, says("winning it")]
    p_podium: Annotated[Probability, says("finishing among the first three")]
    p_points: Annotated[Probability, _P_POINTS]
    p_dnf: Annotated[Probability, says("retiring from it")]
    p_position: Annotated[
        Positions,
        says(
            "probability of finishing 1st, 2nd, ... ; retired cars stand behind those that saw "
            "the flag"
        ),
    ]
    expected_position: Annotated[
        Position,
        says("mean position; a race that he does not finish counts as its place behind all who do"),
    ]
    expected_points: Annotated[Points, _EXPECTED_POINTS]
    interval_90: Annotated[
        Interval, says("positions at 5 % and 95 %, places of retirements among them")
    ]
    expected_position_if_finished: Annotated[
        Position | UnsetType | None,
        says("mean position in the races that he finishes; null for one who never finishes"),
    ] = UNSET
    interval_90_if_finished: Annotated[
        Interval | UnsetType | None,
        says(
            "positions at 5 % and 95 % in the races that he finishes; null for one who never "
            "finishes"
        ),
    ] = UNSET


# Whom a row is about stands first: fields that may be given by place come before others.
class ScenarioRow(Odds, frozen=True):
    """One driver's forecast in one scenario."""

    driver: Annotated[str, says("three-letter code, unique within the event; for display")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]


class _WeighedOdds(Odds, frozen=True, kw_only=True):
    """What is forecast of one driver, and what it would be without the user's opinion."""

    unweighted: Annotated[
        Unweighted | UnsetType,
        says("the same forecast without user weights; only when weights are set"),
    ] = UNSET


class SprintDriver(_WeighedOdds, frozen=True):
    """One driver's forecast of a sprint over all scenarios; the likeliest winner stands first."""

    driver: Annotated[str, says("three-letter code, unique within the event; for display")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    name: Annotated[str, says("full name")]
    number: Annotated[int | None, says("on the car; null where it is not known")]
    team: Annotated[str, says("name of the team in this event")]
    team_id: Annotated[str, says("permanent id of the team")]


class DriverForecast(SprintDriver, frozen=True, kw_only=True):
    """One driver's forecast over all scenarios; the likeliest winner stands first."""

    p_fastest_lap_point: Annotated[
        Probability | UnsetType,
        says("fastest lap while in the top ten; only in seasons that pay it"),
    ] = UNSET
    expected_sprint_points: Annotated[
        Points | UnsetType,
        says("expected_points of the sprint; only while it is still to come", "points"),
    ] = UNSET


class ScenarioForecast(Struct, frozen=True, kw_only=True):
    """The forecast given one scenario."""

    probability: Annotated[Probability, says("of the scenario")]
    predictions: Annotated[tuple[ScenarioRow, ...], says("a row per driver")]


class ResultRow(Struct, frozen=True, kw_only=True):
    """What became of one starter."""

    driver: Annotated[str, says("three-letter code")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    position: Annotated[int | None, says("null where the result gives none", "position")]
    status: ResultStatus
    grid: Annotated[int | None, says("where the race was started; null where it is not known")]
    laps: Annotated[int | None, says("driven; null where it is not known", "laps")]
    points: Annotated[float, says("scored in it", "points")]


class Result(Struct, frozen=True, kw_only=True):
    """How a race or sprint ended."""

    winner: Annotated[str | None, says("driver_id; null where nobody started")]
    order: Annotated[tuple[ResultRow, ...], says("the starters, winner first")]


class Sprint(Struct, frozen=True, kw_only=True):
    """The sprint of an event: its forecast before it was run, and its result once it is.

    A learned model has no say in it.
    """

    horizon: Annotated[
        Horizon, says("a: before the weekend; b: after practice; c: the sprint's grid is known")
    ]
    grid_from: Annotated[
        str | None, says("session that set the sprint's grid; null where it is drawn")
    ]
    mc_se: Annotated[
        Annotated[float, Meta(ge=0.0)],
        says("upper bound of the standard error of any p_win from the number of simulations"),
    ]
    predictions: tuple[SprintDriver, ...]
    scenarios: Annotated[dict[Scenario, ScenarioForecast], says("by scenario")]
    result: Annotated[Result | UnsetType, says("once the sprint is run")] = UNSET
    scores: Annotated[
        RaceScores | UnsetType,
        says("of the forecast without user weights, once the sprint is run"),
    ] = UNSET


class Event(Struct, frozen=True, kw_only=True):
    """One event of the calendar."""

    metadata: EventMetadata
    predictions: Annotated[tuple[DriverForecast, ...], says("empty without a forecast")]
    scenarios: Annotated[dict[Scenario, ScenarioForecast], says("by scenario")]
    sprint: Annotated[
        Sprint | UnsetType, says("the sprint's own odds, on weekends that have one")
    ] = UNSET
    result: Annotated[Result | UnsetType, says("once the race is run")] = UNSET
    scores: Annotated[
        RaceScores | UnsetType,
        says("of the forecast without user weights, once the race is run"),
    ] = UNSET
