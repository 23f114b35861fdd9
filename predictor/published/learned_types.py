"""Types of the season document: the part that a learned model has in it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from predictor.published.field_types import Count, Note, says
from predictor.vocabulary import Horizon

__all__ = [
    "Candidate",
    "Drift",
    "DriftAlarm",
    "EventModel",
    "LearnedModel",
    "ModelWeight",
    "PlaceLogLoss",
]

Weight = Annotated[float, Meta(ge=0.0, le=0.3)]
NotNegative = Annotated[float, Meta(ge=0.0)]


class PlaceLogLoss(Struct, frozen=True, kw_only=True):
    """Mean over starters of -log P(own place)."""

    filter: Annotated[float, says("the forecast without the layer", "nats")]
    model: Annotated[float, says("the model alone", "nats")]
    grid: Annotated[float, says("the grid baseline", "nats")]


class ModelWeight(Struct, frozen=True, kw_only=True):
    """A model's weight and the evidence for it, on races the model had not seen."""

    weight: Annotated[
        Weight, says("of the model in the log-linear pool with the simulated forecast")
    ]
    best_weight: Annotated[
        Weight,
        says(
            "with the largest mean gain of those that cost nothing on the winner, whether or not "
            "it is used"
        ),
    ]
    gain: Annotated[float, says("mean gain of that weight in place log loss over none", "nats")]
    se: Annotated[
        NotNegative,
        says(
            "its standard error, paired by race; the weight is 0 unless the gain is larger",
            "nats",
        ),
    ]
    winner_gain: Annotated[
        NotNegative,
        says(
            "mean gain of that weight in the winner's log loss; one that costs there is not chosen",
            "nats",
        ),
    ] = 0.0
    n: Annotated[Count, says("races")]


class EventModel(ModelWeight, frozen=True, kw_only=True):
    """What the model did to one event's forecast; knows earlier races only."""

    reason: Annotated[str | None, says("why the model was not asked; null where it was")]
    place_log_loss: Annotated[
        PlaceLogLoss | UnsetType | None, says("once the race is run, if it was scored")
    ] = UNSET


class ModelName(Struct, frozen=True, kw_only=True):
    """Which model it is; all null where none can be used."""

    model: str | None
    version: str | None
    kind: str | None
    digest: Annotated[str | None, says("of the manifest of all its files")]
    trained_until: Annotated[
        str | None, says("date of the last race it has seen; it has no say in races up to then")
    ]
    shipped: Annotated[bool | None, says("whether it came with the product")]


class Candidate(ModelName, frozen=True, kw_only=True):
    """A version that runs in the shadow of the one that serves, and moves no forecast."""

    n: Annotated[Count, says("races")]
    gain: Annotated[
        float | None,
        says(
            "mean place log loss of the model that serves minus the candidate's, on this "
            "season's races",
            "nats",
        ),
    ]
    se: Annotated[float | None, says("its standard error", "nats")]


class DriftAlarm(Struct, frozen=True, kw_only=True):
    """One feature that has drifted."""

    name: Annotated[str, says("of the feature")]
    statistic: Literal["psi", "ks", "unknown"]
    value: Annotated[float, says("in this season")]
    usual: Annotated[float, says("the largest of any season of the training data")]
    p: Annotated[float, says("probability of so large a value for any feature in a season")]


class Drift(Struct, frozen=True, kw_only=True):
    """How the features of the season's latest races compare with the training data."""

    season: int
    n_races: int
    n_seasons: Annotated[int, says("of the training data")]
    psi_max: Annotated[
        float,
        says(
            "largest population stability index of the features where it is larger than in every "
            "season of the training data"
        ),
    ]
    ks_max: Annotated[float, says("largest Kolmogorov-Smirnov distance")]
    unknown_max: Annotated[float, says("largest difference in the share of cars without a value")]
    psi_feature: Annotated[str, says("whose the largest index is")]
    alarms: Annotated[tuple[DriftAlarm, ...], says("one per feature that has drifted")]
    note: Annotated[str, says("why there was no test")]


class LearnedModel(ModelName, frozen=True, kw_only=True):
    """The model that serves, its weight and what that rests on."""

    weights: Annotated[
        dict[Horizon, ModelWeight],
        says(
            "by horizon, after every race that is known, empty where the model is asked about no "
            "event; an event's own, in its metadata, knows earlier races only"
        ),
    ]
    races_scored: Annotated[Count, says("of this season")]
    place_log_loss: Annotated[PlaceLogLoss | None, says("over the races scored; null without one")]
    candidate: Annotated[Candidate | None, says("null where none waits")]
    drift: Annotated[Drift | None, says("null where no model serves")]
    new_regulations: Annotated[bool, says("whether the season's technical rules are new")]
    notes: Annotated[tuple[Note, ...], says("what a reader should know of the model")]
