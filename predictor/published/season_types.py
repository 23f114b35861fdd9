"""The season document as a type: what a forecast knows by itself, and what publishing adds."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from predictor.notes import NoteKind
from predictor.published.event_types import Event
from predictor.published.field_types import Count, Digest, Instant, Note, Weights, says
from predictor.published.learned_types import LearnedModel
from predictor.published.run_types import MOST_LISTED, Run, RunEntry
from predictor.published.score_types import MeanScores
from predictor.published.title_types import Championship
from predictor.vocabulary import Backend, Horizon, Scenario

__all__ = [
    "Fit",
    "ForecastMetadata",
    "Metadata",
    "NoteDetail",
    "PassedOver",
    "Point",
    "Rejection",
    "SeasonDocument",
    "SeasonForecast",
    "Source",
]

Version = Annotated[str, Meta(pattern=r"^1\.[0-9]+\.[0-9]+$")]


class Source(Struct, frozen=True, kw_only=True):
    """Where data comes from."""

    name: str
    licence: Annotated[str | None, says("null where none is told")]


class Rejection(Struct, frozen=True, kw_only=True):
    """A file that could not be used."""

    file: str
    reason: str


class NoteDetail(Struct, frozen=True, kw_only=True):
    """One of the notes in its parts; notes has where and text as one sentence."""

    kind: Annotated[NoteKind, says("what it is about; kinds are added, never renamed")]
    text: Annotated[str, says("what a person reads")]
    where: Annotated[str, says("a file, a place in it or an event; empty: the season")]
    do: Annotated[str, says("what to do about it; empty: nothing, or the text says it")]


class PassedOver(Struct, frozen=True, kw_only=True):
    """A file of data in a form that is not read."""

    file: str
    do: Annotated[str, says("what to do about it")]


class Fit(Struct, frozen=True, kw_only=True):
    """One fit of the sampled posterior, and whether it can be believed."""

    fit: Annotated[str, says("the season before, or the event of its last race")]
    accepted: Annotated[bool, says("false: forecasts go on with the belief of the online filter")]
    races: Annotated[tuple[str, ...], says("event ids of the races it rests on")]
    r_hat_max: Annotated[float, says("largest of all parameters; 1 is best")]
    ess_min: Annotated[float, says("smallest effective sample size", "draws")]
    divergences: Annotated[int, says("steps of the sampler that went astray")]
    draws: Annotated[int, says("of all chains; 0: nothing was drawn")]
    chains: int
    n_parameters: Annotated[int, says("quantities that were judged; padding is none")]
    complaints: Annotated[tuple[str, ...], says("why it was not accepted")]


class Point(Struct, frozen=True, kw_only=True):
    """The last day or the last round of which sessions are known: one of the two."""

    date: Annotated[str | UnsetType, says("YYYY-MM-DD, where a day was named")] = UNSET
    round: Annotated[Count | UnsetType, says("where one was named; 0: before all")] = UNSET


class ForecastMetadata(Struct, frozen=True, kw_only=True):
    """What the forecast knows of itself: a function of data, configuration and code."""

    season: Annotated[int, says("year")]
    as_of: Annotated[Instant | None, says("nothing later than this was known")]
    status: Annotated[
        Literal["complete", "partial", "degraded"],
        says(
            "complete: every event is run; partial: some are still to come; degraded: a file was "
            "rejected or an old copy is in use"
        ),
    ]
    notes: Annotated[tuple[Note, ...], says("what a reader should know")]
    note_details: Annotated[
        tuple[NoteDetail, ...],
        says("the same notes, one by one in the same order, for programs that decide on them"),
    ] = ()
    num_simulations: Annotated[Annotated[int, Meta(ge=1)], says("per event and scenario")]
    use_bayesian: Annotated[bool, says("whether forecasts rest on full fits of the season")]
    use_ml_layer: Annotated[bool, says("whether a learned model may tilt forecasts")]
    driver_weights: Annotated[Weights, says("the user's opinion, by driver")]
    team_weights: Annotated[Weights, says("the user's opinion, by team")]
    scenarios: Annotated[
        Annotated[tuple[Scenario, ...], Meta(min_length=1)], says("that were simulated")
    ]
    horizon: Annotated[Horizon, says("the latest horizon a forecast was allowed")]
    seed: Annotated[int, says("of all random numbers")]
    backend: Annotated[Backend, says("what simulated the races")]
    sources: Annotated[tuple[Source, ...], says("whose data it rests on")]
    fits: Annotated[
        tuple[Fit, ...] | UnsetType,
        says(
            "with use_bayesian: every fit of the sampled posterior, in the order in which "
            "forecasts came to rest on them; how long each took is in run.stage_seconds"
        ),
    ] = UNSET
    ml_layer: Annotated[
        LearnedModel | UnsetType,
        says(
            "with use_ml_layer: the model that serves, its weight and what that rests on; all "
            "names null where no model can be used"
        ),
    ] = UNSET


class _Files(ForecastMetadata, frozen=True, kw_only=True):
    """What publishing adds of files, code and runs."""

    data_hash: Annotated[Digest, says("of all files it rests on, whatever their names")]
    config_hash: Annotated[Digest, says("of everything a forecast depends on beside the data")]
    code_version: Annotated[str, says("version, and the beginning of the digest of the code")]
    predictions_sha256: Annotated[
        Annotated[str, Meta(pattern="^[0-9a-f]{64}$")],
        says("of predictions, as they stand in the document"),
    ]
    rejected: Annotated[tuple[Rejection, ...], says("files that could not be used")]
    stale_inputs: Annotated[
        tuple[str, ...], says("rejected files whose last good content is in use")
    ]
    passed_over: Annotated[
        tuple[PassedOver, ...],
        says("files of data in a form that is not read, by their names, and what to do"),
    ] = ()
    known_until: Annotated[
        Point | UnsetType,
        says("with --as-of: sessions later than that were not looked at"),
    ] = UNSET
    training_history: Annotated[
        Annotated[tuple[RunEntry, ...], Meta(max_length=MOST_LISTED)],
        says("the last runs of this document; volatile"),
    ]
    run: Run


# The times stand first in the document: fields that may be given by place come before others.
class Metadata(_Files, frozen=True):
    """What the document says of itself."""

    generated_at: Annotated[Instant, says("when the run ended; volatile")]
    training_time: Annotated[Instant, says("when the run began; volatile")]


class SeasonForecast(Struct, frozen=True, kw_only=True):
    """A season's forecast before it is published: without files, code and clock."""

    schema_version: Version
    metadata: ForecastMetadata
    championship: Championship
    scores: dict[Horizon, MeanScores]
    sprint_scores: dict[Horizon, MeanScores] = {}
    predictions: dict[str, Event]


class SeasonDocument(Struct, frozen=True, kw_only=True):
    """One document a season, replaced whole.

    Fields are only ever added within a major schema_version. null means unknown, 0 means zero.
    Volatile fields, which differ between runs on the same data: metadata.generated_at,
    training_time, training_history, run.
    """

    schema_version: Version
    metadata: Metadata
    championship: Championship
    scores: Annotated[
        dict[Horizon, MeanScores],
        says(
            "by horizon: mean scores of the races already run, each forecast before its race and "
            "without user weights"
        ),
    ]
    sprint_scores: Annotated[
        dict[Horizon, MeanScores],
        says("the same of sprints, apart: a sprint is a third of a race and has no stops"),
    ] = {}
    predictions: Annotated[dict[str, Event], says("by event name, in calendar order")]
