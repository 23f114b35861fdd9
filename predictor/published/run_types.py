"""Types of the season document: runs, the one that made it and those before."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from predictor.published.field_types import Count, Instant, says

__all__ = ["ChangedInput", "Recomputed", "Run", "RunEntry"]

MOST_LISTED = 50  # runs in one document
MAX_COUNTER = 2**53  # the largest number that every reader of JSON agrees on

Seconds = Annotated[float, Meta(ge=0.0)]


class Run(Struct, frozen=True, kw_only=True):
    """The run that made the document; volatile."""

    run_id: Annotated[str, says("as in the history of runs")]
    duration_s: Annotated[Seconds, says("wall clock", "s")]
    stages_run: Annotated[Count, says("stages that were computed")]
    stages_reused: Annotated[Count, says("stages whose stored result was used")]
    stage_seconds: Annotated[dict[str, Seconds], says("of fits that were computed", "s")] = {}
    host: Annotated[dict[str, str | int], says("the machine")]


class ChangedInput(Struct, frozen=True, kw_only=True):
    """A file whose content changed, or how many more there are."""

    file: str | UnsetType = UNSET
    old: Annotated[str | UnsetType | None, says("digest; null for a new file")] = UNSET
    new: Annotated[str | UnsetType | None, says("digest; null for a file that is gone")] = UNSET
    more: Annotated[Count | UnsetType, says("files beyond those listed")] = UNSET


class Recomputed(Struct, frozen=True, kw_only=True):
    """Events that were forecast anew for one cause."""

    cause: str
    events: Annotated[tuple[str, ...], says("event ids")] = ()


class RunEntry(Struct, frozen=True, kw_only=True):
    """One run in the history; entries of earlier versions may lack some fields."""

    counter: Annotated[
        Annotated[int, Meta(ge=0, lt=MAX_COUNTER)], says("number of the run in its folder")
    ]
    run_id: Annotated[str | UnsetType, says("random, of its own")] = UNSET
    output: Annotated[str | UnsetType, says("file name of the document")] = UNSET
    started: Annotated[Instant | UnsetType, says("UTC")] = UNSET
    ended: Annotated[Instant | UnsetType, says("UTC")] = UNSET
    duration_s: Annotated[Seconds | UnsetType, says("wall clock", "s")] = UNSET
    trigger: Annotated[str | UnsetType, says("what asked for the run")] = UNSET
    changed_inputs: Annotated[
        tuple[ChangedInput, ...] | UnsetType, says("files, since the run before")
    ] = UNSET
    races_processed: Annotated[Count | UnsetType, says("events with a forecast")] = UNSET
    races_succeeded: Count | UnsetType = UNSET
    races_failed: Count | UnsetType = UNSET
    stages_run: Count | UnsetType = UNSET
    stages_reused: Count | UnsetType = UNSET
    races_recomputed: Annotated[
        tuple[Recomputed, ...] | UnsetType, says("those that share a cause together")
    ] = UNSET
    data_hash: Annotated[str | UnsetType, says("of the data the run rested on")] = UNSET
    configuration: Annotated[
        dict[str, Any] | UnsetType, says("what a forecast depends on beside the data")
    ] = UNSET
    outcome: Annotated[
        str | UnsetType,
        says("published, unchanged, failed or cancelled; of a training: the model and its fate"),
    ] = UNSET
    result_before: Annotated[
        str | UnsetType | None,
        says("digest of the document outside its volatile fields, before the run"),
    ] = UNSET
    result_after: Annotated[str | UnsetType | None, says("the same after the run")] = UNSET
    error: Annotated[str | UnsetType | None, says("why the run failed")] = UNSET
    explanation: Annotated[
        Annotated[str, Meta(pattern="^[0-9a-f]{16}$")] | UnsetType | None,
        says("names the record of why every stage ran or was reused; null: none was kept"),
    ] = UNSET
