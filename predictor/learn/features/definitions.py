"""The features of the outcome models: what each is, in what unit, and from when it is known.

A model is made for these definitions and no others: `features_digest` stands in its files. A
feature that is computed in another way gets another version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from predictor.fingerprint import digest
from predictor.vocabulary import Horizon

__all__ = [
    "FEATURES",
    "FEATURE_NAMES",
    "FeatureDefinition",
    "features_digest",
    "features_table",
]

_A, _B, _C = Horizon.BEFORE_WEEKEND, Horizon.AFTER_PRACTICE, Horizon.AFTER_QUALIFYING


@dataclass(frozen=True, slots=True)
class FeatureDefinition:
    """One column of a feature table."""

    name: str
    version: int
    unit: str
    group: str
    known: Horizon  # the first at which it can be known; NaN before
    text: str


def _group(
    group: str, *rows: tuple[str, str, Horizon, str], version: int = 1
) -> tuple[FeatureDefinition, ...]:
    return tuple(
        FeatureDefinition(name, version, unit, group, known, text)
        for name, unit, known, text in rows
    )


FEATURES: tuple[FeatureDefinition, ...] = (
    *_group(
        "belief",
        ("strength", "log", _A,
         "expected strength with what the weekend has shown, from the mean of the field"),
        ("strength_sd", "log", _A, "standard deviation of that"),
        ("strength_to_front", "log", _A, "expected strength of the strongest car minus own"),
        ("strength_to_team_mate", "log", _A, "own expected strength minus the team-mate's"),
        ("skill", "log", _A,
         "strength of driver and team alone, without the weekend, from the mean of the field"),
        ("predicted_gap", "%", _A,
         "qualifying gap predicted before the weekend, from the middle of the field"),
        ("pace", "%", _A,
         "pace over one lap with what the weekend has shown, from the middle of the field"),
        ("pace_sd", "%", _A, "standard deviation of that"),
        ("race_form", "%", _A,
         "how far in front of the middle of the field the driver finished in his car of late"),
        version=3,  # newcomers by their car, fading form, less drawn noise, cars out of place
    ),
    *_group(
        "hazard",
        ("hazard", "log odds", _A, "of a retirement, as the filter believes"),
        ("driver_accidents", "share", _A,
         "races of the driver that ended in an accident, minus the field's share, decayed"),
        version=2,  # of the field's mean, raised under new rules
    ),
    *_group(
        "grid",
        ("grid_place", "share", _C, "cars in front on the grid, as a share of the others"),
        ("log_grid", "log", _C, "minus the logarithm of the slot and a half"),
        ("grid_drop", "share", _C,
         "places lost between the order of qualifying times and the grid"),
        ("grid_to_pace", "share", _C,
         "places further back on the grid than pace predicted before the weekend"),
        ("team_mate_grid", "log", _C, "log_grid minus the team-mate's"),
        ("pit_lane_start", "0 or 1", _C, "starts from the pit lane"),
    ),
    *_group(
        "qualifying",
        ("qualifying_gap", "%", _C, "to the best lap of the last segment the driver took part in"),
        ("qualifying_to_team_mate", "%", _C, "that gap minus the team-mate's"),
        ("qualifying_surprise", "%", _C,
         "faster than predicted before the weekend, both from the middle of the field"),
        ("qualifying_slowness", "%", _C,
         "best lap of qualifying behind the best of practice: above nought it rained"),
    ),
    *_group(
        "practice",
        ("practice_gap", "%", _B, "to the middle of the field over all practice"),
        ("practice_to_front", "%", _B, "that gap minus the least of the field"),
        ("practice_to_team_mate", "%", _B, "that gap minus the team-mate's"),
        ("practice_surprise", "%", _B,
         "faster than predicted before the weekend, both from the middle of the field"),
        ("practice_laps", "log", _B, "laps run in practice over those of the middle of the field"),
    ),
    *_group(
        "sprint",
        ("sprint_weekend", "0 or 1", _A, "the event has a sprint"),
        ("sprint_qualifying_gap", "%", _B,
         "as qualifying_gap, of the session that set the sprint's grid"),
        ("sprint_place", "share", _B, "cars in front in the sprint, as a share of the others"),
    ),
    *_group(
        "driver form",
        ("driver_finish_3", "share", _A,
         "mean place among the classified of the last 3 races, .5 first to -.5 last"),
        ("driver_finish_10", "share", _A, "the same of the last 10"),
        ("driver_finish_decayed", "share", _A, "the same, decayed and pulled to the middle"),
        ("driver_finish_spread", "share", _A,
         "standard deviation of it over the last 10, of at least 3"),
        ("driver_gain_5", "share", _A,
         "mean places made up on the grid among the classified of the last 5 races"),
        ("driver_points_5", "share", _A, "mean share of a win's points of the last 5 races"),
        ("driver_podiums_10", "share", _A, "podiums in the last 10 races"),
        ("driver_retired_5", "share", _A, "retirements in the last 5 races"),
        ("driver_finish_gap_5", "%", _A,
         "mean time in front of the middle of the field at the finish of the last 5 races"),
        ("driver_race_lap", "%", _A,
         "best lap of the race in front of the middle of the field, decayed"),
        ("driver_qualifying_5", "%", _A,
         "mean qualifying time in front of the middle of the field of the last 5 races"),
    ),
    *_group(
        "team form",
        ("team_finish_5", "share", _A,
         "mean place among the classified of the team's cars of the last 5 races"),
        ("team_finish_trend", "share", _A, "the same of the last 3 minus that of the last 10"),
        ("team_qualifying_trend", "%", _A,
         "qualifying time in front of the middle, last 3 races minus last 10"),
        ("team_points_10", "share", _A,
         "mean share of a win's points of the team's cars of the last 10 races"),
        ("team_failures_10", "share", _A,
         "starts of the last 10 races that ended in a failure of the car"),
        ("team_race_lap", "%", _A,
         "best lap of the race in front of the middle of the field, decayed"),
    ),
    *_group(
        "standings",
        ("driver_season_points", "share", _A, "points of the season over the leader's, by places"),
        ("team_season_points", "share", _A,
         "points of the season over those of the leading team, by places"),
    ),
    *_group(
        "team-mate",
        ("team_mate_finishes", "share", _A,
         "races finished in front of the team-mate minus a half, decayed"),
        ("team_mate_qualifying", "%", _A, "time in front of the team-mate in qualifying, decayed"),
    ),
    *_group(
        "circuit history",
        ("driver_circuit_finish", "share", _A,
         "places here better than the driver's form then, decayed by visits"),
        ("driver_circuit_starts", "races", _A,
         "the driver's visits with a classified finish, decayed"),
        ("team_circuit_finish", "share", _A, "as driver_circuit_finish, of the team's cars"),
        ("team_circuit_qualifying", "%", _A,
         "qualifying here faster than the team's form then, decayed by visits"),
    ),
    *_group(
        "circuit",
        ("circuit_stickiness", "correlation", _A,
         "how much more than elsewhere the grid decides, as the filter believes"),
        ("circuit_place_changes", "share", _A,
         "places changed in earlier races here, more than elsewhere"),
        ("circuit_retirements", "share", _A,
         "retirements in earlier races here, more than elsewhere"),
        ("circuit_disturbance", "%", _A,
         "mean lap of earlier races here behind the best of the weekend, more than elsewhere"),
        ("race_laps", "laps", _A, "scheduled length of the race"),
    ),
    *_group(
        "calendar",
        ("season_round", "races", _A, "events of the season before this one"),
        ("regulation_age", "years", _A,
         "since the season in which the regulations were new opened"),
        ("days_since_race", "days", _A, "since the last race that is known"),
    ),
    *_group(
        "experience",
        ("driver_starts", "log", _A, "one plus the driver's races, at most 100"),
        ("team_starts", "log", _A, "one plus the driver's races for this team, at most 100"),
    ),
)  # fmt: skip
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)


def features_digest(features: Sequence[FeatureDefinition] = FEATURES) -> str:
    """Give one digest of the names, versions and units, in their order."""
    return digest([(one.name, one.version, one.unit) for one in features])


def features_table() -> str:
    """Give the definitions as the table of ``docs/ml-layer.md``."""
    head = ("feature", "version", "unit", "group", "known at", "what it is")
    rows = [head, ("---",) * len(head)]
    rows += [
        (f"`{one.name}`", str(one.version), one.unit, one.group, f"({one.known.value})", one.text)
        for one in FEATURES
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
