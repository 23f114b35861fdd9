"""What a build came to: all that publishing and recording it needs, and plain enough to send."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from predictor.graph.plan import Decision, KeyParts
from predictor.notes import Note
from predictor.published.run_types import ChangedInput

__all__ = ["Built", "Unchanged", "count_run"]


class Built(msgspec.Struct, frozen=True, tag="built"):
    """A document that was computed, before anything of it is published."""

    season: int
    code: str  # digest of the code that computed it
    core: bytes  # the library's document as JSON
    run_key: str  # equal keys give equal documents, see `services.engine.run_key`
    n_histories: int  # folders of earlier seasons to look at to see whether anything changed
    data_hash: str
    inputs: dict[str, str]  # file -> digest; the earlier seasons count as one file
    rejected: tuple[tuple[str, str], ...]  # file, reason
    stale: tuple[str, ...]  # rejected files whose last good bytes are in use
    notes: tuple[Note, ...]  # about the inputs, for the document's readers
    good: dict[str, str]  # the next last-good table
    is_good_kept: bool  # it is the one on the disk
    nodes: dict[str, KeyParts]  # for the next run's reasons
    decisions: dict[str, Decision]
    changed_inputs: tuple[ChangedInput, ...] = ()  # since the last run, for the record
    store_notes: tuple[str, ...] = ()
    stage_seconds: dict[str, float] = {}  # of fits that were computed
    seconds: dict[str, float] = {}  # of every stage that was computed
    not_read: tuple[tuple[str, str], ...] = ()  # file, what to do: data in a form not read
    not_kept: str = ""  # which last good bytes the disk refused, and why


class Unchanged(msgspec.Struct, frozen=True, tag="unchanged"):
    """The published document already says all that the folders come to."""

    season: int
    code: str  # digest of the code that found it out
    data_hash: str
    inputs: dict[str, str]  # as of `Built`, and so are the rest
    rejected: tuple[tuple[str, str], ...]
    stale: tuple[str, ...]
    decisions: dict[str, Decision]


def count_run(decisions: Mapping[str, Decision]) -> int:
    """Return the number of stages that were computed; the results of all others were stored."""
    return sum(decision.runs for decision in decisions.values())
