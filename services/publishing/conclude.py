"""Publish what a build computed, and record the run; only who holds the lock does this."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from predictor.errors import F1Error, NoUsableInput, Recovery
from predictor.graph.plan import explain
from services.disk.own_kinds import DOCUMENT
from services.disk.targets import Target, check_targets
from services.engine import explanations
from services.engine.manifest import Manifest, read_manifest, write_manifest
from services.intake.last_good import open_last_good
from services.publishing.built import Built
from services.publishing.document import RunFacts, complete_document, history_entry
from services.publishing.places import manifest_path, output_path
from services.publishing.publisher import check_document, publish, read_document, stable_digest
from services.publishing.run_record import (
    HISTORY_FILE,
    TrainingHistory,
    changed_inputs,
    open_history,
)
from services.settings import environment
from services.settings.limits import Limits
from services.settings.logs import LOG
from services.settings.run_request import RunReport, RunRequest

_BELIEF = ("form", "bayes")  # stages in which the belief learns from a race

__all__ = ["conclude", "facts_at_start", "record_failure", "record_training"]


def facts_at_start(settings: RunRequest) -> RunFacts:
    """Give what is known of a run before it has computed anything."""
    return RunFacts(
        run_id=secrets.token_hex(6),
        output=settings.output.name if settings.output is not None else "",
        trigger=settings.trigger,
        started=datetime.now(UTC),
        data_hash="",
        code="",
        configuration=settings.configuration(),
        changed_inputs=(),
        host=environment.host_facts(),
    )


def conclude(
    settings: RunRequest,
    limits: Limits,
    facts: RunFacts,
    built: Built,
    *,
    records_unchanged: bool = True,
) -> RunReport:
    """Publish the document unless the published one says the same; record the run.

    Parameters
    ----------
    records_unchanged : bool
        Whether a run that gave the published document once more is recorded. Nobody asked for
        those of a daemon whose feed writes the same facts again and again.

    Raises
    ------
    F1Error
        If the document breaks its schema, or holds a number that is not finite.
    OutputNotWritable
        If the disk refuses. In both cases the last good document is in place.
    """
    path = output_path(settings, built.season)
    last_run = manifest_path(settings)
    facts = replace(
        facts,
        output=path.name,
        data_hash=built.data_hash,
        code=built.code,
        changed_inputs=changed_inputs(built.inputs, read_manifest(last_run).inputs),
    )
    published = read_document(path)
    ended = datetime.now(UTC)
    document = _document(facts, built, published, ended)
    _refuse_to_say_less(document, published, path)
    before = stable_digest(published) if published is not None else None
    after = stable_digest(document)
    outcome = "unchanged" if before == after else "published"
    # Before the document: bytes that parsed are good whether or not this run gets further.
    not_kept = "; ".join(filter(None, (built.not_kept, _commit_good(settings, built))))
    notes = [*built.store_notes, *filter(None, (not_kept,))]
    for note in notes:
        LOG.warning("%s", note)
    _log(built)
    if outcome == "published" or records_unchanged:
        kept = settings.folder / HISTORY_FILE
        history = open_history(kept, published, listed=limits.history.in_document)
        entry = history_entry(
            facts,
            counter=history.next_counter,
            ended=ended,
            outcome=outcome,
            built=built,
            races=_n_forecasts(document),
            explanation=explanations.keep(
                settings.folder / explanations.EXPLANATIONS, built.decisions
            ),
            before=before,
            after=after,
        )
        if outcome == "published":
            listed = history.of_output(facts.output, limits.history.in_document - 1)
            _publish(settings, document, [*listed, entry], path)
        notes += _append(history, entry)
    if not built.unchanged:
        # Without a key the next run goes all the way again, and keeps what is not kept now.
        key = "" if not_kept else built.run_key
        seen = Manifest(built.inputs, built.nodes, built.season, key, built.n_histories, after)
        write_manifest(last_run, seen)
    LOG.info("run %s %s %s", facts.run_id, outcome, path)
    shown = document if outcome == "published" else published
    report = _report(facts, built, outcome, path, notes, shown)
    LOG.debug("ended after %.1f s", (datetime.now(UTC) - facts.started).total_seconds())
    return replace(report, not_kept=not_kept)


def _log(built: Built) -> None:
    """Say in the log what is not used, and in its details what was read, run and learnt."""
    for file, why in built.rejected:
        LOG.warning("%s is rejected: %s", file, why)
    rejected = {file for file, _ in built.rejected}
    for file in sorted(built.inputs.keys() - rejected):
        LOG.debug("%s is read", file)
    for name, decision in built.decisions.items():
        took = f" in {built.seconds[name]:.3f} s" if name in built.seconds else ""
        what = "runs" if decision.runs else "is reused"
        reasons = "; ".join(str(reason) for reason in decision.reasons)
        LOG.debug("stage %s %s%s%s", name, what, took, f": {reasons}" if reasons else "")
        stage, _, event = name.partition("/")
        if stage in _BELIEF and event and decision.runs:
            LOG.debug("the belief is updated: %s", event)


def record_failure(settings: RunRequest, facts: RunFacts, error: BaseException) -> None:
    """Add a run that gave no document to the record; a record that refuses is only logged."""
    if isinstance(error, F1Error):
        stopped, words = error.recovery is Recovery.STOPPED, f"{error.kind}: {error.what}"
    else:
        stopped, words = isinstance(error, KeyboardInterrupt), type(error).__name__
    # What the document lists counts too: a kill may have kept it out of the record's file.
    published = read_document(output_path(settings, read_manifest(manifest_path(settings)).season))
    history = open_history(settings.folder / HISTORY_FILE, published)
    # Entries stand in the document that others read: paths of this machine stay in the log.
    entry = history_entry(
        facts,
        counter=history.next_counter,
        ended=datetime.now(UTC),
        outcome="cancelled" if stopped else "failed",
        error=words,
    )
    _append(history, entry)


def record_training(
    settings: RunRequest, facts: RunFacts, outcome: str, version: str, words: str
) -> None:
    """Add the training of a model to the record; a record that refuses is only logged.

    Parameters
    ----------
    outcome : str
        promoted | registered | failed
    version : str
        What came of it; "" for a failure.
    words : str
        Why it failed, or was not promoted.
    """
    published = read_document(output_path(settings, read_manifest(manifest_path(settings)).season))
    history = open_history(settings.folder / HISTORY_FILE, published)
    entry = history_entry(
        replace(facts, output=""),  # no document came of it
        counter=history.next_counter,
        ended=datetime.now(UTC),
        outcome="failed" if outcome == "failed" else f"model {version} {outcome}",
        error=words if outcome == "failed" else None,
    )
    _append(history, entry)


def _refuse_to_say_less(
    document: Mapping[str, Any], published: Mapping[str, Any] | None, path: Path
) -> None:
    """Refuse a season without any forecast in the place of another season's forecasts.

    Raises
    ------
    NoUsableInput
        As when a folder holds nothing but the calendar of a season to come.
    """
    if published is None or _n_forecasts(document) or not _n_forecasts(published):
        return
    season, before = (one["metadata"].get("season") for one in (document, published))
    if season != before:
        raise NoUsableInput(
            f"of {season} only a calendar is known, and a forecast of {before} is published",
            where=str(path),
            expected=f"files of {before}, or entries or a session of {season}",
            do=f"take the calendar out, add entries.json of {season}, or choose another --output",
        )


def _n_forecasts(document: Mapping[str, Any]) -> int:
    events = document.get("predictions")  # of a published one: perhaps somebody else's
    found = events.values() if isinstance(events, Mapping) else ()
    return sum(isinstance(one, Mapping) and bool(one.get("predictions")) for one in found)


def _document(
    facts: RunFacts, built: Built, published: Mapping[str, Any] | None, ended: datetime
) -> dict[str, Any]:
    """Complete the new document; what has not changed is the published one."""
    if built.unchanged:
        if published is None:
            raise F1Error(
                "the document went away during the run that found it unchanged",
                where=facts.output,
                do="run again; it is put together from stored results",
            )
        return dict(published)
    return complete_document(orjson.loads(built.core), facts, built, ended=ended)


def _publish(
    settings: RunRequest, document: dict[str, Any], listed: Sequence[Mapping[str, Any]], path: Path
) -> None:
    document["metadata"]["training_history"] = listed
    check_document(document, orjson.loads(settings.schema.read_bytes()))
    check_targets([Target(path, DOCUMENT, "--output")], data=settings.train_data)
    publish(document, path)


def _report(
    facts: RunFacts,
    built: Built,
    outcome: str,
    path: Path,
    notes: Sequence[str],
    document: Mapping[str, Any] | None,
) -> RunReport:
    return RunReport(
        run_id=facts.run_id,
        outcome=outcome,
        path=path,
        document=document or {},
        explanations=tuple(explain(name, one) for name, one in built.decisions.items()),
        stages_run=built.stages_run,
        stages_reused=built.stages_reused,
        notes=tuple(notes),
    )


def _commit_good(settings: RunRequest, built: Built) -> str:
    try:
        open_last_good(settings.folder / ".last-good", settings.series).commit(built.good)
    except OSError as error:
        return f"the last good files could not be recorded: {error.strerror or error}"
    return ""


def _append(history: TrainingHistory, entry: dict[str, Any]) -> Sequence[str]:
    try:
        history.append(entry)
    except OSError as error:
        note = f"the run could not be added to {history.path.name}: {error}"
        LOG.warning("%s", note)
        return (note,)
    return ()
