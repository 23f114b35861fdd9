"""Types of a told race: one simulated race lap by lap, and the races that it was chosen from."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from predictor.published.event_types import SprintDriver
from predictor.published.field_types import Count, Digest, Place, Probability, Weights, says
from predictor.published.told_happenings import Cause, Flag, Happening, Served, Stop, Track
from predictor.vocabulary import Compound, Horizon, Scenario

__all__ = [
    "CarOnLap",
    "Finisher",
    "GapBand",
    "GapBands",
    "Lap",
    "LeaderOdds",
    "LeaderOnLap",
    "Range",
    "Stint",
    "ToldRace",
    "Typicality",
]

Version = Annotated[str, Meta(pattern=r"^1\.[0-9]+\.[0-9]+$")]
NotNegative = Annotated[float, Meta(ge=0.0)]
Bounded = Annotated[tuple[NotNegative | None, ...], says("a gap for every quantile", "s")]


class ToldEvent(Struct, frozen=True, kw_only=True):
    """Which race it is of."""

    event_id: str
    name: str
    season: int
    round: int | None
    date: str | None
    circuit: str | None
    session: Literal["race", "sprint"]
    horizon: Annotated[Horizon, says("the latest point that was known")]
    grid_from: Annotated[str | None, says("null where the grid is drawn")]


class ToldSettings(Struct, frozen=True, kw_only=True):
    """What the races were simulated with."""

    seed: Annotated[int, Meta(ge=0)]
    num_simulations: Annotated[Annotated[int, Meta(ge=1)], says("per scenario")]
    scenarios: Annotated[
        dict[Scenario, Probability], says("those simulated, and their probabilities")
    ]
    driver_weights: Weights
    team_weights: Weights
    use_bayesian: bool
    inputs_digest: Digest
    code_digest: Digest


class Told(Struct, frozen=True, kw_only=True):
    """Which of the races is told."""

    sim: Annotated[Count, says("its number, from 0; the same race of the forecast")]
    scenario: Scenario
    chosen: Literal["typical in order and stops", "asked for"]


class Conditions(Struct, frozen=True, kw_only=True):
    """How the track is."""

    at_start: Track
    crossover_laps: Annotated[
        tuple[Place, ...],
        says("from which on it is wet where it was dry, or dry where it was wet", "laps"),
    ]


class FastestLap(Struct, frozen=True, kw_only=True):
    """Whose it is."""

    driver: str
    lap: Place
    lap_time_s: float
    next_best: str | None
    margin_s: Annotated[float | None, says("to the next best", "s")]


class Stint(Struct, frozen=True, kw_only=True):
    """Laps driven on one set of tyres."""

    compound: Compound
    first_lap: Place
    last_lap: Place


class Finisher(Struct, frozen=True, kw_only=True):
    """What became of one car."""

    position: Place
    driver: Annotated[str, says("three-letter code")]
    driver_id: str
    name: str
    team: str
    grid: Place
    status: Literal["finished", "retired"]
    cause: Cause | None
    retired_on_lap: int | None
    laps: Annotated[Count, says("driven", "laps")]
    laps_down: int | None
    gap_s: Annotated[
        float | None,
        says("to the winner, with penalties added at the flag; null for the retired", "s"),
    ]
    penalty_s: Annotated[NotNegative, says("0 without one", "s")]
    penalty_served: Annotated[
        Served | None, says("null without one, or for one who retired before")
    ]
    stops: tuple[Stop, ...]
    stints: tuple[Stint, ...]


class Totals(Struct, frozen=True, kw_only=True):
    """What there was of it in the whole race."""

    passes: Count
    stops: Count
    retirements: Count
    safety_cars: Count
    vscs: Count
    red_flags: Count
    neutralised_laps: Annotated[Count, says("behind a safety car or a virtual one", "laps")]
    penalties: Count


class CarOnLap(Struct, frozen=True, kw_only=True):
    """One car at the line."""

    driver: str
    position: Place
    time_s: Annotated[float, says("since the start, by the model's clock", "s")]
    lap_time_s: float
    gap_s: Annotated[NotNegative, says("to the leader", "s")]
    compound: Compound
    tyre_age_laps: Count
    stopped: Annotated[bool, says("tyres were changed on this lap")]


class Lap(Struct, frozen=True, kw_only=True):
    """One lap."""

    lap: Place
    flag: Flag
    cars: Annotated[
        tuple[CarOnLap, ...], says("those that finished the lap, in their order on the road")
    ]


class Race(Struct, frozen=True, kw_only=True):
    """The race that is told."""

    n_laps: Place
    reference_lap_s: Annotated[
        float,
        says("the circuit's length at the speed of its past races; no lap that was driven", "s"),
    ]
    track: Conditions
    grid: Annotated[tuple[str, ...], says("codes, pole first")]
    happenings: tuple[Happening, ...]
    fastest_lap: Annotated[FastestLap | None, says("null where no lap was timed")]
    result: tuple[Finisher, ...]
    totals: Totals
    laps: tuple[Lap, ...]


class Range(Struct, frozen=True, kw_only=True):
    """How the told race lies among all of its scenario."""

    told: float | None
    mean: float | None
    p05: Annotated[float | None, says("5 % of the races have less")]
    p95: Annotated[float | None, says("95 % of the races have less")]


class Typicality(Struct, frozen=True, kw_only=True):
    """How typical the told race is."""

    places_from_expected: Annotated[Range, says("mean distance of places from mean places")]
    share_of_races_nearer: Probability
    winner: str
    p_win_of_winner: Annotated[Probability, says("share of the races of its scenario")]
    retirements: Range
    passes: Range
    stops_per_car: Range
    safety_cars: Range
    vscs: Range
    red_flags: Range
    neutralised_laps: Range
    winning_margin_s: Range


class GapBand(Struct, frozen=True, kw_only=True):
    """One driver's gap to the leader in many races."""

    driver: str
    gap_s: Annotated[
        tuple[Bounded, ...], says("a row per lap from 1; null where no race has the car running")
    ]


class GapBands(Struct, frozen=True, kw_only=True):
    """Gaps to the leader in many races, for the first cars of the told one."""

    n_races: Place
    quantiles: tuple[Probability, ...]
    drivers: tuple[GapBand, ...]


class LeaderOnLap(Struct, frozen=True, kw_only=True):
    """Chances to win after one lap, knowing only who leads."""

    lap: Place
    leader: Annotated[str, says("of the told race after the lap")]
    n_races: Annotated[Place, says("in which the same driver leads then")]
    p_win: Annotated[
        tuple[Probability, ...], says("share of these that each driver wins, as in drivers")
    ]


class LeaderOdds(Struct, frozen=True, kw_only=True):
    """Chances to win, lap by lap, of races that have the leader of the told one."""

    n_races: Annotated[Place, says("all races that were looked at")]
    drivers: Annotated[tuple[str, ...], says("codes, as the told race ends")]
    laps: tuple[LeaderOnLap, ...]


class ToldRace(Struct, frozen=True, kw_only=True, tag="simulated_race", tag_field="kind"):
    """A simulated event: one race told, and all it was chosen from."""

    schema_version: Version
    event: ToldEvent
    settings: ToldSettings
    told: Told
    race: Race
    typicality: Typicality
    distribution: Annotated[
        tuple[SprintDriver, ...], says("odds of all races, as in the season document")
    ]
    gap_bands: Annotated[GapBands | None, says("null where they were not wanted")]
    leader_odds: Annotated[
        LeaderOdds | UnsetType | None,
        says("null where they were not wanted; missing in files of earlier versions"),
    ] = UNSET
