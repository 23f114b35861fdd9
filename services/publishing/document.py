"""Complete the season document with what only the house knows: files, clock, history.

The library's document is a function of data, configuration and code. Here it gets the
names and digests of the files, and the volatile fields (`services.publishing.publisher.VOLATILE`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import UNSET, structs

from predictor.fingerprint import digest
from predictor.graph.plan import FORECAST_PART, Decision
from predictor.published.json_text import read_json
from predictor.published.run_types import ChangedInput, Recomputed, Run, RunEntry
from predictor.published.season_types import (
    Metadata,
    NoteDetail,
    PassedOver,
    Point,
    Rejection,
    SeasonDocument,
    SeasonForecast,
)
from services import __version__
from services.publishing.built import Built, count_run

__all__ = ["RunFacts", "complete_document", "data_hash", "history_entry"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a run from outside: who, when, on what."""

    run_id: str
    output: str  # file name of the document
    trigger: str  # "command line"
    started: datetime  # UTC
    data_hash: str
    code: str
    configuration: Mapping[str, Any]
    changed_inputs: Sequence[ChangedInput]
    host: Mapping[str, str | int]


def data_hash(used: Mapping[str, str], history: str) -> str:
    """Give the digest of the data a document rests on.

    File names are left out: a renamed file is the same data. (For FastF1 exports the path
    may name the event; what it comes to is in each event's own ``data_hash``.)

    Parameters
    ----------
    used : Mapping[str, str]
        Path -> digest of every file that was not rejected.
    history : str
        Digest of the earlier seasons.
    """
    return digest({"files": sorted(set(used.values())), "history": history})


def complete_document(facts: RunFacts, built: Built, *, ended: datetime) -> SeasonDocument:
    """Add files, digests and the volatile fields to the library's document.

    ``training_history`` is left empty; it is set just before publishing. With a file
    rejected the status is ``degraded``, whatever is known of the season.

    Raises
    ------
    F1Error
        If what was built breaks the types of the document.
    """
    core = read_json(built.core, SeasonForecast)
    told = structs.asdict(core.metadata)
    n_run = count_run(built.decisions)
    told["notes"] = (*core.metadata.notes, *map(str, built.notes))
    details = (NoteDetail(**asdict(note)) for note in built.notes)
    told["note_details"] = (*core.metadata.note_details, *details)
    if built.rejected:
        told["status"] = "degraded"
    until = facts.configuration.get("as_of")
    return SeasonDocument(
        schema_version=core.schema_version,
        metadata=Metadata(
            generated_at=_rfc3339(ended),
            training_time=_rfc3339(facts.started),
            **told,
            data_hash=facts.data_hash,
            config_hash=digest(dict(facts.configuration)),
            code_version=f"{__version__}+{facts.code.removeprefix('sha256:')[:12]}",
            predictions_sha256=hashlib.sha256(msgspec.json.encode(core.predictions)).hexdigest(),
            rejected=tuple(Rejection(file=file, reason=why) for file, why in built.rejected),
            stale_inputs=tuple(built.stale),
            passed_over=tuple(PassedOver(file=file, do=do) for file, do in built.not_read),
            known_until=msgspec.convert(until, Point) if until is not None else UNSET,
            training_history=(),
            run=Run(
                run_id=facts.run_id,
                duration_s=_seconds(facts.started, ended),
                stages_run=n_run,
                stages_reused=len(built.decisions) - n_run,
                stage_seconds=dict(built.stage_seconds),
                host=dict(facts.host),
            ),
        ),
        championship=core.championship,
        scores=core.scores,
        sprint_scores=core.sprint_scores,
        predictions=core.predictions,
    )


def history_entry(
    facts: RunFacts,
    *,
    counter: int,
    ended: datetime,
    outcome: str,
    decisions: Mapping[str, Decision] = MappingProxyType({}),
    races: int = 0,
    explanation: str | None = None,
    before: str | None = None,
    after: str | None = None,
    error: str | None = None,
) -> RunEntry:
    """Record one run.

    Parameters
    ----------
    outcome : str
        published | unchanged | failed | cancelled
    decisions : Mapping[str, Decision]
        What became of every stage; of a run that failed nothing is told.
    races : int
        Events with a forecast; a failed stage fails the run, so all or none succeed.
    before, after : str, optional
        Stable digest of the document before and after the run.
    explanation : str, optional
        Name of what `services.engine.explanations` keeps of the run.
    """
    done = outcome in ("published", "unchanged")
    n_run = count_run(decisions)
    return RunEntry(
        counter=counter,
        run_id=facts.run_id,
        output=facts.output,
        started=_rfc3339(facts.started),
        ended=_rfc3339(ended),
        duration_s=_seconds(facts.started, ended),
        trigger=facts.trigger,
        changed_inputs=tuple(facts.changed_inputs),
        races_processed=races,
        races_succeeded=races if done else 0,
        races_failed=0 if done else races,
        stages_run=n_run,
        stages_reused=len(decisions) - n_run,
        races_recomputed=_recomputed(decisions),
        data_hash=facts.data_hash,
        configuration=dict(facts.configuration),
        outcome=outcome,
        result_before=before,
        result_after=after,
        error=error,
        explanation=explanation,
    )


def _recomputed(decisions: Mapping[str, Decision]) -> tuple[Recomputed, ...]:
    """List the events whose forecasts ran, together with all that share their cause."""
    causes: dict[str, str] = {}
    for decision in decisions.values():
        if decision.runs and decision.tags.part == FORECAST_PART:
            causes.setdefault(decision.tags.event_id, ", ".join(map(str, decision.reasons)))
    events: dict[str, list[str]] = {}
    for event, cause in causes.items():
        events.setdefault(cause, []).append(event)
    return tuple(Recomputed(cause=cause, events=tuple(names)) for cause, names in events.items())


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _seconds(start: datetime, end: datetime) -> float:
    # The wall clock may be set back during a run; it is only shown, never compared.
    return round(max((end - start).total_seconds(), 0.0), 3)
