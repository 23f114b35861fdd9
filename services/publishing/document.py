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

import orjson

from predictor.fingerprint import digest
from predictor.graph.plan import FORECAST_PART, Decision
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
    changed_inputs: Sequence[Mapping[str, Any]]
    host: Mapping[str, Any]


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


def complete_document(
    core: Mapping[str, Any],
    facts: RunFacts,
    built: Built,
    *,
    ended: datetime,
) -> dict[str, Any]:
    """Add files, digests and the volatile fields to the library's document.

    ``training_history`` is left empty; it is set just before publishing. With a file
    rejected the status is ``degraded``, whatever is known of the season.
    """
    metadata = dict(core["metadata"])
    n_run = count_run(built.decisions)
    metadata["notes"] = [*metadata.get("notes", []), *map(str, built.notes)]
    metadata["note_details"] = [*metadata.get("note_details", []), *map(asdict, built.notes)]
    if built.rejected:
        metadata["status"] = "degraded"
    if "as_of" in facts.configuration:
        metadata["known_until"] = facts.configuration["as_of"]
    return {
        **core,
        "metadata": {
            "generated_at": _rfc3339(ended),
            "training_time": _rfc3339(facts.started),
            **metadata,
            "data_hash": facts.data_hash,
            "config_hash": digest(dict(facts.configuration)),
            "code_version": f"{__version__}+{facts.code.removeprefix('sha256:')[:12]}",
            "predictions_sha256": hashlib.sha256(orjson.dumps(core["predictions"])).hexdigest(),
            "rejected": [{"file": file, "reason": reason} for file, reason in built.rejected],
            "stale_inputs": list(built.stale),
            "passed_over": [{"file": file, "do": do} for file, do in built.not_read],
            "training_history": [],
            "run": {
                "run_id": facts.run_id,
                "duration_s": _seconds(facts.started, ended),
                "stages_run": n_run,
                "stages_reused": len(built.decisions) - n_run,
                "stage_seconds": dict(built.stage_seconds),
                "host": dict(facts.host),
            },
        },
    }


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
) -> dict[str, Any]:
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
    return {
        "counter": counter,
        "run_id": facts.run_id,
        "output": facts.output,
        "started": _rfc3339(facts.started),
        "ended": _rfc3339(ended),
        "duration_s": _seconds(facts.started, ended),
        "trigger": facts.trigger,
        "changed_inputs": list(facts.changed_inputs),
        "races_processed": races,
        "races_succeeded": races if done else 0,
        "races_failed": 0 if done else races,
        "stages_run": n_run,
        "stages_reused": len(decisions) - n_run,
        "races_recomputed": _recomputed(decisions),
        "data_hash": facts.data_hash,
        "configuration": dict(facts.configuration),
        "outcome": outcome,
        "result_before": before,
        "result_after": after,
        "error": error,
        "explanation": explanation,
    }


def _recomputed(decisions: Mapping[str, Decision]) -> list[dict[str, Any]]:
    """List the events whose forecasts ran, together with all that share their cause."""
    causes: dict[str, str] = {}
    for decision in decisions.values():
        if decision.runs and decision.tags.part == FORECAST_PART:
            causes.setdefault(decision.tags.event_id, ", ".join(map(str, decision.reasons)))
    events: dict[str, list[str]] = {}
    for event, cause in causes.items():
        events.setdefault(cause, []).append(event)
    return [{"cause": cause, "events": names} for cause, names in events.items()]


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _seconds(start: datetime, end: datetime) -> float:
    # The wall clock may be set back during a run; it is only shown, never compared.
    return round(max((end - start).total_seconds(), 0.0), 3)
